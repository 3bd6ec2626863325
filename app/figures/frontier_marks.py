"""What the chart of latent models shows, whatever draws it: a line for each model with a curve, with its symbol and dash, and
the alternative text; no st.* call."""

from dataclasses import dataclass

from aae_core.reproduce import curve_rows, equal_fit
from aae_core.reproduce.curve_rows import ModelCurve
from aae_core.reproduce.equal_fit import MMD2_FLOOR
from aae_core.reproduce.frontier import ModelRow
from aae_core.wording import join_sentences
from app.figures import number_text, palette
from app.figures.frontier import mean_and_deviation_text, metric_title
from app.translation.texts import translate

Y_METRIC = "reconstruction"
LINE_DASHES = ("solid", "dash", "dot", "dashdot")


@dataclass(frozen=True)
class ModelLine:
    """The line of a model in the chart. symbol, dash: of plotly; runs: distance to the prior and reconstruction error at each
    value of the knob, means over the seeds."""

    row: ModelRow
    symbol: str
    dash: str
    runs: list[tuple[float, float]]

    @property
    def envelope(self) -> list[tuple[float, float]]:
        """The runs along which the line is drawn, from the closest to the prior on: no other is ahead of them in both."""
        return [self.runs[number] for number in equal_fit.lower_envelope(self.runs)]

    @property
    def other_runs(self) -> list[tuple[float, float]]:
        """The runs off the line."""
        on_line = equal_fit.lower_envelope(self.runs)
        return [run for number, run in enumerate(self.runs) if number not in on_line]


def all_rows(rows: list[ModelRow], curves: list[ModelCurve]) -> list[ModelRow]:
    """The rows, and one without points for each other model that has a curve."""
    names = {row.model.name for row in rows}
    return [*rows, *(ModelRow(curve.model, ()) for curve in curves if curve.model.name not in names)]


def symbols_by_model(rows: list[ModelRow]) -> dict[str, str]:
    """The plotly marker of each of the rows, by the name of its model."""
    return {row.model.name: palette.marker_shape(k) for k, row in enumerate(rows)}


def model_lines(rows: list[ModelRow], curves: list[ModelCurve], distance_metric: str) -> list[ModelLine]:
    """The lines of those of `all_rows` whose curves have that distance, in the order of these rows."""
    rows = all_rows(rows, curves)
    runs_by_model = {curve.model.name: curve_rows.mean_curve(curve, distance_metric) for curve in curves}
    symbols = symbols_by_model(rows)
    return [
        ModelLine(row, symbols[row.model.name], _line_dash(row, rows), runs)
        for row in rows
        if (runs := runs_by_model.get(row.model.name))
    ]


def rows_without_line(rows: list[ModelRow], lines: list[ModelLine]) -> list[ModelRow]:
    """The rows that are drawn as marks."""
    names = {line.row.model.name for line in lines}
    return [row for row in rows if row.model.name not in names]


def _line_dash(row, rows) -> str:
    """A dash that tells a model's line from those of the same colour."""
    colour = palette.model_colour(row.model.variant)
    same_colour = [peer for peer in rows if palette.model_colour(peer.model.variant) == colour]
    return LINE_DASHES[same_colour.index(row) % len(LINE_DASHES)]


def raise_to_floor(value: float, distance_metric: str) -> float:
    """Where a distance stands on its axis: that of MMD² is logarithmic and begins at `MMD2_FLOOR`."""
    return max(value, MMD2_FLOOR) if distance_metric == "mmd2" else value


def seed_positions(row: ModelRow, distance_metric: str) -> list[tuple[int, float, float]]:
    """Seed, distance and reconstruction error of each of a model's points that has both figures."""
    positions = [(p.seed, p.figure_value(distance_metric), p.figure_value(Y_METRIC)) for p in row.points]
    return [position for position in positions if None not in position]


def curves_alt_text(rows: list[ModelRow], curves: list[ModelCurve], distance_metric: str) -> str:
    """The alternative text of a chart with the lines of `model_lines` and a mark for each other row."""
    lines = model_lines(rows, curves, distance_metric)
    marks_text = frontier_alt_text(rows_without_line(rows, lines), distance_metric)
    if not lines:
        return marks_text
    sentence = translate(
        "Reconstruction error at {figure}, a line for each model: {lines}.",
        figure=metric_title(distance_metric), lines="; ".join(map(_line_text, lines)),
    )  # fmt: skip
    return join_sentences(sentence, marks_text)


def _line_text(line) -> str:
    """Where the line of a model begins and ends, in words."""
    closest_distance, highest_error = line.envelope[0]
    loosest_distance, lowest_error = line.envelope[-1]
    return translate(
        "{model}: from {high} at {close} to {low} at {loose}",
        model=translate(line.row.model.title),
        high=number_text.metric_text(highest_error),
        close=number_text.metric_text(closest_distance),
        low=number_text.metric_text(lowest_error),
        loose=number_text.metric_text(loosest_distance),
    )


def frontier_alt_text(rows: list[ModelRow], distance_metric: str) -> str:
    """The alternative text of a chart of marks alone; "" without any mark of a model."""
    marks = []
    for row in rows:
        if seed_positions(row, distance_metric):
            model = translate(row.model.title)
            error, distance = mean_and_deviation_text(row, Y_METRIC), mean_and_deviation_text(row, distance_metric)
            marks.append(translate("{model}: {error} at {distance}", model=model, error=error, distance=distance))
    if not marks:
        return ""
    figure = metric_title(distance_metric)
    return translate(
        "Reconstruction error at {figure}, a mark for each model: {marks}", figure=figure, marks="; ".join(marks)
    )
