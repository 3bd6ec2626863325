"""The view settings of a plane that only the page needs, as text in the link.

A text comes by a link or from the page, and is looked at here alone, whichever way it came. Its name in the link is the kind's;
of two planes that do not share it, the right one's has an r behind it, as its z has.
"""

from app.session import address, settings

MOST = 4000  # characters; servers and messengers truncate longer links
WAYS = ("linear", "spherical", "density", "geodesic")  # js/paths/path_route.js
WAYPOINTS, IMAGES = 6, (8, 24)
CORNERS = 180  # of an outline drawn around codes: js/choice/outline.js
GROUPS = ("A", "B")  # js/choice/groups.js
SHARED = {"view": "view", "hidden": "classes"}  # kind -> what two planes must share to have it in common


def read_hidden(text: str, scene) -> tuple[int, ...] | None:
    """The classes that are not shown; −1 are the codes without a class."""
    found = settings.read_classes(text)
    return found if found and max(found) < len(scene.revision.data.classes) else None


def read_lasso(text: str, scene) -> tuple[float, ...] | None:
    """The corners of an outline around codes, x and y in turn; followed by "~" for codes of an earlier step."""
    text = text.removesuffix("~")
    ends = settings.read_numbers(text) or ()
    return ends if len(ends) % 2 == 0 and 6 <= len(ends) <= 2 * CORNERS else None


def read_feature(text: str, scene) -> int | None:
    """The number of the feature on the heat map."""
    known = scene.revision.data.features
    return None if known is None else address.read_number(0, len(known) - 1)(text)


def read_path(text: str, scene) -> tuple | None:
    """The way, the number of images and the waypoints of "linear~12~0,0;1,-1"."""
    way, count, places = (*text.split("~", 2), "", "")[:3]
    codes = [address.read_code(place, len(scene.code)) for place in places.split(";", WAYPOINTS)]
    if way not in WAYS or address.read_number(*IMAGES)(count) is None or len(codes) > WAYPOINTS:
        return None
    return None if any(code is None for code in codes) else (way, int(count), codes)


def read_directions(text: str, scene) -> tuple | None:
    """The ends of the direction and the groups of "A~B~12:0.5,1~": an end is a group or the number of a class, a group is told by
    how many codes it has and their mean; each may be empty."""
    ends, groups = text.split("~")[:2], text.split("~")[2:]
    known = ("", *GROUPS, *map(str, range(len(scene.revision.data.classes))))
    if len(groups) != len(GROUPS) or not set(ends) <= set(known):
        return None
    for count, _, mean in (group.partition(":") for group in groups if group):
        if address.read_number(1, 10**9)(count) is None or address.read_code(mean, len(scene.code)) is None:
            return None
    return tuple(ends), tuple(groups)


KINDS = {
    "view": lambda text, scene: settings.read_window(text), "hidden": read_hidden, "lasso": read_lasso,
    "open": lambda text, scene: settings.read_some(text, settings.TOOLS),  # sections beside and beneath the plane
    "path": read_path, "directions": read_directions, "feature": read_feature,
    "trails": lambda text, scene: text == "1" or None,  # of the codes in the time machine
    "more": lambda text, scene: text == "1" or None,  # the switches of all layers
}  # fmt: skip
NAMES = {"view": "window"}  # names in the link that differ: there, "view" is the projection


def reader(kind: str, scene):
    """A reader of the kind's text, as `address.recall` takes it."""
    return lambda text: KINDS[kind](text, scene) if len(text) <= MOST and text.isascii() else None


def kinds_of(scene) -> list[str]:
    """The settings that a scene's plane can keep."""
    lacking = {
        "path": "path" not in scene.tools,
        "directions": "directions" not in scene.tools,
        "open": not scene.tools,
        "feature": not scene.revision.data.is_table,
        "trails": not scene.history or scene.link is not None,
    }
    return [kind for kind in KINDS if not lacking.get(kind)]


def name_of(kind: str, scene) -> str:
    """The name in the link."""
    name = NAMES.get(kind, kind)
    right = scene.link is not None and scene.link.side == 1 and not scene.common(SHARED.get(kind, kind))
    return f"{name}r" if right else name


def belongs(kind: str, scene):
    """A key of what a text applies to: a view of this plane does not apply to another; None: to all planes."""
    if kind == "hidden":
        return tuple(scene.revision.data.classes) if scene.common("classes") else scene.revision.id
    if kind in ("view", "lasso"):
        return scene.place
    return scene.revision.id if kind in ("path", "directions", "feature") else None


def now(scene) -> dict[str, str]:
    """The texts of the kept settings by kind, as far as there are any."""
    found = {}
    for kind in kinds_of(scene):
        read = reader(kind, scene)
        valid = lambda text, read=read: None if read(text) is None else text  # noqa: E731
        found[kind] = address.recall(name_of(kind, scene), valid, None, belongs(kind, scene))
    return {kind: text for kind, text in found.items() if text is not None}


def keep(scene, kind: str, text: str | None) -> None:
    address.keep(name_of(kind, scene), text, belongs(kind, scene))


def names(scene) -> dict[str, str]:
    """The name in the link of each setting that the page itself can write there."""
    right = scene.link is not None and scene.link.side == 1
    own = {kind: name_of(kind, scene) for kind in kinds_of(scene)}
    usual = {"z": "zr" if right and not scene.common("z") else "z", "picked": "point", "layers": "layers"}
    return {**usual, **({"frame": "frame"} if scene.history and scene.link is None else {}), **own, **scene.called}
