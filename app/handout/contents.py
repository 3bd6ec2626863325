"""The contents of a downloadable file about revisions: the messages that the app's pages would send, and all files they
name."""

import hashlib
import html
import io
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np

from aae_core.config.priors import PRIORS
from aae_core.data.built_in import standard_sets
from aae_core.errors import ConfigError, RevisionError
from aae_core.evaluation.metrics import METRICS, displayed_value
from aae_core.latent import code_map
from aae_core.wording import join_sentences
from app.cache.revision_view import RevisionView
from app.figures import number_text, paired_planes, plane_views, revision_list
from app.figures.plane import VIEW_NOTES, VIEWS, axis_name
from app.handout import item_columns
from app.handout.document import document_html, packed_file_element
from app.messages import validation, wire_format
from app.scenes import grid_message, paired_moments, plane_message, plane_pair
from app.server import answers, assets, time_machine
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate, translate_plural

MAX_BYTES = 5_480_000  # bytes of all files in a document, beyond which no decoders of earlier steps are added
MAX_DIMENSIONS = 6  # a file has a plane for each pair of the first dimensions, up to this number
# the metrics of a model by importance, and how many of them are given at most
METRIC_KEYS = "reconstruction", "error", "cluster_error", "cluster_error_majority", "mmd2", "knn_accuracy"
MAX_METRICS = 3
HOW_TEXT = mark(
    "Drag over the plane: the decoder runs in this page and draws the image at every point. "
    "Press ? on the plane for its keys."
)
SOURCE_TEXT = mark(
    "The symbols and sections (§) are those of the paper “Adversarial Autoencoders” by A. Makhzani, J. Shlens, N. Jaitly, "
    "I. Goodfellow and B. Frey, arXiv 1511.05644. A latent-space explorer for such models made this file."
)
NO_SCRIPT_TEXT = mark(
    "This page needs JavaScript to draw and decode. Open it in a browser; it needs no network and no installation."
)


class FileSet:
    """The files of a document by name, and in sentences what it lacks and holds. with_frames: whether it has the frames of
    trainings; columns: those of the items that it holds, if their data set has them (`handout.item_columns`)."""

    def __init__(self, with_frames: bool = True, columns: Sequence[str] = ()):
        self.with_frames, self.columns = with_frames, tuple(columns)
        self.files: dict[str, str] = {}
        self.limitations: dict[str, None] = {}
        self._revision_parts: dict[str, RevisionPart] = {}

    def revision_part(self, revision: RevisionView) -> "RevisionPart":
        """The part of a revision, which all pages about it share."""
        if revision.id not in self._revision_parts:
            self._revision_parts[revision.id] = RevisionPart(self, revision)
        return self._revision_parts[revision.id]

    def add(self, content: bytes, name: str = "") -> str:
        """Add a file and return its name, by default the hash of its content."""
        name = name or hashlib.sha256(content).hexdigest()
        if name not in self.files:
            self.files[name] = packed_file_element(name, content)
        return name

    def embed_assets(self, value):
        """A header in which the URL of every asset is replaced by its hash; the asset is added under that name."""
        if isinstance(value, dict) and {"url", "sha"} <= value.keys():
            if value["sha"] not in self.files:
                self.add(_compress_sheet(assets.ASSETS.find(value["url"].rpartition("/")[2])), value["sha"])
            return {**value, "url": value["sha"]}
        if isinstance(value, dict):
            return {key: self.embed_assets(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.embed_assets(item) for item in value]
        return value

    def add_message(self, header: dict, arrays: dict, notes: dict | None = None) -> str:
        return self.add(wire_format.pack_message(self.embed_assets(header), arrays, notes))


@lru_cache(maxsize=2)  # many messages name the same sheet
def _compress_sheet(content):
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
class Handout:
    """A finished document: its title, its bytes, in sentences what it lacks, and the packed files in it by name."""

    title: str
    content: bytes
    limitations: tuple[str, ...]
    files: dict[str, str]


def make_handout(revisions, with_frames: bool = True, columns: Sequence[str] = ()) -> Handout:
    """The document of one revision, or of the comparison of two. with_frames: with the frames of their trainings; columns: of the
    items, such as "id", which it holds where their data set has them.

    Raises ConfigError for another number of revisions or the same one twice, RevisionError if one has no codes yet or a page
    cannot evaluate its decoder, DataError for a column that no items have.
    """
    if not 1 <= len(revisions) <= 2:
        raise ConfigError(
            translate("A file holds one revision, or the comparison of two, not {count}.", count=len(revisions))
        )
    if len({revision.id for revision in revisions}) < len(revisions):
        raise ConfigError(
            translate(
                "A revision is not compared with itself, and {revision} was named twice.", revision=revisions[0].id
            )
        )
    item_columns.require_available_columns(revisions, columns)
    file_set = FileSet(with_frames, columns)
    if len(revisions) == 1:
        [revision] = revisions
        pages, names = revision_pages(file_set, revision), [revision_title(revision)]
        instructions = revision.reword_for_items(translate(HOW_TEXT))
    else:
        pair = compare_page_data(file_set, *revisions)
        pages, names, instructions = [pair], pair["titles"], join_sentences(translate(HOW_TEXT), pair["link_sentence"])
    title, limitations = _join_names(names), tuple(file_set.limitations)
    content = document_html(
        title,
        body_html(title, instructions, revisions),
        {"pages": pages, "lacks": limitations},
        file_set.files,
    )
    return Handout(title, content, limitations, file_set.files)


def _join_names(names) -> str:
    """The names of one or two revisions as a title."""
    if len(names) == 1:
        return names[0]
    return translate("{first} and {second}", first=names[0], second=names[1])


# The pages --------------------------------------------------------------------------------------------------------------


def revision_pages(file_set: FileSet, revision: RevisionView) -> list[dict]:
    """The data for the pages about one revision: Explore, and Style and content if it has a content."""
    pages = [explore_page_data(file_set, revision)]
    if revision.variant.has_content:
        pages.append(style_page_data(file_set, revision))
    return pages


def explore_page_data(file_set: FileSet, revision: RevisionView) -> dict:
    """The data for the page Explore: a message for each plane."""
    part, limitations = file_set.revision_part(revision), file_set.limitations
    probe = part.probe
    view, dimensions = plane_views.default_view_and_dimensions(revision)
    dim = revision.config.latent_dim
    planes = [(view, dimensions)]
    if dim > 2:
        axes = range(min(dim, part.max_dimensions))
        pairs = [("pair", (i, j)) for i in axes for j in axes if i < j]
        planes = list(dict.fromkeys([*planes, *pairs, ("pca", (0, 1))]))
        limitations[translate("It has no t-SNE map, because a page cannot compute one.")] = None
    if dim > part.max_dimensions:
        limitations[
            translate(
                "It shows pairs of the first {count} of {total} dimensions only.", count=part.max_dimensions, total=dim
            )
        ] = None
    return {
        "kind": "explore", "title": translate("Explore"),
        "scenes": [part.add_explored_plane(view, plane_dimensions) for view, plane_dimensions in planes],
        "count": len(probe.z), "item": revision.item_word,
        "colourings": item_columns.describe_colourings(file_set, [revision], file_set.columns),
        "notes": {view: translate(note) for view, note in VIEW_NOTES.items()},
    }  # fmt: skip


def style_page_data(file_set: FileSet, revision: RevisionView) -> dict:
    """The data for the page Style and content: a message for the plane of styles, and one for the grid."""
    part = file_set.revision_part(revision)
    probe = part.probe
    grid_layout = grid_message.default_grid_layout(revision, probe, part.content)
    code = grid_message.default_style_code(revision, probe)
    grid = grid_message.message_parts(revision, probe, code, grid_layout, part.item_texts)
    scene = grid_message.make_plane_scene(revision, probe, code, grid_layout, item_texts=part.item_texts)
    plane = plane_message.message_parts(scene)
    return {
        "kind": "style", "title": translate("Style and content"), "count": len(probe.z),
        "colourings": item_columns.describe_colourings(file_set, [revision], file_set.columns),
        "plane": part.add_similar_message(*plane),
        "grid": part.add_message(*grid),
    }  # fmt: skip


def compare_page_data(file_set: FileSet, *revisions) -> dict:
    """The data for the page Compare: a message for each plane and, if one has earlier frames, for their time axis."""
    parts = [file_set.revision_part(revision) for revision in revisions]
    on_planes, planes = list(map(plane_pair.codes_on_plane, revisions)), []
    pair = plane_pair.PlanePair(revisions, on_planes, item_texts=[part.item_texts for part in parts])
    shared_aspects = partial(paired_planes.shared_aspects, *on_planes)
    for side, (part, on_plane) in enumerate(zip(parts, pair.planes, strict=True)):
        code = parts[0 if "z" in pair.shared_aspects else side].probe.z[0].astype(float)
        layers = plane_message.default_layers(on_plane.revision, on_plane.view)
        scene = plane_pair.make_plane_scene(pair, side, code=code, content=part.content, layers=layers)
        planes.append(part.add_compared_plane(scene, pair.visible_squares[side]))
    has_frames = [time_machine.has_earlier_frame(part.history) for part in parts]
    axis = {
        "v": 1, "group": plane_pair.LINK_GROUP, "axis": validation.TIME_AXES[0], "value": None,
        **paired_moments.time_axis_remarks(revisions, pair.names, has_frames),
    }  # fmt: skip
    return {
        "kind": "compare", "title": translate("Compare"), "titles": pair.names,
        "link_sentence": paired_planes.link_sentence(pair.shared_aspects),
        "colourings": item_columns.describe_colourings(file_set, revisions, file_set.columns, shared_aspects),
        "planes": planes, "counts": [len(part.probe.z) for part in parts], "shared": pair.shared_aspects,
        "contents": [pair.content_parameter(side) if revisions[side].variant.has_content else None for side in (0, 1)],
        "axis": file_set.add_message(axis, {}) if any(has_frames) else None,
        "ends": {name: paired_moments.last_axis_value(revisions, name) for name in validation.TIME_AXES},
    }  # fmt: skip


# A revision's part ------------------------------------------------------------------------------------------------------


def require_decodable_probe_codes(revision: RevisionView):
    """The codes of the probe set; RevisionError if there are none yet, or a page cannot evaluate the decoder."""
    probe = revision.codes if revision.has_weights else None
    if probe is None:
        text = translate("{revision} has no codes yet; they appear with its first checkpoint.", revision=revision.id)
        raise RevisionError(text)
    weights = plane_message.register_networks(revision)
    if weights.decoder is None:
        text = translate(
            "{revision} needs a server. {reason}, so a page alone could not decode.",
            revision=revision.id, reason=weights.decoder_refusal_reason,
        )  # fmt: skip
        raise RevisionError(text)
    return probe


class RevisionPart:
    """The part of one revision: its messages, and answers to the requests that pages would send to the server."""

    max_dimensions = MAX_DIMENSIONS

    def __init__(self, file_set: FileSet, revision: RevisionView):
        probe = require_decodable_probe_codes(revision)
        self.file_set, self.revision, self.probe = file_set, revision, probe
        self.weights = plane_message.register_networks(revision)
        self.item_texts = item_columns.texts_of_columns(revision, file_set.columns)
        self.messages: list[tuple] = []  # header, arrays, notes and name of each message
        # by kind of request, the name of the file with the answer; None for those that only a server answers
        requests = {kind: answers.REQUEST_KINDS[kind] for kind in ("directions", "usual")}
        replies = {
            kind: request.answer(revision, b"") for kind, request in requests.items() if request.is_available(revision)
        }
        self.answer_files = dict.fromkeys(answers.REQUEST_KINDS) | {
            kind: file_set.add(content) for kind, content in replies.items()
        }
        # adds all other files first, because the frames fill what room is left
        file_set.embed_assets(self._without_server(plane_message.revision_header(revision, probe)))
        self.history = self._add_time_machine()
        self.content = plane_message.default_content_index(revision) if revision.variant.has_content else None
        if probe.available_count > len(probe.z):
            count, total = format(len(probe.z), ","), format(probe.available_count, ",")
            file_set.limitations[translate("It shows {count} of {total} codes.", count=count, total=total)] = None
        file_set.limitations[_included_codes_sentence(revision, probe)] = None
        if sentence := item_columns.included_columns_sentence(revision, file_set.columns):
            file_set.limitations[sentence] = None
        if not revision.has_original_images:
            limitation = translate(
                "The original images were not available when it was made, so it shows reconstructions."
            )
            file_set.limitations[revision.reword_for_items(limitation)] = None
        elif credit := standard_sets.credit_sentence(revision.data.name):
            file_set.limitations[credit] = None

    def _add_time_machine(self):
        """The description of the time machine, whose frames become a file; None if it has none, or the file has none."""
        plan = time_machine.describe_frames(self.revision, self.probe)
        if plan is not None and not self.file_set.with_frames:
            self.file_set.limitations[translate("It leaves out the frames of the training, to stay small.")] = None
        if plan is None or not self.file_set.with_frames:
            return None
        header, arrays = self.pack_frames()
        keys = self._add_key_decoders(header["keys"], wire_format.pack_message({}, arrays))
        content = wire_format.pack_message({**header, "keys": keys}, arrays)
        sha = hashlib.sha256(content).hexdigest()
        self.answer_files["frames"] = "frames"
        self.file_set.add(content, f"frames?v={sha}")
        return {**plan, "sha": sha, "live": False, "steps": header["steps"]}

    def pack_frames(self) -> tuple[dict, dict]:
        """Header and arrays of all frames, as of `time_machine.pack_frames`."""
        return time_machine.pack_frames(self.revision)

    def _add_key_decoders(self, key_frames, frames):
        """The decoders of earlier steps, the earliest first, as far as MAX_BYTES leaves room beside the frames."""
        decoders, room = (
            {},
            MAX_BYTES - sum(map(len, self.file_set.files.values())) - len(packed_file_element("", frames)),
        )
        for step, net in key_frames.items():
            room -= len(packed_file_element("", assets.ASSETS.find(net["url"].rpartition("/")[2])))
            if room < 0:
                break
            decoders[step] = self.file_set.embed_assets(net)
        if len(decoders) < len(key_frames):
            none = translate("none")
            limitation = translate(
                "Of the {total} decoders of earlier steps it holds {count}, to stay small; at other steps the nearest "
                "decoder makes the images.",
                total=len(key_frames),
                count=len(decoders) or none,
            )
            self.file_set.limitations[self.revision.reword_for_items(limitation)] = None
        return decoders

    def add_message(self, header: dict, arrays: dict, notes: dict | None = None) -> str:
        """Add a message, without what needs a server, and return its name."""
        header = self._without_unavailable_tools(header)
        name = self.file_set.add_message(header, arrays, notes)
        self.messages.append((header, arrays, notes, name))
        return name

    def add_similar_message(self, header: dict, arrays: dict, notes: dict) -> dict:
        """A plane's message as an earlier one with the same arrays (except "image", which is shown until the page decodes) and
        the changes of its header; a new message if there is none."""
        header = self._without_unavailable_tools(header)
        for other_header, other_arrays, other_notes, name in self.messages:
            shared_keys = (arrays.keys() | other_arrays.keys()) - {"image"}
            if notes == other_notes and all(
                np.array_equal(arrays.get(key), other_arrays.get(key)) for key in shared_keys
            ):
                changes = {key: value for key, value in header.items() if value != other_header[key]}
                return {"message": name, "changes": self.file_set.embed_assets(changes)}
        return {"message": self.file_set.add_message(header, arrays, notes), "changes": {}}

    def _without_unavailable_tools(self, header):
        """A header without what needs a server, or a network that a page cannot evaluate."""
        if "draw" in header.get("tools", ()) and self.weights.encoder is None:
            self.file_set.limitations[
                translate("It has no drawing pad, because this encoder does not run in a page.")
            ] = None
            header = {**header, "tools": [tool for tool in header["tools"] if tool != "draw"], "preprocessing": None}
        discriminator_layers = {"judge", "push"} & header.get("layers", {}).keys()
        if discriminator_layers and self.weights.discriminator is None:
            header = {
                **header,
                "layers": {k: is_on for k, is_on in header["layers"].items() if k not in discriminator_layers},
            }
            self.file_set.limitations[
                translate("It has no surface of D, because this discriminator does not run in a page.")
            ] = None
        history = {"history": self.history} if header.get("history") else {}
        return {**self._without_server(header), **history}

    def _without_server(self, header):
        """A header with files in place of the server's URLs; a sheet of reconstructions is left out, as the page can decode
        them."""
        part_fields = {"server": self.answer_files, "version": self.revision.fingerprint}
        sheet = header["sprites"] if self.revision.has_original_images else None
        return {**header, **part_fields, "sprites": sheet}

    def add_compared_plane(self, scene, frame) -> dict:
        """The message of a plane of Compare, in a frame that it may share with the other plane."""
        framed_scene = replace(scene, plane=replace(scene.plane, visible_square=frame))
        return {"message": self.add_message(*plane_message.message_parts(framed_scene)), "changes": {}}

    def add_explored_plane(self, view: str, dimensions: tuple[int, int]) -> dict:
        """A plane of Explore: its message, the settings by which it is chosen, and its title."""
        revision, probe = self.revision, self.probe
        scene = plane_message.Scene(
            revision=revision, probe=probe, plane=plane_views.make_plane(revision, probe, view, dimensions),
            view=view, dimensions=dimensions, code=probe.z[0].astype(float), content=self.content,
            layers=plane_message.default_layers(revision, view), has_time_axis=True, item_texts=self.item_texts,
        )  # fmt: skip
        pair = view == "pair"
        return {
            "message": self.add_message(*plane_message.message_parts(scene)), "view": view,
            "across": dimensions[0] + 1 if pair else 0, "up": dimensions[1] + 1 if pair else 0,
            "title": _axes_title(dimensions) if pair else translate(VIEWS[view]),
        }  # fmt: skip


def _axes_title(dimensions) -> str:
    """The names of the two dimensions of a plane, or of the only one."""
    first_name, *other_names = dict.fromkeys(map(axis_name, dimensions))
    return translate("{first} and {second}", first=first_name, second=other_names[0]) if other_names else first_name


# Texts ------------------------------------------------------------------------------------------------------------------


def _included_codes_sentence(revision: RevisionView, probe) -> str:
    count = format(len(probe.z), ",")
    if probe.split == "train":
        text = translate("It holds the codes of {count} training images, and no others.", count=count)
    else:
        text = translate("It holds the codes of {count} test images, and no others.", count=count)
    return revision.reword_for_items(text)


def revision_title(revision: RevisionView) -> str:
    name, data = revision_list.revision_name(revision), data_title(revision.data)
    return name if data in name else f"{name}, {data}"


def revision_description(revision: RevisionView) -> str:
    """A description of the model, with its metrics."""
    config, variant = revision.config, revision.variant
    values = {key: displayed_value(key, revision.measures.get(key)) for key in METRIC_KEYS}
    metrics = [
        f"{translate(METRICS[key].title)} {number_text.metric_text(value)}"
        for key, value in values.items()
        if isinstance(value, float)
    ]
    words = {
        "variant": f"{translate(variant.title)} ({variant.section})", "data": data_title(revision.data),
        "steps": format(revision.status.step, ","),
    }  # fmt: skip
    if variant.has_prior:
        text = translate_plural(
            "{variant} with a latent space of {count} dimension and the prior “{prior}”, trained on {data} for {steps} steps.",
            "{variant} with a latent space of {count} dimensions and the prior “{prior}”, trained on {data} for {steps} steps.",
            config.latent_dim, prior=translate(PRIORS[config.prior.name].title), **words,
        )  # fmt: skip
    else:
        text = translate_plural(
            "{variant} with a latent space of {count} dimension, trained on {data} for {steps} steps.",
            "{variant} with a latent space of {count} dimensions, trained on {data} for {steps} steps.",
            config.latent_dim, **words,
        )  # fmt: skip
    return join_sentences(text, f"{'; '.join(metrics[:MAX_METRICS])}.") if metrics else text


def body_html(title: str, instructions: str, revisions) -> str:
    """The body of the page: its header, the place for its parts, and what a reader sees without JavaScript."""
    descriptions = [revision_description(revision) for revision in revisions]
    if len(revisions) > 1:
        names = map(revision_list.revision_name, revisions)
        descriptions = [f"{name}: {description}" for name, description in zip(names, descriptions, strict=True)]
    map_images = "".join(map(_map_html, revisions))
    return f"""<header class="lp ho-head"><div><h1>{html.escape(title)}</h1>
{"".join(f"<p>{html.escape(description)}</p>" for description in descriptions)}
<p class="ho-how" id="how" hidden>{html.escape(instructions)}</p></div><div id="bar"></div></header>
<main id="main"></main>
<noscript><p>{html.escape(translate(NO_SCRIPT_TEXT))}</p>
{map_images}</noscript>
<footer class="ho-source"><p>{html.escape(translate(SOURCE_TEXT))}</p></footer>"""


def _map_html(revision: RevisionView) -> str:
    """The map of a revision's codes as an image under its caption."""
    stored = revision.without_cached_results().stored  # to draw the prior, it reads the networks and keeps them
    map_png = b64encode(code_map.render_map(stored)).decode()
    return (
        f'<p>{map_caption(revision)}</p><p><img alt="{html.escape(_map_alt_text(revision))}" '
        f'src="data:image/png;base64,{map_png}"></p>'
    )


def _map_alt_text(revision: RevisionView) -> str:
    return translate("The map of {title}", title=revision_title(revision))


def map_caption(revision: RevisionView) -> str:
    """The caption of the map of a revision's codes."""
    if revision.prior is None:
        text = translate("The map of its codes: each dot is an image, in the colour of its class.")
    else:
        text = translate(
            "The map of its codes: each dot is an image, in the colour of its class, over grey samples of the prior."
        )
    return revision.reword_for_items(text)
