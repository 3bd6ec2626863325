/**
 * A direction on the plane: a line from the mean of one group to that of the other, and a letter at each group's mean.
 */

import { NAMES, markedOf } from "../choice/groups.js";
import { element } from "../base/dom.js";
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

  /** Where a code lies on the screen; NaN where it has no place on the plane. @param {ArrayLike<number>} z */
  place(z) {
    return this.plane.view.toScreen(...this.plane.slice.place(z));
  }

  /** @param {import("../view/layers.js").Paper} paper */
  draw(paper) {
    const marked = markedOf(this.plane.header.revision);
    this.letters.forEach((letter, k) => {
      const group = marked[NAMES[k]];
      const [x, y] = group && this.seen() ? this.place(group.z) : [NaN, NaN];
      letter.hidden = !Number.isFinite(x + y);
      if (!letter.hidden) letter.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
    });
    const places = this.seen() ? this.ends.map((z) => this.place(z)) : [];
    if (places.length && Number.isFinite(places[0][0])) drawPath(paper, places, 2);
  }
}
