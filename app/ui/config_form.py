"""The form of a configuration, drawn from the metadata that its fields carry.

Every setting of `aae_core.config.configuration` has a place here: a few are shown first, the rest in groups on request, and one
that the others make meaningless is left out (a KL weight without a KL term). What is typed is validated by `configure`
alone, so form, command line and Python refuse the same things in the same words.
"""

import typing
from collections.abc import Callable

import streamlit as st

from aae_core.config import painting
from aae_core.config.choices import PRIORS, TARGETS
from aae_core.config.configuration import FORMER, Config, configure, setting_keys, setting_of, type_of, with_settings
from aae_core.config.presets import PRESETS, starting_settings
from aae_core.config.schema import base_type
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import ConfigError, DataError
from app.session import address

PREFIX = "train."
PRESET = PREFIX + "preset"
FILLED = "form.filled"  # session key: whether the widgets have their values
VARIANT = "form.variant"  # session key: the variant whose recipe the settings began with
NAMES = ("preset", *FORMER, *setting_keys())  # of the form in the URL
FIRST = ("data", "variant", "prior.name", "prior.painting", "epochs", "minutes", "name")
WRONG = object()  # stands for an invalid text
LONGEST = 200  # characters of a typed text
LINKED = 4_000  # characters of a painting in a link; servers and messengers truncate longer ones

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
        "content_decoded": "Decoding of the content",
        "content_smoothing": "Content smoothing",
        "cost": "Cost",
        "beta": "Weight β of the KL term",
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
        "input_noise": "Input noise",
        "input_dropout": "Pixel dropout",
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
        "capture": "Captured steps",
    },
}
TITLES = {
    "data": "Data",
    "variant": "Variant",
    "prior.name": "Prior",
    "prior.painting": "Painting",
    "epochs": "Epochs",
    "minutes": "Maximum minutes",
    "name": "Name of the revision",
    **{key: title for group in GROUPS.values() for key, title in group.items()},
}
CHOICE_TITLES = {
    "variant": {name: variant.title for name, variant in VARIANTS.items()},
    "prior.name": {name: facts.title for name, facts in PRIORS.items()},
    "posterior": {"deterministic": "Deterministic", "gaussian": "Gaussian", "universal": "Universal approximator"},
    "heads": {"learned": "Learned", "fixed": "Fixed, one per axis"},
    "cost": {
        "squared-error": "Half squared error",
        "cross-entropy": "Cross-entropy",
        "learned-variance": "Squared error with learned variance",
    },
    "network.kind": {"mlp": "Fully connected", "conv": "Convolutional"},
    "network.weights": {"he": "He initialisation", "paper": "The paper's N(0, 0.01²)"},
    "network.normalise": {
        "none": "None",
        "batch": "In the encoder",
        "level": "In the encoder, without offsets of the content",
    },
    "content_decoded": {"mixed": "Mixture by probability", "each": "Each content separately"},
    "discriminator_told": {"nothing": "None", "content": "Content"},
    "optimiser.kind": {"sgd": "Gradient descent with momentum", "adam": "Adam"},
    "target.measure": {name: title[:1].upper() + title[1:] or "None" for name, title in TARGETS.items()},
    "device": {"auto": "Automatic", "cpu": "Processor", "cuda": "CUDA GPU", "mps": "Apple GPU"},
    "passes": {"strict": "Fresh codes for each phase", "shared": "Shared by the phases"},
    "precision": {"auto": "Automatic", "fp32": "32-bit", "bf16": "bfloat16"},
    "capture": {"off": "Off", "on": "On, on a CUDA GPU"},
}


def _state(key):
    return PREFIX + key


def _adversarial(values):
    return VARIANTS[values["variant"]].imposes == "adversary"


def _taught(values):
    return VARIANTS[values["variant"]].labels == "classifier" and values["labels"] != 0


def _has_heads(values):
    return VARIANTS[values["variant"]].merge == "add"


def _conv(values):
    return values["network.kind"] == "conv"


# A setting that is not listed here always has a meaning.
MEANINGFUL: dict[str, Callable[[dict], bool]] = {
    "prior.components": lambda v: v["prior.name"] in ("mixture", "swiss-roll"),
    "prior.shape": lambda v: v["prior.name"] == "gamma",
    "prior.painting": lambda v: v["prior.name"] == "painted",
    "labels": lambda v: VARIANTS[v["variant"]].labels != "nowhere",
    "clusters": lambda v: VARIANTS[v["variant"]].categorical and not _taught(v),
    "heads": _has_heads,
    "separation": lambda v: _has_heads(v) and v["heads"] == "learned",
    "posterior": lambda v: (
        VARIANTS[v["variant"]].imposes != "kl"
    ),  # a VAE's is always the gaussian one, which `configure` sets
    "beta": lambda v: VARIANTS[v["variant"]].imposes == "kl",
    "target.value": lambda v: v["target.measure"] != "none",
    "network.channels": _conv,
    "network.noise_dim": lambda v: v["posterior"] == "universal" and VARIANTS[v["variant"]].imposes != "kl",
    "network.discriminator": _adversarial,
    "optimiser.discrimination_rate": _adversarial,
    "optimiser.generation_rate": _adversarial,
    "optimiser.classification_rate": _taught,
    "optimiser.adversarial_momentum": _adversarial,
    "discriminator_noise": _adversarial,
    "views": lambda v: VARIANTS[v["variant"]].categorical,
    "content_decoded": lambda v: VARIANTS[v["variant"]].categorical,
    "content_smoothing": lambda v: VARIANTS[v["variant"]].categorical and v["content_decoded"] == "each",
    "discriminator_told": lambda v: VARIANTS[v["variant"]].merge != "none",
    "passes": _adversarial,
}


def to_text(value) -> str:
    """A list of sizes, or of epoch:factor pairs, as it would be typed: `1000, 1000` or `50:0.1, 1000:0.01`."""
    return ", ".join(":".join(f"{n:g}" for n in item) if isinstance(item, tuple) else str(item) for item in value)


def to_widget(value):
    """The value of a setting as its widget holds it."""
    return to_text(value) if isinstance(value, tuple) else value


DENSE_SIDE = 32  # pixels: larger images, and colour, start with convolutional networks
CONVOLUTIONAL = {key: to_widget(value) for key, value in PRESETS["images"].settings.items() if key != "latent_dim"}


def flat(config: Config) -> dict:
    """Every setting by its dotted key, in the form that widgets use."""
    values = {}
    for key in setting_keys():
        values[key] = to_widget(_value(config, key))
    return values


def in_effect(values: dict) -> dict:
    """The settings that have a meaning in combination with the others; the rest take their defaults."""
    return {key: value for key, value in values.items() if key not in MEANINGFUL or MEANINGFUL[key](values)}


def told(config: Config) -> dict:
    """The settings of a configuration that have a meaning, in the form that widgets use; for a VAE also the posterior, which the
    form does not ask for."""
    return in_effect(flat(config)) | {"posterior": config.posterior}


def value_text(key: str, value) -> str:
    """The value of a setting, as a widget holds it, in words."""
    if value is None:
        return "all" if key == "labels" else "none"
    if key == "prior.painting" and value not in painting.SHAPES:
        return "your own"
    return CHOICE_TITLES.get(key, {}).get(value) or (f"{value:g}" if isinstance(value, float) else str(value))


def begun_with(preset: str, variant: str | None = None) -> dict:
    """The widgets' values of a preset, with the recipe of its variant, or of `variant` where another was chosen."""
    return flat(Config()) | {key: to_widget(value) for key, value in starting_settings(preset, variant).items()}


def build(values: dict) -> Config:
    """The configuration that the widgets' values mean; raises ConfigError with one sentence."""
    return configure("default", **in_effect(values))


def changed(values: dict, preset: str) -> dict:
    """The settings in effect that differ from the preset, or from the recipe of another variant, except the label."""
    start = begun_with(preset, values["variant"]) | {"variant": begun_with(preset)["variant"]}
    return {key: value for key, value in in_effect(values).items() if value != start[key] and key != "name"}


def help_of(key: str) -> str:
    """A setting's help text and range, for its tooltip."""
    limits = setting_of(key).metadata
    text = limits["help"][0].upper() + limits["help"][1:]
    if limits["low"] is None:
        return text + "."
    return f"{text}. From {limits['low']:g} to {limits['high']:g}."


def from_query(query: dict) -> tuple[str, dict]:
    """Preset and widget values from the URL's parameters; invalid ones are ignored."""
    preset = query.get("preset", "default")
    preset = preset if preset in PRESETS else "default"
    given = query.get("variant")
    values = begun_with(preset, given if given in VARIANTS else None)
    for key in setting_keys():
        if key in query and (value := _read(key, query[key])) is not WRONG:
            values[key] = value
    return preset, values


def senseless(query: dict) -> list[str]:
    """The names of the URL's parameters that `from_query` ignores."""
    wrong = [key for key in setting_keys() if key in query and _read(key, query[key]) is WRONG]
    former = [key for key, same in FORMER.items() if key in query and query[key] not in same]
    return wrong + former + ["preset"] * (query.get("preset", "default") not in PRESETS)


def to_query(values: dict, preset: str) -> dict:
    """The inverse of `from_query`: only what differs from the preset, so that links stay short."""
    query = {key: "none" if value is None else str(value) for key, value in changed(values, preset).items()}
    if not is_linked(values):
        query.pop("prior.painting", None)
    return query if preset == "default" else {"preset": preset, **query}


def is_linked(values: dict) -> bool:
    """Whether the painting is short enough to stand in a link."""
    return len(values["prior.painting"]) <= LINKED


def _read(key, text):
    """The widget value of a setting's `text`, checked by itself; WRONG if it is invalid."""
    if key == "prior.painting":
        return text if _is_painting(text) else WRONG
    if key in ("data", "name"):
        return text if len(text) <= LONGEST and text.isprintable() else WRONG
    if isinstance(_default(key), tuple):
        return text if _is_listed(key, text) else WRONG
    choices = setting_of(key).metadata["choices"]
    if choices:
        return text if text in choices else WRONG
    return _number(text, key)


def _is_listed(key, text):
    try:
        with_settings(Config(), {key: text[: LONGEST + 1]})
    except ConfigError:
        return False
    return len(text) <= LONGEST


def _is_painting(text):
    try:
        return bool(painting.cells(text))
    except ConfigError:
        return False


def _number(text, key):
    limits, kind = setting_of(key).metadata, base_type(type_of(key))
    if text.lower() in ("none", "") and _optional(key):
        return None
    try:
        value = kind(text)
    except ValueError:
        return WRONG
    return value if limits["low"] <= value <= limits["high"] else WRONG


def _optional(key):
    return type(None) in typing.get_args(type_of(key))


def start():
    """Fill the widgets from the URL when the session begins or a link is followed; otherwise they keep their values.

    What fills the form is kept until a run has drawn it (`keep_in_url`): the next click may end a run before, and brings the
    values from before the link.
    """
    linked = address.linked(NAMES)
    for name in senseless({name: text for name, text in linked.items() if text is not None}):
        address.ignore(name)
        del linked[name]
    query = {name: text for name, text in linked.items() if text is not None}
    if FILLED not in st.session_state or (linked and query != address.remembered(NAMES)):
        preset, values = from_query(query)
        fill(values, preset)


def keep_in_url():
    """Keep the settings that differ from the preset, so that a link restores the form."""
    query = to_query(current(), st.session_state[PRESET])
    for name in NAMES:
        address.keep(name, query.get(name))


def fill(values: dict, preset: str):
    """Put a preset and the values of all settings into the session, from which the widgets read them."""
    st.session_state.update({FILLED: True, PRESET: preset, VARIANT: values["variant"]})
    for key, value in values.items():
        st.session_state[_state(key)] = value


def take_preset():
    """Set every widget to the chosen preset, except the label, the painting, and the data unless the preset names one."""
    preset = st.session_state[PRESET]
    kept = {key: st.session_state[_state(key)] for key in ("name", "prior.painting")}
    if "data" not in PRESETS[preset].settings:
        kept["data"] = st.session_state[_state("data")]
    fill(_with_networks({**begun_with(preset), **kept}, preset), preset)


def take_variant():
    """After a change of variant: settings unchanged from the former recipe take the new one's, and changed ones stay."""
    values, preset, last = current(), st.session_state[PRESET], st.session_state[VARIANT]
    before, after = begun_with(preset, last), begun_with(preset, values["variant"])
    fill({key: after[key] if value == before[key] else value for key, value in values.items()}, preset)


def take_data():
    """After a change of data: the networks are set to suit the images, and if nothing else was changed, so is the whole preset;
    other changed settings stay."""
    values, preset = current(), st.session_state[PRESET]
    convolve = wants_convolution(values["data"])
    start = {("default", True): "images", ("images", False): "default"}.get((preset, convolve))
    if start is None:
        fill(_with_networks(values, preset), preset)
        return
    kept = {key: value for key, value in changed(values, preset).items() if key not in CONVOLUTIONAL}
    kept |= {key: values[key] for key in ("data", "name", "prior.painting", "variant")}
    fill({**begun_with(start, values["variant"]), **kept}, start)


def wants_convolution(name: str) -> bool:
    """Whether fully connected networks are a poor start for the images of a data set: they have colour or are large."""
    try:
        channels, *sides = sets.describe(name).shape
    except DataError:
        return False
    return channels > 1 or max(sides) > DENSE_SIDE


def _with_networks(values, preset):
    """The values with convolutional networks if the images need them, otherwise with the preset's networks in their place."""
    if wants_convolution(values["data"]):
        return {**values, **CONVOLUTIONAL} if values["network.kind"] == "mlp" else values
    own = begun_with(preset, values["variant"])
    ours = own["network.kind"] == "mlp" and all(values[key] == value for key, value in CONVOLUTIONAL.items())
    return {**values, **{key: own[key] for key in CONVOLUTIONAL}} if ours else values


FOLLOWED = {"variant": take_variant, "data": take_data}  # settings whose choice changes others


def take_painting(text: str):
    """Take what was painted in the studio."""
    st.session_state[_state("prior.painting")] = text


def current() -> dict:
    """The widgets' values by dotted key."""
    return {key: st.session_state[_state(key)] for key in setting_keys()}


def draw(key: str, choices: dict | None = None):
    """The widget of one setting; `choices` maps values to titles where the metadata has none (the data sets)."""
    titles = choices or CHOICE_TITLES.get(key, {})
    start, limits = _default(key), setting_of(key).metadata
    common = {"key": _state(key), "help": help_of(key), "persist_state": "session"}
    common |= {"on_change": FOLLOWED[key]} if key in FOLLOWED else {}
    if choices or limits["choices"]:
        st.selectbox(TITLES[key], list(choices or limits["choices"]), format_func=lambda v: titles.get(v, v), **common)
    elif isinstance(start, (str, tuple)):
        st.text_input(TITLES[key], live=True, max_chars=LONGEST, **common)
    else:
        kind = base_type(type_of(key))
        common |= {"value": None, "placeholder": "none"} if _optional(key) else {}
        form = {"step": 1} if kind is int else {"step": _step(start), "format": "%g"}
        st.number_input(TITLES[key], min_value=kind(limits["low"]), max_value=kind(limits["high"]), **form, **common)


def draw_groups(values: dict):
    """Draw the settings beyond the first few, in groups; those without a meaning are left out."""
    shown = in_effect(values)
    for tab, keys in zip(st.tabs(list(GROUPS)), GROUPS.values(), strict=True):
        with tab:
            for key in keys:
                if key in shown:
                    draw(key)


def _step(start):
    """The step of the + and − buttons: a tenth of the default."""
    return abs(start) / 10 if start else 0.1


def _value(record, key):
    for part in key.split("."):
        record = getattr(record, part)
    return record


def _default(key):
    return _value(Config(), key)
