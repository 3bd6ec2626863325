/**
 * A path as defined by the user: waypoints, the interpolation between them, and the number of images.
 */

import { memoizeByKey } from "../base/memoize.ts";
import { formatSignificant } from "../base/number_format.ts";
import { smoothPath } from "./code_graph.ts";
import { polylineLeg, straightLeg, sphericalLeg } from "./path_legs.ts";
import { translate } from "../base/translate.ts";
import type { PathGeometry } from "./path_geometry.ts";
import type { Leg } from "./path_legs.ts";

/** pace: images a second */
export type Route = { waypoints: Float32Array[]; kind: string; count: number; pace: number };

export const MAX_WAYPOINTS = 6; // waypoints
const DIGITS = 6; // of a waypoint in a link
export const COUNT_RANGE = [8, 24]; // the fewest and the most images
export const PATH_KINDS: Record<string, { title: string; note: string }> = {
  linear: { title: translate("Linear"), note: translate("Straight from waypoint to waypoint.") },
  spherical: {
    title: translate("Spherical"),
    note: translate("Direction and length change at a constant rate around the origin."),
  },
  density: {
    title: translate("Along density"),
    note: translate("In short hops from code to code, so that the path stays where codes are dense."),
  },
  geodesic: {
    title: translate("Geodesic"),
    note: translate(
      "The path along which what is decoded changes least: shortest in the decoder’s output, not in z. Dashed: the straight line.",
    ),
  },
};

/** By revision; it outlives a change of page. */
export const rememberedRoute: (revision: string) => Route = memoizeByKey(() => ({
  waypoints: [],
  kind: "linear",
  count: 12,
  pace: 4,
}));

/**
 * The legs between the waypoints.
 * @param route two waypoints or more
 * @param geometry used by the kinds "density" and "geodesic"
 */
export function routeLegs({ waypoints, kind }: Route, geometry: PathGeometry): Leg[] {
  const geodesic = kind === "geodesic" ? geometry.geodesic() : null;
  const shortest = geodesic ? waypoints.slice(1).map((waypoint, k) => geodesic(waypoints[k], waypoint)) : [];
  if (geodesic && shortest.every((leg) => "direct" in leg)) return shortest;
  return waypoints.slice(1).map((waypoint, k) => {
    if (kind === "density") return polylineLeg(smoothPath(geometry.graph().cheapestPath(waypoints[k], waypoint)));
    return kind === "spherical" ? sphericalLeg(waypoints[k], waypoint) : straightLeg(waypoints[k], waypoint);
  });
}

/** A route as text for a link; "" without waypoints. */
export const routeText = ({ waypoints, kind, count }: Route): string =>
  waypoints.length
    ? [
        kind,
        count,
        waypoints.map((z) => Array.from(z, (value) => formatSignificant(value, DIGITS)).join()).join(";"),
      ].join("~")
    : "";

/** Sets a route from such a text, which Python has validated. */
export function restoreRoute(route: Route, text: string) {
  const [kind, count, places] = text.split("~");
  route.waypoints = places ? places.split(";").map((place) => Float32Array.from(place.split(","), Number)) : [];
  if (!places) return;
  route.kind = kind;
  route.count = Number(count);
}

/** The index of the frame at a step, when frames are shown forth and back without end. */
export function pingPongIndex(step: number, frames: number): number {
  const period = Math.max(1, 2 * frames - 2);
  const index = step % period;
  return index < frames ? index : period - index;
}
