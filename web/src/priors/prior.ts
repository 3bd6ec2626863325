/**
 * The prior p(z) in the page: log-density, percentiles of its marginals and the region that holds 99 % of its mass, by
 * the formulas of `aae_core/models/priors` (Makhzani et al., arXiv 1511.05644v2, §2.1 and §2.3).
 */

import { fractionalIndex, valueAtIndex } from "../base/interpolation.ts";
import { DensityTable } from "./density_table.ts";
import { PRIOR_KINDS, ROLL, logOfMean, rollPoint } from "./kinds.ts";
import { makeSeededRandom, samplePrior } from "./sampling.ts";
import { translate } from "../base/translate.ts";
import type { About, PriorFields } from "../messages.ts";

const SCORED_SAMPLES = 1000; // samples with which z is compared
const RARE_SHARE = 0.1; // share of the samples that count as rare
/** How likely a code is in words, from the most to the least likely. */
export const LIKELIHOODS = {
  likely: translate("A likely sample of the prior"),
  rare: translate("A rare sample of the prior"),
  never: translate("Hardly ever drawn from the prior"),
};

export type Likelihood = keyof typeof LIKELIHOODS;

export class Prior {
  dim: number;
  spec;
  typical;
  levels: number[];
  rowCount: number;
  quantileTable: Float32Array<ArrayBufferLike> | null;
  /** Samples of a user-defined prior, n × dim. */
  samples: Float32Array<ArrayBufferLike> | undefined;
  densityTable: DensityTable | null;
  /** The scores of samples once they are needed. */
  sampleScores: Float64Array | null = null;
  arcCoordinates: Float64Array<ArrayBufferLike>;

  /** @param fields quantiles: rows × levels, the marginal inverse CDF; the others belong to a user-defined prior */
  constructor(header: Pick<About, "dim" | "prior" | "typical">, fields: PriorFields) {
    const { quantiles, prior_samples, prior_log } = fields;
    this.dim = header.dim;
    this.spec = header.prior;
    this.typical = header.typical;
    this.levels = header.prior?.levels ?? [];
    this.rowCount = quantiles?.shape[0] ?? 0;
    this.quantileTable = quantiles?.values ?? null;
    this.samples = prior_samples?.values;
    this.densityTable = prior_log ? new DensityTable(fields) : null;
    this.arcCoordinates = this.spec && this.typical?.kind === "arc" ? arcPoints(this.spec.scale) : new Float64Array(0);
  }

  /**
   * log p(z) in nats; −Infinity beyond a bounded support, NaN if the prior has no density or the page does not know it.
   */
  logDensity(z: ArrayLike<number>): number {
    const { spec, densityTable } = this;
    if (densityTable) return densityTable.logDensity(z);
    const density = spec && PRIOR_KINDS[spec.name]?.logDensity;
    if (!density) return NaN;
    return spec.heads ? logOfMean(spec.heads.map((head) => density(subtractHead(z, head), spec))) : density(z, spec);
  }

  /** Whether z lies in the densest region that holds 99 % of the mass; null if that is not known. */
  isTypical(z: ArrayLike<number>): boolean | null {
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
   * @param isTypical as `isTypical` says of z
   */
  likelihood(z: ArrayLike<number>, isTypical: boolean | null = this.isTypical(z)): Likelihood | null {
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

  /** A number that is higher for likelier codes: log p(z), or the negative distance to the arc. */
  score(z: ArrayLike<number>): number {
    if (this.typical?.kind !== "arc") return this.logDensity(z);
    const heads = this.spec?.heads ?? [[0, 0]];
    return -Math.min(...heads.map(([x, y]) => this.distanceToArc(z[0] - x, z[1] - y)));
  }

  /** The score that a share of the prior's samples does not reach. */
  scoreQuantile(share: number): number {
    this.sampleScores ??= this.scoreSamples();
    return this.sampleScores[Math.floor(share * this.sampleScores.length)];
  }

  /** The scores of samples, ascending; the same at every call. */
  scoreSamples(): Float64Array {
    const { dim } = this;
    const drawnSamples = this.drawSamples(SCORED_SAMPLES);
    const scores = Float64Array.from({ length: SCORED_SAMPLES }, (_, k) =>
      this.score(drawnSamples.subarray(k * dim, (k + 1) * dim)),
    );
    return scores.filter((score) => !Number.isNaN(score)).sort();
  }

  /** Samples, count × dim; the same at every call. */
  drawSamples(count: number): Float32Array {
    const { spec, dim, samples } = this;
    const drawnSamples = new Float32Array(count * dim);
    if (!spec) return drawnSamples;
    const random = makeSeededRandom(1);
    for (let k = 0; k < count; k++) drawnSamples.set(samplePrior(spec, dim, random, samples), k * dim);
    return drawnSamples;
  }

  distanceToArc(x: number, y: number): number {
    let smallest = Infinity;
    for (let k = 0; k < this.arcCoordinates.length; k += 2)
      smallest = Math.min(smallest, (this.arcCoordinates[k] - x) ** 2 + (this.arcCoordinates[k + 1] - y) ** 2);
    return Math.sqrt(smallest);
  }

  /** The p-quantile of dimension j; NaN without a table. */
  quantile(p: number, j: number): number {
    if (!this.quantileTable) return NaN;
    return valueAtIndex(this.quantileRow(j), fractionalIndex(this.levels, p));
  }

  /**
   * The share of dimension j's mass below a value, clamped to the table's first and last level; NaN without a table.
   */
  percentile(value: number, j: number): number {
    if (!this.quantileTable) return NaN;
    return valueAtIndex(this.levels, fractionalIndex(this.quantileRow(j), value));
  }

  quantileRow(j: number): Float32Array {
    const n = this.levels.length;
    // without heads, dimensions j and j + 2 have equal marginals, so there are two rows at most
    const start = (j % this.rowCount) * n;
    return (this.quantileTable as Float32Array).subarray(start, start + n);
  }
}

/** The style of z at a head: z − head. */
const subtractHead = (z: ArrayLike<number>, head: number[]): number[] => Array.from(z, (value, j) => value - head[j]);

/** Points of the arc, x and y in turn. */
const arcPoints = (scale: number): Float64Array =>
  Float64Array.from(
    Array.from({ length: ROLL.steps }, (_, k) => rollPoint(k / (ROLL.steps - 1))).flat(),
    (value) => scale * value,
  );
