import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { LatestOnly, Server } from "../src/host/server.ts";

const URLS = Object.fromEntries(
  ["decode", "encode", "image", "images"].map((route) => [route, `/live/token/${route}`]),
);
const originalFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = originalFetch;
});

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A `Newest` whose requests the test answers; `reports` lists the reports as [wish, answer or error]. */
function makeQueue() {
  const requests = [];
  const reports = [];
  const ask = (wish, signal) =>
    new Promise((resolve, reject) => {
      requests.push({ wish, signal, answer: resolve, fail: reject });
      signal.addEventListener("abort", () => reject(new Error("aborted")));
    });
  const queue = new LatestOnly(
    ask,
    (answer, wish) => reports.push([wish, answer]),
    (error, wish) => reports.push([wish, error.message]),
  );
  return { queue, requests, reports };
}

test("one request is on its way, and of later wishes only the last is requested next", async () => {
  const { queue, requests, reports } = makeQueue();
  for (let k = 0; k < 100; k++) queue.submit(k);
  assert.deepEqual(
    requests.map(({ wish }) => wish),
    [0],
  );
  requests[0].answer("zero");
  await settled();
  assert.deepEqual(
    requests.map(({ wish }) => wish),
    [0, 99],
  );
  requests[1].answer("last");
  await settled();
  assert.deepEqual(reports, [
    [0, "zero"],
    [99, "last"],
  ]);
  queue.submit("again");
  assert.equal(requests.length, 3);
});

test("a failure is reported, and the newest wish is requested after it", async () => {
  const { queue, requests, reports } = makeQueue();
  queue.submit("a");
  queue.submit("b");
  requests[0].fail(new Error("It failed."));
  await settled();
  requests[1].answer(2);
  await settled();
  assert.deepEqual(reports, [
    ["a", "It failed."],
    ["b", 2],
  ]);
});

test("a dropped request is aborted and never reported; the next wish is requested", async () => {
  const { queue, requests, reports } = makeQueue();
  queue.submit("old");
  queue.submit("waiting");
  queue.cancel();
  queue.submit("new");
  assert.equal(requests[0].signal.aborted, true);
  assert.equal(requests.length, 1);
  await settled();
  requests[0].answer("too late");
  requests[1].answer("there");
  await settled();
  assert.deepEqual(reports, [["new", "there"]]);
  queue.cancel(); // with nothing on its way
  queue.submit("once more");
  assert.equal(requests.length, 3);
});

test("a wish made while an answer is reported is requested", async () => {
  const wishes = [];
  const queue = new LatestOnly(
    async (wish) => wishes.push(wish),
    (_, wish) => wish < 3 && queue.submit(wish + 1),
    assert.fail,
  );
  queue.submit(0);
  await settled();
  assert.deepEqual(wishes, [0, 1, 2, 3]);
});

/** A message laid out by hand, after the table in wire.py. */
function message(arrays, ...contents) {
  const text = Buffer.from(JSON.stringify({ v: 1, arrays }));
  const paddedText = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(paddedText.length, 0);
  const paddedContents = contents.map((content) =>
    Buffer.concat([content, Buffer.alloc((8 - (content.length % 8)) % 8)]),
  );
  return Buffer.concat([prefix, paddedText, ...paddedContents]);
}

/** Lets `fetch` answer with these bytes; returns the list of requests. */
function answering(body, status = 200) {
  const requests = [];
  globalThis.fetch = async (url, options) => {
    requests.push({ url, ...options });
    return new Response(body, { status });
  };
  return requests;
}

test("codes are sent with the digits of 32-bit numbers and come back as images", async () => {
  const arrays = {
    images: { dtype: "u1", shape: [2, 1, 2, 1], offset: 0 },
    d_of_z: { dtype: "f4", shape: [2], offset: 8 },
  };
  const requests = answering(
    message(arrays, Buffer.from([1, 2, 3, 255]), Buffer.from(Float32Array.of(0.25, 0.5).buffer)),
  );
  const { images, d_of_z } = await new Server(URLS).decode([Float32Array.of(0.1, -2), Float32Array.of(1, 1e6)], [3, 4]);
  assert.deepEqual([...images.values], [1, 2, 3, 255]);
  assert.deepEqual([...d_of_z.values], [0.25, 0.5]);
  assert.equal(requests[0].url, "/live/token/decode");
  assert.equal(requests[0].method, "POST");
  const { codes, y } = JSON.parse(requests[0].body);
  assert.deepEqual(
    codes.map((z) => z.map(Math.fround)),
    [
      [Math.fround(0.1), -2],
      [1, 1e6],
    ],
  );
  assert.ok(requests[0].body.length < 60, "no digits that a 32-bit number does not have");
  assert.deepEqual(y, [3, 4]);
});

test("decoding and measuring directions can be aborted", () => {
  const requests = answering("");
  const stop = new AbortController();
  const server = new Server({ ...URLS, directions: "/live/token/directions" });
  for (const answer of [server.decode([[0, 0]], null, stop.signal), server.fetchDirections(stop.signal)])
    answer.catch(() => {});
  assert.deepEqual(
    requests.map(({ signal }) => signal.aborted),
    [false, false],
  );
  stop.abort();
  assert.deepEqual(
    requests.map(({ signal }) => signal.aborted),
    [true, true],
  );
});

test("an image is sent as its bytes and comes back as a code", async () => {
  const requests = answering(
    message({ z: { dtype: "f4", shape: [2], offset: 0 } }, Buffer.from(Float32Array.of(1.5, -3).buffer)),
  );
  assert.deepEqual([...(await new Server(URLS).encode(Uint8Array.of(7, 8, 9)))], [1.5, -3]);
  assert.deepEqual([...requests[0].body], [7, 8, 9]);
});

test("originals are addressed by number, frames by hash, and routes without an address are unavailable", async () => {
  const [requestedUrls, images] = [[], []];
  globalThis.fetch = /** @type {any} */ (
    async (url) => {
      requestedUrls.push(url);
      return { ok: url.endsWith("12"), status: 404, arrayBuffer: async () => Uint8Array.of(7, 8).buffer };
    }
  );
  globalThis.createImageBitmap = /** @type {any} */ (async (file) => [...new Uint8Array(await file.arrayBuffer())]);
  const server = new Server({ ...URLS, frames: "/live/token/frames", directions: null });
  for (const number of [12, 13]) server.fetchImage(number, (image) => images.push(image));
  assert.deepEqual([requestedUrls, images], [["/live/token/image?n=12", "/live/token/image?n=13"], []]);
  await settled();
  assert.deepEqual(images, [[7, 8]], "a missing original is not reported");
  assert.equal(server.framesUrl("a1"), "/live/token/frames?v=a1");
  assert.deepEqual(
    ["image", "directions", "usual"].map((route) => server.canRequest(/** @type {any} */ (route))),
    [true, false, false],
  );
  assert.equal(new Server(null).canRequest("decode"), false);
  assert.notEqual(server.id, new Server(URLS).id);
});

for (const [status, body, sentence] of [
  [400, "The plane sent codes, which was refused.", "The plane sent codes, which was refused."],
  [
    404,
    "The server does not know this page any more; reload it.",
    "The server does not know this page any more; reload it.",
  ],
  [500, "Internal Server Error", "The server could not answer (500)."],
  [502, "<html><body>Bad gateway.</body></html>", "The server could not answer (502)."],
  [413, "", "The server could not answer (413)."],
]) {
  test(`a refusal with status ${status} is reported in one sentence`, async () => {
    answering(body, status);
    await assert.rejects(new Server(URLS).decode([Float32Array.of(0)], null), { message: sentence });
  });
}

test("a stopped server and an incomplete answer are reported in one sentence", async () => {
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  await assert.rejects(new Server(URLS).decode([[0, 0]], null), { message: /did not answer/ });
  answering(message({ images: { dtype: "u1", shape: [1, 8, 8, 1], offset: 0 } }, Buffer.alloc(8)));
  await assert.rejects(new Server(URLS).decode([[0, 0]], null), { message: /lacks all or part/ });
});
