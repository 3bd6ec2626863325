/**
 * Tells screen readers when a run of Python's script takes long. The page shows it by a style (`WAIT` in page_options.py), which
 * no screen reader reads out; the style's animation begins when its sentence appears.
 */

import { element, write } from "../base/dom.js";

const KEPT = 5000; // milliseconds until the sentence is removed; as long, another wait is not told again
const UNSEEN = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";

/** @param {Document} page */
export function sayWaits(page) {
  const said = element("div", { role: "status", style: UNSEEN });
  page.body.append(said);
  let fading = 0;
  page.addEventListener("animationstart", ({ animationName, target }) => {
    if (animationName !== "wait") return;
    write(said, getComputedStyle(/** @type {Element} */ (target), "::after").content.slice(1, -1)); // without its quotes
    window.clearTimeout(fading);
    fading = window.setTimeout(() => write(said, ""), KEPT);
  });
}
