"""A static site of revisions: index, Explore, Style and content, Compare, Clusters, Step by step, Which one?, Results, Lessons.

It works from a disk as well as from a web host: its pages are plain files with relative links. Networks and codes are in the
folder data, each file under the hash of its content and therefore only once.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from aae_core.errors import DataError, RevisionError
from aae_core.reproduce import frontier
from app.cache import loaded
from app.components import loading
from app.handout import contents, document
from app.lessons import reader
from app.page_parts import cluster_cards, difference_tables
from app.ui import plane_contents
from app.website import (
    clusters,
    compare,
    folder,
    frame,
    game,
    lessons,
    packed,
    results,
    revisions,
    start,
    titles,
    which_one,
)

ENTRY = "site/main.js"
# data are in files beside the page, not in the page
INSTEAD = {**document.INSTEAD, "handout/files.js": "site/files.js"}
FILM, FRAMES = 600_000, 12  # largest size of a film's codes in bytes, and the number of frames that it has in any case
TITLE = "Adversarial autoencoders, explored"
WAYS = {  # title of each kind of page -> its description on the first page
    "Explore": "Drag over a latent plane: layers, paths, directions, the training in time, your own drawing encoded.",
    "Style and content": "The same style in every class, the same class in every style.",
    "Compare": "Any two models as linked planes, with their settings and metrics.",
    "Clusters": "What a model found without labels, and how well that matches the classes.",
    "Step by step": "A small adversarial autoencoder that takes one optimiser step at each click.",
    "Which one?": "Latent models beside each other, and what each is best for.",
    "Results": "The paper’s experiments beside this project’s figures.",
    "Lessons": "Three minutes each, on the pages of this site.",
}


def write(place: Path, references: list[str]) -> tuple[int, int, list[str]]:
    """Write the site of some revisions (ids; if empty, the shipped ones) to a folder. Returns its size in bytes, its number of
    revisions, and for each revision left out a sentence on why.

    The same revisions give the same bytes. On an AAEError the folder is unchanged.
    """
    summaries, refused = [], []
    for row in chosen(references):
        try:
            contents.codes_of(loaded.open_revision(row.id))
            summaries.append(row)
        except RevisionError as error:
            refused.append(str(error))
    if not summaries:
        raise RevisionError(refused[0])
    return folder.write(place, Site(titles.shown(summaries)).files()), len(summaries), refused


def chosen(references: list[str]) -> list:
    """The summaries of the referenced revisions, without duplicates; if none are given, of the shipped ones, oldest first."""
    summaries_by_id = {row.id: row for row in loaded.summaries()}
    if references:
        return [
            summaries_by_id[id_]
            for id_ in dict.fromkeys(loaded.open_revision(reference).id for reference in references)
        ]
    shipped = sorted((row for row in summaries_by_id.values() if row.gallery), key=lambda row: row.created)
    if not shipped:
        raise DataError("No revision is shipped here; name those of the site.")
    return shipped


class Box(contents.Box):
    """The data files of a page. owns: the parts of all revisions by id, which the pages share; each part has its own box."""

    def __init__(self, owns: "dict[str, Own]"):
        super().__init__()
        self.owns = owns

    def of(self, revision) -> "Own":
        if revision.id not in self.owns:
            self.owns[revision.id] = Own(Box(self.owns), revision)
        return self.owns[revision.id]

    def put(self, content: bytes, name: str = "") -> str:
        name = name or _sha(content)
        self.files[name] = content
        return name


class Own(contents.Revision):
    """A revision's part of the site: smaller than in a handout, because a site has many, and with one message for all
    pairs, with the density in the revision's own frame."""

    dimensions = 4
    first: tuple[dict, str] | None = None  # the header for its first pair, and the name of that message's file

    def film(self) -> tuple[dict, dict]:
        """A film with fewer frames, including the first and the last, and with codes rounded to 8 significant bits (0.2 %)."""
        header, arrays = super().film()
        count = len(arrays["z"])
        limit = max(FRAMES, FILM // arrays["z"][:1].nbytes) if count else 0
        if count > limit:
            frames = np.unique(np.linspace(0, count - 1, limit).round().astype(int))
            header |= {key: [header[key][k] for k in frames] for key in ("steps", "epochs", "losses", "distances")}
            arrays |= {key: arrays[key][frames] for key in ("z", "judged") if key in arrays}
            self.box.lacks[f"Of the {count} moments of the training it holds {len(frames)}."] = None
        rounded = arrays["z"].astype(np.uint32) + 4 & ~np.uint32(7)
        return header, {**arrays, "z": rounded.astype(np.uint16)}

    def beside(self, scene, frame) -> dict:
        header, arrays, notes = plane_contents.contents(scene)
        header |= {"extent": frame.half, "centre": list(frame.centre)}
        self.first = self.first or (header, self.message(header, arrays, notes))
        usual, name = self.first
        return {"message": name, "changes": {key: value for key, value in header.items() if value != usual[key]}}


class Site:
    """The pages of some revisions, and the files that they need."""

    def __init__(self, all_: list[titles.Shown]):
        self.all = all_
        self.pairs = [(entry, other) for k, entry in enumerate(all_) for other in all_[k + 1 :]]
        self.styled = [entry for entry in all_ if entry.style]
        self.clustered = [entry for entry in all_ if entry.clusters]
        self.shelf = reader.shelf()
        self.frontier = frontier.read()
        self.lessons = lessons.playable(all_, self.shelf)
        # a lesson says which revision is on the left, and that may be the later one
        taught = {page["file"] for lesson in self.lessons.values() for page in lesson["pages"]}
        self.pairs += [pair[::-1] for pair in self.pairs if titles.comparison(*pair[::-1]) in taught]
        self.course = json.dumps(self.lessons, ensure_ascii=False, sort_keys=True).encode()
        self.written: set[str] = set()
        self.owns: dict[str, Own] = {}
        first = {
            "Explore": [entry.explore for entry in all_], "Style and content": [entry.style for entry in self.styled],
            "Compare": [titles.comparison(*pair) for pair in self.pairs],
            "Clusters": [entry.clusters for entry in self.clustered],
            "Step by step": [game.FILE], "Which one?": [which_one.FILE] if self.frontier else [], "Results": [results.FILE],
            "Lessons": [lessons.FILE],
        }  # fmt: skip
        self.ways = {name: files[0] for name, files in first.items() if files}
        self.nav = {"Models": start.FILE, **self.ways}

    def files(self) -> Iterator[tuple[str, bytes]]:
        """All files of the site, each as its path and content."""
        yield frame.STYLE, stylesheet()
        yield frame.SCRIPT, script()
        yield frame.ICON, (document.APP / "icon.svg").read_bytes()
        yield from self._data({_sha(self.course): self.course})
        doors = [(name, file, WAYS[name]) for name, file in self.ways.items()]
        yield self._page(start.FILE, "Models", TITLE, start.main(TITLE, self.all, doors))
        yield self._page(results.FILE, "Results", "Results", results.main(self.all))
        if self.frontier:
            yield self._page(which_one.FILE, "Which one?", "Which one?", which_one.main(self.frontier, self.all))
        yield self._page(lessons.FILE, "Lessons", "Lessons", lessons.main(self.lessons, self.shelf))
        for entry in self.clustered:
            yield self._page(
                entry.clusters, "Clusters", f"Clusters: {entry.title}", clusters.main(entry, self.clustered)
            )
        yield from self._decoding(game.FILE, "Step by step", "Step by step", game.main(), game.script_data)
        for entry in self.all:
            yield from start.looks(entry).items()
            main = revisions.explore(entry, self.all)
            yield from self._decoding(entry.explore, "Explore", entry.title, main, contents.explore, entry)
        for entry in self.styled:
            main, title = revisions.style(entry, self.styled), f"Style and content: {entry.title}"
            yield from self._decoding(entry.style, "Style and content", title, main, contents.style, entry)
        # pairs of the same six revisions one after the other, since caches hold as many
        for entry, other in sorted(self.pairs, key=lambda pair: [self.all.index(member) // 3 for member in pair]):
            file, title = titles.comparison(entry, other), f"{entry.title} and {other.title}"
            main = compare.main(entry, other, self.all)
            yield from self._decoding(file, "Compare", title, main, contents.compare, entry, other)

    def _decoding(self, file, nav_title, title, main, make, *entries):
        """A page whose script decodes, with the data from `make(box, *revisions)`, and the data files not written before."""
        revisions, box = [entry.revision for entry in entries], Box(self.owns)
        page = make(box, *revisions)
        boxes = [box, *(box.of(revision).box for revision in revisions)]
        lacks = list(dict.fromkeys(sentence for page_box in boxes for sentence in page_box.lacks))
        script_data = {"pages": [page], "lacks": lacks, "holds": "What this page holds"}
        yield self._page(file, nav_title, title, main, script_data)
        for page_box in boxes:
            yield from self._data(page_box.files)
            page_box.files = dict.fromkeys(page_box.files, b"")  # written, so only the names are still needed

    def _page(self, file, nav_title, title, main, script_data=None):
        script_data = {**(script_data or {}), "site": {"file": file, "lessons": _sha(self.course)}}
        about = WAYS.get(nav_title, WAYS["Explore"])
        return file, frame.page(self.nav, title, main, self.ways.get(nav_title, start.FILE), about, script_data)

    def _data(self, files):
        for name, content in files.items():
            content_hash = name.rpartition("=")[2]  # the hash in "frames?v=…"
            if content_hash not in self.written:
                self.written.add(content_hash)
                yield f"data/{content_hash}.js", packed.script(content_hash, content)


def _sha(content):
    return hashlib.sha256(content).hexdigest()


def script() -> bytes:
    """The script of all pages; it contains the components' style sheet, because shadow roots need it as text."""
    modules = loading.bundle(loading.needed(ENTRY, INSTEAD)).replace("export const need", "const need")
    board = (document.APP / "components" / "game_board" / "style.css").read_text(encoding="utf-8")
    sheet = json.dumps(document.stylesheet() + board, ensure_ascii=False)
    return f"""{{
const style = document.createElement("style");
style.id = "style";
style.textContent = {sheet};
document.head.prepend(style);
{modules}need({json.dumps(ENTRY)}).begin();
}}
""".encode()


def stylesheet() -> bytes:
    parts = [re.sub("</?style>", "", sheet) for sheet in (cluster_cards.LOOK, difference_tables.STYLE)]
    files = [document.APP / "components" / "lesson_panel" / "style.css", Path(__file__).parent / "site.css"]
    return "\n".join([document.theme(), *parts, *(file.read_text(encoding="utf-8") for file in files)]).encode()
