import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { EventEmitter } from "../src/base/events.ts";
import { PathPlayer } from "../src/paths/path_player.ts";
import { pathTool } from "../src/paths/path_tool.ts";
import { Viewport } from "../src/view/viewport.ts";

globalThis.window = /** @type {any} */ (Object.assign(globalThis, { matchMedia: () => ({ matches: false }) }));
/** Callbacks that wait for the next animation frame. @type {(() => void)[]} */
const frames = [];
globalThis.requestAnimationFrame = /** @type {any} */ ((act) => frames.push(act));
globalThis.cancelAnimationFrame = () => {};

const draw = () => frames.splice(0).forEach((act) => act());
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A plane without networks in the page, for which `server` decodes. */
function plane(server = null) {
  const surface = host();
  return /** @type {any} */ ({
    events: new EventEmitter(),
    dragging: false,
    tools: { isOpen: () => true, sections: new Map() },
    addOverlay: () => {},
    parts: { surface, plane: surface, overlay: surface },
    pointer: { dragHandlers: new WeakMap() },
    header: { revision: "a", dim: 2, classes: [], prior: { name: "gaussian", scale: 1 } },
    fields: { z: { values: new Float32Array(4) } },
    codes: { xy: new Float32Array(4), labels: null },
    slice: { decodable: true, project: () => [0, 0] },
    decoder: { networks: null, server },
    picked: -1,
    z: new Float32Array(2),
    view: new Viewport(),
    redrawOverlays: () => {},
    prior: { isTypical: () => null },
  });
}

test("images that arrive for a strip of another length are not shown; those of the newest request are", async () => {
  const answers = [];
  const server = {
    decode: (codes) =>
      new Promise((resolve) =>
        answers.push(() =>
          resolve({
            images: { values: new Uint8Array(codes.length).fill(answers.length), shape: [codes.length, 1, 1, 1] },
            d_of_z: undefined,
          }),
        ),
      ),
  };
  const [testPlane, section] = [plane(server), host()];
  new pathTool.Kind(testPlane, section);
  testPlane.events.emit("data", { isOtherRevision: true });
  await turn();
  const strip = () => section.querySelector(".lp-strip").querySelectorAll("canvas");
  const waits = () => section.querySelector(".lp-way").textContent !== "";
  section
    .querySelectorAll("button")
    .find((button) => button.textContent.startsWith("Two random"))
    .click();
  draw();
  const count = section
    .querySelectorAll("input")
    .find((input) => input.getAttribute("aria-label") === "Number of images");
  count.value = "8";
  count.fire("input");
  draw();
  assert.equal(strip().length, 8);
  answers.shift()();
  await turn();
  assert.equal(strip().length, 8);
  assert.ok(strip().every((canvas) => !canvas.painted.length));
  assert.ok(waits());
  answers.shift()();
  await turn();
  assert.equal(strip().length, 8);
  assert.ok(strip().every((canvas) => canvas.painted.length));
  assert.ok(!waits());
  testPlane.events.emit("close");
});

test("an animation is held during a drag, whatever messages come meanwhile, and goes on afterwards", () => {
  const suspensions = [];
  const originalSetSuspended = PathPlayer.prototype.setSuspended;
  PathPlayer.prototype.setSuspended = function (isSuspended) {
    suspensions.push(isSuspended);
    originalSetSuspended.call(this, isSuspended);
  };
  const testPlane = plane();
  new pathTool.Kind(testPlane, host());
  const setDragging = (isDragging) => {
    testPlane.dragging = isDragging;
    testPlane.events.emit("drag", { on: isDragging });
  };
  setDragging(true);
  testPlane.events.emit("data", { isOtherRevision: false });
  testPlane.events.emit("networks", {});
  assert.equal(suspensions.at(-1), true);
  setDragging(false);
  assert.equal(suspensions.at(-1), false);
  testPlane.events.emit("close");
});

test("codes of a table's path are saved with decoded rows only once those have arrived", async () => {
  const answers = [];
  const server = {
    decode: (codes) =>
      new Promise((resolve) =>
        answers.push(() =>
          resolve({
            images: { values: new Uint8Array(codes.length).fill(128), shape: [codes.length, 1, 1, 1] },
            d_of_z: undefined,
          }),
        ),
      ),
  };
  const [testPlane, section, files] = [plane(server), host(), []];
  testPlane.header.features = { names: ["height"], middles: [1], reaches: [1], lows: [0], highs: [2] };
  URL.createObjectURL = /** @type {any} */ ((file) => files.push(file));
  new pathTool.Kind(testPlane, section);
  testPlane.events.emit("data", { isOtherRevision: true });
  await turn();
  answers.shift()?.(); // for a path without waypoints, if that was asked for
  const press = (text) =>
    section
      .querySelectorAll("button")
      .find((button) => button.textContent.startsWith(text))
      .click();
  const head = async () => {
    press("Save codes");
    return (await files.at(-1).text()).split("\n")[0];
  };
  press("Two random");
  draw();
  await turn();
  assert.equal(await head(), "number,class,z₁,z₂");
  answers.shift()();
  await turn();
  assert.equal(await head(), "number,class,z₁,z₂,height");
  press("Two random");
  draw();
  assert.equal(await head(), "number,class,z₁,z₂", "the rows are those of the path before");
  testPlane.events.emit("close");
});
