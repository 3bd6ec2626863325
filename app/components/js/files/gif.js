/**
 * GIF89a: an endless animation, frame by frame. Frames consist of palette indices. With a common palette, only the part that
 * differs from the frame before is written.
 */

const MOST = 4096; // LZW codes, of up to 12 bits
const SLOTS = 2 * MOST; // of the hash table: twice as many as codes, for few collisions
const SHIFT = 32 - Math.log2(SLOTS); // leaves a hash's upper bits, which are the slot
const BLOCK = 255; // bytes
const SHORTEST = 2; // hundredths of a second: browsers show a shorter frame for longer

/** The two bytes of a number, little-endian. @param {number} value */
const two = (value) => [value & 255, value >>> 8];

/** The bits needed for indices of so many colours, 1 to 8. @param {number} count */
const bitsOf = (count) => Math.max(1, Math.ceil(Math.log2(count)));

/** A colour table, padded to a power of two. @param {Uint8Array} palette @param {number} bits */
function tableOf(palette, bits) {
  const table = new Uint8Array(3 << bits);
  table.set(palette);
  return table;
}

export class Gif {
  /**
   * @param {number} width pixels
   * @param {number} height
   * @param {number} ms milliseconds of each frame, rounded to tens
   * @param {Uint8Array | null} [palette] red, green and blue of at most 256 colours, for all frames; without it, each frame has its own
   */
  constructor(width, height, ms, palette = null) {
    this.width = width;
    this.height = height;
    this.pause = Math.max(SHORTEST, Math.round(ms / 10));
    const count = (palette?.length ?? 0) / 3;
    /** The transparent index, which leaves a pixel as it was; −1 without a common palette or if all 256 are in use. */
    this.clear = palette && count < 256 ? count : -1;
    this.bits = palette ? bitsOf(count + (this.clear < 0 ? 0 : 1)) : 0;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    this.parts = [new TextEncoder().encode("GIF89a")];
    this.write([...two(width), ...two(height), palette ? 0x80 | (this.bits - 1) : 0, 0, 0], palette && tableOf(palette, this.bits));
    this.write([0x21, 0xff, 11, ...new TextEncoder().encode("NETSCAPE2.0"), 3, 1, 0, 0, 0]); // repeats endlessly
    /** Compressed frames with their own palettes, which may be repeated. @type {Map<Uint8Array, Uint8Array<ArrayBuffer>>} */
    this.known = new Map();
    /** The last frame, and its control block, whose duration grows while frames do not change. @type {Uint8Array | null} */
    this.last = null;
    this.control = new Uint8Array(8);
  }

  /** @param {...(ArrayLike<number> | null)} parts */
  write(...parts) {
    for (const part of parts) if (part) this.parts.push(Uint8Array.from(part));
  }

  /**
   * Adds a frame; a frame equal to the last one only prolongs that.
   * @param {Uint8Array} numbers palette indices, row by row
   * @param {Uint8Array | null} [own] the frame's palette, if there is no common one
   */
  add(numbers, own = null) {
    const { width, last } = this;
    const box = last && !own ? changed(last, numbers, width) : { left: 0, top: 0, width, height: this.height };
    if (!box) return this.hold();
    const bits = own ? bitsOf(own.length / 3) : this.bits;
    const clear = last && !own ? this.clear : -1;
    this.control = Uint8Array.of(0x21, 0xf9, 4, 4 | Number(clear >= 0), 0, 0, Math.max(0, clear), 0); // disposal method 1: the frame stays below the next one
    this.parts.push(this.control);
    this.write([0x2c, ...two(box.left), ...two(box.top), ...two(box.width), ...two(box.height), own ? 0x80 | (bits - 1) : 0], own && tableOf(own, bits));
    const block = this.known.get(numbers) ?? packed(part(numbers, width, box, clear >= 0 ? last : null, clear), Math.max(2, bits));
    if (own) this.known.set(numbers, block);
    this.parts.push(block);
    this.last = numbers;
    this.hold();
  }

  /** Shows the last frame for another `pause`. */
  hold() {
    const time = this.control[4] + 256 * this.control[5] + this.pause;
    this.control.set(two(Math.min(65_535, time)), 4);
  }

  /** The file. @returns {Blob} */
  file() {
    return new Blob([...this.parts, Uint8Array.of(0x3b)], { type: "image/gif" });
  }
}

/** @typedef {{left: number, top: number, width: number, height: number}} Box */

/** The bounding box of the differences between two frames; null if there are none. @param {Uint8Array} a @param {Uint8Array} b @param {number} width @returns {Box | null} */
function changed(a, b, width) {
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
function part(numbers, width, box, before, clear) {
  const found = new Uint8Array(box.width * box.height);
  for (let row = 0, to = 0; row < box.height; row++) {
    let from = (box.top + row) * width + box.left;
    for (let column = 0; column < box.width; column++, from++, to++) found[to] = before?.[from] === numbers[from] ? clear : numbers[from];
  }
  return found;
}

/**
 * GIF's LZW compression of indices: the size of the first codes, the data in blocks, and an empty block.
 * @param {Uint8Array} numbers at least one
 * @param {number} bits of each, 2 to 8
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function packed(numbers, bits) {
  const [clear, end] = [1 << bits, (1 << bits) + 1];
  const out = new Uint8Array(Math.ceil((12 * (numbers.length + numbers.length / 1000 + 3)) / 8) + 1);
  let [used, held, count] = [0, 0, 0]; // bytes written, and pending bits
  const keys = new Int32Array(SLOTS);
  const codes = new Int16Array(SLOTS);
  let [next, size] = [end + 1, bits + 1];
  const emit = (/** @type {number} */ code) => {
    held |= code << count;
    for (count += size; count >= 8; count -= 8, held >>>= 8) out[used++] = held & 255;
  };
  emit(clear);
  let code = numbers[0];
  for (let k = 1; k < numbers.length; k++) {
    const key = ((code << 8) | numbers[k]) + 1; // 0: a free slot
    let slot = Math.imul(key, 0x9e3779b1) >>> SHIFT;
    while (keys[slot] && keys[slot] !== key) slot = (slot + 1) & (SLOTS - 1);
    if (keys[slot]) {
      code = codes[slot];
      continue;
    }
    emit(code);
    code = numbers[k];
    if (next === MOST) {
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
  if (count) out[used++] = held & 255;
  return blocks(out.subarray(0, used), bits);
}

/** @param {Uint8Array} bytes @param {number} bits */
function blocks(bytes, bits) {
  const made = new Uint8Array(2 + bytes.length + Math.ceil(bytes.length / BLOCK));
  made[0] = bits;
  let to = 1;
  for (let from = 0; from < bytes.length; from += BLOCK) {
    const block = bytes.subarray(from, from + BLOCK);
    made[to] = block.length;
    made.set(block, to + 1);
    to += 1 + block.length;
  }
  return made;
}
