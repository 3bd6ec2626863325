/**
 * A convolution, plain or transposed, of any stride s. Its input is laid out channel by channel as lines of pixels with
 * zeros between them. The input pixel for a tap of the kernel then lies at a fixed distance from every output pixel,
 * and the ends of the lines need no special case. The input of a plain convolution is split into s × s subsampled
 * parts, and the output of a transposed one is assembled from s × s phases.
 */

import { widenWeights } from "./half_floats.js";
import { BLOCK, ROWS } from "./plain_kernels.js";

/**
 * @typedef {{tap: number, part: number, shift: number}} Tap index in the kernel; it reads part `part` of the input,
 *   `shift` pixels on
 */
/**
 * @typedef {{T: number, offsets: number, distances: number[], taps: number[]}} Phase of the output, row-major: heap
 *   positions of its weights and offsets; for each input its distance and its index in the file
 */

/**
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
const roundUpTo = (a, b) => Math.ceil(a / b) * b;

/**
 * The layout along one dimension.
 * @param {number} size pixels of the input
 * @param {number} enlargedSize pixels to which it is first enlarged, by nearest neighbour
 * @param {number} out pixels of the output
 * @param {number} kernel
 * @param {import("../../messages.js").Convolution} layer
 */
function convolutionAxisLayout(size, enlargedSize, out, kernel, { stride, padding, transposed }) {
  const [parts, phases] = transposed ? [1, stride] : [stride, 1];
  const taps = Array.from({ length: phases }, () => /** @type {Tap[]} */ ([]));
  for (let tap = 0; tap < kernel; tap++) {
    const remainder = (((tap - padding) % stride) + stride) % stride;
    const shift = (tap - padding - remainder) / stride;
    if (transposed) taps[remainder].push({ tap, part: 0, shift: -shift });
    else taps[0].push({ tap, part: remainder, shift });
  }
  const shifts = taps.flat().map(({ shift }) => shift);
  const sources = Array.from({ length: parts }, (_, part) =>
    Int32Array.from({ length: Math.ceil((enlargedSize - part) / parts) }, (_, k) =>
      Math.floor(((part + k * parts) * size) / enlargedSize),
    ),
  );
  const before = Math.max(0, -Math.min(...shifts));
  const after = Math.max(0, ...shifts);
  return { taps, sources, phases, before, after, length: Math.max(Math.ceil(out / phases), sources[0].length) };
}

export class Convolution {
  /**
   * @param {import("../../messages.js").Convolution} layer
   * @param {number} start where its part of the heap begins
   */
  constructor(layer, start) {
    const [channels, h, w] = layer.before;
    const [rows, height, width] = layer.after;
    this.layer = layer;
    this.inputs = channels * h * w;
    this.outputs = rows * height * width;
    const y = convolutionAxisLayout(h, layer.enlarged[0], height, layer.kernel[0], layer);
    const x = convolutionAxisLayout(w, layer.enlarged[1], width, layer.kernel[1], layer);
    this.lines = { y, x };
    const gap = Math.max(x.before, x.after); // the end of a line and the beginning of the next share these zeros
    this.linePitch = x.length + gap;
    this.planeSize = gap + (y.before + y.length + y.after) * this.linePitch;
    this.firstPixel = gap + y.before * this.linePitch; // the first pixel in a plane
    this.inputStart = start;
    const parts = y.sources.length * x.sources.length;
    // the last block may reach beyond the last plane; what it computes there is not used
    const outputStart = roundUpTo(start + channels * parts * this.planeSize + gap + BLOCK, BLOCK);
    this.outputStart = outputStart;
    /** Pixels from one channel of the output to the next: whole blocks. */
    this.channelSize = roundUpTo(Math.ceil(height / y.phases) * this.linePitch, BLOCK);
    this.b = outputStart + roundUpTo(rows, ROWS) * this.channelSize;
    this.end = this.b + roundUpTo(rows, ROWS);
    /** @type {Phase[]} */
    this.phases = y.taps.flatMap((rowTaps) =>
      x.taps.map((columnTaps) => this.makePhase(channels, rowTaps, columnTaps)),
    );
  }

  /**
   * @param {number} channels
   * @param {Tap[]} rowTaps
   * @param {Tap[]} columnTaps
   * @returns {Phase}
   */
  makePhase(channels, rowTaps, columnTaps) {
    const {
      linePitch,
      planeSize,
      firstPixel,
      end,
      layer,
      lines: { x, y },
    } = this;
    const distances = [];
    const taps = [];
    for (let c = 0; c < channels; c++) {
      for (const rowTap of rowTaps) {
        for (const columnTap of columnTaps) {
          const part = (c * y.sources.length + rowTap.part) * x.sources.length + columnTap.part;
          distances.push(part * planeSize + firstPixel + rowTap.shift * linePitch + columnTap.shift);
          taps.push((c * layer.kernel[0] + rowTap.tap) * layer.kernel[1] + columnTap.tap);
        }
      }
    }
    const offsets = end + taps.length * roundUpTo(layer.after[0], ROWS);
    this.end = offsets + taps.length;
    return { T: end, offsets, distances, taps };
  }

  /**
   * Reads the weights from a file: for each input channel and tap the weights to all output channels, then b.
   * @param {Uint16Array} source
   * @param {number} start
   * @param {Float32Array} heap
   */
  loadWeights(source, start, heap) {
    const { layer, phases, b } = this;
    const rows = layer.after[0];
    const integers = new Int32Array(heap.buffer, heap.byteOffset, heap.length);
    for (const { T, offsets, distances, taps } of phases) {
      taps.forEach((tap, k) =>
        widenWeights(source, start + tap * rows, rows, ROWS, heap, T + k * ROWS, taps.length * ROWS),
      );
      integers.set(
        distances.map((distance) => 4 * distance),
        offsets,
      );
    }
    widenWeights(source, start + layer.before[0] * layer.kernel[0] * layer.kernel[1] * rows, rows, ROWS, heap, b, ROWS);
  }

  /**
   * As `Dense.run`.
   * @param {import("./wasm.js").Machine} machine
   * @param {number} from
   * @param {number} to
   * @param {number} n
   * @param {number} stride
   */
  run(machine, from, to, n, stride) {
    const { phases, inputStart, outputStart, b, channelSize, layer } = this;
    for (let k = 0; k < n; k++) {
      this.stageInput(machine.heap, from + k * stride);
      phases.forEach(({ T, offsets, taps }, phase) => {
        machine.correlate(
          T,
          b,
          offsets,
          inputStart,
          outputStart,
          roundUpTo(layer.after[0], ROWS),
          taps.length,
          channelSize,
        );
        this.writeOutput(machine.heap, to + k * stride, phase);
      });
    }
  }

  /**
   * Lays out an image C×h×w.
   * @param {Float32Array} heap
   * @param {number} from
   */
  stageInput(heap, from) {
    const {
      layer,
      lines: { x, y },
      inputStart,
      planeSize,
      firstPixel,
      linePitch,
    } = this;
    const [channels, h, w] = layer.before;
    let to = inputStart + firstPixel;
    for (let c = 0; c < channels; c++, from += h * w) {
      for (const rows of y.sources) {
        for (const columns of x.sources) {
          for (let j = 0; j < rows.length; j++) {
            const [readIndex, writeIndex] = [from + rows[j] * w, to + j * linePitch];
            for (let i = 0; i < columns.length; i++) heap[writeIndex + i] = heap[readIndex + columns[i]];
          }
          to += planeSize;
        }
      }
    }
  }

  /**
   * Copies the output of a phase to its places.
   * @param {Float32Array} heap
   * @param {number} to
   * @param {number} phase
   */
  writeOutput(heap, to, phase) {
    const {
      layer,
      lines: { x, y },
      outputStart,
      channelSize,
      linePitch,
    } = this;
    const [channels, height, width] = layer.after;
    const [firstRow, firstColumn] = [Math.floor(phase / x.phases), phase % x.phases];
    for (let c = 0; c < channels; c++) {
      for (
        let j = firstRow, readStart = outputStart + c * channelSize;
        j < height;
        j += y.phases, readStart += linePitch
      ) {
        const writeStart = to + (c * height + j) * width;
        for (let i = firstColumn, k = readStart; i < width; i += x.phases, k++) {
          // the residual: the input of the layer before
          const value = layer.adds ? heap[k] + heap[writeStart + i] : heap[k];
          heap[writeStart + i] = layer.relu && value < 0 ? 0 : value; // NaN stays NaN, to be noticed
        }
      }
    }
  }
}
