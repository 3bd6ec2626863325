/**
 * Decoded values painted into a canvas: an image, or the chart of a row of a table.
 */

import { context2d } from "./canvas_shapes.ts";
import { element } from "./dom.ts";
import { isRowShape, rowChartImage, rowChartSize } from "./table_rows.ts";
import type { Values, Field } from "../messages.ts";

/** The chart that is shown in place of a canvas of rows. */
export const chartUpdaters: WeakMap<HTMLCanvasElement, (values: ArrayLike<number>) => void> = new WeakMap();
/** The row that a canvas shows, since it cannot be read from the chart's pixels. */
export const rowValues: WeakMap<HTMLCanvasElement, Float32Array> = new WeakMap();

const MAX_PIXELATED_SIDE = 32; // the largest side, in pixels, of an image whose pixels are shown as squares

/**
 * Whether a picture is smoothed when it is scaled. The pixels of a small image stay squares unless it is drawn at a
 * reduced size.
 * @param scale at which it is drawn
 */
export const isSmoothed = ({ width, height }: { width: number; height: number }, scale: number = 1): boolean =>
  scale < 1 || Math.max(width, height) > MAX_PIXELATED_SIDE;

/**
 * Tells the style sheets how images on a part of the page are scaled.
 * @param shape H, W, C of the images
 */
export const setSmoothing = (root: HTMLElement, [height, width]: number[]): string =>
  (root.dataset.smooth = String(isSmoothed({ width, height })));

/**
 * Width and height of a picture in pixels.
 * @param shape C, H, W
 */
export const imageSize = (shape: number[]): [number, number] =>
  isRowShape(shape) ? rowChartSize(shape[2]) : [shape[2], shape[1]];

/**
 * @param values C·H·W in 0..1
 * @param shape C, H, W; one channel is grey, three are red, green and blue; or that of a row
 */
export function toImageData(values: ArrayLike<number>, shape: number[]): ImageData {
  if (isRowShape(shape)) return rowChartImage(values);
  const [channels, height, width] = shape;
  const image = new ImageData(width, height);
  const size = width * height;
  const [green, blue] = channels === 3 ? [size, 2 * size] : [0, 0];
  for (let k = 0, offset = 0; k < size; k++, offset += 4) {
    image.data[offset] = 255 * values[k]; // a clamped array rounds by itself
    image.data[offset + 1] = 255 * values[green + k];
    image.data[offset + 2] = 255 * values[blue + k];
    image.data[offset + 3] = 255;
  }
  return image;
}

/**
 * A canvas's values in the networks' order.
 * @param image C, H, W
 */
export function readCanvasValues(canvas: HTMLCanvasElement, [channels, height, width]: number[]): Float32Array {
  const { data: values } = context2d(canvas).getImageData(0, 0, width, height);
  return valuesFromBytes({ values, shape: [height, width, 4] }).slice(0, channels * height * width);
}

/** A new canvas with an image. */
export function imageCanvas(image: ImageData): HTMLCanvasElement {
  const canvas = element("canvas", { width: image.width, height: image.height });
  context2d(canvas).putImageData(image, 0, 0);
  return canvas;
}

/** Equal parts of some values, one after another. */
export const splitEqually = <T extends Values>(values: T, n: number): T[] =>
  Array.from({ length: n }, (_, k) => values.subarray((k * values.length) / n, ((k + 1) * values.length) / n) as T);

/**
 * @param canvas takes the image's size
 * @param values C·H·W in 0..1
 * @param shape C, H, W
 */
export function paintValues(canvas: HTMLCanvasElement, values: ArrayLike<number>, shape: number[]) {
  const [width, height] = imageSize(shape);
  if (isRowShape(shape)) {
    rowValues.set(canvas, Float32Array.from(values));
    chartUpdaters.get(canvas)?.(values);
  }
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  context2d(canvas).putImageData(toImageData(values, shape), 0, 0);
}

/** Shows what another canvas shows, in its size: an image, or the chart of a row. */
export function copyCanvas(canvas: HTMLCanvasElement, source: HTMLCanvasElement) {
  const { width, height } = source;
  const row = rowValues.get(source);
  if (row) chartUpdaters.get(canvas)?.(row);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  context2d(canvas).drawImage(source, 0, 0);
}

/**
 * An image as the server sends it, bytes H×W×C, in the networks' order and range.
 * @param field shape: H, W, C
 * @returns C·H·W in 0..1
 */
export function valuesFromBytes({
  values,
  shape: [height, width, channels],
}: {
  values: ArrayLike<number>;
  shape: number[];
}): Float32Array {
  const size = height * width;
  const planes = new Float32Array(channels * size);
  for (let k = 0; k < size; k++)
    for (let c = 0; c < channels; c++) planes[c * size + k] = values[k * channels + c] / 255;
  return planes;
}

/** Many images as the server sends them, bytes n×H×W×C, in the same way. */
export const imagesFromBytes = ({
  values,
  shape: [n, height, width, channels],
}: Field): { images: Float32Array[]; shape: number[] } => ({
  images: splitEqually(values, n).map((bytes) => valuesFromBytes({ values: bytes, shape: [height, width, channels] })),
  shape: [channels, height, width],
});

/**
 * The inverse of `valuesFromBytes`.
 * @param values C·H·W in 0..1
 * @param image C, H, W
 * @returns H×W×C
 */
export function bytesFromValues(
  values: ArrayLike<number>,
  [channels, height, width]: number[],
): Uint8Array<ArrayBuffer> {
  const size = height * width;
  return Uint8Array.from({ length: channels * size }, (_, k) =>
    Math.round(255 * values[(k % channels) * size + Math.floor(k / channels)]),
  );
}

/**
 * Paints an image that the server sent.
 * @param field bytes H×W×C
 */
export function paintByteImage(canvas: HTMLCanvasElement, field: { values: ArrayLike<number>; shape: number[] }) {
  const [height, width, channels] = field.shape;
  paintValues(canvas, valuesFromBytes(field), [channels, height, width]);
}
