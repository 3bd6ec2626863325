/**
 * How much of the decoded images has changed since an experiment began: 0 where they are the same, 1 where no light
 * pixel has stayed. `app/lessons/model_stage.py` computes the same without a page.
 */

export class ImageChange {
  constructor() {
    /** The pixels when the experiment began; null before. @type {Uint8ClampedArray[] | null} */
    this.first = null;
  }

  /** The experiment begins with the images as they are. @param {HTMLCanvasElement[]} canvases */
  begin(canvases) {
    this.first = canvases.map(pixelsOf);
  }

  /**
   * @param {HTMLCanvasElement[]} canvases in the same order
   * @returns {number | undefined} undefined before the experiment, and for images that cannot be compared
   */
  shareOf(canvases) {
    const { first } = this;
    if (!first || first.length !== canvases.length) return undefined;
    const pairs = canvases.map((canvas, k) => /** @type {const} */ ([first[k], pixelsOf(canvas)]));
    return pairs.every(([before, after]) => before.length === after.length) ? changedShare(pairs) : undefined;
  }
}

/** @param {HTMLCanvasElement} canvas @returns {Uint8ClampedArray} red, green, blue and opacity of each pixel */
function pixelsOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen || !canvas.width || !canvas.height) return new Uint8ClampedArray();
  return pen.getImageData(0, 0, canvas.width, canvas.height).data;
}

/**
 * The sum of the differences of all colour values, as a share of the sum of the larger values.
 * @param {(readonly [ArrayLike<number>, ArrayLike<number>])[]} pairs of pixels, with opacities, which do not count
 * @returns {number}
 */
export function changedShare(pairs) {
  let [differences, sumOfLarger] = [0, 0];
  for (const [before, after] of pairs) {
    for (let index = 0; index < before.length; index++) {
      if (index % 4 === 3) continue;
      differences += Math.abs(before[index] - after[index]);
      sumOfLarger += Math.max(before[index], after[index]);
    }
  }
  return sumOfLarger ? differences / sumOfLarger : 0;
}
