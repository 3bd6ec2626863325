/**
 * Makes files as the page does, for tests that compare them with Python's: `node files.mjs KIND MESSAGE OUT [MESSAGE
 * OUT …]`.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { unpackMessage } from "../src/base/wire.ts";

globalThis.ImageData = /** @type {any} */ (
  class {
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  }
);
const [fileKind, ...paths] = process.argv.slice(2);
let header = /** @type {any} */ (null),
  fields = /** @type {any} */ (null); // of the current MESSAGE
const JS = "../src";

/** A GIF of the message's images (n×H×W×C), in the order of `order`. */
async function gif() {
  const { makeAnimatedGif } = await import(`${JS}/files/animated_gif.ts`);
  const { splitEqually, toImageData, valuesFromBytes } = await import(`${JS}/base/pictures.ts`);
  const [count, height, width, channels] = fields.images.shape;
  const images = splitEqually(fields.images.values, count).map((values) =>
    toImageData(valuesFromBytes({ values, shape: [height, width, channels] }), [channels, height, width]),
  );
  return makeAnimatedGif(
    header.order.map((k) => images[k]),
    header.ms,
  );
}

/** A GIF of frames whose pixels are indices into a palette. */
async function frames() {
  const { GifWriter } = await import(`${JS}/files/gif.ts`);
  const [count, height, width] = fields.numbers.shape;
  const writer = new GifWriter(width, height, header.ms, fields.palette.values);
  for (let k = 0; k < count; k++)
    writer.addFrame(fields.numbers.values.subarray(k * height * width, (k + 1) * height * width));
  return writer.toBlob();
}

async function timeLapse() {
  const { renderTimeLapse } = await import(`${JS}/time/time_lapse.ts`);
  const { History } = await import(`${JS}/time/history.ts`);
  const { makeSlice } = await import(`${JS}/view/slice.ts`);
  const { xy, labels, draws, ...historyFields } = fields;
  const codes = { xy: xy.values, labels: labels.values, colours: header.colours, shapes: [] };
  const history = new History({ header: header.history, fields: historyFields });
  return renderTimeLapse(
    { history, slice: makeSlice(header), codes, draws: draws?.values ?? [], surface: header.surface },
    undefined,
    () => ({ width: 1, ink: new Uint8Array() }),
  );
}

/** The NPZ file of chosen codes; a stand-in for the server has their originals. */
async function archive() {
  const { buildArchive } = await import(`${JS}/choice/npz_archive.ts`);
  const { images, rows, z } = fields;
  const rowsOf = ({ values, shape }, numbers) => {
    const size = values.length / shape[0];
    return {
      values: values.constructor.from(numbers.flatMap((k) => Array.from(values.subarray(k * size, (k + 1) * size)))),
      shape: [numbers.length, ...shape.slice(1)],
    };
  };
  const server = {
    canRequest: () => header.here,
    fetchImages: async (numbers, kind = "images") => rowsOf({ images, rows }[kind], numbers),
  };
  const plane = {
    header,
    fields,
    labelOf: (k) => fields.labels.values[k],
    sprites: { sheetInfo: { kind: "reconstructions" }, isFullSize: !header.here, server },
  };
  const chosenCodes = header.chosen.map((k) => ({ k, z: z.values.slice(k * header.dim, (k + 1) * header.dim) }));
  return buildArchive(/** @type {any} */ (plane), chosenCodes, new AbortController().signal);
}

async function csv() {
  const { codesToCsv } = await import(`${JS}/files/downloads.ts`);
  return codesToCsv(header.rows, header.dim, header.features);
}

for (let k = 0; k < paths.length; k += 2) {
  ({ header, fields } = /** @type {any} */ (unpackMessage(new Uint8Array(readFileSync(paths[k])))));
  const file = await { gif, frames, film: timeLapse, archive, csv }[fileKind]();
  writeFileSync(paths[k + 1], new Uint8Array(await file.arrayBuffer()));
}
