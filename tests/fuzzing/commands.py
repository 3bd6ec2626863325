"""The command line: lists of arguments made from the parser itself, run in this process."""

import argparse
import contextlib
import io
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from fuzzing import cases, places
from fuzzing.target import Target, check_sentence
from fuzzing.watch import BrokenPromiseError
from hypothesis import strategies as st

from aae_core.cli import arguments, commands, streams
from aae_core.config.configuration import setting_keys
from aae_core.data.built_in import downloads
from aae_core.errors import DataError
from aae_core.reproduce import reproduction
from aae_core.runs import worker
from aae_core.store import onnx_files
from app import __main__ as handing_out
from app.handout import contents
from app.lessons import file_check
from app.website import site

FILES = ("images.npz", "cut.npz", "codes.npz", "houses.csv", "X.npz", "a.png", "a.zip", "folder", "no/where")
OUTPUTS = ("out.npz", "out.png", "out.csv", "out.gif", "out.html", "out", "new", "folder", "no/out.npz", "a.png/o.npz")
FOLDERS = ("checkpoints", "nowhere", "text.txt", "", "\0")
WORDS = ("digits", "wine", "mine", "aae", "vae", "mixture", "ring", "default", "0", "1", "3", "class", "town=category")
EXPENSIVE_COMMANDS = ("evaluate",)  # what it computes is no matter of arguments


def leaf_commands(parser, way=()):
    """(names, parser) of every command."""
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner or way == ("data",):
        yield way, parser
    for action in inner:
        for name, item in action.choices.items():
            yield from leaf_commands(item, (*way, name))


def argument_values(place, action):
    """What an argument is given: what could be meant, or anything."""
    ids = [revision.id for revision in place.revisions.values()]
    flags = " ".join(action.option_strings) or action.dest
    if action.choices:
        likely = st.sampled_from(sorted(action.choices))
    elif action.dest in ("revision", "revisions"):
        likely = st.sampled_from([*ids, "latest", ids[0][:20], ids[0][:3], "2099"])
    elif action.dest in ("checkpoints", "data_root", "write", "folder"):
        return st.sampled_from(FOLDERS)
    elif action.dest == "output":
        return st.sampled_from(OUTPUTS) | cases.odd_texts.filter(lambda text: ".." not in text)
    elif flags == "--set":
        pair = st.tuples(st.sampled_from(setting_keys()), st.sampled_from(WORDS) | cases.odd_texts)
        likely = pair.map("=".join)
    elif action.dest in ("images", "codes", "path", "painting"):
        likely = st.sampled_from(FILES)
    else:
        likely = st.sampled_from(WORDS)
    return likely | likely | cases.odd_texts


def argument_lists(place, parser=arguments._build_parser):
    """Arguments of a command: those that it needs, some of its options, and now and then what it does not know."""

    def arguments_of(row):
        command, parser = row
        parts = [st.just(list(command))]
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction) or "--help" in action.option_strings:
                continue
            value = argument_values(place, action).map(lambda text: [text])
            if not action.option_strings:
                parts.append(value if action.nargs is None else st.lists(value.map(lambda v: v[0]), max_size=2))
                continue
            flag = st.sampled_from(action.option_strings)
            option = flag.map(lambda name: [name])
            if action.nargs != 0:
                option = st.tuples(flag, value).map(lambda pair: [pair[0], *pair[1]])
            parts.append(option if action.required else st.just([]) | st.just([]) | option)
        odd_argument = st.just([]) | st.just([]) | st.just([]) | cases.odd_texts.map(lambda text: [text])
        return st.tuples(*parts, odd_argument).map(
            lambda lists_of_texts: [text for part in lists_of_texts for text in part]
        )

    result = [(command, parser) for command, parser in leaf_commands(parser()) if command[0] not in EXPENSIVE_COMMANDS]
    return st.sampled_from(result).flatmap(arguments_of)


def prepare_folder(place):
    """The folder in which commands run: a store, and files of every kind that they take."""
    folder = place.work / "terminal"
    if not folder.exists():
        (folder / "folder").mkdir(parents=True)
        pictures = places.image_files()
        images = np.arange(4 * 64, dtype=np.uint8).reshape(4, 8, 8)
        contents = {
            "images.npz": places.npz_bytes(images=images, labels=np.arange(4) % 2),
            "codes.npz": places.npz_bytes(z=np.zeros((3, 2))),
            "houses.csv": places.TABLE.encode(), "X.npz": places.npz_bytes(X=np.eye(5, 13)), "a.png": pictures["a.png"],
            "a.zip": places.zip_bytes({f"{k}.png": pictures["a.png"] for k in range(3)}), "text.txt": b"x",
            "folder/a.jpg": pictures["a.jpg"], "folder/b.gif": pictures["a.gif"],
        }  # fmt: skip
        contents["cut.npz"] = contents["images.npz"][:-40]
        for name, content in contents.items():
            (folder / name).write_bytes(content)
    store = folder / "checkpoints"
    own_ids = {revision.id for revision in place.revisions.values()}
    for value in store.iterdir() if store.exists() else ():
        if value.name not in own_ids and value.is_dir():
            shutil.rmtree(value)
    for revision in place.revisions.values():
        if not (store / revision.id).exists():
            shutil.copytree(revision.path, store / revision.id)
    for value in ("new", "out", "data"):
        shutil.rmtree(folder / value, ignore_errors=True)
    return folder


def refuse_network(*_, **__):
    raise DataError("There is no network here.")


def run_command(place, argv, main=arguments.main):
    folder = prepare_folder(place)
    actual, printed = (
        io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace", write_through=True) for _ in "12"
    )
    out, err = streams.ControlFreeStream(printed), streams.ControlFreeStream(actual)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.chdir(folder)
        patch.setenv("AAE_CHECKPOINTS", str(folder / "checkpoints"))
        patch.setenv("AAE_DATA", str(folder / "data"))
        for name in ("AAE_ENGINE", "AAE_ENGINE_OPTIONS"):  # that the command sets are undone with the rest
            patch.setenv(name, "")
        patch.setattr("sys.stdin", io.StringIO())
        patch.setattr(downloads, "download_standard_set", refuse_network)
        patch.setattr(commands, "serve_explorer", refuse_network)
        patch.setattr(commands, "check_lessons", refuse_network)  # starts a process
        patch.setattr(file_check, "rehearse_files", refuse_network)
        patch.setattr(onnx_files, "export_onnx_files", refuse_network)  # takes seconds
        patch.setattr(worker, "run_training", lambda revision, *_, **__: replace(revision.status, state="done"))
        patch.setattr(reproduction, "run_experiment", refuse_network)
        patch.setattr(contents, "make_handout", refuse_network)
        patch.setattr(site, "write_site", refuse_network)
        status = main(argv)
    actual, printed = (stream.buffer.getvalue().decode() for stream in (actual, printed))
    if status not in (0, 1, 2, 130) or "Traceback" in actual + printed:
        raise BrokenPromiseError(f"It ended with {status}: {actual[-500:]}")
    if status:
        last = actual.strip().splitlines()[-1]
        if not last.startswith("aae: "):
            raise BrokenPromiseError(f"It said {last[:300]!r}")
        check_sentence(last, clause=status == 2)
    elif "--json" in argv:
        json.loads(printed)


TARGETS = [
    Target(
        "command line",
        argument_lists,
        run_command,
        120,
        "a store is listed, a model loaded",
        writes=True,
        memory=512 * 2**20,
        seconds=4,
    ),
    Target(
        "command line of pages",
        lambda place: argument_lists(place, handing_out._make_parser),
        lambda place, argv: run_command(place, argv, handing_out.run_app_command),
        120,
        "a store is listed, a model loaded",
        writes=True,
        memory=512 * 2**20,
        seconds=4,
    ),
]
