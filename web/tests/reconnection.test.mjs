import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";

let notifyChange = () => {};
globalThis.MutationObserver = /** @type {any} */ (
  class {
    constructor(act) {
      notifyChange = act;
    }
    observe() {}
    disconnect() {
      notifyChange = () => {};
    }
  }
);
const { watchReconnection } = await import("../src/host/reconnection.ts");

test("each return of the connection is told once, until the watch ends", () => {
  const app = host();
  const page = /** @type {any} */ ({ body: document.body, querySelector: () => app });
  let count = 0;
  const endWatch = watchReconnection(page, () => count++);
  const setStates = (...states) =>
    states.forEach((state) => {
      app.setAttribute("data-test-connection-state", state);
      notifyChange();
    });
  setStates("CONNECTED", "CONNECTED");
  assert.equal(count, 0, "it was not lost");
  setStates("PINGING_SERVER", "CONNECTING", "CONNECTED", "CONNECTED");
  assert.equal(count, 1);
  setStates("PINGING_SERVER", "CONNECTED");
  assert.equal(count, 2);
  endWatch();
  setStates("PINGING_SERVER", "CONNECTED");
  assert.equal(count, 2);
});
