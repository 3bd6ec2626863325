"""The comparison of models on the page "Which one?" as a table and in sentences, from `aae_core.reproduce.frontier`; no
st.*."""

import html
import math
from dataclasses import dataclass

from aae_core.data import sets
from aae_core.evaluation import intervals
from aae_core.evaluation.metrics import METRICS
from aae_core.reproduce import curve_rows, equal_fit, frontier
from aae_core.reproduce.equal_fit import MMD2_FLOOR, REFERENCE_ERROR_FACTOR, REFERENCE_MMD2
from aae_core.reproduce.frontier import CURVE_FIGURES, FIT_ERRORS, HYPERVOLUME, LIKELIHOOD, MINUTES, Frontier, ModelRow
from aae_core.wording import join_sentences
from app.figures import html_tables, number_text, palette
from app.translation.texts import mark, translate

COLUMN_TITLES = {  # short titles of the figures, for columns
    "reconstruction": mark("Reconstruction error"), "mmd2": "MMD²", "fresh_accuracy": mark("Fresh classifier"),
    "holes": mark("Holes"), "knn_accuracy": "5-NN", "frechet": mark("Fréchet"), "precision": mark("Precision"),
    "recall": mark("Recall"), "density": mark("Density"), "coverage": mark("Coverage"), LIKELIHOOD: "log p(x) ≥",
    MINUTES: mark("Minutes"), HYPERVOLUME: mark("Hypervolume"), **{key: f"MMD² = {fit:g}" for key, fit in FIT_ERRORS.items()},
}  # fmt: skip
STRENGTHS = {  # figure -> what a good value of it means
    "reconstruction": mark("faithful reconstructions"), "mmd2": mark("codes distributed like the prior"),
    "fresh_accuracy": mark("codes hard to tell from the prior"), "holes": mark("few holes between the codes"),
    "knn_accuracy": mark("classes well separated in the codes"), "frechet": mark("new images like the data as a whole"),
    "precision": mark("new images that look real"), "recall": mark("new images of every kind in the data"),
    "density": mark("new images where the data lie densest"), "coverage": mark("a new image near every real one"),
    LIKELIHOOD: mark("a high likelihood of test images"), MINUTES: mark("short training"),
    HYPERVOLUME: mark("faithful reconstructions at every fit of the prior"),
}  # fmt: skip
READING_TEXT = mark(
    "The lower left is best in both. A large mark is the mean of a model, the small ones are its seeds. The dotted line, the "
    "frontier, joins the models with a prior whose means no other such model surpasses in both."
)
CURVES_TEXT = mark(
    "The lower left is best in both. A mark is the mean over the seeds at one value of a model’s knob. A line joins those that "
    "no other value of this knob surpasses in both; the others are small marks. Of two lines the lower is the better model at "
    "that fit."
)
ONE_SEED_TEXT = mark("These curves are of one seed each, so nothing says how much chance is in them.")
VALUES_OF_MNIST_TEXT = mark("The values of each knob are those of MNIST; nothing was tuned on these images.")
FEW_IMAGES_TEXT = mark(
    "With no more than {count} images to measure it on, an MMD² below {floor} cannot be told from 0, so models are not compared "
    "at fits closer than {fit}, nor by hypervolume."
)
STARS_TEXT = mark(
    "★: better than some other model, while no model is better. One model is called better than another where Welch’s interval "
    "of the difference of their means leaves out 0, at a confidence at which all intervals of a column are right together with "
    "a probability of 95 %; in minutes, where each seed took less than the other’s shortest time divided by "
    "{factor}. In a column without ★, no two models can be told apart. In MMD², Fresh classifier and Holes, "
    "a model without a prior is shown for reference only. In log p(x), a lower bound, only models with the same cost are "
    "compared, because p(x) is another kind of density with another cost."
)
UNEQUAL_FIT_TEXT = mark(
    "One value of each knob, which was chosen on held-out images, so the fit of the prior is not equal: with another value a "
    "model may come closer to the prior, or copy better. So there is no ★ for the two distances to the prior, which follow from "
    "that choice; the curves compare the models at equal fit."
)
EQUAL_FIT_TEXT = mark(
    "All at the same fit: each figure lies on the model’s curve at this MMD², between the two runs nearest to it, and its "
    "deviation is over the seeds."
)
CURVE_TABLE_TEXT = mark(
    "Reconstruction error at equal fit of the prior, mean ± half of its 95 % interval over the seeds. For each seed, the error "
    "lies on the line between the two nearest runs that no other run surpasses in both, in log MMD²; a run that is closer than "
    "asked for counts with its error, and – stands where not every seed comes so close. Hypervolume: the share of the "
    "rectangle up to MMD² = {mmd2} and up to {factor} times the autoencoder’s error in which some "
    "run is better in both, in log MMD² from {floor} on; more is better."
)
STARS_BELOW_TEXT = mark("★ as below.")
MIXTURE_TEXT = mark(
    "If you only want new images, an autoencoder with a mixture of Gaussians fitted to its codes afterwards is the simplest: it "
    "needs no prior, and the number of Gaussians, here {count}, is the one choice. Its codes then follow no prior that you "
    "chose."
)
FLOOR_TEXT = mark("MMD² below {floor}, less than its sampling error, is drawn at {floor}.")
MAX_DECIMALS = 5  # decimal places of a figure, at most
MINUTES_TEXT = mark(
    "The minutes that one training spends in its steps, on the machine named below. Other programs on it lengthen them, so only "
    "differences of more than {percent} % count."
)
DIRECTION_TEXTS = {
    "lower": mark("↓ lower is better"), "higher": mark("↑ higher is better"), "0.5": mark("nearest 0.5 is best"), "": "",
}  # fmt: skip
HYPERVOLUME_TEXT = mark("How good a model is over all fits of the prior together: see the table at equal fit.")
EXTRA_TITLES = {MINUTES: mark("Minutes of a training"), HYPERVOLUME: mark("Hypervolume")}
PRIOR_NEED_TEXTS = {
    "samples": mark("samples of the prior"), "density": mark("the prior’s density"),
    "samples and density": mark("samples of the prior and its density"),
    "nothing": mark("no prior: none is imposed on its codes"),
}  # fmt: skip


@dataclass(frozen=True)
class Need:
    """A need that a model may meet. keys: the figures that decide; of those that all models have, the first counts, or all if
    `all_keys` is true. needs_prior: whether the model must have a prior; needs_samples: whether there must be a distribution of
    codes from which to draw, a prior or one that was fitted."""

    title: str
    keys: tuple[str, ...]
    needs_prior: bool = False
    all_keys: bool = False
    needs_samples: bool = False


NEEDS = {
    "sharp": Need(mark("Faithful reconstructions"), ("reconstruction",)),
    "samples": Need(mark("New images that look like the data"), ("frechet", "density"), needs_samples=True),
    "varied": Need(mark("New images as varied as the data"), ("coverage", "recall"), all_keys=True, needs_samples=True),
    "fit": Need(
        mark("Codes distributed like the prior"),
        (HYPERVOLUME, "mmd2", "fresh_accuracy"),
        needs_prior=True,
        all_keys=True,
    ),
    "filled": Need(mark("No holes between the codes"), ("holes",), needs_prior=True),
    "classes": Need(mark("Classes well separated in the codes"), ("knn_accuracy",)),
    "quick": Need(mark("Short training"), (MINUTES,)),
}


def stars_text() -> str:
    """What ★ means in the tables."""
    return translate(STARS_TEXT, factor=f"{frontier.MINUTES_FACTOR:g}")


def curve_table_text() -> str:
    """How the table at equal fit is read."""
    return translate(
        CURVE_TABLE_TEXT,
        mmd2=f"{REFERENCE_MMD2:g}",
        factor=f"{REFERENCE_ERROR_FACTOR:g}",
        floor=f"{MMD2_FLOOR:g}",
    )


def mixture_text(rows: list[ModelRow]) -> str:
    """What must be known of a density that is fitted to the codes afterwards, as that of one of the rows; "" if none is."""
    counts = [row.model.fitted_components for row in rows if row.model.fitted_components]
    return translate(MIXTURE_TEXT, count=counts[0]) if counts else ""


def curve_origin_text(frontier_data: Frontier, data: str, latent_dim: int) -> str:
    """What must be known of the seeds, images and values behind the curves of a place; "" of several seeds and many images."""
    curves = curve_rows.model_curves(frontier_data, data, latent_dim)
    seeds_note, values_note, images_note = "", "", ""
    if len(curve_rows.curve_seeds(curves)) == 1:
        seeds_note = translate(ONE_SEED_TEXT)
    if not frontier_data.has_chosen_values(data, latent_dim):
        values_note = translate(VALUES_OF_MNIST_TEXT)
    fits = curve_rows.compared_fits(data)
    if fits != equal_fit.FITS:
        count = sets.describe_data_set(data).test
        images_note = translate(FEW_IMAGES_TEXT, count=f"{count:,}", floor=f"{1 / count:.4f}", fit=f"{fits[0]:g}")
    return join_sentences(seeds_note, values_note, images_note)


def floor_text() -> str:
    """Where the chart draws the smallest MMD²."""
    return translate(FLOOR_TEXT, floor=f"{MMD2_FLOOR:g}")


def metric_title(key: str) -> str:
    return translate(EXTRA_TITLES[key] if key in EXTRA_TITLES else METRICS[key].title)


def metric_reading(key: str) -> str:
    """How to read one of the figures, and which of its values are better."""
    if key == MINUTES:
        reading = translate(MINUTES_TEXT, percent=f"{100 * (frontier.MINUTES_FACTOR - 1):.0f}")
    else:
        reading = translate(HYPERVOLUME_TEXT if key == HYPERVOLUME else METRICS[key].reading)
    direction = translate(DIRECTION_TEXTS[frontier.better_direction(key)])
    return translate("{reading} ({direction})", reading=reading, direction=direction)


def mean_and_deviation_text(row: ModelRow, key: str) -> str:
    """A figure of a row, mean ± standard deviation over its seeds, such as "15.37 ± 0.17": rounded to the first digit of the
    deviation, or the second if the first is 1; a dash if it was not measured."""
    mean, deviation = row.mean(key), row.deviation(key)
    if mean is None or not deviation:
        return number_text.metric_text(mean)
    exponent = math.floor(math.log10(deviation))
    places = min(MAX_DECIMALS, max(0, (1 if deviation < 2 * 10.0**exponent else 0) - exponent))
    return f"{mean:,.{places}f} ± {deviation:,.{places}f}".replace("-", "−")


def mean_and_interval_text(row: ModelRow, key: str) -> str:
    """A figure of a row, mean ± half of the 95 % interval over its seeds; of one seed its value, and a dash without one."""
    mean, deviation, count = row.mean(key), row.deviation(key), len(row.values(key))
    places = 3 if key == HYPERVOLUME else 2
    if mean is None:
        return number_text.metric_text(None)
    if deviation is None:
        return f"{mean:,.{places}f}"
    _, high = intervals.mean_confidence_interval(mean, deviation, count)
    return f"{mean:,.{places}f} ± {high - mean:,.{places}f}"


def seeds_text(rows: list[ModelRow]) -> str:
    """A sentence on the number of seeds of the rows, and of those with a time."""
    seeds = _range_text([len(row.points) for row in rows])
    timed_seeds = _range_text([len(row.values(MINUTES)) for row in rows])
    if timed_seeds in (seeds, "0"):
        return translate("Mean and standard deviation over the seeds ({seeds} each).", seeds=seeds)
    return translate(
        "Mean and standard deviation over the seeds ({seeds} each, in minutes {timed_seeds}).",
        seeds=seeds, timed_seeds=timed_seeds,
    )  # fmt: skip


def _range_text(counts: list[int]) -> str:
    """The least and the largest count, or the one that all are."""
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low}–{high}"


# The choice -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recommendation:
    """rows: those to choose from, the best first; uncertain_rows: those that no model can be called better than, although one
    that is left out has better means, because their seeds differ so much; reasons: model's name -> why it is among either;
    left_out: a sentence on each need whose figures were not measured, and on each model that is unsuitable; is_undecided:
    whether the figures do not tell any of several suitable models apart."""

    rows: list[ModelRow]
    uncertain_rows: list[ModelRow]
    reasons: dict[str, str]
    left_out: list[str]
    is_undecided: bool


def recommend_models(rows: list[ModelRow], needs: list[str], samples_only: bool) -> Recommendation:
    """Which of the rows to choose for some of NEEDS, and why.

    samples_only: whether the user has only samples of the prior, not its density.
    """
    unsuitable_reasons = {row.model.name: _unsuitable_reason(row, needs, samples_only) for row in rows}
    suitable_rows = [row for row in rows if not unsuitable_reasons[row.model.name]]
    measured_keys = [
        key for key in frontier.available_figures(suitable_rows) if all(row.values(key) for row in suitable_rows)
    ]
    deciding_keys = {need: [key for key in NEEDS[need].keys if key in measured_keys] for need in needs}
    keys = dict.fromkeys(
        key
        for need, need_keys in deciding_keys.items()
        for key in (need_keys if NEEDS[need].all_keys else need_keys[:1])
    )
    unmeasured_titles = [translate(NEEDS[need].title) for need, need_keys in deciding_keys.items() if not need_keys]
    left_out = [translate("{need}: not measured for every model here.", need=title) for title in unmeasured_titles]
    titles = {row.model.name: translate(row.model.title) for row in rows}
    left_out += [
        translate("{model}: {reason}.", model=titles[name], reason=reason)
        for name, reason in unsuitable_reasons.items()
        if reason
    ]
    better_pairs = {key: frontier.significantly_better_pairs(rows, key) for key in keys}
    undominated_rows = frontier.undominated_rows(suitable_rows, better_pairs) if keys else []
    names = {row.model.name for row in suitable_rows}
    suitable_pairs = {key: {pair for pair in pairs if names.issuperset(pair)} for key, pairs in better_pairs.items()}
    reasons = {row.model.name: _recommendation_reason(row, suitable_rows, suitable_pairs) for row in undominated_rows}
    uncertain_rows = _uncertain_rows(undominated_rows, suitable_rows, keys)
    recommended_rows = [row for row in undominated_rows if row not in uncertain_rows]
    is_undecided = 1 < len(undominated_rows) == len(suitable_rows) and not any(suitable_pairs.values())
    return Recommendation(recommended_rows, uncertain_rows, reasons, left_out, is_undecided)


def _uncertain_rows(undominated_rows, suitable_rows, keys):
    """Those of the undominated rows that a dominated one is ahead of in the means of all keys."""
    dominated_rows = [
        row for row in suitable_rows if row not in undominated_rows and all(row.values(key) for key in keys)
    ]
    ranks = {
        row.model.name: [frontier.rank_of_row(suitable_rows, row, key) for key in keys]
        for row in undominated_rows + dominated_rows
    }

    def is_ahead(first, second):
        pairs = zip(ranks[first.model.name], ranks[second.model.name], strict=True)
        return all(first_rank < second_rank for first_rank, second_rank in pairs)

    return [row for row in undominated_rows if any(is_ahead(dominated_row, row) for dominated_row in dominated_rows)]


def _unsuitable_reason(row, needs, samples_only) -> str:
    """Why a model is unsuitable, whatever its figures, in words that follow a colon; "" if it is not."""
    variant = row.model.variant
    prior_need = next((translate(NEEDS[need].title) for need in needs if NEEDS[need].needs_prior), None)
    if samples_only and "density" in variant.required_of_prior:
        return translate("its training needs the prior’s density, and you have only samples")
    if prior_need and not variant.has_prior:
        return translate("it has no prior to draw from, which “{need}” needs", need=prior_need)
    samples_need = next((translate(NEEDS[need].title) for need in needs if NEEDS[need].needs_samples), None)
    if samples_need and not row.model.can_draw_samples:
        return translate("it has no prior to draw from, which “{need}” needs", need=samples_need)
    if row.model.fitted_components and any(not _is_measured(row, need) for need in needs):
        return translate("its codes follow no prior, so only its samples are compared at a given fit")
    return ""


def _is_measured(row, need) -> bool:
    return any(row.values(key) for key in NEEDS[need].keys)


def _recommendation_reason(row, suitable_rows, better_pairs) -> str:
    reasons = []
    for key, pairs in better_pairs.items():
        rank = frontier.rank_of_row(suitable_rows, row, key)
        count = sum(bool(suitable_row.values(key)) for suitable_row in suitable_rows)
        is_tied = rank > 1 and not any(worse_name == row.model.name for _, worse_name in pairs)
        values = {"figure": metric_title(key), "value": mean_and_deviation_text(row, key), "count": count}
        if rank == 1:
            reasons.append(translate("{figure} {value}, best of {count}", **values))
        elif is_tied:
            reasons.append(
                translate(
                    "{figure} {value}, number {rank} of {count}, and none can be called better", rank=rank, **values
                )
            )
        else:
            reasons.append(translate("{figure} {value}, number {rank} of {count}", rank=rank, **values))
    return "; ".join(reasons)


def strengths_and_weaknesses(rows: list[ModelRow]) -> dict[str, tuple[list[str], list[str]]]:
    """For each row by its model's name: the figures in which it is among the best of the rows, and those in which it is among
    the last, in words. The distances to the prior are left out where each model stands at one value of its knob, since they
    follow from the choice of that value."""
    by_model = {row.model.name: ([], []) for row in rows}
    for key in _compared_figures(rows):
        titles = {"strength": translate(STRENGTHS[key]), "figure": translate(COLUMN_TITLES[key])}
        for side, side_rows in enumerate((frontier.best_rows(rows, key), frontier.worst_rows(rows, key))):
            for row in side_rows:
                value = mean_and_deviation_text(row, key)
                by_model[row.model.name][side].append(translate("{strength} ({figure} {value})", value=value, **titles))
    return by_model


def _compared_figures(rows):
    keys = frontier.available_figures(rows)
    is_equal_fit = "mmd2" not in keys
    return keys if is_equal_fit else [key for key in keys if key not in frontier.PRIOR_DISTANCES]


def highest_ranks_text(row: ModelRow, rows: list[ModelRow]) -> str:
    """For a row that is the best in no figure: the figures in which its rank by the mean is highest, in words."""
    by_rank = {}  # by its rank, as a share of the models compared
    for key in _compared_figures(rows):
        comparable = frontier.comparable_rows(rows, key, row)
        if len(comparable) > 1 and row in comparable:
            rank = frontier.rank_of_row(rows, row, key)
            titles = {"strength": translate(STRENGTHS[key]), "figure": translate(COLUMN_TITLES[key])}
            rank_words = translate(
                "number {rank} of {count} in {strength} ({figure})", rank=rank, count=len(comparable), **titles
            )
            by_rank.setdefault(rank / len(comparable), []).append(rank_words)
    if not by_rank:
        return translate("nothing, since there is no other model to compare it with")
    return translate("no figure; by its mean, it is {ranks}", ranks=", ".join(by_rank[min(by_rank)]))


def missing_fit_text(row: ModelRow, fit: float) -> str:
    """Why a model is not compared at an MMD² of `fit`. row: its points."""
    if not row.model.variant.has_prior:
        return translate("no prior is imposed on its codes")
    if not row.tuned_settings:
        return translate("it has no knob, and its codes have MMD² {mmd2}", mmd2=mean_and_deviation_text(row, "mmd2"))
    return translate("its curve does not reach MMD² = {fit} with every seed", fit=f"{fit:g}")


def model_summary(model) -> str:
    """What a model is, in a sentence or two."""
    summary = translate(model.variant.summary)
    if not model.fitted_components:
        return summary
    mixture = translate(
        "A mixture of {count} Gaussians is fitted to its codes after the training, and new images are decoded from samples of "
        "it.",
        count=model.fitted_components,
    )
    return join_sentences(summary, mixture)


def prior_needs_text(variant) -> str:
    """What the training of a variant needs of the prior, in words."""
    return translate(PRIOR_NEED_TEXTS[" and ".join(variant.required_of_prior) or "nothing"])


ONLY_MODEL_TEXT = mark("Only {model} comes as close as MMD² = {fit} with every seed, with an error of {error}.")
# whether the model with the lowest error has an adversary -> what is said of it and the best of the other kind
NO_OTHER_KIND_TEXTS = {
    True: mark(
        "At MMD² = {fit} the lowest error is that of {model}, {error}; no model without an adversary comes so close with every "
        "seed."
    ),
    False: mark(
        "At MMD² = {fit} the lowest error is that of {model}, {error}; no adversarial one comes so close with every seed."
    ),
}
COMPARISON_TEXTS = {
    True: mark(
        "At MMD² = {fit} the lowest error is that of {model}, {error}; the best without an adversary, {other_model}, has "
        "{other_error}."
    ),
    False: mark(
        "At MMD² = {fit} the lowest error is that of {model}, {error}; the best of the adversarial ones, {other_model}, has "
        "{other_error}."
    ),
}
CHANCE_TEXTS = {
    True: mark(
        "At MMD² = {fit} the lowest error is that of {model}, {error}; the best without an adversary, {other_model}, has "
        "{other_error}, a difference that chance may explain."
    ),
    False: mark(
        "At MMD² = {fit} the lowest error is that of {model}, {error}; the best of the adversarial ones, {other_model}, has "
        "{other_error}, a difference that chance may explain."
    ),
}


# The table --------------------------------------------------------------------------------------------------------------

STYLE = """<style>
.table-block .numbers.frontier th[scope=row] { position: sticky; left: 0; background: var(--page); min-width: 7rem; }
.table-block .numbers.frontier td { white-space: nowrap; }
.table-block .numbers.frontier thead th { vertical-align: bottom; }
.table-block .numbers.frontier small { display: block; font-size: 0.75rem; font-weight: 400; white-space: nowrap; }
.table-block .numbers.frontier tr:has(.chosen) > * { border-block: 2px solid CHOSEN; }
.table-block .numbers.frontier b { font-weight: 700; }
</style>""".replace("CHOSEN", palette.PRIMARY_COLOUR)


def curve_table_html(rows: list[ModelRow], shown_names=None) -> str:
    """The errors of `curve_rows.whole_curve_rows` at each fit that some model reaches, and their hypervolumes, as an HTML
    table; ★ marks the best of all rows in a column. shown_names: of the models that the table shows, by default all."""
    shown_rows = [row for row in rows if shown_names is None or row.model.name in shown_names]
    keys = [key for key in CURVE_FIGURES if any(row.values(key) for row in shown_rows)]
    best = {key: frontier.best_rows(rows, key) for key in keys}
    heads = [translate("Model"), *(translate(COLUMN_TITLES[key]) for key in keys)]
    cells = [
        [html.escape(translate(row.model.title)), *(_curve_cell(row, key, best) for key in keys)] for row in shown_rows
    ]
    table_html = html_tables.table_html('class="numbers frontier curves"', heads, cells, str)
    return STYLE + html_tables.scrollable_html(translate("Reconstruction error at equal fit"), table_html)


def _curve_cell(row, key, best) -> str:
    text = mean_and_interval_text(row, key)
    return f"<b>★ {text}</b>" if row in best[key] else text


def curve_sentences(rows: list[ModelRow]) -> list[str]:
    """What `curve_rows.whole_curve_rows` say of several models at equal fit, a sentence for each fit that any reaches: which
    model has the lowest mean error, where the best one of the other kind stands, with or without an adversary, and whether
    chance may explain the difference; or which is the only one there."""
    sentences = []
    for key, fit in FIT_ERRORS.items():
        fitting_rows = [row for row in rows if row.values(key)]
        if len(fitting_rows) == 1 < len(rows):
            sentences.append(translate(ONLY_MODEL_TEXT, **_error_words(fit, key, fitting_rows[0])))
        elif len(fitting_rows) > 1:
            best, best_other = _best_of_either_kind(fitting_rows, key)
            sentences.append(_fit_sentence(fit, key, best, best_other, fitting_rows))
    return sentences


def _best_of_either_kind(rows, key):
    """The row with the lowest mean error, and the one with the lowest among those of the other kind: of the rows with an
    adversary if the first has none, and the other way round; None if there are none."""
    best = min(rows, key=lambda row: row.mean(key))
    other_kind_rows = [row for row in rows if row.model.variant.has_adversary != best.model.variant.has_adversary]
    return best, min(other_kind_rows, key=lambda row: row.mean(key), default=None)


def _fit_sentence(fit, key, best, best_other, rows) -> str:
    values = _error_words(fit, key, best)
    is_adversarial = best.model.variant.has_adversary
    if best_other is None:
        return translate(NO_OTHER_KIND_TEXTS[is_adversarial], **values)
    values |= {"other_model": translate(best_other.model.title), "other_error": mean_and_interval_text(best_other, key)}
    if _may_chance_explain(best, best_other, rows, key):
        return translate(CHANCE_TEXTS[is_adversarial], **values)
    return translate(COMPARISON_TEXTS[is_adversarial], **values)


def _error_words(fit, key, row) -> dict[str, str]:
    """The fit, a model and its error, as the sentences have them."""
    return {"fit": f"{fit:g}", "model": translate(row.model.title), "error": mean_and_interval_text(row, key)}


def _may_chance_explain(best, best_other, rows, key) -> bool:
    """Whether both rows have the seeds that a comparison needs, and these do not tell the rows apart."""
    has_seeds = min(len(best.values(key)), len(best_other.values(key))) >= frontier.MIN_SEEDS
    return has_seeds and (best.model.name, best_other.model.name) not in frontier.significantly_better_pairs(rows, key)


def comparison_table_html(rows: list[ModelRow], chosen_names=()) -> str:
    """All figures of the rows as an HTML table; ★ marks the best of a column, ✓ the models whose names are in
    `chosen_names`."""
    keys = frontier.available_figures(rows)
    compared_keys = _compared_figures(rows)
    best = {key: frontier.best_rows(rows, key) if key in compared_keys else [] for key in keys}
    heads = [translate("Model")]
    for key in keys:
        direction = translate(DIRECTION_TEXTS[frontier.better_direction(key)])
        heads.append(f"{translate(COLUMN_TITLES[key])}<small>{direction}</small>")
    cells = []
    for row in rows:
        tick = "<span class=chosen>✓</span> " if row.model.name in chosen_names else ""
        name = f"{tick}{html.escape(translate(row.model.title))}"
        cells.append([name, *(_comparison_cell(row, key, best) for key in keys)])
    table_html = html_tables.table_html('class="numbers frontier"', heads, cells, str)
    return STYLE + html_tables.scrollable_html(translate("Figures of all models"), table_html)


def _comparison_cell(row, key, best) -> str:
    text = mean_and_deviation_text(row, key)
    return f"<b>★ {text}</b>" if row in best[key] else text
