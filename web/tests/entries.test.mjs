import assert from "node:assert/strict";
import { test } from "node:test";

const { limitHistoryEntries } = await import("../src/host/history_entries.ts");

/** A browser's history of addresses: `act` is an event by the visitor, `writeAddress` pushes one as Streamlit does. */
function browser() {
  const entries = ["/"];
  const listeners = {};
  const window = {
    location: {
      get href() {
        return `http://a.org${entries.at(-1)}`;
      },
      get pathname() {
        return new URL(this.href).pathname;
      },
    },
    addEventListener: (name, act) => (listeners[name] = act),
    history: {
      pushState: (_, __, url) => void entries.push(url),
      replaceState: (_, __, url) => void (entries[entries.length - 1] = url),
    },
  };
  limitHistoryEntries(/** @type {any} */ (window));
  return { entries, act: (name) => listeners[name](), writeAddress: (url) => window.history.pushState({}, "", url) };
}

test("addresses that a page writes while it opens replace its history entry", () => {
  const { entries, writeAddress } = browser();
  writeAddress("/?revision=a");
  writeAddress("/style");
  writeAddress("/style?revision=a");
  writeAddress("/style?revision=a&z=1");
  assert.deepEqual(entries, ["/?revision=a", "/style?revision=a&z=1"]);
});

test("each action of the visitor makes one history entry", () => {
  const { entries, act, writeAddress } = browser();
  for (const [n, name] of ["pointerdown", "keydown", "click"].entries()) {
    act(name);
    writeAddress(`/?z=${n}`);
    writeAddress(`/?z=${n}&y=${n}`);
  }
  assert.deepEqual(entries, ["/", "/?z=0&y=0", "/?z=1&y=1", "/?z=2&y=2"]);
});

test("an address that is written after Back replaces the entry gone back to", () => {
  const { entries, act, writeAddress } = browser();
  act("keydown");
  act("popstate");
  writeAddress("/?z=0");
  assert.deepEqual(entries, ["/?z=0"]);
});
