"""The form of a configuration, drawn from the metadata that its fields carry.

What is typed is validated by `configure` alone, so form, command line and Python refuse the same things in the same words.
"""

import typing

import streamlit as st

from aae_core import plugins
from aae_core.config.advice import Advice, advise
from aae_core.config.configuration import FORMER, Config, setting_keys, setting_of, type_of, value_of
from aae_core.config.presets import PRESETS
from aae_core.config.schema import base_type
from aae_core.data import sets
from aae_core.errors import DataError
from app.session import address
from app.ui import form_settings

PREFIX = "train."
PRESET = PREFIX + "preset"
FILLED = "form.filled"  # session key: whether the widgets have their values
VARIANT = "form.variant"  # session key: the variant with whose settings the form began
NAMES = ("preset", *FORMER, *setting_keys())  # of the form in the URL
OF_REAL = ("squared-error", "learned-variance")  # costs of real numbers
ADVISED = "form.advised"  # session key: the settings that the form has set to suit the data, with their values
NONE = Advice("default", None, 0, "")  # on data of which nothing is known
SWITCH = ("off", "on")  # choices of a setting that is drawn as one


def start():
    """Fill the widgets from the URL when the session begins or a link is followed; otherwise they keep their values.

    What fills the form is kept until a run has drawn it (`keep_in_url`): the next click may end a run before, and brings the
    values from before the link.
    """
    plugins.load()  # whose priors can be chosen
    linked = {name: text for name, text in address.linked().items() if name in NAMES}
    for name in form_settings.senseless({name: text for name, text in linked.items() if text is not None}):
        address.ignore(name)
        del linked[name]
    query = {name: text for name, text in linked.items() if text is not None}
    if FILLED not in st.session_state or (linked and query != address.remembered(NAMES)):
        preset, values = form_settings.from_query(query)
        fill(values, preset)


def keep_in_url():
    """Keep the settings that differ from the preset, so that a link restores the form."""
    query = form_settings.to_query(current(), st.session_state[PRESET])
    for name in NAMES:
        address.keep(name, query.get(name))


def fill(values: dict, preset: str):
    """Put a preset and the values of all settings into the session, from which the widgets read them."""
    st.session_state.update({FILLED: True, PRESET: preset, VARIANT: values["variant"]})
    for key, value in values.items():
        st.session_state[PREFIX + key] = value


def take_preset():
    """Set every widget to the chosen preset, except the label, the painting, and the data unless the preset names one."""
    preset = st.session_state[PRESET]
    kept = {key: st.session_state[PREFIX + key] for key in ("name", "prior.painting")}
    if "data" not in PRESETS[preset].settings:
        kept["data"] = st.session_state[PREFIX + "data"]
    fill(_fitted({**form_settings.begun_with(preset), **kept}, preset), preset)


def take_variant():
    """After a change of variant: settings unchanged from the former recipe take the new one's, and changed ones stay."""
    values, preset, last = current(), st.session_state[PRESET], st.session_state[VARIANT]
    before, after = form_settings.begun_with(preset, last), form_settings.begun_with(preset, values["variant"])
    taken = {key: after[key] if value == before[key] else value for key, value in values.items()}
    fill(_with_cost(taken, preset), preset)


def take_data():
    """After a change of data: the networks are set to suit the images, and if nothing else was changed, so is the whole preset;
    other changed settings stay."""
    values, preset = current(), st.session_state[PRESET]
    convolve = _advice(values["data"])[0].preset == "images"
    start = {("default", True): "images", ("images", False): "default"}.get((preset, convolve))
    if start is None:
        fill(_fitted(values, preset), preset)
        return
    changed = form_settings.changed(values, preset)
    kept = {key: changed[key] for key in changed.keys() - form_settings.CONVOLUTIONAL}
    kept |= {key: values[key] for key in ("data", "name", "prior.painting", "variant")}
    fill(_with_advice(_with_cost({**form_settings.begun_with(start, values["variant"]), **kept}, start), start), start)


def _advice(name: str) -> tuple[Advice, int]:
    """What suits a data set, and how many training images or rows it has."""
    try:
        summary = sets.describe(name)
    except DataError:
        return NONE, 1
    return advise(summary.shape, summary.train), summary.train


def wants_by_type(name: str, cost: str) -> bool:
    """Whether a data set is a table that the usual cost does not fit: it has other columns than real numbers, or the cost is of
    other columns."""
    try:
        if not sets.describe(name).is_table:
            return False
        return cost not in OF_REAL or set(sets.load(name).features.kinds) != {"real"}
    except DataError:
        return False


def _fitted(values, preset):
    """The values with networks, cost, epochs and latent dimensions that suit the data."""
    return _with_advice(_with_cost(_with_networks(values, preset), preset), preset)


def _with_advice(values, preset):
    """The values with so many epochs that a small data set comes to steps enough, and of the preset that suits the data with as
    many latent dimensions as suit them, unless the user has chosen another number; otherwise with the preset's in their place."""
    own, ours = form_settings.begun_with(preset, values["variant"]), st.session_state.pop(ADVISED, {})
    advice, count = _advice(values["data"])
    wanted = {"epochs": max(own["epochs"], advice.epochs(count, values["batch_size"])), "latent_dim": own["latent_dim"]}
    if preset == advice.preset and advice.latent_dim:
        wanted["latent_dim"] = advice.latent_dim
    taken = {key: value for key, value in wanted.items() if values[key] in (own[key], ours.get(key))}
    st.session_state[ADVISED] = taken
    return values | taken


def _with_cost(values, preset):
    """The values with the cost by the type of each column if the data need it, otherwise with the preset's in its place."""
    own = form_settings.begun_with(preset, values["variant"])["cost"]
    if wants_by_type(values["data"], own):
        return values | {"cost": "by-type"} if values["cost"] == own else values
    return values | {"cost": own} if values["cost"] == "by-type" else values


def _with_networks(values, preset):
    """The values with convolutional networks if the images need them, otherwise with the preset's networks in their place."""
    if _advice(values["data"])[0].preset == "images":
        return {**values, **form_settings.CONVOLUTIONAL} if values["network.kind"] == "mlp" else values
    own = form_settings.begun_with(preset, values["variant"])
    ours = own["network.kind"] == "mlp" and form_settings.CONVOLUTIONAL.items() <= values.items()
    return {**values, **{key: own[key] for key in form_settings.CONVOLUTIONAL}} if ours else values


FOLLOWED = {"variant": take_variant, "data": take_data}  # settings whose choice changes others


def take_painting(text: str):
    st.session_state[PREFIX + "prior.painting"] = text


def current() -> dict:
    """The widgets' values by dotted key."""
    return {key: st.session_state[PREFIX + key] for key in setting_keys()}


def draw(key: str, choices: dict | None = None):
    """The widget of one setting; `choices` maps values to titles where the metadata has none (the data sets)."""
    titles = choices or form_settings.choice_titles(key)
    start, limits = value_of(Config(), key), setting_of(key).metadata
    common = {"key": PREFIX + key, "help": form_settings.help_of(key), "persist_state": "session"}
    common |= {"on_change": FOLLOWED[key]} if key in FOLLOWED else {}
    if limits["choices"] == SWITCH:
        _draw_switch(key)
    elif choices or limits["choices"]:
        shown = {"format_func": lambda value: titles.get(value, value), **common}
        st.selectbox(form_settings.TITLES[key], list(choices or limits["choices"]), **shown)
    elif isinstance(start, (str, tuple)):
        st.text_input(form_settings.TITLES[key], live=True, max_chars=form_settings.LONGEST, **common)
    else:
        kind = base_type(type_of(key))
        common |= {"value": None, "placeholder": "none"} if type(None) in typing.get_args(type_of(key)) else {}
        # the buttons + and − change a real number by a tenth of its default
        form = {"step": 1} if kind is int else {"step": abs(start or 1) / 10, "format": "%g"}
        st.number_input(
            form_settings.TITLES[key], min_value=kind(limits["low"]), max_value=kind(limits["high"]), **form, **common
        )


def _draw_switch(key):
    """A setting that is "off" or "on" as a switch, which has a key of its own."""
    held, switch = PREFIX + key, PREFIX + key + ".on"
    st.session_state[switch] = st.session_state[held] == "on"
    turn = lambda: st.session_state.update({held: SWITCH[st.session_state[switch]]})  # noqa: E731
    st.toggle(form_settings.TITLES[key], key=switch, help=form_settings.help_of(key), on_change=turn)


def draw_groups(values: dict):
    """Draw the settings beyond the first few, in groups; those without a meaning are left out."""
    shown = form_settings.in_effect(values)
    for tab, keys in zip(st.tabs(list(form_settings.GROUPS)), form_settings.GROUPS.values(), strict=True):
        with tab:
            for key in keys:
                if key in shown:
                    draw(key)
