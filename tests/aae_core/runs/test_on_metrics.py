"""A function that sees the metrics while a training runs, and the loggers of the docs, which are such functions."""

import re
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from helpers.plugin_files import SMALL_SETTINGS

from aae_core.config.configuration import configure
from aae_core.places import PROJECT
from aae_core.runs import worker

TERMINAL = (PROJECT / "docs" / "use" / "terminal.md").read_text(encoding="utf-8")
LOGGERS = [block for block in re.findall(r"```python\n(.*?)```", TERMINAL, re.DOTALL) if "on_metrics" in block]


def change_rows(rows):
    """A function that keeps what it gets, and then spoils it."""

    def copy_and_clear_row(row):
        rows.append({**row})
        row.clear()

    return copy_and_clear_row


def test_each_row_of_the_metrics_is_seen_once_and_the_last_again_with_its_measures():
    rows = []
    revision = worker.train(configure(**{**SMALL_SETTINGS, "steps": 60}), on_metrics=change_rows(rows))
    stored_rows = revision.metrics()
    by_step = {row["step"]: row for row in rows}  # of a row that comes twice, the later
    assert list(by_step.values()) == stored_rows and stored_rows[-1]["step"] == 60
    assert all(set(row["losses"]) == {"reconstruction", "discrimination", "generation"} for row in stored_rows)
    assert [row["step"] for row in rows] == sorted(row["step"] for row in rows)
    assert rows[-1]["measures"] == revision.status.measures


def test_a_resumed_training_reports_only_its_own_rows():
    config = configure(**{**SMALL_SETTINGS, "steps": 60})
    revision = worker.train(config, on_report=lambda status: status.step >= 20)
    before = revision.metrics()
    rows = []
    worker.resume(revision, on_metrics=rows.append)
    assert before and rows and min(row["step"] for row in rows) > before[-1]["step"]
    assert rows[-1] == revision.metrics()[-1]


@pytest.mark.parametrize("logger", LOGGERS, ids=lambda block: re.search("tensorboard|mlflow", block).group())
def test_the_loggers_of_the_docs_get_the_losses(logger, monkeypatch, tmp_path):
    """Stand-ins for the packages, which are not needed otherwise, with the signatures that are used."""
    logged_losses, params = {}, {}

    class SummaryWriter:
        def __init__(self, log_dir):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def add_scalars(self, main_tag, tag_scalar_dict, global_step):
            logged_losses[global_step] = tag_scalar_dict

    mlflow = SimpleNamespace(
        start_run=nullcontext,
        log_params=params.update,
        log_metrics=lambda metrics, step: logged_losses.update({step: metrics}),
    )
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", SimpleNamespace(SummaryWriter=SummaryWriter))
    settings_text = ", ".join(f"**{{{key!r}: {value!r}}}" for key, value in SMALL_SETTINGS.items() if key != "data")
    exec(logger.replace('data="digits"', f'data="digits", {settings_text}'), {})
    assert set(logged_losses[10]) == {"reconstruction", "discrimination", "generation"}
    assert "mlflow" not in logger or params["network.hidden"] == [8]
