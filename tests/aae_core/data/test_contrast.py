"""Images without contrast: what is said of them in the preview, in the terminal and in memory, and what is proposed."""

import io
import warnings

import numpy as np
import pytest
from helpers.image_files import write_zip
from PIL import Image

import aae_core as aae
from aae_core.cli import arguments
from aae_core.data import sets
from aae_core.data.images import contrast
from aae_core.data.images.tones import Tones
from aae_core.data.own_data import image_preview
from aae_core.errors import DataError

RNG = np.random.default_rng(6)
DISC = np.hypot(*np.mgrid[-8:8, -8:8]) < 5


def encode_image(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(low, high, dtype=np.uint8, shape=(16, 16)):
    """Random values with `low` and `high` among them."""
    values = RNG.integers(low, high + 1, shape)
    values[0, 0], values[-1, -1] = low, high
    return values.astype(dtype)


def with_hot_pixel(values):
    values[5, 5] = 65_535
    return values


def mask(value=1):
    return np.roll(DISC, RNG.integers(-3, 4, 2), (0, 1)).astype(np.uint8) * np.uint8(value)


def transparent_image(value, opacity=255):
    alpha = mask(opacity)
    return Image.fromarray(np.stack([np.full_like(alpha, value)] * 3 + [alpha], axis=-1))


def clear_palette():
    image = Image.fromarray(mask(), "P")
    image.putpalette([255] * 6)
    return encode_image(image, transparency=0)


def source(tmp_path, make, count=24, suffix="png"):
    return write_zip(tmp_path / "in.zip", {f"{'ab'[i % 2]}/{i:02}.{suffix}": make() for i in range(count)})


# kind -> (one image file, its suffix, the proposed range, the proposed colour behind transparent pixels)
FAINT = {
    "10 bits in 16": (lambda: encode_image(Image.fromarray(noise(0, 1023, np.uint16))), "png", (0, 1023), None),
    "12 bits in 16": (lambda: encode_image(Image.fromarray(noise(0, 4095, np.uint16))), "png", (0, 4095), None),
    "14 bits, TIFF": (lambda: encode_image(Image.fromarray(noise(9, 16_383, np.uint16)), "TIFF"), "tif", (9, 16_383), None),
    "12 bits, PNM": (
        lambda: b"P5\n16 16\n65535\n" + noise(0, 4095, np.uint16).astype(">u2").tobytes(), "PNM", (0, 4095), None,
    ),
    "a hot pixel": (
        lambda: encode_image(Image.fromarray(with_hot_pixel(noise(0, 4095, np.uint16, (64, 64))))), "png", (4, 4090), None,
    ),
    "masks": (lambda: encode_image(Image.fromarray(mask())), "png", (0, 1), None),
    "inverted masks": (lambda: encode_image(Image.fromarray(1 - mask())), "png", (0, 1), None),
    "dark": (lambda: encode_image(Image.fromarray(noise(2, 30))), "png", (2, 30), None),
    "light": (lambda: encode_image(Image.fromarray(noise(225, 253))), "png", (225, 253), None),
    "dull": (lambda: encode_image(Image.fromarray(noise(100, 150))), "png", (100, 150), None),
    "dark in colour": (lambda: encode_image(Image.fromarray(noise(0, 30, shape=(16, 16, 3)))), "png", (0, 30), None),
    "white on clear": (lambda: encode_image(transparent_image(255)), "png", None, "black"),
    "white on half clear": (lambda: encode_image(transparent_image(255, 90)), "png", (0, 90), "black"),
    "grey on clear": (lambda: encode_image(transparent_image(210)), "png", None, "black"),
    "a palette": (clear_palette, "png", None, "black"),
    "dark, opaque": (
        lambda: encode_image(Image.merge("RGBA", [Image.fromarray(noise(0, 20))] * 3 + [Image.new("L", (16, 16), 255)])),
        "png", (0, 20), None,
    ),
}  # fmt: skip

GOOD = {
    "16 bits": (lambda: encode_image(Image.fromarray(noise(0, 65_535, np.uint16))), "png"),
    "masks": (lambda: encode_image(Image.fromarray(mask(255))), "png"),
    "one bit": (lambda: encode_image(Image.fromarray(mask() > 0)), "png"),
    "12 bits declared": (lambda: b"P5\n16 16\n4095\n" + noise(0, 4095, np.uint16).astype(">u2").tobytes(), "pgm"),
    "black on clear": (lambda: encode_image(transparent_image(0)), "png"),
    "few bright pixels": (
        lambda: encode_image(Image.fromarray(np.pad(np.uint8([[255, 90]]), ((0, 62), (0, 63))))),
        "png",
    ),
    "a photograph": (lambda: encode_image(Image.fromarray(noise(20, 230, shape=(16, 16, 3))), "JPEG"), "jfif"),
}


@pytest.mark.parametrize("kind", FAINT)
def test_faint_images_are_told_with_what_gives_them_contrast(tmp_path, kind):
    make, suffix, value_range, backdrop = FAINT[kind]
    path = source(tmp_path, make, suffix=suffix)
    proposal = image_preview.preview_images(path).assess_contrast(Tones())
    assert proposal.is_low and proposal.backdrop == backdrop
    assert (proposal.value_range is None) == (value_range is None)
    if value_range:
        assert np.abs(np.subtract(proposal.value_range, value_range)).max() <= 5 * (kind == "a hot pixel")
    options = {"value_range": proposal.value_range, "backdrop": backdrop or "white"}
    sets.add_data_set(path, "better", **options)
    levels = sets.load("better").train.images
    assert levels.min() == 0 and levels.max() >= 200, "what was proposed gives contrast"
    assert not image_preview.preview_images(path).assess_contrast(sets.describe_data_set("better").tones).is_low


@pytest.mark.parametrize("kind", GOOD)
def test_images_with_contrast_are_left_in_peace(tmp_path, kind):
    make, suffix = GOOD[kind]
    images = image_preview.preview_images(source(tmp_path, make, suffix=suffix))
    assert images.assess_contrast(Tones()) == contrast.Contrast() and not any(
        "values" in sentence for sentence in images.oddity_sentences(Tones())
    )


def test_the_sentence_names_values_scale_and_levels(tmp_path):
    (sentence,) = image_preview.preview_images(source(tmp_path, FAINT["12 bits in 16"][0])).oddity_sentences(Tones())
    assert sentence == (
        "The images are nearly black: their values lie from 0 to 4,095 of 65,535, and since this whole scale becomes the levels "
        "0 to 255, the levels stored lie from 0 to 16."
    )
    result = image_preview.preview_images(source(tmp_path, FAINT["light"][0]))
    assert result.oddity_sentences(Tones())[0].startswith(
        "The images are nearly white: their values lie from 225 to 253 of 255"
    )
    assert result.oddity_sentences(Tones(225, 253)) == []
    assert (
        result.assess_contrast(Tones(225, 253)).sentence
        == "The values from 225 to 253 of 255 are stretched to the levels 0 to 255."
    )
    assert "of the values lie outside and become black or white" in result.oddity_sentences(Tones(240, 253))[0]
    assert "even so the images have little contrast" in result.oddity_sentences(Tones(100, 255))[0]


@pytest.mark.parametrize("value_range", [None, (0, 1)])
def test_opaque_images_look_the_same_on_black(tmp_path, capsys, value_range):
    path = source(tmp_path, FAINT["masks"][0])
    actual = image_preview.preview_images(path)
    white, black = ((Tones(0, 1, 255, name) if value_range else Tones(backdrop=name)) for name in ("white", "black"))
    assert actual.assess_contrast(black) == actual.assess_contrast(white) and actual.oddity_sentences(
        black
    ) == actual.oddity_sentences(white)
    options = ["--range", "0", "1"] if value_range else []
    assert (
        arguments.main(["data", "add", str(path), "--name", "on-black", "--quiet", "--backdrop", "black", *options])
        == 0
    )
    assert "aae: The " in capsys.readouterr().err


def test_what_shows_nothing_is_told(tmp_path):
    output = image_preview.preview_images(source(tmp_path, lambda: encode_image(Image.new("L", (16, 16), 0))))
    assert output.oddity_sentences(Tones())[0] == "The images show nothing: all values are 0 of 255."
    assert output.assess_contrast(Tones()).value_range is None
    assert contrast.assess_contrast({"white": contrast.ValueCounts()}, Tones()) == contrast.Contrast()


def test_files_of_8_and_of_16_bits_are_judged_apart(tmp_path):
    kinds = (noise(0, 4095, np.uint16) if i % 2 else noise(0, 255) for i in range(24))
    outcome = image_preview.preview_images(source(tmp_path, lambda: encode_image(Image.fromarray(next(kinds)))))
    (sentence,) = outcome.oddity_sentences(Tones())
    assert (
        "of those with 16 bits their values lie from 0 to 4,095 of 65,535" in sentence and "save them alike" in sentence
    )
    assert outcome.assess_contrast(Tones()).value_range is None
    kinds = (noise(0, 65_535, np.uint16) if i % 2 else noise(0, 255) for i in range(24))
    assert (
        image_preview.preview_images(
            source(tmp_path, lambda: encode_image(Image.fromarray(next(kinds))))
        ).oddity_sentences(Tones())
        == []
    )


def test_images_that_are_hidden_on_white_alone_are_named(tmp_path):
    values = iter([0, 255] * 12)
    preview = image_preview.preview_images(source(tmp_path, lambda: encode_image(transparent_image(next(values)))))
    assert preview.has_transparency and not preview.assess_contrast(Tones()).is_low
    hidden_sentences = [
        sentence
        for sentence in preview.oddity_sentences(Tones())
        if "on white, on which transparent pixels are put" in sentence
    ]
    assert (
        hidden_sentences[0].startswith("12 images have a single colour on white") and "b/01.png" in hidden_sentences[0]
    )
    levels = {tuple(np.unique(image)) for image in image_preview.render_samples(preview, Tones(backdrop="black"))}
    assert levels == {(0,), (0, 255)}


def test_the_preview_shows_images_with_the_chosen_tones(tmp_path):
    preview = image_preview.preview_images(
        source(tmp_path, lambda: encode_image(Image.fromarray(noise(0, 4095, np.uint16, (300, 300)))))
    )
    before, after = (image_preview.render_samples(preview, tones)[0] for tones in (Tones(), Tones(0, 4095, 65_535)))
    assert before.shape == after.shape == (256, 256, 1) and before.max() < 20 and after.max() > 200


def test_the_terminal_tells_what_train_shows_and_which_options_help(tmp_path, capsys):
    path = source(tmp_path, FAINT["white on half clear"][0])
    assert arguments.main(["data", "add", str(path), "--name", "faint", "--quiet"]) == 0
    error_lines = capsys.readouterr().err.splitlines()
    assert error_lines[:-1] == [
        f"aae: {sentence}" for sentence in image_preview.preview_images(path).oddity_sentences(Tones())
    ]
    assert (
        error_lines[-1]
        == "aae: To give them contrast, remove faint and add it again with --backdrop black --range 0 90."
    )
    better_arguments = [
        "data",
        "add",
        str(path),
        "--name",
        "better",
        "--quiet",
        "--backdrop",
        "black",
        "--range",
        "0",
        "90",
    ]
    assert arguments.main(better_arguments) == 0
    error_lines = capsys.readouterr().err.splitlines()
    assert error_lines[0] == "aae: The values from 0 to 90 of 255 are stretched to the levels 0 to 255."
    assert sets.describe_data_set("better").tones == Tones(0, 90, 255, "black")
    assert arguments.main([*better_arguments[:-3], "--range", "0", "x"]) == 2
    assert "--range needs two numbers" in capsys.readouterr().err


def test_unbalanced_classes_and_copies_are_told_in_the_terminal_too(tmp_path, capsys):
    files = {f"a/{i:02}.png": encode_image(Image.fromarray(noise(0, 255))) for i in range(20)}
    files |= {f"b/{i}.png": encode_image(Image.fromarray(noise(0, 255))) for i in range(4)}
    files["b/copy.png"] = files["a/03.png"]
    path = write_zip(tmp_path / "in.zip", files)
    for options, count in ([], 2), (["--tidy"], 1):
        assert arguments.main(["data", "add", str(path), "--name", f"n{count}", "--quiet", *options]) == 0
        error_lines = capsys.readouterr().err.splitlines()
        assert error_lines[-count].startswith("aae: The classes are unbalanced: a has 20 images and b has 5.")
    assert error_lines[0] == "Left out: b/copy.png is the same image as a/03.png."


def test_arrays_without_contrast_are_told_and_stretched():
    masks = RNG.integers(0, 2, (30, 8, 8), dtype=np.uint8)
    with pytest.warns(UserWarning, match=r"nearly black: their values lie from 0 to 1 of 255.*value_range=\(0, 1\)"):
        faint = aae.arrays(masks)
    assert faint.tones is None and faint.train.images.max() == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data = aae.arrays(masks, value_range=(0, 1))
        aae.arrays(RNG.integers(0, 256, (30, 8, 8), dtype=np.uint8))
    assert data.tones == data.summary.tones == Tones(0, 1)
    stored_images = np.concatenate([data.train.images, data.test.images])[..., 0]
    assert sorted(image.tobytes() for image in stored_images) == sorted((255 * mask).tobytes() for mask in masks)
    assert np.array_equal(data.tones.levels(masks), 255 * masks)
    with pytest.raises(DataError, match="a range belongs to images"):
        aae.arrays(RNG.normal(size=(30, 3)), value_range=(0, 1))


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.int64, np.float32, np.float64])
def test_a_range_is_applied_to_whole_numbers_of_any_format(dtype):
    values = RNG.integers(0, 4096, (30, 8, 8))
    data = aae.arrays(values.astype(dtype), value_range=(0, 4095), test=0.2)
    expected = {image.tobytes() for image in np.rint(values * (255 / 4095)).astype(np.uint8)}
    stored_images = np.concatenate([data.train.images, data.test.images])
    assert {image.tobytes() for image in stored_images} == expected
    assert data.tones == Tones(0, 4095, 65_535)


def test_masks_of_any_format_are_stretched():
    masks = RNG.integers(0, 2, (30, 8, 8))
    for dtype in (bool, np.uint8, np.int64, np.float32):
        assert set(np.unique(aae.arrays(masks.astype(dtype), value_range=(0, 1)).train.images)) == {0, 255}


@pytest.mark.parametrize("change", [lambda x: x - 1.0, lambda x: x + 0.5, lambda x: x * 20, lambda x: x * np.nan])
def test_a_range_needs_whole_numbers_within_the_scale(change):
    values = RNG.integers(0, 4096, (30, 8, 8))
    with pytest.raises(DataError, match="whole numbers from 0 to 65,535, but the images hold"):
        aae.arrays(change(values.astype(float)), value_range=(0, 4095))


def test_values_beyond_8_bits_are_told_of_the_range():
    with pytest.raises(DataError, match=r"from 0 to 4095, .*value_range=\(0, 4095\), in aae.arrays"):
        aae.arrays(np.linspace(0, 4095, 30 * 64).astype(np.uint16).reshape(30, 8, 8))
    with pytest.raises(DataError, match="of values uint8 or uint16, .* not of int64"):
        Tones(0, 1).levels(np.zeros((1, 8, 8), np.int64))
