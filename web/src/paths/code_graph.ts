/**
 * The codes as a graph of neighbours in which short hops are cheap, so that its cheapest paths stay where codes are
 * dense.
 *
 * A hop costs the square of its length, so two hops of half the length cost half as much as one. Every code is linked
 * to its nearest ones and, by the minimum spanning tree, to the rest, so there is always a path.
 */

import { smallestIndices, squaredDistance, squaredDistances } from "../base/distances.ts";

const NEIGHBOURS = 8;
const PASSES = 3; // of smoothing
const MAX_MULTIPLICATIONS = 2e8; // the most multiplications for linking, which take a few tenths of a second

/** The largest number of codes in a graph, for codes of d dimensions. */
export const maxGraphSize = (dim: number): number => Math.min(2000, Math.floor(Math.sqrt(MAX_MULTIPLICATIONS / dim)));

export class CodeGraph {
  z: Float64Array<ArrayBuffer>;
  dim: number;
  count: number;
  /** Neighbours of each code. */
  neighbours: number[][];

  /** @param z n×d, all of them finite */
  constructor(z: Float32Array, dim: number) {
    this.z = Float64Array.from(z); // so that the loops convert no numbers
    this.dim = dim;
    this.count = Math.floor(z.length / dim);
    this.neighbours = Array.from({ length: this.count }, () => []);
    this.linkCodes();
  }

  /** One pass over all pairs finds the nearest codes of each and grows the minimum spanning tree (Prim's algorithm). */
  linkCodes() {
    const [squares, distanceToTree] = [new Float64Array(this.count), new Float64Array(this.count).fill(Infinity)];
    const parent = new Int32Array(this.count).fill(-1);
    const unvisitedIndices = Int32Array.from(distanceToTree.keys());
    for (let remaining = this.count, nextPosition = 0; remaining > 0;) {
      const current = unvisitedIndices[nextPosition];
      unvisitedIndices[nextPosition] = unvisitedIndices[--remaining];
      if (parent[current] >= 0) this.addEdge(current, parent[current]);
      squaredDistances(this.z, this.dim, this.codeOfNode(current), squares);
      squares[current] = Infinity; // no neighbour of itself
      for (const neighbour of smallestIndices(squares, NEIGHBOURS)) this.addEdge(current, neighbour);
      nextPosition = 0;
      for (let k = 0; k < remaining; k++) {
        const code = unvisitedIndices[k];
        if (squares[code] < distanceToTree[code]) [distanceToTree[code], parent[code]] = [squares[code], current];
        if (distanceToTree[code] < distanceToTree[unvisitedIndices[nextPosition]]) nextPosition = k;
      }
    }
  }

  codeOfNode(k: number): Float64Array {
    return this.z.subarray(k * this.dim, (k + 1) * this.dim);
  }

  addEdge(a: number, b: number) {
    this.neighbours[a].push(b);
    this.neighbours[b].push(a);
  }

  /**
   * The cheapest path from a to b: both ends and the codes between them (Dijkstra's algorithm). Each end is linked to
   * its nearest codes, and to the other end.
   */
  cheapestPath(a: ArrayLike<number>, b: ArrayLike<number>): number[][] {
    const [distancesFromA, distancesToB] = [a, b].map((end) =>
      squaredDistances(this.z, this.dim, end, new Float64Array(this.count)),
    );
    const cost = new Float64Array(this.count).fill(Infinity);
    const previous = new Int32Array(this.count).fill(-1);
    const frontier = new Set(smallestIndices(distancesFromA, NEIGHBOURS));
    for (const k of frontier) cost[k] = distancesFromA[k];
    const nearEnd = new Set(smallestIndices(distancesToB, NEIGHBOURS));
    let [lowestCost, last] = [squaredDistance(a, b), -1];
    while (frontier.size) {
      let current = -1;
      for (const k of frontier) if (current < 0 || cost[k] < cost[current]) current = k;
      frontier.delete(current);
      if (cost[current] >= lowestCost) break;
      if (nearEnd.has(current) && cost[current] + distancesToB[current] < lowestCost)
        [lowestCost, last] = [cost[current] + distancesToB[current], current];
      for (const k of this.neighbours[current]) {
        const sum = cost[current] + squaredDistance(this.codeOfNode(current), this.codeOfNode(k));
        if (sum >= cost[k]) continue;
        [cost[k], previous[k]] = [sum, current];
        frontier.add(k);
      }
    }
    const inner = [];
    for (let k = last; k >= 0; k = previous[k]) inner.unshift(Array.from(this.codeOfNode(k)));
    return [Array.from(a), ...inner, Array.from(b)];
  }
}

/** Moves each inner point half-way to the middle of its two neighbours, PASSES times. */
export function smoothPath(points: number[][]): number[][] {
  for (let pass = 0; pass < PASSES; pass++) {
    points = points.map((point, k) => {
      if (k === 0 || k === points.length - 1) return point;
      return point.map((value, j) => value / 2 + (points[k - 1][j] + points[k + 1][j]) / 4);
    });
  }
  return points;
}
