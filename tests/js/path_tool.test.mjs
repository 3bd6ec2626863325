import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { EventEmitter } from "../../app/components/js/base/events.js";
import { PathPlayer } from "../../app/components/js/paths/path_player.js";
import { pathTool } from "../../app/components/js/paths/path_tool.js";
import { Viewport } from "../../app/components/js/view/viewport.js";

globalThis.window = /** @type {any} */ (Object.assign(globalThis, { matchMedia: () => ({ matches: false }) }));
/** Callbacks that wait for the next animation frame. @type {(() => void)[]} */
const frames = [];
globalThis.requestAnimationFrame = /** @type {any} */ ((act) => frames.push(act));
globalThis.cancelAnimationFrame = () => {};

const draw = () => frames.splice(0).forEach((act) => act());
const turn = () => new Promise((done) => setTimeout(done));

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
      new Promise((done) =>
        answers.push(() =>
          done({
            images: { values: new Uint8Array(codes.length).fill(answers.length), shape: [codes.length, 1, 1, 1] },
            d_of_z: undefined,
          }),
        ),
      ),
  };
  const [shown, section] = [plane(server), host()];
  new pathTool.Kind(shown, section);
  shown.events.emit("data", { isOtherRevision: true });
  await turn();
  const strip = () => section.querySelector(".lp-strip").querySelectorAll("canvas");
  const waits = () => section.querySelector(".lp-way").textContent !== "";
  section
    .querySelectorAll("button")
    .find((each) => each.textContent.startsWith("Two random"))
    .click();
  draw();
  const count = section
    .querySelectorAll("input")
    .find((each) => each.getAttribute("aria-label") === "Number of images");
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
  shown.events.emit("close");
});

test("an animation is held during a drag, whatever messages come meanwhile, and goes on afterwards", () => {
  const held = [];
  const own = PathPlayer.prototype.setSuspended;
  PathPlayer.prototype.setSuspended = function (on) {
    held.push(on);
    own.call(this, on);
  };
  const shown = plane();
  new pathTool.Kind(shown, host());
  const hold = (on) => {
    shown.dragging = on;
    shown.events.emit("drag", { on });
  };
  hold(true);
  shown.events.emit("data", { isOtherRevision: false });
  shown.events.emit("networks", {});
  assert.equal(held.at(-1), true);
  hold(false);
  assert.equal(held.at(-1), false);
  shown.events.emit("close");
});

test("codes of a table's path are saved with decoded rows only once those have arrived", async () => {
  const answers = [];
  const server = {
    decode: (codes) =>
      new Promise((done) =>
        answers.push(() =>
          done({
            images: { values: new Uint8Array(codes.length).fill(128), shape: [codes.length, 1, 1, 1] },
            d_of_z: undefined,
          }),
        ),
      ),
  };
  const [shown, section, files] = [plane(server), host(), []];
  shown.header.features = { names: ["height"], middles: [1], reaches: [1], lows: [0], highs: [2] };
  URL.createObjectURL = /** @type {any} */ ((file) => files.push(file));
  new pathTool.Kind(shown, section);
  shown.events.emit("data", { isOtherRevision: true });
  await turn();
  answers.shift()?.(); // for a path without waypoints, if that was asked for
  const press = (text) =>
    section
      .querySelectorAll("button")
      .find((each) => each.textContent.startsWith(text))
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
  shown.events.emit("close");
});
