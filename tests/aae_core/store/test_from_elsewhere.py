"""A revision's folder that somebody else made and a user put into the store: it gives nothing away and changes nothing else."""

import json
import re
from types import SimpleNamespace

import pytest

from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.runs import frame_recorder, launchers, worker
from aae_core.store import export, frames, revision_folder
from aae_core.store.revisions import Store


@pytest.fixture
def revision(tmp_path, tiny_config):
    store = Store(tmp_path / "checkpoints", gallery=tmp_path / "none")
    return store.create(tiny_config, sets.describe_data_set("digits"))


def test_a_log_that_is_a_link_is_neither_shown_nor_written(revision, tmp_path, monkeypatch):
    private = tmp_path / "private"
    private.write_text("a secret\n")
    (revision.path / "worker.log").symlink_to(private)
    assert revision_folder.read_log_tail(revision.path) == ""
    with pytest.raises(RevisionError, match=r"worker.log could not be written: it is a link"):
        launchers.LOCAL.launch(revision)
    monkeypatch.setattr(worker, "_train_claimed", lambda *_: (_ for _ in ()).throw(ValueError("broken")))
    assert worker.run_training(revision).state == "failed"
    assert private.read_text() == "a secret\n"


def test_a_lock_that_is_a_link_empties_no_file(revision, tmp_path):
    private = tmp_path / "private"
    private.write_text("a secret\n")
    (revision.path / "worker.lock").symlink_to(private)
    with pytest.raises(RevisionError), revision.lock():
        pass
    assert private.read_text() == "a secret\n"


def test_what_is_written_takes_the_place_of_a_link(revision, tmp_path):
    private = tmp_path / "private"
    private.write_text("a secret\n")
    for name in ("status.json", "metrics.jsonl"):
        (revision.path / name).unlink(missing_ok=True)
        (revision.path / name).symlink_to(private)
    worker.run_training(
        worker.Store(revision.path.parent, gallery=tmp_path / "none").create(revision.config, revision.data)
    )
    revision.write_metrics([])
    revision.annotate("named")
    assert private.read_text() == "a secret\n" and not (revision.path / "metrics.jsonl").is_symlink()


def test_no_name_puts_code_into_the_weights_page(revision, tmp_path):
    assert worker.run_training(revision).state == "done"
    file = revision.path / "config.json"
    before = export.build_export_files(revision)[0]["model.md"]
    title = 'digits\\n\\n```python\\nimport os; os.system(\\"x\\")\\n```\\n\\n## Plain PyTorch'
    text = json.dumps(json.loads(file.read_text()))  # without a checksum
    file.write_text(re.sub(r'"title": "[^"]*"', lambda _: f'"title": "{title}"', text))
    changed = Store(revision.path.parent, gallery=tmp_path / "none").open(revision.id)
    page = [line for line in changed_page(changed, before).splitlines() if line.startswith(("```", "#", "import"))]
    assert page == [line for line in before.splitlines() if line.startswith(("```", "#", "import"))]


def changed_page(changed, before):
    """The page of a revision whose record has changed since its weights were written."""
    from aae_core.store import model_page

    original = changed.fingerprint
    assert before and original
    changed.check_identity = lambda *_: None
    return model_page.format_model_page(changed, changed.model())


def test_frames_are_not_recorded_where_a_link_leads(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "000000010.safetensors").touch()
    (tmp_path / "frames").symlink_to(tmp_path / "elsewhere")
    recorder = SimpleNamespace(folder=frames.FrameFolder(tmp_path / "frames"), training=SimpleNamespace(step=0))
    with pytest.raises(RevisionError, match="it is a link, which is not followed"):
        frame_recorder.FrameRecorder.start(recorder)
    assert (tmp_path / "elsewhere" / "000000010.safetensors").exists()
