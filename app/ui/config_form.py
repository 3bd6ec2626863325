"""The form for a configuration, generated from the metadata of the configuration's fields.

Only `configure` validates the input, so the form, the command line and Python reject the same values with the same messages.
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
from app.visitors import acts

PREFIX = "train."
PRESET = PREFIX + "preset"
FILLED = "form.filled"  # session key: whether the widgets have their values
VARIANT = "form.variant"  # session key: the variant whose recipe the unchanged settings follow
NAMES = ("preset", *FORMER, *setting_keys())  # URL parameters of the form
OF_REAL = ("squared-error", "learned-variance")  # costs for real-valued data
ADVISED = "form.advised"  # session key: the settings that the form itself adapted to the data, with their values
NONE = Advice("default", None, 0, "")  # for a data set that cannot be described
SWITCH = ("off", "on")  # choices of a setting that is drawn as a toggle


def start():
    """Fill the widgets from the URL when the session begins or a link is followed; otherwise they keep their values.

    The link's settings stay pending until a run reaches `keep_in_url`: a click may interrupt a run before that point, and it
    brings the widgets' values from before the link.
    """
    plugins.load()  # so that priors from plug-ins can be chosen
    linked = {name: text for name, text in address.linked().items() if name in NAMES}
    query = {name: text for name, text in linked.items() if text is not None}
    for name in form_settings.invalid_names(query):
        address.ignore(name)
        del linked[name], query[name]
    if FILLED not in st.session_state or (linked and query != address.remembered(NAMES)):
        preset, values = form_settings.from_query(query)
        fill(values, preset)


def keep_in_url():
    """Write the settings that differ from the preset into the URL, so that a link restores the form."""
    query = form_settings.to_query(current(), st.session_state[PRESET])
    for name in NAMES:
        address.keep(name, query.get(name))


def fill(values: dict, preset: str):
    """Store a preset and the values of all settings (by dotted key) in the session, from which the widgets read them."""
    st.session_state.update({FILLED: True, PRESET: preset, VARIANT: values["variant"]})
    st.session_state.update({PREFIX + key: value for key, value in values.items()})


def take_preset():
    """Set every widget to the chosen preset, except the label, the painting and, unless the preset names a data set, the data."""
    preset = st.session_state[PRESET]
    kept = {key: st.session_state[PREFIX + key] for key in ("name", "prior.painting")}
    if "data" not in PRESETS[preset].settings:
        kept["data"] = st.session_state[PREFIX + "data"]
    fill(_fitted({**form_settings.initial_values(preset), **kept}, preset), preset)


def take_variant():
    """After a change of variant: settings equal to the former variant's recipe take the new recipe's values, others stay."""
    values, preset, last = current(), st.session_state[PRESET], st.session_state[VARIANT]
    before, after = form_settings.initial_values(preset, last), form_settings.initial_values(preset, values["variant"])
    taken = {key: after[key] if value == before[key] else value for key, value in values.items()}
    fill(_with_cost(taken, preset), preset)


def take_data():
    """After a change of data: of the presets "default" and "images", the one that suits the images is taken; under any other
    preset only the networks, the cost, the epochs and the latent dimensions are adapted. Settings that the user changed stay."""
    values, preset = current(), st.session_state[PRESET]
    convolve = _advice(values["data"])[0].preset == "images"
    start = {("default", True): "images", ("images", False): "default"}.get((preset, convolve), preset)
    if start != preset:
        changed = form_settings.changed(values, preset)
        kept = {key: changed[key] for key in changed.keys() - form_settings.CONVOLUTIONAL}
        kept |= {key: values[key] for key in ("data", "name", "prior.painting", "variant")}
        values = form_settings.initial_values(start, values["variant"]) | kept
    fill(_fitted(values, start), start)


def _advice(name: str) -> tuple[Advice, int]:
    """The advice for a data set, and the number of its training images or rows; (NONE, 1) if it cannot be described. The name may
    come from anybody, so nothing may follow from a data set that the visitor does not see."""
    try:
        summary = acts.describe_data(name)
    except DataError:
        return NONE, 1
    return advise(summary.shape, summary.train), summary.train


def is_table(name: str) -> bool:
    """Whether a data set is a table; False if it cannot be described."""
    try:
        return acts.describe_data(name).is_table
    except DataError:
        return False


def wants_by_type(name: str, cost: str) -> bool:
    """Whether a data set is a table to which `cost` does not apply: some columns are not real-valued, or the cost is not one for
    real numbers."""
    if not is_table(name):
        return False
    try:
        return cost not in OF_REAL or set(sets.load(name).features.kinds) != {"real"}
    except DataError:
        return False


def _fitted(values, preset):
    """The values, adapted to the data: with convolutional networks in place of fully connected ones if the images need them, or
    the reverse; with a cost that fits; with enough epochs for the advised number of steps and, under the advised preset, its
    latent dimensions. These two numbers replace only the preset's own or one that the form had set before, never one that the
    user chose."""
    own, ours = form_settings.initial_values(preset, values["variant"]), st.session_state.pop(ADVISED, {})
    advice, count = _advice(values["data"])
    convolutional = form_settings.CONVOLUTIONAL
    if advice.preset == "images" and values["network.kind"] == "mlp":
        values = values | convolutional
    elif advice.preset != "images" and own["network.kind"] == "mlp" and convolutional.items() <= values.items():
        values = values | {key: own[key] for key in convolutional}
    values = _with_cost(values, preset)
    wanted = {"epochs": max(own["epochs"], advice.epochs(count, values["batch_size"])), "latent_dim": own["latent_dim"]}
    if preset == advice.preset and advice.latent_dim:
        wanted["latent_dim"] = advice.latent_dim
    taken = {key: value for key, value in wanted.items() if values[key] in (own[key], ours.get(key))}
    st.session_state[ADVISED] = taken
    return values | taken


def _with_cost(values, preset):
    """The values, with the preset's cost replaced by "by-type" if the data need that, and "by-type" by the preset's if not."""
    own = form_settings.initial_values(preset, values["variant"])["cost"]
    if wants_by_type(values["data"], own):
        return values | {"cost": "by-type"} if values["cost"] == own else values
    return values | {"cost": own} if values["cost"] == "by-type" else values


FOLLOWED = {"variant": take_variant, "data": take_data}  # settings whose change adapts other settings


def current() -> dict:
    """The widgets' values by dotted key."""
    return {key: st.session_state[PREFIX + key] for key in setting_keys()}


def draw(key: str, choices: dict | None = None):
    """Draw the widget of one setting; `choices` maps values to titles where the metadata lists none (the data sets)."""
    rows = is_table(st.session_state[PREFIX + "data"])
    title, titles = form_settings.title_of(key, rows), choices or form_settings.choice_titles(key, rows)
    start, limits = value_of(Config(), key), setting_of(key).metadata
    common = {"key": PREFIX + key, "help": form_settings.help_of(key, rows), "persist_state": "session"}
    common |= {"on_change": FOLLOWED[key]} if key in FOLLOWED else {}
    if limits["choices"] == SWITCH:  # a toggle, which has its own key because it holds a bool
        held, switch = PREFIX + key, PREFIX + key + ".on"
        st.session_state[switch] = st.session_state[held] == "on"
        turn = lambda: st.session_state.update({held: SWITCH[st.session_state[switch]]})  # noqa: E731
        st.toggle(title, key=switch, help=common["help"], on_change=turn)
    elif choices or limits["choices"]:
        shown = {"format_func": lambda value: titles.get(value, value), **common}
        st.selectbox(title, list(choices or limits["choices"]), **shown)
    elif isinstance(start, (str, tuple)):
        st.text_input(title, live=True, max_chars=form_settings.LONGEST, **common)
    else:
        kind = base_type(type_of(key))
        common |= {"value": None, "placeholder": "none"} if type(None) in typing.get_args(type_of(key)) else {}
        # the buttons + and − change a real number by a tenth of its default
        form = {"step": 1} if kind is int else {"step": abs(start or 1) / 10, "format": "%g"}
        st.number_input(title, kind(limits["low"]), kind(limits["high"]), **form, **common)


def draw_groups(values: dict):
    """Draw the settings beyond the first few, one tab a group; settings without effect in this combination are left out."""
    shown = form_settings.in_effect(values)
    for tab, keys in zip(st.tabs(list(form_settings.GROUPS)), form_settings.GROUPS.values(), strict=True):
        with tab:
            for key in keys:
                if key in shown:
                    draw(key)
