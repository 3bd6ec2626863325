/**
 * The density of a prior of the user's own, whose formula the page does not have: a table of log p(z) at knots
 * (`aae_core/latent/maps.py`, `prior_table`), linear between them.
 */

import { placeAmong } from "../base/knots.js";

export class Table {
  /** @param {import("../../messages.js").PriorFields} fields y: of codes of two dimensions; log: the knots of x in turn for each of y */
  constructor({ prior_x, prior_y, prior_log }) {
    this.knots = [prior_x, prior_y].flatMap((field) => (field ? [field.values] : []));
    this.log = prior_log?.values ?? new Float32Array(0);
  }

  /** Whether z lies as far inside as the knots, which the densest 99 % do. @param {ArrayLike<number>} z */
  reaches(z) {
    return this.knots.every((knots, j) => z[j] >= knots[0] && z[j] <= knots[knots.length - 1]);
  }

  /** log p(z) in nats; NaN beyond the knots. @param {ArrayLike<number>} z */
  logDensity(z) {
    if (!this.reaches(z)) return NaN;
    const [across, up] = [0, 1].map((j) => (this.knots[j] ? placeAmong(this.knots[j], z[j]) : 0));
    const [column, row] = [Math.floor(across), Math.floor(up)];
    const at = (/** @type {number} */ k) => {
      const first = k * this.knots[0].length + column;
      return between(this.log[first], this.log[first + 1], across - column);
    };
    return up > row ? between(at(row), at(row + 1), up - row) : at(row);
  }
}

/** Where one of them is −∞, the support ends half-way. @param {number} a @param {number} b @param {number} share */
function between(a, b, share) {
  if (Number.isFinite(a) && Number.isFinite(b)) return a + (b - a) * share;
  return share < 0.5 ? a : b;
}
