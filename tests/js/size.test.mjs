import assert from "node:assert/strict";
import { test } from "node:test";
import { observeSize } from "../../app/components/js/base/dom.js";

test("device pixels are drawn again whenever the window comes to another monitor, until it is closed", () => {
  const asked = [];
  const monitor = new EventTarget();
  Object.assign(globalThis, {
    window: { devicePixelRatio: 1, matchMedia: (query) => (asked.push(query), monitor) },
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
  });
  let drawn = 0;
  const close = observeSize(/** @type {any} */ ({}), () => drawn++);
  for (const ratio of [2, 1.5]) {
    window.devicePixelRatio = ratio;
    monitor.dispatchEvent(new Event("change"));
  }
  assert.deepEqual([drawn, asked], [2, [1, 2, 1.5].map((ratio) => `(resolution: ${ratio}dppx)`)]);
  close();
  monitor.dispatchEvent(new Event("change"));
  assert.equal(drawn, 2);
});

test("a drawing that fails is tried again on the next monitor", () => {
  const waiting = [];
  Object.assign(globalThis, {
    window: { matchMedia: () => ({ addEventListener: (_, act) => waiting.push(act) }) },
    ResizeObserver: class {
      observe() {}
    },
  });
  observeSize(/** @type {any} */ ({}), () => {
    throw new Error("No canvas.");
  });
  assert.throws(() => waiting.pop()(), /No canvas/);
  assert.equal(waiting.length, 1);
});
