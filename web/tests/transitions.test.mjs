import assert from "node:assert/strict";
import { test } from "node:test";

const { suppressTransitionEvents } = await import("../src/host/transition_events.ts");

test("the document receives no event of a beginning transition, and all others", () => {
  const browser = new EventTarget(); // stands for the window, whose capturing listener runs before the document's
  const eventNames = [];
  suppressTransitionEvents(/** @type {any} */ (browser));
  for (const name of ["transitionrun", "transitionend"]) browser.addEventListener(name, () => eventNames.push(name));
  for (const name of ["transitionrun", "transitionend"]) browser.dispatchEvent(new Event(name));
  assert.deepEqual(eventNames, ["transitionend"]);
});
