"""Wrong input at the command line: exit status, exactly one sentence on stderr, and nothing changed on the disk."""

import json
import os
import pickle
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.cli_runs import REVISION, command_output, enter_folder, run_command

from aae_core.store.revision import Revision


@pytest.fixture(scope="module")
def littered_folder(trained_store, tmp_path_factory):
    """A folder with that store and wrong files, made once: whoever uses it must leave it as it is."""
    folder = tmp_path_factory.mktemp("littered")
    shutil.copytree(trained_store, folder / "checkpoints")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        wrong_files()
    return folder


def files(folder):
    return {
        str(p.relative_to(folder)): p.read_bytes()
        for p in folder.rglob("*")
        if p.is_file() and not p.name.endswith(".lock")
    }


def wrong_files():
    """Files that must be refused, by name."""
    np.savez("images.npz", images=np.zeros((3, 8, 8), np.uint8))
    np.savez("colours.npz", images=np.zeros((3, 8, 8, 5), np.uint8))
    np.savez("floats.npz", images=np.zeros((3, 8, 8)))
    np.savez("strange.npz", images=np.zeros((3, 8, 8), np.uint8), labels=np.array([0, 1, 44]))
    np.savez("codes.npz", z=np.zeros((3, 2), np.float32), y=np.eye(10, dtype=np.float32)[:3])
    np.savez("bare.npz", z=np.zeros((3, 2), np.float32))
    np.savez("wide.npz", z=np.zeros((3, 3), np.float32))
    np.savez("flat.npz", z=np.zeros(3, np.float32))
    np.savez("empty.npz", z=np.zeros((0, 2), np.float32))
    np.savez("words.npz", z=np.array([["a", "b"]]))
    np.savez("nan.npz", z=np.array([[0, np.nan]], np.float32))
    np.savez("huge.npz", z=np.array([[0, 1e300]]))
    np.savez("y.npz", z=np.zeros((3, 2)), y=np.zeros((2, 10)))
    np.savez("label.npz", z=np.zeros((3, 2)), labels=np.array([0, 1, 10]))
    np.savez("pickled.npz", z=np.array([[{}, 1]], dtype=object))
    Path("cut.npz").write_bytes(Path("codes.npz").read_bytes()[:-40])
    Path("pickle.npz").write_bytes(pickle.dumps([1]))
    with zipfile.ZipFile("text.npz", "w") as archive:
        archive.writestr("z.npy", "no array")
    with zipfile.ZipFile("bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 2), }".ljust(117) + b"\n"
        archive.writestr("z.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(1000))
    Path("full").mkdir()
    Path("full/file").write_text("x")
    Path("text.txt").write_text("x")


TRAIN = [
    (["--variant", "gan"], "variant"),
    (["--prior", "cauchy"], "prior"),
    (["--posterior", "x"], "posterior"),
    (["--preset", "p"], "preset"),
    (["--data", "nonsense"], "nonsense"),
    (["--data", "../../etc"], "etc"),
    (["--device", "tpu"], "device"),
    (["--epochs", "0"], "epochs"),
    (["--epochs", "-3"], "epochs"),
    (["--epochs", "ten"], "epochs"),
    (["--epochs", "1.5"], "epochs"),
    (["--epochs", "1" + "0" * 400], "epochs"),
    (["--epochs", "1" + "0" * 5000], "epochs"),
    (["--steps", "-1"], "steps"),
    (["--steps", "9" * 12], "from 1 to 1,000,000,000,"),
    (["--minutes", "nan"], "minutes"),
    (["--minutes", "inf"], "minutes"),
    (["--seed", "-1"], "seed"),
    (["--seed", str(2**31)], "seed"),
    (["--latent-dim", "0"], "latent_dim"),
    (["--latent-dim", "513"], "latent_dim"),
    (["--prior", "mixture", "--latent-dim", "3"], "even"),
    (["--prior", "swiss-roll", "--latent-dim", "4"], "plane"),
    (["--variant", "vae", "--prior", "swiss-roll"], "density"),
    (["--variant", "vae", "--prior", "uniform"], "edge"),
    (["--variant", "vae", "--posterior", "deterministic"], "gaussian"),
    (["--variant", "aae", "--labels", "100"], "labels"),
    (["--variant", "supervised", "--labels", "5"], "labels"),
    (["--variant", "supervised", "--labels", "100000"], "labels"),
    (["--epochs", "1", "--steps", "2"], "not allowed"),
    (["--epochs"], "argument"),
    (["--name", "a\nb"], "name"),
    (["--name", "x" * 300], "name"),
    (["--set", "nonsense=1"], "nonsense"),
    (["--set", "preset=default"], "preset"),
    (["--set", "prior=mixture"], "prior"),
    (["--set", "prior.scale"], "KEY=VALUE"),
    (["--set", "=1"], "KEY=VALUE"),
    (["--set", "prior.scale=-1"], "prior.scale"),
    (["--set", "prior.scale=1e999"], "prior.scale"),
    (["--set", "prior.scale=1", "--set", "prior.scale=2"], "twice"),
    (["--seed", "1", "--set", "seed=2"], "twice"),
    (["--set", "network.hidden=0"], "network.hidden"),
    (["--set", "network.hidden="], "network.hidden"),
    (["--set", "network.hidden=8,,8"], "network.hidden"),
    (["--set", "network.hidden=9999999"], "network.hidden"),
    (["--set", "optimiser.schedule=50"], "optimiser.schedule"),
    (["--set", "a.b.c=1"], "a.b.c"),
    (["--var", "aae"], "--var"),
    (["--what"], "--what"),
    (["surplus"], "surplus"),
    (["--checkpoints", ""], "folder"),
]
CODES = ["wide", "flat", "empty", "words", "nan", "huge", "y", "label", "pickled", "cut", "pickle", "text", "bomb"]
CODES += ["images", "gone"]
OTHER_CASES = [
    (2, ["list", "--engine-options", "\ud800"], "Argument 3"),  # no text that a program can be given
    (2, ["export", "latest", "-o", "\ud800"], "Argument 4"),
    (2, ["list", "--engine", "local\0"], "Argument 3"),
    (2, [], "COMMAND"),
    (2, ["dance"], "dance"),
    (2, ["list", "--what"], "--what"),
    (2, ["show"], "REV"),
    (1, ["show", "2099"], "2099"),
    (1, ["show", "../../etc"], "etc"),
    (1, ["show", "x" * 3000], "xxx"),
    (1, ["stop", REVISION], "done"),
    (1, ["pause", REVISION], "done"),
    (1, ["resume", REVISION], "done"),
    (1, ["delete", "2099", "--yes"], "2099"),
    (2, ["evaluate", REVISION, "--protocol", "magic"], "magic"),
    (2, ["evaluate", REVISION, "--protocol", "clustering"], "cluster"),
    (2, ["evaluate", REVISION, "--protocol", "classification"], "classif"),
    (2, ["encode", REVISION, "images.npz"], "-o"),
    (2, ["encode", REVISION, "images.npz", "-o", "out.txt"], ".npz"),
    (2, ["encode", REVISION, "images.npz", "-o", "nowhere/out.npz"], "nowhere"),
    (1, ["encode", "2099", "images.npz", "-o", "out.npz"], "2099"),
    (1, ["encode", REVISION, "missing.npz", "-o", "out.npz"], "missing"),
    (1, ["encode", REVISION, "text.txt", "-o", "out.npz"], "text.txt"),
    (1, ["encode", REVISION, "colours.npz", "-o", "out.npz"], "colours"),
    (1, ["encode", REVISION, "floats.npz", "-o", "out.npz"], "floats"),
    (1, ["encode", REVISION, "strange.npz", "-o", "out.npz"], "labels"),
    (1, ["encode", REVISION, "codes.npz", "-o", "out.npz"], "images"),
    (2, ["encode", REVISION, "images.npz", "-o", "images.npz"], "is the file that is read"),
    (2, ["decode", REVISION, "codes.npz", "-o", "full/../codes.npz"], "is the file that is read"),
    (2, ["classify", REVISION, "images.npz", "-o", "images.npz"], "is the file that is read"),
    (2, ["classify", REVISION, "images.npz"], "does not predict classes; train one of semi-supervised"),
    (2, ["classify", REVISION, "images.npz", "-o", "out.txt"], ".csv"),
    (2, ["classify", REVISION, "images.npz", "-o", "nowhere/out.csv"], "nowhere"),
    (2, ["classify", REVISION], "IMAGES"),
    (1, ["classify", "2099", "images.npz"], "2099"),
    (2, ["decode", REVISION, "bare.npz", "-o", "out.npz"], "--class"),
    (2, ["decode", REVISION, "codes.npz", "-o", "full"], "full"),
    (2, ["decode", REVISION, "codes.npz", "-o", "out.png", "--class", "10"], "--class"),
    (2, ["decode", REVISION, "codes.npz", "-o", "out.png", "--class", "ten"], "--class"),
    *((1, ["decode", REVISION, f"{name}.npz", "-o", "out.npz"], name) for name in CODES),
    (1, ["decode", REVISION, "", "-o", "out.npz"], "An empty path does not exist"),
    (2, ["sample", REVISION, "-n", "0", "-o", "out.png"], "-n"),
    (2, ["sample", REVISION, "-n", "10001", "-o", "out.png"], "-n"),
    (2, ["sample", REVISION, "-n", "many", "-o", "out.png"], "-n"),
    (2, ["sample", REVISION, "--seed", "-1", "-o", "out.png"], "--seed"),
    (2, ["sample", REVISION, "-n", "3", "-o", "out.gif"], ".png"),
    (2, ["export", REVISION, "-o", "full"], "full"),
    (2, ["export", REVISION, "-o", "text.txt"], "text.txt"),
    (2, ["export", REVISION, "-o", "no/where"], "no"),
    (2, ["export", REVISION, "-o", ""], "-o needs a folder."),
    (2, ["export", REVISION, "-o", "x" * 300], "its name is too long; choose a shorter one"),
    (2, ["sample", REVISION, "-o", f"{'x' * 300}.png"], "its name is too long; choose a shorter one"),
    (2, ["report", "-o", ""], "must be a .txt file, not ''"),
    (2, ["reproduce", "--write", ""], "--write needs a folder."),
    (2, ["data", "dance"], "dance"),
    (1, ["data", "get", "nonsense"], "nonsense"),
    (2, ["data", "add", "images.npz"], "--name"),
    (1, ["data", "remove", "digits", "--yes"], "built in"),
    (1, ["data", "remove", "../checkpoints", "--yes"], "not known"),
    (1, ["data", "add", "missing", "--name", "mine"], "missing"),
    (1, ["data", "add", "images.npz", "--name", "digits"], "digits"),
    (1, ["data", "add", "images.npz", "--name", ".."], "name"),
    (2, ["data", "add", "images.npz", "--name", "mine", "--size", "0"], "--size"),
    (2, ["data", "add", "images.npz", "--name", "mine", "--size", "3"], "from 4 to 128"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "argv", "word"),
    [(2, ["train", *argv], word) for argv, word in TRAIN] + OTHER_CASES,
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_wrong_input_is_one_sentence_and_changes_nothing(littered_folder, capsys, monkeypatch, status, argv, word):
    place = enter_folder(littered_folder, monkeypatch)
    before = files(place)
    result, out, err = run_command(capsys, *argv)
    assert result == status, err
    assert out == "" and err.count("\n") == 1 and err.startswith("aae: ")
    assert word in err and len(err) < 1200 and "Traceback" not in err
    assert files(place) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize(
    ("argv", "expected_text"),
    [
        (["decode", REVISION, "pipe.npz", "-o", "out.npz"], "pipe.npz is not an ordinary file"),
        (["encode", REVISION, "pipe.npz", "-o", "out.npz"], "pipe.npz is not an ordinary file"),
        (["data", "add", "pipe.npz", "--name", "mine"], "pipe.npz is not an ordinary file"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_pipe_in_place_of_a_file_is_not_waited_for(littered_folder, capsys, monkeypatch, argv, expected_text):
    place = enter_folder(littered_folder, monkeypatch)
    os.mkfifo(place / "pipe.npz")
    try:
        status, out, err = run_command(capsys, *argv)
    finally:
        (place / "pipe.npz").unlink()
    assert (status, out, err.count("\n")) == (1, "", 1) and expected_text in err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_no_file_takes_the_place_of_a_pipe(littered_folder, capsys, monkeypatch):
    pipe = enter_folder(littered_folder, monkeypatch) / "pipe.png"
    os.mkfifo(pipe)
    try:
        status, out, err = run_command(capsys, "sample", REVISION, "-o", "pipe.png")
        assert pipe.is_fifo()
    finally:
        pipe.unlink()
    assert (status, out, err.count("\n")) == (2, "", 1) and "'pipe.png' is a pipe or a device" in err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.json", b'{"format": 1, "con'),
        ("config.json", b'{"format": 99}'),
        ("config.json", b"[]"),
        ("status.json", b'{"format": 99}'),
    ],
)
def test_a_damaged_record_is_told_and_the_rest_is_listed(place, capsys, name, content):
    broken_folder = place / "checkpoints" / REVISION.replace("abc", "bad")
    shutil.copytree(place / "checkpoints" / REVISION, broken_folder)
    (broken_folder / name).write_bytes(content)
    status, out, err = run_command(capsys, "show", broken_folder.name)
    assert (status, out, err.count("\n")) == (1, "", 1) and name in err
    rows = {row["revision"]: row["state"] for row in json.loads(command_output(capsys, "list", "--json"))}
    assert rows[broken_folder.name] == "broken" and rows[REVISION] == "done"
    command_output(capsys, "delete", broken_folder.name, "--yes")


@pytest.mark.parametrize("kind", [ImportError, OSError])
def test_a_library_that_cannot_be_loaded_is_told_with_both_causes(place, capsys, monkeypatch, kind):
    loading_error = kind("libtorch_cpu.so: failed to map segment from shared object")
    monkeypatch.setattr(Revision, "sample", lambda *args: (_ for _ in ()).throw(loading_error))
    status, out, err = run_command(capsys, "sample", REVISION, "-o", "out.png")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "libtorch_cpu.so" in err and "not enough memory, or" in err and "(noexec)" in err


@pytest.mark.parametrize("allocate", [torch.empty, np.empty])
def test_a_lack_of_memory_is_told(place, capsys, monkeypatch, allocate):
    monkeypatch.setattr(Revision, "sample", lambda *args: allocate(2**50))
    status, out, err = run_command(capsys, "sample", REVISION, "-o", "out.png")
    assert (status, out, err.count("\n")) == (1, "", 1) and "not enough memory" in err


@pytest.mark.parametrize("damage", ["missing", "cut", "text"])
def test_damaged_weights_are_told(place, capsys, damage):
    weights = place / "checkpoints" / REVISION / "weights.safetensors"
    whole = weights.read_bytes()
    weights.unlink() if damage == "missing" else weights.write_bytes(whole[:-9] if damage == "cut" else b"not weights")
    status, out, err = run_command(capsys, "sample", REVISION, "-n", 1, "-o", "out.png")
    assert (
        (status, out, err.count("\n")) == (1, "", 1) and "weights.safetensors" in err and not Path("out.png").exists()
    )


def test_a_record_nested_too_deeply_is_damaged(place, capsys):
    status = place / "checkpoints" / REVISION / "status.json"
    record = json.loads(status.read_text())
    record.pop("crc32")
    text = json.dumps(record | {"machine": "deep"})
    status.write_text(text.replace('"deep"', '{"a":' * 600 + "1" + "}" * 600))
    actual = json.loads(command_output(capsys, "show", REVISION, "--json"))
    assert actual["state"] == "failed" and "status.json" in str(actual["status"]["error"])
