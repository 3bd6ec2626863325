/**
 * A zip of files, stored or compressed.
 */

import { pauses } from "../base/tasks.js";

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
const PART = 2 ** 20; // bytes of a checksum computed in one go
export const MOST_FILES = 65_535; // more require ZIP64

/** The CRC-32 of zip files; sum: that of the preceding bytes. @param {Uint8Array} bytes */
export function crc(bytes, sum = 0) {
  sum = ~sum;
  for (let k = 0; k < bytes.length; k++) sum = TABLE[(sum ^ bytes[k]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Little-endian numbers of two bytes, or of four if given as [n]. @param {...(number | [number])} numbers */
function packed(...numbers) {
  const bytes = [];
  for (const number of numbers) {
    const value = Array.isArray(number) ? number[0] : number;
    for (let k = 0; k < (Array.isArray(number) ? 4 : 2); k++) bytes.push((value >>> (8 * k)) & 255);
  }
  return new Uint8Array(bytes);
}

/**
 * A zip of at most MOST_FILES files of less than 4 GiB in all.
 * @param {{path: string, file: Blob}[]} files
 * @param {AbortSignal} [given] aborts it
 * @param {(done: number) => void} [progress] called with the number of finished files
 * @param {boolean} [deflate] whether files are compressed; useless for image files, which are compressed already
 * @returns {Promise<Blob>} rejected if a file cannot be read, or with the reason of `given`
 */
export async function zipped(files, given, progress, deflate = false) {
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const directory = [];
  const pause = pauses(given);
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
    // version 2.0, UTF-8 names, method, time 0:00, date 1 January 1980, CRC, compressed and original size, lengths of name and extra field
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
