/**
 * The prior p(z) in the page: log-density, percentiles of its marginals and the region that holds 99 % of its mass, by
 * the
 * formulas of `aae_core/models/priors` (Makhzani et al., arXiv 1511.05644v2, §2.1 and §2.3).
 */

import { fractionalIndex, valueAtIndex } from "../base/interpolation.js";
import { DensityTable } from "./density_table.js";
import { PRIOR_KINDS, ROLL, logOfMean, rollPoint } from "./kinds.js";

export class Prior {
  /**
   * @param {Pick<import("../../messages.js").About, "dim" | "prior" | "typical">} header
   * @param {import("../../messages.js").PriorFields} fields quantiles: rows × levels, the marginal inverse CDF; the
   *   others
   *   belong to a user-defined prior
   */
  constructor(header, fields) {
    const { quantiles, prior_samples, prior_log } = fields;
    this.dim = header.dim;
    this.spec = header.prior;
    this.typical = header.typical;
    this.levels = header.prior?.levels ?? [];
    this.rowCount = quantiles?.shape[0] ?? 0;
    this.quantileTable = quantiles?.values ?? null;
    /** Samples of a user-defined prior, n × dim. */
    this.samples = prior_samples?.values;
    this.densityTable = prior_log ? new DensityTable(fields) : null;
    this.arcCoordinates = this.spec && this.typical?.kind === "arc" ? arcPoints(this.spec.scale) : new Float64Array(0);
  }

  /**
   * log p(z) in nats; −Infinity beyond a bounded support, NaN if the prior has no density or the page does not know it.
   * @param {ArrayLike<number>} z
   */
  logDensity(z) {
    const { spec, densityTable } = this;
    if (densityTable) return densityTable.logDensity(z);
    const density = spec && DENSITIES[spec.name];
    if (!density) return NaN;
    return spec.heads ? logOfMean(spec.heads.map((head) => density(subtractHead(z, head), spec))) : density(z, spec);
  }

  /**
   * Whether z lies in the densest region that holds 99 % of the mass; null if that is not known.
   * @param {ArrayLike<number>} z
   * @returns {boolean | null}
   */
  isTypical(z) {
    const rule = this.typical;
    if (!rule) return null;
    const heads = this.spec?.heads ?? [[0, 0]];
    if (rule.kind === "arc") return heads.some(([x, y]) => this.distanceToArc(z[0] - x, z[1] - y) <= rule.distance);
    if (this.densityTable && !this.densityTable.contains(z)) return false;
    const logDensity = this.logDensity(z);
    // the threshold is a float32
    return Number.isNaN(logDensity) ? null : logDensity >= rule.log - 1e-4 * Math.max(1, Math.abs(rule.log));
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  distanceToArc(x, y) {
    let smallest = Infinity;
    for (let k = 0; k < this.arcCoordinates.length; k += 2)
      smallest = Math.min(smallest, (this.arcCoordinates[k] - x) ** 2 + (this.arcCoordinates[k + 1] - y) ** 2);
    return Math.sqrt(smallest);
  }

  /**
   * The p-quantile of dimension j; NaN without a table.
   * @param {number} p
   * @param {number} j
   */
  quantile(p, j) {
    if (!this.quantileTable) return NaN;
    return valueAtIndex(this.quantileRow(j), fractionalIndex(this.levels, p));
  }

  /**
   * The share of dimension j's mass below a value, clamped to the table's first and last level; NaN without a table.
   * @param {number} value
   * @param {number} j
   */
  percentile(value, j) {
    if (!this.quantileTable) return NaN;
    return valueAtIndex(this.levels, fractionalIndex(this.quantileRow(j), value));
  }

  /** @param {number} j */
  quantileRow(j) {
    const n = this.levels.length;
    // without heads, dimensions j and j + 2 have equal marginals, so there are two rows at most
    const start = (j % this.rowCount) * n;
    return /** @type {Float32Array} */ (this.quantileTable).subarray(start, start + n);
  }
}

/** @type {Object<string, (z: ArrayLike<number>, about: PriorSpec) => number>} */
const DENSITIES = {
  gaussian: (z, { scale }) => {
    const squares = Array.from(z).reduce((sum, v) => sum + (v / scale) ** 2, 0);
    return -0.5 * squares - z.length * (Math.log(scale) + 0.5 * LOG_TWO_PI);
  },
  uniform: (z, { scale }) => {
    const edge = Math.sqrt(3) * scale;
    return Array.from(z).every((v) => Math.abs(v) <= edge) ? -z.length * Math.log(2 * edge) : -Infinity;
  },
  gamma: (z, { scale, shape }) => {
    const each = logGamma(shape) + Math.log(scale);
    return Array.from(z).reduce((sum, v) => {
      if (v < 0) return -Infinity;
      return sum + (shape === 1 ? 0 : (shape - 1) * Math.log(v / scale)) - v / scale - each;
    }, 0);
  },
  painted: (z, { scale, painting }) =>
    Math.log(paintingDistribution(painting ?? "").density(z[0] / scale, z[1] / scale) / scale ** 2),
  mixture: (z, { scale, components }) => {
    return logOfMean(Array.from({ length: components }, (_, k) => petalLogDensity(z, scale, petalAxis(k, components))));
  },
};

/**
 * The style of z at a head: z − head.
 * @param {ArrayLike<number>} z
 * @param {number[]} head
 */
const subtractHead = (z, head) => Array.from(z, (value, j) => value - head[j]);

/** The logarithm of the mean of densities, from their logarithms. @param {number[]} logs */
function logOfMean(logs) {
  const largest = Math.max(...logs);
  if (largest === -Infinity) return largest;
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/**
 * Log-density of one petal: every pair of dimensions is rotated by the same angle.
 * @param {ArrayLike<number>} z
 * @param {number} scale
 * @param {number[]} axis
 */
function petalLogDensity(z, scale, axis) {
  let log = 0;
  for (let j = 0; j < z.length; j += 2) {
    const [u, v] = petalOffset(z[j], z[j + 1], scale, axis);
    log -= 0.5 * (u * u + v * v);
    log -= LOG_TWO_PI + Math.log(PETAL.along * PETAL.across * scale * scale);
  }
  return log;
}

/**
 * The direction of a petal, as cosine and sine.
 * @param {number} k
 * @param {number} components
 */
export function petalAxis(k, components) {
  const angle = (2 * Math.PI * k) / components;
  return [Math.cos(angle), Math.sin(angle)];
}

/**
 * A point's offset from a petal's middle along and across it, in standard deviations.
 * @param {number} x
 * @param {number} y
 * @param {number} scale
 * @param {number[]} axis
 */
export function petalOffset(x, y, scale, [cos, sin]) {
  return [((x * cos + y * sin) / scale - PETAL.shift) / PETAL.along, (y * cos - x * sin) / scale / PETAL.across];
}

/**
 * The point of a petal at scale 1 with this offset, the inverse of `withinPetal`.
 * @param {number} u
 * @param {number} v
 * @param {number[]} axis
 */
export function petalPoint(u, v, [cos, sin]) {
  const [along, across] = [PETAL.shift + PETAL.along * u, PETAL.across * v];
  return [along * cos - across * sin, along * sin + across * cos];
}

/**
 * A point of the Swiss roll's arc at scale 1.
 * @param {number} t 0 in the middle, 1 at the outer end
 * @returns {[number, number]}
 */
export const rollPoint = (t) => [
  ROLL.radius * t * Math.cos(ROLL.angle * t),
  ROLL.radius * t * Math.sin(ROLL.angle * t),
];

/** Points of the arc, x and y in turn. @param {number} scale */
const arcPoints = (scale) =>
  Float64Array.from(
    Array.from({ length: ROLL.steps }, (_, k) => rollPoint(k / (ROLL.steps - 1))).flat(),
    (value) => scale * value,
  );
