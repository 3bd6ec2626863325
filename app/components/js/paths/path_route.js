/**
 * A path as defined by the user: waypoints, the interpolation between them, and the number of images.
 */

import { kept } from "../base/anew.js";
import { digits } from "../base/number_text.js";
import { smooth } from "./code_graph.js";
import { along, straight, turned } from "./paths.js";

/** @typedef {{waypoints: Float32Array[], kind: string, count: number, pace: number}} Route pace: images a second */

export const MOST = 6; // waypoints
const DIGITS = 6; // of a waypoint in a link
export const COUNTS = [8, 24]; // the fewest and the most images
/** @type {Object<string, {title: string, said: string}>} */
export const KINDS = {
  linear: { title: "Linear", said: "Straight from waypoint to waypoint." },
  spherical: { title: "Spherical", said: "Direction and length change at a constant rate around the origin." },
  density: { title: "Along density", said: "In short hops from code to code, so that the path stays where codes are dense." },
  geodesic: { title: "Geodesic", said: "The path along which what is decoded changes least: shortest in the decoder’s output, not in z. Dashed: the straight line." },
};

/** By revision; it outlives a change of page. @type {(revision: string) => Route} */
export const routeOf = kept(() => ({ waypoints: [], kind: "linear", count: 12, pace: 4 }));

/**
 * The legs between the waypoints.
 * @param {Route} route two waypoints or more
 * @param {import("./path_ground.js").Ground} ground used by the kinds "density" and "geodesic"
 * @returns {import("./paths.js").Leg[]}
 */
export function legsOf({ waypoints, kind }, ground) {
  const geodesic = kind === "geodesic" ? ground.geodesic() : null;
  const shortest = geodesic ? waypoints.slice(1).map((to, k) => geodesic(waypoints[k], to)) : [];
  if (geodesic && shortest.every((leg) => "direct" in leg)) return shortest;
  return waypoints.slice(1).map((to, k) => {
    if (kind === "density") return along(smooth(ground.graph().way(waypoints[k], to)));
    return kind === "spherical" ? turned(waypoints[k], to) : straight(waypoints[k], to);
  });
}

/** A route as text for a link; "" without waypoints. @param {Route} route */
export const routeText = ({ waypoints, kind, count }) =>
  waypoints.length ? [kind, count, waypoints.map((z) => Array.from(z, (value) => digits(value, DIGITS)).join()).join(";")].join("~") : "";

/** Sets a route from such a text, which Python has validated. @param {Route} route @param {string} text */
export function readRoute(route, text) {
  const [kind, count, places] = text.split("~");
  route.waypoints = places ? places.split(";").map((place) => Float32Array.from(place.split(","), Number)) : [];
  if (!places) return;
  route.kind = kind;
  route.count = Number(count);
}

/** The index of the frame at a step, when frames are shown forth and back without end. @param {number} step @param {number} frames */
export function bounced(step, frames) {
  const period = Math.max(1, 2 * frames - 2);
  const at = step % period;
  return at < frames ? at : period - at;
}
