/**
 * The activation functions after hidden layers, except for ReLU, which is a part of the layers themselves; as in PyTorch.
 */

/** The error function by formula 7.1.26 of Abramowitz and Stegun, with an error of at most 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}

export const ACTIVATIONS: { [name: string]: (x: number) => number } = {
  "leaky-relu": (x) => (x < 0 ? 0.01 * x : x),
  gelu: (x) => (x / 2) * (1 + erf(x * Math.SQRT1_2)),
  silu: (x) => x / (1 + Math.exp(-x)),
  elu: (x) => (x < 0 ? Math.expm1(x) : x),
  tanh: Math.tanh,
};

/** Replaces values by those of an activation function. */
export function activateInPlace(values: Float32Array, activation: (x: number) => number) {
  for (let k = 0; k < values.length; k++) values[k] = activation(values[k]);
}
