"""The settings in the form of the page Train: titles, groups, and their values in widgets and links; no st.* call.

Every setting of `aae_core.config.configuration` has a title here. A few are shown first, the rest in groups on request; a setting
without effect in combination with the others is hidden (the KL weight without a KL term).
"""

from aae_core.config import painting, schema
from aae_core.config.choices import COSTS, NETWORKS, TARGETS
from aae_core.config.combinations import is_setting_applicable
from aae_core.config.configuration import (
    FORMER_SETTINGS,
    Config,
    setting_field,
    setting_keys,
    setting_type,
    setting_value,
    with_settings,
)
from aae_core.config.presets import PRESETS, starting_settings
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from aae_core.wording import adapt_image_words, join_sentences
from app.translation.texts import mark, translate

FIRST_TITLES = {
    "data": mark("Data"),
    "variant": mark("Variant"),
    "prior.name": mark("Prior"),
    "prior.painting": mark("Painting"),
    "augment": mark("Mirrored and moved copies"),
    "epochs": mark("Epochs"),
    "minutes": mark("Maximum minutes"),
    "name": mark("Name of the revision"),
}
# Settings whose titles and help read alike beside any data: they exist for images alone, or speak of both kinds themselves.
FIXED_WORDING = ("augment", "input_shift", "input_affine", "network.kind", "network.channels", "input_noise", "cost")
INVALID = object()  # returned for a text that is not a valid value
MAX_TEXT_LENGTH = 200  # characters of a text field
MAX_LINKED_PAINTING = 4_000  # characters of a painting in a link; servers and messengers truncate longer links

GROUPS = {
    mark("Model"): {
        "latent_dim": mark("Latent dimensions"),
        "posterior": mark("Posterior"),
        "prior.scale": mark("Scale of the prior"),
        "prior.components": mark("Components"),
        "prior.shape": mark("Shape of the gamma prior"),
        "labels": mark("Labelled images"),
        "clusters": mark("Clusters"),
        "heads": mark("Heads"),
        "separation": mark("Distance between heads"),
        "discriminator_told": mark("Condition of D"),
        "views": mark("Views per image"),
        "second_view": mark("The view that gives the style"),
        "view_agreement": mark("Agreement of the views"),
        "even_until": mark("Contents of equal frequency until epoch"),
        "content_decoded": mark("Decoding of the content"),
        "content_smoothing": mark("Content smoothing"),
        "cost": mark("Cost"),
        "beta": mark("Weight β of the KL term"),
        "prior_weight": mark("Weight λ of the distance to the prior"),
        "alpha": mark("Share α taken from the KL term"),
        "projections": mark("Random directions"),
    },
    mark("Networks"): {
        "network.kind": mark("Architecture"),
        "network.hidden": mark("Hidden layers"),
        "network.decoder_hidden": mark("Hidden layers of the decoder"),
        "network.channels": mark("Channels"),
        "network.discriminator": mark("Hidden layers of D"),
        "network.weights": mark("Initial weights"),
        "network.normalise": mark("Batch normalisation"),
        "network.activation": mark("Activation"),
        "network.dropout": mark("Dropout"),
        "network.noise_dim": mark("Dimensions of the noise η"),
    },
    mark("Optimiser"): {
        "optimiser.kind": mark("Optimiser"),
        "optimiser.reconstruction_rate": mark("Learning rate, reconstruction"),
        "optimiser.discrimination_rate": mark("Learning rate, discrimination"),
        "optimiser.generation_rate": mark("Learning rate, generation"),
        "optimiser.generation_weight": mark("Weight λ of the generation cost"),
        "optimiser.classification_rate": mark("Learning rate, classification"),
        "optimiser.momentum": mark("Momentum, reconstruction"),
        "optimiser.adversarial_momentum": mark("Momentum, adversary"),
        "optimiser.clip": mark("Gradient clipping"),
        "optimiser.schedule": mark("Learning-rate schedule"),
        "input_shift": mark("Random shift"),
        "input_affine": mark("Random rotation, slant and scale"),
        "input_noise": mark("Input noise"),
        "input_dropout": mark("Pixel dropout"),
        "clean_from": mark("Unaltered images from epoch"),
        "discriminator_noise": mark("Noise on D's input"),
        "discriminator_penalty": mark("Penalty on D's gradient"),
        "discriminator_steps": mark("Steps of D for each of the encoder"),
    },
    mark("Stopping"): {
        "target.measure": mark("Target metric"),
        "target.value": mark("Target value"),
        "patience": mark("Patience in epochs"),
        "steps": mark("Maximum steps"),
    },
    mark("Machine"): {
        "batch_size": mark("Mini-batch size"),
        "seed": mark("Seed"),
        "device": mark("Device"),
        "passes": mark("Passes of a step"),
        "precision": mark("Number format"),
        "threads": mark("Processor threads"),
        "capture": mark("Captured steps on a CUDA GPU"),
    },
}
TITLES = FIRST_TITLES | {key: title for group in GROUPS.values() for key, title in group.items()}
CHOICE_TABLES = {"prior.name": PRIORS, "cost": COSTS, "network.kind": NETWORKS}
CHOICE_TITLES = {
    "variant": {name: variant.title for name, variant in VARIANTS.items()},
    "posterior": {
        "deterministic": mark("Deterministic"),
        "gaussian": mark("Gaussian"),
        "universal": mark("Universal approximator"),
    },
    "heads": {"learned": mark("Learned"), "fixed": mark("Fixed, one per axis")},
    "network.weights": {"he": mark("He initialisation"), "paper": mark("The paper's N(0, 0.01²)")},
    "network.activation": {
        "relu": mark("ReLU"),
        "leaky-relu": mark("Leaky ReLU"),
        "gelu": mark("GELU"),
        "silu": mark("SiLU"),
        "elu": mark("ELU"),
        "tanh": mark("tanh"),
    },
    "network.normalise": {
        "none": mark("None"),
        "batch": mark("In the encoder"),
        "level": mark("In the encoder, without offsets of the content"),
    },
    "content_decoded": {"mixed": mark("Mixture by probability"), "each": mark("Each content separately")},
    "second_view": {"altered": mark("Altered like the first"), "unaltered": mark("The image as it is")},
    "discriminator_told": {"nothing": mark("None"), "content": mark("Content")},
    "optimiser.kind": {"sgd": mark("Gradient descent with momentum"), "adam": mark("Adam")},
    "device": {"auto": mark("Automatic"), "cpu": mark("Processor"), "cuda": mark("CUDA GPU"), "mps": mark("Apple GPU")},
    "passes": {"strict": mark("Fresh codes for each phase"), "shared": mark("Shared by the phases")},
    "precision": {"auto": mark("Automatic"), "fp32": mark("32-bit"), "bf16": mark("bfloat16")},
    **dict.fromkeys(("augment", "capture"), {"off": mark("Off"), "on": mark("On")}),
}


def setting_title(key: str, is_table: bool = False) -> str:
    """The title of a setting, in the words for images or for the rows of a table; its key, if it has no title."""
    return word_for_data(key, translate(TITLES[key]) if key in TITLES else key, is_table)


def word_for_data(key: str, text: str, is_table: bool) -> str:
    """A text about a setting, in the words for images or for the rows of a table."""
    return adapt_image_words(text, is_table and key not in FIXED_WORDING)


def choice_titles(key: str, is_table: bool = False) -> dict:
    """The titles of a setting's choices, as far as they have any; includes those of the plug-ins loaded so far."""
    if key in CHOICE_TABLES:
        return {name: translate(choice.title) for name, choice in CHOICE_TABLES[key].items()}
    if key == "target.measure":
        return {name: target_title(name) for name in TARGETS}
    return {
        value: word_for_data(key, translate(title), is_table) for value, title in CHOICE_TITLES.get(key, {}).items()
    }


def target_title(name: str) -> str:
    """The title of a target metric, by its name in TARGETS."""
    title = translate(TARGETS[name])
    return title[:1].upper() + title[1:] or translate("None")


def widget_value(value):
    """The value of a setting in its widget; a list of sizes or of epoch:factor pairs becomes text, as in `1000, 1000` or
    `50:0.1, 1000:0.01`."""
    return schema.format_setting(value, ", ") if isinstance(value, tuple) else value


CONVOLUTIONAL = {key: widget_value(value) for key, value in PRESETS["images"].settings.items() if key != "latent_dim"}


def widget_values(config: Config) -> dict:
    """The widget values of all settings of a configuration, by dotted key."""
    return {key: widget_value(setting_value(config, key)) for key in setting_keys()}


def effective_values(values: dict) -> dict:
    """The settings that have an effect in combination with the others; the rest take their defaults."""
    return {key: value for key, value in values.items() if is_setting_applicable(key, values.__getitem__)}


def effective_config_values(config: Config) -> dict:
    """The widget values of the settings that have an effect in a configuration, by dotted key; always with the posterior, which
    the form does not offer for a VAE."""
    return effective_values(widget_values(config)) | {"posterior": config.posterior}


def setting_value_text(key: str, value, is_table: bool = False) -> str:
    """The value of a setting in words. value: as in its widget."""
    if value is None:
        return translate("all") if key == "labels" else translate("none")
    if key == "prior.painting" and value not in painting.SHAPES:
        return translate("your own")
    title = choice_titles(key, is_table).get(value)
    if title:
        return title
    return f"{value:g}" if isinstance(value, float) else str(value)


def initial_values(preset: str, variant: str | None = None, optimiser: str | None = None) -> dict:
    """The widget values of a preset, with the recipe of `variant` if one is given, otherwise of the preset's variant, and with
    the learning rates of `optimiser`, if its kind is given."""
    return widget_values(Config()) | {
        key: widget_value(value) for key, value in starting_settings(preset, variant, optimiser).items()
    }


def build_config(values: dict) -> Config:
    """The configuration of widget values; ConfigError, with one sentence, if it is invalid."""
    return with_settings(Config(), starting_settings("default", values["variant"]) | effective_values(values))


def changed_values(values: dict, preset: str) -> dict:
    """The settings in effect, except the label, that differ from the preset with the recipe of the chosen variant."""
    initial = initial_values(preset, values["variant"]) | {"variant": initial_values(preset)["variant"]}
    return {key: value for key, value in effective_values(values).items() if value != initial[key] and key != "name"}


def help_text(key: str, is_table: bool = False) -> str:
    """The tooltip of a setting: its help text, in the words for images or for the rows of a table, and its range."""
    metadata, text = setting_field(key).metadata, word_for_data(key, translate(help_sentence(key)), is_table)
    if metadata["low"] is None:
        return text
    limits = translate("From {low} to {high}.", low=f"{metadata['low']:g}", high=f"{metadata['high']:g}")
    return join_sentences(text, limits)


def help_sentence(key: str) -> str:
    """The help text of a setting as a sentence, in English."""
    text = setting_field(key).metadata["help"]
    return f"{text[0].upper()}{text[1:]}."


def parse_query(query: dict) -> tuple[str, dict]:
    """Preset and widget values from the URL's parameters; invalid values are ignored."""
    preset, variant = query.get("preset"), query.get("variant")
    if preset not in PRESETS:
        preset = "default"
    if variant not in VARIANTS:
        variant = None
    values = initial_values(preset, variant)
    for key in setting_keys():
        value = _parse_setting(key, query[key]) if key in query else INVALID
        if value is not INVALID:
            values[key] = value
    return preset, values


def invalid_query_names(query: dict) -> list[str]:
    """The names of the URL's parameters whose values `parse_query` ignores because they are invalid."""
    invalid_keys = [key for key in setting_keys() if key in query and _parse_setting(key, query[key]) is INVALID]
    invalid_former_keys = [
        key for key, allowed_texts in FORMER_SETTINGS.items() if key in query and query[key] not in allowed_texts
    ]
    if query.get("preset", "default") not in PRESETS:
        return [*invalid_keys, *invalid_former_keys, "preset"]
    return invalid_keys + invalid_former_keys


def make_query(values: dict, preset: str) -> dict:
    """The inverse of `parse_query`: only settings that differ from the preset, so that links stay short, and no painting that is
    too long for a link."""
    query = {key: "none" if value is None else str(value) for key, value in changed_values(values, preset).items()}
    if not painting_fits_in_link(values):
        query.pop("prior.painting", None)
    return query if preset == "default" else {"preset": preset, **query}


def painting_fits_in_link(values: dict) -> bool:
    """Whether the painting is short enough for a link."""
    return len(values["prior.painting"]) <= MAX_LINKED_PAINTING


def _parse_setting(key, text):
    """The widget value of a setting's `text`, checked without regard to other settings; INVALID if it is not valid."""
    if key != "prior.painting" and len(text) > MAX_TEXT_LENGTH:
        return INVALID
    try:
        value = schema.parse_setting(key, text, setting_type(key))
        schema.check_value(key, value, setting_type(key), setting_field(key).metadata)
        if key == "prior.painting":
            painting.parse_painting(value)
    except ConfigError:
        return INVALID
    return text if isinstance(value, tuple) else value
