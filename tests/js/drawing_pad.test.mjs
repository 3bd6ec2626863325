import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { DrawingPad, lettersOf } from "../../app/components/js/drawing/drawing_pad.js";

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
  return { pad, told, said: () => pad.status.textContent };
}

test("an image that is given is told as bytes H×W×C in base64", () => {
  const { pad, told, said } = made();
  assert.deepEqual(told, [], "nothing is there to be told");
  pad.given = bar();
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
  pad.given = bar();
  pad.take();
  pad.update({ header: { drawing: { ...recipe, image: [1, 4, 4] }, said: "" }, fields: {} });
  assert.deepEqual(told.map(([, { pixels }]) => atob(pixels).length), [64, 16]);
});

test("an empty picture is told in a sentence, and Python hears nothing", () => {
  const { pad, told, said } = made();
  pad.given = { ...bar(), data: new Uint8ClampedArray(4 * 81).fill(255), width: 9, height: 9 };
  pad.take();
  assert.match(said(), /no contrast/);
  assert.deepEqual(told, []);
});

test("cleared, there is no image any more", () => {
  const { pad, told } = made();
  pad.given = bar();
  pad.take();
  pad.pad.clear();
  assert.deepEqual(told.at(-1), ["image", { pixels: null }]);
});

test("many bytes become letters piece by piece", () => {
  const bytes = Uint8Array.from({ length: 49152 }, (_, k) => k % 251);
  assert.equal(lettersOf(bytes), Buffer.from(bytes).toString("base64"));
});
