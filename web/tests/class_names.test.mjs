import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.mjs";
import { drawClassNames, placeClassNames } from "../src/codes/class_names.ts";
import { areTextsOverlapping } from "../src/view/layers.ts";
import { Viewport } from "../src/view/viewport.ts";

/** Codes of two classes: a blob with some far away, and a ring around it. */
function blobAndRing() {
  const [xy, labels] = [[], []];
  for (let k = 0; k < 300; k++) {
    const angle = (2 * Math.PI * k) / 300;
    xy.push(
      5 + 0.1 * Math.cos(angle) + (k % 7 ? 0 : 3),
      0.1 * Math.sin(angle),
      2 * Math.cos(angle),
      2 * Math.sin(angle),
    );
    labels.push(1, 0);
  }
  return { xy: Float32Array.from(xy), labels: Int16Array.from(labels) };
}

test("a name stands where the codes of its class lie densest, not at their mean", () => {
  const { xy, labels } = blobAndRing();
  const places = new Map(placeClassNames(xy, labels, 2).map(({ label, place }) => [label, place]));
  assert.ok(Math.hypot(places.get(1)[0] - 5, places.get(1)[1]) < 0.15);
  assert.equal(places.size, 2);
});

test("without classes, with one or with very many, or with hardly any codes, there are no names", () => {
  const { xy, labels } = blobAndRing();
  for (const [classLabels, count] of /** @type {[any, number][]} */ ([
    [null, 2],
    [labels, 1],
    [labels, 21],
  ]))
    assert.deepEqual(placeClassNames(xy, classLabels, count), []);
  assert.deepEqual(placeClassNames(xy.subarray(0, 4), labels.subarray(0, 2), 2), []);
});

test("a name that would cover another stands beside it, and one off the plane is not written", () => {
  const writtenTexts = [];
  const pen = { measureText: () => ({ width: 20 }), strokeText() {}, fillText: (...text) => writtenTexts.push(text) };
  const view = new Viewport();
  view.resize(200, 200);
  const paper = /** @type {any} */ ({ pen, view, theme: {} });
  const namedPlace = (name, x, y) => ({ name, place: /** @type {[number, number]} */ ([x, y]) });
  const names = [
    namedPlace("a", 100, 100),
    namedPlace("b", 110, 104),
    namedPlace("c", 100, 140),
    namedPlace("d", 195, 60),
    namedPlace("e".repeat(30), 60, 60),
  ];
  const boxes = drawClassNames(paper, names);
  assert.deepEqual(
    writtenTexts.map(([name]) => name),
    ["a", "c", `${"e".repeat(17)}…`, "b"],
  );
  assert.deepEqual(writtenTexts[0].slice(1), [100, 100 + 0.36 * 15], "the most important keeps its place");
  const [, x, y] = writtenTexts[3];
  assert.ok(Math.hypot(x - 110, y - 0.36 * 15 - 104) < 50, "near the place where it belongs");
  for (const [k, box] of boxes.entries())
    for (const laterBox of boxes.slice(k + 1)) assert.ok(!areTextsOverlapping(box, laterBox, 0));
  assert.deepEqual(
    drawClassNames(paper, [namedPlace("a", 50, 50), namedPlace("b", 51, 50), namedPlace("c", 52, 50)]),
    [],
  );
  assert.equal(writtenTexts.length, 4, "none where the classes lie on one another");
});
