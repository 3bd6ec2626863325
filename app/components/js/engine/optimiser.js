/**
 * Gradient descent with momentum for the networks that one phase trains: v ← μ·v + g, θ ← θ − rate·v.
 */

/** @typedef {Float32Array[]} Gradients of a net, one for each of its `parameters` */

export class Optimiser {
  /**
   * @param {import("./net.js").Net[][]} groups networks whose gradients are clipped together
   * @param {{momentum: number, clip: number}} options clip: the largest norm of a group's gradient
   */
  constructor(groups, { momentum, clip }) {
    this.groups = groups;
    this.momentum = momentum;
    this.clip = clip;
    this.rate = 0;
    this.velocities = new Map(
      groups.flat().map((net) => [net, net.parameters.map((parameter) => new Float32Array(parameter.length))]),
    );
  }

  /** One step. @param {Map<import("./net.js").Net, Gradients>} gradients */
  descend(gradients) {
    for (const group of this.groups) {
      const norm = Math.sqrt(
        group.flatMap((net) => gradients.get(net) ?? []).reduce((sum, gradient) => sum + squaredNorm(gradient), 0),
      );
      const divisor = Math.max(1, (norm + 1e-6) / this.clip);
      for (const net of group) {
        const [velocities, groupGradients] = [this.velocities.get(net) ?? [], gradients.get(net) ?? []];
        net.parameters.forEach((values, k) => this.updateParameters(values, velocities[k], groupGradients[k], divisor));
      }
    }
  }

  /**
   * @param {Float32Array} values
   * @param {Float32Array} velocity
   * @param {Float32Array} gradient
   * @param {number} divisor
   */
  updateParameters(values, velocity, gradient, divisor) {
    const { momentum, rate } = this;
    for (let k = 0; k < values.length; k++) {
      velocity[k] = momentum * velocity[k] + gradient[k] / divisor;
      values[k] -= rate * velocity[k];
    }
  }
}

/** @param {Float32Array} values @returns {number} */
function squaredNorm(values) {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] ** 2;
  return sum;
}
