"""The message from which the browser draws a revision's plane: a JSON header and arrays.

All numbers are computed in `aae_core`; this module only arranges them. Shapes: N codes of d dimensions.
"""

from dataclasses import asdict, dataclass, field
from functools import lru_cache

import numpy as np

from aae_core.config import painting
from aae_core.config.derived import discriminator_takes_shown_codes, discriminator_uses_code_regions
from aae_core.config.priors import PRIORS
from aae_core.data import sets
from aae_core.latent import colours, row_charts
from aae_core.latent.column_groups import ColumnGroups
from aae_core.wording import join_sentences
from app.cache import code_sets, revision_data, text_columns
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.figures import plane_views
from app.figures.plane import VIEWS_WITHOUT_CODES, CodesOnPlane, Plane, VisibleSquare, denser_prior_mass_grid
from app.messages import validation, wire_format
from app.scenes import view_settings
from app.server import assets, colourings, page_tokens, time_machine
from app.session.settings import LAYERS, PLANE_TOOLS
from app.translation.languages import SOURCE_LANGUAGE, use_language
from app.translation.texts import mark, translate

CONTOUR_LEVELS = 0.5, 0.9  # shares of the prior's mass inside its rings, as in web/src/priors/region.ts
NO_MANIFOLD = mark("The manifold layer needs a decoder that runs in the page.")
MAX_PRIOR_VALUES = 2**16  # largest number of values (samples × d) that the browser gets of a plug-in's prior
DENSITY_CELLS = 64  # cells per side of the density grid
DISCRIMINATOR_CELLS = 48  # cells per side of the grid of D(z), if the server has to compute it
SWEEP_LENGTH = 12  # codes of a sweep


@dataclass(frozen=True)
class PlaneLink:
    """The link of a plane to another plane on the same page.

    group: the common name of the two planes; side: 0 (left) or 1 (right); title: the plane's name on the page; shares: what the
    planes have in common, some of "z", "images", "view" and "classes" (web/src/linked/linked_planes.ts explains each).
    """

    group: str
    side: int
    title: str
    shares: tuple[str, ...]


@dataclass(frozen=True)
class Scene(CodesOnPlane):
    """The present state of a revision's plane.

    code: the current z, d values. content: the decoder's content, or None. picked: number of the ringed code, or
    None. layers: those that are on. tools: the sections beside and below the plane, by their names in
    web/src/plane/tools.ts. has_controls_beside: whether some other part of the page, with the same z, shows image and
    sliders. link: the link to another plane. region: a region of the prior, whose sweeps are drawn if the regions
    have names. has_time_axis: whether the plane has a time axis. frame: the training step that is shown, or None for
    the present. is_live: whether its codes follow the training while it goes on. opening: as from
    `first_visit.opening_fields`. url_names: the URL parameters of "z", "picked" and "layers" that differ from those
    of Explore. brush: as from `painting_plane.make_brush`, if the plane is painted on. groups: the column that colours the
    codes in place of their classes. matches: the codes that a filter lets through, bool N; None: all. item_texts: of the
    items of the codes.
    """

    code: np.ndarray
    content: int | None = None
    picked: int | None = None
    layers: list[str] = field(default_factory=lambda: ["codes"])
    tools: tuple[str, ...] = PLANE_TOOLS
    has_controls_beside: bool = False
    link: PlaneLink | None = None
    region: int | None = None
    has_time_axis: bool = False
    frame: int | None = None
    is_live: bool = False
    opening: dict | None = None
    url_names: dict = field(default_factory=dict)
    brush: dict | None = None
    groups: ColumnGroups | None = None
    matches: np.ndarray | None = None
    item_texts: text_columns.ItemTexts | None = None

    @property
    def group_names(self) -> tuple[str, ...]:
        """The names of what colours the codes: the groups, or else the classes."""
        return self.revision.data.classes if self.groups is None else self.groups.names

    @property
    def plane_key(self) -> tuple:
        """A key that identifies this plane, since a window stored for one plane does not apply to another."""
        is_shared_view = self.view == "pair" and self.is_shared("view")
        return "" if is_shared_view else self.revision.id, self.view, self.dimensions

    def is_shared(self, aspect: str) -> bool:
        """Whether a linked plane has `aspect` in common with this one."""
        return self.link is not None and aspect in self.link.shares


def available_layers(revision: RevisionView, plane: Plane, view: str) -> list[str]:
    """The layers that a plane can have, in the order of LAYERS."""
    can_judge = view not in VIEWS_WITHOUT_CODES and discriminator_takes_shown_codes(revision.config)
    is_available = {
        "prior": plane.samples is not None,
        "samples": plane.samples is not None,
        "judge": can_judge,
        "push": can_judge
        # where D's condition is the region, D jumps at a region's edge, so it has no gradient there
        and not discriminator_uses_code_regions(revision.config),
        # needs the decoder in the browser, since each view decodes hundreds of images
        "manifold": view not in VIEWS_WITHOUT_CODES and register_networks(revision).decoder is not None,
        "regions": view not in VIEWS_WITHOUT_CODES and bool(revision.region_names),
        # with more classes than colours, shapes are always shown
        "shapes": 1 < len(revision.data.classes) <= len(colours.CLASS_COLOURS),
    }
    return [name for name in LAYERS if is_available.get(name, True)]


def default_layers(revision: RevisionView, view: str) -> list[str]:
    """The layers that are on by default. They depend on the plane, so they are never stored as a choice."""
    layers = ["codes"]
    if revision.prior is not None and view not in VIEWS_WITHOUT_CODES:
        layers.append("prior")
    if view not in VIEWS_WITHOUT_CODES and revision.region_names:
        layers.append("regions")
    return layers


def _is_density_known(revision: RevisionView, view):
    if view != "pair" or revision.config.latent_dim != 2:
        return False
    prior = revision.prior
    return prior is not None and prior.has_density


def pack_message(scene: Scene, texts: dict[str, str] | None = None) -> bytes:
    """The message for the browser, as `wire_format` packs it. texts: as from `plane_settings.current_setting_texts`."""
    return wire_format.pack_message(*message_parts(scene, texts))


def message_parts(
    scene: Scene, texts: dict[str, str] | None = None
) -> tuple[dict, dict[str, np.ndarray], dict[str, dict]]:
    """Header, arrays and notes of the message; the files to which they refer by URL are registered in `assets`."""
    texts = texts or {}
    window = view_settings.setting_parser("view", scene)(texts["view"]) if "view" in texts else None
    revision, square = scene.revision, scene.plane.visible_square
    is_available = {"draw": not revision.data.is_table, "find": scene.item_texts is not None}  # rows cannot be drawn
    tools = [tool for tool in scene.tools if is_available.get(tool, True)]
    weights = register_networks(revision)
    code_count = len(scene.probe.z)  # fewer than `probe.available_count` if a sample of the codes is shown
    # positions on the plane do not follow from z
    needs_positions = scene.view in VIEWS_WITHOUT_CODES or scene.probe.z.shape[1] == 1
    positions = (_positions_key(scene), scene.plane.points) if needs_positions else None
    codes_file = codes_file_reference(revision, scene.probe, positions)
    sample_counts = None
    if scene.probe.available_count > code_count:
        sample_counts = {"shown": code_count, "total": scene.probe.available_count}
    header = {
        **revision_header(revision, scene.probe), **colourings.colouring_header(revision.data.classes, scene.groups),
        "filter": _filter_file(scene), "items": item_texts_reference(revision, scene.probe, scene.item_texts),
        "extent": square.half, "centre": list(square.centre),
        "axis_names": list(square.axes),
        "code": [float(value) for value in scene.code],
        "y": scene.content, "picked": scene.picked, "has_controls_beside": scene.has_controls_beside,
        "link": None if scene.link is None else asdict(scene.link),
        "layers": {name: name in scene.layers for name in available_layers(revision, scene.plane, scene.view)},
        "tools": tools, "report": [*validation.PLANE_KEYS, *view_settings.setting_kinds(scene)], "frame": scene.frame,
        "live": scene.is_live and revision.is_busy,
        "names": view_settings.url_names(scene),
        "setting_texts": {kind: text for kind, text in texts.items() if kind != "view"},
        "history": time_machine.describe_frames(revision, scene.probe) if scene.has_time_axis else None, "opening": scene.opening,
        "view": None if window is None else dict(zip(("x0", "x1", "y0", "y1"), window, strict=True)),
        **_projection_header(scene), "regions": _describe_named_regions(revision), "sweeps": _sweep_codes(scene),
        "codes": codes_file, "sampled": sample_counts,
        "preprocessing": revision_data.input_preprocessing(revision) if "draw" in tools else None, "brush": scene.brush,
    }  # fmt: skip
    if weights.decoder is None and scene.view not in VIEWS_WITHOUT_CODES:
        header["decoder_refusal"] = join_sentences(header["decoder_refusal"], translate(NO_MANIFOLD))
    arrays, notes = _layer_arrays(scene)
    if scene.opening is not None and scene.opening["play"]:
        untrained_codes = time_machine.untrained_codes(revision)
        if untrained_codes is not None and untrained_codes.shape == scene.probe.z.shape:
            arrays["untrained"] = untrained_codes
    arrays["image"] = _decoded_image(scene)  # shown until the browser has the weights or an answer of the server
    if weights.discriminator is None and (header["layers"].get("judge") or header["layers"].get("push")):
        arrays["judge_grid"], notes["judge_grid"] = _discriminator_grid(scene)
    return header, arrays, notes


def _positions_key(scene) -> tuple:
    """What the positions of the codes on the plane depend on, beside the codes."""
    key = scene.view, scene.dimensions
    if scene.view == "columns":  # of a data set, which may be removed and added with other columns
        return *key, sets.files_cache_key(scene.revision.data.name)
    return key


def revision_header(revision: RevisionView, codes: code_sets.CodeSet) -> dict:
    """The part of the header that describes the revision and its codes, the same for the plane and the grid of styles."""
    with use_language(SOURCE_LANGUAGE):
        contents_in_files = list(revision.content_names)
    return {
        "v": 1, "revision": revision.id, "version": revision.cache_key, "dim": revision.config.latent_dim,
        "class_names": list(revision.data.classes), **colourings.classes_header(revision.data.classes),
        "contents": list(revision.content_names),
        "contents_in_files": contents_in_files,
        "prior": _prior_header(revision), "typical": typicality_rule(revision.prior),
        "ranges": code_ranges(codes.z) if revision.prior is None else None,
        **_weights_header(register_networks(revision), revision), "sprites": _sprites_header(revision, codes),
        "server": page_tokens.request_urls(revision, codes), "split": codes.split,
        "features": _features_header(revision.data.features),
    }  # fmt: skip


def _filter_file(scene) -> dict | None:
    """The file with the codes that the filter lets through; None without a filter."""
    if scene.matches is None:
        return None
    return colourings.groupings_reference(matches=scene.matches.astype(np.uint8))


def item_texts_reference(revision: RevisionView, probe, item_texts: text_columns.ItemTexts | None) -> dict | None:
    """The file with the ids and kept columns of the items of the codes, which the page fetches once; None if nothing was kept of
    them."""
    if item_texts is None:
        return None
    return assets.ASSETS.put(_packed_items(revision, probe, item_texts)).reference


@cache_by_revision(
    lambda revision, probe, item_texts: (
        probe.cache_key,
        sets.files_cache_key(revision.data.name),
        tuple(column.name for column in item_texts.columns),
    ),
    max_entries=4,
)
def _packed_items(revision: RevisionView, probe, item_texts):
    columns = [
        {"name": column.name, "repeats": column.places is not None, "searched": column.is_searched}
        for column in item_texts.columns
    ]
    header = {"v": 1, "columns": columns, "left_out": item_texts.left_out}
    arrays = {"texts": np.frombuffer(text_columns.texts_as_json(item_texts.columns), np.uint8)}
    places = [column.places for column in item_texts.columns if column.places is not None]
    if places:
        arrays["places"] = np.concatenate(places)
    return assets.make_asset(wire_format.pack_message(header, arrays), "bin")


@lru_cache(maxsize=16)
def _features_header(features):
    """The features of a table for the browser's charts: name, scale (`row_charts.feature_centres_and_half_widths`),
    1st and 99th percentile of each; None for images."""
    if features is None:
        return None
    middles, half_widths = row_charts.feature_centres_and_half_widths(features)
    columns = {"middles": middles, "reaches": half_widths, "lows": features.lows, "highs": features.highs}
    return {
        "names": features.names,
        **{name: [float(f"{value:.9g}") for value in values] for name, values in columns.items()},
    }


def _projection_header(scene):
    plane = None
    if scene.view in ("pca", "circle"):
        projection = _scene_projection(scene)
        plane = {"name": scene.view, "mean": projection.centre.tolist(), "basis": projection.axes.tolist()}
    return {"axes": list(scene.dimensions) if scene.view == "pair" else None, "pca": plane}


def _prior_header(revision: RevisionView):
    if revision.prior is None:
        return None
    prior_config, heads = revision.config.prior, revision.prior.heads
    painting_text = (
        painting.format_painting(painting.parse_painting(prior_config.painting))
        if prior_config.name == "painted"
        else None
    )
    return {
        "name": prior_config.name, "scale": prior_config.scale, "components": prior_config.components,
        "shape": prior_config.shape, "painting": painting_text,
        "heads": None if heads is None else heads.tolist(), "levels": [round(float(p), 6) for p in revision_data.PERCENTILES],
    }  # fmt: skip


def _describe_named_regions(revision: RevisionView):
    """The named regions of the prior: each with its name (a class or a cluster's number), centre z, and colour if a class."""
    names = revision.region_names
    if not names:
        return []
    centres = revision.prior.region_middles().tolist()
    if names == revision.data.classes:
        return [{"name": names[k], "z": z, "colour": colours.class_colour(k)} for k, z in enumerate(centres)]
    return [{"name": str(k), "z": z, "colour": None} for k, z in enumerate(centres)]


def _sweep_codes(scene):
    """The codes of the sweeps along and across the scene's region; none if the regions have no names."""
    if scene.region is None or not scene.revision.region_names:
        return []
    prior = scene.revision.prior
    return [prior.sweep_region(scene.region, axis, SWEEP_LENGTH).tolist() for axis in range(min(2, prior.dim))]


def typicality_rule(prior) -> dict | None:
    """How the browser decides whether z is in the prior's densest 99 %: by a least log p(z) in nats, or by a largest distance
    from a curve; None if neither applies."""
    if prior is None:
        return None
    if prior.has_density:
        return {"kind": "density", "log": prior.typical_density}
    distance = prior.typical_distance
    return {"kind": "arc", "distance": distance} if distance else None


def _layer_arrays(scene):
    """The layers beneath the codes: arrays by name, and notes with the position of each grid."""
    plane, arrays = scene.plane, {}
    if plane.samples is not None:
        arrays["prior_xy"] = plane.samples.astype(np.float32)
    arrays |= prior_arrays(scene.revision)
    notes = {}
    if _is_density_known(scene.revision, scene.view):
        arrays["prior_mass"], notes["prior_mass"] = prior_mass_field(scene.revision.prior, plane.visible_square)
    density = _density_grid(scene.revision, scene)
    arrays["density_grid"], notes["density_grid"] = (
        density.values.astype(np.float32),
        {"box": _grid_box(density.x, density.y)},
    )
    return arrays, notes


def prior_mass_field(prior, square: VisibleSquare) -> tuple[np.ndarray, dict]:
    """The array of a 2-D prior's mass in a square of the plane, and the note with its place and levels."""
    x, y, mass = _cached_prior_mass(prior, square)
    return mass.astype(np.float32), {"box": _grid_box(x, y), "levels": CONTOUR_LEVELS}


def code_ranges(z: np.ndarray) -> list[list[float]]:
    """The interval [low, high] that holds the middle 99 % of the codes n×d, for each of the d dimensions."""
    if not len(z):
        return [[-1.0, 1.0] for _ in range(z.shape[1])]
    return np.quantile(z, [0.005, 0.995], axis=0).T.tolist()


def prior_arrays(revision: RevisionView) -> dict[str, np.ndarray]:
    """The arrays that describe the prior to the browser, float32: `quantiles`, the values at `revision_data.PERCENTILES` of each
    distinct marginal, rows×333; for a plug-in's prior, whose formulas the browser does not have, samples and a table of log
    p(z)."""
    prior = revision.prior
    if prior is None:
        return {}
    arrays = {"quantiles": revision_data.prior_percentiles(revision)[: prior.marginal_period]}
    if PRIORS.registering_module_of(prior.name):
        arrays["prior_samples"] = revision_data.draw_prior_samples(revision)[: MAX_PRIOR_VALUES // prior.dim]
        table = revision_data.prior_density_table(revision)
        if table is not None:
            knots, arrays["prior_log"] = table
            arrays |= dict(zip(("prior_x", "prior_y"), knots, strict=False))
    return {name: values.astype(np.float32) for name, values in arrays.items()}


def _grid_box(x, y) -> list[float]:
    return [float(x[0]), float(x[-1]), float(y[0]), float(y[-1])]


_cached_prior_mass = lru_cache(maxsize=16)(denser_prior_mass_grid)


@cache_by_revision(lambda revision, scene: (scene.probe.cache_key, _positions_key(scene), scene.plane.visible_square))
def _density_grid(revision: RevisionView, scene):
    from aae_core.latent import maps

    points, square = scene.plane.points, scene.plane.visible_square
    return maps.density_grid(points[np.isfinite(points).all(axis=1)], square.half, DENSITY_CELLS, square.centre)


# Computed by the server if the browser cannot ------------------------------------------------------------------------------


def _decoded_image(scene):
    from aae_core.latent import exploration

    items = exploration.decode_images(scene.revision.model, scene.code[None], scene.content)
    return row_charts.quantise_rows(items, scene.revision.data.features)[0]


def _discriminator_grid(scene) -> tuple[np.ndarray, dict[str, list[float]]]:
    """D(z) on the plane through the current code: the values of a grid, and its position."""
    from aae_core.latent import maps

    square, model, code = scene.plane.visible_square, scene.revision.model, scene.code.astype(np.float32)
    grid = maps.discriminator_grid(
        model, square.half, DISCRIMINATOR_CELLS, square.centre, _scene_projection(scene), code
    )
    return grid.values.astype(np.float32), {"box": _grid_box(grid.x, grid.y)}


def _scene_projection(scene):
    return plane_views.view_projection(scene.revision, scene.probe, scene.view, scene.dimensions)


# Files that the browser fetches ------------------------------------------------------------------------------------------


def codes_file_reference(
    revision: RevisionView,
    probe,
    named_positions: tuple[tuple, np.ndarray] | None = None,
) -> dict:
    """The URL of a file with z, labels, contents and image numbers of the codes shown. The browser fetches it once, instead of
    receiving them with each run of the script.

    named_positions: the key of the codes' positions on a plane and these, n×2, if the file is to hold them, too.
    """
    return assets.ASSETS.put(_packed_codes(revision, probe, named_positions)).reference


@cache_by_revision(
    lambda revision, probe, named_positions: (
        probe.cache_key,
        None if named_positions is None else named_positions[0],
    ),
    max_entries=6,
)
def _packed_codes(revision: RevisionView, probe, named_positions):
    arrays = {"z": probe.z.astype(np.float32), "labels": probe.labels.astype(np.int16)}
    if not np.array_equal(probe.index, np.arange(len(probe.z))):
        arrays["index"] = probe.index.astype(np.int32)
    if revision.variant.has_content and revision.variant.categorical:  # else they are the labels
        arrays["content"] = probe.content.astype(np.int16)
    if named_positions is not None:
        arrays["xy"] = named_positions[1].astype(np.float32)
    return assets.make_asset(wire_format.pack_message({"v": 1}, arrays), "bin")


def register_networks(revision: RevisionView) -> assets.PageNetworks:
    """The networks that run in the browser; their files are registered in `assets`."""
    weights = _packed_weights(revision)
    for net in (weights.encoder, weights.discriminator, weights.decoder):
        if net is not None:
            assets.ASSETS.put(net.file)
    return weights


@cache_by_revision(max_entries=6)
def _packed_weights(revision: RevisionView):
    return assets.page_networks(revision.model)


def _weights_header(weights, revision: RevisionView):
    nets = {}
    for name in ("decoder", "discriminator", "encoder"):
        net = getattr(weights, name)
        nets[name] = None if net is None else net.reference
    reason = {"decoder_refusal": weights.decoder_refusal} if weights.decoder_refusal else {}
    if not any(nets.values()):
        return {"weights": None, **reason}
    facts = {"image": list(revision.data.shape), "dim": revision.config.latent_dim, "means": weights.output_mapping}
    return {"weights": {**nets, **facts}, **reason}


def _sprites_header(revision: RevisionView, codes):
    sheet = _sprite_sheet(revision, codes)
    if sheet is None:
        return None
    return {
        **assets.ASSETS.put(sheet.file).reference, "tile": sheet.tile_size, "is_full_size": sheet.has_full_resolution,
        "columns": sheet.columns, "count": sheet.count,
        "kind": "originals" if revision.has_original_images else "reconstructions",
    }  # fmt: skip


def _sprites_cache_key(revision: RevisionView, codes):
    """A cache key of the images: a revision in training has new codes every few seconds, but always the same originals."""
    if revision.has_original_images:
        return codes.set_name, sets.files_cache_key(revision.data.name), codes.index.tobytes()
    return codes.set_name, revision.cache_key, codes.cache_key


@cache_by_revision(_sprites_cache_key, max_entries=6)
def _sprite_sheet(revision: RevisionView, codes):
    # checked before any image is loaded or decoded; without a sheet, the browser decodes or fetches the images that it shows
    factor = assets.sprite_reduction_factor(len(codes.z), *revision_data.picture_shape(revision))
    if factor is None or (factor > 1 and not revision.has_original_images):
        return None
    return assets.make_sprite_sheet(revision_data.original_or_reconstructed_pictures(revision))


def default_content_index(revision: RevisionView) -> int:
    """The content of the first image, whose code is the initial z; 0 if it is unknown."""
    probe = revision.codes
    if probe is None or not len(probe.content):
        return 0
    return max(0, int(probe.content[0]))
