import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { packed } from "./packed.mjs";
import { clock, messageOf, makePlane } from "./page.mjs";

const TWO = 0x4000; // in half precision
const THREE = 0x4200;
/** @type {string[]} */
let questions = [];
/** What was posted, as JSON. @type {any[]} */
let bodies = [];
/** @type {((answer: any) => void)[]} */
let pendingAnswers = [];
let isStill = false;
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  [questions, bodies, pendingAnswers, isStill] = [[], [], [], false];
  Object.assign(window, { matchMedia: () => ({ matches: isStill, addEventListener() {} }) });
  globalThis.fetch = /** @type {any} */ (
    (url, options) => {
      if (options?.body) bodies.push(JSON.parse(options.body));
      else questions.push(url);
      return new Promise((resolve) => pendingAnswers.push(resolve));
    }
  );
});

/** The answer to a question: a frame in which the codes of the rows lie at (value, value), or no frame. */
function frameAt(/** @type {number} */ step, value = TWO, headerChanges = {}, rows = [0, 1, 2, 3]) {
  const count = step < 0 ? 0 : 1;
  return packed(
    {
      v: 1,
      steps: count ? [step] : [],
      epochs: count ? [step / 10] : [],
      losses: count ? [{}] : [],
      distances: count ? [null] : [],
      measure: "Distance",
      phases: {},
      keys: {},
      image: [1, 1, 1],
      resumed: [],
      troubles: [],
      changed: [],
      adversary: true,
      pause: 120,
      decoder: null,
      box: [0, 1, 0, 1],
      ...headerChanges,
    },
    {
      z: { values: new Uint16Array(2 * rows.length * count).fill(value), shape: [count, rows.length, 2] },
      rows: { values: Int32Array.from(rows), shape: [rows.length] },
    },
  );
}

async function answer(/** @type {Uint8Array} */ content) {
  const reply = /** @type {(answer: any) => void} */ (pendingAnswers.shift());
  reply({ ok: true, arrayBuffer: async () => content });
  await settled();
  await settled();
}

const SERVER = { now: "/live/token/now" };
const liveMessage = (headerChanges = {}) => messageOf({ live: true, server: SERVER, ...headerChanges });

function openLivePlane() {
  const { plane } = makePlane();
  plane.update(liveMessage());
  return plane;
}

test("a plane asks for the frame of this moment as long as the training goes on", async () => {
  const plane = openLivePlane();
  assert.deepEqual(questions, ["/live/token/now?step=-1"]);
  await answer(frameAt(-1));
  assert.equal(plane.pastFrame, null, "there is no frame yet");
  clock.pass(119);
  assert.equal(questions.length, 1, "the server names the pause");
  clock.pass(1);
  await answer(frameAt(10));
  clock.pass(120);
  assert.equal(questions[2], "/live/token/now?step=10");
  plane.close();
  await answer(frameAt(20));
  clock.pass(10_000);
  assert.equal(questions.length, 3, "nobody asks for a plane that was removed");
});

test("a plane of a training that has ended asks nothing", () => {
  const { plane } = makePlane();
  plane.update(messageOf({ live: false, server: SERVER }));
  clock.pass(5000);
  assert.equal(questions.length, 0);
});

test("the codes move to each frame, and D and the codes are those of its step", async () => {
  const plane = openLivePlane();
  await answer(frameAt(10, TWO));
  clock.pass(40);
  const [x] = plane.codes.xy;
  assert.ok(x > 0 && x < 2, `on its way, at ${x}`);
  clock.pass(1000);
  assert.deepEqual([...plane.codes.xy], new Array(8).fill(2));
  assert.equal(plane.pastFrame?.step, 10);
  assert.deepEqual([...(plane.pastFrame?.codeOf(3) ?? [])], [2, 2]);
  plane.close();
});

test("a message of an older checkpoint moves no code back", async () => {
  const plane = openLivePlane();
  await answer(frameAt(10, THREE));
  clock.pass(1000);
  plane.update(liveMessage({ version: "newer" }));
  assert.deepEqual([...plane.codes.xy], new Array(8).fill(3));
  assert.equal(plane.pastFrame?.step, 10);
  plane.close();
});

test("at the end the codes go on to the revision's own, which are then those of the plane", async () => {
  const plane = openLivePlane();
  await answer(frameAt(10, TWO));
  clock.pass(1000);
  plane.update(messageOf({ live: false, server: SERVER }));
  assert.deepEqual([...plane.codes.xy], new Array(8).fill(2), "nothing jumps");
  clock.pass(2000);
  assert.equal(plane.pastFrame, null);
  assert.equal(plane.codes, plane.presentCodes);
  plane.close();
});

test("codes that a frame leaves out go, and come back one by one where the revision has them", async () => {
  const plane = openLivePlane();
  const note = plane.parts.foot.querySelector(".lp-live");
  await answer(frameAt(10, TWO, {}, [2, 3]));
  clock.pass(1000);
  assert.deepEqual([...plane.codes.xy], [NaN, NaN, NaN, NaN, 2, 2, 2, 2]);
  assert.equal(note?.textContent, "Live: step 10, epoch 1.00 · 2 of 4 codes");
  plane.update(messageOf({ live: false, server: SERVER }));
  clock.pass(40);
  assert.deepEqual([...plane.codes.xy.subarray(0, 2)], [...plane.presentCodes.xy.subarray(0, 2)], "the first is back");
  assert.ok(Number.isNaN(plane.codes.xy[2]), "the second is not");
  clock.pass(2000);
  assert.equal(plane.codes, plane.presentCodes);
  plane.close();
});

/** The answer to a request for an image: one pixel of that grey, drawn by the decoder of that step. */
const imageAt = (/** @type {number | null} */ step, grey = 0) =>
  packed({ v: 1, step }, { images: { values: Uint8Array.of(grey), shape: [1, 1, 1, 1] } });

test("the image is drawn anew by the decoder of each moment, and its caption says which", async () => {
  const { plane } = makePlane();
  plane.update(liveMessage({ server: { ...SERVER, decode: "/live/token/decode" } }));
  const caption = () => plane.panel.decoderNote.textContent;
  await answer(frameAt(10, TWO, { decoder: 8 }));
  clock.pass(16);
  assert.deepEqual(bodies.at(-1), { codes: [[...plane.z]], y: null, live: true });
  await answer(imageAt(9));
  clock.pass(16);
  assert.equal(caption(), "Drawn by the decoder of step 9");
  const count = bodies.length;
  clock.pass(100);
  await answer(frameAt(11, TWO, { decoder: 8 }));
  clock.pass(16);
  assert.equal(bodies.length, count, "the decoder is still the same");
  clock.pass(120);
  await answer(frameAt(12, TWO, { decoder: 12 }));
  clock.pass(16);
  assert.equal(bodies.length, count + 1);
  await answer(imageAt(12));
  plane.update(messageOf({ live: false, server: SERVER }));
  clock.pass(2000);
  assert.equal(caption(), "Drawn by the trained decoder");
  plane.close();
});

test("who wants no motion sees each frame at once", async () => {
  isStill = true;
  const plane = openLivePlane();
  await answer(frameAt(10, TWO));
  assert.deepEqual([...plane.codes.xy], new Array(8).fill(2));
  plane.close();
});

test("another revision forgets the frame, and the answer to an earlier question", async () => {
  const plane = openLivePlane();
  plane.update(liveMessage({ revision: "b" }));
  await answer(frameAt(10, TWO));
  assert.equal(plane.pastFrame, null);
  plane.close();
});

test("a server that does not answer is asked again after a second", async () => {
  const plane = openLivePlane();
  pendingAnswers.shift()?.({ ok: false, status: 503 });
  await settled();
  await settled();
  clock.pass(999);
  assert.equal(questions.length, 1);
  clock.pass(1);
  assert.equal(questions.length, 2);
  plane.close();
});
