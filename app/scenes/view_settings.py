"""The view settings of a plane: their URL parameters, and the parsers of their texts.

A text comes from a link or from a message of the plane; both are validated here. Its URL parameter has the setting's name, with
an "r" appended for the right one of two planes that do not share the setting, as "zr" for z."""

from app.session import parsing, settings

MAX_TEXT_LENGTH = 4000  # characters; servers and messengers truncate longer links
PATH_KINDS = ("linear", "spherical", "density", "geodesic")  # as in web/src/paths/path_route.ts
MAX_WAYPOINTS, IMAGES = 6, (8, 24)  # at most; least and largest number
MAX_CORNERS = 180  # of an outline drawn around codes, at most, as in web/src/choice/outline.ts
GROUP_NAMES = ("A", "B")  # as in web/src/choice/code_groups.ts
MAX_CLASS_NUMBER = 10**6  # in a link, as in web/src/handout/settings.ts


def parse_hidden_classes(text: str, scene) -> tuple[int, ...] | None:
    """The numbers of the classes that are hidden; −1 stands for codes without a class."""
    class_numbers = settings.parse_classes(text)
    return class_numbers if class_numbers and max(class_numbers) < len(scene.group_names) else None


def parse_lasso(text: str, scene) -> tuple[float, ...] | None:
    """The corners of an outline around codes, x and y in turn; a "~" at the end of the text means codes of an earlier step."""
    coordinates = settings.parse_numbers(text.removesuffix("~")) or ()
    return coordinates if len(coordinates) % 2 == 0 and 6 <= len(coordinates) <= 2 * MAX_CORNERS else None


def parse_feature(text: str, scene) -> int | None:
    """The number of the feature that the heat map shows; None for images."""
    features = scene.revision.data.features
    return None if features is None else parsing.number_parser(0, len(features) - 1)(text)


def parse_path(text: str, scene) -> tuple | None:
    """The kind of path, the number of images and the waypoints in a text such as "linear~12~0,0;1,-1"."""
    parts = text.split("~", 2)
    if len(parts) != 3:
        return None
    path_kind, count, code_texts = parts
    codes = [parsing.parse_code(code_text, len(scene.code)) for code_text in code_texts.split(";", MAX_WAYPOINTS)]
    if path_kind not in PATH_KINDS or parsing.number_parser(*IMAGES)(count) is None or len(codes) > MAX_WAYPOINTS:
        return None
    if any(code is None for code in codes):
        return None
    return path_kind, int(count), codes


def parse_directions(text: str, scene) -> tuple | None:
    """The two ends of a direction and the two groups in a text such as "A~B~12:0.5,1~". An end is the name of a group or the
    number of a class; a group is the number of its codes and their mean. Each may be empty. The groups A and B outlive another
    choice of the colour, so an end may be a number that the classes no longer have, which the page then ignores."""
    ends, groups = text.split("~")[:2], text.split("~")[2:]
    if len(groups) != len(GROUP_NAMES):
        return None
    for end in ends:
        if end not in ("", *GROUP_NAMES) and parsing.number_parser(0, MAX_CLASS_NUMBER)(end) is None:
            return None
    for count, _, mean in (group.partition(":") for group in groups if group):
        if parsing.number_parser(1, 10**9)(count) is None or parsing.parse_code(mean, len(scene.code)) is None:
            return None
    return tuple(ends), tuple(groups)


def parse_switch(text: str, scene) -> bool | None:
    """True for "1", with which a link switches something on; None for any other text."""
    return True if text == "1" else None


PARSERS = {
    "view": lambda text, scene: settings.parse_window(text), "hidden": parse_hidden_classes, "lasso": parse_lasso,
    "open": lambda text, scene: settings.parse_names(text, settings.PLANE_TOOLS),  # unfolded sections beside and below the plane
    "path": parse_path, "directions": parse_directions, "feature": parse_feature,
    "trails": parse_switch,  # whether the time machine draws trails of the codes
    "more": parse_switch,  # whether the switches of all layers are shown
}  # fmt: skip
URL_NAMES = {"view": "window"}  # URL parameters with another name: "view" is the projection there


def setting_parser(kind: str, scene):
    """A function that reads the text of a setting, as `address.recall_setting` takes it: the value, or None if the text is
    invalid."""
    return lambda text: PARSERS[kind](text, scene) if len(text) <= MAX_TEXT_LENGTH and text.isascii() else None


def setting_kinds(scene) -> list[str]:
    """The names of the settings that a scene's plane has."""
    is_lacking = {
        "path": "path" not in scene.tools,
        "directions": "directions" not in scene.tools,
        "open": not scene.tools,
        "feature": not scene.revision.data.is_table,
        "trails": not scene.has_time_axis or scene.link is not None,
    }
    return [kind for kind in PARSERS if not is_lacking.get(kind)]


def url_name(kind: str, scene) -> str:
    """The URL parameter of a setting."""
    name = URL_NAMES.get(kind, kind)
    # what two planes must have in common to share it (`PlaneLink.shares`)
    is_shared = scene.is_shared("classes" if kind == "hidden" else kind)
    return name if scene.link is None else name_on_side(name, scene.link.side, is_shared)


def name_on_side(name: str, side: int, is_shared: bool) -> str:
    """The URL parameter of a setting of one of two planes; is_shared: whether it is the same for both."""
    return f"{name}r" if side == 1 and not is_shared else name


def setting_scope_key(kind: str, scene):
    """A key of that to which a setting's text applies (a window of one plane does not apply to another); None: to all
    planes."""
    if kind == "hidden" and scene.is_shared("classes"):
        return tuple(scene.group_names)
    if kind == "hidden" and scene.groups is not None:
        return scene.revision.id, scene.groups.column
    if kind == "hidden":
        return scene.revision.id
    if kind in ("view", "lasso"):
        return scene.plane_key
    return scene.revision.id if kind in ("path", "directions", "feature") else None


def url_names(scene) -> dict[str, str]:
    """The URL parameter of each setting that the browser itself may write into the address."""
    names_by_kind = {"z": url_name("z", scene), "picked": "point", "layers": "layers"}
    if scene.has_time_axis and scene.link is None:
        names_by_kind["frame"] = "frame"
    return names_by_kind | {kind: url_name(kind, scene) for kind in setting_kinds(scene)} | scene.url_names
