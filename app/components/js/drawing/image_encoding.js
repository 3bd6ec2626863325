/**
 * The networks applied to the user's own image: its code, its reconstruction and the error. The page computes them if
 * it has the networks, otherwise the server.
 */

import { bytesFromValues } from "../base/pictures.js";
import { decodeCodes } from "../networks/decode_codes.js";
import { translate } from "../base/translate.js";

/** @typedef {import("./planes.js").EncodingPlane} Plane */
/** @typedef {(x: Float32Array) => ArrayLike<number> | Promise<ArrayLike<number>>} Encode */
/**
 * reconstruction: with the chosen content; best: the content with the smallest error, if the decoder takes content;
 * error: the smallest error; dOfZ: D(z), NaN if it is not known.
 * @typedef {{x: Float32Array, z: Float32Array, reconstruction: Float32Array, error: number, best: number | null, dOfZ:
 *   number}} EncodedImage
 */

const BATCH_SIZE = 64; // contents decoded in one go

/**
 * The encoder in the page, or else the server's.
 * @param {Plane} plane
 * @returns {Promise<{encode: Encode, encodingPlace: "in this page" | "on the server"}>}
 */
export async function getEncoder({ decoder, header }) {
  try {
    return { encode: await decoder.loadEncoder(), encodingPlace: "in this page" };
  } catch {
    return {
      encode: (x) => decoder.server.encode(bytesFromValues(x, header.preprocessing?.image ?? [])),
      encodingPlace: "on the server",
    };
  }
}

/**
 * @param {Plane} plane
 * @param {Encode} encode
 * @param {Float32Array} x C·H·W values in 0..1
 * @returns {Promise<EncodedImage>} rejected with one sentence
 */
export async function encodeImageToCode(plane, encode, x) {
  const z = Float32Array.from(await encode(x));
  if (!z.every(Number.isFinite)) throw new Error(translate("The encoder returned no valid code for this image."));
  const { contents, y } = plane.header;
  const contentCount = contents?.length ?? 0;
  /** @type {number[]} */
  const errors = [];
  let reconstruction = x;
  let dOfZ = NaN;
  for (let first = 0; first < (contentCount || 1); first += BATCH_SIZE) {
    const classes = contentCount
      ? Array.from({ length: Math.min(BATCH_SIZE, contentCount - first) }, (_, k) => first + k)
      : null;
    const codes = new Array(classes?.length ?? 1).fill(z);
    const result = await decodeCodes(plane, codes, undefined, classes);
    errors.push(...result.images.map((image) => reconstructionError(x, image)));
    dOfZ = result.dOfZ;
    reconstruction = result.images[contentCount ? Number(y) - first : 0] ?? reconstruction;
  }
  const error = Math.min(...errors);
  return { x, z, reconstruction, error, best: contentCount ? errors.indexOf(error) : null, dOfZ };
}

/**
 * ½Σ(x − x̂)², as for the probe set (`aae_core/data/preprocessing.py`).
 * @param {Float32Array} x
 * @param {Float32Array} image
 * @returns {number}
 */
export const reconstructionError = (x, image) => x.reduce((sum, v, k) => sum + 0.5 * (v - image[k]) ** 2, 0);
