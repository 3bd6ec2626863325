import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";
import { drawLegend, makeLegend } from "../src/codes/legend.ts";
import { necessaryShapes } from "../src/codes/markers.ts";
import { StampCache, markerOpacity } from "../src/codes/stamp_renderer.ts";

const codes = { xy: new Float32Array(4), labels: [0, -1], colours: ["#123456"], shapes: ["circle"] };
const callsOf = (calls, name) => calls.filter(([callName]) => callName === name);

test("unlabelled codes are open circles, codes of the first class filled ones, on the plane and in the legend", () => {
  const canvases = [];
  document.createElement = (tag) => canvases.at(canvases.push(new Element(tag)) - 1);
  new StampCache().stampsFor(codes, new Set(), 6, "white", false);
  const [openCalls, filledCalls] = canvases.map(({ painted }) => painted);
  assert.equal(callsOf(openCalls, "fill").length, 0);
  assert.deepEqual(callsOf(openCalls, "strokeStyle"), [
    ["strokeStyle", "white"],
    ["strokeStyle", "#8a94a3"],
  ]);
  const [[, halo], [, line]] = callsOf(openCalls, "lineWidth");
  assert.ok(halo > line && line >= 1, "the halo is seen on both sides of the line");
  assert.deepEqual(callsOf(filledCalls, "fillStyle"), [["fillStyle", "#123456"]]);
  const legend = host();
  drawLegend(
    /** @type {any} */ ({
      codes,
      header: { classes: ["zero"] },
      settings: { hidden: new Set() },
      passesFilter: () => true,
      parts: { legend },
    }),
  );
  const entries = legend
    .querySelectorAll("canvas")
    .map(({ painted: calls }) => [callsOf(calls, "fill").length, callsOf(calls, "stroke").length]);
  assert.deepEqual(entries, [
    [1, 0],
    [0, 1],
  ]);
});

test("a legend of many classes is one stop of the Tab key, and the focus survives new counts", () => {
  document.createElement = (tag) => new Element(tag);
  const legend = /** @type {any} */ (makeLegend());
  document.body.append(legend);
  const classes = Array.from({ length: 40 }, (_, k) => `class ${k}`);
  const plane = (labels) =>
    /** @type {any} */ ({
      codes: { ...codes, xy: new Float32Array(2 * labels.length), labels },
      header: { classes },
      settings: { hidden: new Set([1]) },
      passesFilter: () => true,
      parts: { legend },
    });
  const labels = classes.map((_, k) => k);
  drawLegend(plane(labels));
  const buttons = () => legend.querySelectorAll("button");
  assert.deepEqual(
    buttons().map(({ tabIndex }) => tabIndex),
    [0, ...Array(39).fill(-1)],
  );
  assert.deepEqual(
    buttons()
      .slice(0, 3)
      .map((legendButton) => legendButton.getAttribute("aria-pressed")),
    ["true", "false", "true"],
  );
  assert.equal(buttons()[7].title || buttons()[7].getAttribute("title"), "class 7", "the whole name, however long");
  buttons()[0].focus();
  buttons()[0].fire("keydown", { key: "End" });
  assert.equal(document.activeElement, buttons()[39]);
  drawLegend(plane([...labels, 0]));
  assert.equal(document.activeElement, buttons()[39]);
  buttons()[39].fire("keydown", { key: "ArrowUp" });
  assert.equal(document.activeElement, buttons()[38]);
});

test("the more codes, the more translucent; above a thousand they have no rim", () => {
  assert.ok(markerOpacity(100) > 0.85 && markerOpacity(1000) === 0.45 && markerOpacity(70_000) === 0.45);
  assert.ok(markerOpacity(400) < markerOpacity(200) && markerOpacity(400) > markerOpacity(900));
  for (const [count, rims] of [
    [1000, 1],
    [1001, 0],
  ]) {
    const canvases = [];
    document.createElement = (tag) => canvases.at(canvases.push(new Element(tag)) - 1);
    new StampCache().stampsFor({ ...codes, xy: new Float32Array(2 * count) }, new Set([-1]), 6, "white", false);
    assert.equal(callsOf(canvases[0].painted, "stroke").length, rims, `${count} codes`);
  }
});

test("classes have shapes of their own only where there are fewer colours than classes", () => {
  assert.deepEqual(necessaryShapes(["red", "blue"], ["square", "star"]), ["circle", "circle"]);
  assert.deepEqual(necessaryShapes(["red", "blue", "red"], ["square", "star", "x"]), ["square", "star", "x"]);
});
