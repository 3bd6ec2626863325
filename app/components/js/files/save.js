/**
 * Files that the page offers for download: tables of codes, images.
 */

import { element } from "../base/dom.js";
import { digitsOf, unitsOf } from "../base/rows.js";
import { dimension } from "../base/number_text.js";

/** @typedef {{number: number, name: string, z: ArrayLike<number>, decoded?: ArrayLike<number>}} Row decoded: for a table, F values in 0..1 */

const DECIMALS = 100; // the most that `toFixed` writes: with fewer, features in tiny units would be saved as 0

/** @param {Blob} file @param {string} name */
export function save(file, name) {
  const url = URL.createObjectURL(file);
  element("a", { href: url, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** By button: aborts the file that it is making. @type {WeakMap<HTMLButtonElement, AbortController>} */
const making = new WeakMap();

/**
 * Makes and saves a file that takes a while, with sentences about progress and failure. Pressing the button again aborts it.
 * @param {HTMLButtonElement} button
 * @param {(sentence: string) => void} say
 * @param {string} doing the sentence about progress
 * @param {string} name of the file
 * @param {(given: AbortSignal) => Promise<Blob>} make rejected with one sentence; what it makes after `given` was aborted is dropped
 * @param {string} [afterwards] the sentence after success
 */
export async function saveMade(button, say, doing, name, make, afterwards = "") {
  const running = making.get(button);
  if (running) return running.abort(new Error("Stopped; nothing was saved."));
  const stop = new AbortController();
  making.set(button, stop);
  say(`${doing} … Press the button again to stop.`);
  const stopped = new Promise((_, fail) => stop.signal.addEventListener("abort", () => fail(stop.signal.reason)));
  try {
    const file = await Promise.race([stopped, make(stop.signal)]);
    stop.signal.throwIfAborted();
    save(file, name);
    say(afterwards);
  } catch (error) {
    say(/** @type {Error} */ (error).message);
  } finally {
    making.delete(button);
  }
}

/** A canvas as a PNG file. @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} rejected with one sentence */
export const pngOf = (canvas) => new Promise((done, fail) => canvas.toBlob((file) => (file ? done(file) : fail(new Error("The picture is too large for this browser.")))));

/**
 * Codes as comma-separated values: number, class, z and, for a table, the decoded features in their own units.
 * @param {Row[]} rows
 * @param {number} dim
 * @param {import("../../messages.js").Features | null} [features]
 */
export function csvOf(rows, dim, features = null) {
  const quote = (/** @type {string} */ text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = ["number", "class", ...Array.from({ length: dim }, (_, j) => dimension(j)), ...(features?.names.map(quote) ?? [])];
  const own = (/** @type {ArrayLike<number>} */ values) => (features ? Array.from(values, (value, k) => unitsOf(features, k, value).toFixed(digitsOf(features, k, DECIMALS))) : []);
  const lines = rows.map(({ number, name, z, decoded }) => [number, quote(name), ...Array.from(z), ...own(decoded ?? [])].join(","));
  return new Blob([`${[head.join(","), ...lines].join("\n")}\n`], { type: "text/csv" });
}
