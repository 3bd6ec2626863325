"""The records of sweeps: written, read, found by their ids, and refused where their parts do not fit each other."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest

from aae_core.errors import RevisionError
from aae_core.runs import successive_halving
from aae_core.store import sweeps
from aae_core.store.sweeps import Point, Run, Sweep

LISTED = Sweep(
    {"latent_dim": [2, 8]}, {"data": "digits"}, [0, 1], "mmd2", early_stop="asha",
    points=[Point({"latent_dim": 8}, stage=1, runs=[Run(0, "some-revision", [0.1, None])])],
)  # fmt: skip
SEARCH = Sweep(
    {"optimiser.generation_rate": {"low": 0.01, "high": 1.0}}, {"data": "digits"}, [0], "mmd2", search="optuna", trials=3,
    points=[Point({"optimiser.generation_rate": 0.5})],
)  # fmt: skip


@pytest.mark.parametrize("sweep", [LISTED, SEARCH])
def test_what_is_written_is_read_and_a_later_state_takes_its_place(store, sweep):
    written = sweeps.write_sweep(store, sweep)
    assert sweeps.read_sweep(store, written.id) == written == replace(sweep, id=written.id, created=written.created)
    assert written.has_same_plan(sweep) and not written.has_same_plan(replace(sweep, seeds=[5]))
    ended = sweeps.write_sweep(store, replace(written, state="done"))
    assert ended.id == written.id and sweeps.read_sweep(store, written.id).state == "done"


def test_a_minimal_sweep_record_is_queued_whole(store):
    result = {"vary": {"latent_dim": [2, 8]}, "settings": {"data": "digits"}, "seeds": [0], "measure": "mmd2"}
    id_ = "20260101T000000Z-000001"
    path = sweeps.sweep_path(store, id_)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"format": 1, "id": id_, **result}))
    sweep = sweeps.read_sweep(store, id_)
    assert not sweep.here and (sweep.engine, sweep.asks, sweep.early_stop, sweep.search, sweep.trials) == (
        *[""] * 4,
        None,
    )
    assert (sweep.state, sweep.points, sweep.trouble) == ("running", [], "")


def test_rungs_grow_by_the_share_of_points_left_behind():
    """So the points at a rung have taken as many steps together as those at any other, as in successive halving."""
    assert [high / low for low, high in pairwise(sweeps.RUNGS)] == [successive_halving.REDUCTION_FACTOR] * (
        len(sweeps.RUNGS) - 1
    )
    assert sweeps.RUNGS[-1] == 1


@pytest.mark.parametrize("stage", [-1, 0, len(sweeps.RUNGS) - 1])
def test_a_point_is_trained_up_to_one_of_the_rungs(store, stage):
    point = Point({"latent_dim": 8}, stage=stage)
    written = sweeps.write_sweep(store, replace(LISTED, points=[point]))
    assert sweeps.read_sweep(store, written.id).points == [point]


def test_sweeps_are_found_by_their_ids_and_other_files_are_left_alone(store):
    for name in ("20260101T000000Z-000001", "20260101T000000Z-00000a", "20260202T000000Z-000002"):
        sweeps.write_sweep(store, replace(LISTED, id=name))
    (store.root / ".sweeps" / "notes.json").write_text("{}")
    (store.root / ".sweeps" / "20260303T000000Z-000003.json").write_text("{")
    actual, troubles = sweeps.read_all_sweeps(store)
    assert [item.id for item in actual] == [
        "20260202T000000Z-000002",
        "20260101T000000Z-00000a",
        "20260101T000000Z-000001",
    ]
    assert len(troubles) == 1 and "000003" in troubles[0]
    assert sweeps.resolve_sweep_id(store, "latest") == "20260303T000000Z-000003"
    assert sweeps.resolve_sweep_id(store, "202602") == "20260202T000000Z-000002"
    with pytest.raises(RevisionError, match="2 sweeps begin with '20260101'"):
        sweeps.resolve_sweep_id(store, "20260101")
    with pytest.raises(RevisionError, match="There is no sweep 'x'"):
        sweeps.resolve_sweep_id(store, "x")
    sweeps.remove_sweep(store, "20260202T000000Z-000002")
    with pytest.raises(RevisionError):
        sweeps.read_sweep(store, "20260202T000000Z-000002")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"id": "20260101T000000Z-00ffff"}, "for another sweep"),
        ({"seeds": []}, "no seed"),
        ({"seeds": list(range(sweeps.MAX_TRAININGS + 1))}, "no seed, or more than"),
        ({"trials": 3}, "search without a number of trials"),
        ({"search": "optuna"}, "search without a number of trials"),
        ({"vary": {"latent_dim": []}, "points": []}, "no values for latent_dim"),
        ({"vary": {"latent_dim": {"low": 1, "high": 9}}}, "no values for latent_dim"),
        ({"vary": {"latent_dim": {"low": 1}}, "search": "optuna", "trials": 3}, "no values for latent_dim"),
        ({"points": [{"settings": {"beta": 1}}]}, "none of its own"),
        ({"points": [{"settings": {"latent_dim": 3}}]}, "none of its own"),
        ({"points": [{"settings": {"latent_dim": 8}, "stage": len(sweeps.RUNGS)}]}, "stage"),
        ({"points": [{"settings": {"latent_dim": 8}, "stage": -2}]}, "stage"),
        ({"early_stop": ""}, "at a rung, without early stopping"),
        ({"points": [{"settings": {"latent_dim": 2, "beta": 1}}]}, "none of its own"),
    ],
)
def test_a_record_whose_parts_do_not_fit_is_refused_in_a_sentence(store, change, cause):
    written = sweeps.write_sweep(store, LISTED)
    path = sweeps.sweep_path(store, written.id)
    record = json.loads(path.read_text()) | change
    record.pop("crc32", None)
    path.write_text(json.dumps(record))
    with pytest.raises(RevisionError, match=cause) as error:
        sweeps.read_sweep(store, written.id)
    assert "\n" not in str(error.value)
