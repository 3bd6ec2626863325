"""Plug-ins: found, trained with by a worker, missed by name, never imported because a revision asks."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from helpers.environment import mark_for_ci
from helpers.plugin_files import EXAMPLE, HEAVY_PRIOR_SOURCE, SMALL_SETTINGS, assert_one_sentence, prior_source

import aae_core as aae
from aae_core import plugins
from aae_core.cli import arguments, sweep_command
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import ConfigError, DataError, RevisionError
from aae_core.runs import queue, worker
from aae_core.store.revisions import Revision, Store

FEW = ("--set", "network.hidden=8", "--set", "network.discriminator=8", "--steps", "2", "--json", "--quiet")


def run_in_process(*command):
    """Status, stdout and stderr of a command in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "aae_core", *command], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def await_training(revision):
    """Wait until a worker has trained a revision."""
    deadline = time.monotonic() + 300
    while revision.status.state in ("queued", "running"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert revision.status.state == "done", revision.status.error_text


@pytest.fixture
def run_command(capsys):
    """Status, stdout and stderr of a command in this process, which spares loading PyTorch once more."""

    def run(*command):
        capsys.readouterr()
        status = arguments.main([*command])
        return (status, *capsys.readouterr())

    return run


@mark_for_ci
def test_a_worker_trains_on_it_and_the_command_line_finds_it(plug_in, tmp_path, monkeypatch, run_command):
    plug_in("my_priors", EXAMPLE)
    config = configure(**{**SMALL_SETTINGS, "prior.name": "my-ring", "name": "Mine"})
    store = Store()
    with monkeypatch.context() as patch:
        patch.chdir(tmp_path)
        # as seen from where the user is, not from where the worker runs
        patch.setenv("PYTHONPATH", "plug-ins", prepend=os.pathsep)
        training = queue.start_training(store, config, sets.describe_data_set("digits"))
    await_training(training)
    assert json.loads((training.path / "config.json").read_text())["plugins"] == {"my_priors": "1.0"}
    assert store.open(training.id).sample(4).shape == (4, 8, 8, 1)
    for status, out, err in (run_in_process("list", "--json"), run_command("show", training.id, "--json")):
        assert status == 0, err
        result = json.loads(out)
        result = result if isinstance(result, dict) else next(row for row in result if row["revision"] == training.id)
        assert result["state"] == "done"

    plug_in.forget()
    status, out, err = run_command("list", "--json")
    rows = {row["revision"]: row for row in json.loads(out)}
    assert status == 0 and rows[training.id]["label"] == "Mine"
    assert sum(row["state"] == "broken" for row in rows.values()) == 1 and len(rows) > 1  # the gallery goes on
    status, out, err = run_command("show", training.id)
    assert status == 1 and "needs my_priors" in assert_one_sentence(err.strip()) and "AAE_PLUGINS=my_priors" in err
    status, out, err = run_command("delete", training.id)
    assert status == 0 and not training.path.exists()


def test_without_its_plug_in_it_is_listed_labelled_and_deleted(plug_in):
    plug_in("my_priors", EXAMPLE)
    ring_revision = aae.train(configure(**SMALL_SETTINGS, prior="my-ring"))
    plain_revision = aae.train(configure(**SMALL_SETTINGS))
    plug_in.forget()
    store = Store()
    broken_row = next(row for row in store.list() if row.id == ring_revision.id)
    assert broken_row.state == "broken" and "needs my_priors" in assert_one_sentence(broken_row.reason)
    Revision(ring_revision.path).annotate(label="Later", notes="Ask Ann for the module.")
    assert next(row for row in store.list() if row.id == ring_revision.id).label == "Later"
    for use in (store.open, aae.open, lambda ref: aae.resume(ref)):
        with pytest.raises(RevisionError, match="needs my_priors"):
            use(ring_revision.id)
    status = worker.run_training(store.create(configure(**SMALL_SETTINGS), sets.describe_data_set("digits")).path)
    assert status.state == "done" and store.open(plain_revision.id).config.prior.name == "gaussian"
    plug_in("my_priors", EXAMPLE)
    assert next(row for row in store.list() if row.id == ring_revision.id).state == "done"
    plug_in.forget()
    store.delete(ring_revision.id)
    assert not ring_revision.path.exists()


def test_a_worker_without_the_plug_in_ends_with_the_sentence(plug_in):
    plug_in("my_priors", EXAMPLE)
    output = Store().create(configure(**SMALL_SETTINGS, prior="my-ring"), sets.describe_data_set("digits"))
    plug_in.forget()
    status = worker.run_training(output.path)
    assert status.state == "failed" and "needs my_priors" in status.error_text


def test_the_same_name_of_another_module_is_not_taken_for_it(plug_in):
    plug_in("my_priors", EXAMPLE)
    outcome = Store().create(configure(**SMALL_SETTINGS, prior="my-ring"), sets.describe_data_set("digits"))
    plug_in.forget()
    plug_in("your_priors", EXAMPLE)
    with pytest.raises(RevisionError, match="needs my_priors"):
        Store().open(outcome.id)


@pytest.mark.parametrize("field", ["plugins", "name", "label"])
def test_what_a_revision_names_is_never_imported(plug_in, tmp_path, run_command, field):
    trap = f"open({str(tmp_path / 'sprung')!r}, 'w').close()\n"
    plug_in("trap", trap, allow=False)
    revision = Store().create(configure(**SMALL_SETTINGS), sets.describe_data_set("digits"))
    card = json.loads((revision.path / "config.json").read_text())
    if field == "plugins":
        card["plugins"] = {"trap": "1.0"}
    elif field == "name":
        card["config"]["prior"]["name"] = "trap"
    else:
        card["plugins"], card["config"]["prior"]["name"], card["config"]["name"] = {"trap": ""}, "trap", "trap"
    (revision.path / "config.json").write_text(json.dumps(card))
    (row,) = [row for row in Store().list() if row.id == revision.id]
    assert row.state == "broken" and assert_one_sentence(row.reason)
    with pytest.raises(RevisionError):
        Store().open(revision.id)
    with pytest.raises(ConfigError):
        configure(prior="trap")
    assert (run_command("show", revision.id)[0], run_command("train", "--prior", "trap")[0]) == (1, 2)
    assert not (tmp_path / "sprung").exists()
    plug_in("trap", trap)  # the trap does spring where it is allowed
    Store().list()
    with pytest.raises(ConfigError):
        configure(prior="trap")
    assert (tmp_path / "sprung").exists()


BAD = {  # module -> its text, and what the sentence says
    "not found": (None, "ModuleNotFoundError: No module named 'not_found'"),
    "does not parse": ("def", "SyntaxError"),
    "raises its own": ("class Odd(Exception): pass\nraise Odd('broken\\nhere')", "Odd: broken here"),
    "exits": ("import sys\nsys.exit(3)", "SystemExit: 3"),
    "raises no Exception": ("class Odd(BaseException): pass\nraise Odd", "cannot be used: Odd"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_plug_in_is_refused_and_harms_nobody_else(plug_in, monkeypatch, kind):
    text, cause = BAD[kind]
    name = kind.replace(" ", "_")
    if text is None:
        monkeypatch.setenv(plugins.VARIABLE, name)
    else:
        plug_in(name, text)
    with pytest.raises(ConfigError, match=cause) as error:
        configure(prior="mine")
    assert assert_one_sentence(str(error.value)) and name in str(error.value)
    assert configure(prior="mixture").prior.name == "mixture" and Store().list()


@pytest.mark.parametrize(
    "module_names", ["my_priors.py", "/tmp/my_priors", ".my_priors", "my priors", "3d", "my_priors;os"]
)
def test_what_is_no_modules_name_is_told_as_such(plug_in, monkeypatch, module_names):
    plug_in("my_priors", EXAMPLE)
    monkeypatch.setenv(plugins.VARIABLE, module_names)
    with pytest.raises(ConfigError, match="it is no module's name; write my_priors") as error:
        configure(prior="mine")
    assert assert_one_sentence(str(error.value)) and "my_priors" not in sys.modules


def test_spaces_gaps_and_repetitions_in_the_list_do_no_harm(plug_in, monkeypatch):
    plug_in("my_priors", EXAMPLE)
    monkeypatch.setenv(plugins.VARIABLE, " , my_priors,,my_priors ,")
    assert plugins.allowed_modules() == ["my_priors"] and configure(prior="my-ring").prior.name == "my-ring"


def test_the_needed_plug_in_is_named_without_what_a_terminal_would_run(plug_in):
    revision = Store().create(configure(**SMALL_SETTINGS), sets.describe_data_set("digits"))
    card = json.loads((revision.path / "config.json").read_text())
    card["plugins"] = {"my_priors; echo $HOME `id`\n": ""}
    (revision.path / "config.json").write_text(json.dumps(card))
    needs = Revision(revision.path).missing_plugin_reason
    assert not set(needs.partition(" needs ")[2]) & set("$`\n|&<>") and "AAE_PLUGINS=my_priorsechoHOMEid and" in needs


def test_what_a_plug_in_prints_stays_out_of_what_a_program_reads(plug_in, run_command):
    plug_in("tails", f"print('hello')\n{HEAVY_PRIOR_SOURCE}")
    status, out, err = run_command("train", "--prior", "heavy", *FEW)
    assert status == 0 and json.loads(out)["state"] == "done" and "hello" in err


def test_what_a_failed_plug_in_registered_before_is_gone(plug_in):
    plug_in("half", prior_source() + "\nraise OSError('no file')")
    with pytest.raises(ConfigError, match="OSError: no file"):
        configure(prior="mine")


def test_one_registered_where_nobody_else_can_import_it_is_refused():
    with pytest.raises(ConfigError, match="in a module of its own"):
        exec("aae.register_prior('mine', print)", {"aae": aae, "__name__": "__main__"})  # as in a cell of a notebook


def test_a_module_that_the_user_imports_needs_no_variable(plug_in):
    plug_in("tails", HEAVY_PRIOR_SOURCE, allow=False)
    with pytest.raises(ConfigError, match="not known"):
        configure(prior="heavy")
    import tails

    assert configure(prior="heavy").prior.name == "heavy"
    revision = Store().create(configure(**SMALL_SETTINGS, prior="heavy"), sets.describe_data_set("digits"))
    assert json.loads((revision.path / "config.json").read_text())["plugins"] == {"tails": ""} and tails
    assert Store().open(revision.id).config.prior.name == "heavy"


def test_an_entry_point_allows_a_module(plug_in, run_command):
    folder = plug_in("tails", HEAVY_PRIOR_SOURCE, allow=False).parent
    metadata_folder = folder / "lab_priors-2.5.dist-info"
    metadata_folder.mkdir()
    (metadata_folder / "METADATA").write_text("Metadata-Version: 2.1\nName: lab-priors\nVersion: 2.5\n")
    (metadata_folder / "entry_points.txt").write_text("[aae_core.plugins]\ntails = tails\n")
    plugins._entry_point_modules.cache_clear()  # which a program reads once
    status, out, err = run_command("train", "--prior", "heavy", *FEW)
    assert status == 0, err
    revision_path = Store().root / json.loads(out)["revision"]
    assert json.loads((revision_path / "config.json").read_text())["plugins"].keys() == {"tails"}


def test_help_and_a_list_without_such_revisions_import_no_plug_in(plug_in, tmp_path):
    plug_in("slow", f"open({str(tmp_path / 'imported')!r}, 'w').close()")
    aae.train(configure(**SMALL_SETTINGS))
    assert run_in_process("list")[0] == 0 and run_in_process("train", "--help")[0] == 0
    assert not (tmp_path / "imported").exists()


# Data sets ----------------------------------------------------------------------------------------------------------------

DATA = """
import numpy as np
import aae_core as aae

def leaves():
    print("made")
    rng = np.random.default_rng(0)
    return aae.arrays(rng.normal(size=(60, 3)) + np.arange(60)[:, None] % 2, np.arange(60) % 2, names=["a", "b", "c"])

aae.register_data("leaf-sizes", leaves)
aae.register_data("marks", lambda: aae.arrays(np.random.default_rng(0).integers(0, 256, (40, 8, 8), dtype=np.uint8)))
"""


def test_an_own_set_is_listed_trained_on_and_outlived_by_its_revision(plug_in, capsys, run_command):
    plug_in("my_data", DATA)
    assert {row.name for row in sets.data_set_summaries()} - set(sets.BUILT_IN_NAMES) == {"leaf-sizes", "marks"}
    data = aae.load_data("leaf-sizes")
    rows = np.concatenate([data.train.images, data.test.images])[:, 0, :, 0]
    oracle = np.random.default_rng(0).normal(size=(60, 3)) + np.arange(60)[:, None] % 2
    np.testing.assert_allclose(np.sort(rows, axis=0), np.sort(oracle, axis=0), rtol=1e-5)
    assert (data.title, data.features.names, data.shape) == ("Leaf sizes", ("a", "b", "c"), (1, 1, 3))
    assert (
        sets.describe_data_set("leaf-sizes").where == "the plug-in my_data"
        and sets.describe_data_set("leaf-sizes").available
    )
    assert capsys.readouterr() == ("", "made\n")
    held_out_set = sets.load("leaf-sizes-held-out")
    assert len(held_out_set.train.images) + len(held_out_set.test.images) == len(data.train.images)
    revision = aae.train(configure(**SMALL_SETTINGS | {"data": "leaf-sizes"}))
    options = "--steps", "3", "--set", "batch_size=8", "--json", "--quiet"
    status, out, err = run_command("train", "--data", "marks", *options)
    assert status == 0, err
    assert aae.open(json.loads(out)["revision"]).sample(2).shape == (2, 8, 8, 1)
    status, out, err = run_command("data", "list", "--json")
    assert {"leaf-sizes", "marks"} <= {row["name"] for row in json.loads(out)}
    plug_in.forget()
    assert Store().open(revision.id).sample(2).shape == (2, 3)
    with pytest.raises(DataError, match="data set 'leaf-sizes' is not known"):
        sets.load("leaf-sizes")


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        ("lambda: 1 / 0", "ZeroDivisionError"),
        ("lambda: [1]", "list is no data set"),
        ("lambda: aae.arrays([[float('nan'), k] for k in range(9)])", "missing in feature 0"),
    ],
)
def test_a_bad_data_set_is_refused_in_a_sentence_and_the_others_go_on(plug_in, make, cause):
    plug_in("my_data", f"import aae_core as aae\naae.register_data('leaves', {make})")
    with pytest.raises(DataError, match=f"data set leaves of the plug-in my_data cannot be used: .*{cause}") as error:
        sets.load("leaves")
    assert assert_one_sentence(str(error.value))
    rows = {row.name: row for row in sets.data_set_summaries()}
    assert not rows["leaves"].available and rows["digits"].available
    with pytest.raises(DataError, match="cannot be used"):
        queue.check_startable(configure(data="leaves"))


def test_a_data_set_may_not_take_a_bundled_ones_name(plug_in):
    plug_in("my_data", "import aae_core as aae\naae.register_data('digits', print)")
    plugins.load_plugins()
    assert sets.load("digits").shape == (1, 8, 8) and any(
        "'digits' is taken" in text for text in plugins.loading_errors()
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import aae_core as aae\naae.register_data('digits', print)", "'digits' is taken by the package"),
        ("import nowhere", "No module named 'nowhere'"),
    ],
)
def test_a_plug_in_that_cannot_be_used_is_told_where_it_is_not_needed(plug_in, run_command, monkeypatch, text, reason):
    plug_in("my_data", text)
    monkeypatch.setattr(sweep_command.sweep_control, "start_sweep", lambda *args, **options: None)
    monkeypatch.setattr(sweep_command, "_follow_sweep", lambda *args: 0)
    for command in (["data", "list"], ["train", *FEW], ["sweep", "--vary", "latent_dim=2|3", *FEW]):
        status, _, err = run_command(*command, "--quiet")
        assert (
            (status, err.count("\n")) == (0, 1) and err.startswith("aae: The plug-in my_data cannot") and reason in err
        )
    status, out, err = run_command("train", "--prior", "mine", *FEW, "--quiet")
    assert status == 2 and err.count("\n") == 1 and reason in err, "one line, where it was needed"
