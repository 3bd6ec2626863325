import csv
import io
import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image

from aae_core.latent import colours
from app.figures import exports
from app.translation.languages import use_language

SVG = "{http://www.w3.org/2000/svg}"


def drawing(**changes):
    points = np.array([[-1.0, -1.0], [1.0, 1.0], [1.0, -1.0], [np.nan, 0.0]])
    values = {"points": points, "labels": np.array([0, 1, -1, 1]), "classes": ("a & b", "c")}
    return exports.MapDrawing(**{**values, "title": "My <map>", **changes})


def test_points_land_where_they_belong():
    positions = drawing().pixel_positions()
    centre = exports.LEFT + exports.MAP_SIDE / 2
    half_side = exports.MAP_SIDE / 2 / 1.05
    # y points down on a screen
    assert np.allclose(positions[0], (centre - half_side, exports.TOP + exports.MAP_SIDE / 2 + half_side))
    assert np.allclose(positions[1], (centre + half_side, exports.TOP + exports.MAP_SIDE / 2 - half_side))


def test_svg_is_xml_with_one_dot_a_finite_point_and_escaped_text():
    root = ET.fromstring(exports.map_svg(drawing()))
    paths = {path.get("stroke"): path.get("d").count("h0") for path in root.iter(f"{SVG}path")}
    assert paths == {colours.UNLABELLED_COLOUR: 1, colours.class_colour(0): 1, colours.class_colour(1): 1}
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert "My <map>" in texts and "a & b (1)" in texts and "a & b" in texts


def test_the_legend_of_the_svg_is_in_the_language_of_the_page_and_class_titles_are_not_translated():
    with use_language("ko"):
        svg = exports.map_svg(drawing())
    assert "클래스 없음 (1)" in svg and "no class" not in svg and "a &amp; b (1)" in svg
    assert "no class (1)" in exports.map_svg(drawing())


def test_the_axes_have_round_numbers_where_they_belong():
    square = exports.MapDrawing(np.array([[-1.7, 0.0], [2.3, 0.0]]), np.zeros(2, int), ("a",), "x")
    texts = {t.text: t for t in square.text_labels()}
    positions = square.pixel_positions()
    pixels_per_unit = (positions[1, 0] - positions[0, 0]) / 4.0
    for number in ("−1", "0", "1", "2"):
        labels = [t for t in square.text_labels() if t.text == number and t.anchor == "middle" and not t.halo]
        assert np.isclose(labels[0].x, positions[0, 0] + pixels_per_unit * (float(number.replace("−", "-")) + 1.7))
    assert np.isclose(texts["a"].x, (positions[0, 0] + positions[1, 0]) / 2)  # the class's title at its median


def test_many_classes_do_not_leave_the_sheet():
    n = 200
    map_drawing = exports.MapDrawing(
        np.random.default_rng(0).normal(size=(n, 2)), np.arange(n), tuple(f"kind {i}" for i in range(n)), "x"
    )
    assert max(t.y for t in map_drawing.text_labels()) < exports.TOP + exports.MAP_SIDE + exports.BOTTOM
    assert any(t.text == "… 173 more" for t in map_drawing.text_labels())


def test_png_has_each_colour_where_the_svg_has_its_dot():
    points = np.array([[-1, -1], [0, -1], [1, -1], [-1, 1], [0, 1], [1, 1]], float)
    map_drawing = drawing(points=points, labels=np.repeat([0, 1], 3))
    picture = Image.open(io.BytesIO(exports.map_png(map_drawing)))
    positions = map_drawing.pixel_positions()
    for i in (0, 2, 3, 5):  # the class's title lies over the middle one
        colour = [int(colours.class_colour(i // 3)[j : j + 2], 16) for j in (1, 3, 5)]
        pixel = np.array(picture.getpixel(tuple(int(exports.PNG_SCALE * v) for v in positions[i])))
        assert np.abs(pixel - colour).max() < 60  # dots are 80 % opaque


def test_one_point_and_no_point_can_be_drawn():
    map_drawing = drawing(points=np.zeros((1, 2)), labels=np.zeros(1, int))
    assert np.isfinite(map_drawing.pixel_positions()).all()
    assert "<svg" in exports.map_svg(drawing(points=np.zeros((0, 2)), labels=np.zeros(0, int)))


def test_csv_reads_back():
    z = np.array([[0.1, -2.0], [3.5, 1e-9]], np.float32)
    rows = list(csv.reader(io.StringIO(exports.codes_csv(z, np.array([1, -1]), ("a", 'b,"c"')).decode())))
    assert rows[0] == ["z1", "z2", "label", "class"]
    assert np.array_equal(np.array([row[:2] for row in rows[1:]], np.float32), z)
    assert [row[2:] for row in rows[1:]] == [["1", 'b,"c"'], ["-1", ""]]


def test_csv_has_the_inferred_content_where_there_is_one():
    codes_csv = exports.codes_csv(np.zeros((2, 1), np.float32), np.array([0, -1]), ("a",), np.array([12, 3]))
    rows = list(csv.reader(io.StringIO(codes_csv.decode())))
    assert rows == [["z1", "label", "class", "y"], ["0", "0", "a", "12"], ["0", "-1", "", "3"]]


def test_csv_has_further_columns_first():
    first_columns = {"image": np.array([7, 3]), "error": np.array([1.5, -np.inf], np.float32)}
    csv_bytes = exports.codes_csv(np.zeros((2, 1), np.float32), np.array([0, -1]), ("a",), None, first_columns)
    rows = list(csv.reader(io.StringIO(csv_bytes.decode())))
    assert rows == [
        ["image", "error", "z1", "label", "class"],
        ["7", "1.5", "0", "0", "a"],
        ["3", "-inf", "0", "-1", ""],
    ]
