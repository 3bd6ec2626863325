import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";
import { drawLegend } from "../../app/components/js/codes/legend.js";
import { Stamps } from "../../app/components/js/codes/points.js";

const codes = { xy: new Float32Array(4), labels: [0, -1], colours: ["#123456"], shapes: ["circle"] };
const named = (painted, name) => painted.filter(([each]) => each === name);

test("unlabelled codes are open circles, codes of the first class filled ones, on the plane and in the legend", () => {
  const made = [];
  document.createElement = (tag) => made.at(made.push(new Element(tag)) - 1);
  new Stamps().of(codes, new Set(), 6, "white", false);
  const [open, full] = made.map(({ painted }) => painted);
  assert.equal(named(open, "fill").length, 0);
  assert.deepEqual(named(open, "strokeStyle"), [["strokeStyle", "white"], ["strokeStyle", "#8a94a3"]]);
  const [[, halo], [, line]] = named(open, "lineWidth");
  assert.ok(halo > line && line >= 1, "the halo is seen on both sides of the line");
  assert.deepEqual(named(full, "fillStyle"), [["fillStyle", "#123456"]]);
  const legend = host();
  drawLegend(/** @type {any} */ ({ codes, header: { classes: ["zero"] }, memory: { hidden: new Set() }, parts: { legend } }));
  const entries = legend.querySelectorAll("canvas").map(({ painted }) => [named(painted, "fill").length, named(painted, "stroke").length]);
  assert.deepEqual(entries, [[0, 1], [1, 0]]);
});
