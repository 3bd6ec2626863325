/**
 * The networks applied to the user's own image: its code, its reconstruction and the error. The page computes them if
 * it has the networks, otherwise the server.
 */

import { bytesFromValues } from "../base/pictures.ts";
import { decodeCodes } from "../networks/decode_codes.ts";
import { translate } from "../base/translate.ts";
import type { EncodingPlane as Plane } from "./planes.ts";

type Encode = (x: Float32Array) => ArrayLike<number> | Promise<ArrayLike<number>>;
/**
 * reconstruction: with the chosen content; best: the content with the smallest error, if the decoder takes content;
 * error: the smallest error; dOfZ: D(z), NaN if it is not known.
 */
export type EncodedImage = {
  x: Float32Array;
  z: Float32Array;
  reconstruction: Float32Array;
  error: number;
  best: number | null;
  dOfZ: number;
};

const BATCH_SIZE = 64; // contents decoded in one go

/** The encoder in the page, or else the server's. */
export async function getEncoder({
  decoder,
  header,
}: Plane): Promise<{ encode: Encode; encodingPlace: "in this page" | "on the server" }> {
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
 * @param x C·H·W values in 0..1
 * @returns rejected with one sentence
 */
export async function encodeImageToCode(plane: Plane, encode: Encode, x: Float32Array): Promise<EncodedImage> {
  const z = Float32Array.from(await encode(x));
  if (!z.every(Number.isFinite)) throw new Error(translate("The encoder returned no valid code for this image."));
  const { contents, y } = plane.header;
  const contentCount = contents?.length ?? 0;
  const errors: number[] = [];
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

/** ½Σ(x − x̂)², as for the probe set (`aae_core/data/preprocessing.py`). */
export const reconstructionError = (x: Float32Array, image: Float32Array): number =>
  x.reduce((sum, v, k) => sum + 0.5 * (v - image[k]) ** 2, 0);
