"""Which one?: which latent model to use, by the measured figures of all of them; with the revision behind each point if it is on
this machine, and otherwise its settings."""

import streamlit as st

from aae_core import progress
from aae_core.config.variants import VARIANTS
from aae_core.reproduce import frontier as measured
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
        found = measured.read()
        if found is None:
            st.info("The models have not been measured here yet.", icon=":material/info:")
            return
        st.markdown(
            f"Which latent model should you use? {len(found.models)} models, tuned by one protocol on the same images, "
            "trained with several seeds and measured on test images. Say what you need, and see which of them to try first."
        )
        with st.container(border=True):
            rows = frontier_panel.pick_place(found)
            needs = frontier_panel.pick_needs()
            with st.container(horizontal=True):
                known = _choose(KNOWN, KNOWN_TITLES, "What do you know of the prior?")
                labels = _choose(LABELS, LABELS_TITLES, "Are the images labelled?")
            chosen = _advise(rows, needs, known == "samples")
            if labels != "none":
                _with_labels(labels)
        st.header("Reconstruction against distance to the prior", anchor=False)
        frontier_panel.chart(rows, "frontier.chart", chosen)
        frontier_panel.figures(rows, chosen)
        widgets.folded("How each figure is read", "frontier.reading", _readings, rows)
        st.header("What each is best for, and where it fails", anchor=False)
        here = frontier_panel.revisions_here(rows, loaded.summaries())
        with widgets.guarded():
            frontier_panel.offer_training(rows, here)
        columns, standings = st.columns(2, gap="medium"), frontier.standings(rows)
        for k, row in enumerate(rows):
            with columns[2 * k // len(rows)], st.container(border=True, gap="small"):
                _model(row, rows, standings[row.model.name], here, row.model.name in chosen)
        st.header("How it was measured", anchor=False)
        st.markdown(markdown.literal(found.protocol))
        st.code(found.command, language="bash", wrap_lines=True)
        st.caption(f"{found.date}, {markdown.literal(found.machine)}.")


def _choose(name, titles, label):
    return choices.choose(st.segmented_control, name, titles, next(iter(titles)), label=label)


def _advise(rows, needs, samples_only) -> list[str]:
    """Draw the advice on which models to try and why; returns their names."""
    found = frontier.advice(rows, needs, samples_only)
    if not needs:
        st.markdown("**Choose what you need**: the models to try first are then marked ✓ below.")
    elif not found.rows:
        st.markdown("**None of these models** has been measured for that.")
    else:
        told = "".join(
            f"\n- **{markdown.literal(row.model.title)}**: {markdown.literal(found.whys[row.model.name])}"
            for row in found.rows
        )
        undecided = "**These figures do not tell the models apart**; by their means the order is"
        st.markdown(f"{undecided if found.undecided else '**Try first**, in this order'}:\n{told}")
        st.caption(
            "The order is that of the mean rank in these figures. A model is left out if a listed one can be called better (see "
            "★ below) in at least one of them, and the model itself better than that one in none; so a listed model may be the "
            "best in one and among the last in another."
        )
    if "fit" in needs:
        st.caption(frontier.UNEQUAL)
    for sentence in found.left_out:
        st.caption(f"Left out: {markdown.literal(sentence)}")
    return [row.model.name for row in found.rows]


def _with_labels(labels):
    st.markdown("**Labels** can be used by these variants, which were not part of this comparison:")
    for variant in VARIANTS.values():
        if variant.labels == "nowhere":
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            given = {"labels": "100"} if labels == "some" else {}
            if variant.labels == "discriminator":  # needs a prior with a region for each class
                given["prior.name"] = "mixture"
            links.to_train(f"Train {variant.title}", {"variant": variant.name, **given}, width="content")
            st.caption(markdown.literal(variant.summary), width="stretch")


def _readings(rows):
    for key in measured.known(rows):
        st.markdown(
            f"**{frontier.HEADS[key]}**: {markdown.literal(frontier.title(key))}. {markdown.literal(frontier.reading(key))}"
        )


def _model(row, rows, standing, here, chosen):
    (best, last), model, literal = standing, row.model, markdown.literal
    st.subheader(f"{'✓ ' * chosen}{literal(model.title)}", anchor=False)
    tuned = ", ".join(f"{form_settings.TITLES.get(key, key)} {_value(key, value)}" for key, value in row.chosen.items())
    told = {
        "Among the best in": "; ".join(best) or frontier.nearest(row, rows),
        "Among the last in": "; ".join(last) or "nothing",
        "Its training needs": frontier.takes(model.variant),
        "Chosen by tuning": tuned,
    }
    st.markdown(f"{literal(model.variant.summary)}")
    st.markdown("  \n".join(f"**{name}**: {literal(text)}." for name, text in told.items() if text))
    with st.container(horizontal=True, gap="small"):
        for point in row.points:
            took = "" if point.minutes is None else f", {progress.duration(60 * point.minutes)}"
            said = f"{point.revision}{took}"
            known = here.get(point.revision)
            if known and known.state in BUSY:
                links.to_train(
                    f"Watch seed {point.seed}", {"watch": known.id}, icon=":material/monitoring:", width="content"
                )
            elif known:
                about = said if known.id == point.revision else f"{said}; trained here again as {known.id}"
                links.to_revision("explore", f"Open seed {point.seed}", known.id, help=about, width="content")
            else:
                about = f"{said}; it is not on this machine. This link fills in its settings."
                links.to_train(f"Train seed {point.seed}", config=row.config(point), help=about, width="content")


def _value(key, value):
    return form_settings.value_text(key, form_settings.to_widget(tuple(value) if isinstance(value, list) else value))


page()
