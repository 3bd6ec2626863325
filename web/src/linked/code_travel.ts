/**
 * Animates codes from their places in one plane to those of the same images in the linked plane, and back. At an
 * earlier training step they do not move.
 */

import { memoizeLast } from "../base/memoize.ts";
import { AnimationClock } from "../base/animation_clock.ts";
import { button, element } from "../base/dom.ts";
import { isShowingPast, partnerOf } from "./linked_planes.ts";
import { interpolate, projectAll } from "../view/slice.ts";
import { translate } from "../base/translate.ts";
import type { TravelPlane } from "./planes.ts";

const DURATION = 1.2; // duration in seconds

/**
 * An easing function, slow at both ends.
 * @param t 0..1
 */
export const smoothstep = (t: number): number => t * t * (3 - 2 * t);

export class CodeTravel {
  plane: TravelPlane;
  button = button(translate("Move codes to the other plane"), () => this.toggle(), {
    "aria-pressed": "false",
    "aria-keyshortcuts": "v",
    title: translate("Key V"),
  });
  row = element("div", { class: "lp-travel lp-switches", hidden: true }, this.button);
  /** The codes at their own places; their places in the linked plane. */
  homeCodes;
  partnerPlaces: Float32Array<ArrayBufferLike>;
  placeAll;
  /** The share of the way that is done, 0..1, and its end: 0 home, 1 away. */
  progress: number;
  goal: number;
  clock: AnimationClock;

  constructor(plane: TravelPlane) {
    this.plane = plane;
    plane.parts.switches.after(this.row);
    this.homeCodes = plane.codes;
    this.partnerPlaces = plane.codes.xy;
    this.placeAll = memoizeLast(projectAll);
    this.progress = this.goal = 0;
    this.clock = new AnimationClock((seconds) =>
      this.setProgress(this.progress + (this.goal ? seconds : -seconds) / DURATION),
    );
    plane.events.on("linked", () => this.updateEnds());
    plane.events.on("moment", () => {
      for (const linkedPlane of [plane, partnerOf(plane)]) linkedPlane?.events.emit("past");
    });
    plane.events.on("past", () => this.updateAvailability());
    plane.events.on("key", ({ id }) => {
      if (id === "travel" && !this.row.hidden) this.toggle();
    });
    // drops the outline: in a link, it would select other codes, those inside it at home
    plane.events.on("choose", () => {
      if (this.progress) plane.dropOutline();
    });
    plane.events.on("close", () => this.clock.stop());
  }

  /** One of the planes has a new message: updates whether codes can travel, and both places. */
  updateEnds() {
    const { plane } = this;
    const partner = partnerOf(plane, "images") && partnerOf(plane, "z");
    this.row.hidden = !partner;
    const { homeCodes, partnerPlaces } = this;
    this.homeCodes = plane.presentCodes;
    if (!partner) return this.returnHomeWithoutAnimation();
    const { header, slice } = plane;
    // codes of one dimension have random heights, which the other plane's message contains
    this.partnerPlaces = (
      partner.fields.xy
        ? partner.fields.xy.values
        : this.placeAll(partner.fields.z.values as Float32Array, header.dim, slice)
    ) as Float32Array;
    if (this.goal) this.setGoal(1); // updates the other plane's name
    if (this.progress && (homeCodes !== this.homeCodes || partnerPlaces !== this.partnerPlaces)) this.showCodes();
  }

  /** Returns the codes home without an animation. */
  returnHomeWithoutAnimation() {
    this.clock.stop();
    if (!this.goal && !this.progress) return;
    this.progress = 0;
    this.setGoal(0);
    if (!this.plane.pastFrame) this.showCodes(); // otherwise the earlier step's codes are shown
  }

  /** One of the planes shows another training step: codes can travel only at the present of both. */
  updateAvailability() {
    const isPast = isShowingPast(this.plane);
    if (isPast) this.returnHomeWithoutAnimation();
    this.button.setAttribute("aria-disabled", String(isPast));
    this.button.setAttribute(
      "title",
      isPast ? translate("Only at the end of the time axis; an earlier moment is shown now") : translate("Key V"),
    );
  }

  toggle() {
    if (isShowingPast(this.plane)) return;
    this.setGoal(1 - this.goal);
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.setProgress(this.goal);
    else this.clock.start();
  }

  /** @param share the share of the way */
  setProgress(share: number) {
    this.progress = Math.min(1, Math.max(0, share));
    if (this.progress === this.goal) this.clock.stop();
    this.showCodes();
  }

  setGoal(goal: number) {
    this.goal = goal;
    this.button.setAttribute("aria-pressed", String(Boolean(goal)));
    const goalPlane = goal ? partnerOf(this.plane) : null;
    this.plane.events.emit("travel", { title: goalPlane?.header.link?.title ?? "" });
  }

  showCodes() {
    const { plane, homeCodes, partnerPlaces, progress: share } = this;
    plane.showCodes(
      share ? { ...homeCodes, xy: interpolate(homeCodes.xy, partnerPlaces, smoothstep(share)) } : homeCodes,
    );
    if (share === this.goal) plane.preparePicking();
    plane.setHovered(-1);
    plane.redrawCodes();
  }
}
