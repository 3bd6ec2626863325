"""The page Which one?, and the same chart on Compare, run without a browser."""

import json
import os
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl

import psutil
import pytest
from helpers import colour_vision, tiny_frontiers

pytest.importorskip("streamlit")
from helpers import app_pages

from aae_core.config.configuration import configure
from aae_core.config.variants import VARIANTS
from aae_core.data import sets
from aae_core.errors import RevisionError
from aae_core.reproduce import curve_rows, equal_fit, results
from aae_core.reproduce import frontier as measured
from aae_core.runs import launchers
from aae_core.store.revisions import Store
from aae_core.store.status import Status
from app.figures import frontier, frontier_chart, frontier_legend, frontier_marks, palette
from app.translation.languages import use_language
from app.visitors import actions, identity
from app.website import which_one

pytestmark = pytest.mark.usefixtures("no_gallery")


@pytest.fixture(autouse=True)
def docs(tmp_path, monkeypatch):
    folder = tmp_path / "docs"
    folder.mkdir()
    tiny_frontiers.write_frontier_file(folder, monkeypatch)
    return folder


def open_page(page="which_one", **query):
    return app_pages.assert_no_exception(app_pages.run_page(page, **query))


def shown_text(app):
    return "\n".join(
        element.value for kind in ("markdown", "caption", "subheader", "header") for element in app.get(kind)
    ).replace("\\", "")


def advised_models(app):
    """The models that are to be tried first, in order."""
    (advice,) = [item.value for item in app.markdown if item.value.startswith("**Try first**")] or [""]
    return [line.split("**")[1].replace("\\", "") for line in advice.splitlines() if line.startswith("- ")]


def links(app):
    return [(link.proto.label, link.proto.query_string) for link in app.get("page_link")]


def table(app):
    (element,) = [entry for entry in app.get("html") if "numbers frontier" in entry.proto.body]
    return element.proto.body


def charts(app):
    return app.get("plotly_chart")


def test_each_model_stands_with_its_figures_and_what_it_takes():
    app = open_page()
    text, cells = shown_text(app), table(app)
    for phrase in ("samples of the prior", "the prior’s density", "none is imposed", "Weight β of the KL term 0.5"):
        assert phrase in text
    assert "VAE <b>β</b>" in text and "VAE &lt;b&gt;β" in cells and "<b>β" not in cells
    assert (
        "<b>★ 0.0210 ± 0.0010</b>" in cells
        and "<td>0.570 ± 0.010</td>" in cells
        and "<td>16.2 ± 0.3</td>" in cells
        and "✓" not in cells
    )
    assert "python -m benchmarks.quality.frontier" in [code.value for code in app.code]
    assert len(charts(app)) == 1 and not advised_models(app)


@pytest.mark.parametrize(
    ("query", "expected_models"),
    [
        ({"frontier.needs": "sharp"}, ["Autoencoder", "VAE <b>β</b>"]),
        ({"frontier.needs": "fit"}, ["AAE"]),  # the autoencoder has no prior
        ({"frontier.needs": "sharp,fit"}, ["AAE", "VAE <b>β</b>"]),
        ({"frontier.needs": "sharp,fit", "frontier.known": "samples"}, ["AAE"]),
        ({"frontier.needs": "quick"}, ["Autoencoder"]),
        ({"frontier.needs": "filled"}, ["AAE"]),
    ],
)
def test_the_choice_follows_from_the_figures_and_from_what_a_variant_takes(query, expected_models):
    app = open_page(**query)
    assert advised_models(app) == expected_models
    marked_rows = [row for row in table(app).split("<tr")[1:] if "✓" in row]
    assert len(marked_rows) == len(expected_models)
    if "frontier.known" in query:
        assert "you have only samples" in shown_text(app)


def write_curves(docs):
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(tiny_frontiers.record_with_curves()))


def tables(app):
    return [entry.proto.body for entry in app.get("html") if "numbers frontier" in entry.proto.body]


def test_models_with_curves_are_compared_at_equal_fit(docs):
    """At 0.002 the VAE's curve is lower than the AAE's; at 0.0005 only the AAE is left; each has one value where no fit is
    asked for."""
    write_curves(docs)
    app = open_page(**{"frontier.needs": "sharp,fit", "frontier.fit": "0.002"})
    curves, figures = tables(app)
    assert advised_models(app) == ["VAE <b>β</b>"] and "At equal fit" in [header.value for header in app.header]
    assert "<b>★ 15.50 ± 0.25</b>" in curves and "17.60 ± 0.25" in curves and "<td>–</td>" in curves
    assert "At MMD² = 0.002 the lowest error is that of VAE" in shown_text(app) and "AAE, has 17.60" in shown_text(app)
    assert figures.count("<tr") == 4 and "MMD² = 0.002" in shown_text(app), "the head, AAE, VAE and the mixture"
    assert "Not compared at this fit**: no prior is imposed on its codes" in shown_text(app), "of the autoencoder"
    app = open_page(**{"frontier.fit": "0.0005"})
    (figures,) = tables(app)[1:]
    assert (
        "VAE" not in figures and "AAE" in figures and "does not reach MMD² = 0.0005 with every seed" in shown_text(app)
    )
    (figures,) = tables(open_page(**{"frontier.fit": "any"}))[1:]
    assert "16.2 ± 0.3" in figures and figures.count("<tr") == 5


@pytest.mark.parametrize("is_aae_ahead", [True, False])
@pytest.mark.parametrize("deviation", [0.1, 5.0])
def test_what_chance_may_explain_is_said_of_either_kind_of_model(docs, is_aae_ahead, deviation):
    """Three seeds of each at an MMD² of 0.001: a lead of 2 is more than chance with a deviation of 0.1, and not with 5."""
    record = tiny_frontiers.record_with_curves()
    leader = "aae" if is_aae_ahead else "vae"
    for run in record["curves"]["runs"]:
        error = 14.0 if run["model"] == leader else 16.0
        run["figures"] |= {"mmd2": 0.001, "reconstruction": error + deviation * (run["seed"] - 1)}
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    rows = curve_rows.whole_curve_rows(measured.read_frontier(), "mnist", 2)
    sentence = frontier.curve_sentences(rows)[0]
    assert sentence.startswith("At MMD² = 0.001 ")
    leader_text, rival_text = (
        ("AAE", "without an adversary, VAE") if is_aae_ahead else ("VAE", "of the adversarial ones, AAE")
    )
    assert f"is that of {leader_text}" in sentence and f"the best {rival_text}" in sentence
    assert ("chance may explain" in sentence) == (deviation > 1)


def test_a_model_that_alone_comes_so_close_is_named_as_the_only_one(docs):
    write_curves(docs)
    rows = curve_rows.whole_curve_rows(measured.read_frontier(), "mnist", 2)
    closest, *others = frontier.curve_sentences(rows)
    assert closest == "Only AAE comes as close as MMD² = 0.0005 with every seed, with an error of 18.86 ± 0.25."
    assert len(others) == 3 and all(sentence.startswith("At MMD² = ") for sentence in others)
    assert closest in shown_text(open_page())
    aae_alone = [row for row in rows if row.model.name == "aae"]
    assert frontier.curve_sentences(aae_alone) == [], "where no other was measured, nothing is said"


def test_a_model_whose_seeds_differ_too_much_is_not_among_those_to_try_first(docs):
    """The first model's seeds differ so much that the last cannot be ruled out by them, while the middle one is."""
    record = tiny_frontiers.record()
    errors = {"ae": (13.0, 13.1, 13.2), "vae": (14.0, 14.1, 14.2), "aae": (10.0, 16.0, 22.0)}
    for point in record["points"]:
        if point["data"] == "mnist":
            point["figures"]["reconstruction"] = errors[point["model"]][point["seed"]]
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    app = open_page(**{"frontier.needs": "sharp"})
    assert advised_models(app) == ["Autoencoder"]
    (uncertain,) = [item.value for item in app.markdown if item.value.startswith("**Not ruled out**")]
    assert "**AAE**" in uncertain and "VAE" not in uncertain and "number 3 of 3" in uncertain


def test_a_data_set_with_curves_alone_is_compared_at_equal_fit_alone(docs):
    record = tiny_frontiers.record_with_curves()
    for run in record["curves"]["runs"]:
        run["data"] = "fashion-mnist"
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    app = open_page(**{"frontier.data": "fashion-mnist", "frontier.needs": "sharp", "frontier.fit": "0.002"})
    (choice,) = [group for group in app.get("button_group") if "which fit" in group.proto.label]
    assert [option.content for option in choice.proto.options] == ["0.0005", "0.001", "0.002", "0.005"]
    curves, figures = tables(app)
    assert "<b>★ 15.50 ± 0.25</b>" in curves and figures.count("<tr") == 3, "the head, AAE and VAE"
    assert advised_models(app) == ["VAE <b>β</b>"] and shown_text(app).count(frontier.VALUES_OF_MNIST_TEXT) == 2
    assert "What each is best for, and where it fails" not in [header.value for header in app.header]
    assert "each, in minutes" not in shown_text(app), "none was timed"
    assert frontier.VALUES_OF_MNIST_TEXT not in shown_text(open_page()), "of MNIST itself"
    page = which_one.page_html(measured.read_frontier(), [])
    (section,) = [part for part in page.split("<h2>") if part.startswith("Fashion-MNIST, 2 dimensions")]
    assert "At equal fit" in section and "One value of each knob" not in section


def test_where_no_knob_was_chosen_a_sampled_autoencoder_stands_beside_the_curves(docs):
    """Its samples are compared at each fit; one value of each knob is not offered, since there is none."""
    record = tiny_frontiers.record_with_curves()
    for entry in record["curves"]["runs"] + [point for point in record["points"] if point["model"] == "mixture"]:
        entry["data"] = "fashion-mnist"
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    query = {"frontier.data": "fashion-mnist", "frontier.needs": "samples", "frontier.fit": "0.002"}
    app = open_page(**query)
    (choice,) = [group for group in app.get("button_group") if "which fit" in group.proto.label]
    assert [option.content for option in choice.proto.options] == ["0.0005", "0.001", "0.002", "0.005"]
    assert advised_models(app) == ["Autoencoder with a mixture"] and tables(app)[1].count("<tr") == 4
    assert shown_text(app).count(frontier.VALUES_OF_MNIST_TEXT) == 2
    page = which_one.page_html(measured.read_frontier(), [])
    (section,) = [part for part in page.split("<h2>") if part.startswith("Fashion-MNIST, 2 dimensions")]
    assert "<h3>Models without a knob</h3>" in section and "<b>Autoencoder with a mixture</b>" in section
    assert section.count("<svg") == 1, "that of the curves"
    assert "One value of each knob" not in section
    assert page.count("<svg") > 1 and "<h3>One value of each knob</h3>" in page, "of MNIST"


@pytest.mark.parametrize(("factor", "fits"), [(4, ["0.002", "0.005"]), (100, None)])
def test_a_fit_that_no_model_reaches_with_every_seed_is_not_offered(docs, factor, fits):
    """A link to such a fit opens the closest one that all reach; without any, each model has one value of its knob."""
    record = tiny_frontiers.record_with_curves()
    for run in record["curves"]["runs"]:
        run["figures"]["mmd2"] *= factor
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    app = open_page(**{"frontier.fit": "0.0005"})
    choices = [group for group in app.get("button_group") if "which fit" in group.proto.label]
    if fits:
        (choice,) = choices
        assert [option.content for option in choice.proto.options] == [*fits, "One value each"]
    else:
        assert not choices
    assert len(tables(app)) == 2


def test_on_digits_no_fit_is_offered_that_its_images_cannot_tell_from_0(docs):
    record = tiny_frontiers.record_with_curves()
    for entry in record["points"] + record["curves"]["runs"]:
        entry["data"] = "digits"
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    app = open_page()
    (choice,) = [group for group in app.get("button_group") if "which fit" in group.proto.label]
    assert [option.content for option in choice.proto.options] == ["0.005", "One value each"]
    curves = tables(app)[0]
    assert "MMD² = 0.005" in curves and "MMD² = 0.002" not in curves and "Hypervolume" not in curves
    assert shown_text(app).count("With no more than 359 images") == 2, "at the chart and at the table"


def test_curves_of_one_seed_on_test_images_say_so_beside_chart_and_table(docs):
    write_curves(docs)
    sentence = frontier.ONE_SEED_TEXT
    assert sentence not in shown_text(open_page()), "three seeds"
    record = tiny_frontiers.record_with_curves()
    record["curves"]["runs"] = [run for run in record["curves"]["runs"] if run["seed"] == 0]
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    assert shown_text(open_page()).count(sentence) == 2 and sentence in which_one.page_html(
        measured.read_frontier(), []
    )


def test_a_mixture_fitted_afterwards_is_named_where_only_new_images_are_wanted(docs):
    write_curves(docs)
    app = open_page(**{"frontier.needs": "samples"})
    assert advised_models(app) == ["Autoencoder with a mixture"] and "is the simplest" in shown_text(app)
    assert "the number of Gaussians, here 10, is the one choice" in shown_text(app)
    assert "A mixture of 10 Gaussians is fitted" in shown_text(app)
    app = open_page(**{"frontier.needs": "samples,fit"})
    assert "is the simplest" not in shown_text(app) and "Autoencoder with a mixture: it has no prior" in shown_text(app)
    app = open_page(**{"frontier.needs": "samples,classes"})
    assert "only its samples are compared at a given fit" in shown_text(app)


def test_without_curves_no_fit_is_asked_for():
    app = open_page()
    assert not [item for item in app.get("button_group") if "fit of the prior" in item.proto.label]
    assert len(tables(app)) == 1 and "At equal fit" not in [header.value for header in app.header]


def test_the_chart_has_a_line_for_each_curve_and_a_mark_for_each_other_model(docs):
    write_curves(docs)
    data = measured.read_frontier()
    rows, curves = data.model_rows("mnist", 2), curve_rows.model_curves(data, "mnist", 2)
    fig = frontier_chart.curves_figure(rows, curves, "mmd2", ["vae"], 0.002)
    by_name = {trace.name: trace for trace in fig.data if trace.name}
    assert set(by_name) == {"AAE", "✓ VAE &lt;b>β&lt;/b>", "Autoencoder"}, "the mixture has no distance to the prior"
    assert by_name["AAE"].x == pytest.approx((0.0004, 0.001, 0.004)) and by_name["AAE"].y == pytest.approx(
        (19.1, 18.1, 17.1)
    )
    vae_line, (dominated_point,) = (
        by_name["✓ VAE &lt;b>β&lt;/b>"],
        [trace for trace in fig.data if trace.showlegend is False and len(trace.x) == 1],
    )
    assert vae_line.x == pytest.approx((0.001, 0.01)), "along the lower envelope, the closest first"
    assert (
        dominated_point.x == pytest.approx((0.02,))
        and dominated_point.marker.size < vae_line.marker.size
        and dominated_point.mode == "markers"
    )
    assert by_name["AAE"].mode == "lines+markers" and by_name["Autoencoder"].mode == "markers"
    assert by_name["✓ VAE &lt;b>β&lt;/b>"].line.width > by_name["AAE"].line.width
    assert [shape.x0 for shape in fig.layout.shapes] == [0.002]
    without_points = [row for row in rows if row.model.name != "aae"]
    fig = frontier_chart.curves_figure(without_points, curves, "mmd2")
    assert "AAE" in {trace.name for trace in fig.data}, "a model of which a curve alone was measured has its line, too"
    point_figure = frontier_chart.curves_figure(rows, curves, "fresh_accuracy")
    assert not [trace for trace in point_figure.data if trace.mode == "lines+markers"], (
        "the curves lack it, so all have their marks"
    )
    text = frontier_marks.curves_alt_text(rows, curves, "mmd2")
    assert "AAE: from 19.1 at 0.0004 to 17.1 at 0.004" in text and "Autoencoder: 13.4" in text


def test_the_alternative_text_names_what_is_drawn_as_line_or_as_mark_and_nothing_else(docs):
    write_curves(docs)
    data = measured.read_frontier()
    rows, curves = data.model_rows("mnist", 2), curve_rows.model_curves(data, "mnist", 2)
    text = frontier_marks.curves_alt_text([], curves, "mmd2")
    assert "a line for each model: " in text and "a mark for each model" not in text and text.endswith(".")
    text = frontier_marks.curves_alt_text(rows, curves, "fresh_accuracy")  # which no curve has
    assert text == frontier_marks.frontier_alt_text(rows, "fresh_accuracy") and "AAE: " in text
    assert frontier_marks.curves_alt_text([], curves, "fresh_accuracy") == ""
    without_error = [replace(p, figures={"mmd2": 0.01}) for p in rows[0].points]
    assert frontier_marks.frontier_alt_text([replace(rows[0], points=without_error)], "mmd2") == "", "it has no mark"


def test_a_need_that_was_not_measured_decides_nothing():
    app = open_page(**{"frontier.needs": "samples"})
    assert not advised_models(app) and "New images that look like the data: not measured" in shown_text(app)
    assert advised_models(open_page(**{"frontier.needs": "samples,quick"})) == ["VAE <b>β</b>"], (
        "an autoencoder draws no new images"
    )


def test_figures_that_do_not_tell_the_models_apart_are_said_not_to(docs):
    record = tiny_frontiers.record()
    for point in record["points"]:
        point["minutes"] = 1.0
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    app = open_page(**{"frontier.needs": "quick"})
    assert not advised_models(app) and "These figures do not tell the models apart" in shown_text(app)
    assert table(app).count("✓") == 3


def test_models_each_of_which_is_better_in_another_figure_are_told_apart(docs):
    """All of them are listed: the AAE is the best in the fit, the VAE in the reconstruction, and the autoencoder has no prior."""
    app = open_page(**{"frontier.needs": "sharp,fit"})
    assert len(advised_models(app)) == 2 and "do not tell the models apart" not in shown_text(app)


def test_a_figure_that_some_models_lack_decides_nothing(docs):
    record = tiny_frontiers.record()
    record["points"][3]["figures"]["frechet"] = 0.3  # of one seed of the VAE alone
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    assert not advised_models(open_page(**{"frontier.needs": "samples"}))


@pytest.mark.parametrize(
    ("need", "keys", "values"),
    [
        ("varied", ("coverage", "recall"), {"aae": (0.3, 0.7), "vae": (0.6, 0.1), "ae": (0.2, 0.05)}),
        ("fit", ("mmd2", "fresh_accuracy"), {"aae": (0.01, 0.7), "vae": (0.02, 0.6), "ae": (0.0, 0.5)}),
    ],
)
def test_a_need_of_two_figures_is_answered_by_the_best_in_either(docs, need, keys, values):
    record = tiny_frontiers.record()
    for point in record["points"]:
        point["figures"] |= dict(zip(keys, values[point["model"]], strict=True))
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    assert set(advised_models(open_page(**{"frontier.needs": need}))) == {"AAE", "VAE <b>β</b>"}


def test_other_figures_lead_to_another_choice(docs):
    record = tiny_frontiers.record()
    for point in record["points"]:
        if point["model"] == "aae":
            point["figures"]["reconstruction"] -= 10
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    assert advised_models(open_page(**{"frontier.needs": "sharp"})) == ["AAE"]


def test_a_point_opens_its_revision_or_its_settings():
    revision = Store().create(configure(variant="vae", data="digits"), sets.describe_data_set("digits"), Status("done"))
    record = tiny_frontiers.record()
    record["points"][4]["revision"] = revision.id
    (results.RESULTS_FOLDER / measured.FRONTIER_FILE).write_text(json.dumps(record))
    output = links(open_page())
    assert ("Open seed 1", f"revision={revision.id}") in output
    trained = [query for label, query in output if label == "Train seed 2"]
    (query,) = (dict(parse_qsl(query)) for query in trained if "variant=vae" in query)
    assert (query["beta"], query["seed"], query["data"]) == ("0.5", "2", "mnist")
    app = open_page("train", **query)
    assert app.selectbox(key="train.variant").value == "vae"


def write_digit_frontier(docs):
    """The hand-made frontier with all its points on digits, which are always here."""
    record = tiny_frontiers.record()
    for point in record["points"]:
        point["data"] = point["data"].replace("mnist", "digits")
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    return {row.model.name: row for row in measured.read_frontier().model_rows("digits", 2)}


def test_a_point_opens_or_watches_the_training_with_its_settings(docs):
    row = write_digit_frontier(docs)["vae"]
    settings = [replace(row.point_config(point), name="mine", threads=2) for point in row.points]
    settings[2] = replace(settings[2], beta=0.25)
    done_status, queued_status = Status("done", step=9, total_steps=9), Status("queued", total_steps=9)
    revisions = [Store().create(value, sets.describe_data_set("digits"), status)
            for value, status in zip(settings, (done_status, queued_status, done_status), strict=True)]  # fmt: skip
    page_links = links(open_page())
    assert [query for label, query in page_links if label == "Open seed 0"] == [f"revision={revisions[0].id}"]
    assert [query for label, query in page_links if label == "Watch seed 1"] == [f"watch={revisions[1].id}"]
    assert sum(label == "Train seed 2" for label, _ in page_links) == 3, "the one here has another β"
    cut_revision = Store().create(settings[2], sets.describe_data_set("digits"), Status("done", step=5, total_steps=9))
    Store().create(
        replace(settings[2], beta=0.5), sets.describe_data_set("digits"), Status("done", step=5, total_steps=9)
    )
    assert sum(label == "Train seed 2" for label, _ in links(open_page())) == 3, (
        f"{cut_revision.id} ended before its last step"
    )


def test_one_press_trains_each_model_that_is_not_here(docs, monkeypatch):
    worker = {"pid": os.getpid(), "started": psutil.Process().create_time()}  # lives, but trains nothing
    monkeypatch.setattr(launchers.LocalProcess, "launch", lambda self, revision: worker)
    rows = write_digit_frontier(docs)
    present_revision = Store().create(
        rows["aae"].point_config(rows["aae"].points[1]), sets.describe_data_set("digits"), Status("done")
    )
    app = open_page()
    (button,) = [item for item in app.button if item.label == "Train one of each (2)"]
    app_pages.assert_no_exception(button.click().run())
    new_revisions = {row.variant: Store().open(row.id) for row in Store().list() if row.id != present_revision.id}
    assert new_revisions.keys() == {"vae", "ae"} and all(
        item.status.state == "queued" for item in new_revisions.values()
    )
    assert all(item.config == rows[name].point_config(rows[name].points[0]) for name, item in new_revisions.items())
    app = open_page()
    assert not any("Train one of each" in item.label for item in app.button), "two are in training, and one is done"
    assert sum(label == "Watch seed 0" for label, _ in links(app)) == 2


def test_a_press_that_is_refused_midway_says_how_many_began(docs, monkeypatch):
    write_digit_frontier(docs)
    configs = []

    def start(store, config, name, request_key):
        if configs:
            raise RevisionError("No more may wait.")
        configs.append(config)

    monkeypatch.setattr(actions, "start_training", start)
    app = open_page()
    (button,) = [element for element in app.button if "Train one of each" in element.label]
    assert [element.value for element in button.click().run().error] == [
        "1 of these 3 trainings has begun. No more may wait."
    ]
    monkeypatch.setattr(identity, "current_visitor", lambda: identity.STRANGER)
    assert not any("Train one of each" in element.label for element in open_page().button), (
        "a visitor has few places in the queue"
    )


def test_without_the_images_the_page_says_where_to_get_them():
    app = open_page()
    (button,) = [element for element in app.button if "Train one of each" in element.label]
    assert button.disabled and "MNIST is not on this machine" in shown_text(app) and "data get mnist" in shown_text(app)


def test_labels_lead_to_the_variants_that_use_them():
    assert not any("semi-supervised" in query for _, query in links(open_page()))
    queries = [dict(parse_qsl(query)) for _, query in links(open_page(**{"frontier.labels": "some"}))]
    query_by_variant = {query["variant"]: query for query in queries if query.get("labels") == "100"}
    assert query_by_variant.keys() == {variant.name for variant in VARIANTS.values() if variant.labels != "nowhere"}
    for query in query_by_variant.values():
        configure(**query)


def test_between_chinese_sentences_there_is_no_blank():
    page_text = shown_text(open_page(lang="zh"))
    assert "。" in page_text and "。 " not in page_text
    with use_language("zh"):
        site_text = which_one.page_html(measured.read_frontier(), [])
    assert "★" in site_text and "。 " not in site_text


def test_the_data_and_the_number_of_dimensions_choose_what_is_seen(docs):
    record = tiny_frontiers.record()
    record["points"] = record["points"][::-1]
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    assert "Autoencoder" in table(open_page()), "MNIST is shown first"
    app = open_page(**{"frontier.data": "glyphs"})
    assert table(app).count("<tr") == 2 and "Autoencoder" not in table(app)
    assert "no other model to compare it with" in shown_text(app)


def test_without_measurements_or_with_a_damaged_file_the_page_says_so(docs):
    (docs / measured.FRONTIER_FILE).write_text('{"format": 1}')
    assert any("missing required field date" in element.value for element in open_page().error)
    (docs / measured.FRONTIER_FILE).unlink()
    assert "not been measured" in open_page().info[0].value


def test_results_leads_to_the_page():
    assert any("Which one?" in label for label, _ in links(open_page("results")))


def test_compare_puts_the_two_among_the_models_of_their_data_and_size(docs):
    write_digit_frontier(docs)
    summary_and_status = (
        sets.describe_data_set("digits"),
        Status("done", measures={"reconstruction": 15.5, "mmd2": 0.01}),
    )
    left_revision, right_revision, flat_revision = (
        Store().create(configure(data="digits", latent_dim=dim, name=name), *summary_and_status)
        for dim, name in ((2, "one"), (2, "other"), (7, "flat"))
    )
    for right, marks, left_out in ((right_revision, ["one", "other"], False), (flat_revision, ["one"], True)):
        app = app_pages.run_page("compare", (), "Metrics", left=left_revision.id, right=right.id)
        (chart,) = [element for element in charts(app) if "compare.frontier" in element.proto.id]
        names = [trace.get("name") for trace in json.loads(chart.proto.spec)["data"]]
        assert [name for name in names if name in ("one", "other", "flat")] == marks
        assert ("flat is left out" in shown_text(app)) == left_out
        assert not tables(app) and "✓" not in "".join(filter(None, names)), (
            "without curves there are no figures at equal fit"
        )
    assert "Among other models" not in shown_text(
        app_pages.run_page("compare", (), "Metrics", left=flat_revision.id, right=flat_revision.id)
    )


VAE_TITLE = "VAE <b>β</b>"


@pytest.mark.parametrize(
    ("variants", "models", "best_count"),
    [(("aae", "aae"), ["AAE"], 0), (("vae", "vae"), [VAE_TITLE], 1), (("aae", "vae"), ["AAE", VAE_TITLE], 1),
     (("aae", "ae"), ["AAE"], 0)],
)  # fmt: skip
def test_compare_has_the_errors_at_equal_fit_of_the_models_of_both_variants(docs, variants, models, best_count):
    """Of all models the VAE has the lowest error here, so ★ is beside it and nowhere else, even where it stands alone. The
    autoencoder has no curve."""
    record = tiny_frontiers.record_with_curves()
    for entry in record["points"] + record["curves"]["runs"]:
        entry["data"] = "digits"
    (docs / measured.FRONTIER_FILE).write_text(json.dumps(record))
    left, right = (
        Store().create(
            configure(data="digits", latent_dim=2, variant=variant),
            sets.describe_data_set("digits"),
            Status("done", measures={"reconstruction": 15.5, "mmd2": 0.01}),
        )
        for variant in variants
    )
    app = app_pages.run_page("compare", (), "Metrics", left=left.id, right=right.id)
    (table_html,) = tables(app)
    shown_models = [unescape(entry.split("</th>")[0]) for entry in table_html.split('<th scope="row">')[1:]]
    assert shown_models == models and "MMD² = 0.005" in table_html and table_html.count("★") == best_count
    assert "✓ marks the models of the same variants" in shown_text(app)
    (chart,) = [element for element in charts(app) if "compare.frontier" in element.proto.id]
    names = [unescape(trace.get("name") or "") for trace in json.loads(chart.proto.spec)["data"]]
    marked_models = {name.removeprefix("✓ ") for name in names if "✓" in name}
    assert marked_models == {*models, "Autoencoder"} if "ae" in variants else marked_models == set(models)


@pytest.fixture
def rows():
    return measured.read_frontier().model_rows("mnist", 2)


def test_the_chart_has_a_mark_at_each_mean_and_one_at_each_seed(rows):
    fig = frontier_chart.frontier_figure(
        rows, "mmd2", ["vae"], (frontier_chart.RevisionMark("Mine", {"mmd2": 0.01, "reconstruction": 15.0}),)
    )
    by_name = {trace.name: trace for trace in fig.data if trace.name}
    assert set(by_name) == {"AAE", "✓ VAE &lt;b>β&lt;/b>", "Autoencoder", "Mine", "The frontier"}
    assert by_name["The frontier"].y == (pytest.approx(16.2), pytest.approx(14.1)), "from the AAE to the VAE"
    assert by_name["AAE"].y == (pytest.approx(16.2),) and by_name["Mine"].x == (0.01,)
    seeds = [trace for trace in fig.data if not trace.name]
    assert [len(trace.x) for trace in seeds] == [3, 3, 3]
    assert min(seeds[0].x) == equal_fit.MMD2_FLOOR, "what is not above 0 has no place on a logarithmic axis"
    assert list(seeds[1].y) == list(tiny_frontiers.FIGURES["vae"]["reconstruction"])
    vae_marker = by_name["✓ VAE &lt;b>β&lt;/b>"].marker
    assert by_name["AAE"].marker.symbol.endswith("-open") and not vae_marker.symbol.endswith("-open")
    assert by_name["AAE"].marker.size < vae_marker.size
    assert len({(t.marker.color, t.marker.symbol) for t in by_name.values() if t.mode == "markers"}) == 4
    accuracy_figure = frontier_chart.frontier_figure(
        rows, "fresh_accuracy", marks=(frontier_chart.RevisionMark("Mine", {"mmd2": 0.01}),)
    )
    assert "Mine" not in {trace.name for trace in accuracy_figure.data}, "without that metric it has no place"
    assert all(row.model.title in frontier_marks.frontier_alt_text(rows, "mmd2") for row in rows)


@pytest.mark.parametrize("background", ["#ffffff", "#14171c"])
def test_the_colours_of_models_are_seen_on_light_and_dark_pages(background):
    def luminance(colour):
        levels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4 for level in levels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in palette.MODEL_COLOURS.values():
        low, high = sorted((luminance(colour), luminance(background)))
        assert (high + 0.05) / (low + 0.05) >= 3, colour


def test_the_models_have_lighter_colours_on_a_dark_page(rows):
    fig = frontier_chart.frontier_figure(rows, "mmd2", is_dark=True)
    models = [trace for trace in fig.data if trace.mode == "markers"]
    assert {trace.marker.color for trace in models} <= set(palette.DARK_MODEL_COLOURS.values())
    for colour in palette.DARK_MODEL_COLOURS.values():
        assert colour_vision.contrast(colour, colour_vision.BACKGROUNDS["dark"]) >= 5


def test_the_legend_names_each_model_once_beside_its_mark(docs):
    write_curves(docs)
    data = measured.read_frontier()
    rows, curves = data.model_rows("mnist", 2), curve_rows.model_curves(data, "mnist", 2)
    fig = frontier_chart.curves_figure(rows, curves, "mmd2", ["vae"])
    legend = frontier_legend.legend_html(fig)
    entries = legend.split("<li>")[1:]
    assert [entry.split("</span>")[1].removesuffix("</li>").removesuffix("</li></ul>") for entry in entries] == [
        "Autoencoder", "AAE", "✓ VAE &lt;b&gt;β&lt;/b&gt;"
    ]  # fmt: skip
    assert ['class="stroke"' in entry for entry in entries] == [False, True, True]
    assert 'class="inside"' in entries[0], "hollow, since another is chosen"
    assert fig.layout.showlegend is False
    symbols = {trace.marker.symbol.removesuffix("-open") for trace in fig.data}
    assert symbols <= {*frontier_legend.OUTLINES, "square"}
    assert "frontier-legend" in "".join(entry.proto.body for entry in open_page().get("html"))


def test_the_legend_can_draw_every_mark_of_the_chart():
    """Also those of the 12th and the 13th model. Without an outline a mark is a square."""
    symbols = {*palette.SHAPES, *frontier_chart.REVISION_SYMBOLS}
    assert symbols - frontier_legend.OUTLINES.keys() == {"square"}


@pytest.mark.parametrize(
    ("values", "expected_text"),
    [((15.2, 15.4, 15.5), "15.37 ± 0.15"), ((1.0, 1.0, 1.0), "1"), ((0.5,), "0.5"), ((1000.0, 1040.0), "1,020 ± 28"),
     ((0.0012, 0.0006), "0.0009 ± 0.0004"), ((), "–")],
)  # fmt: skip
def test_a_figure_is_told_to_the_digits_that_its_deviation_leaves(rows, values, expected_text):
    points = tuple(
        measured.FrontierPoint("mnist", 2, "aae", seed, "r", 1.0, {"reconstruction": value})
        for seed, value in enumerate(values)
    )
    assert frontier.mean_and_deviation_text(measured.ModelRow(rows[0].model, points), "reconstruction") == expected_text


@pytest.mark.parametrize(
    ("minutes", "expected_text"),
    [
        ([[1.0] * 3] * 2, "(3 each)"),
        ([[1.0] * 3, [1.0, None, None]], "(3 each, in minutes 1–3)"),
        ([[1.0] * 2, [1.0] * 3], "(2–3 each)"),
    ],
)
def test_the_number_of_seeds_is_told_and_how_many_were_timed(rows, minutes, expected_text):
    timed_rows = [
        measured.ModelRow(
            rows[0].model, tuple(replace(rows[0].points[0], seed=k, minutes=m) for k, m in enumerate(minute))
        )
        for minute in minutes
    ]
    assert expected_text in frontier.seeds_text(timed_rows)
