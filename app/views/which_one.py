"""Which one?: which latent model to use, by the measured figures of all of them; with the revision behind each point if it is on
this machine, and otherwise its settings."""

import streamlit as st

from aae_core import progress
from aae_core.config.variants import VARIANTS
from aae_core.reproduce import frontier as measured_models
from aae_core.store.status import BUSY
from app.cache import loaded
from app.components import markdown
from app.figures import frontier
from app.ui import choices, form_settings, frontier_panel, links, widgets

KNOWN, LABELS = "frontier.known", "frontier.labels"
KNOWN_TITLES = {"density": "Its density", "samples": "Samples only"}
LABELS_TITLES = {"none": "None", "some": "Some", "all": "All"}


def page():
    st.title("Which one?", anchor=False)
    with widgets.guarded():
        frontier_data = measured_models.read()
        if frontier_data is None:
            st.info("The models have not been measured here yet.", icon=":material/info:")
            return
        st.markdown(
            f"Which latent model should you use? {len(frontier_data.models)} models, tuned by one protocol on the same images, "
            "trained with several seeds and measured on test images. Say what you need, and see which of them to try first."
        )
        with st.container(border=True):
            rows = frontier_panel.pick_place(frontier_data)
            needs = frontier_panel.pick_needs()
            with st.container(horizontal=True):
                prior_knowledge = _choose(KNOWN, KNOWN_TITLES, "What do you know of the prior?")
                labels = _choose(LABELS, LABELS_TITLES, "Are the images labelled?")
            chosen = _advise(rows, needs, prior_knowledge == "samples")
            if labels != "none":
                _with_labels(labels)
        st.header("Reconstruction against distance to the prior", anchor=False)
        frontier_panel.chart(rows, "frontier.chart", chosen)
        frontier_panel.figures(rows, chosen)
        widgets.folded("How each figure is read", "frontier.reading", _readings, rows)
        st.header("What each is best for, and where it fails", anchor=False)
        summaries_by_id = frontier_panel.revisions_here(rows, loaded.summaries())
        with widgets.guarded():
            frontier_panel.offer_training(rows, summaries_by_id)
        columns, standings = st.columns(2, gap="medium"), frontier.standings(rows)
        for k, row in enumerate(rows):
            with columns[2 * k // len(rows)], st.container(border=True, gap="small"):
                _model(row, rows, standings[row.model.name], summaries_by_id, row.model.name in chosen)
        st.header("How it was measured", anchor=False)
        st.markdown(markdown.literal(frontier_data.protocol))
        st.code(frontier_data.command, language="bash", wrap_lines=True)
        st.caption(f"{frontier_data.date}, {markdown.literal(frontier_data.machine)}.")


def _choose(name, titles, label):
    return choices.choose(st.segmented_control, name, titles, next(iter(titles)), label=label)


def _advise(rows, needs, samples_only) -> list[str]:
    """Draw the advice on which models to try and why; returns their names."""
    advice = frontier.advice(rows, needs, samples_only)
    if not needs:
        st.markdown("**Choose what you need**: the models to try first are then marked ✓ below.")
    elif not advice.rows:
        st.markdown("**None of these models** has been measured for that.")
    else:
        reasons = "".join(
            f"\n- **{markdown.literal(row.model.title)}**: {markdown.literal(advice.whys[row.model.name])}"
            for row in advice.rows
        )
        undecided = "**These figures do not tell the models apart**; by their means the order is"
        introduction = undecided if advice.undecided else "**Try first**, in this order"
        st.markdown(f"{introduction}:\n{reasons}")
        st.caption(
            "The order is that of the mean rank in these figures. A model is left out if a listed one can be called better (see "
            "★ below) in at least one of them, and the model itself better than that one in none; so a listed model may be the "
            "best in one and among the last in another."
        )
    if "fit" in needs:
        st.caption(frontier.UNEQUAL)
    for sentence in advice.left_out:
        st.caption(f"Left out: {markdown.literal(sentence)}")
    return [row.model.name for row in advice.rows]


def _with_labels(labels):
    st.markdown("**Labels** can be used by these variants, which were not part of this comparison:")
    for variant in VARIANTS.values():
        if variant.labels == "nowhere":
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            query = {"labels": "100"} if labels == "some" else {}
            if variant.labels == "discriminator":  # needs a prior with a region for each class
                query["prior.name"] = "mixture"
            links.to_train(f"Train {variant.title}", {"variant": variant.name, **query}, width="content")
            st.caption(markdown.literal(variant.summary), width="stretch")


def _readings(rows):
    for key in measured_models.known(rows):
        st.markdown(
            f"**{frontier.HEADS[key]}**: {markdown.literal(frontier.title(key))}. {markdown.literal(frontier.reading(key))}"
        )


def _model(row, rows, standing, summaries_by_id, chosen):
    best, last = standing
    model, literal = row.model, markdown.literal
    title = literal(model.title)
    st.subheader(f"✓ {title}" if chosen else title, anchor=False)
    tuned = ", ".join(f"{form_settings.TITLES.get(key, key)} {_value(key, value)}" for key, value in row.chosen.items())
    facts = {
        "Among the best in": "; ".join(best) or frontier.nearest(row, rows),
        "Among the last in": "; ".join(last) or "nothing",
        "Its training needs": frontier.takes(model.variant),
        "Chosen by tuning": tuned,
    }
    st.markdown(literal(model.variant.summary))
    st.markdown("  \n".join(f"**{name}**: {literal(text)}." for name, text in facts.items() if text))
    with st.container(horizontal=True, gap="small"):
        for point in row.points:
            duration = "" if point.minutes is None else f", {progress.duration(60 * point.minutes)}"
            run_words = f"{point.revision}{duration}"
            summary = summaries_by_id.get(point.revision)
            if summary and summary.state in BUSY:
                links.to_train(
                    f"Watch seed {point.seed}", {"watch": summary.id}, icon=":material/monitoring:", width="content"
                )
            elif summary:
                about = (
                    run_words if summary.id == point.revision else f"{run_words}; trained here again as {summary.id}"
                )
                links.to_revision("explore", f"Open seed {point.seed}", summary.id, help=about, width="content")
            else:
                about = f"{run_words}; it is not on this machine. This link fills in its settings."
                links.to_train(f"Train seed {point.seed}", config=row.config(point), help=about, width="content")


def _value(key, value):
    if isinstance(value, list):
        value = tuple(value)
    return form_settings.value_text(key, form_settings.to_widget(value))


page()
