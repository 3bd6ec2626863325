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
from helpers.app_pages import assert_no_exception, open_page, page_texts, query_settings

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
MODEL_SETTINGS = {
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
    title_matches = [re.search(r"<b>(.*?)</b> <span[^>]*>(.*?)</span>", figure) for figure in figures]
    return [
        (*title_match.groups(), figure.count("<img"))
        for title_match, figure in zip(title_matches, figures, strict=True)
    ]


# What is told -----------------------------------------------------------------------------------------------------------


def probe_of(content, labels):
    return SimpleNamespace(content=np.array(content), labels=np.array(labels))


def test_size_and_purity_by_hand():
    mixed_cluster, empty_cluster, unlabelled_cluster = clusters.group_codes(
        probe_of([0, 0, 0, 0, 2, 2], [1, 1, 0, -1, -1, -1]), ("a", "b", "c"), ("zero", "one")
    )
    assert (
        mixed_cluster.members.tolist() == [0, 1, 2, 3]
        and mixed_cluster.majority_class == "one"
        and mixed_cluster.purity == pytest.approx(2 / 3)
    )
    assert clusters.size_and_purity_text(mixed_cluster) == "4 images, 67\N{NO-BREAK SPACE}% are one"
    assert (
        len(empty_cluster.members) == 0
        and empty_cluster.majority_class is None
        and clusters.size_and_purity_text(empty_cluster) == "0 images"
    )
    assert unlabelled_cluster.purity is None and clusters.size_and_purity_text(unlabelled_cluster) == "2 images", (
        "of what has no label nothing is said"
    )
    assert clusters.group_codes(probe_of([0], [-1]), ("a",), ())[0].members.tolist() == [0]


def test_some_members_are_members_and_others_for_another_seed():
    (cluster,) = clusters.group_codes(probe_of([0] * 50, [0] * 50), ("a",), ("zero",))
    first_members, second_members = (set(clusters.random_members(cluster, 12, seed).tolist()) for seed in (0, 1))
    assert (
        len(first_members) == 12
        and first_members != second_members
        and first_members == set(clusters.random_members(cluster, 12, 0).tolist())
    )
    assert sorted(clusters.random_members(cluster, 99, 0)) == list(range(50))


@pytest.mark.parametrize(
    ("settings", "finds_clusters"),
    [({"variant": "clustering"}, True), ({"variant": "reduction", "labels": 0}, True), ({"variant": "reduction"}, False),
     ({"variant": "semi-supervised"}, False), ({"variant": "supervised"}, False), ({"variant": "aae"}, False)],
)  # fmt: skip
def test_which_revisions_find_clusters(settings, finds_clusters):
    assert clusters.is_unsupervised(configure(**settings)) is finds_clusters


@pytest.mark.parametrize("count", [1, 0, -3, 1_000_000])
def test_a_count_that_cannot_be_is_refused_with_the_reason(count):
    with pytest.raises(ConfigError, match="clusters must be a whole number from 2 to 1,000"):
        clusters.with_cluster_count(configure(variant="clustering"), count)


def test_another_count_keeps_all_else_and_fixed_heads_their_axes():
    config = configure(variant="clustering", clusters=7, name="Mine", **{"network.hidden": (24, 24)})
    new_config = clusters.with_cluster_count(config, 20)
    assert new_config == configuration.with_settings(config, {"clusters": 20, "name": ""})
    fixed_heads_config = configure(variant="reduction", labels=0, heads="fixed", clusters=5, latent_dim=5)
    assert clusters.with_cluster_count(fixed_heads_config, 8).latent_dim == 8


# The page ---------------------------------------------------------------------------------------------------------------


def test_an_empty_store_says_how_to_begin():
    app = open_page("clusters")
    assert "Train one" in page_texts(app) and not app.error


def test_it_opens_on_a_clustering_and_shows_every_cluster(revision_ids):
    app = open_page("clusters")
    assert query_settings(app)["revision"] in (revision_ids["five"], revision_ids["seven"])
    app = open_page("clusters", revision=revision_ids["five"])
    probe = Store().open(revision_ids["five"]).probe()
    sizes = np.bincount(probe.content, minlength=5)
    assert [name for name, *_ in cards(app)] == [f"cluster {k}" for k in range(5)]
    for size, (_, words, pictures) in zip(sizes, cards(app), strict=True):
        assert words.startswith(f"{size:,} image") and pictures == 1 + min(2, -(-size // 6)), (
            "head, and two pictures of six images where there are as many"
        )


def test_other_images_are_shown_on_request(revision_ids):
    app = open_page("clusters", revision=revision_ids["five"])

    def figures_html():
        return next(e.proto.body for e in app.get("html") if "<figure" in e.proto.body)

    initial_html = figures_html()
    assert_no_exception(next(b for b in app.button if b.label == "Show other images").click().run())
    assert figures_html() != initial_html and len(cards(app)) == 5


def test_a_reduction_without_labels_has_its_heads_here(revision_ids):
    app = open_page("clusters", revision=revision_ids["reduced"])
    assert len(cards(app)) == 4 and not app.error


@pytest.mark.parametrize(("kind", "reason"), [("plain", "one latent code"), ("taught", "categories from labels")])
def test_a_revision_without_clusters_is_explained_and_another_offered(revision_ids, kind, reason):
    app = open_page("clusters", revision=revision_ids[kind])
    assert reason in page_texts(app) and "without using any label" in page_texts(app)
    assert_no_exception(app.button[0].click().run())
    assert query_settings(app)["revision"] in (revision_ids["five"], revision_ids["seven"]) and len(cards(app)) in (
        5,
        7,
    )


def test_the_figures_stand_apart(revision_ids):
    app = open_page("clusters", revision=revision_ids["five"])
    measure = [b for b in app.button if b.label == "Measure"]
    if measure:
        assert_no_exception(measure[0].click().run())
    metric_texts = {metric.label: metric.value for metric in app.metric}
    assert list(metric_texts) == ["Exemplar rule", "Majority vote", "One-to-one", "NMI", "ARI"]
    errors = [float(value.split("%")[0]) for value in list(metric_texts.values())[:3]]
    assert all(0 <= error <= 100 for error in errors)
    assert "9.55" not in page_texts(app), "the paper's figures are MNIST's"


def protocol_of(id_):
    return protocols.evaluate(Store().open(id_).model(), sets.load("digits"), "clustering")["clustering"]


def measure_clusters(app):
    return assert_no_exception(next(b for b in app.button if b.label in ("Measure", "Name the clusters")).click().run())


def test_each_card_shows_its_exemplar_and_what_each_rule_calls_it(revision_ids):
    app = open_page("clusters", revision=revision_ids["seven"])
    assert not any("exemplar:" in e.proto.body for e in app.get("html"))
    clustering = protocol_of(revision_ids["seven"])
    html = next(e.proto.body for e in measure_clusters(app).get("html") if "<figure" in e.proto.body)
    figures, train = html.split("<figure")[1:], sets.load("digits").train
    assert len(figures) == len(clustering["clusters"]) == 7
    for figure, row in zip(figures, clustering["clusters"], strict=True):
        names = [row[rule] or "–" for rule in ("exemplar", "majority", "matching")]
        assert "exemplar: {} · majority: {} · one-to-one: {}<".format(*names) in figure
        alt = f"Exemplar of cluster {row['cluster']}: training image {row['exemplar_image']}"
        source = re.search(rf'src="data:image/png;base64,([^"]+)" alt="{alt}"', figure)[1]
        exemplar_image = np.array(Image.open(io.BytesIO(base64.b64decode(source))))
        assert np.array_equal(exemplar_image, train.images[row["exemplar_image"]][..., 0])
        assert names[0] == str(train.labels[row["exemplar_image"]]), "its own class is the cluster's name"
        assert f"{row['size']:,} test image" in figure
        if row["size"]:
            assert f"purity {percent(row['purity'], 0)}" in figure
        is_mixed = row["purity"] is not None and row["purity"] < 0.9
        assert ('class="mixed">mixed<' in figure) == is_mixed, "a word marks it, not only a colour"
    assert sum(row["size"] for row in clustering["clusters"]) == 359 and "all 359 test images" in page_texts(app)
    assert not [b for b in app.button if b.label in ("Measure", "Name the clusters")]


def test_a_reproductions_figures_are_shown_unless_of_other_data(revision_ids):
    revision, clustering = Store().open(revision_ids["five"]), protocol_of(revision_ids["five"])
    clustering["clusters"][2] |= {"exemplar": "<8>", "majority": None, "size": 1, "purity": None}

    def page_html_with(figures):
        record = {"format": 1, "revision": revision.fingerprint, "figures": {"clustering": figures}}
        (revision.path / "reproduction.json").write_text(json.dumps(record))
        return "".join(e.proto.body for e in open_page("clusters", revision=revision.id).get("html"))

    page_html = page_html_with(clustering)
    assert (
        "exemplar: &lt;8&gt; · majority: – · one-to-one:" in page_html
        and "<b>cluster 2</b> <span>1 test image<" in page_html
    )
    assert "exemplar:" not in page_html_with({**clustering, "clusters": clustering["clusters"][:3]})
    assert "exemplar:" not in page_html_with(
        {**clustering, "clusters": [{**row, "exemplar_image": 10**6} for row in clustering["clusters"]]}
    )


def test_only_finished_trainings_are_compared(revision_ids):
    def error_texts():
        app = open_page("clusters", revision=revision_ids["seven"])
        table = next(e.proto.body for e in app.get("html") if "<table" in e.proto.body)
        return dict(re.findall(r"<td>(\d+)</td><td>(.*?)</td>", table))

    revision = Store().open(revision_ids["five"])
    assert error_texts()["5"] == f"{100 * (revision.measures['cluster_error']):.2f}\N{NO-BREAK SPACE}%"
    revision.write_status(replace(revision.status, state="paused"))
    assert error_texts()["5"] == "–", "it was measured on some images only"


def test_the_count_lives_in_the_link_for_each_revision(revision_ids):
    app = open_page("clusters", revision=revision_ids["seven"], k="12")
    assert app.number_input[0].value == 12 and query_settings(app)["k"] == "12"
    assert_no_exception(app.number_input[0].set_value(9).run())
    assert query_settings(app)["k"] == "9"
    assert_no_exception(app.selectbox(key="revision").set_value(revision_ids["five"]).run())
    assert app.number_input[0].value == 5 and "k" not in query_settings(app)
    app.query_params["k"] = "8"
    assert assert_no_exception(app.run()).number_input[0].value == 8
    app = open_page("clusters", revision=revision_ids["seven"], k="many")
    assert app.number_input[0].value == 7 and "“k”" in page_texts(app)


@pytest.mark.parametrize("count", [1, 1_000_000])
def test_a_count_that_cannot_be_is_told_and_leads_nowhere(revision_ids, count):
    app = open_page("clusters", revision=revision_ids["five"])
    assert_no_exception(app.number_input[0].set_value(count).run())
    assert "from 2 to 1,000" in app.error[0].value.replace("\\", "")
    assert not [link for link in app.get("page_link") if "Train with" in link.proto.label]


def test_the_link_to_train_carries_the_count_and_the_rest(revision_ids):
    app = open_page("clusters", revision=revision_ids["seven"])
    assert_no_exception(app.number_input[0].set_value(12).run())
    (link,) = [element.proto for element in app.get("page_link") if "Train with" in element.proto.label]
    assert link.label == "Train with 12 clusters"
    for part in ("variant=clustering", "clusters=12", "latent_dim=3"):
        assert part in link.query_string


def test_other_revisions_of_the_same_images_are_compared_by_their_count(revision_ids):
    app = open_page("clusters", revision=revision_ids["seven"])
    table = next(e.proto.body for e in app.get("html") if "<table" in e.proto.body)
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(\d+)</td>', table)
    assert [int(count) for _, count in rows] == [4, 5, 7] and "(this one)" in rows[2][0]
    assert not any("Taught" in title for title, _ in rows) and app.get("plotly_chart")
    assert_no_exception(app.selectbox(key="clusters.other").set_value(revision_ids["five"]).run())
    assert_no_exception(next(b for b in app.button if b.label == "Open").click().run())
    assert query_settings(app)["revision"] == revision_ids["five"]


def test_without_the_data_reconstructions_stand_in_and_say_so(revision_ids, monkeypatch):
    def fail_to_load(name):
        raise DataError(f"{name} is not here.")

    monkeypatch.setattr(sets, "load", fail_to_load)
    app = open_page("clusters", revision=revision_ids["five"])
    assert "reconstructions stand in" in page_texts(app) and not app.error and len(cards(app)) == 5


def test_a_cut_file_is_told_in_a_sentence(revision_ids):
    revision = Store().open(revision_ids["five"])
    for file in ("weights.safetensors", "probe.safetensors"):
        content = (revision.path / file).read_bytes()
        (revision.path / file).write_bytes(content[:40])
        app = open_page("clusters", revision=revision.id)
        assert [e for e in app.error if file in e.value.replace("\\", "")]
        (revision.path / file).write_bytes(content)
