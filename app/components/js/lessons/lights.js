/**
 * Highlighting of a term's meaning wherever it is on the page: elements of the page and its components get `data-lit`, and
 * planes are told what to highlight in their drawing. Nothing else is dimmed.
 */

import { page } from "../base/events.js";
import { roots } from "../host/host.js";

/** @typedef {{css: string, drawn: string}} Found */

/** What stands for an element that cannot be seen: the heading of what is folded over it. @param {any} found */
function seen(found) {
  const folded = found.closest("details:not([open])");
  return folded && !found.matches("summary") ? (folded.querySelector("summary") ?? found) : found;
}

/** Lights an item up; null puts all lights out. @param {Found | null} item */
export function light(item) {
  for (const root of roots()) {
    for (const lit of root.querySelectorAll("[data-lit]")) lit.removeAttribute("data-lit");
    if (item) for (const found of root.querySelectorAll(item.css)) seen(found).setAttribute("data-lit", "");
  }
  page.emit("light", { drawn: item?.drawn ?? "" });
}
