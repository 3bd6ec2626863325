import errno
import itertools
import json
import math
import os
import struct
import subprocess
import sys
import threading
import time
import zlib

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from aae_core import files
from aae_core.errors import DataError, RevisionError


def sentence(error) -> str:
    """The text of a refusal, which must be one line that ends as a sentence."""
    text = str(error.value)
    assert "\n" not in text and text.endswith(".")
    return text


def test_write_replaces_whole_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "a.json"
    files.write_json(path, {"a": 1})
    files.write_json(path, {"b": [1.5, None, "é"]})
    assert json.loads(path.read_text("utf-8")) == {"b": [1.5, None, "é"]} and "é" in path.read_text("utf-8")
    assert files.read_json(path) == {"b": [1.5, None, "é"]}
    assert os.listdir(tmp_path) == ["a.json"]


def test_readers_never_see_a_torn_file(tmp_path):
    path, digits, stop = tmp_path / "a.json", set(), threading.Event()
    texts = {n: {"value": str(n) * 20_000} for n in range(2)}
    files.write_json(path, texts[0])

    def read():
        while not stop.is_set():
            digits.add(files.read_json(path)["value"][0])

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(60):
        files.write_json(path, texts[n % 2])
    stop.set()
    reader.join()
    assert digits <= {"0", "1"} and digits


@pytest.mark.parametrize("function", ["replace", "fsync"])
@pytest.mark.parametrize(
    ("number", "cause"), [(errno.ENOSPC, "the disk is full; free some space"), (errno.EACCES, "permission denied")]
)
def test_failed_write_keeps_the_old_file_and_says_why(tmp_path, monkeypatch, function, number, cause):
    path = tmp_path / "a.json"
    files.write_json(path, {"a": 1})

    def fail(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, function, fail)
    with pytest.raises(RevisionError, match=cause) as error:
        files.write_json(path, {"a": 2})
    assert str(path) in sentence(error)
    assert files.read_json(path) == {"a": 1}
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.EEXIST, "a file is where a folder is needed; choose another place."),
        (errno.ENOTDIR, "a file is where a folder is needed; choose another place."),
        (errno.EISDIR, "a folder is where a file is needed; remove it, or name a file."),
        (errno.ENAMETOOLONG, "its name is too long; choose a shorter one."),
        (
            errno.EMFILE,
            "this machine has too many processes, too many open files or too little memory; end some programs, or try again "
            "later.",
        ),
        (errno.EIO, "Input/output error; check the disk and try again."),
    ],
)
def test_an_error_of_the_system_is_told_with_what_to_do(number, advice):
    assert (
        files.os_error_message(OSError(number, "Input/output error"), "there", "read")
        == f"there could not be read: {advice}"
    )


def test_no_bit_of_a_record_changes_unnoticed(tmp_path):
    """Of its checksum's own key a bit may: the record is still what was written, and then nothing vouches for it."""
    path, record = tmp_path / "a.json", {"step": 60, "text": "é"}
    files.write_checksummed_json(path, record)
    data = path.read_bytes()
    assert files.read_json(path) == record and json.loads(data)["step"] == 60
    for place, bit in itertools.product(range(len(data)), range(8)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :])
        try:
            result = files.read_json(path)
        except RevisionError as error:
            assert "\n" not in str(error)
        else:
            assert place < len('{"crc32":"00000000",') and {**record, **result} == result
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(RevisionError, match="damaged(,| or) cut short"):
            files.read_json(path)


def test_a_checksum_is_the_first_key_and_is_of_all_that_follows():
    assert files.add_checksum('{"a":1}') == b'{"crc32":"%08x","a":1}' % zlib.crc32(b'"a":1}')
    assert files.strip_checksum(files.add_checksum('{"a":1}'), "there") == b'{"a":1}'


def test_a_record_written_again_by_others_is_read(tmp_path):
    path = tmp_path / "a.json"
    files.write_checksummed_json(path, {"step": 60})
    path.write_text(json.dumps(json.loads(path.read_text()) | {"step": 70}))
    assert files.read_json(path)["step"] == 70


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of a process so")
def test_tensors_for_which_memory_lacks_are_a_memory_error(tmp_path):
    files.write_tensors(tmp_path / "a", {"x": np.ones(2**26, np.uint8)})
    code = """
import sys
from aae_core import files
from aae_core.runs import limits
files.read_tensors(sys.argv[1])
limits.limit_process_memory(0.001)
try:
    files.read_tensors(sys.argv[1])
except MemoryError:
    print("told")
"""
    actual = subprocess.run([sys.executable, "-c", code, tmp_path / "a"], capture_output=True, text=True, timeout=100)
    assert actual.stdout == "told\n" and actual.stderr == ""


def test_no_byte_of_a_tensor_file_changes_unnoticed(tmp_path, tensors):
    """Of the checksum's own name a byte may: the tensors are still what was written, and then nothing vouches for them."""
    path, unnoticed_places = tmp_path / "a", []
    files.write_tensors(path, tensors, {"step": "3"})
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        try:
            output, header = files.read_tensors(path)
        except RevisionError:
            continue
        unnoticed_places.append(place)
        assert {**header.metadata, "step": "3"} == header.metadata and len(header.metadata) == 2
        assert all(np.array_equal(output[name], values) for name, values in tensors.items())
    assert len(unnoticed_places) <= len(files.CHECKSUM_KEY)
    path.write_bytes(data)
    assert files.read_tensors(path)[1].metadata == {"step": "3"}


def test_a_tensor_files_checksum_ignores_the_order_of_metadata(tmp_path, tensors):
    """In which the library gives them, another one each time."""
    metadata = {f"key {n}": str(n) for n in reversed(range(20))}
    files.write_tensors(tmp_path / "a", tensors, metadata)
    assert files.read_tensors(tmp_path / "a")[1].metadata == metadata


def test_what_a_living_process_writes_stays_until_it_is_old(tmp_path):
    (tmp_path / "frames").mkdir()
    names = [
        f".a.json.{os.getpid()}-{files.HOST_CODE}0000.part",
        # of another machine, whose processes nobody knows here
        f".a.json.{2**22 + 1}-{int(files.HOST_CODE, 16) ^ 1:04x}0000.part",
        f".a.json.{2**22 + 1}-{files.HOST_CODE}0000.part",
        f"frames/.b.4194305-{files.HOST_CODE}0000.part",
    ]
    for name in names:
        (tmp_path / name).touch()
    files.remove_abandoned_drafts(tmp_path)
    assert [name for name in names if (tmp_path / name).exists()] == names[:2]
    for name in names[:2]:
        os.utime(tmp_path / name, (time.time() - 3700,) * 2)
    files.remove_abandoned_drafts(tmp_path)
    assert not any((tmp_path / name).exists() for name in names)


def test_errors_can_be_of_another_kind(tmp_path):
    with pytest.raises(DataError, match="missing"):
        files.write_atomic(tmp_path / "none" / "a", "x", DataError)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b'{"a": [1, 2', "cut short"),
        (b"", "cut short"),
        (b"\xff\xfe\x00", "not valid JSON"),
        (b"[1, 2]", "does not hold a JSON object"),
        (b'{"a": NaN}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b"9" * 50_000, "not valid JSON"),
        (b'{"a": "' + b"x" * 2000 + b'"}', "2,009 bytes"),
    ],
)
def test_bad_json_is_one_sentence_naming_the_file(tmp_path, content, cause):
    path = tmp_path / "config.json"
    path.write_bytes(content)
    with pytest.raises(RevisionError, match=cause) as error:
        files.read_json(path, limit=1000 if len(content) == 2009 else files.JSON_LIMIT)
    assert str(path) in sentence(error)


def test_missing_folder_and_pipe_are_refused(tmp_path):
    with pytest.raises(RevisionError, match="missing"):
        files.read_json(tmp_path / "none.json")
    with pytest.raises(RevisionError):
        files.read_json(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(RevisionError, match="ordinary file"):
            files.read_json(tmp_path / "pipe")


@pytest.fixture
def tensors():
    rng = np.random.default_rng(0)
    return {
        "a": rng.normal(size=(3, 4)).astype(np.float32),
        "b": np.arange(5),
        "half": rng.normal(size=7).astype(np.float16),
        "turned": rng.normal(size=(2, 3)).astype(np.float32).T,
        "scalar": np.array(7),
        "empty": np.empty((0, 2), np.float32),
    }


EXPECTED = {
    "a": ("F32", (3, 4)),
    "b": ("I64", (5,)),
    "half": ("F32", (7,)),
    "turned": ("F32", (3, 2)),
    "scalar": ("I64", ()),
    "empty": ("F32", (0, 2)),
}


def test_tensors_agree_with_the_library_both_ways(tmp_path, tensors):
    files.write_tensors(tmp_path / "ours", tensors, {"step": "3"})
    save_file(
        {k: np.ascontiguousarray(v).reshape(v.shape) for k, v in tensors.items()}, tmp_path / "theirs", {"step": "3"}
    )
    for value in (load_file(tmp_path / "ours"), files.read_tensors(tmp_path / "theirs", EXPECTED)[0]):
        assert value.keys() == tensors.keys()
        for name, values in tensors.items():
            assert value[name].dtype == values.dtype
            np.testing.assert_array_equal(value[name], values)
    header = files.read_tensor_header(tmp_path / "ours")
    assert header.metadata == {"step": "3"} and header.tensors["a"] == ("F32", (3, 4))
    for name, values in tensors.items():
        value = np.fromfile(tmp_path / "ours", values.dtype, values.size, offset=header.offsets[name])
        np.testing.assert_array_equal(value, values.ravel())


TYPES = {
    "F64": "f8",
    "F32": "f4",
    "F16": "f2",
    "I64": "i8",
    "I32": "i4",
    "I16": "i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}


def test_tensors_of_every_type_are_found_where_the_file_has_them(tmp_path):
    save_file({name: np.ones(8, kind) for name, kind in TYPES.items()}, tmp_path / "w")
    header = files.read_tensor_header(tmp_path / "w")
    assert header.tensors == {name: (name, (8,)) for name in TYPES}
    content = (tmp_path / "w").read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header_record = json.loads(content[8 : 8 + length])
    assert header.offsets == {name: 8 + length + header_record[name]["data_offsets"][0] for name in TYPES}


@pytest.mark.parametrize("dtype", ["F64", "F32", "F16"])
def test_a_floating_type_stands_for_every_other_and_for_no_whole_numbers(tmp_path, dtype):
    save_file({"a": np.ones(2, TYPES[dtype])}, tmp_path / "w")
    for type_name in TYPES:
        if type_name.startswith("F"):
            assert files.read_tensors(tmp_path / "w", {"a": (type_name, (2,))})[0]["a"].dtype == TYPES[dtype]
        else:
            with pytest.raises(RevisionError, match=f"of type {dtype}, not {type_name}"):
                files.read_tensors(tmp_path / "w", {"a": (type_name, (2,))})


def test_files_may_be_as_long_as_they_are_allowed_and_no_longer(tmp_path):
    """A record of 16 MiB and tensors of 4 GiB, of which only the length is looked at."""
    (tmp_path / "a").write_bytes(b"123456")
    assert files.read_bytes(tmp_path / "a", 6) == b"123456"
    with pytest.raises(RevisionError, match="is 6 bytes long, but at most 5 are allowed"):
        files.read_bytes(tmp_path / "a", 5)
    for read, max_bytes in ((files.read_json, 16 * 1024**2), (files.read_tensors, 4 * 1024**3)):
        with open(tmp_path / "long", "wb") as file:
            file.truncate(max_bytes + 1)
        with pytest.raises(RevisionError, match=f"at most {max_bytes:,} are allowed"):
            read(tmp_path / "long")


@pytest.mark.parametrize(
    ("value", "is_one"),
    [(0, True), (-1.5, True), (10**300, True), (10**400, False), (True, False), ("1", False), (None, False), ([1], False),
     (float("nan"), False), (float("inf"), False)],
)  # fmt: skip
def test_numbers_of_a_file_are_finite_and_no_truth_values(value, is_one):
    assert files.is_finite_number(value) is is_one


def test_what_a_killed_writer_left_is_removed_and_nothing_else(tmp_path):
    dead_draft = f".a.json.{2**22 + 1}-{files.HOST_CODE}0000.part"
    huge_pid_draft = f".a.{10**40}-{files.HOST_CODE}0000.part"
    kept_names = [huge_pid_draft, ".hidden", ".mine.part", "b.json", "c.part"]
    for name in (dead_draft, *kept_names):
        (tmp_path / name).write_text("")
    files.remove_abandoned_drafts(tmp_path)
    assert sorted(os.listdir(tmp_path)) == kept_names


@pytest.mark.parametrize("pattern", ["*", "*/frames", "**"])
def test_nothing_is_removed_to_which_a_link_leads(tmp_path, pattern):
    name, store = f".a.json.{2**22 + 1}-{files.HOST_CODE}0000.part", tmp_path / "store"
    (tmp_path / "elsewhere" / "frames").mkdir(parents=True)
    (store / "real").mkdir(parents=True)
    (store / "link").symlink_to(tmp_path / "elsewhere")
    (store / "real" / "frames").symlink_to(tmp_path / "elsewhere" / "frames")
    for folder in ("elsewhere", "elsewhere/frames", "store/real"):
        (tmp_path / folder / name).touch()
    files.remove_abandoned_drafts(store, pattern)
    assert (tmp_path / "elsewhere" / name).exists() and (tmp_path / "elsewhere" / "frames" / name).exists()
    assert (store / "real" / name).exists() == (pattern == "*/frames")


@pytest.mark.parametrize(
    ("function", "number", "refused"),
    [("open", errno.EACCES, False), ("open", errno.EISDIR, False), ("open", errno.EIO, True), ("fsync", errno.EBADF, False),
     ("fsync", errno.EINVAL, False), ("fsync", errno.EIO, True)],
)  # fmt: skip
def test_names_are_synced_where_the_system_can(tmp_path, monkeypatch, function, number, refused):
    system_function = getattr(os, function)

    def fail(target, *args):
        if target == tmp_path or (isinstance(target, int) and os.path.isdir(f"/proc/self/fd/{target}")):
            raise OSError(number, os.strerror(number))
        return system_function(target, *args)

    monkeypatch.setattr(os, function, fail)
    try:
        files.write_json(tmp_path / "a.json", {"a": 1})
    except RevisionError:
        assert refused
    else:
        assert not refused and files.read_json(tmp_path / "a.json") == {"a": 1}


def test_what_is_synced_is_all_that_was_written(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.stat(handle).st_size))
    files.write_atomic(tmp_path / "a", b"12345")
    assert synced[0] == 5


def test_a_write_that_is_interrupted_leaves_no_part(tmp_path, monkeypatch):
    def stop(handle):
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_sync_handle", stop)
    with pytest.raises(KeyboardInterrupt):
        files.write_atomic(tmp_path / "a", b"12345")
    assert not list(tmp_path.iterdir())


def test_a_folder_whose_names_were_synced_is_closed_again(tmp_path, monkeypatch):
    handles, system_functions = [], (os.open, os.close)
    monkeypatch.setattr(os, "open", lambda *args: handles.append(system_functions[0](*args)) or handles[-1])
    monkeypatch.setattr(os, "close", lambda handle: handles.remove(handle) or system_functions[1](handle))
    files.write_json(tmp_path / "a.json", {})
    assert handles == []


def test_a_link_is_refused_and_what_is_no_link_is_not(tmp_path):
    file_path, link = tmp_path / "there", tmp_path / "link"
    file_path.write_text("mine")
    link.symlink_to(file_path)
    for path in (file_path, tmp_path / "missing", tmp_path):
        files.check_not_symlink(path)
    for attempt in (lambda: files.check_not_symlink(link), lambda: files.nofollow_opener(link, os.O_RDONLY)):
        with pytest.raises(OSError) as error:
            attempt()
        assert error.value.errno == errno.ELOOP
    with open(file_path, opener=files.nofollow_opener) as file:
        assert file.read() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_file_that_is_created_for_a_log_is_no_program(tmp_path):
    former_mask = os.umask(0)
    try:
        with open(tmp_path / "log", "ab", opener=files.nofollow_opener):
            pass
    finally:
        os.umask(former_mask)
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o666


@pytest.mark.parametrize("opener", [files.nofollow_opener, files.nonblocking_opener])
def test_files_are_opened_where_the_system_knows_neither_pipes_nor_links(tmp_path, monkeypatch, opener):
    (tmp_path / "a").write_text("mine")
    for name in ("O_NOFOLLOW", "O_NONBLOCK"):
        monkeypatch.delattr(os, name)
    with open(tmp_path / "a", opener=opener) as file:
        assert file.read() == "mine"


def test_where_fsync_is_not_enough_the_drive_itself_is_asked(tmp_path, monkeypatch):
    calls, synced_handles, failures = [], [], []

    def ask_drive(handle, command):
        calls.append(command)
        if failures:
            raise OSError(errno.ENOTSUP, "no")

    monkeypatch.setattr(files, "F_FULLFSYNC", 51)
    monkeypatch.setattr(files, "fcntl", ask_drive)
    monkeypatch.setattr(os, "fsync", synced_handles.append)
    files.write_json(tmp_path / "a.json", {})
    assert calls == [51, 51] and synced_handles == [], "the file, and its name"
    failures.append("on this file system")
    files.write_json(tmp_path / "a.json", {})
    assert len(synced_handles) == 2


def test_folders_that_are_made_outlive_a_power_failure(tmp_path, monkeypatch):
    synced, real = [], os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (synced.append(os.readlink(f"/proc/self/fd/{handle}")), real(handle))
    )
    files.make_folders(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir() and set(synced) == {str(tmp_path), str(tmp_path / "a")}
    files.make_folders(tmp_path / "a" / "b")
    assert len(synced) == 2


def test_what_is_removed_or_moved_outlives_a_power_failure(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.readlink(f"/proc/self/fd/{handle}")))
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    (tmp_path / "old" / "a").touch()
    files.move(tmp_path / "old" / "a", tmp_path / "new" / "b")
    assert os.listdir(tmp_path / "new") == ["b"] and set(synced) == {str(tmp_path / name) for name in ("old", "new")}
    synced.clear()
    files.remove(tmp_path / "new" / "b")
    assert synced == [str(tmp_path / "new")] and os.listdir(tmp_path / "new") == []


class HeaderOnlyFile:
    """A tensor file whose header alone may be looked at."""

    def __init__(self, *args):
        self.file = safe_open(*args)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.__exit__(*_)

    def __getattr__(self, name):
        assert name != "get_tensor", "read before it was checked"
        return getattr(self.file, name)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"a": ("F32", (4, 3))}, "its tensor a is 3×4 where the configuration asks for 4×3"),
        ({"a": ("I64", (3, 4))}, "of type F32, not I64"),
        ({"more": ("F32", (1,))}, "lacks the tensor more"),
        ({"b": None}, "unknown tensor b"),
    ],
)
def test_foreign_tensors_are_refused_before_they_are_read(tmp_path, tensors, monkeypatch, change, cause):
    files.write_tensors(tmp_path / "w", tensors)
    expected = {name: value for name, value in {**EXPECTED, **change}.items() if value}
    monkeypatch.setattr("safetensors.safe_open", HeaderOnlyFile)
    with pytest.raises(RevisionError, match=cause) as error:
        files.read_tensors(tmp_path / "w", expected)
    assert str(tmp_path / "w") in sentence(error)


def test_a_tensor_file_cut_anywhere_is_refused(tmp_path, tensors):
    files.write_tensors(tmp_path / "w", tensors)
    whole = (tmp_path / "w").read_bytes()
    for length in [0, 3, 8, 20, len(whole) // 2, len(whole) - 1]:
        (tmp_path / "w").write_bytes(whole[:length])
        with pytest.raises(RevisionError) as error:
            files.read_tensors(tmp_path / "w")
        sentence(error)
    (tmp_path / "w").write_bytes(whole + b"x")
    with pytest.raises(RevisionError, match="damaged"):
        files.read_tensors(tmp_path / "w")


def _file(header: bytes, body=b""):
    return struct.pack("<Q", len(header)) + header + body


@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x95pickle",
        struct.pack("<Q", 2**63),
        _file(b"[1, 2, 3]"),
        _file(b'{"a": 3}'),
        _file(b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}', b"0000"),
        _file(b'{"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 4]}}', b"0000"),
        _file(b'{"a": {"dtype": "OBJ", "shape": [1], "data_offsets": [0, 4]}}', b"0000"),
        _file(b'{"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}', b"0000"),
        _file(b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}', b"00000000"),
        _file(b'{"a": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 4]}}', b"0000"),
        _file(b'{"__metadata__": {"step": 3}, "a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}', b"0000"),
        _file(b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "b": {"dtype": "F32", "shape": [1], '
              b'"data_offsets": [0, 4]}}', b"0000"),
    ],
)  # fmt: skip
def test_foreign_files_are_refused(tmp_path, content):
    (tmp_path / "w").write_bytes(content)
    with pytest.raises(RevisionError) as error:
        files.read_tensors(tmp_path / "w")
    sentence(error)


def test_lock_keeps_others_out_until_its_holder_dies(tmp_path):
    code = (
        "import sys, time; from aae_core import files\n"
        "with files.lock(sys.argv[1], 'x'): print('held', flush=True); time.sleep(60)"
    )
    path = str(tmp_path / "lock")
    holder = subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(files.LockHeldError, match="taken"), files.lock(path, "It is taken."):
            pass
    finally:
        holder.kill()
        holder.communicate()
    with files.lock(path, "It is taken."), pytest.raises(files.LockHeldError), files.lock(path, "It is taken."):
        pass
    with files.lock(path, "It is taken."):
        pass


def test_lock_does_not_bring_back_a_deleted_folder(tmp_path):
    with pytest.raises(RevisionError, match="no longer exists"), files.lock(tmp_path / "none" / "lock", ""):
        pass
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EACCES, "permission denied"),
        (errno.EPERM, "permission denied"),
        (errno.EROFS, "permission denied"),
        (errno.ENOENT, "it is missing"),
        (errno.ELOOP, "it is a link, which is not followed"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_every_kind_of_trouble_with_a_file_is_told_as_what_it_is(tmp_path, monkeypatch, number, cause):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(files, "open", fail, raising=False)
    for call, done in ((lambda path: files.write_atomic(path, b""), "written"), (files.read_json, "read")):
        with pytest.raises(RevisionError) as error:
            call(tmp_path / "a")
        assert f"{tmp_path / 'a'} could not be {done}: {cause}" in sentence(error)


def test_json_is_written_line_by_line_and_holds_finite_numbers(tmp_path):
    files.write_json(tmp_path / "a", {"ö": [1, None]})
    assert (tmp_path / "a").read_bytes() == '{\n "ö": [\n  1,\n  null\n ]\n}\n'.encode()
    with pytest.raises(ValueError):
        files.write_json(tmp_path / "a", {"a": math.nan})
    assert files.read_json(tmp_path / "a") == {"ö": [1, None]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"é"', "é"),
        (r'"\u00e9"', "é"),
        (r'"\ud83d\ude00"', "😀"),
        (r'"\ud83d"', None),
        (r'["\ude00"]', None),
        ("NaN", None),
        ("-Infinity", None),
    ],
)
def test_a_text_is_one_that_can_be_displayed(text, value):
    for content in (text, text.encode()):
        if value is None:
            with pytest.raises(ValueError):
                files.parse_json(content)
        else:
            assert files.parse_json(content) == value


def test_a_value_is_not_nested_too_deeply():
    deepest = "[" * files.MAX_NESTING + "1" + "]" * files.MAX_NESTING
    assert files.parse_json(deepest) == json.loads(deepest) and files.parse_json("1") == 1
    for text in (f"[{deepest}]", '{"a":' + deepest + "}"):
        with pytest.raises(ValueError, match="nested"):
            files.parse_json(text)


def test_half_a_surrogate_pair_that_stands_for_itself_is_no_text_either():
    with pytest.raises(ValueError):
        files.parse_json('"\ud83d"')


def test_what_another_removes_first_is_removed(tmp_path, monkeypatch):
    missing_draft, draft = tmp_path / ".a.part", tmp_path / ".b.part"
    draft.touch()
    monkeypatch.setattr(type(tmp_path), "glob", lambda folder, pattern: [missing_draft, draft])
    files.remove_abandoned_drafts(tmp_path)
    files.remove(draft)
    assert not draft.exists()
    (tmp_path / "folder").mkdir()
    with pytest.raises(RevisionError, match="folder could not be removed"):
        files.remove(tmp_path / "folder")


def test_what_a_kill_left_an_hour_ago_is_removed(tmp_path):
    for name, age in ((".new-old", 3700), (".new-young", 3500), ("other", 9999)):
        (tmp_path / name / "deep").mkdir(parents=True)
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    (tmp_path / ".new-link").symlink_to(tmp_path / "none")
    files.remove_abandoned_folders(tmp_path, ".new-*")
    assert sorted(os.listdir(tmp_path)) == [".new-link", ".new-young", "other"]


def test_what_is_no_folder_stays_and_keeps_none_from_being_removed(tmp_path):
    """A link to a folder of somebody else's, and a file."""
    (tmp_path / "other" / "deep").mkdir(parents=True)
    os.utime(tmp_path / "other", (time.time() - 3700,) * 2)
    for n in range(2):
        (tmp_path / f".new-{n}-link").symlink_to(tmp_path / "other")
        (tmp_path / f".new-{n}-file").touch()
        (tmp_path / f".new-{n}").mkdir()
    for path in tmp_path.glob(".new-?*"):
        if not path.is_symlink():
            os.utime(path, (time.time() - 3700,) * 2)
    files.remove_abandoned_folders(tmp_path, ".new-*")
    assert sorted(os.listdir(tmp_path)) == [
        *(f".new-{n}-{kind}" for n in range(2) for kind in ("file", "link")),
        "other",
    ]
    assert os.listdir(tmp_path / "other") == ["deep"]


def test_a_pipe_is_no_tensor_file_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for read in (files.read_tensors, files.read_tensor_header):
        with pytest.raises(RevisionError, match="ordinary file"):
            read(tmp_path / "pipe")
