/**
 * The plane by keyboard: the methods that the keys of `keyboard.js` call.
 */

import { actOf } from "./keyboard.js";

const SETTLE = 350; // milliseconds after the last key before z is sent to Python
const MARGIN = 16; // pixels from the edge within which the view follows z

export class Steering {
  /** @param {import("./plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    plane.parts.surface.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.key(event));
    plane.parts.plane.addEventListener("focusout", () => plane.tellPending());
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const act = actOf(event);
    if (!act || !this.plane.ready) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    act(this, event);
  }

  toggleHelp(open = this.plane.parts.help.hidden) {
    const { help, surface } = this.plane.parts;
    help.hidden = !open;
    (open ? help : surface).focus();
    help.scrollTop = 0;
  }

  /** Where z lies on the screen, or the middle of the screen if it has no place. @returns {[number, number]} */
  focus() {
    const { view, slice, z } = this.plane;
    const [x, y] = view.toScreen(...slice.place(z));
    return Number.isFinite(x + y) ? [x, y] : [view.width / 2, view.height / 2];
  }

  /** Moves z by a share of the visible half-width, and the view if z would leave it. @param {number[]} arrow to the right, upwards @param {number} share */
  step([dx, dy], share) {
    const { plane } = this;
    const { view, slice } = plane;
    if (!slice.decodable) return;
    const reach = (share * view.extent) / view.zoom;
    const [x, y] = slice.place(plane.z);
    plane.place(slice.moved(plane.z, x + dx * reach, y + dy * reach), "keys");
    const [px, py] = this.focus();
    const out = (/** @type {number} */ at, /** @type {number} */ size) => Math.min(0, size - MARGIN - at) + Math.max(0, MARGIN - at);
    const [panX, panY] = [out(px, view.width), out(py, view.height)];
    if (panX || panY) plane.seen(() => view.panBy(panX, panY));
    window.clearTimeout(plane.settling);
    plane.settling = window.setTimeout(() => plane.commit(), SETTLE);
  }

  pickNearest() {
    const { plane } = this;
    const found = plane.picker.nearest(...plane.slice.place(plane.z), 4 * plane.view.extent, (k) => plane.visible(k));
    if (found >= 0) plane.pick(found);
  }

  letGo() {
    const { plane } = this;
    if (plane.pointing.under !== null) return plane.pointing.cancel();
    if (!plane.parts.help.hidden) return this.toggleHelp(false);
    if (plane.selection.mask) return plane.choose(null);
    if (plane.pointing.drawing) return plane.pointing.draw("");
    if (plane.picked >= 0) plane.pick(-1);
  }

  /** Opens a tool and emits that its key was pressed. @param {string} id */
  useTool(id) {
    this.plane.tools.open(id);
    this.plane.events.emit("key", { id });
  }
}
