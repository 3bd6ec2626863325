/** The bytes of a message of arrays u2 and i4, as `wire.py` lays them out. */
export function packed(about, arrays) {
  const described = {};
  let [offset, parts] = [0, []];
  for (const [name, { values, shape }] of Object.entries(arrays)) {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    described[name] = { dtype: values instanceof Uint16Array ? "u2" : "i4", shape, offset };
    parts.push(bytes, new Uint8Array((8 - (bytes.length % 8)) % 8));
    offset += Math.ceil(bytes.length / 8) * 8;
  }
  const text = new TextEncoder().encode(JSON.stringify({ ...about, arrays: described }));
  const pad = new Uint8Array((8 - (text.length % 8)) % 8).fill(32);
  const length = new Uint8Array(new Uint32Array([text.length + pad.length, 0]).buffer);
  return new Uint8Array(Buffer.concat([length, text, pad, ...parts]));
}
