"""The form for a configuration, generated from the metadata of the configuration's fields.

Only `configure` validates the input, so the form, the command line and Python reject the same values with the same messages.
"""

import typing

import streamlit as st

from aae_core import plugins
from aae_core.config.advice import Advice, needs_cost_by_type, recommend, recommend_table_settings
from aae_core.config.configuration import (
    FORMER_SETTINGS,
    Config,
    setting_field,
    setting_keys,
    setting_type,
    setting_value,
)
from aae_core.config.presets import ADAM_RATES, PRESETS
from aae_core.config.schema import without_none_type
from aae_core.data import sets
from aae_core.errors import DataError
from app.session import address
from app.translation.texts import translate
from app.ui import form_settings
from app.visitors import actions

KEY_PREFIX = "train."
PRESET_KEY = KEY_PREFIX + "preset"
FILLED_KEY = "form.filled"  # session key: whether the widgets have their values
VARIANT_KEY = "form.variant"  # session key: the variant whose recipe the unchanged settings follow
PRIOR_KEY = "form.prior"  # session key: the prior to which the unchanged settings were adapted
PARAMETER_NAMES = ("preset", *FORMER_SETTINGS, *setting_keys())  # URL parameters of the form
ADVISED_KEY = "form.advised"  # session key: the settings that the form itself adapted to the data, with their values
NO_ADVICE = Advice("default", None, 0, "")  # for a data set that cannot be described
TOGGLE_CHOICES = ("off", "on")  # choices of a setting that is drawn as a toggle


def fill_from_link():
    """Fill the widgets from the URL when the session begins or a link is followed; otherwise they keep their values.

    The link's settings stay pending until a run reaches `write_settings_to_url`: a click may interrupt a run before that point,
    and it brings the widgets' values from before the link.
    """
    plugins.load_plugins()  # so that priors from plug-ins can be chosen
    link_texts = {name: text for name, text in address.pending_link_texts().items() if name in PARAMETER_NAMES}
    query = {name: text for name, text in link_texts.items() if text is not None}
    for name in form_settings.invalid_query_names(query):
        address.ignore_link_text(name)
        del link_texts[name], query[name]
    if FILLED_KEY not in st.session_state or (link_texts and query != address.select_stored_texts(PARAMETER_NAMES)):
        preset, values = form_settings.parse_query(query)
        fill_widgets(values, preset)


def write_settings_to_url():
    """Write the settings that differ from the preset into the URL, so that a link restores the form."""
    query = form_settings.make_query(current_form_values(), st.session_state[PRESET_KEY])
    for name in PARAMETER_NAMES:
        address.store_setting(name, query.get(name))


def fill_widgets(values: dict, preset: str):
    """Store a preset and the values of all settings (by dotted key) in the session, from which the widgets read them."""
    st.session_state.update({FILLED_KEY: True, PRESET_KEY: preset})
    st.session_state.update({VARIANT_KEY: values["variant"], PRIOR_KEY: values["prior.name"]})
    st.session_state.update({KEY_PREFIX + key: value for key, value in values.items()})


def apply_preset():
    """Set every widget to the chosen preset, except the label, the painting and, unless the preset names a data set, the data."""
    preset = st.session_state[PRESET_KEY]
    unchanged_values = {key: st.session_state[KEY_PREFIX + key] for key in ("name", "prior.painting")}
    if "data" not in PRESETS[preset].settings:
        unchanged_values["data"] = st.session_state[KEY_PREFIX + "data"]
    fill_widgets(_adapt_to_data({**form_settings.initial_values(preset), **unchanged_values}, preset), preset)


def apply_variant():
    """After a change of variant: settings equal to the former variant's recipe take the new recipe's values, others stay."""
    values, preset, last_variant = current_form_values(), st.session_state[PRESET_KEY], st.session_state[VARIANT_KEY]
    former_recipe, new_recipe = (
        form_settings.initial_values(preset, last_variant),
        form_settings.initial_values(preset, values["variant"]),
    )
    new_values = {key: new_recipe[key] if value == former_recipe[key] else value for key, value in values.items()}
    fill_widgets(_adapt_cost(new_values, preset), preset)


def apply_prior():
    """After a change of the prior to a painting: settings equal to the preset's take the values of the preset "painted", which
    replaces the preset "default"; after a change from a painting to another prior, the reverse. Settings that the user changed
    stay."""
    values, preset, former_prior = current_form_values(), st.session_state[PRESET_KEY], st.session_state[PRIOR_KEY]
    is_painted, was_painted = values["prior.name"] == "painted", former_prior == "painted"
    if is_painted == was_painted:
        fill_widgets(values, preset)
        return
    suited_preset = preset
    if preset == "default" and is_painted:
        suited_preset = "painted"
    if preset == "painted" and was_painted:
        suited_preset = "default"
    former_preset, new_preset = (preset, "painted") if is_painted else ("painted", suited_preset)
    former_values = form_settings.initial_values(former_preset, values["variant"])
    new_values = form_settings.initial_values(new_preset, values["variant"])
    changed_values = {
        key: new_values[key]
        for key in PRESETS["painted"].settings
        if key != "prior.name" and values[key] == former_values[key]
    }
    fill_widgets(_adapt_to_data(values | changed_values, suited_preset), suited_preset)


def apply_optimiser():
    """After a change of the optimiser's kind: rates equal to those of the other kind take the values of the new one."""
    values, preset = current_form_values(), st.session_state[PRESET_KEY]
    kind = values["optimiser.kind"]
    other_kind = "sgd" if kind == "adam" else "adam"
    former_values = form_settings.initial_values(preset, values["variant"], other_kind)
    new_values = form_settings.initial_values(preset, values["variant"], kind)
    changed_values = {key: new_values[key] for key in ADAM_RATES if values[key] == former_values[key]}
    fill_widgets(values | changed_values, preset)


def apply_data():
    """After a change of data: of the presets "default" and "images", the one that suits the images is taken; under any other
    preset only the networks, the cost, the epochs and the latent dimensions are adapted. Settings that the user changed stay."""
    values, preset = current_form_values(), st.session_state[PRESET_KEY]
    wants_convolution = _data_advice(values["data"])[0].preset == "images"
    suited_preset = preset
    if preset == "default" and wants_convolution:
        suited_preset = "images"
    if preset == "images" and not wants_convolution:
        suited_preset = "default"
    if suited_preset != preset:
        changed_values = form_settings.changed_values(values, preset)
        user_values = {key: changed_values[key] for key in changed_values.keys() - form_settings.CONVOLUTIONAL}
        user_values |= {key: values[key] for key in ("data", "name", "prior.painting", "variant")}
        values = form_settings.initial_values(suited_preset, values["variant"]) | user_values
    fill_widgets(_adapt_to_data(values, suited_preset), suited_preset)


def _data_advice(name: str) -> tuple[Advice, int]:
    """The advice for a data set, and the number of its training images or rows; (NO_ADVICE, 1) if it cannot be described. The
    name may come from anybody, so nothing may follow from a data set that the visitor does not see."""
    try:
        summary = actions.describe_data(name)
    except DataError:
        return NO_ADVICE, 1
    return recommend(summary.shape, summary.train), summary.train


def is_table_data(name: str) -> bool:
    """Whether a data set is a table; False if it cannot be described."""
    try:
        return actions.describe_data(name).is_table
    except DataError:
        return False


def needs_cost_by_column_type(name: str, cost: str) -> bool:
    """Whether a data set is a table that needs the cost "by-type" in place of `cost`."""
    if not is_table_data(name):
        return False
    try:
        return needs_cost_by_type(cost, sets.load(name).features.kinds)
    except DataError:
        return False


def _adapt_to_data(values, preset):
    """The values, adapted to the data: with convolutional networks in place of fully connected ones if the images need them, or
    the reverse; with a cost that fits; with enough epochs for the advised number of steps and, under the advised preset, its
    latent dimensions; for a table also with a schedule and noise. These replace only the preset's own value or one that the form
    had set before, never one that the user chose."""
    preset_values, advised_values = (
        form_settings.initial_values(preset, values["variant"]),
        st.session_state.pop(ADVISED_KEY, {}),
    )
    advice, item_count = _data_advice(values["data"])
    convolutional = form_settings.CONVOLUTIONAL
    if advice.preset == "images" and values["network.kind"] == "mlp":
        values = values | convolutional
    elif (
        advice.preset != "images" and preset_values["network.kind"] == "mlp" and convolutional.items() <= values.items()
    ):
        values = values | {key: preset_values[key] for key in convolutional}
    values = _adapt_cost(values, preset)
    new_advised_values = {
        "epochs": max(preset_values["epochs"], advice.epochs(item_count, values["batch_size"])),
        "latent_dim": preset_values["latent_dim"],
    }
    new_advised_values |= {key: preset_values[key] for key in ("optimiser.schedule", "input_noise")}
    if preset == advice.preset and advice.latent_dim:
        new_advised_values["latent_dim"] = advice.latent_dim
    if is_table_data(values["data"]):
        new_advised_values |= _recommend_table_values(preset_values, values["batch_size"], item_count)
    applied_values = {
        key: value
        for key, value in new_advised_values.items()
        if values[key] in (preset_values[key], advised_values.get(key))
    }
    st.session_state[ADVISED_KEY] = applied_values
    return values | applied_values


def _recommend_table_values(preset_values, batch_size, row_count):
    """The widget values that `advice.recommend_table_settings` gives for a table, without the cost."""
    settings = {**preset_values, "batch_size": batch_size}
    recommended_settings = recommend_table_settings(settings, ("cost",), row_count, ())
    return {key: form_settings.widget_value(value) for key, value in recommended_settings.items()}


def _adapt_cost(values, preset):
    """The values, with the preset's cost replaced by "by-type" if the data need that, and "by-type" by the preset's if not."""
    preset_cost = form_settings.initial_values(preset, values["variant"])["cost"]
    if needs_cost_by_column_type(values["data"], preset_cost):
        return values | {"cost": "by-type"} if values["cost"] == preset_cost else values
    return values | {"cost": preset_cost} if values["cost"] == "by-type" else values


CHANGE_CALLBACKS = {  # settings whose change adapts other settings
    "variant": apply_variant,
    "data": apply_data,
    "optimiser.kind": apply_optimiser,
    "prior.name": apply_prior,
}


def current_form_values() -> dict:
    """The widgets' values by dotted key."""
    return {key: st.session_state[KEY_PREFIX + key] for key in setting_keys()}


def render_setting(key: str, choices: dict | None = None):
    """Draw the widget of one setting; `choices` maps values to titles where the metadata lists none (the data sets)."""
    has_rows = is_table_data(st.session_state[KEY_PREFIX + "data"])
    title, titles = form_settings.setting_title(key, has_rows), choices or form_settings.choice_titles(key, has_rows)
    default, metadata = setting_value(Config(), key), setting_field(key).metadata
    widget_arguments = {
        "key": KEY_PREFIX + key,
        "help": form_settings.help_text(key, has_rows),
        "persist_state": "session",
    }
    widget_arguments |= {"on_change": CHANGE_CALLBACKS[key]} if key in CHANGE_CALLBACKS else {}
    if metadata["choices"] == TOGGLE_CHOICES:  # a toggle, which has its own key because it holds a bool
        setting_key, toggle_key = KEY_PREFIX + key, KEY_PREFIX + key + ".on"
        st.session_state[toggle_key] = st.session_state[setting_key] == "on"

        def store_choice():
            st.session_state[setting_key] = "on" if st.session_state[toggle_key] else "off"

        st.toggle(title, key=toggle_key, help=widget_arguments["help"], on_change=store_choice)
        return
    if choices or metadata["choices"]:
        choice_arguments = {"format_func": lambda value: titles.get(value, value), **widget_arguments}
        st.selectbox(title, list(choices or metadata["choices"]), **choice_arguments)
        return
    value_type = without_none_type(setting_type(key))
    if type(None) in typing.get_args(setting_type(key)):
        widget_arguments |= {"value": None, "placeholder": translate("none")}
    if value_type is str or typing.get_origin(value_type) is tuple:
        st.text_input(title, live=True, max_chars=form_settings.MAX_TEXT_LENGTH, **widget_arguments)
    else:
        # the buttons + and − change a real number by a tenth of its default
        number_format = {"step": 1} if value_type is int else {"step": abs(default or 1) / 10, "format": "%g"}
        low, high = value_type(metadata["low"]), value_type(metadata["high"])
        st.number_input(title, low, high, **number_format, **widget_arguments)


def render_setting_groups(values: dict):
    """Draw the settings beyond the first few, one tab a group; settings without effect in this combination are left out."""
    effective_keys = form_settings.effective_values(values)
    tabs = st.tabs([translate(group) for group in form_settings.GROUPS])
    for tab, keys in zip(tabs, form_settings.GROUPS.values(), strict=True):
        with tab:
            for key in keys:
                if key in effective_keys:
                    render_setting(key)
