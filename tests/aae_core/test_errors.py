"""Errors are told in one line that can be displayed, whatever a stranger's text in them may be."""

import json
import pickle

import pandas
import pytest

from aae_core import records
from aae_core.data import arrays
from aae_core.errors import DataError, RevisionError, is_out_of_memory
from aae_core.store.status import Status


def test_a_text_of_a_stranger_s_keeps_an_error_in_one_line():
    assert str(DataError("The name a\nb\0c\u202ed\ud800 is\u00a0none.")) == "The name a b?c?d? is none."


def test_a_refused_table_is_told_by_another_process_too():
    """Such as one of a grid search, whose errors are pickled."""
    with pytest.raises(DataError) as error:
        arrays.arrays(pandas.DataFrame({"size": range(30), "note": [f"n {i}" for i in range(30)]}))
    unpickled_error = pickle.loads(pickle.dumps(error.value))
    assert type(unpickled_error) is type(error.value) and str(unpickled_error) == str(error.value)


@pytest.mark.parametrize("form", ["\0", "1\n2", "\u202e", "x" * 10_000, None])
def test_a_format_that_is_none_is_told_in_one_line(tmp_path, form):
    (tmp_path / "status.json").write_text(json.dumps({"format": form}))
    with pytest.raises(RevisionError) as error:
        records.read_record(Status, tmp_path / "status.json", format_number=1)
    assert "has format" in str(error.value) and str(error.value).isprintable() and len(str(error.value)) < 400


@pytest.mark.parametrize("words", ["can't allocate memory", "not enough memory"])
def test_a_lack_of_memory_is_known_by_what_torch_says_on_each_system(words):
    assert is_out_of_memory(
        RuntimeError(f"[enforce fail] DefaultCPUAllocator: {words}: you tried to allocate 9 bytes.")
    )
    assert is_out_of_memory(ImportError("libtorch_cpu.so: failed to map segment from shared object"))
    assert not is_out_of_memory(RuntimeError("The shapes differ."))
