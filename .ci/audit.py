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


def summarise_audit(json_text: str, error_text: str) -> tuple[str, int]:
    """The summary of an audit, in lines, and the exit status. json_text: pip-audit's standard output; error_text: its
    standard error."""
    try:
        return _summarise_packages(json.loads(json_text)["dependencies"])
    except (ValueError, KeyError, TypeError):
        if NETWORK.search(error_text):
            return NOTHING, 0
    last_line = (error_text.strip() or "It answered nothing that can be read.").splitlines()[-1]
    return f"The versions in requirements.lock were not audited: {last_line}", 1


def _summarise_packages(rows):
    audited_rows = [row for row in rows if "vulns" in row]
    if not audited_rows:
        return NOTHING, 0
    lines = []
    for row in audited_rows:
        for vulnerability in row["vulns"]:
            versions = ", ".join(vulnerability["fix_versions"]) or "none yet"
            lines.append(f"{row['name']} {row['version']}: {vulnerability['id']}, fixed in {versions}")
    status = 1 if lines else 0
    total = f"{len(audited_rows)} packages audited, {len(lines)} known vulnerabilities"
    if len(audited_rows) < len(rows):
        total += f", of {len(rows) - len(audited_rows)} there is no data"
    return "\n".join([*lines, total]), status


def main() -> int:
    try:
        completed = subprocess.run([sys.executable, *COMMAND], capture_output=True, text=True, timeout=PATIENCE)
        text, status = summarise_audit(completed.stdout, completed.stderr)
    except subprocess.TimeoutExpired:
        text, status = NOTHING, 0
    print(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
