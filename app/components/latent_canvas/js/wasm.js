/**
 * The dense layer as a WebAssembly kernel with 128-bit SIMD. The bytes are `dense.wat`, assembled by wabt's `wat2wasm`
 * (481 bytes) and inlined, so that there is neither a build step nor a second request.
 */

const BYTES =
  "AGFzbQEAAAABDAFgCH9/f39/f39/AAIPAQNlbnYGbWVtb3J5AgABAwIBAAcJAQVkZW5zZQAACqgDAaUDBAJ/AX0IfwR7IARBAnQhCyAHIQggAC" +
  "ENIAIgBUECdGohDiACIQkCQANAIAkgDk8NASAJKgIAIQogCkMAAAAAXARAIAggDTYCACAIIAo4AgQgCEEIaiEICyANIAtqIQ0gCUEEaiEJDAAL" +
  "C0EAIQwDQCAIIAxqIAA2AgAgCCAMakMAAAAAOAIEIAxBCGohDCAMQRhJDQALIAMgASAL/AoAACAHIQkCQANAIAkgCE8NASAJKAIAIQ8gCf0JAg" +
  "QhEyAJKAIIIRAgCf0JAgwhFCAJKAIQIREgCf0JAhQhFSAJKAIYIRIgCf0JAhwhFkEAIQwDQCADIAxqIQ0gDSAN/QAEACATIA8gDGr9AAQA/eYB" +
  "/eQBIBQgECAMav0ABAD95gH95AEgFSARIAxq/QAEAP3mASAWIBIgDGr9AAQA/eYB/eQB/eQB/QsEACAMQRBqIQwgDCALSQ0ACyAJQSBqIQkMAA" +
  "sLIAYEQEEAIQwDQCADIAxqIQ0gDSAN/QAEAP0MAAAAAAAAAAAAAAAAAAAAAP3pAf0LBAAgDEEQaiEMIAwgC0kNAAsLCw==";

const PAGE = 65536;

/** @typedef {(T: number, b: number, x: number, y: number, rows: number, cols: number, relu: boolean) => void} Dense */
/** @typedef {{heap: Float32Array, dense: Dense, kind: string}} Machine */

/** @type {WebAssembly.Module | null | undefined} undefined: not tried yet; null: this browser has no SIMD */
let compiled;

/**
 * A heap of so many floats with the kernel over it, or null where the browser cannot run it.
 * @param {number} floats
 * @param {number} widest the most columns a layer has
 * @returns {Machine | null}
 */
export function wasmMachine(floats, widest) {
  const list = 4 * floats; // scratch of the kernel, behind the heap: eight bytes a column and room for three more
  try {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(BYTES), (c) => c.charCodeAt(0)));
    const memory = new WebAssembly.Memory({ initial: Math.ceil((list + 8 * widest + 32) / PAGE) });
    const kernel = /** @type {any} */ (new WebAssembly.Instance(compiled, { env: { memory } }).exports).dense;
    return {
      heap: new Float32Array(memory.buffer),
      dense: (T, b, x, y, rows, cols, relu) => kernel(4 * T, 4 * b, 4 * x, 4 * y, rows, cols, Number(relu), list),
      kind: "WebAssembly",
    };
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError) && !(error instanceof RangeError)) throw error;
    return null; // no SIMD, or no memory left for a second copy: the plain layer does the same
  }
}

/**
 * The same in plain JavaScript: columns that a ReLU set to zero are skipped, which is half of the work.
 * @param {number} floats
 * @returns {Machine}
 */
export function plainMachine(floats) {
  const heap = new Float32Array(floats);
  return {
    heap,
    dense: (T, b, x, y, rows, cols, relu) => {
      heap.copyWithin(y, b, b + rows);
      for (let c = 0; c < cols; c++) {
        const value = heap[x + c];
        if (value === 0) continue;
        const column = T + c * rows;
        for (let r = 0; r < rows; r++) heap[y + r] += heap[column + r] * value;
      }
      if (relu) for (let r = 0; r < rows; r++) if (heap[y + r] < 0) heap[y + r] = 0;
    },
    kind: "JavaScript",
  };
}
