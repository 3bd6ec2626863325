/**
 * A path as files: an animation, a strip of images, a table of codes.
 */

import { contentOf } from "../networks/decoded.js";
import { button, element } from "../base/dom.js";
import { csvOf, save, saveMade, savePicture } from "../base/files.js";
import { bounced } from "./path_route.js";

/** @typedef {{frames: Float32Array[], shown: Float32Array[], pause: number, sheet: () => HTMLCanvasElement}} Made
 *    frames: codes of the animation, `pause` milliseconds each; shown: those of the strip; sheet: its picture */

/**
 * The buttons that save them.
 * @param {import("../plane/plane.js").Plane} plane
 * @param {() => Made} made
 * @returns {HTMLElement}
 */
export function pathFiles(plane, made) {
  const said = element("span", { role: "status" });
  const say = (/** @type {string} */ sentence) => (said.textContent = sentence);
  /** The server draws the animation, forth and back. */
  const animation = () => {
    const { frames, pause } = made();
    const all = Array.from({ length: 2 * frames.length - 2 }, (_, k) => frames[bounced(k, frames.length)]);
    const { answers, header } = plane;
    return saveMade(gif, say, "drawing the animation", "path.gif", () => answers.server.gif(all, contentOf(header, all.length), pause));
  };
  /** The strip's codes, numbered along the path; their name is the content, where the decoder takes one. */
  const table = () => {
    const { header } = plane;
    const name = header.contents?.[header.y ?? -1] ?? "";
    return csvOf(made().shown.map((z, number) => ({ number, name, z })), header.dim);
  };
  const gif = button("Save animation (GIF)", animation);
  return element("div", { class: "lp-switches", role: "group", "aria-label": "Files of the path" },
    gif,
    button("Save strip (PNG)", () => savePicture(made().sheet(), "path.png")),
    button("Save codes (CSV)", () => save(table(), "path.csv")),
    said); // prettier-ignore
}
