"""The paper's experiments as rows of data: what is measured, what the paper reached, and the recipes.

Sections and figures are those of Makhzani et al., arXiv 1511.05644v2. The rows below are the only place that
defines recipes and lengths; what was tried is in docs/development/trials.md. A run whose configuration no longer equals
its recipe is not counted as one of its runs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from aae_core.config.configuration import Config, configure, to_flat_dict
from aae_core.data.own_data.own_sets import HELD_OUT_SUFFIX
from aae_core.errors import ConfigError, unknown_name_error

BUDGETS = {
    "cpu": "our recipe, for two processor cores",
    "gpu": "our recipe at greater length, for a GPU",
    "paper": "the paper's own recipe at its full length",
}
BUDGET_TITLES = {"cpu": "Two processor cores", "gpu": "A GPU", "paper": "The paper’s own recipe"}
RUN_SETTINGS = ("seed", "name")  # settings in which two runs of one recipe differ
MAX_SEEDS = 100
# runs, of which the paper's figures are taken to be the means: how many there were no source says
ASSUMED_PAPER_RUNS = 3
# seeds from here on are run once, after the recipe was frozen; no settings are tried by their figures
FIRST_FRESH_SEED = 100
# Where figures of some of those were known when a recipe was looked for or chosen, of an earlier one or (100 labels) of
# this one itself, or when their number was chosen (100 labels): the first seed after them.
FIRST_FRESH_SEEDS = {
    "semi-supervised-100": 118,
    "semi-supervised-1000": 103,
    "plain-100": 105,
    "plain-1000": 105,
    "clustering-16": 112,
    "clustering-16-unmoved": 103,
    "clustering-30": 110,
    "clustering-30-unmoved": 103,
    "reduction-1000": 103,
    "reduction-unlabelled": 120,
    "reduction-unlabelled-unmoved": 106,
    "label-informed": 103,
}


@dataclass(frozen=True)
class Figure:
    """Which figure an experiment is about: the measure `key` of the protocol `protocol` of `protocols.evaluate`.

    unit: "%" where the measure is a share of 1, else "nats".
    """

    title: str
    protocol: str
    key: str
    unit: str

    @property
    def scale(self) -> float:
        """By what the measure is multiplied to be in `unit`."""
        return 100.0 if self.unit == "%" else 1.0

    def format_value(self, value: float, deviation: float | None = None) -> str:
        """Such as "2.41 ± 0.10" (%) or "331.2 ± 1.4" (nats), without the unit."""
        places = 2 if self.unit == "%" else 1
        text = f"{value:.{places}f}" + ("" if deviation is None else f" ± {deviation:.{places}f}")
        return text.replace("-", "−")  # a hyphen before a figure is easily read as a dash


@dataclass(frozen=True)
class Recipe:
    """How an experiment is trained: `settings` by dotted key on top of a preset.

    minutes: of one run on the machine that the budget means, about; None where nobody has measured it.
    """

    settings: dict
    preset: str = "paper"
    minutes: float | None = None


@dataclass(frozen=True)
class Experiment:
    """One experiment. paper: its figure as text, "" where the paper has none, or none that a source gives.

    paper_runs: of how many runs the paper's figure is taken to be the mean, since no source says; None where its ± is
    not over runs; seeds: how many runs there are unless a command says so; note: what to know of the experiment itself;
    extra_protocols: further protocols that are measured with it; augmented_experiment: the experiment from which it differs
    in that its images are not moved.
    """

    name: str
    title: str
    section: str
    figure: Figure
    recipes: dict[str, Recipe]
    paper: str = ""
    paper_runs: int | None = None
    seeds: int = 1
    note: str = ""
    extra_protocols: tuple[str, ...] = ()
    augmented_experiment: str = ""

    @property
    def first_fresh_seed(self) -> int:
        """The first of the seeds with which nothing had been run before the recipe was frozen."""
        return FIRST_FRESH_SEEDS.get(self.name, FIRST_FRESH_SEED)


# The rows and their recipes -------------------------------------------------------------------------------------------


def _schedule(epochs, *rate_drops):
    """Epochs, and those from which on the rates are a tenth, a hundredth, … of what they were."""
    return {
        "epochs": epochs,
        "optimiser.schedule": tuple((float(epoch), 10.0**-i) for i, epoch in enumerate(rate_drops, 1)),
    }


_AUTO_PRECISION = {"precision": "auto"}  # bf16 where the machine multiplies it: figures say so beside the machine
_PAPER_LENGTH, _GPU_LENGTH = _schedule(5000, 50, 1000), _schedule(500, 400, 475)
# Nets that two cores train in minutes, and what they need to see more in the same images: moved by up to two pixels
# before the encoder, a class, cluster or place in the plane must come out the same.
_NARROW_NETS = {"network.hidden": (400, 400), "network.discriminator": (400, 400)}
_MOVED_IMAGES = {"network.normalise": "batch", "input_shift": 2}
# Two views of an image, moved, rotated, slanted and scaled, must have the same content or lie in the same component of
# a mixture, and all contents or components must be in use.
_VIEW_AGREEMENT = {**_MOVED_IMAGES, "input_affine": 0.2, "views": 2, "view_agreement": 10.0}
_NO_AUGMENTATION = {"input_shift": 0, "input_affine": 0.0}

# Logits kept level, so that no head is forgotten in the first epochs; the content is D's condition, so that style and
# content are apart.
_LEVEL_HEADS = {"input_dropout": 0.2, "input_noise": 0.0, "discriminator_told": "content"}
_LEVEL_HEADS |= {**_VIEW_AGREEMENT, "network.normalise": "level"}

_TEST_ERROR = Figure("test error", "classification", "error", "%")
_EXEMPLAR_ERROR = Figure("test error by the exemplar rule", "clustering", "cluster_error", "%")
_SEMI_SUPERVISED = {"variant": "semi-supervised", "latent_dim": 10, "input_noise": 0.3}
_NO_LABELS = {"labels": 0, "clusters": 20}
_SVHN = {"data": "svhn", "latent_dim": 20, "labels": 1000}
# Style and content apart: the content is D's condition, and both sides of the game about the style learn faster.
_CONTENT_CONDITION = {"discriminator_told": "content", "optimiser.clip": 5.0, "optimiser.discrimination_rate": 0.2}
_STYLE_SWAP = {**_CONTENT_CONDITION, "optimiser.generation_rate": 0.3, "network.normalise": "batch", "latent_dim": 6}
_STYLE_SEPARATION = {**_VIEW_AGREEMENT, **_CONTENT_CONDITION, "optimiser.generation_rate": 0.2, "latent_dim": 8}
_STYLE_SEPARATION |= {"second_view": "unaltered"}
_CONTENT_NOT_PLANE_NOTE = (
    "The error is that of the content, q(y|x), and not of the two-dimensional code; how well simple classifiers do on the code "
    "of the shipped run, which has 1,000 labels, stands in docs/results/gallery.md."
)
_STYLE_SEPARATION_NOTE = (
    "D is told the content. An altered view of an image and the image as it is must agree on the content; the style is that of "
    "the image as it is."
)
_LABEL_INFORMATION = {
    "variant": "label-informed",
    "prior.name": "mixture",
    "latent_dim": 2,
    "labels": 10_000,
    "data": "mnist",
}
# At the paper's own rate the reconstruction holds each class in the petal where it first came to lie.
_GENTLE_RATES = {"optimiser.reconstruction_rate": 0.001, "optimiser.generation_rate": 0.2}
_GENTLE_RATES |= {**_VIEW_AGREEMENT, "input_affine": 0.1}
_EIGHT_DIMENSIONS, _NOISY_INPUTS = {"latent_dim": 8, "prior.scale": 5.0}, {"input_noise": 0.5, "input_affine": 0.05}


def _make_recipes(
    paper_settings,
    own_settings,
    minutes,
    cpu_settings,
    gpu_settings=_GPU_LENGTH,
    paper_length=_PAPER_LENGTH,
    cpu_network=_NARROW_NETS,
    preset="paper",
):
    """The recipe for each budget. The paper's has the settings `paper_settings`; ours have `own_settings`, too, on top
    of `preset`, other lengths, and on two cores, where a run takes `minutes`, narrower nets."""
    own_settings = {**paper_settings, **own_settings, **_AUTO_PRECISION}
    return {
        "cpu": Recipe({**own_settings, **cpu_network, **cpu_settings}, preset, minutes),
        "gpu": Recipe({**own_settings, **gpu_settings}, preset),
        "paper": Recipe({**paper_settings, **paper_length}),
    }


def _semi_supervised_experiment(name, labels, cpu_settings, own_settings=_MOVED_IMAGES, **facts):
    """Beside its error are measured the class that can be read from the style, and the swaps."""
    title = f"Semi-supervised, {_labels_text(labels)}"
    recipes = _make_recipes({**_SEMI_SUPERVISED, "labels": labels}, own_settings, 20, cpu_settings)
    extra_protocols = ("style-content", "swap-agreement")
    return Experiment(
        f"semi-supervised-{name}", title, "§5", _TEST_ERROR, recipes, extra_protocols=extra_protocols, **facts
    )


def _plain_classifier(name, labels, own_settings=_MOVED_IMAGES):
    classification_alone = {
        f"optimiser.{phase}_rate": 0.0 for phase in ("reconstruction", "discrimination", "generation")
    }
    alterations = {**_MOVED_IMAGES, "input_affine": own_settings.get("input_affine", 0.0)}
    settings = {
        **_SEMI_SUPERVISED,
        "labels": labels,
        **classification_alone,
        **_NARROW_NETS,
        **alterations,
        **_AUTO_PRECISION,
        **_schedule(20, 15, 18),
    }
    note = "The encoder of a semi-supervised AAE, trained on the labels alone: the baseline for the unlabelled images."
    recipes = {"cpu": Recipe(settings, minutes=1)}
    return Experiment(
        f"plain-{name}", f"Plain classifier, {_labels_text(labels)}", "§5", _TEST_ERROR, recipes, note=note
    )


def _experiment_without_augmentation(experiment):
    """The same without moved images, as in the paper, where our recipe moves them, for a comparison with the paper's
    figure; None where it moves none."""
    recipe = experiment.recipes.get("cpu")
    if recipe is None or not any(recipe.settings.get(key) for key in _NO_AUGMENTATION):
        return None
    settings, view_note = {**recipe.settings, **_NO_AUGMENTATION}, ""
    if settings.get("views") == 2 and not settings.get("input_noise") and not settings.get("input_dropout"):
        settings |= {"views": 1, "second_view": "altered", "view_agreement": 0.0, "even_until": None}
        view_note = ", and one view, since two would be identical"
    recipes = {"cpu": replace(recipe, settings=settings)}
    title = f"{experiment.title}, images not moved"
    note = f"As {experiment.name}, with input_shift and input_affine 0{view_note}. {experiment.note}".rstrip()
    return replace(
        experiment,
        name=f"{experiment.name}-unmoved",
        title=title,
        recipes=recipes,
        note=note,
        augmented_experiment=experiment.name,
    )


def _labels_text(labels) -> str:
    return "all labels" if labels is None else f"{labels:,} labels"


def _clustering_experiment(clusters, paper, minutes, cpu_settings, extra_settings=(), **facts):
    paper_settings = {"variant": "clustering", "latent_dim": 5, "clusters": clusters, "network.normalise": "batch"}
    paper_settings |= {"input_dropout": 0.2, "network.hidden": (3000, 3000), "network.discriminator": (3000, 3000)}
    own_settings = {"latent_dim": 3, "discriminator_told": "content", **_VIEW_AGREEMENT, **dict(extra_settings)}
    recipes = _make_recipes(
        paper_settings, own_settings, minutes, cpu_settings, _schedule(500, 450), _schedule(1500, 50)
    )
    title = f"Clustering, {clusters} clusters"
    note = (
        "Each cluster gets the label of the one training image that has the highest probability for it; no label was used in "
        "training."
    )
    return Experiment(
        f"clustering-{clusters}", title, "§6", _EXEMPLAR_ERROR, recipes, paper, ASSUMED_PAPER_RUNS, note=note, **facts
    )


def _reduction_experiment(
    name, labels_text, figure, minutes, cpu_settings, settings, own_settings=_VIEW_AGREEMENT, gpu_settings=_GPU_LENGTH
):
    paper_settings = {"variant": "reduction", "latent_dim": 2, "input_noise": 0.3, **settings}
    recipes = _make_recipes(paper_settings, own_settings, minutes, cpu_settings, gpu_settings)
    return Experiment(
        f"reduction-{name}", f"Reduction to 2-D, {labels_text}", "§7", figure, recipes, note=_CONTENT_NOT_PLANE_NOTE
    )


EXPERIMENTS = {
    row.name: row
    for experiment in (
        _semi_supervised_experiment(
            "100",
            100,
            _schedule(72, 60, 68),
            _STYLE_SEPARATION,
            paper="1.90 ± 0.10",
            paper_runs=ASSUMED_PAPER_RUNS,
            seeds=3,
            note=_STYLE_SEPARATION_NOTE,
        ),
        _semi_supervised_experiment(
            "1000",
            1000,
            _schedule(72, 60, 68),
            _STYLE_SEPARATION,
            paper="1.60 ± 0.08",
            paper_runs=ASSUMED_PAPER_RUNS,
            seeds=3,
            note=_STYLE_SEPARATION_NOTE,
        ),
        _semi_supervised_experiment("all", None, _schedule(80, 60, 72), paper="0.85"),
        _plain_classifier("100", 100, _STYLE_SEPARATION),
        _plain_classifier("1000", 1000, _STYLE_SEPARATION),
        _plain_classifier("all", None),
        _clustering_experiment(16, "9.55 ± 2.05", 9, _schedule(40, 30, 36), {"batch_size": 50}, seeds=3),
        _clustering_experiment(30, "4.10 ± 1.13", 8, _schedule(60, 48, 56), {"optimiser.reconstruction_rate": 0.02}),
        _reduction_experiment("1000", "1,000 labels", _TEST_ERROR, 6, _schedule(40, 30, 36), {"labels": 1000}),
        _reduction_experiment("100", "100 labels", _TEST_ERROR, 14, _schedule(80, 60, 72), {"labels": 100}),
        _reduction_experiment(
            "unlabelled",
            "no labels, 20 clusters",
            _EXEMPLAR_ERROR,
            9,
            # then clusters may differ in size, so that those of one digit merge and none has to hold two
            {**_schedule(60, 48, 56), "even_until": 36.0},
            _NO_LABELS,
            {**_LEVEL_HEADS, "optimiser.reconstruction_rate": 0.02},
            {**_GPU_LENGTH, "even_until": 300.0},
        ),
        Experiment(
            "likelihood",
            "Likelihood of MNIST",
            "§3",
            Figure("Parzen log-likelihood of the test set, 10,000 samples", "likelihood", "log_likelihood", "nats"),
            _make_recipes(
                _EIGHT_DIMENSIONS,
                _NOISY_INPUTS,
                16,
                _schedule(70, 54, 64),
                _schedule(400, 50, 200),
                _schedule(2000, 50, 1000),
                cpu_network={},
            ),
            paper="340 ± 2",
            note="A Parzen window says little about a model in many dimensions; it is given because the paper reports it. Over "
            "test images its standard error is 1.9 nats, more than from seed to seed.",
        ),
        Experiment(
            "label-informed",
            "Label-informed, mixture of ten, 10,000 labels",
            "§2.3",
            Figure("test codes in their class's component", "classification", "region_accuracy", "%"),
            _make_recipes(
                _LABEL_INFORMATION,
                _GENTLE_RATES,
                15,
                _schedule(120, 90, 112),
                _schedule(200, 150, 180),
                _schedule(20),
                preset="default",
            ),
            seeds=3,
            note="The paper shows this as a picture, with 40,000 images beside the 10,000 labelled ones; here there are 50,000. "
            "Petals meet in the middle: of samples of the prior itself 98.4 % lie in their own component.",
        ),
        Experiment(
            "swap",
            "Style and content swapped",
            "§4",
            Figure("swapped images in which a classifier sees the class", "swap-agreement", "agreement", "%"),
            _make_recipes(
                {"variant": "supervised", "latent_dim": 15},
                _STYLE_SWAP,
                5,
                _schedule(60, 48, 56),
                _schedule(200, 150, 180),
            ),
            note="The paper shows this as a picture. The classifier was trained on real images alone and misclassifies some of "
            "them.",
            extra_protocols=("style-content",),
        ),
        Experiment(
            "svhn-1000",
            "Semi-supervised, SVHN, 1,000 labels",
            "§5",
            _TEST_ERROR,
            {"gpu": Recipe({**_SEMI_SUPERVISED, **_SVHN, **_AUTO_PRECISION, **_GPU_LENGTH}, "default")},
            paper="17.7",
            note="The paper's networks for SVHN are not known here, so there is no recipe of the paper's.",
        ),
    )
    for row in (experiment, _experiment_without_augmentation(experiment))
    if row is not None
}


# Reading them ---------------------------------------------------------------------------------------------------------


def select_experiments(names: list[str], budget: str) -> list[Experiment]:
    """The experiments of these names, each once and in the order of the rows; "all" for all with a recipe for `budget`.

    Raises ConfigError for a name that is not known, or an experiment without such a recipe.
    """
    for name in names:
        if name == "all":
            continue
        if name not in EXPERIMENTS:
            raise unknown_name_error("experiment", name, [*EXPERIMENTS, "all"])
        if budget not in EXPERIMENTS[name].recipes:
            budgets = " or ".join(EXPERIMENTS[name].recipes)
            raise ConfigError(f"The experiment {name} has no recipe for the budget {budget}; choose {budgets}.")
    return [row for row in EXPERIMENTS.values() if row.name in names or ("all" in names and budget in row.recipes)]


def run_config(
    experiment: Experiment, budget: str, seed: int, is_held_out: bool = False, changes: dict | None = None
) -> Config:
    """The configuration of one run; its name says which one it is.

    is_held_out: of a trial, which is measured on training images held out of it (`sets.HELD_OUT_SUFFIX`); changes:
    settings by dotted key in which it differs from the recipe.
    """
    recipe = experiment.recipes[budget]
    config = configure(recipe.preset, **{**recipe.settings, **(changes or {})}, seed=seed)
    name, data = f"{experiment.name} · {budget} · seed {seed}", config.data
    if is_held_out:
        name, data = f"{name} · held out", data + HELD_OUT_SUFFIX
    return replace(config, name=name, data=data)


def changed_recipe_settings(experiment: Experiment, budget: str) -> dict:
    """The settings of the recipe, by dotted key and as plain JSON values, that differ from the defaults."""
    return _differing_settings(run_config(experiment, budget, 0), Config())


def recipe_departures(experiment: Experiment, budget: str) -> dict[str, tuple] | None:
    """Where a recipe departs from the paper's: {dotted key: (its value, the paper's)}; None where the paper's is not
    known."""
    if "paper" not in experiment.recipes:
        return None
    own_config, paper_config = (run_config(experiment, kind, 0) for kind in (budget, "paper"))
    paper_settings = to_flat_dict(paper_config)
    return {key: (value, paper_settings[key]) for key, value in _differing_settings(own_config, paper_config).items()}


def reproduce_command(experiment: Experiment, budget: str, seeds: Sequence[int] = ()) -> str:
    """What to type to run it with those seeds, or with its own."""
    parts = ["python -m aae_core reproduce", experiment.name]
    if budget != "cpu":
        parts.append(f"--budget {budget}")
    if seeds and [*seeds] != [*range(experiment.seeds)]:
        is_first_seeds = [*seeds] == [*range(len(seeds))]
        parts.append(f"--seeds {len(seeds)}" if is_first_seeds else f"--seed {format_seeds(seeds)}")
    return " ".join(parts)


def format_seeds(seeds: Sequence[int]) -> str:
    """Seeds as `--seed` takes them, such as "3", "100-104" or "0,2,100"."""
    if len(seeds) > 1 and [*seeds] == [*range(seeds[0], seeds[-1] + 1)]:
        return f"{seeds[0]}-{seeds[-1]}"
    return ",".join(map(str, seeds))


def parse_seeds(text: str) -> list[int]:
    """The inverse of `format_seeds`: each seed once, in rising order. ConfigError for what it would not write, or too
    many."""
    match = re.fullmatch(r"(\d{1,9})-(\d{1,9})", text)
    if match:
        first_seed, last_seed = map(int, match.groups())
        seeds = range(first_seed, min(last_seed, first_seed + MAX_SEEDS) + 1)
    else:
        seeds = {int(seed) for seed in text.split(",")} if re.fullmatch(r"\d{1,9}(,\d{1,9})*", text) else ()
    if not 1 <= len(seeds) <= MAX_SEEDS:
        raise ConfigError(
            f"--seed takes a whole number, several such as 0,2,100, or a range such as 100-104, of at most {MAX_SEEDS}, not "
            f"{text[:100]!r}."
        )
    return sorted(seeds)


def length_text(experiment: Experiment, budget: str) -> str:
    """How long one run is, such as "5,000 epochs"."""
    config = run_config(experiment, budget, 0)
    return f"{config.epochs:,} epochs" if config.steps is None else f"{config.steps:,} steps"


def _differing_settings(config, defaults):
    other_settings = to_flat_dict(defaults)
    return {
        key: value
        for key, value in to_flat_dict(config).items()
        if key not in RUN_SETTINGS and value != other_settings[key]
    }
