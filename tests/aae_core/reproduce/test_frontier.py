"""The frontier: what is read, what is refused, and who is better than whom."""

import copy
import json
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from helpers import tiny_frontiers
from scipy import stats

from aae_core.config.variants import VARIANTS
from aae_core.errors import DataError
from aae_core.reproduce import frontier, results


@pytest.fixture
def frontier_data(tmp_path, monkeypatch):
    tiny_frontiers.write_frontier_file(tmp_path, monkeypatch)
    return frontier.read_frontier()


def model_names(rows):
    return [row.model.name for row in rows]


def test_means_and_deviations_over_seeds_are_numpys(frontier_data):
    rows = frontier_data.model_rows("mnist", 2)
    assert model_names(rows) == ["aae", "vae", "ae"] and frontier_data.data_sets_and_dimensions == [
        ("mnist", 2),
        ("glyphs", 10),
    ]
    for row in rows:
        for key in ("reconstruction", "knn_accuracy"):
            values = tiny_frontiers.FIGURES[row.model.name][key]
            assert row.mean(key) == pytest.approx(np.mean(values), rel=1e-12)
            assert row.deviation(key) == pytest.approx(np.std(values, ddof=1), rel=1e-12)
    assert rows[0].values("mmd2") == [0.001, 0.0012, 0.0], "an estimate below 0 is shown as 0"
    assert rows[0].values("minutes") == pytest.approx([2.6, 2.7, 2.8])
    untimed = frontier.ModelRow(rows[0].model, (*rows[0].points[:2], replace(rows[0].points[2], minutes=None)))
    assert untimed.values("minutes") == pytest.approx([2.6, 2.7]) and len(untimed.values("holes")) == 3
    (alone,) = frontier_data.model_rows("glyphs", 10)
    assert (
        alone.deviation("mmd2") is None and alone.mean("frechet") is None and frontier_data.model_rows("mnist", 3) == []
    )


def test_better_is_with_every_seed(frontier_data):
    aae, vae, ae = rows = frontier_data.model_rows("mnist", 2)
    assert frontier.significantly_better_pairs(rows, "reconstruction") == {("vae", "aae"), ("ae", "aae")}
    assert model_names(frontier.best_rows(rows, "reconstruction")) == ["vae", "ae"], (
        "one seed of the AE is worse than one of the VAE"
    )
    assert model_names(frontier.worst_rows(rows, "reconstruction")) == ["aae"]
    assert model_names(frontier.best_rows(rows, "fresh_accuracy")) == ["aae"]
    assert model_names(frontier.worst_rows(rows, "fresh_accuracy")) == ["vae"], "the autoencoder has no prior"
    assert model_names(frontier.best_rows(rows, "knn_accuracy")) == ["vae", "ae"], "higher is better"
    assert model_names(frontier.best_rows(rows, "minutes")) == ["ae"]
    slower_rows = [frontier.ModelRow(row.model, tuple(replace(p, minutes=m * p.minutes) for p in row.points))
              for row, m in ((aae, 1.0), (vae, 1.2))]  # fmt: skip
    assert frontier.best_rows(slower_rows, "minutes") == [], (
        "1.8 minutes beside 2.6 is no more than other work on the machine makes"
    )
    spread_row = with_values(ae, ["reconstruction", "holes"], np.array([[14.0, 15, 16], [0, 0, 0]]))
    rows_with_spread = [aae, vae, spread_row]
    assert model_names(frontier.best_rows(rows_with_spread, "reconstruction")) == ["vae"] and model_names(
        frontier.worst_rows(rows_with_spread, "reconstruction")
    ) == ["aae"]
    single_seed_rows = [frontier.ModelRow(row.model, row.points[:1]) for row in rows]
    assert (
        frontier.best_rows(single_seed_rows, "fresh_accuracy")
        == frontier.worst_rows(single_seed_rows, "fresh_accuracy")
        == []
    ), "one seed tells nothing"
    assert frontier.best_rows(rows, "frechet") == [] and frontier.best_rows([aae], "mmd2") == []
    assert [frontier.rank_of_row(rows, row, "reconstruction") for row in rows] == [3, 2, 1]


@pytest.mark.parametrize("counts", [(3,) * 10, (5,) * 10, (5,) * 3, (2, 3, 4, 5)])
def test_better_is_by_welch_s_test_corrected_for_the_number_of_pairs(frontier_data, counts):
    """By SciPy's, of models with unequal spreads and numbers of seeds."""
    vae, rng, n_better_pairs = frontier_data.model_rows("mnist", 2)[1], np.random.default_rng(0), 0
    for _ in range(10):
        values = [rng.normal(rng.normal(50, 5), 10 ** rng.uniform(-1, 0.5), n) for n in counts]
        rows = [
            frontier.ModelRow(
                replace(vae.model, name=str(k)),
                tuple(replace(vae.points[0], seed=s, figures={"reconstruction": v}) for s, v in enumerate(item)),
            )
            for k, item in enumerate(values)
        ]
        expected = set()
        for (a, first_values), (b, second_values) in permutations(enumerate(values), 2):
            test = stats.ttest_ind(first_values, second_values, equal_var=False)
            if test.statistic < 0 and test.pvalue * len(counts) * (len(counts) - 1) / 2 < 0.05:
                expected.add((str(a), str(b)))
        assert frontier.significantly_better_pairs(rows, "reconstruction") == expected
        n_better_pairs += len(expected)
    assert 0 < n_better_pairs < 10 * len(counts) * (len(counts) - 1) / 2


def test_what_has_to_do_with_the_prior_is_not_compared_with_an_autoencoder(frontier_data):
    rows = frontier_data.model_rows("mnist", 2)
    for key in ("mmd2", "fresh_accuracy", "holes"):
        assert model_names(frontier.comparable_rows(rows, key)) == ["aae", "vae"]
        assert (model_names(frontier.best_rows(rows, key)), model_names(frontier.worst_rows(rows, key))) == (
            ["aae"],
            ["vae"],
        )
    ahead = [with_values(row, ["holes"], np.full((1, 3), k)) for k, row in enumerate(reversed(rows))]
    assert [frontier.rank_of_row(ahead, row, "holes") for row in ahead[1:]] == [1, 2], (
        "not even where its figure is the best"
    )
    assert model_names(frontier.comparable_rows(rows, "reconstruction")) == ["aae", "vae", "ae"]


def test_the_frontier_is_what_none_is_ahead_of_in_both(frontier_data):
    """By the definition, on many tables of few values; the autoencoder is on it only where no figure has to do with the prior."""
    rows, rng = frontier_data.model_rows("mnist", 2), np.random.default_rng(0)
    keys = ["reconstruction", "knn_accuracy"]
    for _ in range(100):
        values = rng.integers(0, 4, (3, 2)).astype(float)
        drawn_rows = [
            with_values(row, keys, np.repeat(v[:, None], 3, axis=1)) for row, v in zip(rows, values, strict=True)
        ]
        scores = values * [-1, 1]  # the error is better the lower
        undominated_scores = {
            tuple(score)
            for score in scores
            if not any((rival_score >= score).all() and (rival_score > score).any() for rival_score in scores)
        }
        front = [tuple(scores[drawn_rows.index(row)]) for row in frontier.pareto_front(drawn_rows, *keys)]
        assert set(front) == undominated_scores and front == sorted(undominated_scores, reverse=True)
    assert model_names(frontier.pareto_front(rows, "mmd2", "reconstruction")) == ["aae", "vae"]


def test_only_dominated_rows_are_left_out(frontier_data):
    """On many tables of who is better than whom; by the definition, anew."""
    rows = frontier_data.model_rows("mnist", 2)
    keys, rng, n_dominated = ["reconstruction", "knn_accuracy"], np.random.default_rng(0), 0

    def dominates(row, rival):
        a, b = row.model.name, rival.model.name
        wins = [((a, b) in pairs[key], (b, a) in pairs[key]) for key in keys]
        return any(is_better for is_better, _ in wins) and not any(is_worse for _, is_worse in wins)

    for _ in range(200):
        drawn_rows = [with_values(row, keys, rng.integers(0, 6, (2, 3)).astype(float)) for row in rows]
        pairs = {key: frontier.significantly_better_pairs(drawn_rows, key) for key in keys}
        undominated_rows = frontier.undominated_rows(drawn_rows, pairs)
        assert not any(dominates(row, rival) for row, rival in permutations(undominated_rows, 2))
        dominated_rows = [row for row in drawn_rows if row not in undominated_rows]
        assert all(any(dominates(rival, row) for rival in undominated_rows) for row in dominated_rows)
        n_dominated += len(dominated_rows)
    assert n_dominated > 10


def test_one_that_is_dominated_does_not_rule_out_another(frontier_data):
    """As measured, with MMD² under the name of the Fréchet distance, in which the autoencoder is compared, too: the second cannot
    be told from the first in the error, nor the third from the second."""
    rows = frontier_data.model_rows("mnist", 2)
    keys = ["reconstruction", "frechet"]
    values = ([[15.31, 15.42, 15.47], [0.024, 0.025, 0.026]], [[15.38, 15.55, 15.72], [0.008, 0.009, 0.01]],
              [[15.69, 15.77, 15.9], [0.0008, 0.0009, 0.001]])  # fmt: skip
    sharp_row, middle_row, near_row = (with_values(row, keys, np.array(v)) for row, v in zip(rows, values, strict=True))
    rows = [sharp_row, middle_row, near_row]
    pairs = {key: frontier.significantly_better_pairs(rows, key) for key in keys}
    assert set(model_names(frontier.undominated_rows(rows, pairs))) == {sharp_row.model.name, near_row.model.name}


def with_values(row, keys, values):
    points = [
        frontier.FrontierPoint(
            p.data, p.latent_dim, p.model, p.seed, p.revision, p.minutes, dict(zip(keys, column, strict=True))
        )
        for p, column in zip(row.points, values.T.tolist(), strict=True)
    ]
    return frontier.ModelRow(row.model, tuple(points))


def test_a_point_is_trained_with_its_model_s_settings(frontier_data):
    row = frontier_data.model_rows("mnist", 2)[1]
    config = row.point_config(row.points[2])
    assert (config.variant, config.data, config.latent_dim, config.seed) == ("vae", "mnist", 2, 2)
    assert config.beta == 0.5 and config.network.hidden == (16,)
    (alone,) = frontier_data.model_rows("glyphs", 10)
    config = alone.point_config(alone.points[0])
    assert (config.discriminator_noise, config.network.hidden) == (0.1, (32,))
    assert alone.tuned_settings == {"discriminator_noise": 0.1}


def test_what_training_takes_of_the_prior_follows_from_what_imposes_it():
    prior_requirements = {
        name: VARIANTS[name].required_of_prior
        for name in ("aae", "vae", "ae", "wae-mmd", "sliced-wasserstein", "info-vae")
    }
    assert prior_requirements == {
        "aae": ("samples",), "vae": ("density",), "ae": (), "wae-mmd": ("samples",), "sliced-wasserstein": ("samples",),
        "info-vae": ("samples", "density"),
    }  # fmt: skip


def test_the_project_s_own_file_is_read():
    actual = frontier.read_frontier()
    curve_places = {(run.data, run.latent_dim) for run in actual.curves.runs}
    assert actual.data_sets_and_dimensions and all(
        frontier.available_figures(actual.model_rows(*place)) or place in curve_places
        for place in actual.data_sets_and_dimensions
    )
    assert actual.data_sets_and_dimensions[-1] == ("fashion-mnist", 10)


def test_a_file_is_read_once_until_it_is_written_again(tmp_path):
    record = tiny_frontiers.record()
    (tmp_path / frontier.FRONTIER_FILE).write_text(json.dumps(record))
    output = frontier.read_frontier(tmp_path)
    assert frontier.read_frontier(tmp_path) is output
    (tmp_path / frontier.FRONTIER_FILE).write_text(json.dumps(record | {"machine": "another machine"}))
    assert frontier.read_frontier(tmp_path).machine == "another machine" != output.machine


def test_without_a_file_there_is_no_frontier(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS_FOLDER", tmp_path / "docs")
    monkeypatch.setattr(results, "__file__", str(tmp_path / "results.py"))
    assert frontier.read_frontier() is None
    (tmp_path / frontier.FRONTIER_FILE).write_text(json.dumps(tiny_frontiers.record()))
    assert len(frontier.read_frontier().models) == 3, "an installed package has it beside its modules"
    (tmp_path / frontier.FRONTIER_FILE).write_text(json.dumps(tiny_frontiers.record() | {"points": []}))
    assert frontier.read_frontier() is None, "nothing has been measured"


def set_item(record, key_path, value):
    *parent_keys, last_key = key_path
    parent = record
    for key in parent_keys:
        parent = parent[key]
    if value is ...:
        del parent[last_key]
    else:
        parent[last_key] = value


REFUSED = {  # what is wrong -> (where, the value), and what the sentence says
    "another format": (("format",), 2, "format 2"),
    "no models": (("models",), ..., "missing required field models"),
    "models as an object": (("models",), {}, "at models;"),
    "a model that is a text": (("models", 0), "aae", "at models[0];"),
    "settings as a list": (("models", 0, "settings"), [], "at models[0].settings;"),
    "an unknown setting": (("models", 0, "settings"), {"colour": 1}, "settings of the model 'aae' that are refused"),
    "an unknown variant": (("models", 0, "settings"), {"variant": "gan"}, "that are refused"),
    "a variant that is a list": (("models", 0, "settings"), {"variant": ["aae"]}, "that are refused"),
    "a setting that is an object": (("models", 0, "settings"), {"network.hidden": {"a": 1}}, "that are refused"),
    "a setting out of range": (("models", 1, "chosen"), {"beta": -1}, "that are refused"),
    "a choice that is refused": (("points", 0, "chosen"), {"beta": 2}, "settings of the model 'aae' that are refused"),
    "a choice that is a list": (("points", 0, "chosen"), {"variant": []}, "that are refused"),
    "two models of a name": (("models", 1, "name"), "aae", "two models of one name"),
    "a point of no model": (("points", 0, "model"), "gan", "a point of a model that it does not have"),
    "two points in one place": (("points", 1, "seed"), 0, "two points"),
    "no dimensions": (("points", 0, "latent_dim"), 0, "at points[0].latent_dim;"),
    "half a dimension": (("points", 0, "latent_dim"), 2.5, "at points[0].latent_dim;"),
    "minutes that are a text": (("points", 0, "minutes"), "2", "at points[0].minutes;"),
    "a seed that is a truth": (("points", 0, "seed"), True, "at points[0].seed;"),
    "negative minutes": (("points", 0, "minutes"), -1, "at points[0].minutes;"),
    "a figure that is a text": (("points", 0, "figures", "mmd2"), "0.1", "at points[0].figures[...];"),
    "a figure beyond all": (("points", 0, "figures", "mmd2"), 1e300, "at points[0].figures[...];"),
    "a share above 1": (("points", 0, "figures", "holes"), 1.5, "holes of 1.5"),
    "a revision that is a number": (("points", 0, "revision"), 7, "at points[0].revision;"),
    "a protocol without end": (("protocol",), "long " * 10_000, "at protocol;"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_is_not_sound_is_refused_in_a_sentence(tmp_path, case):
    key_path, value, outcome = REFUSED[case]
    record = copy.deepcopy(tiny_frontiers.record())
    set_item(record, key_path, value)
    assert_refused(tmp_path, json.dumps(record), outcome)


@pytest.mark.parametrize(
    ("text", "expected_text"),
    [("", "not valid JSON"), ("[" * 100_000, "not valid JSON"), ("[]", "JSON object"), ('{"format": NaN}', "not valid JSON"),
     (json.dumps(tiny_frontiers.record())[:-20], "not valid JSON"), ('{"format": 1}', "missing required field date")],
)  # fmt: skip
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path, text, expected_text):
    assert_refused(tmp_path, text, expected_text)


def assert_refused(folder, text, message):
    (folder / frontier.FRONTIER_FILE).write_text(text)
    with pytest.raises(DataError) as error:
        frontier.read_frontier(folder)
    sentence = str(error.value)
    assert (
        frontier.FRONTIER_FILE in sentence and message in sentence and sentence.endswith(".") and len(sentence) < 600
    ), sentence


def test_what_this_version_does_not_know_is_left_alone(tmp_path):
    record = tiny_frontiers.record() | {"later": [1]}
    record["points"][0]["figures"]["beauty"] = 3.5
    (tmp_path / frontier.FRONTIER_FILE).write_text(json.dumps(record))
    rows = frontier.read_frontier(tmp_path).model_rows("mnist", 2)
    assert "beauty" not in frontier.available_figures(rows) and "mmd2" in frontier.available_figures(rows)


def test_likelihoods_are_compared_between_models_of_one_cost(frontier_data):
    vae, rows_by_name = frontier_data.model_rows("mnist", 2)[1], {}
    for name, cost, values in (
        ("first", "cross-entropy", (-100, -101, -100.5)), ("alone", "learned-variance", (150, 190, 170)),
        ("second", "cross-entropy", (-103, -104, -103.5)),
    ):  # fmt: skip
        model = replace(vae.model, name=name, settings={"variant": "vae", "cost": cost}, chosen={})
        points = [replace(vae.points[0], seed=k, figures={"iw_bound": value}) for k, value in enumerate(values)]
        rows_by_name[name] = frontier.ModelRow(model, tuple(points))
    rows = [*rows_by_name.values()]
    assert model_names(frontier.best_rows(rows, "iw_bound")) == ["first"] and model_names(
        frontier.worst_rows(rows, "iw_bound")
    ) == ["second"]
    assert [frontier.rank_of_row(rows, row, "iw_bound") for row in rows] == [1, 1, 2]
    assert frontier.significantly_better_pairs(rows, "iw_bound") == {("first", "second")}
