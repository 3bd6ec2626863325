/**
 * Highlighting of what a term refers to on the page: elements of the page and its components get `data-lit`, and the
 * event "light" tells planes what to highlight in their drawing. Nothing else is dimmed.
 */

import { pageEvents } from "../base/events.ts";
import { componentRoots } from "../host/host.ts";

export type HighlightTarget = { css: string; drawn: string };

/** The element to highlight: the summary in place of an element within a closed <details>. */
function visibleElement(element: Element): Element {
  const closedDetails = element.closest("details:not([open])");
  return closedDetails && !element.matches("summary") ? (closedDetails.querySelector("summary") ?? element) : element;
}

/** Highlights an item; null ends all highlighting. */
export function highlightOnPage(item: HighlightTarget | null) {
  for (const root of componentRoots()) {
    for (const highlighted of root.querySelectorAll("[data-lit]")) highlighted.removeAttribute("data-lit");
    if (item)
      for (const element of root.querySelectorAll(item.css)) visibleElement(element).setAttribute("data-lit", "");
  }
  pageEvents.emit("light", { drawn: item?.drawn ?? "" });
}
