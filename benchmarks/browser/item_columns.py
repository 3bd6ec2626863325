"""Ids and columns that are kept of many items: memory of the server, colouring by a column and finding an id in a real Chromium.

    python -m benchmarks.browser.item_columns [--rows 200000] [--images 20000] [--write]

A table of 30 features and a set of images are added three times each: with ids and ten further columns, with ids alone, and as
versions before 1.11 stored them, with neither. For each, a server of its own shows the codes of the whole data set. Prints a
Markdown table; `--write` keeps it in docs/results/item_columns.md. Exit status 1 if a target is missed. Needs playwright and
Chromium; takes about ten minutes.
"""

import io
import json
import os
import statistics
import sys
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas
from PIL import Image

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.data.own_data import own_sets
from aae_core.data.own_data.item_tables import load_item_table
from aae_core.jobs import worker
from benchmarks.browser import bench
from benchmarks.browser.bench import browser_app

FEATURE_COUNT, IMAGE_SIDE = 30, 16
COLUMNS, IDS, NOTHING = "ids and ten columns", "ids alone", "neither"
MAX_MEMORY_RATIO, MAX_COLOUR_MS, MAX_SEARCH_MS = 1.3, 100, 200
COLOUR_COLUMNS = ("site", "species", "depth", "day")  # two categories, a number and a date
SEARCH_COUNT = 8
# Calls `done` with the ms since an event until what look() returns has changed and been drawn.
MEASURE_CHANGE = """([kind, lookText]) => {
    const look = new Function(`return ${lookText}`), lastText = look();
    window.change_ = new Promise(resolve => {
        document.addEventListener(kind, event => {
            const start = event.timeStamp;
            const watch = () => {
                if (look() === lastText) return requestAnimationFrame(watch);
                requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
            };
            requestAnimationFrame(watch);
        }, {capture: true, once: true});
    });
}"""
LEGEND_TEXT = """[...document.querySelectorAll('[data-testid^=stBidi]')]
    .map(host => host.shadowRoot?.querySelector('.lp-legend')?.innerText).find(text => text)"""
LISTED_ITEMS = """[...document.querySelectorAll('[data-testid^=stBidi]')]
    .map(host => host.shadowRoot?.querySelector('.lp-found')?.innerText).find(text => text)"""


def make_columns(count: int) -> pandas.DataFrame:
    """Ten columns of facts about `count` items: categories, numbers, dates and texts; some values are missing."""
    rng = np.random.default_rng(1)
    table = pandas.DataFrame({name: rng.choice(values, count) for name, values in {
        "site": ["north", "south", "east", "west"], "species": [f"species {k}" for k in range(12)], "sex": ["f", "m", None],
    }.items()})  # fmt: skip
    table["depth"], table["mass"] = rng.normal(20, 6, count).round(2), rng.gamma(2, 3, count).round(3)
    table.loc[rng.random(count) < 0.05, "depth"] = np.nan
    table["rank"] = rng.integers(0, 1000, count)
    table["day"] = np.datetime64("2020-01-01") + rng.integers(0, 1800, count)
    table["time"] = np.datetime64("2020-01-01T00:00:00", "s") + rng.integers(0, 10**8, count)
    table["note"] = [f"seen by observer {a} near post {b}" for a, b in rng.integers(0, 5000, (count, 2))]
    table["place"] = [f"plot {a}-{b}" for a, b in rng.integers(0, 300, (count, 2))]
    return table


def write_table(folder: Path, count: int) -> Path:
    """A Parquet file with FEATURE_COUNT features in four clusters, an id and `make_columns`."""
    rng = np.random.default_rng(0)
    centres = rng.normal(0, 2, (4, FEATURE_COUNT))
    values = centres[rng.integers(0, 4, count)] + rng.normal(0, 1, (count, FEATURE_COUNT))
    table = pandas.DataFrame(values.astype(np.float32), columns=[f"x{j}" for j in range(FEATURE_COUNT)])
    table["item"] = [f"S{k:07}" for k in rng.permutation(count)]
    path = folder / "table.parquet"
    pandas.concat([table, make_columns(count)], axis=1).to_parquet(path)
    return path


def write_images(folder: Path, count: int) -> tuple[Path, Path]:
    """A zip of `count` images with names of their own, and a CSV file with `make_columns` of them."""
    rng = np.random.default_rng(2)
    levels = rng.integers(0, 160, (count, 1, 1)) + np.linspace(0, 60, IMAGE_SIDE)[None, :, None]
    pictures = (levels + rng.integers(0, 36, (count, IMAGE_SIDE, IMAGE_SIDE))).astype(np.uint8)
    names = [f"IMG_{k:06}.png" for k in rng.permutation(count)]
    path, facts_path = folder / "images.zip", folder / "facts.csv"
    with zipfile.ZipFile(path, "w") as archive:
        for name, picture in zip(names, pictures, strict=True):
            content = io.BytesIO()
            Image.fromarray(picture).save(content, "PNG")
            archive.writestr(f"survey/{name}", content.getvalue())
    facts = make_columns(count)
    facts.insert(0, "file", names)
    facts.to_csv(facts_path, index=False)
    return path, facts_path


def add_sets(folder: Path, root: Path, row_count: int, image_count: int) -> None:
    """Add both data sets three times: with COLUMNS, with IDS and with NOTHING."""
    path = write_table(folder, row_count)
    column_names = list(make_columns(1))
    ids_path = folder / "ids.parquet"
    pandas.read_parquet(path).drop(columns=column_names).to_parquet(ids_path)
    sets.add_data_set(path, "table-columns", root, leave_out=["item", *column_names], id_column="item")
    for name in ("table-ids", "table-nothing"):
        sets.add_data_set(ids_path, name, root, leave_out=["item"], id_column="item")
    path, facts_path = write_images(folder, image_count)
    sets.add_data_set(path, "images-columns", root, metadata=facts_path, id_column="file")
    for name in ("images-ids", "images-nothing"):
        sets.add_data_set(path, name, root)
    for name in ("table-nothing", "images-nothing"):
        forget_items(root / own_sets.OWN_SETS_FOLDER / name)


def forget_items(folder: Path) -> None:
    """Make a data set one of versions before 1.11, of whose items nothing was kept."""
    record_path = folder / "meta.json"
    record = json.loads(record_path.read_text(encoding="utf-8"))
    del record["items"]
    record_path.write_text(json.dumps(record), encoding="utf-8")
    (folder / "items.parquet").unlink()


def memory_of(process_id: int) -> dict[str, float]:
    """{"now": resident memory in MB, "most": its peak} of a process."""
    lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
    kilobytes = {name: int(rest.split()[0]) for name, rest in (line.split(":") for line in lines) if name[:2] == "Vm"}
    return {"now": kilobytes["VmRSS"] * 1024 / 1e6, "most": kilobytes["VmHWM"] * 1024 / 1e6}


@contextmanager
def shown_codes(browser, server, revision_id):
    """The page Explore with the codes of the whole data set of a revision, on a server that has just been started."""
    server.start()
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(5 * browser_app.PATIENCE)
    try:
        page.goto(f"{server.url}/?revision={revision_id}&of=all")
        page.locator(".lp-legend .lp-count").first.wait_for()
        settle(page)
        yield page
    finally:
        page.context.close()
        server.stop()


def settle(page) -> None:
    """Wait until the page's script has run, and a second longer."""
    page.wait_for_selector(browser_app.IDLE_PAGE)
    page.wait_for_timeout(1000)
    page.wait_for_selector(browser_app.IDLE_PAGE)


def measure_colours(page) -> dict[str, list[float]]:
    """ms from the choice of a column until its colours are drawn: of the first time each, and of all later ones. A user points at
    the choice and looks at its list first, which is when the page fetches the groups of the kept columns."""
    times = {"first": [], "later": []}
    choice = page.get_by_role("combobox", name="Colour of the codes")
    choice.hover()
    settle(page)
    for round_number in range(3):
        for column in COLOUR_COLUMNS:
            page.evaluate(MEASURE_CHANGE, ["input", LEGEND_TEXT])
            choice.select_option(label=f"Coloured by {column}")
            times["later" if round_number else "first"].append(page.evaluate("() => window.change_"))
            settle(page)
    return times


def measure_searches(page, ids) -> list[float]:
    """ms from an id in the field of *Find items* until the item is listed, with the pause for further keys."""
    page.locator("[data-tool=find] summary").click()
    field, times = page.get_by_label("Find items"), []
    for item_id in ids:
        field.fill("")
        page.wait_for_timeout(500)
        page.evaluate(MEASURE_CHANGE, ["input", LISTED_ITEMS])
        field.fill(item_id)
        times.append(page.evaluate("() => window.change_"))
    return times


def measure_variant(browser, server, store, name) -> dict:
    """The figures of one data set: memory of its server in MB, ms of colours and searches."""
    bench.say(f"{name}.")
    settings = {
        "data": name,
        "steps": 30,
        "latent_dim": 2,
        "network.hidden": (64,),
        "network.discriminator": (32,),
        "threads": 1,
    }
    revision = worker.train(configure(**settings), store=store)
    figures = {}
    with shown_codes(browser, server, revision.id) as page:
        figures["shown"] = memory_of(server.process.pid)
        if name.endswith("-columns"):
            figures["colours"] = measure_colours(page)
        if not name.endswith("-nothing"):
            rng = np.random.default_rng(4)
            ids = ids_of_set(name)
            figures["searches"] = measure_searches(page, rng.choice(ids, SEARCH_COUNT, replace=False).tolist())
        figures["used"] = memory_of(server.process.pid)
    return figures


def ids_of_set(name) -> np.ndarray:
    """The ids of a data set."""
    return load_item_table(name)["id"].to_numpy()


def measure(args) -> dict:
    """All figures by name of the data set."""
    figures = {}
    with tempfile.TemporaryDirectory() as folder, bench.open_browser_and_server() as (browser, server):
        root = server.folder / "data"
        os.environ["AAE_DATA"] = str(root)
        bench.say("Adding the data sets.")
        add_sets(Path(folder), root, args.rows, args.images)
        figures["browser"] = browser.version
        for kind in ("table", "images"):
            for variant in ("nothing", "ids", "columns"):
                name = f"{kind}-{variant}"
                figures[name] = measure_variant(browser, server, server.store, name)
    return figures


def target_rows(figures, args) -> list[bench.Row]:
    """What was measured, the figure, its target, and whether it is met."""
    rows = []
    titles = {"table": f"{args.rows:,} × {FEATURE_COUNT}", "images": f"{args.images:,} images"}
    for kind, title in titles.items():
        plain_figures = figures[f"{kind}-nothing"]
        for variant, words in (("nothing", NOTHING), ("ids", IDS), ("columns", COLUMNS)):
            variant_figures = figures[f"{kind}-{variant}"]
            for state, state_words in (("shown", "codes shown"), ("used", "after colours and searches")):
                memory = variant_figures[state]["most"]
                ratio = variant_figures[state]["most"] / plain_figures[state]["most"]
                row_title = f"{title}, {words}: peak memory of the server, {state_words}"
                if variant == "nothing":
                    rows.append((row_title, f"{memory:,.0f} MB", "", True))
                else:
                    is_met = round(ratio, 2) <= MAX_MEMORY_RATIO
                    rows.append((row_title, f"{memory:,.0f} MB, {ratio:.2f} ×", f"≤ {MAX_MEMORY_RATIO} ×", is_met))
        colours = figures[f"{kind}-columns"]["colours"]
        for order, words in (("first", "for the first time"), ("later", "again")):
            ms = statistics.median(colours[order])
            row_title = f"{title}: another column → colours drawn, {words}, median"
            rows.append((row_title, f"{ms:.0f} ms", f"≤ {MAX_COLOUR_MS} ms", ms <= MAX_COLOUR_MS))
        for variant, words in (("ids", IDS), ("columns", COLUMNS)):
            ms = statistics.median(figures[f"{kind}-{variant}"]["searches"])
            row_title = f"{title}, {words}: id typed → item listed, median"
            rows.append((row_title, f"{ms:.0f} ms", f"≤ {MAX_SEARCH_MS} ms", ms <= MAX_SEARCH_MS))
    return rows


def report(figures, args, conditions) -> tuple[str, bool]:
    explanation = (
        "Each row is a server of its own, which was started, showed the codes of the whole data set on Explore to one "
        "visitor and, where there are columns, coloured them twelve times. *Neither* is a data set as versions before 1.11 "
        "stored it. Peak: the highest resident memory of the server's process until then (VmHWM). The ten columns are three "
        "categories, three numbers, two dates and two texts."
    )
    return bench.report_page("Ids and columns of many items", conditions, target_rows(figures, args), explanation)


if __name__ == "__main__":
    sys.exit(bench.run_benchmark(__doc__, "item_columns", {"rows": 200_000, "images": 20_000}, measure, report))
