"""The page Clusters, run without a browser over tiny revisions trained here, and what it tells of them."""

import base64
import io
import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("streamlit")
from helpers.app_pages import open_page, page_texts, query_settings, sound

from aae_core.config import configuration
from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.errors import ConfigError, DataError
from aae_core.evaluation import protocols
from aae_core.store.revisions import Store
from app.figures import clusters
from app.figures.number_text import percent

pytestmark = pytest.mark.usefixtures("no_gallery")

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
MEASURED = True
MADE = {
    "five": {"variant": "clustering", "clusters": 5, "name": "Five"},
    "seven": {"variant": "clustering", "clusters": 7, "latent_dim": 3, "name": "Seven"},
    "reduced": {"variant": "reduction", "labels": 0, "clusters": 4, "name": "Reduced"},
    "taught": {"variant": "semi-supervised", "labels": 100, "name": "Taught"},
    "plain": {"variant": "aae", "name": "Plain"},
}


def cards(app):
    """What is said of each cluster, in order, and the images beside it: [(name, words, number of pictures)]."""
    html = next(e.proto.body for e in app.get("html") if "<figure" in e.proto.body)
    figures = html.split("<figure")[1:]
    result = [re.search(r"<b>(.*?)</b> <span[^>]*>(.*?)</span>", figure) for figure in figures]
    return [(*one.groups(), figure.count("<img")) for one, figure in zip(result, figures, strict=True)]


# What is told -----------------------------------------------------------------------------------------------------------


def probe_of(content, labels):
    return SimpleNamespace(content=np.array(content), labels=np.array(labels))


def test_size_and_purity_by_hand():
    one, two, three = clusters.group_codes(
        probe_of([0, 0, 0, 0, 2, 2], [1, 1, 0, -1, -1, -1]), ("a", "b", "c"), ("zero", "one")
    )
    assert one.members.tolist() == [0, 1, 2, 3] and one.majority_class == "one" and one.purity == pytest.approx(2 / 3)
    assert clusters.size_and_purity_text(one) == "4 images, 67\N{NO-BREAK SPACE}% are one"
    assert len(two.members) == 0 and two.majority_class is None and clusters.size_and_purity_text(two) == "0 images"
    assert three.purity is None and clusters.size_and_purity_text(three) == "2 images", (
        "of what has no label nothing is said"
    )
    assert clusters.group_codes(probe_of([0], [-1]), ("a",), ())[0].members.tolist() == [0]


def test_some_members_are_members_and_others_for_another_seed():
    (one,) = clusters.group_codes(probe_of([0] * 50, [0] * 50), ("a",), ("zero",))
    first, second = (set(clusters.random_members(one, 12, seed).tolist()) for seed in (0, 1))
    assert len(first) == 12 and first != second and first == set(clusters.random_members(one, 12, 0).tolist())
    assert sorted(clusters.random_members(one, 99, 0)) == list(range(50))


@pytest.mark.parametrize(
    ("settings", "finds"),
    [({"variant": "clustering"}, True), ({"variant": "reduction", "labels": 0}, True), ({"variant": "reduction"}, False),
     ({"variant": "semi-supervised"}, False), ({"variant": "supervised"}, False), ({"variant": "aae"}, False)],
)  # fmt: skip
def test_which_revisions_find_clusters(settings, finds):
    assert clusters.is_unsupervised(configure(**settings)) is finds


@pytest.mark.parametrize("count", [1, 0, -3, 1_000_000])
def test_a_count_that_cannot_be_is_refused_with_the_reason(count):
    with pytest.raises(ConfigError, match="clusters must be a whole number from 2 to 1,000"):
        clusters.with_cluster_count(configure(variant="clustering"), count)


def test_another_count_keeps_all_else_and_fixed_heads_their_axes():
    before = configure(variant="clustering", clusters=7, name="Mine", **{"network.hidden": (24, 24)})
    after = clusters.with_cluster_count(before, 20)
    assert after == configuration.with_settings(before, {"clusters": 20, "name": ""})
    fixed = configure(variant="reduction", labels=0, heads="fixed", clusters=5, latent_dim=5)
    assert clusters.with_cluster_count(fixed, 8).latent_dim == 8


# The page ---------------------------------------------------------------------------------------------------------------


def test_an_empty_store_says_how_to_begin():
    app = open_page("clusters")
    assert "Train one" in page_texts(app) and not app.error


def test_it_opens_on_a_clustering_and_shows_every_cluster(made):
    app = open_page("clusters")
    assert query_settings(app)["revision"] in (made["five"], made["seven"])
    app = open_page("clusters", revision=made["five"])
    probe = Store().open(made["five"]).probe()
    sizes = np.bincount(probe.content, minlength=5)
    assert [name for name, *_ in cards(app)] == [f"cluster {k}" for k in range(5)]
    for size, (_, said, pictures) in zip(sizes, cards(app), strict=True):
        assert said.startswith(f"{size:,} image") and pictures == 1 + min(2, -(-size // 6)), (
            "head, and two pictures of six images where there are as many"
        )


def test_other_images_are_shown_on_request(made):
    app = open_page("clusters", revision=made["five"])

    def html():
        return next(e.proto.body for e in app.get("html") if "<figure" in e.proto.body)

    before = html()
    sound(next(b for b in app.button if b.label == "Show other images").click().run())
    assert html() != before and len(cards(app)) == 5


def test_a_reduction_without_labels_has_its_heads_here(made):
    app = open_page("clusters", revision=made["reduced"])
    assert len(cards(app)) == 4 and not app.error


@pytest.mark.parametrize(("kind", "why"), [("plain", "one latent code"), ("taught", "categories from labels")])
def test_a_revision_without_clusters_is_explained_and_another_offered(made, kind, why):
    app = open_page("clusters", revision=made[kind])
    assert why in page_texts(app) and "without using any label" in page_texts(app)
    sound(app.button[0].click().run())
    assert query_settings(app)["revision"] in (made["five"], made["seven"]) and len(cards(app)) in (5, 7)


def test_the_figures_stand_apart(made):
    app = open_page("clusters", revision=made["five"])
    measure = [b for b in app.button if b.label == "Measure"]
    if measure:
        sound(measure[0].click().run())
    actual = {metric.label: metric.value for metric in app.metric}
    assert list(actual) == ["Exemplar rule", "Majority vote", "One-to-one", "NMI", "ARI"]
    errors = [float(value.split("%")[0]) for value in list(actual.values())[:3]]
    assert all(0 <= error <= 100 for error in errors)
    assert "9.55" not in page_texts(app), "the paper's figures are MNIST's"


def protocol_of(id_):
    return protocols.evaluate(Store().open(id_).model(), sets.load("digits"), "clustering")["clustering"]


def measured(app):
    return sound(next(b for b in app.button if b.label in ("Measure", "Name the clusters")).click().run())


def test_each_card_shows_its_exemplar_and_what_each_rule_calls_it(made):
    app = open_page("clusters", revision=made["seven"])
    assert not any("exemplar:" in e.proto.body for e in app.get("html"))
    wanted = protocol_of(made["seven"])
    html = next(e.proto.body for e in measured(app).get("html") if "<figure" in e.proto.body)
    figures, train = html.split("<figure")[1:], sets.load("digits").train
    assert len(figures) == len(wanted["clusters"]) == 7
    for figure, row in zip(figures, wanted["clusters"], strict=True):
        names = [row[rule] or "–" for rule in ("exemplar", "majority", "matching")]
        assert "exemplar: {} · majority: {} · one-to-one: {}<".format(*names) in figure
        alt = f"Exemplar of cluster {row['cluster']}: training image {row['exemplar_image']}"
        source = re.search(rf'src="data:image/png;base64,([^"]+)" alt="{alt}"', figure)[1]
        shown = np.array(Image.open(io.BytesIO(base64.b64decode(source))))
        assert np.array_equal(shown, train.images[row["exemplar_image"]][..., 0])
        assert names[0] == str(train.labels[row["exemplar_image"]]), "its own class is the cluster's name"
        assert f"{row['size']:,} test image" in figure
        if row["size"]:
            assert f"purity {percent(row['purity'], 0)}" in figure
        is_mixed = row["purity"] is not None and row["purity"] < 0.9
        assert ('class="mixed">mixed<' in figure) == is_mixed, "a word marks it, not only a colour"
    assert sum(row["size"] for row in wanted["clusters"]) == 359 and "all 359 test images" in page_texts(app)
    assert not [b for b in app.button if b.label in ("Measure", "Name the clusters")]


def test_a_reproductions_figures_are_shown_unless_of_other_data(made):
    revision, output = Store().open(made["five"]), protocol_of(made["five"])
    output["clusters"][2] |= {"exemplar": "<8>", "majority": None, "size": 1, "purity": None}

    def kept(figures):
        record = {"format": 1, "revision": revision.fingerprint, "figures": {"clustering": figures}}
        (revision.path / "reproduction.json").write_text(json.dumps(record))
        return "".join(e.proto.body for e in open_page("clusters", revision=revision.id).get("html"))

    shown = kept(output)
    assert (
        "exemplar: &lt;8&gt; · majority: – · one-to-one:" in shown and "<b>cluster 2</b> <span>1 test image<" in shown
    )
    assert "exemplar:" not in kept({**output, "clusters": output["clusters"][:3]})
    assert "exemplar:" not in kept(
        {**output, "clusters": [{**row, "exemplar_image": 10**6} for row in output["clusters"]]}
    )


def test_only_finished_trainings_are_compared(made):
    def errors():
        app = open_page("clusters", revision=made["seven"])
        table = next(e.proto.body for e in app.get("html") if "<table" in e.proto.body)
        return dict(re.findall(r"<td>(\d+)</td><td>(.*?)</td>", table))

    five = Store().open(made["five"])
    assert errors()["5"] == f"{100 * (five.measures['cluster_error']):.2f}\N{NO-BREAK SPACE}%"
    five.write_status(replace(five.status, state="paused"))
    assert errors()["5"] == "–", "it was measured on some images only"


def test_the_count_lives_in_the_link_for_each_revision(made):
    app = open_page("clusters", revision=made["seven"], k="12")
    assert app.number_input[0].value == 12 and query_settings(app)["k"] == "12"
    sound(app.number_input[0].set_value(9).run())
    assert query_settings(app)["k"] == "9"
    sound(app.selectbox(key="revision").set_value(made["five"]).run())
    assert app.number_input[0].value == 5 and "k" not in query_settings(app)
    app.query_params["k"] = "8"
    assert sound(app.run()).number_input[0].value == 8
    app = open_page("clusters", revision=made["seven"], k="many")
    assert app.number_input[0].value == 7 and "“k”" in page_texts(app)


@pytest.mark.parametrize("count", [1, 1_000_000])
def test_a_count_that_cannot_be_is_told_and_leads_nowhere(made, count):
    app = open_page("clusters", revision=made["five"])
    sound(app.number_input[0].set_value(count).run())
    assert "from 2 to 1,000" in app.error[0].value.replace("\\", "")
    assert not [link for link in app.get("page_link") if "Train with" in link.proto.label]


def test_the_link_to_train_carries_the_count_and_the_rest(made):
    app = open_page("clusters", revision=made["seven"])
    sound(app.number_input[0].set_value(12).run())
    (link,) = [element.proto for element in app.get("page_link") if "Train with" in element.proto.label]
    assert link.label == "Train with 12 clusters"
    for part in ("variant=clustering", "clusters=12", "latent_dim=3"):
        assert part in link.query_string


def test_other_revisions_of_the_same_images_are_compared_by_their_count(made):
    app = open_page("clusters", revision=made["seven"])
    table = next(e.proto.body for e in app.get("html") if "<table" in e.proto.body)
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(\d+)</td>', table)
    assert [int(count) for _, count in rows] == [4, 5, 7] and "(this one)" in rows[2][0]
    assert not any("Taught" in title for title, _ in rows) and app.get("plotly_chart")
    sound(app.selectbox(key="clusters.other").set_value(made["five"]).run())
    sound(next(b for b in app.button if b.label == "Open").click().run())
    assert query_settings(app)["revision"] == made["five"]


def test_without_the_data_reconstructions_stand_in_and_say_so(made, monkeypatch):
    def gone(name):
        raise DataError(f"{name} is not here.")

    monkeypatch.setattr(sets, "load", gone)
    app = open_page("clusters", revision=made["five"])
    assert "reconstructions stand in" in page_texts(app) and not app.error and len(cards(app)) == 5


def test_a_cut_file_is_told_in_a_sentence(made):
    broken = Store().open(made["five"])
    for file in ("weights.safetensors", "probe.safetensors"):
        kept = (broken.path / file).read_bytes()
        (broken.path / file).write_bytes(kept[:40])
        app = open_page("clusters", revision=broken.id)
        assert [e for e in app.error if file in e.value.replace("\\", "")]
        (broken.path / file).write_bytes(kept)
