"""z, content and chosen image of the two planes on Compare, as stored in link and session; a path between two images."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from app.cache import loaded
from app.cache.kept import kept
from app.figures import paired_planes
from app.figures.plane import OnPlane
from app.session import address, common_moment
from app.ui import current_code, revision_picker

SIDES = ("left", "right")
# session key: ((number, side) of the chosen code, the ids of the two revisions, z at that time)
CHOSEN = "compare.chosen"
PICKED = "chosen"  # URL parameter: number of the chosen code and side of its plane, as in "12~0"
STEPS = 10  # images of a path


@dataclass(frozen=True)
class Pair:
    """Two revisions and their planes; the plane of a revision without codes is None. A side is 0 (left) or 1 (right)."""

    revisions: Sequence
    seen: Sequence[OnPlane | None]

    @property
    def ids(self) -> tuple[str, ...]:
        return common_moment.ids(self.revisions)

    @property
    def names(self) -> tuple[str, ...]:
        """Two different names: the revisions' own names if they differ, else their data if these differ, else with the sides."""
        names = [revision_picker.name_of(revision) for revision in self.revisions]
        data = [revision.data.title for revision in self.revisions]
        sides = [f"{name} ({side})" for name, side in zip(names, SIDES, strict=True)]
        return next(tuple(candidate) for candidate in (names, data, sides) if candidate[0] != candidate[1])

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """What the two planes have in common, as from `paired_planes.shares`; nothing unless both have codes."""
        return paired_planes.shares(*self.seen) if all(self.seen) else ()

    @property
    def frames(self) -> list:
        """The visible part of each plane: its own frame or, if the planes share their view, one that contains both."""
        frames = [None if on_plane is None else on_plane.plane.frame for on_plane in self.seen]
        return [paired_planes.common_frame(frames)] * 2 if "view" in self.shared else frames

    def name_of_z(self, side: int) -> str:
        """The name of a plane's z in link and session: "z", as on all pages, or "zr" for a right plane with another z."""
        return "z" if side == 0 or "z" in self.shared else "zr"

    def name_of_y(self, side: int) -> str:
        """The name of a side's content in link and session: "y", or "yr" for the right side if the contents differ."""
        contents = [loaded.contents(revision) for revision in self.revisions]
        return "yr" if side == 1 and all(contents) and contents[0] != contents[1] else "y"

    def content(self, side: int) -> int | None:
        return current_code.content_now(self.seen[side].revision, self.name_of_y(side))

    def code(self, side: int) -> np.ndarray:
        """z on a plane, d values: the plane's own code of the chosen image, or else the common z (its own if z is not shared)."""
        chosen = self.chosen(side)
        return self._z(side) if chosen is None else self.seen[side].probe.z[chosen].astype(float)

    def _z(self, side):
        return current_code.code_now(self.seen[0 if "z" in self.shared else side].revision, self.name_of_z(side))

    def keep_code(self, side: int, z) -> None:
        """Set z of a plane, and clear the chosen image."""
        self.clear_choice()
        address.keep_code(self.name_of_z(side), z)

    def choose(self, side: int, number: int) -> None:
        """Choose a code on a plane; if both planes show the same images, each then shows its own code of that image."""
        sides = (0, 1) if "images" in self.shared else (side,)
        for plane_side in (side,) if "z" in self.shared else sides:
            address.keep_code(self.name_of_z(plane_side), self.seen[plane_side].probe.z[number])
        st.session_state[CHOSEN] = (number, side), self.ids, self._z(side)
        address.keep(PICKED, f"{number}~{side}", self.ids)
        for plane_side in sides[::-1]:  # the left plane last: its content counts if both have the same name
            on_plane = self.seen[plane_side]
            current_code.take_content(on_plane.revision, on_plane.probe, number, self.name_of_y(plane_side))

    def clear_choice(self) -> None:
        st.session_state.pop(CHOSEN, None)
        address.keep(PICKED, None, self.ids)

    def chosen(self, side: int) -> int | None:
        """The number of the code chosen on a plane, or None; a change of z clears the choice.

        A choice from a link is valid if z is the code of that image. A choice made in this session is valid as long as z is
        unchanged, even if training moves the codes.
        """
        choice = address.recall(PICKED, self._read, None, self.ids)
        if choice is None:
            return None
        (number, by), current_z = choice, self._z(choice[1])
        stored_choice, stored_ids, stored_z = st.session_state.get(CHOSEN, (None, None, None))
        if (stored_choice, stored_ids) == (choice, self.ids):
            is_unchanged = np.array_equal(current_z, stored_z)
        else:
            is_unchanged = np.allclose(current_z, self.seen[by].probe.z[number], rtol=1e-3, atol=1e-3)
            st.session_state[CHOSEN] = choice, self.ids, current_z
        if not is_unchanged:
            self.clear_choice()
        return number if is_unchanged and (side == by or "images" in self.shared) else None

    def _read(self, text):
        """The number of a code and the side of its plane, as in "12~0"; None if it is invalid."""
        number, _, side = text.partition("~")
        on_plane = self.seen[int(side)] if side in ("0", "1") else None
        if on_plane is None:
            return None
        code_number = address.read_number(0, len(on_plane.probe.z) - 1)(number)
        return None if code_number is None else (code_number, int(side))


@kept(entries=64)
def path_of(revision, start: int, end: int) -> np.ndarray:
    """STEPS images decoded along the straight line between two codes, with the content of the first if the decoder takes one."""
    from aae_core.latent import exploration

    probe = loaded.probe(revision)
    content = max(0, int(probe.content[start])) if revision.variant.has_content else None
    path = np.linspace(probe.z[start], probe.z[end], STEPS)
    return loaded.drawn(revision, exploration.decode_images(loaded.model(revision), path, content))
