"""Links: what a page shows stands in its address, and what makes no sense there changes nothing and is told."""

import re
from functools import partial
from types import SimpleNamespace

import pytest

pytest.importorskip("streamlit")
from helpers import tiny_frontiers
from helpers.app_pages import components, open_page, page_texts, query_settings, send_message, sent_header, sound
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
MADE = {
    "aae": {"variant": "aae", "prior.name": "mixture", "prior.components": 10},
    "vae": {"variant": "vae"},
    "supervised": {"variant": "supervised", "latent_dim": 3},
    "semi": {"variant": "semi-supervised", "labels": 100},
    "clusters": {"variant": "clustering", "clusters": 32},
}
ABSURD = {
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
USUAL = {}  # what a page keeps of a link that asks for nothing absurd
# Page, what leads there, and every parameter that it then reads.
READ = [
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
    tiny_frontiers.written(tmp_path, monkeypatch, tiny_frontiers.record_with_curves())


def led(created, query):
    return {name: created.get(text, text) for name, text in query.items()}


def kept(app):
    """What the session holds of settings, and what stands in the address."""
    memory = app.session_state[address.SETTINGS_KEY]
    return dict(memory), {name: text for name, text in query_settings(app).items() if name != "embed"}


def unsaid(app, names):
    """The names of absurd settings of which nothing is said: in a toast, or for a revision in a box."""
    toasts = [toast.value for toast in app.toast]
    toasts += [f"“{name}”" for name in REVISIONS if any("There is no revision" in box.value for box in app.warning)]
    return [name for name in names if not any(f"“{markdown.escape(name)}”" in toast for toast in toasts)]


# What makes no sense ----------------------------------------------------------------------------------------------------


@pytest.fixture
def readers(monkeypatch):
    """What reads each setting, by name, of all pages that were opened."""
    result, recall = {}, address.recall_setting

    def noting(name, read, default=None, of=None):
        result[name] = read
        return recall(name, read, default, of)

    monkeypatch.setattr(address, "recall_setting", noting)
    return result


def changes_nothing_and_is_told(page, there, absurd):
    if (actual := USUAL.get(page + str(there))) is None:
        actual = USUAL[page + str(there)] = kept(open_page(page, **there))
    limit = 500_000 // len(absurd)  # beyond that Streamlit reads nothing of a query
    app = open_page(page, **there, **{name: text[:limit] for name, text in absurd.items()})
    assert not unsaid(app, absurd)
    assert kept(app) == actual
    assert all("alert(1)" not in str(e.proto) for e in app.get("html"))
    assert not sound(app.run()).toast, "said once"


@pytest.mark.parametrize("row", range(len(READ)), ids=[f"{page} {k}" for k, (page, *_) in enumerate(READ)])
def test_what_makes_no_sense_changes_nothing_and_is_told(made, readers, row):
    """Each parameter with one absurd text, and every such text with some; what reads the parameter is given all of them."""
    page, there, names = READ[row]
    texts = list(ABSURD.values())
    changes_nothing_and_is_told(page, led(made, there), {n: texts[(row + k) % len(texts)] for k, n in enumerate(names)})
    assert page in ("game", "train") or set(names) <= readers.keys() | {"embed"}
    assert not [(name, kind) for name in readers.keys() & set(names) for kind in ABSURD if readers[name](ABSURD[kind])]


@pytest.mark.parametrize("kind", ABSURD)
def test_no_setting_of_the_form_can_be_what_makes_no_sense(kind):
    for name in {*setting_keys()} - {"name", "data"}:
        with pytest.raises(ConfigError):
            with_settings(Config(), {name: ABSURD[kind]})


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ABSURD)
@pytest.mark.parametrize(("page", "there", "names"), READ, ids=[f"{page} {k}" for k, (page, *_) in enumerate(READ)])
def test_every_parameter_with_every_text_that_makes_no_sense(made, page, there, names, kind):
    changes_nothing_and_is_told(page, led(made, there), dict.fromkeys(names, ABSURD[kind]))


# Of each page what a link can ask for, in which nothing but a button or a message may write.
ASKED = [
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


def test_no_link_writes_anything(made, tmp_path):
    def there():
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if not path.name.endswith(".lock")}

    before = there()
    for page, query in ASKED:
        open_page(page, **led(made, query))
    assert there() == before and len(before) > 20


@pytest.mark.parametrize(("page", "there", "names"), READ[:1] + READ[-2:], ids=["explore", "train", "results"])
def test_a_name_that_stands_twice_says_nothing(made, page, there, names):
    there = led(made, there)
    sensible = {"explore": ("layers", "codes"), "train": ("epochs", "7"), "results": ("budget", "gpu")}[page]
    usual = kept(open_page(page, **there))
    app = open_page(page, **there, **{sensible[0]: [sensible[1], sensible[1] + "0"]})
    assert not unsaid(app, [sensible[0]]) and kept(app) == usual
    assert kept(open_page(page, **there, **dict([sensible]))) != usual


def test_an_absurd_link_leaves_a_form_that_was_filled_as_it_is(made):
    app = open_page("train", epochs="7")
    app.query_params["epochs"] = "-3"
    app = sound(app.run())
    assert (
        app.session_state["train.epochs"] == 7 and query_settings(app)["epochs"] == "7" and not unsaid(app, ["epochs"])
    )


def test_a_link_to_what_is_not_here_is_told_in_the_page(made):
    assert "There is no data set" in page_texts(open_page("train", data="../../etc"))
    assert not unsaid(open_page("train", data="x" * 20_000), ["data"])
    assert not unsaid(open_page("train", name="x" * 20_000), ["name"])
    assert "There is no revision" in page_texts(open_page("revisions", revision="../../etc/passwd"))


NEARLY = {
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


def test_texts_of_the_plane_that_are_nearly_right(made, readers):
    app = open_page("explore", revision=made["aae"], z="5,5", **{name: texts[0] for name, texts in NEARLY.items()})
    assert not NEARLY.keys() & query_settings(app).keys() and not unsaid(app, NEARLY)
    assert not [(name, text) for name, texts in NEARLY.items() for text in texts if readers[name](text) is not None]
    app = open_page("compare", left=made["aae"], right=made["vae"], z="5,5", chosen="0~0")
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


def test_what_is_seen_of_the_plane_lives_in_the_link_and_comes_back(made):
    there = {"revision": made["aae"]}
    app = send_message(open_page("explore", **there), **{name: {"text": text} for name, text in PLACES.items()})
    assert query_settings(app).items() >= PLACES.items()
    assert sent_header(open_page("explore", **query_settings(app)), 0)["setting_texts"] == PLACES
    app.query_params.clear()  # as a turn to another page does
    app.switch_page("views/results.py")
    assert not query_settings(sound(app.run())).keys() & PLACES.keys()
    app.query_params.clear()
    app.switch_page("views/explore.py")
    assert query_settings(sound(app.run())).items() >= PLACES.items() and sent_header(app, 0)["setting_texts"] == PLACES
    left = dict(PLACES)
    for name in PLACES:
        app, _ = send_message(app, **{name: {"text": ""}}), left.pop(name)
        assert (
            sent_header(app, 0)["setting_texts"] == left
            and {n: t for n, t in query_settings(app).items() if n in PLACES} == left
        )


def test_absurd_texts_from_the_page_are_refused_in_a_word(made):
    app = open_page("explore", revision=made["aae"])
    absurd = [{"text": "<b>"}, {"text": 3}, {"text": "9" * 20_000}, {}, "x", None]
    for name, wrong in [*(("path", item) for item in absurd), *((name, {"text": "<b>"}) for name in PLACES)]:
        before = kept(app)
        app = send_message(app, **{name: wrong})
        assert kept(app) == before and "was refused" in page_texts(app), (name, wrong)


def test_the_part_of_the_plane_that_is_seen_lives_in_the_link(made):
    app = send_message(
        open_page("explore", revision=made["aae"]), view={"x0": -1, "x1": 1.123456789, "y0": -0.5, "y1": 1.5}
    )
    assert query_settings(app)["window"] == "-1,1.123456789,-0.5,1.5"
    again = sent_header(open_page("explore", **query_settings(app)), 0)
    assert again["view"] == {"x0": -1.0, "x1": 1.123456789, "y0": -0.5, "y1": 1.5}
    app = send_message(app, view={"home": True})
    assert "window" not in query_settings(app) and sent_header(app, 0)["view"] is None


def test_of_another_revision_it_is_not_true_and_back_at_the_first_it_is(made):
    app = send_message(open_page("explore", revision=made["aae"]), hidden={"text": "3"})
    app = sound(app.selectbox(key="revision").set_value(made["vae"]).run())
    assert "hidden" not in query_settings(app) and sent_header(app, 0)["setting_texts"] == {}
    app = sound(app.selectbox(key="revision").set_value(made["aae"]).run())
    assert query_settings(app)["hidden"] == "3" and sent_header(app, 0)["setting_texts"] == {"hidden": "3"}


def test_planes_of_two_revisions_share_what_they_have_in_common(made):
    app = open_page("compare", left=made["aae"], right=made["vae"])
    app = send_message(
        app, 1, hidden={"text": "3"}, view={"x0": 0, "x1": 1, "y0": 0, "y1": 1}, lasso={"text": PLACES["lasso"]}
    )
    output = query_settings(app)
    assert (output["hidden"], output["window"], output["lassor"]) == ("3", "0,1,0,1", PLACES["lasso"])
    left, right = (sent_header(open_page("compare", **output), side) for side in (0, 1))
    assert left["view"] == right["view"] and left["setting_texts"] == {"hidden": "3"}
    assert right["setting_texts"] == {"hidden": "3", "lasso": PLACES["lasso"]}
    assert (left["names"]["z"], right["names"]["z"], right["names"]["picked"]) == ("z", "z", "chosen")


def test_the_code_chosen_on_one_of_two_planes_comes_back_on_both(made):
    app = send_message(open_page("compare", left=made["aae"], right=made["vae"]), 1, picked={"index": 7})
    assert query_settings(app)["chosen"] == "7~1"
    again = open_page("compare", **query_settings(app))
    assert [sent_header(again, side)["picked"] for side in (0, 1)] == [7, 7]
    assert [sent_header(again, side)["code"] for side in (0, 1)] == [sent_header(app, side)["code"] for side in (0, 1)]
    app = send_message(again, 0, code={"z": [0.5, 0.5]})
    assert "chosen" not in query_settings(app) and sent_header(app, 0)["picked"] is None


def test_ring_and_layers_of_the_plane_of_styles_come_back(made):
    app = send_message(
        open_page("style", revision=made["supervised"]), 0, picked={"index": 4}, layers={"codes": False, "prior": True}
    )
    assert (query_settings(app)["ring"], query_settings(app)["seen"]) == ("4", "prior")
    again = sent_header(open_page("style", **query_settings(app)), 0)
    assert again["picked"] == 4 and again["layers"]["prior"] and not again["layers"]["codes"]
    assert again["names"]["picked"] == "ring" and again["names"]["layers"] == "seen"


def test_a_link_through_t_sne_shows_it_without_being_asked_again(made, monkeypatch):
    quick = partial(manifold.TSNE, max_iter=250)  # a quarter of its rounds, which take seconds
    monkeypatch.setattr(manifold, "TSNE", quick)
    app = open_page("explore", revision=made["supervised"], view="tsne")
    assert "Compute t-SNE" not in [b.label for b in app.button] and sent_header(app, 0)["axes"] is None


def test_other_images_of_clusters_and_the_page_of_wrong_ones_come_back(made):
    app = open_page("clusters", revision=made["clusters"])
    app = sound(next(b for b in app.button if b.label == "Show other images").click().run())
    assert query_settings(app)["shuffle"] == "1"
    app = open_page("classify", revision=made["semi"], sheet="2")
    assert next(n for n in app.number_input if n.label == "Page").value == 2 and query_settings(app)["sheet"] == "2"


def test_the_rules_of_the_game_come_back_and_the_usual_ones_need_no_place(made):
    app = send_message(open_page("game"), rules={"weight": 0.5, "d_steps": 3, "generation_rate": 0.1})
    assert query_settings(app) == {"game.weight": "0.5", "game.d_steps": "3"}
    again = sent_header(open_page("game", **query_settings(app)), 0)["initial_rules"]
    assert (again["weight"], again["d_steps"], again["generation_rate"]) == (0.5, 3, 0.1)
    app = send_message(app, rules={"weight": 99})
    assert query_settings(app)["game.weight"] == "0.5" and "from 0 to 3" in page_texts(app)
    exact = {"game.weight": "0.123456", "game.reconstruction_rate": "0.0123456"}
    assert query_settings(open_page("game", **exact)) == exact, "what a link says exactly stays exact"


def test_the_block_of_clusters_lasts_beside_the_form(made):
    first = {"revision": made["clusters"], "clusters": "30"}  # as links named the block before
    app = open_page("clusters", **first)
    assert app.selectbox(key="block").value == "30" and query_settings(app) == {
        "revision": made["clusters"],
        "block": "30",
    }
    app.query_params.clear()  # as a turn to another page does
    app.query_params |= {"variant": "clustering", "clusters": "12"}
    sound(app.switch_page("views/train.py").run())
    assert query_settings(app)["clusters"] == "12"
    app.query_params.clear()
    sound(app.switch_page("views/clusters.py").run())
    assert app.selectbox(key="block").value == "30" and query_settings(app) == {
        "revision": made["clusters"],
        "block": "30",
    }
    assert unsaid(open_page("clusters", **first | {"clusters": ["0", "30"]}), ["block"]) == []
    for both in ({"block": "0", "clusters": "30"}, {"clusters": "30", "block": "0"}):
        assert open_page("clusters", revision=made["clusters"], **both).selectbox(key="block").value == "0"


# What a link asks of the page -------------------------------------------------------------------------------------------


def styled(app):
    """The style sheets of the page."""
    return " ".join(e.proto.body for e in app.get("html") if "<style>" in e.proto.body)


def bar(app):
    """What link and view is told."""
    return sent_header(app, len(components(app)) - 1)


def test_what_is_hidden_is_in_the_table_and_stays_hidden_on_every_page(made):
    app = open_page("explore", hide="time,layers,layers")
    assert (
        "--show-layers: none" in styled(app)
        and "--show-time: none" in styled(app)
        and "--show-legend" not in styled(app)
    )
    assert query_settings(app)["hide"] == "layers,time", "in the table's order, each once"
    assert {name["id"] for name in bar(app)["names"] if name["on"]} == {"layers", "time"}
    app.query_params.clear()
    app.switch_page("views/results.py")
    assert "--show-layers: none" in styled(sound(app.run())) and query_settings(app)["hide"] == "layers,time"
    assert {name["id"] for name in bar(app)["names"]} == {"navigation", "title", "copy"}


def test_checkboxes_of_a_page_leave_what_is_hidden_on_others(made):
    app = open_page("results", hide="layers,title")
    app = send_message(app, len(components(app)) - 1, hide={"names": ["navigation"]})
    assert query_settings(app)["hide"] == "navigation,layers" and "st-key-part-navigation" in styled(app)
    app = send_message(app, len(components(app)) - 1, hide={"names": []})
    assert query_settings(app)["hide"] == "layers"


@pytest.mark.parametrize(
    "absurd", [{"hide": {"names": ["x"]}}, {"hide": {"names": "navigation"}}, {"hide": []}, {"size": {"presenter": 1}}]
)
def test_absurd_wishes_of_the_bar_change_nothing_and_are_told(made, absurd):
    app = open_page("results", hide="title")
    before = kept(app)
    app = send_message(app, len(components(app)) - 1, **absurd)
    assert kept(app) == before and "was refused" in page_texts(app)


def test_a_presenters_size_is_in_the_link_and_can_be_switched(made):
    app = open_page("results")
    assert "--bold" not in styled(app) and not bar(app)["presenter"]
    app = send_message(app, 0, size={"presenter": True})
    assert query_settings(app)["size"] == "presenter" and "--bold: 1.6" in styled(app) and bar(app)["presenter"]
    app = send_message(app, 0, size={"presenter": False})
    assert "size" not in query_settings(app) and "--bold" not in styled(app)


@pytest.mark.parametrize(("text", "frameless"), [("1", True), ("true", True), ("0", False), ("no", False)])
def test_embed_leaves_the_frame_out_and_holds_on_other_pages(made, text, frameless):
    app = open_page("results", embed=text)
    assert ("[data-testid=stHeader], .st-key" in styled(app)) is frameless
    assert unsaid(app, ["embed"] if text == "no" else []) == []
    assert bar(app)["embedded"] is frameless
    app.query_params.clear()
    app.switch_page("views/game.py")
    assert ("[data-testid=stHeader], .st-key" in styled(sound(app.run()))) is frameless


def test_names_of_parts_need_no_quoting_in_a_link():
    assert all(re.fullmatch("[a-z-]+", name) for name in page_options.PARTS)


def test_an_address_that_is_a_message_old_is_no_link(made):
    app = send_message(open_page("explore", revision=made["aae"], z="0.5,0.25"), code={"z": [1, 2]})
    app.query_params["z"] = "0.5,0.25"  # as a message comes that was sent before the page heard of the new address
    assert query_settings(sound(app.run()))["z"] == "1,2"
    sound(app.run())  # a message with the new address: from now on nothing can come with the old one
    app.query_params["z"] = "0.5,0.25"
    assert query_settings(sound(app.run()))["z"] == "0.5,0.25", "but a link that somebody follows"


def went_back(app, monkeypatch, query):
    """The app after the browser went back or forward to an address."""
    app.query_params.clear()
    app.query_params |= query
    with monkeypatch.context() as patch:
        patch.setattr(address, "get_script_run_ctx", lambda: SimpleNamespace(is_history_navigation=True))
        return sound(app.run())


def test_back_is_a_link_to_what_this_session_wrote(made, monkeypatch):
    app = open_page("explore", revision=made["aae"])
    first = dict(app.query_params)
    app = send_message(app, code={"z": [1, 2]}, hidden={"text": "3"})
    second = dict(app.query_params)
    app = went_back(app, monkeypatch, first)
    assert not {"z", "hidden"} & set(query_settings(app)) and sent_header(app, 0)["setting_texts"] == {}
    app = went_back(app, monkeypatch, second)
    assert query_settings(app)["z"] == "1,2" and sent_header(app, 0)["setting_texts"] == {"hidden": "3"}
    app = sound(app.selectbox(key="revision").set_value(made["vae"]).run())
    assert went_back(app, monkeypatch, second).selectbox(key="revision").value == made["aae"]


def test_two_steps_back_show_a_moved_plane_as_it_was(made, monkeypatch):
    app = open_page("explore", revision=made["aae"])
    first = dict(app.query_params)
    app = send_message(app, hidden={"text": "3"})
    app = sound(app.selectbox(key="revision").set_value(made["vae"]).run())
    app = went_back(app, monkeypatch, first)
    assert "hidden" not in query_settings(app) and sent_header(app, 0)["setting_texts"] == {}


def test_back_to_an_address_without_a_language_keeps_the_one_that_the_page_has_loaded(monkeypatch):
    app = open_page("results", lang="ko")
    korean_title = app.title[0].value
    app = went_back(app, monkeypatch, {})
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
    assert "lang" not in query_settings(sound(app.run()))


def test_a_language_that_a_link_names_twice_is_ignored_everywhere():
    app = open_page("results", lang=["ko", "zh"])
    assert app.title[0].value == "Results" and app.session_state[language.SESSION_KEY] == "en"
    assert "“lang”" in page_texts(app)


def test_the_chosen_language_stays_on_other_pages_and_in_their_links():
    app = open_page("results", lang="ko")
    app.query_params.clear()
    app.switch_page("views/game.py")
    app = sound(app.run())
    with use_language("ko"):
        assert app.title[0].value == translate("Step by step")
    assert query_settings(app)["lang"] == "ko"


def test_back_to_another_rule_continues_the_game(monkeypatch):
    app = open_page("game")
    app.session_state[address.SETTINGS_KEY] |= {running_lesson.LEARNT: "holes,the-prior"}
    token = app.session_state["game.token"]
    app = send_message(app, rules={"weight": 0.5, "d_steps": 1.0, "generation_rate": 0.1})
    app = went_back(app, monkeypatch, {running_lesson.LEARNT: "holes"})
    assert app.session_state["game.token"] == token and "game.weight" not in query_settings(app)
    assert app.session_state[address.SETTINGS_KEY][running_lesson.LEARNT] == "holes,the-prior"


def test_back_undoes_no_progress_and_begins_no_game_anew_that_is_the_same(monkeypatch):
    app = open_page("game", hide="title")
    before, token = dict(app.query_params), app.session_state["game.token"]
    app.session_state[address.SETTINGS_KEY] |= {running_lesson.LEARNT: "holes"}
    app.query_params["hide"] = "copy"
    app = went_back(sound(app.run()), monkeypatch, before)
    assert query_settings(app)["hide"] == "title" and app.session_state["game.token"] == token
    assert app.session_state[address.SETTINGS_KEY][running_lesson.LEARNT] == "holes"


def test_back_restores_the_form(monkeypatch):
    app = open_page("train")
    usual = app.session_state["train.epochs"]
    sound(app.number_input(key="train.epochs").set_value(7).run())
    before = dict(app.query_params)
    sound(app.number_input(key="train.epochs").set_value(9).run())
    assert went_back(app, monkeypatch, before).session_state["train.epochs"] == 7
    assert went_back(app, monkeypatch, {}).session_state["train.epochs"] == usual


def test_only_settings_of_what_is_shown_name_it(query):
    for name, of in (("frame", None), ("z", "a")):
        with pytest.raises(ValueError, match=name):
            address.store_setting(name, "1", of)
    with pytest.raises(KeyError):
        address.recall_setting("nothing", str)


def test_what_was_given_up_on_another_page_is_a_link_at_once(made):
    app = send_message(open_page("explore", revision=made["aae"], z="0.5,0.25"), code={"z": [1, 2]})
    for page, query in (("results", {}), ("explore", {"z": "0.5,0.25"})):
        app.query_params.clear()
        for name, text in query.items():
            app.query_params[name] = text
        app.switch_page(f"views/{page}.py")
        sound(app.run())
    assert query_settings(app)["z"] == "0.5,0.25"


def test_a_lesson_that_was_left_is_resumed_at_once():
    app = open_page("game", lesson="mode-collapse", at="2")
    app.session_state[running_lesson.REQUEST_KEY] = "leave"
    sound(app.run())
    assert "lesson" not in query_settings(app)
    app.query_params.clear()
    app.switch_page("views/lessons.py")
    sound(app.run())
    app.query_params["lesson"], app.query_params["at"] = "mode-collapse", "2"
    app.switch_page("views/game.py")  # as Resume leads there
    sound(app.run())
    assert app.session_state[address.SETTINGS_KEY][running_lesson.LESSON] == "mode-collapse"


def test_what_is_said_together_is_heard_in_its_order_and_once(monkeypatch):
    session = {
        "plane": {"code": {"z": [1], "message_number": 1}, "picked": {"index": 7, "message_number": 2}, "layers": {}}
    }
    monkeypatch.setattr(incoming_messages, "st", SimpleNamespace(session_state=session))
    heard = []
    message_callbacks = incoming_messages.message_callbacks(
        "plane", ("picked", "code", "layers"), lambda kind, value: heard.append(kind)
    )
    for kind in ("picked", "code"):  # as Streamlit calls, in any order
        message_callbacks[f"on_{kind}_change"]()
    assert heard == ["code", "picked"]
    session["plane"]["code"] = {"z": [1], "message_number": 3}
    message_callbacks["on_code_change"]()
    message_callbacks["on_picked_change"]()  # told again, with nothing new in it
    assert heard == ["code", "picked", "code"]
    message_callbacks["on_layers_change"]()
    message_callbacks["on_layers_change"]()
    assert heard[3:] == ["layers", "layers"], "what has no number is heard whenever it is told"
