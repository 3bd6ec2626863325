import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { host } from "./dom.mjs";

const { element } = await import("../src/base/dom.ts");
const { markProgress, noteProgress, progressToResume, readProgress } = await import("../src/lessons/progress.ts");

/** @type {Map<string, string>} */
let storedTexts = new Map();
beforeEach(() => {
  storedTexts = new Map();
  Object.assign(globalThis, {
    window: {
      localStorage: {
        getItem: (name) => storedTexts.get(name) ?? null,
        setItem: (name, text) => storedTexts.set(name, text),
      },
    },
  });
});

test("a lesson that was left is resumed at its page, with the goals that were reached", () => {
  noteProgress("holes", 1, true, false);
  assert.equal(progressToResume("holes"), null, "its first page is its beginning");
  noteProgress("holes", 2, false, false);
  assert.deepEqual(progressToResume("holes"), { page: 2, reached: [1], done: false });
  noteProgress("holes", 3, true, true);
  assert.equal(progressToResume("holes"), null, "a completed lesson begins again");
  noteProgress("holes", 1, false, false);
  assert.deepEqual(readProgress().get("holes"), { page: 1, reached: [], done: true });
});

test("what cannot be read or stored counts as not begun", () => {
  storedTexts.set(
    "latent-space-explorer.lessons",
    '{"a": {"page": "2"}, "b": 3, "c": {"page": 2, "reached": [0], "done": true}}',
  );
  assert.equal(readProgress().size, 0);
  storedTexts.set("latent-space-explorer.lessons", "{");
  assert.equal(readProgress().size, 0);
  Object.assign(globalThis.window, { localStorage: null });
  noteProgress("holes", 2, false, false);
  assert.equal(progressToResume("holes"), null);
});

test("a list of lessons shows which are completed and where the others are resumed", () => {
  noteProgress("a", 2, false, false);
  noteProgress("b", 2, true, true);
  const root = host();
  const bar = element("progress", {});
  const cards = ["a", "b", "c"].map((slug) =>
    element(
      "li",
      { "data-lesson": slug, ...(slug === "c" ? { "data-done": true } : {}) },
      element("b", { class: "lesson-state" }),
    ),
  );
  root.append(bar, ...cards);
  markProgress(root);
  assert.deepEqual(
    cards.map((card) => card.textContent),
    ["resume at page 2", "✓ completed", "✓ completed"],
  );
  assert.deepEqual([bar.value, bar.hidden], [2, false]);
});
