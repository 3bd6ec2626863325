"""The log of the benchmarks that take long: a line for each finished run, which is not repeated."""

import json
from pathlib import Path

from aae_core import files


class Log:
    """The lines of a file of JSON objects, one for each finished run."""

    def __init__(self, path: Path):
        self.path = path
        self.lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def find(self, run: dict) -> dict | None:
        return next((line for line in self.lines if all(line[key] == value for key, value in run.items())), None)

    def add(self, line: dict) -> dict:
        """Keep a line at once, and say what came out."""
        self.lines.append(line)
        with self.path.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        result = {key: line["figures"][key] for key in ("reconstruction", "mmd2") if key in line["figures"]}
        print(json.dumps({**{key: line[key] for key in ("kind", "model", "seed", "minutes")}, **result}), flush=True)
        return line

    def replace(self, line: dict) -> None:
        """Put a line in the place of that of the same revision, beside what another process has added since."""
        stored_lines = [json.loads(text) for text in self.path.read_text().splitlines()]
        self.lines = [
            line if stored_line["revision"] == line["revision"] else stored_line for stored_line in stored_lines
        ]
        files.write_atomic(
            self.path, "".join(json.dumps(stored_line, ensure_ascii=False) + "\n" for stored_line in self.lines)
        )
