/**
 * The prior p(z) in the page: log-density, percentiles of its marginals and the region that holds 99 % of its mass, by
 * the formulas of `aae_core/models/priors` (Makhzani et al., arXiv 1511.05644v2, §2.1 and §2.3).
 */

import { fractionalIndex, valueAtIndex } from "../base/interpolation.js";
import { DensityTable } from "./density_table.js";
import { PRIOR_KINDS, ROLL, logOfMean, rollPoint } from "./kinds.js";
import { makeSeededRandom, samplePrior } from "./sampling.js";
import { translate } from "../base/translate.js";

const SCORED_SAMPLES = 1000; // samples with which z is compared
const RARE_SHARE = 0.1; // share of the samples that count as rare
/** How likely a code is in words, from the most to the least likely. */
export const LIKELIHOODS = {
  likely: translate("A likely sample of the prior"),
  rare: translate("A rare sample of the prior"),
  never: translate("Hardly ever drawn from the prior"),
};

/** @typedef {keyof typeof LIKELIHOODS} Likelihood */

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
    /** The scores of samples once they are needed. @type {Float64Array | null} */
    this.sampleScores = null;
    this.arcCoordinates = this.spec && this.typical?.kind === "arc" ? arcPoints(this.spec.scale) : new Float64Array(0);
  }

  /**
   * log p(z) in nats; −Infinity beyond a bounded support, NaN if the prior has no density or the page does not know it.
   * @param {ArrayLike<number>} z
   * @returns {number}
   */
  logDensity(z) {
    const { spec, densityTable } = this;
    if (densityTable) return densityTable.logDensity(z);
    const density = spec && PRIOR_KINDS[spec.name]?.logDensity;
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
   * How likely z is among samples of the prior; null if that is not known.
   * @param {ArrayLike<number>} z
   * @param {boolean | null} isTypical as `isTypical` says of z
   * @returns {Likelihood | null}
   */
  likelihood(z, isTypical = this.isTypical(z)) {
    if (isTypical === null) return null;
    if (!isTypical) return "never";
    const limit = this.scoreQuantile(RARE_SHARE);
    return this.score(z) >= limit - 1e-6 * Math.max(1, Math.abs(limit)) ? "likely" : "rare";
  }

  /** Whether all samples are equally likely, as those of a uniform prior are. */
  get isFlat() {
    if (!this.typical) return false;
    const [low, high] = [this.scoreQuantile(RARE_SHARE), this.scoreQuantile(1 - RARE_SHARE)];
    return high - low < 1e-6 * Math.max(1, Math.abs(high));
  }

  /** Whether it consists of several components, each with an outline of its own. */
  get hasComponents() {
    return this.spec?.name === "mixture" || (this.spec?.heads?.length ?? 0) > 1;
  }

  /**
   * A number that is higher for likelier codes: log p(z), or the negative distance to the arc.
   * @param {ArrayLike<number>} z
   * @returns {number}
   */
  score(z) {
    if (this.typical?.kind !== "arc") return this.logDensity(z);
    const heads = this.spec?.heads ?? [[0, 0]];
    return -Math.min(...heads.map(([x, y]) => this.distanceToArc(z[0] - x, z[1] - y)));
  }

  /** The score that a share of the prior's samples does not reach. @param {number} share @returns {number} */
  scoreQuantile(share) {
    this.sampleScores ??= this.scoreSamples();
    return this.sampleScores[Math.floor(share * this.sampleScores.length)];
  }

  /** The scores of samples, ascending; the same at every call. @returns {Float64Array} */
  scoreSamples() {
    const { dim } = this;
    const drawnSamples = this.drawSamples(SCORED_SAMPLES);
    const scores = Float64Array.from({ length: SCORED_SAMPLES }, (_, k) =>
      this.score(drawnSamples.subarray(k * dim, (k + 1) * dim)),
    );
    return scores.filter((score) => !Number.isNaN(score)).sort();
  }

  /** Samples, count × dim; the same at every call. @param {number} count @returns {Float32Array} */
  drawSamples(count) {
    const { spec, dim, samples } = this;
    const drawnSamples = new Float32Array(count * dim);
    if (!spec) return drawnSamples;
    const random = makeSeededRandom(1);
    for (let k = 0; k < count; k++) drawnSamples.set(samplePrior(spec, dim, random, samples), k * dim);
    return drawnSamples;
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {number}
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
   * @returns {number}
   */
  quantile(p, j) {
    if (!this.quantileTable) return NaN;
    return valueAtIndex(this.quantileRow(j), fractionalIndex(this.levels, p));
  }

  /**
   * The share of dimension j's mass below a value, clamped to the table's first and last level; NaN without a table.
   * @param {number} value
   * @param {number} j
   * @returns {number}
   */
  percentile(value, j) {
    if (!this.quantileTable) return NaN;
    return valueAtIndex(this.levels, fractionalIndex(this.quantileRow(j), value));
  }

  /** @param {number} j @returns {Float32Array} */
  quantileRow(j) {
    const n = this.levels.length;
    // without heads, dimensions j and j + 2 have equal marginals, so there are two rows at most
    const start = (j % this.rowCount) * n;
    return /** @type {Float32Array} */ (this.quantileTable).subarray(start, start + n);
  }
}

/**
 * The style of z at a head: z − head.
 * @param {ArrayLike<number>} z
 * @param {number[]} head
 * @returns {number[]}
 */
const subtractHead = (z, head) => Array.from(z, (value, j) => value - head[j]);

/** Points of the arc, x and y in turn. @param {number} scale @returns {Float64Array} */
const arcPoints = (scale) =>
  Float64Array.from(
    Array.from({ length: ROLL.steps }, (_, k) => rollPoint(k / (ROLL.steps - 1))).flat(),
    (value) => scale * value,
  );
