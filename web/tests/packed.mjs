const KINDS = { Uint8Array: "u1", Uint16Array: "u2", Int16Array: "i2", Int32Array: "i4", Float32Array: "f4" };

/** The bytes of a message, as the table in `wire.py` lays them out: `header` is the header without `arrays`. */
export function packed(header, arrays) {
  const arrayHeaders = {};
  let [offset, parts] = [0, []];
  for (const [name, { values, shape }] of Object.entries(arrays)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    arrayHeaders[name] = { dtype: KINDS[values.constructor.name], shape, offset };
    parts.push(bytes, new Uint8Array((8 - (bytes.length % 8)) % 8));
    offset += Math.ceil(bytes.length / 8) * 8;
  }
  const text = new TextEncoder().encode(JSON.stringify({ ...header, arrays: arrayHeaders }));
  const pad = new Uint8Array((8 - (text.length % 8)) % 8).fill(32);
  const length = new Uint8Array(new Uint32Array([text.length + pad.length, 0]).buffer);
  return new Uint8Array(Buffer.concat([length, text, pad, ...parts]));
}
