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
from aae_core.jobs import worker
from aae_core.store import revision, revisions
from aae_core.store.revisions import Store

pytestmark = pytest.mark.usefixtures("no_gallery")

NAME = "![x](http://127.0.0.1:9/{}.png)<b>"
CLASSES = [NAME.format(k) for k in "ab"]
LABEL, TITLE, DATA = (NAME.format(word) for word in ("label", "title", "data"))
TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "hostile", "steps": 20, "threads": 1}
MADE = {
    "aae": {"variant": "aae"},
    "supervised": {"variant": "supervised", "latent_dim": 3},
    "taught": {"variant": "semi-supervised", "latent_dim": 3, "labels": 10},
    "found": {"variant": "clustering", "latent_dim": 2, "clusters": 4},
    "reduced": {"variant": "reduction", "latent_dim": 2},
}
# Where what is sent is text for the browser, no Markdown: what is typed, keys, links, tables of cells, components' own data.
PLAIN = {
    "value", "default", "raw_value", "raw_values", "id", "url", "alt", "element_id", "query_params", "query_string",
    "url_pathname", "json", "serialized", "data", "bytes", "arrow_data", "mixed_json", "image_url",
}  # fmt: skip


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a data set of hostile class names and a revision of each kind: (path, {kind: id})."""
    root = tmp_path_factory.mktemp("hostile")
    rng = np.random.default_rng(0)
    labels = np.array(CLASSES)[np.arange(80) % 2]
    np.savez(root / "in.npz", images=rng.integers(0, 255, (80, 8, 8), np.uint8), labels=labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AAE_DATA", str(root / "data"))
        sets.add_data_set(root / "in.npz", "hostile")
        store = Store(root / "checkpoints", gallery=root / "none")
        created = {
            kind: worker.train(configure(**TINY, **given, name=LABEL), store=store).id for kind, given in MADE.items()
        }
    return root, created


@pytest.fixture
def hostile(trained, tmp_path, monkeypatch):
    """The revisions, with titles and names of their data set that are hostile too: {kind: id}."""
    shutil.copytree(trained[0] / "checkpoints", tmp_path / "copied")
    monkeypatch.setenv("AAE_CHECKPOINTS", str(tmp_path / "copied"))
    monkeypatch.setenv("AAE_DATA", str(trained[0] / "data"))
    begin, read = revision.Revision.__init__, revisions._read_summary

    def titled(self, *given):
        begin(self, *given)
        self.data = replace(self.data, title=TITLE)

    monkeypatch.setattr(revision.Revision, "__init__", titled)
    monkeypatch.setattr(revisions, "_read_summary", lambda *given: replace(read(*given), data=DATA))
    monkeypatch.setattr(revisions, "_SUMMARIES", {})
    return trained[1]


def texts(message, path=""):
    """(field, text) of every text in a protocol message."""
    for field, value in message.ListFields():
        many = value if field.is_repeated else [value]
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            many = [entry for entry in value.values() if hasattr(entry, "ListFields")]
        for one in many:
            if field.type == FieldDescriptor.TYPE_MESSAGE:
                yield from texts(one, f"{path}.{field.name}")
            elif field.type == FieldDescriptor.TYPE_STRING:
                yield f"{path}.{field.name}", one


def elements(app):
    """(kind, field, text) of all that a run of the page sent."""
    waiting = [app._tree]
    while waiting:
        block = waiting.pop()
        waiting += getattr(block, "children", {}).values()
        if getattr(block, "proto", None) is not None:
            for field, text in texts(block.proto):
                yield block.type, field, text


def acted_upon(kind, field, text):
    """Whether a browser would take a name in this text for Markdown or HTML."""
    if kind in ("html", "plotly_chart"):
        return ".png)<b>" in text
    if field.rpartition(".")[2] in PLAIN or kind in ("bidi_component", "json", "selectbox") and field != ".label":
        return False
    return "![x](" in text


PAGES = {
    "explore": [{"revision": kind, **given} for kind in MADE for given in ({}, {"sorted": "error"})],
    "style": [{"revision": "supervised"}, {"revision": "found"}, {"revision": "aae"}],
    "classify": [{"revision": "taught"}, {"revision": "taught", "cases": "wrong"}, {"revision": "aae"}],
    "clusters": [{"revision": "found"}, {"revision": "reduced"}],
    "compare": [{"a": "supervised", "b": "taught"}, {"a": "aae", "b": "found"}],
    "revisions": [{"revision": kind} for kind in MADE],
    "train": [{}, {"data": "hostile"}, {"data": CLASSES[0]}, {"name": LABEL}],
    "results": [{}],
    "game": [{}],
    "lessons": [{}],
    "course": [{"step": "exercises"}],
}


@pytest.mark.parametrize("page", PAGES)
def test_no_page_takes_a_name_for_markdown_or_html(hostile, page):
    seen = ""
    for given in PAGES[page]:
        app = open_page(page, **{name: hostile.get(value, value) for name, value in given.items()})
        result = list(elements(app))
        assert not [one for one in result if acted_upon(*one)]
        seen += "".join(text for _, _, text in result)
    if page not in ("results", "game", "lessons"):
        assert "127.0.0.1" in seen  # the names are there
