"""The roofline of benchmarks/speed/training.py counts the products and convolutions that a step is seen to make; the oracle is
torch's own counter. The peers build networks that compute what ours do."""

import json
from argparse import Namespace

import numpy as np
import pytest
import torch
from helpers.environment import mark_for_ci, mark_thorough_cases

from aae_core.config.configuration import configure
from aae_core.data.sets import DataSet, Split
from aae_core.models.convolutions import use_torch_threads
from aae_core.models.model import Model
from aae_core.training.phases import training_step
from aae_core.training.training import Training
from benchmarks import processes
from benchmarks.speed import image_training, step_costs
from benchmarks.speed import training as benchmark
from benchmarks.speed.peers import layers

BATCH = 8
IMAGE_ARMS = [arm for arm in image_training.make_arms(1).values() if arm.trainer in image_training.NETWORKS]


def toy_data(*shape):
    pixels = np.random.default_rng(0).integers(0, 256, (1000, *shape), dtype=np.uint8)
    split = Split(pixels, np.arange(1000) % 10)
    return DataSet("toy", "Toy", split, split, tuple("0123456789"))


def training(name, batch=BATCH):
    args = Namespace(threads=1, device="cpu")
    return Training(benchmark.arm_config(name, batch, args), toy_data(28, 28, 1), "cpu")


def count_flops(t):
    from torch.utils.flop_counter import FlopCounterMode  # loads Triton: half a second while tests are collected

    with FlopCounterMode(display=False) as counter:
        training_step(t, t.current_batch())
    return counter.get_total_flops()


@mark_for_ci
@pytest.mark.parametrize("name", mark_thorough_cases(benchmark.ARMS, 4))
def test_the_products_of_a_step_are_those_that_torch_makes(name):
    t = training(name)
    assert sum(kernel.flops for kernel in step_costs.step_kernels(t)) == count_flops(t)


@pytest.mark.parametrize("arm", IMAGE_ARMS, ids=lambda arm: arm.name)
def test_the_convolutions_of_a_step_are_those_that_torch_makes(arm):
    t = Training(image_training.arm_config(arm), toy_data(20, 24, 3), "cpu")
    assert sum(kernel.flops for kernel in step_costs.step_kernels(t)) == count_flops(t)


def test_the_products_of_an_autoencoder_are_those_of_a_hand_count():
    nets = [(784, 1000), (1000, 1000), (1000, 2), (2, 1000), (1000, 1000), (1000, 784)]
    forward = sum(BATCH * i * o for i, o in nets)
    result = sum(kernel.flops / 2 for kernel in step_costs.step_kernels(training("ae")))
    assert result == 3 * forward - BATCH * 784 * 1000, "forward, weights and inputs, but for the images' own gradient"


def test_a_kernel_is_timed_in_its_own_layout_and_each_gradient_alone(monkeypatch):
    calls = []
    monkeypatch.setattr(step_costs, "median_seconds", lambda work, read_clock: calls.append(work()) or 1.0)
    x, weight = torch.zeros(2, 3, 6, 6).contiguous(memory_format=torch.channels_last), torch.zeros(5, 3, 3, 3)
    y = torch.nn.functional.conv2d(x, weight)
    rest = ([5], [1, 1], [0, 0], [1, 1], False, [0, 0], 1, [True, True, True])
    for kernel in step_costs.kernel_calls("convolution_backward", (y, x, weight, *rest), None):
        assert kernel.arguments[1].strides == x.stride()
        assert kernel.seconds(None) == 1.0
    input_gradients, weight_gradients = calls
    assert input_gradients[0].shape == x.shape and input_gradients[1] is None
    assert weight_gradients[0] is None and weight_gradients[1].shape == weight.shape and weight_gradients[2] is None


def test_the_table_of_variants_says_what_a_step_costs_beside_an_aae():
    arms = {name: [{"samples_per_second": 100.0, "roofline": 200.0}] for name in benchmark.ARMS}
    arms["clustering, shared"] = [{"samples_per_second": 40.0, "roofline": 50.0}]
    row = next(line for line in benchmark.variant_cost_lines(100, arms) if line.startswith("| clustering, shared"))
    assert row == "| clustering, shared | 40 | 2.50 | 50 | 80% |"


def test_the_parts_of_a_profile_sum_to_its_step():
    t, ticks = training("AAE shared fp32"), iter(range(10**6))
    profile = step_costs.profile_step(lambda: training_step(t, t.current_batch()), lambda: float(next(ticks)), steps=2)
    other_rows = (step_costs.PROFILED_STEP, step_costs.UNPROFILED_STEP, step_costs.FORMAT_COPIES)
    parts = [value for name, value in profile.items() if name not in other_rows]
    assert sum(parts) == pytest.approx(profile[step_costs.PROFILED_STEP])
    # the clock ticks once a call, so what takes one tick is one operation
    products = len([kernel for kernel in step_costs.step_kernels(t) if kernel.name == "mm"])
    assert profile["matrix products"] == pytest.approx(1e3 * products)


def test_a_column_of_the_profile_is_one_rounds_own():
    runs = [{"profile": {"a": a, step_costs.PROFILED_STEP: whole}} for a, whole in ((1, 30), (9, 10), (5, 20))]
    assert step_costs.middle_profile(runs) == {"a": 5, step_costs.PROFILED_STEP: 20}


def test_the_roofline_of_threads_asleep_is_that_of_the_same_step_awake(monkeypatch):
    asleep_arm, speed = f"AAE shared bf16, {benchmark.THREADS_ASLEEP}", {"samples_per_second": 1.0}
    monkeypatch.setattr(benchmark, "measure_peer", lambda *_: speed)
    monkeypatch.setattr(
        benchmark, "measure_ours", lambda name, *_: speed | ({} if name == asleep_arm else {"roofline": name})
    )
    measurements = benchmark.measure_rounds(Namespace(device="cpu", sizes=[1000, 100], rounds=2))
    assert [run["roofline"] for run in measurements[100][asleep_arm]] == ["AAE shared bf16"] * 2


@pytest.mark.parametrize(("precision", "threads", "concurrent_calls"), [("bf16", 1, 2), ("fp32", 2, 1)])
def test_a_kernel_is_timed_with_the_threads_that_it_has_in_a_step(monkeypatch, precision, threads, concurrent_calls):
    small_settings = {"network.channels": (3,), "network.hidden": (8,), "network.discriminator": (8,), "batch_size": 4}
    t = Training(configure("images", **small_settings, precision=precision, threads=2), toy_data(8, 8, 1))
    with use_torch_threads(2):
        kernels = step_costs.step_kernels(t)
    t.net.encoder.parts = t.net.decoder.parts = 1
    assert sum(kernel.flops for kernel in kernels) == count_flops(t)
    convolutions = [kernel for kernel in kernels if kernel.name != "mm"]
    assert {(kernel.threads, kernel.concurrent_calls) for kernel in convolutions} == {(threads, concurrent_calls)}
    assert {(kernel.threads, kernel.concurrent_calls) for kernel in kernels if kernel.name == "mm"} == {(2, 1)}
    assert {kernel.arguments[0].shape[0] for kernel in convolutions} == {4 // concurrent_calls}
    monkeypatch.setattr(step_costs, "median_seconds", lambda work, read_clock: torch.get_num_threads())
    assert [kernel.seconds(None) for kernel in kernels] == [
        kernel.threads / kernel.concurrent_calls for kernel in kernels
    ]


@pytest.mark.parametrize("kind", ["mlp", "conv", "pyramid"])
def test_the_peers_build_networks_that_compute_what_ours_do(kind):
    shape = (3, 20, 24)
    model = Model(configure(data="digits", **{"network.kind": kind, "network.normalise": "batch"}), shape, 0).eval()
    networks = json.loads(json.dumps(layers.describe_networks(model)))
    x, z = torch.rand(4, *shape), torch.randn(4, networks["latent_dim"])
    for name, inputs in (("encoder", x), ("decoder", z), ("discriminator", z)):
        our_net, peer_net = getattr(model, name), layers.build_layers(networks[name]).eval()
        for parameter in our_net.parameters():
            torch.nn.init.normal_(parameter, 0.0, 0.1)
        peer_net.load_state_dict(dict(zip(peer_net.state_dict(), our_net.state_dict().values(), strict=True)))
        assert torch.allclose(peer_net(inputs), our_net(inputs), atol=1e-5), name


def test_an_aim_is_measured_beside_the_peers_faster_row():
    rows = image_training.make_arms(2)
    paces = {"ours, auto": 300.0, "pythae, same layers, 1 thread": 150.0, "pythae, same layers, 2 threads": 200.0}
    measurements = {name: [{"samples_per_second": paces.get(name, 50.0)}] for name in rows}
    verdicts = dict(
        zip(
            image_training.AIMS,
            image_training.verdict_lines(measurements, rows, rows[image_training.AUTOMATIC]),
            strict=True,
        )
    )
    assert [is_met for _, is_met in verdicts.values()] == [True, True, True]
    paces["pythae, same layers, 1 thread"] = 201.0
    measurements |= {"pythae, same layers, 1 thread": [{"samples_per_second": 201.0}]}
    assert not list(image_training.verdict_lines(measurements, rows, rows[image_training.AUTOMATIC]))[1][1]


def test_each_arm_says_what_begins_and_how_many_are_left(capsys):
    progress = processes.Progress(2)
    progress.begin_measurement("one")
    progress.begin_measurement("two")
    first, second = capsys.readouterr().err.splitlines()
    assert "1 of 2: one begins; 1 left after it" in first and "2 of 2: two begins; 0 left after it" in second
