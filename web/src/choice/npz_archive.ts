/**
 * The selected codes as a NumPy archive (.npz).
 */

import { context2d } from "../base/canvas_shapes.ts";
import { splitEqually } from "../base/pictures.ts";
import { createYielder } from "../base/task_scheduler.ts";
import { element } from "../base/dom.ts";
import { drawPicture } from "../codes/sprites.ts";
import { int64Values, encodeNpz } from "../files/npz.ts";
import { translate } from "../base/translate.ts";
import type { ArchivedPlane as Plane } from "./planes.ts";
import type { Values } from "../files/npz.ts";
import type { Sprites } from "../codes/sprites.ts";
import type { AtlasPlace } from "../codes/image_atlas.ts";

const MAX_IMAGE_BYTES = 2 ** 27; // bytes of images; if there are more, the images are left out
const VALUES_PER_REQUEST = 2 ** 20; // values of images in a request

/**
 * The arrays: z float32 n×d, labels (−1: none) and index int64 n, split; and, if the originals are available, images
 * uint8 n×H×W×C or, for a table, rows float32 n×F and the features' names.
 *
 * index: the images' indices within `split`, where "all" means the training images followed by the test images.
 * @param signal aborts it
 * @returns rejected with one sentence
 */
export async function buildArchive(
  plane: Plane,
  selectedCodes: { k: number; z: Float32Array }[],
  signal: AbortSignal,
): Promise<Blob> {
  const { dim, split } = plane.header;
  const numbers = selectedCodes.map(({ k }) => k);
  const z = new Float32Array(selectedCodes.length * dim);
  selectedCodes.forEach((code, row) => z.set(code.z, row * dim));
  return encodeNpz(
    {
      z: { values: z, shape: [selectedCodes.length, dim] },
      labels: int64Values(numbers.map((k) => plane.fields.labels?.values[k] ?? -1)),
      index: int64Values(numbers.map((k) => plane.fields.index?.values[k] ?? k)),
      split: { values: [split], shape: [] },
      ...(await originalArrays(plane, numbers, signal)),
    },
    signal,
  );
}

/** A sentence why the originals are left out of a file of so many codes, or "". */
export function omittedOriginalsReason({ sprites, header, fields }: Plane, count: number) {
  const { sheetInfo, server, isFullSize } = sprites;
  const isAvailable = server.canRequest("image")
    ? server.canRequest("images")
    : isFullSize && sheetInfo?.kind === "originals" && !header.features;
  if (!isAvailable) return translate("Saved without the originals, which are not here in full.");
  return count * fields.image.values.length > MAX_IMAGE_BYTES
    ? translate("Saved without the originals, which have more than {size} MiB.", { size: MAX_IMAGE_BYTES >> 20 })
    : "";
}

/** The arrays of the originals by name; empty if they are left out. */
async function originalArrays(plane: Plane, numbers: number[], signal: AbortSignal): Promise<Record<string, Values>> {
  if (omittedOriginalsReason(plane, numbers.length)) return {};
  const { sprites, header, fields } = plane;
  const [height, width, channels] = fields.image.shape;
  const size = height * width * channels;
  const table = header.features;
  const areWholeImages = sprites.isFullSize && !table;
  const yieldToBrowser = createYielder(signal);
  const values = new (table ? Float32Array : Uint8Array)(numbers.length * size);
  const perRequest = Math.min(256, Math.max(1, Math.floor(VALUES_PER_REQUEST / size)));
  for (let first = 0; first < numbers.length; first += perRequest) {
    const batch = numbers.slice(first, first + perRequest);
    if (areWholeImages) {
      splitEqually(readSheetPixels(sprites, batch, width, height), batch.length).forEach((pixels, row) => {
        for (let k = 0; k < size; k++) {
          values[(first + row) * size + k] = pixels[4 * Math.floor(k / channels) + (k % channels)];
        }
      });
    } else values.set((await sprites.server.fetchImages(batch, table ? "rows" : "images")).values, first * size);
    await yieldToBrowser();
  }
  if (table)
    return { rows: { values, shape: [numbers.length, width] }, features: { values: table.names, shape: [width] } };
  return { images: { values, shape: [numbers.length, height, width, channels] } };
}

/** The RGBA pixels of originals on a full-size sheet, one image after another. */
function readSheetPixels(sprites: Sprites, numbers: number[], width: number, height: number): Uint8Array {
  const pen = context2d(element("canvas", { width, height: height * numbers.length }), { willReadFrequently: true });
  numbers.forEach((k, row) => drawPicture(pen, sprites.findPlace(k) as AtlasPlace, 0, row * height, width, height));
  return new Uint8Array(pen.getImageData(0, 0, width, height * numbers.length).data.buffer);
}
