"""The notebook of the documentation: its code runs, and it was executed as it stands."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).resolve().parent.parent / "docs" / "use" / "notebook.ipynb"
SHORT_SETTINGS = {"epochs=300": "epochs=3", "n_components=8,": "n_components=8, max_epochs=2,"}


@pytest.fixture(scope="module")
def cells():
    return [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]


def test_it_was_executed_from_top_to_bottom_without_an_error(cells):
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {output["output_type"] for cell in cells for output in cell["outputs"]}
    assert "error" not in kinds and "execute_result" in kinds
    assert any("image/png" in output.get("data", {}) for cell in cells for output in cell["outputs"])  # the figure


def test_its_code_runs(cells, tmp_path, monkeypatch, full_measures):
    text = "\n".join("".join(cell["source"]) for cell in cells)
    for setting, short_setting in SHORT_SETTINGS.items():
        assert setting in text
        text = text.replace(setting, short_setting)
    monkeypatch.chdir(tmp_path)
    exec(compile(text, NOTEBOOK, "exec"), {})
