import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { Events } from "../../app/components/js/base/events.js";
import { Player } from "../../app/components/js/paths/path_player.js";
import { paths } from "../../app/components/js/paths/path_tool.js";
import { View } from "../../app/components/js/plane/view.js";

globalThis.window = /** @type {any} */ (Object.assign(globalThis, { matchMedia: () => ({ matches: false }) }));
globalThis.requestAnimationFrame = /** @type {any} */ (() => 0);
globalThis.cancelAnimationFrame = () => {};

test("an animation that a drag holds still does so whatever message comes meanwhile, and goes on after it", () => {
  const held = [];
  const own = Player.prototype.hold;
  Player.prototype.hold = function (on) {
    held.push(on);
    own.call(this, on);
  };
  const surface = host();
  const plane = /** @type {any} */ ({
    events: new Events(), dragging: false, tools: { isOpen: () => true, sections: new Map() }, overlays: [], parts: { surface, plane: surface, over: surface },
    header: { revision: "a", dim: 2, classes: [], prior: { name: "gaussian", scale: 1 } }, fields: { z: { values: new Float32Array(4) } },
    codes: { xy: new Float32Array(4), labels: null }, slice: { decodable: true, place: () => [0, 0] }, answers: { networks: null }, picked: -1,
    z: new Float32Array(2), view: new View(), redrawOver: () => {}, prior: { inside: () => null },
  });
  paths(plane).build(host());
  const hold = (on) => {
    plane.dragging = on;
    plane.events.emit("drag", { on });
  };
  hold(true);
  plane.events.emit("data", { other: false });
  plane.events.emit("networks", {});
  assert.equal(held.at(-1), true);
  hold(false);
  assert.equal(held.at(-1), false);
  plane.events.emit("close");
});
