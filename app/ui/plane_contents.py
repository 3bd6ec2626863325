"""The message from which the browser draws a revision's plane: a JSON header and arrays.

All numbers are computed in `aae_core`; this module only arranges them. Shapes: N codes of d dimensions.
"""

from dataclasses import asdict, dataclass, field
from functools import lru_cache

import numpy as np

from aae_core.config import painting
from aae_core.config.choices import PRIORS
from aae_core.config.derived import judges_by_region, judges_codes
from aae_core.data import sets
from aae_core.latent import charts, colours
from app.cache import loaded, shown_codes
from app.cache.kept import kept
from app.figures import palette, plane_views
from app.figures.plane import OnPlane, Plane, prior_mass
from app.server import assets, messages, requests, time_machine, wire
from app.session import address, settings
from app.session.settings import LAYERS
from app.ui import plane_settings

LEVELS = 0.1, 0.3, 0.5, 0.7, 0.9  # shares of the prior's mass inside its contours
NO_MANIFOLD = "The manifold layer needs a decoder that runs in the page."
KNOWN = 2**16  # largest number of values (samples × d) that the browser gets of a plug-in's prior
CELLS = 64  # cells per side of the density grid
JUDGED = 48  # cells per side of the grid of D(z), if the server has to compute it
SWEPT = 12  # codes of a sweep


@dataclass(frozen=True)
class Link:
    """The link of a plane to another plane on the same page.

    group: the common name of the two planes; side: 0 (left) or 1 (right); title: the plane's name on the page; shares: what the
    planes have in common, some of "z", "images", "view" and "classes" (js/linked/link.js explains each).
    """

    group: str
    side: int
    title: str
    shares: tuple[str, ...]


@dataclass(frozen=True)
class Scene(OnPlane):
    """The present state of a revision's plane.

    code: the current z, d values. content: the decoder's content, or None. picked: number of the ringed code, or None. layers:
    those that are on. tools: the sections beside and below the plane, by their names in js/plane/tools.js. beside: whether some
    other part of the page, with the same z, shows image and sliders. link: the link to another plane. region: a region of the
    prior, whose sweeps are drawn if the regions have names. history: whether the plane has a time axis. frame: the training step
    that is shown, or None for the present. opening: as from `opening.description`. called: the URL parameters of "z", "picked"
    and "layers" that differ from those of Explore.
    """

    code: np.ndarray
    content: int | None = None
    picked: int | None = None
    layers: list[str] = field(default_factory=lambda: ["codes"])
    tools: tuple[str, ...] = ("inspect", "draw", "path", "directions")
    beside: bool = False
    link: Link | None = None
    region: int | None = None
    history: bool = False
    frame: int | None = None
    opening: dict | None = None
    called: dict = field(default_factory=dict)

    @property
    def place(self) -> tuple:
        """A key that identifies this plane, since a window stored for one plane does not apply to another."""
        common = self.through == "pair" and self.common("view")
        return "" if common else self.revision.id, self.through, self.dimensions

    def common(self, what: str) -> bool:
        """Whether a linked plane has `what` in common with this one."""
        return self.link is not None and what in self.link.shares


def layers_of(revision, plane: Plane, through: str) -> list[str]:
    """The layers that a plane can have, in the order of LAYERS."""
    judged = through != "tsne" and judges_codes(revision.config)
    here = {
        "prior": _has_contours(revision, through),
        "samples": plane.samples is not None,
        "judge": judged,
        "push": judged
        and not judges_by_region(revision.config),  # D jumps at a region's edge, so it has no gradient there
        # needs the decoder in the browser, since each view decodes hundreds of images
        "manifold": through != "tsne" and weights_of(revision).decoder is not None,
        "regions": through != "tsne" and bool(loaded.regions(revision)),
    }
    return [name for name in LAYERS if here.get(name, True)]


def layers_now(revision, through: str) -> list[str]:
    """The layers that are on, from the link, the session or else the plane's defaults; may include layers that only other
    revisions have."""
    return address.recall("layers", settings.read_layers, usual_layers(revision, through))


def usual_layers(revision, through: str) -> list[str]:
    """The layers that are on by default. They depend on the plane, so they are never stored as a choice."""
    layers = ["codes"]
    if loaded.prior(revision) is not None:
        layers.append("prior" if _has_contours(revision, through) else "samples")
    if through != "tsne" and loaded.regions(revision):
        layers.append("regions")
    return layers


def _has_contours(revision, through):
    if through != "pair" or revision.config.latent_dim != 2:
        return False
    prior = loaded.prior(revision)
    return prior is not None and prior.has_density


def keep_layers(layers: list[str], *usual: list[str]) -> None:
    """Store the chosen layers in the link, unless they are the defaults of all planes. usual: the defaults of each plane."""
    address.keep("layers", None if all(layers == each for each in usual) else ",".join(layers))


def message(scene: Scene, texts: dict[str, str] | None = None) -> bytes:
    """The message for the browser, as `wire` packs it. texts: as from `plane_settings.now`."""
    return wire.pack(*contents(scene, texts))


def contents(scene: Scene, texts: dict[str, str] | None = None) -> tuple[dict, dict[str, np.ndarray], dict[str, dict]]:
    """Header, arrays and notes of the message; the files to which they refer by URL are registered in `assets`."""
    texts = texts or {}
    window = plane_settings.reader("view", scene)(texts["view"]) if "view" in texts else None
    revision, frame = scene.revision, scene.plane.frame
    tools = [tool for tool in scene.tools if tool != "draw" or not revision.data.is_table]  # rows cannot be drawn
    weights, shown = weights_of(revision), len(scene.probe.z)  # fewer than `probe.of` if a sample of the codes is shown
    own = scene.through == "tsne" or scene.probe.z.shape[1] == 1  # positions on the plane do not follow from z
    codes = codes_of(revision, scene.probe, (scene.through, scene.plane.points) if own else None)
    header = {
        **about(revision, scene.probe), "extent": frame.half, "centre": list(frame.centre), "axis_names": list(frame.axes),
        "code": [float(v) for v in scene.code],
        "y": scene.content, "picked": scene.picked, "beside": scene.beside,
        "link": None if scene.link is None else asdict(scene.link),
        "layers": {name: name in scene.layers for name in layers_of(revision, scene.plane, scene.through)},
        "tools": tools, "report": [*messages.KEYS, *plane_settings.kinds_of(scene)], "frame": scene.frame,
        "names": plane_settings.names(scene), "kept": {kind: text for kind, text in texts.items() if kind != "view"},
        "history": time_machine.plan(revision, scene.probe) if scene.history else None, "opening": scene.opening,
        "view": None if window is None else dict(zip(("x0", "x1", "y0", "y1"), window, strict=True)),
        **_projection(scene), "regions": _regions(revision), "sweeps": _sweeps(scene),
        "codes": codes, "sampled": {"shown": shown, "of": scene.probe.of} if scene.probe.of > shown else None,
        "drawing": loaded.drawing(revision) if "draw" in tools else None,
    }  # fmt: skip
    if weights.decoder is None and scene.through != "tsne":
        header["why"] += f" {NO_MANIFOLD}"
    arrays, notes = _arrays(scene)
    arrays["image"] = _image(scene)  # shown until the browser has the weights or an answer of the server
    if weights.discriminator is None and (header["layers"].get("judge") or header["layers"].get("push")):
        arrays["judge_grid"], notes["judge_grid"] = _judged(scene)
    return header, arrays, notes


def about(revision, codes: shown_codes.Shown) -> dict:
    """The part of the header that describes the revision and its codes, the same for the plane and the grid of styles."""
    classes = revision.data.classes
    return {
        "v": 1, "revision": revision.id, "version": revision.version, "dim": revision.config.latent_dim,
        "classes": list(classes), "contents": list(loaded.contents(revision)),
        "colours": [colours.colour(k) for k in range(len(classes))],
        "shapes": [palette.shape(k) for k in range(len(classes))],
        "prior": _prior(revision), "typical": typical(loaded.prior(revision)),
        "ranges": ranges_of(codes.z) if loaded.prior(revision) is None else None,
        **_weights(weights_of(revision), revision), "sprites": _sprites(revision, codes),
        "server": requests.urls(revision, codes), "split": codes.split, "features": _features(revision.data.features),
    }  # fmt: skip


@lru_cache(maxsize=16)
def _features(known):
    """The features of a table for the browser's charts: name, scale (`charts.scales`), 1st and 99th percentile of each; None for
    images."""
    if known is None:
        return None
    middle, reach = charts.scales(known)
    told = {"middles": middle, "reaches": reach, "lows": known.lows, "highs": known.highs}
    return {"names": known.names, **{name: [float(f"{v:.9g}") for v in values] for name, values in told.items()}}


def _projection(scene):
    plane = None
    if scene.through in ("pca", "circle"):
        chosen = _through(scene)
        plane = {"name": scene.through, "mean": chosen.centre.tolist(), "basis": chosen.axes.tolist()}
    return {"axes": list(scene.dimensions) if scene.through == "pair" else None, "pca": plane}


def _prior(revision):
    if loaded.prior(revision) is None:
        return None
    own, heads = revision.config.prior, loaded.prior(revision).heads
    painted = painting.text(painting.cells(own.painting)) if own.name == "painted" else None
    return {
        "name": own.name, "scale": own.scale, "components": own.components, "shape": own.shape, "painting": painted,
        "heads": None if heads is None else heads.tolist(), "levels": [round(float(p), 6) for p in loaded.PERCENTILES],
    }  # fmt: skip


def _regions(revision):
    """The named regions of the prior: each with its name (a class or a cluster's number), centre z, and colour if a class."""
    names = loaded.regions(revision)
    if not names:
        return []
    middles = loaded.prior(revision).middles().tolist()
    if names == revision.data.classes:
        return [{"name": names[k], "z": z, "colour": colours.colour(k)} for k, z in enumerate(middles)]
    return [{"name": str(k), "z": z, "colour": None} for k, z in enumerate(middles)]


def _sweeps(scene):
    """The codes of the sweeps along and across the scene's region; none if the regions have no names."""
    if scene.region is None or not loaded.regions(scene.revision):
        return []
    prior = loaded.prior(scene.revision)
    return [prior.sweep(scene.region, axis, SWEPT).tolist() for axis in range(min(2, prior.dim))]


def typical(prior) -> dict | None:
    """How the browser decides whether z is in the prior's densest 99 %: by a least log p(z) in nats, or by a largest distance
    from a curve; None if neither applies."""
    if prior is None:
        return None
    if prior.has_density:
        return {"kind": "density", "log": prior.typical_density}
    distance = prior.typical_distance
    return {"kind": "arc", "distance": distance} if distance else None


def _arrays(scene):
    """The layers beneath the codes: arrays by name, and notes with the position of each grid."""
    plane, arrays = scene.plane, {}
    if plane.samples is not None:
        arrays["prior_xy"] = plane.samples.astype(np.float32)
    arrays |= prior_arrays(scene.revision)
    notes = {}
    if "prior" in layers_of(scene.revision, plane, scene.through):
        x, y, mass = _mass(loaded.prior(scene.revision), plane.frame)
        arrays["prior_mass"], notes["prior_mass"] = mass.astype(np.float32), {"box": _box(x, y), "levels": LEVELS}
    here = _density(scene.revision, scene)
    arrays["density_grid"], notes["density_grid"] = here.values.astype(np.float32), {"box": _box(here.x, here.y)}
    return arrays, notes


def ranges_of(z: np.ndarray) -> list[list[float]]:
    """The interval [low, high] that holds the middle 99 % of the codes n×d, for each of the d dimensions."""
    if not len(z):
        return [[-1.0, 1.0] for _ in range(z.shape[1])]
    return np.quantile(z, [0.005, 0.995], axis=0).T.tolist()


def prior_arrays(revision) -> dict[str, np.ndarray]:
    """The arrays that describe the prior to the browser, float32: `quantiles`, the values at loaded.PERCENTILES of each distinct
    marginal, rows×333; for a plug-in's prior, whose formulas the browser does not have, samples and a table of log p(z)."""
    prior = loaded.prior(revision)
    if prior is None:
        return {}
    arrays = {"quantiles": loaded.percentiles(revision)[: prior.marginals]}
    if PRIORS.home(prior.name):
        arrays["prior_samples"] = loaded.prior_draws(revision)[: KNOWN // prior.dim]
        table = loaded.prior_table(revision)
        if table is not None:
            knots, arrays["prior_log"] = table
            arrays |= dict(zip(("prior_x", "prior_y"), knots, strict=False))
    return {name: values.astype(np.float32) for name, values in arrays.items()}


def _box(x, y):
    return [float(x[0]), float(x[-1]), float(y[0]), float(y[-1])]


_mass = lru_cache(maxsize=16)(prior_mass)


@kept(lambda revision, scene: (scene.probe.at, scene.through, scene.dimensions, scene.plane.frame))
def _density(revision, scene):
    from aae_core.latent import maps

    points, frame = scene.plane.points, scene.plane.frame
    return maps.density_grid(points[np.isfinite(points).all(axis=1)], frame.half, CELLS, frame.centre)


# Computed by the server if the browser cannot ------------------------------------------------------------------------------


def _image(scene):
    from aae_core.latent import exploration

    items = exploration.decode_images(loaded.model(scene.revision), scene.code[None], scene.content)
    return charts.levels(items, scene.revision.data.features)[0]


def _judged(scene):
    """D(z) on the plane through the current code: the values of a grid, and its position."""
    from aae_core.latent import maps

    frame, model, code = scene.plane.frame, loaded.model(scene.revision), scene.code.astype(np.float32)
    grid = maps.judge_grid(model, frame.half, JUDGED, frame.centre, _through(scene), code)
    return grid.values.astype(np.float32), {"box": _box(grid.x, grid.y)}


def _through(scene):
    return plane_views.projection(scene.revision, scene.probe, scene.through, scene.dimensions)


# Files that the browser fetches ------------------------------------------------------------------------------------------


def codes_of(revision, probe, placed: tuple[str, np.ndarray] | None = None) -> dict:
    """The URL of a file with z, labels, contents and image numbers of the codes shown. The browser fetches it once, instead of
    receiving them with each run of the script.

    placed: the name of a plane and the codes' positions on it, n×2, if the file is to hold these, too.
    """
    return assets.SHELF.put(_packed_codes(revision, probe, placed)).reference


@kept(lambda revision, probe, placed: (probe.at, placed and placed[0]), entries=6)
def _packed_codes(revision, probe, placed):
    arrays = {"z": probe.z.astype(np.float32), "labels": probe.labels.astype(np.int16)}
    if not np.array_equal(probe.index, np.arange(len(probe.z))):
        arrays["index"] = probe.index.astype(np.int32)
    if revision.variant.has_content and revision.variant.categorical:  # else they are the labels
        arrays["content"] = probe.content.astype(np.int16)
    if placed is not None:
        arrays["xy"] = placed[1].astype(np.float32)
    return assets.asset(wire.pack({"v": 1}, arrays), "bin")


def weights_of(revision) -> assets.Weights:
    """The networks that run in the browser; their files are registered in `assets`."""
    found = _packed(revision)
    for net in (found.encoder, found.discriminator, found.decoder):
        if net is not None:
            assets.SHELF.put(net.file)
    return found


@kept(entries=6)
def _packed(revision):
    return assets.weights(loaded.model(revision))


def _weights(weights, revision):
    nets = {}
    for name in ("decoder", "discriminator", "encoder"):
        net = getattr(weights, name)
        nets[name] = None if net is None else net.reference
    why = {"why": weights.why} if weights.why else {}
    if not any(nets.values()):
        return {"weights": None, **why}
    about = {"image": list(revision.data.shape), "dim": revision.config.latent_dim, "means": weights.means}
    return {"weights": {**nets, **about}, **why}


def _sprites(revision, codes):
    sheet = _sheet(revision, codes)
    if sheet is None:
        return None
    return {
        **assets.SHELF.put(sheet.file).reference, "tile": sheet.tile, "whole": sheet.whole, "columns": sheet.columns,
        "count": sheet.count, "kind": "originals" if loaded.has_originals(revision) else "reconstructions",
    }  # fmt: skip


def _images_of(revision, codes):
    """A cache key of the images: a revision in training has new codes every few seconds, but always the same originals."""
    if loaded.has_originals(revision):
        return codes.which, sets.stamp(revision.data.name), codes.index.tobytes()
    return codes.which, revision.version, codes.at


@kept(_images_of, entries=6)
def _sheet(revision, codes):
    # checked before any image is loaded or decoded; without a sheet, the browser decodes or fetches the images that it shows
    factor = assets.reduction(len(codes.z), *loaded.drawn_shape(revision))
    if factor is None or (factor > 1 and not loaded.has_originals(revision)):
        return None
    return assets.sprites(loaded.pictures(revision))
