import assert from "node:assert/strict";
import { test } from "node:test";

const { keepNothing } = await import("../../app/components/js/host/transitions.js");

test("the document hears of no transition that begins, and of all else", () => {
  const browser = new EventTarget(); // which hears before its document does, in this order
  const heard = [];
  keepNothing(/** @type {any} */ (browser));
  for (const name of ["transitionrun", "transitionend"]) browser.addEventListener(name, () => heard.push(name));
  for (const name of ["transitionrun", "transitionend"]) browser.dispatchEvent(new Event(name));
  assert.deepEqual(heard, ["transitionend"]);
});
