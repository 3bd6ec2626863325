/**
 * Resizes images: each new pixel is the mean of the area that it covers, or interpolated linearly if the image is
 * enlarged. Dropping pixels instead would cause aliasing.
 */

/** One channel, row by row. */
export type Channel = { values: Float32Array; width: number; height: number };
/** In pixels, fractions included. */
export type Box = { left: number; top: number; width: number; height: number };

/**
 * The old pixels and their weights for each of `count` new pixels, which cover `step` old ones each from `start` on.
 * Pixels outside the `size` old ones count as 0.
 */
function resamplingTaps(
  size: number,
  start: number,
  step: number,
  count: number,
): { first: number; weights: number[] }[] {
  return Array.from({ length: count }, (_, k) => {
    const [low, high] = [start + k * step, start + (k + 1) * step];
    return step >= 1 ? areaTaps(size, low, high) : linearTaps(size, (low + high) / 2);
  });
}

function areaTaps(size: number, low: number, high: number): { first: number; weights: number[] } {
  const first = Math.max(0, Math.floor(low));
  const weights = [];
  for (let k = first; k < Math.min(size, Math.ceil(high)); k++) {
    weights.push((Math.min(k + 1, high) - Math.max(k, low)) / (high - low));
  }
  return { first, weights };
}

function linearTaps(size: number, middle: number): { first: number; weights: number[] } {
  const position = Math.min(Math.max(middle, 0.5), size - 0.5) - 0.5; // a pixel's value belongs to its middle
  const first = Math.floor(position);
  const weight = position - first;
  return weight ? { first, weights: [1 - weight, weight] } : { first, weights: [1] };
}

/** The part of a plane inside a box as `width`×`height` new pixels. */
export function resample(plane: Channel, box: Box, width: number, height: number): Channel {
  const columnTaps = resamplingTaps(plane.width, box.left, box.width / width, width);
  const rowTaps = resamplingTaps(plane.height, box.top, box.height / height, height);
  const rows = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    columnTaps.forEach(({ first, weights }, x) => {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * plane.values[y * plane.width + first + k];
      rows[y * width + x] = sum;
    });
  }
  const values = new Float32Array(width * height);
  rowTaps.forEach(({ first, weights }, y) => {
    for (let k = 0; k < weights.length; k++) {
      for (let x = 0; x < width; x++) values[y * width + x] += weights[k] * rows[(first + k) * width + x];
    }
  });
  return { values, width, height };
}
