/**
 * A convolution, plain or transposed, of any stride s. Its input is laid out channel by channel as lines of pixels with
 * zeros between them. The input pixel for a tap of the kernel then lies at a fixed distance from every output pixel,
 * and the ends of the lines need no special case. The input of a plain convolution is split into s × s subsampled
 * parts, and the output of a transposed one is assembled from s × s phases.
 */

import { widenWeights } from "./half_floats.ts";
import { BLOCK, ROWS } from "./plain_kernels.ts";
import type { Machine } from "./wasm.ts";

/** Index in the kernel; it reads part `part` of the input, `shift` pixels on. */
type Tap = { tap: number; part: number; shift: number };
/**
 * of the output, row-major: heap positions of its weights and offsets; for each input its distance and its index in
 * the file
 */
type Phase = { T: number; offsets: number; distances: number[]; taps: number[] };

const roundUpTo = (a: number, b: number): number => Math.ceil(a / b) * b;

/**
 * The layout along one dimension.
 * @param size pixels of the input
 * @param enlargedSize pixels to which it is first enlarged, by nearest neighbour
 * @param out pixels of the output
 */
function convolutionAxisLayout(
  size: number,
  enlargedSize: number,
  out: number,
  kernel: number,
  { stride, padding, transposed }: import("../messages.ts").Convolution,
) {
  const [parts, phases] = transposed ? [1, stride] : [stride, 1];
  const taps = Array.from({ length: phases }, () => [] as Tap[]);
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
  layer: import("../messages.ts").Convolution;
  inputs: number;
  outputs: number;
  lines;
  linePitch: number;
  planeSize: number;
  firstPixel: number;
  inputStart: number;
  outputStart: number;
  /** Pixels from one channel of the output to the next: whole blocks. */
  channelSize: number;
  b: number;
  end: number;
  phases: Phase[];

  /** @param start where its part of the heap begins */
  constructor(layer: import("../messages.ts").Convolution, start: number) {
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
    this.channelSize = roundUpTo(Math.ceil(height / y.phases) * this.linePitch, BLOCK);
    this.b = outputStart + roundUpTo(rows, ROWS) * this.channelSize;
    this.end = this.b + roundUpTo(rows, ROWS);
    this.phases = y.taps.flatMap((rowTaps) =>
      x.taps.map((columnTaps) => this.makePhase(channels, rowTaps, columnTaps)),
    );
  }

  makePhase(channels: number, rowTaps: Tap[], columnTaps: Tap[]): Phase {
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

  /** Reads the weights from a file: for each input channel and tap the weights to all output channels, then b. */
  loadWeights(source: Uint16Array, start: number, heap: Float32Array) {
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

  /** As `Dense.run`. */
  run(machine: Machine, from: number, to: number, n: number, stride: number) {
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

  /** Lays out an image C×h×w. */
  stageInput(heap: Float32Array, from: number) {
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

  /** Copies the output of a phase to its places. */
  writeOutput(heap: Float32Array, to: number, phase: number) {
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
