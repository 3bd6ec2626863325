import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, document, host } from "./dom.mjs";
import "./page.mjs";

const { Explore } = await import("../../app/components/js/handout/explore.js");
const { Handout } = await import("../../app/components/js/handout/main.js");
const { Stage } = await import("../../app/components/js/handout/stage.js");

const scenes = ["slow", "fast"].map((view) => ({ message: view, view, across: 1, up: 2, title: view }));

/** A page whose messages arrive when the test says so, by `arrivals[view](message)`, or fail by an Error; and what chooses its scene. */
function exploring(stage) {
  const chosen = { view: "slow" };
  const settings = { texts: new Map(), of: (name) => (name === "view" ? chosen.view : null) };
  const explore = new Explore(/** @type {any} */ ({ kind: "explore", title: "", scenes, count: 1, item: "image", notes: { slow: "It is slow." } }), /** @type {any} */ (settings));
  const arrivals = {};
  Object.assign(explore, { projection: {}, content: {}, number: {}, note: {}, stages: [stage] });
  explore.message = /** @type {any} */ (({ view }) => new Promise((done, fail) => {
    arrivals[view] = (error) => (error ? fail(error) : done({ name: view, header: { names: {}, layers: {}, code: [0], y: null } }));
  })); // prettier-ignore
  return { explore, arrivals, chosen };
}

test("a projection whose message arrives late does not replace the one chosen after it", async () => {
  const shown = [];
  const { explore, arrivals, chosen } = exploring({ show: ({ name }) => shown.push(name) });
  const slow = explore.show();
  chosen.view = "fast";
  const fast = explore.show();
  arrivals.fast();
  await fast;
  arrivals.slow();
  await slow;
  assert.deepEqual([shown, explore.projection.value], [["fast"], "1"]);
});

test("a projection whose file is missing is said, and its sentence goes with it", async () => {
  const { explore, arrivals, chosen } = exploring({ show() {} });
  const slow = explore.show();
  arrivals.slow(new Error("The plane could not be read."));
  await slow;
  assert.deepEqual([explore.note.textContent, explore.note.hidden], ["The plane could not be read.", false]);
  chosen.view = "fast";
  const fast = explore.show();
  arrivals.fast();
  await fast;
  assert.deepEqual([explore.note.textContent, explore.note.hidden], ["", true]);
});

test("a message that arrives after its page was left mounts no component outside the document", async () => {
  Object.assign(globalThis, { CSSStyleSheet: class { replaceSync() {} } }); // prettier-ignore
  Object.assign(document, { getElementById: () => null });
  Element.prototype.attachShadow = () => ({});
  let mounted = 0;
  const stage = new Stage(host(), () => (mounted++, () => {}), () => {});
  const { explore, arrivals } = exploring(stage);
  const shown = explore.show();
  stage.close();
  arrivals.slow();
  await shown;
  assert.equal(mounted, 0);
});

test("a file that is missing when the page opens is said in a sentence, in place of the page", async () => {
  class Lacking {
    prepare = () => Promise.reject(new Error("The plane could not be read; this page needs the folder “data” beside it."));
  }
  const root = host();
  await new Handout({ pages: [{ kind: "lacking", title: "" }], lacks: [] }, undefined, /** @type {any} */ ({ lacking: Lacking })).begin(root);
  assert.equal(root.textContent, "The plane could not be read; this page needs the folder “data” beside it.");
});
