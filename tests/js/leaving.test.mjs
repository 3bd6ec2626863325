import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";

/** @type {any} */ (globalThis).window = globalThis;

const { Leaving } = await import("../../app/components/js/base/leaving.js");

const turn = () => new Promise((done) => setTimeout(done));

/** A page whose listeners hear of a click before the link itself does, and what happened on it, in order. */
function page() {
  const said = [];
  const part = {};
  let hear;
  const leaving = new Leaving({ addEventListener: (name, act, early) => name === "click" && early && (hear = act) });
  const link = new Element("a");
  link.setAttribute("data-testid", "stTopNavLink");
  host().append(link);
  const click = (target, more = {}) => {
    let stopped = false;
    hear({ target, button: 0, preventDefault() {}, stopImmediatePropagation: () => (stopped = true), ...more });
    if (!stopped) said.push("turned");
  };
  link.click = () => click(link);
  /** As Streamlit does: what is told is sent by a timer. */
  const tell = (word) => (setTimeout(() => said.push(word)), leaving.told(part));
  return { leaving, part, link, click, tell, said };
}

test("the page is turned when Python has answered what it was told", async () => {
  const { leaving, part, link, tell, said } = page();
  tell("z");
  tell("another z");
  link.click();
  await turn();
  leaving.heard({});
  leaving.heard(part);
  assert.deepEqual(said, ["z", "another z"]);
  leaving.heard(part);
  assert.deepEqual(said, ["z", "another z", "turned"]);
  assert.ok(leaving.now);
});

test("without an answer it is turned after a moment", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { link, tell, said } = page();
  tell("z");
  link.click();
  t.mock.timers.tick(5);
  assert.deepEqual(said, ["z"]);
  t.mock.timers.tick(2000);
  assert.deepEqual(said, ["z", "turned"]);
});

test("what waits for a rest is told when a link is followed, and nothing after it", async () => {
  const { leaving, part, link, tell, said } = page();
  leaving.parts.add({ tellPending: () => tell("view") });
  leaving.parts.add({});
  link.click();
  assert.ok(leaving.now);
  await turn();
  assert.deepEqual(said, ["view"]);
  leaving.heard(part);
  assert.deepEqual(said, ["view", "turned"]);
  leaving.heard(part);
  assert.ok(!leaving.now);
});

test("with nothing to say the page turns at once", () => {
  const { link, said } = page();
  link.click();
  assert.deepEqual(said, ["turned"]);
});

test("other clicks, and those that open another tab, go their way", () => {
  const { leaving, link, click, tell, said } = page();
  tell("z");
  click(host());
  click(link, { ctrlKey: true });
  click(link, { metaKey: true });
  assert.deepEqual(said, ["turned", "turned", "turned"]);
  assert.ok(!leaving.now);
});
