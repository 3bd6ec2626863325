"""The form that starts a sweep: a few settings with their values; all other settings are those of the page Train."""

import streamlit as st

from aae_core.config.choices import MEASURES, TARGETS
from aae_core.config.configuration import setting_of
from aae_core.config.presets import PRESETS
from aae_core.errors import ConfigError
from aae_core.scheduling import engines
from aae_core.sweeps import plan
from aae_core.wording import about_items
from app.components import markdown
from app.session import address, controls
from app.ui import config_form, form_settings, live_store
from app.visitors import acts

ASKS = "sweeps.asks"
CHOSEN = "sweep"  # URL parameter: id of the sweep that is shown
MOST_VARIED = 4
FIXED = ("data", "name", "seed", "minutes", "prior.painting", "device")  # settings that the form cannot vary
KEYS = [key for key in form_settings.TITLES if key not in FIXED]
USUAL = {"prior.name": "gaussian | mixture", "variant": "aae | vae", "latent_dim": "2 | 8"}  # initial values
VALUES_HELP = "Separate values with |; a search also takes a range, such as 0.01..1."


def draw() -> None:
    """Draw the fields and the button; errors are shown at the top of the page."""
    config_form.start()
    values, preset = config_form.current(), st.session_state[config_form.PRESET]
    _base(values, preset)
    is_table = config_form.is_table(values["data"])
    varied = st.multiselect(
        "Settings to vary", KEYS, default=["prior.name"], key="sweeps.varied",
        format_func=lambda key: form_settings.title_of(key, is_table),
        max_selections=MOST_VARIED, persist_state="session",
    )  # fmt: skip
    for key in varied:
        _values(key, values)
    first, second, third = st.columns(3, vertical_alignment="bottom")
    told = "How many trainings each point gets, each with its own seed."
    first.number_input("Seeds", 1, 100, 3, key="sweeps.seeds", persist_state="session", help=told)
    second.selectbox(
        "Metric", MEASURES, key="sweeps.measure", persist_state="session",
        format_func=lambda name: TARGETS[name][:1].upper() + TARGETS[name][1:],
        help=about_items("Points are compared by this metric on training images; lower is better.", is_table),
    )  # fmt: skip
    third.text_input("Name", key="sweeps.name", max_chars=60, persist_state="session")
    told = (
        "All points are trained for a quarter of their steps; the better half goes on to half, and "
        "the better half of these to the end."
    )
    st.toggle("Stop the worse points early", key="sweeps.early", persist_state="session", help=told)
    told = "Trains only as many points as you say, each chosen by the results so far; needs the package optuna."
    search = st.toggle("Search instead of trying all", key="sweeps.search", persist_state="session", help=told)
    if search:
        st.number_input("Points to try", 2, plan.MOST, 30, key="sweeps.trials", persist_state="session")
    if engines.chosen().has_queue:
        told = "For example cpus=2 resource=sweep; no more trainings run at once than the resource has units."
        st.text_input(
            "Each training asks the cluster for", engines.asks(), key=ASKS, help=told, persist_state="session"
        )
    st.button("Start the sweep", icon=":material/play_arrow:", type="primary", key="sweeps.go", on_click=_start)


def _base(values, preset):
    others = {key: value for key, value in _others(values, preset).items() if key not in ("data", "epochs")}
    is_table = config_form.is_table(values["data"])
    changed = [
        f"{form_settings.title_of(key, is_table)} {form_settings.value_text(key, value, is_table)}"
        for key, value in others.items()
    ]
    parts = [
        acts.describe_data(values["data"]).title,
        PRESETS[preset].title,
        f"{values['epochs']} epochs",
        *changed[:6],
    ]
    if len(changed) > 6:
        parts.append("…")
    st.caption(f"All other settings are those of the page Train: {markdown.literal(', '.join(parts))}.")
    st.page_link("views/train.py", label="Change them on Train", icon=":material/model_training:")


def _others(values, preset):
    """The data, the epochs, and the settings that differ from the preset, the same for all runs."""
    changed = {key: values[key] for key in ("data", "epochs")} | form_settings.changed(values, preset)
    return {key: value for key, value in changed.items() if key != "seed"}


def _values(key, values):
    is_table = config_form.is_table(values["data"])
    choices, title = setting_of(key).metadata["choices"], form_settings.title_of(key, is_table)
    told = form_settings.help_of(key, is_table) + (f" Values: {', '.join(choices)}. " if choices else " ") + VALUES_HELP
    usual = USUAL.get(key, "" if values[key] is None else str(values[key]))
    st.text_input(
        f"Values of “{title}”", usual, key=f"sweeps.values.{key}", help=told, max_chars=400, persist_state="session"
    )


def _start():
    """The button's action: start the sweep that the form describes."""
    found = live_store.do(_started)
    if found is not None:
        address.keep(CHOSEN, found.id)
        st.session_state[controls.key(CHOSEN)] = found.id
        st.session_state["sweeps.form"] = False


def _started(store):
    held = st.session_state
    if not held["sweeps.varied"]:
        raise ConfigError("Choose at least one setting to vary.")
    vary = {key: plan.parse_values(key, held[f"sweeps.values.{key}"]) for key in held["sweeps.varied"]}
    preset = held[config_form.PRESET]
    settings = {"preset": preset, **_others(config_form.current(), preset)}
    early_stopping = "asha" if held["sweeps.early"] else ""
    search = "optuna" if held["sweeps.search"] else ""
    trials = held["sweeps.trials"] if search else None
    name = held["sweeps.name"].strip()
    seeds, measure = held["sweeps.seeds"], held["sweeps.measure"]
    asked = plan.plan(vary, settings, seeds, measure, early_stopping, search, trials, name)
    resources = engines.asks(held[ASKS]) if ASKS in held else None
    return acts.start_sweep(store, asked, asks=resources)
