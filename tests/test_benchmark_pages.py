"""benchmarks/document.py, and how a benchmark runs a training as a process of its own."""

import pytest

from benchmarks import document
from benchmarks.quality import prior_fit


def test_a_page_whose_hand_written_end_is_not_found_stays_as_it_is(tmp_path):
    page = tmp_path / "a.md"
    document.rewrite(page, "# New\n")
    assert page.read_text() == f"# New\n\n{document.READING_HEADING}\n"
    page.write_text("# Old\n\n## Reading\n\nkept\n")
    with pytest.raises(SystemExit, match="not changed: it lacks the heading"):
        document.rewrite(page, "# New\n")
    assert page.read_text() == "# Old\n\n## Reading\n\nkept\n"


def test_a_training_that_fails_is_named(tmp_path):
    with pytest.raises(SystemExit, match="^AAE, seed 3: aae: .*nonsense"):
        prior_fit.run_training("AAE, seed 3", tmp_path / "a.json", 1, 3, 8, {}, "--variant", "nonsense")
    assert not list(tmp_path.iterdir())
