/**
 * The invitation to the first drag: a text at z, until z has been moved for the first time in this browser.
 */

import { element } from "../base/dom.ts";
import { hasStoredMark, storeMark } from "../base/browser_storage.ts";
import { rewordForRows } from "../base/table_rows.ts";
import { mark, translate } from "../base/translate.ts";
import { makeCodeCounter } from "./crowd.ts";
import type { Box } from "./crowd.ts";
import type { InvitingPlane } from "./planes.ts";

const DRAG_STORAGE_MARK = "dragged";
const DRAG_PERFORMANCE_MARK = "lp-dragged"; // performance mark: the first picture after z was moved
const MANUAL_SOURCES = ["drag", "keys", "slide"];
const GAP = 22; // pixels between z and the words beside it
const WORDS_OFFSET = 38; // pixels from z to the middle of the words under or over it
const HALF_HEIGHT = 17; // pixels from the middle of the words to their upper and lower edge
const ROOM = 24; // pixels from the middle of the words to the plane's upper and lower edge, at least
const DISTANCES = [56, 84, 112, 140, 168]; // pixels from z to places farther away, where the nearest ones hide codes
const DIRECTIONS = 12; // of these places around z

export class Invitation {
  plane: InvitingPlane;
  host = element("p", { class: "lp-invite", role: "status", hidden: true });
  leader = element("i", { class: "lp-invite-leader", "aria-hidden": "true", hidden: true });

  constructor(plane: InvitingPlane) {
    this.plane = plane;
    plane.parts.plane.append(this.leader, this.host);
    plane.addOverlay(() => this.placeInvitation());
    plane.events.on("z", ({ source }) => {
      if (MANUAL_SOURCES.includes(source)) this.onZMoved();
      else this.placeInvitation();
    });
  }

  /** Shows the invitation, unless z was moved in this browser before. */
  showInvitation() {
    if (hasStoredMark("localStorage", DRAG_STORAGE_MARK) || !this.plane.slice.decodable) return;
    this.host.hidden = this.leader.hidden = false;
    const keys = element("span", { class: "lp-hidden" }, " " + translate("On the keyboard, the arrow keys move it."));
    const words = rewordForRows(translate("Drag me: the image follows"), Boolean(this.plane.header.features));
    // after `hidden` has changed, so that screen readers announce it
    this.host.replaceChildren(element("span", {}, words, keys));
    this.placeInvitation();
  }

  hideInvitation() {
    this.host.hidden = this.leader.hidden = true;
    this.host.replaceChildren();
  }

  /** z was moved by hand. */
  onZMoved() {
    if (this.host.hidden) return;
    this.hideInvitation();
    storeMark("localStorage", DRAG_STORAGE_MARK);
    requestAnimationFrame(() => performance.mark(DRAG_PERFORMANCE_MARK)); // after the plane's own frame, which paints the image
  }

  /**
   * Moves the text near z, to where it hides the fewest codes and none of the plane's buttons, and draws a line from
   * it to z; hides it if z has no place on the plane.
   */
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
    const textWidth = this.host.offsetWidth;
    const [left, top] = placeBeside(x, y, textWidth, view, obstacles, makeCodeCounter(this.plane));
    this.host.style.visibility = this.leader.style.visibility = Number.isFinite(left + top) ? "" : "hidden";
    this.host.style.left = `${left}px`;
    this.host.style.top = `${top}px`;
    this.drawLeader([x, y], [clamp(x, left, left + textWidth), clamp(y, top - HALF_HEIGHT, top + HALF_HEIGHT)]);
  }

  /** A line from z to the text. */
  drawLeader([x, y]: number[], [edgeX, edgeY]: number[]) {
    this.leader.style.left = `${x}px`;
    this.leader.style.top = `${y}px`;
    this.leader.style.width = `${Math.hypot(edgeX - x, edgeY - y)}px`;
    this.leader.style.rotate = `${Math.atan2(edgeY - y, edgeX - x)}rad`;
  }
}

const clamp = (value: number, minimum: number, maximum: number): number =>
  Math.min(Math.max(minimum, maximum), Math.max(minimum, value));

/**
 * The left edge and the vertical middle of a text that belongs to a place: of the positions to the right, left, below,
 * above and farther around that lie on the plane and are free, the first that hides the fewest codes; if none is free,
 * the first one.
 */
export function placeBeside(
  x: number,
  y: number,
  textWidth: number,
  { width, height }: { width: number; height: number },
  obstacles: Box[] = [],
  countCodes: (box: Box) => number = () => 0,
): [number, number] {
  const isFree = ([left, top]: [number, number]) =>
    obstacles.every(
      (box) =>
        left >= box.right ||
        left + textWidth <= box.left ||
        top - HALF_HEIGHT >= box.bottom ||
        top + HALF_HEIGHT <= box.top,
    );
  const middle = clamp(y, ROOM, height - ROOM);
  const otherMiddles = [
    y < height / 2 ? WORDS_OFFSET : -WORDS_OFFSET,
    y < height / 2 ? -WORDS_OFFSET : WORDS_OFFSET,
  ].map((offset) => clamp(y + offset, ROOM, height - ROOM));
  const left = clamp(x - textWidth / 2, 0, width - textWidth);
  const positions: [number, number][] = [];
  if (x >= 0 && x + GAP + textWidth <= width) positions.push([x + GAP, middle]);
  if (x <= width && x - GAP - textWidth >= 0) positions.push([x - GAP - textWidth, middle]);
  for (const top of otherMiddles) {
    positions.push([left, top]);
    const edge = Math.min(width, ...obstacles.filter((box) => box.right > width / 2).map((box) => box.left));
    positions.push([clamp(edge - textWidth, 0, left), top]); // left of the boxes at the right edge
  }
  positions.push(...placesAround(x, y, textWidth, width, height));
  const codesHidden = ([left, top]: [number, number]) =>
    countCodes({ left, top: top - HALF_HEIGHT, right: left + textWidth, bottom: top + HALF_HEIGHT });
  let best: [number, number] | null = null;
  let minCount = Infinity;
  for (const position of positions.filter(isFree)) {
    const count = codesHidden(position);
    if (count < minCount) [best, minCount] = [position, count];
  }
  return best ?? positions[0];
}

/**
 * Positions of a text around a place, the nearest first, that lie wholly on the plane.
 * @param width of the plane
 * @param height of the plane
 */
function placesAround(x: number, y: number, textWidth: number, width: number, height: number): [number, number][] {
  const positions: [number, number][] = [];
  for (const distance of DISTANCES) {
    for (let k = 0; k < DIRECTIONS; k++) {
      const angle = (2 * Math.PI * k) / DIRECTIONS;
      const left = x + distance * Math.cos(angle) - (textWidth / 2) * (1 - Math.cos(angle));
      const top = y + distance * Math.sin(angle);
      const isOnPlane = left >= 0 && left + textWidth <= width && top >= ROOM && top <= height - ROOM;
      if (isOnPlane) positions.push([left, top]);
    }
  }
  return positions;
}
