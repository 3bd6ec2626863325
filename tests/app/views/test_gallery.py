"""The revisions that are shipped, and the images that come with them: small enough to come along, and each opens on the pages
that are its own, with originals, those of MNIST and Fashion-MNIST without these sets."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers.app_pages import open_page, page_texts, query_settings
from helpers.environment import mark_for_ci, mark_thorough_cases
from helpers.snapshots import fresh_snapshot

from aae_core import places
from aae_core.config.configuration import configure
from aae_core.config.derived import labels_teach_content, trained_phases
from aae_core.config.variants import VARIANTS
from aae_core.data import originals, sets
from aae_core.data.built_in import standard_sets
from aae_core.errors import DataError
from aae_core.evaluation import protocols
from aae_core.latent import exploration
from aae_core.reproduce import frontier, reproduction
from aae_core.runs import worker
from aae_core.store.revisions import Store
from app.cache import code_sets, lru, revision_data
from app.figures import clusters, number_text
from app.handout import contents
from app.lessons import reader
from app.page_parts.classify import label_counts
from app.page_parts.style import style_grid_layout
from app.scenes import grid_message
from app.ui import frontier_panel
from benchmarks.quality import example_images

STORE = Store("no revisions of one's own")
SHIPPED = [STORE.open(row.id) for row in STORE.list() if row.gallery]
MAX_GALLERY_BYTES = 84 * 10**6
SHARED = Path(__file__).parents[4] / "shared" / "data"

# What is said where images are not on the machine.
STAND_IN, MISSING = "stand in for originals", "not on this machine"

# Page -> whose own it is, by the configuration; words that it has for those alone.
PAGES = {
    "explore": (lambda config: True, ""),
    "classify": (labels_teach_content, "Your drawing or image"),
    "clusters": (clusters.is_unsupervised, "Do the clusters match the classes?"),
    "style": (lambda config: VARIANTS[config.variant].labels == "decoder", "one content per column"),
}
REVISIONS_AND_PAGES = [
    (revision, page) for revision in SHIPPED for page, (is_relevant, _) in PAGES.items() if is_relevant(revision.config)
]


def first_of(rows, kind):
    """Parameters for all rows, of which the usual run takes the first of each kind."""
    known_kinds = set()
    return [
        pytest.param(
            *row, marks=pytest.mark.thorough if kind(*row) in known_kinds or known_kinds.add(kind(*row)) else ()
        )
        for row in rows
    ]


@pytest.fixture(autouse=True)
def clear_caches(monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    monkeypatch.setattr(revision_data, "start_background_imports", lambda: None)


def test_a_shipped_revision_has_its_frames_in_one_file():
    assert len(list(STORE.gallery.rglob("frames.safetensors"))) > 5 and not list(STORE.gallery.rglob("frames"))


@pytest.mark.parametrize("revision", SHIPPED, ids=lambda revision: revision.id)
def test_what_is_shipped_of_a_revision_agrees_with_itself(revision):
    """The figures of its reproduction are among its measures, and these were taken with a fresh classifier beside D."""
    measures = revision.measures
    for key, second_key in (("mmd2", "fresh_accuracy"), ("swap_agreement", "judge_error")):
        assert (key in measures) == (second_key in measures)
    for figures in reproduction.stored_figures(revision).values():
        assert figures["n"] and {key: figures[key] for key in figures.keys() & measures} == {
            key: measures[key] for key in figures.keys() & measures
        }


@mark_for_ci
@pytest.mark.parametrize("revision", mark_thorough_cases(SHIPPED), ids=lambda revision: revision.id)
def test_what_is_shipped_of_a_revision_is_what_evaluate_says(revision, monkeypatch):
    """On the test set, but for what needs all training images; if a measure changes: `benchmarks.quality.gallery --measure`."""
    if not sets.describe_data_set(revision.config.data, SHARED).available:
        pytest.skip(f"no {revision.config.data} beside the project")
    data = sets.load(revision.config.data, SHARED)
    train = SimpleNamespace(images=data.train.images[:100], labels=data.train.labels[:100], factors=None)
    data_fields = {key: getattr(data, key) for key in ("name", "shape", "classes", "factor_names", "test")}
    data_part = SimpleNamespace(**data_fields, train=train)
    protocol_names = ["reconstruction", "prior-fit"] * ("reconstruction" in trained_phases(revision.config))
    protocol_names += ["classification"] * labels_teach_content(revision.config)
    metrics = {}
    for protocol in protocol_names:
        metrics |= protocols.evaluate(revision.model(), data_part, protocol)[protocol]
    shared_keys = (metrics.keys() & revision.measures.keys()) - {"knn_accuracy"}
    assert len(shared_keys) >= 2
    for key in shared_keys:
        assert revision.measures[key] == pytest.approx(metrics[key], rel=0.01, abs=2e-4), key


def test_all_that_is_shipped_is_no_larger_than_agreed():
    sizes = [path.stat().st_size for path in STORE.gallery.rglob("*") if path.is_file()]
    assert 0 < sum(sizes) <= MAX_GALLERY_BYTES


@mark_for_ci
@pytest.mark.parametrize(
    ("revision", "page"),
    first_of(REVISIONS_AND_PAGES, lambda revision, page: (revision.config.data, page)),
    ids=lambda part: getattr(part, "id", part),
)
def test_every_shipped_revision_shows_originals_without_a_download(revision, page):
    snapshot = fresh_snapshot(revision)
    assert snapshot.has_data == (revision.config.data in sets.BUNDLED_SUMMARIES)
    assert snapshot.has_original_images and snapshot.can_sample_codes == (revision.config.posterior == "gaussian")
    app = open_page(page, revision=revision.id)
    assert not app.error and query_settings(app)["revision"] == revision.id
    page_text = page_texts(app)
    assert PAGES[page][1] in page_text, "the page has something to show of it"
    assert MISSING not in page_text and STAND_IN not in page_text
    assert page != "classify" or "Individual images" in page_text, "misclassified ones"


@pytest.mark.parametrize(
    "revision",
    [revision for revision in SHIPPED if revision.config.data in example_images.SHIPPED_DATA],
    ids=lambda revision: revision.id,
)
def test_the_images_of_the_examples_are_those_they_show(revision):
    """By their labels, which the revisions have stored; exemplars of clusters included."""
    (images,) = originals.list_originals(revision.config.data)
    assert not images.is_whole and not revision.data.difference_from(images.summary)
    probe = revision.probe()
    assert np.array_equal(images.labels(probe.split, probe.index), probe.labels)
    for cluster in (clusters.stored_clustering(fresh_snapshot(revision)) or {"clusters": []})["clusters"]:
        (label,) = images.labels("train", np.array([cluster["exemplar_image"]]))
        assert str(label) == cluster["exemplar"]


def test_another_mnist_on_this_machine_hides_no_originals():
    folder = places.data_root() / "mnist"
    folder.mkdir(parents=True)
    for prefix, count in (("train", 12), ("t10k", 5)):
        example_images.write_idx(folder / f"{prefix}-images-idx3-ubyte.gz", np.zeros((count, 28, 28)))
        example_images.write_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", np.arange(count) % 10)
    assert sets.describe_data_set("mnist").available
    snapshot = fresh_snapshot(next(revision for revision in SHIPPED if revision.config.data == "mnist"))
    assert snapshot.has_original_images and revision_data.original_images(snapshot, [0]).any()
    assert code_sets.available_image_sets(snapshot) == ["probe", "test"] and not snapshot.has_data
    with pytest.raises(DataError, match="only those of the examples are on this machine, so they cannot be encoded"):
        snapshot.with_code_set("all").codes  # noqa: B018


@pytest.mark.parametrize(
    ("data", "max_bytes", "authors", "licence_words"),
    [
        ("mnist", 2_500_000, ("Yann LeCun", "Corinna Cortes"), ("CC BY-SA 3.0", "Attribution-ShareAlike 3.0")),
        (
            "fashion-mnist",
            6_600_000,
            ("Zalando SE",),
            ("MIT licence", "The above copyright notice and this permission"),
        ),
    ],
)
def test_the_images_of_the_examples_are_small_and_say_whose_they_are(data, max_bytes, authors, licence_words):
    folder = places.example_images_folder() / data
    assert sum(path.stat().st_size for path in folder.iterdir()) < max_bytes
    licence, credit = (folder / "LICENCE.md").read_text(encoding="utf-8"), standard_sets.credit_sentence(data)
    for text in (licence, credit):
        assert all(name in text for name in authors), text
    licence_name, licence_sentence = licence_words
    assert licence_name in credit and licence_sentence in licence


def test_pages_say_whose_the_images_are_and_that_training_needs_more():
    revision = next(candidate for candidate in SHIPPED if candidate.config.data == "mnist")
    for page, settings, expected in (
        ("revisions", {"revision": revision.id}, standard_sets.credit_sentence("mnist")),
        ("train", {"data": "mnist"}, "a part of it, which is too little to train on"),
    ):
        app = open_page(page, **settings)
        assert not app.error and expected in page_texts(app)


def test_a_downloaded_page_of_an_example_holds_originals_and_whose():
    revision = STORE.open(query_settings(open_page("explore"))["revision"])
    handout = contents.make_handout([fresh_snapshot(revision)])
    assert standard_sets.credit_sentence("mnist") in handout.limitations
    assert not [sentence for sentence in handout.limitations if "shows reconstructions" in sentence]
    assert len(handout.content) < 6_100_000


@pytest.mark.parametrize(
    ("page", "variant"),
    [
        ("explore", "label-informed"),
        ("classify", "semi-supervised"),
        ("clusters", "clustering"),
        ("style", "supervised"),
    ],
)
def test_without_a_link_a_page_opens_a_shipped_revision(page, variant):
    opened_first = STORE.open(query_settings(open_page(page))["revision"])
    assert opened_first.config.variant == variant
    if page == "classify":
        assert opened_first.config.labels == 100 and "reconstruction" in trained_phases(opened_first.config), (
            "not a plain one"
        )


def test_compare_opens_with_the_longest_trained_ones():
    """Not with the AAE and the VAEs of the page Which one?, which are newer."""
    settings = query_settings(open_page("compare"))
    labels = [STORE.open(settings[side]).label for side in ("left", "right")]
    assert labels == ["AAE · MNIST", "VAE, learned variance · MNIST"]


def test_each_model_that_which_one_opens_with_measures_its_point():
    """It was trained again for the gallery, from the settings that the point tells, on a machine that rounds otherwise."""
    tolerances = {"reconstruction": 0.15, "mmd2": 0.003, "fresh_accuracy": 0.015, "knn_accuracy": 0.03}
    app = open_page("which_one")
    data_and_dimension = [
        query_settings(app).get(name, default) for name, default in (("frontier.data", "mnist"), ("frontier.dim", "2"))
    ]
    links = {(link.proto.label, link.proto.query_string) for link in app.get("page_link")}
    rows = frontier.read_frontier().model_rows(data_and_dimension[0], int(data_and_dimension[1]))
    for row in rows:
        shipped = [summary for summary in revision_data.list_summaries() if summary.gallery]
        ((key, summary),) = frontier_panel.find_trained_revisions([row], shipped).items()
        revision = STORE.open(summary.id)
        (point,) = [point for point in row.points if point.place_and_seed == key]
        assert (f"Open seed {point.seed}", f"revision={revision.id}") in links
        if row.model.fitted_components:
            continue  # it shows the autoencoder's revision, whose codes it fits
        assert revision.label == f"{row.model.title} · MNIST, 5 epochs"
        for key, tolerance in tolerances.items():
            if key in point.figures:
                assert revision.measures[key] == pytest.approx(point.figures[key], abs=tolerance), (revision.label, key)
        first_errors = sorted(row.values("reconstruction")[:3])
        assert first_errors[1] == point.figure_value("reconstruction"), "the median of the first three"
    assert len(rows) == 11 and "Train one of each" not in [button.label for button in app.button]


@pytest.mark.parametrize("variant", ["supervised", "semi-supervised"])
def test_where_the_style_keeps_the_class_the_page_says_so(variant):
    (*_, revision) = [
        candidate
        for candidate in SHIPPED
        if candidate.config.variant == variant and "reconstruction" in trained_phases(candidate.config)
    ]
    page_text = page_texts(open_page("style", revision=revision.id))
    assert (
        ("The style keeps the class" in page_text)
        == (revision.measures["content_from_style"] > 0.5)
        == (variant != "supervised")
    )
    assert f"right on {number_text.percent(1 - revision.measures['judge_error'])} of the real test images" in page_text


def test_a_revision_whose_style_drops_the_class_is_offered():
    revision = next(
        candidate
        for candidate in SHIPPED
        if candidate.label == "Semi-supervised AAE, 1,000 labels, D told nothing · MNIST"
    )
    offered_links = [
        link.proto
        for link in open_page("style", revision=revision.id).get("page_link")
        if "does not keep" in link.proto.label
    ]
    labels = ("Semi-supervised AAE, 100 labels · MNIST", "Semi-supervised AAE, 1,000 labels · MNIST")
    (offered_revision,) = [
        candidate
        for candidate in SHIPPED
        if f"revision={candidate.id}" in [link.query_string for link in offered_links]
    ]
    assert (
        len(offered_links) == 1
        and offered_revision.label in labels
        and offered_revision.measures["content_from_style"] < 0.2
    )
    offered_page = open_page("style", revision=offered_revision.id)
    assert "The style keeps the class" not in page_texts(offered_page)
    assert not [link for link in offered_page.get("page_link") if "does not keep" in link.proto.label]


def test_style_page_and_lesson_begin_where_contents_are_clear():
    """A shipped network that never saw the supervised one is sure of each of the ten columns, in every row."""
    supervised = STORE.open(query_settings(open_page("style"))["revision"])
    judge = next(revision for revision in SHIPPED if revision.label == "Semi-supervised AAE, 1,000 labels · MNIST")
    probe = fresh_snapshot(supervised).codes
    codes, rows = probe.z, style_grid_layout.default_layout(fresh_snapshot(supervised), probe)["rows"]
    default_style = grid_message.default_style_code(fresh_snapshot(supervised), probe)
    styles = [default_style, *codes[rows]]
    for page in reader.load_lessons().lessons["style-and-content"].pages:
        images = [int(row) for row in page.set["images"].split(",")]
        styles += [np.array(page.set["z"].split(","), float), *codes[images]]
    contents = np.tile(np.arange(10), len(styles))
    decoded_images = exploration.decode_images(
        fresh_snapshot(supervised).model, np.repeat(styles, 10, axis=0), contents
    )
    assert (judge.classify(decoded_images)[np.arange(len(decoded_images)), contents] > 0.999).all()


def test_own_trainings_do_not_displace_shipped_ones_on_classify():
    settings = {
        "variant": "semi-supervised",
        "labels": 10,
        "network.hidden": (8,),
        "network.discriminator": (8,),
        "threads": 1,
    }
    config = configure(**settings, data="digits", steps=10)
    trained_revision, queued_revision = worker.train(config), Store().create(config, sets.describe_data_set("digits"))
    assert trained_revision.status.state == "done" != queued_revision.status.state
    first_id = query_settings(open_page("classify"))["revision"]
    assert first_id in {revision.id for revision in SHIPPED} and STORE.open(first_id).config.labels == 100


@pytest.mark.parametrize("page", ["explore", "style", "compare"])
def test_a_decoder_that_was_never_taught_is_told(page):
    plain_classifier, semi_supervised = (
        next(candidate for candidate in SHIPPED if candidate.label == label)
        for label in ("Plain classifier, 100 labels · MNIST", "Semi-supervised AAE, 100 labels · MNIST")
    )
    has_note_by_id = {
        revision.id: any(
            "decoder is untrained" in note.value
            for note in open_page(page, revision=revision.id, left=revision.id).info
        )
        for revision in (plain_classifier, semi_supervised)
    }
    assert has_note_by_id == {plain_classifier.id: True, semi_supervised.id: False}


def test_in_a_fresh_clone_the_chart_on_labels_has_points_of_both_kinds():
    shown_first = STORE.open(query_settings(open_page("classify"))["revision"])
    points = label_counts.comparable_points(fresh_snapshot(shown_first), shown_first.measures["error"])
    error = {(point.plain, point.labels): point.error for point in points}
    assert error.keys() == {(False, 100), (False, 1000), (True, 100), (True, 1000)}
    assert all(error[False, n] < error[True, n] for n in (100, 1000)), "what the other images are worth"
