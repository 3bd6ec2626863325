import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { packed } from "./packed.mjs";
import { contentSentence, decodeCodes } from "../src/networks/decode_codes.ts";
import { Server } from "../src/host/server.ts";

const originalFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = originalFetch;
});

const header = { contents: ["a", "b", "c"], y: 2, server: { decode: "/live/1/decode" } };
const { signal } = new AbortController();

test("the page's networks decode all codes in one call, with the same content", async () => {
  const requests = [];
  const networks = {
    image: [1, 1, 2],
    discriminate: () => NaN,
    decodeMany: (zs, ys) => {
      requests.push([zs.map((z) => [...z]), ys]);
      return [Float32Array.of(0.1, 0.2), Float32Array.of(0.3, 0.4)];
    },
  };
  const plane = /** @type {any} */ ({ decoder: { networks }, header });
  const { images, shape } = await decodeCodes(plane, [Float32Array.of(1, 2), Float32Array.of(3, 4)], signal);
  assert.deepEqual(requests, [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [2, 2],
    ],
  ]);
  assert.deepEqual(
    images.map((image) => [...image]),
    [[...Float32Array.of(0.1, 0.2)], [...Float32Array.of(0.3, 0.4)]],
  );
  assert.deepEqual(shape, [1, 1, 2]);
});

test("the server decodes all codes in one request, and its bytes are sorted by channel", async () => {
  const requests = [];
  globalThis.fetch = /** @type {any} */ (
    async (url, { body }) => {
      requests.push([url, JSON.parse(body)]);
      const images = { values: Uint8Array.of(0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 255, 0), shape: [2, 1, 2, 3] };
      return new Response(packed({ v: 1 }, { images }));
    }
  );
  const plane = /** @type {any} */ ({
    decoder: { networks: null, server: new Server(/** @type {any} */ (header.server)) },
    header,
  });
  const { images, shape } = await decodeCodes(
    plane,
    [
      [1, 2],
      [3, 4],
    ],
    signal,
  );
  assert.deepEqual(requests, [
    [
      "/live/1/decode",
      {
        codes: [
          [1, 2],
          [3, 4],
        ],
        y: [2, 2],
      },
    ],
  ]);
  assert.deepEqual(shape, [3, 1, 2]);
  const expected = [
    [0, 0.6, 0.2, 0.8, 0.4, 1],
    [1, 0, 0, 1, 0, 0],
  ].map((image) => [...Float32Array.from(image)]);
  assert.deepEqual(
    images.map((image) => [...image]),
    expected,
  );
});

test("no codes give no images, without a request", async () => {
  const plane = /** @type {any} */ ({ decoder: { networks: null }, header: {} });
  assert.deepEqual((await decodeCodes(plane, [], signal)).images, []);
});

test("the content of the images is named only for models with content", () => {
  assert.equal(contentSentence(header), "All with the content c.");
  assert.equal(contentSentence({ ...header, contents: [] }), "");
});
