/**
 * The groups A and B of codes that the user marks. Their mean codes are used in directions and arithmetic.
 */

import { kept } from "../base/anew.js";
import { digits } from "../base/number_text.js";

/** @typedef {{z: Float32Array, count: number}} Group the mean code and the number of codes */
/** @typedef {{A: Group | null, B: Group | null, from: string, to: string}} Marked from, to: the ends of the direction that the
 *    user chose, "" for the default */

const DIGITS = 6; // significant digits of a mean in a link
export const NAMES = /** @type {const} */ (["A", "B"]);

/** By revision; it outlives a change of page. @type {(revision: string) => Marked} */
export const markedOf = kept(() => ({ A: null, B: null, from: "", to: "" }));

/** Groups and ends as text for a link; "" if there are none. @param {Marked} marked */
export function markedText(marked) {
  const groups = NAMES.map((name) => {
    const group = marked[name];
    return group ? `${group.count}:${Array.from(group.z, (value) => digits(value, DIGITS)).join()}` : "";
  });
  const text = [marked.from, marked.to, ...groups].join("~");
  return text === "~~~" ? "" : text;
}

/** Sets them from such a text, which Python has validated. @param {Marked} marked @param {string} text */
export function readMarked(marked, text) {
  const [from = "", to = "", ...groups] = text.split("~");
  Object.assign(marked, { from, to });
  NAMES.forEach((name, k) => {
    const [count, values] = (groups[k] ?? "").split(":");
    marked[name] = values ? { count: Number(count), z: Float32Array.from(values.split(","), Number) } : null;
  });
}
