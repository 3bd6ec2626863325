/**
 * Planes side by side are aligned vertically, however many rows their switches take.
 */

import { observeSize } from "../base/dom.js";
import { partnerOf } from "./linked_planes.js";

/** @param {import("./planes.js").AlignedPlane} plane */
export function alignSwitches(plane) {
  const align = () => {
    const rows = [plane, partnerOf(plane)]
      .filter((linkedPlane) => linkedPlane !== null)
      .map(({ parts }) => parts.switches);
    for (const row of rows) row.style.minHeight = "";
    const [first, ...others] = rows;
    const areSideBySide =
      others.length && others.every((row) => row.getBoundingClientRect().left !== first.getBoundingClientRect().left);
    if (!areSideBySide) return;
    const height = Math.max(...rows.map((row) => row.getBoundingClientRect().height));
    for (const row of rows) row.style.minHeight = `${height}px`;
  };
  plane.events.on("linked", align);
  plane.events.on("close", observeSize(plane.parts.root, align)); // its width; the height of the switches is what is set here
}
