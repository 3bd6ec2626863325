"""Links: what a page shows stands in its address, and what makes no sense there changes nothing and is told."""

import re
from functools import partial
from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
from helpers import tiny_frontiers
from helpers.app_pages import (
    assert_no_exception,
    open_page,
    page_components,
    page_texts,
    query_settings,
    send_message,
    sent_header,
)
from sklearn import manifold

from aae_core.config.configuration import Config, setting_keys, with_settings
from aae_core.errors import ConfigError
from app.components import incoming_messages, markdown
from app.lessons import running_lesson
from app.session import address, language
from app.translation.languages import use_language
from app.translation.texts import translate
from app.ui import page_options

pytestmark = pytest.mark.usefixtures("no_gallery", "frontier")

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
MODEL_SETTINGS = {
    "aae": {"variant": "aae", "prior.name": "mixture", "prior.components": 10},
    "vae": {"variant": "vae"},
    "supervised": {"variant": "supervised", "latent_dim": 3},
    "semi": {"variant": "semi-supervised", "labels": 100},
    "clusters": {"variant": "clustering", "clusters": 32},
}
ABSURD_TEXTS = {
    "huge": "1e309",
    "long": "9" * 20_000,
    "negative": "-99999999999",
    "no number": "nan",
    "picture": "💥\u202e\u0661",
    "html": "<img src=x onerror=alert(1)>",
    "path": "../../../etc/passwd",
    "list": "[0, 1]",
    "separators": "~,;~",
}
GAME = [
    "variant",
    "data",
    "prior",
    "begun",
    "labels",
    "told",
    "seed",
    "reconstruction_rate",
    "discrimination_rate",
    "generation_rate",
]
GAME += ["weight", "input_noise", "discriminator_noise", "d_steps"]
PLANE = ["window", "hidden", "lasso", "open"]
REVISIONS = ["revision", "left", "right", "watch"]
ALL = ["hide", "size", "embed"]  # of every page
SETTINGS_AND_QUERIES = {}  # what a page keeps of a link that asks for nothing absurd
# Page, what leads there, and every parameter that it then reads.
PAGE_PARAMETERS = [
    ("explore", {"revision": "aae"}, ["z", "point", "layers", "of", "region", "path", "directions", "trails", "more", "frame"]),
    ("explore", {"revision": "aae"}, [*PLANE, *ALL]),
    ("explore", {"revision": "supervised"}, ["view", "y"]),
    ("explore", {"revision": "supervised", "view": "pair"}, ["across", "up"]),
    ("explore", {}, ["revision"]),
    ("compare", {"left": "aae", "right": "vae"}, ["z", "from", "to", "layers", "chosen", "lassor", "openr", *PLANE, *ALL]),
    ("compare", {"left": "aae", "right": "vae"}, ["codes"]),
    ("compare", {"left": "aae", "right": "supervised"}, ["zr", "y", "windowr"]),
    ("compare", {}, ["left", "right"]),
    ("style", {"revision": "supervised"}, ["z", "images", "columns", "blend", "ring", "seen", "window", "hidden", *ALL]),
    ("clusters", {"revision": "clusters"}, ["block", "shuffle", "k", *ALL]),
    ("classify", {"revision": "semi"}, ["cases", "true", "said", "sheet", *ALL]),
    ("game", {}, [*(f"game.{name}" for name in GAME), *ALL]),
    ("aggregate", {}, [*(f"aggregate.{name}" for name in ("width", "spread", "images")), *ALL]),
    ("lessons", {}, ["lesson", "learnt", *ALL]),
    ("game", {"lesson": "holes"}, ["at", "learnt", *ALL]),
    ("which_one", {}, [*(f"frontier.{name}" for name in ("data", "dim", "fit", "distance", "needs", "known", "labels")), *ALL]),
    ("train", {}, [*sorted({*setting_keys()} - {"name", "data"}), "preset", "watch", *ALL]),
    ("results", {}, ["budget", *ALL]),
]  # fmt: skip


@pytest.fixture
def frontier(tmp_path, monkeypatch):
    tiny_frontiers.write_frontier_file(tmp_path, monkeypatch, tiny_frontiers.record_with_curves())


def resolve_ids(ids, query):
    return {name: ids.get(text, text) for name, text in query.items()}


def settings_and_query(app):
    """What the session holds of settings, and what stands in the address."""
    memory = app.session_state[address.SETTINGS_KEY]
    return dict(memory), {name: text for name, text in query_settings(app).items() if name != "embed"}


def unreported_names(app, names):
    """The names of absurd settings of which nothing is said: in a toast, or for a revision in a box."""
    toasts = [toast.value for toast in app.toast]
    toasts += [f"“{name}”" for name in REVISIONS if any("There is no revision" in box.value for box in app.warning)]
    return [name for name in names if not any(f"“{markdown.escape(name)}”" in toast for toast in toasts)]


# What makes no sense ----------------------------------------------------------------------------------------------------


@pytest.fixture
def readers(monkeypatch):
    """What reads each setting, by name, of all pages that were opened."""
    parsers, recall_setting = {}, address.recall_setting

    def note_parser(name, parse, default=None, scope_key=None):
        parsers[name] = parse
        return recall_setting(name, parse, default, scope_key)

    monkeypatch.setattr(address, "recall_setting", note_parser)
    return parsers


def assert_absurd_texts_are_reported(page, query, absurd_query):
    if (actual := SETTINGS_AND_QUERIES.get(page + str(query))) is None:
        actual = SETTINGS_AND_QUERIES[page + str(query)] = settings_and_query(open_page(page, **query))
    limit = 500_000 // len(absurd_query)  # beyond that Streamlit reads nothing of a query
    app = open_page(page, **query, **{name: text[:limit] for name, text in absurd_query.items()})
    assert not unreported_names(app, absurd_query)
    assert settings_and_query(app) == actual
    assert all("alert(1)" not in str(e.proto) for e in app.get("html"))
    assert not assert_no_exception(app.run()).toast, "said once"


@pytest.mark.parametrize(
    "row", range(len(PAGE_PARAMETERS)), ids=[f"{page} {k}" for k, (page, *_) in enumerate(PAGE_PARAMETERS)]
)
def test_what_makes_no_sense_changes_nothing_and_is_told(revision_ids, readers, row):
    """Each parameter with one absurd text, and every such text with some; what reads the parameter is given all of them."""
    page, query, names = PAGE_PARAMETERS[row]
    texts = list(ABSURD_TEXTS.values())
    assert_absurd_texts_are_reported(
        page, resolve_ids(revision_ids, query), {n: texts[(row + k) % len(texts)] for k, n in enumerate(names)}
    )
    assert page in ("game", "train") or set(names) <= readers.keys() | {"embed"}
    assert not [
        (name, kind)
        for name in readers.keys() & set(names)
        for kind in ABSURD_TEXTS
        if readers[name](ABSURD_TEXTS[kind])
    ]


@pytest.mark.parametrize("kind", ABSURD_TEXTS)
def test_no_setting_of_the_form_can_be_what_makes_no_sense(kind):
    for name in {*setting_keys()} - {"name", "data"}:
        with pytest.raises(ConfigError):
            with_settings(Config(), {name: ABSURD_TEXTS[kind]})


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ABSURD_TEXTS)
@pytest.mark.parametrize(
    ("page", "query", "names"), PAGE_PARAMETERS, ids=[f"{page} {k}" for k, (page, *_) in enumerate(PAGE_PARAMETERS)]
)
def test_every_parameter_with_every_text_that_makes_no_sense(revision_ids, page, query, names, kind):
    assert_absurd_texts_are_reported(page, resolve_ids(revision_ids, query), dict.fromkeys(names, ABSURD_TEXTS[kind]))


# Of each page what a link can ask for, in which nothing but a button or a message may write.
PAGE_LINKS = [
    ("explore", {"revision": "aae", "point": "7", "layers": "codes,samples,density", "directions": "principal"}),
    ("compare", {"left": "aae", "right": "vae", "from": "3", "to": "9"}),
    ("style", {"revision": "supervised", "images": "1,2", "columns": "0,1"}),
    ("classify", {"revision": "semi"}),
    ("clusters", {"revision": "clusters", "shuffle": "1"}),
    ("train", {"variant": "vae", "epochs": "3", "name": "by a link", "watch": "aae"}),
    ("revisions", {"revision": "aae", "beside": "vae"}),
    ("game", {"lesson": "holes"}),
    ("results", {}),
    ("which_one", {}),
]


def test_no_link_writes_anything(revision_ids, tmp_path):
    def modification_times():
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if not path.name.endswith(".lock")}

    first_times = modification_times()
    for page, query in PAGE_LINKS:
        open_page(page, **resolve_ids(revision_ids, query))
    assert modification_times() == first_times and len(first_times) > 20


@pytest.mark.parametrize(
    ("page", "query", "names"), PAGE_PARAMETERS[:1] + PAGE_PARAMETERS[-2:], ids=["explore", "train", "results"]
)
def test_a_name_that_stands_twice_says_nothing(revision_ids, page, query, names):
    query = resolve_ids(revision_ids, query)
    setting = {"explore": ("layers", "codes"), "train": ("epochs", "7"), "results": ("budget", "gpu")}[page]
    usual_settings = settings_and_query(open_page(page, **query))
    app = open_page(page, **query, **{setting[0]: [setting[1], setting[1] + "0"]})
    assert not unreported_names(app, [setting[0]]) and settings_and_query(app) == usual_settings
    assert settings_and_query(open_page(page, **query, **dict([setting]))) != usual_settings


def test_an_absurd_link_leaves_a_form_that_was_filled_as_it_is(revision_ids):
    app = open_page("train", epochs="7")
    app.query_params["epochs"] = "-3"
    app = assert_no_exception(app.run())
    assert (
        app.session_state["train.epochs"] == 7
        and query_settings(app)["epochs"] == "7"
        and not unreported_names(app, ["epochs"])
    )


def test_a_link_to_what_is_not_here_is_told_in_the_page(revision_ids):
    assert "There is no data set" in page_texts(open_page("train", data="../../etc"))
    assert not unreported_names(open_page("train", data="x" * 20_000), ["data"])
    assert not unreported_names(open_page("train", name="x" * 20_000), ["name"])
    assert "There is no revision" in page_texts(open_page("revisions", revision="../../etc/passwd"))


ALMOST_VALID_TEXTS = {
    "window": ["1,-1,0,1", "0,1,0,1,2", "0,inf,0,1", "0,1e9,0,1"],
    "hidden": ["10", "-2", "3,3", "3,", "٣"],
    "lasso": ["0,0,1,1", "0,0,1,1,0", ",".join(["0"] * 362), "0,0,1,1,0,x"],
    "open": ["draw,draw", "everything"],
    "path": ["linear~12~0,0,0", "around~12~0,0;1,1", "linear~7~0,0", "linear~25~0,0", "linear~12~" + ";".join(["0,0"] * 7),
             "linear~12~0,nan", "linear~12"],
    "directions": ["A~B~~~", "C~~~", "1000001~~~", "~~3:0,0,0~", "~~0:0,0~", "~~0,0~", "~~3:0,nan~", "~~3~", "A"],
    "trails": ["yes"],
    "more": ["0"],
}  # fmt: skip


def test_texts_of_the_plane_that_are_nearly_right(revision_ids, readers):
    app = open_page(
        "explore",
        revision=revision_ids["aae"],
        z="5,5",
        **{name: texts[0] for name, texts in ALMOST_VALID_TEXTS.items()},
    )
    assert not ALMOST_VALID_TEXTS.keys() & query_settings(app).keys() and not unreported_names(app, ALMOST_VALID_TEXTS)
    assert not [
        (name, text) for name, texts in ALMOST_VALID_TEXTS.items() for text in texts if readers[name](text) is not None
    ]
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"], z="5,5", chosen="0~0")
    assert "chosen" not in query_settings(app), "z is not that image's code"


# What a link brings back ------------------------------------------------------------------------------------------------

PLACES = {
    "hidden": "-1,3",
    "lasso": "-1,-1,1,-1,0,1",
    "open": "inspect,path,directions",
    "path": "spherical~9~0.5,1;-2,0.25",
    "directions": "A~3~12:0.5,-1~",
    "trails": "1",
    "more": "1",
}


def test_what_is_seen_of_the_plane_lives_in_the_link_and_comes_back(revision_ids):
    query = {"revision": revision_ids["aae"]}
    app = send_message(open_page("explore", **query), **{name: {"text": text} for name, text in PLACES.items()})
    assert query_settings(app).items() >= PLACES.items()
    assert sent_header(open_page("explore", **query_settings(app)), 0)["setting_texts"] == PLACES
    app.query_params.clear()  # as a turn to another page does
    app.switch_page("views/results.py")
    assert not query_settings(assert_no_exception(app.run())).keys() & PLACES.keys()
    app.query_params.clear()
    app.switch_page("views/explore.py")
    assert (
        query_settings(assert_no_exception(app.run())).items() >= PLACES.items()
        and sent_header(app, 0)["setting_texts"] == PLACES
    )
    remaining_places = dict(PLACES)
    for name in PLACES:
        app, _ = send_message(app, **{name: {"text": ""}}), remaining_places.pop(name)
        assert (
            sent_header(app, 0)["setting_texts"] == remaining_places
            and {n: t for n, t in query_settings(app).items() if n in PLACES} == remaining_places
        )


def test_absurd_texts_from_the_page_are_refused_in_a_word(revision_ids):
    app = open_page("explore", revision=revision_ids["aae"])
    absurd_messages = [{"text": "<b>"}, {"text": 3}, {"text": "9" * 20_000}, {}, "x", None]
    for name, message in [
        *(("path", absurd_message) for absurd_message in absurd_messages),
        *((name, {"text": "<b>"}) for name in PLACES),
    ]:
        first_settings = settings_and_query(app)
        app = send_message(app, **{name: message})
        assert settings_and_query(app) == first_settings and "was refused" in page_texts(app), (name, message)


def test_the_part_of_the_plane_that_is_seen_lives_in_the_link(revision_ids):
    app = send_message(
        open_page("explore", revision=revision_ids["aae"]), view={"x0": -1, "x1": 1.123456789, "y0": -0.5, "y1": 1.5}
    )
    assert query_settings(app)["window"] == "-1,1.123456789,-0.5,1.5"
    header = sent_header(open_page("explore", **query_settings(app)), 0)
    assert header["view"] == {"x0": -1.0, "x1": 1.123456789, "y0": -0.5, "y1": 1.5}
    app = send_message(app, view={"home": True})
    assert "window" not in query_settings(app) and sent_header(app, 0)["view"] is None


def test_of_another_revision_it_is_not_true_and_back_at_the_first_it_is(revision_ids):
    app = send_message(open_page("explore", revision=revision_ids["aae"]), hidden={"text": "3"})
    app = assert_no_exception(app.selectbox(key="revision").set_value(revision_ids["vae"]).run())
    assert "hidden" not in query_settings(app) and sent_header(app, 0)["setting_texts"] == {}
    app = assert_no_exception(app.selectbox(key="revision").set_value(revision_ids["aae"]).run())
    assert query_settings(app)["hidden"] == "3" and sent_header(app, 0)["setting_texts"] == {"hidden": "3"}


def test_planes_of_two_revisions_share_what_they_have_in_common(revision_ids):
    app = open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"])
    app = send_message(
        app, 1, hidden={"text": "3"}, view={"x0": 0, "x1": 1, "y0": 0, "y1": 1}, lasso={"text": PLACES["lasso"]}
    )
    output = query_settings(app)
    assert (output["hidden"], output["window"], output["lassor"]) == ("3", "0,1,0,1", PLACES["lasso"])
    left, right = (sent_header(open_page("compare", **output), side) for side in (0, 1))
    assert left["view"] == right["view"] and left["setting_texts"] == {"hidden": "3"}
    assert right["setting_texts"] == {"hidden": "3", "lasso": PLACES["lasso"]}
    assert (left["names"]["z"], right["names"]["z"], right["names"]["picked"]) == ("z", "z", "chosen")


def test_the_code_chosen_on_one_of_two_planes_comes_back_on_both(revision_ids):
    app = send_message(
        open_page("compare", left=revision_ids["aae"], right=revision_ids["vae"]), 1, picked={"index": 7}
    )
    assert query_settings(app)["chosen"] == "7~1"
    linked_app = open_page("compare", **query_settings(app))
    assert [sent_header(linked_app, side)["picked"] for side in (0, 1)] == [7, 7]
    assert [sent_header(linked_app, side)["code"] for side in (0, 1)] == [
        sent_header(app, side)["code"] for side in (0, 1)
    ]
    app = send_message(linked_app, 0, code={"z": [0.5, 0.5]})
    assert "chosen" not in query_settings(app) and sent_header(app, 0)["picked"] is None


def test_ring_and_layers_of_the_plane_of_styles_come_back(revision_ids):
    app = send_message(
        open_page("style", revision=revision_ids["supervised"]),
        0,
        picked={"index": 4},
        layers={"codes": False, "prior": True},
    )
    assert (query_settings(app)["ring"], query_settings(app)["seen"]) == ("4", "prior")
    header = sent_header(open_page("style", **query_settings(app)), 0)
    assert header["picked"] == 4 and header["layers"]["prior"] and not header["layers"]["codes"]
    assert header["names"]["picked"] == "ring" and header["names"]["layers"] == "seen"


def test_a_link_through_t_sne_shows_it_without_being_asked_again(revision_ids, monkeypatch):
    quick_tsne = partial(manifold.TSNE, max_iter=250)  # a quarter of its rounds, which take seconds
    monkeypatch.setattr(manifold, "TSNE", quick_tsne)
    app = open_page("explore", revision=revision_ids["supervised"], view="tsne")
    assert "Compute t-SNE" not in [b.label for b in app.button] and sent_header(app, 0)["axes"] is None


def test_other_images_of_clusters_and_the_page_of_wrong_ones_come_back(revision_ids):
    app = open_page("clusters", revision=revision_ids["clusters"])
    app = assert_no_exception(next(b for b in app.button if b.label == "Show other images").click().run())
    assert query_settings(app)["shuffle"] == "1"
    app = open_page("classify", revision=revision_ids["semi"], sheet="2")
    assert next(n for n in app.number_input if n.label == "Page").value == 2 and query_settings(app)["sheet"] == "2"


def test_the_rules_of_the_game_come_back_and_the_usual_ones_need_no_place(revision_ids):
    app = send_message(open_page("game"), rules={"weight": 0.5, "d_steps": 3, "generation_rate": 0.1})
    assert query_settings(app) == {"game.weight": "0.5", "game.d_steps": "3"}
    rules = sent_header(open_page("game", **query_settings(app)), 0)["initial_rules"]
    assert (rules["weight"], rules["d_steps"], rules["generation_rate"]) == (0.5, 3, 0.1)
    app = send_message(app, rules={"weight": 99})
    assert query_settings(app)["game.weight"] == "0.5" and "from 0 to 3" in page_texts(app)
    query = {"game.weight": "0.123456", "game.reconstruction_rate": "0.0123456"}
    assert query_settings(open_page("game", **query)) == query, "what a link says exactly stays exact"


def test_the_block_of_clusters_lasts_beside_the_form(revision_ids):
    first_query = {"revision": revision_ids["clusters"], "clusters": "30"}  # as links named the block before
    app = open_page("clusters", **first_query)
    assert app.selectbox(key="block").value == "30" and query_settings(app) == {
        "revision": revision_ids["clusters"],
        "block": "30",
    }
    app.query_params.clear()  # as a turn to another page does
    app.query_params |= {"variant": "clustering", "clusters": "12"}
    assert_no_exception(app.switch_page("views/train.py").run())
    assert query_settings(app)["clusters"] == "12"
    app.query_params.clear()
    assert_no_exception(app.switch_page("views/clusters.py").run())
    assert app.selectbox(key="block").value == "30" and query_settings(app) == {
        "revision": revision_ids["clusters"],
        "block": "30",
    }
    assert unreported_names(open_page("clusters", **first_query | {"clusters": ["0", "30"]}), ["block"]) == []
    for query in ({"block": "0", "clusters": "30"}, {"clusters": "30", "block": "0"}):
        assert open_page("clusters", revision=revision_ids["clusters"], **query).selectbox(key="block").value == "0"


# What a link asks of the page -------------------------------------------------------------------------------------------


def style_sheet_text(app):
    """The style sheets of the page."""
    return " ".join(e.proto.body for e in app.get("html") if "<style>" in e.proto.body)


def bar(app):
    """What link and view is told."""
    return sent_header(app, len(page_components(app)) - 1)


def test_what_is_hidden_is_in_the_table_and_stays_hidden_on_every_page(revision_ids):
    app = open_page("explore", hide="time,layers,layers")
    assert (
        "--show-layers: none" in style_sheet_text(app)
        and "--show-time: none" in style_sheet_text(app)
        and "--show-legend" not in style_sheet_text(app)
    )
    assert query_settings(app)["hide"] == "layers,time", "in the table's order, each once"
    assert {name["id"] for name in bar(app)["names"] if name["on"]} == {"layers", "time"}
    app.query_params.clear()
    app.switch_page("views/results.py")
    assert (
        "--show-layers: none" in style_sheet_text(assert_no_exception(app.run()))
        and query_settings(app)["hide"] == "layers,time"
    )
    assert {name["id"] for name in bar(app)["names"]} == {"navigation", "title", "copy"}


def test_checkboxes_of_a_page_leave_what_is_hidden_on_others(revision_ids):
    app = open_page("results", hide="layers,title")
    app = send_message(app, len(page_components(app)) - 1, hide={"names": ["navigation"]})
    assert query_settings(app)["hide"] == "navigation,layers" and "st-key-part-navigation" in style_sheet_text(app)
    app = send_message(app, len(page_components(app)) - 1, hide={"names": []})
    assert query_settings(app)["hide"] == "layers"


@pytest.mark.parametrize(
    "absurd_message",
    [{"hide": {"names": ["x"]}}, {"hide": {"names": "navigation"}}, {"hide": []}, {"size": {"presenter": 1}}],
)
def test_absurd_wishes_of_the_bar_change_nothing_and_are_told(revision_ids, absurd_message):
    app = open_page("results", hide="title")
    first_settings = settings_and_query(app)
    app = send_message(app, len(page_components(app)) - 1, **absurd_message)
    assert settings_and_query(app) == first_settings and "was refused" in page_texts(app)


def test_a_presenters_size_is_in_the_link_and_can_be_switched(revision_ids):
    app = open_page("results")
    assert "--bold" not in style_sheet_text(app) and not bar(app)["presenter"]
    app = send_message(app, 0, size={"presenter": True})
    assert (
        query_settings(app)["size"] == "presenter" and "--bold: 1.6" in style_sheet_text(app) and bar(app)["presenter"]
    )
    app = send_message(app, 0, size={"presenter": False})
    assert "size" not in query_settings(app) and "--bold" not in style_sheet_text(app)


def test_whether_the_frame_is_left_out_is_read_from_the_link_once(monkeypatch):
    monkeypatch.setattr(page_options.st, "session_state", {})
    monkeypatch.setattr(page_options, "get_script_run_ctx", lambda: SimpleNamespace(query_string="embed=1"))
    assert not page_options.is_frameless() and page_options.st.session_state == {}
    page_options.read_frameless_option()
    assert page_options.is_frameless()


@pytest.mark.parametrize(("text", "frameless"), [("1", True), ("true", True), ("0", False), ("no", False)])
def test_embed_leaves_the_frame_out_and_holds_on_other_pages(revision_ids, text, frameless):
    app = open_page("results", embed=text)
    assert ("[data-testid=stHeader], .st-key" in style_sheet_text(app)) is frameless
    assert unreported_names(app, ["embed"] if text == "no" else []) == []
    assert bar(app)["embedded"] is frameless
    app.query_params.clear()
    app.switch_page("views/game.py")
    assert ("[data-testid=stHeader], .st-key" in style_sheet_text(assert_no_exception(app.run()))) is frameless


def test_names_of_parts_need_no_quoting_in_a_link():
    assert all(re.fullmatch("[a-z-]+", name) for name in page_options.PARTS)


def test_an_address_that_is_a_message_old_is_no_link(revision_ids):
    app = send_message(open_page("explore", revision=revision_ids["aae"], z="0.5,0.25"), code={"z": [1, 2]})
    app.query_params["z"] = "0.5,0.25"  # as a message comes that was sent before the page heard of the new address
    assert query_settings(assert_no_exception(app.run()))["z"] == "1,2"
    assert_no_exception(app.run())  # a message with the new address: from now on nothing can come with the old one
    app.query_params["z"] = "0.5,0.25"
    assert query_settings(assert_no_exception(app.run()))["z"] == "0.5,0.25", "but a link that somebody follows"


def go_back(app, monkeypatch, query):
    """The app after the browser went back or forward to an address."""
    app.query_params.clear()
    app.query_params |= query
    with monkeypatch.context() as patch:
        patch.setattr(address, "get_script_run_ctx", lambda: SimpleNamespace(is_history_navigation=True))
        return assert_no_exception(app.run())


def test_back_is_a_link_to_what_this_session_wrote(revision_ids, monkeypatch):
    app = open_page("explore", revision=revision_ids["aae"])
    first = dict(app.query_params)
    app = send_message(app, code={"z": [1, 2]}, hidden={"text": "3"})
    second = dict(app.query_params)
    app = go_back(app, monkeypatch, first)
    assert not {"z", "hidden"} & set(query_settings(app)) and sent_header(app, 0)["setting_texts"] == {}
    app = go_back(app, monkeypatch, second)
    assert query_settings(app)["z"] == "1,2" and sent_header(app, 0)["setting_texts"] == {"hidden": "3"}
    app = assert_no_exception(app.selectbox(key="revision").set_value(revision_ids["vae"]).run())
    assert go_back(app, monkeypatch, second).selectbox(key="revision").value == revision_ids["aae"]


def test_two_steps_back_show_a_moved_plane_as_it_was(revision_ids, monkeypatch):
    app = open_page("explore", revision=revision_ids["aae"])
    first = dict(app.query_params)
    app = send_message(app, hidden={"text": "3"})
    app = assert_no_exception(app.selectbox(key="revision").set_value(revision_ids["vae"]).run())
    app = go_back(app, monkeypatch, first)
    assert "hidden" not in query_settings(app) and sent_header(app, 0)["setting_texts"] == {}


def test_back_to_an_address_without_a_language_keeps_the_one_that_the_page_has_loaded(monkeypatch):
    app = open_page("results", lang="ko")
    korean_title = app.title[0].value
    app = go_back(app, monkeypatch, {})
    assert query_settings(app)["lang"] == "ko" and app.title[0].value == korean_title


def test_an_address_without_a_language_has_that_of_the_browser(monkeypatch):
    open_page("results", lang="ko")
    assert open_page("results").title[0].value == "Results"
    monkeypatch.setattr(language.st.context.__class__, "locale", "zh-CN")
    with use_language("zh"):
        chinese_title = translate("Results")
    app = open_page("results")
    assert app.title[0].value == chinese_title and "lang" not in query_settings(app)
    app.query_params.clear()
    app.switch_page("views/game.py")
    assert "lang" not in query_settings(assert_no_exception(app.run()))


def test_a_language_that_a_link_names_twice_is_ignored_everywhere():
    app = open_page("results", lang=["ko", "zh"])
    assert app.title[0].value == "Results" and app.session_state[language.SESSION_KEY] == "en"
    assert "“lang”" in page_texts(app)


def test_the_chosen_language_stays_on_other_pages_and_in_their_links():
    app = open_page("results", lang="ko")
    app.query_params.clear()
    app.switch_page("views/game.py")
    app = assert_no_exception(app.run())
    with use_language("ko"):
        assert app.title[0].value == translate("Step by step")
    assert query_settings(app)["lang"] == "ko"


def test_back_to_another_rule_continues_the_game(monkeypatch):
    app = open_page("game")
    app.session_state[address.SETTINGS_KEY] |= {running_lesson.LEARNT: "holes,the-prior"}
    token = app.session_state["game.token"]
    app = send_message(app, rules={"weight": 0.5, "d_steps": 1.0, "generation_rate": 0.1})
    app = go_back(app, monkeypatch, {running_lesson.LEARNT: "holes"})
    assert app.session_state["game.token"] == token and "game.weight" not in query_settings(app)
    assert app.session_state[address.SETTINGS_KEY][running_lesson.LEARNT] == "holes,the-prior"


def test_back_undoes_no_progress_and_begins_no_game_anew_that_is_the_same(monkeypatch):
    app = open_page("game", hide="title")
    first_query, token = dict(app.query_params), app.session_state["game.token"]
    app.session_state[address.SETTINGS_KEY] |= {running_lesson.LEARNT: "holes"}
    app.query_params["hide"] = "copy"
    app = go_back(assert_no_exception(app.run()), monkeypatch, first_query)
    assert query_settings(app)["hide"] == "title" and app.session_state["game.token"] == token
    assert app.session_state[address.SETTINGS_KEY][running_lesson.LEARNT] == "holes"


def test_back_restores_the_form(monkeypatch):
    app = open_page("train")
    usual_epochs = app.session_state["train.epochs"]
    assert_no_exception(app.number_input(key="train.epochs").set_value(7).run())
    first_query = dict(app.query_params)
    assert_no_exception(app.number_input(key="train.epochs").set_value(9).run())
    assert go_back(app, monkeypatch, first_query).session_state["train.epochs"] == 7
    assert go_back(app, monkeypatch, {}).session_state["train.epochs"] == usual_epochs


def test_only_settings_of_what_is_shown_name_it(query):
    for name, scope_key in (("frame", None), ("z", "a")):
        with pytest.raises(ValueError, match=name):
            address.store_setting(name, "1", scope_key)
    with pytest.raises(KeyError):
        address.recall_setting("nothing", str)


def test_what_was_given_up_on_another_page_is_a_link_at_once(revision_ids):
    app = send_message(open_page("explore", revision=revision_ids["aae"], z="0.5,0.25"), code={"z": [1, 2]})
    for page, query in (("results", {}), ("explore", {"z": "0.5,0.25"})):
        app.query_params.clear()
        for name, text in query.items():
            app.query_params[name] = text
        app.switch_page(f"views/{page}.py")
        assert_no_exception(app.run())
    assert query_settings(app)["z"] == "0.5,0.25"


def test_a_lesson_that_was_left_is_resumed_at_once():
    app = open_page("game", lesson="mode-collapse", at="2")
    app.session_state[running_lesson.REQUEST_KEY] = "leave"
    assert_no_exception(app.run())
    assert "lesson" not in query_settings(app)
    app.query_params.clear()
    app.switch_page("views/lessons.py")
    assert_no_exception(app.run())
    app.query_params["lesson"], app.query_params["at"] = "mode-collapse", "2"
    app.switch_page("views/game.py")  # as Resume leads there
    assert_no_exception(app.run())
    assert app.session_state[address.SETTINGS_KEY][running_lesson.LESSON] == "mode-collapse"


def test_what_is_said_together_is_heard_in_its_order_and_once(monkeypatch):
    session = {
        "plane": {"code": {"z": [1], "message_number": 1}, "picked": {"index": 7, "message_number": 2}, "layers": {}}
    }
    monkeypatch.setattr(incoming_messages, "st", SimpleNamespace(session_state=session))
    delivered_kinds = []
    message_callbacks = incoming_messages.message_callbacks(
        "plane", ("picked", "code", "layers"), lambda kind, value: delivered_kinds.append(kind)
    )
    for kind in ("picked", "code"):  # as Streamlit calls, in any order
        message_callbacks[f"on_{kind}_change"]()
    assert delivered_kinds == ["code", "picked"]
    session["plane"]["code"] = {"z": [1], "message_number": 3}
    message_callbacks["on_code_change"]()
    message_callbacks["on_picked_change"]()  # told again, with nothing new in it
    assert delivered_kinds == ["code", "picked", "code"]
    message_callbacks["on_layers_change"]()
    message_callbacks["on_layers_change"]()
    assert delivered_kinds[3:] == ["layers", "layers"], "what has no number is heard whenever it is told"
