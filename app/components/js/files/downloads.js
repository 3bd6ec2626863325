/**
 * Files that the page offers for download: tables of codes, images.
 */

import { element } from "../base/dom.js";
import { decimalCount, toFeatureUnits } from "../base/table_rows.js";
import { dimensionName } from "../base/number_format.js";
import { translate } from "../base/translate.js";

/**
 * @typedef {{number: number, name: string, z: ArrayLike<number>, item?: [string, string][], decoded?:
 *   ArrayLike<number>}} Row item: names and texts of what was kept of the item; decoded: for a table, F values in 0..1
 */

const DECIMALS = 100; // the most that `toFixed` writes: with fewer, features in tiny units would be saved as 0

/**
 * @param {Blob} file
 * @param {string} name
 */
export function downloadFile(file, name) {
  const url = URL.createObjectURL(file);
  element("a", { href: url, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** By button: aborts the file that it is making. @type {WeakMap<HTMLButtonElement, AbortController>} */
const runningByButton = new WeakMap();

/**
 * Makes and saves a file that takes a while, with sentences about progress and failure. Pressing the button again
 * aborts it.
 * @param {HTMLButtonElement} button
 * @param {(sentence: string) => void} showStatus
 * @param {string} progressText what is being done, without a mark at its end
 * @param {string} name of the file
 * @param {(signal: AbortSignal) => Promise<Blob>} make rejected with one sentence; what it makes after `signal` was
 *   aborted is dropped
 * @param {string} [successText] the sentence after success
 */
export async function makeAndDownload(button, showStatus, progressText, name, make, successText = "") {
  const runningController = runningByButton.get(button);
  if (runningController) return runningController.abort(new Error(translate("Stopped; nothing was saved.")));
  const controller = new AbortController();
  runningByButton.set(button, controller);
  showStatus(translate("{progress} … Press the button again to stop.", { progress: progressText }));
  const aborted = new Promise((_, fail) =>
    controller.signal.addEventListener("abort", () => fail(controller.signal.reason)),
  );
  try {
    const file = await Promise.race([aborted, make(controller.signal)]);
    controller.signal.throwIfAborted();
    downloadFile(file, name);
    showStatus(successText);
  } catch (error) {
    showStatus(/** @type {Error} */ (error).message);
  } finally {
    runningByButton.delete(button);
  }
}

/** A canvas as a PNG file. @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} rejected with one sentence */
export const canvasToPng = (canvas) =>
  new Promise((resolve, reject) =>
    canvas.toBlob((file) =>
      file ? resolve(file) : reject(new Error(translate("The picture is too large for this browser."))),
    ),
  );

/**
 * Codes as comma-separated values: number, class, z, what was kept of the items and, for a table, the decoded features
 * in their own units.
 * @param {Row[]} rows
 * @param {number} dim
 * @param {import("../../messages.js").Features | null} [features]
 * @returns {Blob}
 */
export function codesToCsv(rows, dim, features = null) {
  const quote = (/** @type {string} */ text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = [
    "number",
    "class",
    ...Array.from({ length: dim }, (_, j) => dimensionName(j)),
    ...(rows[0]?.item ?? []).map(([column]) => quote(column)),
    ...(features?.names.map(quote) ?? []),
  ];
  const featureCells = (/** @type {ArrayLike<number>} */ values) =>
    features
      ? Array.from(values, (value, k) =>
          toFeatureUnits(features, k, value).toFixed(decimalCount(features, k, DECIMALS)),
        )
      : [];
  const lines = rows.map(({ number, name, z, item, decoded }) => {
    const itemCells = (item ?? []).map(([, text]) => quote(text));
    return [number, quote(name), ...Array.from(z), ...itemCells, ...featureCells(decoded ?? [])].join(",");
  });
  return new Blob([`${[head.join(","), ...lines].join("\n")}\n`], { type: "text/csv" });
}
