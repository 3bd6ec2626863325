/**
 * The groups A and B of codes that the user marks. Their mean codes are used in directions and arithmetic.
 */

import { memoizeByKey } from "../base/memoize.ts";
import { formatSignificant } from "../base/number_format.ts";

/** The mean code and the number of codes. */
export type Group = { z: Float32Array; count: number };
/** from, to: the ends of the direction that the user chose, "" for the default. */
type MarkedGroups = { A: Group | null; B: Group | null; from: string; to: string };

const DIGITS = 6; // significant digits of a mean in a link
export const GROUP_NAMES = ["A", "B"] as const;

/** By revision; it outlives a change of page. */
export const groupsOfRevision: (revision: string) => MarkedGroups = memoizeByKey(() => ({
  A: null,
  B: null,
  from: "",
  to: "",
}));

/** Forgets ends that are numbers of classes, since these now stand for others. */
export function forgetNumberedEnds(groups: MarkedGroups) {
  for (const end of ["from", "to"] as const) if (/^\d+$/.test(groups[end])) groups[end] = "";
}

/** Groups and ends as text for a link; "" if there are none. */
export function groupsToText(groups: MarkedGroups): string {
  const texts = GROUP_NAMES.map((name) => {
    const group = groups[name];
    return group ? `${group.count}:${Array.from(group.z, (value) => formatSignificant(value, DIGITS)).join()}` : "";
  });
  const text = [groups.from, groups.to, ...texts].join("~");
  return text === "~~~" ? "" : text;
}

/** Sets them from such a text, which Python has validated. */
export function setGroupsFromText(groups: MarkedGroups, text: string) {
  const [from = "", to = "", ...texts] = text.split("~");
  Object.assign(groups, { from, to });
  GROUP_NAMES.forEach((name, k) => {
    const [count, values] = (texts[k] ?? "").split(":");
    groups[name] = values ? { count: Number(count), z: Float32Array.from(values.split(","), Number) } : null;
  });
}
