/**
 * Decoded images of codes, kept on one sheet like the originals; only visible images that are missing are decoded.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { imageCanvas, toImageData, imageSize } from "../base/pictures.ts";
import { ATLAS_COLUMNS, ATLAS_SIDE, ImageAtlas } from "./image_atlas.ts";
import type { Networks } from "../networks/networks.ts";
import type { AtlasPlace } from "./image_atlas.ts";

const DECODING_BATCH = 64; // images decoded together

/** z: N×d; content: N, −1 where unknown */
export type Source = { networks: Networks | null; z: ArrayLike<number> | undefined; content: ArrayLike<number> | null };

export class DecodedSheet {
  readSource: () => Source;
  haveInputsChanged = createChangeDetector();
  atlas: ImageAtlas<number> = new ImageAtlas(ATLAS_SIDE, ATLAS_COLUMNS);

  /** @param readSource the codes to decode and the networks for it */
  constructor(readSource: () => Source) {
    this.readSource = readSource;
  }

  /** The current source, null where it is incomplete; the sheet is emptied if networks or codes have changed. */
  currentSource() {
    const { networks, z, content } = this.readSource();
    if (this.haveInputsChanged(networks, z, content))
      this.atlas.reset(...(networks ? imageSize(networks.image) : this.atlas.pictureSize));
    return networks && z ? { networks, z, content } : null;
  }

  /** Decodes the images that are missing. */
  decodeMissing(indices: number[]) {
    const readSource = this.currentSource();
    if (!readSource) return;
    const missingIndices = this.atlas.findMissing(indices);
    for (let first = 0; first < missingIndices.length; first += DECODING_BATCH) {
      decodeImages(readSource, missingIndices.slice(first, first + DECODING_BATCH)).forEach((image, k) =>
        this.atlas.put(missingIndices[first + k], image),
      );
    }
  }

  /**
   * One decoded image on a canvas of its own, without the sheet, because the browser would copy the whole sheet first.
   * Null where there is no decoder.
   */
  decodeToCanvas(index: number): HTMLCanvasElement | null {
    const readSource = this.currentSource();
    return readSource && imageCanvas(decodeImages(readSource, [index])[0]);
  }

  /** Where the image of a code lies; null where it was not decoded. */
  findPlace(index: number): AtlasPlace | null {
    return this.currentSource() && this.atlas.findPlace(index);
  }
}

/** The images of some codes, each with its own content where the decoder takes one. */
function decodeImages(
  { networks, z, content: contents }: NonNullable<ReturnType<DecodedSheet["currentSource"]>>,
  indices: number[],
): ImageData[] {
  const { dim, contentSize, image } = networks;
  const zs = indices.map((index) => Array.prototype.slice.call(z, index * dim, (index + 1) * dim));
  const values = networks.decodeMany(
    zs,
    contentSize ? indices.map((index) => Math.max(0, contents?.[index] ?? 0)) : null,
  );
  return values.map((pixels) => toImageData(pixels, image));
}
