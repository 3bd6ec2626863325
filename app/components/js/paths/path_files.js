/**
 * A path as files: an animation, a strip of images, a table of codes.
 */

import { decoded } from "../networks/decoded.js";
import { button, element } from "../base/dom.js";
import { imageOf } from "../base/picture.js";
import { pauses } from "../base/tasks.js";
import { animation } from "../files/animation.js";
import { csvOf, pngOf, save, saveMade } from "../files/save.js";
import { BETWEEN } from "./path_player.js";
import { bounced } from "./path_route.js";

const AT_ONCE = 16; // images decoded in one go

/** The buttons that save them. @param {import("./path_tool.js").PathTool} tool whose path it is @returns {HTMLElement} */
export function pathFiles(tool) {
  const { plane } = tool;
  const said = element("span", { role: "status" });
  const say = (/** @type {string} */ sentence) => (said.textContent = sentence);
  /** Saves the animation, forth and back. */
  const animated = () => {
    const { codes, route } = tool;
    const { header, answers: { networks, server } } = plane; // prettier-ignore
    const most = networks?.atOnce(AT_ONCE) ?? AT_ONCE;
    return saveMade(gif, say, "Drawing the animation", "path.gif", async (given) => {
      const pause = pauses(given);
      /** @type {ImageData[]} */
      const images = [];
      for (let first = 0; first < codes.length; first += most) {
        const some = await decoded({ header, answers: { networks, server } }, codes.slice(first, first + most), given);
        images.push(...some.images.map((values) => imageOf(values, some.shape)));
        await pause();
      }
      const shown = Array.from({ length: 2 * codes.length - 2 }, (_, k) => images[bounced(k, codes.length)]);
      return animation(shown, 1000 / (BETWEEN * route.pace), given);
    });
  };
  /**
   * The strip's codes as CSV, numbered along the path, with the decoded rows of a table, unless those here are still of an earlier
   * path; `name` is the content, if there is one.
   */
  const table = () => {
    const { film, plane: { header } } = tool; // prettier-ignore
    const name = header.contents?.[header.y ?? -1] ?? "";
    const features = film.codes === tool.codes ? header.features : null;
    return csvOf(tool.shown().map((z, number) => ({ number, name, z, decoded: film.images[number] })), header.dim, features);
  };
  const gif = button("Save animation (GIF)", animated);
  return element("div", { class: "lp-switches", role: "group", "aria-label": "Files of the path" },
    gif,
    button("Save strip (PNG)", ({ currentTarget }) => saveMade(currentTarget, say, "Drawing the strip", "path.png", () => pngOf(tool.strip.sheet()))),
    button("Save codes (CSV)", () => save(table(), "path.csv")),
    said); // prettier-ignore
}
