"""Whether what the lessons say of a figure is true for every seed: each page's goal and each claim, without a browser.

    python -m benchmarks.quality.lessons [--seeds 5] [--write]

Prints a table with a line for each claim; --write: writes it to docs/results/lessons.md and keeps the text below it. Exit status
1 if a claim does not hold for a seed. Takes minutes, on one core.
"""

import argparse
import platform
import sys
from datetime import date

from aae_core.progress import ProgressBar, format_count
from app.__main__ import silence_streamlit
from app.lessons import file_check, reader
from benchmarks import document


def lessons_page(outcomes: list, seeds: int) -> str:
    """The page's text above its hand-written end."""
    results = [result for _, results in outcomes for result in results]
    holding_count = sum(result.holds for result in results)
    without_claims = [str(lesson.number) for lesson, results in outcomes if not results]
    machine = f"{platform.machine()}, Python {platform.python_version()}"
    counts = f"{format_count(len(outcomes), 'lesson')} with {format_count(len(results), 'claim')}"
    without_text = f" Without a claim: {', '.join(without_claims)}." if without_claims else ""
    return f"""# What the lessons say, tested

`python -m benchmarks.quality.lessons --seeds {seeds} --write`, {date.today()}, {machine}.

{counts}, of which {holding_count} hold for every seed.{without_text}

{file_check.claims_table(outcomes, seeds)}
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5, metavar="N")
    parser.add_argument("--write", action="store_true", help="write docs/results/lessons.md")
    args = parser.parse_args()
    silence_streamlit()
    paths = sorted(path for path in reader.LESSONS_FOLDER.glob("*.md"))
    with ProgressBar("Lessons") as bar:
        outcomes = file_check.rehearse_files(paths, args.seeds, bar.show)
    document.print_and_write("lessons", lessons_page(outcomes, args.seeds), args.write)
    return int(any(not result.holds for _, results in outcomes for result in results))


if __name__ == "__main__":
    sys.exit(main())
