"""The painting itself: its text, its ready shapes and what of a picture becomes one. The prior it makes is in test_painted.py."""

import base64
import hashlib
import os
import shutil
import zipfile

import numpy as np
import pytest
from PIL import Image

from aae_core.config import painting
from aae_core.config.combinations import check_data
from aae_core.config.configuration import Config, configure, from_dict
from aae_core.config.schema import to_dict
from aae_core.config.settings import PriorConfig
from aae_core.data.images import painting_files
from aae_core.errors import ConfigError, DataError

SENSIBLE = [0, *(strength + 16 * owner for owner in range(11) for strength in range(1, 16))]


def pairs(*values):
    """The text of pairs (run − 1, cell), written by hand."""
    return "64." + base64.urlsafe_b64encode(bytes(values)).decode().rstrip("=")


def grid(**parts):
    """A 64×64 array of cells with rectangles: name=(rows, columns, cell)."""
    cells = np.zeros((64, 64), np.uint8)
    for rows, columns, cell in parts.values():
        cells[rows, columns] = cell
    return cells.tobytes()


TOP = pairs(127, 15, *(255, 0) * 15, 127, 0)  # the two upper rows


def test_a_text_is_runs_from_the_top_left():
    cells = np.frombuffer(painting.parse_painting(TOP), np.uint8).reshape(64, 64)
    assert (cells[:2] == 15).all() and not cells[2:].any()
    assert painting.format_painting(cells.tobytes()) == pairs(127, 15, *(255, 0) * 15, 127, 0)


@pytest.mark.parametrize("seed", range(5))
def test_any_painting_survives_its_text(seed):
    random = np.random.default_rng(seed)
    cells = bytes(random.choice(SENSIBLE, painting.CELLS).astype(np.uint8))
    if seed == 0:
        # no two neighbours are equal: the longest text
        cells = bytes(SENSIBLE[1 + k % 2] for k in range(painting.CELLS))
    assert painting.parse_painting(painting.format_painting(cells)) == cells
    assert len(painting.format_painting(cells)) <= painting.MAX_TEXT_LENGTH and (
        seed or len(painting.format_painting(cells)) == painting.MAX_TEXT_LENGTH
    )
    assert set(painting.format_painting(cells)[3:]) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "A painting is one of ring"),
        ("triangle", "A painting is one of ring"),
        ("63.AAAA", "A painting is one of ring"),
        ("64.", "it has 0 cells"),
        ("64.AAAA!", "not base64"),
        ("64.é", "not base64"),
        ("64.AAA", "cells"),
        ("64.AA", "pairs"),
        (pairs(255, 1), "it has 256 cells"),
        (pairs(*(255, 1) * 17), "it has 4,352 cells"),
        (pairs(*(255, 1) * 2000), "it has 512,000 cells"),
        (pairs(*(255, 0) * 15, 255, 16), "an invalid value"),
        (pairs(*(255, 0) * 15, 255, 177), "an invalid value"),
        ("64." + "A" * 11_000, "at most 10,926 characters"),
    ],
)
def test_a_hostile_or_damaged_text_is_refused_in_one_sentence(text, words):
    with pytest.raises(ConfigError, match=words) as refused:
        painting.parse_painting(text)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 250


def test_a_configuration_carries_its_painting_and_refuses_what_is_none():
    config = configure(**{"prior.name": "painted", "prior.painting": TOP})
    assert from_dict(to_dict(config)) == config and config.prior.painting == TOP
    assert configure(**{"prior.name": "painted"}).prior.painting == "ring"
    for text, words in (
        ("A" * 20_000, "at most 10,926 printable"),
        ("64.\n", "printable"),
        ("64.AAAA", "damaged"),
        (painting.format_painting(bytes(4096)), "Nothing is painted"),
    ):
        with pytest.raises(ConfigError, match=words):
            Config(prior=PriorConfig("painted", painting=text))
    assert Config(prior=PriorConfig("gaussian", painting=painting.format_painting(bytes(4096)))), "it is not drawn from"
    with pytest.raises(ConfigError, match="damaged"):
        Config(prior=PriorConfig("gaussian", painting="64.AAAA"))
    with pytest.raises(ConfigError, match="latent_dim must be 2"):
        configure(latent_dim=3, **{"prior.name": "painted"})
    with pytest.raises(ConfigError, match=r"beyond the edge of a painted prior.*choose the variant aae"):
        configure(variant="vae", **{"prior.name": "painted"})


def label_informed_config(cells):
    return configure(
        variant="label-informed",
        data="own",
        **{"prior.name": "painted", "prior.painting": painting.format_painting(cells)},
    )


def test_label_information_needs_a_part_for_each_class_and_nothing_else():
    two = label_informed_config(grid(a=(slice(9), slice(9), 15 + 16), b=(slice(20, 30), slice(9), 7 + 32)))
    check_data(two, ("cat", "dog"))
    with pytest.raises(ConfigError, match="part of the painting, and hen, cow has none"):
        check_data(two, ("cat", "dog", "hen", "cow"))
    with pytest.raises(ConfigError, match="more classes than the 2 of own"):
        check_data(label_informed_config(grid(a=(slice(9), slice(9), 31), b=(5, 5, 47), c=(7, 7, 63))), ("cat", "dog"))
    with pytest.raises(ConfigError, match="at most 10 classes, and own has 11"):
        check_data(two, tuple("abcdefghijk"))
    with pytest.raises(ConfigError, match="needs a class for every part"):
        label_informed_config(grid(a=(slice(9), slice(9), 31), rest=(40, 40, 15)))


def test_parts_and_what_belongs_to_none():
    cells = grid(a=(slice(2), slice(3), 15 + 16 * 3), b=(9, 9, 1 + 16 * 10), c=(20, slice(5), 4))
    assert painting.classes_in_painting(cells) == (2, 9) and painting.count_unclassed_cells(cells) == 5


# What stands in a link or a configuration as a name must not come to mean another shape.
@pytest.mark.parametrize(
    ("name", "digest"), [("ring", "acebae68bc13"), ("two-blobs", "8f4f9585a4b3"), ("letter", "35c8deaa8fab")]
)
def test_a_ready_shape_stays_as_it_is(name, digest):
    assert hashlib.sha256(painting.parse_painting(name)).hexdigest()[:12] == digest


def test_the_ready_shapes_are_what_they_are_called():
    strength = {
        name: np.frombuffer(painting.parse_painting(name), np.uint8).reshape(64, 64) for name in painting.SHAPES
    }
    ring, blobs, letter = strength["ring"], strength["two-blobs"], strength["letter"]
    assert ring[32, 32] == 0 and ring[32, 32 + 18] == 15 and (ring == ring.T).all() and (ring == ring[::-1]).all()
    assert blobs.argmax() % 64 in (18, 19) and blobs[32, 32] == 0 and (blobs == blobs[:, ::-1]).all()
    assert letter[10, 31] == 15 and letter[52, 31] == 0 and letter[52, 14] == 15, "an A stands on its feet"


def picture(background, ink, size=(128, 64), mode="RGB"):
    """A filled rectangle, left of the middle and in the upper half."""
    image = Image.new(mode, size, background)
    image.paste(ink, (20, 12, 80, 48))
    return image


@pytest.mark.parametrize(("background", "ink"), [("white", "black"), ("black", "white"), ("#204080", "#ff9900")])
def test_a_picture_is_painted_where_it_differs_from_its_border(tmp_path, background, ink):
    picture(background, ink).save(tmp_path / "p.png")
    cells = np.frombuffer(
        painting.parse_painting(painting_files.resolve_painting(str(tmp_path / "p.png"))), np.uint8
    ).reshape(64, 64)
    row, column = np.nonzero(cells)
    # the longer side goes across, two pixels a cell, with 32 pixels of nothing above and below
    assert (column.min(), column.max()) == (20 // 2, 80 // 2 - 1)
    assert (row.min(), row.max()) == ((32 + 12) // 2, (32 + 48) // 2 - 1)
    assert np.count_nonzero(cells == 15) == 30 * 18


def test_shades_are_levels_and_an_npz_holds_one_image(tmp_path):
    image = np.zeros((1, 64, 64), np.uint8)
    image[0, 10:20, 10:20], image[0, 30:40, 10:20] = 255, 85
    np.savez(tmp_path / "p.npz", images=image)
    cells = np.frombuffer(
        painting.parse_painting(painting_files.resolve_painting(str(tmp_path / "p.npz"))), np.uint8
    ).reshape(64, 64)
    assert cells[15, 15] == 15 and cells[35, 15] == 5 and np.count_nonzero(cells) == 200
    np.savez(tmp_path / "two.npz", images=np.zeros((2, 64, 64), np.uint8))
    with pytest.raises(DataError, match="holds 2 images"):
        painting_files.resolve_painting(str(tmp_path / "two.npz"))


def test_what_is_no_picture_of_anything_is_refused(tmp_path):
    Image.new("L", (50, 50), 200).save(tmp_path / "grey.png")
    (tmp_path / "text.png").write_text("no image")
    for name, words in (
        ("grey.png", "a single colour"),
        ("text.png", "is not a readable image"),
        ("none.png", r"a ready shape \(ring, .*none.png is neither; check the name"),
        (".", "is neither; give a single, smaller image"),
    ):
        with pytest.raises(DataError, match=words):
            painting_files.resolve_painting(str(tmp_path / name))
    with pytest.raises(DataError, match="nothing is neither; check the name"):
        painting_files.resolve_painting("")


def test_neither_pipes_nor_archives_nor_large_files_are_decoded(tmp_path):
    picture("white", "black").save(tmp_path / "p.png")
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.write(tmp_path / "p.png", "p.png")
    shutil.copy(tmp_path / "p.zip", tmp_path / "zip.png")
    shutil.copy(tmp_path / "p.png", tmp_path / "large.png")
    os.truncate(tmp_path / "large.png", 2**28 + 1)
    os.mkfifo(tmp_path / "pipe.png")
    for name in ("p.zip", "zip.png", "large.png", "pipe.png", "."):
        with pytest.raises(DataError, match="image file of at most 256 MiB, and .* is neither"):
            painting_files.resolve_painting(str(tmp_path / name))
    with pytest.raises(DataError, match="could not be read"):
        painting_files.resolve_painting(f"{'x' * 300}.png")


def test_names_and_texts_are_given_as_they_are():
    assert painting_files.resolve_painting("letter") == "letter" and painting_files.resolve_painting(TOP) == TOP


# At the command line -----------------------------------------------------------------------------------------------------


def parse_options(*options):
    """The configuration that options of `train` ask for."""
    from aae_core.cli import arguments, commands

    args = arguments._build_parser().parse_args(["train", *options])
    return configure(args.preset, **commands.settings_from_args(args))


def test_train_takes_a_shape_or_a_file_and_the_prior_that_draws_from_it(tmp_path):
    picture("white", "black").save(tmp_path / "p.png")
    config = parse_options("--painting", str(tmp_path / "p.png"), "--set", "prior.scale=2")
    assert (config.prior.name, config.prior.scale) == ("painted", 2.0)
    assert np.count_nonzero(np.frombuffer(painting.parse_painting(config.prior.painting), np.uint8)) == 30 * 18
    assert parse_options("--prior", "painted", "--painting", "letter").prior.painting == "letter"
    assert parse_options("--prior", "painted", "--set", f"prior.painting={TOP}").prior.painting == TOP
    assert parse_options("--preset", "painted").prior.name == "painted"


@pytest.mark.parametrize(
    ("options", "status", "words"),
    [
        (("--painting", "ring", "--prior", "gaussian"), 2, "belongs to --prior painted"),
        (("--painting", "ring", "--set", "prior.painting=letter"), 2, "given twice"),
        (("--painting", "nowhere.png"), 1, "is neither"),
        (("--painting", "ring", "--variant", "vae"), 2, "choose the variant aae"),
        (("--prior", "painted", "--set", "prior.painting=64.AAAA"), 2, "damaged"),
    ],
)
def test_what_cannot_be_a_painted_prior_is_refused_at_the_command_line(capsys, options, status, words):
    from aae_core.cli import arguments

    assert arguments.main(["train", *options]) == status
    message = capsys.readouterr().err
    assert words in message and message.count("\n") == 1


@pytest.mark.parametrize("name", [*painting.SHAPES])
@pytest.mark.parametrize("classes", [1, 4, 10])
def test_a_shared_painting_has_a_part_of_equal_mass_for_each_class(name, classes):
    cells = painting.parse_painting(name)
    result = np.frombuffer(painting.assign_equal_mass_sectors(cells, classes), np.uint8)
    np.testing.assert_array_equal(result % 16, np.frombuffer(cells, np.uint8) % 16)
    masses = [(result % 16)[result // 16 == k + 1].sum() for k in range(classes)]
    assert np.ptp(masses) <= 2 * painting.MAX_STRENGTH and not painting.count_unclassed_cells(bytes(result))
    assert painting.assign_equal_mass_sectors(bytes(painting.CELLS), classes) == bytes(painting.CELLS)


def test_parts_of_a_shared_painting_follow_round_its_middle():
    """Of a ring about the middle, class k of four has the k-th quarter, from the right upwards."""
    cells = np.frombuffer(painting.assign_equal_mass_sectors(painting.parse_painting("ring"), 4), np.uint8).reshape(
        64, 64
    )
    for k, (rows, columns) in enumerate([(slice(32), slice(32, 64)), (slice(32), slice(32)),
                                         (slice(32, 64), slice(32)), (slice(32, 64), slice(32, 64))]):  # fmt: skip
        quarter = cells[rows, columns]
        owners = quarter[quarter > 0] // 16 - 1
        assert (owners == k).mean() > 0.98, "all but a cell at the border"


def test_of_two_cells_each_class_has_one():
    """The right one comes first, at 0; the left one, at π, is the other class's."""
    cells = bytearray(painting.CELLS)
    cells[32 * 64 + 10] = cells[32 * 64 + 50] = 1
    divide_among_classes = painting.assign_equal_mass_sectors(bytes(cells), 2)
    assert (divide_among_classes[32 * 64 + 50], divide_among_classes[32 * 64 + 10]) == (1 + 16, 1 + 32)
    assert (
        painting.classes_in_painting(divide_among_classes) == (0, 1)
        and painting.classes_in_painting(bytes(cells)) == ()
    )
