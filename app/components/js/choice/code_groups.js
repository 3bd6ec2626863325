/**
 * The groups A and B of codes that the user marks. Their mean codes are used in directions and arithmetic.
 */

import { memoizeByKey } from "../base/memoize.js";
import { formatSignificant } from "../base/number_format.js";

/** @typedef {{z: Float32Array, count: number}} Group the mean code and the number of codes */
/**
 * from, to: the ends of the direction that the user chose, "" for the default.
 * @typedef {{A: Group | null, B: Group | null, from: string, to: string}} MarkedGroups
 */

const DIGITS = 6; // significant digits of a mean in a link
export const GROUP_NAMES = /** @type {const} */ (["A", "B"]);

/** By revision; it outlives a change of page. @type {(revision: string) => MarkedGroups} */
export const groupsOfRevision = memoizeByKey(() => ({ A: null, B: null, from: "", to: "" }));

/** Forgets ends that are numbers of classes, since these now stand for others. @param {MarkedGroups} groups */
export function forgetNumberedEnds(groups) {
  for (const end of /** @type {const} */ (["from", "to"])) if (/^\d+$/.test(groups[end])) groups[end] = "";
}

/** Groups and ends as text for a link; "" if there are none. @param {MarkedGroups} groups @returns {string} */
export function groupsToText(groups) {
  const texts = GROUP_NAMES.map((name) => {
    const group = groups[name];
    return group ? `${group.count}:${Array.from(group.z, (value) => formatSignificant(value, DIGITS)).join()}` : "";
  });
  const text = [groups.from, groups.to, ...texts].join("~");
  return text === "~~~" ? "" : text;
}

/**
 * Sets them from such a text, which Python has validated.
 * @param {MarkedGroups} groups
 * @param {string} text
 */
export function setGroupsFromText(groups, text) {
  const [from = "", to = "", ...texts] = text.split("~");
  Object.assign(groups, { from, to });
  GROUP_NAMES.forEach((name, k) => {
    const [count, values] = (texts[k] ?? "").split(":");
    groups[name] = values ? { count: Number(count), z: Float32Array.from(values.split(","), Number) } : null;
  });
}
