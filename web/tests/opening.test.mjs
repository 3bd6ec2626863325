import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { packed } from "./packed.mjs";
import { clock, messageOf, makePlane } from "./page.mjs";

const { openingCaption, openingPace } = await import("../src/opening/opening.ts");
const { makeCodeCounter } = await import("../src/opening/crowd.ts");
const { placeBeside } = await import("../src/opening/invitation.ts");

/** Frames at steps 0 and 10, in which all codes lie at (2, 2) and (3, 3); at present the second code lies at (1, 0). */
const frames = (keys = {}) =>
  packed(
    {
      v: 1,
      steps: [0, 10],
      epochs: [0, 0.5],
      losses: [{}, {}],
      distances: [null, null],
      measure: "Distance",
      phases: {},
      keys,
      image: [1, 1, 1],
      resumed: [],
      troubles: [],
      adversary: true,
    },
    {
      z: { values: Uint16Array.from({ length: 16 }, (_, k) => (k < 8 ? 0x4000 : 0x4200)), shape: [2, 4, 2] },
      rows: { values: Int32Array.of(0, 1, 2, 3), shape: [4] },
    },
  );

let [isMotionReduced, visitCount] = [false, 0];
let [sessionTexts, localTexts] = [new Map(), new Map()];
/** @type {Map<string, (event: any) => void>} */
let listenersByName = new Map();
/** @type {(answer: any) => void} */
let answer = () => {};
const store = (/** @type {Map<string, string>} */ texts) => ({
  getItem: (name) => texts.get(name) ?? null,
  setItem: (name, text) => texts.set(name, text),
});
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  isMotionReduced = false;
  [sessionTexts, localTexts, listenersByName] = [new Map(), new Map(), new Map()];
  Object.assign(window, {
    matchMedia: () => ({ matches: isMotionReduced, addEventListener() {} }),
    sessionStorage: store(sessionTexts),
    localStorage: store(localTexts),
    addEventListener: (name, act) => listenersByName.set(name, act),
    removeEventListener: (name) => listenersByName.delete(name),
  });
  performance.clearMarks();
  globalThis.fetch = /** @type {any} */ (() => new Promise((resolve) => (answer = resolve)));
});

/** A plane on a first visit, which requests the frames. @param {any} [opening] */
function firstVisit(opening = { play: true, image: "a digit" }, headerChanges = {}) {
  const page = makePlane();
  const history = { sha: `visit${++visitCount}`, steps: [0, 10], now: 20, epoch: 1, live: false };
  const header = {
    history,
    server: { frames: "/live/token/frames" },
    report: ["frame", "view"],
    frame: null,
    opening,
    ...headerChanges,
  };
  const message = messageOf(header, { untrained: { values: Float32Array.of(9, 9, 8, 8, 7, 7, 6, 6), shape: [4, 2] } });
  page.plane.update(message);
  const find = (selector) => page.root.querySelector(selector);
  return { ...page, message, caption: find(".lp-caption"), hint: find(".lp-invite"), axis: find(".lp-time") };
}

async function answerWithFrames(bytes = frames()) {
  answer({ ok: true, arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
  for (let k = 0; k < 5; k++) await settled();
}

const secondCode = ({ plane }) => [plane.codes.xy[2], plane.codes.xy[3]];
const press = (path = []) => listenersByName.get("pointerdown")?.({ composedPath: () => path });

test("a first visit plays from the heap to the present in about eight seconds, with captions", async () => {
  const visit = firstVisit();
  clock.pass(200);
  assert.deepEqual(secondCode(visit), [8, 8], "the heap is shown before the frames are there");
  await answerWithFrames();
  const [places, captions] = [new Set(), new Set()];
  let duration = 0;
  for (let k = 0; k < 600; k++) {
    clock.pass(16);
    if (visit.plane.pastFrame) duration += 16;
    places.add(visit.plane.codes.xy[3]);
    captions.add(visit.caption.textContent.replace(/Play$/, ""));
  }
  assert.ok(duration > 7500 && duration < 8500, `${duration} ms`);
  assert.ok(places.size > 100 && Math.max(...places) > 2.95, `${places.size} pictures`);
  assert.deepEqual(secondCode(visit), [1, 0]);
  clock.pass(50);
  assert.deepEqual(
    [...captions].filter(Boolean).map((text) => text.split(/[.:]/)[0]),
    ["Untrained", "Trained against D", "The codes fill the prior"],
  );
  assert.equal(performance.getEntriesByName("lp-moving").length, 1);
  assert.equal(visit.caption.hidden, false);
  press();
  assert.equal(visit.caption.hidden, true, "the next press hides the last caption");
  assert.deepEqual(
    visit.messages.filter(([key]) => key === "frame"),
    [],
    "Python is not told of it",
  );
});

test("while the training plays, the diagram says at which step its image was encoded", async () => {
  const visit = firstVisit();
  const step = visit.root.querySelector(".lp-story-step");
  clock.pass(50);
  assert.equal(step.textContent, "");
  await answerWithFrames();
  clock.pass(2000);
  assert.equal(step.textContent, "encoded at step 0");
  clock.pass(5000);
  assert.equal(step.textContent, "encoded at step 10");
  visit.plane.events.emit("z", { source: "drag" });
  clock.pass(20);
  assert.equal(step.textContent, "", "z was moved by hand");
  press();
});

test("the opening waits for the first saved decoder and fetches small early ones for the image", async () => {
  const visit = firstVisit();
  const requestedUrls = /** @type {string[]} */ ([]);
  const answers = /** @type {Map<string, (answer: any) => void>} */ (new Map());
  globalThis.fetch = /** @type {any} */ (
    (url) => (requestedUrls.push(url), new Promise((resolve) => answers.set(url, resolve)))
  );
  const net = (name, width) => ({
    url: `/${name}`,
    sha: `${name}${visitCount}`,
    layers: [
      [2, width],
      [width, 1],
    ],
  });
  await answerWithFrames(frames({ 0: net("first", 4), 5: net("second", 4), 10: net("huge", 2_000_000) }));
  assert.deepEqual(requestedUrls, ["/first"], "the next would only share the connection");
  clock.pass(1000);
  assert.deepEqual(secondCode(visit), [8, 8], "nothing moves yet");
  answers.get("/first")?.({ ok: false, status: 404 });
  for (let k = 0; k < 5; k++) await settled();
  clock.pass(2000);
  assert.notDeepEqual(secondCode(visit), [8, 8], "a decoder that cannot be fetched does not delay the opening");
  await settled();
  assert.deepEqual(requestedUrls, ["/first", "/second"]);
  answers.get("/second")?.({ ok: false, status: 404 });
  for (let k = 0; k < 5; k++) await settled();
  assert.deepEqual(requestedUrls, ["/first", "/second"], "a decoder of 16 MB is not fetched unasked");
});

test("a plane that is replaced before its codes move leaves the opening to the next plane", async () => {
  const first = firstVisit();
  first.plane.close();
  await answerWithFrames();
  assert.equal(sessionTexts.size, 0);
  const nextVisit = firstVisit();
  await answerWithFrames();
  clock.pass(2000);
  assert.notDeepEqual(secondCode(nextVisit), [1, 0]);
  assert.equal(sessionTexts.size, 1);
  nextVisit.plane.close();
  const thirdVisit = firstVisit();
  await answerWithFrames();
  clock.pass(2000);
  assert.deepEqual(secondCode(thirdVisit), [1, 0]);
});

test("any press first ends the opening", async () => {
  const visit = firstVisit();
  await answerWithFrames();
  clock.pass(1000);
  assert.notDeepEqual(secondCode(visit), [1, 0]);
  press();
  assert.deepEqual(secondCode(visit), [1, 0]);
  assert.equal(visit.plane.pastFrame, null);
  assert.equal(visit.caption.hidden, true);
  assert.equal(listenersByName.size, 0);
  clock.pass(1000);
  assert.deepEqual(secondCode(visit), [1, 0], "the opening does not resume");
});

test("a press on the time axis continues from the moment that is shown", async () => {
  const visit = firstVisit();
  await answerWithFrames();
  clock.pass(1000);
  press([visit.axis]);
  assert.equal(visit.caption.hidden, true);
  assert.notEqual(visit.plane.pastFrame, null);
  visit.axis.querySelector("button").fire("click");
  const paused = secondCode(visit);
  clock.pass(200);
  assert.deepEqual(secondCode(visit), paused);
  assert.notEqual(visit.plane.pastFrame, null);
});

test("a press before the frames have arrived cancels the opening", async () => {
  const visit = firstVisit();
  press();
  await answerWithFrames();
  clock.pass(1000);
  assert.deepEqual(secondCode(visit), [1, 0]);
  assert.equal(visit.caption.hidden, true);
});

test("frames that cannot be fetched are reported at the time axis, and nothing else happens", async () => {
  const visit = firstVisit();
  answer({ ok: false, status: 404 });
  for (let k = 0; k < 5; k++) await settled();
  clock.pass(1000);
  assert.match(visit.axis.textContent, /could not be fetched/);
  assert.equal(visit.caption.hidden, true);
  assert.equal(listenersByName.size, 0);
});

test("with reduced motion the present is shown, and Play is offered", async () => {
  isMotionReduced = true;
  const visit = firstVisit();
  await answerWithFrames();
  clock.pass(1000);
  assert.deepEqual(secondCode(visit), [1, 0]);
  assert.equal(visit.caption.hidden, false);
  const play = visit.caption.querySelector("button");
  assert.equal(play.hidden, false);
  play.focus();
  play.fire("click");
  await answerWithFrames();
  clock.pass(1000);
  assert.notDeepEqual(secondCode(visit), [1, 0]);
  assert.equal(play.hidden, true);
  assert.ok(
    visit.root.querySelector(".lp-surface").matches(":focus"),
    "the focus moves to the plane when the button is hidden",
  );
});

test("there is neither opening nor invitation if Python does not ask for it", async () => {
  const visit = firstVisit(null);
  await answerWithFrames();
  clock.pass(1000);
  assert.deepEqual(secondCode(visit), [1, 0]);
  assert.deepEqual([visit.caption.hidden, visit.hint.hidden], [true, true]);
});

test("the opening plays once in a tab, and also where the browser has no storage", async () => {
  firstVisit();
  await answerWithFrames();
  clock.pass(2000);
  const secondVisit = firstVisit();
  await answerWithFrames();
  clock.pass(2000);
  assert.deepEqual(secondCode(secondVisit), [1, 0]);
  assert.equal(secondVisit.hint.hidden, false);
  Object.assign(window, { sessionStorage: null, localStorage: null });
  const visitWithoutStorage = firstVisit();
  await answerWithFrames();
  clock.pass(2000);
  assert.notDeepEqual(secondCode(visitWithoutStorage), [1, 0]);
});

test("another revision ends the opening", async () => {
  const visit = firstVisit();
  await answerWithFrames();
  clock.pass(1000);
  visit.plane.update({
    ...visit.message,
    header: { ...visit.message.header, revision: "b", history: null, opening: null },
  });
  clock.pass(1000);
  assert.deepEqual(secondCode(visit), [1, 0]);
  assert.deepEqual([visit.caption.hidden, visit.hint.hidden], [true, true]);
});

test("the invitation stays at z until z is moved by hand, and does not come back in this browser", () => {
  const { plane, hint } = firstVisit({ play: false, image: "a digit" });
  assert.equal(hint.hidden, false);
  assert.match(hint.textContent, /Drag me: the image follows/);
  assert.match(hint.textContent, /arrow keys/);
  hint.offsetWidth = 100;
  plane.setZ(Float32Array.of(1, 1), "python");
  // a unit is 50 pixels, and the plane's middle is at 200
  assert.deepEqual([hint.style.left, hint.style.top], ["272px", "150px"]);
  plane.changeView(() => plane.view.panBy(10, 10));
  clock.pass(50);
  assert.deepEqual([hint.style.left, hint.style.top], ["282px", "160px"]);
  assert.equal(hint.hidden, false);
  plane.setZ(Float32Array.of(1, 0), "drag");
  assert.equal(hint.hidden, true);
  clock.pass(50);
  assert.equal(performance.getEntriesByName("lp-dragged").length, 1);
  assert.equal(firstVisit({ play: false, image: "a digit" }).hint.hidden, true);
});

test("the invitation to a revision of rows says that the row follows", () => {
  const { hint } = firstVisit(
    { play: false, image: "a row" },
    { features: { names: ["a"], middles: [0], reaches: [1], lows: [-1], highs: [1] } },
  );
  assert.match(hint.textContent, /^Drag me: the row follows/);
});

test("the invitation is beside z where there is room, else below or above it, and always on the plane", () => {
  const view = { width: 400, height: 400 };
  assert.deepEqual(placeBeside(100, 200, 150, view), [122, 200]);
  assert.deepEqual(placeBeside(300, 200, 150, view), [128, 200]);
  assert.deepEqual(placeBeside(200, 300, 250, view), [75, 262]);
  assert.deepEqual(placeBeside(200, 100, 250, view), [75, 138]);
  assert.deepEqual(placeBeside(9000, -9000, 150, view), [250, 24]);
  assert.deepEqual(placeBeside(-9000, 9000, 150, view), [0, 376]);
  assert.deepEqual(placeBeside(200, 200, 500, view)[0], 0);
});

test("the invitation covers none of the plane's buttons, even on a phone", () => {
  const view = { width: 358, height: 358 };
  const corner = { left: 318, top: 8, right: 350, bottom: 220 };
  for (const [x, y] of [
    [250, 220],
    [60, 100],
    [300, 60],
    [340, 150],
    [179, 179],
    [10, 10],
    [350, 350],
  ]) {
    const [left, top] = placeBeside(x, y, 235, view, [corner]);
    assert.ok(left >= 0 && left + 235 <= 358 && top >= 17 && top <= 341, `${left}, ${top}`);
    const isOverCorner = left + 235 > corner.left && top - 17 < corner.bottom;
    assert.ok(!isOverCorner, `at ${x}, ${y} the invitation covers the buttons`);
  }
});

test("the invitation lies where it hides the fewest codes", () => {
  const view = { width: 400, height: 400 };
  const codesBesideZ = (/** @type {any} */ box) => Number(box.right > 120 && box.bottom > 150 && box.top < 280);
  const [left, top] = placeBeside(100, 200, 150, view, [], codesBesideZ);
  assert.equal(codesBesideZ({ left, top: top - 17, right: left + 150, bottom: top + 17 }), 0, `${left}, ${top}`);
  assert.deepEqual(
    placeBeside(100, 200, 150, view, [], () => 5),
    [122, 200],
    "if all hide as many, the nearest",
  );
});

test("the codes under a box are counted", () => {
  const xy = Float32Array.of(0, 0, 1, 1, 1.1, 1.1, 90, 90);
  const toScreen = (/** @type {number} */ x, /** @type {number} */ y) => [10 * x, 10 * y];
  const view = { width: 120, height: 120, toScreen };
  const countCodes = makeCodeCounter(/** @type {any} */ ({ codes: { xy }, view }));
  assert.equal(countCodes({ left: 0, top: 0, right: 100, bottom: 100 }), 3);
  assert.equal(countCodes({ left: 40, top: 40, right: 100, bottom: 100 }), 0);
  assert.equal(countCodes({ left: -50, top: -50, right: 5, bottom: 5 }), 3, "in cells of twelve pixels");
});

test("the invitation is hidden where z has no place", () => {
  const { plane, hint } = firstVisit({ play: false, image: "a digit" });
  hint.offsetWidth = 100;
  plane.setZ(Float32Array.of(0, 0), "python");
  assert.equal(hint.style.visibility, "");
  plane.setZ(Float32Array.of(NaN, 0), "python");
  assert.equal(hint.style.visibility, "hidden");
});

test("the film stays on the heap for a second, then passes its frames ever faster", () => {
  assert.equal(openingPace(0.14), 0);
  assert.equal(openingPace(1), 1);
  const passedShares = [0.2, 0.4, 0.6, 0.8, 1].map(openingPace);
  const steps = passedShares.slice(1).map((value, k) => value - passedShares[k]);
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => a - b),
  );
});

test("during the film z follows an image's code, and rests where that is at present", async () => {
  const visit = firstVisit();
  await answerWithFrames();
  clock.pass(1500);
  assert.ok(visit.plane.z[0] >= 2 && visit.plane.z[0] < 3, `${visit.plane.z}`);
  clock.pass(9000);
  assert.deepEqual([...visit.plane.z], [0, 0]);
  assert.equal(visit.hint.hidden, false, "the last caption hands over to the drag");
  assert.deepEqual(
    visit.messages.filter(([kind]) => kind === "code"),
    [],
  );
});

test("the diagram stands beside the plane on a first visit only, and replays the film", async () => {
  const visit = firstVisit();
  const story = visit.root.querySelector(".lp-story");
  assert.equal(story.hidden, false);
  await answerWithFrames();
  clock.pass(2000);
  assert.ok(story.classes.has("lp-flowing"));
  clock.pass(9000);
  assert.ok(!story.classes.has("lp-flowing"));
  story.querySelector("button").fire("click");
  assert.deepEqual(secondCode(visit), [8, 8], "it begins with the heap again");
  assert.equal(firstVisit(null).root.querySelector(".lp-story").hidden, true);
});

test("the diagram shows that nothing is encoded where z is moved by hand", () => {
  const { plane, root } = firstVisit({ play: false, image: "a digit" });
  const story = root.querySelector(".lp-story");
  plane.setZ(Float32Array.of(1, 1), "drag");
  assert.ok(story.classes.has("lp-by-hand"));
  plane.pickCode(1);
  assert.ok(!story.classes.has("lp-by-hand"));
});
