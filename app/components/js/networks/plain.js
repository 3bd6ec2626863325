/**
 * The layers in plain JavaScript, over the same heap as the WebAssembly kernels. Dense ones: strips of sixteen rows, skipping
 * inputs that are 0. Processing two samples at a time, as the kernel does, is no faster here.
 */

export const STRIP = 16; // rows of a dense layer whose weights lie together
export const ROWS = 4; // rows of a convolution whose weights lie together
export const BLOCK = 8; // pixels that a convolution makes together

/**
 * @param {number} floats size of the heap
 * @param {number} widest the most columns a dense layer has
 * @returns {import("./wasm.js").Machine}
 */
export function plainMachine(floats, widest) {
  const heap = new Float32Array(floats);
  const inputs = { places: new Int32Array(widest), values: new Float64Array(widest), count: 0 };
  return {
    heap,
    dense: (T, b, x, y, rows, cols, n, stride, relu) => {
      const floor = relu ? 0 : -Infinity;
      for (let k = 0; k < n; k++) {
        gather(heap, x + k * stride, cols, inputs);
        for (let r = 0; r < rows; r += 4) {
          const strip = r - (r % STRIP);
          tile(heap, T + strip * cols + r - strip, b + r, y + k * stride + r, inputs, floor);
        }
      }
    },
    correlate: (T, b, offsets, x, y, rows, count, line) => {
      const distances = new Int32Array(heap.buffer).subarray(offsets, offsets + count).map((bytes) => bytes / 4);
      for (let r = 0; r < rows; r += ROWS) strip(heap, T + r * count, b + r, distances, x, y + r * line, line);
    },
    kind: "JavaScript",
  };
}

/** @typedef {{places: Int32Array, values: Float64Array, count: number}} Inputs those that are not 0, and where their weights lie in a strip */

/** @param {Float32Array} heap @param {number} x @param {number} cols @param {Inputs} inputs */
function gather(heap, x, cols, inputs) {
  inputs.count = 0;
  for (let c = 0; c < cols; c++) {
    const value = heap[x + c];
    if (value === 0) continue;
    inputs.places[inputs.count] = c * STRIP;
    inputs.values[inputs.count++] = value;
  }
}

/**
 * Four rows, whose sums stay in registers.
 * @param {Float32Array} heap
 * @param {number} T
 * @param {number} b
 * @param {number} y
 * @param {Inputs} inputs
 * @param {number} floor 0 for a ReLU, else −∞; what is no number stays so, to be seen
 */
function tile(heap, T, b, y, { places, values, count }, floor) {
  let p = heap[b];
  let q = heap[b + 1];
  let r = heap[b + 2];
  let s = heap[b + 3];
  for (let k = 0; k < count; k++) {
    const at = T + places[k];
    const value = values[k];
    p += heap[at] * value;
    q += heap[at + 1] * value;
    r += heap[at + 2] * value;
    s += heap[at + 3] * value;
  }
  heap[y] = p < floor ? floor : p;
  heap[y + 1] = q < floor ? floor : q;
  heap[y + 2] = r < floor ? floor : r;
  heap[y + 3] = s < floor ? floor : s;
}

/**
 * Four rows of a convolution, pixel by pixel.
 * @param {Float32Array} heap
 * @param {number} T
 * @param {number} b
 * @param {Int32Array} distances
 * @param {number} x
 * @param {number} y
 * @param {number} line
 */
function strip(heap, T, b, distances, x, y, line) {
  for (let pixel = 0; pixel < line; pixel++, x++, y++) {
    let p = heap[b];
    let q = heap[b + 1];
    let r = heap[b + 2];
    let s = heap[b + 3];
    for (let k = 0, at = T; k < distances.length; k++, at += ROWS) {
      const value = heap[x + distances[k]];
      p += heap[at] * value;
      q += heap[at + 1] * value;
      r += heap[at + 2] * value;
      s += heap[at + 3] * value;
    }
    heap[y] = p;
    heap[y + line] = q;
    heap[y + 2 * line] = r;
    heap[y + 3 * line] = s;
  }
}
