"""The measured latent models (docs/results/frontier.md) on a page: choice of data and dimensions, chart, table, and
training buttons."""

import streamlit as st

from aae_core import progress
from aae_core.data import sets
from aae_core.errors import AAEError, RevisionError
from aae_core.reproduce import curve_rows
from aae_core.reproduce import frontier as measured_models
from aae_core.reproduce.frontier import PRIOR_DISTANCES, Frontier, ModelRow
from aae_core.store.revisions import Summary
from aae_core.wording import join_sentences
from app.cache import revision_data
from app.components import markdown
from app.figures import frontier, frontier_legend, frontier_marks
from app.session import address, settings
from app.translation.data_titles import data_title, data_title_by_name
from app.translation.texts import mark, translate, translate_plural
from app.ui import choices, people, request_keys, revision_picker, store_polling, widgets
from app.visitors import actions, identity

DATA, DIM, DISTANCE, NEEDS, FIT = (f"frontier.{name}" for name in ("data", "dim", "distance", "needs", "fit"))
ANY_FIT = "any"
TRAIN_BUTTON = "frontier.train"
DISTANCE_TITLES = {"mmd2": "MMD²", "fresh_accuracy": mark("A fresh classifier’s accuracy")}


def choose_measured_place(frontier_data: Frontier) -> tuple[str, int]:
    """Let the user choose one of the measured data sets and numbers of latent dimensions; returns both."""
    sizes = {}
    for data, dim in frontier_data.data_sets_and_dimensions:
        sizes.setdefault(data, []).append(str(dim))
    default_data = "mnist" if "mnist" in sizes else next(iter(sizes))  # most shipped revisions are of MNIST
    with st.container(horizontal=True):
        titles = {name: data_title_by_name(name) for name in sizes}
        data = choices.choose_option(st.segmented_control, DATA, titles, default_data, label=translate("Data"))
        dims = {dim: translate("2 (a map)") if dim == "2" else dim for dim in sorted(sizes[data], key=int)}
        dim = choices.choose_option(
            st.segmented_control, DIM, dims, next(iter(dims)), label=translate("Latent dimensions")
        )
    return data, int(dim)


def choose_fit(frontier_data: Frontier, place: tuple[str, int]) -> float | None:
    """Let the user choose the MMD² at which models are compared, among those that some model reaches; returns it, or None if
    each model is to stand at one value of its knob, as where there are no curves."""
    fits = curve_rows.reached_fits(frontier_data, *place)
    if not fits:
        return None
    titles = {f"{fit:g}": f"{fit:g}" for fit in fits}
    if frontier_data.has_chosen_values(*place):
        titles[ANY_FIT] = translate("One value each")
    label = translate("Compare at which fit of the prior, MMD²?")
    default_fit = f"{curve_rows.closest_common_fit(frontier_data, *place):g}"
    fit = choices.choose_option(st.segmented_control, FIT, titles, default_fit, label=label, wrap=True)
    return None if fit == ANY_FIT else float(fit)


def rows_at_chosen_fit(frontier_data: Frontier, place: tuple[str, int], fit: float | None) -> list[ModelRow]:
    """The models at that place: at equal fit, or with `fit` None each at one value of its knob."""
    if fit is None:
        return frontier_data.model_rows(*place)
    return curve_rows.rows_at_fit(frontier_data, *place, fit)


def render_curve_chart(
    frontier_data: Frontier, place: tuple[str, int], key: str, chosen_names=(), fit: float | None = None, marks=()
) -> None:
    """Draw the models' curves, with a choice of the distance to the prior, or without curves `render_frontier_chart`.
    chosen_names, fit, marks: as in `frontier_chart.curves_figure`."""
    rows, curves = frontier_data.model_rows(*place), curve_rows.model_curves(frontier_data, *place)
    if not curves:
        render_frontier_chart(rows, key, chosen_names, marks)
        return
    from app.figures import frontier_chart

    chart_place = st.container()
    distance = _choose_distance()
    figure = frontier_chart.curves_figure(rows, curves, distance, chosen_names, fit, marks, _is_page_dark())
    with chart_place:
        _render_chart_and_legend(figure, f"{key}.{distance}", frontier_marks.curves_alt_text(rows, curves, distance))
    has_lines = any(curve_rows.mean_curve(curve, distance) for curve in curves)
    texts = [translate(frontier.CURVES_TEXT if has_lines else frontier.READING_TEXT)]
    if distance == "mmd2":
        texts.append(frontier.floor_text())
    if has_lines:
        texts.append(frontier.curve_origin_text(frontier_data, *place))
    st.caption(join_sentences(*texts))


def _render_chart_and_legend(figure, key, alt):
    st.html(frontier_legend.legend_html(figure))
    widgets.render_chart(figure, key=key, alt=alt)


def _is_page_dark() -> bool:
    return st.context.theme.type == "dark"


def _choose_distance() -> str:
    titles = {distance: translate(DISTANCE_TITLES[distance]) for distance in PRIOR_DISTANCES}
    label = translate("Distance to the prior")
    return choices.choose_option(st.segmented_control, DISTANCE, titles, PRIOR_DISTANCES[0], label=label, wrap=True)


def render_curve_table(frontier_data: Frontier, place: tuple[str, int]) -> None:
    """Draw the errors at equal fit and the hypervolumes as a table; nothing where no curve was measured."""
    rows = curve_rows.whole_curve_rows(frontier_data, *place)
    if not rows:
        return
    st.header(translate("At equal fit"), anchor=False)
    st.markdown("\n".join(f"- {markdown.escape(sentence)}" for sentence in frontier.curve_sentences(rows)))
    st.html(frontier.curve_table_html(rows))
    texts = translate(frontier.STARS_BELOW_TEXT), frontier.curve_origin_text(frontier_data, *place)
    st.caption(join_sentences(frontier.curve_table_text(), *texts))


def choose_needs() -> list[str]:
    """Let the user choose what a model should be good at; returns keys of `frontier.NEEDS`, in that order."""
    parse = lambda text: settings.parse_names(text, frontier.NEEDS)  # noqa: E731
    key = choices.filled_widget_key(NEEDS, parse, (), is_valid=lambda names: set(names) <= frontier.NEEDS.keys())
    chosen_names = st.pills(
        translate("What do you need? Choose one or several"), list(frontier.NEEDS), selection_mode="multi", key=key, wrap=True,
        format_func=lambda name: markdown.escape(translate(frontier.NEEDS[name].title)),
    )  # fmt: skip
    needs = [name for name in frontier.NEEDS if name in chosen_names]
    address.store_setting(NEEDS, ",".join(needs) or None)
    return needs


def render_frontier_chart(rows: list[ModelRow], key: str, chosen_names=(), marks=()) -> None:
    """Draw the chart, with a choice of the distance to the prior. chosen_names, marks: as in
    `frontier_chart.frontier_figure`."""
    from app.figures import frontier_chart

    chart_place = st.container()
    distance = _choose_distance()
    figure = frontier_chart.frontier_figure(rows, distance, chosen_names, marks, is_dark=_is_page_dark())
    with chart_place:
        _render_chart_and_legend(figure, f"{key}.{distance}", frontier_marks.frontier_alt_text(rows, distance))
    text = translate(frontier.READING_TEXT)
    st.caption(join_sentences(text, frontier.floor_text() if distance == "mmd2" else ""))


def render_frontier_table(rows: list[ModelRow], chosen_names=(), is_equal_fit: bool = False) -> None:
    """Draw all figures of the models as a table. chosen_names: names of the models to mark; is_equal_fit: whether the rows are
    at equal fit."""
    st.html(frontier.comparison_table_html(rows, chosen_names))
    fit_text = translate(frontier.EQUAL_FIT_TEXT if is_equal_fit else frontier.UNEQUAL_FIT_TEXT)
    st.caption(join_sentences(frontier.seeds_text(rows), frontier.stars_text(), fit_text))


def render_folded_table(rows: list[ModelRow], key: str) -> None:
    """The table of `render_frontier_table` in a box that can be unfolded. key: that of the box."""
    widgets.render_expander(translate("All figures of these models"), key, render_frontier_table, rows)


def find_trained_revisions(rows: list[ModelRow], summaries: list[Summary]) -> dict[tuple, Summary]:
    """Of the summaries, those behind the points of the rows, by the points' `place_and_seed`: the measured revision itself, or
    another one that was, or is being, trained with the same settings."""
    summaries_by_point = {}
    summaries_by_id = {summary.id: summary for summary in summaries}
    for row in rows:
        for point in row.points:
            summary = summaries_by_id.get(point.revision)
            if summary is None:
                summary = revision_data.find_same_training(row.point_config(point), summaries)
            if summary is not None:
                summaries_by_point[point.place_and_seed] = summary
    return summaries_by_point


def render_train_missing_models_button(rows: list[ModelRow], summaries_by_point: dict[tuple, Summary]) -> None:
    """Draw a button that trains each model without a revision on this machine, with the first of its seeds.
    summaries_by_point: the result of `find_trained_revisions`."""
    store_polling.render_action_error()
    missing_rows = [row for row in rows if not any(point.place_and_seed in summaries_by_point for point in row.points)]
    if any(row.model.name == "ae" for row in rows):  # whose revision is the sampled autoencoder's, too
        missing_rows = [row for row in missing_rows if not row.model.fitted_components]
    if (
        not missing_rows or not identity.current_visitor().is_teacher
    ):  # on a shared server, a visitor may queue only a few trainings
        return
    configs = [row.point_config(row.points[0]) for row in missing_rows]
    data = sets.describe_data_set(missing_rows[0].points[0].data)
    titles = markdown.escape(", ".join(translate(row.model.title) for row in missing_rows))
    request_key = request_keys.current_request_key(TRAIN_BUTTON)
    st.button(
        translate("Train one of each ({count})", count=len(missing_rows)), icon=":material/model_training:",
        key=f"{TRAIN_BUTTON}.{request_key}", help=titles, disabled=not data.available,
        on_click=store_polling.run_action, args=(_start_trainings, configs, request_key),
    )  # fmt: skip
    minutes = [row.mean(measured_models.MINUTES) for row in missing_rows]
    progress_note = translate("The page Train shows their progress.")
    if None not in minutes:
        duration = progress.format_duration(60 * sum(minutes))
        duration_note = translate(
            "Their steps take about {duration} in all on the machine named below.", duration=duration
        )
        progress_note = join_sentences(duration_note, progress_note)
    if data.available:
        missing_note = translate("No revision of {count} of these models is on this machine.", count=len(missing_rows))
        st.caption(join_sentences(missing_note, progress_note))
    else:
        title = markdown.escape(data_title(data))
        missing_note = translate(
            "{data} is not on this machine, so none of these models can be trained.",
            data=title,
        )
        st.caption(join_sentences(missing_note, revision_picker.how_to_get_data_text(data.name)))


def _start_trainings(store, configs, request_key):
    for started_count, config in enumerate(configs):
        try:
            actions.start_training(store, config, people.entered_name(), f"{request_key}.{started_count}")
        except AAEError as error:
            text = translate_plural(
                "{count} of these {total} trainings has begun.",
                "{count} of these {total} trainings have begun.",
                started_count, total=len(configs),
            )  # fmt: skip
            raise RevisionError(join_sentences(text, str(error))) from error
    request_keys.renew_request_key(TRAIN_BUTTON)


def render_pair_in_frontier(pair: list, names: tuple[str, str]) -> None:
    """Mark two revisions in the chart of the models measured on the same data and dimensions, with the figures at equal fit of
    the models of their variants; draws nothing if none were measured there."""
    from app.figures.frontier_chart import RevisionMark

    frontier_data = measured_models.read_frontier()
    if not frontier_data:
        return
    places = [(revision.data.name, revision.config.latent_dim) for revision in pair]
    measured_places = [place for place in places if place in frontier_data.data_sets_and_dimensions]
    if not measured_places:
        return
    place = measured_places[0]
    st.header(translate("Among other models"), anchor=False)
    marks = tuple(
        RevisionMark(name, revision.measures if revision_place == place else {})
        for name, revision, revision_place in zip(names, pair, places, strict=True)
    )
    rows, whole_rows = frontier_data.model_rows(*place), curve_rows.whole_curve_rows(frontier_data, *place)
    related_names = _names_of_related_models(frontier_data, pair) if whole_rows else []
    render_curve_chart(frontier_data, place, "compare.frontier", related_names, marks=marks)
    models_note = translate(
        "The models of the page Which one? on {data} in {count} dimensions. The grey diamonds are these revisions; their "
        "networks and training times may differ.",
        data=markdown.escape(data_title_by_name(place[0])), count=place[1],
    )  # fmt: skip
    ticks_note = translate("✓ marks the models of the same variants as these two.") if related_names else ""
    st.caption(join_sentences(models_note, ticks_note))
    for revision_mark in marks:
        if not any(revision_mark.position(distance) for distance in PRIOR_DISTANCES):
            st.caption(
                translate(
                    "{revision} is left out: its data or dimensions differ, or these metrics were not measured.",
                    revision=markdown.escape(revision_mark.title),
                )
            )
    if any(row.model.name in related_names for row in whole_rows):
        _render_related_models(whole_rows, related_names)
    if rows:
        render_folded_table(rows, "compare.figures")


def _names_of_related_models(frontier_data, pair) -> list[str]:
    """The names of the models that have the variant of one of the revisions."""
    variants = {revision.config.variant for revision in pair}
    return [model.name for model in frontier_data.models if model.variant.name in variants]


def _render_related_models(rows: list[ModelRow], related_names: list[str]) -> None:
    """Draw some models' figures at equal fit. rows: the `whole_curve_rows` of all models there."""
    st.subheader(translate("At equal fit"), anchor=False)
    st.html(frontier.curve_table_html(rows, related_names))
    st.caption(
        translate(
            "Reconstruction error of the models ✓ with a line, each at the same MMD², and their hypervolume. ★ takes all lines "
            "of the chart into account."
        )
    )
    widgets.render_expander(
        translate("How each figure is read"), "compare.equal_fit.reading", _render_equal_fit_reading
    )


def _render_equal_fit_reading() -> None:
    for text in (frontier.curve_table_text(), frontier.stars_text()):
        st.markdown(markdown.escape(text))
