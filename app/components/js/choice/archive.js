/**
 * The selected codes as a NumPy archive (.npz).
 */

import { partsOf } from "../base/picture.js";
import { pauses } from "../base/tasks.js";
import { element } from "../base/dom.js";
import { drawPicture } from "../codes/sprites.js";
import { integers, npz } from "../files/npz.js";

const MOST = 2 ** 27; // bytes of images; if there are more, the images are left out
const AT_ONCE = 2 ** 20; // values of images in a request

/** @typedef {import("../plane/display.js").Display} Plane */

/**
 * The arrays: z float32 n×d, labels (−1: none) and index int64 n, split; and, if the originals are available, images uint8
 * n×H×W×C or, for a table, rows float32 n×F and the features' names.
 *
 * index: the images' indices within `split`, where "all" means the training images followed by the test images.
 * @param {Plane} plane
 * @param {{k: number, z: Float32Array}[]} chosen
 * @param {AbortSignal} given aborts it
 * @returns {Promise<Blob>} rejected with one sentence
 */
export async function archiveOf(plane, chosen, given) {
  const { dim, split } = plane.header;
  const numbers = chosen.map(({ k }) => k);
  const z = new Float32Array(chosen.length * dim);
  chosen.forEach((each, row) => z.set(each.z, row * dim));
  return npz({
    z: { values: z, shape: [chosen.length, dim] },
    labels: integers(numbers.map((k) => plane.labelOf(k))),
    index: integers(numbers.map((k) => plane.fields.index?.values[k] ?? k)),
    split: { values: [split], shape: [] },
    ...(await items(plane, numbers, given)),
  }, given); // prettier-ignore
}

/** A sentence why the originals are left out of a file of so many codes, or "". @param {Plane} plane @param {number} count */
export function leftOut({ sprites, header, fields }, count) {
  const { about, server, whole } = sprites;
  const here = server.can("image") ? server.can("images") : whole && about?.kind === "originals" && !header.features;
  if (!here) return "Saved without the originals, which are not here in full.";
  return count * fields.image.values.length > MOST ? `Saved without the originals, which have more than ${MOST >> 20} MiB.` : "";
}

/** The arrays of the originals by name; empty if they are left out. @param {Plane} plane @param {number[]} numbers @param {AbortSignal} given @returns {Promise<Object<string, import("../files/npz.js").Values>>} */
async function items(plane, numbers, given) {
  if (leftOut(plane, numbers.length)) return {};
  const { sprites, header, fields } = plane;
  const [height, width, channels] = fields.image.shape;
  const size = height * width * channels;
  const table = header.features;
  const whole = sprites.whole && !table;
  const pause = pauses(given);
  const values = new (table ? Float32Array : Uint8Array)(numbers.length * size);
  const most = Math.min(256, Math.max(1, Math.floor(AT_ONCE / size)));
  for (let first = 0; first < numbers.length; first += most) {
    const some = numbers.slice(first, first + most);
    if (whole) partsOf(pixels(sprites, some, width, height), some.length).forEach((each, row) => {
      for (let k = 0; k < size; k++) values[(first + row) * size + k] = each[4 * Math.floor(k / channels) + (k % channels)];
    }); // prettier-ignore
    else values.set((await sprites.server.images(some, table ? "rows" : "images")).values, first * size);
    await pause();
  }
  if (table) return { rows: { values, shape: [numbers.length, width] }, features: { values: table.names, shape: [width] } };
  return { images: { values, shape: [numbers.length, height, width, channels] } };
}

/** The RGBA pixels of originals on a full-size sheet, one image after another. @param {import("../codes/sprites.js").Sprites} sprites @param {number[]} numbers @param {number} width @param {number} height */
function pixels(sprites, numbers, width, height) {
  const pen = element("canvas", { width, height: height * numbers.length }).getContext("2d", { willReadFrequently: true });
  numbers.forEach((k, row) => drawPicture(pen, /** @type {import("../codes/slots.js").Place} */ (sprites.place(k)), 0, row * height, width, height));
  return pen.getImageData(0, 0, width, height * numbers.length).data;
}
