/**
 * Highlighting of what a term refers to on the page: elements of the page and its components get `data-lit`, and the
 * event "light" tells planes what to highlight in their drawing. Nothing else is dimmed.
 */

import { pageEvents } from "../base/events.js";
import { componentRoots } from "../host/host.js";

/** @typedef {{css: string, drawn: string}} HighlightTarget */

/**
 * The element to highlight: the summary in place of an element within a closed <details>.
 * @param {Element} element
 * @returns {Element}
 */
function visibleElement(element) {
  const closedDetails = element.closest("details:not([open])");
  return closedDetails && !element.matches("summary") ? (closedDetails.querySelector("summary") ?? element) : element;
}

/** Highlights an item; null ends all highlighting. @param {HighlightTarget | null} item */
export function highlightOnPage(item) {
  for (const root of componentRoots()) {
    for (const highlighted of root.querySelectorAll("[data-lit]")) highlighted.removeAttribute("data-lit");
    if (item)
      for (const element of root.querySelectorAll(item.css)) visibleElement(element).setAttribute("data-lit", "");
  }
  pageEvents.emit("light", { drawn: item?.drawn ?? "" });
}
