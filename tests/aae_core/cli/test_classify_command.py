"""`classify` and the protocols of the content at the command line: what they print and write of small revisions."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.cli_runs import TINY, command_output, enter_folder, run_command
from helpers.fake_measurement import use_full_measures
from PIL import Image

from aae_core.cli import arguments
from aae_core.data.sets import load
from aae_core.store.revisions import Store

KINDS = {  # what each small revision is trained with
    "semi-supervised": ["--variant", "semi-supervised", "--labels", "100", "--steps", "150"],
    "clustering": ["--variant", "clustering", "--set", "clusters=12", "--steps", "40"],
    "label-informed": ["--variant", "label-informed", "--prior", "mixture", "--steps", "20"],
    "reduction": ["--variant", "reduction", "--labels", "100", "--steps", "20"],
}


@pytest.fixture(scope="module")
def trained_store(tmp_path_factory):
    root = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch, use_full_measures():
        patch.setenv("AAE_CHECKPOINTS", str(root))
        for name, argv in KINDS.items():
            assert arguments.main(["train", *argv, "--name", name, "--quiet", "--json", *TINY]) == 0
    return root


@pytest.fixture
def place(trained_store, tmp_path, monkeypatch):
    shutil.copytree(trained_store, tmp_path / "checkpoints")
    return enter_folder(tmp_path, monkeypatch)


def revision(name):
    return Store().open(next(row.id for row in Store().list() if row.variant == name and not row.gallery))


def test_a_folder_is_classified_by_the_names_of_its_files(place, capsys):
    digits, semi = load("digits").test, revision("semi-supervised")
    Path("mine").mkdir()
    for name, i in (("b.png", 0), ("a.png", 1), ("c.png", 2)):
        Image.fromarray(digits.images[i, :, :, 0]).save(Path("mine") / name)
    q = semi.classify(digits.images[[1, 0, 2]])
    record = json.loads(command_output(capsys, "classify", semi.id, "mine", "--json"))
    assert set(record) == {"revision", "contents", "images"} and record["contents"] == list("0123456789")
    assert [image_record["image"] for image_record in record["images"]] == ["a.png", "b.png", "c.png"]
    for image_record, row in zip(record["images"], q, strict=True):
        assert (image_record["content"], image_record["probability"]) == (str(row.argmax()), pytest.approx(row.max()))
        assert image_record["probabilities"] == pytest.approx(row.tolist())
    header, *lines = command_output(capsys, "classify", semi.id, "mine").splitlines()
    assert header.split() == ["IMAGE", "LIKELIEST", "PROBABILITY", *"0123456789"]
    assert lines[0].split()[:3] == ["a.png", str(q[0].argmax()), f"{q[0].max():.4f}"]
    assert not [path for path in Path().iterdir() if path.name not in ("mine", "checkpoints")], "nothing is written"


def test_a_folder_that_is_called_like_the_home_of_nobody_is_classified(place, capsys):
    folder = Path("~nobody-of-this-name")
    folder.mkdir()
    Image.fromarray(load("digits").test.images[0, :, :, 0]).save(folder / "a.png")
    record = json.loads(command_output(capsys, "classify", revision("semi-supervised").id, str(folder), "--json"))
    assert [image_record["image"] for image_record in record["images"]] == ["a.png"]


def test_it_writes_a_table_or_arrays(place, capsys):
    images, semi = load("digits").test.images[:25], revision("semi-supervised")
    np.savez("images.npz", images=images)
    q = semi.classify(images)
    command_output(capsys, "classify", semi.id, "images.npz", "-o", "out.csv")
    with open("out.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["image", "content", "probability", *"0123456789"] and len(rows) == 25
    assert [row["image"] for row in rows] == [str(i) for i in range(25)]
    assert [row["content"] for row in rows] == [str(k) for k in q.argmax(1)]
    np.testing.assert_allclose([[float(row[k]) for k in "0123456789"] for row in rows], q, rtol=1e-6)
    result = json.loads(command_output(capsys, "classify", semi.id, "images.npz", "-o", "out.npz", "--json"))
    assert len(result["images"]) == 25
    with np.load("out.npz", allow_pickle=False) as stored:
        np.testing.assert_array_equal(stored["y"], q)
        np.testing.assert_array_equal(stored["content"], q.argmax(1))
        assert stored["contents"].tolist() == list("0123456789") and len(stored["images"]) == 25


def test_images_on_the_other_ground_are_told(place, capsys):
    images, semi = load("digits").test.images[:5].copy(), revision("semi-supervised")
    images[1:3] = 255 - images[1:3]
    np.savez("some.npz", images=images)
    status, out, err = run_command(capsys, "classify", semi.id, "some.npz", "--json")
    assert status == 0 and len(json.loads(out)["images"]) == 5
    assert err.startswith("aae: 2 of 5 images are dark on light") and "invert them" in err and err.count("\n") == 1
    np.savez("none.npz", images=images[[0, 3, 4]])
    assert run_command(capsys, "classify", semi.id, "none.npz", "--json")[2] == ""


def test_where_no_labels_taught_it_the_answer_is_a_cluster(place, capsys):
    np.savez("images.npz", images=load("digits").test.images[:3])
    record = json.loads(command_output(capsys, "classify", revision("clustering").id, "images.npz", "--json"))
    assert record["contents"] == [f"cluster {k}" for k in range(12)]
    assert all(image_record["content"] in record["contents"] for image_record in record["images"])


def test_an_image_of_another_size_is_fitted_and_one_file_keeps_its_name(place, capsys):
    Image.new("RGB", (31, 17), "red").save("red.png")
    (image_record,) = json.loads(
        command_output(capsys, "classify", revision("semi-supervised").id, "red.png", "--json")
    )["images"]
    assert image_record["image"] == "red.png" and sum(image_record["probabilities"]) == pytest.approx(1)


@pytest.mark.parametrize(
    ("argv", "expected_text"),
    [(["missing.npz"], "missing.npz"), (["text.txt"], "text.txt"), (["wide.npz"], "wide.npz")],
)
def test_what_are_no_images_is_refused(place, capsys, argv, expected_text):
    Path("text.txt").write_text("x")
    np.savez("wide.npz", images=np.zeros((3, 8, 8, 5), np.uint8))
    status, out, err = run_command(capsys, "classify", revision("semi-supervised").id, *argv, "-o", "out.csv")
    assert (status, out, err.count("\n")) == (1, "", 1) and expected_text in err and not Path("out.csv").exists()


def test_a_variant_that_infers_nothing_says_which_do(place, capsys):
    np.savez("images.npz", images=load("digits").test.images[:3])
    status, out, err = run_command(capsys, "classify", revision("label-informed").id, "images.npz")
    assert (status, out) == (2, "") and "semi-supervised, clustering, reduction" in err


def test_codes_of_clusters_are_decoded_as_they_were_encoded(place, capsys):
    """y has as many columns as there are clusters, not classes."""
    images, clusters = load("digits").test.images[:4], revision("clustering")
    np.savez("images.npz", images=images)
    command_output(capsys, "encode", clusters.id, "images.npz", "-o", "codes.npz")
    command_output(capsys, "decode", clusters.id, "codes.npz", "-o", "decoded.npz")
    with np.load("codes.npz") as actual, np.load("decoded.npz") as decoded:
        assert actual["y"].shape == (4, 12)
        np.testing.assert_array_equal(decoded["images"], clusters.decode(actual["z"], actual["y"]))
    command_output(capsys, "export", clusters.id, "-o", "taken")
    command_output(capsys, "decode", clusters.id, "taken/codes.npz", "-o", "probe.npz")
    probe = clusters.probe()
    np.testing.assert_array_equal(np.load("probe.npz")["images"], clusters.decode(probe.z, probe.content))


def test_a_class_of_a_reduction_is_its_head(place, capsys):
    reduction = revision("reduction")
    command_output(capsys, "sample", reduction.id, "-n", 6, "--seed", 3, "-o", "threes.npz", "--class", "3")
    model = reduction.model()
    styles = model.prior.sample(6, torch.Generator().manual_seed(3))
    expected = reduction.decode((styles + model.heads[3]).detach().numpy())
    np.testing.assert_array_equal(np.load("threes.npz")["images"], expected)
    np.savez("codes.npz", z=np.zeros((2, 2), np.float32))
    status, out, err = run_command(capsys, "decode", reduction.id, "codes.npz", "-o", "out.npz", "--class", "3")
    assert (status, out) == (2, "") and "leave --class out" in err and "sample --class" in err
    status, _, err = run_command(capsys, "sample", reduction.id, "-o", "out.npz", "--class", "10")
    assert status == 2 and "--class must be a whole number from 0 to 9" in err
    status, _, err = run_command(capsys, "sample", revision("label-informed").id, "-o", "out.npz", "--class", "3")
    assert status == 2 and "takes no content" in err


def test_show_tells_of_the_labels_and_where_they_are_listed(place, capsys):
    text = command_output(capsys, "show", revision("semi-supervised").id)
    assert "100 of 1,438; labelled.safetensors holds" in text
    assert "labelled.safetensors" not in command_output(capsys, "show", revision("clustering").id)


def test_a_table_of_codes_has_the_inferred_content(place, capsys):
    clusters = revision("clustering")
    command_output(capsys, "export", clusters.id, "-o", "listed")
    with open("listed/codes.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:5] == ["split", "index", "label", "y", "z0"]
    assert [int(row["y"]) for row in rows] == clusters.probe().content.tolist()
    np.testing.assert_allclose([float(row["z0"]) for row in rows], clusters.probe().z[:, 0], rtol=1e-6)


def test_evaluate_classification(place, capsys):
    semi = revision("semi-supervised")
    argv = ["evaluate", semi.id, "--protocol", "classification"]
    classification = json.loads(command_output(capsys, *argv, "--json"))["classification"]
    test = load("digits").test
    assert classification["error"] == pytest.approx(np.mean(semi.classify(test.images).argmax(1) != test.labels))
    assert (
        classification["error"] == semi.measures["error"]
        and np.sum(classification["confusion"]) == classification["n"] == 359
    )
    text = command_output(capsys, *argv)
    assert "Classification error" in text and "true classes in rows" in text and "certainty" in text


def test_evaluate_clustering_and_regions(place, capsys):
    text = command_output(capsys, "evaluate", revision("clustering").id, "--protocol", "clustering")
    assert "Clustering error, by majority" in text and "exemplar_image" in text and text.count("\n") > 18
    text = command_output(capsys, "evaluate", revision("label-informed").id, "--protocol", "classification")
    assert "Codes in their class's region" in text


def test_evaluate_all_says_what_to_think_of_the_likelihood(place, capsys):
    argv = ["evaluate", revision("semi-supervised").id, "--samples", "100"]
    record = json.loads(command_output(capsys, *argv, "--json"))
    expected = {"reconstruction", "prior-fit", "classification", "swap-agreement", "style-content", "sample-quality"}
    expected |= {"likelihood"}
    assert set(record) == {"revision"} | expected
    assert "1511.01844" in command_output(capsys, *argv, "--protocol", "likelihood")
    assert "Class read from the style" in command_output(capsys, *argv, "--protocol", "style-content")
