/**
 * The animation of a path: its frames back and forth at a given speed; it can be paused and moved by hand.
 */

import { FeatureChart } from "../base/feature_chart.ts";
import { button, element, setText } from "../base/dom.ts";
import { pingPongIndex } from "./path_route.ts";
import { translate } from "../base/translate.ts";

export const FRAMES_PER_IMAGE = 4; // frames from one image of the strip to the next

export class PathPlayer {
  showFrame: (frame: number) => void;
  chart = new FeatureChart(translate("Image at the moving dot on the path"));
  image = this.chart.canvas;
  button = button(translate("Play"), () => this.togglePlaying());
  frameSlider = element("input", {
    type: "range",
    min: 0,
    max: 1,
    step: 1,
    "aria-label": translate("Place on the path"),
    oninput: () => this.pauseAt(Number(this.frameSlider.value)),
  });
  paceSlider: HTMLInputElement;
  paceOutput = element("output", {});
  host: HTMLDivElement;
  /** Whether the user wants it to run; by default not with the preference for reduced motion. */
  isPlaying = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  frames = 0;
  stride = 1;
  step = 0;
  timer = 0;
  isSuspended = false;

  /**
   * @param showFrame paints a frame
   * @param onPaceChange called with a new pace
   */
  constructor(showFrame: (frame: number) => void, onPaceChange: (pace: number) => void) {
    this.showFrame = showFrame;
    const changePace = () => {
      onPaceChange(Number(this.paceSlider.value));
      this.scheduleFrame();
    };
    this.paceSlider = element("input", {
      type: "range",
      min: 1,
      max: 12,
      step: 1,
      "aria-label": translate("Images per second"),
      oninput: changePace,
    });
    this.host = element(
      "div",
      { class: "lp-player", role: "group", "aria-label": translate("Animation") },
      this.chart.frame,
      this.frameSlider,
      element("div", { class: "lp-switches" }, this.button, element("label", {}, this.paceSlider, this.paceOutput)),
    );
  }

  /**
   * Takes another path. The relative position is kept.
   * @param stride frames from one available image to the next
   */
  setFrames(frames: number, stride: number) {
    if (frames !== this.frames)
      this.step = Math.round((this.step * Math.max(1, frames - 1)) / Math.max(1, this.frames - 1));
    this.frames = frames;
    this.stride = stride;
    this.step -= this.step % stride;
    this.frameSlider.max = String(Math.max(1, frames - 1));
    this.frameSlider.step = String(stride);
    this.paintFrame();
    this.scheduleFrame();
  }

  togglePlaying() {
    this.isPlaying = !this.isPlaying;
    this.scheduleFrame();
  }

  /** Suspends the animation. */
  setSuspended(isSuspended: boolean) {
    this.isSuspended = isSuspended;
    this.scheduleFrame();
  }

  /** Goes to a frame and pauses there. */
  pauseAt(frame: number) {
    this.step = frame;
    this.isPlaying = false;
    this.paintFrame();
    this.scheduleFrame();
  }

  /** Continues or stops, as the present state demands. */
  scheduleFrame() {
    window.clearTimeout(this.timer);
    setText(this.button, this.isPlaying ? translate("Pause") : translate("Play"));
    setText(this.paceOutput, translate("{count} per second", { count: this.paceSlider.value }));
    if (!this.isPlaying || this.isSuspended || this.frames < 2) return;
    const delay = (1000 * this.stride) / (FRAMES_PER_IMAGE * Number(this.paceSlider.value));
    // a hidden tab gets no frames
    this.timer = window.setTimeout(() => requestAnimationFrame(() => this.advance()), delay);
  }

  advance() {
    if (!this.isPlaying || this.isSuspended || this.frames < 2) return;
    this.step += this.stride;
    this.paintFrame();
    this.scheduleFrame();
  }

  paintFrame() {
    if (this.frames < 2) return;
    const frame = pingPongIndex(this.step, this.frames);
    this.frameSlider.value = String(frame);
    const image = (1 + frame / FRAMES_PER_IMAGE).toFixed(this.stride < FRAMES_PER_IMAGE ? 2 : 0);
    const imageCount = 1 + (this.frames - 1) / FRAMES_PER_IMAGE;
    this.frameSlider.setAttribute(
      "aria-valuetext",
      translate("image {image} of {count}", { image, count: imageCount }),
    );
    this.showFrame(frame);
  }
}
