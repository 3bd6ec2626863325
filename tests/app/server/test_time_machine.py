"""The time machine on a page: what a plane is told, what it fetches, and whatever a link or a page says of a moment."""

import gzip
import hashlib
import json
import shutil
import struct

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
import torch
from helpers import asgi_client
from helpers.snapshots import fresh_snapshot
from helpers.toy_models import move_frames_to_one_file

from aae_core import files
from aae_core.config.configuration import configure
from aae_core.errors import RevisionError
from aae_core.runs import frame_recorder, worker
from aae_core.store import gallery_export
from aae_core.store.revision import Revision
from aae_core.store.revisions import Store
from app.cache import lru, revision_snapshot
from app.messages import validation, wire_format
from app.server import answers, assets, routes, time_machine
from app.session import address, chosen_frame

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 40, "threads": 1}
TYPES = {"f4": "<f4", "i4": "<i4", "u2": "<u2"}


@pytest.fixture(scope="module")
def train_with_frames(tmp_path_factory):
    """A store of small revisions with all of their frames: train_with_frames(**settings) -> a revision."""
    root, revisions = tmp_path_factory.mktemp("recorded"), {}
    patch = pytest.MonkeyPatch()
    patch.setattr(frame_recorder.TimeBudget, "allows_another", lambda self: True)

    def train(**settings):
        key = repr(sorted(settings.items()))
        if key not in revisions:
            revisions[key] = worker.train(configure(**{**TINY, **settings}), store=Store(root, gallery=root / "none"))
        return revisions[key]

    yield train
    patch.undo()


@pytest.fixture(autouse=True)
def clear_caches():
    st.cache_resource.clear()
    lru.clear_all()


def unpack_arrays(message):
    length, _ = struct.unpack_from("<II", message)
    header = json.loads(message[8 : 8 + length])
    arrays = {}
    for name, entry in header["arrays"].items():
        count, start = int(np.prod(entry["shape"])), 8 + length + entry["offset"]
        arrays[name] = np.frombuffer(message, TYPES[entry["dtype"]], count, start).reshape(entry["shape"])
    return header, arrays


def test_a_message_names_the_steps_and_changes_with_the_frames(train_with_frames):
    revision = train_with_frames()
    frames = time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes)
    assert frames["steps"] == [0, 10, 20, 30, 40] and frames["now"] == 40 and frames["live"] is False
    file = revision.path / "frames" / "000000020.safetensors"
    content = file.read_bytes()
    file.unlink()
    frames_without_one = time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes)
    assert frames_without_one["steps"] == [0, 10, 30, 40] and frames_without_one["sha"] != frames["sha"]
    file.write_bytes(content)


def test_other_codes_than_the_probe_sets_have_no_time(train_with_frames):
    snapshot = fresh_snapshot(train_with_frames()).with_code_set("test")
    assert time_machine.describe_frames(fresh_snapshot(snapshot), fresh_snapshot(snapshot).codes) is None


def test_now_is_the_step_of_the_codes_and_not_of_the_training(train_with_frames, tmp_path):
    revision = without_frames(train_with_frames(), tmp_path)
    shutil.copytree(train_with_frames().path / "frames", revision.path / "frames")
    revision.write_probe(revision.probe(), step_and_epoch=(30, 2.5))  # while the training has come to step 40
    frames = time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes)
    assert (frames["now"], frames["epoch"]) == (30, 2.5)
    assert gallery_export.export_gallery(revision, tmp_path / "gallery").probe_step_and_epoch() == (30, 2.5)
    metadata = files.read_tensor_header(train_with_frames().path / "probe.safetensors").metadata
    assert (int(metadata["step"]), float(metadata["epoch"])) == (40, train_with_frames().status.epoch)


@pytest.mark.parametrize(
    "metadata", [{}, {"step": "soon", "epoch": "1"}, {"step": "-1", "epoch": "1"}, {"step": "3", "epoch": "nan"}]
)
def test_codes_without_a_step_have_that_of_the_status(train_with_frames, tmp_path, metadata):
    revision = without_frames(train_with_frames(), tmp_path)
    file = revision.path / "probe.safetensors"
    tensors, _ = files.read_tensors(file)
    files.write_tensors(file, tensors, {**revision.identity_metadata(), **metadata})
    assert revision.probe_step_and_epoch() == (40, revision.status.epoch)


@pytest.fixture
def link(query):
    """A session that follows links: link(frame) -> nothing."""

    def follow_link(frame):
        query["frame"] = str(frame)
        address.begin_run("")

    return follow_link


def without_frames(revision, tmp_path):
    """A copy of a revision, without its frames."""
    shutil.copytree(revision.path, tmp_path / revision.id, ignore=shutil.ignore_patterns("frames"))
    return Revision(tmp_path / revision.id)


def test_a_link_to_a_step_of_the_training_is_followed(train_with_frames, link):
    for step in (0, 7, 40):
        link(step)
        assert (
            chosen_frame.recall_frame_step(fresh_snapshot(train_with_frames())) == step
            and not address.take_ignored_names()
        )


@pytest.mark.parametrize("frame", [41, 10**9 - 1, -1, "soon", "²"])
def test_a_link_beyond_the_training_is_left_out_and_told(train_with_frames, link, frame):
    link(frame)
    assert chosen_frame.recall_frame_step(fresh_snapshot(train_with_frames())) is None
    address.write_query()
    assert address.take_ignored_names() == ["frame"] and "frame" not in st.query_params


def test_a_link_to_a_step_without_frames_is_left_out_and_reported(train_with_frames, link, tmp_path):
    link(20)
    assert chosen_frame.recall_frame_step(fresh_snapshot(train_with_frames())) == 20
    link(30)
    assert chosen_frame.recall_frame_step(fresh_snapshot(without_frames(train_with_frames(seed=2), tmp_path))) is None
    assert address.take_ignored_names() == ["frame"]


def test_what_is_refused_of_one_revision_leaves_no_step_of_another(train_with_frames, link):
    link(20)
    assert chosen_frame.recall_frame_step(fresh_snapshot(train_with_frames())) == 20
    link(999)
    assert chosen_frame.recall_frame_step(fresh_snapshot(train_with_frames(seed=2))) is None


def test_frames_that_cannot_be_listed_leave_the_plane_and_are_told(train_with_frames, monkeypatch):
    def raise_revision_error(*_):
        raise RevisionError("The folder could not be read; look at its permissions.")

    monkeypatch.setattr(revision_snapshot.frames, "open_frame_source", raise_revision_error)
    revision = train_with_frames()
    assert time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes) is None
    assert time_machine.frame_steps_and_error(fresh_snapshot(revision)) == (
        [],
        "The folder could not be read; look at its permissions.",
    )


def test_what_is_fetched_is_what_was_recorded(train_with_frames):
    revision = train_with_frames()
    content = answers.answer_frames(fresh_snapshot(revision), {})
    assert answers.answer_frames(fresh_snapshot(revision), {}) is content, "it is compressed once for all visitors"
    header, arrays = unpack_arrays(gzip.decompress(content))
    history = revision.frames()
    assert answers.REQUEST_KINDS["frames"].is_immutable and header["steps"] == [frame.step for frame in history.frames]
    np.testing.assert_array_equal(arrays["z"].view(np.float16), np.stack([frame.z for frame in history.frames]))
    np.testing.assert_array_equal(
        arrays["judged"].view(np.float16), np.stack([frame.judged for frame in history.frames])
    )
    assert arrays["rows"].tolist() == list(range(1438)) and header["box"] == list(history[0].box)
    assert header["losses"][0] == {} and header["losses"][1] == pytest.approx(history[1].losses)
    assert header["distances"] == [frame.distance for frame in history.frames] and "Jensen" in header["measure"]
    assert header["adversary"] is True and header["troubles"] == []


def test_a_page_sees_no_difference_between_a_film_and_a_folder(train_with_frames, tmp_path):
    revision = without_frames(train_with_frames(), tmp_path)
    shutil.copytree(train_with_frames().path / "frames", revision.path / "frames")
    (header, arrays), folder_description = (
        time_machine.pack_frames(fresh_snapshot(revision)),
        time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes),
    )
    move_frames_to_one_file(revision)
    st.cache_resource.clear()
    lru.clear_all()
    (film_header, film_arrays), film_description = (
        time_machine.pack_frames(fresh_snapshot(revision)),
        time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes),
    )
    assert film_header == header and film_header["keys"] and film_arrays.keys() == arrays.keys()
    assert all(np.array_equal(film_arrays[name], arrays[name]) for name in arrays)
    assert {**film_description, "sha": folder_description["sha"]} == folder_description and film_description[
        "sha"
    ] != folder_description["sha"]
    tensors_and_header = files.read_tensors(revision.path / "frames.safetensors")
    files.write_tensors(revision.path / "frames.safetensors", tensors_and_header[0], tensors_and_header[1].metadata)
    assert (
        time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes)["sha"]
        != film_description["sha"]
    )


def test_a_damaged_film_costs_the_time_axis_and_is_told(train_with_frames, tmp_path):
    revision = without_frames(train_with_frames(), tmp_path)
    (revision.path / "frames.safetensors").write_bytes(b"x")
    assert time_machine.describe_frames(fresh_snapshot(revision), fresh_snapshot(revision).codes) is None
    steps, error_text = time_machine.frame_steps_and_error(fresh_snapshot(revision))
    assert steps == [] and "frames.safetensors is cut short, damaged or not a safetensors file" in error_text


def test_key_frames_are_nets_that_the_page_can_fetch(train_with_frames):
    revision = train_with_frames()
    header, _ = time_machine.pack_frames(fresh_snapshot(revision))
    assert list(header["keys"]) == list(revision.frames().keys)
    step, net = next(iter(header["keys"].items()))
    content = np.frombuffer(assets.ASSETS.find(net["url"].rpartition("/")[2]), np.float16).astype(np.float32)
    (a, b), (c, d) = net["layers"]
    w1, b1 = content[: a * b].reshape(a, b), content[a * b : a * b + b]
    w2, b2 = content[a * b + b :][: c * d].reshape(c, d), content[-d:]
    z = np.array([[0.4, -1.1]], np.float32)
    x = torch.sigmoid(torch.from_numpy(np.maximum(z @ w1 + b1, 0) @ w2 + b2)).numpy().reshape(8, 8)
    assert np.abs(revision.decode(z, step=step)[0, :, :, 0] - 255 * x).max() <= 1


def test_a_key_frame_can_be_fetched_after_other_assets_took_its_place(
    train_with_frames, tmp_path, run_in_thread, monkeypatch
):
    """Of others in a class; the page asks for it when the pointer comes to its step."""
    monkeypatch.setattr(assets, "ASSETS", assets.AssetStore())
    revision = without_frames(train_with_frames(), tmp_path)
    shutil.copytree(train_with_frames().path / "frames", revision.path / "frames")
    header, _ = time_machine.pack_frames(fresh_snapshot(revision))
    url = next(iter(header["keys"].values()))["url"]

    def fetch_key_frame():
        assets.ASSETS.put(assets.make_asset(bytes(100 * 2**20), "bin"))
        return run_in_thread(asgi_client.visit(asgi_client.server_with_routes(routes.make_routes()), url))

    status, _, body = fetch_key_frame()
    assert status == 200 and hashlib.sha256(body).hexdigest() in url
    shutil.rmtree(revision.path)
    assert fetch_key_frame()[0] == 404


def test_the_server_keeps_decoders_too_large_and_a_vae_has_no_surface(train_with_frames, monkeypatch):
    conv_header, arrays = time_machine.pack_frames(
        fresh_snapshot(train_with_frames(**{"network.kind": "conv", "network.channels": (4,)}))
    )
    assert conv_header["keys"] and "judged" in arrays
    vae_header, arrays = time_machine.pack_frames(
        fresh_snapshot(train_with_frames(variant="vae", posterior="gaussian"))
    )
    assert "judged" not in arrays and vae_header["adversary"] is False
    monkeypatch.setattr(assets, "MAX_MULTIPLICATIONS", 1000)
    large_header, arrays = time_machine.pack_frames(fresh_snapshot(train_with_frames(seed=9)))
    assert large_header["keys"] == {} and "judged" in arrays


def test_damaged_files_are_told_and_the_others_sent(train_with_frames):
    revision = train_with_frames(seed=5)
    (revision.path / "frames" / "000000010.safetensors").write_bytes(b"x")
    key = revision.frames().keys[-1]
    (revision.path / "frames" / f"{key:09d}.decoder.safetensors").write_bytes(b"x")
    header, arrays = time_machine.pack_frames(fresh_snapshot(revision))
    assert header["steps"] == [0, 20, 30, 40] and len(arrays["z"]) == 4 and key not in header["keys"]
    assert len(header["troubles"]) == 2 and all(sentence.endswith(".") for sentence in header["troubles"])
    for file in (revision.path / "frames").iterdir():
        file.write_bytes(b"x")
    empty, arrays = time_machine.pack_frames(fresh_snapshot(revision))
    assert empty["steps"] == [] and arrays["z"].shape == (0, 1438, 2) and wire_format.pack_message(empty, arrays)


@pytest.mark.parametrize("step", [-1, 10**9, 1.5, "3", True, [], {}, float("nan")])
def test_a_moment_that_is_none_is_refused(step):
    with pytest.raises(validation.MessageError):
        validation.parse_plane_value("frame", validation.parse_message("frame", {"step": step}), 2, 5, [])


def test_a_moment_is_a_step_or_now():
    assert validation.parse_plane_value("frame", {"step": 30}, 2, 5, []) == 30
    assert validation.parse_plane_value("frame", {"step": None}, 2, 5, []) is None
    with pytest.raises(validation.MessageError):
        validation.parse_plane_value("frame", validation.parse_message("frame", {}), 2, 5, [])
