import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { toBase64 } from "../../app/components/js/base/array_json.js";
import { DrawingPad } from "../../app/components/js/drawing/drawing_pad.js";

globalThis.requestAnimationFrame = (act) => (act(0), 1);

const preprocessing = { fill: 1, centre: "box", ground: "dark", stroke: 0.2, image: [1, 8, 8] };

/** An image of 8 × 8 pixels with a bright column, as it is read from a file. */
function bar() {
  const data = new Uint8ClampedArray(4 * 64).map((_, k) => (k % 4 === 3 || Math.floor(k / 4) % 8 === 3 ? 255 : 0));
  return { data, width: 8, height: 8 };
}

/** A pad that has received the preprocessing of a data set; `told` lists what it sent to Python. */
function makePad(more = {}) {
  const pad = new DrawingPad(host());
  const told = [];
  pad.sendMessage = (key, value) => told.push([key, value]);
  pad.update({ header: { preprocessing, caption: "", ...more }, fields: {} });
  return { pad, told, said: () => pad.source.status.textContent };
}

test("an image from a file is sent to Python as bytes H×W×C in base64", () => {
  const { pad, told, said } = makePad();
  assert.deepEqual(told, [], "there is no image to send");
  pad.source.fileImage = bar();
  pad.sendImage();
  const [[key, { pixels }]] = told;
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  assert.equal(key, "image");
  assert.equal(bytes.length, 64);
  assert.deepEqual(Array.from(bytes.slice(0, 8)), [0, 0, 0, 255, 0, 0, 0, 0]);
  assert.equal(said(), "Classifying …");
  pad.update({ header: { preprocessing, caption: "It says 1." }, fields: {} });
  assert.equal(said(), "It says 1.");
  assert.equal(told.length, 1, "Python’s answer does not send the image again");
});

test("the image is sent again when the preprocessing changes", () => {
  const { pad, told } = makePad();
  pad.source.fileImage = bar();
  pad.sendImage();
  pad.update({ header: { preprocessing: { ...preprocessing, image: [1, 4, 4] }, caption: "" }, fields: {} });
  assert.deepEqual(
    told.map(([, { pixels }]) => atob(pixels).length),
    [64, 16],
  );
});

test("an empty image is reported in a sentence and not sent to Python", () => {
  const { pad, told, said } = makePad();
  pad.source.fileImage = { ...bar(), data: new Uint8ClampedArray(4 * 81).fill(255), width: 9, height: 9 };
  pad.sendImage();
  assert.match(said(), /no contrast/);
  assert.deepEqual(told, []);
});

test("after Clear, Python is told that there is no image", () => {
  const { pad, told } = makePad();
  pad.source.fileImage = bar();
  pad.sendImage();
  pad.source.pad.clear();
  assert.deepEqual(told.at(-1), ["image", { pixels: null }]);
});

test("by keyboard: Space lowers and lifts the pen, arrows draw, Backspace undoes; each change is sent", () => {
  const { pad, told } = makePad();
  const surface = pad.source.pad;
  const press = (...keys) => keys.forEach((key) => surface.canvas.fire("keydown", { key }));
  press("ArrowUp", " ", "ArrowLeft", "ArrowLeft");
  assert.deepEqual(told, []);
  assert.equal(surface.announcement.textContent, "40 across, 45 down");
  press(" ");
  assert.equal(surface.announcement.textContent, "Pen up");
  assert.deepEqual(
    surface.strokes[0].map((value) => Number(value.toFixed(3))),
    [0.5, 0.45, 0.45, 0.45, 0.4, 0.45],
  );
  assert.equal(told.length, 1);
  press("Backspace", "Backspace", "x");
  assert.deepEqual([surface.strokes, told.length, told.at(-1)], [[], 2, ["image", { pixels: null }]]);
});

test("a stroke follows its own pointer; one that the browser cancels is discarded", () => {
  const { pad, told } = makePad();
  const { canvas, strokes } = pad.source.pad;
  const at = (x, y, more = {}) => ({ pointerId: 1, button: 0, clientX: 100 * x, clientY: 100 * y, ...more });
  canvas.fire("pointerdown", at(0.25, 0.5));
  canvas.fire("pointermove", at(0.5, 0.75));
  canvas.fire("pointermove", at(0.9, 0.9, { pointerId: 2 }));
  canvas.fire("pointermove", at(0.501, 0.75)); // too near to count
  canvas.fire("pointerup", at(0.5, 0.75));
  assert.deepEqual([strokes, told.length], [[[0.25, 0.5, 0.5, 0.75]], 1]);
  canvas.fire("pointerdown", at(0.1, 0.1));
  canvas.fire("pointercancel", at(0.1, 0.1));
  assert.deepEqual([strokes.length, told.length], [1, 1]);
});

test("many bytes are encoded in base64, piece by piece", () => {
  const bytes = Uint8Array.from({ length: 49152 }, (_, k) => k % 251);
  assert.equal(toBase64(bytes), Buffer.from(bytes).toString("base64"));
});
