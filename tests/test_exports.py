import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image

from app import exports, palette

SVG = "{http://www.w3.org/2000/svg}"


def drawing(**changes):
    points = np.array([[-1.0, -1.0], [1.0, 1.0], [1.0, -1.0], [np.nan, 0.0]])
    values = {"points": points, "labels": np.array([0, 1, -1, 1]), "classes": ("a & b", "c")}
    return exports.Drawing(**{**values, "title": "My <map>", **changes})


def test_points_land_where_they_belong():
    placed = drawing().placed()
    centre = exports.LEFT + exports.SIDE / 2
    reach = exports.SIDE / 2 / 1.05
    assert np.allclose(placed[0], (centre - reach, exports.TOP + exports.SIDE / 2 + reach))  # y points down on a screen
    assert np.allclose(placed[1], (centre + reach, exports.TOP + exports.SIDE / 2 - reach))


def test_svg_is_xml_with_one_dot_a_finite_point_and_escaped_text():
    root = ET.fromstring(exports.svg(drawing()))
    paths = {path.get("stroke"): path.get("d").count("h0") for path in root.iter(f"{SVG}path")}
    assert paths == {palette.UNLABELLED: 1, palette.colour(0): 1, palette.colour(1): 1}
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "My <map>" in texts and "a & b (1)" in texts


def test_png_has_each_colour_where_the_svg_has_its_dot():
    picture = Image.open(io.BytesIO(exports.png(drawing(), scale=1)))
    for k, place in enumerate(drawing().placed()[:2]):
        wanted = [int(palette.colour(k)[i : i + 2], 16) for i in (1, 3, 5)]
        assert (
            np.abs(np.array(picture.getpixel(tuple(int(v) for v in place))) - wanted).max() < 60
        )  # dots are 80 % opaque


def test_one_point_and_no_point_can_be_drawn():
    one = drawing(points=np.zeros((1, 2)), labels=np.zeros(1, int))
    assert np.isfinite(one.placed()).all()
    assert "<svg" in exports.svg(drawing(points=np.zeros((0, 2)), labels=np.zeros(0, int)))


def test_csv_reads_back():
    z = np.array([[0.1, -2.0], [3.5, 1e-9]], np.float32)
    rows = list(csv.reader(io.StringIO(exports.codes_csv(z, np.array([1, -1]), ("a", 'b,"c"')).decode())))
    assert rows[0] == ["z1", "z2", "label", "class"]
    assert np.array_equal(np.array([row[:2] for row in rows[1:]], np.float32), z)
    assert [row[2:] for row in rows[1:]] == [["1", 'b,"c"'], ["-1", ""]]


def test_npz_reads_back_without_pickle():
    z = np.random.default_rng(0).normal(size=(5, 3))
    with np.load(io.BytesIO(exports.codes_npz(z, np.arange(5))), allow_pickle=False) as saved:
        assert saved["z"].dtype == np.float32 and np.allclose(saved["z"], z)
        assert saved["labels"].tolist() == [0, 1, 2, 3, 4]
