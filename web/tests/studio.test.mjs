import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { packed } from "./packed.mjs";
import { clock, messageOf, makePlane } from "./page.mjs";
import { paintedShareSentence, assignEqualMassSectors, paintStroke } from "../src/painting/brush.ts";
import {
  CELL_COUNT,
  SIDE,
  packCell,
  cellClass,
  parsePainting,
  cellStrength,
  writePainting,
} from "../src/priors/painting.ts";
import mount, { PriorPreview, previewSamplesAndReach } from "../src/painting/prior_preview.ts";

const empty = () => new Uint8Array(CELL_COUNT);
const count = (cells) => cells.reduce((sum, cell) => sum + (cell ? 1 : 0), 0);
const blob = (x, y, radius = 3) => {
  const cells = empty();
  paintStroke(cells, [x, y], [x, y], { radius, strength: 15, owner: -1 });
  return cells;
};
const SHAPES = [
  { title: "Ring", text: writePainting(blob(20, 20, 9)) },
  { title: "Letter A", text: writePainting(blob(40, 40, 5)) },
];

function brush(changes = {}) {
  return {
    session: "first",
    painting: writePainting(blob(32, 32)),
    half: 3,
    shapes: SHAPES,
    classes: [],
    colours: ["#111111", "#222222", "#333333"],
    ...changes,
  };
}

/** The painter of a plane that is painted on; `messages` lists what it told Python. */
function makeStudio(changes = {}) {
  const { plane, messages } = makePlane();
  const studio = plane.paintingLayer.painter;
  const receive = (furtherChanges = {}) => plane.update(messageOf({ brush: brush({ ...changes, ...furtherChanges }) }));
  receive();
  const { canvas } = studio.paintingCanvas;
  return { plane, studio, messages, receive, lastPainting: () => parsePainting(messages.at(-1)[1].text), canvas };
}

/** A preview of a prior that is not painted. */
function makePreview(header, fields = {}) {
  const preview = new PriorPreview(host());
  preview.update({ header: { v: 1, dim: 2, title: "Gamma", caption: "Positive.", ...header }, fields });
  return preview;
}

const elementNamed = (root, tag, text) => root.querySelectorAll(tag).find((element) => element.textContent === text);
const pointerAt = (x, y, changes = {}) => ({
  pointerId: 1,
  button: 0,
  pointerType: "mouse",
  clientX: (400 * x) / SIDE,
  clientY: (400 * y) / SIDE,
  ...changes,
});
const press = (canvas, ...keys) => keys.forEach((key) => canvas.fire("keydown", { key }));

test("a stroke paints the cells within its radius, and says whether anything changed", () => {
  const cells = empty();
  const brush = { radius: 2, strength: 8, owner: 4 };
  assert.equal(paintStroke(cells, [10, 20], [30, 20], brush), true);
  assert.equal(paintStroke(cells, [10, 20], [30, 20], brush), false);
  assert.deepEqual(
    [cells[20 * SIDE + 15], cells[18 * SIDE + 15], cells[22 * SIDE + 15]],
    [packCell(8, 4), packCell(8, 4), 0],
  );
  assert.ok(Math.abs(count(cells) - (20 * 4 + Math.PI * 4)) < 6, `${count(cells)}`);
  paintStroke(cells, [20, 20], [20, 20], { radius: 3, strength: 0, owner: 4 });
  assert.deepEqual([cells[20 * SIDE + 20], cells[20 * SIDE + 12]], [0, packCell(8, 4)]);
  paintStroke(cells, [-5, -5], [70, 70], brush); // beyond the square there is nothing to paint, and nothing breaks
  assert.equal(cells[0], packCell(8, 4));
});

test("a painting is divided into sectors of equal mass round its middle, counter-clockwise from the right", () => {
  const cells = assignEqualMassSectors(blob(32, 32, 20), 4);
  const masses = [0, 1, 2, 3].map((k) => count(cells.filter((cell) => cellClass(cell) === k)));
  assert.ok(
    masses.every((mass) => Math.abs(mass / count(cells) - 0.25) < 0.01),
    `${masses}`,
  );
  assert.deepEqual(
    [
      [40, 24],
      [24, 24],
      [24, 40],
      [40, 40],
    ].map(([x, y]) => cellClass(cells[y * SIDE + x])),
    [0, 1, 2, 3],
  );
  assert.ok(cells.every((cell) => !cell || cellStrength(cell) === 15));
});

test("the status says how much is painted, and for which classes", () => {
  assert.equal(paintedShareSentence(empty(), []), "Nothing is painted.");
  assert.equal(paintedShareSentence(blob(32, 32, 9), []), "6 % of the square is painted.");
  assert.match(
    paintedShareSentence(assignEqualMassSectors(blob(32, 32, 9), 1), ["cat", "dog"]),
    /no part yet for dog\./,
  );
  assert.match(paintedShareSentence(blob(32, 32, 9), ["cat"]), /no part yet for cat, some of it for no class\./);
  assert.match(
    paintedShareSentence(assignEqualMassSectors(blob(32, 32, 9), 2), ["cat", "dog"]),
    /a part for each class\./,
  );
});

test("a stroke by the mouse is sent once, at its end", () => {
  const { messages, lastPainting, canvas } = makeStudio();
  canvas.fire("pointermove", pointerAt(5, 5));
  canvas.fire("pointerdown", pointerAt(5, 5));
  canvas.fire("pointermove", pointerAt(15, 5));
  canvas.fire("pointermove", pointerAt(30, 5, { pointerId: 2 }));
  assert.deepEqual(messages, []);
  canvas.fire("pointerup", pointerAt(15, 5));
  assert.equal(messages.length, 1);
  assert.deepEqual(
    [5, 15, 30].map((x) => Boolean(lastPainting()[5 * SIDE + x])),
    [true, true, false],
  );
});

test("the canvas lies on the part of the plane that it paints, and moves with the view", () => {
  const { plane, studio } = makeStudio();
  const { style } = studio.paintingCanvas.root;
  clock.pass(20);
  const place = () => [style.left, style.top, style.width].map(parseFloat);
  assert.deepEqual(place(), [50, 50, 300], "the plane shows −4 to 4 on 400 pixels");
  plane.zoomAt(2, 200, 200);
  clock.pass(20);
  assert.deepEqual(place(), [-100, -100, 600]);
});

test("without a brush there is no canvas, and the decoded image is there instead", () => {
  const { plane, studio } = makeStudio();
  const visibility = () => [plane.paintingLayer.easel.hidden, studio.root.hidden, [...plane.parts.root.classes].join()];
  assert.deepEqual(visibility(), [false, false, "lp,lp-painting"]);
  plane.update(messageOf({ brush: null }));
  assert.deepEqual(visibility(), [true, true, "lp"]);
});

test("before a training there is nothing on the plane but the brush, and then what is painted", () => {
  const { plane } = makeStudio();
  const state = () => [plane.parts.surface.inert, plane.parts.summary.textContent];
  clock.pass(1000);
  assert.equal(plane.parts.surface.inert, false);
  assert.match(plane.parts.summary.textContent, /^z is .* 4 codes/);
  const { brush } = plane.header;
  const blank = { revision: "", tools: [], classes: [], colours: [], shapes: [], layers: { prior: true } };
  const emptyFields = {
    z: { values: new Float32Array(0), shape: [0, 2] },
    labels: { values: new Int16Array(0), shape: [0] },
  };
  plane.update(messageOf({ ...blank, brush }, emptyFields));
  clock.pass(1000);
  assert.deepEqual(state(), [true, ""]);
  plane.update(messageOf({ ...blank, brush: null }, emptyFields));
  clock.pass(1000);
  assert.deepEqual(state(), [true, "The plane shows the painted prior. The codes follow with the first checkpoint."]);
  plane.update(messageOf({ brush: null }));
  clock.pass(1000);
  assert.equal(plane.parts.surface.inert, false);
  assert.match(plane.parts.summary.textContent, /^z is/);
});

test("a cancelled stroke is undone, and a stroke that changes nothing is not sent", () => {
  const { studio, messages, canvas } = makeStudio();
  const paintingBefore = writePainting(studio.cells);
  canvas.fire("pointerdown", pointerAt(5, 5));
  canvas.fire("pointercancel", pointerAt(5, 5));
  canvas.fire("pointerdown", pointerAt(32, 32, { pointerId: 3 }));
  assert.notEqual(writePainting(studio.cells), paintingBefore, "the brush is larger than the painted disc");
  studio.controls.radius = 1;
  canvas.fire("pointercancel", pointerAt(32, 32, { pointerId: 3 }));
  canvas.fire("pointerdown", pointerAt(32, 32));
  canvas.fire("pointerup", pointerAt(32, 32));
  assert.deepEqual(
    [writePainting(studio.cells), messages.length, studio.controls.undoButton.getAttribute("aria-disabled")],
    [paintingBefore, 0, "true"],
  );
});

test("by keyboard: arrows move, Space sets the brush down and lifts it, Backspace undoes", () => {
  const { studio, messages, lastPainting, canvas } = makeStudio();
  const paintingBefore = writePainting(studio.cells);
  press(canvas, "ArrowLeft", "ArrowLeft", "ArrowUp");
  assert.deepEqual(studio.paintingCanvas.place, [26, 29]);
  assert.match(studio.paintingCanvas.announcement.textContent, /^−0\.6, 0\.3: empty$/);
  canvas.fire("keydown", { key: "ArrowUp", shiftKey: true });
  assert.deepEqual(studio.paintingCanvas.place, [26, 28]);
  press(canvas, " ", ...Array(12).fill("ArrowUp"));
  assert.deepEqual([studio.paintingCanvas.place, messages.length], [[26, 0.5], 0]);
  press(canvas, " ");
  assert.equal(messages.length, 1);
  assert.ok(lastPainting()[2 * SIDE + 26] && lastPainting()[20 * SIDE + 26]);
  press(canvas, "Backspace");
  assert.equal(writePainting(lastPainting()), paintingBefore);
  press(canvas, "Backspace", "x", "Tab");
  assert.equal(messages.length, 2);
});

test("the eraser, the strength, the ready shapes, Clear and Undo work", () => {
  const { studio, messages, lastPainting, canvas } = makeStudio();
  const dab = (x, y) => (canvas.fire("pointerdown", pointerAt(x, y)), canvas.fire("pointerup", pointerAt(x, y)));
  const pressedStates = () => studio.controls.toolButtons.map((toolButton) => toolButton.getAttribute("aria-pressed"));
  assert.deepEqual(pressedStates(), ["true", "false"]);
  elementNamed(studio.root, "button", "Eraser").click();
  assert.deepEqual(pressedStates(), ["false", "true"]);
  dab(32, 32);
  assert.equal(count(lastPainting()), 0);
  assert.equal(studio.status.textContent, "Nothing is painted.");
  elementNamed(studio.root, "button", "Brush").click();
  studio.controls.strengthSelect.value = "3";
  studio.controls.strengthSelect.fire("change");
  dab(50, 50);
  assert.equal(cellStrength(lastPainting()[50 * SIDE + 50]), 3);
  elementNamed(studio.root, "button", "Ring").click();
  assert.equal(writePainting(lastPainting()), SHAPES[0].text);
  elementNamed(studio.root, "button", "Clear").click();
  elementNamed(studio.root, "button", "Clear").click();
  assert.deepEqual([count(lastPainting()), messages.length], [0, 4]);
  const undo = elementNamed(studio.root, "button", "Undo");
  undo.click();
  undo.click();
  assert.deepEqual([undo.disabled ?? false, undo.getAttribute("aria-disabled")], [false, "false"]);
  assert.equal(cellStrength(lastPainting()[50 * SIDE + 50]), 3);
});

test("each class has a colour, and the brush paints for the chosen class", () => {
  const { studio, lastPainting, canvas, receive } = makeStudio({ classes: ["cat", "dog"] });
  const radios = studio.root.querySelectorAll("[role=radio]");
  assert.deepEqual(
    radios.map((radio) => [radio.textContent, radio.getAttribute("aria-checked")]),
    [
      ["cat", "true"],
      ["dog", "false"],
    ],
  );
  radios[1].click();
  canvas.fire("pointerdown", pointerAt(5, 5));
  canvas.fire("pointerup", pointerAt(5, 5));
  assert.deepEqual([cellClass(lastPainting()[5 * SIDE + 5]), cellClass(lastPainting()[32 * SIDE + 32])], [1, -1]);
  elementNamed(studio.root, "button", "Divide among the classes").click();
  assert.ok(lastPainting().every((cell) => !cell || cellClass(cell) >= 0));
  receive({ classes: [], painting: writePainting(lastPainting()) });
  assert.ok(studio.controls.divideButton.hidden);
  assert.equal(studio.controls.currentBrush.owner, -1);
});

test("an echo from Python changes nothing; another painting replaces this one, and can be undone", () => {
  const { studio, messages, receive, canvas } = makeStudio();
  canvas.fire("pointerdown", pointerAt(5, 5));
  canvas.fire("pointerup", pointerAt(5, 5));
  canvas.fire("pointerdown", pointerAt(50, 5));
  canvas.fire("pointerup", pointerAt(50, 5));
  receive({ painting: messages[0][1].text });
  assert.equal(writePainting(studio.cells), messages[1][1].text, "a late echo");
  receive({ painting: messages[1][1].text });
  receive({ painting: SHAPES[1].text });
  assert.equal(writePainting(studio.cells), SHAPES[1].text);
  studio.undo();
  assert.equal(writePainting(studio.cells), messages[1][1].text);
});

test("another prior is previewed by the same samples each time", () => {
  const preview = makePreview({ prior: { name: "gamma", scale: 2, shape: 2, components: 5 } });
  assert.match(preview.caption.textContent, /^Positive\. The picture shows 700 samples, from −/);
  assert.equal(preview.canvas.getAttribute("aria-label"), "700 samples of the prior: Gamma");
  const spec = { name: "gaussian", scale: 2, shape: 2, components: 5 };
  assert.deepEqual(previewSamplesAndReach(spec, 8), previewSamplesAndReach(spec, 8));
  const { points, reach } = previewSamplesAndReach(spec, 8);
  assert.ok(points.length === 700 && points.every((z) => z.length === 2 && z.every((v) => Math.abs(v) <= reach)));
  const line = previewSamplesAndReach(spec, 1);
  assert.ok(line.points.every(([, y]) => Math.abs(y) <= 0.1 * line.reach));
  assert.equal(previewSamplesAndReach({ ...spec, name: "mixture" }, 1).points[0].length, 2);
});

test("an error stays visible over further failing mounts, and is removed by a successful one", () => {
  const root = host();
  const mountPreview = (data) => mount({ data, parentElement: root, setStateValue: () => {} });
  const note = () => root.querySelector("div.lp-notes");
  const brokenMessage = new Uint8Array(8).fill(255);
  mountPreview(brokenMessage);
  for (let mountNumber = 0; mountNumber < 3; mountNumber++) {
    assert.ok(note()?.textContent.endsWith("The plain controls still work."), `mount ${mountNumber}`);
    mountPreview(brokenMessage);
  }
  mountPreview(packed({ v: 1, prior: null, dim: 2, title: "Mine", caption: "It lies in the plane." }, {}));
  assert.equal(note().textContent, "");
  mountPreview(brokenMessage);
  assert.ok(!note().hidden && note().textContent);
  assert.equal(root.querySelectorAll("div.ps-previewed").length, 1, "there is one preview, whatever arrives");
});

test("a user's own prior is previewed from its samples, and one that cannot be drawn says why", () => {
  const pairs = previewSamplesAndReach({ name: "mine" }, 3, Float32Array.of(1, -2, 9, -1, 2, 9)).points;
  assert.deepEqual([...new Set(pairs.map(String))].sort(), ["-1,2", "1,-2"]);
  const { points, reach } = previewSamplesAndReach({ name: "mine" }, 1, Float32Array.of(4, 5));
  assert.ok(points.every(([x, y]) => [4, 5].includes(x) && Math.abs(y) < 0.1 * reach));
  const preview = makePreview({ prior: null, caption: "It lies in the plane." });
  assert.deepEqual([preview.canvas.hidden, preview.caption.textContent], [true, "It lies in the plane."]);
});

test("a session that begins under the open page is sent the painting, unless it knows it", () => {
  const { messages, receive, canvas, lastPainting, studio } = makeStudio();
  press(canvas, " ", "ArrowLeft", "ArrowLeft", " ");
  const painted = studio.cells.slice();
  const sentCount = messages.length;
  receive({ session: "second" });
  assert.equal(messages.length, sentCount + 1);
  assert.deepEqual([lastPainting(), studio.cells], [painted, painted]);
  receive({ session: "third", painting: writePainting(painted) });
  assert.equal(messages.length, sentCount + 1);
  receive({ session: "third" });
  assert.deepEqual(studio.cells, blob(32, 32), "what the same session changes is shown");
});
