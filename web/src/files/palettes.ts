/**
 * Images as indices into palettes of at most 256 colours: exact if they have no more colours, otherwise approximated.
 */

const MAX_COLOURS = 256;
const RGB_MASK = 0xffffff; // the bits of a little-endian pixel without alpha: blue, green and red

/** The pixels of an image, each as one number. */
export const pixelsOf = ({ data }: ImageData): Uint32Array =>
  new Uint32Array(data.buffer, data.byteOffset, data.length / 4);

/** A common palette of several images, with at most 256 colours. */
export class ExactPalette {
  indexByColour: Map<number, number> = new Map();

  /** The palette indices of an image's pixels; null if there are too many colours. */
  indexPixels(pixels: Uint32Array): Uint8Array | null {
    const { indexByColour } = this;
    const numbers = new Uint8Array(pixels.length);
    let [last, number] = [-1, 0];
    for (let k = 0; k < pixels.length; k++) {
      const colour = pixels[k] & RGB_MASK;
      if (colour !== last) {
        last = colour;
        const index = indexByColour.get(colour);
        if (index === undefined && indexByColour.size === MAX_COLOURS) return null;
        number = index ?? indexByColour.size;
        if (index === undefined) indexByColour.set(colour, number);
      }
      numbers[k] = number;
    }
    return numbers;
  }

  get palette() {
    return Uint8Array.from(
      [...this.indexByColour.keys()].flatMap((colour) => [colour & 255, (colour >>> 8) & 255, colour >>> 16]),
    );
  }
}

/** Of colours: their indices, the axis along which it is divided next, its squared error and its mean. */
type Group = { members: Uint32Array; axis: number; error: number; mean: number[] };

/**
 * The palette of an image and the index of each of its pixels: its own colours if there are at most 256, otherwise 256
 * of nearly the least squared error. For these the group of colours with the greatest error is divided at its mean
 * again and again, and each colour is then replaced by the nearest mean.
 * @returns red, green and blue of each colour; the indices
 */
export function quantizeColours(pixels: Uint32Array): { palette: Uint8Array; numbers: Uint8Array } {
  const exact = new ExactPalette();
  const indices = exact.indexPixels(pixels);
  if (indices) return { palette: exact.palette, numbers: indices };
  /** The number of pixels of each colour. */
  const counts: Map<number, number> = new Map();
  for (const pixel of pixels) counts.set(pixel & RGB_MASK, (counts.get(pixel & RGB_MASK) ?? 0) + 1);
  const colours = Uint32Array.from(counts.keys());
  const weights = Float64Array.from(counts.values());
  const parts = [0, 8, 16].map((shift) => Uint8Array.from(colours, (colour) => (colour >>> shift) & 255));
  const groups = [makeGroup(Uint32Array.from(colours.keys()), parts, weights)];
  while (groups.length < MAX_COLOURS) {
    const widest = groups.reduce((best, group, k) => (group.error > groups[best].error ? k : best), 0);
    const { members, axis, mean } = groups[widest];
    const [low, high] = [true, false].map((below) => members.filter((k) => parts[axis][k] <= mean[axis] === below));
    groups.splice(widest, 1, makeGroup(low, parts, weights), makeGroup(high, parts, weights));
  }
  const palette = Uint8Array.from(groups.flatMap(({ mean }) => mean.map(Math.round)));
  const [red, green, blue] = parts;
  const indexByColour: Map<number, number> = new Map();
  colours.forEach((colour, k) => indexByColour.set(colour, nearestColour(palette, red[k], green[k], blue[k])));
  return {
    palette,
    numbers: Uint8Array.from(pixels, (pixel) => indexByColour.get(pixel & RGB_MASK) as number),
  };
}

function makeGroup(members: Uint32Array, parts: Uint8Array[], weights: Float64Array): Group {
  const count = members.reduce((sum, k) => sum + weights[k], 0);
  const moments = parts.map((values) => {
    let [sum, squares] = [0, 0];
    for (const k of members) {
      sum += weights[k] * values[k];
      squares += weights[k] * values[k] ** 2;
    }
    return { mean: sum / count, error: squares - (sum * sum) / count };
  });
  const axis = moments.reduce((best, { error }, k) => (error > moments[best].error ? k : best), 0);
  return {
    members,
    axis,
    error: members.length < 2 ? 0 : moments.reduce((sum, { error }) => sum + error, 0),
    mean: moments.map(({ mean }) => mean),
  };
}

/** The index of the nearest colour. */
function nearestColour(palette: Uint8Array, r: number, g: number, b: number): number {
  let [bestIndex, minDistance] = [0, Infinity];
  for (let offset = 0; offset < palette.length; offset += 3) {
    const distance = (palette[offset] - r) ** 2 + (palette[offset + 1] - g) ** 2 + (palette[offset + 2] - b) ** 2;
    if (distance < minDistance) [bestIndex, minDistance] = [offset / 3, distance];
  }
  return bestIndex;
}
