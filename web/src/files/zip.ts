/**
 * A zip of files, stored or compressed.
 */

import { createYielder } from "../base/task_scheduler.ts";

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
const CRC_CHUNK = 2 ** 20; // bytes of a checksum computed in one go
export const MAX_FILES = 65_535; // more require ZIP64

/** The CRC-32 of zip files; sum: that of the preceding bytes. */
export function crc32(bytes: Uint8Array, checksum = 0): number {
  checksum = ~checksum;
  for (let k = 0; k < bytes.length; k++) checksum = CRC_TABLE[(checksum ^ bytes[k]) & 255] ^ (checksum >>> 8);
  return ~checksum >>> 0;
}

/** Little-endian numbers of two bytes, or of four if given as [n]. */
function littleEndianBytes(...numbers: (number | [number])[]): Uint8Array<ArrayBuffer> {
  const bytes = [];
  for (const number of numbers) {
    const value = Array.isArray(number) ? number[0] : number;
    for (let k = 0; k < (Array.isArray(number) ? 4 : 2); k++) bytes.push((value >>> (8 * k)) & 255);
  }
  return new Uint8Array(bytes);
}

/**
 * A zip of at most MOST_FILES files of less than 4 GiB in all.
 * @param signal aborts it
 * @param progress called with the number of finished files
 * @param deflate whether files are compressed; useless for image files, which are compressed already
 * @returns rejected if a file cannot be read, or with the reason of `signal`
 */
export async function makeZip(
  files: { path: string; file: Blob }[],
  signal?: AbortSignal,
  progress?: (done: number) => void,
  deflate: boolean = false,
): Promise<Blob> {
  const parts: BlobPart[] = [];
  const directory: BlobPart[] = [];
  const pause = createYielder(signal);
  let [offset, directorySize] = [0, 0];
  for (const [k, { path, file }] of files.entries()) {
    const name = new TextEncoder().encode(path);
    const bytes = new Uint8Array(await file.arrayBuffer());
    let checksum = 0;
    for (let start = 0; start < bytes.length; start += CRC_CHUNK) {
      checksum = crc32(bytes.subarray(start, start + CRC_CHUNK), checksum);
      await pause();
    }
    const storedData = deflate
      ? await new Response(file.stream().pipeThrough(new CompressionStream("deflate-raw"))).blob()
      : file;
    // version 2.0, UTF-8 names, method, time 0:00, date 1 January 1980, CRC, compressed and original size, lengths of
    // name and extra field
    const entryFacts = littleEndianBytes(
      20,
      0x0800,
      deflate ? 8 : 0,
      0,
      33,
      [checksum],
      [storedData.size],
      [bytes.length],
      name.length,
      0,
    );
    parts.push(littleEndianBytes([0x04034b50]), entryFacts, name, storedData);
    directory.push(littleEndianBytes([0x02014b50], 20), entryFacts, littleEndianBytes(0, 0, 0, [0], [offset]), name);
    offset += 30 + name.length + storedData.size;
    directorySize += 46 + name.length;
    if (k % 50 === 0) progress?.(k);
  }
  const endRecord = littleEndianBytes([0x06054b50], 0, 0, files.length, files.length, [directorySize], [offset], 0);
  return new Blob([...parts, ...directory, endRecord], { type: "application/zip" });
}
