"""z, content and the chosen image of the two planes on Compare, as the link and the session have them; a path between images."""

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
from app.ui import current_code, widgets

SIDES = ("left", "right")
CHOSEN = "compare.chosen"  # session key: number and side of the choice, the ids of the two revisions, and z then
PICKED = "chosen"  # the same in the link: its number and the side of the plane, "12~0"
STEPS = 10  # images of a path


@dataclass(frozen=True)
class Pair:
    """Two revisions, and how their planes show them: None for one without codes."""

    revisions: Sequence
    seen: Sequence[OnPlane | None]

    @property
    def ids(self) -> tuple[str, ...]:
        return common_moment.ids(self.revisions)

    @property
    def names(self) -> tuple[str, ...]:
        """What the two are called, differently: by their own names, or else their data, or else their sides."""
        names = [widgets.name_of(revision) for revision in self.revisions]
        data = [revision.data.title for revision in self.revisions]
        sides = [f"{name} ({side})" for name, side in zip(names, SIDES, strict=True)]
        return next(tuple(found) for found in (names, data, sides) if found[0] != found[1])

    @cached_property
    def shared(self) -> tuple[str, ...]:
        """What the two planes have in common, as `paired_planes.shares` has it."""
        return paired_planes.shares(*self.seen) if all(self.seen) else ()

    @property
    def frames(self) -> list:
        """What each plane shows of its revision: its own frame, or where they share their view one that holds both."""
        frames = [one and one.plane.frame for one in self.seen]
        return [paired_planes.common_frame(frames)] * 2 if "view" in self.shared else frames

    def name_of_z(self, side: int) -> str:
        """The name of a plane's z in links and session: that of all pages, but for a right plane with codes of another size."""
        return "z" if side == 0 or "z" in self.shared else "zr"

    def name_of_y(self, side: int) -> str:
        """The name of a side's content in links and session: one for both, unless their contents differ."""
        told = [loaded.contents(revision) for revision in self.revisions]
        return "yr" if side == 1 and all(told) and told[0] != told[1] else "y"

    def content(self, side: int) -> int | None:
        return current_code.content_now(self.seen[side].revision, self.name_of_y(side))

    def code(self, side: int) -> np.ndarray:
        """z on a plane: its own code of the chosen image, else the common z, or its own if the sizes differ."""
        chosen = self.chosen(side)
        return self._z(side) if chosen is None else self.seen[side].probe.z[chosen].astype(float)

    def _z(self, side):
        return current_code.code_now(self.seen[0 if "z" in self.shared else side].revision, self.name_of_z(side))

    def keep_code(self, side: int, z) -> None:
        """Let z be that of a plane, and no image be chosen."""
        self.clear_choice()
        address.keep_code(self.name_of_z(side), z)

    def choose(self, side: int, number: int) -> None:
        """Choose a code on a plane: if both show the same images, each shows its own code of that image."""
        sides = (0, 1) if "images" in self.shared else (side,)
        for each in (side,) if "z" in self.shared else sides:
            address.keep_code(self.name_of_z(each), self.seen[each].probe.z[number])
        st.session_state[CHOSEN] = (number, side), self.ids, self._z(side)
        address.keep(PICKED, f"{number}~{side}", self.ids)
        for each in sides[::-1]:  # where both have a content by one name, the left one's counts
            one = self.seen[each]
            current_code.take_content(one.revision, one.probe, number, self.name_of_y(each))

    def clear_choice(self) -> None:
        """Clear the chosen code."""
        st.session_state.pop(CHOSEN, None)
        address.keep(PICKED, None, self.ids)

    def chosen(self, side: int) -> int | None:
        """The number of the code chosen on a plane, or None; a change of z clears the choice.

        A link's choice holds if z is the code of that image; one that was made here, while z is what it was then, even if a
        training goes on and moves the codes.
        """
        found = address.recall(PICKED, self._read, None, self.ids)
        if found is None:
            return None
        (number, by), now = found, self._z(found[1])
        held, of, at = st.session_state.get(CHOSEN, (None, None, None))
        if (held, of) == (found, self.ids):
            same = np.array_equal(now, at)
        else:
            same = np.allclose(now, self.seen[by].probe.z[number], rtol=1e-3, atol=1e-3)
            st.session_state[CHOSEN] = found, self.ids, now
        if not same:
            self.clear_choice()
        return number if same and (side == by or "images" in self.shared) else None

    def _read(self, text):
        """The number of a code and the side of its plane, as in "12~0"; None if it is invalid."""
        number, _, side = text.partition("~")
        one = self.seen[int(side)] if side in ("0", "1") else None
        found = one and address.read_number(0, len(one.probe.z) - 1)(number)
        return None if found is None else (found, int(side))


@kept(entries=64)
def path_of(revision, start: int, end: int) -> np.ndarray:
    """The images of the straight line between two codes, all with the content of the first if the decoder takes one."""
    from aae_core.latent import exploration

    probe = loaded.probe(revision)
    content = max(0, int(probe.content[start])) if revision.variant.has_content else None
    path = np.linspace(probe.z[start], probe.z[end], STEPS)
    return loaded.drawn(revision, exploration.decode_images(loaded.model(revision), path, content))
