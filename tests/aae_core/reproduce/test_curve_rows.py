"""The models at equal fit: rows along their curves, what is compared, and what is refused."""

import copy
import json
import math

import pytest
from helpers import tiny_frontiers

from aae_core.errors import DataError
from aae_core.reproduce import curve_rows, frontier

PLACE = "mnist", 2


@pytest.fixture
def frontier_data(tmp_path):
    return read(tmp_path, tiny_frontiers.record_with_curves())


def read(folder, record):
    (folder / frontier.FRONTIER_FILE).write_text(json.dumps(record))
    return frontier.read_frontier(folder)


def rows_by_name(rows):
    return {row.model.name: row for row in rows}


def test_a_row_at_a_fit_lies_on_the_curve_of_each_seed(frontier_data):
    """At the middle of two runs in log MMD²: 0.002 between 0.001 and 0.004, and a run of the VAE that is behind counts for
    nothing."""
    rows = rows_by_name(curve_rows.rows_at_fit(frontier_data, *PLACE, 0.002))
    assert rows["aae"].values("reconstruction") == pytest.approx([17.5, 17.6, 17.7])
    assert rows["aae"].values("knn_accuracy") == pytest.approx([0.025] * 3)
    share = math.log10(2)
    assert rows["vae"].values("reconstruction") == pytest.approx([16 - 2 * share + k / 10 for k in range(3)])
    assert not any(row.values("mmd2") for row in rows.values()), "it is the same for all"
    assert rows["aae"].values("minutes") == pytest.approx([2.6, 2.7, 2.8]), "those of the points"


def test_a_model_with_a_curve_alone_has_a_row_without_minutes(tmp_path):
    record = tiny_frontiers.record_with_curves()
    record["points"] = [point for point in record["points"] if point["model"] != "aae"]
    rows = rows_by_name(curve_rows.rows_at_fit(read(tmp_path, record), *PLACE, 0.002))
    assert set(rows) == {"aae", "vae", "mixture"}
    assert rows["aae"].values("reconstruction") == pytest.approx([17.5, 17.6, 17.7])
    assert rows["aae"].values("minutes") == [] and len(rows["vae"].values("minutes")) == 3


def test_a_model_that_does_not_come_so_close_has_no_row(frontier_data):
    assert set(rows_by_name(curve_rows.rows_at_fit(frontier_data, *PLACE, 0.0005))) == {"aae", "mixture"}
    rows = rows_by_name(curve_rows.whole_curve_rows(frontier_data, *PLACE))
    assert rows["vae"].values("error_at_0.0005") == [] and len(rows["vae"].values("error_at_0.001")) == 3
    assert set(rows) == {"aae", "vae"}


def test_the_closest_common_fit_is_one_that_all_curves_reach(frontier_data, tmp_path):
    assert curve_rows.closest_common_fit(frontier_data, *PLACE) == 0.001, "the VAE comes no closer"
    record = tiny_frontiers.record_with_curves()
    for run in record["curves"]["runs"]:
        run["figures"]["mmd2"] *= 100
    assert curve_rows.closest_common_fit(read(tmp_path, record), *PLACE) == 0.005, "none reaches any"


@pytest.mark.parametrize(("factor", "expected"), [(1, [0.0005, 0.001, 0.002, 0.005]), (4, [0.002, 0.005]), (100, [])])
def test_fits_are_reached_if_some_model_comes_so_close_with_every_seed(tmp_path, factor, expected):
    record = tiny_frontiers.record_with_curves()
    for run in record["curves"]["runs"]:
        run["figures"]["mmd2"] *= factor
    frontier_data = read(tmp_path, record)
    assert curve_rows.reached_fits(frontier_data, *PLACE) == expected
    for fit in expected:
        rows = curve_rows.rows_at_fit(frontier_data, *PLACE, fit)
        assert any(row.values("reconstruction") for row in rows), "there is something to compare"


def test_a_single_seed_that_stays_away_takes_the_fit_from_its_model(tmp_path):
    record = tiny_frontiers.record_with_curves()
    for run in record["curves"]["runs"]:
        if (run["model"], run["seed"]) == ("aae", 1):
            run["figures"]["mmd2"] *= 3
    rows = curve_rows.whole_curve_rows(read(tmp_path, record), *PLACE)
    assert rows_by_name(rows)["aae"].values("error_at_0.001") == []
    assert len(rows_by_name(rows)["aae"].values("hypervolume")) == 3


def test_the_hypervolume_s_reference_is_the_autoencoder_s_error(frontier_data):
    """The mean of 13.0, 13.1 and 14.05, one and a half times; the curve of the VAE has two steps."""
    reference = 1.5 * (13.0 + 13.1 + 14.05) / 3
    assert curve_rows.reference_error(frontier_data, *PLACE) == pytest.approx(reference)
    rows = rows_by_name(curve_rows.whole_curve_rows(frontier_data, *PLACE))
    expected = 0.5 * (reference - 16) / reference  # from 0.001 to 0.01; the run at 0.01 adds nothing
    assert rows["vae"].values("hypervolume")[0] == pytest.approx(expected)


def test_an_autoencoder_that_is_sampled_gives_the_reference_too(tmp_path):
    record = tiny_frontiers.record_with_curves()
    record["points"] = [point for point in record["points"] if point["model"] == "mixture"]
    frontier_data = read(tmp_path, record)
    assert curve_rows.reference_error(frontier_data, *PLACE) == pytest.approx(1.5 * 13.0)
    assert not frontier_data.has_chosen_values(*PLACE), "it has no knob"
    record["points"] = []
    record["points"].append(tiny_frontiers.record()["points"][0] | {"data": "glyphs"})
    assert curve_rows.reference_error(read(tmp_path, record), *PLACE) == pytest.approx(19.2), "the highest error"


def test_models_are_told_apart_at_a_fit_as_elsewhere(frontier_data):
    rows = curve_rows.whole_curve_rows(frontier_data, *PLACE)
    assert frontier.significantly_better_pairs(rows, "error_at_0.002") == {("vae", "aae")}
    assert [row.model.name for row in frontier.best_rows(rows, "hypervolume")] == ["vae"]


def test_only_the_samples_of_a_fitted_mixture_are_compared_at_a_fit(frontier_data):
    row = rows_by_name(curve_rows.rows_at_fit(frontier_data, *PLACE, 0.002))["mixture"]
    assert row.values("frechet") == pytest.approx([0.1, 0.11, 0.12]) and row.values("reconstruction") == []
    assert (
        row.model.can_draw_samples and not rows_by_name(frontier_data.model_rows(*PLACE))["ae"].model.can_draw_samples
    )


def test_a_mean_curve_is_in_the_order_of_the_knob_s_values(tmp_path):
    record = tiny_frontiers.record_with_curves()
    record["curves"]["runs"] = [run for run in record["curves"]["runs"] if run["seed"] == 0]
    data = read(tmp_path, record)
    _, curve = curve_rows.model_curves(data, *PLACE)
    assert curve_rows.mean_curve(curve, "mmd2") == [(0.02, 15.0), (0.01, 14.0), (0.001, 16.0)]
    assert curve_rows.mean_curve(curve, "fresh_accuracy") == []


REFUSED = {  # what is wrong -> (where in the first run, the value), and what the sentence says
    "an unknown model": ("model", "gan", "a curve of a model that it does not have"),
    "no error": ("figures", {"mmd2": 0.1}, "without reconstruction or mmd2"),
    "a negative error": ("figures", {"mmd2": 0.1, "reconstruction": -1.0}, "a negative reconstruction error"),
    "two runs in one place": ("settings", {"discriminator_noise": 0.2}, "two runs of a curve"),
    "a share above 1": ("figures", {"mmd2": 0.1, "reconstruction": 1.0, "holes": 2.0}, "holes of 2"),
    "settings as a list": ("settings", [], "at curves.runs[0].settings;"),
    "half a dimension": ("latent_dim", 2.5, "at curves.runs[0].latent_dim;"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_curves_that_are_not_sound_are_refused_in_a_sentence(tmp_path, case):
    key, value, words = REFUSED[case]
    record = copy.deepcopy(tiny_frontiers.record_with_curves())
    record["curves"]["runs"][0][key] = value
    with pytest.raises(DataError) as error:
        read(tmp_path, record)
    assert words in str(error.value) and str(error.value).endswith(".")


def test_every_place_of_the_project_has_a_curve_of_each_model_with_a_knob():
    data = frontier.read_frontier()
    for place in data.data_sets_and_dimensions:
        names = {curve.model.name for curve in curve_rows.model_curves(data, *place)}
        assert {"aae", "aae-descent", "beta-vae", "wae-mmd", "sliced-wasserstein", "info-vae"} <= names
        rows = curve_rows.whole_curve_rows(data, *place)
        if place[0] == "digits":
            assert not any(row.values(key) for row in rows for key in ("hypervolume", "error_at_0.002")), "359 images"
            assert all(row.values("error_at_0.005") for row in rows)
        else:
            assert all(row.values("hypervolume") for row in rows)
