"""The notebook of the documentation: its code runs, and it was executed as it stands."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "notebook.ipynb"


@pytest.fixture(scope="module")
def cells():
    return [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]


def test_it_was_executed_from_top_to_bottom_without_an_error(cells):
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert "error" not in kinds and "execute_result" in kinds
    assert any("image/png" in output.get("data", {}) for cell in cells for output in cell["outputs"])  # the figure


def test_its_code_runs(cells, tmp_path):
    script = tmp_path / "notebook.py"
    text = "\n".join("".join(cell["source"]) for cell in cells)
    script.write_text(text.replace("epochs=300", "epochs=3"))
    project = NOTEBOOK.parent.parent
    environment = {**os.environ, "PYTHONPATH": str(project)}
    done = subprocess.run([sys.executable, script], cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
