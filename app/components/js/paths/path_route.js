/**
 * A path as the person made it: waypoints, how it goes between them, and how many images it has.
 */

import { smooth } from "./code_graph.js";
import { along, straight, turned } from "./paths.js";

/** @typedef {{waypoints: Float32Array[], kind: string, count: number, pace: number}} Route pace: images a second */

export const MOST = 6; // waypoints
export const COUNTS = [8, 24]; // the fewest and the most images
export const KINDS = {
  linear: { title: "Linear", said: "Straight from waypoint to waypoint." },
  spherical: { title: "Spherical", said: "The direction turns evenly round the origin, and the length goes evenly." },
  density: { title: "Along density", said: "In short hops from code to code, so that the path keeps to where codes are dense." },
};

/** By revision; it outlives page switches. @type {Map<string, Route>} */
const remembered = new Map();

/** @param {string} revision @returns {Route} */
export function routeOf(revision) {
  const route = remembered.get(revision) ?? { waypoints: [], kind: "linear", count: 12, pace: 4 };
  remembered.set(revision, route);
  return route;
}

/**
 * What lies between the waypoints.
 * @param {Route} route two waypoints or more
 * @param {() => import("./code_graph.js").CodeGraph} graph the codes' net, asked for only where the path goes along them
 * @returns {import("./paths.js").Leg[]}
 */
export function legsOf({ waypoints, kind }, graph) {
  return waypoints.slice(1).map((to, k) => {
    if (kind === "density") return along(smooth(graph().way(waypoints[k], to)));
    return kind === "spherical" ? turned(waypoints[k], to) : straight(waypoints[k], to);
  });
}

/**
 * Which of some frames is seen at a step, when they are shown forth and back without end.
 * @param {number} step
 * @param {number} frames
 */
export function bounced(step, frames) {
  const period = Math.max(1, 2 * frames - 2);
  const at = step % period;
  return at < frames ? at : period - at;
}
