/**
 * Gradient descent with momentum for the networks that one phase trains: v ← μ·v + g, θ ← θ − rate·v.
 */

import type { Net } from "./net.ts";

/** Of a net, one for each of its `parameters`. */
export type Gradients = Float32Array[];

export class Optimiser {
  groups: Net[][];
  momentum: number;
  clip: number;
  rate = 0;
  velocities;

  /**
   * @param groups networks whose gradients are clipped together
   * @param options clip: the largest norm of a group's gradient
   */
  constructor(groups: Net[][], { momentum, clip }: { momentum: number; clip: number }) {
    this.groups = groups;
    this.momentum = momentum;
    this.clip = clip;
    this.velocities = new Map(
      groups.flat().map((net) => [net, net.parameters.map((parameter) => new Float32Array(parameter.length))]),
    );
  }

  /** One step. */
  descend(gradients: Map<Net, Gradients>) {
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

  updateParameters(values: Float32Array, velocity: Float32Array, gradient: Float32Array, divisor: number) {
    const { momentum, rate } = this;
    for (let k = 0; k < values.length; k++) {
      velocity[k] = momentum * velocity[k] + gradient[k] / divisor;
      values[k] -= rate * velocity[k];
    }
  }
}

function squaredNorm(values: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < values.length; k++) sum += values[k] ** 2;
  return sum;
}
