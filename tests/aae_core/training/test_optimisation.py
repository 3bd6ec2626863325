import copy

import pytest
import torch
from torch import nn

from aae_core.config.settings import OptimiserConfig
from aae_core.training import optimisation

SIZES = (30, 40, 3)


def nets():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(30, 40), nn.ReLU(), nn.Linear(40, 3))


def cost(net, x):
    return net(x.to(net[0].weight.dtype)).float().square().mean()


def own_optimiser(model, net, kind, clip=0.0):
    options = OptimiserConfig(kind=kind, clip=clip)
    return optimisation.Optimiser(options, [[*model.parameters()]], [[*net.parameters()]], 0.05, 0.9)


def torch_optimiser(model, kind):
    if kind == "adam":
        return torch.optim.Adam(model.parameters(), lr=0.05, betas=(0.9, 0.999))
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


@pytest.mark.parametrize("clip", [0.0, 0.01])
@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_it_goes_where_torchs_own_optimisers_go(kind, clip):
    model = nets()
    reference_model = copy.deepcopy(model)
    optimiser, reference_optimiser = own_optimiser(model, model, kind, clip), torch_optimiser(reference_model, kind)
    for step in range(5):
        x = torch.randn(8, 30, generator=torch.Generator().manual_seed(step))
        optimiser.descend(cost(model, x))
        reference_optimiser.zero_grad()
        cost(reference_model, x).backward()
        if clip:
            nn.utils.clip_grad_norm_(reference_model.parameters(), clip)
        reference_optimiser.step()
    for parameter, reference_parameter in zip(model.parameters(), reference_model.parameters(), strict=True):
        torch.testing.assert_close(parameter, reference_parameter, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("kind", ["sgd", "adam"])
@pytest.mark.parametrize("piece", [7, 10**6, None])
def test_bf16_gradients_move_fp32_masters_and_the_copy_follows(kind, piece, monkeypatch):
    monkeypatch.setattr(optimisation, "PIECE_SIZE", piece)
    if piece is None:  # as on a GPU
        monkeypatch.setattr(optimisation.Optimiser, "_update_in_pieces", optimisation.Optimiser._update_and_round)
    model = nets()
    net = optimisation.model_in_precision(model, "bf16")
    reference = copy.deepcopy(model)
    a, b = own_optimiser(model, net, kind, clip=0.5), torch_optimiser(reference, kind)
    for step in range(3):
        x = torch.randn(8, 30, generator=torch.Generator().manual_seed(step))
        gradients = torch.autograd.grad(cost(net, x), list(net.parameters()))
        a.descend(cost(net, x))
        for p, g in zip(reference.parameters(), gradients, strict=True):
            p.grad = g.float()
        nn.utils.clip_grad_norm_(reference.parameters(), 0.5)
        b.step()
    for master, working, expected in zip(model.parameters(), net.parameters(), reference.parameters(), strict=True):
        assert (master.dtype, working.dtype) == (torch.float32, torch.bfloat16)
        torch.testing.assert_close(master, expected, rtol=1e-2, atol=1e-3)  # the norm is a bf16 number
        assert torch.equal(working, master.bfloat16())


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_huge_gradient_of_one_group_leaves_the_other_s_step_alone(precision):
    """Against each of two nets trained by itself, clipped by torch; together the steep one would shrink the other's step to
    a millionth."""
    pair = nn.ModuleList([nets(), nets()])
    net = optimisation.model_in_precision(pair, precision)
    reference_nets = copy.deepcopy(pair)
    groups = [[[*module.parameters()] for module in module_list] for module_list in (pair, net)]
    optimiser = optimisation.Optimiser(OptimiserConfig(clip=0.5), *groups, 0.05, 0.0)
    x = torch.randn(8, 30, generator=torch.Generator().manual_seed(0))
    optimiser.descend(cost(net[0], x) + 1e6 * cost(net[1], x))
    for module, factor in zip(reference_nets, (1.0, 1e6), strict=True):
        (factor * cost(module, x)).backward()
        nn.utils.clip_grad_norm_(module.parameters(), 0.5)
        with torch.no_grad():
            for p in module.parameters():
                p -= 0.05 * p.grad
    for parameter, expected_parameter in zip(pair.parameters(), reference_nets.parameters(), strict=True):
        torch.testing.assert_close(
            parameter, expected_parameter, rtol=1e-2 if precision == "bf16" else 1e-5, atol=1e-3 * (precision == "bf16")
        )


def test_on_a_gpu_too_a_batch_norm_keeps_its_own_parameters():
    """Those are the model's, in fp32, and move by their own gradients beside the bf16 ones."""
    torch.manual_seed(0)
    pair = [nn.Sequential(nn.Linear(30, 40), nn.BatchNorm1d(40), nn.Linear(40, 3))]
    pair.append(copy.deepcopy(pair[0]))
    for model, update in zip(pair, ("_update_in_pieces", "_update_and_round"), strict=True):
        net = optimisation.model_in_precision(model, "bf16")
        optimiser = own_optimiser(model, net, "sgd", clip=0.5)
        optimiser._update_in_pieces = getattr(optimiser, update)
        h = net[0](torch.ones(8, 30).tril().bfloat16())
        optimiser.descend(net[2](net[1](h.float()).bfloat16()).float().square().mean())
        assert net[1].weight is model[1].weight and not torch.equal(model[1].weight, torch.ones(40))
        assert torch.equal(net[0].weight, model[0].weight.bfloat16())
    for first_parameter, second_parameter in zip(*(model.parameters() for model in pair), strict=True):
        assert torch.equal(first_parameter, second_parameter)


def test_small_steps_are_not_lost_to_rounding():
    """Each is far below what bf16 can tell apart, and the masters keep them all."""
    model = nn.Linear(1, 1, bias=False)
    nn.init.ones_(model.weight)
    net = optimisation.model_in_precision(model, "bf16")
    optimiser = optimisation.Optimiser(OptimiserConfig(clip=0), [[model.weight]], [[net.weight]], 1e-4, 0.0)
    for _ in range(100):
        optimiser.descend(net.weight.sum())
    assert model.weight.item() == pytest.approx(0.99, abs=1e-4)
    assert net.weight.item() == pytest.approx(0.99, abs=0.004)


def test_fp32_computes_with_the_model_itself_and_buffers_are_never_copied():
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
    assert optimisation.model_in_precision(model, "fp32") is model
    net = optimisation.model_in_precision(model, "bf16")
    assert net[1].running_mean is model[1].running_mean
    assert net[1].running_mean.dtype == torch.float32
    with torch.no_grad():
        model[0].weight.fill_(3)
    optimisation.refresh_working_copy(net, model)
    assert (net[0].weight == 3).all()


def test_saved_buffers_come_back():
    model = nets()
    a = own_optimiser(model, model, "adam")
    a.descend(cost(model, torch.randn(4, 30)))
    b = own_optimiser(model, model, "adam")
    b.load_buffers({f"{i}.{key}": value for key, values in a.buffers.items() for i, value in enumerate(values)})
    for key, values in a.buffers.items():
        assert all(torch.equal(x, y) for x, y in zip(values, b.buffers[key], strict=True))
    with pytest.raises(KeyError):
        b.load_buffers({"0.exp_avg": torch.zeros(40, 30)})


@pytest.mark.parametrize("kind", ["sgd", "adam"])
def test_gradients_that_lie_otherwise_in_memory_move_the_right_weights(kind):
    """Those of a convolution over images whose channels lie side by side do."""
    torch.manual_seed(0)
    model = nn.Conv2d(3, 4, 3)
    reference_model = copy.deepcopy(model)
    optimiser, reference_optimiser = own_optimiser(model, model, kind), torch_optimiser(reference_model, kind)
    for _ in range(3):
        x = torch.randn(2, 3, 6, 6)
        optimiser.descend(model(x.contiguous(memory_format=torch.channels_last)).square().mean())
        reference_optimiser.zero_grad()
        reference_model(x).square().mean().backward()
        reference_optimiser.step()
    torch.testing.assert_close(model.weight, reference_model.weight)
