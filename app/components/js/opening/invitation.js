/**
 * The invitation to the first drag: a text at z, until z has been moved for the first time in this browser.
 */

import { element } from "../base/dom.js";
import { hasStoredMark, storeMark } from "../base/browser_storage.js";
import { rewordForRows } from "../base/table_rows.js";

const DONE = "dragged";
const DRAGGED = "lp-dragged"; // performance mark: the first picture after z was moved
const BY_HAND = ["drag", "keys", "slide"];
const GAP = 22; // pixels between z and the words beside it
const BELOW = 38; // pixels from z to the middle of the words under or over it
const HALF = 17; // pixels from the middle of the words to their upper and lower edge
const ROOM = 24; // pixels from the middle of the words to the plane's upper and lower edge, at least

export class Invitation {
  /** @param {import("./planes.js").InvitingPlane} plane */
  constructor(plane) {
    this.plane = plane;
    this.host = element("p", { class: "lp-invite", role: "status", hidden: true });
    plane.parts.plane.append(this.host);
    plane.addOverlay(() => this.placeInvitation());
    plane.events.on("z", ({ by }) => {
      if (BY_HAND.includes(by)) this.onZMoved();
      else this.placeInvitation();
    });
  }

  /** Shows the invitation, unless z was moved in this browser before. */
  showInvitation() {
    if (hasStoredMark("localStorage", DONE) || !this.plane.slice.decodable) return;
    this.host.hidden = false;
    const keys = element("span", { class: "lp-hidden" }, " On the keyboard, the arrow keys move it.");
    const words = rewordForRows("Drag me: the image follows", Boolean(this.plane.header.features));
    this.host.replaceChildren(element("span", {}, words, keys)); // after `hidden` has changed, so that screen readers announce it
    this.placeInvitation();
  }

  hideInvitation() {
    this.host.hidden = true;
    this.host.replaceChildren();
  }

  /** z was moved by hand. */
  onZMoved() {
    if (this.host.hidden) return;
    this.hideInvitation();
    storeMark("localStorage", DONE);
    requestAnimationFrame(() => performance.mark(DRAGGED)); // after the plane's own frame, which paints the image
  }

  /** Moves the text beside z if there is room, otherwise below or above it, within the plane and not over its buttons; hides it if z
   * has no place on the plane. */
  placeInvitation() {
    if (this.host.hidden) return;
    const { slice, view, z, parts } = this.plane;
    const [x, y] = view.toScreen(...slice.project(z));
    const surfaceBounds = parts.surface.getBoundingClientRect();
    const obstacles = [parts.corner, parts.legend]
      .map((part) => part.getBoundingClientRect())
      .map((box) => ({
        left: box.left - surfaceBounds.left,
        top: box.top - surfaceBounds.top,
        right: box.right - surfaceBounds.left,
        bottom: box.bottom - surfaceBounds.top,
      }));
    const [left, top] = placeBeside(x, y, this.host.offsetWidth, view, obstacles);
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
 * @param {number} textWidth
 * @param {{width: number, height: number}} view
 * @param {Box[]} [obstacles]
 * @returns {[number, number]}
 */
export function placeBeside(x, y, textWidth, { width, height }, obstacles = []) {
  const clamp = (/** @type {number} */ value, /** @type {number} */ least, /** @type {number} */ most) =>
    Math.min(Math.max(least, most), Math.max(least, value));
  const isFree = (/** @type {[number, number]} */ [left, top]) =>
    obstacles.every(
      (box) => left >= box.right || left + textWidth <= box.left || top - HALF >= box.bottom || top + HALF <= box.top,
    );
  const middle = clamp(y, ROOM, height - ROOM);
  const otherMiddles = [y < height / 2 ? BELOW : -BELOW, y < height / 2 ? -BELOW : BELOW].map((by) =>
    clamp(y + by, ROOM, height - ROOM),
  );
  const left = clamp(x - textWidth / 2, 0, width - textWidth);
  /** @type {[number, number][]} */
  const positions = [];
  if (x >= 0 && x + GAP + textWidth <= width) positions.push([x + GAP, middle]);
  if (x <= width && x - GAP - textWidth >= 0) positions.push([x - GAP - textWidth, middle]);
  for (const top of otherMiddles) {
    positions.push([left, top]);
    const edge = Math.min(width, ...obstacles.filter((box) => box.right > width / 2).map((box) => box.left));
    positions.push([clamp(edge - textWidth, 0, left), top]); // left of the boxes at the right edge
  }
  return positions.find(isFree) ?? positions[0];
}
