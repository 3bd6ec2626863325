/**
 * Codes that move from their position in one plane to that of the same image in the linked plane, and back. They are drawn as
 * usual; only their positions change. Codes of an earlier moment do not move.
 */

import { made } from "../base/anew.js";
import { button, element } from "../base/dom.js";
import { looksBack, partnerOf } from "./link.js";
import { Picker } from "../codes/picking.js";
import { blend, placeAll } from "../view/slice.js";

const TIME = 1200; // milliseconds of the whole way

/** Slow at both ends. @param {number} t 0..1 */
export const ease = (t) => t * t * (3 - 2 * t);

export class Travel {
  /** @param {import("../plane/plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.button = button("Move codes to the other plane", () => this.toggle(), { "aria-pressed": "false", "aria-keyshortcuts": "v", title: "Key V" });
    this.row = element("div", { class: "lp-travel lp-switches", hidden: true }, this.button);
    plane.parts.switches.after(this.row);
    /** The codes at their own places; where the linked plane has them. */
    this.home = plane.codes;
    this.away = plane.codes.xy;
    this.placeAll = made(placeAll);
    /** How much of the way is done, 0..1, and where it leads: 0 home, 1 away. */
    this.done = this.goal = 0;
    this.frame = 0;
    plane.events.on("linked", () => this.meet());
    plane.events.on("moment", () => {
      for (const one of [plane, partnerOf(plane)]) one?.events.emit("past");
    });
    plane.events.on("past", () => this.allow());
    plane.events.on("key", ({ id }) => id === "travel" && !this.row.hidden && this.toggle());
    // the server, which knows the codes at home alone, would find others inside a line that was drawn round these
    plane.events.on("choose", () => this.done && plane.selection.choose(plane.selection.mask));
    plane.events.on("close", () => cancelAnimationFrame(this.frame));
  }

  /** Another message, here or there: whether the codes can travel, and from where to where. */
  meet() {
    const { plane } = this;
    const other = partnerOf(plane, "images") && partnerOf(plane, "z");
    this.row.hidden = !other;
    const { home, away } = this;
    this.home = plane.own;
    if (!other) return this.goHome();
    const { header, slice } = plane;
    // of one dimension, codes are spread at random across it; else the array is the same one while the codes are
    this.away = /** @type {Float32Array} */ (other.fields.xy ? other.fields.xy.values : this.placeAll(/** @type {Float32Array} */ (other.fields.z.values), header.dim, slice));
    if (this.goal) this.head(1); // the other may have another name
    if (this.done && (home !== this.home || away !== this.away)) this.show();
  }

  /** At once: there is nowhere else to be. */
  goHome() {
    cancelAnimationFrame(this.frame);
    if (!this.goal && !this.done) return;
    this.done = 0;
    this.head(0);
    if (!this.plane.past) this.show(); // else they were laid out as at that moment
  }

  /** One of the planes shows another moment: codes travel in the present of both alone. */
  allow() {
    const then = looksBack(this.plane);
    if (then) this.goHome();
    this.button.setAttribute("aria-disabled", String(then));
    this.button.setAttribute("title", then ? "Only at the end of the time axis; an earlier moment is shown now" : "Key V");
  }

  toggle() {
    if (looksBack(this.plane)) return;
    this.head(1 - this.goal);
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) this.done = this.goal;
    if (still) return this.show();
    let before = performance.now();
    const step = (/** @type {number} */ now) => {
      const way = (now - before) / TIME;
      before = now;
      this.done = this.goal ? Math.min(1, this.done + way) : Math.max(0, this.done - way);
      this.show();
      this.frame = this.done === this.goal ? 0 : requestAnimationFrame(step);
    };
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(step);
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
    plane.scene.dirty = true;
    plane.refresh();
  }
}
