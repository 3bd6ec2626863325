/**
 * Files that the page offers for download: tables of codes, images.
 */

import { element } from "../base/dom.ts";
import { decimalCount, toFeatureUnits } from "../base/table_rows.ts";
import { dimensionName } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { Features } from "../messages.ts";

/** item: names and texts of what was kept of the item; decoded: for a table, F values in 0..1 */
type Row = {
  number: number;
  name: string;
  z: ArrayLike<number>;
  item?: [string, string][];
  decoded?: ArrayLike<number>;
};

const DECIMALS = 100; // the most that `toFixed` writes: with fewer, features in tiny units would be saved as 0

export function downloadFile(file: Blob, name: string) {
  const url = URL.createObjectURL(file);
  element("a", { href: url, download: name }).click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** By button: aborts the file that it is making. */
const runningByButton: WeakMap<HTMLButtonElement, AbortController> = new WeakMap();

/**
 * Makes and saves a file that takes a while, with sentences about progress and failure. Pressing the button again
 * aborts it.
 * @param progressText what is being done, without a mark at its end
 * @param name of the file
 * @param make rejected with one sentence; what it makes after `signal` was aborted is dropped
 * @param successText the sentence after success
 */
export async function makeAndDownload(
  button: HTMLButtonElement,
  showStatus: (sentence: string) => void,
  progressText: string,
  name: string,
  make: (signal: AbortSignal) => Promise<Blob>,
  successText: string = "",
) {
  const runningController = runningByButton.get(button);
  if (runningController) return runningController.abort(new Error(translate("Stopped; nothing was saved.")));
  const controller = new AbortController();
  runningByButton.set(button, controller);
  showStatus(translate("{progress} … Press the button again to stop.", { progress: progressText }));
  const aborted = new Promise<never>((_, fail) =>
    controller.signal.addEventListener("abort", () => fail(controller.signal.reason)),
  );
  try {
    const file = await Promise.race([aborted, make(controller.signal)]);
    controller.signal.throwIfAborted();
    downloadFile(file, name);
    showStatus(successText);
  } catch (error) {
    showStatus((error as Error).message);
  } finally {
    runningByButton.delete(button);
  }
}

/**
 * A canvas as a PNG file.
 * @returns rejected with one sentence
 */
export const canvasToPng = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob((file) =>
      file ? resolve(file) : reject(new Error(translate("The picture is too large for this browser."))),
    ),
  );

/**
 * Codes as comma-separated values: number, class, z, what was kept of the items and, for a table, the decoded features
 * in their own units.
 */
export function codesToCsv(rows: Row[], dim: number, features: Features | null = null): Blob {
  const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = [
    "number",
    "class",
    ...Array.from({ length: dim }, (_, j) => dimensionName(j)),
    ...(rows[0]?.item ?? []).map(([column]) => quote(column)),
    ...(features?.names.map(quote) ?? []),
  ];
  const featureCells = (values: ArrayLike<number>) =>
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
