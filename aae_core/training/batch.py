"""A mini-batch, as the phases of a training step receive it. How it is drawn from a data set is in `training`."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """x N×C×H×W; x_altered: x as the encoder sees it; y: one-hot labels N×K (zeros: unlabelled) for D or the decoder,
    None if neither takes labels; labelled: M labelled images as the encoder sees them and their one-hot labels M×K,
    None unless labels teach q(y|x); h: the encoder's output for `x_altered`, if it was already computed with the
    current weights."""

    x: Tensor
    x_altered: Tensor
    y: Tensor | None
    labelled: tuple[Tensor, Tensor] | None = None
    h: Tensor | None = None
