/**
 * The state of a plane: Python's message, the position of z, and the user's choices.
 */

import { Echo, quiteSame } from "../base/echo.js";
import { LAYERS } from "../view/layers.js";
import { Picker } from "../codes/picking.js";
import { Prior } from "../priors/prior.js";
import { sliceOf } from "../view/slice.js";
import { View } from "../view/view.js";

/** @typedef {{layers: Object<string, boolean>, hidden: Set<number>, more: boolean}} Memory switches, the classes that are hidden, and whether all switches are unfolded */

/** By revision; it outlives page switches. @type {Map<string, Memory>} */
const remembered = new Map();

/** @param {Object<string, any>} header @returns {Memory} */
export function remember(header) {
  const known = remembered.get(header.revision);
  if (known) return known;
  const layers = Object.fromEntries(LAYERS.map(({ id, on }) => [id, header.layers?.[id] ?? on]));
  const memory = { layers, hidden: new Set(), more: false };
  remembered.set(header.revision, memory);
  return memory;
}

export class State {
  /** As it is before Python has said anything. */
  constructor() {
    this.ready = false;
    this.view = new View();
    /** @type {Object<string, any>} */
    this.header = {};
    /** @type {Object<string, import("../base/wire.js").Field>} */
    this.fields = {};
    /** @type {Float32Array<ArrayBufferLike>} */
    this.z = new Float32Array(0);
    this.slice = sliceOf({});
    this.prior = new Prior({ dim: 0 }, undefined);
    /** @type {Memory} */
    this.memory = { layers: {}, hidden: new Set(), more: false };
    /** @type {import("../codes/points.js").Codes} */
    this.codes = { xy: new Float32Array(0), labels: null, content: null, colours: [], shapes: [], unlabelled: "" };
    /** The codes at the places that Python gave them, wherever they are drawn at present. */
    this.own = this.codes;
    this.picker = new Picker(this.codes.xy);
    /** What is known of an earlier step, while one looks back to it. @type {import("../time/lookback.js").Past | null} */
    this.past = null;
    /** Numbers of the chosen code and of that under the pointer, or −1. */
    this.picked = this.hovered = -1;
    /** What was drawn round the codes that are chosen together, x and y in turn, empty where nothing was; and at which step,
     *  null for the present. @type {{polygon: number[], step: number | null}} */
    this.outline = { polygon: [], step: null };
    this.dragging = this.closed = false;
    /** What Python was told of z and of the chosen code: its echo must not take anything back. */
    this.told = {
      /** @type {Echo<ArrayLike<number>>} */
      z: new Echo(quiteSame),
      /** @type {Echo<number>} */
      picked: new Echo((a, b) => a === b),
    };
    this.frame = 0;
    /** Timers, 0 where none runs: of z moved by keys, of a view that came to rest. */
    this.settling = this.looking = 0;
  }
}

/**
 * Whether two messages show the same plane, whatever the place z on it, its image, the view, the moment and what is kept.
 *
 * @param {{header: any, fields: Record<string, any>}} a
 * @param {{header: any, fields: Record<string, any>}} b
 * @returns {boolean}
 */
export function samePlane(a, b) {
  const still = ({ code, picked, view, frame, kept, ...rest }) => JSON.stringify(rest);
  if (still(a.header) !== still(b.header)) return false;
  const same = (x, y) => x === y || sameBytes(x, y); // codes that came by URL are the very same array
  return Object.keys(b.fields).every((name) => name === "image" || same(a.fields[name].values, b.fields[name].values));
}

/** @param {ArrayBufferView} a @param {ArrayBufferView} b */
function sameBytes(a, b) {
  const [x, y] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return x.length === y.length && x.every((value, i) => value === y[i]);
}
