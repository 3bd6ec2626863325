"""What the server computes for a page that cannot: decoded images, codes of images, directions; and the originals and
frames.

Each answer is computed from a revision and a request, which is checked by `messages.validation`; this module knows nothing of
routes.
"""

import gzip
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from aae_core.config.derived import discriminator_takes_shown_codes
from aae_core.data import sets
from aae_core.errors import ConfigError
from aae_core.evaluation.selection_differences import ColumnDifference
from aae_core.latent import directions, exploration, row_charts
from aae_core.store.revisions import Revision
from app.cache import code_sets, item_columns, revision_data, selection_comparison
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.figures import number_text
from app.messages import validation, wire_format
from app.server import colourings, live_codes, time_machine
from app.translation.texts import translate

GET, POST = ("GET", "HEAD"), ("POST",)
MAX_NUMBER_BYTES = 24  # bytes of one number in a request, including its comma, at most
MAX_OTHER_BYTES = 4096  # bytes of a request beside its numbers, at most
MAX_VALUES = 32 * 2**20  # values of all images in one answer, at most
# By gzip: level 9, with which Streamlit would compress them, takes a hundred times as long for a tenth fewer bytes.
GROUPS_COMPRESSION = 1
MAX_DIRECTIONS = 48  # shown on a page, at most: their images fit into one request


@dataclass(frozen=True)
class RequestKind:
    """One kind of request: its methods, its size limit, and the function that answers it.

    answer(revision, content) -> bytes of the response, where `content` is the body, or for GET the query as a dict;
    None if the images are not on this machine; it raises an AAEError with a sentence for the page.
    body_limit(revision) -> the most bytes of the body. uses_code_numbers: whether it refers to the page's codes by
    number, so that they must not have changed. is_available(revision): whether the request applies to the revision.
    is_slow: whether it may take seconds. is_watching: whether a page that asks shows the training as it
    goes on. media_type: that of the response. is_immutable: whether the response to one URL never changes.
    is_compressed: whether the bytes are compressed by gzip.
    """

    methods: tuple[str, ...]
    answer: Callable
    body_limit: Callable = lambda revision: 0
    uses_code_numbers: bool = False
    is_available: Callable = lambda revision: True
    is_slow: bool = False
    is_watching: bool = False
    media_type: str = "application/octet-stream"
    is_immutable: bool = False
    is_compressed: bool = False


def answer_decode(revision: RevisionView, body: bytes) -> bytes:
    """Decoded images u1 n×H×W×C under "images" (of a table, levels u1 n×1×F×1) and, if D can judge a code alone, D(z)
    f4 n under "d_of_z", packed by `wire_format`. If the request is "live", by the decoder of this moment of the training,
    whose "step" is given; null where there is none."""
    n_contents, request = len(revision.content_names), validation.parse_json_object(body)
    z, y = validation.parse_codes(request, revision.config.latent_dim, n_contents)
    _check_size(len(z) * int(np.prod(revision.data.shape)))
    model, step = revision.model, None
    if request.get("live") is True:
        model, step = revision_data.load_live_model(revision)
    arrays = {"images": row_charts.quantise_rows(exploration.decode_images(model, z, y), revision.data.features)}
    if discriminator_takes_shown_codes(model.config):
        arrays["d_of_z"] = exploration.discriminator_probabilities(model, z)
    return wire_format.pack_message({"v": 1, "step": step}, arrays)


def _check_size(n_values):
    if n_values > MAX_VALUES:
        raise ConfigError(translate("These are more pixels than one response may hold; request fewer images at once."))


def answer_encode(revision: RevisionView, body: bytes) -> bytes:
    """The representative code of an image given as bytes H×W×C: f4 d under "z", packed by `wire_format`."""
    image = validation.parse_image(body, revision.data.shape)
    z = exploration.encode_images(revision.model, image[None])[0]
    return wire_format.pack_message({"v": 1}, {"z": z})


def answer_typical_error(revision: RevisionView, body: bytes) -> bytes:
    """The typical reconstruction errors, as of `preprocessing.reconstruction_error_quantiles`, under "error"; null
    without originals."""
    return wire_format.pack_message({"v": 1, "error": revision_data.typical_reconstruction_error(revision)})


@cache_by_revision(
    lambda revision, body: (
        revision.cache_key,
        code_sets.code_set_cache_key(revision),
        sets.files_cache_key(revision.data.name),
    )
)
def answer_directions(revision: RevisionView, body: bytes) -> bytes:
    """The first MAX_DIRECTIONS of `directions.find_directions` for the codes shown: "name", "change", "share" and "fit"
    of each under "directions", and f4 n×d its centre under "centres" and its step under "steps"."""
    codes, model = revision.codes, revision.model
    content = codes.content if revision.variant.has_content else None
    factors, factor_names = revision.stored.factors(codes.split, codes.index)
    all_directions = directions.find_directions(model, codes.z, content, factors, factor_names)
    measured_directions = all_directions[:MAX_DIRECTIONS]
    rows = [
        {"name": direction.name, "change": direction.change, "share": direction.share, "fit": direction.fit}
        for direction in measured_directions
    ]
    shape = -1, codes.z.shape[1]
    arrays = {
        "centres": np.array([direction.centre for direction in measured_directions], np.float32).reshape(shape),
        "steps": np.array([direction.step for direction in measured_directions], np.float32).reshape(shape),
    }
    return wire_format.pack_message({"v": 1, "directions": rows}, arrays)


def answer_differences(revision: RevisionView, body: bytes) -> bytes:
    """How the selected codes' items differ from all others, as of `selection_comparison.compare_selection`."""
    selection_mask = validation.parse_selection(body, len(revision.codes.z))
    rows = [
        describe_difference(column, difference)
        for column, difference in selection_comparison.compare_selection(revision, selection_mask)
    ]
    columns = item_columns.columns_of_items(revision).values()
    pending_titles = [column.title for column in columns if not item_columns.is_computed(revision, column)]
    return wire_format.pack_message({"v": 1, "rows": rows, "pending": pending_titles})


def describe_difference(column: item_columns.ItemColumn, difference: ColumnDifference) -> dict:
    """A difference for the page, which shows its numbers as texts."""
    means = (difference.selected_mean, difference.other_mean) if difference.kind == "number" else ()
    return {
        "name": difference.name, "source": column.source, "kind": difference.kind, "difference": difference.difference,
        "low": difference.low, "high": difference.high, "value": difference.value, "values": list(difference.values),
        "ends": [_number_text(end, column.kind) for end in difference.edges or ()],
        "means": [_number_text(mean, column.kind) for mean in means],
        "selected": list(difference.selected_counts), "all": list(difference.all_counts),
        "selected_count": difference.selected_count, "all_count": difference.all_count,
    }  # fmt: skip


def _number_text(number: float, kind: str) -> str:
    """A number of a column of that kind for the page: of dates the day, otherwise the number."""
    if kind == "date":
        return str(selection_comparison.day_of(number))
    return number_text.quantity_text(number)


def answer_colouring(revision: RevisionView, body: bytes) -> bytes:
    """What colours the codes if the column with the key under "column" does, "" for the classes, as in the header of a plane,
    under "colouring", and the group of each code i2 N under "groups"; null for a column whose values take a computation of
    seconds, which a run of the page shows. Compressed by gzip."""
    columns = item_columns.columns_of_items(revision)
    key = validation.parse_column_key(validation.parse_json_object(body), columns)
    column = columns.get(key)
    if column is not None and not item_columns.is_computed(revision, column):
        return _pack_compressed({"colouring": None})
    groups = None if column is None else item_columns.groups_of_codes(revision, column)
    colouring = colourings.colouring_header(revision.data.classes, groups)
    return _pack_compressed({"colouring": colouring}, colourings.groups_array(groups))


def _pack_compressed(header: dict, arrays: dict | None = None) -> bytes:
    """A message of version 1, compressed by gzip, the same bytes whenever it is packed."""
    message = wire_format.pack_message({"v": 1, **header}, arrays)
    return gzip.compress(message, GROUPS_COMPRESSION, mtime=0)


def answer_original_image(revision: RevisionView, query: dict) -> bytes | None:
    """The original image of code number "n" as a PNG; of a table, the levels of its row, a pixel for each feature."""
    number = validation.parse_code_number(query.get("n"), len(revision.codes.z))
    images = revision_data.original_images(revision, [number])
    return None if images is None else exploration.to_png(row_charts.quantise_rows(images, revision.data.features)[0])


def answer_images(revision: RevisionView, body: bytes) -> bytes:
    """Pictures of the codes with the given "numbers", u1 n×H×W×C under "images", packed by `wire_format`: the originals, or
    the reconstructions if those are not on this machine; of a table on this machine also the rows, f4 n×F under
    "rows"."""
    numbers = validation.parse_code_numbers(validation.parse_json_object(body), len(revision.codes.z))
    _check_size(len(numbers) * math.prod(revision_data.picture_shape(revision)))
    arrays = {"images": revision_data.original_or_reconstructed_pictures(revision, numbers)}
    if revision.data.is_table and revision.has_original_images:
        arrays["rows"] = revision_data.original_images(revision, numbers)[:, 0, :, 0]
    return wire_format.pack_message({"v": 1}, arrays)


def answer_frames(revision: RevisionView, query: dict) -> bytes:
    """All frames of a revision's time machine, as of `time_machine.frames_file`; their URL changes whenever they do."""
    return time_machine.frames_file(revision).content


def _codes_body_limit(revision: RevisionView):
    numbers_of_code = revision.config.latent_dim + len(revision.content_names) + 1
    return MAX_OTHER_BYTES + MAX_NUMBER_BYTES * validation.MAX_CODES * numbers_of_code


def _numbers_body_limit(revision: RevisionView) -> int:
    return MAX_OTHER_BYTES + MAX_NUMBER_BYTES * validation.MAX_CODES


def _takes_drawn_input(revision: Revision | RevisionView) -> bool:
    """Whether a user can draw or upload an input: an image, but not a row of a table."""
    return not revision.data.is_table


REQUEST_KINDS = {
    "decode": RequestKind(POST, answer_decode, _codes_body_limit),
    "encode": RequestKind(
        POST, answer_encode, lambda revision: int(np.prod(revision.data.shape)), is_available=_takes_drawn_input
    ),
    "usual": RequestKind(POST, answer_typical_error, is_available=_takes_drawn_input),
    "directions": RequestKind(POST, answer_directions, is_slow=True),
    "differences": RequestKind(
        POST,
        answer_differences,
        lambda revision: code_sets.MAX_CODES,
        uses_code_numbers=True,
        is_slow=True,
    ),
    "colouring": RequestKind(
        POST,
        answer_colouring,
        lambda revision: MAX_OTHER_BYTES,
        uses_code_numbers=True,
        is_compressed=True,
    ),
    "image": RequestKind(
        GET,
        answer_original_image,
        uses_code_numbers=True,
        is_available=lambda revision: revision.has_original_images,
        media_type="image/png",
        is_immutable=True,
    ),
    "images": RequestKind(
        POST,
        answer_images,
        _numbers_body_limit,
        uses_code_numbers=True,
    ),
    "frames": RequestKind(GET, answer_frames, is_immutable=True, is_compressed=True),
    "now": RequestKind(GET, live_codes.answer_now, is_available=lambda revision: revision.is_busy, is_watching=True),
}
