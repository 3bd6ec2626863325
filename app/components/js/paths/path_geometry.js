/**
 * What paths are computed from: the graph and the nearness of the codes, and geodesics of the decoder. All are computed
 * on demand, once for each set of codes and each decoder.
 */

import { memoizeLast } from "../base/memoize.js";
import { CodeGraph, maxGraphSize, smoothPath } from "./code_graph.js";
import { makeBatchDecoder, geodesicLeg, estimateGeodesicWork } from "./geodesic.js";
import { Nearness, sampleByClass } from "./nearness.js";
import { polylineLeg, straightLeg } from "./path_legs.js";

/** @typedef {ArrayLike<number>} Point */
/**
 * nearnessAt: `Nearness.nearnessAt`; geodesic: returns the function that computes the leg between two codes, or null if
 * the page cannot.
 * @typedef {{graph: () => CodeGraph, nearnessAt: (place: Point) => number, geodesic: () => ((a: Point, b: Point) =>
 *   import("./path_legs.js").Leg) | null}} PathGeometry
 */

const NO_CODES = new Float32Array(0);
const MAX_WORK = 6e9; // the most multiplications for a leg, which take a few tenths of a second by WebAssembly
const MAX_LEGS = 64; // the most legs in memory

/** @typedef {[z: Float32Array, dim: number, labels: ArrayLike<number> | null]} PlaneCodes */

/** @param {import("./planes.js").GeometryPlane} plane whose codes and decoder are used @returns {PathGeometry} */
export function makePathGeometry(plane) {
  const graph = memoizeLast(
    (/** @type {PlaneCodes} */ ...[z, dim, labels]) =>
      new CodeGraph(sampleByClass(z, dim, labels, maxGraphSize(dim)), dim),
  );
  const nearness = memoizeLast((/** @type {PlaneCodes} */ ...[z, dim, labels]) => new Nearness(z, dim, labels));
  /** @template T @param {(z: Float32Array, dim: number, labels: ArrayLike<number> | null) => T} make */
  const fromCurrentCodes = (make) => make(plane.fields.z?.values ?? NO_CODES, plane.header.dim, plane.codes.labels);
  const legs = memoizeLast((/** @type {import("./geodesic.js").Decode} */ decode, /** @type {CodeGraph} */ codes) => {
    /**
     * By their ends, so that moving a waypoint recomputes only its own legs.
     * @type {Map<string, import("./path_legs.js").Leg>}
     */
    const legsByEnds = new Map();
    return (/** @type {Point} */ a, /** @type {Point} */ b) => {
      const ends = `${Array.from(a)};${Array.from(b)}`;
      if (!legsByEnds.has(ends) && legsByEnds.size >= MAX_LEGS) legsByEnds.clear();
      const leg =
        legsByEnds.get(ends) ??
        geodesicLeg([straightLeg(a, b), polylineLeg(smoothPath(codes.cheapestPath(a, b)))], decode);
      legsByEnds.set(ends, leg);
      return leg;
    };
  });
  const images = memoizeLast(makeBatchDecoder);
  const geodesic = () => {
    const {
      decoder: { networks },
      header,
    } = plane;
    if (!networks || estimateGeodesicWork(header.dim, networks.decoder.multiplications) > MAX_WORK) return null;
    return legs(images(networks, header.y ?? null), fromCurrentCodes(graph));
  };
  return {
    graph: () => fromCurrentCodes(graph),
    nearnessAt: (place) => fromCurrentCodes(nearness).nearnessAt(place),
    geodesic,
  };
}
