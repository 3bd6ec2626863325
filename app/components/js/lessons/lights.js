/**
 * Highlighting of what a term refers to on the page: elements of the page and its components get `data-lit`, and the event
 * "light" tells planes what to highlight in their drawing. Nothing else is dimmed.
 */

import { page } from "../base/events.js";
import { roots } from "../host/host.js";

/** @typedef {{css: string, drawn: string}} Found */

/** The element to highlight: the summary in place of an element within a closed <details>. @param {any} found */
function seen(found) {
  const folded = found.closest("details:not([open])");
  return folded && !found.matches("summary") ? (folded.querySelector("summary") ?? found) : found;
}

/** Highlights an item; null ends all highlighting. @param {Found | null} item */
export function light(item) {
  for (const root of roots()) {
    for (const lit of root.querySelectorAll("[data-lit]")) lit.removeAttribute("data-lit");
    if (item) for (const found of root.querySelectorAll(item.css)) seen(found).setAttribute("data-lit", "");
  }
  page.emit("light", { drawn: item?.drawn ?? "" });
}
