/**
 * Images of many codes at once: from the networks in the page, else from the server.
 */

import { fromBytes } from "./picture.js";
import { Server } from "./server.js";

/** @typedef {{images: Float32Array[], shape: number[]}} Decoded images: C·H·W values each, in 0..1; shape: C, H, W */

/** What the decoder is told of each of n codes, or null where it takes no content. */
export const contentOf = (header, n) => (header.content ? new Array(n).fill(header.y ?? 0) : null);

/**
 * @param {import("./plane.js").Plane} plane
 * @param {ArrayLike<number>[]} codes 0 to 256
 * @param {AbortSignal} given gives it up
 * @returns {Promise<Decoded>} rejected with one sentence
 */
export async function decoded({ answers, header }, codes, given) {
  const { networks } = answers;
  if (!codes.length) return { images: [], shape: [1, 1, 1] };
  if (!networks) {
    const { values, shape: [n, ...shape] } = (await new Server(header.server).decode(codes, contentOf(header, codes.length), given)).images; // prettier-ignore
    const size = values.length / n;
    return { images: codes.map((_, k) => fromBytes({ values: values.subarray(k * size, (k + 1) * size), shape })), shape: [shape[2], shape[0], shape[1]] };
  }
  const values = networks.decodeMany(codes.flatMap((z) => Array.from(z)), contentOf(header, codes.length)); // prettier-ignore
  const size = values.length / codes.length;
  return { images: codes.map((_, k) => values.subarray(k * size, (k + 1) * size)), shape: networks.image };
}
