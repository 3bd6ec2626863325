import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "../../app/components/js/base/events.js";
import { clock, messageOf, planeHere } from "./page.mjs";

const NAMES = { z: "z", picked: "point", layers: "layers", view: "window", hidden: "hidden", lasso: "lasso", open: "open" };
const ROUND = [-0.5, -0.5, 0.5, -0.5, 0.5, 0.5, -0.5, 0.5]; // the first code alone

let revisions = 0; // each plane has its own: the page remembers of a revision which layers are on

/** A plane that stands in links, and has heard a message with those texts of what is kept. */
function shown(kept = {}, more = {}) {
  const made = planeHere();
  const header = { revision: `kept ${++revisions}`, names: NAMES, kept, report: ["view", "layers", "hidden", "lasso", "open"], ...more };
  const hear = (texts, others = {}) => {
    made.plane.update(messageOf({ ...header, kept: texts, ...others }));
    clock.pass(2000);
  };
  hear(kept);
  return { ...made, hear };
}

/** The link that is copied now, completed by one plane alone. */
function linked(plane, query = "") {
  const found = new URLSearchParams(query);
  page.emit("link", { query: found });
  plane.close();
  return Object.fromEntries(found);
}

test("a link that is copied at once holds what Python was not told yet", () => {
  const { plane, heard } = shown();
  plane.place(Float32Array.of(0.25, -1), "drag");
  plane.seen(() => plane.view.zoomAt(2, 200, 200));
  plane.toggleClass(1);
  plane.enclose(ROUND);
  plane.memory.layers.judge = true;
  assert.deepEqual(heard, []);
  assert.deepEqual(linked(plane, "y=3&hidden=0"), {
    y: "3", z: "0.25,-1", layers: "codes,judge", window: "-2,2,-2,2", hidden: "1", lasso: ROUND.join(),
  }); // prettier-ignore
});

test("what is as usual is taken out of a link, and a plane that Python gave no names leaves it alone", () => {
  const { plane } = shown();
  assert.deepEqual(linked(plane, "window=0,1,0,1&hidden=1&lasso=1&open=draw&layers=codes"), { z: "0,0", layers: "codes" });
  const other = shown({}, { names: undefined }).plane;
  assert.deepEqual(linked(other, "window=0,1,0,1"), { window: "0,1,0,1" });
});

test("a plane that has left the page adds nothing", () => {
  const { plane } = shown();
  plane.close();
  assert.deepEqual(linked(plane), {});
});

test("what Python says of a link is shown: classes that are hidden, what was drawn, sections that are open", () => {
  const { plane } = shown({ hidden: "0", lasso: "-0.5,0.5,0.5,0.5,0.5,1.5,-0.5,1.5", open: "inspect" });
  assert.deepEqual([...plane.memory.hidden], [0]);
  assert.deepEqual([...(plane.selection.mask ?? [])], [0, 0, 1, 0]);
  assert.ok(plane.tools.isOpen("inspect"));
  plane.close();
});

test("Python hears of a change once it rests, and its echo takes nothing back", () => {
  const { plane, heard, hear } = shown();
  plane.toggleClass(0);
  plane.toggleClass(1);
  clock.pass(1000);
  assert.deepEqual(heard, [["hidden", { text: "0,1" }]]);
  plane.toggleClass(0);
  hear({ hidden: "0,1" });
  assert.deepEqual([...plane.memory.hidden], [1], "what was said before comes back late");
  hear({ hidden: "1" });
  hear({});
  assert.deepEqual([...plane.memory.hidden], [], "a link without it is news");
  plane.close();
});

test("who turns to another page before the rest is heard all the same, and once", () => {
  const { plane, heard } = shown();
  plane.toggleClass(1);
  plane.tellPending();
  clock.pass(1000);
  assert.deepEqual(heard, [["hidden", { text: "1" }]]);
  plane.close();
});

test("a view comes back exactly, and at home nothing is kept of it", () => {
  const { plane, heard } = shown();
  plane.view.resize(731, 412);
  plane.seen(() => plane.view.zoomAt(3.7, 123, 45));
  clock.pass(1000);
  const [[, box]] = heard;
  const other = shown({}, { view: box }).plane;
  other.view.resize(731, 412);
  assert.ok(Math.abs(other.view.scale - plane.view.scale) < 1e-9 && Math.abs(other.view.centre[0] - plane.view.centre[0]) < 1e-9);
  plane.seen(() => plane.view.reset());
  clock.pass(1000);
  assert.deepEqual(heard.at(-1), ["view", { home: true }]);
  for (const each of [plane, other]) each.close();
});

test("of two planes that show an image each, the one that was clicked says where z is", () => {
  const { plane } = shown({}, { link: { group: "kept", side: 1, title: "", shares: [] } });
  const query = new URLSearchParams("z=9,9&point=7~0");
  plane.pick(3, "link");
  page.emit("link", { query });
  assert.equal(query.get("z"), "9,9");
  plane.pick(2);
  page.emit("link", { query });
  assert.deepEqual([query.get("z"), query.get("point")], ["0,1", "2~1"]);
  plane.close();
});
