/**
 * The layers as WebAssembly kernels with 128-bit SIMD. The 1222 bytes are `kernels.wat`, assembled by wabt's `wat2wasm`
 * and inlined, so that there is neither a build step nor a second request. Fused multiply-add (relaxed SIMD) was tried:
 * a quarter faster, which is not noticeable, but it needs a second kernel for browsers without it.
 */

const BYTES =
  "AGFzbQEAAAABKwRgBH9/f38Bf2AHf39/f39/ewBgCn9/f39/f39/f38AYAh/f39/f39/fwACDwEDZW52Bm1lbW9yeQIAAQMGBQABAAIDBxUC" +
  "BWRlbnNlAAMJY29ycmVsYXRlAAQK3ggFWQEBfwNAIAMgBDYCACADIAAqAgA4AgQgAyABKgIAOAIIIANBDEEAIAAoAgAgASgCAHJBAXQbaiED" +
  "IARBwABqIQQgAUEEaiEBIABBBGohACAAIAJJDQALIAML3gICAX8LeyAD/QAEACELIAshDyAD/QAEECEMIAwhECAD/QAEICENIA0hESAD/QAE" +
  "MCEOIA4hEgJAA0AgASACTw0BIAAgASgCAGohByAB/QkCBCEJIAH9CQIIIQogB/0ABAAhCCALIAggCf3mAf3kASELIA8gCCAK/eYB/eQBIQ8g" +
  "B/0ABBAhCCAMIAggCf3mAf3kASEMIBAgCCAK/eYB/eQBIRAgB/0ABCAhCCANIAggCf3mAf3kASENIBEgCCAK/eYB/eQBIREgB/0ABDAhCCAO" +
  "IAggCf3mAf3kASEOIBIgCCAK/eYB/eQBIRIgAUEMaiEBDAALCyAEIAsgBv3rAf0LBAAgBCAMIAb96wH9CwQQIAQgDSAG/esB/QsEICAEIA4g" +
  "Bv3rAf0LBDAgBSAPIAb96wH9CwQAIAUgECAG/esB/QsEECAFIBEgBv3rAf0LBCAgBSASIAb96wH9CwQwCxkAIAJBAWshAiAAIAMgASACIAEg" +
  "AkkbbGoL2wECA38Be0MAAAAAQwAAgP8gCBv9EyENIAVBDGxBEGohDCAJIQsDQCALIAIgCiAGIAcQAiACIApBAWogBiAHEAIgAiAKIAYgBxAC" +
  "IAVBAnRqIAtBBGoQADYCACALIAxqIQsgCkECaiIKIAZJDQALA0BBACEKIAkhCwNAIAAgC0EEaiALKAIAIAEgAyAKIAYgBxACIAMgCkEBaiAG" +
  "IAcQAiANEAEgCyAMaiELIApBAmoiCiAGSQ0ACyAAIAVBBnRqIQAgAUHAAGohASADQcAAaiEDIARBEGsiBA0ACwuqAwIEfwt7IAAgBkEEdGoh" +
  "CwNAQQAhCANAIAH9CQIAIQ8gDyETIAH9CQIEIRAgECEUIAH9CQIIIREgESEVIAH9CQIMIRIgEiEWIAAhCSACIQoDQCADIAhqIAooAgBq/QAE" +
  "ACEMIAMgCGogCigCAGr9AAQQIQ0gCf0JAgAhDiAPIA4gDP3mAf3kASEPIBMgDiAN/eYB/eQBIRMgCf0JAgQhDiAQIA4gDP3mAf3kASEQIBQg" +
  "DiAN/eYB/eQBIRQgCf0JAgghDiARIA4gDP3mAf3kASERIBUgDiAN/eYB/eQBIRUgCf0JAgwhDiASIA4gDP3mAf3kASESIBYgDiAN/eYB/eQB" +
  "IRYgCkEEaiEKIAlBEGoiCSALSQ0ACyAEIAhqIQogCiAP/QsEACAKIBP9CwQQIAogB2ohCiAKIBD9CwQAIAogFP0LBBAgCiAHaiEKIAogEf0L" +
  "BAAgCiAV/QsEECAKIAdqIQogCiAS/QsEACAKIBb9CwQQIAhBIGoiCCAHSQ0ACyALIQAgCyAGQQR0aiELIAFBEGohASAEIAdBAnRqIQQgBUEE" +
  "ayIFDQALCw==";

const PAGE = 65536;

/**
 * A heap and the layers that work on it; positions, `stride` (from sample to sample) and `line` (from row to row) count
 * floats.
 * @typedef {(T: number, b: number, x: number, y: number, rows: number, cols: number, n: number, stride: number, relu:
 *   boolean) => void} DenseLayer
 * @typedef {(T: number, b: number, offsets: number, x: number, y: number, rows: number, count: number, line: number) =>
 *   void} CorrelateLayer
 * @typedef {{heap: Float32Array, dense: DenseLayer, correlate: CorrelateLayer, kind: string}} Machine */

/**
 * @typedef {{dense: (...numbers: number[]) => void, correlate: (...numbers: number[]) => void}} Kernels the exports of
 *   `kernels.wat`
 */

/** @type {WebAssembly.Module | undefined} */
let compiledModule;

/**
 * A machine of WebAssembly, or null if the browser cannot run it.
 * @param {number} floats size of the heap
 * @param {number} widest the most columns a dense layer has
 * @param {number} batch the most samples at a time
 * @returns {Machine | null}
 */
export function makeWasmMachine(floats, widest, batch) {
  const scratchStart = 4 * floats; // the kernel's scratch memory lies behind the heap
  const scratch = Math.ceil(batch / 2) * (12 * widest + 16);
  try {
    compiledModule ??= new WebAssembly.Module(Uint8Array.from(atob(BYTES), (c) => c.charCodeAt(0)));
    const memory = new WebAssembly.Memory({ initial: Math.ceil((scratchStart + scratch) / PAGE) });
    const kernels = /** @type {Kernels} */ (new WebAssembly.Instance(compiledModule, { env: { memory } }).exports);
    return {
      heap: new Float32Array(memory.buffer, 0, floats),
      dense: (T, b, x, y, rows, cols, n, stride, relu) =>
        kernels.dense(4 * T, 4 * b, 4 * x, 4 * y, rows, cols, n, 4 * stride, Number(relu), scratchStart),
      correlate: (T, b, offsets, x, y, rows, count, line) =>
        kernels.correlate(4 * T, 4 * b, 4 * offsets, 4 * x, 4 * y, rows, count, 4 * line),
      kind: "WebAssembly",
    };
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError) && !(error instanceof RangeError)) throw error;
    return null; // no SIMD, or too little memory: `makePlainMachine` does the same
  }
}
