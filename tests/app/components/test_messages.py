"""The messages between Python and the page have one description: what Python hears is checked by it, what it sends fits it."""

import gzip
import json
import math
from dataclasses import replace

import numpy as np
import pandas
import pyarrow
import pytest

pytest.importorskip("streamlit")
from helpers.app_pages import assert_no_exception, run_page
from helpers.environment import IN_CI, run_web_command
from helpers.plane_scenes import make_scene
from helpers.snapshots import fresh_snapshot

from aae_core import files
from aae_core.latent.column_groups import group_by_column
from aae_core.store import frames, live_frame
from app.cache import revision_data, revision_snapshot, text_columns
from app.components import incoming_messages
from app.components.game_board import game_data
from app.lessons import lesson_panel, reader, running_lesson
from app.messages import typescript, validation, wire_format
from app.messages.validation import MessageError
from app.scenes import plane_message
from app.server import answers, assets, live_codes

TINY = {"network.hidden": (16,), "network.discriminator": (16,), "data": "digits", "steps": 10, "threads": 1}
USUAL_VARIANTS = ("aae", "supervised", "reduction")  # by hand; without and with content, which is told or inferred
DESCRIPTION = typescript.DECLARATIONS
PAGES = [("style", {}), ("compare", {}), ("classify", {}), ("lessons", {}), ("game", {}),
         ("aggregate", {}), ("theory", {}), ("train", {"prior.name": "painted"}), ("train", {"prior.name": "gamma"}),
         ("explore", {"picked": "3", "window": "-1,1,-1,1"})]  # fmt: skip
CHECK = """import type { Field, OutgoingMessages } from "%s";
declare const f4: Field<Float32Array>, i2: Field<Int16Array>, i4: Field<Int32Array>;
declare const u1: Field<Uint8Array>, u2: Field<Uint16Array>;
declare function fits<T>(sent: T): void;
declare function covers<T extends true>(): void;
covers<[keyof OutgoingMessages] extends [%s] ? true : false>();
"""


def header_and_dtypes(message):
    """The header of a message, and the dtype of each of its arrays by name."""
    header = json.loads(message[8 : 8 + int.from_bytes(message[:4], "little")])
    return header, {name: entry["dtype"] for name, entry in header.pop("arrays").items()}


def server_messages(revisions, own_revision, labelled_revision, request):
    """What the server really sends, by the names in `OutgoingMessages`."""
    plane_pages = [("explore", {"revision": revision.id, "plane": "pca", "layers": "judge"}) for revision in revisions]
    for page, query in [*PAGES, *plane_pages]:
        for part in assert_no_exception(run_page(page, **query)).get("bidi_component"):
            yield part.proto.component_name.rpartition(".")[2], part.proto.bytes
    request.getfixturevalue("query")  # a session without pages
    shelf = reader.load_lessons()
    for lesson in shelf.lessons.values():
        for page_number in range(1, len(lesson.pages) + 1):
            running = running_lesson.RunningLesson(lesson, page_number)
            yield (
                "lesson_panel",
                wire_format.pack_message(
                    lesson_panel.panel_message(running, "explore", shelf, running_lesson.lesson_progress(running))
                ),
            )
    opening = {"play": True, "image": "a handwritten digit"}
    yield (
        "latent_canvas",
        plane_message.pack_message(make_scene(labelled_revision, layers=["judge"], opening=opening), {"hidden": "3"}),
    )
    scene = make_scene(labelled_revision)
    count = len(scene.probe.z)
    groups = group_by_column(pandas.Series(np.linspace(0, 9, count), name="size"), "number")
    ids = text_columns.TextColumn("id", pyarrow.array([str(k) for k in range(count)]), None, True)
    kinds = text_columns.TextColumn("kind", pyarrow.array(["a"]), np.zeros(count, np.int32), True)
    texts = text_columns.ItemTexts([ids, kinds], ["abstract"])
    matches = np.arange(count) % 2 == 0
    yield (
        "latent_canvas",
        plane_message.pack_message(replace(scene, groups=groups, matches=matches, item_texts=texts)),
    )
    yield "colouring", gzip.decompress(answers.answer_colouring(scene.revision, b'{"column": ""}'))
    yield "colouring", gzip.decompress(answers.answer_colouring(scene.revision, b'{"column": "class"}'))
    yield "differences", answers.answer_differences(scene.revision, matches.astype(np.uint8).tobytes())
    for revision in [*revisions, own_revision]:
        content = [0] if len(fresh_snapshot(revision).content_names) else None
        code = json.dumps({"codes": [[0.5] * revision.config.latent_dim], "y": content})
        yield "decode", answers.answer_decode(fresh_snapshot(revision), code.encode())
        yield "encode", answers.answer_encode(fresh_snapshot(revision), bytes(math.prod(revision.data.shape)))
        yield "images", answers.answer_images(fresh_snapshot(revision), b'{"numbers": [0, 1]}')
        yield "directions", answers.answer_directions(fresh_snapshot(revision), b"")
        yield "usual", answers.answer_typical_error(fresh_snapshot(revision), b"")
        yield "history", gzip.decompress(answers.answer_frames(fresh_snapshot(revision), {}))
    for revision in (own_revision, labelled_revision):
        yield "now", live_codes.answer_now(fresh_snapshot(revision), {})
        write_live_frame(revision)
        answer = live_codes.answer_now(fresh_snapshot(revision), {})
        live_frame.remove(revision.path)
        assert header_and_dtypes(answer)[0]["steps"], "a frame of this moment is sent"
        yield "now", answer
    for name in ("digits", "wine"):
        yield "game_data", game_data.game_data_asset(name).content


def write_live_frame(revision):
    """The last frame of a revision as that of this moment."""
    folder = frames.FrameFolder(revision.path / frames.FRAMES_FOLDER)
    tensors, header = files.read_tensors(folder.file_of(folder.steps()[-1]))
    rows = live_frame.choose_codes(revision.probe().labels)
    coarse_surface = {"judged": tensors["judged"][::2, ::2].copy()} if "judged" in tensors else {}
    live_tensors = {name: tensors[name][rows] for name in ("z", "content") if name in tensors}
    live_frame.write(revision.path, live_tensors | coarse_surface, header.metadata)


def test_what_the_server_sends_fits_the_description(tmp_path, train_revision, request):
    revision_ids = {
        summary.variant: summary.id
        for summary in revision_data.list_summaries()
        if IN_CI or summary.variant in USUAL_VARIANTS
    }
    labelled_revision = train_revision(variant="label-informed", **{"prior.name": "swiss-roll"})
    messages = []
    for name, message in server_messages(
        [revision_snapshot.open_snapshot(revision_id) for revision_id in revision_ids.values()],
        train_revision(),
        labelled_revision,
        request,
    ):
        header, arrays = header_and_dtypes(message)
        if header.get("codes") is not None:
            content = assets.ASSETS.find(header["codes"]["url"].rpartition("/")[2])
            messages.append(("codes", *header_and_dtypes(content)))
            arrays |= messages[-1][2]
        for file_kind in ("groups", "filter"):
            if header.get(file_kind) is not None:
                content = assets.ASSETS.find(header[file_kind]["url"].rpartition("/")[2])
                messages.append(("groupings", *header_and_dtypes(content)))
                arrays |= messages[-1][2]
        if header.get("items") is not None:
            content = assets.ASSETS.find(header["items"]["url"].rpartition("/")[2])
            messages.append(("items", *header_and_dtypes(content)))
        messages.append((name, header, arrays))
    names = " | ".join(f'"{name}"' for name in sorted({name for name, *_ in messages}))
    text = CHECK % (DESCRIPTION.with_suffix("").with_suffix(".js"), names)
    for name, header, arrays in messages:
        fields = ", ".join(f"{json.dumps(array)}: {dtype}" for array, dtype in arrays.items())
        text += f'fits<OutgoingMessages["{name}"]>({{header: {json.dumps(header)}, fields: {{{fields}}}}});\n'
    (tmp_path / "sent.ts").write_text(text, encoding="utf-8")
    arguments = ["--target", "ES2023", "--module", "ES2022", "--moduleResolution", "bundler", str(tmp_path / "sent.ts")]
    run_web_command("tsc", "--allowImportingTsExtensions", "--strict", "--noEmit", *arguments)


VALID_MESSAGES = {
    "code": {"z": [0, 1.5]}, "picked": {"index": -1}, "frame": {"step": None}, "layers": {"codes": True},
    "view": {"home": True},
    "layout": {"rows": [1], "columns": [0, 2], "blend": {"a": 0, "b": 1, "t": 0.5}}, "setup": {"seed": 7, "prior": "gaussian"},
    "hide": {"names": []}, "go": {"lesson": "a", "page_number": 1, "number": 2}, "moment": {"axis": "steps", "value": 0.25},
}  # fmt: skip


@pytest.mark.parametrize("kind", VALID_MESSAGES)
def test_a_message_of_its_form_is_handed_on_without_its_turn(kind):
    assert validation.parse_message(kind, VALID_MESSAGES[kind] | {"message_number": 3}) == VALID_MESSAGES[kind]


def test_a_drawing_carries_its_turn_so_that_its_answer_is_known():
    assert validation.parse_message("image", {"pixels": None, "message_number": 3}) == {
        "pixels": None,
        "message_number": 3,
    }


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("code", None), ("code", [1, 2]), ("code", {}), ("code", {"z": "1"}), ("code", {"z": [1, "2"]}), ("code", {"z": [True]}),
        ("code", {"z": [1], "y": 2}), ("picked", {"index": None}), ("frame", {"step": "10"}), ("layers", {"codes": 1}),
        ("layout", {"rows": [1], "columns": [0], "blend": {"a": 0, "b": 1}}),
        ("layout", {"rows": [1], "columns": [0], "blend": [0, 1, 0.5]}),
        ("image", {"pixels": 7}), ("rules", {"weight": "1"}), ("hide", {"names": "time"}),
        ("no kind", {}), ("size", {"presenter": math.inf}),
    ],
)  # fmt: skip
def test_any_other_form_is_refused_in_a_sentence(kind, value):
    with pytest.raises(MessageError, match=f"“{kind}” of an unknown form, which was refused; reload the page"):
        validation.parse_message(kind, value)


def test_what_is_of_no_form_reaches_nobody(monkeypatch):
    state = {"plane": {"code": json.loads('{"z": [1, null], "message_number": 1}')}}
    monkeypatch.setattr(incoming_messages.st, "session_state", state)
    incoming_messages.message_callbacks("plane", ("code",), lambda *values: pytest.fail("it was heard"))[
        "on_code_change"
    ]()
    assert "unknown form" in state["plane.refused"]
