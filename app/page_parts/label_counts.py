"""Test error against the number of labels, for revisions of one variant and data; missing errors are measured on request."""

from dataclasses import dataclass

import streamlit as st

from aae_core.config.configuration import to_flat_dict
from aae_core.config.derived import trained_phases
from aae_core.config.variants import PHASES
from app.cache import predictions, revision_data, revision_snapshot
from app.components import markdown
from app.figures import html_tables, number_text, revision_list
from app.ui import form_settings, links, revision_picker, widgets

# Settings that are ignored in a comparison by labels; the learning rates only if one of the two has no adversary.
IGNORED_SETTINGS = {"name", "seed", "labels", "precision", "threads", "processes", "capture", "device"}
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


def comparable_points(revision, error: float) -> list[LabelCountPoint]:
    """The revisions of the same variant and data that were trained with labels, fewest labels first. error: the test error of
    `revision` itself, a share."""
    points, variant_and_data = [], (revision.config.variant, revision.config.data)
    for summary in revision_data.list_summaries():
        if (summary.variant, summary.data) == variant_and_data and predictions.demonstration_rank(summary):
            other = revision_snapshot.open_snapshot(summary.id)
            if other.data.classes == revision.data.classes and (other.path / "weights.safetensors").exists():
                other_error = error if other.id == revision.id else predictions.find_test_error(other)
                points.append(_make_point(revision.config, other, revision_list.summary_title(summary), other_error))
    return sorted(points, key=lambda point: (point.labels, point.title))


def _make_point(open_config, revision, title, error):
    config = revision.config
    labels = revision.data.train if config.labels is None else config.labels
    is_plain = [trained_phases(configuration) == ("classification",) for configuration in (config, open_config)]
    own_settings, open_settings = to_flat_dict(config), to_flat_dict(open_config)
    ignored_settings = IGNORED_SETTINGS | (ADVERSARIAL_RATES if is_plain[0] != is_plain[1] else set())
    differing_keys = tuple(
        key for key, value in own_settings.items() if key not in ignored_settings and value != open_settings[key]
    )
    return LabelCountPoint(revision.id, title, labels, error, is_plain[0], differing_keys)


def render_label_counts(revision, error):
    """Draw the chart of test error against the number of labels, and links to the revisions in it. error: as in
    `comparable_points`."""
    from app.figures import prediction_charts

    st.header("How much do labels help?", anchor=False)
    points = comparable_points(revision, error)
    measured_points = [point for point in points if point.error is not None]
    key = f"classify.labels.{revision.id}"
    kind, title = (markdown.escape(text) for text in (revision.variant.title, revision.data.title))
    differences_note = plain = ""
    if any(point.differing_settings for point in measured_points):
        differences_note = " Some revisions differ in other settings, too; the table below lists them."
    if any(point.plain for point in measured_points):
        plain = ", and plain classifiers of the same networks"
    st.markdown(
        f"Each point is a revision trained on {title}: {kind}s{plain}. The ring marks the open revision.{differences_note}"
    )
    widgets.render_chart(
        prediction_charts.error_by_label_count(measured_points, revision.id, f"{revision.item_word}s"), key=key,
        selection_mode="points",
        on_select=lambda: revision_picker.switch_to_clicked_revision(key, measured_points),
        alt=f"Test error against the number of labels, {len(measured_points)} revisions; the table below lists the numbers",
    )  # fmt: skip
    if revision.originals is not None:
        _render_measure_button([point for point in points if point.error is None])
    others = {
        point.id: f"{point.labels:,} labels, {number_text.percent(point.error, 2)} error · {point.title}"
        for point in measured_points
        if point.id != revision.id
    }
    if others:
        links.render_other_revision_choice(
            others, "classify.other", "You can also click a point of the chart to open its revision."
        )
    else:
        st.caption("Revisions with a different number of labels, or without the adversary, will appear here.")
        number = min(1000, revision.data.train) if revision.config.labels == 100 else 100
        # each of these variants has a preset of the same name
        query = {"data": revision.data.name, "preset": revision.config.variant, "labels": str(number)}
        links.render_train_link(f"Train one with {number:,} labels", query)
    widgets.render_expander(
        "The points as a table", "classify.points", _render_points_table, measured_points, revision.data.is_table
    )


def _render_points_table(points, is_table):
    rows = []
    for point in points:
        kind = "plain classifier" if point.plain else "with the adversary"
        differing_titles = (
            ", ".join(form_settings.setting_title(key, is_table).lower() for key in point.differing_settings) or "–"
        )
        rows.append((point.title, f"{point.labels:,}", number_text.percent(point.error, 2), kind, differing_titles))
    heads = ("Revision", "Labels", "Test error", "Kind", "Other settings that differ")
    st.html(html_tables.text_table_html("Labels and test error", heads, rows))


def _render_measure_button(points):
    if not points:
        return
    subject, pronoun = ("revision has", "it") if len(points) == 1 else ("revisions have", "them")
    st.caption(f"The test error of {len(points)} other {subject} not been measured yet.")
    if st.button(f"Measure {pronoun}", icon=":material/play_arrow:"):
        for number, point in enumerate(points, 1):
            with widgets.errors_in_boxes():
                predict_with_progress_bar(
                    revision_snapshot.open_snapshot(point.id), f", revision {number} of {len(points)}"
                )
        st.rerun()


def predict_with_progress_bar(revision, suffix=""):
    """The predictions of a revision for the test images, with a progress bar while they are computed. suffix: ends the bar's
    text."""
    progress_text = f"Classifying test {revision.item_word} {{:,}} of {{:,}}{suffix} …".format
    cached = predictions.CACHE.find(revision)
    if cached is not None:
        return cached
    return widgets.compute_with_progress_bar(
        progress_text, lambda progress: predictions.predict_test_set(revision, progress)
    )
