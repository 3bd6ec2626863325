/**
 * The format of Python's messages: a length, a JSON header and typed arrays (`app/messages/wire_format.py` packs the
 * same layout).
 */

import { translate } from "./translate.ts";
import type { Field, Values } from "../messages.ts";

type ArrayEntry = { dtype: string; shape: number[]; offset: number; box?: number[]; levels?: number[] };
/** Of `OutgoingMessages` in `messages.ts`. */
export type Message = { header: object; fields: object };

const ARRAY_TYPES: Record<
  string,
  { new (buffer: ArrayBuffer, offset: number, length: number): Values; BYTES_PER_ELEMENT: number }
> = {
  f4: Float32Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  u1: Uint8Array,
  u2: Uint16Array,
};
const PREFIX = 8; // four bytes of length and four of padding, so that everything after them is aligned

/**
 * Header and arrays of a message.
 * @param bytes as Streamlit hands them over: an unaligned view
 * @returns of the type that the caller expects; it is not checked
 * @throws {Error} one sentence, if the message is truncated or inconsistent
 */
export function unpackMessage<M extends Message>(bytes: Uint8Array): M {
  if (!(bytes instanceof Uint8Array) || bytes.length < PREFIX)
    throw new Error(translate("The data of this part of the page did not arrive."));
  const buffer = bytes.slice().buffer; // typed arrays need aligned offsets, a view into Streamlit's message has none
  const length = new DataView(buffer).getUint32(0, true);
  const start = PREFIX + length;
  if (start > buffer.byteLength || start % 8)
    throw new Error(translate("The data of this part of the page arrived incomplete."));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, PREFIX, length)));
  if (header.v !== 1)
    throw new Error(
      translate("The data of this part of the page has a format that this page does not know; reload the page."),
    );
  const fields: Record<string, Field> = {};
  for (const [name, entry] of Object.entries(header.arrays as Record<string, ArrayEntry>))
    fields[name] = readField(buffer, start, name, entry);
  return { header, fields } as M;
}

/** @param start where the arrays begin */
function readField(buffer: ArrayBuffer, start: number, name: string, entry: ArrayEntry): Field {
  const ArrayType = ARRAY_TYPES[entry.dtype];
  const count = entry.shape.reduce((product, size) => product * size, 1);
  const isComplete = ArrayType && start + entry.offset + count * ArrayType.BYTES_PER_ELEMENT <= buffer.byteLength;
  if (!isComplete || entry.offset % ArrayType.BYTES_PER_ELEMENT)
    throw new Error(translate("The data of this part of the page lacks all or part of “{name}”.", { name }));
  return {
    values: new ArrayType(buffer, start + entry.offset, count),
    shape: entry.shape,
    box: entry.box ?? null,
    levels: entry.levels ?? null,
  };
}

/** Numbers of two bytes, from all first bytes and then all second ones, as packed files have them. */
export function interleaveBytes(separatedBytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const [half, bytes] = [Math.ceil(separatedBytes.length / 2), new Uint8Array(separatedBytes.length)];
  for (let k = 0; k < bytes.length; k++) bytes[k] = separatedBytes[(k >> 1) + (k & 1) * half];
  return bytes;
}
