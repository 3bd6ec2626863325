/**
 * A path as files: an animation, a strip of images, a table of codes.
 */

import { contentOf } from "../networks/decoded.js";
import { button, element } from "../base/dom.js";
import { csvOf, save, saveMade, savePicture } from "../base/files.js";
import { bounced } from "./path_route.js";

/** @typedef {import("../plane/plane.js").Plane} Plane */
/** @typedef {{frames: Float32Array[], shown: Float32Array[], pause: number, sheet: () => HTMLCanvasElement}} Made
 *    frames: codes of the animation, `pause` milliseconds each; shown: those of the strip; sheet: its picture */

export class PathFiles {
  /**
   * @param {Plane} plane
   * @param {() => Made} made
   */
  constructor(plane, made) {
    this.plane = plane;
    this.made = made;
    this.gif = button("Save animation (GIF)", () => this.animation());
    this.said = element("span", { role: "status" });
    this.host = element("div", { class: "lp-switches", role: "group", "aria-label": "Files of the path" },
      this.gif,
      button("Save strip (PNG)", () => savePicture(made().sheet(), "path.png")),
      button("Save codes (CSV)", () => save(this.table(), "path.csv")),
      this.said); // prettier-ignore
  }

  /** The strip's codes, numbered along the path; their name is the content, where the decoder takes one. */
  table() {
    const { header } = this.plane;
    const name = header.contents?.[header.y ?? -1] ?? "";
    return csvOf(this.made().shown.map((z, number) => ({ number, name, z })), header.dim);
  }

  /** The server draws the animation, forth and back. */
  async animation() {
    const { answers, header } = this.plane;
    const { frames, pause } = this.made();
    const all = Array.from({ length: 2 * frames.length - 2 }, (_, k) => frames[bounced(k, frames.length)]);
    const say = (sentence) => (this.said.textContent = sentence);
    await saveMade(this.gif, say, "drawing the animation", "path.gif", () => answers.server.gif(all, contentOf(header, all.length), pause));
  }
}
