/**
 * Files that the page offers for download: tables of codes, images.
 */

import { element } from "./dom.js";
import { digitsOf, unitsOf } from "./rows.js";
import { dimension } from "./words.js";

/** @typedef {{number: number, name: string, z: ArrayLike<number>, decoded?: ArrayLike<number>}} Row decoded: of a table, F values in 0..1 */

/**
 * @param {Blob} file
 * @param {string} name
 */
export function save(file, name) {
  const url = URL.createObjectURL(file);
  element("a", { href: url, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * A file that the server makes: meanwhile it is said what it does, and afterwards why there is none. The button takes no second
 * press; it is not disabled, which would take the focus away.
 * @param {HTMLButtonElement} button
 * @param {(sentence: string) => void} say
 * @param {string} doing what the server does
 * @param {string} name of the file
 * @param {() => Promise<Blob>} make
 */
export async function saveMade(button, say, doing, name, make) {
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  say(`The server is ${doing} …`);
  await make().then((file) => (save(file, name), say("")), (error) => say(error.message)); // prettier-ignore
  button.removeAttribute("aria-disabled");
}

/** @param {HTMLCanvasElement} canvas @param {string} name */
export function savePicture(canvas, name) {
  canvas.toBlob((file) => file && save(file, name));
}

/**
 * Codes as comma-separated values: number, class, z and, of a table, the decoded features in their own units.
 * @param {Row[]} rows
 * @param {number} dim
 * @param {import("../../messages.js").Features | null} [features]
 */
export function csvOf(rows, dim, features = null) {
  const quote = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = ["number", "class", ...Array.from({ length: dim }, (_, j) => dimension(j)), ...(features?.names.map(quote) ?? [])];
  const own = (/** @type {ArrayLike<number>} */ values) => (features ? Array.from(values, (value, k) => unitsOf(features, k, value).toFixed(digitsOf(features, k))) : []);
  const lines = rows.map(({ number, name, z, decoded }) => [number, quote(name), ...Array.from(z), ...own(decoded ?? [])].join(","));
  return new Blob([`${[head.join(","), ...lines].join("\n")}\n`], { type: "text/csv" });
}
