/**
 * What the page remembers of a plane: the user's choices, for as long as the page is open.
 */

import { LAYERS } from "../view/layers.js";

/** @typedef {import("../../messages.js").Sent["latent_canvas"]} Sent */
/** @typedef {{layers: Object<string, boolean>, hidden: Set<number>, more: boolean, feature: number}} Memory switches, the classes that are hidden, whether all switches are unfolded, and the feature on the heat map */

/** By revision; it outlives page switches. @type {Map<string, Memory>} */
const remembered = new Map();

/** @param {Sent["header"]} header @returns {Memory} */
export function remember(header) {
  const known = remembered.get(header.revision);
  if (known) return known;
  const layers = Object.fromEntries(LAYERS.map(({ id, on }) => [id, header.layers?.[id] ?? on]));
  const memory = { layers, hidden: new Set(), more: false, feature: 0 };
  remembered.set(header.revision, memory);
  return memory;
}

/**
 * Whether two messages show the same plane, whatever the place z on it, its image, the view, the moment and what is kept.
 *
 * @param {Sent} a
 * @param {Sent} b
 * @returns {boolean}
 */
export function samePlane(a, b) {
  const [then, now] = [a, b].map(({ header: { code, picked, view, frame, kept, ...rest } }) => JSON.stringify(rest));
  const known = new Map(Object.entries(a.fields));
  return then === now && Object.entries(b.fields).every(([name, { values }]) => name === "image" || same(known.get(name)?.values, values));
}

/** Codes that came by URL are the very same array. @param {ArrayBufferView | undefined} a @param {ArrayBufferView} b */
function same(a, b) {
  if (!a || a === b) return a === b;
  const [x, y] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return x.length === y.length && x.every((value, i) => value === y[i]);
}
