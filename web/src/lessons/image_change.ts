/**
 * How much of the decoded images has changed since an experiment began: 0 where they are the same, 1 where no light
 * pixel has stayed. `app/lessons/model_stage.py` computes the same without a page.
 */

export class ImageChange {
  /** The pixels when the experiment began; null before. */
  first: Uint8ClampedArray[] | null = null;

  constructor() {}

  /** The experiment begins with the images as they are. */
  begin(canvases: HTMLCanvasElement[]) {
    this.first = canvases.map(pixelsOf);
  }

  /**
   * @param canvases in the same order
   * @returns undefined before the experiment, and for images that cannot be compared
   */
  shareOf(canvases: HTMLCanvasElement[]): number | undefined {
    const { first } = this;
    if (!first || first.length !== canvases.length) return undefined;
    const pairs = canvases.map((canvas, k) => [first[k], pixelsOf(canvas)] as const);
    return pairs.every(([before, after]) => before.length === after.length) ? changedShare(pairs) : undefined;
  }
}

/** @returns red, green, blue and opacity of each pixel */
function pixelsOf(canvas: HTMLCanvasElement): Uint8ClampedArray {
  const pen = canvas.getContext("2d");
  if (!pen || !canvas.width || !canvas.height) return new Uint8ClampedArray();
  return pen.getImageData(0, 0, canvas.width, canvas.height).data;
}

/**
 * The sum of the differences of all colour values, as a share of the sum of the larger values.
 * @param pairs of pixels, with opacities, which do not count
 */
export function changedShare(pairs: (readonly [ArrayLike<number>, ArrayLike<number>])[]): number {
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
