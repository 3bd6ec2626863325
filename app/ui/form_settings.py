"""The settings in the form of the page Train: titles, groups, and their values in widgets and links; no st.* call.

Every setting of `aae_core.config.configuration` has a title here. A few are shown first, the rest in groups on request; a setting
without effect in combination with the others is hidden (the KL weight without a KL term).
"""

from aae_core.config import painting, schema
from aae_core.config.choices import COSTS, TARGETS
from aae_core.config.combinations import is_setting_applicable
from aae_core.config.configuration import (
    FORMER_SETTINGS,
    Config,
    configure,
    setting_field,
    setting_keys,
    setting_type,
    setting_value,
)
from aae_core.config.presets import PRESETS, starting_settings
from aae_core.config.priors import PRIORS
from aae_core.config.variants import VARIANTS
from aae_core.errors import ConfigError
from app.translation.row_words import adapt_image_words

FIRST_TITLES = {
    "data": "Data",
    "variant": "Variant",
    "prior.name": "Prior",
    "prior.painting": "Painting",
    "augment": "Mirrored and moved copies",
    "epochs": "Epochs",
    "minutes": "Maximum minutes",
    "name": "Name of the revision",
}
# Settings whose titles and help read alike beside any data: they exist for images alone, or speak of both kinds themselves.
FIXED_WORDING = ("augment", "input_shift", "input_affine", "network.kind", "network.channels", "input_noise", "cost")
INVALID = object()  # returned for a text that is not a valid value
MAX_TEXT_LENGTH = 200  # characters of a text field
MAX_LINKED_PAINTING = 4_000  # characters of a painting in a link; servers and messengers truncate longer links

GROUPS = {
    "Model": {
        "latent_dim": "Latent dimensions",
        "posterior": "Posterior",
        "prior.scale": "Scale of the prior",
        "prior.components": "Components",
        "prior.shape": "Shape of the gamma prior",
        "labels": "Labelled images",
        "clusters": "Clusters",
        "heads": "Heads",
        "separation": "Distance between heads",
        "discriminator_told": "Condition of D",
        "views": "Views per image",
        "second_view": "The view that gives the style",
        "view_agreement": "Agreement of the views",
        "even_until": "Contents of equal frequency until epoch",
        "content_decoded": "Decoding of the content",
        "content_smoothing": "Content smoothing",
        "cost": "Cost",
        "beta": "Weight β of the KL term",
        "prior_weight": "Weight λ of the distance to the prior",
        "alpha": "Share α taken from the KL term",
        "projections": "Random directions",
    },
    "Networks": {
        "network.kind": "Architecture",
        "network.hidden": "Hidden layers",
        "network.channels": "Channels",
        "network.discriminator": "Hidden layers of D",
        "network.weights": "Initial weights",
        "network.normalise": "Batch normalisation",
        "network.noise_dim": "Dimensions of the noise η",
    },
    "Optimiser": {
        "optimiser.kind": "Optimiser",
        "optimiser.reconstruction_rate": "Learning rate, reconstruction",
        "optimiser.discrimination_rate": "Learning rate, discrimination",
        "optimiser.generation_rate": "Learning rate, generation",
        "optimiser.classification_rate": "Learning rate, classification",
        "optimiser.momentum": "Momentum, reconstruction",
        "optimiser.adversarial_momentum": "Momentum, adversary",
        "optimiser.clip": "Gradient clipping",
        "optimiser.schedule": "Learning-rate schedule",
        "input_shift": "Random shift",
        "input_affine": "Random rotation, slant and scale",
        "input_noise": "Input noise",
        "input_dropout": "Pixel dropout",
        "clean_from": "Unaltered images from epoch",
        "discriminator_noise": "Noise on D's input",
    },
    "Stopping": {
        "target.measure": "Target metric",
        "target.value": "Target value",
        "steps": "Maximum steps",
    },
    "Machine": {
        "batch_size": "Mini-batch size",
        "seed": "Seed",
        "device": "Device",
        "passes": "Passes of a step",
        "precision": "Number format",
        "threads": "Processor threads",
        "processes": "Processes",
        "capture": "Captured steps on a CUDA GPU",
    },
}
TITLES = FIRST_TITLES | {key: title for group in GROUPS.values() for key, title in group.items()}
CHOICE_TABLES = {"prior.name": PRIORS, "cost": COSTS}
CHOICE_TITLES = {
    "variant": {name: variant.title for name, variant in VARIANTS.items()},
    "posterior": {"deterministic": "Deterministic", "gaussian": "Gaussian", "universal": "Universal approximator"},
    "heads": {"learned": "Learned", "fixed": "Fixed, one per axis"},
    "network.kind": {
        "mlp": "Fully connected",
        "pyramid": "Convolutional",
        "conv": "Convolutional, as in earlier versions",
    },
    "network.weights": {"he": "He initialisation", "paper": "The paper's N(0, 0.01²)"},
    "network.normalise": {
        "none": "None",
        "batch": "In the encoder",
        "level": "In the encoder, without offsets of the content",
    },
    "content_decoded": {"mixed": "Mixture by probability", "each": "Each content separately"},
    "second_view": {"altered": "Altered like the first", "unaltered": "The image as it is"},
    "discriminator_told": {"nothing": "None", "content": "Content"},
    "optimiser.kind": {"sgd": "Gradient descent with momentum", "adam": "Adam"},
    "target.measure": {name: title[:1].upper() + title[1:] or "None" for name, title in TARGETS.items()},
    "device": {"auto": "Automatic", "cpu": "Processor", "cuda": "CUDA GPU", "mps": "Apple GPU"},
    "passes": {"strict": "Fresh codes for each phase", "shared": "Shared by the phases"},
    "precision": {"auto": "Automatic", "fp32": "32-bit", "bf16": "bfloat16"},
    **dict.fromkeys(("augment", "capture"), {"off": "Off", "on": "On"}),
}


def setting_title(key: str, is_table: bool = False) -> str:
    """The title of a setting, in the words for images or for the rows of a table; its key, if it has no title."""
    return word_for_data(key, TITLES.get(key, key), is_table)


def word_for_data(key: str, text: str, is_table: bool) -> str:
    """A text about a setting, in the words for images or for the rows of a table."""
    return adapt_image_words(text, is_table and key not in FIXED_WORDING)


def choice_titles(key: str, is_table: bool = False) -> dict:
    """The titles of a setting's choices, as far as they have any; includes priors and costs of the plug-ins loaded so far."""
    if key in CHOICE_TABLES:
        return {name: choice.title for name, choice in CHOICE_TABLES[key].items()}
    return {value: word_for_data(key, title, is_table) for value, title in CHOICE_TITLES.get(key, {}).items()}


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
        return "all" if key == "labels" else "none"
    if key == "prior.painting" and value not in painting.SHAPES:
        return "your own"
    title = choice_titles(key, is_table).get(value)
    if title:
        return title
    return f"{value:g}" if isinstance(value, float) else str(value)


def initial_values(preset: str, variant: str | None = None) -> dict:
    """The widget values of a preset, with the recipe of `variant` if one is given, otherwise of the preset's variant."""
    return widget_values(Config()) | {
        key: widget_value(value) for key, value in starting_settings(preset, variant).items()
    }


def build_config(values: dict) -> Config:
    """The configuration of widget values; ConfigError, with one sentence, if it is invalid."""
    return configure("default", **effective_values(values))


def changed_values(values: dict, preset: str) -> dict:
    """The settings in effect, except the label, that differ from the preset with the recipe of the chosen variant."""
    initial = initial_values(preset, values["variant"]) | {"variant": initial_values(preset)["variant"]}
    return {key: value for key, value in effective_values(values).items() if value != initial[key] and key != "name"}


def help_text(key: str, is_table: bool = False) -> str:
    """The tooltip of a setting: its help text, in the words for images or for the rows of a table, and its range."""
    metadata = setting_field(key).metadata
    text = word_for_data(key, metadata["help"][0].upper() + metadata["help"][1:], is_table)
    if metadata["low"] is None:
        return text + "."
    return f"{text}. From {metadata['low']:g} to {metadata['high']:g}."


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
    if not fits_in_link(values):
        query.pop("prior.painting", None)
    return query if preset == "default" else {"preset": preset, **query}


def fits_in_link(values: dict) -> bool:
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
