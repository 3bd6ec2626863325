"""The benchmark of the time machine compares trainings with frames and without them."""

import numpy as np

from aae_core.data import sets
from aae_core.jobs import frame_recorder
from aae_core.store.revisions import Store
from aae_core.training.training import Training
from benchmarks.browser import frames


def test_without_frames_none_is_saved(tmp_path, tiny_config):
    data = sets.load("digits")
    training = Training(tiny_config, data)
    index = np.arange(5)
    recorders = []
    for recorder_class in (frame_recorder.FrameRecorder, frames.SilentRecorder):
        revision = Store(tmp_path).create(training.config, data.summary)
        recorders.append(recorder_class(revision, training, data.test.images[index], index, "test"))
        recorders[-1].start()
        recorders[-1].save_frame()
    assert [len(recorder.folder.steps()) for recorder in recorders] == [1, 0]
