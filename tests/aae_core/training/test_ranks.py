"""Several processes compute the very training of one: in double precision their weights differ by rounding alone."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from helpers.toy_models import toy_config, toy_data_set

from aae_core import torch_state
from aae_core.config.configuration import configure
from aae_core.errors import ConfigError, RevisionError
from aae_core.training import communicator
from aae_core.training.communicator import Communicator
from aae_core.training.loop import fit
from aae_core.training.training import Training

ROUNDING = 1e-9
NOISY = {"input_noise": 0.1, "input_dropout": 0.1, "input_shift": 1, "input_affine": 0.1, "augment": "on"}
NOISY |= {"discriminator_noise": 0.2}
ADAM = {"optimiser.kind": "adam", "optimiser.reconstruction_rate": 0.01, "optimiser.generation_rate": 0.01}
WAYS = {  # each has something that one process sees of the whole mini-batch
    "noise of every kind": ("aae", {"posterior": "universal", "optimiser.clip": 0.5, **NOISY}),
    "regions": ("label-informed", {"labels": 6}),
    "labels": ("semi-supervised", {"labels": 6, "views": 2, "posterior": "gaussian", "discriminator_told": "content", **NOISY}),
    "heads": ("reduction", {"labels": 6, "posterior": "universal", "input_noise": 0.1}),
    "one pass": ("aae", {"passes": "shared"}),
    "contents of two views": ("clustering", {"views": 2, "input_shift": 1, "view_agreement": 10.0}),
    "components of two views": ("label-informed", {"labels": 6, "views": 2, "input_shift": 1, "view_agreement": 10.0}),
    "one pass under Adam": ("clustering", {"passes": "shared", **ADAM}),
    "each content": ("clustering", {"content_decoded": "each", "content_smoothing": 0.1}),
    "dropout": ("aae", {"network.dropout": 0.3, "network.activation": "gelu", "network.decoder_hidden": (7, 9)}),
    "learned variance": ("vae", {"cost": "learned-variance", "posterior": "gaussian"}),
    "pairs of codes": ("wae-mmd", {"posterior": "gaussian"}),
    "sorted codes": ("sliced-wasserstein", {"posterior": "universal"}),
    "both": ("info-vae", {"posterior": "gaussian", "alpha": -0.5}),
}  # fmt: skip


class Table:
    """At which threads put down what is to be added up."""

    def __init__(self, size):
        self.parts, self.barrier = [None] * size, threading.Barrier(size, timeout=60)


@dataclass(frozen=True)
class ThreadCommunicator(Communicator):
    """A communicator whose processes are threads of this process."""

    table: Table | None = None

    def _all_reduce_sum(self, tensor):
        self.table.parts[self.rank] = tensor.detach().clone()
        self.table.barrier.wait()
        total = sum(self.table.parts)
        self.table.barrier.wait()
        return tensor.copy_(total)


@pytest.fixture
def double_precision(monkeypatch):
    monkeypatch.setattr(torch_state, "_change_process_settings", ExitStack)  # which would set the default of a training
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def run_training(config, dataset, mine=communicator.SINGLE_PROCESS, state=None):
    t = Training(config, dataset, "cpu", communicator=mine)
    if state:
        t.load_state(state)
    return t, list(fit(t))


def run_ranks(size, work):
    """What `work` gives for each of so many ranks."""
    table = Table(size)
    with ThreadPoolExecutor(size) as pool:
        return list(pool.map(lambda rank: work(ThreadCommunicator(rank, size, size, rank, table=table)), range(size)))


def max_difference(first_model, second_model):
    return max(
        (a.double() - b.double()).abs().max().item()
        for a, b in zip(first_model.parameters(), second_model.parameters(), strict=True)
    )


@pytest.mark.parametrize(("variant", "ways"), WAYS.values(), ids=WAYS)
def test_two_processes_are_one_but_for_rounding(variant, ways, double_precision):
    config, dataset = toy_config(variant, steps=20, **{"precision": "fp32", **ways}), toy_data_set(side=8)
    single_training, reports = run_training(config, dataset)
    results_of_ranks = run_ranks(2, lambda mine: run_training(config, dataset, mine))
    for t, rank_reports in results_of_ranks:
        assert max_difference(t.model, single_training.model) < ROUNDING
        assert rank_reports[-1].losses == pytest.approx(reports[-1].losses, rel=1e-9)
        assert torch.equal(t.rng.get_state(), single_training.rng.get_state()), (
            "all draw as many numbers as one process"
        )
    assert max_difference(results_of_ranks[0][0].model, results_of_ranks[1][0].model) == 0


def test_another_number_of_processes_goes_on_where_others_stopped(double_precision):
    dataset, config = toy_data_set(), toy_config("semi-supervised", labels=4, steps=20, discriminator_noise=0.1)
    whole_training, _ = run_training(config, dataset)
    (half_training, _), _ = run_ranks(2, lambda mine: run_training(replace(config, steps=10), dataset, mine))
    for size in (1, 4):
        results = [run_training(config, dataset, state=half_training.state_tensors())]
        if size > 1:
            results = run_ranks(size, lambda mine: run_training(config, dataset, mine, half_training.state_tensors()))
        assert all(max_difference(t.model, whole_training.model) < ROUNDING for t, _ in results)


def test_a_gathered_cost_has_the_gradient_of_one_process():
    """Of f = Σ_ij (x_i − x_j)², whose gradient is 4 (N x_i − Σ x)."""
    x = torch.tensor([1.0, 2.0, 4.0, 8.0], dtype=torch.float64)

    def gradient(mine):
        own = mine.own_rows(x).clone().requires_grad_()
        rows = mine.gather(own)
        (rows[:, None] - rows).square().sum().backward()
        return own.grad

    for size in (2, 4):
        # the mean over the processes, of which each has its own rows
        actual = torch.cat(run_ranks(size, gradient)) / size
        np.testing.assert_allclose(actual, 4 * (4 * x - x.sum()))


def test_what_the_processes_tell_each_other():
    def exchanged_values(mine):
        sums = mine.average([torch.full((2, 3), float(mine.rank)), torch.tensor(mine.rank + 1.0)])
        return (
            [tensor.tolist() for tensor in sums],
            mine.broadcast_first(7.5 - mine.rank),
            mine.is_same_everywhere(3.0),
            mine.is_same_everywhere(float(mine.rank == 1)),
        )

    assert run_ranks(2, exchanged_values) == [([[[0.5] * 3] * 2, 1.5], 7.5, True, False)] * 2


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"processes": 3}, "mini-batch of 8 cannot be shared evenly by 3"),
        ({"processes": 2, "network.normalise": "batch"}, "Batch normalisation"),
        ({"processes": 2, "precision": "bf16"}, "averaged in fp32"),
        ({"processes": 2, "device": "mps"}, "Apple GPUs"),
    ],
)
def test_what_several_processes_cannot_do_is_refused(settings, words):
    with pytest.raises(ConfigError, match=words):
        configure(batch_size=8, **settings)


def test_shares_are_even():
    for settings, words in (
        ({"labels": 3}, "3 labels of a mini-batch"),
        ({"labels": 6, "batch_size": 64}, "mini-batch of 41"),
    ):
        with pytest.raises(ConfigError, match=words):
            Training(
                toy_config("semi-supervised", **settings),
                toy_data_set(41 if "batch_size" in settings else 40),
                communicator=Communicator(0, 2),
            )


def test_a_sum_that_a_gpu_has_only_queued_is_waited_for_under_watch(monkeypatch):
    """nccl's `wait` returns before the sum is there."""
    looks = iter([False, False, True])
    queued = SimpleNamespace(is_completed=lambda: next(looks), wait=lambda *_: True)
    monkeypatch.setattr(torch.distributed, "all_reduce", lambda tensor, async_op: queued)
    monkeypatch.setattr(communicator, "is_queued_on_gpu", lambda tensor: True)
    monkeypatch.setattr(communicator, "CHECK_SECONDS", 0.0)
    watched = []
    assert Communicator(0, 2, check_peers=lambda: watched.append(1)).broadcast_first(1.0) == 1.0 and len(watched) == 2


def test_a_lost_process_is_told_in_a_sentence(monkeypatch):
    def raise_connection_closed(_, async_op):
        raise RuntimeError("[gloo/transport/tcp/pair.cc:547] Connection closed by peer [127.0.0.1]:4711")

    monkeypatch.setattr(torch.distributed, "all_reduce", raise_connection_closed)
    with pytest.raises(RevisionError, match="has ended or does not answer"):
        Communicator(0, 2).broadcast_first(1.0)
