/**
 * An image file from the user, read as pixels.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";

const MAX_BYTES = 32 * 2 ** 20; // bytes
const MAX_PIXELS = 64e6; // pixels, as in `aae_core/data/own_data/image_files.py`
const MAX_SIDE = 1024; // larger images are reduced to this side in pixels, far above that of any data set's images

/** @returns rejected with one sentence */
export async function readImage(file: Blob & { name?: string }): Promise<ImageData> {
  const name = file.name ? `“${file.name.slice(0, 60)}”` : translate("The pasted image");
  if (file.size > MAX_BYTES)
    throw new Error(
      translate("{name} is larger than {size} MB; save it at a smaller size.", { name, size: MAX_BYTES >> 20 }),
    );
  let bitmap;
  try {
    // the values in the file, as Python reads them
    bitmap = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    throw new Error(translate("{name} is not an image that this browser can read; use a PNG or JPEG file.", { name }));
  }
  const { width, height } = bitmap;
  if (width * height > MAX_PIXELS)
    throw new Error(
      translate("{name} has more than {count} million pixels; save it at a smaller size.", {
        name,
        count: MAX_PIXELS / 1e6,
      }),
    );
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const [imageWidth, imageHeight] = [width, height].map((side) => Math.max(1, Math.round(side * scale)));
  const pen = context2d(element("canvas", { width: imageWidth, height: imageHeight }), { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, imageWidth, imageHeight);
  bitmap.close();
  return pen.getImageData(0, 0, imageWidth, imageHeight);
}

/** The first image that was dropped or pasted, or else the first file, for a sentence why it is not an image. */
export function imageFileOf(transfer: DataTransfer | null): File | null {
  const files = Array.from(transfer?.files ?? []);
  return files.find(({ type }) => type.startsWith("image/")) ?? files[0] ?? null;
}
