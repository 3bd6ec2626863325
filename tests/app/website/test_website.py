"""The static site: what lies in its folder, what leads where, and when a folder is left alone."""

import json
import os
import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers import tiny_frontiers
from helpers.environment import WEB, run_node
from helpers.plane_scenes import unpack_message

from aae_core.config.configuration import configure, to_flat_dict
from aae_core.data import sets
from aae_core.errors import DataError
from aae_core.game import rules
from aae_core.reproduce import curve_rows, frontier
from aae_core.store.revisions import Store
from app import __main__ as command
from app.cache import lru
from app.course.contents import load_course
from app.figures import frontier_chart, frontier_legend, frontier_marks, frontier_svg, palette
from app.lessons import reader
from app.theory import article
from app.website import course, data_script, folder, game, lessons, site, site_entries, which_one

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>\"'"
MODEL_SETTINGS = {
    "aae": {"name": HOSTILE},
    "vae": {"variant": "vae"},
    "supervised": {"variant": "supervised"},
    "clustering": {"variant": "clustering", "clusters": 4, "latent_dim": 3},
}


class Parts(HTMLParser):
    """The elements of a page with their attributes, and the texts of titles and scripts."""

    def __init__(self, text):
        super().__init__()
        self.parts, self.texts, self.open_tag = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.parts.append((tag, dict(attrs)))
        self.open_tag = tag

    def handle_endtag(self, tag):
        self.open_tag = ""

    def handle_data(self, data):
        if self.open_tag in ("title", "script", "h3", "option"):
            self.texts.append((self.open_tag, data))


@pytest.fixture(scope="module")
def files(trained_kinds):
    """The files of a site of MODEL_SETTINGS, by path."""
    os.environ["AAE_CHECKPOINTS"] = str(trained_kinds[0])
    try:
        return dict(site.Site(site_of(trained_kinds)).files())
    finally:
        del os.environ["AAE_CHECKPOINTS"]


def site_of(kinds):
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    return site_entries.make_entries(site.referenced_summaries(list(kinds[1].values())))


def pages(files):
    return {name: Parts(content.decode()) for name, content in files.items() if name.endswith(".html")}


@pytest.mark.thorough
def test_the_same_revisions_give_the_same_bytes(files, trained_kinds, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(trained_kinds[0]))
    second_files = dict(site.Site(site_of(trained_kinds)).files())
    assert files.keys() == second_files.keys()
    assert not [name for name in files if files[name] != second_files[name]]


def test_every_link_leads_to_a_file_of_the_site(files):
    for name, page in pages(files).items():
        for tag, attrs in page.parts:
            for link in (attrs.get("href"), attrs.get("src"), attrs.get("value") if tag == "option" else None):
                if link and not link.startswith(("data:", "#")):
                    assert urlsplit(link).path in files and not urlsplit(link).netloc, (name, link)


def test_the_theory_page_has_every_section_with_a_figure(files):
    page = files["theory.html"].decode()
    for section in article.read_article().sections:
        part = page.partition(f'<section id="{section.anchor}">')[2].partition("</section>")[0]
        assert escape(section.title) in part and "<details>" in part
        assert "theory-still" in part or "In the app:" in part, section.anchor
    parts = Parts(page)
    ids = [attrs["id"] for _, attrs in parts.parts if "id" in attrs]
    assert len(ids) == len(set(ids)) and {section.anchor for section in article.read_article().sections} <= set(ids)
    assert {link for tag, attrs in parts.parts if (link := attrs.get("href", "")).startswith("#")} <= {
        f"#{i}" for i in ids
    }


def test_whatever_a_page_names_lies_in_the_folder_once(files):
    data_names = {name[len("data/") : -len(".js")] for name in files if name.startswith("data/")}
    referenced_names = set()
    for page in pages(files).values():
        [page_data] = [json.loads(text) for tag, text in page.texts if tag == "script"]
        referenced_names.add(page_data["site"]["lessons"])
        referenced_names |= set(re.findall(r"\b[0-9a-f]{64}\b", json.dumps(page_data)))
    assert referenced_names <= data_names
    data = [content for name, content in files.items() if name.startswith("data/")]
    assert len({content.partition(b",")[2] for content in data}) == len(data)


def test_the_game_has_its_data_and_says_what_it_lacks():
    box = site.SiteFileSet({})
    header, _ = unpack_message(box.files[game.script_data(box)["message"]])
    data = {name: unpack_message(box.files[file]) for name, file in header["data"].items()}
    assert data.keys() == set(rules.OFFERED_DATA) and len(box.files) == 1 + len(data)
    assert header["setup"] == vars(rules.GameSetup()) and data["digits"][0]["shape"] == [8, 8, 1]
    assert box.limitations


def test_the_latent_models_stand_in_a_chart_with_their_seeds(tmp_path, monkeypatch):
    tiny_frontiers.write_frontier_file(tmp_path, monkeypatch)
    content = which_one.page_html(frontier.read_frontier(), [])
    circles = [attrs for tag, attrs in Parts(content.split("</svg>")[0]).parts if tag == "circle"]
    marks = [(float(item["cx"]), float(item["cy"])) for item in circles if item["r"] == "10"]
    assert len(marks) == 3 and len(circles) == 12
    aae, vae, ae = marks
    assert aae[0] < vae[0] < ae[0], "farther from the prior is farther to the right"
    assert aae[1] < vae[1] < ae[1], "a larger error is higher"
    (edge,) = [attrs for tag, attrs in Parts(content).parts if tag == "path" and attrs["class"] == "frontier"]
    ends = [tuple(map(float, item.split())) for item in edge["d"].removeprefix("M").split("L")]
    assert ends == [aae, vae] and edge["fill"] == "none", "the autoencoder has no prior"
    assert "VAE &lt;b&gt;β" in content and "<b>β" not in content
    monkeypatch.setattr(site.lessons, "playable_lessons", lambda *_: {})
    page = "which_one.html"
    assert site.Site([]).first_files["Which one?"] == page and page in dict(site.Site([]).files())
    (tmp_path / frontier.FRONTIER_FILE).unlink()
    monkeypatch.setattr(frontier, "read_frontier", lambda: None)
    assert "Which one?" not in site.Site([]).first_files


def curves_of_tiny_frontier(tmp_path, monkeypatch, error_factor=1.0):
    record = tiny_frontiers.record_with_curves()
    for entry in record["points"] + record["curves"]["runs"]:
        entry["figures"]["reconstruction"] *= error_factor
    tiny_frontiers.write_frontier_file(tmp_path, monkeypatch, record)
    data = frontier.read_frontier()
    return data.model_rows("mnist", 2), curve_rows.model_curves(data, "mnist", 2)


def test_the_curves_of_the_models_are_drawn_as_in_the_app(tmp_path, monkeypatch):
    rows, curves = curves_of_tiny_frontier(tmp_path, monkeypatch)
    chart = which_one.page_html(frontier.read_frontier(), []).split("At equal fit")[1].split("</div>")[0]
    parts = Parts(chart).parts
    label = next(attrs["aria-label"] for tag, attrs in parts if tag == "svg")
    assert label == frontier_marks.curves_alt_text(rows, curves, "mmd2") and "AAE: from 19.1 at 0.0004" in label
    for is_dark, colour in ((False, r"\1"), (True, r"\2")):
        app_legend = frontier_legend.legend_html(frontier_chart.curves_figure(rows, curves, "mmd2", is_dark=is_dark))
        assert re.sub(r"light-dark\((#\w+), (#\w+)\)", colour, chart).endswith(app_legend.split("</style>")[1])
    aae_line, vae_line = (attrs["d"] for tag, attrs in parts if tag == "path" and attrs["class"] == "curve")
    aae_runs, vae_runs = (
        [tuple(map(float, run.split())) for run in line.removeprefix("M").split("L")] for line in (aae_line, vae_line)
    )
    assert len(aae_runs) == 3 and len(vae_runs) == 2, "the run that is behind another is off the line"
    assert aae_runs == sorted(aae_runs), "farther from the prior is farther to the right, and a smaller error is lower"
    assert vae_runs[0][0] == aae_runs[1][0] and vae_runs[0][1] > aae_runs[1][1]
    titles = re.findall("<title>(.*?)</title>", chart)
    assert "AAE: 18.1 at 0.001" in titles and "VAE &lt;b&gt;β&lt;/b&gt;: 15.1 at 0.02" in titles and len(titles) == 7


@pytest.mark.parametrize("error_factor", [0.0, 0.001, 1.0, 1000.0])
def test_every_mark_lies_within_the_axes_of_the_chart(tmp_path, monkeypatch, error_factor):
    rows, curves = curves_of_tiny_frontier(tmp_path, monkeypatch, error_factor)
    parts = Parts(frontier_svg.curves_html(rows, curves)).parts
    corners = [corner.split(",") for tag, attrs in parts if tag == "polygon" for corner in attrs["points"].split()]
    corners += [(attrs["cx"], attrs["cy"]) for tag, attrs in parts if tag == "circle"]
    radius = frontier_svg.MEAN_RADIUS
    assert corners and all(
        frontier_svg.LEFT - radius <= float(x) <= frontier_svg.WIDTH - frontier_svg.EDGE + radius
        and frontier_svg.EDGE - radius <= float(y) <= frontier_svg.BASE + radius
        for x, y in corners
    )
    error_lines = [attrs for tag, attrs in parts if attrs.get("class") == "grid" and "H" in attrs["d"]]
    assert 2 <= len(error_lines) <= frontier_svg.MAX_ERROR_STEPS + 2


def test_a_symbol_has_its_corners_around_the_middle_and_a_circle_none():
    corners = {symbol: frontier_legend.symbol_corners(symbol) for symbol in palette.SHAPES}
    assert [symbol for symbol, places in corners.items() if not places] == ["circle"]
    assert corners["square"] == [(-1, -1), (1, -1), (1, 1), (-1, 1)]
    assert corners["diamond"] == [(0, -1), (1, 0), (0, 1), (-1, 0)]
    assert all(max(map(abs, place)) <= 1 for places in corners.values() for place in places)


def test_without_curves_the_page_has_the_chart_of_one_value_alone(tmp_path, monkeypatch):
    tiny_frontiers.write_frontier_file(tmp_path, monkeypatch)
    content = which_one.page_html(frontier.read_frontier(), [])
    assert "At equal fit" not in content and 'class="curve"' not in content and "One value of each knob" in content


def test_a_model_links_to_the_page_of_its_revision_where_the_site_has_it(trained_kinds, tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(trained_kinds[0]))
    entries, record = site_of(trained_kinds), tiny_frontiers.record()
    record["points"][1]["revision"] = entries[0].revision.id
    tiny_frontiers.write_frontier_file(tmp_path, monkeypatch, record)
    (link,) = [
        attrs for tag, attrs in Parts(which_one.page_html(frontier.read_frontier(), entries)).parts if tag == "a"
    ]
    assert link == {"href": entries[0].explore_page_file, "aria-label": "Open seed 1: AAE"}
    assert "<a" not in which_one.page_html(frontier.read_frontier(), entries[1:])


def test_a_model_links_to_the_sites_revision_with_its_settings(trained_kinds, tmp_path, monkeypatch):
    """Whatever else is in the store: the same revisions give the same page."""
    monkeypatch.setenv("AAE_CHECKPOINTS", str(trained_kinds[0]))
    entries, record = site_of(trained_kinds), tiny_frontiers.record()
    config = entries[1].revision.config
    settings = {
        key: value
        for key, value in to_flat_dict(config).items()
        if key not in ("data", "latent_dim", "seed", "name", "variant")
    }
    record["models"] = [{"name": "vae", "title": "VAE", "settings": {"variant": "vae"}, "chosen": {}}]
    record["points"] = [
        point | {"settings": settings, "chosen": {}, "data": "digits", "seed": config.seed}
        for point in record["points"]
        if (point["model"], point["seed"]) == ("vae", 0)
    ]
    tiny_frontiers.write_frontier_file(tmp_path, monkeypatch, record)
    (link,) = [
        attrs for tag, attrs in Parts(which_one.page_html(frontier.read_frontier(), entries)).parts if tag == "a"
    ]
    assert link["href"] == entries[1].explore_page_file


def test_words_of_a_user_stay_words(files):
    count = 0
    for name, page in pages(files).items():
        assert not [attrs for tag, attrs in page.parts if attrs.get("src") == "x"], name
        assert not [attrs for _, attrs in page.parts if any(key.startswith("on") for key in attrs)], name
        count += sum(text.strip() == HOSTILE for tag, text in page.texts if tag != "script")
    assert count > 2


def test_revisions_of_the_same_name_have_different_titles(revision_ids, monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    store = Store()
    for kind in ("aae", "vae"):
        store.open(revision_ids[kind]).annotate("Mine")
    titles = [
        entry.title for entry in site_entries.make_entries(site.referenced_summaries(list(revision_ids.values())))
    ]
    ends = [revision_ids[kind][-6:] for kind in ("aae", "vae")]
    data = store.open(revision_ids["aae"]).data.title
    assert titles[:2] == [f"Mine, {data} · {end}" for end in ends] and not any(
        revision_ids["supervised"][-6:] in title for title in titles
    )


def test_a_page_may_reach_nothing_but_its_folder(files):
    for name, page in pages(files).items():
        [policy] = [attrs["content"] for tag, attrs in page.parts if "http-equiv" in attrs]
        rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
        assert rules["default-src"] == "'none'" and rules["script-src"] == "'self' 'wasm-unsafe-eval'", name
        assert "connect-src" not in rules and "http" not in policy
    script = files["site.js"].decode()
    assert not re.search(r"(?<!\.)\bfetch\((?!\))|XMLHttpRequest|\beval\(|new Function|\bimport\b.*from", script)


def test_a_lesson_is_played_where_the_site_has_all_its_pages(trained_kinds, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(trained_kinds[0]))
    entries = site_of(trained_kinds)
    playable_lessons = lessons.playable_lessons(entries, reader.load_lessons())
    shelf = reader.load_lessons().lessons
    unplayable_slugs = {
        slug for slug, lesson in shelf.items() if {"train", "classify"} & {page.on for page in lesson.pages}
    }
    assert unplayable_slugs == {"few-labels", "paint-a-prior"}
    slugs_of_other_models = {"holes", "labels-into-d", "disentanglement", "choosing-a-prior"}
    assert playable_lessons.keys() == shelf.keys() - unplayable_slugs - slugs_of_other_models
    first, second, third = playable_lessons["the-prior"]["pages"]
    aae = next(entry for entry in entries if entry.revision.variant.name == "aae")
    assert first["file"] == second["file"] == aae.explore_page_file and first["panel"]["first"] == first["set"]
    assert (first["set"], third["set"]) == (
        {"z": "0,0", "layers": "prior"},
        {"z": "0,0", "layers": "codes,prior"},
    )
    assert second["panel"]["following"] == playable_lessons["the-discriminator"]["title"]
    assert "the-prior" not in lessons.playable_lessons(
        [entry for entry in entries if entry is not aae], reader.load_lessons()
    )


def test_a_lesson_leads_to_a_comparison_in_any_order_of_revisions(trained_kinds, tmp_path, monkeypatch):
    monkeypatch.setenv("AAE_CHECKPOINTS", str(trained_kinds[0]))
    text = (reader.LESSONS_FOLDER / "07-where-the-kl-went.md").read_text()
    (tmp_path / "90-turned.md").write_text(text.replace('left = "aae", right = "vae"', 'right = "aae", left = "vae"'))
    (tmp_path / "91-same.md").write_text(text.replace('right = "vae"', 'right = "aae gaussian"'))
    monkeypatch.setenv("AAE_LESSONS", str(tmp_path))
    for entries in (site_of(trained_kinds), site_of(trained_kinds)[::-1]):
        lesson_site = site.Site(entries)
        file_names = [site_entries.comparison_file(*pair) for pair in lesson_site.pairs]
        assert (
            len(set(file_names)) == len(file_names) == 7
        )  # each pair, and one of them with either of the two on the left
        slug = {entry.revision.variant.name: entry.slug for entry in entries}
        for lesson, sides in (("where-the-kl-went", ("aae", "vae")), ("turned", ("vae", "aae"))):
            file = "compare-{}-{}.html".format(*(slug[side] for side in sides))
            assert file in file_names and lesson_site.lessons[lesson]["pages"][0]["file"] == file
        assert "same" not in lesson_site.lessons


def test_the_list_leads_into_each_lesson(files):
    page = pages(files)[lessons.FILE]
    lesson_links = [
        urlsplit(attrs["href"]) for tag, attrs in page.parts if tag == "a" and "lesson=" in attrs.get("href", "")
    ]
    assert {parse_qs(link.fragment)["at"][0] for link in lesson_links} == {"1"}
    listed_slugs = {attrs["data-lesson"] for _, attrs in page.parts if "data-lesson" in attrs}
    assert (
        listed_slugs == {parse_qs(link.fragment)["lesson"][0] for link in lesson_links} and "the-prior" in listed_slugs
    )


# Packed files -----------------------------------------------------------------------------------------------------------


def test_the_page_reads_what_is_packed(monkeypatch, tmp_path):
    random = np.random.default_rng(0)
    contents = [b"", b"\x00", b"ab", random.bytes(1001), np.linspace(-2, 2, 999).astype("<f2").tobytes()]
    output = {f"{n:064x}": content for n, content in enumerate(contents)}
    scripts = {
        f"data/{name}.js": data_script.pack_as_script(name, content).decode("utf-16")
        for name, content in output.items()
    }
    packed_file = tmp_path / "packed.json"
    packed_file.write_text(
        json.dumps([scripts, {f"frames?v={name}": list(content) for name, content in output.items()}])
    )
    monkeypatch.setenv("AAE_PACKED", str(packed_file))
    run_node(WEB / "tests" / "site_files.test.mjs")


def test_what_is_packed_is_a_fifteenth_larger_than_what_cannot_be_squeezed():
    content = np.random.default_rng(1).bytes(30_000)
    assert len(data_script.pack_as_script("a", content)) < 16 / 15 * len(content) + 100


# The folder -------------------------------------------------------------------------------------------------------------

SITE = {"index.html": b"one", "data/a.js": b"two"}


def content(place):
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_a_former_site_is_replaced_as_a_whole(tmp_path):
    place = tmp_path / "deep" / "site"
    folder.write_site(place, SITE.items())
    folder.write_site(place, {"index.html": b"new"}.items())
    assert content(place).keys() == {"index.html", folder.RECORD} and (place / "index.html").read_bytes() == b"new"
    assert os.listdir(place.parent) == ["site"]


def test_a_site_of_many_files_can_be_replaced(tmp_path):
    place, names = tmp_path / "site", [f"data/{k:064}.js" for k in range(15_000)]  # a record of more than a megabyte
    place.mkdir()
    (place / folder.RECORD).write_text(json.dumps({"format": folder.FORMAT, "files": names}, indent=1))
    folder.write_site(place, SITE.items())
    assert content(place).keys() == {*SITE, folder.RECORD}


@pytest.mark.parametrize("subfolder", [".", "data"])
def test_the_folder_in_which_the_command_runs_is_not_replaced(tmp_path, monkeypatch, subfolder):
    place = tmp_path / "site"
    (place / subfolder).mkdir(parents=True)
    monkeypatch.chdir(place / subfolder)
    with pytest.raises(DataError, match="is replaced as a whole, and the command runs in it; run it from another"):
        folder.write_site(Path.cwd() if subfolder == "." else Path(".."), SITE.items())
    assert Path.cwd().samefile(place / subfolder) and os.listdir(tmp_path) == ["site"]
    (place / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match="contains a file that is not part of a site"):  # from elsewhere, too
        folder.write_site(place, SITE.items())


@pytest.mark.parametrize("file_name", ["notes.txt", "data/own.js", ".git/config"])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, file_name):
    place = tmp_path / "site"
    folder.write_site(place, SITE.items())
    (place / file_name).parent.mkdir(exist_ok=True)
    (place / file_name).write_bytes(b"mine")
    first_content = content(place)
    with pytest.raises(
        DataError, match=f"contains a file that is not part of a site \\({re.escape(file_name)}\\); choose"
    ):
        folder.write_site(place, {"index.html": b"new"}.items())
    assert content(place) == first_content and os.listdir(tmp_path) == ["site"]


@pytest.mark.parametrize(
    "record", [b"", b"[]", b"[" * 100_000, b"{}", b'{"format": 2, "files": ["mine"]}', b'{"format": 1, "files": 5}']
)
def test_a_record_that_is_none_protects_nothing(tmp_path, record):
    (tmp_path / folder.RECORD).write_bytes(record)
    (tmp_path / "mine").write_bytes(b"")
    with pytest.raises(DataError, match="choose a new or an empty folder"):
        folder.write_site(tmp_path, SITE.items())


def test_what_fails_leaves_the_folder_as_it_was(tmp_path):
    place = tmp_path / "site"
    folder.write_site(place, SITE.items())

    def failing_files():
        yield "index.html", b"new"
        raise DataError("The weights are damaged.")

    with pytest.raises(DataError, match="damaged"):
        folder.write_site(place, failing_files())
    assert content(place)["index.html"] == b"one" and os.listdir(tmp_path) == ["site"]
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file", tmp_path / "file" / "site", tmp_path / ("x" * 300)):
        with pytest.raises(DataError, match="choose a"):
            folder.write_site(path, SITE.items())


def test_a_name_that_begins_like_the_home_of_nobody_is_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder.write_site(Path("~nobody-of-this-name"), SITE.items())
    assert content(tmp_path / "~nobody-of-this-name")


def test_the_command_writes_the_site_or_one_line_of_what_is_wrong(revision_ids, tmp_path, capsys):
    place = tmp_path / "site"
    assert command.run_app_command(["site", str(place), revision_ids["vae"]]) == 0
    output_text = capsys.readouterr().out
    assert (
        "1 revision, " in output_text and str(place / "index.html") in output_text and (place / "index.html").exists()
    )
    assert (
        command.run_app_command(["site", str(place), "none-such"]) == 1
        and command.run_app_command(["site", str(tmp_path), revision_ids["vae"]]) == 1
    )
    capture = capsys.readouterr()
    assert not capture.out and capture.err.count("\n") == 2


def test_wrong_usage_and_an_interruption_are_told_in_a_line_too(monkeypatch, tmp_path, capsys):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(site, "write_site", interrupt)
    assert [
        command.run_app_command([]),
        command.run_app_command(["site"]),
        command.run_app_command(["site", str(tmp_path / "new")]),
    ] == [2, 2, 130]
    assert capsys.readouterr().err.count("\n") == 3


def test_what_cannot_be_without_a_server_is_left_out_and_named(revision_ids, tmp_path, capsys):
    waiting_revision = Store().create(configure(data="digits", steps=10), sets.describe_data_set("digits"))
    st.cache_resource.clear()
    lru.clear_all()
    assert command.run_app_command(["site", str(tmp_path / "site"), waiting_revision.id]) == 1
    assert capsys.readouterr().err.count("no codes yet") == 1 and not (tmp_path / "site").exists()
    assert command.run_app_command(["site", str(tmp_path / "site"), revision_ids["vae"], waiting_revision.id]) == 0
    capture = capsys.readouterr()
    assert (
        "1 revision, " in capture.out
        and capture.err
        == f"Not on the site: {waiting_revision.id} has no codes yet; they appear with its first checkpoint.\n"
    )


def test_the_course_leads_to_the_lessons_of_the_site_and_has_no_answers():
    playable = {"holes": {"title": "Holes", "pages": [{"file": "game.html", "set": {"game.variant": "ae"}}]}}
    content = course.page_html(playable, reader.load_lessons())
    links = [attrs["href"] for tag, attrs in Parts(content).parts if tag == "a"]
    assert links == ["game.html#game.variant=ae&lesson=holes&at=1"]
    steps = load_course().steps
    assert all(step.ask in content.replace("&#x27;", "'") for step in steps)
    assert not any(step.answer in content.replace("&#x27;", "'") for step in steps)


def test_a_site_without_lessons_has_no_course(monkeypatch):
    monkeypatch.setattr(site.lessons, "playable_lessons", lambda *_: {})
    files = dict(site.Site([]).files())
    assert course.FILE not in files and course.FILE not in files["lessons.html"].decode()
