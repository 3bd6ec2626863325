/**
 * Files in one zip, stored as they are or compressed.
 */

import { pauses } from "../base/tasks.js";

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
const PART = 2 ** 20; // bytes that are summed in one turn
export const MOST_FILES = 65_535; // more need another format

/** CRC-32 as zip files have it; sum: of the bytes before. @param {Uint8Array} bytes */
export function crc(bytes, sum = 0) {
  sum = ~sum;
  for (let k = 0; k < bytes.length; k++) sum = TABLE[(sum ^ bytes[k]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Numbers of two bytes or, where four is said, of four, the lowest byte first. @param {...(number | [number])} numbers [n]: of four */
function packed(...numbers) {
  const bytes = [];
  for (const number of numbers) {
    const value = Array.isArray(number) ? number[0] : number;
    for (let k = 0; k < (Array.isArray(number) ? 4 : 2); k++) bytes.push((value >>> (8 * k)) & 255);
  }
  return new Uint8Array(bytes);
}

/**
 * A zip of at most MOST_FILES files that have less than 4 GiB in all.
 * @param {{path: string, file: Blob}[]} files
 * @param {(done: number) => void} [progress] told how many are in it
 * @param {boolean} [deflate] whether they become smaller by that, which images in files of their own do not
 * @returns {Promise<Blob>} rejected where a file cannot be read
 */
export async function zipped(files, progress, deflate = false) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const directory = [];
  const pause = pauses();
  let [at, length] = [0, 0];
  for (const [k, { path, file }] of files.entries()) {
    const name = new TextEncoder().encode(path);
    const bytes = new Uint8Array(await file.arrayBuffer());
    let sum = 0;
    for (let from = 0; from < bytes.length; from += PART) {
      sum = crc(bytes.subarray(from, from + PART), sum);
      await pause();
    }
    const kept = deflate ? await new Response(file.stream().pipeThrough(new CompressionStream("deflate-raw"))).blob() : file;
    // version 2, names in UTF-8, how it is kept, 1 January 1980, sum, size in the zip and out of it, lengths of the name and of nothing more
    const facts = packed(20, 0x0800, deflate ? 8 : 0, 0, 33, [sum], [kept.size], [bytes.length], name.length, 0);
    parts.push(packed([0x04034b50]), facts, name, kept);
    directory.push(packed([0x02014b50], 20), facts, packed(0, 0, 0, [0], [at]), name);
    at += 30 + name.length + kept.size;
    length += 46 + name.length;
    if (k % 50 === 0) progress?.(k);
  }
  const end = packed([0x06054b50], 0, 0, files.length, files.length, [length], [at], 0);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}
