/**
 * A fully connected network, forward and backward: h ← max(h·W + b, 0) from layer to layer, with no ReLU after the
 * last.
 */

import { matrix, matrixProduct, columnSums, transpose } from "./matrix.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {{layerInputs: Matrix[], outputs: Matrix}} Pass the inputs of each layer, and the outputs of the last */

export class Net {
  /** @param {number[]} widths of the inputs, of each hidden layer, and of the outputs */
  constructor(widths) {
    this.layers = widths
      .slice(1)
      .map((outputs, k) => ({ W: matrix(widths[k], outputs), b: new Float32Array(outputs) }));
  }

  /**
   * Draws the weights from N(0, 2 / inputs) (He initialisation), with biases 0; in the order of PyTorch, which stores W
   * transposed.
   * @param {import("./random.js").Random} random
   */
  initialise(random) {
    for (const layer of this.layers) {
      const { rows, columns } = layer.W;
      const deviation = Math.sqrt(2 / rows);
      layer.W = transpose(
        matrix(
          columns,
          rows,
          random.normal(rows * columns).map((value) => deviation * value),
        ),
      );
      layer.b.fill(0);
    }
  }

  /** W and b of each layer, in the order of the gradients. */
  get parameters() {
    return this.layers.flatMap(({ W, b }) => [W.values, b]);
  }

  /** @param {Matrix} x @returns {Pass} */
  forward(x) {
    const layerInputs = [x];
    this.layers.forEach(({ W, b }, k) =>
      layerInputs.push(matrixProduct(layerInputs[k], W, b, k < this.layers.length - 1)),
    );
    return { layerInputs, outputs: /** @type {Matrix} */ (layerInputs.pop()) };
  }

  /**
   * Backpropagation: ∂W = hᵀ·∂, ∂b = Σ∂, and ∂h = ∂·Wᵀ where the ReLU is active.
   * @param {Pass} pass
   * @param {Matrix} d the loss's derivative with respect to the outputs
   * @returns {{gradients: Float32Array[], inputs: () => Matrix}} those with respect to the parameters and to the inputs
   */
  backward({ layerInputs }, d) {
    /** @type {Float32Array[]} */
    const gradients = [];
    for (let k = this.layers.length - 1; k >= 0; k--) {
      gradients.unshift(matrixProduct(transpose(layerInputs[k]), d).values, columnSums(d));
      if (k) d = this.backThroughLayer(k, layerInputs, d);
    }
    return { gradients, inputs: () => this.backThroughLayer(0, layerInputs, d) };
  }

  /**
   * The derivative with respect to the inputs of a frozen network.
   * @param {Pass} pass
   * @param {Matrix} d with respect to the outputs
   * @returns {import("./matrix.js").Matrix}
   */
  inputGradient({ layerInputs }, d) {
    for (let k = this.layers.length - 1; k >= 0; k--) d = this.backThroughLayer(k, layerInputs, d);
    return d;
  }

  /**
   * The derivative with respect to the inputs of layer k.
   * @param {number} k
   * @param {Matrix[]} layerInputs
   * @param {Matrix} d with respect to its outputs
   * @returns {import("./matrix.js").Matrix}
   */
  backThroughLayer(k, layerInputs, d) {
    const dInputs = matrixProduct(d, transpose(this.layers[k].W));
    const h = layerInputs[k].values;
    if (k) for (let index = 0; index < h.length; index++) if (!(h[index] > 0)) dInputs.values[index] = 0;
    return dInputs;
  }
}
