/**
 * What paths are computed from: the graph and the nearness of the codes, and geodesics of the decoder. All are computed
 * on demand, once for each set of codes and each decoder.
 */

import { memoizeLast } from "../base/memoize.ts";
import { CodeGraph, maxGraphSize, smoothPath } from "./code_graph.ts";
import { makeBatchDecoder, geodesicLeg, estimateGeodesicWork } from "./geodesic.ts";
import { Nearness, sampleByClass } from "./nearness.ts";
import { polylineLeg, straightLeg } from "./path_legs.ts";
import type { Leg } from "./path_legs.ts";
import type { GeometryPlane } from "./planes.ts";
import type { Decode } from "./geodesic.ts";

type Point = ArrayLike<number>;
/**
 * nearnessAt: `Nearness.nearnessAt`; geodesic: returns the function that computes the leg between two codes, or null if
 * the page cannot.
 */
export type PathGeometry = {
  graph: () => CodeGraph;
  nearnessAt: (place: Point) => number;
  geodesic: () => ((a: Point, b: Point) => Leg) | null;
};

const NO_CODES = new Float32Array(0);
const MAX_WORK = 6e9; // the most multiplications for a leg, which take a few tenths of a second by WebAssembly
const MAX_LEGS = 64; // the most legs in memory

type PlaneCodes = [z: Float32Array, dim: number, labels: ArrayLike<number> | null];

/** @param plane whose codes and decoder are used */
export function makePathGeometry(plane: GeometryPlane): PathGeometry {
  const graph = memoizeLast(
    (...[z, dim, labels]: PlaneCodes) => new CodeGraph(sampleByClass(z, dim, labels, maxGraphSize(dim)), dim),
  );
  const nearness = memoizeLast((...[z, dim, labels]: PlaneCodes) => new Nearness(z, dim, labels));
  const fromCurrentCodes = <T>(make: (z: Float32Array, dim: number, labels: ArrayLike<number> | null) => T) =>
    make(plane.fields.z?.values ?? NO_CODES, plane.header.dim, plane.codes.labels);
  const legs = memoizeLast((decode: Decode, codes: CodeGraph) => {
    /** By their ends, so that moving a waypoint recomputes only its own legs. */
    const legsByEnds: Map<string, Leg> = new Map();
    return (a: Point, b: Point) => {
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
