"""How the values in image files become levels: the whole scale, a range, transparent pixels, and files of 16 bits."""

import io

import numpy as np
import pytest
from helpers.image_files import refusal, write_folder, write_zip
from PIL import Image

from aae_core.data import sets
from aae_core.data.images.tones import Tones, parse_value_range, tones_for_scale
from aae_core.data.own_data import image_files, own_images
from aae_core.errors import DataError
from aae_core.places import data_root

RNG = np.random.default_rng(5)


def encode_image(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def encode_values(values):
    return encode_image(Image.fromarray(values))


def twelve_bits(count=24, high=4095):
    """The values of grey images, uint16 N×8×8 from 0 to `high`, both of which occur."""
    values = RNG.integers(0, high + 1, (count, 8, 8)).astype(np.uint16)
    values[:, 0, 0], values[:, 7, 7] = 0, high
    return values


def stored_by_name(name):
    data = sets.load(name)
    return {image.tobytes() for part in (data.train, data.test) for image in part.images}


def test_a_range_maps_values_in_a_straight_line_and_clips():
    values = np.array([[0, 10, 20, 30, 255]], np.uint8)
    assert Tones(10, 30).levels(values).tolist() == [[0, 0, 128, 255, 255]], "20 is halfway: 127.5, rounded to even"
    assert Tones().levels(values) is values
    wide = np.array([0, 2047.5 * 2, 65535], np.uint16)
    assert Tones(0, 4095, 65_535).levels(wide).tolist() == [0, 255, 255]
    assert Tones().levels(np.arange(0, 65536, 257, dtype=np.uint16)).tolist() == list(range(256))
    assert Tones(0, 4095, 65_535).levels(np.uint8([0, 8, 16, 200])).tolist() == [0, 128, 255, 255], "by its share"


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "PPM", "big-endian"])
def test_a_range_uses_all_the_bits_of_a_file(kind):
    values = twelve_bits(1)[0]
    if kind == "big-endian":
        content = encode_image(Image.frombytes("I;16B", (8, 8), values.astype(">u2").tobytes()), "TIFF")
    elif kind == "PPM":
        content = b"P5\n8 8\n65535\n" + values.astype(">u2").tobytes()
    else:
        content = encode_image(Image.fromarray(values), kind)
    levels = image_files.decode_image(content, tones=Tones(0, 4095, 65_535))
    assert np.array_equal(levels, np.rint(values / 4095 * 255))
    assert np.array_equal(image_files.decode_image(content), np.rint(values / 257))


@pytest.mark.parametrize(("backdrop", "ground"), [("white", 255), ("black", 0)])
@pytest.mark.parametrize("form", ["RGBA", "LA", "palette"])
def test_transparent_pixels_lie_on_the_chosen_colour(form, backdrop, ground):
    grey = np.array([[200, 200, 90]], np.uint8)
    alpha = np.array([[0, 255, 51]], np.uint8)
    if form == "palette":
        image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
        image.putpalette([200] * 6 + [90] * 3)
        content = encode_image(image, transparency=bytes(alpha[0].tolist()))
    else:
        channels = [grey] * (3 if form == "RGBA" else 1) + [alpha]
        content = encode_image(Image.fromarray(np.stack(channels, axis=-1)))
    levels = image_files.decode_image(content, tones=Tones(backdrop=backdrop))[0, :, 0]
    expected = grey[0] * (alpha[0] / 255) + ground * (1 - alpha[0] / 255)
    assert np.abs(levels - expected).max() <= 1 and levels[0] == ground


def test_a_large_transparent_image_is_laid_on_its_ground_in_bands(monkeypatch):
    from aae_core.data.images import tones

    pixels = RNG.integers(0, 256, (37, 11, 4), dtype=np.uint8)
    whole = image_files.decode_image(encode_image(Image.fromarray(pixels)))
    monkeypatch.setattr(tones, "PIXELS_PER_BAND", 30)  # two rows at a time
    assert np.array_equal(image_files.decode_image(encode_image(Image.fromarray(pixels))), whole)
    values = twelve_bits(1)[0]
    assert np.array_equal(image_files.decode_image(encode_values(values)), np.rint(values / 257))


def test_one_range_holds_for_the_data_set_and_what_is_encoded_later(tmp_path, store, tiny_config):
    values = twelve_bits()
    values[0] //= 2  # an image of its own range would be stretched twice as much
    folder = write_folder(tmp_path / "in", {f"{i:02}.png": encode_values(image) for i, image in enumerate(values)})
    summary = sets.add_data_set(folder, "bits", value_range=(0, 4095))
    expected = np.rint(values / 4095 * 255).astype(np.uint8)
    assert stored_by_name("bits") == {image.tobytes() for image in expected}
    assert (
        summary.tones
        == Tones(0, 4095, 65_535)
        == sets.load("bits").tones
        == sets.describe_data_set("bits-held-out").tones
    )
    revision = store.open(store.create(tiny_config, summary).id)
    assert revision.data.tones == summary.tones
    read = own_images.read_images(folder, revision.data.shape, None, revision.data.tones)
    assert np.array_equal(read[..., 0], expected)


def test_masks_in_an_npz_are_stretched_and_decoded_images_are_not(tmp_path):
    masks = RNG.integers(0, 2, (24, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "raw.npz", images=masks)
    tones = sets.add_data_set(tmp_path / "raw.npz", "masks", value_range=(0, 1)).tones
    assert stored_by_name("masks") == {(255 * mask).tobytes() for mask in masks}
    read = own_images.read_images(tmp_path / "raw.npz", (1, 8, 8), None, tones)
    assert np.array_equal(read[..., 0], 255 * masks)
    grey = RNG.integers(0, 256, (5, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "decoded.npz", images=grey, **{own_images.PREPARED_ARRAY: True})
    assert np.array_equal(own_images.read_images(tmp_path / "decoded.npz", (1, 8, 8), None, tones)[..., 0], grey)


def test_without_a_choice_nothing_new_is_recorded(tmp_path):
    values = RNG.integers(0, 65_536, (24, 8, 8)).astype(np.uint16)
    source = write_zip(tmp_path / "in.zip", {f"{i}.png": encode_values(image) for i, image in enumerate(values)})
    assert sets.add_data_set(source, "plain").tones is None
    assert stored_by_name("plain") == {np.rint(image / 257).astype(np.uint8).tobytes() for image in values}
    assert "tones" not in (data_root() / "own" / "plain" / "meta.json").read_text()


@pytest.mark.parametrize(
    ("value_range", "words"),
    [
        ((0, 256), "reaches beyond the values of these images, which count from 0 to 255"),
        ((3, 3), "the first is the lower one"),
        ((9, 3), "the first is the lower one"),
        ((-1, 3), "two values from 0 to 65,535"),
        ((0, float("nan")), "two values from 0 to 65,535"),
        ((1,), "A range is two numbers"),
        (("a", 3), "A range is two numbers"),
        (7, "A range is two numbers"),
    ],
)
def test_a_range_that_cannot_be_is_refused(tmp_path, value_range, words):
    files = {f"{i}.png": encode_values(RNG.integers(0, 9, (8, 8), dtype=np.uint8)) for i in range(24)}
    for tidy in (None, [].append):
        text = refusal(
            write_zip(tmp_path / "in.zip", files), tmp_path / "root", value_range=value_range, report_left_out=tidy
        )
        assert words in text


def test_a_range_is_of_images_of_one_depth_and_none_of_a_table(tmp_path):
    files = {f"{i:02}.png": encode_values(image) for i, image in enumerate(twelve_bits())}
    files["30.png"] = encode_values(RNG.integers(0, 256, (8, 8), dtype=np.uint8))
    source = write_zip(tmp_path / "in.zip", files)
    assert "30.png has 8 bits per channel and others have 16" in refusal(
        source, tmp_path / "root", value_range=(0, 4095)
    )
    left = []
    assert (
        sets.add_data_set(source, "tidy", tmp_path / "tidy", value_range=(0, 4095), report_left_out=left.append).train
        == 20
    )
    assert left == [
        "30.png has 8 bits per channel and others have 16, so that no range of values fits all; save them alike"
    ]
    (tmp_path / "t.csv").write_text("a,b\n" + "\n".join(f"{i},{i * i}" for i in range(30)))
    assert "A table keeps its values" in refusal(tmp_path / "t.csv", tmp_path / "root", value_range=(0, 1))
    assert "not on 'red'" in refusal(source, tmp_path / "root", backdrop="red")


def test_what_is_left_out_for_lack_of_contrast_is_told_so(tmp_path):
    faint = {f"{i:02}.png": encode_values(RNG.integers(0, 100, (8, 8)).astype(np.uint16)) for i in range(2)}
    good = {f"good{i:02}.png": encode_values(image) for i, image in enumerate(twelve_bits(high=65_535))}
    white = np.full((8, 8, 4), 255, np.uint8)
    white[2:5, 2:5, 3] = 0
    files = (
        faint
        | good
        | {"white.png": encode_image(Image.fromarray(white)), "z.png": encode_values(np.uint8([[7] * 8] * 8))}
    )
    left = []
    sets.add_data_set(write_zip(tmp_path / "in.zip", files), "mine", tmp_path / "root", report_left_out=left.append)
    reasons = {clause.partition(" ")[0]: clause for clause in left}
    assert sorted(reasons) == ["00.png", "01.png", "white.png", "z.png"]
    for name in faint:
        assert "has a single colour once stored: its values lie from" in reasons[name] and "of 65,535" in reasons[name]
    assert reasons["white.png"] == "white.png has a single colour on white, on which its transparent pixels are put"
    assert reasons["z.png"] == "z.png has a single colour"


def test_a_record_whose_range_is_no_range_is_refused(tmp_path):
    source = write_zip(tmp_path / "in.zip", {f"{i}.png": encode_values(image) for i, image in enumerate(twelve_bits())})
    sets.add_data_set(source, "bits", tmp_path, value_range=(0, 4095))
    path = tmp_path / "own" / "bits" / "meta.json"
    path.write_text(path.read_text().replace("4095.0", "0.0"))
    with pytest.raises(DataError, match="has a range whose ends are not in order"):
        sets.describe_data_set("bits", tmp_path)


def test_a_range_is_counted_on_the_scale_of_the_files():
    assert parse_value_range(None) is None and parse_value_range(["0", 4095]) == (0, 4095)
    assert tones_for_scale(65_535, (0, 4095)).limits(255) == (0, 4095 / 257)
    assert tones_for_scale(65_535, (2570, 5140)).limits(255) == (10, 20)
    assert tones_for_scale(255, None, "black") == Tones(backdrop="black")
