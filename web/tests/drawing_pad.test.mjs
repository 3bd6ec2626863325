import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { toBase64 } from "../src/base/array_json.ts";
import { DrawingPad } from "../src/drawing/drawing_pad.ts";

globalThis.requestAnimationFrame = (act) => (act(0), 1);

const preprocessing = { fill: 1, centre: "box", ground: "dark", stroke: 0.2, image: [1, 8, 8] };

/** An image of 8 × 8 pixels with a bright column, as it is read from a file. */
function bar() {
  const data = new Uint8ClampedArray(4 * 64).map((_, k) => (k % 4 === 3 || Math.floor(k / 4) % 8 === 3 ? 255 : 0));
  return { data, width: 8, height: 8 };
}

/** A pad that has received the preprocessing of a data set; `messages` lists what it sent to Python. */
function makePad(changes = {}) {
  const pad = new DrawingPad(host());
  const messages = [];
  pad.sendMessage = (key, value) => messages.push([key, value]);
  pad.update({ header: { preprocessing, caption: "", ...changes }, fields: {} });
  return { pad, messages, statusText: () => pad.source.status.textContent };
}

test("an image from a file is sent to Python as bytes H×W×C in base64", () => {
  const { pad, messages, statusText } = makePad();
  assert.deepEqual(messages, [], "there is no image to send");
  pad.source.fileImage = bar();
  pad.sendImage();
  const [[key, { pixels }]] = messages;
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  assert.equal(key, "image");
  assert.equal(bytes.length, 64);
  assert.deepEqual(Array.from(bytes.slice(0, 8)), [0, 0, 0, 255, 0, 0, 0, 0]);
  assert.equal(statusText(), "Classifying …");
  pad.update({ header: { preprocessing, caption: "It says 1." }, fields: {} });
  assert.equal(statusText(), "It says 1.");
  assert.equal(messages.length, 1, "Python’s answer does not send the image again");
});

test("the image is sent again when the preprocessing changes", () => {
  const { pad, messages } = makePad();
  pad.source.fileImage = bar();
  pad.sendImage();
  pad.update({ header: { preprocessing: { ...preprocessing, image: [1, 4, 4] }, caption: "" }, fields: {} });
  assert.deepEqual(
    messages.map(([, { pixels }]) => atob(pixels).length),
    [64, 16],
  );
});

test("an empty image is reported in a sentence and not sent to Python", () => {
  const { pad, messages, statusText } = makePad();
  pad.source.fileImage = { ...bar(), data: new Uint8ClampedArray(4 * 81).fill(255), width: 9, height: 9 };
  pad.sendImage();
  assert.match(statusText(), /no contrast/);
  assert.deepEqual(messages, []);
});

test("after Clear, Python is told that there is no image", () => {
  const { pad, messages } = makePad();
  pad.source.fileImage = bar();
  pad.sendImage();
  pad.source.pad.clear();
  assert.deepEqual(messages.at(-1), ["image", { pixels: null }]);
});

test("by keyboard: Space lowers and lifts the pen, arrows draw, Backspace undoes; each change is sent", () => {
  const { pad, messages } = makePad();
  const surface = pad.source.pad;
  const press = (...keys) => keys.forEach((key) => surface.canvas.fire("keydown", { key }));
  press("ArrowUp", " ", "ArrowLeft", "ArrowLeft");
  assert.deepEqual(messages, []);
  assert.equal(surface.announcement.textContent, "40 across, 45 down");
  press(" ");
  assert.equal(surface.announcement.textContent, "Pen up");
  assert.deepEqual(
    surface.strokes[0].map((value) => Number(value.toFixed(3))),
    [0.5, 0.45, 0.45, 0.45, 0.4, 0.45],
  );
  assert.equal(messages.length, 1);
  press("Backspace", "Backspace", "x");
  assert.deepEqual([surface.strokes, messages.length, messages.at(-1)], [[], 2, ["image", { pixels: null }]]);
});

test("a stroke follows its own pointer; one that the browser cancels is discarded", () => {
  const { pad, messages } = makePad();
  const { canvas, strokes } = pad.source.pad;
  const pointerAt = (x, y, changes = {}) => ({
    pointerId: 1,
    button: 0,
    clientX: 100 * x,
    clientY: 100 * y,
    ...changes,
  });
  canvas.fire("pointerdown", pointerAt(0.25, 0.5));
  canvas.fire("pointermove", pointerAt(0.5, 0.75));
  canvas.fire("pointermove", pointerAt(0.9, 0.9, { pointerId: 2 }));
  canvas.fire("pointermove", pointerAt(0.501, 0.75)); // too near to count
  canvas.fire("pointerup", pointerAt(0.5, 0.75));
  assert.deepEqual([strokes, messages.length], [[[0.25, 0.5, 0.5, 0.75]], 1]);
  canvas.fire("pointerdown", pointerAt(0.1, 0.1));
  canvas.fire("pointercancel", pointerAt(0.1, 0.1));
  assert.deepEqual([strokes.length, messages.length], [1, 1]);
});

test("many bytes are encoded in base64, piece by piece", () => {
  const bytes = Uint8Array.from({ length: 49152 }, (_, k) => k % 251);
  assert.equal(toBase64(bytes), Buffer.from(bytes).toString("base64"));
});
