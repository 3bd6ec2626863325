"""Dates, metrics and shares as text."""

from datetime import datetime

from aae_core.evaluation.metrics import METRICS, displayed_value
from aae_core.wording import adapt_image_words
from app.translation.texts import translate


def local_time_text(iso_time: str) -> str:
    """An ISO time as local "2026-03-01 14:05"; "" if it is invalid or out of range."""
    try:
        return f"{datetime.fromisoformat(iso_time).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return ""


def unix_time_text(timestamp: float) -> str:
    """A Unix time as local "2026-03-01 14:05"."""
    return f"{datetime.fromtimestamp(timestamp):%Y-%m-%d %H:%M}"


def percent(share: float, places: int = 1) -> str:
    """A share, 0..1, in per cent with so many decimal places; one that would falsely round to 0 or 100 becomes "<0.1 %" or
    ">99.9 %"."""
    smallest_step, text = 10.0**-places, f"{100 * share:.{places}f}"
    if 0 < share < smallest_step / 200:
        text = f"<\N{NO-BREAK SPACE}{smallest_step:.{places}f}"
    elif 1 - smallest_step / 200 <= share < 1:
        text = f">\N{NO-BREAK SPACE}{100 - smallest_step:.{places}f}"
    return f"{text}\N{NO-BREAK SPACE}%"


def _list_text(values, as_text) -> str:
    """The first four values of a list, and the length of a longer one."""
    return ", ".join(map(as_text, values[:4])) + (f", … ({len(values)})" if len(values) > 4 else "")


def metric_text(value: float | list | None) -> str:
    """A metric with four significant digits, or four decimals below 1: "0.0123", "−1.5", "138.2"; a dash for None, the first
    four values of a list."""
    if value is None:
        return "–"
    if isinstance(value, list):
        return _list_text(value, metric_text)
    text = f"{value:.4g}" if abs(value) >= 1 else f"{round(value, 4) + 0.0:g}"
    return text.replace("-", "−").replace("inf", "∞")


def quantity_text(value: float) -> str:
    """A number of any unit with four significant digits, or to the unit from 1,000 on: "0.0123", "−1.5", "12,346"."""
    return f"{value:,.0f}".replace("-", "−") if 1000 <= abs(value) < 1e15 else metric_text(value)


def change_text(value: float | list | None) -> str:
    """The difference of two values of a metric, with its sign: "+0.0112", "−15.4", "±0"; otherwise as `metric_text`."""
    if isinstance(value, list):
        return _list_text(value, change_text)
    text = metric_text(value)
    if value is None or text.startswith("−"):
        return text
    return "±0" if text == "0" else f"+{text}"


def metric_rows(measures: dict, is_table: bool) -> list[tuple[str, str, str]]:
    """Title, value and reading of each metric whose value is a number or a list of numbers; a damaged record may have other
    values. is_table: whether the data are the rows of a table."""
    rows = []
    for key in METRICS:
        value = displayed_value(key, measures.get(key))
        if all(isinstance(n, int | float) for n in (value if isinstance(value, list) else [value])):
            title, reading = metric_words(key, is_table)
            rows.append((title, f"{value:,}" if isinstance(value, int) else metric_text(value), reading))
    return rows


def metric_words(key: str, is_table: bool, unread_end: str = "") -> tuple[str, str]:
    """Title and reading of a metric for data of this kind, images or the rows of a table. unread_end: an end of the reading
    that is left out."""
    metric = METRICS[key]
    title = adapt_image_words(translate(metric.title), is_table)
    if is_table and metric.row_reading:
        return title, translate(metric.row_reading.removesuffix(unread_end).rstrip())
    return title, adapt_image_words(translate(metric.reading.removesuffix(unread_end).rstrip()), is_table)
