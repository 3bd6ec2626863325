import pytest

from app.figures import number_text


def test_a_broken_date_is_left_out():
    for stamp in ("yesterday", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        assert number_text.local_time_text(stamp) == ""
    assert number_text.local_time_text("2026-03-01T14:05:00")[:16] == "2026-03-01 14:05"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (15.0174, "15.02"),
        (0.01234567, "0.0123"),
        (-0.00001, "0"),
        (-0.16, "−0.16"),
        ([1.0, 2.0], "1, 2"),
        ([0.5] * 6, "0.5, 0.5, 0.5, 0.5, … (6)"),
    ],
)
def test_measures(value, text):
    assert number_text.metric_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0112109, "+0.0112"),
        (-15.417, "−15.42"),
        (0.00001, "±0"),
        (-1, "−1"),
        ([0.5, -0.5, 0.0], "+0.5, −0.5, ±0"),
        ([1.0] * 6, "+1, +1, +1, +1, … (6)"),
    ],
)
def test_changes_have_a_sign(value, text):
    assert number_text.change_text(value) == text


@pytest.mark.parametrize(
    ("share", "places", "text"),
    [(0, 1, "0.0 %"), (0.0001, 1, "< 0.1 %"), (0.024, 1, "2.4 %"), (0.9994, 1, "99.9 %"), (0.9999, 1, "> 99.9 %"),
     (1, 1, "100.0 %"), (0.0134, 2, "1.34 %"), (0.997, 0, "> 99 %"), (0.004, 0, "< 1 %"), (0.976, 0, "98 %")],
)  # fmt: skip
def test_a_share_is_never_called_all_or_nothing_if_it_is_not(share, places, text):
    assert number_text.percent(share, places).replace("\N{NO-BREAK SPACE}", " ") == text
