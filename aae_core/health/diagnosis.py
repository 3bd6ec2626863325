"""The diagnosis of a training: findings from its logged rows and the codes of its probe set.

Nothing is reported before enough steps are done, because every training seems to have problems at first. The problems are
defined in `problems`. Only `of`, which samples from the prior, imports torch.
"""

from dataclasses import replace

import numpy as np

from aae_core.config.configuration import Config
from aae_core.config.derived import contents
from aae_core.config.variants import VARIANTS
from aae_core.files import is_number
from aae_core.health.problems import EXPLAINS, RULES, Finding, Seen
from aae_core.progress import count_of
from aae_core.wording import about_items

LEAST_STEPS = 200
LEAST_EPOCHS = 1.0
ENOUGH_STEPS = 2_000  # enough even if the first epoch is not over
HEALTHY = "Healthy: no problem found."
DRAWS = 2_000  # samples of the prior that codes are compared with


def has_enough_steps(rows: list[dict]) -> bool:
    """Whether enough steps were logged for findings to be meaningful: 2,000, or 200 and a whole epoch."""
    step, epoch = (rows[-1]["step"], rows[-1]["epoch"]) if rows else (0, 0)
    return step >= ENOUGH_STEPS or (step >= LEAST_STEPS and epoch >= LEAST_EPOCHS)


def findings(
    config: Config,
    classes: tuple[str, ...],
    rows: list[dict],
    codes: np.ndarray | None = None,
    draws: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    images: bool = True,
) -> list[Finding]:
    """The problems of a training, severe ones first; none while it is too early to tell (see `has_enough_steps`).

    classes: of the data set. rows: as from `Revision.metrics`. codes, labels: those of the probe set, N×d and int N (−1 where
    unlabelled). draws: samples of the prior, M×d. images: False if the data are the rows of a table. A rule whose input is
    missing finds nothing, and invalid values in a row count as missing.
    """
    rows = _sound(rows, config.latent_dim)
    if not has_enough_steps(rows):
        return []
    if VARIANTS[config.variant].merge == "add":  # the codes of a reduction lie around its heads
        codes = None
    k = len(contents(config, classes))
    measures = [row["measures"] for row in rows if row["measures"] and row["step"] >= rows[-1]["step"] / 2][-3:]
    ends, epoch = _ends(config, rows), rows[-1]["epoch"]
    recent = Seen(config, _late(rows), _first(rows), measures, codes, draws, k, labels, ends, images, epoch)
    problems = [finding for finding in (rule(recent) for rule in RULES) if finding is not None]
    keys = {finding.key for finding in problems}
    hidden = {key for cause, effects in EXPLAINS.items() if cause in keys for key in effects}
    shown = [_worded(finding, not images) for finding in problems if finding.key not in hidden]
    return sorted(shown, key=lambda finding: finding.severity != "severe")


def _worded(finding: Finding, is_table: bool) -> Finding:
    """A finding whose sentences are in the words for images or for the rows of a table."""
    texts = {name: about_items(getattr(finding, name), is_table) for name in ("title", "evidence", "reason", "advice")}
    return replace(finding, **texts)


def of(revision) -> tuple[list[Finding], str]:
    """The problems of a revision, and their `headline`; RevisionError if its rows or codes are damaged."""
    config, rows = revision.config, revision.metrics()
    if not has_enough_steps(rows):
        return [], headline(rows, [])
    probe = revision.probe()
    codes, labels = None, None
    if probe and len(probe.z):
        codes, labels = probe.z.astype(np.float64), probe.labels
    images = not revision.data.is_table
    problems = findings(config, revision.data.classes, rows, codes, _draws(config), labels, images)
    return problems, headline(rows, problems)


def _draws(config):
    if not VARIANTS[config.variant].has_prior:
        return None
    from aae_core.models.priors import families

    return families.make(config.prior, config.latent_dim).fixed(DRAWS).double().numpy()


def headline(rows: list[dict], problems: list[Finding]) -> str:
    """The findings from these rows in one line."""
    if problems:
        return f"{count_of(len(problems), 'finding')}: {'; '.join(finding.title for finding in problems)}"
    if has_enough_steps(rows):
        return HEALTHY
    return f"Too early to tell: problems are looked for from step {LEAST_STEPS} and the first epoch on."


def _sound(rows, dim):
    """The rows without invalid values: losses that are None, and measures that are neither a number nor a list of `dim`
    numbers."""

    def sound(value):
        return is_number(value) or (isinstance(value, list) and len(value) == dim and all(map(is_number, value)))

    return [
        {
            **{key: row.get(key, 0) for key in ("step", "epoch", "seconds")},
            "losses": {phase: loss for phase, loss in row.get("losses", {}).items() if loss is not None},
            "measures": {key: value for key, value in row.get("measures", {}).items() if sound(value)},
        }
        for row in rows
    ]


def _ends(config, rows):
    """The setting that ends the training: "minutes" if, at the present pace, they are over first, else "steps" or "epochs"."""
    last, key = rows[-1], "steps" if config.steps else "epochs"
    share = last["step"] / config.steps if config.steps else last["epoch"] / config.epochs
    timed = config.minutes and last["seconds"] / (60 * config.minutes) > share
    return "minutes" if timed else key


def _late(rows):
    """The mean of each loss over the last fifth of the steps."""
    late = [row["losses"] for row in rows if row["losses"] and row["step"] >= 0.8 * rows[-1]["step"]]
    last = late[-1] if late else {}
    return {phase: float(np.mean([losses.get(phase, last[phase]) for losses in late])) for phase in last}


def _first(rows):
    row = next((row for row in rows if row["losses"]), None)
    return row["losses"] if row and row["step"] <= LEAST_STEPS / 2 else {}
