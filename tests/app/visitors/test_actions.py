"""Who may do what on a server that a class shares: every act, every button, and the limits."""

import inspect
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import psutil
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import app_pages, visitor_sessions
from helpers.visitor_sessions import ANN, BOB

from aae_core import files, owners
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import AAEError, ConfigError, DataError, RevisionError
from aae_core.runs import disk_space, launchers, queue, sweep_control, sweep_plans
from aae_core.store import sweeps as sweep_records
from aae_core.store import weights
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from aae_core.training import machine
from aae_core.training.training import Training
from app.cache import lru
from app.server import guard
from app.ui import config_form, form_settings
from app.visitors import actions, classroom

APP = Path(actions.__file__).parent.parent
TINY = {"data": "digits", "network.hidden": (16,), "network.discriminator": (16,)}
# What changes something: of the queue, the store, the trash, a revision, the data; and a file of any name.
CHANGE_CALLS = re.compile(
    r"\bqueue\.(start_training|create_revision|pause_training|stop_training|resume_training)\b"
    r"|\bcontinuation\.(start|create)_continuation\b|\bcontrol\.(start_sweep|stop_sweep|continue_sweep|remove_sweep)\b|(?<!actions)\.annotate\("
    r"|store\(?\)?\.(delete|create)\(|\.trash\.(move_in|restore|remove_for_good|remove_all|remove_folder)"
    r"|\bsets\.(add|download_data_set|remove_data_set)\(|\bdata_removal\.remove_data_set\("
    r"|\.write_(status|request|checksummed_json|probe|metrics|atomic|json|bytes|text)\("
)
OTHER_WRITERS = {  # files that write what is no revision and no data set, and lies where it was asked for
    "app/__main__.py", "app/messages/__main__.py", "app/website/folder.py", "app/page_parts/train/sources.py",
    "app/visitors/classroom.py", "app/components/colour_module.py", "app/catalogue/__main__.py",
}  # fmt: skip


@pytest.fixture
def visit(monkeypatch, no_gallery):
    process_fields = {"pid": os.getpid(), "started": psutil.Process().create_time()}
    monkeypatch.setattr(launchers.LocalProcess, "launch", lambda self, revision: process_fields)
    return visitor_sessions.share_server(monkeypatch)


def create(state="paused", key=ANN, name="Ann", **settings):
    status = Status(state, step=10, total_steps=20, total_epochs=2.0, queued=time.time())
    owner = key and visitor_sessions.owner(key, name)
    config = configure(**{**TINY, **settings})
    return Store().create(config, sets.describe_data_set(config.data), status, owner)


def test_only_one_module_of_the_app_changes_what_is_stored():
    paths = {str(file.relative_to(APP.parent)) for file in APP.rglob("*.py") if CHANGE_CALLS.search(file.read_text())}
    assert paths - OTHER_WRITERS == {"app/visitors/actions.py"}
    source = (APP / "page_parts" / "train" / "sources.py").read_text()
    assert "write_" in source  # an upload, into a folder of its own
    assert not re.search(
        r"sets\.(add|download_data_set|remove_data_set)\(|\bdata_removal\.remove_data_set\(|\bqueue\.", source
    )


def write_sweep(store, state="running"):
    return sweep_records.write_sweep(store, replace(sweep_plans.plan_sweep({"latent_dim": [2, 3]}, TINY), state=state))


# What each act is given where its revision is Ann's, and the state in which that revision is.
ACTS = {
    "start_training": ("paused", lambda store, id_: (store, configure(**TINY))),
    "pause_training": ("queued", lambda store, id_: (store, id_)),
    "stop_training": ("paused", lambda store, id_: (store, id_)),
    "resume_training": ("paused", lambda store, id_: (store, id_)),
    "continue_training": ("stopped", lambda store, id_: (store, write_resume_state(store, id_), 3)),
    "start_sweep": ("paused", lambda store, id_: (store, sweep_plans.plan_sweep({"latent_dim": [2, 3]}, TINY))),
    "stop_sweep": ("paused", lambda store, id_: (store, write_sweep(store).id)),
    "continue_sweep": ("paused", lambda store, id_: (store, write_sweep(store).id)),
    "remove_sweep": ("paused", lambda store, id_: (store, write_sweep(store, "done").id)),
    "annotate_revision": ("paused", lambda store, id_: (store.open(id_),)),
    "delete_revision": ("paused", lambda store, id_: (store, id_)),
    "restore_revision": ("deleted", lambda store, id_: (store, id_)),
    "remove_revision": ("deleted", lambda store, id_: (store, id_)),
    "empty_trash": ("deleted", lambda store, id_: (store, [entry.path.name for entry in store.trash.entries()])),
    "add_data": ("paused", lambda store, id_: (Path(os.environ["AAE_DATA"]) / "mine.npz", "mine")),
    "remove_data": ("paused", lambda store, id_: (store, add_data_set(visitor_sessions.owner(ANN)))),
    "fetch_data": ("paused", lambda store, id_: ("mnist", None)),
    "end_lesson": ("queued", lambda store, id_: (store,)),
    "open_lesson": ("paused", lambda store, id_: (store,)),
    "open_for_all": ("paused", lambda store, id_: (store, "lesson", "holes")),
    "close_for_all": ("paused", lambda store, id_: (store,)),
}
ACT_KEYWORDS = {"annotate_revision": {"label": "other"}}
QUESTIONS = {  # acts that change nothing
    "is_mine", "may_change", "apply_visitor_limits", "memory_limit", "training_refusal", "queue_refusal", "visible_data_names",
    "upload_refusal", "describe_data", "may_remove_data", "is_lesson_over", "may_restore_revision",
    "current_invitation",
}  # fmt: skip


def write_resume_state(store, id_):
    """The name of a revision to which the state of a training is written."""
    revision = store.open(id_)
    training = Training(revision.config, sets.load(revision.config.data), "cpu")
    training.step = revision.status.step
    weights.save_resume_state(revision, training.state_tensors(), training.step)
    return id_


def add_data_set(owner=None, name="theirs"):
    """The name of a data set that was added, of an owner or nobody."""
    return sets.add_data_set(Path(os.environ["AAE_DATA"]) / "mine.npz", name, owner=owner).name


def prepare_act(name):
    """The store with Ann's revision, and what the act is given."""
    state, make_arguments = ACTS[name]
    store = Store()
    revision = create("paused" if state == "deleted" else state)
    if state == "deleted":
        store.delete(revision.id)
    data = Path(os.environ["AAE_DATA"])
    data.mkdir(exist_ok=True)
    np.savez(data / "mine.npz", images=np.arange(40 * 16, dtype=np.uint8).reshape(40, 4, 4))
    return make_arguments(store, revision.id), ACT_KEYWORDS.get(name, {})


def test_every_act_is_tried():
    public_names = {name for name, item in inspect.getmembers(actions, inspect.isfunction)
              if item.__module__ == actions.__name__ and not name.startswith("_")}  # fmt: skip
    assert public_names == ACTS.keys() | QUESTIONS


@pytest.mark.parametrize("key", [None, BOB])
@pytest.mark.parametrize("name", ACTS)
def test_a_stranger_changes_nothing(visit, tmp_path, name, key):
    arguments, keywords = prepare_act(name)
    visit(key)
    if key == BOB and name in ("start_training", "add_data"):
        return  # her own are not Ann's: below
    with (
        visitor_sessions.assert_folder_unchanged(tmp_path),
        pytest.raises((actions.NotAllowedError, DataError)) as refusal,
    ):
        getattr(actions, name)(*arguments, **keywords)
    assert "." in str(refusal.value) and "\n" not in str(refusal.value)


TEACHERS_ACTS = {
    "fetch_data", "end_lesson", "open_lesson", "open_for_all", "close_for_all", "start_sweep", "stop_sweep", "continue_sweep",
    "remove_sweep",
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name in ACTS if name not in TEACHERS_ACTS])
def test_who_began_it_changes_it(visit, tmp_path, name):
    arguments, keywords = prepare_act(name)
    visit(ANN)
    initial_contents = visitor_sessions.folder_hashes(tmp_path)
    getattr(actions, name)(*arguments, **keywords)
    assert visitor_sessions.folder_hashes(tmp_path) != initial_contents


UNSEEN_ACTS = {"fetch_data", "open_lesson", "open_for_all", "close_for_all"}  # they change what `contents` leaves out


@pytest.mark.parametrize("name", [name for name in ACTS if name not in UNSEEN_ACTS])
@pytest.mark.parametrize("is_shared", [True, False])
def test_a_teacher_and_whoever_is_alone_change_everything(visit, tmp_path, monkeypatch, name, is_shared):
    arguments, keywords = prepare_act(name)
    visit(BOB, teacher=True)
    if not is_shared:
        monkeypatch.setenv("AAE_SHARED", "0")
    initial_contents = visitor_sessions.folder_hashes(tmp_path)
    getattr(actions, name)(*arguments, **keywords)
    assert visitor_sessions.folder_hashes(tmp_path) != initial_contents


def test_what_is_nobodys_is_the_teachers(visit):
    revision = Store().create(configure(**TINY), sets.describe_data_set("digits"))  # from a terminal
    visit(ANN)
    with pytest.raises(actions.NotAllowedError):
        actions.delete_revision(Store(), revision.id)
    visit(ANN, teacher=True)
    assert actions.delete_revision(Store(), revision.id) == revision.id


# Buttons that were drawn for Ann and pressed by Bob: a page that is forged, or older than what it shows ----------------


def press(key):
    return lambda app: app.button(key=key.format(id=shown_revision_id(app))).click().run()


def shown_revision_id(app):
    return app.query_params.get("revision") or app.query_params.get("watch")


def type_text(field, text):
    return lambda app: (
        getattr(app, field)(key=f"revisions.{FIELD_KEYS[field]}.{shown_revision_id(app)}").set_value(text).run()
    )


FIELD_KEYS = {"text_input": "label", "text_area": "notes"}
BUTTONS = {
    "resume": ("revisions", "paused", press("revisions.resume")),
    "delete": ("revisions", "paused", press("revisions.delete")),
    "name": ("revisions", "paused", type_text("text_input", "mine now")),
    "notes": ("revisions", "paused", type_text("text_area", "mine now")),
    "stop": ("train", "queued", press("live.watched.Stop.{id}")),
    "go on": ("train", "paused", press("live.watched.Resume.{id}")),
}


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_that_was_drawn_for_another_does_nothing(visit, tmp_path, name):
    st.cache_resource.clear()
    lru.clear_all()
    page, state, act = BUTTONS[name]
    revision = create(state)
    visit(ANN)
    app = app_pages.assert_no_exception(
        app_pages.run_page(page, **{"watch" if page == "train" else "revision": revision.id})
    )
    app.query_params.update(watch=revision.id, revision=revision.id)
    visit(BOB)
    with visitor_sessions.assert_folder_unchanged(tmp_path):
        app_pages.assert_no_exception(act(app))
    assert actions.NOT_YOURS in [error.value.replace("\\", "") for error in app.error]


@pytest.mark.parametrize("key", ["trash.restore.{}", "trash.remove.{}", "trash.empty"])
def test_the_trash_of_another_stays(visit, tmp_path, key):
    st.cache_resource.clear()
    lru.clear_all()
    Store().delete(create().id)
    visit(ANN)
    app = app_pages.assert_no_exception(app_pages.run_page("revisions", ["trash.open"]))
    visit(BOB)
    with visitor_sessions.assert_folder_unchanged(tmp_path):
        key = key.format(Store().trash.entries()[0].path.name)
        app = app.button(key=key).click().run()
        if app.get("button") and any(button.key == "trash.yes" for button in app.button):
            app = app.button(key="trash.yes").click().run()
    app_pages.assert_no_exception(app)


def test_a_stranger_is_shown_no_button_for_what_is_anothers(visit):
    st.cache_resource.clear()
    lru.clear_all()
    revision = create()
    Store().delete(create().id)
    visit(BOB)
    app = app_pages.assert_no_exception(app_pages.run_page("revisions", ["trash.open"], revision=revision.id))
    keys = {entry.key for entry in app.button}
    assert not {key for key in keys if key.startswith(("revisions.", "trash."))}
    assert app.text_input(key=f"revisions.label.{revision.id}").disabled
    assert any("Ann" in caption.value for caption in app.caption)


# Data ------------------------------------------------------------------------------------------------------------------


def test_what_a_visitor_uploads_is_hers_and_the_teachers(visit):
    (path, name), _ = prepare_act("add_data")
    visit(ANN)
    actions.add_data(path, name)
    visibility = {}
    for key, teacher in ((ANN, False), (BOB, False), (None, False), (BOB, True)):
        visit(key, teacher)
        visibility[key, teacher] = name in actions.visible_data_names()
    assert visibility == {(ANN, False): True, (BOB, False): False, (None, False): False, (BOB, True): True}
    visit(BOB)
    with pytest.raises(ConfigError, match="not known"):
        actions.start_training(Store(), configure(**{**TINY, "data": name}))
    app = app_pages.assert_no_exception(app_pages.run_page("train", ["train.own"], data=name))
    assert name not in " ".join(element.value for element in app.caption)
    assert any("no data set" in error.value for error in app.error)


def test_anothers_data_set_is_described_as_one_that_does_not_exist(visit):
    prepare_act("start_training")
    add_data_set(visitor_sessions.owner(ANN))
    visit(BOB)
    sentences = []
    for name in ("theirs", "absent", "theirs-held-out", "absent-held-out"):
        with pytest.raises(DataError) as refusal:
            actions.describe_data(name)
        sentences.append(str(refusal.value).replace(name, "NAME"))
    assert len(set(sentences)) == 1
    visit(ANN)
    assert actions.describe_data("theirs") == sets.describe_data_set("theirs")
    assert actions.describe_data("digits-held-out") == sets.describe_data_set("digits-held-out")


@pytest.mark.parametrize("kind", ["images", "table"])
@pytest.mark.parametrize("change", ["apply_data", "apply_preset", "apply_variant"])
def test_no_setting_follows_from_anothers_data_set(visit, monkeypatch, tmp_path, kind, change):
    """A message of the browser may name any data set; what the form then adapts must not tell whether it exists."""
    if kind == "images":
        np.savez(tmp_path / "set.npz", images=np.arange(40 * 64 * 64 * 3, dtype=np.uint8).reshape(40, 64, 64, 3))
    else:
        np.savez(tmp_path / "set.npz", X=np.arange(200.0).reshape(40, 5))
    types = "count" if kind == "table" else None  # for which the form takes another cost
    sets.add_data_set(tmp_path / "set.npz", "theirs", types=types, owner=visitor_sessions.owner(ANN))

    def settings_after(key, name):
        visit(key)
        monkeypatch.setattr(st, "session_state", {})
        config_form.fill_widgets(form_settings.initial_values("default"), "default")
        st.session_state[config_form.KEY_PREFIX + "data"] = name
        getattr(config_form, change)()
        return {key: value for key, value in st.session_state.items() if value != name}

    expected_settings = settings_after(BOB, "absent")
    assert settings_after(BOB, "theirs") == expected_settings
    if (kind, change) != ("images", "apply_variant"):  # images ask for no other cost
        assert settings_after(ANN, "theirs") != expected_settings


def test_no_folder_of_the_server_is_asked_of_a_visitor(visit, monkeypatch):
    monkeypatch.setattr(guard.st, "context", SimpleNamespace(ip_address=None, headers={}))
    monkeypatch.setattr(guard.st, "get_option", {"server.address": "127.0.0.1"}.get)
    for teacher in (False, True):
        visit(ANN, teacher)
        assert guard.is_local_visitor() == teacher


def test_who_added_data_removes_them_once_nothing_trains_on_them(visit, tmp_path):
    prepare_act("add_data")
    name, terminal_data = add_data_set(visitor_sessions.owner(ANN)), add_data_set(name="from-a-terminal")
    revision = create("queued", data=name)
    visit(BOB)
    with visitor_sessions.assert_folder_unchanged(tmp_path), pytest.raises(DataError, match="not known"):
        actions.remove_data(Store(), name)
    visit(ANN)
    with visitor_sessions.assert_folder_unchanged(tmp_path), pytest.raises(actions.NotAllowedError):
        actions.remove_data(Store(), terminal_data)
    with (
        visitor_sessions.assert_folder_unchanged(tmp_path),
        pytest.raises(RevisionError, match="1 training on theirs run"),
    ):
        actions.remove_data(Store(), name)
    revision.write_status(Status("done"))
    actions.remove_data(Store(), name)
    assert name not in sets.data_set_names() and terminal_data in sets.data_set_names()
    assert not list((Path(os.environ["AAE_DATA"]) / "own").glob(".*"))


def test_a_page_tells_what_depends_on_data_before_it_removes_them(visit):
    st.cache_resource.clear()
    lru.clear_all()
    prepare_act("add_data")
    name, terminal_data = add_data_set(visitor_sessions.owner(ANN, "Ann")), add_data_set(name="from-a-terminal")
    create("done", data=name)
    visit(ANN)
    app = app_pages.assert_no_exception(app_pages.run_page("train", ["train.own"], data=name))
    assert not [value for value in app.button if value.key == f"own.remove.{terminal_data}"]
    app.button(key=f"own.remove.{name}").click().run()
    assert any("1 revision was trained on it" in value.value for value in app_pages.assert_no_exception(app).warning)
    assert name in sets.data_set_names()
    app_pages.assert_no_exception(app.button(key="own.yes").click().run())
    assert name not in sets.data_set_names() and not app.error
    assert app.selectbox(key="train.data").value == "digits"


# Limits ----------------------------------------------------------------------------------------------------------------


def set_limits(tmp_path, monkeypatch, text):
    file = tmp_path / "limits.toml"
    file.write_text(text)
    monkeypatch.setenv("AAE_SHARED", str(file))


LIMITS = {
    "each waits": ("[each]\nwaiting = 0", {}, "1 training of yours runs or waits"),
    "all wait": ("[each]\nwaiting = 9\n[all]\nwaiting = 0", {}, "1 training of a visitor runs or waits"),
    "minutes": ("[each]\nminutes = 3", {"minutes": 4}, "may take at most 3 minutes"),
    "threads": ("[each]\nthreads = 2", {"threads": 3}, "threads may be at most 2"),
    "size": ("[each]\nparameters = 0.001", {}, "0.001 million parameters"),
    "disk of each": ("[each]\ndisk = 0.000001", {}, "your files would take"),
    "disk of all": ("[all]\ndisk = 0.000001", {}, "the files of all visitors"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_a_sentence(visit, tmp_path, monkeypatch, name):
    text, settings, expected_text = LIMITS[name]
    create("queued")
    queue.launch_queued(Store())
    set_limits(tmp_path, monkeypatch, text)
    visit(ANN)
    with (
        visitor_sessions.assert_folder_unchanged(tmp_path),
        pytest.raises(actions.NotAllowedError, match=expected_text) as refusal,
    ):
        actions.start_training(Store(), configure(**TINY, **settings))
    assert str(refusal.value).count(". ") == 0
    visit(BOB, teacher=True)
    actions.start_training(Store(), configure(**TINY, **settings))


def test_an_indistinguishable_visitor_has_no_place_of_her_own(visit, tmp_path, monkeypatch):
    visit(ANN)
    assert actions.queue_refusal(Store(), []) == ""
    set_limits(tmp_path, monkeypatch, "[each]\nruning = 1")
    assert actions.queue_refusal(Store(), []) == actions.UNKNOWN_VISITOR


def test_a_training_without_minutes_gets_the_most_that_it_may_have(visit, tmp_path, monkeypatch):
    set_limits(tmp_path, monkeypatch, "[each]\nminutes = 3")
    visit(ANN)
    revision = actions.start_training(Store(), configure(**TINY), "Ann\n\t<b>")
    assert (revision.config.minutes, revision.config.threads) == (3, 1)
    assert Store().list_own()[0].owner == visitor_sessions.owner(ANN, "Ann <b>")
    set_limits(tmp_path, monkeypatch, f"[each]\nthreads = {machine.MAX_THREADS}")
    assert actions.apply_visitor_limits(configure(**TINY)).threads == 0  # no training takes more by itself


@pytest.mark.parametrize("text, expected_text", [("data_sets = 0", "0 data sets"), ("upload = 1", "1 MB")])
def test_uploads_are_limited(visit, tmp_path, monkeypatch, text, expected_text):
    (path, name), _ = prepare_act("add_data")
    path.write_bytes(path.read_bytes() + bytes(1_000_001))
    set_limits(tmp_path, monkeypatch, f"[each]\n{text}")
    visit(ANN)
    with pytest.raises(DataError, match=expected_text):
        actions.add_data(path, name)


def test_facts_about_images_are_limited_as_the_images_are(visit, tmp_path, monkeypatch):
    (path, name), _ = prepare_act("add_data")
    facts = tmp_path / "facts.csv"
    facts.write_text("file,note\n" + f"a.png,{'x' * 1_000_001}\n")
    set_limits(tmp_path, monkeypatch, "[each]\nupload = 1")
    visit(ANN)
    with pytest.raises(DataError, match="1 MB here, and this one has 1.0 MB"):
        actions.add_data(path, name, metadata=facts)
    assert name not in sets.data_set_names()


def test_data_that_take_more_than_their_file_are_limited_too(visit, tmp_path, monkeypatch):
    path = tmp_path / "small.npz"
    np.savez_compressed(path, images=np.zeros((4000, 16, 16), np.uint8))
    set_limits(tmp_path, monkeypatch, "[each]\ndisk = 0.0005")
    visit(ANN)
    assert path.stat().st_size < 50_000 and not actions.upload_refusal(path)
    with pytest.raises(DataError, match="your files would take"):
        actions.add_data(path, "small")
    assert "small" not in sets.data_set_names()


class Cluster(launchers.Launcher):
    """An engine with a queue of its own, on which all that was handed over lives."""

    has_queue = True

    def launch(self, revision):
        return {"worker": revision.id}

    def is_alive(self, status):
        return True


@pytest.mark.parametrize("launcher", [launchers.LocalProcess, Cluster])
def test_visitors_runs_are_limited_and_the_teachers_run_beside_them(visit, tmp_path, monkeypatch, launcher):
    monkeypatch.setenv("AAE_SLOTS", "5")
    set_limits(tmp_path, monkeypatch, "[all]\nrunning = 2")
    ann_revision, ann_second_revision, bob_revision = create("queued"), create("queued"), create("queued", BOB)
    carl_revision, teacher_revision = create("queued", "c" * 43), create("queued", None)
    assert queue.launch_queued(Store(), launcher()) == [ann_revision.id, bob_revision.id, teacher_revision.id]
    assert not Store().open(ann_second_revision.id).status.awaits_worker_report
    Store().open(bob_revision.id).write_status(Status("done"))
    assert queue.launch_queued(Store(), launcher()) == [carl_revision.id]
    visit(ANN)
    set_limits(tmp_path, monkeypatch, "[all]\nrunning = 1\nwaiting = 2")
    with pytest.raises(actions.NotAllowedError, match="3 trainings of visitors run or wait"):
        actions.start_training(Store(), configure(**TINY))


@pytest.mark.parametrize("key", [ANN, None])
def test_a_press_that_arrives_twice_starts_one_training(visit, tmp_path, monkeypatch, key):
    """Also where the first one took the visitor's last place."""
    visit(ANN) if key else monkeypatch.delenv("AAE_SHARED")
    if key:
        set_limits(tmp_path, monkeypatch, "[each]\nrunning = 1\nwaiting = 0")
    revisions = [actions.start_training(Store(), configure(**TINY), "Ann", "one press") for _ in range(2)]
    assert [row.id for row in Store().list_own()] == [revisions[0].id] == [revisions[1].id]


@pytest.mark.parametrize("key", [ANN, None])
def test_a_training_continues_once_to_the_same_epoch(visit, monkeypatch, key):
    id_ = write_resume_state(Store(), create("stopped").id)
    visit(ANN) if key else monkeypatch.delenv("AAE_SHARED")
    first, second = (actions.continue_training(Store(), id_, 3) for _ in range(2))
    assert first.id == second.id != actions.continue_training(Store(), id_, 4).id


def test_what_waits_counts_with_all_that_it_will_take(visit, tmp_path, monkeypatch):
    size = disk_space.estimate_disk_need(configure(**TINY), sets.describe_data_set("digits")).peak_bytes
    paused = create("paused")
    visit(ANN)
    set_limits(tmp_path, monkeypatch, f"[each]\nwaiting = 9\ndisk = {1.8 * size / 1e9}")
    actions.start_training(Store(), configure(**TINY))
    for act in (
        lambda: actions.start_training(Store(), configure(**TINY)),
        lambda: actions.resume_training(Store(), paused.id),
    ):
        with pytest.raises(actions.NotAllowedError, match="your files would take"):
            act()


def test_a_visitors_training_that_had_its_minutes_does_not_continue(visit):
    stopped_revision = create("stopped")
    write_resume_state(Store(), stopped_revision.id)
    visit(ANN)
    continuation = actions.continue_training(Store(), stopped_revision.id, 3)
    assert continuation.config.minutes and owners.read_owner(continuation.path) == owners.read_owner(
        stopped_revision.path
    )
    stopped_revision.write_status(stopped_revision.status, seconds=60 * continuation.config.minutes)
    with pytest.raises(actions.NotAllowedError, match="has had the .* minutes that one may take here"):
        actions.continue_training(Store(), stopped_revision.id, 3)


def test_after_the_lesson_nobody_but_the_teacher_trains(visit):
    running_revision, queued_revision = create("queued"), create("queued", BOB)
    queue.launch_queued(Store())
    visit(BOB, teacher=True)
    assert actions.end_lesson(Store()) == 2
    assert (
        Store().open(running_revision.id).request() == "stop"
        and Store().open(queued_revision.id).status.state == "stopped"
    )
    visit(ANN)
    for act in (
        lambda: actions.start_training(Store(), configure(**TINY)),
        lambda: actions.resume_training(Store(), create().id),
    ):
        with pytest.raises(actions.NotAllowedError, match="ended the lesson"):
            act()
    visit(BOB, teacher=True)
    actions.open_lesson(Store())
    visit(ANN)
    assert actions.start_training(Store(), configure(**TINY))


def test_what_is_open_for_all_is_seen_by_all_until_it_is_taken_back(visit):
    visit(ANN)
    with pytest.raises(actions.NotAllowedError):
        actions.open_for_all(Store(), "lesson", "holes")
    assert actions.current_invitation() is None
    visit(BOB, teacher=True)
    actions.open_for_all(Store(), "lesson", "holes")
    actions.open_for_all(Store(), "exercise", "apart")
    visit(ANN)
    invitation = actions.current_invitation()
    assert (invitation.kind, invitation.slug) == ("exercise", "apart")
    with pytest.raises(actions.NotAllowedError):
        actions.close_for_all(Store())
    assert actions.current_invitation() == invitation
    visit(BOB, teacher=True)
    actions.close_for_all(Store())
    actions.close_for_all(Store())
    assert actions.current_invitation() is None


def test_nothing_stays_open_for_all_after_the_lesson(visit, monkeypatch):
    visit(BOB, teacher=True)
    actions.open_for_all(Store(), "lesson", "holes")
    start_time = time.time()
    monkeypatch.setattr(classroom.time, "time", lambda: start_time + classroom.INVITATION_SECONDS + 1)
    assert actions.current_invitation() is None, "the next class is not asked to the lesson of the last one"
    monkeypatch.setattr(classroom.time, "time", lambda: start_time)
    assert actions.current_invitation() is not None
    actions.end_lesson(Store())
    assert actions.current_invitation() is None


def test_a_damaged_record_opens_nothing_for_all(visit, monkeypatch):
    visit(BOB, teacher=True)
    actions.open_for_all(Store(), "lesson", "holes")
    file = Store().root / classroom.CLASS_FOLDER / classroom.INVITATION_FILE
    file.write_text('{"kind": "page", "slug": "x"}')
    assert actions.current_invitation() is None
    file.write_text("{")
    assert actions.current_invitation() is None


def test_alone_nobody_is_asked_anywhere(visit, monkeypatch):
    monkeypatch.setenv("AAE_SHARED", "")
    actions.open_for_all(Store(), "lesson", "holes")
    assert actions.current_invitation() is None


def test_a_sweep_that_cannot_be_stopped_keeps_no_training_from_it(visit, monkeypatch):
    monkeypatch.setattr(sweep_control, "LOCK_TIMEOUT", 0)
    sweep = sweep_records.write_sweep(Store(), sweep_plans.plan_sweep({"latent_dim": [2, 3]}, TINY))
    queued_revision = create("queued")
    visit(BOB, teacher=True)
    lock = sweep_records.sweep_path(Store(), sweep.id).with_suffix(".lock")
    with files.lock(lock, "held"), pytest.raises(RevisionError, match="1 could not be stopped"):
        actions.end_lesson(Store())
    assert queued_revision.status.state == "stopped"


def test_the_class_does_not_end_before_an_allowed_start_is_queued(visit, monkeypatch):
    visit(BOB, teacher=True)
    calls = []

    def set_lesson_over(root, is_over):
        with (
            pytest.raises(files.LockHeldError),
            files.lock(root / classroom.CLASS_FOLDER / ".start.lock", "A start is under way."),
        ):
            pass
        calls.append(is_over)

    monkeypatch.setattr(classroom, "set_lesson_over", set_lesson_over)
    actions.end_lesson(Store())
    assert calls == [True]


@pytest.mark.parametrize(
    "text, message",
    [("[each]\nrunnning = 2", "did you mean"), ("[each", "no valid TOML"), ("[each]\nrunning = 0", "running")],
)
def test_limits_that_make_no_sense_give_nobody_any_right(visit, tmp_path, monkeypatch, text, message):
    visit(ANN, teacher=True)
    set_limits(tmp_path, monkeypatch, text)
    with pytest.raises(ConfigError, match=message):
        actions.limits.shared_server_limits()
    with pytest.raises(AAEError):
        actions.start_training(Store(), configure(**TINY))


def test_what_is_stored_of_a_visitor_tells_nobody_who_she_is(visit, tmp_path):
    visit(ANN)
    revision = actions.start_training(Store(), configure(**TINY))
    stored_bytes = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert ANN.encode() not in stored_bytes
    assert (revision.path.parent / classroom.CLASS_FOLDER).stat().st_mode & 0o077 == 0
