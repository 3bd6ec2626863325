import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf, planeHere } from "./page.mjs";

const layers = Object.fromEntries(["codes", "thumbs", "judge", "push", "density", "samples"].map((id) => [id, false]));
const grid = { values: new Float32Array(4).fill(0.2), shape: [2, 2], box: [-1, 1, -1, 1] };

let revisions = 0;

const fields = { prior_xy: grid, density_grid: grid, judge_grid: grid };
/** A plane with six layers, of a revision of its own: what is switched on is remembered. */
function shown() {
  const own = planeHere();
  const revision = `switches ${++revisions}`;
  own.plane.update(messageOf({ revision, layers, report: ["layers", "more"], names: { more: "more" }, kept: {} }, fields));
  const all = () => own.root.querySelector(".lp-switches").children;
  const seen = () => all().filter(({ hidden }) => !hidden).map(({ textContent }) => textContent);
  return { ...own, revision, all, seen };
}

test("four layers have a switch at once, the others where they are unfolded, which is kept", () => {
  const { plane, revision, all, seen } = shown();
  assert.equal(all().length, 7);
  assert.deepEqual(seen(), ["Codes", "D’s surface", "Prior samples", "Images at codes", "More layers"]);
  const folder = all().at(-1);
  assert.equal(folder.getAttribute("aria-expanded"), "false");
  plane.toggleLayer("push");
  assert.equal(seen().at(-1), "More layers (1 on)", "one that is on is not forgotten");
  folder.happen("click");
  assert.equal(seen().length, 7);
  assert.deepEqual([folder.textContent, folder.getAttribute("aria-expanded")], ["Fewer layers", "true"]);
  assert.equal(plane.kept.textOf("more"), "1");
  plane.update(messageOf({ revision, layers, report: ["layers", "more"], names: { more: "more" }, kept: { more: "1" }, y: 1 }, fields));
  assert.equal(plane.memory.more, true);
  all().at(-1).happen("click");
  assert.equal(seen().length, 5);
});

test("the key stands on the plane while what it explains is seen", () => {
  const { plane, root } = shown();
  const key = root.querySelector(".lp-plane").querySelector(".lp-key");
  assert.equal(key.textContent, "");
  plane.toggleLayer("judge");
  assert.match(key.textContent, /^D\(z\): code .*sample of the prior$/);
  plane.toggleLayer("push");
  assert.match(key.textContent, /Arrows: the direction in which D pushes a code/);
  plane.toggleLayer("judge");
  assert.doesNotMatch(key.textContent, /sample/);
});

test("lasso and box say from the first on whether they are pressed; one ends the other, and the same again itself", () => {
  const { pointing, parts } = shown().plane;
  const pressed = () => [parts.lasso, parts.box].map((each) => each.getAttribute("aria-pressed"));
  assert.deepEqual(pressed(), ["false", "false"]);
  const seen = ["lasso", "box", "box"].map((what) => (pointing.draw(/** @type {any} */ (what)), pressed()));
  assert.deepEqual(seen, [["true", "false"], ["false", "true"], ["false", "false"]]);
});

test("the layers that Python says anew are on, as of Back, a link or a lesson; what was switched meanwhile stays", () => {
  const revision = "layers from Python";
  const { plane } = planeHere();
  const says = (codes, judge, y) => {
    plane.update(messageOf({ revision, layers: { codes, judge }, report: ["layers"], y }));
    return [plane.memory.layers.codes, plane.memory.layers.judge];
  };
  assert.deepEqual(says(true, false, 0), [true, false]);
  plane.toggleLayer("judge");
  assert.deepEqual(says(true, false, 1), [true, true], "made before Python heard of it");
  assert.deepEqual(says(true, true, 2), [true, true]);
  plane.toggleLayer("codes");
  assert.deepEqual(says(true, true, 3), [false, true]);
  assert.deepEqual(says(false, true, 4), [false, true]);
  assert.deepEqual(says(true, false, 5), [true, false], "Back");
  plane.toggleLayer("judge");
  plane.toggleLayer("judge"); // so Python has nothing new to say, and what it was told is not repeated
  plane.update(messageOf({ revision, layers: { codes: true, judge: false }, report: ["layers"], y: 5, code: [0.5, 0.5] }));
  assert.deepEqual(says(true, true, 6), [true, true], "a lesson");
  plane.toggleLayer("judge");
  const again = planeHere().plane; // as on coming back from another page, where what was told is not heard
  again.update(messageOf({ revision, layers: { codes: true, judge: true }, report: ["layers"] }));
  assert.deepEqual([again.memory.layers.codes, again.memory.layers.judge], [true, true]);
});

test("markers are outlined in the colour of text while D's surface lies beneath them", () => {
  const { plane } = shown();
  const halos = [];
  plane.scene.codes.stamped.draw = (codes, view, ratio, hidden, halo) => halos.push(halo);
  plane.toggleLayer("codes");
  plane.draw();
  plane.toggleLayer("judge");
  plane.draw();
  plane.draw();
  assert.deepEqual(halos, [plane.theme.background, plane.theme.text], "each drawn once");
});
