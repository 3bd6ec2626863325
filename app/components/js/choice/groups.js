/**
 * The groups A and B of codes that a person marks: of each its mean code, which directions and sums of codes are made of.
 */

import { kept } from "../base/anew.js";
import { digits } from "../base/number_text.js";

/** @typedef {{z: Float32Array, count: number}} Group its mean code, and of how many codes that is the mean */
/** @typedef {{A: Group | null, B: Group | null, from: string, to: string}} Marked from, to: the ends of the direction as the person
 *    chose them, "" where not */

const DIGITS = 6; // of a mean in a link
export const NAMES = /** @type {const} */ (["A", "B"]);

/** By revision; it outlives page switches. @type {(revision: string) => Marked} */
export const markedOf = kept(() => ({ A: null, B: null, from: "", to: "" }));

/** Groups and ends as a link has them; "" where there are none. @param {Marked} marked */
export function markedText(marked) {
  const groups = NAMES.map((name) => {
    const group = marked[name];
    return group ? `${group.count}:${Array.from(group.z, (value) => digits(value, DIGITS)).join()}` : "";
  });
  const text = [marked.from, marked.to, ...groups].join("~");
  return text === "~~~" ? "" : text;
}

/** Makes them what such a text says, which Python has looked at. @param {Marked} marked @param {string} text */
export function readMarked(marked, text) {
  const [from = "", to = "", ...groups] = text.split("~");
  Object.assign(marked, { from, to });
  NAMES.forEach((name, k) => {
    const [count, values] = (groups[k] ?? "").split(":");
    marked[name] = values ? { count: Number(count), z: Float32Array.from(values.split(","), Number) } : null;
  });
}
