"""Whether MMD² rises as codes depart from their prior: spread, contracted, shifted, with a hole, in a part of it, or few.

    python -m benchmarks.quality.mmd [--write]

The codes are samples of the prior, changed as each row says. For the Gaussian prior, the table also has the MMD² with a single
kernel whose bandwidth is the median distance of codes and samples together. `--write` writes docs/results/mmd.md.
"""

import argparse
from datetime import date

import numpy as np
import torch

from aae_core.config.settings import PriorConfig
from aae_core.evaluation import distances
from aae_core.models.priors import families
from benchmarks.document import write_page
from benchmarks.processes import Progress

POINT_COUNT = 5000
PRIORS = {
    "Gaussian": ("gaussian", 2),
    "Gaussian, d = 8": ("gaussian", 8),
    "mixture of ten": ("mixture", 2),
    "Swiss roll": ("swiss-roll", 2),
    "uniform": ("uniform", 2),
}
POOLED_TITLE = "Gaussian, pooled bandwidth"


def changed_codes(codes: torch.Tensor) -> dict[str, dict[str, torch.Tensor]]:
    """The codes n×d changed in several ways: {kind of change: {how much, rising: codes}}."""
    spread, first_axis = codes.std(0), torch.eye(codes.shape[1])[0]
    radius, angle = codes.norm(dim=1), torch.atan2(codes[:, 1], codes[:, 0])
    sector = (angle * 10 / (2 * torch.pi)).round() % 10
    return {
        "spread": {"unchanged": codes} | {f"× {k}": k * codes for k in (1.25, 1.5, 2, 4, 8, 16, 32)},
        "contracted": {f"× 1/{k}": codes / k for k in (1.25, 1.5, 2, 4, 8, 16, 32)},
        "shifted": {f"by {k:g} sd": codes + k * spread * first_axis for k in (0.1, 0.25, 0.5, 1, 2, 4, 8)},
        "hole": {f"without the inner {k:.0%}": codes[radius > radius.quantile(k)] for k in (0.1, 0.3, 0.5)},
        "part of the prior": {f"{k} of 10 sectors": codes[sector < k] for k in (9, 7, 5, 3, 1)},
        "few distinct codes": {f"{k} distinct": codes[:k].repeat(-(-len(codes) // k), 1) for k in (500, 100, 20, 1)},
    }


def pooled_mmd2(a: torch.Tensor, b: torch.Tensor) -> float:
    """The unbiased MMD² with one Gaussian kernel, whose bandwidth is the median distance in the pooled sample."""
    bandwidth = float(np.median(torch.pdist(torch.cat([a[:1000], b[:1000]]).double()).numpy()))
    sums = [
        torch.exp(-torch.cdist(x, y).square() / (2 * bandwidth * bandwidth)).double().sum().item()
        for x, y in ((a, a), (b, b), (a, b))
    ]
    n, m = len(a), len(b)
    return (sums[0] - n) / (n * (n - 1)) + (sums[1] - m) / (m * (m - 1)) - 2 * sums[2] / (n * m)


def measure_column(name: str, dim: int) -> tuple[dict, dict]:
    """MMD² after each change, and for the Gaussian prior in two dimensions also with the pooled bandwidth (else {})."""
    prior, generator = families.make_prior(PriorConfig(name=name), dim), torch.Generator().manual_seed(1)
    samples, codes = (prior.sample(POINT_COUNT, generator) for _ in range(2))
    groups = changed_codes(codes)
    measure_groups = lambda measure: {  # noqa: E731
        kind: {row: measure(x) for row, x in rows.items()} for kind, rows in groups.items()
    }
    prior_values = measure_groups(lambda x: distances.mmd2(x, samples, prior.bandwidth))
    return prior_values, measure_groups(lambda x: pooled_mmd2(x, samples)) if (name, dim) == ("gaussian", 2) else {}


def results_table() -> str:
    columns, progress = {}, Progress(len(PRIORS))
    for title, (name, dim) in PRIORS.items():
        progress.begin_measurement(title)
        columns[title], pooled_values = measure_column(name, dim)
        columns |= {POOLED_TITLE: pooled_values} if pooled_values else {}
    titles = [*PRIORS, POOLED_TITLE]
    lines = [
        "# MMD² rises as codes depart from their prior",
        "",
        f"`python -m benchmarks.quality.mmd --write`, {date.today()}. {POINT_COUNT:,} samples of a prior, changed as the row",
        "says, compared with as many unchanged ones. MMD² is the unbiased estimate with the mean of five Gaussian kernels.",
        "Their bandwidths are 4, 2, 1, ½ and ¼ times that of the prior, the median distance between two of its samples",
        "(`Prior.bandwidth`, `distances.mmd2`). The last column uses one kernel with the median distance of codes and samples",
        "together. This bandwidth grows with the codes, so that codes spread 8, 16 and 32 times too widely are hardly",
        "distinguished.",
        "",
        "| | " + " | ".join(titles) + " |",
        "|---" + "|--:" * len(titles) + "|",
    ]
    for group, rows in columns[POOLED_TITLE].items():
        lines.append(f"| **{group}** |" + " |" * len(titles))
        lines += [
            f"| {row} | " + " | ".join(_cell(columns[column_title][group][row]) for column_title in titles) + " |"
            for row in rows
        ]
    falling_rows = [
        f"{title}, {group}" for title in PRIORS for group, rows in columns[title].items() if not _is_rising(rows)
    ]
    rise_text = "With the prior's bandwidth (all columns except the last), MMD² rises from row to row in each group."
    verdict = (
        f"With the prior's bandwidth, MMD² falls somewhere in: {'; '.join(falling_rows)}."
        if falling_rows
        else rise_text
    )
    return "\n".join([*lines, "", verdict]) + "\n"


def _cell(value):
    return f"{max(0.0, value):.4f}"


def _is_rising(rows):
    return bool((np.diff(list(rows.values())) > 0).all())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table to docs/results/mmd.md")
    args = parser.parse_args()
    page = results_table()
    if args.write:
        write_page("mmd", page)
    print(page)


if __name__ == "__main__":
    main()
