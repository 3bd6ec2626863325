"""The inputs of ../shared/failing, beside the repository: what its README calls right, by the command that stands there.

strip_prefix_proxy.py is tried by tests/browser/test_behind_a_proxy.py, and many_classes.csv by test_long_class_names.py there.
"""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from helpers.cli_runs import enter_folder, run_command

from aae_core.data import sets
from aae_core.data.own_data import table_preview
from aae_core.data.tables import table_files
from aae_core.places import PROJECT

FAILING = PROJECT.parent / "shared" / "failing"
TRIED_IN_A_BROWSER = {"strip_prefix_proxy.py", "many_classes.csv", "many_classes_steps.txt"}
READ = (  # (file, options, classes, features) of the files that are read
    ("leading_zero_label.csv", ["--label", "code"], ("0123", "123"), ("h", "r")),
    ("long_id_label.csv", ["--label", "subject"], ("9007199254740992", "9007199254740993"), ("h", "r")),
    ("trailing_space_label.csv", ["--label", "income"], ("high", "low"), ("h", "r")),
    (
        "space_after_comma.csv",
        ["--label", "income", "--types", "work=category"],
        ("<=50K", ">50K"),
        ("age", "work = Private", "work = State-gov"),
    ),
    ("int_category.parquet", [], (), ("h", "store = 1", "store = 10", "store = 2")),
    ("sep_line.csv", [], (), ("h", "r")),
    ("blank_first_line.csv", [], (), ("h", "r")),
    ("title_line.csv", [], (), ("h", "r")),
    ("pipes.csv", ["--label", "cls"], ("0", "1"), ("h", "r")),
    ("label_words.csv", ["--label", "kind"], ("None", "a", "missing"), ("a", "b")),
    ("label_nan.csv", ["--label", "province"], ("Phrae", "Tak"), ("a", "b")),
    ("label_nan.parquet", ["--label", "province"], ("Phrae", "Tak"), ("a", "b")),
    ("label_inf_text.csv", ["--label", "k"], ("Inf", "Med", "Sup"), ("a", "b")),
    ("one_outlier.csv", [], (), ("a", "b", "c")),
    ("count_outlier.csv", [], (), ("a", "b", "c")),
)
REFUSED = (  # (file, options, what the sentence says)
    ("question_mark.csv", [], ('power ("?" in line 7)', '--missing "drop,?"')),
    ("latin1_body.csv", ["--types", "town=category"], ("not a text in UTF-8", "line 3", "save it as CSV in UTF-8")),
    (
        "constant_columns.csv",
        ["--label", "label"],
        ("--tidy", ", ".join(f"pixel{i}" for i in range(16) if i % 4)),
    ),
    ("one_of_21_is_1px.zip", [], ("20.png is 1×1 pixels, where the 20 images before it are 24×24", "leave it out")),
    (
        "repeated_name.zip",
        ["--metadata", FAILING / "repeated_name.csv", "--id", "file"],
        ("names cat/001.png in several rows",),
    ),
    ("iris_like.data", ["--label", "cls"], ("save it as .csv",)),
)
SAID = (  # (file, options, what is said of a table that is added)
    (
        "label_words.csv",
        ["--label", "kind"],
        '24 of 60 rows have no label, since these values of kind name no class: "nan" (12), "" (12)',
    ),
    (
        "label_nan.csv",
        ["--label", "province"],
        '12 of 24 rows have no label, since these values of province name no class: "Nan" (6), "NaN" (6)',
    ),
    (
        "label_nan.parquet",
        ["--label", "province"],
        '12 of 24 rows have no label, since these values of province name no class: "Nan" (6), "NaN" (6)',
    ),
    ("one_outlier.csv", [], "a (1e+12 in line 5)"),
    ("count_outlier.csv", [], "a (1e+09 in line 5)"),
)
FAINT = ("bits12_in_png16.zip", "masks_0_1.zip")
SCRIPTS = ("frame_order.py", "in_memory_images.py", "torch_globals.py")

pytestmark = pytest.mark.skipif(not FAILING.is_dir(), reason=f"{FAILING} is not on this machine")


@pytest.fixture
def place(tmp_path, monkeypatch):
    return enter_folder(tmp_path, monkeypatch)


def stored_items(name):
    """The training and test items of a stored data set, as one array."""
    data = sets.load(name)
    return np.concatenate([np.asarray(data.train.images), np.asarray(data.test.images)])


def test_every_input_is_tried_here_or_in_a_browser():
    input_names = {name for name, *_ in (*READ, *REFUSED)} | {*FAINT, *SCRIPTS, "jfif.zip"}
    input_names |= {"repeated_name.csv", "g16_trns.zip", "grey_icc.zip"}
    assert {path.name for path in FAILING.iterdir()} - {"README.md"} == input_names | TRIED_IN_A_BROWSER


@pytest.mark.parametrize(("name", "options", "classes", "features"), READ)
def test_a_table_is_read_with_its_own_classes_and_columns(place, capsys, name, options, classes, features):
    status, _, err = run_command(capsys, "data", "add", FAILING / name, "--name", "x", *options)
    assert status == 0, err
    data = sets.load("x")
    assert (data.classes, data.features.names) == (classes, features)


@pytest.mark.parametrize(("name", "options", "clauses"), REFUSED)
def test_a_table_is_refused_in_one_sentence(place, capsys, name, options, clauses):
    status, out, err = run_command(capsys, "data", "add", FAILING / name, "--name", "x", *options)
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert all(clause in err for clause in clauses), err
    assert "x" not in sets.data_set_names()


@pytest.mark.parametrize(("name", "options", "clause"), SAID)
def test_what_is_wrong_in_a_table_is_said(place, capsys, name, options, clause):
    status, _, err = run_command(capsys, "data", "add", FAILING / name, "--name", "x", *options)
    assert status == 0 and clause in err, err


def test_transparent_values_of_16_bit_grey_become_the_backdrop(place, capsys):
    assert run_command(capsys, "data", "add", FAILING / "g16_trns.zip", "--name", "x")[0] == 0
    assert (stored_items("x") == 255).any() and not (stored_items("x") == 0).any()


def test_grey_pictures_with_a_profile_are_converted_to_srgb(place, capsys):
    assert run_command(capsys, "data", "add", FAILING / "grey_icc.zip", "--name", "x")[0] == 0
    assert stored_items("x").min() == 168


def test_a_question_mark_proposes_no_category_and_can_be_left_out(place, capsys):
    first = table_preview.preview_table(table_files.open_table(FAILING / "question_mark.csv"))
    assert (first.category_columns, first.other_text_columns, list(first.number_texts_by_column)) == ([], [], ["power"])
    path = FAILING / "question_mark.csv"
    assert run_command(capsys, "data", "add", path, "--name", "x", "--missing", "?", "--drop-missing")[0] == 0
    assert sets.load("x").features.names == ("mpg", "power", "weight") and len(stored_items("x")) == 7


def test_constant_columns_are_left_out_by_one_switch(place, capsys):
    status, _, err = run_command(
        capsys, "data", "add", FAILING / "constant_columns.csv", "--name", "x", "--label", "label", "--tidy"
    )
    assert status == 0 and "pixel15" in err
    assert sets.load("x").features.names == ("pixel0", "pixel4", "pixel8", "pixel12")


@pytest.mark.parametrize("name", FAINT)
def test_images_without_contrast_are_told_with_a_range_that_helps(place, capsys, name):
    status, _, err = run_command(capsys, "data", "add", FAILING / name, "--name", "x")
    option = re.search(r"--range (\d+) (\d+)", err)
    assert status == 0 and "nearly black" in err and option, err
    assert stored_items("x").max() < 20
    assert run_command(capsys, "data", "add", FAILING / name, "--name", "y", *option[0].split())[0] == 0
    stretched_items = stored_items("y")
    assert (stretched_items.min(), stretched_items.max()) == (0, 255)


def test_jfif_files_are_images(place, capsys):
    assert run_command(capsys, "data", "add", FAILING / "jfif.zip", "--name", "x")[0] == 0
    assert stored_items("x").std() > 1


@pytest.fixture(scope="module")
def output_of(tmp_path_factory):
    """Runs a script with PYTHONPATH at the project, and returns its output; an error ends the test."""
    folder = tmp_path_factory.mktemp("scripts")
    places = {"AAE_CHECKPOINTS": str(folder / "checkpoints"), "AAE_DATA": str(folder / "data")}

    def output(name):
        command = [sys.executable, "-W", "ignore", str(FAILING / name)]
        environment = os.environ | places | {"PYTHONPATH": str(PROJECT)}
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=True)
        return done.stdout

    return output


def test_columns_of_a_frame_are_matched_by_name_or_refused(output_of):
    """The script ends in an error at the renamed column, as is right; what comes after it is tried without the script."""
    with pytest.raises(subprocess.CalledProcessError) as failure:
        output_of("frame_order.py")
    columns_without_difference = "z1    0.0\nz2    0.0\ndtype: float32"  # frames give frames
    assert failure.value.stdout == f"reordered {columns_without_difference} (right: 0, or an error)\n"
    assert "lacks the column a" in failure.value.stderr.splitlines()[-1]


def test_images_in_memory_are_accepted_or_the_conversion_is_told(output_of):
    output = output_of("in_memory_images.py")
    assert output.count("accepted") == 4 and "not uint8" not in output, output


def test_settings_of_torch_change_no_seeded_result(output_of):
    output = output_of("torch_globals.py")
    codes = re.findall(r"\[[^\]]*\]", output)
    assert len(codes) == 4 and len(set(codes)) == 1 and "Error" not in output, output
