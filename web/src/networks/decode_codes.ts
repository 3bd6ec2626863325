/**
 * Images of many codes at once: from the networks in the page, else from the server.
 */

import { imagesFromBytes } from "../base/pictures.ts";
import { translate } from "../base/translate.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { DecoderClient } from "./decoder_client.ts";

/** images: C·H·W values each, in 0..1; shape: C, H, W; dOfZ: D(z) of the first code, NaN where it is not known */
export type DecodedImages = { images: Float32Array[]; shape: number[]; dOfZ: number };
type Header = Pick<OutgoingMessages["latent_canvas"]["header"], "contents" | "y">;

/** A sentence about the content of all images; "" if the decoder takes none. */
export const contentSentence = (header: Header): string =>
  header.contents?.length
    ? translate("All with the content {content}.", { content: header.contents[header.y ?? 0] })
    : "";

/**
 * @param codes 0 to 256
 * @param signal aborts the request
 * @param y the content of each, null if the decoder takes none; by default the one chosen on the page
 * @returns rejected with one sentence
 */
export async function decodeCodes(
  { decoder, header }: { header: Header; decoder: Pick<DecoderClient, "networks" | "server"> },
  codes: ArrayLike<number>[],
  signal?: AbortSignal,
  y: number[] | null = header.contents?.length ? codes.map(() => header.y ?? 0) : null,
): Promise<DecodedImages> {
  if (!codes.length) return { images: [], shape: [1, 1, 1], dOfZ: NaN };
  const { networks, server } = decoder;
  if (networks)
    return { images: networks.decodeMany(codes, y), shape: networks.image, dOfZ: networks.discriminate(codes[0]) };
  const { images, d_of_z } = await server.decode(codes, y, signal);
  return { ...imagesFromBytes(images), dOfZ: d_of_z ? d_of_z.values[0] : NaN };
}
