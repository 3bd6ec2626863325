/**
 * Animates codes from their places in one plane to those of the same images in the linked plane, and back. At an earlier training
 * step they do not move.
 */

import { made } from "../base/anew.js";
import { Clock } from "../base/clock.js";
import { button, element } from "../base/dom.js";
import { looksBack, partnerOf } from "./link.js";
import { Picker } from "../codes/picking.js";
import { blend, placeAll } from "../view/slice.js";

const TIME = 1.2; // duration in seconds

/** An easing function, slow at both ends. @param {number} t 0..1 */
export const ease = (t) => t * t * (3 - 2 * t);

export class Travel {
  /** @param {import("../plane/plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.button = button("Move codes to the other plane", () => this.toggle(), { "aria-pressed": "false", "aria-keyshortcuts": "v", title: "Key V" });
    this.row = element("div", { class: "lp-travel lp-switches", hidden: true }, this.button);
    plane.parts.switches.after(this.row);
    /** The codes at their own places; their places in the linked plane. */
    this.home = plane.codes;
    this.away = plane.codes.xy;
    this.placeAll = made(placeAll);
    /** The share of the way that is done, 0..1, and its end: 0 home, 1 away. */
    this.done = this.goal = 0;
    this.clock = new Clock((seconds) => this.move(this.done + (this.goal ? seconds : -seconds) / TIME));
    plane.events.on("linked", () => this.meet());
    plane.events.on("moment", () => {
      for (const one of [plane, partnerOf(plane)]) one?.events.emit("past");
    });
    plane.events.on("past", () => this.allow());
    plane.events.on("key", ({ id }) => id === "travel" && !this.row.hidden && this.toggle());
    // drops the outline: in a link, it would select other codes, those inside it at home
    plane.events.on("choose", () => this.done && (plane.outline = { polygon: [], step: null }));
    plane.events.on("close", () => this.clock.stop());
  }

  /** One of the planes has a new message: updates whether codes can travel, and both places. */
  meet() {
    const { plane } = this;
    const other = partnerOf(plane, "images") && partnerOf(plane, "z");
    this.row.hidden = !other;
    const { home, away } = this;
    this.home = plane.own;
    if (!other) return this.goHome();
    const { header, slice } = plane;
    // codes of one dimension have random heights, which the other plane's message contains
    this.away = /** @type {Float32Array} */ (other.fields.xy ? other.fields.xy.values : this.placeAll(/** @type {Float32Array} */ (other.fields.z.values), header.dim, slice));
    if (this.goal) this.head(1); // updates the other plane's name
    if (this.done && (home !== this.home || away !== this.away)) this.show();
  }

  /** Returns the codes home without an animation. */
  goHome() {
    this.clock.stop();
    if (!this.goal && !this.done) return;
    this.done = 0;
    this.head(0);
    if (!this.plane.past) this.show(); // otherwise the earlier step's codes are shown
  }

  /** One of the planes shows another training step: codes can travel only at the present of both. */
  allow() {
    const then = looksBack(this.plane);
    if (then) this.goHome();
    this.button.setAttribute("aria-disabled", String(then));
    this.button.setAttribute("title", then ? "Only at the end of the time axis; an earlier moment is shown now" : "Key V");
  }

  toggle() {
    if (looksBack(this.plane)) return;
    this.head(1 - this.goal);
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.move(this.goal);
    else this.clock.start();
  }

  /** @param {number} done the share of the way */
  move(done) {
    this.done = Math.min(1, Math.max(0, done));
    if (this.done === this.goal) this.clock.stop();
    this.show();
  }

  /** @param {number} goal */
  head(goal) {
    this.goal = goal;
    this.button.setAttribute("aria-pressed", String(Boolean(goal)));
    this.plane.events.emit("travel", { to: goal ? partnerOf(this.plane)?.header.link?.title : "" });
  }

  show() {
    const { plane, home, away, done } = this;
    plane.codes = done ? { ...home, xy: blend(home.xy, away, ease(done)) } : home;
    if (done === this.goal) plane.picker = new Picker(plane.codes.xy);
    plane.hover(-1);
    plane.redraw();
  }
}
