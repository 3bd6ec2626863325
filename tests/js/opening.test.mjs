import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { packed } from "./packed.mjs";
import { clock, messageOf, planeHere } from "./page.mjs";

const { captionOf } = await import("../../app/components/js/opening/captions.js");
const { beside } = await import("../../app/components/js/opening/invitation.js");

/** Frames at steps 0 and 10, in which all codes lie at (2, 2) and at (3, 3); now the second one lies at (1, 0). */
const frames = (keys = {}) => packed(
  {
    v: 1, steps: [0, 10], epochs: [0, 0.5], losses: [{}, {}], distances: [null, null], measure: "Distance", phases: {}, keys,
    image: [1, 1, 1], resumed: [], troubles: [], adversary: true,
  },
  {
    z: { values: Uint16Array.from({ length: 16 }, (_, k) => (k < 8 ? 0x4000 : 0x4200)), shape: [2, 4, 2] },
    rows: { values: Int32Array.of(0, 1, 2, 3), shape: [4] },
  },
); // prettier-ignore

let [still, sent, address] = [false, 0, "http://here/"];
let [session, local] = [new Map(), new Map()];
/** @type {Map<string, (event: any) => void>} */
let listening = new Map();
/** @type {(answer: any) => void} */
let answer = () => {};
const store = (/** @type {Map<string, string>} */ kept) => ({ getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) });
const settled = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  [still, sent, address] = [false, sent, "http://here/"];
  [session, local, listening] = [new Map(), new Map(), new Map()];
  Object.assign(window, {
    matchMedia: () => ({ matches: still }), sessionStorage: store(session), localStorage: store(local),
    addEventListener: (name, act) => listening.set(name, act), removeEventListener: (name) => listening.delete(name),
  }); // prettier-ignore
  performance.getEntriesByType = /** @type {any} */ (() => [{ name: address }]);
  performance.clearMarks();
  globalThis.fetch = /** @type {any} */ (() => new Promise((resolve) => (answer = resolve)));
});

/** A plane of a first visit whose frames are asked for. @param {any} [opening] */
function visited(opening = { play: true, image: "a digit" }) {
  const own = planeHere();
  const history = { sha: `visit${++sent}`, steps: [0, 10], now: 20, epoch: 1, live: false };
  const about = { history, server: { frames: "/live/token/frames" }, report: ["frame", "view"], frame: null, opening };
  const message = messageOf(about);
  own.plane.update(message);
  const at = (selector) => own.root.querySelector(selector);
  return { ...own, message, caption: at(".lp-caption"), hint: at(".lp-invite"), axis: at(".lp-time") };
}

async function arrives(bytes = frames()) {
  answer({ ok: true, arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
  for (let k = 0; k < 5; k++) await settled();
}

const second = ({ plane }) => [plane.codes.xy[2], plane.codes.xy[3]];
const press = (path = []) => listening.get("pointerdown")?.({ composedPath: () => path });

test("a first visit plays from the first frame to the present in some seven seconds, and says what is seen", async () => {
  const own = visited();
  clock.pass(200);
  assert.deepEqual(second(own), [1, 0], "nothing moves before the frames are there");
  await arrives();
  const [places, said] = [new Set(), new Set()];
  let took = 0;
  for (let k = 0; k < 600; k++) {
    clock.pass(16);
    if (own.plane.past) took += 16;
    places.add(own.plane.codes.xy[3]);
    said.add(own.caption.textContent.replace(/Play$/, ""));
  }
  assert.ok(took > 6000 && took < 8000, `${took} ms`);
  assert.ok(places.size > 100 && Math.max(...places) > 2.95, `${places.size} pictures`);
  assert.deepEqual(second(own), [1, 0]);
  clock.pass(50);
  assert.deepEqual([...said].filter(Boolean).map((text) => text.split(/[.:]/)[0]), ["Each mark is the code of a digit, in the colour of its class", "Each mark is the code of a digit", "Trained"]);
  assert.equal(performance.getEntriesByName("lp-moving").length, 1);
  assert.equal(own.caption.hidden, false);
  press();
  assert.equal(own.caption.hidden, true, "the next press takes the last words away");
  assert.deepEqual(own.heard.filter(([key]) => key === "frame"), [], "Python is not troubled with it");
});

test("it waits for the first decoder that was saved and asks for as many as have room, so that the image learns from the first picture", async () => {
  const own = visited();
  const [asked, answers] = [/** @type {string[]} */ ([]), /** @type {Map<string, (answer: any) => void>} */ (new Map())];
  const frameAnswer = answer;
  globalThis.fetch = /** @type {any} */ ((url) => (asked.push(url), new Promise((resolve) => answers.set(url, resolve))));
  answer = frameAnswer;
  const net = (name, wide) => ({ url: `/${name}`, sha: `${name}${sent}`, layers: [[2, wide], [wide, 1]] });
  await arrives(frames({ 0: net("first", 4), 5: net("second", 4), 10: net("huge", 2_000_000) }));
  assert.deepEqual(asked, ["/first", "/second"], "16 MB are not fetched before somebody looks");
  clock.pass(1000);
  assert.deepEqual(second(own), [1, 0], "nothing moves yet");
  answers.get("/first")?.({ ok: false, status: 404 });
  for (let k = 0; k < 5; k++) await settled();
  clock.pass(1000);
  assert.notDeepEqual(second(own), [1, 0], "one that does not come keeps nobody waiting");
});

test("a plane that is replaced before its codes move leaves the opening to the next one", async () => {
  const first = visited();
  first.plane.close();
  await arrives();
  assert.equal(session.size, 0);
  const next = visited();
  await arrives();
  clock.pass(1000);
  assert.notDeepEqual(second(next), [1, 0]);
  assert.equal(session.size, 1);
  next.plane.close();
  const third = visited();
  await arrives();
  clock.pass(1000);
  assert.deepEqual(second(third), [1, 0]);
});

test("any press ends it before it does what it does", async () => {
  const own = visited();
  await arrives();
  clock.pass(1000);
  assert.notDeepEqual(second(own), [1, 0]);
  press();
  assert.deepEqual(second(own), [1, 0]);
  assert.equal(own.plane.past, null);
  assert.equal(own.caption.hidden, true);
  assert.equal(listening.size, 0);
  clock.pass(1000);
  assert.deepEqual(second(own), [1, 0], "it does not go on");
});

test("a press on the time axis goes on from the moment that is seen", async () => {
  const own = visited();
  await arrives();
  clock.pass(1000);
  press([own.axis]);
  assert.equal(own.caption.hidden, true);
  assert.notEqual(own.plane.past, null);
  own.axis.querySelector("button").happen("click");
  const paused = second(own);
  clock.pass(200);
  assert.deepEqual(second(own), paused);
  assert.notEqual(own.plane.past, null);
});

test("who presses something before the frames are there is left alone", async () => {
  const own = visited();
  press();
  await arrives();
  clock.pass(1000);
  assert.deepEqual(second(own), [1, 0]);
  assert.equal(own.caption.hidden, true);
});

test("frames that do not come are told at the axis, and nothing else happens", async () => {
  const own = visited();
  answer({ ok: false, status: 404 });
  for (let k = 0; k < 5; k++) await settled();
  clock.pass(1000);
  assert.match(own.axis.textContent, /could not be fetched/);
  assert.equal(own.caption.hidden, true);
  assert.equal(listening.size, 0);
});

test("who prefers reduced motion sees the last frame and may play", async () => {
  still = true;
  const own = visited();
  await arrives();
  clock.pass(1000);
  assert.deepEqual(second(own), [1, 0]);
  assert.equal(own.caption.hidden, false);
  const play = own.caption.querySelector("button");
  assert.equal(play.hidden, false);
  play.focus();
  play.happen("click");
  await arrives();
  clock.pass(1000);
  assert.notDeepEqual(second(own), [1, 0]);
  assert.equal(play.hidden, true);
  assert.ok(own.root.querySelector(".lp-surface").matches(":focus"), "and not lost with the button");
});

test("neither an address with a query nor a session that Python does not name plays or invites", async () => {
  address = "http://here/?embed=1";
  for (const own of [visited(), ((address = "http://here/"), visited(null))]) {
    await arrives();
    clock.pass(1000);
    assert.deepEqual(second(own), [1, 0]);
    assert.deepEqual([own.caption.hidden, own.hint.hidden], [true, true]);
  }
});

test("it plays once in a tab, and where nothing can be noted too", async () => {
  visited();
  await arrives();
  clock.pass(1000);
  const again = visited();
  await arrives();
  clock.pass(1000);
  assert.deepEqual(second(again), [1, 0]);
  assert.equal(again.hint.hidden, false);
  Object.assign(window, { sessionStorage: null, localStorage: null });
  const forgetful = visited();
  await arrives();
  clock.pass(1000);
  assert.notDeepEqual(second(forgetful), [1, 0]);
});

test("another revision ends it", async () => {
  const own = visited();
  await arrives();
  clock.pass(1000);
  own.plane.update({ ...own.message, header: { ...own.message.header, revision: "b", history: null, opening: null } });
  clock.pass(1000);
  assert.deepEqual(second(own), [1, 0]);
  assert.deepEqual([own.caption.hidden, own.hint.hidden], [true, true]);
});

test("the invitation stands at z until z was moved by hand, and does not come back in this browser", () => {
  const { plane, hint } = visited({ play: false, image: "a digit" });
  assert.equal(hint.hidden, false);
  assert.match(hint.textContent, /Drag me: the image follows/);
  assert.match(hint.textContent, /arrow keys/);
  hint.offsetWidth = 100;
  plane.place(Float32Array.of(1, 1), "python");
  assert.deepEqual([hint.style.left, hint.style.top], ["272px", "150px"]); // a unit is 50 pixels, the plane's middle at 200
  plane.seen(() => plane.view.panBy(10, 10));
  clock.pass(50);
  assert.deepEqual([hint.style.left, hint.style.top], ["282px", "160px"]);
  assert.equal(hint.hidden, false);
  plane.place(Float32Array.of(1, 0), "drag");
  assert.equal(hint.hidden, true);
  clock.pass(50);
  assert.equal(performance.getEntriesByName("lp-dragged").length, 1);
  assert.equal(visited({ play: false, image: "a digit" }).hint.hidden, true);
});

test("the words stand beside z where there is room, else under or over it, and stay on the plane", () => {
  const view = { width: 400, height: 400 };
  assert.deepEqual(beside(100, 200, 150, view), [122, 200]);
  assert.deepEqual(beside(300, 200, 150, view), [128, 200]);
  assert.deepEqual(beside(200, 300, 250, view), [75, 262]);
  assert.deepEqual(beside(200, 100, 250, view), [75, 138]);
  assert.deepEqual(beside(9000, -9000, 150, view), [250, 24]);
  assert.deepEqual(beside(-9000, 9000, 150, view), [0, 376]);
  assert.deepEqual(beside(200, 200, 500, view)[0], 0);
});

test("the words lie over nothing that is taken, on a phone's plane too", () => {
  const view = { width: 358, height: 358 };
  const corner = { left: 318, top: 8, right: 350, bottom: 220 };
  for (const [x, y] of [[250, 220], [60, 100], [300, 60], [340, 150], [179, 179], [10, 10], [350, 350]]) {
    const [left, top] = beside(x, y, 235, view, [corner]);
    assert.ok(left >= 0 && left + 235 <= 358 && top >= 17 && top <= 341, `${left}, ${top}`);
    const over = left + 235 > corner.left && top - 17 < corner.bottom;
    assert.ok(!over, `at ${x}, ${y} the words are over the buttons`);
  }
});

test("the words lie over no caption either", () => {
  const { plane, hint, caption } = visited({ play: false, image: "a digit" });
  const { width, height } = plane.view;
  hint.offsetWidth = 100;
  plane.place(Float32Array.of(0, 0), "python");
  const before = hint.style.top;
  const top = Number.parseFloat(before) - 5;
  for (const one of [plane.parts.corner, plane.parts.legend]) one.getBoundingClientRect = () => ({ left: 0, top: 0, right: 0, bottom: 0 });
  caption.getBoundingClientRect = () => ({ left: 0, top, right: width, bottom: height });
  plane.place(Float32Array.of(0, 0), "python");
  assert.ok(Number.parseFloat(hint.style.top) + 17 <= top, `${hint.style.top} over ${top}`);
});

test("the words are nowhere where z is nowhere", () => {
  const { plane, hint } = visited({ play: false, image: "a digit" });
  hint.offsetWidth = 100;
  plane.place(Float32Array.of(0, 0), "python");
  assert.equal(hint.style.visibility, "");
  plane.place(Float32Array.of(NaN, 0), "python");
  assert.equal(hint.style.visibility, "hidden");
});

test("the rings are spoken of only where they are drawn", () => {
  assert.match(captionOf(0.5, "a digit", true), /inside the rings\.$/);
  assert.match(captionOf(0.5, "a digit", false), /where the prior is\.$/);
});
