/**
 * The codes along a path: their graph and nearness, computed on demand, once for each set of codes.
 */

import { made } from "../base/anew.js";
import { CodeGraph, roomFor } from "./code_graph.js";
import { Nearness, sampled } from "./nearness.js";

const NONE = new Float32Array(0);

/**
 * @param {import("../plane/plane.js").Plane} plane whose codes they are; their places on the plane play no part
 * @returns {{graph: () => CodeGraph, near: (place: ArrayLike<number>) => number}} near: as `Nearness.at` has it
 */
export function groundOf(plane) {
  const graph = made((z, dim, labels) => new CodeGraph(sampled(z, dim, labels, roomFor(dim)), dim));
  const nearness = made((z, dim, labels) => new Nearness(z, dim, labels));
  /** @template T @param {(z: Float32Array, dim: number, labels: ArrayLike<number> | null) => T} make */
  const now = (make) => make(plane.fields.z?.values ?? NONE, plane.header.dim, plane.codes.labels);
  return { graph: () => now(graph), near: (place) => now(nearness).at(place) };
}
