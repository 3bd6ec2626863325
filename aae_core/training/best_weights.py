"""The weights at which the reconstruction error of the held-out items was lowest so far, in a training with `patience`."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

PREFIX = "best."  # of the names of these tensors in the state of a training


@dataclass(frozen=True)
class BestWeights:
    """step: after which they were; error: of the held-out items then; tensors: of the model, by name, on the CPU."""

    step: int
    error: float
    tensors: dict[str, Tensor]

    @classmethod
    def copy_of(cls, model: nn.Module, step: int, error: float) -> "BestWeights":
        tensors = {name: value.detach().to("cpu", copy=True) for name, value in model.state_dict().items()}
        return cls(step, error, tensors)

    def state_tensors(self) -> dict[str, Tensor]:
        """All of it as tensors by name, for the state of a training."""
        numbers = {"step": torch.tensor(self.step), "error": torch.tensor(self.error, dtype=torch.float64)}
        weights = {f"model.{name}": value for name, value in self.tensors.items()}
        return {f"{PREFIX}{name}": value for name, value in (numbers | weights).items()}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> "BestWeights | None":
        """The best weights in a state; None if there are none. KeyError if a part of them is missing."""
        if f"{PREFIX}step" not in state:
            return None
        weights_prefix = f"{PREFIX}model."
        tensors = {key.removeprefix(weights_prefix): state[key] for key in state if key.startswith(weights_prefix)}
        return cls(int(state[f"{PREFIX}step"]), float(state[f"{PREFIX}error"]), tensors)


def without_best_weights(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state of a training without its best weights, so that the next that are measured are the best."""
    return {name: value for name, value in state.items() if not name.startswith(PREFIX)}
