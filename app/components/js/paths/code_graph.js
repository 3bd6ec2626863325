/**
 * The codes as a graph of neighbours in which short hops are cheap, so that its cheapest paths stay where codes are dense.
 *
 * A hop costs the square of its length, so two hops of half the length cost half as much as one. Every code is linked to its
 * nearest ones and, by the minimum spanning tree, to the rest, so there is always a path.
 */

import { smallest, squareBetween, squaresTo } from "../choice/distances.js";

const NEIGHBOURS = 8;
const PASSES = 3; // of smoothing
const WORK = 2e8; // the most multiplications for linking, which take a few tenths of a second

/** The largest number of codes in a graph, for codes of d dimensions. @param {number} dim */
export const roomFor = (dim) => Math.min(2000, Math.floor(Math.sqrt(WORK / dim)));

export class CodeGraph {
  /** @param {Float32Array} z n×d, all of them finite @param {number} dim */
  constructor(z, dim) {
    this.z = Float64Array.from(z); // so that the loops convert no numbers
    this.dim = dim;
    this.count = Math.floor(z.length / dim);
    /** Neighbours of each code. @type {number[][]} */
    this.links = Array.from({ length: this.count }, () => []);
    this.link();
  }

  /** One pass over all pairs finds the nearest codes of each and grows the minimum spanning tree (Prim's algorithm). */
  link() {
    const [squares, gap] = [new Float64Array(this.count), new Float64Array(this.count).fill(Infinity)];
    const parent = new Int32Array(this.count).fill(-1);
    const waiting = Int32Array.from(gap.keys());
    for (let left = this.count, place = 0; left > 0; ) {
      const at = waiting[place];
      waiting[place] = waiting[--left];
      if (parent[at] >= 0) this.tie(at, parent[at]);
      squaresTo(this.z, this.dim, this.point(at), squares);
      squares[at] = Infinity; // no neighbour of itself
      for (const near of smallest(squares, NEIGHBOURS)) this.tie(at, near);
      place = 0;
      for (let k = 0; k < left; k++) {
        const code = waiting[k];
        if (squares[code] < gap[code]) [gap[code], parent[code]] = [squares[code], at];
        if (gap[code] < gap[waiting[place]]) place = k;
      }
    }
  }

  /** @param {number} k */
  point(k) {
    return this.z.subarray(k * this.dim, (k + 1) * this.dim);
  }

  /** @param {number} a @param {number} b */
  tie(a, b) {
    this.links[a].push(b);
    this.links[b].push(a);
  }

  /**
   * The cheapest path from a to b: both ends and the codes between them (Dijkstra's algorithm). Each end is linked to its nearest
   * codes, and to the other end.
   * @param {ArrayLike<number>} a
   * @param {ArrayLike<number>} b
   * @returns {number[][]}
   */
  way(a, b) {
    const [fromA, toB] = [a, b].map((end) => squaresTo(this.z, this.dim, end, new Float64Array(this.count)));
    const cost = new Float64Array(this.count).fill(Infinity);
    const before = new Int32Array(this.count).fill(-1);
    const waiting = new Set(smallest(fromA, NEIGHBOURS));
    for (const k of waiting) cost[k] = fromA[k];
    const landings = new Set(smallest(toB, NEIGHBOURS));
    let [best, last] = [squareBetween(a, b), -1];
    while (waiting.size) {
      let at = -1;
      for (const k of waiting) if (at < 0 || cost[k] < cost[at]) at = k;
      waiting.delete(at);
      if (cost[at] >= best) break;
      if (landings.has(at) && cost[at] + toB[at] < best) [best, last] = [cost[at] + toB[at], at];
      for (const k of this.links[at]) {
        const sum = cost[at] + squareBetween(this.point(at), this.point(k));
        if (sum >= cost[k]) continue;
        [cost[k], before[k]] = [sum, at];
        waiting.add(k);
      }
    }
    const between = [];
    for (let k = last; k >= 0; k = before[k]) between.unshift(Array.from(this.point(k)));
    return [Array.from(a), ...between, Array.from(b)];
  }
}

/** Moves each inner point half-way to the middle of its two neighbours, PASSES times. @param {number[][]} points */
export function smooth(points) {
  for (let pass = 0; pass < PASSES; pass++) {
    points = points.map((point, k) => {
      if (k === 0 || k === points.length - 1) return point;
      return point.map((value, j) => value / 2 + (points[k - 1][j] + points[k + 1][j]) / 4);
    });
  }
  return points;
}
