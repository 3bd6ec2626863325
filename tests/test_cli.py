"""The command line from outside: what it prints, its exit status, and that a wrong input changes nothing."""

import csv
import io
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from aae_core import cli, progress
from aae_core.revisions import Store

PROJECT = Path(__file__).parents[1]
TINY = ["--set", "network.hidden=8", "--set", "network.discriminator=8", "--set", "threads=1"]
REVISION = "20200101T000000Z-supervised-digits-abc123"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A store with one small supervised revision of a fixed name."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("trained")
        patch.setenv("AAE_CHECKPOINTS", str(root))
        assert cli.main(["train", "--variant", "supervised", "--steps", "20", "--quiet", "--json", *TINY]) == 0
        made = next(row.path for row in Store().list() if not row.gallery)
        made.rename(root / REVISION)
    return root


def enter(folder, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(folder / "checkpoints"))
    monkeypatch.setenv("AAE_DATA", str(folder / "data"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def place(trained, tmp_path, monkeypatch):
    """A folder of its own, with a copy of that store in it, as the current one."""
    shutil.copytree(trained, tmp_path / "checkpoints")
    return enter(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def littered(trained, tmp_path_factory):
    """A folder with that store and wrong files, made once: whoever uses it must leave it as it is."""
    folder = tmp_path_factory.mktemp("littered")
    shutil.copytree(trained, folder / "checkpoints")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        wrong_files()
    return folder


def run(capsys, *argv):
    """Exit status, stdout, stderr."""
    capsys.readouterr()
    status = cli.main([str(arg) for arg in argv])
    return (status, *capsys.readouterr())


def ok(capsys, *argv):
    status, out, err = run(capsys, *argv)
    assert status == 0, err
    return out


def files(folder):
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.endswith(".lock")
    }


def test_train_prints_one_json_object_and_twice_gives_the_same_weights(place, capsys):
    found = []
    for _ in range(2):
        out = ok(capsys, "train", "--variant", "aae", "--data", "digits", "--epochs", 1, "--seed", 1, "--json", "--quiet", *TINY)
        assert out.count("\n") == 1
        record = json.loads(out)
        assert set(record) == {"revision", "state", "steps", "epochs", "seconds", "samples_per_second", "measures"}
        assert (record["state"], record["steps"], record["epochs"]) == ("done", 14, 1)
        assert record["seconds"] > 0 and record["samples_per_second"] > 0 and record["measures"]["mmd2"] > 0
        revision = Store().open(record["revision"])
        found.append({name: value.numpy() for name, value in revision.model().state_dict().items()})
    assert all(np.array_equal(found[0][name], found[1][name]) for name in found[0])


def test_a_training_that_breaks_is_told_and_exits_with_1(place, capsys):
    wild = ["--set", "optimiser.reconstruction_rate=10", "--set", "optimiser.clip=0", "--set", "cost=cross-entropy"]
    status, out, err = run(capsys, "train", "--variant", "ae", "--epochs", 3, "--json", "--quiet", *wild, *TINY)
    assert status == 1 and err.count("\n") == 1 and "reconstruction phase" in err and "clip" in err
    assert json.loads(out)["state"] == "failed"


def test_settings_reach_the_configuration(place, capsys):
    argv = ["--prior", "mixture", "--latent-dim", 4, "--set", "prior.scale=2.5", "--set", "optimiser.clip=3", "--name", "mine"]
    record = json.loads(ok(capsys, "train", *argv, "--steps", 2, "--json", "--quiet", *TINY))
    config = json.loads(ok(capsys, "show", record["revision"], "--json"))["config"]
    assert (config["prior"]["name"], config["prior"]["scale"], config["latent_dim"]) == ("mixture", 2.5, 4)
    assert (config["optimiser"]["clip"], config["name"], config["network"]["hidden"]) == (3, "mine", [8])


def test_list_and_show(place, capsys):
    rows = json.loads(ok(capsys, "list", "--json"))
    row = next(row for row in rows if row["revision"] == REVISION)
    assert set(row) == {"revision", "label", "state", "variant", "data", "created", "steps", "epochs", "gallery"}
    assert (row["state"], row["variant"], row["data"], row["steps"], row["gallery"]) == ("done", "supervised", "digits", 20, False)
    assert REVISION in ok(capsys, "list")
    record = json.loads(ok(capsys, "show", REVISION[:30], "--json"))
    assert set(record) == {"revision", "state", "config", "status", "measures"}
    assert record["config"]["variant"] == "supervised" and record["status"]["step"] == 20
    text = ok(capsys, "show", "latest")
    assert REVISION in text and "optimiser.schedule" in text and "Holes" in text


def test_folders_may_stand_on_either_side_of_the_command(place, capsys, monkeypatch):
    elsewhere = place / "elsewhere"
    shutil.move(place / "checkpoints", elsewhere)
    for argv in (["--checkpoints", elsewhere, "list"], ["list", "--checkpoints", elsewhere]):
        monkeypatch.setenv("AAE_CHECKPOINTS", str(place / "checkpoints"))
        assert REVISION in ok(capsys, *argv)


def test_evaluate(place, capsys):
    record = json.loads(ok(capsys, "evaluate", REVISION, "--protocol", "reconstruction", "--json"))
    assert set(record) == {"revision", "reconstruction"} and record["reconstruction"]["n"] == 359
    assert "Reconstruction error" in ok(capsys, "evaluate", REVISION, "--protocol", "reconstruction")


def test_protocols_are_those_of_the_evaluation():
    from aae_core import evaluation

    assert list(cli.PROTOCOLS) == list(evaluation.PROTOCOLS)


def test_encode_and_decode_are_the_revisions_own(place, capsys):
    images = np.random.default_rng(0).integers(0, 256, (12, 8, 8), dtype=np.uint8)
    labels = np.arange(12) % 10
    np.savez("images.npz", images=images, labels=labels)
    ok(capsys, "encode", REVISION, "images.npz", "-o", "codes.npz")
    revision = Store().open(REVISION)
    with np.load("codes.npz", allow_pickle=False) as held:
        assert set(held) == {"z", "y"} and held["z"].dtype == np.float32
        np.testing.assert_array_equal(held["z"], revision.encode(images))
        np.testing.assert_array_equal(held["y"], np.eye(10)[labels])
        z = held["z"]
    ok(capsys, "decode", REVISION, "codes.npz", "-o", "decoded.npz")
    np.testing.assert_array_equal(np.load("decoded.npz")["images"], revision.decode(z, labels))
    ok(capsys, "decode", REVISION, "codes.npz", "-o", "sevens.npz", "--class", 7)
    np.testing.assert_array_equal(np.load("sevens.npz")["images"], revision.decode(z, np.full(12, 7)))


def test_encode_takes_an_image_of_another_size(place, capsys):
    Image.new("RGB", (31, 17), "red").save("red.png")
    ok(capsys, "encode", REVISION, "red.png", "-o", "codes.npz")
    with np.load("codes.npz") as held:
        assert set(held) == {"z"} and held["z"].shape == (1, 2)


def test_sample(place, capsys):
    ok(capsys, "sample", REVISION, "-n", 10, "-o", "grid.png")
    # 10 images: 4 columns, 3 rows of 8 pixels and gaps of 1, each pixel drawn 8 times as wide
    assert Image.open("grid.png").size == (8 * (4 * 8 + 3), 8 * (3 * 8 + 2))
    ok(capsys, "sample", REVISION, "-n", 5, "--seed", 3, "-o", "samples.npz", "--class", 2)
    np.testing.assert_array_equal(np.load("samples.npz")["images"], Store().open(REVISION).sample(5, 3, np.full(5, 2)))


def test_export_holds_what_decode_reads(place, capsys):
    ok(capsys, "export", REVISION, "-o", "taken")
    assert {p.name for p in Path("taken").iterdir()} == {"weights.safetensors", "config.json", "codes.csv", "codes.npz"}
    z = np.load("taken/codes.npz")["z"]
    with open("taken/codes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_allclose([[float(row["z0"]), float(row["z1"])] for row in rows], z, rtol=1e-6)
    ok(capsys, "decode", REVISION, "taken/codes.npz", "-o", "decoded.npz")
    assert len(np.load("decoded.npz")["images"]) == len(z)


def test_delete_asks_first(place, capsys, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    status, _, err = run(capsys, "delete", REVISION)
    assert status == 1 and "Nothing was deleted" in err and REVISION in ok(capsys, "list")
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    ok(capsys, "delete", REVISION)
    assert REVISION not in ok(capsys, "list")


def test_delete_needs_yes_where_nobody_can_be_asked(place, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert run(capsys, "delete", REVISION)[0] == 2
    ok(capsys, "delete", REVISION, "--yes")
    assert not (place / "checkpoints" / REVISION).exists()


def test_data_is_listed_and_added(place, capsys):
    rows = {row["name"]: row for row in json.loads(ok(capsys, "data", "list", "--json"))}
    assert rows["digits"]["available"] and not rows["mnist"]["available"]
    assert "glyphs" in ok(capsys, "data")
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8)
    np.savez("own.npz", images=images, labels=np.arange(40) % 2)
    ok(capsys, "data", "add", "own.npz", "--name", "mine", "--quiet")
    assert "mine" in ok(capsys, "data", "list")
    ok(capsys, "train", "--data", "mine", "--steps", 2, "--quiet", *TINY)


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
    (["--set", "network.hidden=9999999"], "network.hidden"),
    (["--set", "optimiser.schedule=50"], "optimiser.schedule"),
    (["--set", "a.b.c=1"], "a.b.c"),
    (["--var", "aae"], "--var"),
    (["--what"], "--what"),
    (["surplus"], "surplus"),
    (["--checkpoints", ""], "folder"),
]
OTHERS = [
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
    (2, ["encode", REVISION, "images.npz", "-o", "out.csv"], ".npz"),
    (2, ["encode", REVISION, "images.npz", "-o", "nowhere/out.npz"], "nowhere"),
    (1, ["encode", "2099", "images.npz", "-o", "out.npz"], "2099"),
    (1, ["encode", REVISION, "missing.npz", "-o", "out.npz"], "missing"),
    (1, ["encode", REVISION, "text.txt", "-o", "out.npz"], "text.txt"),
    (1, ["encode", REVISION, "colours.npz", "-o", "out.npz"], "colours"),
    (1, ["encode", REVISION, "floats.npz", "-o", "out.npz"], "floats"),
    (1, ["encode", REVISION, "strange.npz", "-o", "out.npz"], "labels"),
    (1, ["encode", REVISION, "codes.npz", "-o", "out.npz"], "images"),
    (2, ["decode", REVISION, "bare.npz", "-o", "out.npz"], "--class"),
    (2, ["decode", REVISION, "codes.npz", "-o", "full"], "full"),
    (2, ["decode", REVISION, "codes.npz", "-o", "out.png", "--class", "10"], "--class"),
    (2, ["decode", REVISION, "codes.npz", "-o", "out.png", "--class", "ten"], "--class"),
    *((1, ["decode", REVISION, f"{name}.npz", "-o", "out.npz"], name) for name in
      ("wide", "flat", "empty", "words", "nan", "huge", "y", "label", "pickled", "cut", "pickle", "text", "bomb", "images", "gone")),
    (2, ["sample", REVISION, "-n", "0", "-o", "out.png"], "-n"),
    (2, ["sample", REVISION, "-n", "10001", "-o", "out.png"], "-n"),
    (2, ["sample", REVISION, "-n", "many", "-o", "out.png"], "-n"),
    (2, ["sample", REVISION, "--seed", "-1", "-o", "out.png"], "--seed"),
    (2, ["sample", REVISION, "-n", "3", "-o", "out.gif"], ".png"),
    (2, ["export", REVISION, "-o", "full"], "full"),
    (2, ["export", REVISION, "-o", "text.txt"], "text.txt"),
    (2, ["export", REVISION, "-o", "no/where"], "no"),
    (2, ["data", "dance"], "dance"),
    (1, ["data", "get", "nonsense"], "nonsense"),
    (2, ["data", "add", "images.npz"], "--name"),
    (1, ["data", "add", "missing", "--name", "mine"], "missing"),
    (1, ["data", "add", "images.npz", "--name", "digits"], "digits"),
    (1, ["data", "add", "images.npz", "--name", "../up"], "name"),
    (2, ["data", "add", "images.npz", "--name", "mine", "--size", "0"], "--size"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "argv", "word"),
    [(2, ["train", *argv], word) for argv, word in TRAIN] + OTHERS,
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else None,
)
def test_wrong_input_is_one_sentence_and_changes_nothing(littered, capsys, monkeypatch, status, argv, word):
    place = enter(littered, monkeypatch)
    before = files(place)
    found, out, err = run(capsys, *argv)
    assert found == status, err
    assert out == "" and err.count("\n") == 1 and err.startswith("aae: ")
    assert word in err and len(err) < 1200 and "Traceback" not in err
    assert files(place) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [("config.json", b'{"format": 1, "con'), ("config.json", b'{"format": 99}'), ("config.json", b"[]"), ("status.json", b"{")],
)
def test_a_damaged_record_is_told_and_the_rest_is_listed(place, capsys, name, content):
    broken = place / "checkpoints" / REVISION.replace("abc", "bad")
    shutil.copytree(place / "checkpoints" / REVISION, broken)
    (broken / name).write_bytes(content)
    status, out, err = run(capsys, "show", broken.name)
    assert (status, out, err.count("\n")) == (1, "", 1) and name in err
    rows = {row["revision"]: row["state"] for row in json.loads(ok(capsys, "list", "--json"))}
    assert rows[broken.name] == "broken" and rows[REVISION] == "done"
    ok(capsys, "delete", broken.name, "--yes")


@pytest.mark.parametrize("damage", ["missing", "cut", "text"])
def test_damaged_weights_are_told(place, capsys, damage):
    weights = place / "checkpoints" / REVISION / "weights.safetensors"
    whole = weights.read_bytes()
    weights.unlink() if damage == "missing" else weights.write_bytes(whole[:-9] if damage == "cut" else b"not weights")
    status, out, err = run(capsys, "sample", REVISION, "-n", 1, "-o", "out.png")
    assert (status, out, err.count("\n")) == (1, "", 1) and "weights.safetensors" in err and not Path("out.png").exists()


def test_help_names_every_setting_with_an_option(capsys):
    assert cli.main(["train", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "--latent-dim" in text and "dimensions of the code z (1 to 512; default 2)" in text


def test_progress_tells_share_and_time_left(capsys, monkeypatch):
    clock = iter([0.0, 1.0, 21.0, 41.0, 50.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.Bar("training") as bar:
        for done in (10, 20, 30):
            bar.show(done, 100, "steps")
    lines = capsys.readouterr().err.splitlines()
    # from second 1 to 41 twenty steps were done, so the seventy left take 140 seconds
    assert lines[-1].startswith("training [#######...") and "30% steps, 2 min 20 s left" in lines[-1]
    with progress.Bar("training", quiet=True) as bar:
        bar.say("hello")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("seconds", "text"), [(8.24, "8.2 s"), (185, "3 min 5 s"), (7800, "2 h 10 min")])
def test_durations(seconds, text):
    assert progress.duration(seconds) == text


def command(*argv, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "aae_core", *argv],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ), **options,
    )  # fmt: skip


def test_list_starts_without_anything_heavy_and_survives_a_closed_pipe(place):
    heavy = "import sys; from aae_core import cli; cli.main(['list']); print([m for m in ('torch', 'sklearn', 'scipy', 'PIL') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", heavy], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen([sys.executable, "-m", "aae_core", "list"], cwd=PROJECT, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert process.communicate(timeout=60)[1] == b"" and process.returncode == 1


def test_ctrl_c_pauses_and_resume_ends_with_the_weights_of_an_undisturbed_run(place, capsys):
    argv = ["train", "--steps", "600", "--seed", "4", *TINY]
    process = command(*argv)
    assert "begins" in process.stderr.readline()
    revision = next(row.id for row in Store().list() if row.id != REVISION and not row.gallery)
    waited = time.monotonic() + 60
    while Store().open(revision).status.state != "running" or not Store().open(revision).sizes().get("weights.safetensors"):
        assert time.monotonic() < waited and process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == cli.INTERRUPTED, err
    assert f"python -m aae_core resume {revision}" in err.splitlines()[-1] and "Traceback" not in err
    paused = Store().open(revision)
    assert paused.status.state == "paused" and 0 <= paused.status.step < 600
    record = json.loads(ok(capsys, "resume", revision, "--json", "--quiet"))
    assert (record["state"], record["steps"]) == ("done", 600)
    whole = json.loads(ok(capsys, *argv, "--json", "--quiet"))
    states = [Store().open(name).model().state_dict() for name in (revision, whole["revision"])]
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0])
