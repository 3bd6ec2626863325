/**
 * A fully connected network, forward and backward: h ← max(h·W + b, 0) from layer to layer, with no ReLU after the
 * last.
 */

import { matrix, matrixProduct, columnSums, transpose } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { Random } from "./random.ts";

/** The inputs of each layer, and the outputs of the last. */
export type Pass = { layerInputs: Matrix[]; outputs: Matrix };

export class Net {
  layers;

  /** @param widths of the inputs, of each hidden layer, and of the outputs */
  constructor(widths: number[]) {
    this.layers = widths
      .slice(1)
      .map((outputs, k) => ({ W: matrix(widths[k], outputs), b: new Float32Array(outputs) }));
  }

  /**
   * Draws the weights from N(0, 2 / inputs) (He initialisation), with biases 0; in the order of PyTorch, which stores W
   * transposed.
   */
  initialise(random: Random) {
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

  forward(x: Matrix): Pass {
    const layerInputs = [x];
    this.layers.forEach(({ W, b }, k) =>
      layerInputs.push(matrixProduct(layerInputs[k], W, b, k < this.layers.length - 1)),
    );
    return { layerInputs, outputs: layerInputs.pop() as Matrix };
  }

  /**
   * Backpropagation: ∂W = hᵀ·∂, ∂b = Σ∂, and ∂h = ∂·Wᵀ where the ReLU is active.
   * @param d the loss's derivative with respect to the outputs
   * @returns those with respect to the parameters and to the inputs
   */
  backward({ layerInputs }: Pass, d: Matrix): { gradients: Float32Array[]; inputs: () => Matrix } {
    const gradients: Float32Array[] = [];
    for (let k = this.layers.length - 1; k >= 0; k--) {
      gradients.unshift(matrixProduct(transpose(layerInputs[k]), d).values, columnSums(d));
      if (k) d = this.backThroughLayer(k, layerInputs, d);
    }
    return { gradients, inputs: () => this.backThroughLayer(0, layerInputs, d) };
  }

  /**
   * The derivative with respect to the inputs of a frozen network.
   * @param d with respect to the outputs
   */
  inputGradient({ layerInputs }: Pass, d: Matrix): Matrix {
    for (let k = this.layers.length - 1; k >= 0; k--) d = this.backThroughLayer(k, layerInputs, d);
    return d;
  }

  /**
   * The derivative with respect to the inputs of layer k.
   * @param d with respect to its outputs
   */
  backThroughLayer(k: number, layerInputs: Matrix[], d: Matrix): Matrix {
    const dInputs = matrixProduct(d, transpose(this.layers[k].W));
    const h = layerInputs[k].values;
    if (k) for (let index = 0; index < h.length; index++) if (!(h[index] > 0)) dInputs.values[index] = 0;
    return dInputs;
  }
}
