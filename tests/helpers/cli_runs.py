"""What the tests of the command line share: one small revision of a fixed name, and a way to run a command."""

import pytest

from aae_core.cli import arguments
from aae_core.store.revisions import Store

TINY = ["--set", "network.hidden=8", "--set", "network.discriminator=8", "--set", "threads=1"]
REVISION = "20200101T000000Z-supervised-digits-abc123"


def make_store(root):
    """A store at `root` with one small supervised revision."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AAE_CHECKPOINTS", str(root))
        assert arguments.main(["train", "--variant", "supervised", "--steps", "20", "--quiet", "--json", *TINY]) == 0
        revision_path = next(row.path for row in Store().list() if not row.gallery)
        revision_path.rename(root / REVISION)
    return root


def enter_folder(folder, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(folder / "checkpoints"))
    monkeypatch.setenv("AAE_DATA", str(folder / "data"))
    monkeypatch.chdir(folder)
    return folder


def run_command(capsys, *argv):
    """Exit status, stdout, stderr."""
    capsys.readouterr()
    status = arguments.main([str(arg) for arg in argv])
    return (status, *capsys.readouterr())


def command_output(capsys, *argv):
    status, out, err = run_command(capsys, *argv)
    assert status == 0, err
    return out
