/**
 * NumPy archives: a zip of .npy files (version 1.0).
 */

import { makeZip } from "./zip.ts";

/** N-dimensional, in C order. */
export type Values = { values: Float32Array | Uint8Array | BigInt64Array | string[]; shape: number[] };

/** NumPy's dtype of the values, and their bytes. */
function dtypeOf(values: Values["values"]): [string, Uint8Array<ArrayBuffer>] {
  if (!Array.isArray(values)) {
    let dtype = "<i8";
    if (values instanceof Float32Array) dtype = "<f4";
    if (values instanceof Uint8Array) dtype = "|u1";
    return [dtype, new Uint8Array(values.slice().buffer)];
  }
  const letters = values.map((text) => Array.from(text, (letter) => letter.codePointAt(0) ?? 0));
  const maxLength = Math.max(1, ...letters.map(({ length }) => length));
  const bytes = new Uint32Array(maxLength * values.length);
  letters.forEach((text, k) => bytes.set(text, k * maxLength));
  return [`<U${maxLength}`, new Uint8Array(bytes.buffer)];
}

function encodeNpy({ values, shape }: Values): Blob {
  const [kind, bytes] = dtypeOf(values);
  const sides = shape.join(", ") + (shape.length === 1 ? "," : ""); // as Python writes a tuple
  const description = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sides}), }`;
  const length = 64 * Math.ceil((description.length + 11) / 64) - 10; // the data begin at a multiple of 64
  const head = new TextEncoder().encode(`${description.padEnd(length - 1)}\n`);
  return new Blob([Uint8Array.of(0x93), "NUMPY", Uint8Array.of(1, 0, length & 255, length >>> 8), head, bytes]);
}

/**
 * Arrays by name as .npz.
 * @param signal aborts it
 */
export const encodeNpz = (arrays: Record<string, Values>, signal?: AbortSignal): Promise<Blob> =>
  makeZip(
    Object.entries(arrays).map(([name, array]) => ({ path: `${name}.npy`, file: encodeNpy(array) })),
    signal,
    undefined,
    true,
  );

/** Integers as int64. */
export const int64Values = (values: number[]): { values: BigInt64Array<ArrayBuffer>; shape: number[] } => ({
  values: BigInt64Array.from(values, BigInt),
  shape: [values.length],
});
