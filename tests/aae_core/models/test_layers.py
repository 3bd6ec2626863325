"""Layers read off a network: what they compute is told elsewhere for convolutions, by the page that runs them."""

import pytest
import torch
from torch import nn

from aae_core.models.layers import extract_layers
from aae_core.models.networks import mlp


@pytest.mark.parametrize(("normalise", "level"), [(False, 0), (True, 0), (True, 2)])
def test_dense_layers_are_the_net_as_it_evaluates(normalise, level):
    """Batch norm and all, against the net itself; in training mode it says something else."""
    net = mlp([4, 6, 5, 3], normalise, level)
    generator = torch.Generator().manual_seed(0)
    for tensor in (*net.parameters(), *net.buffers()):
        if tensor.is_floating_point():
            tensor.data = 0.2 + torch.rand(tensor.shape, generator=generator)  # a variance is above 0
    net[0].weight.data -= 0.7  # so that ReLUs cut something off
    read, x = extract_layers(net), torch.randn(50, 4, generator=generator)
    assert [(item.inputs, item.outputs) for item in read] == [(4, 6), (6, 5), (5, 3)]
    result = x
    for number, layer in enumerate(read):
        result = result @ layer.weight + layer.bias
        result = result.relu() if number < 2 else result
    torch.testing.assert_close(result, net.eval()(x), rtol=1e-4, atol=1e-5)
    assert torch.allclose(result, net.train()(x), atol=1e-2) != normalise


def test_sizes_and_multiplications_of_convolutions_are_torch_s():
    net = nn.Sequential(
        nn.Linear(2, 60), nn.ReLU(), nn.Unflatten(1, (5, 4, 3)), nn.ConvTranspose2d(5, 7, (4, 3), stride=2, padding=1),
        nn.ReLU(), nn.Upsample(size=(9, 11)), nn.Conv2d(7, 2, 3, stride=2, padding=1),
    )  # fmt: skip
    dense, grown, shrunk = extract_layers(net)
    assert grown.form.before == (5, 4, 3) and grown.form.after == tuple(net[:4](torch.zeros(1, 2)).shape[1:])
    assert shrunk.form.after == tuple(net(torch.zeros(1, 2)).shape[1:]) and shrunk.form.enlarged == (9, 11)
    assert (dense.activation, grown.activation, shrunk.activation) == ("relu", "relu", "")
    # each weight of the transposed one meets each pixel that comes in, each of the other each that goes out
    assert [value.multiplications for value in (dense, grown, shrunk)] == [120, 5 * 7 * 12 * 4 * 3, 7 * 2 * 9 * 5 * 6]


def test_a_module_that_is_no_layer_is_refused():
    with pytest.raises(TypeError, match="GroupNorm"):
        extract_layers(nn.Sequential(nn.Linear(2, 4), nn.GroupNorm(1, 4)))
