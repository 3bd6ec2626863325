"""From a file to codes and back to the file, in the terminal and in Python: the ids are those of the file, by pandas."""

import sys

import numpy as np
import pandas
import pytest
from helpers.cli_runs import TINY, command_output, enter_folder, run_command
from PIL import Image

import aae_core as aae
from aae_core.errors import DataError
from aae_core.store import code_tables
from aae_core.store.revisions import Store

N = 90
RNG = np.random.default_rng(7)
PENGUINS = pandas.DataFrame(
    {
        "sample": [f"N{i:03}" for i in RNG.permutation(N)],
        "species": RNG.choice(["Adelie", "Gentoo"], N),
        "island": RNG.choice(["Torgersen", "Biscoe", "Dream"], N),
        "bill": RNG.normal(40, 5, N).round(1),
        "depth": RNG.normal(17, 2, N).round(1),
        "sex": RNG.choice(["male", "female", None], N),
    }
).astype({"bill": np.float32, "depth": np.float32})
PENGUINS.loc[[3, 50], "bill"] = np.nan
COMPLETE = PENGUINS.dropna(subset="bill")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with penguins and photographs, both added, and a revision of the one or the other."""
    folder = tmp_path_factory.mktemp("ids")
    with pytest.MonkeyPatch.context() as patch:
        enter_folder(folder, patch)
        PENGUINS.to_csv("penguins.csv", index=False)
        for i in range(40):
            (folder / "photos" / ("cat", "dog")[i % 2]).mkdir(parents=True, exist_ok=True)
            image = Image.fromarray(RNG.integers(0, 255, (8, 8), dtype=np.uint8))
            image.save(folder / "photos" / ("cat", "dog")[i % 2] / f"{i:02}.png")
        options = ["--label", "species", "--types", "island=category", "--leave-out", "sex", "--id", "sample"]
        run_quiet_command("data", "add", "penguins.csv", "--name", "penguins", *options, "--drop-missing")
        run_quiet_command("data", "add", "photos", "--name", "photos")
        for data, variant in (("penguins", "supervised"), ("penguins", "semi-supervised"), ("photos", "aae")):
            name = f"{data}-{variant}"
            run_quiet_command("train", "--data", data, "--variant", variant, "--steps", "20", "--name", name, *TINY)
    return folder


def run_quiet_command(*argv):
    from aae_core.cli import arguments

    assert arguments.main([*argv, "--quiet"]) == 0


@pytest.fixture
def place(folder, monkeypatch):
    return enter_folder(folder, monkeypatch)


def revision_named(label):
    return next(row.id for row in Store().list() if row.label == label)


def read(path):
    return pandas.read_parquet(path) if path.suffix == ".parquet" else pandas.read_csv(path)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_every_row_of_the_file_has_its_code_beside_its_id(place, capsys, suffix):
    name = revision_named("penguins-semi-supervised")
    command_output(capsys, "encode", name, "-o", f"all{suffix}", "--scores")
    codes, revision = read(place / f"all{suffix}"), Store().open(name)
    heads = ["id", "row", "split", "label", "content", "z1", "z2", "y1", "y2", "error", "log_p"]
    assert list(codes) == heads and sorted(codes["row"]) == COMPLETE.index.tolist()
    source = PENGUINS.loc[codes["row"]].reset_index(drop=True)
    assert codes["id"].tolist() == source["sample"].tolist() and codes["label"].tolist() == source["species"].tolist()
    assert codes["split"].value_counts().to_dict() == {"train": revision.data.train, "test": revision.data.test}
    np.testing.assert_allclose(codes[["z1", "z2"]], revision.encode(source), atol=1e-5)
    y = revision.classify(source)
    np.testing.assert_allclose(codes[["y1", "y2"]], y, atol=1e-5)
    assert codes["content"].tolist() == [revision.data.classes[k] for k in y.argmax(1)]
    np.testing.assert_allclose(codes["error"], revision.scores(source)["error"], rtol=1e-4)


@pytest.mark.parametrize("label", ["penguins-supervised", "penguins-semi-supervised"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_codes_from_a_table_decode_beside_their_ids(place, capsys, label, suffix):
    name = revision_named(label)
    command_output(capsys, "encode", name, "-o", f"all{suffix}")
    codes = read(place / f"all{suffix}").assign(more="text, with a comma")[::-1]
    names_of_pages = {"z1": "z₁", "z2": "z₂"} if suffix == ".csv" else {}
    codes.rename(columns=names_of_pages).to_csv(place / "more.csv", index=False)  # reversed, with a column more
    command_output(capsys, "decode", name, "more.csv", "-o", "rows.csv")
    rows, revision = pandas.read_csv(place / "rows.csv"), Store().open(name)
    assert rows["id"].tolist() == codes["id"].tolist() and rows["split"].tolist() == codes["split"].tolist()
    y = codes[["y1", "y2"]].to_numpy(np.float32) if "y1" in codes else (codes["label"] == "Gentoo").to_numpy(int)
    decoded = revision.decode(codes[["z1", "z2"]].to_numpy(np.float32), y)
    np.testing.assert_allclose(rows[list(revision.data.features.names)], decoded, rtol=1e-5)


def test_codes_in_a_gzipped_table_are_decoded(place, capsys):
    name = revision_named("penguins-supervised")
    command_output(capsys, "encode", name, "-o", "all.csv")
    read(place / "all.csv").to_csv("all.csv.gz", index=False)
    for source in ("all.csv", "all.csv.gz"):
        command_output(capsys, "decode", name, source, "-o", f"{source}-rows.csv")
    assert (place / "all.csv-rows.csv").read_bytes() == (place / "all.csv.gz-rows.csv").read_bytes()


def test_another_file_is_encoded_with_the_ids_of_the_same_column(place, capsys):
    name = revision_named("penguins-supervised")
    further_rows = COMPLETE.sample(12, random_state=1)
    further_rows.drop(columns="species").assign(note=range(12)).to_csv(place / "more.csv", index=False)
    command_output(capsys, "encode", name, "more.csv", "-o", "codes.csv")
    codes = pandas.read_csv(place / "codes.csv")
    assert codes["id"].tolist() == further_rows["sample"].tolist() and codes["row"].tolist() == list(range(12))
    np.testing.assert_allclose(codes[["z1", "z2"]], Store().open(name).encode(further_rows), atol=1e-5)
    command_output(capsys, "encode", name, "more.csv", "-o", "codes.csv", "--id", "note")
    assert pandas.read_csv(place / "codes.csv")["id"].tolist() == list(range(12))
    further_rows[["bill", "depth", "island"]].to_csv(place / "bare.csv", index=False)
    command_output(capsys, "encode", name, "bare.csv", "-o", "codes.csv")
    assert pandas.read_csv(place / "codes.csv")["id"].tolist() == [f"bare.csv:{row}" for row in range(12)]


def test_images_are_encoded_beside_their_paths(place, capsys):
    name = revision_named("photos-aae")
    command_output(capsys, "encode", name, "-o", "all.csv")
    command_output(capsys, "encode", name, "photos", "-o", "folder.csv")
    all_codes, folder_codes = pandas.read_csv(place / "all.csv"), pandas.read_csv(place / "folder.csv")
    joined_codes = all_codes.merge(folder_codes, on=["id", "row"], suffixes=("", "_again"), validate="one_to_one")
    assert len(joined_codes) == 40 and set(joined_codes["id"]) == {
        path.relative_to(place / "photos").as_posix() for path in place.rglob("*.png")
    }
    np.testing.assert_allclose(joined_codes[["z1", "z2"]], joined_codes[["z1_again", "z2_again"]], atol=1e-5)


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["encode", "{rev}", "-o", "x.npz"], "are written to a .csv or .parquet file"),
        (["encode", "{rev}", "penguins.csv", "-o", "x.npz", "--id", "sample"], "An .npz holds no ids"),
        (["encode", "{rev}", "-o", "x.csv", "--id", "sample"], "The data set has its ids"),
        (["encode", "{rev}", "-o", "x.csv", "--layer", "raw"], "The data set has its ids"),
        (["encode", "{rev}", "more.csv", "-o", "x.csv", "--id", "nobody"], "nobody"),
        (["decode", "{rev}", "penguins.csv", "-o", "x.csv"], "has no 2 columns z1 to z2"),
        (["decode", "{rev}", "gaps.csv", "-o", "x.csv"], "The column z2 of gaps.csv"),
        (["decode", "{rev}", "strange.csv", "-o", "x.csv"], "The column label of strange.csv"),
        (["decode", "{rev}", "bare.csv", "-o", "x.csv"], "needs a content"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(place, capsys, arguments, message):
    COMPLETE.to_csv("more.csv", index=False)
    codes = pandas.DataFrame({"z1": [0.5, 1], "z2": [0.1, 0.2], "label": ["Adelie", "Gentoo"]})
    codes[["z1", "z2"]].to_csv("bare.csv", index=False)
    codes.assign(z2=[1, None]).to_csv("gaps.csv", index=False)
    codes.assign(label=["Adelie", "Emperor"]).to_csv("strange.csv", index=False)
    name = revision_named("penguins-supervised")
    status, out, err = run_command(capsys, *(text.format(rev=name) for text in arguments))
    assert status in (1, 2) and out == "" and message in err and err.count("\n") == 1


def test_frames_give_frames_and_arrays_give_arrays(place):
    revision = Store().open(revision_named("penguins-supervised"))
    frame = COMPLETE.set_index("sample")
    z = revision.encode(frame)
    assert list(z) == ["z1", "z2"] and z.index.equals(frame.index) and z.dtypes.eq(np.float32).all()
    y = (frame["species"] == "Gentoo").to_numpy(int)
    rows = revision.decode(z.assign(note="x"), y, categories="likeliest")
    assert list(rows) == ["island", "bill", "depth"]
    assert rows.index.equals(frame.index)
    array = revision.decode(z.to_numpy(), y)
    whole = pandas.DataFrame(array, columns=revision.data.features.names)
    islands = whole.filter(like="island = ")
    assert rows["island"].tolist() == islands.idxmax(axis=1).str.removeprefix("island = ").tolist()
    np.testing.assert_array_equal(rows["bill"], whole["bill"])
    shares = revision.decode(z, y)
    np.testing.assert_array_equal(shares.to_numpy(), array)
    assert list(shares) == list(revision.data.features.names)
    with pytest.raises(aae.ConfigError, match="likely"):
        revision.decode(z, y, categories="likely")
    assert isinstance(revision.sample(3), np.ndarray) and isinstance(
        revision.encode(frame[[*rows]].to_dict("list")), np.ndarray
    )


def test_categories_of_samples_are_drawn_by_their_probabilities(place):
    revision = Store().open(revision_named("penguins-supervised"))
    frame = revision.sample(4000, seed=3, as_frame=True)
    shares = revision.sample(4000, seed=3, as_frame=True, categories="probabilities")
    assert frame.equals(revision.sample(4000, seed=3, as_frame=True))
    for island in ("Torgersen", "Biscoe", "Dream"):
        expected = shares[f"island = {island}"].mean()
        assert abs((frame["island"] == island).mean() - expected) < 4 * np.sqrt(expected * (1 - expected) / 4000)
    np.testing.assert_array_equal(frame["depth"], shares["depth"])


def test_a_table_that_cannot_be_written_without_pyarrow_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DataError, match="^A .parquet file is written by pyarrow, .* or write a .csv.$"):
        code_tables.format_table(COMPLETE, ".parquet")
    assert code_tables.format_table(COMPLETE, ".csv")


def test_an_item_without_a_class_has_no_error(place):
    """Where the decoder takes the class, as in a supervised AAE."""
    revision = Store().open(revision_named("penguins-supervised"))
    table = code_tables.tabulate_codes(revision, COMPLETE, np.where(COMPLETE["sex"].isna(), -1, 0), with_scores=True)
    assert table["error"].isna().tolist() == COMPLETE["sex"].isna().tolist()
    assert len(aae.load_item_table("penguins")) == len(COMPLETE)
