"""The comparison of models on the page "Which one?" as a table and in sentences, from `aae_core.reproduce.frontier`; no st.*."""

import html
import math
from dataclasses import dataclass

from aae_core.evaluation.metrics import METRICS
from aae_core.reproduce import frontier
from aae_core.reproduce.frontier import LIKELIHOOD, MINUTES, Row
from app.figures import number_text, palette, prediction_tables

HEADS = {  # short titles of the figures, for columns
    "reconstruction": "Reconstruction error", "mmd2": "MMD²", "fresh_accuracy": "Fresh classifier", "holes": "Holes",
    "knn_accuracy": "5-NN", "frechet": "Fréchet", "precision": "Precision", "recall": "Recall", "density": "Density",
    "coverage": "Coverage", LIKELIHOOD: "log p(x) ≥", MINUTES: "Minutes",
}  # fmt: skip
WORTH = {  # figure -> what a good value of it means
    "reconstruction": "faithful reconstructions", "mmd2": "codes distributed like the prior",
    "fresh_accuracy": "codes hard to tell from the prior", "holes": "few holes between the codes",
    "knn_accuracy": "classes well separated in the codes", "frechet": "new images like the data as a whole",
    "precision": "new images that look real", "recall": "new images of every kind in the data",
    "density": "new images where the data lie densest", "coverage": "a new image near every real one",
    LIKELIHOOD: "a high likelihood of test images", MINUTES: "short training",
}  # fmt: skip
LOW = 1e-4  # smaller values of MMD², which are within its sampling error, are drawn at this one on the logarithmic axis
READ = (
    "The lower left is best in both. A large mark is the mean of a model, the small ones are its seeds. The dotted line, the "
    "frontier, joins the models with a prior whose means no other such model surpasses in both."
)
STARS = (
    "★: better than some other model, while no model is better. One model is called better than another where Welch’s interval "
    "of the difference of their means leaves out 0, at a confidence at which all intervals of a column are right together with "
    "a probability of 95 %; in minutes, where each seed took less than the other’s shortest time divided by "
    f"{frontier.LONGER:g}. In a column without ★, no two models can be told apart. In MMD², Fresh classifier and Holes, a model "
    "without a prior is shown for reference only. In log p(x), a lower bound, only models with the same cost are compared, "
    "because p(x) is another kind of density with another cost."
)
UNEQUAL = (
    "Each model with a setting to tune stands at the value that one rule chose on held-out images: the lowest reconstruction "
    "error with an MMD² of at most 0.01 or, where none has that, the lowest MMD². So the models are compared at unequal fit, and "
    "none at the closest fit that it can reach: with other values, one that is farther from the prior here may come as close."
)
FLOOR = f" MMD² below {LOW:g}, less than its sampling error, is drawn at {LOW:g}."
PLACES = 5  # decimal places of a figure, at most
MINUTES_SAID = (
    "The minutes that one training spends in its steps, on the machine named below. Other programs on it lengthen them, so only "
    f"differences of more than {100 * (frontier.LONGER - 1):.0f} % count."
)
DIRECTIONS = {"lower": "↓ lower is better", "higher": "↑ higher is better", "0.5": "nearest 0.5 is best", "": ""}
TAKES = {
    "samples": "samples of the prior", "density": "the prior’s density",
    "samples and density": "samples of the prior and its density", "nothing": "no prior: none is imposed on its codes",
}  # fmt: skip


@dataclass(frozen=True)
class Need:
    """A need that a model may meet. keys: the figures that decide; of those that all models have, the first counts, or all if
    `each` is true. prior: whether the model must have a prior from which to sample."""

    title: str
    keys: tuple[str, ...]
    prior: bool = False
    each: bool = False


NEEDS = {
    "sharp": Need("Faithful reconstructions", ("reconstruction",)),
    "samples": Need("New images that look like the data", ("frechet", "density"), prior=True),
    "varied": Need("New images as varied as the data", ("coverage", "recall"), prior=True, each=True),
    "fit": Need("Codes distributed like the prior", ("mmd2", "fresh_accuracy"), prior=True, each=True),
    "filled": Need("No holes between the codes", ("holes",), prior=True),
    "classes": Need("Classes well separated in the codes", ("knn_accuracy",)),
    "quick": Need("Short training", (MINUTES,)),
}


def title(key: str) -> str:
    return "Minutes of a training" if key == MINUTES else METRICS[key].title


def reading(key: str) -> str:
    """How to read one of the figures, and which of its values are better."""
    text = MINUTES_SAID if key == MINUTES else METRICS[key].reading
    return f"{text} ({DIRECTIONS[frontier.aim(key)]})"


def words(row: Row, key: str) -> str:
    """A figure of a row, mean ± standard deviation over its seeds, such as "15.37 ± 0.17": rounded to the first digit of the
    deviation, or the second if the first is 1; a dash if it was not measured."""
    mean, deviation = row.mean(key), row.deviation(key)
    if mean is None or not deviation:
        return number_text.measure(mean)
    first = math.floor(math.log10(deviation))
    places = min(PLACES, max(0, (1 if deviation < 2 * 10.0**first else 0) - first))
    return f"{mean:,.{places}f} ± {deviation:,.{places}f}".replace("-", "−")


def seeds_said(rows: list[Row]) -> str:
    """A sentence on the number of seeds of the rows, and of those with a time."""
    counts = [len(row.points) for row in rows], [len(row.values(MINUTES)) for row in rows]
    seeds, timed = ("–".join(map(str, sorted({min(row_counts), max(row_counts)}))) for row_counts in counts)
    in_minutes = "" if timed == seeds else f", in minutes {timed}"
    return f"Mean and standard deviation over the seeds ({seeds} each{in_minutes})."


# The choice -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Advice:
    """rows: those to choose from, the best first; whys: model's name -> why it is among them; left_out: a sentence on each need
    whose figures were not measured, and on each model that is unsuitable; undecided: whether the figures do not tell any
    of several suitable models apart."""

    rows: list[Row]
    whys: dict[str, str]
    left_out: list[str]
    undecided: bool


def advice(rows: list[Row], needs: list[str], samples_only: bool) -> Advice:
    """Which of the rows to choose for some of NEEDS (see `frontier.choice`), and why.

    samples_only: whether the user has only samples of the prior, not its density.
    """
    unfit = {row.model.name: _unfit(row, needs, samples_only) for row in rows}
    suitable = [row for row in rows if not unfit[row.model.name]]
    measured_keys = [key for key in frontier.known(suitable) if all(row.values(key) for row in suitable)]
    deciding = {need: [key for key in NEEDS[need].keys if key in measured_keys] for need in needs}
    keys = dict.fromkeys(
        key for need, need_keys in deciding.items() for key in (need_keys if NEEDS[need].each else need_keys[:1])
    )
    unmeasured = [NEEDS[need].title for need, need_keys in deciding.items() if not need_keys]
    left_out = [f"{title}: not measured for every model here." for title in unmeasured]
    left_out += [f"{row.model.title}: {reason}." for row in rows if (reason := unfit[row.model.name])]
    better = {key: frontier.better(rows, key) for key in keys}
    chosen, names = frontier.choice(suitable, better) if keys else [], {row.model.name for row in suitable}
    within = {key: {pair for pair in pairs if names.issuperset(pair)} for key, pairs in better.items()}
    whys = {row.model.name: _why(row, suitable, within) for row in chosen}
    return Advice(chosen, whys, left_out, 1 < len(chosen) == len(suitable) and not any(within.values()))


def _unfit(row, needs, samples_only):
    """Why a model is unsuitable, whatever its figures; "" if it is not."""
    variant = row.model.variant
    prior_need = next((NEEDS[need].title for need in needs if NEEDS[need].prior), None)
    if samples_only and "density" in variant.takes:
        return "its training needs the prior’s density, and you have only samples"
    if prior_need and not variant.has_prior:
        return f"it has no prior to draw from, which “{prior_need}” needs"
    return ""


def _why(row, suitable, better):
    reasons = []
    for key, pairs in better.items():
        rank, count = frontier.rank(suitable, row, key), sum(bool(other.values(key)) for other in suitable)
        is_tied = rank > 1 and not any(worse == row.model.name for _, worse in pairs)
        ordinal = "best" if rank == 1 else f"number {rank}"
        tie = ", and none can be called better" if is_tied else ""
        reasons.append(f"{title(key)} {words(row, key)}, {ordinal} of {count}{tie}")
    return "; ".join(reasons)


def standings(rows: list[Row]) -> dict[str, tuple[list[str], list[str]]]:
    """For each row by its model's name: the figures in which it is among the best of the rows, and those in which it is among the
    last, in words."""
    by_model = {row.model.name: ([], []) for row in rows}
    for key in frontier.known(rows):
        for side, picked in enumerate((frontier.best(rows, key), frontier.last(rows, key))):
            for row in picked:
                by_model[row.model.name][side].append(f"{WORTH[key]} ({HEADS[key]} {words(row, key)})")
    return by_model


def nearest(row: Row, rows: list[Row]) -> str:
    """For a row that is the best in no figure: the figures in which its rank by the mean is highest, in words."""
    by_rank = {}  # by its rank, as a share of the models compared
    for key in frontier.known(rows):
        compared = frontier.compared(rows, key, row)
        if len(compared) > 1 and row in compared:
            rank = frontier.rank(rows, row, key)
            rank_words = f"number {rank} of {len(compared)} in {WORTH[key]} ({HEADS[key]})"
            by_rank.setdefault(rank / len(compared), []).append(rank_words)
    if not by_rank:
        return "nothing, since there is no other model to compare it with"
    return f"no figure; by its mean, it is {', '.join(by_rank[min(by_rank)])}"


def takes(variant) -> str:
    """What the training of a variant needs of the prior, in words."""
    return TAKES[" and ".join(variant.takes) or "nothing"]


# The table --------------------------------------------------------------------------------------------------------------

STYLE = """<style>
.said .numbers.frontier th[scope=row] { position: sticky; left: 0; background: var(--page); min-width: 7rem; }
.said .numbers.frontier td { white-space: nowrap; }
.said .numbers.frontier thead th { vertical-align: bottom; }
.said .numbers.frontier small { display: block; font-size: 0.75rem; font-weight: 400; white-space: nowrap; }
.said .numbers.frontier tr:has(.chosen) > * { border-block: 2px solid CHOSEN; }
.said .numbers.frontier b { font-weight: 700; }
</style>""".replace("CHOSEN", palette.CHOSEN)


def table(rows: list[Row], chosen=()) -> str:
    """All figures of the rows as an HTML table; ★ marks the best of a column, ✓ the models whose names are in `chosen`."""
    keys = frontier.known(rows)
    best = {key: frontier.best(rows, key) for key in keys}
    heads, cells = ["Model", *(f"{HEADS[key]}<small>{DIRECTIONS[frontier.aim(key)]}</small>" for key in keys)], []
    for row in rows:
        tick = "<span class=chosen>✓</span> " if row.model.name in chosen else ""
        name = f"{tick}{html.escape(row.model.title)}"
        cells.append([name, *(f"<b>★ {words(row, k)}</b>" if row in best[k] else words(row, k) for k in keys)])
    table_html = prediction_tables.table('class="numbers frontier"', heads, cells, str)
    return STYLE + prediction_tables.scrolling("Figures of all models", table_html)
