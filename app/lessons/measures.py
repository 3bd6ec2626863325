"""The figures about which a lesson may make claims: those that its page tells while the learner works, and further ones that
only a test needs. `game_stage` and `model_stage` compute them by these names."""

from aae_core.evaluation.metrics import METRICS
from app.lessons.vocabulary import FIGURES, Figure, rows_for_page

MODEL_PAGES = ("explore", "style", "clusters", "classify")  # pages of one model
SIDES = {"_left": "of the model on the left", "_right": "of the model on the right"}  # of the page Compare

GAME_MEASURES = {
    "moved": Figure(("game",), "root mean square distance by which the codes have moved since the start of the page"),
    "variety": Figure(("game",), "variance of the reconstructions over the images, relative to that of the images"),
    "width": Figure(("game",), "root mean square width σ of q(z|x); 0 for a deterministic encoder"),
    "twice": Figure(("game",), "root mean square distance between two draws of the code of an image"),
    "in_prior": Figure(("game",), "share of the codes that lie where the prior has density"),
}
MODEL_MEASURES = {
    "z_norm": Figure(MODEL_PAGES, "distance of z from (0, 0)", 1),
    "nearest": Figure(MODEL_PAGES, "distance of z from the nearest code"),
    "d_z": Figure(MODEL_PAGES, "D(z) at z"),
    "log_p": Figure(MODEL_PAGES, "log p(z) at z"),
    "moment": Figure(MODEL_PAGES, "the step of the training that is shown", 0),
    "spread": Figure(
        MODEL_PAGES, "root mean square distance of the codes from their middle, at the moment that is shown"
    ),
    "width": Figure(MODEL_PAGES, "root mean square width σ of q(z|x); 0 for a deterministic encoder", 3),
    "class": Figure(MODEL_PAGES, "the digit that a classifier reads in the image decoded at z", 0),
    "certainty": Figure(MODEL_PAGES, "the classifier’s probability for that digit"),
    "change": Figure(MODEL_PAGES, "how much of the decoded image has changed since the start: 0 the same, 1 all"),
    "row_change": Figure(MODEL_PAGES, "the same of the digits decoded at z, one of each class"),
    "content_read": Figure(
        MODEL_PAGES, "share of the digits decoded at z, one of each class, that a classifier reads as that class"
    ),
    "styles_read": Figure(MODEL_PAGES, "the mean of that share over the styles of the codes that are shown"),
    "sample_certainty": Figure(
        MODEL_PAGES, "the mean of that probability over images decoded from samples of the prior"
    ),
    **{key: Figure(MODEL_PAGES, metric.title, 3) for key, metric in METRICS.items()},
}


def page_measures(page_name: str) -> dict[str, Figure]:
    """The figures of a page of the app about which its lessons may make claims, by name."""
    if page_name == "game":
        return rows_for_page(FIGURES, page_name) | GAME_MEASURES
    if page_name == "aggregate":
        return rows_for_page(FIGURES, page_name)
    if page_name in MODEL_PAGES:
        return MODEL_MEASURES
    if page_name == "compare":
        return {
            name + side: Figure(("compare",), f"{row.words}, {words}", row.digits)
            for side, words in SIDES.items()
            for name, row in MODEL_MEASURES.items()
        }
    return {}
