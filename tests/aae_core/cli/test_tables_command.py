"""Tables in the terminal: added, listed, trained on, evaluated, encoded, decoded, sampled and classified."""

import json
import re
import shlex

import numpy as np
import pandas
import pytest
from helpers.cli_runs import TINY, command_output, enter_folder, run_command
from sklearn.datasets import load_wine

from aae_core.store.revisions import Store

N = 120
RNG = np.random.default_rng(0)
HOUSES = pandas.DataFrame(
    {
        "size": RNG.normal(50, 10, N).astype(np.float32),
        "price, net": RNG.lognormal(size=N),
        "town": RNG.choice(["Bath", "York", "Ely"], N),
        "sold": RNG.choice(["yes", "no"], N),
    }
)
NAMES = ["size", "price, net", "town = Bath", "town = Ely", "town = York"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a table of houses, added as `houses`, and two revisions of it: one that is given classes, one that infers."""
    folder = tmp_path_factory.mktemp("tables")
    with pytest.MonkeyPatch.context() as patch:
        enter_folder(folder, patch)
        HOUSES.to_csv("houses.csv", index=False)
        add_arguments = [
            "data",
            "add",
            "houses.csv",
            "--name",
            "Houses",
            "--label",
            "sold",
            "--types",
            'town=category,"price, net=real"',
        ]
        assert run_quietly(*add_arguments) == 0
        for variant in ("supervised", "semi-supervised"):
            assert run_quietly("train", "--data", "houses", "--variant", variant, "--steps", "20", *TINY) == 0
    return folder


def run_quietly(*argv):
    from aae_core.cli import arguments

    return arguments.main([*argv, "--quiet"])


@pytest.fixture
def place(folder, monkeypatch):
    return enter_folder(folder, monkeypatch)


def revision(variant):
    return next(row.id for row in Store().list() if row.variant == variant and not row.gallery)


def test_it_is_listed_by_its_features(place, capsys):
    assert "5 features   2        " in command_output(capsys, "data", "list") and "30 features" in command_output(
        capsys, "data", "list"
    )
    record = {row["name"]: row for row in json.loads(command_output(capsys, "data", "list", "--json"))}["houses"]
    assert record["features"]["names"] == NAMES and record["classes"] == ["no", "yes"]
    assert "5 features" in command_output(capsys, "show", revision("supervised"))


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".npz"])
def test_every_kind_of_file_gives_the_same_codes(place, capsys, suffix):
    frame = HOUSES.drop(columns="sold")[["town", "price, net", "size"]]  # in another order, and beside others
    path = place / f"other{suffix}"
    if suffix == ".csv":
        frame.assign(note="x").to_csv(path, index=False)
    elif suffix == ".parquet":
        frame.astype({"town": "category"}).to_parquet(path)
    else:
        np.savez(path, X=frame.astype(str).to_numpy().astype(str), names=np.array(list(frame)))
    command_output(capsys, "encode", revision("semi-supervised"), path, "-o", "codes.npz")
    one_hot = [HOUSES["town"] == town for town in ("Bath", "Ely", "York")]
    rows = np.column_stack([HOUSES["size"], HOUSES["price, net"], *one_hot]).astype(np.float32)
    houses_revision = Store().open(revision("semi-supervised"))
    with np.load("codes.npz") as result:
        np.testing.assert_allclose(result["z"], houses_revision.encode(rows), atol=1e-5)
        np.testing.assert_allclose(result["y"], houses_revision.classify(rows), atol=1e-5)


def test_scores_of_rows_ask_for_the_column_of_their_classes(place, capsys):
    status, out, err = run_command(
        capsys, "encode", revision("supervised"), "houses.csv", "-o", "codes.npz", "--scores"
    )
    assert (status, out, err.count("\n")) == (2, "", 1) and "name their column by --label" in err


def test_decoded_rows_have_names_and_units_and_can_be_encoded_again(place, capsys):
    command_output(
        capsys, "encode", revision("supervised"), "houses.csv", "--label", "sold", "-o", "codes.npz", "--scores"
    )
    with np.load("codes.npz") as actual:
        assert actual["error"].shape == (N,)
        np.testing.assert_array_equal(actual["y"], pandas.get_dummies(HOUSES["sold"]).to_numpy())
    for output in ("rows.csv", "rows.npz"):
        assert "120 rows of 5 features" in command_output(
            capsys, "decode", revision("supervised"), "codes.npz", "-o", output
        )
    frame, arrays = pandas.read_csv("rows.csv"), np.load("rows.npz")
    assert list(frame) == arrays["names"].tolist() == NAMES
    np.testing.assert_array_equal(frame.to_numpy().astype(np.float32), arrays["X"])
    with np.load("codes.npz") as actual:
        expected_rows = Store().open(revision("supervised")).decode(actual["z"], actual["y"])
    np.testing.assert_allclose(arrays["X"], expected_rows, rtol=1e-5)
    np.savez("bare.npz", X=arrays["X"])
    for path in ("rows.csv", "rows.npz", "bare.npz"):
        command_output(capsys, "encode", revision("supervised"), path, "-o", "again.npz")
        with np.load("again.npz") as actual:
            np.testing.assert_allclose(
                actual["z"], Store().open(revision("supervised")).encode(expected_rows), atol=1e-4
            )


def test_samples_and_classes(place, capsys):
    command_output(capsys, "sample", revision("supervised"), "-n", "7", "--seed", "3", "--class", "yes", "-o", "s.csv")
    expected_rows = Store().open(revision("supervised")).sample(7, 3, np.full(7, 1))
    np.testing.assert_allclose(pandas.read_csv("s.csv").to_numpy(), expected_rows, rtol=1e-5)
    output = json.loads(
        command_output(capsys, "classify", revision("semi-supervised"), "houses.csv", "-o", "y.csv", "--json")
    )
    assert output["contents"] == ["no", "yes"] and len(output["rows"]) == N and output["rows"][3]["row"] == "3"
    table = pandas.read_csv("y.csv")
    assert list(table) == ["row", "content", "probability", "no", "yes"] and len(table) == N
    np.testing.assert_allclose(table["no"] + table["yes"], 1, rtol=1e-5)


def test_it_is_evaluated(place, capsys):
    outcome = json.loads(command_output(capsys, "evaluate", revision("supervised"), "--json", "--samples", "200"))
    assert outcome["reconstruction"]["n"] == 18
    command_output(capsys, "evaluate", revision("semi-supervised"), "--protocol", "classification")


@pytest.mark.parametrize("data", ["wine", "wine-held-out", "houses-held-out"])
def test_a_bundled_table_and_what_is_held_out_of_one(place, capsys, data):
    record = json.loads(command_output(capsys, "train", "--data", data, "--steps", "10", "--quiet", "--json", *TINY))
    trained_revision = Store().open(record["revision"])
    assert len(trained_revision.data.features) == trained_revision.data.shape[2]
    command_output(capsys, "evaluate", trained_revision.id, "--protocol", "reconstruction")
    if data == "wine":
        np.savez("wine.npz", X=load_wine().data)
        command_output(capsys, "encode", trained_revision.id, "wine.npz", "-o", "codes.npz")
        with np.load("codes.npz") as archive:
            np.testing.assert_allclose(archive["z"], trained_revision.encode(load_wine().data), atol=1e-5)


def test_training_takes_and_says_what_is_recommended_for_the_table(place, capsys):
    status, out, err = run_command(capsys, "train", "--data", "houses", "--latent-dim", "3", *TINY)
    assert status == 0 and "Recommended, unless you give other values: " in err
    config = Store().open("latest").config
    assert (config.cost, config.epochs, config.input_noise) == ("by-type", 600, 0.3)
    assert "cost=by-type, input_noise=0.3, epochs=600, optimiser.schedule=450:0.1." in err
    options = ["--set", "cost=squared-error", "--epochs", "3", "--set", "input_noise=0"]
    status, out, err = run_command(capsys, "train", "--data", "houses", *options, *TINY)
    config = Store().open("latest").config
    assert (config.cost, config.epochs) == ("squared-error", 3) and "Recommended" not in err


def test_a_refused_table_is_added_by_the_command_that_the_refusal_prints(place, capsys):
    frame = HOUSES.assign(
        power=["?", *range(N - 1)],
        heat=[None, *RNG.normal(size=N - 1)],
        plan="x",
        **{"id, old": range(N), "e-mail": [f"{i}@x" for i in range(N)]},
    )
    frame.to_csv("my houses.csv", index=False)
    status, out, err = run_command(
        capsys, "data", "add", "my houses.csv", "--name", "dirty", "--label", "sold", "--leave-out", '"id, old"'
    )
    assert status == 1 and err.count("\n") == 1
    for problem in ("texts in town", "missing in heat", '"?" in line 2', "the same value"):
        assert problem in err
    command = err.partition("This command adds it: ")[2].strip()
    assert command.startswith("python -m aae_core data add 'my houses.csv' --name dirty --label sold ")
    assert command_output(capsys, *shlex.split(command.removeprefix("python -m aae_core"))).startswith("dirty: ")
    record = next(row for row in json.loads(command_output(capsys, "data", "list", "--json")) if row["name"] == "dirty")
    assert record["features"]["names"] == [*NAMES, "power", "heat"] and record["train"] + record["test"] == N - 1
    assert (
        run_command(capsys, "data", "add", "my houses.csv", "--name", "other", "--types", "real")[2].count(
            "command adds"
        )
        == 0
    )


FAULTY_ROWS = {
    "missing column": (lambda f: f.drop(columns=["size", "town"]), "lacks the columns size, town"),
    "missing value": (lambda f: f.assign(size=[None, *f["size"][1:]]), "missing in size"),
    "text": (lambda f: f.assign(size="big"), "texts in size"),
    "text among numbers": (lambda f: f.assign(size=["?", *f["size"][1:]]), """plain numbers in size ("?" in line 2)"""),
    "number with a comma": (lambda f: f.assign(size=["1,5", *f["size"][1:].round()]), """--decimal ",")"""),
    "new category": (
        lambda f: f.assign(town="Rome"),
        "town holds 'Rome' in line 2, but its values are Bath, Ely, York",
    ),
    "missing category": (lambda f: f.assign(town=[None, *f["town"][1:]]), "missing in town"),
    "no rows": (lambda f: f[:0], "holds no rows"),
}


@pytest.mark.parametrize("command", ["encode", "classify"])
@pytest.mark.parametrize("case", FAULTY_ROWS)
def test_rows_that_do_not_fit_are_refused_in_a_line(place, capsys, case, command):
    change, message = FAULTY_ROWS[case]
    change(HOUSES).to_csv("wrong.csv", index=False)
    status, out, err = run_command(capsys, command, revision("semi-supervised"), "wrong.csv", "-o", "never.npz")
    assert (status, out) == (1, "") and message in err and err.count("\n") == 1
    assert not (place / "never.npz").exists()


def test_values_are_read_in_the_format_that_the_options_describe(place, capsys):
    written_frame = HOUSES.assign(size=[f"{value:.5f} m".replace(".", ",") for value in HOUSES["size"]])
    written_frame.loc[3, "size"] = "?"
    written_frame.to_csv("written.csv", index=False)
    options = [
        "--decimal",
        ",",
        "--units",
        "m",
        "--label",
        "sold",
        "--types",
        "town=category",
        "--leave-out",
        '"price, net"',
    ]
    status, out, err = run_command(
        capsys, "data", "add", "written.csv", "--name", "written", *options, "--missing", "?"
    )
    assert (status, out) == (1, "") and "missing in size (the first in line 5)" in err and "(--missing drop" in err
    missing_options = ["--missing", "?,-999", "--drop-missing"]
    status, out, err = run_command(
        capsys, "data", "add", "written.csv", "--name", "written", "--quiet", *options, *missing_options
    )
    assert status == 0 and "101 training and 18 test rows of 4 features" in out
    assert err.splitlines() == [
        "Kept beside what is trained on: price, net.",
        "The ids of the rows are those of the column price, net.",
        "1 row with a missing value was left out (size: 1; the first in line 5).",
        "These stand for a missing value, in further rows, too: ?, -999.",
    ]
    comma_frame = HOUSES.assign(**{"price, net": [f"{value:.17g}".replace(".", ",") for value in HOUSES["price, net"]]})
    comma_frame.assign(size=[f"{value:.9g}".replace(".", ",") for value in HOUSES["size"]]).to_csv(
        "comma.csv", index=False
    )
    for path, format_options in (("houses.csv", []), ("comma.csv", ["--decimal", ","])):
        command_output(capsys, "encode", revision("semi-supervised"), path, "-o", f"{path}.npz", *format_options)
        command_output(capsys, "classify", revision("semi-supervised"), path, "-o", f"{path}.y.npz", *format_options)
    with np.load("houses.csv.npz") as plain_codes, np.load("comma.csv.npz") as comma_codes:
        np.testing.assert_array_equal(plain_codes["z"], comma_codes["z"])
    for argv, expected_text in (
        (["--thousands", "_"], "thousands separator is one of"),
        (["--decimal", ",", "--thousands", ","], "cannot be both"),
        (["--units", "m2"], "has no digits"),
    ):
        status, out, err = run_command(capsys, "data", "add", "houses.csv", "--name", "more", *argv)
        assert (status, out) == (1, "") and expected_text in err and err.count("\n") == 1


def test_what_makes_no_sense_is_refused_in_a_line(place, capsys):
    name, codes = revision("supervised"), "codes.npz"
    np.savez("codes.npz", z=np.zeros((3, 2)), y=np.eye(2)[[0, 1, 1]])
    np.savez("images.npz", images=np.zeros((20, 8, 8), np.uint8))
    HOUSES.assign(sold="maybe").to_csv("maybe.csv", index=False)
    for status, argv, message in (
        (2, ["sample", name, "-o", "x.png"], "rows of a table, which are no picture"),
        (2, ["decode", name, codes, "-o", "x.png"], "rows of a table, which are no picture"),
        (1, ["encode", name, "images.npz", "-o", "x.npz"], "a matrix N×F is expected"),
        (1, ["encode", name, "absent.csv", "-o", "x.npz"], "not a file"),
        (1, ["encode", name, "houses.csv", "--label", "solt", "-o", "x.npz"], "did you mean 'sold'"),
        (1, ["encode", name, "maybe.csv", "--label", "sold", "-o", "x.npz"], "not among the 2 classes"),
        (1, ["data", "add", "houses.csv", "--name", "more", "--label", "sold"], "texts in town"),
        (1, ["data", "add", "houses.csv", "--name", "more", "--types", "counts"], "did you mean 'count'"),
        (
            1,
            ["data", "add", "houses.csv", "--name", "more", "--label", "sold", "--types", "sold=count"],
            "feature 'sold'",
        ),
        (1, ["data", "add", "houses.csv", "--name", "more", "--leave-out", "size, toun"], "did you mean 'town'"),
        (1, ["data", "add", "houses.csv", "--name", "more", "--size", "28"], "no size in pixels"),
        (1, ["data", "add", "images.npz", "--name", "more", "--label", "x"], "Images have no columns"),
        (2, ["data", "add", "houses.csv", "--name", "more", "--types", "size,town=category"], "COLUMN=TYPE"),
        (2, ["data", "add", "houses.csv", "--name", "more", "--leave-out", "size\ntown"], "separated by commas"),
    ):
        exit_status, out, err = run_command(capsys, *argv)
        assert (exit_status, out) == (status, "") and message in err and err.count("\n") == 1, argv
    assert not list(place.glob("x.*"))


def test_images_are_no_table(place, capsys):
    command_output(capsys, "train", "--data", "digits", "--steps", "5", "--quiet", *TINY)
    assert "give images" not in run_command(capsys, "sample", "latest", "-o", "x.png")[2]
    for argv, message in (
        (["sample", "latest", "-o", "x.csv"], "images, which are no table"),
        (["encode", "latest", "x.png", "--label", "a", "-o", "x.npz"], "leave --label out"),
        (
            ["encode", "latest", "x.png", "--decimal", ",", "-o", "x.npz"],
            "leave --missing, --decimal, --thousands, --units and --layer out",
        ),
    ):
        status, _, err = run_command(capsys, *argv)
        assert status == 2 and message in err and err.count("\n") == 1
    (place / "x.png").unlink()


def test_skipped_lines_and_columns_are_told_on_stderr(place, capsys):
    HOUSES.assign(zero=0, area=HOUSES["size"], **{"one, two": 1}).to_csv(place / "plain.csv", index=False)
    (place / "titled.csv").write_text("Houses 2026\n\n" + (place / "plain.csv").read_text())
    options = ["--label", "sold", "--types", "town=category"]
    status, out, err = run_command(capsys, "data", "add", "titled.csv", "--name", "a", *options, "--quiet")
    assert (status, out) == (1, "")
    assert err == (
        "aae: In 2 columns the same value stands in every row; leave such columns out (--tidy does it, and a switch on Train): "
        'zero, "one, two". '
        "This command adds it: python -m aae_core data add titled.csv --name a --label sold --types town=category --tidy\n"
    )
    status, out, err = run_command(capsys, "data", "add", "titled.csv", "--name", "a", *options, "--tidy", "--quiet")
    assert status == 0 and "5 features" in out
    assert err.splitlines() == [
        'Left out: 2 columns with the same value in every row: zero, "one, two".',
        "Left out: 1 column with the values of another: area (as size).",
        'In titled.csv line 3 names the columns; skipped above it: line 1 ("Houses 2026"), 1 blank line.',
    ]


def test_lines_skipped_above_rows_to_encode_are_told(place, capsys):
    HOUSES.to_csv(place / "plain.csv", index=False)
    (place / "titled.csv").write_text("# 2026\n" + (place / "plain.csv").read_text())
    codes = []
    for name in ("plain", "titled"):
        options = ["--label", "sold", "-o", f"{name}.npz"]
        status, _, err = run_command(capsys, "encode", revision("supervised"), f"{name}.csv", *options)
        assert status == 0 and err.count("In titled.csv line 2 names the columns") == (name == "titled")
        codes.append(np.load(place / f"{name}.npz")["z"])
    np.testing.assert_array_equal(*codes)


def test_missing_values_are_replaced_as_chosen_and_in_further_rows_alike(place, capsys):
    frame = HOUSES.assign(size=HOUSES["size"].astype(object), town=HOUSES["town"].astype(object))
    frame.loc[[3, 40], "size"], frame.loc[5, "town"] = "?", None
    frame.to_csv("gaps.csv", index=False)
    add_arguments = ["data", "add", "gaps.csv", "--name", "gaps", "--label", "sold", "--types", "town=category"]
    status, _, err = run_command(capsys, *add_arguments, "--missing", "?,median")
    assert status == 1 and "missing in town (the first in line 7)" in err
    command = shlex.split(err.rpartition("adds it: ")[2])
    assert command[-1] == "median,category,?" and command[-2] == "--missing"
    status, _, err = run_command(capsys, *command[3:], "--quiet")
    assert status == 0 and re.search(
        r"replaced: size: 2 by the median [\d.]+, town: 1 by the category “missing”\.\n", err
    )
    command_output(capsys, "train", "--data", "gaps", "--steps", "5", "--quiet", *TINY)
    frame.replace({"size": {"?": "-"}}).to_csv("other.csv", index=False)
    status, _, err = run_command(capsys, "encode", "latest", "other.csv", "-o", "gaps.npz")
    assert status == 1 and '--missing "-")' in err and "drop" not in err
    status, _, err = run_command(capsys, "encode", "latest", "other.csv", "-o", "other.npz", "--missing", "-")
    assert status == 0 and "size: 2 by the median" in err
    status, _, err = run_command(capsys, "encode", "latest", "gaps.csv", "-o", "gaps.npz")
    assert status == 0 and "As in the training data, these stand for a missing value: ?.\n" in err
    assert "size: 2 by the median" in err and "town: 1 by the category" in err
    with np.load("gaps.npz") as codes, np.load("other.npz") as dash_codes:
        np.testing.assert_array_equal(codes["z"], dash_codes["z"])
    command_output(capsys, "encode", "latest", "-o", "stored.csv")
    stored_codes = pandas.read_csv("stored.csv").set_index("row").sort_index()[["z1", "z2"]]
    with np.load("gaps.npz") as codes:
        np.testing.assert_allclose(codes["z"], stored_codes, atol=1e-6)
    status, out, err = run_command(capsys, "encode", "latest", "gaps.csv", "-o", "no.npz", "--missing", "median")
    assert (status, out) == (2, "") and "was chosen when the data set was added" in err and err.count("\n") == 1


def test_a_class_that_stands_for_a_missing_value_does_so_in_rows_to_encode(tmp_path, monkeypatch, capsys):
    enter_folder(tmp_path, monkeypatch)
    known_values = pandas.Series(RNG.choice([1.0, 2.0], N)).where(HOUSES.index % 8 > 0)
    frame = HOUSES[["size", "price, net"]].assign(kind=known_values.fillna(0).astype(int))
    frame.to_parquet("numbers.parquet")
    frame.assign(kind=known_values.fillna(-99.9).astype(np.float32)).to_parquet("floats.parquet")
    frame.assign(kind=known_values.map({1: "1", 2: "2"}).fillna("?")).to_csv("texts.csv", index=False)
    options = ["--label", "kind", "--missing", "?,0,-99.9,drop", "--quiet"]
    command_output(capsys, "data", "add", "numbers.parquet", "--name", "kinds", *options)
    command_output(capsys, "train", "--data", "kinds", "--variant", "semi-supervised", "--steps", "5", "--quiet", *TINY)
    for path in ("texts.csv", "floats.parquet", "numbers.parquet"):  # in the last, 0 is the index of a class, too
        command_output(capsys, "encode", "latest", path, "--label", "kind", "-o", "codes.csv")
        np.testing.assert_array_equal(pandas.read_csv("codes.csv")["label"], known_values, err_msg=path)


def test_drop_missing_is_another_name_for_the_rule_drop(place, capsys):
    HOUSES.assign(size=HOUSES["size"].where(HOUSES.index > 8)).to_csv("dropped.csv", index=False)
    base = ["data", "add", "dropped.csv", "--quiet", "--types", "town=category,sold=category"]
    first = command_output(capsys, *base, "--name", "dropped1", "--drop-missing")
    second = command_output(capsys, *base, "--name", "dropped2", "--missing", "drop")
    assert first.replace("dropped1", "dropped2") == second and "94 training and 17 test" in second
