/**
 * Resizes images: each new pixel is the mean of the area that it covers, or interpolated linearly if the image is enlarged.
 * Dropping pixels instead would cause aliasing.
 */

/** @typedef {{values: Float32Array, width: number, height: number}} Plane one channel, row by row */
/** @typedef {{left: number, top: number, width: number, height: number}} Box in pixels, fractions included */

/**
 * The old pixels and their weights for each of `count` new pixels, which cover `step` old ones each from `start` on. Pixels
 * outside the `size` old ones count as 0.
 * @param {number} size
 * @param {number} start
 * @param {number} step
 * @param {number} count
 * @returns {{first: number, weights: number[]}[]}
 */
function taps(size, start, step, count) {
  return Array.from({ length: count }, (_, k) => {
    const [from, to] = [start + k * step, start + (k + 1) * step];
    return step >= 1 ? covered(size, from, to) : between(size, (from + to) / 2);
  });
}

/** @param {number} size @param {number} from @param {number} to */
function covered(size, from, to) {
  const first = Math.max(0, Math.floor(from));
  const weights = [];
  for (let k = first; k < Math.min(size, Math.ceil(to)); k++) {
    weights.push((Math.min(k + 1, to) - Math.max(k, from)) / (to - from));
  }
  return { first, weights };
}

/** @param {number} size @param {number} middle */
function between(size, middle) {
  const at = Math.min(Math.max(middle, 0.5), size - 0.5) - 0.5; // a pixel's value belongs to its middle
  const first = Math.floor(at);
  const share = at - first;
  return share ? { first, weights: [1 - share, share] } : { first, weights: [1] };
}

/**
 * The part of a plane inside a box as `width`×`height` new pixels.
 * @param {Plane} plane
 * @param {Box} box
 * @param {number} width
 * @param {number} height
 * @returns {Plane}
 */
export function resample(plane, box, width, height) {
  const across = taps(plane.width, box.left, box.width / width, width);
  const down = taps(plane.height, box.top, box.height / height, height);
  const rows = new Float32Array(width * plane.height);
  for (let y = 0; y < plane.height; y++) {
    across.forEach(({ first, weights }, x) => {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * plane.values[y * plane.width + first + k];
      rows[y * width + x] = sum;
    });
  }
  const values = new Float32Array(width * height);
  down.forEach(({ first, weights }, y) => {
    for (let k = 0; k < weights.length; k++) {
      for (let x = 0; x < width; x++) values[y * width + x] += weights[k] * rows[(first + k) * width + x];
    }
  });
  return { values, width, height };
}
