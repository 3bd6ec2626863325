/**
 * Images of many codes at once: from the networks in the page, else from the server.
 */

import { imagesFromBytes } from "../base/pictures.js";
import { translate } from "../base/translate.js";

/**
 * @typedef {{images: Float32Array[], shape: number[], dOfZ: number}} DecodedImages images: C·H·W values each, in 0..1;
 *   shape: C, H, W; dOfZ: D(z) of the first code, NaN where it is not known
 */
/** @typedef {Pick<import("../../messages.js").OutgoingMessages["latent_canvas"]["header"], "contents" | "y">} Header */

/** A sentence about the content of all images; "" if the decoder takes none. @returns {string} */
export const contentSentence = (/** @type {Header} */ header) =>
  header.contents?.length
    ? translate("All with the content {content}.", { content: header.contents[header.y ?? 0] })
    : "";

/**
 * @param {{header: Header, decoder: Pick<import("./decoder_client.js").DecoderClient, "networks" | "server">}} plane
 * @param {ArrayLike<number>[]} codes 0 to 256
 * @param {AbortSignal} [signal] aborts the request
 * @param {number[] | null} y the content of each, null if the decoder takes none; by default the one chosen on the page
 * @returns {Promise<DecodedImages>} rejected with one sentence
 */
export async function decodeCodes(
  { decoder, header },
  codes,
  signal,
  y = header.contents?.length ? codes.map(() => header.y ?? 0) : null,
) {
  if (!codes.length) return { images: [], shape: [1, 1, 1], dOfZ: NaN };
  const { networks, server } = decoder;
  if (networks)
    return { images: networks.decodeMany(codes, y), shape: networks.image, dOfZ: networks.discriminate(codes[0]) };
  const { images, d_of_z } = await server.decode(codes, y, signal);
  return { ...imagesFromBytes(images), dOfZ: d_of_z ? d_of_z.values[0] : NaN };
}
