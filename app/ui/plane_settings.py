"""The view settings of a plane that only the browser uses, stored as text in the link.

A text comes from a link or from a message of the plane; both are validated here. Its URL parameter has the setting's name, with
an "r" appended for the right one of two planes that do not share the setting, as "zr" for z.
"""

from app.session import address, settings

MOST = 4000  # characters; servers and messengers truncate longer links
WAYS = ("linear", "spherical", "density", "geodesic")  # as in js/paths/path_route.js
WAYPOINTS, IMAGES = 6, (8, 24)  # at most; least and largest number
CORNERS = 180  # of an outline drawn around codes, at most, as in js/choice/outline.js
GROUPS = ("A", "B")  # as in js/choice/groups.js


def read_hidden(text: str, scene) -> tuple[int, ...] | None:
    """The numbers of the classes that are hidden; −1 stands for codes without a class."""
    found = settings.read_classes(text)
    return found if found and max(found) < len(scene.revision.data.classes) else None


def read_lasso(text: str, scene) -> tuple[float, ...] | None:
    """The corners of an outline around codes, x and y in turn; a "~" at the end of the text means codes of an earlier step."""
    ends = settings.read_numbers(text.removesuffix("~")) or ()
    return ends if len(ends) % 2 == 0 and 6 <= len(ends) <= 2 * CORNERS else None


def read_feature(text: str, scene) -> int | None:
    """The number of the feature that the heat map shows; None for images."""
    known = scene.revision.data.features
    return None if known is None else address.read_number(0, len(known) - 1)(text)


def read_path(text: str, scene) -> tuple | None:
    """The kind of path, the number of images and the waypoints in a text such as "linear~12~0,0;1,-1"."""
    way, count, places = (*text.split("~", 2), "", "")[:3]
    codes = [address.read_code(place, len(scene.code)) for place in places.split(";", WAYPOINTS)]
    if way not in WAYS or address.read_number(*IMAGES)(count) is None or len(codes) > WAYPOINTS:
        return None
    if any(code is None for code in codes):
        return None
    return way, int(count), codes


def read_directions(text: str, scene) -> tuple | None:
    """The two ends of a direction and the two groups in a text such as "A~B~12:0.5,1~". An end is the name of a group or the
    number of a class; a group is the number of its codes and their mean. Each may be empty."""
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
    "open": lambda text, scene: settings.read_some(text, settings.TOOLS),  # unfolded sections beside and below the plane
    "path": read_path, "directions": read_directions, "feature": read_feature,
    "trails": lambda text, scene: text == "1" or None,  # whether the time machine draws trails of the codes
    "more": lambda text, scene: text == "1" or None,  # whether the switches of all layers are shown
}  # fmt: skip
NAMES = {"view": "window"}  # URL parameters with another name: "view" is the projection there


def reader(kind: str, scene):
    """A function that reads the text of a setting, as `address.recall` takes it: the value, or None if the text is invalid."""
    return lambda text: KINDS[kind](text, scene) if len(text) <= MOST and text.isascii() else None


def kinds_of(scene) -> list[str]:
    """The names of the settings that a scene's plane has."""
    lacking = {
        "path": "path" not in scene.tools,
        "directions": "directions" not in scene.tools,
        "open": not scene.tools,
        "feature": not scene.revision.data.is_table,
        "trails": not scene.history or scene.link is not None,
    }
    return [kind for kind in KINDS if not lacking.get(kind)]


def name_of(kind: str, scene) -> str:
    """The URL parameter of a setting."""
    name = NAMES.get(kind, kind)
    # what two planes must have in common to share it (`Link.shares`)
    shared = scene.common("classes" if kind == "hidden" else kind)
    return f"{name}r" if scene.link is not None and scene.link.side == 1 and not shared else name


def belongs(kind: str, scene):
    """A key of that to which a setting's text applies (a window of one plane does not apply to another); None: to all planes."""
    if kind == "hidden":
        return tuple(scene.revision.data.classes) if scene.common("classes") else scene.revision.id
    if kind in ("view", "lasso"):
        return scene.place
    return scene.revision.id if kind in ("path", "directions", "feature") else None


def now(scene) -> dict[str, str]:
    """The stored texts of a plane's settings, by setting."""
    found = {}
    for kind in kinds_of(scene):
        read = reader(kind, scene)
        valid = lambda text, read=read: None if read(text) is None else text  # noqa: E731
        found[kind] = address.recall(name_of(kind, scene), valid, None, belongs(kind, scene))
    return {kind: text for kind, text in found.items() if text is not None}


def keep(scene, kind: str, text: str | None) -> None:
    address.keep(name_of(kind, scene), text, belongs(kind, scene))


def names(scene) -> dict[str, str]:
    """The URL parameter of each setting that the browser itself may write into the address."""
    usual = {"z": name_of("z", scene), "picked": "point", "layers": "layers"}
    if scene.history and scene.link is None:
        usual["frame"] = "frame"
    return usual | {kind: name_of(kind, scene) for kind in kinds_of(scene)} | scene.called
