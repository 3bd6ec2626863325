import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { host } from "./dom.mjs";
import { packed } from "./packed.mjs";
import { clock, messageOf, makePlane } from "./page.mjs";

const { fractionalIndex: placeAmong, valueAtIndex: valueAmong } = await import("../src/base/interpolation.ts");
const { UNITS, axisText, runPositionAt, sortedUnion, stopValues } = await import("../src/time/common_axis.ts");
const { TwoHistories } = await import("../src/time/two_histories.ts");

/** A long training of small batches, and a short one of large ones. */
const LONG_HISTORY = { sha: "long", steps: [0, 10, 20, 40, 60], now: 80, epoch: 4, live: false, batch: 50 };
const SHORT_HISTORY = { sha: "short", steps: [0, 10], now: 20, epoch: 8, live: false, batch: 110 };

// Numbers
// ----------------------------------------------------------------------------------------------------------------

test("a step's value on each axis", () => {
  assert.deepEqual(stopValues("images", [0, 10, 80], LONG_HISTORY), [0, 500, 4000]);
  assert.deepEqual(stopValues("images", [0, 10, 20], SHORT_HISTORY), [0, 1100, 2200]);
  assert.deepEqual(stopValues("steps", [0, 10, 20], SHORT_HISTORY), [0, 10, 20]);
  assert.deepEqual(stopValues("epochs", [0, 10, 80], LONG_HISTORY), [0, 0.5, 4]);
  assert.deepEqual(stopValues("share", [0, 10, 80], LONG_HISTORY), [0, 0.125, 1]);
  assert.deepEqual(UNITS.share.valueOfStep(1, { ...SHORT_HISTORY, now: 3 }), 0.333333, "rounded as in links");
});

test("the stops of both runs are on one axis, each once; positions and values convert both ways", () => {
  assert.deepEqual(
    sortedUnion([
      [0, 500, 1000],
      [0, 1000, 2000],
    ]),
    [0, 500, 1000, 2000],
  );
  const values = [0, 500, 1000, 2000];
  for (const [value, index] of [
    [0, 0],
    [250, 0.5],
    [500, 1],
    [1500, 2.5],
    [2000, 3],
  ]) {
    assert.equal(placeAmong(values, value), index);
    assert.equal(valueAmong(values, index), value);
  }
  assert.deepEqual([placeAmong(values, -1), placeAmong(values, 1e9)], [0, 3]);
});

test("a run rests at its nearest frame, is between two frames during play, and holds at its ends", () => {
  const frameValues = [0, 1000, 2000];
  assert.deepEqual(runPositionAt(frameValues, 1300, false), { position: 1, heldEnd: "" });
  assert.deepEqual(runPositionAt(frameValues, 1250, true), { position: 1.25, heldEnd: "" });
  assert.deepEqual(runPositionAt(frameValues, 2000, false), { position: 2, heldEnd: "" });
  assert.deepEqual(runPositionAt(frameValues, 2001, true), { position: 2, heldEnd: "last" });
  assert.deepEqual(runPositionAt([500, 1000], 200, false), { position: 0, heldEnd: "first" });
});

test("the axis's sentence says what is equal in both runs and what differs", () => {
  const sides = [
    { title: "A", frameInfo: LONG_HISTORY },
    { title: "B", frameInfo: SHORT_HISTORY },
  ];
  assert.equal(
    axisText("images", sides),
    "Both are shown after the same number of training images (A: 50 per step; B: 110 per step).",
  );
  assert.match(axisText("share", [{ title: "A", frameInfo: { ...LONG_HISTORY, live: true } }]), /A: 80 steps so far/);
  assert.match(axisText("epochs", sides), /A: 20 steps per epoch; B: 3 steps per epoch/);
  assert.equal(UNITS.images.valueText(12800), "12,800 training images seen");
  assert.equal(UNITS.share.valueText(0.4286), "43 % of each training");
});

// On a page
// --------------------------------------------------------------------------------------------------------------

const HALF = { 0: 0, 1: 0x3c00, 2: 0x4000, 3: 0x4200, 4: 0x4400, 5: 0x4500, 6: 0x4600, 7: 0x4700 }; // by IEEE 754

/** The bytes of a history with a frame at each step; in frame k all codes lie at (first + k, first + k). */
function historyBytes({ steps, now: presentStep, epoch, historyChanges }, first) {
  const z = Uint16Array.from({ length: 8 * steps.length }, (_, k) => HALF[first + Math.floor(k / 8)]);
  const arrays = {
    z: { values: z, shape: [steps.length, 4, 2] },
    rows: { values: Int32Array.of(0, 1, 2, 3), shape: [4] },
  };
  const header = {
    v: 1,
    steps,
    epochs: steps.map((step) => (step * epoch) / presentStep),
    losses: steps.map((step) => (step ? { reconstruction: step / 4 } : {})),
    distances: steps.map((step) => 1 / (1 + step)),
    measure: "Distance",
    phases: { reconstruction: "reconstruction" },
    keys: {},
    image: [1, 1, 1],
    resumed: [],
    troubles: [],
    adversary: true,
    ...historyChanges,
  };
  return packed(header, arrays);
}

/** The files that can be fetched, by a part of their address. @type {Map<string, Uint8Array>} */
const filesByAddress = new Map();
/** @type {string[]} */
let requestedUrls = [];
let count = 0;
beforeEach(() => {
  filesByAddress.clear();
  requestedUrls = [];
  globalThis.fetch = /** @type {any} */ (
    async (url) => {
      requestedUrls.push(url);
      const body = [...filesByAddress].find(([name]) => String(url).includes(name))?.[1];
      return body
        ? { ok: true, arrayBuffer: async () => body.buffer.slice(body.byteOffset, body.byteOffset + body.length) }
        : { ok: false, status: 404 };
    }
  );
});
const settled = async () => {
  for (let k = 0; k < 3; k++) await new Promise((resolve) => setImmediate(resolve));
};

/**
 * Two planes and their axis.
 * @param {(object | null)[]} histories
 * @param {Object<string, any>} [headerChanges] of the axis' header
 */
function comparePage(histories = [LONG_HISTORY, SHORT_HISTORY], headerChanges = {}) {
  const group = `two ${++count}`;
  const messages = [];
  const sides = histories.map((historyInfo, side) => {
    const page = makePlane();
    const history = historyInfo && { ...historyInfo, sha: `${historyInfo.sha}${count}` };
    if (historyInfo) filesByAddress.set(history.sha, historyBytes(historyInfo, side ? 4 : 2));
    const link = { group, side, title: side ? "Short" : "Long", shares: ["z", "images", "view", "classes"] };
    const message = messageOf({
      revision: `r${side}`,
      link,
      history,
      server: { frames: "/live/t/frames" },
      report: ["view", "layers", "frame"],
      frame: null,
    });
    page.plane.update(message);
    return { ...page, message, history };
  });
  const root = host();
  const axis = new TwoHistories(root);
  axis.sendMessage = (key, value) => messages.push([key, value]);
  const header = { v: 1, group, axis: "images", value: null, remarks: [], ...headerChanges };
  const receive = (changes = {}) => axis.update(/** @type {any} */ ({ header: { ...header, ...changes }, fields: {} }));
  receive();
  const range = root.querySelector("input");
  const move = async (stop) => {
    range.value = String(stop);
    range.fire("input");
    await settled();
    clock.pass(400);
    await settled();
  };
  const table = () => root.querySelectorAll("tr").map((row) => row.children.map((cell) => cell.textContent));
  return {
    axis,
    root,
    range,
    sides,
    planes: sides.map(({ plane }) => plane),
    messages,
    receive,
    move,
    table,
    valueText: () => range.getAttribute("aria-valuetext"),
  };
}
const firstOf = (planes) => planes.map(({ codes }) => codes.xy[0]);

test("marks on the lanes are explained if there is one of any kind", async () => {
  for (const historyChanges of [{ resumed: [20] }, { keys: { 20: "k" } }, { changed: [{ step: 20, factor: 0.1 }] }]) {
    const { root, move } = comparePage([{ ...LONG_HISTORY, historyChanges }, SHORT_HISTORY]);
    await move(1);
    assert.match(root.textContent, /triangles mark changes of the learning rates/, JSON.stringify(historyChanges));
  }
  const { root, move } = comparePage();
  await move(1);
  assert.doesNotMatch(root.textContent, /triangles/);
});

/** The stops in images: 0, 500, 1000, 1100 (short), 2000, 2200 (short, its end), 3000, 4000 (long, its end). */
test("one axis moves both planes, each to its own frame of that moment, and their own axes are hidden", async () => {
  const { range, root, sides, planes, move, valueText, table } = comparePage();
  assert.equal(range.max, "7");
  for (const { root: sideRoot } of sides) assert.equal(sideRoot.querySelector(".lp-time").hidden, true);
  assert.equal(valueText(), "now: Long at step 80, epoch 4.00 (the present); Short at step 20, epoch 8.00 (its end)");
  assert.deepEqual(requestedUrls, [], "nothing is fetched before somebody reaches for it");
  await move(1);
  assert.equal(valueText(), "500 training images seen: Long at step 10, epoch 0.50; Short at step 0, epoch 0.00");
  assert.deepEqual(firstOf(planes), [3, 4]);
  await move(3);
  assert.deepEqual(firstOf(planes), [4, 5]);
  assert.deepEqual(table(), [
    ["", "Position", "Images seen", "Loss: reconstruction", "Distance", "Decoder of"],
    ["Long", "step 20, epoch 1.00", "1,000", "5.00", "0.048", "the latest; none closer was saved"],
    ["Short", "step 10, epoch 4.00", "1,100", "2.50", "0.091", "the latest; none closer was saved"],
  ]);
  assert.ok(planes.every((plane) => plane.pastFrame));
  assert.match(root.textContent, /need not fall/);
  await move(7);
  assert.ok(planes.every((plane) => !plane.pastFrame));
  assert.deepEqual(firstOf(planes), [0, 0]);
});

test("beyond its last step a run holds at its end and says so, or that it is still training", async () => {
  const { planes, move, valueText, table } = comparePage();
  await move(6);
  assert.match(valueText(), /^3,000 .*Long at step 60, epoch 3\.00; Short at step 20, epoch 8\.00 \(its end\)$/);
  assert.equal(planes[1].pastFrame, null);
  assert.equal(table()[2].at(-1), "now");
  const livePage = comparePage([LONG_HISTORY, { ...SHORT_HISTORY, live: true }]);
  await livePage.move(6);
  assert.match(livePage.valueText(), /Short at step 20, epoch 8\.00 \(no further yet, still training\)$/);
});

test("Space plays both runs together from the beginning to the end", async () => {
  const { range, root, planes } = comparePage();
  const places = [new Set(), new Set()];
  range.fire("keydown", { key: " " });
  await settled();
  for (let k = 0; k < 500; k++) {
    clock.pass(16);
    planes.forEach((plane, side) => places[side].add(plane.codes.xy[0]));
  }
  assert.ok(places[0].size > 60 && places[1].size > 20, `${places[0].size} and ${places[1].size} pictures`);
  assert.ok(
    [...places[1]].some((x) => x > 4 && x < 5),
    "between two frames codes are on the way",
  );
  assert.equal(range.value, "7");
  assert.equal(root.querySelector("button").textContent, "Play");
  assert.deepEqual(firstOf(planes), [0, 0]);
});

test("a moment passed during play is not sent", async () => {
  const { range, messages, root } = comparePage();
  range.value = "1";
  range.fire("input");
  range.fire("keydown", { key: " " });
  await settled();
  clock.pass(600); // longer than a rest
  assert.deepEqual([messages, root.querySelector("button").textContent], [[], "Pause"]);
  clock.pass(20_000);
  assert.deepEqual(messages, []);
});

test("a change of page sends a pending moment, once", async () => {
  const { axis, range, messages } = comparePage();
  range.value = "1";
  range.fire("input");
  axis.sendPending();
  assert.deepEqual(messages, [["moment", { axis: "images", value: 500 }]]);
  axis.sendPending();
  clock.pass(1000);
  assert.equal(messages.length, 1);
});

test("the moment is sent after a pause, a late echo undoes no newer one, and a link's is not sent back", async () => {
  const { messages, receive, move, planes } = comparePage();
  await move(1);
  await move(3);
  assert.deepEqual(messages, [
    ["moment", { axis: "images", value: 500 }],
    ["moment", { axis: "images", value: 1100 }],
  ]);
  receive({ value: 500 });
  assert.deepEqual(firstOf(planes), [4, 5], "a late echo");
  receive({ value: 1100 });
  await move(7);
  assert.deepEqual(messages.at(-1), ["moment", { axis: "images", value: null }]);
  const linkedPage = comparePage([LONG_HISTORY, SHORT_HISTORY], { axis: "steps", value: 10 });
  await settled();
  clock.pass(1000);
  assert.deepEqual(firstOf(linkedPage.planes), [3, 5]);
  assert.match(linkedPage.valueText(), /^step 10: Long at step 10, .*Short at step 10,/);
  assert.deepEqual(linkedPage.messages, []);
});

test("another axis keeps the longer run at its moment and moves the other one to it", async () => {
  const { root, messages, move, planes, valueText } = comparePage();
  const choice = root.querySelector("select");
  await move(4); // 2000 images: long at step 40, short at its end, 2200
  choice.value = "share";
  choice.fire("change");
  clock.pass(400);
  assert.equal(valueText(), "50 % of each training: Long at step 40, epoch 2.00; Short at step 10, epoch 4.00");
  assert.deepEqual(firstOf(planes), [5, 5]);
  assert.deepEqual(messages.at(-1), ["moment", { axis: "share", value: 0.5 }]);
  assert.match(root.textContent, /same share of their own training \(Long: 80 steps; Short: 20 steps\)/);
});

test("if only one run has a history, the other stays in the present; if none has, there is no axis", async () => {
  const { root, range, planes, move, table } = comparePage([LONG_HISTORY, null], {
    silent: [["Short", "Does not follow the time axis. No frames of its training were recorded."]],
  });
  assert.equal(range.max, "5");
  await move(1);
  assert.deepEqual([firstOf(planes)[0], planes[1].pastFrame], [3, null]);
  assert.deepEqual(
    table().map(([name, position]) => [name, position]),
    [
      ["", "Position"],
      ["Long", "step 10, epoch 0.50"],
      ["Short", "Does not follow the time axis. No frames of its training were recorded."],
    ],
  );
  assert.equal(comparePage([null, null]).root.querySelector(".lp-time").hidden, true);
});

test("frames that cannot be fetched are reported, and the other run or the present is shown", async () => {
  const page = comparePage();
  filesByAddress.delete(page.sides[1].history.sha);
  await page.move(1);
  assert.match(page.root.textContent, /Short: The frames could not be fetched \(status 404\)/);
  assert.deepEqual([firstOf(page.planes)[0], page.planes[1].pastFrame], [3, null]);
  assert.match(page.valueText(), /Short at step 0 \(shown as it is now until its frames are fetched\)/);
  const unservedPage = comparePage();
  filesByAddress.clear();
  await unservedPage.move(1);
  assert.match(unservedPage.valueText(), /^now: /);
  assert.deepEqual(
    unservedPage.messages.filter(([, { value }]) => value !== null),
    [],
  );
});

test("new frames of a live run keep an earlier moment where it is, and the end at the end", async () => {
  const { sides, planes, range, root, move, valueText } = comparePage([LONG_HISTORY, { ...SHORT_HISTORY, live: true }]);
  const choice = root.querySelector("select");
  for (const kind of ["share", "images"]) {
    choice.value = kind;
    choice.fire("change");
  }
  const addFrames = (presentStep) => {
    const { plane, message } = sides[1];
    const history = {
      ...message.header.history,
      sha: `${message.header.history.sha}-${presentStep}`,
      steps: [0, 10, 20],
      now: presentStep,
    };
    filesByAddress.set(history.sha, historyBytes({ ...SHORT_HISTORY, steps: [0, 10, 20] }, 4));
    plane.update({ ...message, header: { ...message.header, history } });
  };
  addFrames(38);
  assert.equal(range.value, range.max);
  assert.match(valueText(), /^live: .*Short at step 38,/);
  await move(1);
  addFrames(40);
  await settled();
  assert.match(valueText(), /^500 .*Long at step 10,/);
  assert.deepEqual(firstOf(planes), [3, 4]);
  assert.ok(planes.every((plane) => plane.pastFrame));
});

test("closing the axis, or another revision, returns the planes to the present", async () => {
  const { axis, planes, move, sides } = comparePage();
  await move(1);
  const { plane, message } = sides[1];
  plane.update({ ...message, header: { ...message.header, revision: "other", history: null } });
  assert.deepEqual([Boolean(planes[0].pastFrame), planes[1].pastFrame], [true, null]);
  axis.close();
  assert.equal(planes[0].pastFrame, null);
});

test("codes travel to the other plane only in the present, and return at an earlier moment", async () => {
  const { sides, planes, move } = comparePage();
  const button = sides[0].root.querySelector(".lp-travel").querySelector("button");
  planes[0].events.emit("linked");
  button.fire("click");
  assert.equal(button.getAttribute("aria-pressed"), "true");
  await move(1);
  assert.deepEqual(firstOf(planes), [3, 4]);
  assert.deepEqual([button.getAttribute("aria-pressed"), button.getAttribute("aria-disabled")], ["false", "true"]);
  button.fire("click");
  assert.deepEqual([firstOf(planes), button.getAttribute("aria-pressed")], [[3, 4], "false"]);
  await move(7);
  assert.equal(button.getAttribute("aria-disabled"), "false");
});

test("an outline around codes that are away from home is not kept, since at home it would enclose other codes", () => {
  const { sides, planes } = comparePage();
  const polygon = [-99, -99, 99, -99, 99, 99, -99, 99];
  planes[0].events.emit("linked");
  planes[0].selectInside(polygon);
  assert.deepEqual(planes[0].outline.polygon, polygon);
  sides[0].root.querySelector(".lp-travel").querySelector("button").fire("click");
  clock.pass(5000);
  planes[0].selectInside(polygon);
  assert.deepEqual([planes[0].outline.polygon, [...planes[0].selection.mask]], [[], [1, 1, 1, 1]]);
});

test("choosing a code at an earlier moment sends only z to Python, and the other plane gets the same z", async () => {
  const { sides, planes, move } = comparePage();
  await move(3);
  planes[0].pickCode(2);
  assert.deepEqual(
    [[...planes[0].z], [...planes[1].z]],
    [
      [4, 4],
      [4, 4],
    ],
  );
  assert.deepEqual(
    sides[0].messages.filter(([key]) => key === "code" || key === "picked"),
    [["code", { z: [4, 4] }]],
  );
  assert.equal(planes[1].picked, -1);
  // the short run is in its present, whose codes Python knows, but those of the other plane are of an earlier moment
  await move(6);
  planes[1].pickCode(3);
  assert.deepEqual(sides[1].messages.at(-1), ["code", { z: [1, 1] }]);
  assert.deepEqual([[...planes[0].z], planes[0].picked], [[1, 1], -1]);
});

test("the button Trails switches trails on in both planes", async () => {
  const { root, planes, move } = comparePage();
  root
    .querySelectorAll("button")
    .find(({ textContent }) => textContent === "Trails")
    .fire("click");
  await move(3);
  assert.ok(planes.every(({ pastView }) => pastView.hasTrails && pastView.position > 0));
});
