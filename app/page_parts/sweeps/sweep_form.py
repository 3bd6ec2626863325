"""The form that starts a sweep: a few settings with their values; all other settings are those of the page Train."""

import streamlit as st

from aae_core.config.choices import COMPARABLE_METRICS
from aae_core.config.configuration import setting_field
from aae_core.config.presets import PRESETS
from aae_core.errors import ConfigError
from aae_core.runs import engines, sweep_plans
from aae_core.wording import adapt_image_words, join_sentences
from app.components import markdown
from app.session import address, controls
from app.translation.texts import mark, translate
from app.ui import config_form, form_settings, store_polling
from app.visitors import actions

RESOURCES_KEY = "sweeps.asks"
SWEEP_PARAMETER = "sweep"  # URL parameter: id of the sweep that is shown
MAX_VARIED = 4
FIXED_SETTINGS = ("data", "name", "seed", "minutes", "prior.painting", "device")  # settings that the form cannot vary
VARIABLE_SETTINGS = [key for key in form_settings.TITLES if key not in FIXED_SETTINGS]
INITIAL_VALUES = {"prior.name": "gaussian | mixture", "variant": "aae | vae", "latent_dim": "2 | 8"}  # initial values
VALUES_HELP = mark("Separate values with |; a search also takes a range, such as 0.01..1.")


def render_sweep_form() -> None:
    """Draw the fields and the button; errors are shown at the top of the page."""
    config_form.fill_from_link()
    values, preset = config_form.current_form_values(), st.session_state[config_form.PRESET_KEY]
    _render_base_settings(values, preset)
    is_table = config_form.is_table_data(values["data"])
    varied_keys = st.multiselect(
        translate("Settings to vary"), VARIABLE_SETTINGS, default=["prior.name"], key="sweeps.varied",
        format_func=lambda key: form_settings.setting_title(key, is_table),
        max_selections=MAX_VARIED, persist_state="session",
    )  # fmt: skip
    for key in varied_keys:
        _render_values_field(key, values)
    first, second, third = st.columns(3, vertical_alignment="bottom")
    help_text = translate("How many trainings each point gets, each with its own seed.")
    first.number_input(translate("Seeds"), 1, 100, 3, key="sweeps.seeds", persist_state="session", help=help_text)
    help_text = translate("Points are compared by this metric on training images; lower is better.")
    second.selectbox(
        translate("Metric"), COMPARABLE_METRICS, key="sweeps.measure", persist_state="session",
        format_func=form_settings.target_title, help=adapt_image_words(help_text, is_table),
    )  # fmt: skip
    third.text_input(translate("Name"), key="sweeps.name", max_chars=60, persist_state="session")
    help_text = translate(
        "All points are trained for a quarter of their steps; the better half goes on to half, and "
        "the better half of these to the end."
    )
    st.toggle(translate("Stop the worse points early"), key="sweeps.early", persist_state="session", help=help_text)
    help_text = translate(
        "Trains only as many points as you say, each chosen by the results so far; needs the package optuna."
    )
    search = st.toggle(
        translate("Search instead of trying all"), key="sweeps.search", persist_state="session", help=help_text
    )
    if search:
        st.number_input(
            translate("Points to try"), 2, sweep_plans.MAX_TRAININGS, 30, key="sweeps.trials", persist_state="session"
        )
    if engines.chosen_engine().has_queue:
        help_text = translate(
            "For example cpus=2 resource=sweep; no more trainings run at once than the resource has units."
        )
        st.text_input(
            translate("Each training asks the cluster for"),
            engines.engine_options_text(),
            key=RESOURCES_KEY,
            help=help_text,
            persist_state="session",
        )
    label = translate("Start the sweep")
    st.button(label, icon=":material/play_arrow:", type="primary", key="sweeps.go", on_click=_start_sweep)


def _render_base_settings(values, preset):
    fixed_settings = {
        key: value for key, value in _base_settings(values, preset).items() if key not in ("data", "epochs")
    }
    is_table = config_form.is_table_data(values["data"])
    changed_texts = [
        f"{form_settings.setting_title(key, is_table)} {form_settings.setting_value_text(key, value, is_table)}"
        for key, value in fixed_settings.items()
    ]
    parts = [
        actions.describe_data(values["data"]).title,
        translate(PRESETS[preset].title),
        translate("{number} epochs", number=values["epochs"]),
        *changed_texts[:6],
    ]
    if len(changed_texts) > 6:
        parts.append("…")
    settings_text = markdown.escape(", ".join(parts))
    st.caption(translate("All other settings are those of the page Train: {settings}.", settings=settings_text))
    st.page_link("views/train.py", label=translate("Change them on Train"), icon=":material/model_training:")


def _base_settings(values, preset):
    """The data, the epochs, and the settings that differ from the preset, the same for all runs."""
    base_settings = {key: values[key] for key in ("data", "epochs")} | form_settings.changed_values(values, preset)
    return {key: value for key, value in base_settings.items() if key != "seed"}


def _render_values_field(key, values):
    is_table = config_form.is_table_data(values["data"])
    choices, title = setting_field(key).metadata["choices"], form_settings.setting_title(key, is_table)
    sentences = [form_settings.help_text(key, is_table)]
    if choices:
        sentences.append(translate("Values: {values}.", values=", ".join(choices)))
    help_text = join_sentences(*sentences, translate(VALUES_HELP))
    initial_value = INITIAL_VALUES.get(key, "" if values[key] is None else str(values[key]))
    st.text_input(
        translate("Values of “{title}”", title=title),
        initial_value,
        key=f"sweeps.values.{key}",
        help=help_text,
        max_chars=400,
        persist_state="session",
    )


def _start_sweep():
    """The button's action: start the sweep that the form describes."""
    sweep = store_polling.run_action(_start_planned_sweep)
    if sweep is not None:
        address.store_setting(SWEEP_PARAMETER, sweep.id)
        st.session_state[controls.current_widget_key(SWEEP_PARAMETER)] = sweep.id
        st.session_state["sweeps.form"] = False


def _start_planned_sweep(store):
    form = st.session_state
    if not form["sweeps.varied"]:
        raise ConfigError(translate("Choose at least one setting to vary."))
    values_by_key = {key: sweep_plans.parse_values(key, form[f"sweeps.values.{key}"]) for key in form["sweeps.varied"]}
    preset = form[config_form.PRESET_KEY]
    settings = {"preset": preset, **_base_settings(config_form.current_form_values(), preset)}
    early_stopping = "asha" if form["sweeps.early"] else ""
    search = "optuna" if form["sweeps.search"] else ""
    trials = form["sweeps.trials"] if search else None
    name = form["sweeps.name"].strip()
    seeds, metric = form["sweeps.seeds"], form["sweeps.measure"]
    sweep_plan = sweep_plans.plan_sweep(values_by_key, settings, seeds, metric, early_stopping, search, trials, name)
    resources = engines.engine_options_text(form[RESOURCES_KEY]) if RESOURCES_KEY in form else None
    return actions.start_sweep(store, sweep_plan, engine_options=resources)
