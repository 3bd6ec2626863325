/**
 * What a plane knows: what Python sent, where z is, and what the person chose to see.
 */

import { LAYERS } from "./layers.js";
import { Picker } from "../codes/picking.js";
import { Prior } from "./prior.js";
import { sliceOf } from "./slice.js";
import { View } from "./view.js";

/** @typedef {{layers: Object<string, boolean>, hidden: Set<number>}} Memory switches, and the classes that are hidden */

/** By revision; it outlives page switches. @type {Map<string, Memory>} */
const remembered = new Map();

/** @param {Object<string, any>} header @returns {Memory} */
export function remember(header) {
  const known = remembered.get(header.revision);
  if (known) return known;
  const layers = Object.fromEntries(LAYERS.map(({ id, on }) => [id, header.layers?.[id] ?? on]));
  const memory = { layers, hidden: new Set() };
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
    this.memory = { layers: {}, hidden: new Set() };
    /** @type {import("../codes/points.js").Codes} */
    this.codes = { xy: new Float32Array(0), labels: null, colours: [], shapes: [], unlabelled: "" };
    this.picker = new Picker(this.codes.xy);
    /** Numbers of the chosen code and of that under the pointer, or −1. */
    this.picked = this.hovered = -1;
    this.dragging = false;
    /** What Python last said and what was last said to it, as JSON: its echo must not move z back. */
    this.heard = "";
    /** @type {string[]} */
    this.said = [];
    this.frame = 0;
    /** Timers: of the spoken summary, of z moved by keys, of a view that came to rest. */
    this.speaking = this.settling = this.looking = 0;
  }
}
