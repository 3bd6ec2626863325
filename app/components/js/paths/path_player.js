/**
 * The animation of a path: its frames back and forth at a given speed; it can be paused and moved by hand.
 */

import { Chart } from "../base/chart.js";
import { button, element, write } from "../base/dom.js";
import { bounced } from "./path_route.js";

export const BETWEEN = 4; // frames from one image of the strip to the next

export class Player {
  /** @param {(frame: number) => void} show paints a frame @param {(pace: number) => void} paced called with a new pace */
  constructor(show, paced) {
    this.show = show;
    this.chart = new Chart("Image at the moving dot on the path");
    this.image = this.chart.canvas;
    this.button = button("Play", () => this.toggle());
    this.place = element("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": "Place on the path", oninput: () => this.rest(Number(this.place.value)) });
    const pace = () => {
      paced(Number(this.pace.value));
      this.run();
    };
    this.pace = element("input", { type: "range", min: 1, max: 12, step: 1, "aria-label": "Images per second", oninput: pace });
    this.said = element("output", {});
    this.host = element("div", { class: "lp-player", role: "group", "aria-label": "Animation" },
      this.chart.frame, this.place,
      element("div", { class: "lp-switches" }, this.button, element("label", {}, this.pace, this.said)),
    ); // prettier-ignore
    /** Whether the user wants it to run; by default not with the preference for reduced motion. */
    this.wanted = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.frames = 0;
    this.stride = 1;
    this.step = 0;
    this.timer = 0;
    this.held = false;
  }

  /**
   * Takes another path. The relative position is kept.
   * @param {number} frames
   * @param {number} stride frames from one available image to the next
   */
  take(frames, stride) {
    if (frames !== this.frames) this.step = Math.round((this.step * Math.max(1, frames - 1)) / Math.max(1, this.frames - 1));
    this.frames = frames;
    this.stride = stride;
    this.step -= this.step % stride;
    this.place.max = String(Math.max(1, frames - 1));
    this.place.step = String(stride);
    this.paint();
    this.run();
  }

  toggle() {
    this.wanted = !this.wanted;
    this.run();
  }

  /** Suspends the animation. @param {boolean} held */
  hold(held) {
    this.held = held;
    this.run();
  }

  /** Goes to a frame and pauses there. @param {number} frame */
  rest(frame) {
    this.step = frame;
    this.wanted = false;
    this.paint();
    this.run();
  }

  /** Continues or stops, as the present state demands. */
  run() {
    window.clearTimeout(this.timer);
    write(this.button, this.wanted ? "Pause" : "Play");
    write(this.said, `${this.pace.value} per second`);
    if (!this.wanted || this.held || this.frames < 2) return;
    const wait = (1000 * this.stride) / (BETWEEN * Number(this.pace.value));
    this.timer = window.setTimeout(() => requestAnimationFrame(() => this.tick()), wait); // a hidden tab gets no frames
  }

  tick() {
    if (!this.wanted || this.held || this.frames < 2) return;
    this.step += this.stride;
    this.paint();
    this.run();
  }

  paint() {
    if (this.frames < 2) return;
    const frame = bounced(this.step, this.frames);
    this.place.value = String(frame);
    this.place.setAttribute("aria-valuetext", `image ${(1 + frame / BETWEEN).toFixed(this.stride < BETWEEN ? 2 : 0)} of ${1 + (this.frames - 1) / BETWEEN}`);
    this.show(frame);
  }
}
