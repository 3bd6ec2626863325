/**
 * A direction on the plane: a line from the mean of one group to that of the other, and a letter at each group's mean.
 */

import { NAMES, markedOf } from "../choice/groups.js";
import { element } from "../base/dom.js";
import { placeOf, put } from "../paths/path_marks.js";
import { drawPath } from "../view/layers.js";

/** @param {import("../plane/plane.js").Plane} plane @param {() => boolean} isSeen @returns {(ends: ArrayLike<number>[]) => void} sets the ends of the line: none, or two codes */
export function groupMarks(plane, isSeen) {
  /** @type {ArrayLike<number>[]} */
  let ends = [];
  const letters = NAMES.map((name) => element("div", { class: "lp-group", "aria-hidden": "true", hidden: true }, name));
  plane.parts.surface.append(...letters);
  plane.overlays.push((paper) => {
    const seen = isSeen();
    const marked = markedOf(plane.header.revision);
    letters.forEach((letter, k) => put(plane, letter, (seen && marked[NAMES[k]]?.z) || null));
    const places = seen ? ends.map((z) => placeOf(plane, z)) : [];
    if (places.length && Number.isFinite(places[0][0])) drawPath(paper, places, 2);
  });
  return (given) => {
    ends = given;
    plane.redrawOver();
  };
}
