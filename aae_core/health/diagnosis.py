"""The diagnosis of a training: findings from its logged rows and the codes of its probe set.

Nothing is reported before enough steps are done, because every training seems to have problems at first. The problems
are defined in `problems`. Only `diagnose_revision`, which samples from the prior, imports torch.
"""

from dataclasses import replace

import numpy as np

from aae_core.config.configuration import Config
from aae_core.config.derived import content_names
from aae_core.config.variants import VARIANTS
from aae_core.files import is_finite_number
from aae_core.health.problems import EXPLAINS, RULES, Finding, RecentMetrics
from aae_core.wording import adapt_image_words, mark, translate

MIN_STEPS = 200
MIN_EPOCHS = 1.0
ENOUGH_STEPS = 2_000  # enough even if the first epoch is not over
HEALTHY = mark("Healthy: no problem found.")
PRIOR_SAMPLES = 2_000  # samples of the prior that codes are compared with


def has_enough_steps(rows: list[dict]) -> bool:
    """Whether enough steps were logged for findings to be meaningful: 2,000, or 200 and a whole epoch."""
    step, epoch = (rows[-1]["step"], rows[-1]["epoch"]) if rows else (0, 0)
    return step >= ENOUGH_STEPS or (step >= MIN_STEPS and epoch >= MIN_EPOCHS)


def find_problems(
    config: Config,
    classes: tuple[str, ...],
    rows: list[dict],
    codes: np.ndarray | None = None,
    prior_samples: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    has_images: bool = True,
    indistinct_columns: tuple[str, ...] = (),
) -> list[Finding]:
    """The problems of a training, severe ones first; none while it is too early to tell (see `has_enough_steps`).

    classes: of the data set. rows: as from `Revision.metrics`. codes, labels: those of the probe set, N×d and int N (−1
    where unlabelled). prior_samples: samples of the prior, M×d. has_images: False if the data are the rows of a table.
    indistinct_columns: as `Features.indistinct` of a table. A rule whose input is missing finds nothing, and invalid values in a
    row count as missing.
    """
    rows = _drop_invalid_values(rows, config.latent_dim)
    if not has_enough_steps(rows):
        return []
    if VARIANTS[config.variant].merge == "add":  # the codes of a reduction lie around its heads
        codes = None
    n_contents = len(content_names(config, classes))
    measures = [row["measures"] for row in rows if row["measures"] and row["step"] >= rows[-1]["step"] / 2][-3:]
    length_setting, epoch = _training_length_setting(config, rows), rows[-1]["epoch"]
    recent_metrics = RecentMetrics(
        config,
        _mean_losses_at_end(rows),
        _losses_of_first_row(rows),
        measures,
        codes,
        prior_samples,
        n_contents,
        labels,
        length_setting,
        has_images,
        epoch,
        indistinct_columns,
    )
    problems = [finding for finding in (rule(recent_metrics) for rule in RULES) if finding is not None]
    keys = {finding.key for finding in problems}
    explained_keys = {key for cause, effects in EXPLAINS.items() if cause in keys for key in effects}
    reported = [_word_finding(finding, not has_images) for finding in problems if finding.key not in explained_keys]
    return sorted(reported, key=lambda finding: finding.severity != "severe")


def _word_finding(finding: Finding, is_table: bool) -> Finding:
    """A finding whose sentences are in the words for images or for the rows of a table; no title speaks of either."""
    texts = {name: adapt_image_words(getattr(finding, name), is_table) for name in ("evidence", "reason", "advice")}
    return replace(finding, **texts)


def diagnose_revision(revision) -> tuple[list[Finding], str]:
    """The problems of a revision, and their `diagnosis_headline`; RevisionError if its rows or codes are damaged."""
    config, rows = revision.config, revision.metrics()
    if not has_enough_steps(rows):
        return [], diagnosis_headline(rows, [])
    probe = revision.probe()
    codes, labels = None, None
    if probe and len(probe.z):
        codes, labels = probe.z.astype(np.float64), probe.labels
    has_images = not revision.data.is_table
    indistinct_columns = revision.data.features.indistinct if revision.data.features else ()
    problems = find_problems(
        config,
        revision.data.classes,
        rows,
        codes,
        _draw_prior_samples(config),
        labels,
        has_images,
        indistinct_columns,
    )
    return problems, diagnosis_headline(rows, problems)


def _draw_prior_samples(config) -> np.ndarray | None:
    if not VARIANTS[config.variant].has_prior:
        return None
    from aae_core.models.priors import families

    return families.make_prior(config.prior, config.latent_dim).sample_with_fixed_seed(PRIOR_SAMPLES).double().numpy()


def diagnosis_headline(rows: list[dict], problems: list[Finding]) -> str:
    """The findings from these rows in one line, in the reader's language."""
    titles = "; ".join(translate(finding.title) for finding in problems)
    if len(problems) == 1:
        return translate("1 finding: {titles}", titles=titles)
    if problems:
        return translate("{count} findings: {titles}", count=len(problems), titles=titles)
    if has_enough_steps(rows):
        return translate(HEALTHY)
    return translate(
        "Too early to tell: problems are looked for from step {step} and the first epoch on.", step=MIN_STEPS
    )


def _drop_invalid_values(rows, dim):
    """The rows without invalid values: losses that are None, and measures that are neither a number nor a list of `dim`
    numbers."""

    def is_valid(value):
        return is_finite_number(value) or (
            isinstance(value, list) and len(value) == dim and all(map(is_finite_number, value))
        )

    return [
        {
            **{key: row.get(key, 0) for key in ("step", "epoch", "seconds")},
            "losses": {phase: loss for phase, loss in row.get("losses", {}).items() if loss is not None},
            "measures": {key: value for key, value in row.get("measures", {}).items() if is_valid(value)},
        }
        for row in rows
    ]


def _training_length_setting(config, rows) -> str:
    """The setting that ends the training: "minutes" if, at the present pace, they are over first, else "steps" or
    "epochs"."""
    last_row, length_setting = rows[-1], "steps" if config.steps else "epochs"
    share = last_row["step"] / config.steps if config.steps else last_row["epoch"] / config.epochs
    is_time_limited = config.minutes and last_row["seconds"] / (60 * config.minutes) > share
    return "minutes" if is_time_limited else length_setting


def _mean_losses_at_end(rows):
    """The mean of each loss over the last fifth of the steps."""
    late_losses = [row["losses"] for row in rows if row["losses"] and row["step"] >= 0.8 * rows[-1]["step"]]
    last_losses = late_losses[-1] if late_losses else {}
    return {
        phase: float(np.mean([losses.get(phase, last_losses[phase]) for losses in late_losses]))
        for phase in last_losses
    }


def _losses_of_first_row(rows):
    row = next((row for row in rows if row["losses"]), None)
    return row["losses"] if row and row["step"] <= MIN_STEPS / 2 else {}
