import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf, saveMade } from "../../app/components/js/files/save.js";

test("codes as CSV: a header, a row each, names quoted where necessary", async () => {
  const rows = [{ number: 3, name: 'a "b", c', z: Float32Array.of(0.5, -2) }, { number: 9, name: "", z: [1e-7, 4] }];
  const file = csvOf(rows, 2);
  assert.equal(file.type, "text/csv");
  assert.equal(await file.text(), 'number,class,z₁,z₂\n3,"a ""b"", c",0.5,-2\n9,,1e-7,4\n');
});

test("features in tiny units are saved to the digits that tell their levels apart, and not as 0", async () => {
  const features = { names: ["charge"], middles: [3e-12], reaches: [2e-12], lows: [1e-12], highs: [5e-12] };
  const file = csvOf([{ number: 0, name: "", z: [1], decoded: [1] }], 1, features);
  assert.equal(await file.text(), "number,class,z₁,charge\n0,,1,0.00000000000500\n");
});

test("a second press stops a file that is being made, and no error of the stopped work is shown", async () => {
  /** @type {string[]} */
  const said = [];
  const button = /** @type {any} */ ({});
  const make = (/** @type {AbortSignal} */ given) => new Promise((_, fail) => given.addEventListener("abort", () => fail(new Error("The server did not answer."))));
  const making = saveMade(button, (sentence) => said.push(sentence), "Drawing", "a.gif", make);
  saveMade(button, () => assert.fail(), "Drawing", "a.gif", () => assert.fail("it is made once"));
  await making;
  await saveMade(button, (sentence) => said.push(sentence), "Drawing", "a.gif", () => Promise.reject(new Error("No place.")));
  assert.deepEqual(said, ["Drawing … Press the button again to stop.", "Stopped; nothing was saved.", "Drawing … Press the button again to stop.", "No place."]);
});
