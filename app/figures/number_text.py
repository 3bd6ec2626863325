"""Numbers as text: dates, metrics, shares."""

from datetime import datetime

from aae_core.evaluation.metrics import METRICS, as_shown


def when(stamp: str) -> str:
    """An ISO time as local "2026-03-01 14:05"; empty where it is none, or beyond the years that there are."""
    try:
        return f"{datetime.fromisoformat(stamp).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return ""


def at(moment: float) -> str:
    """A Unix time as local "2026-03-01 14:05"."""
    return f"{datetime.fromtimestamp(moment):%Y-%m-%d %H:%M}"


def percent(share: float, places: int = 1) -> str:
    """A share of 1 in per cent to so many places; what only comes near 0 or 1 is not called that."""
    least, text = 10.0**-places, f"{100 * share:.{places}f}"
    if 0 < share < least / 200:
        text = f"<\N{NO-BREAK SPACE}{least:.{places}f}"
    elif 1 - least / 200 <= share < 1:
        text = f">\N{NO-BREAK SPACE}{100 - least:.{places}f}"
    return f"{text}\N{NO-BREAK SPACE}%"


def _listed(values, written):
    """The first four values of a list."""
    return ", ".join(map(written, values[:4])) + (f", … ({len(values)})" if len(values) > 4 else "")


def measure(value: float | list | None) -> str:
    """A measure to four places: "0.0123", "−1.5", "138.2"; a dash for None, the first four of a list."""
    if value is None:
        return "–"
    if isinstance(value, list):
        return _listed(value, measure)
    text = f"{value:.4g}" if abs(value) >= 1 else f"{round(value, 4) + 0.0:g}"
    return text.replace("-", "−").replace("inf", "∞")


def change(value: float | list | None) -> str:
    """The difference of two measures, with its sign: "+0.0112", "−15.4", "±0"; otherwise as `measure`."""
    if isinstance(value, list):
        return _listed(value, change)
    text = measure(value)
    if value is None or text.startswith("−"):
        return text
    return "±0" if text == "0" else f"+{text}"


def metric_rows(measures: dict) -> list[tuple[str, str, str]]:
    """Title, value and reading of each metric that has a number, or a list of numbers, among the measures; a damaged record may
    have other values."""
    rows = []
    for key, metric in METRICS.items():
        value = as_shown(key, measures.get(key))
        if all(isinstance(n, int | float) for n in (value if isinstance(value, list) else [value])):
            rows.append((metric.title, f"{value:,}" if isinstance(value, int) else measure(value), metric.reading))
    return rows
