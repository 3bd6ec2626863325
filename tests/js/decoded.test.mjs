import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { contentSaid, decoded } from "../../app/components/js/networks/decoded.js";
import { Server } from "../../app/components/js/host/server.js";

const real = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = real;
});

const header = { contents: ["a", "b", "c"], y: 2, server: { decode: "/live/1/decode" } };
const given = new AbortController().signal;

/** An answer of two images of 1 × 2 pixels with three channels, laid out by hand after the table in wire.py. */
function message(bytes) {
  const text = Buffer.from(JSON.stringify({ v: 1, arrays: { images: { dtype: "u1", shape: [2, 1, 2, 3], offset: 0 } } }));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(padded.length, 0);
  return Buffer.concat([prefix, padded, Buffer.from(bytes)]);
}

test("in the page all codes are decoded at once, with the same content", async () => {
  const asked = [];
  const networks = {
    image: [1, 1, 2],
    judge: () => NaN,
    decodeMany: (zs, ys) => {
      asked.push([zs.map((z) => [...z]), ys]);
      return [Float32Array.of(0.1, 0.2), Float32Array.of(0.3, 0.4)];
    },
  };
  const plane = /** @type {any} */ ({ answers: { networks }, header });
  const { images, shape } = await decoded(plane, [Float32Array.of(1, 2), Float32Array.of(3, 4)], given);
  assert.deepEqual(asked, [[[[1, 2], [3, 4]], [2, 2]]]);
  assert.deepEqual(images.map((image) => [...image]), [[...Float32Array.of(0.1, 0.2)], [...Float32Array.of(0.3, 0.4)]]); // prettier-ignore
  assert.deepEqual(shape, [1, 1, 2]);
});

test("by the server the same, its bytes sorted by channel", async () => {
  const asked = [];
  globalThis.fetch = /** @type {any} */ (async (url, { body }) => {
    asked.push([url, JSON.parse(body)]);
    return new Response(message([0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 255, 0]));
  });
  const plane = /** @type {any} */ ({ answers: { networks: null, server: new Server(/** @type {any} */ (header.server)) }, header });
  const { images, shape } = await decoded(plane, [[1, 2], [3, 4]], given);
  assert.deepEqual(asked, [["/live/1/decode", { codes: [[1, 2], [3, 4]], y: [2, 2] }]]);
  assert.deepEqual(shape, [3, 1, 2]);
  const wanted = [[0, 0.6, 0.2, 0.8, 0.4, 1], [1, 0, 0, 1, 0, 0]].map((image) => [...Float32Array.from(image)]);
  assert.deepEqual(images.map((image) => [...image]), wanted);
});

test("of no codes there are no images, and nobody is asked", async () => {
  const plane = /** @type {any} */ ({ answers: { networks: null }, header: {} });
  assert.deepEqual((await decoded(plane, [], given)).images, []);
});

test("which content all have is said only where there is one", () => {
  assert.equal(contentSaid(header), " All with the content c.");
  assert.equal(contentSaid({ ...header, contents: [] }), "");
});
