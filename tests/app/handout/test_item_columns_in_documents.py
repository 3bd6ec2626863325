"""What a document and a site hold of the items: nothing unless it was asked for, and then what was asked for alone."""

import base64
import gzip
import json
import re

import pytest

pytest.importorskip("streamlit")
from helpers import penguins
from helpers.penguins import FRAME, shown_items
from helpers.plane_scenes import unpack_message

from aae_core.errors import DataError
from aae_core.store.revisions import Store
from app import __main__ as command
from app.cache import item_columns, revision_snapshot, text_columns
from app.handout import contents, document
from app.handout import item_columns as document_columns
from app.website import site

pytestmark = pytest.mark.usefixtures("no_gallery")
PRIVATE_WORDS = [*FRAME["sample"], *FRAME["note"], "female"]  # no word of a page is among these


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    folder = tmp_path_factory.mktemp("penguins")
    with pytest.MonkeyPatch.context() as patch:
        return folder, penguins.train_penguin_models(folder, patch)


@pytest.fixture
def revision_ids(folders, monkeypatch):
    folder, ids = folders
    penguins.use_folders(folder, monkeypatch)
    return ids


def handout(revision_ids, *names, columns=()):
    return contents.make_handout(
        [revision_snapshot.open_snapshot(revision_ids[name]) for name in names], columns=columns
    )


def unpack_element(element):
    """The content of a file in a document, by another way than the page's."""
    _, order, letters = re.fullmatch('<script .* id="(.*?)" data-way="(.*?)">(.*)</script>', element).groups()
    content = gzip.decompress(base64.b85decode(letters.replace(".", "<")))
    if order == document.PLAIN_ORDER:
        return content
    half = len(content) // 2
    return bytes(byte for pair in zip(content[:half], content[half:], strict=True) for byte in pair)


def headers_of(files):
    """The headers of the files of a document that are messages of planes, or belong to them, with their arrays."""
    result = []
    for name, element in files.items():
        if name.startswith("frames"):
            continue
        content = unpack_element(element)
        if content[8:9] == b"{":
            result.append(unpack_message(content))
    return result


def texts_of_file(header, arrays):
    """{column: texts} of the items, from the parts of a message "items"."""
    texts, places = {}, arrays.get("places", [])
    lists = json.loads(arrays["texts"].tobytes())
    count = next(len(lists[k]) for k, column in enumerate(header["columns"]) if not column["repeats"])
    for column, distinct_texts in zip(header["columns"], lists, strict=True):
        texts[column["name"]] = distinct_texts
        if column["repeats"]:
            texts[column["name"]] = [distinct_texts[place] for place in places[:count]]
            places = places[count:]
    return texts


def private_words(contents_of_files):
    content = b" ".join(contents_of_files)
    return [word for word in PRIVATE_WORDS if word.encode() in content]


@pytest.mark.parametrize("names", [("aae",), ("supervised",), ("aae", "vae")])
def test_a_document_holds_nothing_of_the_items_by_default(revision_ids, names):
    html_document = handout(revision_ids, *names)
    files = [unpack_element(element) for element in html_document.files.values()]
    assert not private_words([html_document.content, *files])
    assert not [sentence for sentence in html_document.limitations if "each item" in sentence]
    assert (
        b'"colourings": []' in html_document.content
        and b'"colour"' not in html_document.content.partition(b'id="page-data"')[2][:99]
    )


def test_it_holds_the_columns_that_were_asked_for_and_no_others(revision_ids):
    html_document = handout(revision_ids, "supervised", columns=["sex", "id"])
    items = shown_items(revision_ids["supervised"])
    ((header, arrays),) = [parts for parts in headers_of(html_document.files) if "left_out" in parts[0]]
    assert header["left_out"] == []
    columns = texts_of_file(header, arrays)
    assert list(columns) == ["id", "label", "sex"]
    assert columns["id"] == items["id"].tolist() and columns["sex"] == items["sex"].fillna("").tolist()
    assert "It holds of each item: id, sex." in html_document.limitations
    files = [unpack_element(element) for element in html_document.files.values()]
    words = private_words([html_document.content, *files])
    assert "female" in words and not {word for word in words if word.startswith("remark")}


def test_a_column_colours_the_planes_of_a_document_as_it_does_in_the_app(revision_ids):
    html_document = handout(revision_ids, "aae", "vae", columns=["id", "age", "note"])
    page_data = html_document.content.partition(b'id="page-data">')[2].partition(b"</script>")[0].decode()
    [compare_page] = [page for page in json.loads(page_data)["pages"] if page["kind"] == "compare"]
    classes, ages = compare_page["colourings"]
    assert [classes["column"], ages["column"]] == ["", "age"], "texts and ids colour nothing"
    assert classes["changes"] == [None, None]
    header, other_header = ages["changes"]
    assert header == other_header, "of the same items, so that both planes have the same file"
    (labels,) = [arrays["groups"] for _, arrays in headers_of(html_document.files) if "groups" in arrays]
    assert header["ranges_of"] == "age" and header["groups"]["url"] in html_document.files
    texts = [name.replace("\N{MINUS SIGN}", "-") for name in header["classes"]]
    limits = [float(text.split(" – ")[1]) for text in texts[1:-1]]
    ages = shown_items(revision_ids["aae"])["age"]
    assert labels.tolist() == [
        sum(age >= limit for limit in [float(texts[0].removeprefix("< ")), *limits]) for age in ages
    ]


def test_a_column_that_no_items_have_is_refused(revision_ids, tmp_path, capsys):
    with pytest.raises(DataError, match="“?sexx"):
        handout(revision_ids, "aae", columns=["sexx"])
    output = tmp_path / "a.html"
    assert command.run_app_command(["handout", revision_ids["aae"], "-o", str(output), "--columns", "id,agee"]) == 1
    assert capsys.readouterr().err.count("\n") == 1 and not output.exists()
    assert command.run_app_command(["site", str(tmp_path / "site"), revision_ids["aae"], "--columns", "agee"]) == 1
    assert capsys.readouterr().err.count("\n") == 1 and not (tmp_path / "site").exists()


def test_a_column_that_is_too_large_for_a_page_is_refused_with_the_reason(revision_ids, monkeypatch):
    def item_texts(revision):
        ids = text_columns.TextColumn("id", shown_items(revision_ids["aae"])["id"].tolist(), None, True)
        return text_columns.ItemTexts([ids], ["note"])

    monkeypatch.setattr(text_columns, "item_texts", item_texts)
    with pytest.raises(DataError, match="^The column note is too large for a page.$"):
        handout(revision_ids, "aae", columns=["id", "note"])


def test_the_names_of_the_columns_are_listed_without_their_texts(revision_ids, monkeypatch):
    """A page lists them beside its button; the texts of many items take long."""
    monkeypatch.setattr(text_columns, "item_texts", None)
    names = document_columns.available_columns([revision_snapshot.open_snapshot(revision_ids["aae"])])
    assert names == list(shown_items(revision_ids["aae"]))


def test_the_command_writes_the_columns(revision_ids, tmp_path, capsys):
    output = tmp_path / "a.html"
    assert command.run_app_command(["handout", revision_ids["aae"], "-o", str(output), "--columns", "id"]) == 0
    assert "It holds of each item: id." in capsys.readouterr().err


@pytest.mark.parametrize("columns", [["--columns", "sex,id,sex"], []])
def test_the_command_of_a_site_names_what_it_publishes_of_the_items(revision_ids, tmp_path, capsys, columns):
    assert command.run_app_command(["site", str(tmp_path / "site"), revision_ids["aae"], *columns]) == 0
    out, err = capsys.readouterr()
    expected = "The site publishes of its items, where they have them: sex, id.\n" if columns else ""
    assert err == expected and out.count("\n") == 1


def test_a_site_holds_what_was_asked_for_and_nothing_by_default(revision_ids, monkeypatch):
    ids = [revision_ids[name] for name in ("aae", "other", "clustering")]
    entries = site.site_entries.make_entries(site.referenced_summaries(ids))
    pages = {}
    for columns in ((), ("id", "age")):
        monkeypatch.setattr(site.data_script, "pack_as_script", lambda name, content: content)
        files = dict(site.Site(entries, columns).files())
        words = private_words(files.values())
        assert bool(words) == bool(columns) and not {word for word in words if not word.startswith("penguin-")}
        [clusters_page] = [content.decode() for name, content in files.items() if name.startswith("clusters-")]
        pages[columns] = clusters_page
    items, content = shown_items(revision_ids["clustering"]), Store().open(revision_ids["clustering"]).probe().content
    cards = pages["id", "age"].split("<figure")[1:]
    cluster_of_id = dict(zip(items["id"], content, strict=True))
    for k, card in enumerate(cards):
        assert {cluster_of_id[name] for name in re.findall("<li>(.*?)</li>", card.partition("</figure>")[0])} <= {k}
    assert 'aria-label="age by cluster"' in pages["id", "age"] and "by cluster" not in pages[()]


def test_what_was_kept_is_not_read_where_nothing_of_it_was_asked_for(revision_ids, monkeypatch, tmp_path):
    def refuse(revision):
        raise DataError("The file items.parquet was changed or is damaged.")

    monkeypatch.setattr(item_columns, "load_items_of_codes", refuse)
    assert handout(revision_ids, "aae").files
    _, count, problems = site.write_site(tmp_path / "site", [revision_ids["clustering"]])
    assert (count, problems) == (1, [])
    with pytest.raises(DataError, match="damaged"):
        handout(revision_ids, "aae", columns=["sex"])
