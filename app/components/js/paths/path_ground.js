/**
 * What paths are computed from: the graph and the nearness of the codes, and geodesics of the decoder. All are computed on
 * demand, once for each set of codes and each decoder.
 */

import { made } from "../base/anew.js";
import { CodeGraph, roomFor, smooth } from "./code_graph.js";
import { decoding, legOf, workOf } from "./geodesic.js";
import { Nearness, sampled } from "./nearness.js";
import { along, straight } from "./paths.js";

/** @typedef {ArrayLike<number>} Point */
/**
 * near: `Nearness.at`; geodesic: returns the function that computes the leg between two codes, or null if the page cannot.
 * @typedef {{graph: () => CodeGraph, near: (place: Point) => number, geodesic: () => ((a: Point, b: Point) => import("./paths.js").Leg) | null}} Ground
 */

const NONE = new Float32Array(0);
const WORK = 6e9; // the most multiplications for a leg, which take a few tenths of a second by WebAssembly
const LEGS = 64; // the most legs in memory

/** @param {import("../plane/plane.js").Plane} plane whose codes and decoder are used @returns {Ground} */
export function groundOf(plane) {
  const graph = made((z, dim, labels) => new CodeGraph(sampled(z, dim, labels, roomFor(dim)), dim));
  const nearness = made((z, dim, labels) => new Nearness(z, dim, labels));
  /** @template T @param {(z: Float32Array, dim: number, labels: ArrayLike<number> | null) => T} make */
  const now = (make) => make(plane.fields.z?.values ?? NONE, plane.header.dim, plane.codes.labels);
  const legs = made((decode, codes) => {
    /** By their ends, so that moving a waypoint recomputes only its own legs. @type {Map<string, import("./paths.js").Leg>} */
    const known = new Map();
    return (/** @type {Point} */ a, /** @type {Point} */ b) => {
      const ends = `${Array.from(a)};${Array.from(b)}`;
      if (!known.has(ends) && known.size >= LEGS) known.clear();
      const leg = known.get(ends) ?? legOf([straight(a, b), along(smooth(codes.way(a, b)))], decode);
      known.set(ends, leg);
      return leg;
    };
  });
  const images = made(decoding);
  const geodesic = () => {
    const { answers: { networks }, header } = plane; // prettier-ignore
    if (!networks || workOf(header.dim, networks.decoder.work) > WORK) return null;
    return legs(images(networks, header.y ?? null), now(graph));
  };
  return { graph: () => now(graph), near: (place) => now(nearness).at(place), geodesic };
}
