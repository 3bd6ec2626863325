import assert from "node:assert/strict";
import { test } from "node:test";
import { packed } from "./packed.mjs";
import { getEncoder, reconstructionError, encodeImageToCode } from "../src/drawing/image_encoding.ts";
import { Server } from "../src/host/server.ts";
import { valuesFromBytes, bytesFromValues } from "../src/base/pictures.ts";

const SHAPE = [3, 2, 4]; // C, H, W

/** A plane whose decoder turns z = (a, b) and content k into pixels that alternate between a + k/100 and b. */
function plane(content, networks = true) {
  const decodeMany = (zs, ys) =>
    zs.map(([a, b], k) =>
      Float32Array.from({ length: 24 }, (_, index) => (index % 2 ? b : a + (ys ? ys[k] / 100 : 0))),
    );
  const pageNetworks = { decodeMany, discriminate: (z) => z[0] };
  return /** @type {any} */ ({
    header: {
      contents: Array.from({ length: content }, (_, k) => String(k)),
      y: content ? 3 : null,
      preprocessing: { image: SHAPE },
    },
    decoder: {
      server: new Server(/** @type {any} */ ({ decode: "/live/t/decode", encode: "/live/t/encode" })),
      networks: networks ? pageNetworks : null,
      loadEncoder: async () => (x) => Float32Array.of(x[0], x[1]),
    },
  });
}

test("bytes are ordered H×W×C, the networks' values C×H×W", () => {
  const values = Float32Array.from({ length: 24 }, (_, k) => (10 * k) / 255);
  const bytes = bytesFromValues(values, SHAPE);
  assert.deepEqual([...bytes.slice(0, 6)], [0, 80, 160, 10, 90, 170]); // red, green, blue of the first two pixels
  const decodedValues = valuesFromBytes({ values: bytes, shape: [2, 4, 3] });
  values.forEach((v, k) => assert.ok(Math.abs(v - decodedValues[k]) < 1e-6));
});

test("the error is half the squared difference summed over an image", () => {
  assert.ok(Math.abs(reconstructionError(Float32Array.of(0, 1, 0.5), Float32Array.of(1, 1, 0)) - 0.625) < 1e-6);
});

test("an image is encoded and reconstructed", async () => {
  const x = Float32Array.from({ length: 24 }, (_, k) => (k % 2 ? 0.25 : 0.5));
  const testPlane = plane(0);
  const { encode, encodingPlace } = await getEncoder(testPlane);
  const encodedImage = await encodeImageToCode(testPlane, encode, x);
  assert.equal(encodingPlace, "in this page");
  assert.deepEqual([...encodedImage.z], [0.5, 0.25]);
  assert.ok(encodedImage.error < 1e-9 && encodedImage.best === null && encodedImage.dOfZ === 0.5);
  assert.deepEqual([...encodedImage.reconstruction], [...x]);
});

test("with content, the reconstruction has the chosen one, and the best is found among any number", async () => {
  const testPlane = plane(150);
  const x = Float32Array.from({ length: 24 }, (_, k) => (k % 2 ? 0.25 : 0.5));
  // only 100/100 more brings it to 0.5
  const encodedImage = await encodeImageToCode(testPlane, () => Float32Array.of(-0.5, 0.25), x);
  assert.equal(encodedImage.best, 100);
  assert.ok(encodedImage.error < 1e-9);
  encodedImage.reconstruction.forEach((v, k) => assert.ok(Math.abs(v - (k % 2 ? 0.25 : -0.47)) < 1e-6));
});

test("an encoder that returns a non-finite code is reported", async () => {
  await assert.rejects(
    encodeImageToCode(plane(0), () => Float32Array.of(NaN, 0), new Float32Array(24)),
    /no valid code/,
  );
});

test("without networks in the page, the server encodes and decodes", async (context) => {
  const testPlane = plane(0, false);
  testPlane.decoder.loadEncoder = async () => {
    throw new Error("This revision's encoder does not run in the page.");
  };
  const bytes = Uint8Array.from({ length: 24 }, (_, k) => 10 * k);
  const bodies = {};
  context.mock.method(globalThis, "fetch", async (url, { body }) => {
    bodies[url] = body;
    const image = { shape: [1, 2, 4, 3], values: bytes };
    const d_of_z = { shape: [1], values: Float32Array.of(0.75) };
    const z = { shape: [2], values: Float32Array.of(1, -1) };
    return new Response(packed({ v: 1 }, url.endsWith("encode") ? { z } : { images: image, d_of_z }));
  });
  const x = valuesFromBytes({ values: bytes, shape: [2, 4, 3] });
  const { encode, encodingPlace } = await getEncoder(testPlane);
  const encodedImage = await encodeImageToCode(testPlane, encode, x);
  assert.equal(encodingPlace, "on the server");
  assert.deepEqual([...bodies["/live/t/encode"]], [...bytes]);
  assert.deepEqual(JSON.parse(bodies["/live/t/decode"]), { codes: [[1, -1]], y: null });
  assert.deepEqual(
    [[...encodedImage.z], encodedImage.error, encodedImage.dOfZ, encodedImage.best],
    [[1, -1], 0, 0.75, null],
  );
});
