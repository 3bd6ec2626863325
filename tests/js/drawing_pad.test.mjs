import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { DrawingPad, base64Of } from "../../app/components/js/drawing/drawing_pad.js";

globalThis.requestAnimationFrame = (act) => (act(0), 1);

const recipe = { fill: 1, centre: "box", ground: "dark", stroke: 0.2, image: [1, 8, 8] };

/** A picture of 8 × 8 pixels with a bar of light, as a file gives it. */
function bar() {
  const data = new Uint8ClampedArray(4 * 64).map((_, k) => (k % 4 === 3 || Math.floor(k / 4) % 8 === 3 ? 255 : 0));
  return { data, width: 8, height: 8 };
}

/** A pad that was told of a data set, and what it told Python. */
function made(more = {}) {
  const pad = new DrawingPad(host());
  const told = [];
  pad.tell = (key, value) => told.push([key, value]);
  pad.update({ header: { drawing: recipe, said: "", ...more }, fields: {} });
  return { pad, told, said: () => pad.source.status.textContent };
}

test("an image that is given is told as bytes H×W×C in base64", () => {
  const { pad, told, said } = made();
  assert.deepEqual(told, [], "nothing is there to be told");
  pad.source.given = bar();
  pad.take();
  const [[key, { pixels }]] = told;
  const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  assert.equal(key, "image");
  assert.equal(bytes.length, 64);
  assert.deepEqual(Array.from(bytes.slice(0, 8)), [0, 0, 0, 255, 0, 0, 0, 0]);
  assert.equal(said(), "Classifying …");
  pad.update({ header: { drawing: recipe, said: "It says 1." }, fields: {} });
  assert.equal(said(), "It says 1.");
  assert.equal(told.length, 1, "the answer is no reason to ask again");
});

test("what was there is told anew where images are made in another way", () => {
  const { pad, told } = made();
  pad.source.given = bar();
  pad.take();
  pad.update({ header: { drawing: { ...recipe, image: [1, 4, 4] }, said: "" }, fields: {} });
  assert.deepEqual(told.map(([, { pixels }]) => atob(pixels).length), [64, 16]);
});

test("an empty picture is told in a sentence, and Python hears nothing", () => {
  const { pad, told, said } = made();
  pad.source.given = { ...bar(), data: new Uint8ClampedArray(4 * 81).fill(255), width: 9, height: 9 };
  pad.take();
  assert.match(said(), /no contrast/);
  assert.deepEqual(told, []);
});

test("cleared, there is no image any more", () => {
  const { pad, told } = made();
  pad.source.given = bar();
  pad.take();
  pad.source.pad.clear();
  assert.deepEqual(told.at(-1), ["image", { pixels: null }]);
});

test("by keyboard: Space sets the pen down and lifts it, arrows draw, Backspace takes a stroke back; each is told at its end", () => {
  const { pad, told } = made();
  const surface = pad.source.pad;
  const press = (...keys) => keys.forEach((key) => surface.canvas.fire("keydown", { key }));
  press("ArrowUp", " ", "ArrowLeft", "ArrowLeft");
  assert.deepEqual(told, []);
  assert.equal(surface.spoken.textContent, "40 across, 45 down");
  press(" ");
  assert.equal(surface.spoken.textContent, "Pen up");
  assert.deepEqual(surface.strokes[0].map((value) => Number(value.toFixed(3))), [0.5, 0.45, 0.45, 0.45, 0.4, 0.45]);
  assert.equal(told.length, 1);
  press("Backspace", "Backspace", "x");
  assert.deepEqual([surface.strokes, told.length, told.at(-1)], [[], 2, ["image", { pixels: null }]]);
});

test("a stroke by the pointer goes on where it is moved; one that the browser took away is none", () => {
  const { pad, told } = made();
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

test("many bytes become letters piece by piece", () => {
  const bytes = Uint8Array.from({ length: 49152 }, (_, k) => k % 251);
  assert.equal(base64Of(bytes), Buffer.from(bytes).toString("base64"));
});
