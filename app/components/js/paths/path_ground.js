/**
 * The codes along a path: their graph and nearness, computed on demand, once for each set of codes.
 */

import { CodeGraph, roomFor } from "./code_graph.js";
import { Nearness, stratified, taken } from "./nearness.js";

/** @typedef {import("../plane/plane.js").Plane} Plane */

export class Ground {
  /** @param {Plane} plane */
  constructor(plane) {
    this.plane = plane;
    /** The codes that the others were made of; where they lie on the plane is another matter. @type {any} */
    this.of = null;
    /** @type {CodeGraph | null} */
    this.made = null;
    /** @type {Nearness | null} */
    this.measured = null;
  }

  /** @returns {Float32Array} n×d */
  codes() {
    const { fields } = this.plane;
    if (this.of !== fields.z) this.made = this.measured = null;
    this.of = fields.z;
    return /** @type {Float32Array} */ (fields.z?.values ?? new Float32Array(0));
  }

  /** @returns {CodeGraph} */
  graph() {
    const z = this.codes();
    const { codes, header } = this.plane;
    this.made ??= new CodeGraph(taken(z, header.dim, stratified(z, header.dim, codes.labels, roomFor(header.dim))), header.dim);
    return this.made;
  }

  /** @param {ArrayLike<number>} place @returns {number} as `Nearness.at` has it */
  near(place) {
    const z = this.codes();
    const { codes, header } = this.plane;
    this.measured ??= new Nearness(z, header.dim, codes.labels);
    return this.measured.at(place);
  }
}
