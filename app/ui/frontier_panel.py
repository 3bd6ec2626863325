"""The measured latent models (docs/frontier.md) on a page: choice of data and dimensions, chart, table, and training buttons."""

import streamlit as st

from aae_core import progress
from aae_core.data import sets
from aae_core.errors import AAEError, RevisionError
from aae_core.reproduce import frontier as measured_models
from aae_core.reproduce.frontier import DISTANCES, Frontier, Row
from aae_core.store.revisions import Summary
from app.cache import loaded
from app.components import markdown
from app.figures import frontier
from app.session import address, settings
from app.ui import choices, live_store, people, revision_picker, widgets
from app.visitors import acts, who

DATA, DIM, DISTANCE, NEEDS = (f"frontier.{name}" for name in ("data", "dim", "distance", "needs"))
DISTANCE_TITLES = {"mmd2": "MMD²", "fresh_accuracy": "A fresh classifier’s accuracy"}


def pick_place(found: Frontier) -> list[Row]:
    """Let the user choose one of the measured data sets and numbers of latent dimensions; returns the models measured there."""
    sizes = {}
    for data, dim in found.places:
        sizes.setdefault(data, []).append(str(dim))
    first = "mnist" if "mnist" in sizes else next(iter(sizes))  # most shipped revisions are of MNIST
    with st.container(horizontal=True, vertical_alignment="bottom"):
        titles = {name: data_title(name) for name in sizes}
        data = choices.choose(st.selectbox, DATA, titles, first, label="Data", width=220)
        dims = {dim: f"{dim} (a map)" if dim == "2" else dim for dim in sorted(sizes[data], key=int)}
        dim = choices.choose(st.segmented_control, DIM, dims, next(iter(dims)), label="Latent dimensions")
    return found.rows(data, int(dim))


def data_title(name: str) -> str:
    """The title of a built-in data set; the name of any other."""
    return sets.describe(name).title if name in sets.BUILT_IN else name


def pick_needs() -> list[str]:
    """Let the user choose what a model should be good at; returns keys of `frontier.NEEDS`, in that order."""
    read = lambda text: settings.read_some(text, frontier.NEEDS)  # noqa: E731
    key = choices.filled_key(NEEDS, read, (), fits=lambda names: set(names) <= frontier.NEEDS.keys())
    held = st.pills(
        "What do you need? Choose one or several", list(frontier.NEEDS), selection_mode="multi", key=key,
        format_func=lambda name: markdown.literal(frontier.NEEDS[name].title),
    )  # fmt: skip
    found = [name for name in frontier.NEEDS if name in held]
    address.keep(NEEDS, ",".join(found) or None)
    return found


def chart(rows: list[Row], key: str, chosen=(), marks=()) -> None:
    """Draw the chart, with a choice of the distance to the prior. chosen, marks: as in `frontier_chart.chart`."""
    titles = {distance: DISTANCE_TITLES[distance] for distance in DISTANCES}
    distance = choices.choose(st.segmented_control, DISTANCE, titles, DISTANCES[0], label="Distance to the prior")
    from app.figures import frontier_chart

    figure = frontier_chart.chart(rows, distance, chosen, marks)
    widgets.chart(figure, key=f"{key}.{distance}", alt=frontier_chart.alt(rows, distance))
    st.caption(frontier.READ + frontier.FLOOR if distance == "mmd2" else frontier.READ)


def figures(rows: list[Row], chosen=()) -> None:
    """Draw all figures of the models as a table. chosen: names of the models to mark."""
    st.html(frontier.table(rows, chosen))
    st.caption(f"{frontier.seeds_said(rows)} {frontier.STARS} {frontier.UNEQUAL}")


def folded_figures(rows: list[Row], name: str) -> None:
    """The table of `figures` in a box that can be unfolded. name: the key of the box."""
    widgets.folded("All figures of these models", name, figures, rows)


def revisions_here(rows: list[Row], among: list[Summary]) -> dict[str, Summary]:
    """Of the summaries `among`, those behind the points of the rows, by the points' revision ids: the measured revision itself,
    or another one that was, or is being, trained with the same settings."""
    found = {}
    known = {summary.id: summary for summary in among}
    for row in rows:
        for point in row.points:
            summary = known.get(point.revision)
            if summary is None:
                summary = loaded.trained_as(row.config(point), among)
            if summary is not None:
                found[point.revision] = summary
    return found


def offer_training(rows: list[Row], here: dict[str, Summary]) -> None:
    """Draw a button that trains each model without a revision on this machine, with the first of its seeds. here: the result of
    `revisions_here`."""
    live_store.say_problem()
    missing = [row for row in rows if not any(point.revision in here for point in row.points)]
    if not missing or not who.present().is_teacher:  # on a shared server, a visitor may queue only a few trainings
        return
    configs = [row.config(row.points[0]) for row in missing]
    data = sets.describe(missing[0].points[0].data)
    what = markdown.literal(", ".join(row.model.title for row in missing))
    st.button(
        f"Train one of each ({len(missing)})", icon=":material/model_training:", key="frontier.train", help=what,
        disabled=not data.available, on_click=live_store.do, args=(_train, configs),
    )  # fmt: skip
    minutes = [row.mean(measured_models.MINUTES) for row in missing]
    told = "The page Train shows their progress."
    if None not in minutes:
        took = progress.duration(60 * sum(minutes))
        told = f"Their steps take about {took} in all on the machine named below. {told}"
    if data.available:
        st.caption(f"No revision of {len(missing)} of these models is on this machine. {told}")
    else:
        st.caption(
            f"{markdown.literal(data.title)} is not on this machine, so none of these models can be trained. "
            f"{revision_picker.how_to_get(data.name)}"
        )


def _train(store, configs):
    for begun, config in enumerate(configs):
        try:
            acts.start(store, config, people.own_name())
        except AAEError as error:
            raise RevisionError(f"{begun} of these {len(configs)} trainings have begun. {error}") from error


def beside(pair: list, names: tuple[str, str]) -> None:
    """Mark two revisions in the chart of the models measured on the same data and dimensions; draws nothing if there are none."""
    from app.figures.frontier_chart import Mark

    found = measured_models.read()
    if not found:
        return
    places = [(revision.data.name, revision.config.latent_dim) for revision in pair]
    measured_places = [place for place in places if place in found.places]
    if not measured_places:
        return
    place = measured_places[0]
    st.header("Among other models", anchor=False)
    marks = tuple(
        Mark(name, revision.measures if at == place else {})
        for name, revision, at in zip(names, pair, places, strict=True)
    )
    rows = found.rows(*place)
    chart(rows, "compare.frontier", marks=marks)
    st.caption(
        f"The models of the page Which one? on {markdown.literal(data_title(place[0]))} in {place[1]} dimensions. The grey "
        "diamonds are these revisions; their networks and training times may differ."
    )
    for mark in marks:
        if not any(mark.at(distance) for distance in DISTANCES):
            st.caption(
                f"{markdown.literal(mark.title)} is left out: its data or dimensions differ, or these metrics were not measured."
            )
    folded_figures(rows, "compare.figures")
