"""A caller's settings of torch change no result, and are as they were afterwards."""

import threading
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set

import aae_core as aae
from aae_core.runs import worker
from aae_core.sklearn import AdversarialAutoencoder
from aae_core.store.revision import Revision
from aae_core.torch_state import torch_defaults
from aae_core.training.loop import fit
from aae_core.training.training import Training

ROWS = np.random.default_rng(0).normal(size=(60, 4))
MATRIX_PRODUCTS = torch.backends.mkldnn.matmul


@contextmanager
def changed_setting(get, set_, value):
    """A context in which set_(value) holds."""
    before = get()
    set_(value)
    try:
        yield
    finally:
        set_(before)


def float64_by_default():
    return changed_setting(torch.get_default_dtype, torch.set_default_dtype, torch.float64)


@contextmanager
def meta_by_default():
    torch.set_default_device("meta")
    try:
        yield
    finally:
        torch.set_default_device(None)


def bf16_products():
    return changed_setting(
        lambda: MATRIX_PRODUCTS.fp32_precision, lambda value: setattr(MATRIX_PRODUCTS, "fp32_precision", value), "bf16"
    )


def determinism_setting():
    return changed_setting(torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms, True)


SETTINGS = {
    "float64": float64_by_default,
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
    "autocast": lambda: torch.autocast("cpu", torch.bfloat16),
    "device": meta_by_default,
    "device context": lambda: torch.device("meta"),
    "bf16 products": bf16_products,
    "deterministic": determinism_setting,
}


def settings_of_torch():
    autocast = torch.is_autocast_enabled("cpu")
    modes = torch.is_grad_enabled(), torch.is_inference_mode_enabled(), torch.are_deterministic_algorithms_enabled()
    defaults = torch.get_default_dtype(), torch.get_default_device().type
    return autocast, modes, defaults, MATRIX_PRODUCTS.fp32_precision


def codes_of_fit():
    estimator = AdversarialAutoencoder(max_epochs=3, random_state=0).fit(ROWS)
    return np.concatenate([estimator.transform(ROWS), estimator.sample(5, random_state=1)[:, :2]])


def results_of_revision(store):
    """Codes, decoded rows, samples, scores and figures of a small VAE (whose evaluation needs a prior's density)."""
    data = aae.arrays(ROWS, name="rows")
    revision = aae.train(toy_config("vae", posterior="gaussian", cost="squared-error"), store=store, data=data)
    opened_revision = Revision(revision.path)  # its model is read again
    z = opened_revision.encode(ROWS)
    scores = opened_revision.scores(ROWS)
    figures = opened_revision.evaluate("reconstruction", data=data)["reconstruction"]["reconstruction"]
    direction = opened_revision.direction(z[:5], z[5:]).codes_at([0.5])
    return [
        z,
        opened_revision.decode(z),
        opened_revision.sample(4),
        scores["error"],
        scores["log_p"],
        direction,
        np.array(figures),
    ]


@pytest.fixture(scope="module")
def expected_codes():
    return codes_of_fit()


@pytest.fixture(scope="module")
def plain_revision(tmp_path_factory):
    from aae_core.store.revisions import Store

    place = tmp_path_factory.mktemp("plain")
    return results_of_revision(Store(place, gallery=place / "none"))


@pytest.mark.parametrize("name", SETTINGS)
def test_a_seeded_fit_is_the_same_under_any_setting(name, expected_codes):
    with SETTINGS[name]():
        before = settings_of_torch()
        codes = codes_of_fit()
        assert settings_of_torch() == before
    np.testing.assert_array_equal(codes, expected_codes)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_revision_is_the_same_under_any_setting(name, plain_revision, store):
    with SETTINGS[name]():
        before = settings_of_torch()
        results = results_of_revision(store)
        assert settings_of_torch() == before
    for result, expected in zip(results, plain_revision, strict=True):
        np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_paused_training_goes_on_alike_under_any_setting(name, store):
    whole_revision, paused_revision = (store.create(toy_config(steps=12), toy_data_set().summary) for _ in range(2))
    worker.run_training(whole_revision, data=toy_data_set())
    assert worker.run_training(paused_revision, data=toy_data_set(), pause_step=5).state == "paused"
    with SETTINGS[name]():
        assert worker.run_training(paused_revision, data=toy_data_set()).state == "done"
    resumed_weights = paused_revision.model().state_dict()
    for key, value in whole_revision.model().state_dict().items():
        assert torch.equal(resumed_weights[key], value), key


def test_the_callers_settings_hold_between_the_reports_of_a_training():
    training = Training(toy_config(steps=30), toy_data_set())
    with torch.no_grad(), float64_by_default():
        for _ in fit(training):
            assert not torch.is_grad_enabled() and torch.zeros(1).dtype == torch.float64


def test_settings_come_back_after_an_error():
    with float64_by_default(), pytest.raises(aae.DataError):
        results_with_error()


@torch_defaults()
def results_with_error():
    assert torch.get_default_dtype() == torch.float32
    raise aae.DataError("for the test")


def test_the_default_dtype_comes_back_when_the_last_thread_has_left():
    inside, leave = threading.Event(), threading.Event()

    def hold_defaults():
        with torch_defaults():
            inside.set()
            leave.wait(10)

    with float64_by_default():
        thread = threading.Thread(target=hold_defaults)
        with torch_defaults():
            thread.start()
            assert inside.wait(10)
        assert torch.get_default_dtype() == torch.float32, "the thread still computes"
        leave.set()
        thread.join()
        assert torch.get_default_dtype() == torch.float64


def test_a_cost_of_a_plug_in_is_tried_with_the_same_settings(plug_in):
    plug_in("my_dtype", "import aae_core as aae, torch\naae.register_cost('mine', lambda x, logits: "
            "(x - logits - torch.zeros(1)).square().sum((1, 2, 3)), like='squared-error')")  # fmt: skip
    with float64_by_default(), torch.inference_mode():
        assert aae.configure(cost="mine").cost == "mine"
        AdversarialAutoencoder(max_epochs=1, random_state=0, loss="mine").fit(ROWS)
