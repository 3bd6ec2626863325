import assert from "node:assert/strict";
import { test } from "node:test";
import { observeSize } from "../src/base/dom.ts";

test("device pixels are drawn again whenever the window comes to another monitor, until it is closed", () => {
  const queries = [];
  const monitor = new EventTarget();
  Object.assign(globalThis, {
    window: { devicePixelRatio: 1, matchMedia: (query) => (queries.push(query), monitor) },
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
  });
  let drawCount = 0;
  const close = observeSize(/** @type {any} */ ({}), () => drawCount++);
  for (const ratio of [2, 1.5]) {
    window.devicePixelRatio = ratio;
    monitor.dispatchEvent(new Event("change"));
  }
  assert.deepEqual([drawCount, queries], [2, [1, 2, 1.5].map((ratio) => `(resolution: ${ratio}dppx)`)]);
  close();
  monitor.dispatchEvent(new Event("change"));
  assert.equal(drawCount, 2);
});

test("a drawing that fails is tried again on the next monitor", () => {
  const listeners = [];
  Object.assign(globalThis, {
    window: { matchMedia: () => ({ addEventListener: (_, act) => listeners.push(act) }) },
    ResizeObserver: class {
      observe() {}
    },
  });
  observeSize(/** @type {any} */ ({}), () => {
    throw new Error("No canvas.");
  });
  assert.throws(() => listeners.pop()(), /No canvas/);
  assert.equal(listeners.length, 1);
});
