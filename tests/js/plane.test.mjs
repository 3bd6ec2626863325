import assert from "node:assert/strict";
import { test } from "node:test";
import { groundOf } from "../../app/components/js/paths/path_ground.js";
import { routeOf } from "../../app/components/js/paths/path_route.js";
import { clock, messageOf, planeHere } from "./page.mjs";

/** A plane that has heard a message; the frames and pauses after it are over. */
function shown(more, fields) {
  const made = planeHere();
  made.plane.update(messageOf(more, fields));
  clock.pass(2000);
  return made;
}
const press = (plane, ...keys) => keys.forEach((key) => plane.parts.surface.happen("keydown", { key }));
const at = (plane, x, y) => {
  const [clientX, clientY] = plane.view.toScreen(x, y);
  return { clientX, clientY };
};
function click(plane, x, y) {
  plane.parts.surface.happen("pointerdown", at(plane, x, y));
  plane.parts.surface.happen("pointerup", at(plane, x, y));
}
function drag(plane, ...to) {
  plane.parts.surface.happen("pointerdown", at(plane, 0, 0));
  plane.parts.surface.happen("pointermove", at(plane, ...to));
  plane.parts.surface.happen("pointerup", at(plane, ...to));
}
const told = (heard) => heard.map(([key, value]) => (key === "code" ? value.z : key === "picked" ? value.index : key));
/** Listens on a plane, and keeps what is told of by name. */
function noted(plane, ...names) {
  const list = [];
  for (const name of names) plane.events.on(name, (detail) => list.push([name, detail]));
  return list;
}

test("what stands beside a short name of the upward axis, as a linked plane's own, stands beneath a long one", () => {
  const below = (name) => {
    const { plane } = shown({ link: { group: name, side: 0, title: "VAE", shares: [] }, axis_names: ["across", name] });
    return plane.parts.root.classes.has("lp-long");
  };
  assert.deepEqual([below("z₂"), below("z₁₂"), below("2nd principal direction, 19 % of the variance")], [false, false, true]);
});

test("a code that is chosen soon after an arrow stays chosen, and Python hears of nothing else", () => {
  const { plane, heard } = shown();
  press(plane, "ArrowRight", "Enter");
  clock.pass(5000);
  assert.deepEqual(heard, [["picked", { index: 0 }]]);
  assert.equal(plane.picked, 0);
});

test("z of the arrows is told before a drag begins, and so is not lost where the drag is given up", () => {
  const { plane, heard } = shown();
  press(plane, "ArrowRight");
  const [x] = plane.z;
  plane.parts.surface.happen("pointerdown", at(plane, -1, -1));
  plane.parts.surface.happen("pointercancel", at(plane, -1, -1));
  clock.pass(5000);
  assert.deepEqual(told(heard), [[x, 0]]);
  assert.deepEqual([...plane.z], [x, 0]);
});

test("who turns elsewhere at once has told where z and the view are", () => {
  const { plane, heard } = shown();
  press(plane, "ArrowRight", "+");
  assert.deepEqual(heard, []);
  plane.parts.plane.happen("focusout");
  assert.deepEqual(told(heard), [[...plane.z], "view"]);
  assert.deepEqual(heard[1][1], plane.view.box);
  clock.pass(5000);
  plane.parts.plane.happen("focusout");
  assert.equal(heard.length, 2, "told once");
});

test("z that went A, B, A is not thrown back by the answers", () => {
  const { plane } = shown();
  for (const x of [1, 2, 1]) plane.moveTo(Float32Array.of(x, 0));
  const moves = noted(plane, "z");
  for (const x of [1, 2, 1]) plane.update(messageOf({ code: [x, 0] }));
  assert.deepEqual([[...plane.z], moves], [[1, 0], []]);
  plane.update(messageOf({ code: [2, 0] }));
  assert.deepEqual([...plane.z], [2, 0], "Python moved it");
});

test("the answer to the code that was chosen first leaves the second as it is", () => {
  const { plane } = shown();
  click(plane, 1, 0);
  click(plane, 0, 1);
  const moves = noted(plane, "z", "pick");
  plane.update(messageOf({ code: [1, 0], picked: 1 }));
  assert.deepEqual([plane.picked, [...plane.z]], [2, [0, 1]]);
  plane.update(messageOf({ code: [0, 1], picked: 2 }));
  assert.deepEqual([plane.picked, moves], [2, []]);
  plane.update(messageOf({ code: [1, 1], picked: 3 }));
  assert.deepEqual([plane.picked, [...plane.z]], [3, [1, 1]], "chosen by another control");
});

test("z that is let go elsewhere lets go of the chosen code at once; the late answer clears no fresh choice", () => {
  const { plane } = shown();
  click(plane, 1, 0);
  plane.update(messageOf({ code: [1, 0], picked: 1 }));
  drag(plane, 2, 2);
  assert.equal(plane.picked, -1);
  click(plane, 0, 1);
  plane.update(messageOf({ code: [2, 2], picked: null }));
  assert.equal(plane.picked, 2);
  plane.update(messageOf({ code: [0, 1], picked: 2 }));
  plane.update(messageOf({ code: [0, 1], picked: null }));
  assert.equal(plane.picked, -1, "the field beside the plane was emptied");
});

test("what comes during a drag moves nothing, and is heard of with the next message", () => {
  const { plane } = shown();
  plane.hold(true);
  plane.update(messageOf({ code: [1, 1], picked: 3 }));
  assert.deepEqual([plane.picked, [...plane.z]], [-1, [0, 0]]);
  plane.hold(false);
  plane.update(messageOf({ code: [1, 1], picked: 3 }));
  assert.deepEqual([plane.picked, [...plane.z]], [3, [1, 1]]);
});

test("tiles and D's surface of one revision are not shown of another", () => {
  const { plane } = shown();
  const tiles = plane.scene.manifold.tiles.of;
  tiles.set("0,1,0,1", 0);
  plane.scene.judged = { values: new Float32Array(1), shape: [1, 1] };
  plane.update(messageOf({ y: 1 }));
  assert.equal(tiles.size, 1, "the same revision's stay until they are drawn anew");
  plane.update(messageOf({ revision: "b" }));
  assert.equal(tiles.size, 0);
  assert.equal(plane.scene.judged, null);
});

test("a plane that was left stays so, whatever arrives", () => {
  const { plane, heard } = shown();
  const before = clock.waiting.size;
  press(plane, "ArrowRight");
  plane.close();
  const drawn = clock.waiting.size;
  assert.ok(drawn <= before, "no timer is left");
  const moves = noted(plane, "z", "networks", "pictures");
  plane.pictured();
  plane.moveTo(Float32Array.of(1, 1));
  plane.refresh();
  plane.scene.update();
  plane.parts.plane.happen("focusout"); // a browser tells so of what is taken away
  plane.scene.tasks.start("late", (function* () {})());
  assert.deepEqual([moves, heard, clock.waiting.size], [[], [], drawn]);
});

test("classes that are hidden are chosen no more", () => {
  const { plane } = shown();
  press(plane, "a");
  assert.deepEqual([...plane.selection.mask], [1, 1, 1, 1]);
  const choices = noted(plane, "choose");
  plane.toggleClass(1);
  assert.deepEqual([...plane.selection.mask], [1, 1, 0, 0]);
  assert.deepEqual([...choices[0][1].mask], [1, 1, 0, 0], "and all who list them hear of it");
  plane.toggleClass(1);
  assert.deepEqual([[...plane.selection.mask], choices.length], [[1, 1, 0, 0], 1], "shown again, they are not chosen by that");
  plane.toggleClass(0);
  assert.equal(plane.selection.mask, null);
});

test("what a linked plane chooses is chosen here as far as its class is shown", () => {
  const link = (side) => ({ link: { group: "chosen", side, title: `plane ${side}`, shares: ["images"] }, revision: `linked ${side}` });
  const [a, b] = [shown(link(0)).plane, shown(link(1)).plane];
  b.toggleClass(0);
  press(a, "a");
  assert.deepEqual([[...a.selection.mask], [...b.selection.mask]], [[1, 1, 1, 1], [0, 0, 1, 1]]);
  a.toggleClass(1);
  assert.deepEqual([[...a.selection.mask], b.selection.mask], [[1, 1, 0, 0], null]);
  a.close();
  b.close();
});

test("the summary tells what is selected together and hidden, and knows no nearest code of a hidden class", () => {
  const { plane } = shown({ revision: "spoken" });
  const said = () => (clock.pass(2000), plane.parts.summary.textContent);
  assert.match(said(), /nearest code: one\. 4 codes; layers: Codes\.$/);
  press(plane, "a");
  assert.match(said(), / 4 codes selected together\.$/);
  plane.toggleClass(0);
  assert.match(said(), /nearest code: two\..* Hidden classes: one\. 2 codes selected together\.$/);
});

test("above two dimensions too, codes that stayed are not laid out anew, whatever z does", () => {
  const { plane } = shown({ dim: 3, revision: "deep" });
  const { codes, picker, fields } = plane;
  let refined = 0;
  plane.scene.refine = () => refined++;
  plane.moveTo(Float32Array.of(1, 2, 3));
  const before = refined;
  plane.update(messageOf({ dim: 3, revision: "deep", code: [1, 2, 3] }));
  assert.ok(plane.codes === codes && plane.picker === picker && plane.fields.z === fields.z);
  assert.ok(refined > before, "but what is seen through another z may be another");
});

test("who hears that z or the choice is another finds all of the new revision in its place", () => {
  const { plane } = shown({ code: [0, 0] });
  const seen = [];
  for (const name of ["z", "pick", "networks", "data"]) {
    plane.events.on(name, () => seen.push([name, plane.answers.server?.urls.decode, plane.codes.xy[0], plane.picked, [...plane.z]]));
  }
  const z = { values: Float32Array.of(5, 5, 6, 6), shape: [2, 2] };
  const labels = { values: Int16Array.of(0, 1), shape: [2] };
  plane.update(messageOf({ revision: "b", code: [6, 6], picked: 1, server: { decode: "/b" }, why: "Another way." }, { z, labels }));
  assert.deepEqual(seen.map(([name]) => name), ["networks", "z", "pick", "data"]);
  for (const [, ...state] of seen) assert.deepEqual(state, ["/b", 5, 1, [6, 6]]);
});

test("where networks come before the rest of another revision is told of, its own path is walked", () => {
  const { plane } = shown({ revision: "walked", tools: ["path"] });
  routeOf("walked").waypoints = [Float32Array.of(0, 0), Float32Array.of(1, 1)];
  const details = plane.tools.sections.get("path");
  details.open = true;
  details.happen("toggle");
  const said = () => details.querySelector("p[role=status]").textContent;
  assert.match(said(), /through 2 waypoints/);
  const heard = [];
  plane.events.on("networks", () => heard.push(said()));
  plane.update(messageOf({ revision: "not walked", tools: ["path"], why: "Another way." }));
  assert.equal(heard.length, 1);
  assert.doesNotMatch(heard[0], /waypoints,/);
  plane.close();
});

test("what paths lead over is made once for the codes' values, wherever the plane shows them", () => {
  const { plane } = shown({ dim: 3, revision: "ground" });
  const ground = groundOf(plane);
  const graph = ground.graph();
  plane.codes = { ...plane.codes, xy: plane.codes.xy.slice() };
  plane.update(messageOf({ dim: 3, revision: "ground", code: [0, 0, 1] }));
  assert.equal(ground.graph(), graph);
  plane.update(messageOf({ dim: 3, revision: "ground", version: 2 }));
  assert.notEqual(ground.graph(), graph);
});

for (const [name, more, there] of [
  ["of one dimension", { dim: 1, axes: [0, 0] }, [1]],
  ["through two of three dimensions", { dim: 3, axes: [0, 2] }, [1, 0, 1]],
  ["through principal axes", { dim: 3, axes: undefined, pca: { mean: [0, 0, 0], basis: [[0, 1, 0], [0, 0, 1]] } }, [0, 1, 1]],
]) {
  test(`a plane ${name}: drag, keys and the nearest code`, () => {
    const { plane, heard } = shown({ ...more, revision: name });
    drag(plane, 1, 1);
    assert.deepEqual(heard, [["code", { z: Array.from(plane.z) }]]);
    assert.deepEqual([...plane.z].map((v) => Math.round(1e5 * v) / 1e5), there);
    press(plane, "ArrowLeft", "ArrowUp", "Enter");
    clock.pass(2000);
    assert.equal(told(heard).length, 2);
    assert.ok(plane.picked >= 0 && plane.parts.summary.textContent.includes("Selected: code"));
    plane.close();
  }); // prettier-ignore
}

test("the prior's regions are named where they lie, as long as the layer is on and the plane knows their place", () => {
  const regions = [{ name: "one", z: [1, 0], colour: "#111111" }, { name: "two", z: [0, 2], colour: null }];
  const layers = { codes: true, regions: true };
  const { plane } = shown({ regions, layers, revision: "named", sweeps: [[[0, 0], [1, 1]], [[1, 0], [0, 1]]] });
  assert.ok(plane.scene.has("regions"));
  assert.match(plane.spoken.seen(), /Names of regions/);
  for (const [revision, more] of [["unplaced", { regions, axes: null, pca: null }], ["unnamed", { regions: [] }]]) {
    plane.update(messageOf({ layers, revision, ...more }));
    clock.pass(2000);
    assert.ok(!plane.scene.has("regions"), revision);
  }
  plane.close();
});

test("a path that a link has is walked at once, also where another one is shown", () => {
  const { plane } = shown({ revision: "linked path", tools: ["path"] });
  plane.tools.open("path");
  for (const count of [8, 12]) {
    plane.kept.rows.get("path").kind.show(`linear~${count}~0,0;1,1`);
    assert.equal(plane.parts.below.querySelector(".lp-strip").children.length, count);
  }
  plane.close();
});

test("pixels of a small image are squares, and those of a larger one melt into each other", () => {
  const image = (...shape) => ({ image: { values: new Uint8Array(shape.reduce((a, b) => a * b)), shape } });
  for (const [shape, smooth] of [[[28, 28, 1], "false"], [[32, 32, 3], "false"], [[48, 32, 3], "true"], [[64, 64, 3], "true"]]) {
    assert.equal(shown({}, image(...shape)).plane.parts.root.dataset.smooth, smooth);
  } // prettier-ignore
});

test("images in colour are dropped, not drawn, and the section says so", () => {
  const drawing = (image, ground) => ({ tools: ["draw"], server: {}, drawing: { fill: null, centre: "box", ground, stroke: 0.1, image } });
  for (const [image, ground, named] of [[[1, 8, 8], "dark", "Draw or drop an image"], [[3, 8, 8], "dark", "Drop an image"], [[1, 8, 8], null, "Drop an image"]]) {
    assert.equal(shown(drawing(image, ground)).plane.tools.sections.get("draw").querySelector("summary").textContent, named);
  } // prettier-ignore
});

test("where images lie on the plane a click chooses the image's code, and the card does not show it again", () => {
  const { plane, heard } = shown({ revision: "tiles", layers: { codes: true, thumbs: true } });
  const [x, y] = plane.view.toScreen(1, 1);
  plane.sprites.place = () => ({ from: null, left: 0, top: 0, width: 28, height: 28 });
  plane.refresh(true);
  clock.pass(200);
  const { left, top, side } = plane.scene.mosaic.tiles.find(({ k }) => k === 3);
  assert.ok(side > 28 && x >= left - 1e-6 && y <= top + side + 1e-6);
  assert.equal(plane.find(left + 2, top + 2), 3, "a place that is far from the code itself");
  assert.equal(plane.isPictured(3), true);
  plane.parts.surface.happen("pointerdown", { clientX: left + 2, clientY: top + 2 });
  plane.parts.surface.happen("pointerup", { clientX: left + 2, clientY: top + 2 });
  assert.deepEqual(told(heard).at(-1), 3);
  plane.toggleLayer("thumbs");
  assert.deepEqual([plane.find(left + 2, top + 2), plane.isPictured(3)], [-1, false]);
});
