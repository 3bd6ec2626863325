"""Networks of plug-ins are tried on a few random items before a training, and refused in a sentence if something is wrong."""

from collections.abc import Iterator

import torch

from aae_core.config.choices import NETWORKS
from aae_core.config.configuration import Config
from aae_core.config.derived import uses_plugin_networks
from aae_core.data.features import Features
from aae_core.models.model import Model
from aae_core.models.plugin_networks import PluginNetwork, example_inputs
from aae_core.torch_state import torch_defaults

TRIAL_ITEMS = 5  # items on which networks are tried
COUPLED_DISCRIMINATOR = (
    "its discriminator judges a code by the others of the mini-batch, as batch normalisation does, while discriminator_penalty "
    "needs D's gradient at each code alone; set discriminator_penalty to 0, or normalise otherwise, as LayerNorm does."
)
STORED_DTYPES = (torch.float32, torch.int64, torch.uint8)  # of the tensors that a network may hold


def unusable_network_reason(
    config: Config, shape: tuple[int, int, int], classes: int, features: Features | None = None
) -> str:
    """Why the networks of a configuration cannot be used, in a sentence; "" if they can, as the package's own. The other
    arguments are those of `Model`."""
    if not uses_plugin_networks(config):
        return ""
    model_arguments = config, shape, classes, features
    return NETWORKS.refusal_reason(config.network.kind, lambda: _first_fault(model_arguments))


@torch_defaults()
def _first_fault(model_arguments) -> str:
    """What is wrong with the networks of plug-ins in a model; "" if nothing is."""
    model, model_again = (Model(*model_arguments) for _ in range(2))
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        for name, network in model.named_children():
            if isinstance(network, PluginNetwork):
                inputs = example_inputs(network, TRIAL_ITEMS, model.noise_dim)
                weight_faults = _weight_faults(network, getattr(model_again, name))
                fault = next(weight_faults, "") or next(_output_faults(network, inputs), "")
                if fault:
                    return fault
                is_penalised = name == "discriminator" and model.config.discriminator_penalty > 0
                if is_penalised and _couples_items(network, inputs[0]):
                    return COUPLED_DISCRIMINATOR
    return ""


def _weight_faults(network, network_again) -> Iterator[str]:
    """What is wrong with the tensors that a network holds. network_again: the same, created a second time."""
    tensors, tensors_again = network.net.state_dict(), network_again.net.state_dict()
    if not any(parameter.requires_grad for parameter in network.parameters()):
        yield f"its {network.role} has no weights that can be trained."
    for name, tensor in tensors.items():
        if not isinstance(tensor, torch.Tensor) or tensor.dtype not in STORED_DTYPES:
            description = getattr(tensor, "dtype", type(tensor).__name__)
            yield f"its {network.role} holds {name} as {description}; a revision stores float32, int64 and uint8."
        elif name not in tensors_again or not torch.equal(tensor, tensors_again[name]):
            yield (
                f"the first weights of its {network.role} differ each time, so that no training could be repeated; draw them "
                "from nothing but torch's own random numbers."
            )


def _output_faults(network, inputs) -> Iterator[str]:
    """What is wrong with what a network returns for TRIAL_ITEMS items."""
    expected_shape = (TRIAL_ITEMS, *network.outputs)
    outputs = network.train()(*inputs)
    if not isinstance(outputs, torch.Tensor) or outputs.shape != expected_shape or outputs.dtype != torch.float32:
        description = type(outputs).__name__
        if isinstance(outputs, torch.Tensor):
            description = f"{str(outputs.dtype).removeprefix('torch.')} of shape {tuple(outputs.shape)}"
        yield (
            f"what its {network.role} returns for {TRIAL_ITEMS} items must be float32 of shape {expected_shape}, not "
            f"{description}."
        )
        return
    if not outputs.isfinite().all():
        yield f"its {network.role} returns values that are not finite."
    if not outputs.requires_grad:
        yield f"what its {network.role} returns has no gradient, so nothing could be learned."
    network.eval()
    with torch.no_grad():
        outputs, outputs_again = network(*inputs), network(*inputs)
        single_item_output = network(*(values[:1] for values in inputs))
    if not torch.equal(outputs, outputs_again):
        yield f"in evaluation mode its {network.role} returns something else for the same inputs each time."
    if single_item_output.shape != outputs[:1].shape or not torch.allclose(
        single_item_output, outputs[:1], rtol=1e-4, atol=1e-5
    ):
        yield f"in evaluation mode, what its {network.role} returns for an item depends on the others beside it."


def _couples_items(network, x) -> bool:
    """Whether, in training, what a network returns for the first of some items x N×… depends on the others."""
    x = x.clone().requires_grad_()
    (gradients,) = torch.autograd.grad(network.train()(x)[0].sum(), x)
    return bool(gradients[1:].any())
