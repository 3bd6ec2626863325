"""What benchmarks/quality/pictures.py measures, against closed forms and plain loops; what it repeats and what it leaves out."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from helpers.environment import mark_for_ci

from aae_core.config.settings import PriorConfig
from aae_core.data.sets import DataSet, Split
from aae_core.errors import ConfigError, TrainingError
from aae_core.models.priors import families
from benchmarks import document
from benchmarks.quality import pictures
from benchmarks.quality import plain_autoencoder as peer

IMAGE_SIDE = 16


def toy_data(count=240):
    """Bright squares of two sizes at random places, in colour: 16 × 16 pixels."""
    rng = np.random.default_rng(0)
    images, labels = np.zeros((count, IMAGE_SIDE, IMAGE_SIDE, 3), np.uint8), np.arange(count) % 2
    for image, label in zip(images, labels, strict=True):
        row, column = rng.integers(0, IMAGE_SIDE - 8, 2)
        image[row : row + 4 + 4 * label, column : column + 4 + 4 * label] = rng.integers(100, 256, 3)
    split = Split(images, labels.astype(np.int64))
    return DataSet("toy", "Toy", split, split, ("small", "large"))


def ssim_by_windows(a, b):
    """The structural similarity of two grey images by a loop over windows, each with its weighted moments."""
    distances = np.hypot(*np.meshgrid(np.arange(-5, 6), np.arange(-5, 6)))
    weights = np.exp(-(distances**2) / 4.5)
    weights /= weights.sum()
    similarities = []
    for top in range(a.shape[0] - 10):
        for left in range(a.shape[1] - 10):
            x, y = (value[top : top + 11, left : left + 11] for value in (a, b))
            mean_x, mean_y = (weights * x).sum(), (weights * y).sum()
            variance_x, variance_y, covariance = (
                (weights * deviations).sum()
                for deviations in ((x - mean_x) ** 2, (y - mean_y) ** 2, (x - mean_x) * (y - mean_y))
            )
            similarities.append(
                (2 * mean_x * mean_y + 1e-4)
                * (2 * covariance + 9e-4)
                / ((mean_x**2 + mean_y**2 + 1e-4) * (variance_x + variance_y + 9e-4))
            )
    return np.mean(similarities)


def test_ssim_is_that_of_a_loop_over_windows_and_of_known_cases():
    rng = np.random.default_rng(1)
    a, b = rng.uniform(size=(2, 3, 2, 15, 13))
    assert pictures.ssim(a, b) == pytest.approx(
        [np.mean([ssim_by_windows(*pair) for pair in zip(x, y, strict=True)]) for x, y in zip(a, b, strict=True)]
    )
    assert pictures.ssim(a, a) == pytest.approx(1)
    flat = np.full((1, 1, 11, 11), 0.25), np.full((1, 1, 11, 11), 0.75)
    assert pictures.ssim(*flat) == pytest.approx((2 * 0.25 * 0.75 + 1e-4) / (0.25**2 + 0.75**2 + 1e-4))
    assert (pictures.ssim(a, 1 - a) < -0.5).all(), "a negative has the opposite structure"
    with pytest.raises(ConfigError, match="11 × 11"):
        pictures.ssim(a[..., :10], b[..., :10])


@pytest.mark.parametrize(
    ("figures", "has_prior", "is_collapse"),
    [
        ({"reconstruction": 9.0, "narrowest": 0.4, "widest": 2.9}, True, False),
        ({"reconstruction": 9.6, "narrowest": 1.0, "widest": 1.0}, True, True),
        ({"reconstruction": 9.0, "narrowest": 0.3, "widest": 1.0}, True, True),
        ({"reconstruction": 9.0, "narrowest": 1.0, "widest": 3.1}, True, True),
        ({"reconstruction": 9.0, "narrowest": 0.1, "widest": 40.0}, False, False),
        ({"reconstruction": float("nan"), "narrowest": 1.0, "widest": 1.0}, False, True),
    ],
)
def test_what_counts_as_a_collapse(figures, has_prior, is_collapse):
    assert bool(pictures.collapse_reason(figures, 10.0, has_prior)) is is_collapse


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 64, 64), (3, 33, 19), (1, 9, 8)])
def test_the_plain_autoencoder_fits_any_image_and_takes_the_size_asked_for(shape):
    net = peer.build_nearest_size(shape, 5, 300_000)
    x = torch.rand(2, *shape)
    z = net.encoder(x)
    assert z.shape == (2, 5) and net.decoder(z).shape == x.shape
    assert peer.count_parameters(net) == pytest.approx(300_000, rel=0.1)


def test_a_perfect_net_has_perfect_figures():
    data = toy_data()
    images = np.unique(data.test.images, axis=0)

    def encode(encoded_images):  # its number among the images, twice: distinct codes, spread as a standard Gaussian's
        places = [int(np.flatnonzero((images == item).all((1, 2, 3)))[0]) for item in encoded_images]
        return np.repeat((np.array(places)[:, None] / len(images) - 0.5) * np.sqrt(12), 2, 1).astype(np.float32)

    def decode(z):
        return images[np.rint((z[:, 0] / np.sqrt(12) + 0.5) * len(images)).astype(int).clip(0, len(images) - 1)]

    net = SimpleNamespace(encode=encode, decode=decode, prior=families.make_prior(PriorConfig(), 2), follows_prior=True)
    figures, references = pictures.measure_network(net, data, 0)
    assert figures["reconstruction"] == 0 and figures["ssim"] == pytest.approx(1)
    assert figures["narrowest"] == pytest.approx(1, abs=0.02) and figures["widest"] == pytest.approx(1, abs=0.02)
    x = data.train.images / 255
    assert references["mean_image"] == pytest.approx(0.5 * x.var(0).sum()) and references["real_images"] < 1e-6
    assert not pictures.collapse_reason(figures, references["mean_image"], True)


@mark_for_ci
@pytest.mark.parametrize("arm", pictures.ARMS)
def test_every_arm_trains_and_is_measured(monkeypatch, arm, capsys):
    monkeypatch.setattr(pictures, "load", lambda name, held_out: toy_data())
    args = pictures.parser().parse_args(["--epochs", "1", "--latent-dim", "3"])
    result = pictures.train_and_measure("toy", arm, 1, args)
    assert result.keys() >= pictures.FIGURES.keys() and result["steps"] == 2 and result["parameters"] > 1000
    assert all(np.isfinite(result[key]) for key in pictures.FIGURES)
    json.dumps(result)


@pytest.mark.parametrize("arm", ["images", "plain"])
def test_a_run_ends_when_its_time_is_spent(monkeypatch, arm, capsys):
    monkeypatch.setattr(pictures, "load", lambda name, held_out: toy_data())
    args = pictures.parser().parse_args(["--epochs", "1000", "--minutes", "1e-6", "--latent-dim", "3"])
    assert 1 <= pictures.train_and_measure("toy", arm, 1, args)["steps"] <= 10
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"share": 0.95}


@pytest.mark.parametrize("failing_stage", ["training", "codes"])
def test_a_run_that_breaks_counts_as_collapsed(monkeypatch, failing_stage):
    def fail_or_give_nan(config, data, should_stop):
        if failing_stage == "training":
            raise TrainingError("The loss diverged.")
        codes = np.full((len(data.test.images), 3), np.nan)
        return SimpleNamespace(encode=lambda images: codes, follows_prior=True), {"steps": 4}

    monkeypatch.setattr(pictures, "load", lambda name, held_out: toy_data())
    monkeypatch.setattr(pictures, "train_ours", fail_or_give_nan)
    result = pictures.train_and_measure("toy", "images", 1, pictures.parser().parse_args([]))
    assert ("diverged" if failing_stage == "training" else "not finite") in result["collapse"]


def test_a_finished_run_is_not_repeated_and_what_is_missing_is_named(monkeypatch, tmp_path, capsys):
    requested_runs = []
    monkeypatch.setattr(pictures, "RUNS", tmp_path / "runs.jsonl")
    monkeypatch.setattr(document, "DOCS_FOLDER", tmp_path)
    monkeypatch.setattr(pictures, "is_available", lambda name: name != "svhn")
    monkeypatch.setattr(pictures, "run_all", lambda runs, argv, args: requested_runs.extend(runs))
    argv = ["--data", "mnist,svhn", "--arms", "images,plain", "--seeds", "2", "--epochs", "3"]
    args = pictures.parser().parse_args(argv)
    figures = dict.fromkeys(pictures.FIGURES, 2.0) | {"mean_image": 5.0, "real_images": 0.1}
    for seed, collapse in ((1, ""), (2, "a figure is not finite")):
        row = figures | {
            "collapse": collapse,
            "date": "2026-01-01",
            "parameters": 7,
            "computed": "fp32",
            "ssim": seed / 4,
        }
        row |= {"key": pictures.run_key("mnist", "images", seed, args), "data": "mnist", "arm": "images", "seed": seed}
        with (tmp_path / "runs.jsonl").open("a") as file:
            file.write(json.dumps(row) + "\n")
    page = tmp_path / "results" / "pictures.md"
    page.parent.mkdir()
    page.write_text(f"# Old\n\n{document.READING_HEADING}\n\nkept\n")
    pictures.main([*argv, "--write"])
    assert requested_runs == [("mnist", "plain", 1), ("mnist", "plain", 2)]
    page_text = page.read_text()
    assert page_text.endswith(f"{document.READING_HEADING}\n\nkept\n") and "# Old" not in page_text
    row = next(line for line in page_text.splitlines() if line.startswith("| convolutional nets"))
    assert row.split(" | ")[1:6] == ["7", "2", "1", "2.000 ± 0.000", "0.375 ± 0.177"]
    assert "svhn (its data were missing); mnist, plain, seed 1" in page_text
    requested_runs.clear()
    with pytest.raises(SystemExit):
        pictures.main([*argv[:-1], "4", "--table"])
    assert not requested_runs, "other settings are other runs, and --table trains nothing"
