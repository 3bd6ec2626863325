"""z, content and chosen image of the two planes on Compare, as stored in link and session; a path between two images."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from app.cache import revision_data
from app.cache.revision_cache import cache_by_revision
from app.cache.revision_view import RevisionView
from app.scenes import plane_pair
from app.session import address, parsing
from app.ui import current_code

# session key: ((number, side) of the chosen code, the ids of the two revisions, z at that time)
CHOICE_KEY = "compare.chosen"
PATH_STEPS = 10  # images of a path


@dataclass(frozen=True)
class PairState(plane_pair.PlanePair):
    """The state of two planes side by side: z and content of each, and the chosen code, in link and session."""

    def content(self, side: int) -> int | None:
        return current_code.current_content(self.planes[side].revision, self.content_parameter(side))

    def code(self, side: int) -> np.ndarray:
        """z on a plane, d values: the plane's own code of the chosen image, or else the common z (its own if z is not
        shared)."""
        number = self.chosen_number(side)
        return self._stored_code(side) if number is None else self.planes[side].probe.z[number].astype(float)

    def _stored_code(self, side) -> np.ndarray:
        return current_code.current_z(
            self.planes[0 if "z" in self.shared_aspects else side].revision, self.z_parameter(side)
        )

    def set_code(self, side: int, z) -> None:
        """Set z of a plane, and clear the chosen image."""
        self.clear_chosen_image()
        address.store_code(self.z_parameter(side), z)

    def choose_code(self, side: int, number: int) -> None:
        """Choose a code on a plane; if both planes show the same images, each then shows its own code of that image."""
        sides = (0, 1) if "images" in self.shared_aspects else (side,)
        for plane_side in (side,) if "z" in self.shared_aspects else sides:
            address.store_code(self.z_parameter(plane_side), self.planes[plane_side].probe.z[number])
        st.session_state[CHOICE_KEY] = (number, side), self.revision_ids, self._stored_code(side)
        address.store_setting(plane_pair.CHOICE_PARAMETER, f"{number}~{side}", self.revision_ids)
        for plane_side in sides[::-1]:  # the left plane last: its content counts if both have the same name
            on_plane = self.planes[plane_side]
            current_code.store_content_of_code(on_plane.revision, number, self.content_parameter(plane_side))

    def clear_chosen_image(self) -> None:
        st.session_state.pop(CHOICE_KEY, None)
        address.store_setting(plane_pair.CHOICE_PARAMETER, None, self.revision_ids)

    def chosen_number(self, side: int) -> int | None:
        """The number of the code chosen on a plane, or None; a change of z clears the choice.

        A choice from a link is valid if z is the code of that image. A choice made in this session is valid as long as z is
        unchanged, even if training moves the codes.
        """
        choice = address.recall_setting(plane_pair.CHOICE_PARAMETER, self._parse_picked_code, None, self.revision_ids)
        if choice is None:
            return None
        (number, choice_side), current_z = choice, self._stored_code(choice[1])
        stored_choice, stored_ids, stored_z = st.session_state.get(CHOICE_KEY, (None, None, None))
        if (stored_choice, stored_ids) == (choice, self.revision_ids):
            is_unchanged = np.array_equal(current_z, stored_z)
        else:
            is_unchanged = np.allclose(current_z, self.planes[choice_side].probe.z[number], rtol=1e-3, atol=1e-3)
            st.session_state[CHOICE_KEY] = choice, self.revision_ids, current_z
        if not is_unchanged:
            self.clear_chosen_image()
        return number if is_unchanged and (side == choice_side or "images" in self.shared_aspects) else None

    def _parse_picked_code(self, text) -> tuple[int, int] | None:
        """The number of a code and the side of its plane, as in "12~0"; None if it is invalid."""
        number, _, side = text.partition("~")
        on_plane = self.planes[int(side)] if side in ("0", "1") else None
        if on_plane is None:
            return None
        code_number = parsing.number_parser(0, len(on_plane.probe.z) - 1)(number)
        return None if code_number is None else (code_number, int(side))


@cache_by_revision(max_entries=64)
def decode_path(revision: RevisionView, start: int, end: int) -> np.ndarray:
    """PATH_STEPS images decoded along the straight line between two codes, with the content of the first if the decoder takes
    one."""
    from aae_core.latent import exploration

    probe = revision.codes
    content = max(0, int(probe.content[start])) if revision.variant.has_content else None
    path = np.linspace(probe.z[start], probe.z[end], PATH_STEPS)
    return revision_data.to_pictures(revision, exploration.decode_images(revision.model, path, content))
