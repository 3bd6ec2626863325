/**
 * The user's choices for a plane, which the browser's tab remembers until it is closed or reloaded.
 */

import { kept } from "../base/anew.js";
import { Echo } from "../base/echo.js";
import { LAYERS } from "../view/layers.js";

/** @typedef {import("../../messages.js").Sent["latent_canvas"]} Sent */
/**
 * The switches of the layers, the states of them that were sent to Python, the hidden classes, whether all switches are unfolded,
 * and the feature on the heat map.
 * @typedef {{layers: Object<string, boolean>, said: Echo<string>, hidden: Set<number>, more: boolean, feature: number}} Memory
 */

/** By revision; the switches start as in its first message. It outlives a change of page. @type {(revision: string, header: Sent["header"]) => Memory} */
export const memoryOf = kept((_, { layers }) => {
  const switches = Object.fromEntries(LAYERS.map(({ id, on }) => [id, layers?.[id] ?? on]));
  return /** @type {Memory} */ ({ layers: switches, said: new Echo(), hidden: new Set(), more: false, feature: 0 });
});

/**
 * Whether two messages differ at most in z, its image, the selected code, the view, the training step and the settings of the
 * link.
 * @param {Sent} a
 * @param {Sent} b
 * @returns {boolean}
 */
export function samePlane(a, b) {
  const [then, now] = [a, b].map(({ header: { code, picked, view, frame, kept, ...rest } }) => JSON.stringify(rest));
  const known = new Map(Object.entries(a.fields));
  return then === now && Object.entries(b.fields).every(([name, { values }]) => name === "image" || same(known.get(name)?.values, values));
}

/** Whether two arrays hold the same bytes; codes fetched by URL are the same object. @param {ArrayBufferView | undefined} a @param {ArrayBufferView} b */
function same(a, b) {
  if (!a || a === b) return a === b;
  const [x, y] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return x.length === y.length && x.every((value, i) => value === y[i]);
}
