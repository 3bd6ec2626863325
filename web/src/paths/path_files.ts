/**
 * A path as files: an animation, a strip of images, a table of codes.
 */

import { decodeCodes } from "../networks/decode_codes.ts";
import { button, element } from "../base/dom.ts";
import { toImageData } from "../base/pictures.ts";
import { createYielder } from "../base/task_scheduler.ts";
import { makeAnimatedGif } from "../files/animated_gif.ts";
import { codesToCsv, canvasToPng, downloadFile, makeAndDownload } from "../files/downloads.ts";
import { FRAMES_PER_IMAGE } from "./path_player.ts";
import { pingPongIndex } from "./path_route.ts";
import { translate } from "../base/translate.ts";
import type { PathTool } from "./path_tool.ts";

const BATCH_SIZE = 16; // images decoded in one go

/**
 * The buttons that save them.
 * @param tool whose path it is
 */
export function makePathFileButtons(tool: PathTool): HTMLElement {
  const { plane } = tool;
  const status = element("span", { role: "status" });
  const showStatus = (sentence: string) => (status.textContent = sentence);
  /** Saves the animation, forth and back. */
  const saveAnimation = () => {
    const { codes, route } = tool;
    const {
      header,
      decoder: { networks, server },
    } = plane;
    const batchSize = networks?.batchSizeFor(BATCH_SIZE) ?? BATCH_SIZE;
    return makeAndDownload(gifButton, showStatus, translate("Drawing the animation"), "path.gif", async (signal) => {
      const pause = createYielder(signal);
      const images: ImageData[] = [];
      for (let first = 0; first < codes.length; first += batchSize) {
        const batch = await decodeCodes(
          { header, decoder: { networks, server } },
          codes.slice(first, first + batchSize),
          signal,
        );
        images.push(...batch.images.map((values) => toImageData(values, batch.shape)));
        await pause();
      }
      const frames = Array.from({ length: 2 * codes.length - 2 }, (_, k) => images[pingPongIndex(k, codes.length)]);
      return makeAnimatedGif(frames, 1000 / (FRAMES_PER_IMAGE * route.pace), signal);
    });
  };
  /**
   * The strip's codes as CSV, numbered along the path, with the decoded rows of a table, unless those here are still of
   * an earlier path; `name` is the content, if there is one.
   */
  const codesTable = () => {
    const {
      animation,
      plane: { header },
    } = tool;
    const name = header.contents_in_files?.[header.y ?? -1] ?? "";
    const features = animation.codes === tool.codes ? header.features : null;
    return codesToCsv(
      tool.stripCodes().map((z, number) => ({ number, name, z, decoded: animation.images[number] })),
      header.dim,
      features,
    );
  };
  const gifButton = button(translate("Save animation (GIF)"), saveAnimation);
  const makeStrip = () => canvasToPng(tool.strip.toCanvas());
  const saveStrip = () =>
    makeAndDownload(stripButton, showStatus, translate("Drawing the strip"), "path.png", makeStrip);
  const stripButton = button(translate("Save strip (PNG)"), saveStrip);
  return element(
    "div",
    { class: "lp-switches", role: "group", "aria-label": translate("Files of the path") },
    gifButton,
    stripButton,
    button(translate("Save codes (CSV)"), () => downloadFile(codesTable(), "path.csv")),
    status,
  );
}
