/**
 * The invitation to the first drag: a text at z, until z has been moved for the first time in this browser.
 */

import { element } from "../base/dom.js";
import { isNoted, note } from "../base/kept.js";
import { named } from "../base/rows.js";

const DONE = "dragged";
const DRAGGED = "lp-dragged"; // performance mark: the first picture after z was moved
const BY_HAND = ["drag", "keys", "slide"];
const GAP = 22; // pixels between z and the words beside it
const BELOW = 38; // pixels from z to the middle of the words under or over it
const HALF = 17; // pixels from the middle of the words to their upper and lower edge
const ROOM = 24; // pixels from the middle of the words to the plane's upper and lower edge, at least

export class Invitation {
  /** @param {import("../plane/plane.js").Plane} plane @param {HTMLElement} caption that it must not cover */
  constructor(plane, caption) {
    this.plane = plane;
    this.caption = caption;
    this.host = element("p", { class: "lp-invite", role: "status", hidden: true });
    plane.parts.plane.append(this.host);
    plane.overlays.push(() => this.stand());
    plane.events.on("z", ({ by }) => (BY_HAND.includes(by) ? this.taken() : this.stand()));
  }

  /** Shows the invitation, unless z was moved in this browser before. */
  offer() {
    if (isNoted("localStorage", DONE) || !this.plane.slice.decodable) return;
    this.host.hidden = false;
    const keys = element("span", { class: "lp-hidden" }, " On the keyboard, the arrow keys move it.");
    const words = named("Drag me: the image follows", Boolean(this.plane.header.features));
    this.host.replaceChildren(element("span", {}, words, keys)); // after `hidden` has changed, so that screen readers announce it
    this.stand();
  }

  withdraw() {
    this.host.hidden = true;
    this.host.replaceChildren();
  }

  /** z was moved by hand. */
  taken() {
    if (this.host.hidden) return;
    this.withdraw();
    note("localStorage", DONE);
    requestAnimationFrame(() => performance.mark(DRAGGED)); // after the plane's own frame, which paints the image
  }

  /** Moves the text beside z if there is room, otherwise below or above it, within the plane and not over its buttons; hides it if z
   * has no place on the plane. */
  stand() {
    if (this.host.hidden) return;
    const { slice, view, z, parts } = this.plane;
    const [x, y] = view.toScreen(...slice.place(z));
    const at = parts.surface.getBoundingClientRect();
    const taken = [parts.corner, parts.legend, this.caption].map((part) => part.getBoundingClientRect())
      .map((box) => ({ left: box.left - at.left, top: box.top - at.top, right: box.right - at.left, bottom: box.bottom - at.top })); // prettier-ignore
    const [left, top] = beside(x, y, this.host.offsetWidth, view, taken);
    this.host.style.visibility = Number.isFinite(left + top) ? "" : "hidden";
    this.host.style.left = `${left}px`;
    this.host.style.top = `${top}px`;
  }
}

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box */

/**
 * The left edge and the vertical middle of a text that belongs to a place: the first position to the right, left, below or above
 * that lies on the plane and is free; if none is free, the first one.
 * @param {number} x
 * @param {number} y
 * @param {number} wide
 * @param {{width: number, height: number}} view
 * @param {Box[]} [taken]
 * @returns {[number, number]}
 */
export function beside(x, y, wide, { width, height }, taken = []) {
  const within = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) => Math.min(Math.max(least, most), Math.max(least, value));
  const free = (/** @type {[number, number]} */ [left, top]) => taken.every((box) => left >= box.right || left + wide <= box.left || top - HALF >= box.bottom || top + HALF <= box.top);
  const level = within(y, ROOM, height - ROOM);
  const away = [y < height / 2 ? BELOW : -BELOW, y < height / 2 ? -BELOW : BELOW].map((by) => within(y + by, ROOM, height - ROOM));
  const left = within(x - wide / 2, 0, width - wide);
  /** @type {[number, number][]} */
  const sides = [];
  if (x >= 0 && x + GAP + wide <= width) sides.push([x + GAP, level]);
  if (x <= width && x - GAP - wide >= 0) sides.push([x - GAP - wide, level]);
  for (const top of away) {
    sides.push([left, top]);
    const edge = Math.min(width, ...taken.filter((box) => box.right > width / 2).map((box) => box.left));
    sides.push([within(edge - wide, 0, left), top]); // left of the boxes at the right edge
  }
  return sides.find(free) ?? sides[0];
}
