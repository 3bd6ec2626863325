/**
 * What the page remembers of a plane: the user's choices, for as long as the page is open.
 */

import { kept } from "../base/anew.js";
import { Echo } from "../base/echo.js";
import { LAYERS } from "../view/layers.js";

/** @typedef {import("../../messages.js").Sent["latent_canvas"]} Sent */
/**
 * Switches and what Python was told of them, the classes that are hidden, whether all switches are unfolded, and the feature on the
 * heat map.
 * @typedef {{layers: Object<string, boolean>, said: Echo<string>, hidden: Set<number>, more: boolean, feature: number}} Memory
 */

/** By revision, with the switches as a message has them at first; it outlives page switches. @type {(revision: string, header: Sent["header"]) => Memory} */
export const memoryOf = kept((_, { layers }) => {
  return { layers: Object.fromEntries(LAYERS.map(({ id, on }) => [id, layers?.[id] ?? on])), said: new Echo(), hidden: new Set(), more: false, feature: 0 };
});

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
