"""Explore with a table of one's own: kept columns, features and the model's figures colour the codes and filter them."""

import datetime
import gzip
import json

import numpy as np
import pandas
import pytest

pytest.importorskip("streamlit")
from helpers.app_pages import choose_colour, colour_select, open_page, page_texts, query_settings
from helpers.plane_scenes import unpack_message
from helpers.snapshots import fresh_snapshot
from helpers.table_models import TINY

import aae_core as aae
from aae_core.data import sets
from aae_core.data.own_data import item_files, own_sets
from aae_core.latent import exploration
from aae_core.places import data_root
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.cache import item_columns, selection_comparison, text_columns
from app.messages.validation import MessageError
from app.page_parts.explore import plane_columns
from app.server import answers, assets

pytestmark = pytest.mark.usefixtures("no_gallery")
N = 60
RNG = np.random.default_rng(2)
FRAME = pandas.DataFrame(
    {
        "sample": [f"N{i:02}" for i in RNG.permutation(N)],
        "species": RNG.choice(["Adelie", "Gentoo"], N),
        "bill": RNG.normal(40, 5, N),
        "depth": RNG.normal(17, 2, N),
        "island": RNG.choice(["Biscoe", "Dream", "Torgersen"], N),
        "sex": RNG.choice(["male", "female", None], N),
        "egg": [np.nan, *RNG.normal(90, 8, N - 1)],
        "seen": [f"2007-11-{1 + i % 28:02}" for i in range(N)],
        "note": [f"note {i}" for i in range(N)],
    }
)
LEFT_OUT_COLUMNS = ["sample", "sex", "egg", "seen", "note"]


@pytest.fixture
def penguins(tmp_path, monkeypatch):
    return train_on_penguins(tmp_path, monkeypatch, "aae")


def train_on_penguins(
    tmp_path, monkeypatch, variant, frame=FRAME, left_out=LEFT_OUT_COLUMNS, label="species", **settings
):
    monkeypatch.setenv("AAE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "checkpoints"))
    frame.to_csv(tmp_path / "p.csv", index=False)
    sets.add_data_set(tmp_path / "p.csv", "penguins", label=label, types={"island": "category"}, leave_out=left_out)
    return worker.train(aae.configure(**{**TINY, "variant": variant, "data": "penguins", **settings}), store=Store())


def rows_of(revision):
    """The rows of FRAME of the codes of the probe set, in their order."""
    items = aae.load_item_table("penguins").iloc[revision.probe().index]
    return FRAME.iloc[items["row"].to_numpy()].reset_index(drop=True)


def plane_header(app):
    (part,) = [part for part in app.get("bidi_component") if part.proto.component_name.endswith("latent_canvas")]
    return unpack_message(part.proto.bytes)[0]


def file_of(reference):
    return unpack_message(assets.ASSETS.find(reference["url"].rpartition("/")[2]))


def matches_of(app):
    return file_of(plane_header(app)["filter"])[1]["matches"].astype(bool)


def box(app, label):
    return next(box for box in app.selectbox if box.label == label)


def test_kept_columns_features_and_model_figures_colour_the_codes_and_texts_do_not(penguins):
    app = open_page(None, revision=penguins.id, colour="sex")
    assert not app.error and not app.exception
    header = plane_header(app)
    assert header["classes"] == ["female", "male"] and header["missing"] == "missing"
    options, chosen_key, default_key = colour_select(app)
    titles = ["class", "Reconstruction error", "log p(z)", "sex", "egg", "seen", "bill", "depth", "island"]
    assert list(options.values()) == [f"Coloured by {title}" for title in titles]  # "note" and "sample" are texts
    assert (chosen_key, default_key) == ("sex", "") and query_settings(app)["colour"] == "sex"
    app = choose_colour(app, "")
    assert plane_header(app)["classes"] == ["Adelie", "Gentoo"] and plane_header(app)["missing"] is None
    assert plane_header(app)["groups"] is None and "colour" not in query_settings(app)
    app = choose_colour(app, "feature:island")
    header = plane_header(app)
    assert header["classes"] == ["Biscoe", "Dream", "Torgersen"] and colour_select(app)[1] == "feature:island"
    groups = file_of(header["groups"])[1]["groups"]
    assert [header["classes"][k] for k in groups] == rows_of(penguins)["island"].tolist()


def test_a_column_that_does_not_exist_is_refused_and_the_colours_stay(penguins):
    app = choose_colour(open_page(None, revision=penguins.id, colour="sex"), "note")
    assert "that does not exist, which was refused" in app.toast[0].value
    assert plane_header(app)["classes"] == ["female", "male"] and colour_select(app)[1] == "sex"


def colouring_of(revision, key):
    """What the server answers about a column: the header of the colours, and the group of each code."""
    header, arrays = unpack_message(
        gzip.decompress(answers.answer_colouring(revision, json.dumps({"column": key}).encode()))
    )
    return header["colouring"], arrays.get("groups")


@pytest.mark.parametrize("name", ["sex", "island", "egg", "seen"])
def test_the_server_answers_with_the_groups_that_pandas_makes_of_the_values(penguins, name):
    """A category with and without missing values, a number and a date; the ends of ranges are read from their names."""
    values = rows_of(penguins)[name]
    colouring, groups = colouring_of(fresh_snapshot(penguins), "feature:island" if name == "island" else name)
    np.testing.assert_array_equal(groups == -1, values.isna())
    if name in ("sex", "island"):
        names = [colouring["classes"][group] if group >= 0 else "" for group in groups]
        assert names == values.fillna("").tolist() and colouring["ranges_of"] is None
        return
    limits = [
        text.removeprefix("≥ ").rpartition(" – ")[0] or text.removeprefix("≥ ") for text in colouring["classes"][1:]
    ]
    convert = pandas.to_datetime if name == "seen" else pandas.to_numeric
    numbers = convert(values)
    if name == "seen":  # a limit has a time of day, of which its name has the day alone
        assert numbers.groupby(groups).max().is_monotonic_increasing and limits == sorted(limits)
        assert (numbers[groups == 0] < pandas.Timestamp(limits[0]) + pandas.Timedelta(days=1)).all()
        return
    edges = [-np.inf, *map(float, limits), np.inf]
    expected = pandas.cut(numbers, edges, right=False, labels=False).fillna(-1)
    np.testing.assert_array_equal(groups, expected)


@pytest.mark.parametrize("key", ["", "sex", "egg", "seen", "model:log_p", "feature:bill", "feature:island"])
def test_the_plane_of_a_page_has_the_colours_that_the_server_answers_with(penguins, key):
    """Else the page would draw its codes twice, and in other colours the second time."""
    header = plane_header(open_page(None, revision=penguins.id, **({"colour": key} if key else {})))
    colouring, groups = colouring_of(fresh_snapshot(penguins), key)
    assert colouring == {name: header[name] for name in colouring}
    assert list(colouring) == [name for name in header if name in colouring], (
        "in the same order, as the page compares texts"
    )
    assert header["colour"] == key and (groups is None) == (key == "")
    if groups is not None:
        np.testing.assert_array_equal(groups, file_of(header["groups"])[1]["groups"])


def test_colours_that_take_a_computation_wait_for_the_page(penguins):
    revision = fresh_snapshot(penguins)
    assert colouring_of(revision, "model:error") == (None, None)
    item_columns.values_of_column(revision, item_columns.columns_of_items(revision)["model:error"])
    assert colouring_of(revision, "model:error")[0]["colour"] == "model:error"


@pytest.mark.parametrize("body", [b"{}", b'{"column": "note"}', b'{"column": 3}', b"[]", b'{"column": ["sex"]}'])
def test_the_colours_of_no_column_are_refused(penguins, body):
    with pytest.raises(MessageError, match="which was refused"):
        answers.answer_colouring(fresh_snapshot(penguins), body)


def test_model_figures_are_those_of_the_core_in_ranges(penguins):
    app = open_page(None, revision=penguins.id, colour="model:error")
    header, revision = plane_header(app), fresh_snapshot(penguins)
    codes = revision.codes
    rows = revision.originals.images(codes.split, codes.index)
    errors = exploration.reconstruction_errors(penguins.model(), rows, None, codes.z)
    groups = file_of(header["groups"])[1]["groups"]
    assert header["ranges_of"] and len(header["classes"]) > 1
    order = np.argsort(errors, kind="stable")
    assert (np.diff(groups[order]) >= 0).all() and groups[order[0]] == 0 and groups[order[-1]] > 0
    column = item_columns.columns_of_items(revision)["model:log_p"]
    values = item_columns.values_of_column(revision, column)
    np.testing.assert_allclose(values, -0.5 * (codes.z**2).sum(1) - np.log(2 * np.pi), rtol=1e-5)


def test_a_label_of_numbers_that_are_no_classes_colours_the_codes_at_first(tmp_path, monkeypatch):
    left_out = [name for name in LEFT_OUT_COLUMNS if name != "egg"] + ["species"]
    revision = train_on_penguins(tmp_path, monkeypatch, "aae", left_out=left_out, label="egg")
    app = open_page(None, revision=revision.id)
    assert not app.error and not app.exception and colour_select(app)[1] == "egg"
    assert colour_select(app)[0][""] == "In one colour"  # without classes
    header = plane_header(app)
    groups, eggs = file_of(header["groups"])[1]["groups"].astype(np.int8), rows_of(revision)["egg"]
    assert header["ranges_of"] == "egg" and (groups[eggs.isna()] == -1).all()
    order = eggs.dropna().sort_values().index
    assert (np.diff(groups[order]) >= 0).all() and groups[order[-1]] > groups[order[0]] == 0
    choose_colour(app, "sex")
    assert plane_header(app)["classes"] == ["female", "male"]


def test_clusters_and_predicted_classes_colour_the_codes(tmp_path, monkeypatch):
    revision = train_on_penguins(tmp_path, monkeypatch, "clustering", clusters=3)
    header = plane_header(open_page(None, revision=revision.id, colour="model:content"))
    assert header["classes"] == ["cluster 0", "cluster 1", "cluster 2"]
    np.testing.assert_array_equal(file_of(header["groups"])[1]["groups"], revision.probe().content)


def test_a_filter_lets_values_and_ranges_through(penguins):
    rows = rows_of(penguins)
    app = open_page(None, revision=penguins.id, filter="island", keep='["Dream","Biscoe"]')
    assert "Filter by island" in box(app, "Filter").options and plane_header(app)["filter"] is None  # a feature's key
    app = open_page(None, revision=penguins.id, filter="feature:island", keep='["Dream", "Biscoe"]')
    expected = rows["island"].isin(["Dream", "Biscoe"])
    np.testing.assert_array_equal(matches_of(app), expected)
    assert f"{expected.sum()} of {len(rows)} in colour" in [caption.value for caption in app.caption]
    app.multiselect[0].set_value([]).run()
    assert plane_header(app)["filter"] is None

    box(app, "Filter").select("egg").run()
    assert plane_header(app)["filter"] is None  # all numbers, and so all items
    app.slider[0].set_value((85.0, 95.0)).run()
    np.testing.assert_array_equal(matches_of(app), rows["egg"].between(85, 95))
    app = open_page(None, revision=penguins.id, filter="seen", keep="2007-11-03,2007-11-09")
    np.testing.assert_array_equal(matches_of(app), rows["seen"].between("2007-11-03", "2007-11-09"))
    assert not app.exception and not app.error


def test_what_a_filter_keeps_belongs_to_its_column(tmp_path, monkeypatch):
    frame = FRAME.assign(weight=FRAME["egg"] + 1)
    penguins = train_on_penguins(tmp_path, monkeypatch, "aae", frame, [*LEFT_OUT_COLUMNS, "weight"])
    app = open_page(None, revision=penguins.id, filter="egg", keep="85,95")
    np.testing.assert_array_equal(matches_of(app), rows_of(penguins)["egg"].between(85, 95))
    box(app, "Filter").select("weight").run()
    assert plane_header(app)["filter"] is None
    box(app, "Filter").select("egg").run()
    np.testing.assert_array_equal(matches_of(app), rows_of(penguins)["egg"].between(85, 95))


def test_a_range_of_days_includes_all_of_its_last_day(tmp_path, monkeypatch):
    frame = FRAME.assign(seen=[f"{day} 14:30" if k % 5 else "9999-12-31 00:00" for k, day in enumerate(FRAME["seen"])])
    penguins = train_on_penguins(tmp_path, monkeypatch, "aae", frame)
    app = open_page(None, revision=penguins.id, filter="seen", keep="2007-11-03,2007-11-19")
    days = frame["seen"].str[:10].to_numpy()[aae.load_item_table("penguins")["row"].iloc[penguins.probe().index]]
    expected = (days >= "2007-11-03") & (days <= "2007-11-19")
    assert not app.exception and "2007-11-19" in days
    np.testing.assert_array_equal(matches_of(app), expected)
    app.slider[0].set_value((datetime.date(2007, 11, 9), plane_columns.SLIDER_DAYS[1])).run()
    np.testing.assert_array_equal(matches_of(app), days >= "2007-11-09")  # with those of the year 9999


@pytest.mark.parametrize("low, high", [(4.578037975214564, 7.579038516248376), (0.35, 19.9), (-6.0067e-4, 4.5e-4)])
def test_a_link_reads_the_ends_of_a_range_as_it_wrote_them(low, high):
    first, last, step = plane_columns.slider_scale(low, high)
    assert first <= low < high <= last and step > 0
    assert [float(plane_columns.write_number(end)) for end in (first, last)] == [first, last]


def test_a_column_with_a_number_that_stands_for_none_or_with_almost_equal_ones_has_a_filter(tmp_path, monkeypatch):
    frame = FRAME.copy()
    frame.loc[:9, "egg"] = 1.7976931348623157e308
    frame["almost"] = np.where(np.arange(N) % 2, 1.0, 1.0 + 2**-52)
    left_out = [*LEFT_OUT_COLUMNS, "almost"]
    penguins = train_on_penguins(tmp_path, monkeypatch, "aae", frame, left_out)
    app = open_page(None, revision=penguins.id, filter="egg")
    (slider,) = [slider for slider in app.slider if slider.label == "Range in colour"]
    eggs = frame["egg"][10:]
    assert not app.exception and slider.min <= eggs.min() and eggs.max() <= slider.max < 200
    app = open_page(None, revision=penguins.id, filter="almost")
    assert not app.exception and plane_header(app) and "All items have the same value." in page_texts(app)


def test_two_columns_of_data_that_were_added_again_are_drawn_anew(tmp_path, monkeypatch):
    frame = FRAME.assign(umap_x=RNG.normal(size=N), umap_y=RNG.normal(size=N))
    left_out = [*LEFT_OUT_COLUMNS, "umap_x", "umap_y"]
    penguins = train_on_penguins(tmp_path, monkeypatch, "aae", frame, left_out)
    view = {"revision": penguins.id, "view": "columns", "x_column": "umap_x", "y_column": "umap_y"}
    open_page(None, **view)
    sets.remove_data_set("penguins")
    frame.assign(umap_x=frame["umap_y"], umap_y=frame["umap_x"]).to_csv(tmp_path / "p.csv", index=False)
    sets.add_data_set(tmp_path / "p.csv", "penguins", label="species", types={"island": "category"}, leave_out=left_out)
    places = file_of(plane_header(open_page(None, **view))["codes"])[1]["xy"]
    expected = frame.iloc[aae.load_item_table("penguins").iloc[penguins.probe().index]["row"]]
    np.testing.assert_allclose(places, expected[["umap_y", "umap_x"]], rtol=1e-5)


def test_kept_columns_named_like_a_built_in_one_colour_and_filter_the_codes_as_that_one_does(tmp_path, monkeypatch):
    new_names = {"sex": "class", "egg": "model:error", "seen": "feature:island"}
    left_out = [new_names.get(name, name) for name in LEFT_OUT_COLUMNS]
    penguins = train_on_penguins(tmp_path, monkeypatch, "aae", FRAME.rename(columns=new_names), left_out)
    app = open_page(None, revision=penguins.id, colour="class")  # as in a link of 1.11
    assert plane_header(app)["classes"] == ["female", "male"]
    assert not app.error and not app.exception
    titles = ["class", "Reconstruction error", "log p(z)", "class (kept column)", "model:error", "feature:island"]
    assert list(colour_select(app)[0].values()) == [
        f"Coloured by {title}" for title in [*titles, "bill", "depth", "island"]
    ]
    choose_colour(app, "built-in:feature:island")
    assert plane_header(app)["classes"] == ["Biscoe", "Dream", "Torgersen"]

    rows, revision = rows_of(penguins), fresh_snapshot(penguins)
    columns = item_columns.columns_of_items(revision)
    eggs = item_columns.values_of_column(revision, columns["model:error"])
    np.testing.assert_array_equal(eggs, rows["egg"])
    errors = item_columns.values_of_column(revision, columns["built-in:model:error"])
    assert errors.notna().all() and columns["built-in:model:error"].title == "Reconstruction error"
    assert {"Filter by Class", "Filter by class (kept column)"} <= set(box(app, "Filter").options)
    app = open_page(None, revision=penguins.id, filter="built-in:class", keep='["Gentoo"]')
    np.testing.assert_array_equal(matches_of(app), rows["species"] == "Gentoo")
    app = open_page(None, revision=penguins.id, filter="class", keep='["male"]')
    np.testing.assert_array_equal(matches_of(app), rows["sex"] == "male")


def test_a_key_that_is_the_name_of_a_kept_column_gets_a_prefix_until_it_is_free():
    names = ["class", "built-in:class"]
    kept_columns = [item_columns.ItemColumn(name, name, "number", "metadata", name) for name in names]
    class_column = item_columns.ItemColumn("class", "Class", "category", "class", "class")
    by_key = item_columns.columns_by_key([class_column, *kept_columns])
    assert {key: column.source for key, column in by_key.items()} == {
        "built-in:built-in:class": "class",
        "class": "metadata",
        "built-in:class": "metadata",
    }
    assert [column.key for column in by_key.values()] == list(by_key)


def test_a_selection_is_compared_in_every_column(penguins):
    revision = fresh_snapshot(penguins)
    rows = rows_of(penguins)
    selected = (rows["bill"] > 40).to_numpy()
    pairs = selection_comparison.compare_selection(revision, selected)
    effects = [row.effect for _, row in pairs]
    assert effects == sorted(effects, reverse=True) and pairs[0][1].name == "bill"
    by_name = {row.name: row for _, row in pairs}
    assert set(by_name) == {"Class", "log p(z)", "sex", "egg", "seen", "bill", "depth", "island"}
    for name in ("bill", "egg"):
        has_value = rows[name].notna()
        selected_values, unselected_values = rows[name][selected & has_value], rows[name][~selected & has_value]
        expected = (selected_values.mean() - unselected_values.mean()) / rows[name].std()
        assert by_name[name].difference == pytest.approx(expected, rel=1e-4)
    days = pandas.to_datetime(rows["seen"]).dt.day
    assert by_name["seen"].difference == pytest.approx(
        (days[selected].mean() - days[~selected].mean()) / days.std(), rel=1e-6
    )
    shares = rows["sex"].fillna("missing")
    category = by_name["sex"].value
    expected = (shares[selected] == category).mean() - (shares[~selected] == category).mean()
    assert by_name["sex"].difference == pytest.approx(expected)

    body = selected.astype(np.uint8).tobytes()
    header, _ = unpack_message(answers.answer_differences(revision, body))
    assert [row["name"] for row in header["rows"]] == [row.name for _, row in pairs]
    assert header["pending"] == ["Reconstruction error"]
    seen_row = next(row for row in header["rows"] if row["name"] == "seen")
    assert seen_row["ends"][0].startswith("2007-11-")
    errors = next(column for column in item_columns.columns_of_items(revision).values() if column.key == "model:error")
    item_columns.values_of_column(revision, errors)
    assert unpack_message(answers.answer_differences(revision, body))[0]["pending"] == []


def test_texts_that_are_too_many_for_a_page_are_left_out_and_named(penguins, monkeypatch):
    revision = fresh_snapshot(penguins)
    texts = text_columns.item_texts(revision)
    assert texts.left_out == [] and [column.name for column in texts.columns][:4] == ["id", "row", "split", "label"]
    rows = rows_of(penguins)
    by_name = {column.name: column for column in texts.columns}
    for name, source in (("id", "sample"), ("sex", "sex"), ("note", "note")):
        assert by_name[name].texts == rows[source].fillna("").tolist()
    assert [name for name, column in by_name.items() if column.is_searched] == ["id", "label", "sample", "sex", "note"]
    limit = sum(column.byte_count for column in texts.columns if column.name != "note")
    monkeypatch.setattr(text_columns, "MAX_TEXT_BYTES", limit)
    limited_texts = text_columns.item_texts.__wrapped__(revision)
    assert limited_texts.left_out == ["note"] and len(limited_texts.columns) == len(texts.columns) - 1


def test_a_damaged_file_is_named_and_the_plane_stays(penguins):
    path = data_root() / own_sets.OWN_SETS_FOLDER / "penguins" / item_files.ITEMS_FILE
    path.write_bytes(path.read_bytes()[:-1])
    app = open_page(None, revision=penguins.id, colour="sex")
    assert "was changed or is damaged" in app.error[0].value and not app.exception
    assert plane_header(app)["classes"] == ["Adelie", "Gentoo"] and plane_header(app)["items"] is None
    assert len(app.error) == 1 and any("Plain controls" in expander.label for expander in app.expander)


def test_many_numeric_classes_are_a_scale():
    assert item_columns.are_classes_a_scale(tuple(str(year) for year in range(1990, 2010)))
    assert not item_columns.are_classes_a_scale(tuple("0123456789"))
    assert not item_columns.are_classes_a_scale(tuple(f"town {k}" for k in range(30)))


ODD_WORDS = ["missing", "nan", "None", None]
MANY_VALUES = [f"v{k:02}" for k in range(55)]


@pytest.fixture
def odd_words(tmp_path, monkeypatch):
    """A revision of a table with texts that look like missing values beside missing ones, and one with 55 values."""
    frame = pandas.concat([FRAME, FRAME, FRAME], ignore_index=True)
    frame["bill"] = RNG.normal(40, 5, len(frame))
    frame["sex"] = [ODD_WORDS[k % 4] for k in range(len(frame))]
    frame["note"] = [MANY_VALUES[k % 60] if k % 60 < 55 else None for k in range(len(frame))]
    revision = train_on_penguins(tmp_path, monkeypatch, "aae", frame=frame)
    items = aae.load_item_table("penguins").iloc[revision.probe().index]
    return revision, frame.iloc[items["row"].to_numpy()].reset_index(drop=True)


def test_texts_that_look_like_missing_values_are_groups_beside_those_without_a_value(odd_words):
    revision, rows = odd_words
    header = plane_header(open_page(None, revision=revision.id, colour="sex"))
    assert header["classes"] == ["None", "missing", "nan"] and header["missing"] == "without a value"
    groups = file_of(header["groups"])[1]["groups"]
    assert ["" if k < 0 else header["classes"][k] for k in groups] == rows["sex"].fillna("").tolist()
    mask = (rows["sex"] == "nan").to_numpy()
    differences = selection_comparison.compare_selection(fresh_snapshot(revision), mask)
    (sex,) = [difference for column, difference in differences if column.name == "sex"]
    assert sorted(sex.values) == ["None", "missing", "nan", "without a value"]
    texts = text_columns.item_texts(fresh_snapshot(revision)).column("sex").texts
    assert texts == rows["sex"].fillna("").tolist()


@pytest.mark.parametrize("chosen", [["missing"], [None], ["nan", None]])
def test_a_filter_takes_items_without_a_value_and_texts_that_look_like_it(odd_words, chosen):
    revision, rows = odd_words
    app = open_page(None, revision=revision.id, filter="sex", keep=json.dumps(chosen))
    assert app.multiselect[0].options == ["None", "missing", "nan", "without a value"]
    np.testing.assert_array_equal(matches_of(app), rows["sex"].isin(chosen) | (rows["sex"].isna() & (None in chosen)))
    assert query_settings(app)["keep"] == json.dumps(chosen)
    app = app.multiselect[0].select("None").run()
    assert not app.exception and json.loads(query_settings(app)["keep"]) == [*chosen, "None"]


def test_a_filter_by_more_than_fifty_values_keeps_all_of_them_in_the_link(odd_words):
    revision, rows = odd_words
    values = sorted(rows["note"].dropna().unique())
    app = open_page(None, revision=revision.id, filter="note", colour="note", keep=json.dumps(values))
    assert len(values) > 50 and app.multiselect[0].value == values
    np.testing.assert_array_equal(matches_of(app), rows["note"].notna())
    assert plane_header(app)["classes"] == values and json.loads(query_settings(app)["keep"]) == values
