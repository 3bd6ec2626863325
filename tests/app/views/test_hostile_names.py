"""Names that a stranger chose (of classes, revisions, data sets) are text on every page: never Markdown, never HTML."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("streamlit")
from google.protobuf.descriptor import FieldDescriptor
from helpers.app_pages import open_page

from aae_core.config.configuration import configure
from aae_core.data import sets
from aae_core.runs import worker
from aae_core.store import revision, revisions
from aae_core.store.revisions import Store

pytestmark = pytest.mark.usefixtures("no_gallery")

NAME = "![x](http://127.0.0.1:9/{}.png)<b>"
CLASSES = [NAME.format(k) for k in "ab"]
LABEL, TITLE, DATA = (NAME.format(word) for word in ("label", "title", "data"))
TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "hostile", "steps": 20, "threads": 1}
MODEL_SETTINGS = {
    "aae": {"variant": "aae"},
    "supervised": {"variant": "supervised", "latent_dim": 3},
    "taught": {"variant": "semi-supervised", "latent_dim": 3, "labels": 10},
    "found": {"variant": "clustering", "latent_dim": 2, "clusters": 4},
    "reduced": {"variant": "reduction", "latent_dim": 2},
}
# Where what is sent is text for the browser, no Markdown: what is typed, keys, links, tables of cells, components' own data.
PLAIN_FIELDS = {
    "value", "default", "raw_value", "raw_values", "id", "url", "alt", "element_id", "query_params", "query_string",
    "url_pathname", "json", "serialized", "data", "bytes", "arrow_data", "mixed_json", "image_url",
}  # fmt: skip


@pytest.fixture(scope="module")
def hostile_models(tmp_path_factory):
    """A folder with a data set of hostile class names and a revision of each kind: (path, {kind: id})."""
    root = tmp_path_factory.mktemp("hostile")
    rng = np.random.default_rng(0)
    labels = np.array(CLASSES)[np.arange(80) % 2]
    np.savez(root / "in.npz", images=rng.integers(0, 255, (80, 8, 8), np.uint8), labels=labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AAE_DATA", str(root / "data"))
        sets.add_data_set(root / "in.npz", "hostile")
        store = Store(root / "checkpoints", gallery=root / "none")
        ids = {
            kind: worker.train(configure(**TINY, **settings, name=LABEL), store=store).id
            for kind, settings in MODEL_SETTINGS.items()
        }
    return root, ids


@pytest.fixture
def revision_ids(hostile_models, tmp_path, monkeypatch):
    """The revisions, with titles and names of their data set that are hostile too: {kind: id}."""
    shutil.copytree(hostile_models[0] / "checkpoints", tmp_path / "copied")
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "copied"))
    monkeypatch.setenv("AAE_DATA", str(hostile_models[0] / "data"))
    init, read_summary = revision.Revision.__init__, revisions._read_summary

    def init_with_title(self, *args):
        init(self, *args)
        self.data = replace(self.data, title=TITLE)

    monkeypatch.setattr(revision.Revision, "__init__", init_with_title)
    monkeypatch.setattr(revisions, "_read_summary", lambda *args: replace(read_summary(*args), data=DATA))
    monkeypatch.setattr(revisions, "_SUMMARIES", {})
    return hostile_models[1]


def texts(message, path=""):
    """(field, text) of every text in a protocol message."""
    for field, value in message.ListFields():
        entries = value if field.is_repeated else [value]
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            entries = [entry for entry in value.values() if hasattr(entry, "ListFields")]
        for item in entries:
            if field.type == FieldDescriptor.TYPE_MESSAGE:
                yield from texts(item, f"{path}.{field.name}")
            elif field.type == FieldDescriptor.TYPE_STRING:
                yield f"{path}.{field.name}", item


def elements(app):
    """(kind, field, text) of all that a run of the page sent."""
    blocks = [app._tree]
    while blocks:
        block = blocks.pop()
        blocks += getattr(block, "children", {}).values()
        if getattr(block, "proto", None) is not None:
            for field, text in texts(block.proto):
                yield block.type, field, text


def is_taken_for_markup(kind, field, text):
    """Whether a browser would take a name in this text for Markdown or HTML."""
    if kind in ("html", "plotly_chart"):
        return ".png)<b>" in text
    if (
        field.rpartition(".")[2] in PLAIN_FIELDS
        or kind in ("bidi_component", "json", "selectbox")
        and field != ".label"
    ):
        return False
    return "![x](" in text


PAGES = {
    "explore": [{"revision": kind, **settings} for kind in MODEL_SETTINGS for settings in ({}, {"sorted": "error"})],
    "style": [{"revision": "supervised"}, {"revision": "found"}, {"revision": "aae"}],
    "classify": [{"revision": "taught"}, {"revision": "taught", "cases": "wrong"}, {"revision": "aae"}],
    "clusters": [{"revision": "found"}, {"revision": "reduced"}],
    "compare": [{"a": "supervised", "b": "taught"}, {"a": "aae", "b": "found"}],
    "revisions": [{"revision": kind} for kind in MODEL_SETTINGS],
    "train": [{}, {"data": "hostile"}, {"data": CLASSES[0]}, {"name": LABEL}],
    "results": [{}],
    "game": [{}],
    "lessons": [{}],
    "course": [{"step": "exercises"}],
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_takes_a_name_for_markdown_or_html(revision_ids, page):
    page_text = ""
    for settings in PAGES[page]:
        app = open_page(page, **{name: revision_ids.get(value, value) for name, value in settings.items()})
        sent_texts = list(elements(app))
        assert not [entry for entry in sent_texts if is_taken_for_markup(*entry)]
        page_text += "".join(text for _, _, text in sent_texts)
    if page not in ("results", "game", "lessons"):
        assert "127.0.0.1" in page_text  # the names are there
