import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import "./dom.mjs";
import { packed } from "./packed.mjs";
import { DecoderClient } from "../../app/components/js/networks/decoder_client.js";

const LARGE = {
  revision: "a",
  decoder_refusal: "The decoder is larger than 8 MB, so the server decodes.",
  weights: null,
  server: { decode: "/live/1/decode" },
};
const real = globalThis.fetch;

/**
 * Requests, which the test answers.
 * @type {{url: string, z: number[], y: any, image: (grey: number, dOfZ?: number) => void, refuse: (text: string) =>
 *   void}[]}
 */
let asked;
/** The painted images, each by the grey of its first pixel. @type {number[]} */
let painted;
let told;

const canvas = /** @type {any} */ ({ getContext: () => ({ putImageData: (image) => painted.push(image.data[0]) }) });
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
  [asked, painted, told] = [[], [], []];
  globalThis.fetch = /** @type {any} */ (
    (url, { body, signal }) =>
      new Promise((answer, fail) => {
        const {
          codes: [z],
          y,
        } = JSON.parse(body);
        signal.addEventListener("abort", () => fail(signal.reason));
        asked.push({
          url,
          z,
          y,
          image: (grey, dOfZ = 0.5) => answer(new Response(message(grey, dOfZ))),
          refuse: (text) => answer(new Response(text, { status: 410 })),
        });
      })
  );
});
afterEach(() => {
  globalThis.fetch = real;
});

const makeDecoder = () =>
  new DecoderClient(
    canvas,
    (...said) => told.push(said),
    () => told.push("painted"),
  );
const at = (...z) => Float32Array.from(z);

test("the message's image is shown until the server answers; then images follow z, one request at a time", async () => {
  const here = makeDecoder();
  here.load(LARGE, { image: field(1) });
  assert.deepEqual(painted, [1]);
  assert.deepEqual(told, [[LARGE.decoder_refusal, ""]]);
  assert.ok(Number.isNaN(here.paintCode(at(0, 0), null)), "D(z) is not known yet");
  for (let k = 1; k < 9; k++) here.paintCode(at(k, 0), null);
  assert.equal(asked.length, 1);
  asked[0].image(10, 0.25);
  await settled();
  assert.equal(here.paintCode(at(8, 0), null), 0.25);
  assert.deepEqual(
    asked.map(({ z }) => z),
    [
      [0, 0],
      [8, 0],
    ],
  );
  asked[1].image(80, 0.75);
  await settled();
  assert.equal(here.paintCode(at(8, 0), null), 0.75);
  assert.equal(asked.length, 2, "an image that is shown is not requested again");
  assert.deepEqual(painted, [1, 10, 80]);
  assert.deepEqual(told.slice(1), ["painted", "painted"]);
});

test("Python's message after a drag neither replaces the live image nor causes a request", async () => {
  const here = makeDecoder();
  here.load(LARGE, { image: field(1) });
  here.paintCode(at(3, 0), 7);
  asked[0].image(30);
  await settled();
  here.load({ ...LARGE }, { image: field(29) });
  here.paintCode(at(3, 0), 7);
  assert.deepEqual(painted, [1, 30]);
  assert.equal(asked.length, 1);
  assert.deepEqual(asked[0].y, [7]);
});

test("new weights of a revision are used without a flicker, and answers from old weights are discarded", async () => {
  const here = makeDecoder();
  here.load(LARGE, { image: field(1) });
  here.paintCode(at(3, 0), null);
  asked[0].image(30);
  await settled();
  here.paintCode(at(4, 0), null);
  here.load({ ...LARGE, server: { decode: "/live/2/decode" } }, { image: field(2) });
  here.paintCode(at(4, 0), null);
  await settled();
  asked[1].image(40);
  asked[2].image(44);
  await settled();
  assert.deepEqual(painted, [1, 30, 44]);
  assert.deepEqual(
    asked.map(({ url }) => url.at(6)),
    ["1", "1", "2"],
  );
});

test("another revision shows its own first image at once", async () => {
  const here = makeDecoder();
  here.load(LARGE, { image: field(1) });
  here.paintCode(at(3, 0), null);
  asked[0].image(30);
  await settled();
  here.load({ ...LARGE, revision: "b", server: { decode: "/live/3/decode" } }, { image: field(5) });
  assert.deepEqual(painted, [1, 30, 5]);
  assert.ok(Number.isNaN(here.paintCode(at(3, 0), null)));
});

test("a refusal is reported once and keeps the image; the next answer removes the report", async () => {
  const here = makeDecoder();
  here.load(LARGE, { image: field(1) });
  here.paintCode(at(3, 0), null);
  asked[0].refuse("The weights are gone.");
  await settled();
  assert.deepEqual(told.at(-1), [LARGE.decoder_refusal, "The weights are gone."]);
  here.paintCode(at(3, 0), null);
  assert.equal(asked.length, 1, "a refused z is not requested again");
  here.paintCode(at(4, 0), null);
  asked[1].image(40);
  await settled();
  assert.deepEqual(told.at(-1), [LARGE.decoder_refusal, ""]);
  assert.deepEqual(painted, [1, 40]);
});

test("weights that cannot be fetched are reported, and the server decodes", async () => {
  const here = makeDecoder();
  const live = globalThis.fetch;
  globalThis.fetch = /** @type {any} */ (async () => new Response("", { status: 404 }));
  const weights = {
    decoder: { url: "/assets/x.bin", sha: "x", layers: [[2, 1]] },
    discriminator: null,
    encoder: null,
    image: [1, 2, 1],
    dim: 2,
  };
  here.load({ ...LARGE, decoder_refusal: undefined, weights }, { image: field(1) });
  assert.ok(Number.isNaN(here.paintCode(at(0, 0), null)));
  await settled();
  globalThis.fetch = live;
  const [way, sentence] = told.at(-1);
  assert.equal(way, "Decoded on the server.");
  assert.match(sentence, /could not be fetched.*The server decodes instead\.$/);
  here.paintCode(at(0, 1), null);
  asked[0].image(9);
  await settled();
  assert.equal(painted.at(-1), 9);
});
