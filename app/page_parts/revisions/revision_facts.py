"""The parts of the page Revisions about one revision: name, notes, metrics, figures on request, and settings."""

from contextlib import suppress
from functools import partial

import streamlit as st

from aae_core import progress
from aae_core.config.configuration import is_compared_setting
from aae_core.config.schema import to_dict
from aae_core.data.built_in import standard_sets
from aae_core.markdown_tables import markdown_table
from aae_core.reproduce import reproduction
from aae_core.runs.continuation import FINISHED_STATES
from aae_core.store.revision_folder import AnnotationConflictError
from aae_core.wording import adapt_image_words
from app.cache import revision_data
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import number_text
from app.translation.texts import mark, translate
from app.ui import data_tables, form_settings, requested_metrics, store_polling, widgets
from app.visitors import actions

CONFLICT_TEXTS = {  # field, whether its text was edited here -> what is said when somebody else has stored another one
    ("label", False): mark("Somebody else has changed the name since this page was drawn. It now reads:"),
    ("notes", False): mark("Somebody else has changed the notes since this page was drawn. It now reads:"),
    ("label", True): mark(
        "Somebody else has changed the name since this page was drawn. It now reads as below; what you wrote above was not "
        "saved:"
    ),
    ("notes", True): mark(
        "Somebody else has changed the notes since this page was drawn. It now reads as below; what you wrote above was not "
        "saved:"
    ),
}
KNOWN_SUFFIX = ".known"  # end of a session key: the stored text as this session last read or saved it


def render_name_and_notes(row, stored_revision):
    """Draw the fields for name and notes, each with the text that somebody else has stored meanwhile, if there is one.
    stored_revision: the one on the disk, whose texts can be read even if a missing plug-in leaves it without a configuration."""
    name = partial(st.text_input, translate("Name"), max_chars=200)
    notes = partial(st.text_area, translate("Notes"), height=160)
    for field, render_field in (("label", name), ("notes", notes)):
        key = f"revisions.{field}.{row.id}"
        text = getattr(stored_revision, field)
        text = translate(text) if row.gallery else text
        if key not in st.session_state:
            st.session_state[key] = st.session_state[key + KNOWN_SUFFIX] = text
        is_locked = row.gallery or not actions.may_change(row.owner)
        render_field(key=key, disabled=is_locked, on_change=_save_text, args=(stored_revision, field, key))
        if text != st.session_state[key + KNOWN_SUFFIX]:
            _render_conflict(stored_revision, field, key, text)


def _render_conflict(stored_revision, field, key, text):
    """Show the text that somebody else has stored, and let the user choose between it and the text in this field."""
    own_text = st.session_state[key]
    is_edited = own_text not in (text, st.session_state[key + KNOWN_SUFFIX])
    with st.container(border=True):
        st.warning(translate(CONFLICT_TEXTS[field, is_edited]), icon=":material/edit_note:")
        st.text(text or translate("(nothing)"))
        with st.container(horizontal=True):
            stored_values = {key: text, key + KNOWN_SUFFIX: text}
            st.button(
                translate("Take this one"), key=f"{key}.theirs", on_click=st.session_state.update, args=(stored_values,)
            )
            if is_edited:
                st.button(
                    translate("Save mine"),
                    key=f"{key}.mine",
                    on_click=_save_text,
                    args=(stored_revision, field, key, text),
                )


def render_facts(row, revision: RevisionView):
    left, right = st.columns([2, 3], gap="large")
    with left:
        render_name_and_notes(row, revision.stored)
        status = revision.status
        duration = progress.format_duration(status.seconds)
        facts = [
            translate("Created {time}", time=number_text.local_time_text(row.created)),
            translate(
                "{steps} steps, {epochs} epochs in {duration}",
                steps=f"{status.step:,}", epochs=f"{status.epoch:.1f}", duration=duration,
            ),
        ]  # fmt: skip
        if status.samples_per_second:
            facts.append(translate("{number} items/s", number=f"{status.samples_per_second:,.0f}"))
        if origin := revision.stored.continued_from:
            facts.append(
                translate(
                    "continues {revision} from step {step}",
                    revision=markdown.escape(origin.revision), step=f"{origin.step:,}",
                )
            )  # fmt: skip
        if version := revision.versions.get("aae_core"):
            facts.append(translate("version {version}", version=markdown.escape(version)))
        st.caption(" · ".join(facts))
        with widgets.errors_in_boxes():
            st.caption(translate("Networks of {sizes}.", sizes=revision_data.network_sizes_text(revision)))
        if credit := standard_sets.credit_sentence(revision.data.name):
            st.caption(credit)
    with right:
        if revision.measures:
            _render_metrics(revision.measures, revision.data.is_table)
        else:
            st.caption(translate("Metrics appear with the first checkpoint."))
        with widgets.errors_in_boxes():
            _render_protocols(revision)


def _save_text(stored_revision, field, key, conflicting_text=None):
    """Save the field's text, unless somebody else has stored another one meanwhile, which `_render_conflict` then shows.
    conflicting_text: such a text, which the user has seen and replaces."""
    text = st.session_state[key]
    if conflicting_text is not None:
        st.session_state[key + KNOWN_SUFFIX] = conflicting_text

    def save(_store):
        with suppress(AnnotationConflictError):
            actions.annotate_revision(stored_revision, **{field: text}, known=st.session_state[key + KNOWN_SUFFIX])
            st.session_state[key + KNOWN_SUFFIX] = text

    store_polling.run_action(save)


METRICS_HEAD = (mark("Metric"), mark("Value"), mark("How to read it"))


def _render_metrics(metrics, is_table):
    rows = [
        (markdown.escape(title), markdown.escape(value), f":small[:gray[{markdown.escape(reading)}]]")
        for title, value, reading in number_text.metric_rows(metrics, is_table)
    ]
    st.markdown(markdown_table(tuple(map(translate, METRICS_HEAD)), rows, ("---", "--:", "---")))


PROTOCOL_TEXTS = {  # protocol -> title, label of the button, help
    "sample-quality": (
        mark("Samples beside test images"), mark("Measure the samples"),
        mark("Compares up to 3,000 test images with as many samples of the model. This takes a few seconds."),
    ),
    "iw-bound": (
        mark("Importance-weighted bound of the test set"), mark("Measure the bound"),
        mark("Decodes 100 codes of each of 1,000 test images. This takes about ten seconds, longer with convolutional networks."),
    ),
    "likelihood": (
        mark("Likelihood of the test set"), mark("Measure the likelihood"),
        mark("Compares the test set with 10,000 samples of the model (§3). This takes longer than any other metric."),
    ),
}  # fmt: skip


def _render_protocols(revision: RevisionView):
    """Draw the figures of protocols that take long: stored by a reproduction, or measured here on request."""
    from aae_core.evaluation import iwae

    stored_results = reproduction.stored_figures(revision.stored)
    unnecessary = {
        "sample-quality": "precision" in revision.measures or revision.data.features,
        "iw-bound": iwae.missing_bound_reason(revision.config),
    }
    for protocol, texts in PROTOCOL_TEXTS.items():
        title, label, help_text = (adapt_image_words(translate(text), revision.data.is_table) for text in texts)
        if unnecessary.get(protocol):
            continue
        figures = stored_results.get(protocol) or requested_metrics.metrics_if_requested(revision, protocol)
        if figures is not None:
            st.markdown(f"**{title}**")
            _render_metrics(figures, revision.data.is_table)
            for text in figures.values():
                if isinstance(text, str):
                    st.caption(markdown.escape(text))
        elif revision.status.state in FINISHED_STATES:
            if revision.has_data:
                requested_metrics.render_measure_button(revision, protocol, label, help_text)
            command = f"python -m aae_core evaluate {revision.id} --protocol {protocol}"
            st.caption(translate("In a terminal: `{command}`", command=command))


def render_settings(revision: RevisionView):
    config = revision.config
    values = form_settings.effective_config_values(config)
    differing = set(
        filter(is_compared_setting, form_settings.changed_values(form_settings.widget_values(config), "default"))
    )
    only_differing = st.toggle(
        translate("Only settings that differ from the defaults"), key="revisions.differs", persist_state="session"
    )
    groups = {mark("Main"): form_settings.FIRST_TITLES, **form_settings.GROUPS}
    rows = [
        (translate(group), translate(title), form_settings.setting_value_text(key, values[key]))
        for group, titles in groups.items()
        for key, title in titles.items()
        if key in values and key != "name" and (key in differing or not only_differing)
    ]
    if rows:
        columns = {
            mark("Group"): [group for group, _, _ in rows],
            mark("Setting"): [title for _, title, _ in rows],
            mark("Value"): [text for _, _, text in rows],
        }
        data_tables.render_table(columns, height="content", alt=translate("Settings"))
    else:
        st.caption(translate("All settings have their default values."))
    widgets.render_expander(translate("As JSON"), "revisions.json", lambda: st.json(to_dict(config)))
