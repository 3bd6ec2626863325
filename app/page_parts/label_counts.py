"""Test error against the number of labels, over the revisions of one variant and data; missing errors are measured here."""

from dataclasses import dataclass

import streamlit as st

from aae_core.config.derived import phases
from aae_core.config.variants import PHASES
from aae_core.reproduce.experiments import flat
from app.cache import loaded, predictions, shown_codes
from app.components import markdown
from app.figures import number_text, prediction_tables
from app.ui import form_settings, links, widgets

# Settings in which two revisions may differ and still be compared by their labels; the rates, where one has no adversary.
ALIKE = {"name", "seed", "labels", "precision", "threads", "processes", "capture", "device"}
RATES = {f"optimiser.{phase}_rate" for phase in PHASES if phase != "classification"}


@dataclass(frozen=True)
class Point:
    """A revision among those that were taught on the same images.

    labels: how many were used; error: share of the test images, None where it was not counted yet. plain: whether no
    adversary took part, so that it is an ordinary classifier (on the same nets). unlike: the dotted keys of the settings in
    which it differs from the open one, apart from labels, seed and how the steps were computed.
    """

    id: str
    title: str
    labels: int
    error: float | None
    plain: bool
    unlike: tuple[str, ...] = ()


def family(revision, error: float) -> list[Point]:
    """The revisions of the same variant and data that labels taught, the fewest labels first; itself with its own `error`."""
    points, kind = [], (revision.config.variant, revision.config.data)
    for summary in loaded.summaries():
        if (summary.variant, summary.data) == kind and predictions.preference(summary):
            other = loaded.open_revision(summary.id)
            if other.data.classes == revision.data.classes and (other.path / "weights.safetensors").exists():
                known = error if other.id == revision.id else predictions.error_of(other)
                points.append(_point(revision.config, other, widgets.title(summary), known))
    return sorted(points, key=lambda point: (point.labels, point.title))


def _point(open_, revision, title, error):
    config = revision.config
    labels = revision.data.train if config.labels is None else config.labels
    plain = [phases(one) == ("classification",) for one in (config, open_)]
    here, there = flat(config), flat(open_)
    passed_over = ALIKE | (RATES if plain[0] != plain[1] else set())
    unlike = tuple(key for key, value in here.items() if key not in passed_over and value != there[key])
    return Point(revision.id, title, labels, error, plain[0], unlike)


def panel(revision, error):
    """Test error against the number of labels, over the revisions of the same variant and data."""
    from app.figures import prediction_charts

    st.header("How much do labels help?", anchor=False)
    points = family(revision, error)
    known = [point for point in points if point.error is not None]
    key = f"classify.labels.{revision.id}"
    kind, title = (markdown.literal(text) for text in (revision.variant.title, revision.data.title))
    mixed = " Some revisions differ in other settings, too; the table below lists them." * any(p.unlike for p in known)
    plain = ", and plain classifiers of the same networks" if any(point.plain for point in known) else ""
    st.markdown(
        f"Each point is a revision trained on {title}: {kind}s{plain}. The ring marks the open revision.{mixed}"
    )
    widgets.chart(
        prediction_charts.by_labels(known, revision.id), key=key, selection_mode="points",
        on_select=lambda: widgets.open_point(key, known),
        alt=f"Test error against the number of labels, {len(known)} revisions; the table below lists the numbers",
    )  # fmt: skip
    if shown_codes.is_here(revision):
        _measure_others([point for point in points if point.error is None])
    others = {
        point.id: f"{point.labels:,} labels, {number_text.percent(point.error, 2)} error · {point.title}"
        for point in known
        if point.id != revision.id
    }
    if others:
        links.pick_other(others, "classify.other", "You can also click a point of the chart to open its revision.")
    else:
        st.caption("Revisions with a different number of labels, or without the adversary, will appear here.")
        number = min(1000, revision.data.train) if revision.config.labels == 100 else 100
        # each of these variants has a preset of its name
        query = {"data": revision.data.name, "preset": revision.config.variant, "labels": str(number)}
        links.to_train(f"Train one with {number:,} labels", query)
    widgets.folded("The points as a table", "classify.points", _points_table, known)


def _points_table(points):
    rows = []
    for point in points:
        kind = "plain classifier" if point.plain else "with the adversary"
        unlike = ", ".join(form_settings.TITLES.get(key, key).lower() for key in point.unlike) or "–"
        rows.append((point.title, f"{point.labels:,}", number_text.percent(point.error, 2), kind, unlike))
    heads = ("Revision", "Labels", "Test error", "Kind", "Other settings that differ")
    st.html(prediction_tables.numbers("Labels and test error", heads, rows))


def _measure_others(points):
    """A button to measure missing test errors, which takes a moment each."""
    if not points:
        return
    one = len(points) == 1
    st.caption(
        f"The test error of {len(points)} other {'revision has' if one else 'revisions have'} not been measured yet."
    )
    if st.button("Measure them" if len(points) > 1 else "Measure it", icon=":material/play_arrow:"):
        for number, point in enumerate(points, 1):
            with widgets.guarded():
                predictions_with_bar(loaded.open_revision(point.id), f", revision {number} of {len(points)}")
        st.rerun()


def predictions_with_bar(revision, of=""):
    """Its predictions, with a progress bar while they are computed."""
    told = f"Classifying test image {{:,}} of {{:,}}{of} …".format
    found = predictions.KEPT.find(revision)
    return found or widgets.with_progress_bar(told, lambda progress: predictions.answers(revision, progress))
