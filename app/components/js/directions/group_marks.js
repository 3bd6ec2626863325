/**
 * A direction on the plane: a line from the mean of one group to that of the other, and a letter at each group's mean.
 */

import { NAMES, markedOf } from "../choice/groups.js";
import { element } from "../base/dom.js";
import { placeOf, put } from "../paths/path_marks.js";
import { drawPath } from "../view/layers.js";

export class GroupMarks {
  /** @param {import("../plane/plane.js").Plane} plane @param {() => boolean} seen */
  constructor(plane, seen) {
    this.plane = plane;
    this.seen = seen;
    /** The ends of the line. @type {ArrayLike<number>[]} */
    this.ends = [];
    this.letters = NAMES.map((name) => element("div", { class: "lp-group", "aria-hidden": "true", hidden: true }, name));
    plane.parts.surface.append(...this.letters);
    plane.overlays.push((paper) => this.draw(paper));
  }

  /** @param {ArrayLike<number>[]} ends none, or two codes */
  take(ends) {
    this.ends = ends;
    this.plane.redrawOver();
  }

  /** @param {import("../view/layers.js").Paper} paper */
  draw(paper) {
    const { plane } = this;
    const seen = this.seen();
    const marked = markedOf(plane.header.revision);
    this.letters.forEach((letter, k) => put(plane, letter, (seen && marked[NAMES[k]]?.z) || null));
    const places = seen ? this.ends.map((z) => placeOf(plane, z)) : [];
    if (places.length && Number.isFinite(places[0][0])) drawPath(paper, places, 2);
  }
}
