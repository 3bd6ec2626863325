from pathlib import Path

from aae_core.store.revisions import Summary
from app.figures import revision_list


def row(id_, **values):
    return Summary(id_, Path("nowhere") / id_, values.pop("gallery", False), values.pop("state", "done"), **values)


ROWS = [
    row("c", label="Leaves", variant="vae", data="mnist", created="2026-03-01", epochs=3.0),
    row("b", label="", variant="aae", data="digits", created="2026-02-01", epochs=9.0, prior="swiss-roll"),
    row("a", state="broken", reason="config.json is cut", created="2026-01-01"),
]


def ids(rows):
    return [r.id for r in rows]


def test_every_word_must_occur_somewhere():
    assert ids(revision_list.matching_summaries(ROWS, "")) == ["c", "b", "a"]
    assert ids(revision_list.matching_summaries(ROWS, "LEAV mnist")) == ["c"]
    assert ids(revision_list.matching_summaries(ROWS, "adversarial roll")) == ["b"]
    assert ids(revision_list.matching_summaries(ROWS, "broken")) == ["a"]
    assert revision_list.matching_summaries(ROWS, "leaves digits") == []


def test_orders():
    assert ids(revision_list.sort_summaries(ROWS, "oldest")) == ["a", "b", "c"]
    assert ids(revision_list.sort_summaries(ROWS, "epochs")) == ["b", "c", "a"]
    assert ids(revision_list.sort_summaries(ROWS, "state")) == ["a", "c", "b"]
    for order in revision_list.ORDERS:
        assert sorted(ids(revision_list.sort_summaries(ROWS, order))) == ["a", "b", "c"]


def test_shipped_ones_come_first_and_of_these_the_longest_trained():
    rows = [row("newer", epochs=5.0), row("older", epochs=50.0)]
    rows += [row("short", gallery=True, epochs=5.0), row("long", gallery=True, epochs=20.0)]
    assert ids(sorted(rows, key=revision_list.shipped_first_key)) == ["long", "short", "newer", "older"]


def test_every_row_is_on_exactly_one_page():
    rows = [row(str(i)) for i in range(1000)]
    parts = [revision_list.rows_on_page(rows, page + 1) for page in range(revision_list.page_count(rows))]
    assert [r for part in parts for r in part] == rows
    assert all(r in parts[revision_list.page_number_of(rows, r.id) - 1] for r in rows[::37])
    assert revision_list.page_count([]) == 1 and revision_list.page_number_of(rows, "gone") == 1


def test_a_broken_revision_has_a_row():
    columns = revision_list.revision_table_columns(ROWS)
    assert columns["Name"] == ["Leaves", "Adversarial autoencoder", "a"]
    assert columns["State"][2] == "broken"
