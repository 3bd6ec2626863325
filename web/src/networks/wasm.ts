/**
 * The layers as WebAssembly kernels with 128-bit SIMD: `kernels.wat`, assembled by the build and put into the script, so
 * that there is no second request. Fused multiply-add (relaxed SIMD) was tried: a quarter faster, which is not
 * noticeable, but it needs a second kernel for browsers without it.
 */

import kernelBytes from "./kernels.wasm";

const PAGE = 65536;

/**
 * A heap and the layers that work on it; positions, `stride` (from sample to sample) and `line` (from row to row) count
 * floats.
 */
type DenseLayer = (
  T: number,
  b: number,
  x: number,
  y: number,
  rows: number,
  cols: number,
  n: number,
  stride: number,
  relu: boolean,
) => void;

type CorrelateLayer = (
  T: number,
  b: number,
  offsets: number,
  x: number,
  y: number,
  rows: number,
  count: number,
  line: number,
) => void;

export type Machine = { heap: Float32Array; dense: DenseLayer; correlate: CorrelateLayer; kind: string };

/** The exports of `kernels.wat`. */
type Kernels = { dense: (...numbers: number[]) => void; correlate: (...numbers: number[]) => void };

let compiledModule: WebAssembly.Module | undefined;

/**
 * A machine of WebAssembly, or null if the browser cannot run it.
 * @param floats size of the heap
 * @param widest the most columns a dense layer has
 * @param batch the most samples at a time
 */
export function makeWasmMachine(floats: number, widest: number, batch: number): Machine | null {
  const scratchStart = 4 * floats; // the kernel's scratch memory lies behind the heap
  const scratch = Math.ceil(batch / 2) * (12 * widest + 16);
  try {
    compiledModule ??= new WebAssembly.Module(kernelBytes);
    const memory = new WebAssembly.Memory({ initial: Math.ceil((scratchStart + scratch) / PAGE) });
    const kernels = new WebAssembly.Instance(compiledModule, { env: { memory } }).exports as Kernels;
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
