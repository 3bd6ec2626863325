/**
 * Tells screen readers when a run of Python's script takes long. The page shows it by a style (`WAITING_STYLE` in
 * page_options.py), which no screen reader reads out; the style's animation begins when its sentence appears.
 */

import { element, setText } from "../base/dom.ts";

const SHOWN_MILLISECONDS = 5000; // milliseconds until the sentence is removed; as long, another wait is not told again
const VISUALLY_HIDDEN = "position: fixed; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";

export function announceWaits(page: Document) {
  const announcement = element("div", { role: "status", style: VISUALLY_HIDDEN });
  page.body.append(announcement);
  let timer = 0;
  page.addEventListener("animationstart", ({ animationName, target }) => {
    if (animationName !== "wait") return;
    // without its quotes
    setText(announcement, getComputedStyle(target as Element, "::after").content.slice(1, -1));
    window.clearTimeout(timer);
    timer = window.setTimeout(() => setText(announcement, ""), SHOWN_MILLISECONDS);
  });
}
