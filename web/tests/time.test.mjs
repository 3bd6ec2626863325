import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { packed } from "./packed.mjs";
import { clock, messageOf, makePlane } from "./page.mjs";

const { History, nearestStopIndex, stopSteps, interpolateGrid } = await import("../src/time/history.ts");
const { decoderOfStepSentence, figuresText, marksText, momentText } = await import("../src/time/moment_text.ts");
const { drawTrails, trailCodes } = await import("../src/time/trails.ts");
const { interpolate, makeSlice } = await import("../src/view/slice.ts");

const HALF = { 0: 0, 0.5: 0x3800, 1: 0x3c00, 2: 0x4000, 3: 0x4200, "-1": 0xbc00 }; // by IEEE 754
const halves = (...values) => Uint16Array.from(values, (value) => HALF[value]);

/**
 * Two frames, steps 0 and 10, of four codes in two dimensions: the unit square's corners, twice and three times as far.
 */
const Z = [0, 0, 2, 0, 0, 2, 2, 2, 0, 0, 3, 0, 0, 3, 3, 3];
const header = (headerChanges = {}) => ({
  v: 1,
  steps: [0, 10],
  epochs: [0, 0.5],
  losses: [{}, { discrimination: 1.2345, generation: 12.345 }],
  distances: [0.9, 0.25],
  measure: "Distance",
  phases: { discrimination: "D", generation: "encoder against D" },
  keys: {},
  image: [1, 1, 1],
  resumed: [10],
  changed: [{ step: 0, factor: 0.5 }],
  troubles: [],
  adversary: true,
  box: [0, 1, 0, 1],
  ...headerChanges,
});
const fields = () => ({
  z: { values: halves(...Z), shape: [2, 4, 2] },
  rows: { values: Int32Array.of(0, 1, 2, 3), shape: [4] },
  judged: { values: halves(0, 1, 0.5, 0.5, 1, 1, 1, 1), shape: [2, 2, 2] },
});
const makeHistory = (headerChanges, fieldChanges) =>
  new History({ header: header(headerChanges), fields: { ...fields(), ...fieldChanges } });

// Numbers
// ----------------------------------------------------------------------------------------------------------------

test("the stops of the time axis are the frames before the present, and the present", () => {
  assert.deepEqual(stopSteps([0, 10, 20, 30], 30), [0, 10, 20, 30]);
  assert.deepEqual(stopSteps([0, 10, 20, 30], 25), [0, 10, 20, 25]);
  assert.equal(nearestStopIndex([0, 10, 100], 54), 1);
  assert.equal(nearestStopIndex([0, 10, 100], 56), 2);
});

test("frames in half precision are read exactly", () => {
  const history = makeHistory();
  assert.deepEqual([...history.codesAt(0)], Z.slice(0, 8));
  assert.deepEqual([.../** @type {any} */ (history.codeOf(1, 3))], [3, 3]);
  assert.equal(makeHistory({}, { rows: { values: Int32Array.of(0, 1, 2, 5), shape: [4] } }).codeOf(1, 3), null);
});

test("codes without a saved frame have no place, and one-dimensional codes keep their spread", () => {
  const history = makeHistory({}, { rows: { values: Int32Array.of(0, 1, 3, 4), shape: [4] } });
  const presentXy = new Float32Array(10).fill(7);
  const xy = history.placesAt(1, makeSlice({ axes: [0, 1] }), presentXy);
  assert.deepEqual([...xy], [0, 0, 3, 0, NaN, NaN, 0, 3, 3, 3]);
  assert.equal(
    history.placesAt(1, makeSlice({ axes: [1, 0] }), presentXy)[3],
    3,
    "another projection is computed anew",
  );
  const line = new History({
    header: header(),
    fields: { ...fields(), z: { values: halves(0, 1, 2, 3, 0, 0, 0, 0), shape: [2, 4, 1] } },
  });
  assert.deepEqual(
    [...line.placesAt(0, makeSlice({ axes: [0, 0] }), Float32Array.of(9, 5, 9, 6, 9, 7, 9, 8))],
    [0, 5, 1, 6, 2, 7, 3, 8],
  );
});

test("between two frames codes are interpolated linearly", () => {
  assert.deepEqual([...interpolate(Float32Array.of(0, 4), Float32Array.of(2, 0), 0.25)], [0.5, 3]);
});

test("D between the grid's points is interpolated bilinearly", () => {
  const grid = { values: [0, 1, 0.5, 0.5], shape: [2, 2], box: [0, 2, 0, 1] };
  const valueAt = (x, y) => interpolateGrid(/** @type {any} */ (grid), x, y);
  assert.equal(valueAt(0, 0), 0);
  assert.equal(valueAt(2, 0), 1);
  assert.equal(valueAt(1, 0), 0.5);
  assert.equal(valueAt(0.5, 0.5), 0.375);
  assert.equal(valueAt(2, 1), 0.5);
  assert.ok(Number.isNaN(valueAt(2.1, 0)) && Number.isNaN(valueAt(0, -0.1)) && Number.isNaN(valueAt(NaN, 0)));
});

test("the nearest saved decoder is chosen by the ratio of steps", () => {
  const history = makeHistory({ steps: [0, 200], keys: { 20: {}, 1000: {} } });
  // 210/30 = 7, 1010/210 = 4.8
  assert.deepEqual([history.nearestDecoder(0, 9000), history.nearestDecoder(1, 9000)], [20, 1000]);
  assert.equal(history.nearestDecoder(1, 800), -1, "810/210 = 3.9: the present decoder is nearer");
  assert.equal(makeHistory().nearestDecoder(0, 20), -1);
});

test("frames whose shapes do not fit are refused", () => {
  assert.throws(() => makeHistory({ steps: [0] }), /do not fit/);
  assert.throws(() => makeHistory({}, { rows: { values: Int32Array.of(0), shape: [1] } }), /do not fit/);
});

test("a moment is described in words", () => {
  assert.equal(momentText(1230, 12.345), "step 1,230, epoch 12.3");
  const figures = figuresText(makeHistory().momentOf(1), header().phases, "Distance");
  assert.equal(figures, "Losses: D 1.23, encoder against D 12.3. Distance: 0.250.");
  assert.equal(figuresText({ step: 0, epoch: 0, losses: {}, distance: null }, header().phases, "Distance"), "");
  assert.match(decoderOfStepSentence(20, 200, "here"), /decoder of step 20, the nearest/);
  assert.match(decoderOfStepSentence(20, 200), /latest decoder until the decoder of step 20/);
  assert.match(decoderOfStepSentence(20, 200, "failed"), /latest decoder: the decoder of step 20 could not be fetched/);
  assert.match(decoderOfStepSentence(-1, 200), /latest decoder/);
  assert.equal(marksText([], { resumed: [] }), "");
  assert.match(marksText([1, 2], { resumed: [30] }), /step 1, 2.*resumed \(step 30\)/);
  assert.match(
    marksText([], { resumed: [], changed: [{ step: 1400, factor: 0.1 }] }),
    /learning rates \(× 0\.1 from step 1,400\)\.$/,
  );
});

test("trails are drawn of selected codes, of a sample of many, and of no hidden class", () => {
  assert.deepEqual(
    trailCodes(4, Uint8Array.of(0, 1, 1, 0), () => true),
    [1, 2],
  );
  assert.deepEqual(
    trailCodes(4, null, (k) => k !== 2),
    [0, 1, 3],
  );
  const trail = trailCodes(5000, null, () => true);
  assert.ok(trail.length === 80 && new Set(trail).size === 80 && trail[79] > 4900);
  const lines = [];
  const pen = {
    beginPath() {},
    stroke() {},
    moveTo: (...point) => lines.push(point),
    lineTo: (...point) => lines.push(point),
  };
  const codes = { xy: Float32Array.of(1, 1, 5, 5), labels: [0, 0], colours: ["#111111"], shapes: [] };
  drawTrails(
    /** @type {any} */ (pen),
    /** @type {any} */ ({ toScreen: (x, y) => [x, y] }),
    codes,
    [Float32Array.of(0, 1, NaN, NaN), Float32Array.of(0, 0, 4, 4)],
    [0, 1],
  );
  assert.deepEqual(
    lines,
    [
      [0, 1],
      [1, 1],
      [0, 0],
      [0, 1],
    ],
    "a code without a place has no trail there",
  );
});

// On a plane
// -------------------------------------------------------------------------------------------------------------

let answers = 0;
/** @type {string[]} */
let requestedUrls = [];
/** What the fetched frames have instead of the defaults. @type {{header: any, fields: any}} */
let frameChanges = { header: {}, fields: {} };
beforeEach(() => {
  frameChanges = { header: {}, fields: {} };
  requestedUrls = [];
  globalThis.fetch = /** @type {any} */ (
    async (url) => {
      requestedUrls.push(url);
      if (String(url).startsWith("/net")) return { ok: false, status: 404 };
      const body = packed(header(frameChanges.header), { ...fields(), ...frameChanges.fields });
      return { ok: true, arrayBuffer: async () => body.buffer.slice(body.byteOffset, body.byteOffset + body.length) };
    }
  );
});

const settled = () => new Promise((resolve) => setImmediate(resolve));
/** Waits, in real time, until a condition holds. @param {() => boolean} condition */
async function waitUntil(condition) {
  for (let turns = 0; !condition() && turns < 5000; turns++) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok(condition());
}
/** A plane with frames at steps 0 and 10, whose present is step 20. */
function planeWithFrames(headerChanges = {}) {
  const page = makePlane();
  const history = { sha: `s${++answers}`, steps: [0, 10], now: 20, epoch: 1, live: false };
  const headerDetails = {
    history,
    server: { frames: "/live/token/frames" },
    report: ["frame", "view"],
    frame: null,
    ...headerChanges,
  };
  const message = messageOf(headerDetails);
  page.plane.update(message);
  const section = page.root.querySelector(".lp-time");
  const range = section.querySelector("input");
  return { ...page, message, section, range, history };
}

test("without frames there is no time axis", () => {
  const { plane, root } = makePlane();
  plane.update(messageOf());
  assert.equal(root.querySelector(".lp-time").hidden, true);
});

test("an earlier stop shows the codes, D and the words of that moment; the last stop is the present", async () => {
  const { plane, range, section } = planeWithFrames();
  assert.equal(section.hidden, false);
  assert.equal(range.max, "2");
  assert.equal(range.getAttribute("aria-valuetext"), "now: step 20, epoch 1.00");
  assert.deepEqual(requestedUrls, [], "nothing is fetched before somebody reaches for it");
  const presentXy = [...plane.codes.xy];
  range.value = "1";
  range.fire("input");
  await settled();
  clock.pass(20);
  assert.equal(requestedUrls.length, 1);
  assert.deepEqual([...plane.codes.xy], Z.slice(8));
  assert.equal(range.getAttribute("aria-valuetext"), "step 10, epoch 0.50");
  assert.match(section.textContent, /D 1\.23, encoder against D 12\.3\. Distance: 0\.250\./);
  assert.match(section.textContent, /need not fall/);
  assert.deepEqual([...plane.scene.visibleSurface().values], [1, 1, 1, 1]);
  assert.equal(plane.pastFrame.discriminatorAt(Float32Array.of(0.5, 0.5)), 1);
  range.value = "2";
  range.fire("input");
  assert.deepEqual([...plane.codes.xy], presentXy);
  assert.equal(plane.pastFrame, null);
});

test("marks show where decoders were saved, the training was resumed and the schedule changed the rates", async () => {
  frameChanges.header = { keys: { 0: {} } };
  const { range, section } = planeWithFrames();
  await moveToStop(range, 1);
  const marks = section.querySelectorAll("i").map(({ classes, style }) => [[...classes].join(), style.cssText]);
  assert.deepEqual(marks, [
    ["lp-time-key", "left:0%"],
    ["lp-time-resumed", "left:50%"],
    ["lp-time-changed", "left:0%"],
  ]);
  assert.match(section.textContent, /Dots: .*Bars: .*Triangles: /);
});

test("a moment is sent to Python once after a pause, and an echo does not undo a newer one", async () => {
  const { plane, range, messages, message } = planeWithFrames();
  for (const value of ["0", "1"]) {
    range.value = value;
    range.fire("input");
    await settled();
  }
  clock.pass(1000);
  const sentSteps = () => messages.filter(([key]) => key === "frame").map(([, value]) => value.step);
  assert.deepEqual(sentSteps(), [10]);
  range.value = "0";
  range.fire("input");
  plane.update({ ...message, header: { ...message.header, frame: 10 } }); // the echo
  assert.deepEqual([...plane.codes.xy], Z.slice(0, 8));
  clock.pass(1000);
  assert.deepEqual(sentSteps(), [10, 0]);
  range.value = "2";
  range.fire("input");
  clock.pass(1000);
  assert.deepEqual(sentSteps(), [10, 0, null]);
});

test("a pending moment is sent at once when the page is left", async () => {
  const { plane, range, messages } = planeWithFrames();
  range.value = "1";
  range.fire("input");
  await settled();
  const sentSteps = () => messages.filter(([key]) => key === "frame").map(([, value]) => value.step);
  assert.deepEqual(sentSteps(), []);
  plane.sendPending();
  assert.deepEqual(sentSteps(), [10]);
  plane.sendPending();
  clock.pass(1000);
  assert.deepEqual(sentSteps(), [10]);
});

test("two users of the frames share one request", async () => {
  const { plane } = planeWithFrames();
  const finishedUsers = [];
  for (const name of ["first", "second"])
    plane.pastView.fetchFrames().then(() => finishedUsers.push([name, Boolean(plane.pastView.history)]));
  await Promise.resolve();
  assert.deepEqual([requestedUrls.length, finishedUsers], [1, []]);
  await settled();
  assert.deepEqual(
    [requestedUrls.length, finishedUsers],
    [
      1,
      [
        ["first", true],
        ["second", true],
      ],
    ],
  );
});

test("a moment chosen before the frames arrive is in links at once, and is shown and sent with them", async () => {
  let answer = () => {};
  const { fetch } = globalThis;
  globalThis.fetch = /** @type {any} */ (
    async (url) => {
      await new Promise((resolve) => (answer = () => resolve(null)));
      return fetch(url);
    }
  );
  const { plane, range, messages, section } = planeWithFrames();
  const link = () => {
    const query = new Map();
    plane.events.emit("link", { writeSetting: (name, text) => query.set(name, text) });
    return query.get("frame");
  };
  range.value = "1";
  range.fire("input");
  clock.pass(1000);
  assert.equal(link(), "10");
  assert.deepEqual(
    messages.filter(([key]) => key === "frame"),
    [],
  );
  answer();
  await settled();
  await settled();
  assert.equal(range.value, "1");
  assert.deepEqual([...plane.codes.xy], Z.slice(8));
  assert.match(section.textContent, /Losses/);
  clock.pass(1000);
  assert.deepEqual(
    messages.filter(([key]) => key === "frame"),
    [["frame", { step: 10 }]],
  );
  assert.equal(link(), "10");
});

test("a link to a moment opens there, without a message to Python", async () => {
  const { plane, range, messages } = planeWithFrames({ frame: 10 });
  await settled();
  clock.pass(1000);
  assert.equal(range.value, "1");
  assert.deepEqual([...plane.codes.xy], Z.slice(8));
  assert.deepEqual(
    messages.filter(([key]) => key === "frame"),
    [],
  );
});

test("Space plays from the first frame to the present", async () => {
  const { plane, range, section } = planeWithFrames();
  const places = new Set();
  range.fire("keydown", { key: " " });
  await settled();
  for (let k = 0; k < 500; k++) {
    clock.pass(16);
    places.add(plane.codes.xy[2]);
  }
  assert.ok(places.size > 100, `${places.size} pictures`);
  assert.ok(Math.abs([...places][0] - 2) < 0.2, "it begins at the first frame");
  assert.ok(Math.max(...places) > 2.9, "and passes the second");
  assert.equal(range.value, "2");
  assert.equal(section.querySelector("button").textContent, "Play");
  assert.equal(plane.pastFrame, null);
});

test("a moment passed during play is not sent", async () => {
  const { plane, range, messages } = planeWithFrames();
  range.value = "1";
  range.fire("input");
  await settled();
  range.fire("keydown", { key: " " });
  clock.pass(300); // longer than a rest
  assert.ok(plane.pastFrame);
  clock.pass(20_000);
  assert.deepEqual(
    messages.filter(([key]) => key === "frame"),
    [],
  );
});

test("new frames keep an earlier moment where it is, and the end at the end", async () => {
  const { plane, range, message, history } = planeWithFrames();
  const newHistory = { ...history, sha: "other", steps: [0, 10, 20, 30], now: 40, live: true };
  plane.update({ ...message, header: { ...message.header, history: newHistory } });
  assert.equal(range.value, "4");
  assert.equal(range.getAttribute("aria-valuetext"), "live: step 40, epoch 1.00");
  range.value = "1";
  range.fire("input");
  await settled();
  plane.update({ ...message, header: { ...message.header, history: { ...newHistory, sha: "third", now: 50 } } });
  assert.equal(range.getAttribute("aria-valuetext"), "step 10, epoch 0.50");
  assert.deepEqual([...plane.codes.xy], Z.slice(8));
});

test("another revision starts at its own present", async () => {
  const { plane, range, message, section } = planeWithFrames();
  range.value = "0";
  range.fire("input");
  await settled();
  plane.update({ ...message, header: { ...message.header, revision: "b", history: null } });
  assert.equal(section.hidden, true);
  assert.equal(plane.pastFrame, null);
  assert.deepEqual([...plane.codes.xy], [0, 0, 1, 0, 0, 1, 1, 1]);
});

test("choosing a code at an earlier moment moves z to its place then, and Python is told z", async () => {
  const { plane, range, messages } = planeWithFrames();
  range.value = "1";
  range.fire("input");
  await settled();
  plane.pickCode(3);
  assert.deepEqual([...plane.z], [3, 3]);
  assert.deepEqual(messages.at(-1), ["code", { z: [3, 3] }]);
  assert.equal(plane.picked, 3);
});

test("if Play cannot fetch the frames, a sentence says so, and the plane stays in the present", async () => {
  globalThis.fetch = /** @type {any} */ (async () => ({ ok: false, status: 404 }));
  const { plane, range, section } = planeWithFrames();
  range.fire("keydown", { key: " " });
  await settled();
  clock.pass(100);
  assert.match(section.textContent, /could not be fetched \(status 404\)/);
  assert.equal(plane.pastFrame, null);
  assert.equal(section.querySelector("button").textContent, "Play");
});

// At an earlier moment
// ----------------------------------------------------------------------------------------------------

/** Moves to a stop and lets the frames arrive. */
async function moveToStop(range, stop) {
  range.value = String(stop);
  range.fire("input");
  await settled();
  await settled();
  clock.pass(400);
}

test("a damaged frame is no stop, although messages name its step; each stop shows its own step", async () => {
  const z = {
    values: halves(...new Array(8).fill(0), ...new Array(8).fill(1), ...new Array(8).fill(2)),
    shape: [3, 4, 2],
  };
  const steps = [0, 20, 30]; // the frame of step 10 is damaged
  const judged = { values: halves(...new Array(12).fill(1)), shape: [3, 2, 2] };
  frameChanges = {
    header: { steps, epochs: [0, 2, 3], losses: [{}, {}, {}], distances: [1, 1, 1] },
    fields: { z, judged },
  };
  const page = planeWithFrames();
  const history = { ...page.history, sha: `s${++answers}`, steps: [0, 10, 20, 30], now: 40 };
  const message = { ...page.message, header: { ...page.message.header, history } };
  page.plane.update(message);
  await moveToStop(page.range, 0);
  await moveToStop(page.range, 4);
  page.plane.update({ ...message }); // at the present: the message names four steps again
  assert.equal(page.range.max, "3");
  await moveToStop(page.range, 2);
  assert.match(page.range.getAttribute("aria-valuetext"), /^step 30,/);
  assert.deepEqual([...page.plane.codes.xy], new Array(8).fill(2));
  await moveToStop(page.range, 3);
  assert.match(page.range.getAttribute("aria-valuetext"), /^now: step 40/);
});

test("if no frame can be read, only the present is shown", async () => {
  const emptyFields = {
    z: { values: new Uint16Array(0), shape: [0, 4, 2] },
    judged: { values: new Uint16Array(0), shape: [0, 2, 2] },
  };
  frameChanges = {
    header: { steps: [], epochs: [], losses: [], distances: [], troubles: ["All are damaged."] },
    fields: emptyFields,
  };
  const { plane, range, section } = planeWithFrames();
  await moveToStop(range, 0);
  assert.match(section.textContent, /All are damaged/);
  assert.equal(plane.pastFrame, null);
  assert.match(range.getAttribute("aria-valuetext"), /^now/);
});

test("a moment from Python is shown", async () => {
  const { plane, range, message } = planeWithFrames();
  await moveToStop(range, 0);
  plane.update({ ...message, header: { ...message.header, frame: 10 } });
  assert.equal(range.value, "1");
  assert.deepEqual([...plane.codes.xy], Z.slice(8));
});

test("if moving the slider cannot fetch the frames, it returns to the present", async () => {
  globalThis.fetch = /** @type {any} */ (async () => ({ ok: false, status: 404 }));
  const { range, section, messages } = planeWithFrames();
  await moveToStop(range, 1);
  assert.match(section.textContent, /could not be fetched \(status 404\)/);
  assert.equal(range.value, "2");
  assert.match(range.getAttribute("aria-valuetext"), /^now/);
  clock.pass(1000);
  assert.deepEqual(
    messages.filter(([key]) => key === "frame"),
    [],
  );
});

test("a missing decoder is requested once, and the words say which decoder is used instead", async () => {
  frameChanges.header = { keys: { 10: { url: "/net", sha: `net${++answers}`, layers: [[2, 1]] } } };
  const { range, section } = planeWithFrames();
  await moveToStop(range, 1);
  for (const stop of [0, 1, 0, 1]) await moveToStop(range, stop);
  assert.equal(requestedUrls.filter((url) => url.startsWith("/net")).length, 1);
  assert.match(section.textContent, /latest decoder: the decoder of step 10 could not be fetched/);
  assert.doesNotMatch(section.textContent, /the nearest that was saved/);
});

test("mean and CSV of selected codes are those of the shown moment", async () => {
  const { plane, range } = planeWithFrames();
  plane.selection.setMask(Uint8Array.of(0, 1, 0, 1));
  const means = [];
  const note = () => plane.selection.useMean((mean) => means.push([...mean]));
  note();
  await moveToStop(range, 1);
  note();
  assert.deepEqual(means, [
    [1, 0.5],
    [3, 1.5],
  ]);
  assert.deepEqual((await plane.selection.csvText().text()).trim().split("\n").slice(1), ["1,one,3,0", "3,two,3,3"]);
});

test("a CSV of selected codes waits for the ids of their items", async () => {
  const { plane } = planeWithFrames();
  plane.selection.setMask(Uint8Array.of(0, 1, 0, 0));
  let resolveArrival = (/** @type {unknown} */ _) => {};
  const items = {
    isPending: true,
    loadAgain: () => {},
    arrival: new Promise((resolve) => (resolveArrival = resolve)),
    idOf: () => "",
    rowOf: () => (items.isPending ? [] : [["id", "N7"]]),
  };
  Object.assign(plane, { items });
  /** @type {Blob[]} */
  const savedFiles = [];
  URL.createObjectURL = (file) => `file ${savedFiles.push(/** @type {Blob} */ (file))}`;
  const download = plane.selection.saveCsv();
  assert.equal(savedFiles.length, 0);
  items.isPending = false;
  resolveArrival(null);
  await download;
  assert.deepEqual((await savedFiles[0].text()).trim().split("\n"), ["number,class,z₁,z₂,id", "1,one,1,0,N7"]);
});

test("codes without a saved frame have no mean", async () => {
  frameChanges.fields = { rows: { values: Int32Array.of(0, 1, 2, 7), shape: [4] } };
  const { plane, range } = planeWithFrames();
  plane.selection.setMask(Uint8Array.of(0, 0, 0, 1));
  await moveToStop(range, 1);
  plane.selection.useMean(() => assert.fail("none of them is known"));
  assert.match(plane.selection.status.textContent, /None of these codes was saved at this step/);
});

test("for a chosen code at an earlier moment, only what is known of that moment is shown", async () => {
  const { plane, range, root } = planeWithFrames();
  plane.tools.isOpen = () => true;
  plane.decoder.networks = /** @type {any} */ ({ discriminate: () => 0.123, decode: () => [0], image: [1, 1, 1] });
  plane.sprites.reconstruction = () => null;
  plane.pickCode(3);
  const pageText = () => root.textContent;
  assert.match(pageText(), /nearest codes: class and distance/);
  assert.match(pageText(), /D\(z\)0\.12/);
  await moveToStop(range, 1);
  assert.match(pageText(), /left out while an earlier one is shown/);
  assert.doesNotMatch(pageText(), /nearest codes: class and distance/);
  assert.doesNotMatch(pageText(), /D\(z\)0\.12/);
  await moveToStop(range, 2);
  assert.match(pageText(), /nearest codes: class and distance/);
});

test("the spoken summary leaves out layers of the present and names the step of the others", async () => {
  const { plane, range } = planeWithFrames({
    layers: { codes: true, judge: true, density: true, manifold: false, push: false, thumbs: false },
  });
  plane.settings.layers = { ...plane.header.layers };
  plane.fields.density_grid = { values: new Float32Array(4), shape: [2, 2], box: [0, 1, 0, 1] };
  const presentText = plane.spokenSummary.planeText();
  assert.match(presentText, /Density/);
  assert.doesNotMatch(presentText, /as at step/);
  await moveToStop(range, 1);
  assert.doesNotMatch(plane.spokenSummary.planeText(), /Density/);
  assert.match(plane.spokenSummary.planeText(), /layers: Codes, D’s surface, as at step 10\./);
});

test("the time-lapse stops when its button is pressed again, or if the frames cannot be fetched", async () => {
  const { plane, section } = planeWithFrames();
  const button = section
    .querySelectorAll("button")
    .find(({ textContent }) => textContent.startsWith("Save time-lapse"));
  button.fire("click");
  assert.match(section.textContent, /Drawing the time-lapse … Press the button again to stop\./);
  button.fire("click");
  await waitUntil(() => /Stopped; nothing was saved\./.test(section.textContent));
  plane.pastView.history = null;
  plane.pastView.fetchFrames = async () => void (plane.pastView.fetchError = "The frames could not be fetched.");
  button.fire("click");
  await waitUntil(() => /The frames could not be fetched\./.test(section.textContent));
});
