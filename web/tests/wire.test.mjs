import assert from "node:assert/strict";
import { test } from "node:test";
import { unpackMessage } from "../src/base/wire.ts";
import { differsInViewStateOnly } from "../src/plane/display_settings.ts";

/** A message laid out by hand, after the table in wire.py. */
function message(header, arrays = [], cut = 0) {
  const text = Buffer.from(JSON.stringify(header));
  const paddedText = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(paddedText.length, 0);
  const completeMessage = Buffer.concat([prefix, paddedText, ...arrays]);
  const receivedBytes = new Uint8Array(completeMessage.length - cut + 3); // an unaligned view, as Streamlit's are
  receivedBytes.set(completeMessage.subarray(0, completeMessage.length - cut), 3);
  return receivedBytes.subarray(3);
}

const twoFloats = Buffer.from(new Float32Array([1.5, -2]).buffer);

test("header and arrays are unpacked as they were packed", () => {
  const arrays = {
    z: { dtype: "f4", shape: [1, 2], offset: 0 },
    labels: { dtype: "i2", shape: [2], offset: 8, levels: [0.5] },
  };
  const labels = Buffer.concat([Buffer.from(new Int16Array([-1, 7]).buffer), Buffer.alloc(4)]);
  const { header, fields } = unpackMessage(message({ v: 1, arrays, dim: 2 }, [twoFloats, labels]));
  assert.equal(header.dim, 2);
  assert.deepEqual([...fields.z.values], [1.5, -2]);
  assert.deepEqual(fields.z.shape, [1, 2]);
  assert.deepEqual([...fields.labels.values], [-1, 7]);
  assert.deepEqual(fields.labels.levels, [0.5]);
});

test("an incomplete message, an unknown format and an unknown dtype are refused in a sentence", () => {
  const arrays = { z: { dtype: "f4", shape: [1, 2], offset: 0 } };
  assert.throws(() => unpackMessage(message({ v: 1, arrays }, [twoFloats], 4)), /lacks all or part of “z”/);
  assert.throws(() => unpackMessage(message({ v: 1, arrays }, [], 9)), /arrived incomplete/);
  assert.throws(() => unpackMessage(message({ v: 2, arrays }, [twoFloats])), /reload/);
  assert.throws(
    () => unpackMessage(message({ v: 1, arrays: { z: { ...arrays.z, dtype: "f8" } } }, [twoFloats])),
    /lacks/,
  );
  assert.throws(() => unpackMessage(new Uint8Array(3)), /did not arrive/);
});

test("a plane counts as unchanged while only z, its image, the chosen code and the view differ", () => {
  const messageOf = (header, values, image) => ({
    header,
    fields: { z: { values: Float32Array.from(values) }, image: { values: Uint8Array.from(image) } },
  });
  const message = messageOf({ dim: 2, version: "a", code: [0, 0], picked: null, view: null }, [1, 2], [3]);
  assert.ok(
    differsInViewStateOnly(
      message,
      messageOf({ dim: 2, version: "a", code: [5, 5], picked: 7, view: { x0: 0 } }, [1, 2], [9]),
    ),
  );
  assert.ok(
    !differsInViewStateOnly(
      message,
      messageOf({ dim: 2, version: "b", code: [0, 0], picked: null, view: null }, [1, 2], [3]),
    ),
  );
  assert.ok(
    !differsInViewStateOnly(
      message,
      messageOf({ dim: 2, version: "a", code: [0, 0], picked: null, view: null }, [1, 2.5], [3]),
    ),
  );
  assert.ok(
    !differsInViewStateOnly(
      message,
      messageOf({ dim: 2, version: "a", code: [0, 0], picked: null, view: null }, [1, 2, 3], [3]),
    ),
  );
});
