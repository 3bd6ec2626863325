"""Two revisions as planes side by side: what the planes have in common, and their scenes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from aae_core.latent.column_groups import ColumnGroups
from app.cache.revision_view import RevisionView
from app.cache.text_columns import ItemTexts
from app.figures import paired_planes, plane_views, revision_list
from app.figures.plane import CodesOnPlane
from app.scenes import paired_moments, view_settings
from app.scenes.plane_message import PlaneLink, Scene
from app.translation.data_titles import data_title
from app.translation.texts import mark, translate

SIDES = (mark("left"), mark("right"))
CHOICE_PARAMETER = "chosen"  # URL parameter: number of the chosen code and side of its plane, as in "12~0"
LINK_GROUP = "compare"  # common name of the two planes (`PlaneLink.group`)


@dataclass(frozen=True)
class PlanePair:
    """Two revisions and their planes; the plane of a revision without codes is None. A side is 0 (left) or 1 (right).

    groups: those that colour the codes of each side in place of their classes, or None; item_texts: of each side, or
    None.
    """

    revisions: Sequence
    planes: Sequence[CodesOnPlane | None]
    groups: Sequence[ColumnGroups | None] = (None, None)
    item_texts: Sequence[ItemTexts | None] = (None, None)

    @property
    def revision_ids(self) -> tuple[str, ...]:
        return paired_moments.revision_ids(self.revisions)

    @property
    def names(self) -> tuple[str, ...]:
        """Two different names: the revisions' own names if they differ, else their data if these differ, else with the
        sides."""
        names = [revision_list.revision_name(revision) for revision in self.revisions]
        data = [data_title(revision.data) for revision in self.revisions]
        sides = [f"{name} ({translate(side)})" for name, side in zip(names, SIDES, strict=True)]
        return next(tuple(candidate) for candidate in (names, data, sides) if candidate[0] != candidate[1])

    @cached_property
    def shared_aspects(self) -> tuple[str, ...]:
        """What the two planes have in common, as from `paired_planes.shared_aspects`; nothing unless both have codes."""
        return paired_planes.shared_aspects(*self.planes, self.groups) if all(self.planes) else ()

    @property
    def visible_squares(self) -> list:
        """The visible part of each plane: its own square or, if the planes share their view, one that contains both."""
        if "view" in self.shared_aspects:
            squares = [paired_planes.enlarged_square(on_plane.plane) for on_plane in self.planes]
            return [paired_planes.common_square(squares)] * 2
        return [None if on_plane is None else on_plane.plane.visible_square for on_plane in self.planes]

    def z_parameter(self, side: int) -> str:
        """The name of a plane's z in link and session: "z", as on all pages, or "zr" for a right plane with another z."""
        return view_settings.name_on_side("z", side, "z" in self.shared_aspects)

    def content_parameter(self, side: int) -> str:
        """The name of a side's content in link and session: "y", or "yr" for the right side if the contents differ."""
        contents = [revision.content_names for revision in self.revisions]
        are_different = all(contents) and contents[0] != contents[1]
        return view_settings.name_on_side("y", side, is_shared=not are_different)


def codes_on_plane(revision: RevisionView) -> CodesOnPlane | None:
    """A revision's codes on its default plane; None before the first checkpoint."""
    probe, view = revision.codes, plane_views.default_view_and_dimensions(revision)
    if probe is None:
        return None
    return CodesOnPlane(revision, probe, plane_views.make_plane(revision, probe, *view), *view)


def make_plane_scene(pair: PlanePair, side: int, **options) -> Scene:
    """The scene of a side's plane, in its own square. options: code, content, layers and picked, as in `Scene`."""
    on_plane = pair.planes[side]
    return Scene(
        **vars(on_plane), tools=("inspect",), has_time_axis=True, url_names={"picked": CHOICE_PARAMETER}, **options,
        groups=pair.groups[side], item_texts=pair.item_texts[side],
        link=PlaneLink(LINK_GROUP, side, pair.names[side], pair.shared_aspects),
    )  # fmt: skip
