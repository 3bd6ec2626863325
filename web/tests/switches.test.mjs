import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf, makePlane } from "./page.mjs";

const layers = Object.fromEntries(["codes", "thumbs", "judge", "push", "density", "samples"].map((id) => [id, false]));
const grid = { values: new Float32Array(4).fill(0.2), shape: [2, 2], box: [-1, 1, -1, 1] };

let revisions = 0;

const fields = { prior_xy: grid, density_grid: grid, judge_grid: grid };
/** A plane with six layers, each of a revision of its own, because the page remembers a revision's layers. */
function openPlane() {
  const page = makePlane();
  const revision = `switches ${++revisions}`;
  page.plane.update(
    messageOf({ revision, layers, report: ["layers", "more"], names: { more: "more" }, setting_texts: {} }, fields),
  );
  const buttons = () => page.root.querySelector(".lp-switches").children;
  const visibleTexts = () =>
    buttons()
      .filter(({ hidden }) => !hidden)
      .map(({ textContent }) => textContent);
  return { ...page, revision, buttons, visibleTexts };
}

test("four switches of layers are always visible, the others when unfolded, which is remembered", () => {
  const { plane, revision, buttons, visibleTexts } = openPlane();
  assert.equal(buttons().length, 7);
  assert.deepEqual(visibleTexts(), ["Codes", "D’s surface", "Prior samples", "Images at codes", "More layers"]);
  const folder = buttons().at(-1);
  assert.equal(folder.getAttribute("aria-expanded"), "false");
  plane.toggleLayer("push");
  assert.equal(visibleTexts().at(-1), "More layers (1 on)", "a hidden switch that is on is counted");
  folder.fire("click");
  assert.equal(visibleTexts().length, 7);
  assert.deepEqual([folder.textContent, folder.getAttribute("aria-expanded")], ["Fewer layers", "true"]);
  assert.equal(plane.urlState.textOf("more"), "1");
  plane.update(
    messageOf(
      { revision, layers, report: ["layers", "more"], names: { more: "more" }, setting_texts: { more: "1" }, y: 1 },
      fields,
    ),
  );
  assert.equal(plane.settings.allSwitches, true);
  buttons().at(-1).fire("click");
  assert.equal(visibleTexts().length, 5);
});

test("the key on the plane explains the layers that are on", () => {
  const { plane, root } = openPlane();
  const key = root.querySelector(".lp-plane").querySelector(".lp-key");
  assert.equal(key.textContent, "");
  plane.toggleLayer("judge");
  assert.match(key.textContent, /^D\(z\): code .*sample of the prior$/);
  plane.toggleLayer("push");
  assert.match(key.textContent, /Arrows: the direction in which D pushes a code/);
  plane.toggleLayer("judge");
  assert.doesNotMatch(key.textContent, /sample/);
});

test("lasso and box have aria-pressed from the start; each ends the other, and pressing it again ends it", () => {
  const { pointer: pointing, parts } = openPlane().plane;
  const pressedStates = () => [parts.lasso, parts.box].map((button) => button.getAttribute("aria-pressed"));
  assert.deepEqual(pressedStates(), ["false", "false"]);
  const statesAfterPress = ["lasso", "box", "box"].map(
    (mode) => (pointing.toggleSelectionMode(/** @type {any} */ (mode)), pressedStates()),
  );
  assert.deepEqual(statesAfterPress, [
    ["true", "false"],
    ["false", "true"],
    ["false", "false"],
  ]);
});

test("new layers from Python (Back, a link, a lesson) apply, and a late echo does not undo a newer switch", () => {
  const revision = "layers from Python";
  const { plane } = makePlane();
  const layersAfterMessage = (codes, judge, y) => {
    plane.update(messageOf({ revision, layers: { codes, judge }, report: ["layers"], y }));
    return [plane.settings.layers.codes, plane.settings.layers.judge];
  };
  assert.deepEqual(layersAfterMessage(true, false, 0), [true, false]);
  plane.toggleLayer("judge");
  assert.deepEqual(layersAfterMessage(true, false, 1), [true, true], "from a run before Python was told");
  assert.deepEqual(layersAfterMessage(true, true, 2), [true, true]);
  plane.toggleLayer("codes");
  assert.deepEqual(layersAfterMessage(true, true, 3), [false, true]);
  assert.deepEqual(layersAfterMessage(false, true, 4), [false, true]);
  assert.deepEqual(layersAfterMessage(true, false, 5), [true, false], "Back");
  plane.toggleLayer("judge");
  plane.toggleLayer("judge"); // back to the former state, so Python sends no echo of it
  plane.update(
    messageOf({ revision, layers: { codes: true, judge: false }, report: ["layers"], y: 5, code: [0.5, 0.5] }),
  );
  assert.deepEqual(layersAfterMessage(true, true, 6), [true, true], "a lesson");
  plane.toggleLayer("judge");
  const reopenedPlane = makePlane().plane; // as after coming back from another page, which dropped the message
  reopenedPlane.update(messageOf({ revision, layers: { codes: true, judge: true }, report: ["layers"] }));
  assert.deepEqual([reopenedPlane.settings.layers.codes, reopenedPlane.settings.layers.judge], [true, true]);
});

test("markers are outlined in the text's colour while D's surface is on", () => {
  const { plane } = openPlane();
  const halos = [];
  plane.scene.codes.stampRenderer.draw = (codes, view, ratio, hidden, halo) => halos.push(halo);
  plane.toggleLayer("codes");
  plane.draw();
  plane.toggleLayer("judge");
  plane.draw();
  plane.draw();
  assert.deepEqual(halos, [plane.theme.background, plane.theme.text], "each drawn once");
});
