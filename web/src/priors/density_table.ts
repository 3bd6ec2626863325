/**
 * The density of a user-defined prior: a table of log p(z) at knots (`aae_core/latent/maps.py`, `tabulate_log_prior`),
 * interpolated linearly.
 */

import { fractionalIndex } from "../base/interpolation.ts";
import type { PriorFields } from "../messages.ts";

export class DensityTable {
  knots: Float32Array<ArrayBufferLike>[];
  logDensities: Float32Array<ArrayBufferLike>;

  /** @param fields prior_y: with two dimensions only; prior_log: one row over x for each knot of y */
  constructor({ prior_x, prior_y, prior_log }: PriorFields) {
    this.knots = [prior_x, prior_y].flatMap((field) => (field ? [field.values] : []));
    this.logDensities = prior_log?.values ?? new Float32Array(0);
  }

  /** Whether z lies within the knots, which cover the densest 99 %. */
  contains(z: ArrayLike<number>): boolean {
    return this.knots.every((knots, j) => z[j] >= knots[0] && z[j] <= knots[knots.length - 1]);
  }

  /** log p(z) in nats; NaN beyond the knots. */
  logDensity(z: ArrayLike<number>): number {
    if (!this.contains(z)) return NaN;
    const [fractionalColumn, fractionalRow] = [0, 1].map((j) =>
      this.knots[j] ? fractionalIndex(this.knots[j], z[j]) : 0,
    );
    const [column, row] = [Math.floor(fractionalColumn), Math.floor(fractionalRow)];
    const valueInRow = (k: number) => {
      const first = k * this.knots[0].length + column;
      return interpolateLog(this.logDensities[first], this.logDensities[first + 1], fractionalColumn - column);
    };
    return fractionalRow > row
      ? interpolateLog(valueInRow(row), valueInRow(row + 1), fractionalRow - row)
      : valueInRow(row);
  }
}

/** Linear interpolation; if one value is −∞, the support ends half-way. */
function interpolateLog(a: number, b: number, share: number): number {
  if (Number.isFinite(a) && Number.isFinite(b)) return a + (b - a) * share;
  return share < 0.5 ? a : b;
}
