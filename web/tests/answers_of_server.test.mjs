import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import "./dom.mjs";
import { packed } from "./packed.mjs";
import { DecoderClient } from "../src/networks/decoder_client.ts";

const LARGE_DECODER = {
  revision: "a",
  decoder_refusal: "The decoder is larger than 8 MB, so the server decodes.",
  weights: null,
  server: { decode: "/live/1/decode" },
};
const originalFetch = globalThis.fetch;

/**
 * Requests, which the test answers.
 * @type {{url: string, z: number[], y: any, image: (grey: number, dOfZ?: number) => void, refuse: (text: string) =>
 *   void}[]}
 */
let requests;
/** The painted images, each by the grey of its first pixel. @type {number[]} */
let paintedGreys;
let reports;

const canvas = /** @type {any} */ ({
  getContext: () => ({ putImageData: (image) => paintedGreys.push(image.data[0]) }),
});
const settled = () => new Promise((resolve) => setTimeout(resolve));
const field = (grey) => ({ values: Uint8Array.of(grey), shape: [2, 1, 1] });

/** The server's answer: an image of two equal pixels, and D(z). */
const message = (grey, dOfZ) =>
  packed(
    { v: 1 },
    {
      images: { values: Uint8Array.of(grey, grey), shape: [1, 2, 1, 1] },
      d_of_z: { values: Float32Array.of(dOfZ), shape: [1] },
    },
  );

beforeEach(() => {
  [requests, paintedGreys, reports] = [[], [], []];
  globalThis.fetch = /** @type {any} */ (
    (url, { body, signal }) =>
      new Promise((resolve, reject) => {
        const {
          codes: [z],
          y,
        } = JSON.parse(body);
        signal.addEventListener("abort", () => reject(signal.reason));
        requests.push({
          url,
          z,
          y,
          image: (grey, dOfZ = 0.5) => resolve(new Response(message(grey, dOfZ))),
          refuse: (text) => resolve(new Response(text, { status: 410 })),
        });
      })
  );
});
afterEach(() => {
  globalThis.fetch = originalFetch;
});

const makeDecoder = () =>
  new DecoderClient(
    canvas,
    (...report) => reports.push(report),
    () => reports.push("painted"),
  );
const codeOf = (...z) => Float32Array.from(z);

test("the message's image is shown until the server answers; then images follow z, one request at a time", async () => {
  const decoder = makeDecoder();
  decoder.load(LARGE_DECODER, { image: field(1) });
  assert.deepEqual(paintedGreys, [1]);
  assert.deepEqual(reports, [[LARGE_DECODER.decoder_refusal, ""]]);
  assert.ok(Number.isNaN(decoder.paintCode(codeOf(0, 0), null)), "D(z) is not known yet");
  for (let k = 1; k < 9; k++) decoder.paintCode(codeOf(k, 0), null);
  assert.equal(requests.length, 1);
  requests[0].image(10, 0.25);
  await settled();
  assert.equal(decoder.paintCode(codeOf(8, 0), null), 0.25);
  assert.deepEqual(
    requests.map(({ z }) => z),
    [
      [0, 0],
      [8, 0],
    ],
  );
  requests[1].image(80, 0.75);
  await settled();
  assert.equal(decoder.paintCode(codeOf(8, 0), null), 0.75);
  assert.equal(requests.length, 2, "an image that is shown is not requested again");
  assert.deepEqual(paintedGreys, [1, 10, 80]);
  assert.deepEqual(reports.slice(1), ["painted", "painted"]);
});

test("Python's message after a drag neither replaces the live image nor causes a request", async () => {
  const decoder = makeDecoder();
  decoder.load(LARGE_DECODER, { image: field(1) });
  decoder.paintCode(codeOf(3, 0), 7);
  requests[0].image(30);
  await settled();
  decoder.load({ ...LARGE_DECODER }, { image: field(29) });
  decoder.paintCode(codeOf(3, 0), 7);
  assert.deepEqual(paintedGreys, [1, 30]);
  assert.equal(requests.length, 1);
  assert.deepEqual(requests[0].y, [7]);
});

test("new weights of a revision are used without a flicker, and answers from old weights are discarded", async () => {
  const decoder = makeDecoder();
  decoder.load(LARGE_DECODER, { image: field(1) });
  decoder.paintCode(codeOf(3, 0), null);
  requests[0].image(30);
  await settled();
  decoder.paintCode(codeOf(4, 0), null);
  decoder.load({ ...LARGE_DECODER, server: { decode: "/live/2/decode" } }, { image: field(2) });
  decoder.paintCode(codeOf(4, 0), null);
  await settled();
  requests[1].image(40);
  requests[2].image(44);
  await settled();
  assert.deepEqual(paintedGreys, [1, 30, 44]);
  assert.deepEqual(
    requests.map(({ url }) => url.at(6)),
    ["1", "1", "2"],
  );
});

test("another revision shows its own first image at once", async () => {
  const decoder = makeDecoder();
  decoder.load(LARGE_DECODER, { image: field(1) });
  decoder.paintCode(codeOf(3, 0), null);
  requests[0].image(30);
  await settled();
  decoder.load({ ...LARGE_DECODER, revision: "b", server: { decode: "/live/3/decode" } }, { image: field(5) });
  assert.deepEqual(paintedGreys, [1, 30, 5]);
  assert.ok(Number.isNaN(decoder.paintCode(codeOf(3, 0), null)));
});

test("a refusal is reported once and keeps the image; the next answer removes the report", async () => {
  const decoder = makeDecoder();
  decoder.load(LARGE_DECODER, { image: field(1) });
  decoder.paintCode(codeOf(3, 0), null);
  requests[0].refuse("The weights are gone.");
  await settled();
  assert.deepEqual(reports.at(-1), [LARGE_DECODER.decoder_refusal, "The weights are gone."]);
  decoder.paintCode(codeOf(3, 0), null);
  assert.equal(requests.length, 1, "a refused z is not requested again");
  decoder.paintCode(codeOf(4, 0), null);
  requests[1].image(40);
  await settled();
  assert.deepEqual(reports.at(-1), [LARGE_DECODER.decoder_refusal, ""]);
  assert.deepEqual(paintedGreys, [1, 40]);
});

test("weights that cannot be fetched are reported, and the server decodes", async () => {
  const decoder = makeDecoder();
  const serverFetch = globalThis.fetch;
  globalThis.fetch = /** @type {any} */ (async () => new Response("", { status: 404 }));
  const weights = {
    decoder: { url: "/assets/x.bin", sha: "x", layers: [[2, 1]] },
    discriminator: null,
    encoder: null,
    image: [1, 2, 1],
    dim: 2,
  };
  decoder.load({ ...LARGE_DECODER, decoder_refusal: undefined, weights }, { image: field(1) });
  assert.ok(Number.isNaN(decoder.paintCode(codeOf(0, 0), null)));
  await settled();
  globalThis.fetch = serverFetch;
  const [methodSentence, sentence] = reports.at(-1);
  assert.equal(methodSentence, "Decoded on the server.");
  assert.match(sentence, /could not be fetched.*The server decodes instead\.$/);
  decoder.paintCode(codeOf(0, 1), null);
  requests[0].image(9);
  await settled();
  assert.equal(paintedGreys.at(-1), 9);
});
