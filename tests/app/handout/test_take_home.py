"""The file to take home: what stands in it, what it keeps out, and when there is none."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

pytest.importorskip("streamlit")
import streamlit as st
from helpers.snapshots import fresh_snapshot

from aae_core.errors import RevisionError
from aae_core.places import PROJECT
from aae_core.store.revision import Revision
from aae_core.store.revisions import Store
from app import __main__ as command
from app.cache import lru
from app.components import page_scripts
from app.handout import contents, download_button
from app.server import assets

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 20, "threads": 1}
HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)>"


class Parts(HTMLParser):
    """The elements of a document, each as its tag, its attributes and the text that is in it alone."""

    def __init__(self, text):
        super().__init__()
        self.parts = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.parts.append([tag, dict(attrs), ""])

    def handle_endtag(self, tag):
        self.parts.append(["", {}, ""])

    def handle_data(self, data):
        if self.parts:
            self.parts[-1][2] += data

    def elements(self, tag):
        return [(attrs, text) for item, attrs, text in self.parts if item == tag]


@pytest.fixture
def store(train_revision, tmp_path, monkeypatch):
    """Trained revisions are found by their ids."""
    monkeypatch.setenv("AAE_CHECKPOINTS", str(train_revision.root))
    return train_revision


def clear(monkeypatch):
    st.cache_resource.clear()
    lru.clear_all()
    st.cache_data.clear()
    monkeypatch.setattr(assets, "ASSETS", assets.AssetStore())


def test_the_same_revision_gives_the_same_bytes(train_revision, monkeypatch):
    revision = train_revision()
    calls = []
    for _ in range(2):
        clear(monkeypatch)
        calls.append(contents.make_handout([fresh_snapshot(Revision(revision.path, False))]).content)
    assert calls[0] == calls[1]


def test_a_document_reaches_nothing_outside_itself(train_revision):
    document = Parts(contents.make_handout([fresh_snapshot(train_revision())]).content.decode())
    for tag, attrs, _ in document.parts:
        assert all(attrs[name].startswith("data:") for name in ("src", "href") if name in attrs), (tag, attrs)
        assert not {"style", "srcset", "action"} & attrs.keys() and not any(name.startswith("on") for name in attrs)
    [policy] = [attrs["content"] for attrs, _ in document.elements("meta") if "http-equiv" in attrs]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    result = lambda text: f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"  # noqa: E731
    [script] = [text for attrs, text in document.elements("script") if attrs.get("type") == "module"]
    [style] = [text for _, text in document.elements("style")]
    assert rules["default-src"] == "'none'" and "connect-src" not in rules
    assert rules["script-src"] == f"{result(script)} 'wasm-unsafe-eval'" and rules["style-src"] == result(style)
    assert not re.search(
        r"(?<!\.)\bfetch\((?!\))|XMLHttpRequest|\beval\(|new Function|@import|url\((?!#)", script + style
    )


def test_every_file_that_is_named_is_there_once(train_revision):
    document = Parts(contents.make_handout([fresh_snapshot(train_revision(variant="supervised"))]).content.decode())
    file_names = [attrs["id"].removeprefix("file ") for attrs, _ in document.elements("script") if "data-way" in attrs]
    [page_data] = [json.loads(text) for attrs, text in document.elements("script") if attrs.get("id") == "page-data"]
    assert len(file_names) == len(set(file_names))
    assert {scene["message"] for page in page_data["pages"] for scene in page.get("scenes", ())} < set(file_names)


def test_words_of_a_user_stay_words(train_revision):
    revision = train_revision(name=HOSTILE)
    document = contents.make_handout([fresh_snapshot(revision)])
    parts = Parts(document.content.decode())
    assert {text.strip() for _, text in parts.elements("title")} == {f"{HOSTILE}, Digits"}
    assert not [attrs for attrs, _ in parts.elements("img") if attrs.get("src") == "x"]
    assert "alert(1)" not in "".join(text for _, text in parts.elements("script"))


def test_without_scripts_it_says_what_it_is_and_shows_the_map(train_revision):
    text = contents.make_handout([fresh_snapshot(train_revision())]).content.decode()
    noscript_text = text.partition("<noscript>")[2].partition("</noscript>")[0]
    assert "JavaScript" in noscript_text and base64.b64decode(re.search('base64,([^"]+)', noscript_text)[1]).startswith(
        b"\x89PNG"
    )


def test_a_decoder_that_the_page_cannot_run_is_refused(train_revision, monkeypatch):
    monkeypatch.setattr(assets, "MAX_MULTIPLICATIONS", 1000)
    clear(monkeypatch)
    with pytest.raises(RevisionError, match="needs a server. The decoder takes .* could not decode"):
        contents.make_handout([fresh_snapshot(train_revision())])
    clear(monkeypatch)


def test_the_command_writes_the_file_or_one_line_of_what_is_wrong(store, tmp_path, capsys):
    revision, output = store(), tmp_path / "aae.html"
    assert command.run_app_command(["handout", revision.id, "-o", str(output)]) == 0
    assert output.read_bytes().startswith(b"<!doctype html>") and str(output) in capsys.readouterr().out
    lost_file, text_file = tmp_path / "no" / "aae.html", tmp_path / "aae.txt"
    for *ids, file in (("none-such", output), (revision.id, lost_file), (revision.id, text_file), (*[revision.id] * 2, output),
                       (*[revision.id] * 3, output)):  # fmt: skip
        arguments = [*ids, "-o", str(file)]
        assert command.run_app_command(["handout", *arguments]) != 0
        capture = capsys.readouterr()
        assert not capture.out and capture.err.count("\n") == 1


def test_a_shipped_file_is_small_enough_for_a_letter_and_may_be_smaller():
    [revision_id] = [row.id for row in Store("none").list() if row.label == "AAE · MNIST"]
    full_handout, plain_handout = (
        contents.make_handout([fresh_snapshot(Store().open(revision_id))], with_frames=film) for film in (True, False)
    )
    assert len(plain_handout.content) <= 4.2e6 and len(plain_handout.content) + 5e5 < len(full_handout.content) <= 6e6
    assert not [name for name in plain_handout.files if name.startswith("frames")]


def test_where_none_can_be_made_the_sentence_holds_no_place_on_the_disk(monkeypatch):
    def fail(revision):
        raise RevisionError(f"{Store().root.absolute() / 'one'} could not be read.")

    captions = []
    monkeypatch.setattr(contents, "require_decodable_probe_codes", fail)
    monkeypatch.setattr(st, "caption", captions.append)
    download_button.render_handout_button([None])
    (sentence,) = captions
    assert sentence.startswith(Store().root.name) and "could not be read" in sentence


def test_the_shipped_example_of_a_handout_holds_no_sentence_that_the_program_has_no_more():
    """If this fails, the command in docs/README.md writes the example anew."""
    page = (PROJECT / "docs" / "use" / "aae.html").read_text(encoding="utf-8")
    assert page_scripts.script_text(page_scripts.HANDOUT, "en") in page
    command = re.search(
        r"python -m app handout\s+(\S+) -o docs/use/aae.html", (PROJECT / "docs/README.md").read_text("utf-8")
    )
    assert f"<title>{Store().open(command[1]).label}</title>" in page
