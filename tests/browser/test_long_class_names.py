"""Many classes and long names: every name can be read, and nothing lies over anything else, by the boxes that a browser draws."""

import functools
import os
import subprocess
import sys

import pytest
from helpers.browser_app import PROJECT
from test_first_screen import boxes, is_inside

PLACES = ("ascending colon", "transverse colon", "descending colon", "sigmoid colon", "rectosigmoid")
LONG = tuple(f"{kind} of the {place}" for kind in ("adenocarcinoma", "squamous-cell carcinoma") for place in PLACES)
MANY = tuple(f"c{k:03}" for k in range(100))
BELOW = (".lp-time", ".lp-switches", ".lp-corner button", ".lp-panel", ".lp-aside", ".lp-below")
NETWORKS = ("--set", "network.hidden=16", "--set", "network.discriminator=16")
TRAIN_OPTIONS = ("--epochs", "3", "--threads", "1", *NETWORKS)


@pytest.fixture(scope="module")
def revision_of(app, tmp_path_factory):
    """revision_of(name, classes) -> the id of a revision of the shared app, trained on a table with these classes."""

    @functools.cache
    def train(name, classes):
        table = tmp_path_factory.mktemp("tables") / f"{name}.csv"
        rows = [f"{k % 7},{k % 5},{classes[k % len(classes)]}" for k in range(max(200, 2 * len(classes)))]
        table.write_text("\n".join(["a,b,cls", *rows]) + "\n", encoding="utf-8")
        environment = os.environ | {"AAE_CHECKPOINTS": str(app.store.root), "AAE_DATA": str(app.folder / "data")}
        for command in (
            ("data", "add", str(table), "--name", name, "--label", "cls"),
            ("train", "--data", name, *TRAIN_OPTIONS),
        ):
            subprocess.run(
                [sys.executable, "-m", "aae_core", *command],
                cwd=PROJECT,
                env=environment,
                check=True,
                capture_output=True,
            )
        return app.newest_revision().id

    return train


def boxes_overlap(first, second):
    return (
        first[0] < second[2] - 1 and second[0] < first[2] - 1 and first[1] < second[3] - 1 and second[1] < first[3] - 1
    )


@pytest.mark.parametrize("size", [(1920, 1080), (2560, 1440), (1080, 1920), (1280, 720)])
def test_a_legend_of_many_classes_scrolls_within_the_plane(app, open_tab, revision_of, size):
    width, height = size
    id_ = revision_of("many", MANY)
    tab = open_tab(app, f"?revision={id_}", viewport={"width": width, "height": height})
    tab.shown_code_count()
    ((legend,), (plane,)) = boxes(tab, ".lp-legend"), boxes(tab, ".lp-surface")
    assert is_inside(legend, plane)
    assert not [place for place in BELOW for box in boxes(tab, place) if boxes_overlap(legend, box)]
    tab.page.locator(".lp-legend button").first.focus()
    tab.page.keyboard.press("End")
    last = boxes(tab, ".lp-legend button")[-1]
    assert is_inside(last, boxes(tab, ".lp-legend")[0]), "the last class is reached by keyboard"
    tab.page.keyboard.press("Tab")
    assert tab.page.locator(".lp-legend button:focus").count() == 0, "the legend is a single stop"


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)])
def test_long_names_are_whole_in_the_legend_and_overlap_nothing(app, open_tab, revision_of, size):
    width, height = size
    tab = open_tab(app, f"?revision={revision_of('long', LONG)}", viewport={"width": width, "height": height})
    tab.shown_code_count()
    entries = boxes(tab, ".lp-legend button")
    assert len(entries) == 10
    assert not [pair for pair in zip(entries, entries[1:], strict=False) if boxes_overlap(*pair)]
    cut = tab.page.locator(".lp-class").evaluate_all(
        "all => all.filter(one => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1).length"
    )
    assert cut == 0
    assert tab.page.locator(".lp-legend button").first.get_attribute("title") in LONG


def test_long_names_have_room_beside_the_bars_of_a_selection(app, open_tab, revision_of):
    id_ = revision_of("long", LONG)
    tab = open_tab(app, f"compare?left={id_}&right={id_}", viewport={"width": 1280, "height": 720})
    tab.shown_code_count()
    tab.page.locator(".lp-surface").first.press("a")
    tab.page.locator(".lp-bars li").nth(9).wait_for()
    names, bars = boxes(tab, ".lp-bars li > span:first-child"), boxes(tab, ".lp-bars .lp-bar")
    assert not [1 for name in names for bar in bars if boxes_overlap(name, bar)]
    assert max(name[3] - name[1] for name in names) < 50, "at most two lines of a name of forty letters"
