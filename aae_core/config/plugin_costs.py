"""Costs of plug-ins: how one is registered, and why one is refused (docs/use/plugins.md)."""

from collections.abc import Callable

from aae_core import plugins
from aae_core.config.choices import COSTS, CostFacts
from aae_core.errors import ConfigError, unknown_name_error
from aae_core.torch_state import torch_defaults

TRIAL_ITEMS = 5  # images or rows on which a cost is tried


def register_cost(name: str, value: Callable, *, like: str, title: str = "") -> None:
    """Register a cost under a name, by which it can then be chosen as the setting `cost`; to be called when a plug-in's module is
    imported.

    value(x, logits): the cost in nats of the reconstruction of each of N images or rows, N values, for x and logits N×C×H×W
    (1×1×F for a table). like: the built-in cost that it resembles in all else: the kinds of data, the encoder's input, the units
    of x, and x̂ as a function of the logits. title: its name on the page. Raises ConfigError for a taken name or a wrong
    argument.
    """
    short_name = str(name)[:60]
    if not callable(value):
        raise ConfigError(f"The cost {short_name} needs a function of x and the logits, not {value!r:.60}.")
    if like not in COSTS.builtin_rows:
        raise unknown_name_error(f"cost that {short_name} is like", str(like), COSTS.builtin_rows)
    COSTS.add(
        name,
        CostFacts(title or short_name.replace("-", " ").capitalize(), like, value),
        plugins.calling_plugin_module(),
    )


def unusable_cost_reason(name: str, shape: tuple[int, int, int]) -> str:
    """Why the cost cannot be used for items of a shape C, H, W, in a sentence; "" if it can, as every built-in cost."""
    value = COSTS[name].value
    return "" if value is None else COSTS.refusal_reason(name, lambda: _cost_fault(value, shape))


@torch_defaults()
def _cost_fault(cost, shape) -> str:
    """What is wrong with a cost's values of a few items."""
    import torch

    rng = torch.Generator().manual_seed(0)
    x = torch.randint(2, (TRIAL_ITEMS, *shape), generator=rng).float()
    logits = torch.randn(TRIAL_ITEMS, *shape, generator=rng).requires_grad_()
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        costs = cost(x, logits)
    if not isinstance(costs, torch.Tensor) or costs.shape != (TRIAL_ITEMS,):
        description = f"the shape {tuple(costs.shape)}" if isinstance(costs, torch.Tensor) else type(costs).__name__
        return f"its values of {TRIAL_ITEMS} items must have the shape {(TRIAL_ITEMS,)}, not {description}."
    if not costs.isfinite().all():
        return "its values are not finite."
    if not costs.requires_grad:
        return "its values have no gradient with respect to the logits, so nothing could be learned."
    return ""
