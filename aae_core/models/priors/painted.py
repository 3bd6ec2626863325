"""The painted prior: a shape painted on the plane, as a distribution to draw samples from.

An adversarial autoencoder only needs to sample from its prior (Makhzani et al., arXiv 1511.05644v2, §2.1), so any painting can be
one.
"""

import math
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch

from aae_core.config import painting
from aae_core.config.settings import PriorConfig
from aae_core.models.priors.base import Prior, even_percentiles

# share of a cell at its edge that stays free of samples, so that rounding moves none into the next cell
EDGE_SHARE = 2**-13


class _Cells(NamedTuple):
    """What sampling needs, on one device: the painted cells, ordered by region.

    cell: the numbers of the cells, int64 n. cumulative_mass: the cumulative mass up to and including each, float32 n.
    mass_before: the cumulative mass before each, and 1 at the end, n + 1. region_starts, region_ends: for each
    region, the places of its first cell and after its last, int64 K.
    """

    cell: torch.Tensor
    cumulative_mass: torch.Tensor
    mass_before: torch.Tensor
    region_starts: torch.Tensor
    region_ends: torch.Tensor


class Painted(Prior):
    """A painting on [−3·scale, 3·scale]²: uniform within each cell, with a mass in proportion to how strongly it was painted.

    If cells belong to classes, region k is what was painted for the k-th of the classes that occur.
    """

    def __init__(self, config: PriorConfig, latent_dim: int):
        super().__init__(config, latent_dim)
        self.half = painting.HALF_WIDTH * config.scale
        self.width = 2 * self.half / painting.SIDE
        values = painting.parse_painting(config.painting)
        grid = np.frombuffer(values, np.uint8).reshape(painting.SIDE, painting.SIDE)[::-1]
        strength, owner = (grid % 16).astype(np.float64), grid // 16
        self.mass = strength / strength.sum()  # of each cell, row and column ascending with z₂ and z₁; float64
        self.parts = painting.classes_in_painting(values)
        self.regions = len(self.parts)
        ranks = np.full(painting.MAX_CLASSES + 1, -1)
        ranks[[k + 1 for k in self.parts]] = range(self.regions)
        self.region_of_cell = ranks[owner]  # the region of each cell, −1 for none
        self._cells_by_device: dict[torch.device, _Cells] = {}

    # Samples

    @cached_property
    def _cells_on_cpu(self):
        painted_cells = np.flatnonzero(self.mass)
        order = painted_cells[np.argsort(self.region_of_cell.ravel()[painted_cells], kind="stable")]
        shares = np.cumsum(self.mass.ravel()[order])
        cumulative_mass = torch.from_numpy(shares / shares[-1]).float()
        region_of_painted, k = self.region_of_cell.ravel()[order], np.arange(self.regions)
        first, end = (torch.from_numpy(np.searchsorted(region_of_painted, k, side)) for side in ("left", "right"))
        return _Cells(
            torch.from_numpy(order), cumulative_mass, torch.cat([torch.zeros(1), cumulative_mass]), first, end
        )

    def _cells_on(self, device):
        """The cells on a device. They are copied only once, because a step that a GPU has captured may not copy from the host."""
        device = torch.device(device)
        if device not in self._cells_by_device:
            self._cells_by_device[device] = _Cells(*(tensor.to(device) for tensor in self._cells_on_cpu))
        return self._cells_by_device[device]

    def _draw(self, n, generator, device):
        u = torch.rand(n, generator=generator, device=device)
        cells = self._cells_on(u.device)
        position = torch.searchsorted(cells.cumulative_mass, u, right=True)
        return self._random_points_in_cells(cells, position.clamp(max=len(cells.cell) - 1), generator)

    def sample_region(self, k, generator=None):
        if not self.regions:
            raise self._no_regions_error()
        cells = self._cells_on(k.device)
        first, end = cells.region_starts[k], cells.region_ends[k]
        u = torch.rand(len(k), generator=generator, device=k.device)
        mass_reached = cells.mass_before[first] + u * (cells.mass_before[end] - cells.mass_before[first])
        position = torch.searchsorted(cells.cumulative_mass, mass_reached, right=True)
        return self._random_points_in_cells(cells, position.clamp(first, end - 1), generator)

    def _random_points_in_cells(self, cells, positions, generator):
        """A random point in each of the cells at these `positions` in `cells`, n×2."""
        cell = cells.cell[positions]
        u = torch.rand(len(cell), 2, generator=generator, device=cell.device)
        corner = torch.stack((cell % painting.SIDE, cell // painting.SIDE), dim=1)
        return (corner + u.clamp(EDGE_SHARE, 1 - EDGE_SHARE)) * self.width - self.half

    # Density and regions

    def _cell_at(self, z):
        """The number of the cell in which each point lies (outside the square, the nearest cell), and whether it is inside."""
        grid_position = ((z + self.half) / self.width).floor()
        is_in_square = ((grid_position >= 0) & (grid_position < painting.SIDE)).all(1)
        column, row = grid_position.nan_to_num().clamp(0, painting.SIDE - 1).long().unbind(1)
        return row * painting.SIDE + column, is_in_square

    @cached_property
    def _log_mass(self):
        with np.errstate(divide="ignore"):
            return torch.from_numpy(np.log(self.mass).ravel() - 2 * math.log(self.width))

    def log_density(self, z):
        cell, is_in_square = self._cell_at(z)
        return torch.where(is_in_square, self._log_mass.to(z)[cell], -math.inf)

    @cached_property
    def _nearest_region_of_cell(self):
        """The region of each cell, or of the nearest cell that has one."""
        from scipy.ndimage import distance_transform_edt

        row, column = distance_transform_edt(self.region_of_cell < 0, return_distances=False, return_indices=True)
        return torch.from_numpy(self.region_of_cell[row, column].ravel())

    def region_numbers(self, z):
        if not self.regions:
            raise self._no_regions_error()
        return self._nearest_region_of_cell.to(z.device)[self._cell_at(z)[0]]

    def _region_cells(self, k):
        """The centres n×2 of the cells of region k, and their masses n, normalised to sum 1."""
        row, column = np.nonzero((self.region_of_cell == k) & (self.mass > 0))
        mass = self.mass[row, column]
        return self._coordinates(np.stack([column, row], axis=1), 0.5), mass / mass.sum()

    def region_middles(self):
        """The centre of the cell that is nearest to each region's centre of mass, which itself may lie in a hole, float32 K×2."""
        if not self.regions:
            raise self._no_regions_error()
        cells = [self._region_cells(k) for k in range(self.regions)]
        return torch.from_numpy(np.stack([_nearest_point(points, mass @ points) for points, mass in cells])).float()

    def _sweep_region(self, k, axis, percentiles):
        """Along the region's direction of largest variance, or across it; points outside the region move to its nearest cell."""
        points, mass = self._region_cells(k)
        middle = mass @ points
        spread = (points - middle).T @ ((points - middle) * mass[:, None])
        direction = np.linalg.eigh(spread)[1][:, 1 - axis]
        direction = direction * np.sign(direction[np.abs(direction).argmax()])  # to the right, or upwards
        positions = (points - middle) @ direction
        order = np.argsort(positions)
        reached_positions = np.interp(percentiles, np.cumsum(mass[order]) - mass[order] / 2, positions[order])
        line = torch.from_numpy(middle + reached_positions[:, None] * direction)
        cell, is_in_square = self._cell_at(line)
        is_in_region = is_in_square & torch.from_numpy((self.region_of_cell == k).ravel())[cell]
        codes_in_region = []
        for point, is_inside in zip(line.numpy(), is_in_region, strict=True):
            codes_in_region.append(point if is_inside else _nearest_point(points, point))
        return torch.from_numpy(np.stack(codes_in_region)).float()

    # Percentiles

    def _quantile(self, p, dimension):
        return self._coordinates(*_inverse_cdf(self.mass.sum(dimension), p))

    def _coordinates(self, cell, share):
        return (cell + share) * self.width - self.half

    def manifold(self, rows, columns):
        """z₁ at its percentiles from left to right and, in each column, z₂ at its percentiles given z₁: no code leaves the
        painting."""
        cell_columns, column_shares = _inverse_cdf(self.mass.sum(0), even_percentiles(columns))
        grid = np.empty((rows, columns, 2))
        grid[..., 0] = self._coordinates(cell_columns, column_shares.clip(EDGE_SHARE, 1 - EDGE_SHARE))
        for j, column in enumerate(cell_columns):
            cell_rows, row_shares = _inverse_cdf(self.mass[:, column], even_percentiles(rows))
            grid[:, j, 1] = self._coordinates(cell_rows, row_shares.clip(EDGE_SHARE, 1 - EDGE_SHARE))[::-1]
        return torch.from_numpy(grid).float()


def _nearest_point(points, place):
    """The one of points n×2 that is nearest to a place."""
    return points[np.square(points - place).sum(1).argmin()]


def _inverse_cdf(mass, p):
    """The inverse CDF for the masses of cells of equal width: the cell in which a share p of the mass is reached, and how far
    into this cell, 0..1."""
    ends = np.cumsum(mass) / mass.sum()
    cell = np.minimum(np.searchsorted(ends, p, "left"), np.flatnonzero(mass)[-1])
    cell_share = mass[cell] / mass.sum()
    return cell, np.clip(1 - (ends[cell] - p) / cell_share, 0, 1)
