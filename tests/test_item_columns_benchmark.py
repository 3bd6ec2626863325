"""The benchmark of ids and kept columns: its targets, and its data sets of versions before 1.11."""

import argparse
import copy

from aae_core.data import sets
from aae_core.data.own_data import item_tables
from benchmarks.browser import item_columns

MEMORY = {"shown": {"most": 100.0}, "used": {"most": 100.0}}
TIMES = {"colours": {"first": [50.0, 70.0, 90.0], "later": [20.0]}, "searches": [10.0, 150.0]}
FIGURES = {f"{kind}-nothing": MEMORY for kind in ("table", "images")}
FIGURES |= {f"{kind}-{variant}": MEMORY | TIMES for kind in ("table", "images") for variant in ("ids", "columns")}
ARGS = argparse.Namespace(rows=200_000, images=20_000)


def missed_targets(figures):
    return [title for title, _, _, is_met in item_columns.target_rows(figures, ARGS) if not is_met]


def test_each_target_can_be_missed():
    assert missed_targets(FIGURES) == []
    figures = {name: copy.deepcopy(value) for name, value in FIGURES.items()}
    figures["table-columns"]["used"]["most"] = 131.0
    figures["images-columns"]["colours"]["later"] = [101.0]
    figures["table-ids"]["searches"] = [201.0]
    assert missed_targets(figures) == [
        "200,000 × 30, ids and ten columns: peak memory of the server, after colours and searches",
        "200,000 × 30, ids alone: id typed → item listed, median",
        "20,000 images: another column → colours drawn, again, median",
    ]


def test_three_sets_of_each_kind_keep_columns_ids_and_nothing(tmp_path):
    root = tmp_path / "data"
    item_columns.add_sets(tmp_path, root, 60, 40)
    columns = list(item_columns.make_columns(1))
    assert len(columns) == 10
    for kind, count in (("table", 60), ("images", 40)):
        names = [f"{kind}-{variant}" for variant in ("columns", "ids", "nothing")]
        column_record, ids_record, missing_record = (item_tables.items_record(name, root) for name in names)
        assert (
            set(columns) <= column_record.kinds.keys()
            and not set(columns) & ids_record.kinds.keys()
            and missing_record is None
        )
        assert {sets.load(name, root).summary.train + sets.load(name, root).summary.test for name in names} == {count}
    assert item_tables.load_item_table("images-columns", root)["site"].notna().all()
