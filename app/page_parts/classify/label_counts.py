"""Test error against the number of labels, for revisions of one variant and data; missing errors are measured on request."""

from dataclasses import dataclass

import streamlit as st

from aae_core.config.configuration import to_flat_dict
from aae_core.config.derived import trained_phases
from aae_core.config.variants import PHASES
from aae_core.wording import adapt_image_words, join_sentences
from app.cache import predictions, revision_data, revision_snapshot
from app.cache.revision_view import RevisionView
from app.components import markdown
from app.figures import html_tables, number_text, revision_list
from app.translation.data_titles import data_title
from app.translation.texts import translate, translate_plural
from app.ui import form_settings, links, revision_picker, widgets

# Settings that are ignored in a comparison by labels; the learning rates only if one of the two has no adversary.
IGNORED_SETTINGS = {"name", "seed", "labels", "precision", "threads", "capture", "device"}
ADVERSARIAL_RATES = {f"optimiser.{phase}_rate" for phase in PHASES if phase != "classification"}


@dataclass(frozen=True)
class LabelCountPoint:
    """A revision in the comparison.

    labels: number of labels used; error: share of misclassified test images, None if not measured yet; plain: whether it was
    trained by the classification phase alone, and so is an ordinary classifier; differing_settings: the dotted keys of the
    settings, apart from those ignored, in which it differs from the open revision.
    """

    id: str
    title: str
    labels: int
    error: float | None
    plain: bool
    differing_settings: tuple[str, ...] = ()


def comparable_points(revision: RevisionView, error: float) -> list[LabelCountPoint]:
    """The revisions of the same variant and data that were trained with labels, fewest labels first. error: the test error of
    `revision` itself, a share."""
    points, variant_and_data = [], (revision.config.variant, revision.config.data)
    for summary in revision_data.list_summaries():
        if (summary.variant, summary.data) == variant_and_data and predictions.demonstration_rank(summary):
            other_revision = revision_snapshot.open_snapshot(summary.id)
            if (
                other_revision.data.classes == revision.data.classes
                and (other_revision.path / "weights.safetensors").exists()
            ):
                other_error = error if other_revision.id == revision.id else predictions.find_test_error(other_revision)
                points.append(
                    _make_point(revision.config, other_revision, revision_list.summary_title(summary), other_error)
                )
    return sorted(points, key=lambda point: (point.labels, point.title))


def _make_point(open_config, revision: RevisionView, title, error):
    config = revision.config
    labels = revision.data.train if config.labels is None else config.labels
    is_plain = [trained_phases(configuration) == ("classification",) for configuration in (config, open_config)]
    own_settings, open_settings = to_flat_dict(config), to_flat_dict(open_config)
    ignored_settings = IGNORED_SETTINGS | (ADVERSARIAL_RATES if is_plain[0] != is_plain[1] else set())
    differing_keys = tuple(
        key for key, value in own_settings.items() if key not in ignored_settings and value != open_settings[key]
    )
    return LabelCountPoint(revision.id, title, labels, error, is_plain[0], differing_keys)


def render_label_counts(revision: RevisionView, error):
    """Draw the chart of test error against the number of labels, and links to the revisions in it. error: as in
    `comparable_points`."""
    from app.figures import prediction_charts

    st.header(translate("How much do labels help?"), anchor=False)
    points = comparable_points(revision, error)
    measured_points = [point for point in points if point.error is not None]
    key = f"classify.labels.{revision.id}"
    st.markdown(_chart_introduction(revision, measured_points))
    items = revision.reword_for_items(translate("images"))
    alt = translate(
        "Test error against the number of labels, {number} revisions; the table below lists the numbers",
        number=len(measured_points),
    )
    widgets.render_chart(
        prediction_charts.error_by_label_count(measured_points, revision.id, items), key=key,
        selection_mode="points",
        on_select=lambda: revision_picker.switch_to_clicked_revision(key, measured_points), alt=alt,
    )  # fmt: skip
    if revision.originals is not None:
        _render_measure_button([point for point in points if point.error is None])
    title_by_id = {
        point.id: f"{_point_facts(point)} · {point.title}" for point in measured_points if point.id != revision.id
    }
    if title_by_id:
        links.render_other_revision_choice(
            title_by_id, "classify.other", translate("You can also click a point of the chart to open its revision.")
        )
    else:
        st.caption(
            translate("Revisions with a different number of labels, or without the adversary, will appear here.")
        )
        number = min(1000, revision.data.train) if revision.config.labels == 100 else 100
        # each of these variants has a preset of the same name
        query = {"data": revision.data.name, "preset": revision.config.variant, "labels": str(number)}
        links.render_train_link(translate("Train one with {number} labels", number=f"{number:,}"), query)
    widgets.render_expander(
        translate("The points as a table"),
        "classify.points",
        _render_points_table,
        measured_points,
        revision.data.is_table,
    )


def _chart_introduction(revision: RevisionView, points) -> str:
    """What the points in the chart are, in Markdown."""
    names = {
        "data": markdown.escape(data_title(revision.data)),
        "variant": markdown.escape(translate(revision.variant.title)),
    }
    if any(point.plain for point in points):
        text = translate(
            "Each point is a revision trained on {data}: {variant}s, and plain classifiers of the same networks. The ring marks "
            "the open revision.",
            **names,
        )
    else:
        text = translate(
            "Each point is a revision trained on {data}: {variant}s. The ring marks the open revision.", **names
        )
    if any(point.differing_settings for point in points):
        note = translate("Some revisions differ in other settings, too; the table below lists them.")
        text = join_sentences(text, note)
    return text


def _point_facts(point) -> str:
    """The labels and the error of a point in words."""
    counts = {"number": f"{point.labels:,}", "error": number_text.percent(point.error, 2)}
    return translate("{number} labels, {error} error", **counts)


def _render_points_table(points, is_table):
    rows = []
    for point in points:
        kind = translate("plain classifier") if point.plain else translate("with the adversary")
        differing_titles = (
            ", ".join(form_settings.setting_title(key, is_table).lower() for key in point.differing_settings) or "–"
        )
        rows.append((point.title, f"{point.labels:,}", number_text.percent(point.error, 2), kind, differing_titles))
    heads = (
        translate("Revision"), translate("Labels"), translate("Test error"), translate("Kind"),
        translate("Other settings that differ"),
    )  # fmt: skip
    st.html(html_tables.text_table_html(translate("Labels and test error"), heads, rows))


def _render_measure_button(points):
    if not points:
        return
    st.caption(
        translate_plural(
            "The test error of {count} other revision has not been measured yet.",
            "The test error of {count} other revisions have not been measured yet.",
            len(points),
        )
    )
    if st.button(translate_plural("Measure it", "Measure them", len(points)), icon=":material/play_arrow:"):
        for number, point in enumerate(points, 1):
            with widgets.errors_in_boxes():
                predict_with_progress_bar(revision_snapshot.open_snapshot(point.id), (number, len(points)))
        st.rerun()


def predict_with_progress_bar(revision: RevisionView, place: tuple[int, int] | None = None):
    """The predictions of a revision for the test images, with a progress bar while they are computed. place: its number among
    several revisions that are classified, and how many these are."""
    if place is None:
        text, numbers = translate("Classifying test image {done} of {total} …"), {}
    else:
        text = translate("Classifying test image {done} of {total}, revision {number} of {count} …")
        numbers = {"number": place[0], "count": place[1]}
    text = adapt_image_words(text, revision.data.is_table)
    progress_text = lambda done, total: text.format(done=f"{done:,}", total=f"{total:,}", **numbers)  # noqa: E731
    cached = predictions.CACHE.find(revision)
    if cached is not None:
        return cached
    return widgets.compute_with_progress_bar(
        progress_text, lambda progress: predictions.predict_test_set(revision, progress)
    )
