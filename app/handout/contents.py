"""The contents of a downloadable file about revisions: the messages that the app's pages would send, and all files they name."""

import hashlib
import html
import io
from base64 import b64encode
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from aae_core.config.choices import PRIORS
from aae_core.errors import ConfigError, RevisionError
from aae_core.evaluation.metrics import METRICS, as_shown
from aae_core.latent import film
from app.cache import loaded, shown_codes
from app.figures import number_text, paired_planes, plane_views
from app.figures.plane import NOTES, VIEWS, axis_name
from app.handout.document import document, packed
from app.page_parts import style_grid_layout, two_planes
from app.page_parts.compared_code import Pair
from app.server import answers, assets, messages, time_machine, wire
from app.session import common_moment
from app.ui import current_code, plane_contents, revision_picker

ENTRY = "handout/main.js"
MOST = 5_480_000  # bytes of all files in a document, beyond which no decoders of earlier steps are added
DIMENSIONS = 6  # a file has a plane for each pair of the first dimensions, up to this number
# the metrics of a model by importance, and how many of them are given at most
FIGURES = "reconstruction", "error", "cluster_error", "cluster_error_majority", "mmd2", "knn_accuracy"
MOST_FIGURES = 3
HOW = (
    "Drag over the plane: the decoder runs in this page and draws the image at every point. "
    "Press ? on the plane for its keys."
)
SOURCE = (
    "The symbols and sections (§) are those of the paper “Adversarial Autoencoders” by A. Makhzani, J. Shlens, N. Jaitly, "
    "I. Goodfellow and B. Frey, arXiv 1511.05644. A latent-space explorer for such models made this file."
)
WITHOUT = (
    "This page needs JavaScript to draw and decode. Open it in a browser; it needs no network and no installation."
)


class Box:
    """The files of a document by name, and in sentences what it lacks. film: whether it has the frames of trainings."""

    def __init__(self, film: bool = True):
        self.film = film
        self.files: dict[str, str] = {}
        self.lacks: dict[str, None] = {}
        self._of: dict[str, Revision] = {}

    def of(self, revision) -> "Revision":
        """The part of a revision, which all pages about it share."""
        if revision.id not in self._of:
            self._of[revision.id] = Revision(self, revision)
        return self._of[revision.id]

    def put(self, content: bytes, name: str = "") -> str:
        """Add a file and return its name, by default the hash of its content."""
        name = name or hashlib.sha256(content).hexdigest()
        if name not in self.files:
            self.files[name] = packed(name, content)
        return name

    def with_files(self, value):
        """A header in which the URL of every asset is replaced by its hash; the asset is added under that name."""
        if isinstance(value, dict) and {"url", "sha"} <= value.keys():
            if value["sha"] not in self.files:
                self.put(_small(assets.SHELF.find(value["url"].rpartition("/")[2])), value["sha"])
            return {**value, "url": value["sha"]}
        if isinstance(value, dict):
            return {key: self.with_files(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.with_files(item) for item in value]
        return value

    def message(self, header: dict, arrays: dict, notes: dict | None = None) -> str:
        return self.put(wire.pack(self.with_files(header), arrays, notes))


@lru_cache(maxsize=2)  # many messages name the same sheet
def _small(content):
    """A sheet of images compressed without loss in fewer bytes, if possible; any other file unchanged."""
    if not content.startswith(b"\x89PNG"):
        return content
    from PIL import Image

    image, buffer = Image.open(io.BytesIO(content)), io.BytesIO()
    if max(image.size) > 16383:  # the limit of WebP
        return content
    image.save(buffer, "WEBP", lossless=True, quality=50, method=3)
    return min(buffer.getvalue(), content, key=len)


@dataclass(frozen=True)
class Made:
    """A finished document: its title, its bytes, in sentences what it lacks, and the packed files in it by name."""

    title: str
    content: bytes
    lacks: tuple[str, ...]
    files: dict[str, str]


def made(revisions, film: bool = True) -> Made:
    """The document of one revision, or of the comparison of two; film: with the frames of their trainings.

    Raises ConfigError for another number of revisions or the same one twice, RevisionError if one has no codes yet or a page
    cannot evaluate its decoder.
    """
    if not 1 <= len(revisions) <= 2:
        raise ConfigError(f"A file holds one revision, or the comparison of two, not {len(revisions)}.")
    if len({revision.id for revision in revisions}) < len(revisions):
        raise ConfigError(f"A revision is not compared with itself, and {revisions[0].id} was named twice.")
    box = Box(film)
    if len(revisions) == 1:
        [revision] = revisions
        pages, names, instructions = [explore(box, revision)], [title_of(revision)], shown_codes.named(revision, HOW)
        if revision.variant.has_content:
            pages.append(style(box, revision))
    else:
        pair = compare(box, *revisions)
        pages, names, instructions = [pair], pair["titles"], f"{HOW} {pair['said']}"
    title, lacks = " and ".join(names), tuple(box.lacks)
    content = document(title, body(title, instructions, revisions), {"pages": pages, "lacks": lacks}, box.files, ENTRY)
    return Made(title, content, lacks, box.files)


# The pages --------------------------------------------------------------------------------------------------------------


def explore(box: Box, revision) -> dict:
    """The data for the page Explore: a message for each plane."""
    own, lacks = box.of(revision), box.lacks
    probe = own.probe
    through, dimensions = plane_views.usual(revision)
    d = revision.config.latent_dim
    planes = [(through, dimensions)]
    if d > 2:
        axes = range(min(d, own.dimensions))
        pairs = [("pair", (i, j)) for i in axes for j in axes if i < j]
        planes = list(dict.fromkeys([*planes, *pairs, ("pca", (0, 1))]))
        lacks["It has no t-SNE map, because a page cannot compute one."] = None
    if d > own.dimensions:
        lacks[f"It shows pairs of the first {own.dimensions} of {d} dimensions only."] = None
    return {
        "kind": "explore", "title": "Explore", "scenes": [own.plane(view, ends) for view, ends in planes],
        "count": len(probe.z), "item": shown_codes.item(revision), "notes": NOTES,
    }  # fmt: skip


def style(box: Box, revision) -> dict:
    """The data for the page Style and content: a message for the plane of styles, and one for the grid."""
    own = box.of(revision)
    probe = own.probe
    grid_layout = style_grid_layout.usual(revision, probe, own.content)
    code = style_grid_layout.first_style(revision, probe)
    grid = style_grid_layout.contents(revision, probe, code, grid_layout)
    return {
        "kind": "style", "title": "Style and content", "count": len(probe.z),
        "plane": own.message_like(*plane_contents.contents(style_grid_layout.scene(revision, probe, code, grid_layout))),
        "grid": own.message(*grid),
    }  # fmt: skip


def compare(box: Box, *revisions) -> dict:
    """The data for the page Compare: a message for each plane and, if one has earlier frames, for their time axis."""
    owns = [box.of(revision) for revision in revisions]
    pair, planes = Pair(revisions, list(map(two_planes.seen, revisions))), []
    for side, (own, on_plane) in enumerate(zip(owns, pair.seen, strict=True)):
        code = owns[0 if "z" in pair.shared else side].probe.z[0].astype(float)
        layers = plane_contents.usual_layers(on_plane.revision, on_plane.through)
        scene = two_planes.scene(pair, side, code=code, content=own.content, layers=layers)
        planes.append(own.beside(scene, pair.frames[side]))
    has_frames = [time_machine.has_past(own.history) for own in owns]
    axis = {
        "v": 1, "group": two_planes.GROUP, "axis": messages.AXES[0], "at": None,
        **common_moment.remarks(revisions, pair.names, has_frames),
    }  # fmt: skip
    return {
        "kind": "compare", "title": "Compare", "titles": pair.names, "said": paired_planes.link_sentence(pair.shared),
        "planes": planes, "counts": [len(own.probe.z) for own in owns], "shared": pair.shared,
        "contents": [pair.name_of_y(side) if revisions[side].variant.has_content else None for side in (0, 1)],
        "axis": box.message(axis, {}) if any(has_frames) else None,
        "ends": {name: common_moment.end(revisions, name) for name in messages.AXES},
    }  # fmt: skip


# A revision's part ------------------------------------------------------------------------------------------------------


def codes_of(revision):
    """The codes of the probe set; RevisionError if there are none yet, or a page cannot evaluate the decoder."""
    probe = loaded.probe(revision) if (revision.path / "weights.safetensors").exists() else None
    if probe is None:
        raise RevisionError(f"{revision.id} has no codes yet; they appear with its first checkpoint.")
    weights = plane_contents.weights_of(revision)
    if weights.decoder is None:
        reason = weights.why.partition(", so ")[0]
        raise RevisionError(f"{revision.id} needs a server. {reason}, so a page alone could not decode.")
    return probe


class Revision:
    """The part of one revision: its messages, and answers to the requests that pages would send to the server."""

    dimensions = DIMENSIONS

    def __init__(self, box: Box, revision):
        self.box, self.revision, self.probe = box, revision, (probe := codes_of(revision))
        self.weights = plane_contents.weights_of(revision)
        self.sent: list[tuple] = []  # header, arrays, notes and name of each message
        # by kind of request, the name of the file with the answer; None for those that only a server answers
        asks = {kind: answers.ASKS[kind] for kind in ("directions", "usual")}
        replies = {kind: ask.answer(revision, b"") for kind, ask in asks.items() if ask.there(revision)}
        self.server = dict.fromkeys(answers.ASKS) | {kind: box.put(content) for kind, content in replies.items()}
        # adds all other files first, because the film fills what room is left
        box.with_files(self._without_server(plane_contents.about(revision, probe)))
        self.history = self._history()
        self.content = current_code.first_content(revision) if revision.variant.has_content else None
        if probe.of > len(probe.z):
            box.lacks[f"It shows {len(probe.z):,} of {probe.of:,} codes."] = None
        items = shown_codes.items(revision, probe.split)
        box.lacks[f"It holds the codes of {len(probe.z):,} {items}, and no others."] = None
        if not loaded.has_originals(revision):
            lack = "The original images were not available when it was made, so it shows reconstructions."
            box.lacks[shown_codes.named(revision, lack)] = None

    def _history(self):
        """The description of the time machine, whose frames become a file; None without frames, or without a film."""
        plan = time_machine.plan(self.revision, self.probe)
        if plan is not None and not self.box.film:
            self.box.lacks["It leaves out the frames of the training, to stay small."] = None
        if plan is None or not self.box.film:
            return None
        header, arrays = self.film()
        keys = self._keys(header["keys"], wire.pack({}, arrays))
        content = wire.pack({**header, "keys": keys}, arrays)
        sha = hashlib.sha256(content).hexdigest()
        self.server["frames"] = "frames"
        self.box.put(content, f"frames?v={sha}")
        return {**plan, "sha": sha, "live": False, "steps": header["steps"]}

    def film(self) -> tuple[dict, dict]:
        """Header and arrays of all frames, as of `time_machine.packed`."""
        return time_machine.packed(self.revision)

    def _keys(self, keys, beside):
        """The decoders of earlier steps, the earliest first, as far as MOST leaves room beside the frames."""
        decoders, room = {}, MOST - sum(map(len, self.box.files.values())) - len(packed("", beside))
        for step, net in keys.items():
            room -= len(packed("", assets.SHELF.find(net["url"].rpartition("/")[2])))
            if room < 0:
                break
            decoders[step] = self.box.with_files(net)
        if len(decoders) < len(keys):
            lack = (
                f"Of the {len(keys)} decoders of earlier steps it holds {len(decoders) or 'none'}, to stay small; at other steps "
                "the nearest decoder makes the images."
            )
            self.box.lacks[shown_codes.named(self.revision, lack)] = None
        return decoders

    def message(self, header: dict, arrays: dict, notes: dict | None = None) -> str:
        """Add a message, without what needs a server, and return its name."""
        header = self._fitting(header)
        name = self.box.message(header, arrays, notes)
        self.sent.append((header, arrays, notes, name))
        return name

    def message_like(self, header: dict, arrays: dict, notes: dict) -> dict:
        """A plane's message as an earlier one with the same arrays (except "image", which is shown until the page decodes) and
        the changes of its header; a new message if there is none."""
        header = self._fitting(header)
        for other, other_arrays, other_notes, name in self.sent:
            shared_keys = (arrays.keys() | other_arrays.keys()) - {"image"}
            if notes == other_notes and all(
                np.array_equal(arrays.get(key), other_arrays.get(key)) for key in shared_keys
            ):
                changes = {key: value for key, value in header.items() if value != other[key]}
                return {"message": name, "changes": self.box.with_files(changes)}
        return {"message": self.box.message(header, arrays, notes), "changes": {}}

    def _fitting(self, header):
        """A header without what needs a server, or a network that a page cannot evaluate."""
        if "draw" in header.get("tools", ()) and self.weights.encoder is None:
            self.box.lacks["It has no drawing pad, because this encoder does not run in a page."] = None
            header = {**header, "tools": [tool for tool in header["tools"] if tool != "draw"], "drawing": None}
        judged = {"judge", "push"} & header.get("layers", {}).keys()
        if judged and self.weights.discriminator is None:
            header = {**header, "layers": {k: on for k, on in header["layers"].items() if k not in judged}}
            self.box.lacks["It has no surface of D, because this discriminator does not run in a page."] = None
        history = {"history": self.history} if header.get("history") else {}
        return {**self._without_server(header), **history}

    def _without_server(self, header):
        """A header with files in place of the server's URLs; a sheet of reconstructions is left out, as the page can decode
        them."""
        own = {"server": self.server, "version": self.revision.fingerprint}
        sheet = header["sprites"] if loaded.has_originals(self.revision) else None
        return {**header, **own, "sprites": sheet}

    def beside(self, scene, frame) -> dict:
        """The message of a plane of Compare, in a frame that it may share with the other plane."""
        framed_scene = replace(scene, plane=replace(scene.plane, frame=frame))
        return {"message": self.message(*plane_contents.contents(framed_scene)), "changes": {}}

    def plane(self, through: str, dimensions: tuple[int, int]) -> dict:
        """A plane of Explore: its message, the settings by which it is chosen, and its title."""
        revision, probe = self.revision, self.probe
        scene = plane_contents.Scene(
            revision=revision, probe=probe, plane=plane_views.plane_of(revision, probe, through, dimensions),
            through=through, dimensions=dimensions, code=probe.z[0].astype(float), content=self.content,
            layers=plane_contents.usual_layers(revision, through), history=True,
        )  # fmt: skip
        pair = through == "pair"
        return {
            "message": self.message(*plane_contents.contents(scene)), "view": through,
            "across": dimensions[0] + 1 if pair else 0, "up": dimensions[1] + 1 if pair else 0,
            "title": " and ".join(dict.fromkeys(map(axis_name, dimensions))) if pair else VIEWS[through],
        }  # fmt: skip


# Texts ------------------------------------------------------------------------------------------------------------------


def title_of(revision) -> str:
    name, data = revision_picker.name_of(revision), revision.data.title
    return name if data in name else f"{name}, {data}"


def sentence(revision) -> str:
    """A description of the model, with its metrics."""
    config, variant = revision.config, revision.variant
    space = f"a latent space of {config.latent_dim} dimension{'s' if config.latent_dim > 1 else ''}"
    prior = f" and the prior “{PRIORS[config.prior.name].title}”" if variant.has_prior else ""
    values = {key: as_shown(key, revision.measures.get(key)) for key in FIGURES}
    metrics = [f"{METRICS[key].title} {number_text.measure(v)}" for key, v in values.items() if isinstance(v, float)]
    trained = f"trained on {revision.data.title} for {revision.status.step:,} steps"
    figures = f" {'; '.join(metrics[:MOST_FIGURES])}." if metrics else ""
    return f"{variant.title} ({variant.section}) with {space}{prior}, {trained}.{figures}"


def body(title: str, how: str, revisions) -> str:
    """The body of the page: its header, the place for its parts, and what a reader sees without JavaScript."""
    descriptions = [sentence(revision) for revision in revisions]
    if len(revisions) > 1:
        names = map(revision_picker.name_of, revisions)
        descriptions = [f"{name}: {description}" for name, description in zip(names, descriptions, strict=True)]
    stills = "".join(
        f'<p>{still_of(revision)}</p><p><img alt="The map of {html.escape(title_of(revision))}" '
        f'src="data:image/png;base64,{b64encode(film.still(revision)).decode()}"></p>'
        for revision in revisions
    )
    return f"""<header class="lp ho-head"><div><h1>{html.escape(title)}</h1>
{"".join(f"<p>{html.escape(description)}</p>" for description in descriptions)}
<p class="ho-how" id="how" hidden>{html.escape(how)}</p></div><div id="bar"></div></header>
<main id="main"></main>
<noscript><p>{html.escape(WITHOUT)}</p>
{stills}</noscript>
<footer class="ho-source"><p>{html.escape(SOURCE)}</p></footer>"""


def still_of(revision) -> str:
    """The caption of the map of a revision's codes."""
    samples_note = "" if loaded.prior(revision) is None else ", over grey samples of the prior"
    return (
        f"The map of its codes: each dot is {shown_codes.named(revision, 'an image')}, in the colour of its "
        f"class{samples_note}."
    )
