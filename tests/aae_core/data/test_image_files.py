"""Images, folders and zips read one by one: what becomes of each kind, and what is refused by name."""

import io
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.image_files import (
    animation_bytes,
    bomb_png,
    image_bytes,
    images_of_two_classes,
    png_of_depth_16,
    refusal,
    write_folder,
    write_zip,
)
from PIL import Image, ImageCms

from aae_core.data import sets
from aae_core.data.own_data import image_files, own_images
from aae_core.errors import DataError

FAILING = Path(__file__).resolve().parents[4] / "shared" / "failing"


def test_decoding_of_palettes_transparency_and_greys():
    palette = Image.fromarray(np.eye(8, dtype=np.uint8), "P")
    palette.putpalette([10, 20, 30, 200, 100, 50])
    buffer = io.BytesIO()
    palette.save(buffer, "GIF")
    pixels = image_files.decode_image(buffer.getvalue())
    assert (
        pixels.shape == (8, 8, 3) and pixels[0, 0].tolist() == [200, 100, 50] and pixels[0, 1].tolist() == [10, 20, 30]
    )
    clear = np.zeros((8, 8, 4), np.uint8)  # transparent black becomes the white it is laid on
    clear[0, 0] = (9, 8, 7, 255)
    buffer = io.BytesIO()
    Image.fromarray(clear).save(buffer, "PNG")
    pixels = image_files.decode_image(buffer.getvalue())
    assert pixels[0, 0].tolist() == [9, 8, 7] and pixels[5, 5].tolist() == [255] * 3
    buffer = io.BytesIO()
    Image.fromarray(np.eye(8) > 0).save(buffer, "PNG")
    assert np.array_equal(image_files.decode_image(buffer.getvalue()), np.eye(8, dtype=np.uint8) * 255)


def encode_image(image, kind="PNG", **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


# What the EXIF standard says of the stored row 0 and column 0: where they lie in the scene.
UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.T,
    6: lambda a: a.T[:, ::-1],
    7: lambda a: a.T[::-1, ::-1],
    8: lambda a: a.T[::-1],
}


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photograph_is_turned_upright(orientation, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored_pixels = np.arange(6, dtype=np.uint8).reshape(2, 3) * 40
    content = encode_image(Image.fromarray(stored_pixels), kind, exif=exif)
    assert np.array_equal(image_files.decode_image(content), UPRIGHT[orientation](stored_pixels))


def test_a_photograph_on_its_side_is_cut_to_the_middle_of_what_is_seen():
    exif = Image.Exif()
    exif[0x0112] = 6
    stored_pixels = np.zeros((64, 256), np.uint8)  # seen: 256 high and 64 wide
    stored_pixels[:, 96:160] = 250
    content = encode_image(Image.fromarray(stored_pixels), "JPEG", exif=exif, quality=95)
    pixels = image_files.decode_image(content, (16, 16)).astype(int)
    assert pixels.shape == (16, 16) and pixels[2:-2].min() > 230


def test_every_suffix_of_a_format_that_is_read_is_known(tmp_path):
    Image.init()
    registered_suffixes = {
        suffix for suffix, kind in Image.registered_extensions().items() if kind in image_files.PILLOW_FORMATS
    }
    assert set(image_files.IMAGE_SUFFIXES) == registered_suffixes - {".pfm"}, "which holds floats"
    files = {
        f"{k}/{i:02}{suffix}": image_bytes(kind="JPEG")
        for k in "ab"
        for i in range(4)
        for suffix in (".jfif", ".JPE", ".Jpg")
    }
    assert sets.add_data_set(write_zip(tmp_path / "in.zip", files), "photos", tmp_path / "root").train == 20


LARGEST_IMAGE = """
import io, resource, sys
import numpy as np
from PIL import Image
from aae_core.data.own_data import image_files
from aae_core.data.own_data.image_preview import _read_file_views
content = open(sys.argv[1], "rb").read()
image_files.decode_image(content, (64, 64), margins=True)
_read_file_views(image_files.ImportedFile("x.png", len(content), lambda: content), lambda *size: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.thorough
@pytest.mark.parametrize("mode", ["RGBA", "I;16"])
def test_the_largest_image_takes_bounded_memory(tmp_path, mode):
    row = np.arange(7900) % 256
    if mode == "RGBA":
        pixels = np.broadcast_to(row[None, :, None], (7900, 7900, 4)).astype(np.uint8)
    else:
        pixels = np.broadcast_to(row * 16, (7900, 7900)).astype(np.uint16)
    Image.fromarray(pixels).save(tmp_path / "x.png", compress_level=1)
    del pixels
    process = subprocess.run(
        [sys.executable, "-c", LARGEST_IMAGE, tmp_path / "x.png"], capture_output=True, text=True, check=True
    )
    assert int(process.stdout) < 800, "MiB: the image takes 238 of them, and what it becomes as many; 1.3 GB before"


def test_sixteen_bits_become_eight():
    values = np.array([[0, 1, 128, 255], [3, 77, 200, 254]], np.uint16)
    for kind in ("PNG", "TIFF"):
        assert np.array_equal(image_files.decode_image(encode_image(Image.fromarray(values * 257), kind)), values)
    assert abs(image_files.decode_image(png_of_depth_16()).astype(int) - round(0x1234 / 257)).max() <= 1


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
@pytest.mark.parametrize(
    ("ink", "colour"),
    [
        ((0, 0, 0, 0), (255, 255, 255)),
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 0, 0, 255), (0, 0, 0)),
        ((0, 0, 255, 128), (127, 127, 0)),
    ],
)
def test_inks_become_light(ink, colour, kind):
    image = Image.new("CMYK", (16, 16), ink)
    pixels = image_files.decode_image(encode_image(image, kind)).astype(int)
    assert pixels.shape == (16, 16, 3) and np.abs(pixels - colour).max() <= 3


def profile_with_red_and_green_swapped():
    """An ICC profile whose red primary is that of sRGB's green, and the other way round."""
    content = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    tags = {content[132 + 12 * k : 136 + 12 * k].decode(): 132 + 12 * k for k in range(content[131])}
    for a, b in (("rXYZ", "gXYZ"), ("rTRC", "gTRC")):
        content[tags[a] : tags[a] + 4], content[tags[b] : tags[b] + 4] = b.encode(), a.encode()
    return (
        bytes(content)
        .replace(b"s\0R\0G\0B", b"t\0e\0s\0t")
        .replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))
    )


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_colours_with_a_profile_become_those_of_srgb(mode):
    stored_image = Image.new("RGB", (8, 8), (204, 51, 0)).convert(mode)  # also in the palette
    profile = profile_with_red_and_green_swapped()
    pixels = image_files.decode_image(encode_image(stored_image, icc_profile=profile)).astype(int)
    assert np.abs(pixels - (51, 204, 0)).max() <= 3
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for neutral_profile in (srgb, b"no profile"):
        decoded_pixels = image_files.decode_image(encode_image(stored_image, icc_profile=neutral_profile))
        assert np.array_equal(decoded_pixels, image_files.decode_image(encode_image(stored_image)))
    grey = image_files.decode_image(encode_image(Image.new("L", (8, 8), 77), icc_profile=profile))
    assert grey.shape == (8, 8) and (grey == 77).all()


@pytest.mark.parametrize("variant", ["alpha", "transparent value"])
def test_grey_values_with_a_profile_become_those_of_srgb_also_beside_transparency(variant):
    with zipfile.ZipFile(FAILING / "grey_icc.zip") as archive:
        profile = Image.open(io.BytesIO(archive.read("00.png"))).info["icc_profile"]
    grey = Image.new("L", (8, 8), 100)
    if variant == "alpha":
        encoded = encode_image(Image.merge("LA", [grey, Image.new("L", (8, 8), 255)]), icc_profile=profile)
    else:
        encoded = encode_image(grey, icc_profile=profile, transparency=3)
    assert (image_files.decode_image(encoded) == 168).all(), "what a browser shows for 100"


def test_what_is_see_through_lies_on_white():
    pixels = np.zeros((1, 3, 2), np.uint8)
    pixels[0] = [(0, 0), (0, 255), (100, 51)]  # value, opacity
    greys = image_files.decode_image(encode_image(Image.fromarray(pixels)))[0, :, 0].tolist()
    assert greys[:2] == [255, 0] and abs(greys[2] - (0.2 * 100 + 0.8 * 255)) <= 1
    palette = Image.fromarray(np.array([[0, 1]], np.uint8), "P")
    palette.putpalette([10, 20, 30, 200, 100, 50])
    assert image_files.decode_image(encode_image(palette, transparency=1))[0].tolist() == [
        [10, 20, 30],
        [255, 255, 255],
    ]


def test_margins_keep_an_image_whole_in_the_colour_of_its_edge():
    wide = np.full((2, 8), 90, np.uint8)
    wide[:, 2:6] = 200
    image = Image.fromarray(np.repeat(np.repeat(wide, 4, 0), 4, 1))
    cut, whole = (
        np.asarray(image_files.resize_image(image, (16, 16), margins)).astype(int) for margins in (False, True)
    )
    assert (np.abs(cut[:, 4:-4] - 200) <= 1).all()  # the middle 8 of 32 columns alone
    assert (whole[:6] == 90).all() and (whole[-6:] == 90).all(), "6 rows above and beneath 4 rows of the image"
    assert np.abs(whole[6:10, [0, 1, 14, 15]] - 90).max() <= 2 and np.abs(whole[7:9, 6:10] - 200).max() <= 2
    thread = Image.fromarray(np.zeros((1, 3000, 3), np.uint8))
    assert np.asarray(image_files.resize_image(thread, (8, 8), True)).shape == (8, 8, 3)


BAD_IMAGES = {
    "Lab": (lambda: encode_image(Image.new("LAB", (16, 16)), "TIFF"), "a/x.tif has LAB colours"),
    "numbers": (lambda: encode_image(Image.new("F", (16, 16)), "TIFF"), "a/x.tif has numbers of 32 bits"),
    "truncated": (lambda: image_bytes()[:-60], "a/x.png is truncated or damaged"),
    "truncated jpg": (lambda: image_bytes(64, "RGB", "JPEG")[:-500], "a/x.jpg is truncated or damaged"),
    "animated": (animation_bytes, "a/x.gif is animated"),
    "animated webp": (lambda: animation_bytes("WEBP"), "a/x.webp is animated"),
    "text": (lambda: b"hello", "a/x.png is not a readable image"),
    "empty": (lambda: b"", "a/x.png is not a readable image"),
    "too many pixels": (lambda: bomb_png(9_000), "a/x.png has 9,000×9,000 pixels, more than 64 million"),
    "bomb": (lambda: bomb_png(60_000), "a/x.png has more than 64 million pixels"),
    "a document": (lambda: b"%PDF", "a/x.pdf is not an image"),
}


@pytest.mark.parametrize("form", ["folder", "zip"])
@pytest.mark.parametrize("case", BAD_IMAGES)
def test_a_bad_image_is_named(tmp_path, case, form):
    make, words = BAD_IMAGES[case]
    files = {f"{k}/{i}.png": image_bytes() for k in "ab" for i in range(12)} | {words.split()[0]: make()}
    source = write_folder(tmp_path / "in", files) if form == "folder" else write_zip(tmp_path / "in.zip", files)
    assert re.search(words, refusal(source, tmp_path / "root"))


def test_every_problem_is_named_and_beyond_ten_counted(tmp_path):
    files = {f"a/{i}.png": image_bytes() for i in range(3)} | {f"b/{i:02}.jpg": b"broken" for i in range(14)}
    text = refusal(write_zip(tmp_path / "in.zip", files | {"c/x.png": image_bytes(20)}), tmp_path / "root")
    for words in ("b/00.jpg is not a readable image", "b/08.jpg", "class c has a single image", "; and 7 more."):
        assert words in text
    problem_files = {"a/x.png": image_bytes(), "b/y.png": image_bytes(20), "b/z.gif": animation_bytes(), "b/n.txt": b""}
    text = refusal(write_zip(tmp_path / "few.zip", problem_files), tmp_path / "root")
    for words in (
        "z.gif is animated",
        "n.txt is not an image",
        "2 sizes (height×width: 16×16 (1), 20×20 (1))",
        "only 3 images",
        "class a",
    ):
        assert words in text


def test_layouts_that_cannot_be_meant(tmp_path):
    assert "b.png lies beside the class folders" in refusal(
        write_zip(tmp_path / "2.zip", images_of_two_classes() | {"b.png": image_bytes()}), tmp_path / "root"
    )
    assert "cat/deep is a folder inside a class folder" in refusal(
        write_zip(tmp_path / "3.zip", images_of_two_classes() | {"cat/deep/b.png": image_bytes()}), tmp_path / "root"
    )
    assert "holds no images" in refusal(write_zip(tmp_path / "4.zip", {"a/": b""}), tmp_path / "root")
    (tmp_path / "empty").mkdir()
    assert "holds no images" in refusal(tmp_path / "empty", tmp_path / "root")
    assert "3 images; at least 20" in refusal(
        write_zip(tmp_path / "5.zip", {f"{i}.png": image_bytes() for i in range(3)}), tmp_path / "root"
    )


@pytest.mark.parametrize(("side", "words"), [(129, "129×129 pixels where 4 to 128"), (3, "3×3 pixels where 4 to 128")])
def test_images_too_large_or_too_small_need_a_size(tmp_path, side, words):
    assert words in refusal(write_zip(tmp_path / "in.zip", images_of_two_classes(side=side)), tmp_path / "root")


@pytest.mark.parametrize("size", [0, -3, 3, 129, 2.5, "64", True])
def test_a_senseless_size_is_refused(tmp_path, size):
    if size == 0:
        size = 1
    assert "from 4 to 128" in refusal(
        write_zip(tmp_path / "in.zip", images_of_two_classes()), tmp_path / "root", size=size
    )


@pytest.mark.parametrize("path", ["/etc/x.png", "../x.png", "a/../../x.png", "C:\\x.png", "..\\x.png", "\\x.png"])
def test_a_path_out_of_the_archive(tmp_path, path):
    text = refusal(write_zip(tmp_path / "in.zip", images_of_two_classes() | {path: image_bytes()}), tmp_path / "root")
    assert "leads out of the archive" in text


def test_links_are_refused(tmp_path):
    link = zipfile.ZipInfo("cat/link.png")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(write_zip(tmp_path / "in.zip", images_of_two_classes()), "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "cat/link.png is a link" in refusal(tmp_path / "in.zip", tmp_path / "root")
    folder = write_folder(tmp_path / "in", images_of_two_classes())
    (folder / "cat" / "l.png").symlink_to("/etc/passwd")
    (folder / "bird").symlink_to(folder / "dog")
    text = refusal(folder, tmp_path / "root")
    assert "cat/l.png is a link" in text and "bird is a link" in text


def test_a_pipe_in_a_folder_is_never_opened(tmp_path):
    os.mkfifo(write_folder(tmp_path / "in", images_of_two_classes()) / "cat" / "pipe.png")
    assert "cat/pipe.png is not an ordinary file" in refusal(tmp_path / "in", tmp_path / "root")
    os.mkfifo(tmp_path / "pipe")
    assert "not an ordinary file" in refusal(tmp_path / "pipe", tmp_path / "root")


def test_a_bomb_is_told_from_its_directory(tmp_path, monkeypatch):
    monkeypatch.setattr(image_files, "MAX_SOURCE_BYTES", 2**20)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/x.png", b"\0" * 2**21)
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing may be unpacked
    assert "unpacked, more than" in refusal(tmp_path / "bomb.zip", tmp_path / "root")


@pytest.mark.parametrize("encoding", ["utf-8", "cp437"])
def test_a_zip_that_does_not_say_how_its_names_are_encoded(tmp_path, monkeypatch, encoding):
    """As macOS and the zip of Linux make them in UTF-8, and DOS in its own code page."""
    as_given = lambda info: (info.filename.encode(encoding), info.flag_bits)  # noqa: E731
    monkeypatch.setattr(zipfile.ZipInfo, "_encodeFilenameFlags", as_given)
    files = {f"{name}/{i}.png": image_bytes() for name in ("Bären", "Vögel") for i in range(10)}
    source = write_zip(tmp_path / "in.zip", files)
    assert sets.add_data_set(source, "animals", tmp_path / "root").classes == ("Bären", "Vögel")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("fake.xlsx", "save the table in it as .csv or .parquet"),
        ("rows.JSON", "save the table in it as .csv or .parquet"),
        ("iris.data", "if it holds a table, save it as .csv, with a first line that names the columns"),
        ("tabs.TXT", "if it holds a table, save it as .csv, with a first line that names the columns"),
        ("rows.feather", "write it as Parquet, such as by pandas.read_feather(file).to_parquet(new_file)"),
        ("rows.csv.xz", "unpack it, and give the folder or file within"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"label": "cls"}, {"types": "count"}])
def test_a_table_of_a_kind_that_is_not_read_is_told_what_to_become(tmp_path, name, remedy, options):
    write_zip(tmp_path / name, {"xl/workbook.xml": b"<x/>"})  # as a spreadsheet is
    with pytest.raises(DataError) as caught:
        sets.add_data_set(tmp_path / name, "x", tmp_path / "root", **options)
    assert str(caught.value) == f"{name} cannot be used: {remedy}."
    (tmp_path / "song.mp3").write_bytes(b"x")
    assert "of a table a .csv or .parquet file" in refusal(tmp_path / "song.mp3", tmp_path / "root")


@pytest.mark.parametrize("problem_files", [{"one.png": image_bytes()}, {"cat/-large.png": image_bytes(20)}])
def test_images_are_counted_beside_other_problems(tmp_path, problem_files):
    clauses = []
    text = refusal(
        write_zip(tmp_path / "in.zip", images_of_two_classes() | problem_files),
        tmp_path / "root",
        report_left_out=clauses.append,
    )
    assert clauses == [] and "only" not in text and ("one.png lies beside" in text or "2 sizes" in text)


def test_a_zip_that_lies_about_its_sizes(tmp_path):
    path = write_zip(tmp_path / "in.zip", images_of_two_classes())
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    struct.pack_into("<I", content, place + 24, 30)  # unpacked size of the first member, in the directory
    path.write_bytes(content)
    assert "cat/00.png is damaged or cannot be read" in refusal(path, tmp_path / "root")


def test_a_zip_whose_names_contradict_each_other(tmp_path):
    path = write_zip(tmp_path / "in.zip", {"cät/0.png": image_bytes()} | images_of_two_classes())
    content = path.read_bytes()
    path.write_bytes(content.replace("ä".encode(), b"\xff\xfe", 1))  # in the member's own header only
    assert "cät/0.png is damaged or cannot be read" in refusal(path, tmp_path / "root")


def test_pixels_beyond_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    assert "the disk has 0.0 GiB free" in refusal(
        write_zip(tmp_path / "in.zip", images_of_two_classes()), tmp_path / "root"
    )


def test_pixels_beyond_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(own_images, "MAX_TOTAL_BYTES", 1000)
    with pytest.raises(DataError, match="its pixels take more than"):
        own_images.read_images(write_zip(tmp_path / "in.zip", images_of_two_classes()))


def test_an_encrypted_zip(tmp_path):
    path = write_zip(tmp_path / "in.zip", images_of_two_classes(2))
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = content.find(mark)
        content[place + offset] |= 1
    path.write_bytes(content)
    assert "cat/00.png is encrypted" in refusal(path, tmp_path / "root")


def test_too_many_classes_are_told_before_a_pixel_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(own_images, "decode_image", None)
    files = {f"c{i}/x.png": b"x" for i in range(3_000)}
    assert "3,000 classes, more than the 1,000" in refusal(write_zip(tmp_path / "in.zip", files), tmp_path / "root")


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 10])
def test_what_is_no_source_at_all(tmp_path, content):
    for name in ("x.zip", "x.npz"):
        (tmp_path / name).write_bytes(content)
        assert "cannot be used" in refusal(tmp_path / name, tmp_path / "root")
    assert "does not exist" in refusal(tmp_path / "missing", tmp_path / "root")


def test_a_cut_zip(tmp_path):
    path = write_zip(tmp_path / "in.zip", images_of_two_classes())
    content = path.read_bytes()
    for length in (len(content) - 5, len(content) // 2, 30, 0):
        path.write_bytes(content[:length])
        assert "cannot be used: it is not a complete zip file; create it again." in refusal(path, tmp_path / "root")


# Bombs ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def decoded_images(monkeypatch):
    """The images that were decoded."""
    from PIL import ImageFile

    images, load = [], ImageFile.ImageFile.load

    def record_and_load(self):
        if not any(image is self for image in images):
            images.append(self)
        return load(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load", record_and_load)
    return images


def bombs(place, count, side):
    blank = io.BytesIO()
    Image.new("1", (side, side)).save(blank, "PNG")
    return write_zip(place, {f"{k}/{i}.png": blank.getvalue() for k in "ab" for i in range(count // 2)})


def test_large_images_end_a_check_at_the_first_header(tmp_path, decoded_images):
    text = refusal(bombs(tmp_path / "in.zip", 30, 7_000), tmp_path / "root")
    assert "7000×7000" in text and "choose a size" in text and decoded_images == []
    assert not list((tmp_path / "root" / "own").iterdir())  # nothing partial is left


def test_the_pixels_of_all_images_together_are_bounded(tmp_path, decoded_images, monkeypatch):
    monkeypatch.setattr(own_images, "BASE_PIXELS_ALLOWED", 10 * 500**2)
    source = bombs(tmp_path / "in.zip", 40, 500)
    max_pixels = own_images.BASE_PIXELS_ALLOWED + own_images.PIXELS_PER_FILE_BYTE * source.stat().st_size
    with pytest.raises(DataError, match="far more pixels"):
        sets.add_data_set(source, "pets", tmp_path / "root", size=16)
    assert 0 < len(decoded_images) * 500**2 <= max_pixels < 40 * 500**2
    assert not list((tmp_path / "root" / "own").iterdir())
    decoded_images.clear()
    with pytest.raises(DataError, match="far more pixels"):
        own_images.read_images(source)
    assert 0 < len(decoded_images) * 500**2 <= max_pixels


def test_a_zip_that_lies_about_its_bytes_gets_no_more_pixels(tmp_path, decoded_images, monkeypatch):
    monkeypatch.setattr(own_images, "BASE_PIXELS_ALLOWED", 10 * 500**2)
    source = bombs(tmp_path / "in.zip", 40, 500)
    content = bytearray(source.read_bytes())
    struct.pack_into("<I", content, content.find(b"PK\x01\x02") + 20, 2**31)  # packed size of the first member
    source.write_bytes(content)
    with pytest.raises(DataError, match="far more pixels"):
        sets.add_data_set(source, "pets", tmp_path / "root", size=16)
    assert (
        len(decoded_images) * 500**2
        <= own_images.BASE_PIXELS_ALLOWED + own_images.PIXELS_PER_FILE_BYTE * source.stat().st_size
    )


def test_bytes_that_unpack_to_far_more_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(own_images, "BASE_PIXELS_ALLOWED", 2**16)
    with zipfile.ZipFile(tmp_path / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in images_of_two_classes().items():
            archive.writestr(path, content + bytes(2**20))  # a sound image, and zeros after it
    monkeypatch.setattr(image_files, "_read_member", lambda *args: pytest.fail("a file was read"))
    with pytest.raises(DataError, match="far more pixels"):
        sets.add_data_set(tmp_path / "in.zip", "pets", tmp_path / "root", size=16)


def test_a_hundred_problems_are_enough_and_empty_files_are_not_read(tmp_path, monkeypatch):
    source = write_zip(tmp_path / "in.zip", {f"a/{i}.png": b"" for i in range(3_000)})
    monkeypatch.setattr(image_files, "_read_member", lambda *args: pytest.fail("a file was read"))
    text = refusal(source, tmp_path / "root")
    assert "a/0.png is not a readable image: it is empty" in text and text.endswith("; and 90 more.")
