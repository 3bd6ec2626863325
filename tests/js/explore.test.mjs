import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";

const { Explore } = await import("../../app/components/js/handout/explore.js");

test("a projection whose message arrives late does not replace the one chosen after it", async () => {
  const scenes = ["slow", "fast"].map((view) => ({ message: view, view, across: 1, up: 2, title: view }));
  const settings = { texts: new Map(), of: (name) => (name === "view" ? chosen : null) };
  let chosen = "slow";
  const explore = new Explore(/** @type {any} */ ({ kind: "explore", title: "", scenes, count: 1, item: "image", notes: {} }), /** @type {any} */ (settings));
  const shown = [];
  const arrivals = {};
  Object.assign(explore, { projection: {}, content: {}, number: {}, note: {}, stages: [{ show: ({ name }) => shown.push(name) }] });
  explore.message = /** @type {any} */ (({ view }) => new Promise((done) => (arrivals[view] = () => done({ name: view, header: { names: {}, layers: {}, code: [0], y: null } }))));
  const slow = explore.show();
  chosen = "fast";
  const fast = explore.show();
  arrivals.fast();
  await fast;
  arrivals.slow();
  await slow;
  assert.deepEqual([shown, explore.projection.value], [["fast"], "1"]);
});
