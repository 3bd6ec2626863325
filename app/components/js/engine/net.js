/**
 * A fully connected net, forward and backward: h ← max(h·W + b, 0) from layer to layer, without the maximum after the last.
 */

import { matrix, product, sums, transposed } from "./matrix.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {{seen: Matrix[], outputs: Matrix}} Pass what each layer was given, and what the last one gave */

export class Net {
  /** @param {number[]} widths of the inputs, of each hidden layer, and of the outputs */
  constructor(widths) {
    this.layers = widths.slice(1).map((outputs, k) => ({ W: matrix(widths[k], outputs), b: new Float32Array(outputs) }));
  }

  /** Draws the weights: N(0, 2 / inputs) (He's rule), biases 0; torch keeps W transposed, and draws it so. @param {import("./random.js").Random} random */
  initialise(random) {
    for (const layer of this.layers) {
      const { rows, columns } = layer.W;
      const deviation = Math.sqrt(2 / rows);
      layer.W = transposed(matrix(columns, rows, random.normal(rows * columns).map((value) => deviation * value)));
      layer.b.fill(0);
    }
  }

  /** All that is learned, in the order of the gradients: W and b of each layer. */
  get parameters() {
    return this.layers.flatMap(({ W, b }) => [W.values, b]);
  }

  /** @param {Matrix} x @returns {Pass} */
  forward(x) {
    const seen = [x];
    this.layers.forEach(({ W, b }, k) => seen.push(product(seen[k], W, b, k < this.layers.length - 1)));
    return { seen, outputs: /** @type {Matrix} */ (seen.pop()) };
  }

  /**
   * From the derivative of a cost by the outputs to those by the parameters: ∂W = hᵀ·∂, ∂b = Σ∂, and ∂h = ∂·Wᵀ where h is not cut off.
   * @param {Pass} pass
   * @param {Matrix} d by the outputs
   * @returns {{gradients: Float32Array[], inputs: () => Matrix}} by the parameters, and by the inputs
   */
  backward({ seen }, d) {
    /** @type {Float32Array[]} */
    const gradients = [];
    for (let k = this.layers.length - 1; k >= 0; k--) {
      gradients.unshift(product(transposed(seen[k]), d).values, sums(d));
      if (k) d = this.through(k, seen, d);
    }
    return { gradients, inputs: () => this.through(0, seen, d) };
  }

  /** The derivative by the inputs; the net itself is frozen. @param {Pass} pass @param {Matrix} d by the outputs */
  towards({ seen }, d) {
    for (let k = this.layers.length - 1; k >= 0; k--) d = this.through(k, seen, d);
    return d;
  }

  /** The derivative by what layer k was given. @param {number} k @param {Matrix[]} seen @param {Matrix} d by its outputs */
  through(k, seen, d) {
    const back = product(d, transposed(this.layers[k].W));
    const h = seen[k].values;
    if (k) for (let at = 0; at < h.length; at++) if (!(h[at] > 0)) back.values[at] = 0;
    return back;
  }
}
