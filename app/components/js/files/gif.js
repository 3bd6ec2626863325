/**
 * GIF89a: an endless animation, frame by frame. Frames consist of palette indices. With a common palette, only the part that
 * differs from the frame before is written.
 */

const MAX_CODES = 4096; // LZW codes, of up to 12 bits
const HASH_SLOTS = 2 * MAX_CODES; // of the hash table: twice as many as codes, for few collisions
const HASH_SHIFT = 32 - Math.log2(HASH_SLOTS); // leaves a hash's upper bits, which are the slot
const BLOCK_BYTES = 255; // bytes
const MIN_DELAY = 2; // hundredths of a second: browsers show a shorter frame for longer

/** The two bytes of a number, little-endian. @param {number} value */
const uint16Bytes = (value) => [value & 255, value >>> 8];

/** The bits needed for indices of so many colours, 1 to 8. @param {number} count */
const indexBits = (count) => Math.max(1, Math.ceil(Math.log2(count)));

/** A colour table, padded to a power of two. @param {Uint8Array} palette @param {number} bits */
function colourTable(palette, bits) {
  const table = new Uint8Array(3 << bits);
  table.set(palette);
  return table;
}

export class GifWriter {
  /**
   * @param {number} width pixels
   * @param {number} height
   * @param {number} ms milliseconds of each frame, rounded to tens
   * @param {Uint8Array | null} [palette] red, green and blue of at most 256 colours, for all frames; without it, each frame has its own
   */
  constructor(width, height, ms, palette = null) {
    this.width = width;
    this.height = height;
    this.delay = Math.max(MIN_DELAY, Math.round(ms / 10));
    const count = (palette?.length ?? 0) / 3;
    /** The transparent index, which leaves a pixel as it was; −1 without a common palette or if all 256 are in use. */
    this.transparentIndex = palette && count < 256 ? count : -1;
    this.bits = palette ? indexBits(count + (this.transparentIndex < 0 ? 0 : 1)) : 0;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    this.parts = [new TextEncoder().encode("GIF89a")];
    this.writeBytes(
      [...uint16Bytes(width), ...uint16Bytes(height), palette ? 0x80 | (this.bits - 1) : 0, 0, 0],
      palette && colourTable(palette, this.bits),
    );
    this.writeBytes([0x21, 0xff, 11, ...new TextEncoder().encode("NETSCAPE2.0"), 3, 1, 0, 0, 0]); // repeats endlessly
    /** Compressed frames with their own palettes, which may be repeated. @type {Map<Uint8Array, Uint8Array<ArrayBuffer>>} */
    this.compressedFrames = new Map();
    /** The last frame, and its control block, whose duration grows while frames do not change. @type {Uint8Array | null} */
    this.lastFrame = null;
    this.control = new Uint8Array(8);
  }

  /** @param {...(ArrayLike<number> | null)} parts */
  writeBytes(...parts) {
    for (const part of parts) if (part) this.parts.push(Uint8Array.from(part));
  }

  /**
   * Adds a frame; a frame equal to the last one only prolongs that.
   * @param {Uint8Array} numbers palette indices, row by row
   * @param {Uint8Array | null} [palette] the frame's palette, if there is no common one
   */
  addFrame(numbers, palette = null) {
    const { width, lastFrame } = this;
    const box =
      lastFrame && !palette ? changedBox(lastFrame, numbers, width) : { left: 0, top: 0, width, height: this.height };
    if (!box) return this.prolongFrame();
    const bits = palette ? indexBits(palette.length / 3) : this.bits;
    const transparentIndex = lastFrame && !palette ? this.transparentIndex : -1;
    this.control = Uint8Array.of(
      0x21,
      0xf9,
      4,
      4 | Number(transparentIndex >= 0),
      0,
      0,
      Math.max(0, transparentIndex),
      0,
    ); // disposal method 1: the frame stays below the next one
    this.parts.push(this.control);
    this.writeBytes(
      [
        0x2c,
        ...uint16Bytes(box.left),
        ...uint16Bytes(box.top),
        ...uint16Bytes(box.width),
        ...uint16Bytes(box.height),
        palette ? 0x80 | (bits - 1) : 0,
      ],
      palette && colourTable(palette, bits),
    );
    const block =
      this.compressedFrames.get(numbers) ??
      lzwCompress(
        cropFrame(numbers, width, box, transparentIndex >= 0 ? lastFrame : null, transparentIndex),
        Math.max(2, bits),
      );
    if (palette) this.compressedFrames.set(numbers, block);
    this.parts.push(block);
    this.lastFrame = numbers;
    this.prolongFrame();
  }

  /** Shows the last frame for another `delay`. */
  prolongFrame() {
    const duration = this.control[4] + 256 * this.control[5] + this.delay;
    this.control.set(uint16Bytes(Math.min(65_535, duration)), 4);
  }

  /** The file. @returns {Blob} */
  toBlob() {
    return new Blob([...this.parts, Uint8Array.of(0x3b)], { type: "image/gif" });
  }
}

/** @typedef {{left: number, top: number, width: number, height: number}} Box */

/** The bounding box of the differences between two frames; null if there are none. @param {Uint8Array} a @param {Uint8Array} b @param {number} width @returns {Box | null} */
function changedBox(a, b, width) {
  let [left, right, top, bottom] = [width, -1, -1, -1];
  for (let row = 0, start = 0; start < a.length; row++, start += width) {
    let first = 0;
    while (first < width && a[start + first] === b[start + first]) first++;
    if (first === width) continue;
    let last = width - 1;
    while (a[start + last] === b[start + last]) last--;
    if (top < 0) top = row;
    bottom = row;
    left = Math.min(left, first);
    right = Math.max(right, last);
  }
  return bottom < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** The indices inside a box; pixels equal to those of the frame `before` get the transparent index. @param {Uint8Array} numbers @param {number} width @param {Box} box @param {Uint8Array | null} before @param {number} clear */
function cropFrame(numbers, width, box, before, clear) {
  const indices = new Uint8Array(box.width * box.height);
  for (let row = 0, target = 0; row < box.height; row++) {
    let source = (box.top + row) * width + box.left;
    for (let column = 0; column < box.width; column++, source++, target++)
      indices[target] = before?.[source] === numbers[source] ? clear : numbers[source];
  }
  return indices;
}

/**
 * GIF's LZW compression of indices: the size of the first codes, the data in blocks, and an empty block.
 * @param {Uint8Array} numbers at least one
 * @param {number} bits of each, 2 to 8
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function lzwCompress(numbers, bits) {
  const [clear, end] = [1 << bits, (1 << bits) + 1];
  const out = new Uint8Array(Math.ceil((12 * (numbers.length + numbers.length / 1000 + 3)) / 8) + 1);
  let [written, pendingBits, pendingCount] = [0, 0, 0]; // bytes written, and pending bits
  const keys = new Int32Array(HASH_SLOTS);
  const codes = new Int16Array(HASH_SLOTS);
  let [next, size] = [end + 1, bits + 1];
  const emit = (/** @type {number} */ code) => {
    pendingBits |= code << pendingCount;
    for (pendingCount += size; pendingCount >= 8; pendingCount -= 8, pendingBits >>>= 8)
      out[written++] = pendingBits & 255;
  };
  emit(clear);
  let code = numbers[0];
  for (let k = 1; k < numbers.length; k++) {
    const key = ((code << 8) | numbers[k]) + 1; // 0: a free slot
    let slot = Math.imul(key, 0x9e3779b1) >>> HASH_SHIFT;
    while (keys[slot] && keys[slot] !== key) slot = (slot + 1) & (HASH_SLOTS - 1);
    if (keys[slot]) {
      code = codes[slot];
      continue;
    }
    emit(code);
    code = numbers[k];
    if (next === MAX_CODES) {
      emit(clear);
      keys.fill(0);
      [next, size] = [end + 1, bits + 1];
    } else {
      keys[slot] = key;
      codes[slot] = next;
      if (next === 1 << size) size++;
      next++;
    }
  }
  emit(code);
  if (next === 1 << size && size < 12) size++; // the decoder increases the size here too
  emit(end);
  if (pendingCount) out[written++] = pendingBits & 255;
  return dataBlocks(out.subarray(0, written), bits);
}

/** @param {Uint8Array} bytes @param {number} bits */
function dataBlocks(bytes, bits) {
  const output = new Uint8Array(2 + bytes.length + Math.ceil(bytes.length / BLOCK_BYTES));
  output[0] = bits;
  let target = 1;
  for (let source = 0; source < bytes.length; source += BLOCK_BYTES) {
    const block = bytes.subarray(source, source + BLOCK_BYTES);
    output[target] = block.length;
    output.set(block, target + 1);
    target += 1 + block.length;
  }
  return output;
}
