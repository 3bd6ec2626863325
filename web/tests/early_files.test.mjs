import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import "./dom.mjs";
import { Sprites } from "../src/codes/sprites.ts";
import { fetchEarly } from "../src/host/early_files.ts";
import { fetchBytes } from "../src/host/host.ts";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

const pause = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A server that answers when the test lets it: `requests` lists the URLs, `answerRequest` answers one. */
function slowServer() {
  const requests = [];
  const answers = new Map();
  globalThis.fetch = /** @type {any} */ (
    (url) => (requests.push(url), new Promise((resolve) => answers.set(url, resolve)))
  );
  const answerRequest = async (url, isFound = true) => {
    answers.get(url)({
      ok: isFound,
      status: isFound ? 200 : 404,
      arrayBuffer: async () => new TextEncoder().encode(url).buffer,
    });
    await pause();
  };
  return { requests, answerRequest };
}

const read = (url) => fetchBytes(url, "The file").then((bytes) => new TextDecoder().decode(bytes));

test("early files come one after another, and each is handed out once", async () => {
  const { requests, answerRequest } = slowServer();
  fetchEarly(["codes", "frames", "net"]);
  assert.deepEqual(requests, ["codes"], "together they would share the connection");
  await answerRequest("codes");
  assert.deepEqual(requests, ["codes", "frames"]);
  assert.equal(await read("codes"), "codes");
  const frames = read("frames");
  assert.deepEqual(requests, ["codes", "frames"], "it is on its way already");
  const net = read("net");
  assert.deepEqual(requests, ["codes", "frames", "net"], "who needs a file does not wait for its turn");
  await answerRequest("frames");
  await answerRequest("net");
  assert.deepEqual([await frames, await net], ["frames", "net"]);
  assert.equal(requests.length, 3, "no file is fetched twice");
  read("codes");
  assert.equal(requests.length, 4, "later it is fetched anew, from the browser's cache");
  await answerRequest("codes");
});

test("an early file that fails delays none, and who needs it tries again", async () => {
  const { requests, answerRequest } = slowServer();
  fetchEarly(["lost", "next"]);
  await answerRequest("lost", false);
  assert.deepEqual(requests, ["lost", "next"]);
  const failure = assert.rejects(read("lost"), /The file could not be fetched \(status 404\)/);
  await pause();
  assert.deepEqual(requests, ["lost", "next", "lost"]);
  await answerRequest("lost", false);
  await failure;
  await answerRequest("next");
});

test("the sheet comes when nothing else is on its way, or when images are drawn", async () => {
  const { requests, answerRequest } = slowServer();
  globalThis.createImageBitmap = /** @type {any} */ (async () => ({}));
  const makeSprites = (sha) => {
    const sprites = new Sprites(
      () => {},
      () => ({ networks: null, z: new Float32Array(9), content: null }),
    );
    const sheet = { sha, url: `${sha}.png`, tile: [1, 1], whole: true, columns: 3, count: 9, kind: "originals" };
    sprites.load(/** @type {any} */ (sheet), null);
    return sprites;
  };
  const weights = read("weights");
  const [waitingSprites, removedSprites, neededSprites] = ["waiting", "left", "needed"].map(makeSprites);
  removedSprites.load(null);
  neededSprites.requestImages([3]);
  neededSprites.requestImages([4]);
  assert.deepEqual(requests, ["weights", "needed.png"]);
  await pause(1200);
  assert.deepEqual(requests, ["weights", "needed.png"], "two files are on their way");
  await answerRequest("weights");
  await answerRequest("needed.png");
  await weights;
  await pause(1500);
  assert.deepEqual(requests, ["weights", "needed.png", "waiting.png"], "nobody waits for that of a revision left");
  await answerRequest("waiting.png");
  assert.ok(waitingSprites.sheet && neededSprites.sheet && !removedSprites.sheet);
});
