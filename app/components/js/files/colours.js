/**
 * Images as indices into palettes of at most 256 colours: exact if they have no more colours, otherwise approximated.
 */

const MOST = 256;
const OPAQUE = 0xffffff; // the bits of a little-endian pixel without alpha: blue, green and red

/** The pixels of an image, each as one number. @param {ImageData} image */
export const pixelsOf = ({ data }) => new Uint32Array(data.buffer, data.byteOffset, data.length / 4);

/** A common palette of several images, with at most 256 colours. */
export class Exact {
  /** @type {Map<number, number>} */
  known = new Map();

  /** The palette indices of an image's pixels; null if there are too many colours. @param {Uint32Array} pixels @returns {Uint8Array | null} */
  take(pixels) {
    const { known } = this;
    const numbers = new Uint8Array(pixels.length);
    let [last, number] = [-1, 0];
    for (let k = 0; k < pixels.length; k++) {
      const colour = pixels[k] & OPAQUE;
      if (colour !== last) {
        const found = known.get((last = colour));
        if (found === undefined && known.size === MOST) return null;
        number = found ?? known.size;
        if (found === undefined) known.set(colour, number);
      }
      numbers[k] = number;
    }
    return numbers;
  }

  get palette() {
    return Uint8Array.from([...this.known.keys()].flatMap((colour) => [colour & 255, (colour >>> 8) & 255, colour >>> 16]));
  }
}

/** @typedef {{members: Uint32Array, axis: number, error: number, mean: number[]}} Group of colours: their indices, the axis along which it is divided next, its squared error and its mean */

/**
 * The palette of an image and the index of each of its pixels: its own colours if there are at most 256, otherwise 256 of nearly
 * the least squared error. For these the group of colours with the greatest error is divided at its mean again and again, and
 * each colour is then replaced by the nearest mean.
 * @param {Uint32Array} pixels
 * @returns {{palette: Uint8Array, numbers: Uint8Array}} red, green and blue of each colour; the indices
 */
export function numbered(pixels) {
  const exact = new Exact();
  const own = exact.take(pixels);
  if (own) return { palette: exact.palette, numbers: own };
  /** The number of pixels of each colour. @type {Map<number, number>} */
  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel & OPAQUE, (counts.get(pixel & OPAQUE) ?? 0) + 1);
  const colours = Uint32Array.from(counts.keys());
  const weights = Float64Array.from(counts.values());
  const parts = [0, 8, 16].map((shift) => Uint8Array.from(colours, (colour) => (colour >>> shift) & 255));
  const groups = [groupOf(Uint32Array.from(colours.keys()), parts, weights)];
  while (groups.length < MOST) {
    const widest = groups.reduce((best, each, k) => (each.error > groups[best].error ? k : best), 0);
    const { members, axis, mean } = groups[widest];
    const [low, high] = [true, false].map((below) => members.filter((k) => parts[axis][k] <= mean[axis] === below));
    groups.splice(widest, 1, groupOf(low, parts, weights), groupOf(high, parts, weights));
  }
  const palette = Uint8Array.from(groups.flatMap(({ mean }) => mean.map(Math.round)));
  const [red, green, blue] = parts;
  /** @type {Map<number, number>} */
  const numberOf = new Map();
  colours.forEach((colour, k) => numberOf.set(colour, nearest(palette, red[k], green[k], blue[k])));
  return { palette, numbers: Uint8Array.from(pixels, (pixel) => /** @type {number} */ (numberOf.get(pixel & OPAQUE))) };
}

/** @param {Uint32Array} members @param {Uint8Array[]} parts @param {Float64Array} weights @returns {Group} */
function groupOf(members, parts, weights) {
  const count = members.reduce((sum, k) => sum + weights[k], 0);
  const found = parts.map((values) => {
    let [sum, squares] = [0, 0];
    for (const k of members) {
      sum += weights[k] * values[k];
      squares += weights[k] * values[k] ** 2;
    }
    return { mean: sum / count, error: squares - (sum * sum) / count };
  });
  const axis = found.reduce((best, { error }, k) => (error > found[best].error ? k : best), 0);
  return { members, axis, error: members.length < 2 ? 0 : found.reduce((sum, { error }) => sum + error, 0), mean: found.map(({ mean }) => mean) };
}

/** The index of the nearest colour. @param {Uint8Array} palette @param {number} r @param {number} g @param {number} b */
function nearest(palette, r, g, b) {
  let [best, least] = [0, Infinity];
  for (let at = 0; at < palette.length; at += 3) {
    const far = (palette[at] - r) ** 2 + (palette[at + 1] - g) ** 2 + (palette[at + 2] - b) ** 2;
    if (far < least) [best, least] = [at / 3, far];
  }
  return best;
}
