/**
 * A path as files: an animation, a strip of images, a table of codes.
 */

import { contentOf } from "../networks/decoded.js";
import { button, element } from "../base/dom.js";
import { csvOf, save, saveMade, savePicture } from "../base/files.js";
import { BETWEEN } from "./path_player.js";
import { bounced } from "./path_route.js";

/**
 * The buttons that save them.
 * @param {import("./path_tool.js").PathTool} tool whose path it is
 * @returns {HTMLElement}
 */
export function pathFiles(tool) {
  const { plane } = tool;
  const said = element("span", { role: "status" });
  const say = (/** @type {string} */ sentence) => (said.textContent = sentence);
  /** The server draws the animation, forth and back. */
  const animation = () => {
    const { codes, route } = tool;
    const all = Array.from({ length: 2 * codes.length - 2 }, (_, k) => codes[bounced(k, codes.length)]);
    const pause = Math.round(1000 / (BETWEEN * route.pace)); // milliseconds of each
    const { answers, header } = plane;
    return saveMade(gif, say, "drawing the animation", "path.gif", () => answers.server.gif(all, contentOf(header, all.length), pause));
  };
  /** The strip's codes, numbered along the path, and the rows of a table; their name is the content, where the decoder takes one. */
  const table = () => {
    const { header } = plane;
    const name = header.contents?.[header.y ?? -1] ?? "";
    return csvOf(tool.shown().map((z, number) => ({ number, name, z, decoded: tool.film.images[number] })), header.dim, header.features);
  };
  const gif = button("Save animation (GIF)", animation);
  return element("div", { class: "lp-switches", role: "group", "aria-label": "Files of the path" },
    gif,
    button("Save strip (PNG)", () => savePicture(tool.strip.sheet(), "path.png")),
    button("Save codes (CSV)", () => save(table(), "path.csv")),
    said); // prettier-ignore
}
