"""The frame of this moment: written while a page watches, at a small cost, and without a trace in the weights."""

import os
from dataclasses import replace

import numpy as np
import pytest

from aae_core import files
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.runs import live_recorder, worker
from aae_core.store import live_frame, weights
from aae_core.training import loop


@pytest.fixture
def eager_recorder(monkeypatch):
    """A frame is due at each report, and each step is reported."""
    monkeypatch.setattr(live_recorder, "FRAME_SECONDS", 0.0)
    monkeypatch.setattr(live_recorder, "TIME_SHARE", 1e9)
    monkeypatch.setattr(live_recorder, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(live_recorder, "DECODER_SECONDS", 0.0)
    monkeypatch.setattr(live_recorder, "DECODER_TIME_SHARE", 1e9)


def train(store, config, facts, watch, note=lambda revision: None):
    """A revision, and the frames of this moment that a page saw, one at each report, where note(revision) is called, too."""
    revision, frames = store.create(config, facts), []
    if watch:
        live_frame.note_watcher(revision.path)

    def note_frame(status):
        if watch:
            live_frame.note_watcher(revision.path)
        frames.append(live_frame.read(revision)[0])
        note(revision)

    worker.run_training(revision, note_frame)
    return revision, [frame for frame in frames if frame is not None]


def test_a_watched_training_has_the_same_weights_and_a_frame_a_step(store, tiny_config, facts, eager_recorder):
    plain_revision, plain_frames = train(store, tiny_config, facts, watch=False)
    watched_revision, watched_frames = train(store, replace(tiny_config, name="watched"), facts, watch=True)
    assert not plain_frames and len(watched_frames) >= watched_revision.status.step - 2
    assert [frame.step for frame in watched_frames] == sorted({frame.step for frame in watched_frames})
    plain_weights, _ = files.read_tensors(plain_revision.path / "weights.safetensors")
    watched_weights, _ = files.read_tensors(watched_revision.path / "weights.safetensors")
    assert all(plain_weights[name].tobytes() == watched_weights[name].tobytes() for name in plain_weights)
    live_files = {live_frame.WATCH_FILE, live_frame.LIVE_FILE, live_frame.DECODER_FILE}
    assert not live_files & set(os.listdir(watched_revision.path))


def test_the_decoder_of_this_moment_is_that_of_its_step(store, tiny_config, facts, eager_recorder):
    decoders = {}

    def note_decoder(revision):
        model = revision.model()
        step = live_frame.load_decoder(revision, model.decoder)
        assert step == live_frame.decoder_step(revision.path)
        if step is not None:
            decoders[step] = weights.network_arrays(model.decoder, half=True)

    revision, _ = train(store, tiny_config, facts, watch=True, note=note_decoder)
    assert len(decoders) >= revision.status.step - 2
    last_weights = weights.network_arrays(revision.model().decoder, half=True)
    last_step = max(decoders)
    assert last_step == revision.status.step
    assert all(np.array_equal(decoders[last_step][name], values) for name, values in last_weights.items())
    first_decoder = decoders[min(decoders)]
    assert not all(np.array_equal(first_decoder[name], values) for name, values in last_weights.items())
    assert live_frame.decoder_step(revision.path) is None and live_frame.load_decoder(revision, None) is None


def test_a_damaged_decoder_of_this_moment_is_none(store, tiny_config, facts, eager_recorder):
    contents = []
    revision, _ = train(
        store, tiny_config, facts, watch=True,
        note=lambda revision: contents.append(
            (revision.path / live_frame.DECODER_FILE).read_bytes()
            if live_frame.decoder_version(revision.path)
            else b""
        ),
    )  # fmt: skip
    decoder = revision.model().decoder
    (revision.path / live_frame.DECODER_FILE).write_bytes(contents[-1][:-8])
    assert live_frame.load_decoder(revision, decoder) is None
    (revision.path / live_frame.DECODER_FILE).write_bytes(contents[-1])
    assert live_frame.load_decoder(revision, decoder) == revision.status.step


def test_the_frame_of_this_moment_has_some_codes_of_the_time_machine(store, tiny_config, facts, eager_recorder):
    revision, live_frames = train(store, tiny_config, facts, watch=True)
    history = revision.frames()
    stored_frames = {frame.step: frame for frame in history.frames}
    common_frames = [frame for frame in live_frames if frame.step in stored_frames]
    assert common_frames
    _, rows = live_frame.read(revision)
    places = np.searchsorted(history.rows, rows)
    assert len(rows) == live_frame.MAX_CODES < len(history.rows) and np.array_equal(history.rows[places], rows)
    for frame in common_frames:
        assert np.allclose(frame.z, stored_frames[frame.step].z[places], rtol=2e-3, atol=2e-3)


def test_the_codes_of_this_moment_show_every_class_at_its_share(store, tiny_config, facts, eager_recorder):
    revision, _ = train(store, tiny_config, facts, watch=True)
    labels = revision.probe().labels
    _, rows = live_frame.read(revision)
    shares = np.bincount(labels[rows]) / len(rows)
    assert np.allclose(shares, np.bincount(labels) / len(labels), atol=0.003)


def test_the_surface_of_d_is_computed_for_one_frame_in_some(store, tiny_config, facts, eager_recorder):
    _, live_frames = train(store, tiny_config, facts, watch=True)
    surfaces = [frame.judged for frame in live_frames]
    assert surfaces[0].shape == (live_frame.SURFACE_SIDE, live_frame.SURFACE_SIDE)
    change_steps = [k for k in range(1, len(live_frames)) if not np.array_equal(surfaces[k], surfaces[k - 1])]
    assert change_steps and all(k % live_recorder.FRAMES_PER_SURFACE == 0 for k in change_steps)


def test_nobody_watches_a_training_some_seconds_after_the_page_has_gone(store, tiny_config, facts, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(live_recorder.time, "monotonic", lambda: now[0])
    revision = store.create(tiny_config, facts)
    stub = {"revision": revision, "rows": np.arange(0), "images": np.empty((0, 8, 8, 1))}
    recorder = live_recorder.LiveRecorder(type("Frames", (), stub), np.arange(0))
    assert not recorder.is_watched() and recorder.report_seconds() == loop.REPORT_SECONDS
    live_frame.note_watcher(revision.path)
    now[0] += 1
    assert recorder.is_watched() and recorder.report_seconds() == live_recorder.FRAME_SECONDS
    now[0] += live_recorder.WATCHED_SECONDS
    assert not recorder.is_watched()
    os.utime(revision.path / live_frame.WATCH_FILE, (1, 1))  # the clock of another machine is behind
    now[0] += 1
    assert recorder.is_watched()


def test_a_frame_that_cannot_be_written_does_not_end_the_training(
    store, tiny_config, facts, eager_recorder, monkeypatch
):
    def refuse(*_):
        raise RevisionError("The disk is full.")

    monkeypatch.setattr(live_frame, "write", refuse)
    revision, live_frames = train(store, tiny_config, facts, watch=True)
    assert revision.status.state == "done" and not live_frames


def test_a_damaged_frame_of_this_moment_is_none(store, tiny_config, facts, eager_recorder):
    revision, contents = store.create(tiny_config, facts), []
    file = revision.path / live_frame.LIVE_FILE
    live_frame.note_watcher(revision.path)
    worker.run_training(revision, lambda status: contents.append(file.read_bytes()) if file.exists() else None)
    file.write_bytes(contents[-1])
    assert live_frame.read(revision)[0].step > 0
    file.write_bytes(contents[-1][:-8])
    assert live_frame.read(revision)[0] is None


def test_reports_come_as_often_as_a_page_wants(tiny_config):
    from aae_core.training.training import Training

    training = Training(replace(tiny_config, steps=5), sets.load("digits"))
    assert [report.step for report in loop.fit(training, lambda: 0.0)] == [1, 2, 3, 4, 5]
