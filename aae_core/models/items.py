"""Converts the items of a data set, images or rows of a table, into a network's input x, and x̂ back into items."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from aae_core.data.features import Features
from aae_core.models.objectives import TABLE_COSTS, column_groups
from aae_core.records import ShortRepr


class ImageConversion:
    """For images: uint8 N×H×W×C as items, and x N×C×H×W in [0, 1]."""

    dtype = np.uint8

    def to_network_input(self, items: Tensor) -> Tensor:
        """x from items that already have the layout of x, N×C×H×W, but their own type."""
        return items.float().div_(255)

    def to_device(self, device) -> "ImageConversion":
        """The same conversion; it has no tensors to copy to a device."""
        return self

    def from_network_output(self, x: Tensor) -> Tensor:
        """The inverse of `to_network_input`, rounded to the nearest item."""
        return (x.clamp(0, 1) * 255).round().byte()


@dataclass(frozen=True, repr=False)
class RowConversion(ShortRepr):
    """For rows of a table: float32 N×1×F×1 as items, and x = (row − shift) / scale, N×1×1×F. shift, scale and deviations, the
    standard deviation of each feature, have F values each."""

    shift: Tensor
    scale: Tensor
    deviations: Tensor
    dtype = np.float32

    def to_network_input(self, items: Tensor) -> Tensor:
        return (items.float() - self.shift.to(items.device)) / self.scale.to(items.device)

    def to_device(self, device) -> "RowConversion":
        """The same conversion with its tensors on a device, so that a captured step copies nothing there."""
        return RowConversion(self.shift.to(device), self.scale.to(device), self.deviations.to(device))

    def from_network_output(self, x: Tensor) -> Tensor:
        return x.float() * self.scale.to(x.device) + self.shift.to(x.device)


IMAGE_CONVERSION = ImageConversion()


def to_tensor(
    items: np.ndarray, device="cpu", conversion: ImageConversion | RowConversion = IMAGE_CONVERSION
) -> Tensor:
    """x float N×C×H×W on a device from items N×H×W×C."""
    items = np.ascontiguousarray(items)
    if not items.flags.writeable:  # which torch warns of, although nothing is written into them
        items = items.copy()
    return conversion.to_network_input(torch.from_numpy(items).to(device).permute(0, 3, 1, 2))


def to_items(x: Tensor, conversion: ImageConversion | RowConversion = IMAGE_CONVERSION) -> np.ndarray:
    """Items N×H×W×C from x or x̂ float N×C×H×W."""
    return conversion.from_network_output(x).permute(0, 2, 3, 1).cpu().numpy()


def make_conversion(cost: str, features: Features | None) -> ImageConversion | RowConversion:
    """The conversion for images if `features` is None; else that for rows, which standardises the columns whose cost needs it."""
    if features is None:
        return IMAGE_CONVERSION
    is_standardised = np.zeros(len(features), bool)
    for column_indices, cost_name in column_groups(cost, features):
        is_standardised[column_indices] = TABLE_COSTS[cost_name].standardises
    shift = np.where(is_standardised, features.means, 0)
    scale = np.where(is_standardised, features.deviations, 1)
    return RowConversion(_float32_tensor(shift), _float32_tensor(scale), _float32_tensor(features.deviations))


def _float32_tensor(values) -> Tensor:
    return torch.tensor(values, dtype=torch.float32)
