/**
 * Planes side by side are aligned vertically, however many rows their switches take.
 */

import { onSize } from "../base/dom.js";
import { partnerOf } from "./link.js";

/** @param {import("../plane/plane.js").Plane} plane */
export function standLevel(plane) {
  const act = () => {
    const rows = [plane, partnerOf(plane)].filter((each) => each !== null).map(({ parts }) => parts.switches);
    for (const row of rows) row.style.minHeight = "";
    const [first, ...others] = rows;
    const beside = others.length && others.every((row) => row.getBoundingClientRect().left !== first.getBoundingClientRect().left);
    if (!beside) return;
    const height = Math.max(...rows.map((row) => row.getBoundingClientRect().height));
    for (const row of rows) row.style.minHeight = `${height}px`;
  };
  plane.events.on("linked", act);
  plane.events.on("close", onSize(plane.parts.root, act)); // its width; the height of the switches is what is set here
}
