/**
 * The wheel on the plane: it zooms while the plane has the focus or Ctrl is held, and otherwise scrolls the page, which
 * is said once.
 */

import { hasStoredMark, storeMark } from "../base/browser_storage.ts";
import { element, setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import type { Plane } from "./plane.ts";

const ZOOM_RATE = 0.0016; // change of log zoom for a pixel of scrolling
const CTRL_FACTOR = 5; // a pinch on a touchpad arrives as Ctrl and small turns of the wheel
const MAX_SCROLL = 400; // pixels of scrolling that count at once
// pixels of the wheel's units: a pixel, a line, and a page, which Firefox reports if the system is set so
const UNIT_PIXELS = [1, 16, MAX_SCROLL];
const HINT = translate("The wheel scrolls the page. Click the plane, or hold Ctrl, to zoom.");
const HINT_MILLISECONDS = 4000;
const HINT_MARK = "wheel explained"; // noted for this tab

/** @param pointOf the place of an event on the plane */
export function listenToWheel(plane: Plane, pointOf: (event: MouseEvent) => { x: number; y: number }) {
  const surface = plane.parts.surface as HTMLElement;
  const hint = element("p", { class: "lp-hint", role: "status", hidden: true });
  plane.parts.plane.append(hint);

  const showHintOnce = () => {
    if (hasStoredMark("sessionStorage", HINT_MARK)) return;
    storeMark("sessionStorage", HINT_MARK);
    hint.hidden = false;
    setText(hint, HINT);
    window.setTimeout(() => (hint.hidden = true), HINT_MILLISECONDS);
  };

  const onWheel = (event: WheelEvent) => {
    if (!event.ctrlKey && !surface.matches(":focus")) return showHintOnce();
    event.preventDefault();
    hint.hidden = true;
    const { x, y } = pointOf(event);
    const pixels = Math.max(-MAX_SCROLL, Math.min(MAX_SCROLL, event.deltaY * UNIT_PIXELS[event.deltaMode]));
    plane.zoomAt(Math.exp(-pixels * ZOOM_RATE * (event.ctrlKey ? CTRL_FACTOR : 1)), x, y);
  };
  surface.addEventListener("wheel", onWheel, { passive: false });
}
