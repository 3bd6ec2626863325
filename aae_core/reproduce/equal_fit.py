"""Models with a knob compared at equal fit of the prior: the curve of a model's runs with several values of its knob, in
MMD² and reconstruction error, what it reaches at a given MMD², and its hypervolume. Pure functions of numbers.

A curve is the lower envelope of the runs of one seed: those that no other run of this seed is ahead of in both, joined
by straight lines in log MMD². It is never extended towards a closer fit than that of its closest run. Towards a looser
fit it is flat: a run that is closer than was asked for keeps its error. MMD² below `MMD2_FLOOR`, which is within its
sampling error, counts as `MMD2_FLOOR`."""

import math

MMD2_FLOOR = 1e-4
FITS = (0.0005, 0.001, 0.002, 0.005)  # the values of MMD² at which models are compared
REFERENCE_MMD2 = 0.01  # of the hypervolume: above it a difference from the prior is visible
REFERENCE_ERROR_FACTOR = 1.5  # of the hypervolume: its error in multiples of the mean error of an autoencoder


def resolved_fits(image_count: int) -> tuple[float, ...]:
    """Those of FITS that the MMD² of the codes of so many images can tell from 0: 1 / image_count or more, which is about
    twice the standard deviation of the MMD² of two samples of N(0, I) of that size in two dimensions; the largest of FITS
    where none is."""
    return tuple(fit for fit in FITS if fit >= 1 / image_count) or FITS[-1:]


def pareto_indices(pairs: list[tuple[float, float]]) -> list[int]:
    """The indices of the pairs that no other is below in both values, by rising first and falling second values. Of equal
    pairs the first counts."""
    front_indices = []
    for index in sorted(range(len(pairs)), key=pairs.__getitem__):
        if not front_indices or pairs[index][1] < pairs[front_indices[-1]][1]:
            front_indices.append(index)
    return front_indices


def lower_envelope(runs: list[tuple[float, float]]) -> list[int]:
    """The numbers of the runs, pairs of MMD² and error, that no other is ahead of in both: from the closest fit to the
    loosest, with falling errors."""
    return pareto_indices([(_raise_to_floor(mmd2), error) for mmd2, error in runs])


def shares_at_fit(runs: list[tuple[float, float]], fit: float) -> dict[int, float]:
    """The runs between which the curve lies at an MMD² of `fit`, by number, with their shares, which add up to 1; {} where
    no run is as close to the prior."""
    envelope = lower_envelope(runs)
    positions = [math.log(_raise_to_floor(runs[number][0])) for number in envelope]
    target = math.log(fit)
    if not envelope or target < positions[0]:
        return {}
    if target >= positions[-1]:
        return {envelope[-1]: 1.0}
    right = next(k for k, position in enumerate(positions) if position > target)
    share = (target - positions[right - 1]) / (positions[right] - positions[right - 1])
    return {envelope[right - 1]: 1 - share, envelope[right]: share}


def value_at_fit(runs: list[tuple[float, float]], values: list[float], fit: float) -> float | None:
    """One value of each run, such as its error, along the curve at an MMD² of `fit`; None where the curve does not
    reach it."""
    shares = shares_at_fit(runs, fit)
    if not shares:
        return None
    return sum(share * values[number] for number, share in shares.items())


def hypervolume(runs: list[tuple[float, float]], reference_error: float) -> float:
    """The share of the rectangle from an error of 0 to `reference_error` and from `MMD2_FLOOR` to `REFERENCE_MMD2`, in
    log MMD², whose points some run is ahead of in both: 0 where no run is ahead of the reference point."""
    width = math.log(REFERENCE_MMD2 / MMD2_FLOOR)
    envelope = [runs[number] for number in lower_envelope(runs)]
    covered = 0.0
    for k, (mmd2, error) in enumerate(envelope):
        begin = math.log(_raise_to_floor(mmd2) / MMD2_FLOOR)
        next_mmd2 = envelope[k + 1][0] if k + 1 < len(envelope) else REFERENCE_MMD2
        end = math.log(min(_raise_to_floor(next_mmd2), REFERENCE_MMD2) / MMD2_FLOOR)
        covered += max(0.0, end - begin) * max(0.0, reference_error - error)
    return covered / (width * reference_error)


def _raise_to_floor(mmd2: float) -> float:
    return max(mmd2, MMD2_FLOOR)
