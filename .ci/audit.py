"""Known vulnerabilities of the versions in requirements.lock, as PyPI tells them to pip-audit: `python .ci/audit.py`.

Exit status 1 if there are any, or if pip-audit fails. Where the data cannot be had, that is said and nothing fails.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent.parent / "requirements.lock"
COMMAND = ("-m", "pip_audit", "-r", str(LOCK), "--require-hashes", "--disable-pip", "--vulnerability-service", "pypi",
           "--format", "json", "--progress-spinner", "off", "--timeout", "5")  # fmt: skip
PATIENCE = 20  # seconds
NOTHING = "The versions in requirements.lock were not audited: the data on vulnerabilities cannot be had here."


NETWORK = re.compile(r"connect|timed? ?out|name resolution|network|proxy|\d{3} (client|server) error", re.IGNORECASE)


def told(found: str, errors: str) -> tuple[str, int]:
    """What pip-audit's JSON, and what it wrote to its standard error, come to, in lines, and the exit status."""
    try:
        return _audited(json.loads(found)["dependencies"])
    except (ValueError, KeyError, TypeError):
        if NETWORK.search(errors):
            return NOTHING, 0
    last = (errors.strip() or "It answered nothing that can be read.").splitlines()[-1]
    return f"The versions in requirements.lock were not audited: {last}", 1


def _audited(rows):
    audited = [row for row in rows if "vulns" in row]
    if not audited:
        return NOTHING, 0
    lines = []
    for row in audited:
        for each in row["vulns"]:
            mended = ", ".join(each["fix_versions"]) or "none yet"
            lines.append(f"{row['name']} {row['version']}: {each['id']}, mended in {mended}")
    left = f", of {len(rows) - len(audited)} there is no data" if len(audited) < len(rows) else ""
    return "\n".join([*lines, f"{len(audited)} packages audited, {len(lines)} known vulnerabilities{left}"]), bool(
        lines
    )


def main() -> int:
    try:
        done = subprocess.run([sys.executable, *COMMAND], capture_output=True, text=True, timeout=PATIENCE)
        text, status = told(done.stdout, done.stderr)
    except subprocess.TimeoutExpired:
        text, status = NOTHING, 0
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
