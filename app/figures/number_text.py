"""Numbers as text: durations, sizes, dates, metrics."""

from datetime import datetime

from aae_core.progress import duration, size

__all__ = ["change", "duration", "measure", "percent", "size", "when"]


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


def measure(value: float | list | None) -> str:
    """A measure to four places: "0.0123", "−1.5", "138.2"; a dash for None, the first four of a list."""
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(measure(v) for v in value[:4]) + (f", … ({len(value)})" if len(value) > 4 else "")
    text = f"{value:.4g}" if abs(value) >= 1 else f"{round(value, 4) + 0.0:g}"
    return text.replace("-", "−").replace("inf", "∞")


def change(value: float | list | None) -> str:
    """The difference of two measures, with its sign: "+0.0112", "−15.4", "±0"; otherwise as `measure`."""
    if isinstance(value, list):
        return ", ".join(change(v) for v in value[:4]) + (f", … ({len(value)})" if len(value) > 4 else "")
    text = measure(value)
    if value is None or text.startswith("−"):
        return text
    return "±0" if text == "0" else f"+{text}"
