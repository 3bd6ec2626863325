"""The command line from outside: what it prints, what it writes, and its exit status."""

import csv
import io
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.cli_runs import REVISION, TINY, command_output, run_command
from PIL import Image
from scipy import stats

from aae_core import files
from aae_core.cli import arguments, streams
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import DataError
from aae_core.files import write_atomic
from aae_core.runs import engines, ray_engine
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.training import machine

PROJECT = Path(__file__).parents[3]


def test_train_prints_one_json_object_and_twice_gives_the_same_weights(place, capsys):
    calls = []
    for _ in range(2):
        out = command_output(
            capsys,
            "train",
            "--variant",
            "aae",
            "--data",
            "digits",
            "--epochs",
            1,
            "--seed",
            1,
            "--json",
            "--quiet",
            *TINY,
        )
        assert out.count("\n") == 1
        record = json.loads(out)
        assert set(record) == {"revision", "state", "steps", "epochs", "seconds", "samples_per_second", "measures"}
        assert (record["state"], record["steps"], record["epochs"]) == ("done", 14, 1)
        assert record["seconds"] > 0 and record["samples_per_second"] > 0 and record["measures"]["mmd2"] > 0
        revision = Store().open(record["revision"])
        calls.append({name: value.numpy() for name, value in revision.model().state_dict().items()})
    assert all(np.array_equal(calls[0][name], calls[1][name]) for name in calls[0])


def test_a_training_that_breaks_is_told_and_exits_with_1(place, capsys):
    wild = [
        f"--set={setting}" for setting in ("optimiser.kind=sgd", "optimiser.reconstruction_rate=10", "optimiser.clip=0")
    ]
    wild += ["--set", "cost=cross-entropy"]
    status, out, err = run_command(capsys, "train", "--variant", "ae", "--epochs", 3, "--json", "--quiet", *wild, *TINY)
    assert status == 1 and err.count("\n") == 1 and "reconstruction phase" in err and "clip" in err
    assert json.loads(out)["state"] == "failed"


def test_training_ends_with_what_show_says_of_figures_and_health(place, capsys):
    settings = ["--set", "optimiser.reconstruction_rate=1e-6", "--epochs", 20]  # too small to learn anything
    training_lines = command_output(capsys, "train", *settings, "--quiet", *TINY).splitlines()
    assert " done after 280 steps" in training_lines[0]
    show_lines = command_output(capsys, "show", "latest").splitlines()
    assert show_lines[-len(training_lines) + 1 :] == training_lines[1:]
    assert any("Reconstruction error" in line for line in training_lines) and any(
        "Cause" in line for line in training_lines
    )


def test_settings_reach_the_configuration(place, capsys):
    argv = [
        "--prior",
        "mixture",
        "--latent-dim",
        4,
        "--set",
        "prior.scale=2.5",
        "--set",
        "optimiser.clip=3",
        "--name",
        "mine",
    ]
    record = json.loads(command_output(capsys, "train", *argv, "--steps", 2, "--json", "--quiet", *TINY))
    config = json.loads(command_output(capsys, "show", record["revision"], "--json"))["config"]
    assert (config["prior"]["name"], config["prior"]["scale"], config["latent_dim"]) == ("mixture", 2.5, 4)
    assert (config["optimiser"]["clip"], config["name"], config["network"]["hidden"]) == (3, "mine", [8])


def test_list_and_show(place, capsys):
    rows = json.loads(command_output(capsys, "list", "--json"))
    row = next(row for row in rows if row["revision"] == REVISION)
    former_keys = {"revision", "label", "state", "variant", "data", "created", "steps", "epochs", "gallery"}
    assert set(row) == former_keys | {"continued_from"} and row["continued_from"] is None
    assert (row["state"], row["variant"], row["data"], row["steps"], row["gallery"]) == (
        "done",
        "supervised",
        "digits",
        20,
        False,
    )
    assert REVISION in command_output(capsys, "list")
    record = json.loads(command_output(capsys, "show", REVISION[:30], "--json"))
    assert set(record) == {"revision", "state", "continued_from", "config", "status", "measures", "health"}
    assert record["continued_from"] is None
    assert record["config"]["variant"] == "supervised" and record["status"]["step"] == 20
    text = command_output(capsys, "show", "latest")
    assert REVISION in text and "optimiser.schedule" in text and "Holes" in text
    assert record["health"] == [] and "Too early to tell" in text


@pytest.mark.parametrize("variant", ["aae", "vae"])
def test_show_prints_the_settings_that_a_variant_has(place, capsys, variant):
    """Those of an AAE and a VAE as the paper and its formula have them; the other keys of config.json have no effect."""
    store = Store()
    config = configure(variant=variant, data="wine", steps=2)
    revision = store.create(config, sets.describe_data_set("wine"), Status("queued", queued=time.time()))
    keys = {line.split()[0] for line in command_output(capsys, "show", revision.id).splitlines()}
    adversarial = {"network.discriminator", "optimiser.discrimination_rate", "optimiser.generation_rate"}
    assert keys >= {"variant", "posterior", "latent_dim", "cost", "network.hidden", "prior.scale"}
    assert keys >= (adversarial if variant == "aae" else {"beta"})
    assert not keys & ({"beta"} if variant == "aae" else adversarial)
    assert not keys & {"alpha", "clusters", "labels", "heads", "projections", "prior.components", "network.channels"}
    stored = json.loads(command_output(capsys, "show", revision.id, "--json"))["config"]
    assert {"beta", "clusters", "heads"} <= stored.keys(), "as released versions print it"


def test_show_prints_no_prior_of_an_autoencoder(place, capsys):
    store = Store()
    config = configure(variant="ae", data="wine", steps=2)
    revision = store.create(config, sets.describe_data_set("wine"), Status("queued", queued=time.time()))
    keys = {line.split()[0] for line in command_output(capsys, "show", revision.id).splitlines()}
    assert {"variant", "latent_dim", "cost"} <= keys
    assert not any(key.startswith("prior.") for key in keys)


def test_of_a_table_the_command_line_speaks_of_rows(place, capsys):
    command_output(capsys, "train", "--data", "wine", "--steps", "5", "--quiet", *TINY)
    text = command_output(capsys, "show", "latest") + command_output(
        capsys, "evaluate", "latest", "--protocol", "reconstruction"
    )
    assert "between a row and its reconstruction" in text
    assert " image" not in text and "pixel" not in text


WON = {"reconstruction": 5.0, "discrimination": 0.1, "generation": 5.0}


def test_show_tells_what_ails_a_training_and_what_mends_it(place, capsys):
    revision = Store().open(REVISION)
    revision.write_metrics([{"step": step, "epoch": step / 14, "losses": WON} for step in (10, 400)])
    result = {
        finding["key"]: finding for finding in json.loads(command_output(capsys, "show", REVISION, "--json"))["health"]
    }
    assert set(result) == {"stalled", "d-too-strong"} and result["d-too-strong"]["severity"] == "severe"
    text = command_output(capsys, "show", REVISION)
    assert "2 findings: The training has stalled; D is too strong" in text
    for finding in result.values():
        assert f"--set {finding['setting']}={finding['value']}" in text
        assert all(finding[part] in text for part in ("evidence", "reason", "advice"))
    (revision.path / "metrics.jsonl").write_text("{cut\n")
    assert "cannot be determined: Line 1 of" in command_output(capsys, "show", REVISION)
    assert json.loads(command_output(capsys, "show", REVISION, "--json"))["health"] is None


def test_list_tells_why_a_named_revision_failed(place, capsys):
    revision = Store().open(REVISION)
    revision.annotate(label="my own")
    died = {"what": "The worker ended without a message.", "do": "Resume it."}
    revision.write_status(replace(revision.status, state="failed", error=died))
    assert "my own – The worker ended without a message. Resume it." in command_output(capsys, "list")


def test_folders_may_stand_on_either_side_of_the_command(place, capsys, monkeypatch):
    elsewhere = place / "elsewhere"
    shutil.move(place / "checkpoints", elsewhere)
    for argv in (["--checkpoints", elsewhere, "list"], ["list", "--checkpoints", elsewhere]):
        monkeypatch.setenv("AAE_CHECKPOINTS", str(place / "checkpoints"))
        assert REVISION in command_output(capsys, *argv)


def test_evaluate(place, capsys):
    record = json.loads(command_output(capsys, "evaluate", REVISION, "--protocol", "reconstruction", "--json"))
    assert set(record) == {"revision", "reconstruction"} and record["reconstruction"]["n"] == 359
    assert "Reconstruction error" in command_output(capsys, "evaluate", REVISION, "--protocol", "reconstruction")


def test_protocols_are_those_of_the_evaluation():
    from aae_core.evaluation import protocols

    assert {*arguments.PROTOCOLS} == {*protocols.PROTOCOL_ROWS, "all"}


def test_encode_and_decode_are_the_revisions_own(place, capsys, monkeypatch):
    images = np.random.default_rng(0).integers(0, 256, (12, 8, 8), dtype=np.uint8)
    labels = np.arange(12) % 10
    np.savez("images.npz", images=images, labels=labels)
    monkeypatch.setenv("HOME", str(place))
    command_output(capsys, "encode", REVISION, "~/images.npz", "-o", "codes.npz")
    revision = Store().open(REVISION)
    with np.load("codes.npz", allow_pickle=False) as stored:
        assert set(stored) == {"z", "y"} and stored["z"].dtype == np.float32
        np.testing.assert_array_equal(stored["z"], revision.encode(images))
        np.testing.assert_array_equal(stored["y"], np.eye(10)[labels])
        z = stored["z"]
    command_output(capsys, "decode", REVISION, "codes.npz", "-o", "decoded.npz")
    np.testing.assert_array_equal(np.load("decoded.npz")["images"], revision.decode(z, labels))
    command_output(capsys, "decode", REVISION, "codes.npz", "-o", "sevens.npz", "--class", 7)
    np.testing.assert_array_equal(np.load("sevens.npz")["images"], revision.decode(z, np.full(12, 7)))


def test_encode_writes_the_scores_of_each_image_where_they_are_asked_for(place, capsys, monkeypatch):
    images, labels = np.random.default_rng(0).integers(0, 256, (12, 8, 8), dtype=np.uint8), np.arange(12) % 10
    np.savez("images.npz", images=images, labels=labels)
    command_output(capsys, "encode", REVISION, "images.npz", "-o", "codes.npz", "--scores")
    revision = Store().open(REVISION)
    with np.load("codes.npz", allow_pickle=False) as actual:
        assert set(actual) == {"z", "y", "error", "log_p"}
        squares = np.square(images[..., None] / 255 - revision.decode(actual["z"], labels) / 255)
        assert np.allclose(actual["error"], squares.sum((1, 2, 3)) / 2, atol=0.1)  # images have 256 greys
        assert np.allclose(actual["log_p"], stats.norm.logpdf(actual["z"]).sum(1), rtol=1e-5)
    np.savez("unnamed.npz", images=images)
    for output in ("codes.npz", "codes.csv"):
        status, _, error_text = run_command(capsys, "encode", REVISION, "unnamed.npz", "-o", output, "--scores")
        assert status == 2 and "give an .npz with the arrays images and labels" in error_text
    for module in ("aae_core.cli.file_commands", "aae_core.store.revision"):
        monkeypatch.setattr(f"{module}.trained_phases", lambda config: ())  # as with a reconstruction rate of 0
    command_output(capsys, "encode", REVISION, "unnamed.npz", "-o", "codes.npz", "--scores")
    with np.load("codes.npz", allow_pickle=False) as actual:
        assert "log_p" in actual and "error" not in actual


def test_encode_takes_an_image_of_another_size(place, capsys):
    Image.new("RGB", (31, 17), "red").save("red.png")
    command_output(capsys, "encode", REVISION, "red.png", "-o", "codes.npz")
    with np.load("codes.npz") as output:
        assert set(output) == {"z"} and output["z"].shape == (1, 2)


def test_sample(place, capsys):
    command_output(capsys, "sample", REVISION, "-n", 10, "-o", "grid.png")
    # 10 images: 4 columns, 3 rows of 8 pixels and gaps of 1, each pixel drawn 8 times as wide
    assert Image.open("grid.png").size == (8 * (4 * 8 + 3), 8 * (3 * 8 + 2))
    command_output(capsys, "sample", REVISION, "-n", 5, "--seed", 3, "-o", "samples.npz", "--class", 2)
    np.testing.assert_array_equal(np.load("samples.npz")["images"], Store().open(REVISION).sample(5, 3, np.full(5, 2)))


def test_codes_are_found_in_the_user_s_home(place, capsys, monkeypatch):
    monkeypatch.setenv("HOME", str(place / "home"))
    monkeypatch.setenv("USERPROFILE", str(place / "home"))
    (place / "home").mkdir()
    np.savez("home/codes.npz", z=np.zeros((3, 2)), labels=np.arange(3))
    assert "3 images" in command_output(capsys, "decode", REVISION, "~/codes.npz", "-o", "out.npz")


def test_export_holds_what_decode_reads(place, capsys):
    command_output(capsys, "export", REVISION, "-o", "taken")
    expected = {"weights.safetensors", "config.json", "codes.csv", "codes.npz", "model.md"}
    assert {p.name for p in Path("taken").iterdir()} == expected
    z = np.load("taken/codes.npz")["z"]
    with open("taken/codes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    np.testing.assert_allclose([[float(row["z0"]), float(row["z1"])] for row in rows], z, rtol=1e-6)
    command_output(capsys, "decode", REVISION, "taken/codes.npz", "-o", "decoded.npz")
    assert len(np.load("decoded.npz")["images"]) == len(z)


@pytest.mark.parametrize("has_folder", [False, True])
def test_an_export_that_does_not_fit_on_the_disk_leaves_nothing(place, capsys, monkeypatch, has_folder):
    def fail_at_codes(path, *rest):
        if path.name == "codes.csv":
            raise DataError("The disk is full.")
        write_atomic(path, *rest)

    if has_folder:
        Path("taken").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(files, "write_atomic", fail_at_codes)
        assert run_command(capsys, "export", REVISION, "-o", "taken") == (1, "", "aae: The disk is full.\n")
    assert Path("taken").exists() == has_folder and not list(Path().glob("taken/*"))
    command_output(capsys, "export", REVISION, "-o", "taken")


@pytest.mark.parametrize("has_folder", [False, True])
@pytest.mark.parametrize("function_name", ["_sync_handle", "_sync_folder_entries"])
@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_export_that_is_interrupted_leaves_nothing(place, capsys, monkeypatch, has_folder, function_name, error):
    """Before a file has its name, or after it."""
    Path("cut").mkdir() if has_folder else None

    def stop(*args):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(files, function_name, stop)
        assert run_command(capsys, "export", REVISION, "-o", "cut")[0] == (1 if error is OSError else 130)
    assert Path("cut").exists() == has_folder and not list(Path().glob("cut/*"))


def test_a_failed_export_says_why_and_keeps_what_others_wrote(place, capsys, monkeypatch):
    def fail_at_codes(path, *rest):
        if path.name == "codes.csv":
            (path.parent / "theirs").touch()
            raise DataError("The disk is full.")
        write_atomic(path, *rest)

    def refuse(path, *args, **kwargs):
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_atomic", fail_at_codes)
        patch.setattr(Path, "unlink", refuse)
        assert run_command(capsys, "export", REVISION, "-o", "shared") == (1, "", "aae: The disk is full.\n")
    assert Path("shared/theirs").exists()


def content(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_delete_is_undone_by_restore(place, capsys):
    folder = place / "checkpoints" / REVISION
    before = content(folder)
    outcome = command_output(capsys, "delete", REVISION)
    assert f"restore {REVISION}" in outcome and REVISION not in command_output(capsys, "list")
    status, _, err = run_command(capsys, "show", REVISION)
    assert status == 1 and f"restore {REVISION}" in err
    assert REVISION in command_output(capsys, "trash")
    (row,) = json.loads(command_output(capsys, "trash", "--json"))["revisions"]
    assert row["revision"] == REVISION and row["bytes"] >= sum(map(len, before.values()))
    command_output(capsys, "restore", REVISION[:20])
    assert content(folder) | {"worker.lock": b""} == before | {"worker.lock": b""} and "empty" in command_output(
        capsys, "trash"
    )
    status, _, err = run_command(capsys, "restore", REVISION)
    assert status == 1 and "no revision" in err


@pytest.mark.parametrize("command", [("delete", REVISION, "--for-good"), ("trash", "--empty")])
def test_what_cannot_be_undone_is_asked_first(place, capsys, monkeypatch, command):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    if command[0] == "trash":
        command_output(capsys, "delete", REVISION)
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    status, _, err = run_command(capsys, *command)
    assert (
        status == 1
        and "Nothing was deleted" in err
        and REVISION in command_output(capsys, "list") + command_output(capsys, "trash")
    )
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    command_output(capsys, *command)
    assert REVISION not in command_output(capsys, "list") + command_output(capsys, "trash")


@pytest.mark.parametrize("command", [("delete", REVISION, "--for-good"), ("trash", "--empty")])
def test_where_nobody_can_be_asked_nothing_goes_for_good_without_yes(place, capsys, monkeypatch, command):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    if command[0] == "trash":
        command_output(capsys, "delete", REVISION)
    status, out, err = run_command(capsys, *command)
    assert (
        (status, out) == (1, "")
        and "give --yes" in err
        and REVISION in command_output(capsys, "list") + command_output(capsys, "trash")
    )
    command_output(capsys, *command, "--yes")
    assert not (place / "checkpoints" / REVISION).exists() and "empty" in command_output(capsys, "trash")


def test_a_training_for_which_there_is_no_room_is_refused(place, capsys, monkeypatch):
    before = command_output(capsys, "list")
    monkeypatch.setattr("aae_core.runs.disk_space.free_bytes", lambda path: 1000)
    status, _, err = run_command(capsys, "train", "--steps", "5", "--quiet")
    assert (
        status == 1 and "too little room" in err and err.count("\n") == 1 and command_output(capsys, "list") == before
    )


def test_where_a_cluster_does_not_answer_nothing_is_begun(place, capsys, monkeypatch):
    monkeypatch.setitem(engines.ENGINES, "ray", ray_engine.RayActors())
    monkeypatch.setenv("AAE_ENGINE", "ray")
    monkeypatch.setenv("AAE_RAY_ADDRESS", "127.0.0.1:1")
    revision = Store().open(REVISION)
    revision.write_status(replace(revision.status, state="paused", step=10))
    before = content(place)
    for argv in (["train", "--steps", "5"], ["resume", REVISION]):
        status, out, err = run_command(capsys, *argv, "--quiet")
        assert (
            (status, out, err.count("\n")) == (1, "", 1)
            and "127.0.0.1:1 does not answer" in err
            and "nothing was begun, so try again" in err
        )
        assert content(place) == before


def test_data_is_listed_and_added(place, capsys):
    rows = {row["name"]: row for row in json.loads(command_output(capsys, "data", "list", "--json"))}
    assert rows["digits"]["available"] and not rows["mnist"]["available"]
    assert "glyphs" in command_output(capsys, "data")
    images = np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8)
    np.savez("own.npz", images=images, labels=np.arange(40) % 2)
    command_output(capsys, "data", "add", "own.npz", "--name", "mine", "--quiet")
    assert "mine" in command_output(capsys, "data", "list")
    meta = place / "data" / "own" / "mine" / "meta.json"
    whole = meta.read_bytes()
    meta.write_text("{")
    (row,) = [line for line in command_output(capsys, "data", "list").splitlines() if line.startswith("mine")]
    assert "meta.json" in row and "data get" not in row, "a damaged set of one's own cannot be downloaded"
    meta.write_bytes(whole)
    assert run_command(capsys, "data", "remove", "mine")[0] == 1, "nobody can be asked, and nothing says yes"
    assert "mine" in command_output(capsys, "data", "list")
    assert command_output(capsys, "data", "remove", "mine", "--yes") == "mine removed.\n"
    assert "mine" not in command_output(capsys, "data", "list")
    command_output(capsys, "data", "add", "own.npz", "--name", "mine", "--quiet")
    command_output(capsys, "train", "--data", "mine", "--steps", 2, "--quiet", *TINY)


def test_what_is_left_out_of_a_set_is_told(place, capsys):
    images = np.random.default_rng(0).integers(0, 256, (42, 10, 20), dtype=np.uint8)
    images[7], images[40:] = images[3], 9
    np.savez("own.npz", images=images)
    assert (
        arguments.main(["data", "add", "own.npz", "--name", "mine", "--size", "8", "--margins", "--tidy", "--quiet"])
        == 0
    )
    output = capsys.readouterr()
    sentences = [
        "image 7 is the same image as image 3",
        "image 40 has a single colour",
        "image 41 is the same image as image 40",
    ]
    assert output.err.splitlines() == [f"Left out: {item}." for item in sentences]
    assert "33 training and 6 test images" in output.out and "--preset" not in output.out
    np.savez("large.npz", images=np.random.default_rng(0).integers(0, 256, (40, 36, 36), dtype=np.uint8))
    assert "train --data large --preset images --latent-dim 8" in command_output(
        capsys, "data", "add", "large.npz", "--name", "large"
    )


def test_help_names_every_setting_with_an_option(capsys):
    assert arguments.main(["train", "--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "--latent-dim" in text and "dimensions of the code z (1 to 512; default 2)" in text


@pytest.mark.parametrize(
    ("argv", "restart_count"),
    [
        (["train", "--variant", "nothing"], 1),
        (["--quiet", "resume", "nothing"], 1),
        (["show", "resume"], 0),
        (["data", "get", "train"], 0),
        (["list", "--checkpoints", "train"], 0),
        (["reproduce", "--budget", "never"], 0),
        (["reproduce"], 0),
        (["reproduce", "nothing"], 1),
    ],
)
def test_the_program_starts_again_only_for_a_training_command(monkeypatch, tmp_path, capsys, argv, restart_count):
    restarts = []
    for stream in ("stdin", "stdout", "stderr"):  # which the program replaces
        monkeypatch.setattr(sys, stream, getattr(sys, stream))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(machine, "restart_with_environment", lambda: restarts.append(True))
    monkeypatch.setattr(sys, "argv", ["aae", *argv])
    with pytest.raises(SystemExit):
        runpy.run_module("aae_core", run_name="__main__")
    assert len(restarts) == restart_count


def command(*argv, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "aae_core", *argv],
        cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ), **options,
    )  # fmt: skip


def test_list_starts_without_anything_heavy_and_survives_a_closed_pipe(place):
    heavy_modules_code = "[m for m in ('torch', 'sklearn', 'scipy', 'PIL') if m in sys.modules]"
    list_code = f"import sys; from aae_core.cli import arguments; arguments.main(['list']); print({heavy_modules_code})"
    out = subprocess.run(
        [sys.executable, "-c", list_code], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    assert out.splitlines()[-1] == "[]"
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [sys.executable, "-m", "aae_core", "list"], cwd=PROJECT, stdout=writer, stderr=subprocess.PIPE
    )
    os.close(writer)
    assert process.communicate(timeout=60)[1] == b"" and process.returncode == 1


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_a_closed_stream_is_an_empty_one(monkeypatch, stream):
    for name in ("stdin", "stdout", "stderr"):  # which are replaced
        monkeypatch.setattr(sys, name, None if name == stream else getattr(sys, name))
    streams.wrap_standard_streams()
    if stream == "stdin":
        assert not sys.stdin.isatty() and sys.stdin.readline() == ""
    else:
        print("nowhere", file=getattr(sys, stream), flush=True)


NOBODY_READS = """
import sys
from aae_core.cli import arguments, commands
from aae_core.errors import RevisionError
from aae_core.progress import print_to_stderr

def run():
    end = int(sys.argv[1])
    with commands.ignoring_closed_pipe(end == arguments.INTERRUPTED_STATUS):
        print("results")
    print_to_stderr("aae: it is paused")
    if end == 1:
        raise RevisionError("It failed.")
    return end

sys.exit(arguments.run_to_exit_status(run, "aae"))
"""


@pytest.mark.parametrize("unbuffered_flag", ["", "1"])
@pytest.mark.parametrize("exit_status", [arguments.INTERRUPTED_STATUS, 1])
def test_the_exit_status_is_right_though_nobody_reads(monkeypatch, unbuffered_flag, exit_status):
    """As after Ctrl-C in `train 2>&1 | tee log`, which ends `tee` first."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered_flag)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [sys.executable, "-c", NOBODY_READS, str(exit_status)], stdout=writer, stderr=writer, check=False
    )
    os.close(writer)
    assert process.returncode == exit_status


def test_ctrl_c_pauses_and_resume_ends_at_the_undisturbed_weights(place, capsys):
    argv = ["train", "--steps", "600", "--seed", "4", *TINY]
    process = command(*argv)
    assert "Training" in process.stderr.readline()
    revision = next(row.id for row in Store().list() if row.id != REVISION and not row.gallery)
    deadline = time.monotonic() + 60
    started_revision = Store().open(revision)
    while started_revision.status.state != "running" or not started_revision.file_sizes().get("weights.safetensors"):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    err = process.communicate(timeout=60)[1]
    assert process.returncode == arguments.INTERRUPTED_STATUS, err
    assert f"python -m aae_core resume {revision}" in err.splitlines()[-1] and "Traceback" not in err
    paused_revision = Store().open(revision)
    assert paused_revision.status.state == "paused" and 0 <= paused_revision.status.step < 600
    record = json.loads(command_output(capsys, "resume", revision, "--json", "--quiet"))
    assert (record["state"], record["steps"]) == ("done", 600)
    whole_record = json.loads(command_output(capsys, *argv, "--json", "--quiet"))
    states = [Store().open(name).model().state_dict() for name in (revision, whole_record["revision"])]
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0])
