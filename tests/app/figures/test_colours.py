"""Colours can be told apart by eyes of every kind, as independent models of sight have it; and the document says how well."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from helpers import colour_vision
from helpers.environment import PAGE_MODULES, run_node

from aae_core.latent import colours
from app.components import colour_module
from app.figures import palette

PROJECT = Path(__file__).resolve().parents[3]
ROW = re.compile(r"^\| ([^|]+?) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)
SURFACE = """
import { VERDICT_COLOURS } from "./base/colours.ts";
import { discriminatorColour } from "./view/layers.ts";
const values = Array.from({ length: 21 }, (_, k) => k / 20);
console.log(JSON.stringify({ painted: values.map(discriminatorColour), ...VERDICT_COLOURS }));
"""


# eyes, and the differences of the two classes that are the hardest to tell apart, in CIEDE2000 and in CIELAB; the ten colours of
# before version 2 had 12.1, 7.3, 10.6 and 10.2 in CIEDE2000
SMALLEST_DIFFERENCES = [("normal", 19, 36), ("deutan", 10, 17), ("protan", 10, 17), ("tritan", 12, 17)]


def action_colour() -> str:
    """The colour of buttons."""
    tokens = (PROJECT / "app/components/tokens.css").read_text(encoding="utf-8")
    return re.search(r"--colour-action: (#[0-9a-f]{6});", tokens)[1]


@pytest.fixture(scope="module")
def colours_of_d():
    """The colours of the page's own modules: `painted`, D's surface, RGBA for D = 0, 0.05, … 1, and its verdicts."""
    return json.loads(run_node(SURFACE.replace("./", f"{PAGE_MODULES.as_uri()}/")))


def surface(colours_of_d, scheme):
    """D's surface as it is painted on the page, 21×3."""
    return [colour_vision.blend_over(colour, colour_vision.BACKGROUNDS[scheme]) for colour in colours_of_d["painted"]]


@pytest.mark.parametrize(("a", "b", "difference"), colour_vision.CIEDE2000_PAIRS)
def test_the_formula_gives_the_published_differences(a, b, difference):
    assert colour_vision.ciede2000(np.array(a), np.array(b)) == pytest.approx(difference, abs=1e-4)


@pytest.mark.parametrize(("eyes", "least", "least_in_lab"), SMALLEST_DIFFERENCES)
def test_ten_classes_differ_for_every_kind_of_sight(eyes, least, least_in_lab):
    """In CIEDE2000, which says how different strong colours look, and in CIELAB, which says it of pale ones."""
    assert colour_vision.perceived_differences(colours.CLASS_COLOURS, eyes)[np.triu_indices(10, 1)].min() >= least
    assert colour_vision.smallest_difference(colours.CLASS_COLOURS, eyes) >= least_in_lab


def test_classes_of_one_hue_differ_in_lightness():
    """No two are both red, or both violet."""
    light, a, b = colour_vision.cielab(colour_vision.linear_rgb(colours.CLASS_COLOURS)).T
    hue = np.degrees(np.arctan2(b, a))
    hue_distance = np.abs((hue[:, None] - hue + 180) % 360 - 180)
    light_distance = np.abs(light[:, None] - light)
    first, second = np.triu_indices(10, 1)
    assert np.hypot(hue_distance / 28, light_distance / 24)[first, second].min() >= 0.85


@pytest.mark.parametrize("eyes", colour_vision.SIGHT)
def test_no_class_has_the_colour_of_the_prior_of_d_of_a_control_or_of_no_class(eyes):
    fixed_colours = [colours.PRIOR_COLOUR, colours.VERDICT_COLOURS[0], colours.UNLABELLED_COLOUR, action_colour()]
    differences = colour_vision.perceived_differences([*fixed_colours, *colours.CLASS_COLOURS], eyes)[:4, 4:].min(1)
    least = (23.9, 21, 21, 17.9) if eyes == "normal" else (11, 7.1, 8.7, 7.4)
    assert (differences >= least).all(), differences


@pytest.mark.parametrize("eyes", colour_vision.SIGHT)
@pytest.mark.parametrize("scheme", colour_vision.BACKGROUNDS)
def test_every_class_differs_from_d_s_surface(colours_of_d, eyes, scheme):
    """From each of its shades, those between orange, grey and blue too. For colour-blind eyes some are hardly apart, since D's
    shades pass through every lightness: there the outline of a code, which is tested below, sets it off."""
    ground_colours = [tuple(colour) for colour in surface(colours_of_d, scheme)]
    differences = colour_vision.perceived_differences([*ground_colours, *colours.CLASS_COLOURS], eyes)
    assert differences[: len(ground_colours), len(ground_colours) :].min() >= (11 if eyes == "normal" else 1.7)


@pytest.mark.parametrize("model_colours", [palette.MODEL_COLOURS, palette.DARK_MODEL_COLOURS])
def test_no_model_has_the_colour_of_a_class(model_colours):
    models = model_colours.values()
    for model in models:
        assert colour_vision.colour_differences([model, *colours.CLASS_COLOURS], "normal")[0, 1:].min() >= 14
    assert colour_vision.smallest_difference([*models], "normal") >= 20


@pytest.mark.parametrize("background", colour_vision.BACKGROUNDS.values())
def test_every_class_and_the_prior_show_on_light_and_dark(background):
    assert min(colour_vision.contrast(c, background) for c in colours.CLASS_COLOURS) >= 2
    assert colour_vision.contrast(colours.PRIOR_COLOUR, background) >= 4


@pytest.mark.parametrize("scheme", colour_vision.BACKGROUNDS)
def test_the_outline_of_every_class_shows_on_all_of_d_s_surface(colours_of_d, scheme):
    theme = tomllib.loads((PROJECT / "app" / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][scheme]
    assert theme["backgroundColor"] == colour_vision.BACKGROUNDS[scheme]
    for ground in surface(colours_of_d, scheme):  # WCAG 2.1, 1.4.11: 3 for what is no text
        assert colour_vision.contrast(theme["textColor"], ground) >= 4.5


def test_white_letters_can_be_read_on_a_class_name():
    assert (
        min(colour_vision.contrast("#ffffff", palette.darken_for_white_text(c)) for c in colours.CLASS_COLOURS) >= 4.5
    )


def test_shape_and_colour_together_name_a_class():
    assert len({(colours.class_colour(k), palette.marker_shape(k)) for k in range(130)}) == 130
    assert colours.class_colour(-1) == colours.UNLABELLED_COLOUR and palette.marker_shape(-1) not in palette.SHAPES


@pytest.mark.parametrize("eyes", colour_vision.SIGHT)
@pytest.mark.parametrize("scheme", colour_vision.BACKGROUNDS)
def test_the_colours_of_d_differ_and_grow_from_grey(colours_of_d, eyes, scheme):
    differences = colour_vision.colour_differences(surface(colours_of_d, scheme), eyes)
    assert min(differences[0, 10], differences[10, 20], differences[0, 20]) >= 24
    from_grey = differences[10]
    assert (np.diff(from_grey[10:]) > 0).all() and (np.diff(from_grey[10::-1]) > 0).all()


@pytest.mark.parametrize("eyes", colour_vision.SIGHT)
def test_too_dark_and_too_bright_differ_on_the_error_map(colours_of_d, eyes):
    assert colour_vision.smallest_difference([colours_of_d["code"], [128, 128, 128], colours_of_d["prior"]], eyes) >= 24


def test_the_document_says_what_is_measured(colours_of_d):
    metrics = {
        "Ten class colours": lambda eyes: colour_vision.smallest_difference(colours.CLASS_COLOURS, eyes),
        "Ten class colours, in CIEDE2000": lambda eyes: colour_vision.perceived_differences(
            colours.CLASS_COLOURS, eyes
        )[np.triu_indices(10, 1)].min(),
        "Error map: too dark, none, too bright": lambda eyes: colour_vision.smallest_difference(
            [colours_of_d["code"], [128, 128, 128], colours_of_d["prior"]], eyes
        ),
    }
    for scheme in colour_vision.BACKGROUNDS:
        surface_colours = [surface(colours_of_d, scheme)[k] for k in (0, 10, 20)]
        metrics[f"D’s surface on {scheme}: code, undecided, prior"] = lambda eyes, surface_colours=surface_colours: (
            colour_vision.smallest_difference(surface_colours, eyes)
        )
    document_rows = {title: [float(v) for v in values] for title, *values in ROW.findall(document())}
    assert document_rows == {
        title: [round(metric(eyes), 1) for eyes in colour_vision.SIGHT] for title, metric in metrics.items()
    }
    min_contrasts = [
        min(colour_vision.contrast(c, ground) for c in colours.CLASS_COLOURS)
        for ground in colour_vision.BACKGROUNDS.values()
    ]
    assert "at least {:.1f} on light and {:.1f} on dark".format(*min_contrasts) in " ".join(document().split())
    grey, prior = (
        colour_vision.colour_differences([colour, *colours.CLASS_COLOURS], eyes)[0, 1:].min()
        for colour, eyes in ((colours.UNLABELLED_COLOUR, "deutan"), (colours.PRIOR_COLOUR, "tritan"))
    )
    assert f"the grey comes as close as {grey:.1f} (deutan) to a class, the prior {prior:.1f} (tritan)" in " ".join(
        document().split()
    )


def document():
    return (PROJECT / "docs" / "use" / "accessibility.md").read_text(encoding="utf-8")


def test_the_page_draws_in_the_colours_of_the_core():
    """If not: python -m app.components.colour_module."""
    assert colour_module.MODULE.read_text(encoding="utf-8") == colour_module.format_module()
    tokens = (PROJECT / "app/components/tokens.css").read_text(encoding="utf-8")
    for name, colour in (("warning", colours.VERDICT_COLOURS[0]), ("prior", colours.PRIOR_COLOUR)):
        assert f"--colour-{name}: {colour};" in tokens
    game = (PROJECT / "app/components/game_board/style.css").read_text(encoding="utf-8")
    for name, token in (("code", "warning"), ("prior", "prior")):
        assert re.search(rf"\.gb-{name} {{\s*fill: var\(--colour-{token}\);", game)


@pytest.mark.parametrize(
    ("page_colour", "key"), [(palette.PAGE_BACKGROUND, "backgroundColor"), (palette.PRIMARY_COLOUR, "primaryColor")]
)
def test_the_page_s_colours_are_the_theme_s(page_colour, key):
    theme = tomllib.loads((PROJECT / "app/.streamlit/config.toml").read_text())["theme"]
    assert f"light-dark({theme['light'][key]}, {theme['dark'][key]})" == page_colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chosen_option_is_legible_under_the_pointer(scheme):
    """Streamlit writes it in the primary colour on a tint of the same, which is of a fifth of it under the pointer."""
    theme = tomllib.loads((PROJECT / "app/.streamlit/config.toml").read_text())["theme"][scheme]
    tint = colour_vision.blend_over((*colour_vision.rgb(theme["primaryColor"]), 51), theme["backgroundColor"])
    assert colour_vision.contrast(theme["primaryColor"], tint) >= 4.5
