"""Which one?: which latent model to use, by the measured figures of all of them; with the revision behind each point if it is on
this machine, and otherwise its settings."""

import streamlit as st

from aae_core import progress
from aae_core.config.variants import VARIANTS
from aae_core.reproduce import frontier as measured_models
from aae_core.store.status import BUSY
from app.cache import revision_data
from app.components import markdown
from app.figures import frontier
from app.translation.texts import mark, translate
from app.ui import choices, form_settings, frontier_panel, links, widgets

KNOWLEDGE_SETTING, LABELS_SETTING = "frontier.known", "frontier.labels"
KNOWLEDGE_TITLES = {"density": mark("Its density"), "samples": mark("Samples only")}
LABELS_TITLES = {"none": mark("None"), "some": mark("Some"), "all": mark("All")}


def render_page():
    st.title(translate("Which one?"), anchor=False)
    with widgets.errors_in_boxes():
        frontier_data = measured_models.read_frontier()
        if frontier_data is None:
            st.info(translate("The models have not been measured here yet."), icon=":material/info:")
            return
        st.markdown(
            translate(
                "Which latent model should you use? {count} models, trained by one protocol on the same images "
                "and measured on images that they have not seen. Say what you need, and see which of them to try first.",
                count=len(frontier_data.models),
            )
        )
        form_column, answer_column = st.columns([2, 3], gap="large")
        with form_column:
            place = frontier_panel.choose_measured_place(frontier_data)
            fit = frontier_panel.choose_fit(frontier_data, place)
            rows = frontier_panel.rows_at_chosen_fit(frontier_data, place, fit)
            needs = frontier_panel.choose_needs()
            prior_knowledge = _choose_answer(
                KNOWLEDGE_SETTING, KNOWLEDGE_TITLES, translate("What do you know of the prior?")
            )
            labels = _choose_answer(LABELS_SETTING, LABELS_TITLES, translate("Are the images labelled?"))
        with answer_column:
            advised_names = _render_advice(rows, needs, prior_knowledge == "samples", fit)
            if labels != "none":
                _render_variants_with_labels(labels)
            frontier_panel.render_curve_chart(frontier_data, place, "frontier.chart", advised_names, fit)
        frontier_panel.render_curve_table(frontier_data, place)
        st.header(_figures_title(fit), anchor=False)
        frontier_panel.render_frontier_table(rows, advised_names, fit is not None)
        widgets.render_expander(translate("How each figure is read"), "frontier.reading", _render_readings, rows)
        model_rows = frontier_data.model_rows(*place)
        if model_rows:
            st.header(translate("What each is best for, and where it fails"), anchor=False)
            _render_models(model_rows, rows, advised_names, fit)
        st.header(translate("How it was measured"), anchor=False)
        for part in (frontier_data.curves, frontier_data):
            if part.protocol:
                st.markdown(markdown.escape(translate(part.protocol)))
                st.code(part.command, language="bash", wrap_lines=True)
                st.caption(f"{part.date}, {markdown.escape(part.machine)}.")


def _choose_answer(name, titles, label):
    translated_titles = {answer: translate(title) for answer, title in titles.items()}
    return choices.choose_option(st.segmented_control, name, translated_titles, next(iter(titles)), label=label)


def _figures_title(fit) -> str:
    if fit is None:
        return translate("All figures, one value of each knob")
    return translate("All figures, at MMD² = {fit}", fit=f"{fit:g}")


def _render_models(model_rows, rows, advised_names, fit):
    """Draw a card for each model. model_rows: all models with their points; rows: those that are compared at `fit`."""
    summaries_by_point = frontier_panel.find_trained_revisions(model_rows, revision_data.list_summaries())
    with widgets.errors_in_boxes():
        frontier_panel.render_train_missing_models_button(model_rows, summaries_by_point)
    columns, standings = st.columns(2, gap="medium"), frontier.strengths_and_weaknesses(rows)
    compared_rows = {row.model.name: row for row in rows}
    for k, model_row in enumerate(model_rows):
        name = model_row.model.name
        with columns[2 * k // len(model_rows)], st.container(border=True, gap="small"):
            facts = _not_compared_facts(model_row, fit)
            if name in compared_rows:
                facts = _standing_facts(compared_rows[name], rows, standings[name])
            _render_model(model_row, facts, summaries_by_point, name in advised_names)


def _not_compared_facts(row, fit) -> dict[str, str]:
    if fit is None:
        return {}
    return {translate("Not compared at this fit"): frontier.missing_fit_text(row, fit)}


def _standing_facts(row, rows, standing) -> dict[str, str]:
    best_in, last_in = standing
    return {
        translate("Among the best in"): "; ".join(best_in) or frontier.highest_ranks_text(row, rows),
        translate("Among the last in"): "; ".join(last_in) or translate("nothing"),
    }


def _render_advice(rows, needs, samples_only, fit) -> list[str]:
    """Draw the advice on which models to try and why; returns their names. fit: at which they are compared, or None."""
    advice = frontier.recommend_models(rows, needs, samples_only)
    if not needs:
        st.markdown(translate("**Choose what you need**: the models to try first are then named here, and marked ✓."))
    elif not advice.rows:
        st.markdown(translate("**None of these models** has been measured for that."))
    else:
        if advice.is_undecided:
            introduction = translate("**These figures do not tell the models apart**; by their means the order is:")
        else:
            introduction = translate("**Try first**, in this order:")
        st.markdown(introduction + _reasons_list(advice.rows, advice.reasons))
        if advice.uncertain_rows:
            uncertain_introduction = translate("**Not ruled out**, but only because their seeds differ so much:")
            st.markdown(uncertain_introduction + _reasons_list(advice.uncertain_rows, advice.reasons))
        wants_only_samples = all(frontier.NEEDS[need].needs_samples for need in needs)
        if wants_only_samples and (mixture_note := frontier.mixture_text(rows)):
            st.markdown(mixture_note)
        st.caption(
            translate(
                "The order is that of the mean rank in these figures. A model is left out if a listed one can be called better "
                "(see ★ below) in at least one of them, and the model itself better than that one in none; so a listed model may "
                "be the best in one and among the last in another."
            )
        )
    if fit is None and {"fit", "sharp"} & set(needs):
        st.caption(translate(frontier.UNEQUAL_FIT_TEXT))
    for sentence in advice.left_out:
        st.caption(translate("Left out: {reason}", reason=markdown.escape(sentence)))
    return [row.model.name for row in advice.rows]


def _reasons_list(rows, reasons) -> str:
    """A Markdown list of models, each with why it is named; begins with a line's end."""
    return "".join(
        f"\n- **{markdown.escape(translate(row.model.title))}**: {markdown.escape(reasons[row.model.name])}"
        for row in rows
    )


def _render_variants_with_labels(labels):
    st.markdown(translate("**Labels** can be used by these variants, which were not part of this comparison:"))
    for variant in VARIANTS.values():
        if variant.labels == "nowhere":
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            query = {"labels": "100"} if labels == "some" else {}
            if variant.labels == "discriminator":  # needs a prior with a region for each class
                query["prior.name"] = "mixture"
            title = translate(variant.title)
            label = translate("Train {variant}", variant=title)
            links.render_train_link(label, {"variant": variant.name, **query}, width="content")
            st.caption(markdown.escape(translate(variant.summary)), width="stretch")


def _render_readings(rows):
    for key in measured_models.available_figures(rows):
        st.markdown(
            f"**{translate(frontier.COLUMN_TITLES[key])}**: {markdown.escape(frontier.metric_title(key))}. "
            f"{markdown.escape(frontier.metric_reading(key))}"
        )


def _render_model(row, standing_facts, summaries_by_point, is_advised):
    model, literal = row.model, markdown.escape
    title = literal(translate(model.title))
    st.subheader(f"✓ {title}" if is_advised else title, anchor=False)
    tuned_settings = ", ".join(
        f"{translate(form_settings.TITLES.get(key, key))} {_setting_value_text(key, value)}"
        for key, value in row.tuned_settings.items()
    )
    facts = {
        **standing_facts,
        translate("Its training needs"): frontier.prior_needs_text(model.variant),
        translate("One value of its knob"): tuned_settings,
    }
    st.markdown(literal(frontier.model_summary(model)))
    st.markdown("  \n".join(f"**{name}**: {literal(text)}." for name, text in facts.items() if text))
    with st.container(horizontal=True, gap="small"):
        for point in row.points:
            run_words = point.revision or translate("Its autoencoder")
            if point.minutes is not None:
                run_words += f", {progress.format_duration(60 * point.minutes)}"
            summary = summaries_by_point.get(point.place_and_seed)
            if summary and summary.state in BUSY:
                links.render_train_link(
                    translate("Watch seed {seed}", seed=point.seed), {"watch": summary.id}, icon=":material/monitoring:",
                    width="content",
                )  # fmt: skip
            elif summary:
                help_text = run_words
                if summary.id != point.revision:
                    help_text = translate("{run}; trained here again as {revision}", run=run_words, revision=summary.id)
                label = translate("Open seed {seed}", seed=point.seed)
                links.render_revision_link("explore", label, summary.id, help=help_text, width="content")
            else:
                help_text = translate(
                    "{run}; it is not on this machine. This link fills in its settings.", run=run_words
                )
                label = translate("Train seed {seed}", seed=point.seed)
                links.render_train_link(label, config=row.point_config(point), help=help_text, width="content")


def _setting_value_text(key, value) -> str:
    if isinstance(value, list):
        value = tuple(value)
    return form_settings.setting_value_text(key, form_settings.widget_value(value))


render_page()
