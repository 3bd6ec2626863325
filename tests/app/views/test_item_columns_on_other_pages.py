"""Compare, Style and content, and Clusters with a table of one's own: ids, and the column that colours the codes."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas
import pytest

pytest.importorskip("streamlit")
from helpers import penguins
from helpers.app_pages import assert_no_exception, choose_colour, colour_select, open_page, page_texts, query_settings
from helpers.penguins import shown_items
from helpers.plane_scenes import unpack_message
from helpers.table_models import TINY

import aae_core as aae
from aae_core.data import sets
from aae_core.data.own_data import item_files, own_sets
from aae_core.latent.column_groups import group_by_column
from aae_core.places import data_root
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.cache import item_columns, revision_snapshot, text_columns
from app.figures.number_text import percent
from app.handout import contents, download_button
from app.page_parts.clusters import cluster_cards, cluster_columns
from app.server import assets
from app.ui import item_colours

pytestmark = pytest.mark.usefixtures("no_gallery")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """The folder of data and revisions, and the ids of the revisions."""
    folder = tmp_path_factory.mktemp("penguins")
    with pytest.MonkeyPatch.context() as patch:
        return folder, penguins.train_penguin_models(folder, patch)


@pytest.fixture
def revision_ids(folders, monkeypatch):
    folder, ids = folders
    penguins.use_folders(folder, monkeypatch)
    return ids


def headers(app, component):
    parts = [part for part in app.get("bidi_component") if part.proto.component_name.endswith(component)]
    return [unpack_message(part.proto.bytes)[0] for part in parts]


def file_of(reference):
    """Header and arrays of a file that a message names."""
    return unpack_message(assets.ASSETS.find(reference["url"].rpartition("/")[2]))


def ids_of(header):
    """The ids of the items of a plane or a grid, which are its first column of texts."""
    texts, arrays = file_of(header["items"])
    assert texts["columns"][0]["name"] == "id" and not texts["columns"][0]["repeats"]
    return json.loads(arrays["texts"].tobytes())[0]


def group_names(header):
    """The name of the group of each code, "" where it is missing."""
    labels = file_of(header["groups"])[1]["groups"]
    return [header["classes"][label] if label >= 0 else "" for label in labels]


# Compare ----------------------------------------------------------------------------------------------------------------


def test_one_choice_colours_both_planes_and_both_know_their_ids(revision_ids):
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"], colour="sex")
    assert list(colour_select(app)[0].values()) == ["Coloured by class", "Coloured by sex", "Coloured by age"]
    for header, key in zip(headers(app, "latent_canvas"), ("aae", "vae"), strict=True):
        items = shown_items(revision_ids[key])
        assert group_names(header) == items["sex"].fillna("").tolist()
        assert "classes" in header["link"]["shares"]
        assert ids_of(header) == items["id"].tolist()
    app = choose_colour(app, "")
    for header in headers(app, "latent_canvas"):
        assert header["classes"] == ["Adelie", "Gentoo"] and header["missing"] is None and header["items"]


def test_a_side_without_the_column_keeps_its_classes_and_is_named(revision_ids):
    app = open_page("compare", left=revision_ids["other"], right=revision_ids["aae"], colour="age")
    left, right = headers(app, "latent_canvas")
    assert left["classes"] == ["Adelie", "Gentoo"] and left["missing"] is None
    assert right["ranges_of"] == "age" and "classes" not in left["link"]["shares"]
    assert "have no such column, so its codes are coloured by class." in page_texts(app)


def test_a_group_that_a_link_hides_is_hidden_on_both_planes(revision_ids):
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"], colour="sex", hidden="1")
    left, right = headers(app, "latent_canvas")
    assert left["names"]["hidden"] == right["names"]["hidden"] == "hidden"
    assert left["setting_texts"]["hidden"] == right["setting_texts"]["hidden"] == "1"


def test_two_data_sets_have_the_same_groups_of_a_column(revision_ids):
    left, right = (revision_snapshot.open_snapshot(revision_ids[key]) for key in ("aae", "supervised"))
    age, sex = (item_columns.metadata_columns(left)[name] for name in ("age", "sex"))
    assert item_columns.common_groups([left, right], age)[0] is item_columns.groups_of_codes(left, age)
    small_revision = revision_snapshot.open_snapshot(revision_ids["other"])
    first_groups, second_groups = item_columns.common_groups([left, small_revision], sex)
    assert first_groups.names == second_groups.names and first_groups.colours == second_groups.colours
    assert [second_groups.names[k] if k >= 0 else "" for k in second_groups.labels] == shown_items(
        revision_ids["other"]
    )["sex"].fillna("").tolist()
    assert item_columns.common_groups([small_revision, left], age)[0] is None


def test_classes_that_are_numbers_have_the_same_ranges_and_other_classes_their_own_colours(revision_ids, monkeypatch):
    left, right = (revision_snapshot.open_snapshot(revision_ids[key]) for key in ("aae", "other"))
    class_column = item_columns.ItemColumn("class", "Class", "number", "class", "class")
    own_columns = {left.id: class_column, right.id: replace(class_column, kind="category")}
    values = {left.id: pandas.Series(np.arange(40) % 20.0), right.id: pandas.Series(np.arange(60) % 30.0)}
    monkeypatch.setattr(item_columns, "columns_of_items", lambda revision: {"class": own_columns[revision.id]})
    monkeypatch.setattr(item_columns, "values_of_column", lambda revision, column: values[revision.id])
    monkeypatch.setattr(item_columns, "groups_of_codes", lambda revision, column: revision.id)
    assert item_columns.common_groups([left, right], class_column) == [left.id, None]
    own_columns[right.id] = class_column
    first_groups, second_groups = item_columns.common_groups([left, right], class_column)
    expected = group_by_column(pandas.concat([values[left.id], values[right.id]]), "number")
    assert first_groups.names == second_groups.names == expected.names and first_groups.column == "class"
    assert [*first_groups.labels, *second_groups.labels] == expected.labels.tolist() and len(first_groups.labels) == 40


def test_compare_offers_classes_that_are_numbers_and_a_kept_column_called_class(revision_ids, monkeypatch):
    left, right = (revision_snapshot.open_snapshot(revision_ids[key]) for key in ("aae", "other"))
    class_column = item_columns.ItemColumn("class", "Class", "number", "class", "class")
    kept_column = item_columns.ItemColumn("class", "class", "category", "metadata", "class")
    own_columns = {left.id: [class_column], right.id: [class_column, kept_column]}
    values = {left.id: np.arange(40) % 20.0, right.id: np.arange(60) % 30.0}
    monkeypatch.setattr(
        item_columns, "columns_of_items", lambda revision: item_columns.columns_by_key(own_columns[revision.id])
    )
    monkeypatch.setattr(item_columns, "values_of_column", lambda revision, column: pandas.Series(values[revision.id]))
    offered_columns = []
    monkeypatch.setattr(
        item_colours, "choose_colour_column", lambda columns, revisions: offered_columns.append(columns)
    )
    item_colours.choose_item_colours([left, right])
    assert list(offered_columns[0]) == ["built-in:class", "class"]
    first_groups, second_groups = item_columns.common_groups([left, right], offered_columns[0]["built-in:class"])
    assert first_groups.names == second_groups.names and (len(first_groups.labels), len(second_groups.labels)) == (
        40,
        60,
    )
    assert item_columns.common_groups([left, right], offered_columns[0]["class"])[0] is None


def test_the_ends_of_a_path_are_named_by_their_ids(revision_ids):
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"], **{"from": "3", "to": "5"})
    items = shown_items(revision_ids["aae"])
    strips = "".join(element.proto.body for element in app.get("html"))
    for number in (3, 5):
        assert strips.count(f"Row {number}: {items['label'][number]} · {items['id'][number]}</figcaption>") == 2


def test_a_damaged_file_is_named_once_and_both_planes_stay(revision_ids):
    path = data_root() / own_sets.OWN_SETS_FOLDER / "penguins" / item_files.ITEMS_FILE
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    try:
        app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"], colour="sex")
    finally:
        path.write_bytes(content)
    assert len(app.error) == 1 and "was changed or is damaged" in app.error[0].value
    for header in headers(app, "latent_canvas"):
        assert header["classes"] == ["Adelie", "Gentoo"] and header["items"] is None


def visit(app, page):
    """Go to a page by the navigation, whose links carry no settings."""
    app.query_params.clear()
    return assert_no_exception(app.switch_page(f"views/{page}.py").run())


def colour_in_link(app):
    return query_settings(app).get("colour")


@pytest.mark.parametrize("colour", ["feature:bill", "model:error", "sex"])
def test_the_colour_of_explore_is_still_chosen_after_a_visit_to_pages_that_lack_it(revision_ids, colour):
    app = open_page(None, revision=revision_ids["clustering"], colour=colour)
    shared_colour = colour if colour == "sex" else None
    for page in ("compare", "clusters"):
        visit(app, page)
        assert colour_in_link(app) == shared_colour and not app.toast
    visit(app, "explore")
    assert colour_in_link(app) == colour_select(app)[1] == colour
    assert headers(app, "latent_canvas")[0]["groups"]
    assert_no_exception(app.run())
    assert colour_select(app)[1] == colour


def test_the_last_choice_of_a_colour_counts_on_all_pages(revision_ids):
    app = open_page(None, revision=revision_ids["aae"], colour="model:error")
    visit(app, "compare")
    choose_colour(app, "sex")
    choose_colour(app, "")
    visit(app, "explore")
    assert (colour_in_link(app), colour_select(app)[1]) == (None, "")
    choose_colour(app, "model:error")
    visit(app, "compare")
    app.query_params["colour"] = "age"  # as a link brings it
    assert_no_exception(app.run())
    visit(app, "explore")
    assert (colour_in_link(app), colour_select(app)[1]) == ("age", "age")


def test_classes_that_are_numbers_stay_switched_off_after_a_visit_to_clusters(tmp_path, monkeypatch):
    penguins.use_folders(tmp_path, monkeypatch)
    penguins.FRAME.assign(species=2000 + np.arange(penguins.N) % 12).to_csv(tmp_path / "y.csv", index=False)
    sets.add_data_set(tmp_path / "y.csv", "years", label="species", leave_out=["sample", "sex", "age", "note"])
    config = aae.configure(**{**TINY, **penguins.MODELS["clustering"], "data": "years"})
    revision = worker.train(config, store=Store())
    app = open_page(None, revision=revision.id)
    assert colour_select(app)[1:] == ("class", "class")
    choose_colour(app, "")
    for _ in range(2):
        visit(app, "clusters")
        assert colour_in_link(app) is None
        visit(app, "explore")
        assert colour_in_link(app) == colour_select(app)[1] == ""


def test_colour_and_filter_are_still_chosen_after_a_revision_without_their_columns(revision_ids):
    app = open_page(None, revision=revision_ids["aae"], colour="age", filter="age", keep="25,35")
    expected = file_of(headers(app, "latent_canvas")[0]["filter"])[1]["matches"]
    revision_choice = lambda: next(box for box in app.selectbox if box.label == "Revision")  # noqa: E731
    revision_choice().select(revision_ids["other"]).run()  # whose data set has no ages
    assert colour_select(app)[1] == "" and not {"colour", "filter", "keep"} & set(query_settings(app))
    assert headers(app, "latent_canvas")[0]["filter"] is None
    revision_choice().select(revision_ids["aae"]).run()
    assert colour_select(app)[1] == "age"
    np.testing.assert_array_equal(file_of(headers(app, "latent_canvas")[0]["filter"])[1]["matches"], expected)


# Style and content ------------------------------------------------------------------------------------------------------


def test_the_plane_of_styles_is_coloured_and_the_grid_knows_the_ids(revision_ids):
    app = open_page("style", revision=revision_ids["supervised"], colour="sex", images="4,9")
    items = shown_items(revision_ids["supervised"])
    (plane,), (grid,) = headers(app, "latent_canvas"), headers(app, "style_grid")
    assert group_names(plane) == items["sex"].fillna("").tolist()
    assert grid["classes"] == ["Adelie", "Gentoo"], "the contents stay classes"
    assert grid["items"] == plane["items"] and ids_of(grid) == items["id"].tolist()
    assert f"4: {items['id'][4]}, 9: {items['id'][9]}" in page_texts(app).replace("\\", "")


# Clusters ---------------------------------------------------------------------------------------------------------------


def html_of(app, part):
    return next(element.proto.body for element in app.get("html") if part in element.proto.body)


def test_a_cluster_shows_the_ids_of_its_members_and_the_chosen_column(revision_ids):
    app = open_page("clusters", revision=revision_ids["clustering"], colour="sex")
    items = shown_items(revision_ids["clustering"])
    content = Store().open(revision_ids["clustering"]).probe().content
    sexes = items["sex"].fillna("missing")
    clusters = {f"{item_id} · sex: {sex}": k for item_id, sex, k in zip(items["id"], sexes, content, strict=True)}
    for k, card in enumerate(html_of(app, "<figure").split("<figure")[1:]):
        item_texts = re.findall("<li>(.*?)</li>", card)
        assert len(item_texts) == min(12, (content == k).sum()) and {clusters[name] for name in item_texts} <= {k}
        assert re.findall('<i title="(.*?)">', card) == item_texts


def test_no_column_by_cluster_leaves_the_colours_of_other_pages_as_they_are_by_default(revision_ids):
    app = open_page("clusters", revision=revision_ids["clustering"], colour="sex")
    next(box for box in app.selectbox if box.label == "Column").select("").run()
    assert "colour" not in app.query_params and not app.exception


def test_a_column_named_for_the_classes_is_by_cluster_first_and_none_of_them_stays_chosen(revision_ids, monkeypatch):
    monkeypatch.setattr(item_colours, "number_label_of", lambda revision: "age")
    app = open_page("clusters", revision=revision_ids["clustering"])
    box = next(box for box in app.selectbox if box.label == "Column")
    assert box.value == "age"
    box.select("").run()
    assert query_settings(app)["colour"] == "" and not app.exception


def test_a_category_by_cluster_is_a_crosstab_and_a_number_has_mean_and_spread(revision_ids):
    items = shown_items(revision_ids["clustering"])
    content = Store().open(revision_ids["clustering"]).probe().content
    app = open_page("clusters", revision=revision_ids["clustering"], colour="sex")
    rows = re.findall("<tr>(.*?)</tr>", html_of(app, 'aria-label="sex by cluster"'))
    assert re.findall("<th[^>]*>(.*?)</th>", rows[0]) == ["Cluster", "Number", "female", "male", "missing"]
    expected = pandas.crosstab(content, items["sex"].fillna("missing"), margins=True).reindex([0, 1, 2, "All"])
    for row, counts in zip(rows[1:], expected.fillna(0).astype(int).to_numpy(), strict=True):
        cells = re.findall("<td>(.*?)</td>", row)
        assert [int(cell.split()[0]) for cell in cells] == [counts[-1], *counts[:-1]]
        assert cells[1] == (f"{counts[0]} ({percent(counts[0] / counts[-1], 0)})" if counts[0] else "0")
    next(box for box in app.selectbox if box.label == "Column").select("age").run()
    rows = re.findall("<tr>(.*?)</tr>", html_of(app, 'aria-label="age by cluster"'))
    ages = items["age"].groupby(content)
    for row, k in zip(rows[1:-1], range(3), strict=True):
        number, missing, mean, deviation = re.findall("<td>(.*?)</td>", row)
        cluster_ages = ages.get_group(k) if k in ages.groups else items["age"][:0]
        assert (int(number), missing) == (len(cluster_ages), "0")
        if len(cluster_ages) > 1:
            np.testing.assert_allclose(
                [float(mean), float(deviation)], [cluster_ages.mean(), cluster_ages.std()], rtol=2e-3
            )


def test_without_a_choice_there_are_ids_and_no_table(revision_ids):
    app = open_page("clusters", revision=revision_ids["clustering"])
    assert "<li>penguin-" in html_of(app, "<figure") and " · " not in html_of(app, "<figure").partition("<details>")[2]
    assert not [element for element in app.get("html") if "by cluster" in element.proto.body]


def test_an_exemplar_is_named_by_its_id(revision_ids):
    revision = revision_snapshot.open_snapshot(revision_ids["clustering"])
    items = aae.load_item_table("penguins")
    ids = items["id"][items["split"] == "train"].reset_index(drop=True)
    row = {"exemplar_image": 7, "size": 3, "purity": 1.0, "exemplar": None, "majority": None, "matching": None}
    clustering = {"clusters": [row] * 3, "n": 9, "validation": 9}
    names = cluster_columns.item_names(revision, clustering, text_columns.item_texts(revision))
    assert names.exemplars == {7: ids[7]}
    cards = cluster_cards.cards_html(revision, revision.codes, clustering, item_names=names)
    assert cards.count(f"training row 7 · {ids[7]}") == 3 and cards.count(f"<b>{ids[7]}</b>") == 3


# Download as a web page -------------------------------------------------------------------------------------------------


def test_the_file_holds_columns_only_if_they_are_chosen(revision_ids, monkeypatch):
    handout_arguments = []

    def make_handout(snapshots, columns):
        handout_arguments.append((len(snapshots), columns))
        return SimpleNamespace(content=b"")

    monkeypatch.setattr(contents, "make_handout", make_handout)
    monkeypatch.setattr(download_button, "render_download_button", lambda label, make, *_, **__: make())
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["other"])
    (choice,) = [box for box in app.multiselect if box.label == "Ids and columns in the file"]
    assert choice.options == ["id", "row", "split", "label", "sample", "sex", "age", "note"] and choice.value == []
    choice.select("id").select("age").run()
    assert handout_arguments[0] == (2, []) and handout_arguments[-1] == (2, ["id", "age"])
