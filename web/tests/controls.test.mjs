import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { FeatureChart } from "../src/base/feature_chart.ts";
import { GameControls as Game } from "../src/game/controls.ts";
import { BrushControls as Painting } from "../src/painting/brush_controls.ts";
import { WaypointList } from "../src/paths/path_waypoints.ts";

const attributes = (elements, name) => elements.map((element) => element.getAttribute(name));

test("a chart can be reached by Tab and has a name, as the image that it replaces has", () => {
  const { canvas, host: chart } = new FeatureChart("Image decoded at z");
  assert.deepEqual(attributes([canvas, chart], "aria-label"), ["Image decoded at z", "Row decoded at z"]);
  assert.deepEqual([chart.tabIndex, chart.getAttribute("role")], [0, "region"]);
});

test("the button Slow motion has aria-pressed from the start", () => {
  const game = new Game(/** @type {any} */ ({}));
  assert.equal(game.slowButton.getAttribute("aria-pressed"), "false");
  game.showSlow(true, false);
  assert.equal(game.slowButton.getAttribute("aria-pressed"), "true");
});

test("Tab reaches the class that is being painted, also after the classes were rebuilt", () => {
  const painting = new Painting(/** @type {any} */ ({ paintingCanvas: { requestPaint() {} } }));
  painting.buildShapeAndClassButtons([], ["cat", "dog", "owl"], ["#111111", "#222222", "#333333"]);
  assert.deepEqual(attributes(painting.classButtons.children, "tabindex"), ["0", "-1", "-1"]);
  painting.chooseClass(1);
  painting.buildShapeAndClassButtons([], ["cat", "dog", "owl"], ["#444444", "#555555", "#666666"]);
  assert.deepEqual(attributes(painting.classButtons.children, "aria-checked"), ["false", "true", "false"]);
  assert.deepEqual(attributes(painting.classButtons.children, "tabindex"), ["-1", "0", "-1"]);
});

test("when the focused waypoint is removed, the last one left is focused, or the button that adds one", () => {
  const add = host().appendChild(document.createElement("button"));
  const waypoints = new WaypointList(/** @type {any} */ ({ controls: { addButton: add } }));
  host().append(waypoints.host);
  const codes = [0, 1, 2].map((k) => Float32Array.of(k, 0));
  waypoints.showWaypoints(codes);
  add.focus();
  waypoints.showWaypoints(codes.slice(0, 2));
  assert.equal(document.activeElement, add, "a focus elsewhere stays");
  waypoints.rows[1].removeButton.focus();
  waypoints.showWaypoints(codes.slice(0, 1));
  assert.equal(document.activeElement, waypoints.rows[0].removeButton);
  waypoints.showWaypoints([]);
  assert.equal(document.activeElement, add);
});
