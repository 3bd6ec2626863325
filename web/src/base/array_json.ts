/**
 * Plain records with typed arrays as text: JSON, in which a typed array is its type and its bytes in base 64.
 */

const ARRAY_TYPES: Record<string, typeof Float32Array | typeof Uint32Array | typeof Int32Array> = {
  Float32Array,
  Uint32Array,
  Int32Array,
};
const CHUNK = 2 ** 15; // bytes at a time, since a call takes only so many arguments

/** @throws {Error} if it contains a typed array of a type that `readRecord` does not read */
export function writeRecord(record: object): string {
  return JSON.stringify(record, (_, value) => {
    if (!ArrayBuffer.isView(value)) return value;
    const array = value.constructor.name;
    if (!Object.hasOwn(ARRAY_TYPES, array)) throw new Error(`A record cannot contain a ${array}.`);
    return { array, bytes: toBase64(value) };
  });
}

/**
 * The record of a text; it is not checked further.
 * @param text of `writeRecord`
 * @throws {Error} if the text is damaged
 */
export function readRecord(text: string): unknown {
  return JSON.parse(text, (_, value) =>
    value && typeof value.bytes === "string" && Object.hasOwn(ARRAY_TYPES, value.array)
      ? new ARRAY_TYPES[value.array](fromBase64(value.bytes))
      : value,
  );
}

/** Its bytes in base 64. */
export function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = "";
  for (let start = 0; start < bytes.length; start += CHUNK)
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  return btoa(text);
}

const fromBase64 = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
