/**
 * Dense layers as a WebAssembly kernel with 128-bit SIMD. The bytes are `dense.wat`, assembled by wabt's `wat2wasm` (770
 * bytes) and inlined, so that there is neither a build step nor a second request. Fused multiply-add (relaxed SIMD) was tried:
 * it is a quarter faster, which is not noticeable, and needs a second kernel for browsers without it.
 */

const BYTES =
  "AGFzbQEAAAABIANgBH9/f38Bf2AHf39/f39/ewBgCn9/f39/f39/f38AAg8BA2VudgZtZW1vcnkCAAEDBQQAAQACBwkBBWRlbnNlAAMKsgUEWQEBfw" +
  "NAIAMgBDYCACADIAAqAgA4AgQgAyABKgIAOAIIIANBDEEAIAAoAgAgASgCAHJBAXQbaiEDIARBwABqIQQgAUEEaiEBIABBBGohACAAIAJJDQALIAML" +
  "3gICAX8LeyAD/QAEACELIAshDyAD/QAEECEMIAwhECAD/QAEICENIA0hESAD/QAEMCEOIA4hEgJAA0AgASACTw0BIAAgASgCAGohByAB/QkCBCEJIA" +
  "H9CQIIIQogB/0ABAAhCCALIAggCf3mAf3kASELIA8gCCAK/eYB/eQBIQ8gB/0ABBAhCCAMIAggCf3mAf3kASEMIBAgCCAK/eYB/eQBIRAgB/0ABCAh" +
  "CCANIAggCf3mAf3kASENIBEgCCAK/eYB/eQBIREgB/0ABDAhCCAOIAggCf3mAf3kASEOIBIgCCAK/eYB/eQBIRIgAUEMaiEBDAALCyAEIAsgBv3rAf" +
  "0LBAAgBCAMIAb96wH9CwQQIAQgDSAG/esB/QsEICAEIA4gBv3rAf0LBDAgBSAPIAb96wH9CwQAIAUgECAG/esB/QsEECAFIBEgBv3rAf0LBCAgBSAS" +
  "IAb96wH9CwQwCxkAIAJBAWshAiAAIAMgASACIAEgAkkbbGoL2wECA38Be0MAAAAAQwAAgP8gCBv9EyENIAVBDGxBEGohDCAJIQsDQCALIAIgCiAGIA" +
  "cQAiACIApBAWogBiAHEAIgAiAKIAYgBxACIAVBAnRqIAtBBGoQADYCACALIAxqIQsgCkECaiIKIAZJDQALA0BBACEKIAkhCwNAIAAgC0EEaiALKAIA" +
  "IAEgAyAKIAYgBxACIAMgCkEBaiAGIAcQAiANEAEgCyAMaiELIApBAmoiCiAGSQ0ACyAAIAVBBnRqIQAgAUHAAGohASADQcAAaiEDIARBEGsiBA0ACw" +
  "s=";

const PAGE = 65536;

/** A heap with a dense layer over it; all places and the stride from sample to sample are floats.
 * @typedef {(T: number, b: number, x: number, y: number, rows: number, cols: number, n: number, stride: number, relu: boolean) => void} Dense
 * @typedef {{heap: Float32Array, dense: Dense, kind: string}} Machine */

/** @type {WebAssembly.Module | undefined} */
let compiled;

/**
 * Such a machine, or null where the browser cannot run it.
 * @param {number} floats size of the heap
 * @param {number} widest the most columns a layer has
 * @param {number} batch the most samples at a time
 * @returns {Machine | null}
 */
export function wasmMachine(floats, widest, batch) {
  const list = 4 * floats; // the kernel's scratch lies behind the heap
  const scratch = Math.ceil(batch / 2) * (12 * widest + 16);
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(BYTES), (c) => c.charCodeAt(0)));
    const memory = new WebAssembly.Memory({ initial: Math.ceil((list + scratch) / PAGE) });
    const kernel = /** @type {any} */ (new WebAssembly.Instance(compiled, { env: { memory } }).exports).dense;
    return {
      heap: new Float32Array(memory.buffer, 0, floats),
      dense: (T, b, x, y, rows, cols, n, stride, relu) =>
        kernel(4 * T, 4 * b, 4 * x, 4 * y, rows, cols, n, 4 * stride, Number(relu), list),
      kind: "WebAssembly",
    };
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError) && !(error instanceof RangeError)) throw error;
    return null; // no SIMD, or no memory left for a second copy: the plain layer does the same
  }
}
