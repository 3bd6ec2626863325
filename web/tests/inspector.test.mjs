import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { EventEmitter } from "../src/base/events.ts";
import { Server } from "../src/host/server.ts";
import { inspectTool } from "../src/choice/inspect_tool.ts";

/** A plane of eleven codes on a line, whose section “Inspect” is open, and that section. */
function openInspector() {
  const z = Float32Array.from({ length: 11 }, (_, k) => k * k);
  const plane = {
    events: new EventEmitter(),
    picked: 0,
    header: { revision: "a", dim: 1, classes: ["zero"] },
    fields: { z: { values: z } },
    codes: { xy: new Float32Array(22), labels: null },
    decoder: { networks: null, server: new Server() },
    tools: { isOpen: () => true, openSection: () => null },
    sprites: { sheet: null, about: {}, thumbnail: () => null, fetchSheet: () => {} },
    codeName: (k) => `code ${k}`,
    items: { isPending: false, arrival: Promise.resolve(), idOf: () => "", rowOf: () => [] },
    codeOf: (k) => z.slice(k, k + 1),
    codeText: (k) => `z ${z[k]}`,
    pickCode: (index) => {
      plane.picked = index;
      plane.events.emit("pick", { index, source: "person" });
    },
  };
  const section = host();
  new inspectTool.Kind(plane, section);
  plane.events.emit("data", {});
  return { plane, section, buttons: () => section.querySelectorAll("button") };
}

test("a message without news rebuilds nothing, so the focus stays", () => {
  const { plane, buttons } = openInspector();
  const buttonsBefore = buttons();
  assert.equal(buttonsBefore.length, 8);
  for (const name of ["data", "networks", "pictures"]) plane.events.emit(name, {});
  assert.deepEqual(buttons(), buttonsBefore);
  plane.fields = { z: { values: Float32Array.from({ length: 11 }, (_, k) => -k) } };
  plane.events.emit("data", {});
  assert.notEqual(buttons()[0], buttonsBefore[0]);
});

test("after a neighbour is chosen by keyboard, the focus stays among the neighbours, at the same position", () => {
  const { plane, buttons } = openInspector();
  buttons()[2].focus();
  buttons()[2].click();
  assert.equal(plane.picked, 3);
  assert.equal(buttons().indexOf(document.activeElement), 2);
});

test("the only live region holds the facts, without buttons", () => {
  const { section } = openInspector();
  const [liveRegion, ...furtherRegions] = section.querySelectorAll("[aria-live]");
  assert.equal(furtherRegions.length, 0);
  assert.match(liveRegion.textContent, /z 0/);
  assert.equal(liveRegion.querySelectorAll("button").length, 0);
  assert.equal(section.getAttribute("aria-live"), null);
});

test("an original image that arrives late is shown", async () => {
  globalThis.fetch = /** @type {any} */ (async () => ({ ok: true, arrayBuffer: async () => new ArrayBuffer(0) }));
  globalThis.createImageBitmap = /** @type {any} */ (async () => ({ width: 1, height: 1 }));
  const { plane, section } = openInspector();
  Object.assign(plane.sprites, { about: null, reconstruction: () => null });
  Object.assign(plane.fields, { image: { shape: [1, 1, 1] } });
  plane.decoder = {
    networks: { discriminate: () => 0.5, image: [1, 1, 1], decode: () => [0] },
    server: new Server({ image: "image" }),
  };
  plane.events.emit("networks", {});
  const names = () => section.querySelectorAll("figcaption").map(({ textContent }) => textContent);
  assert.ok(!names().includes("original"));
  await new Promise(setImmediate);
  assert.ok(names().includes("original"));
});

test("a reconstruction by former weights that arrives late does not replace that by the present ones", async () => {
  const { plane, section } = openInspector();
  Object.assign(plane.fields, { image: { shape: [1, 1, 1] } });
  /** Answers to the requests, in their order. */
  const answers = [];
  const serve = (url) => {
    const server = new Server({ decode: url });
    server.decode = () =>
      new Promise((resolve) =>
        answers.push((value) =>
          resolve({ images: { values: Uint8Array.of(0), shape: [1, 1, 1, 1] }, d_of_z: { values: [value] } }),
        ),
      );
    plane.decoder = { networks: null, server };
    plane.events.emit("networks", {});
  };
  const shownTexts = [];
  const discriminatorText = () => section.textContent.match(/D\(z\)([0-9.]+)/)?.[1];
  for (const url of ["before", "after"]) serve(url);
  for (const [k, value] of [
    [1, 0.75],
    [0, 0.25],
  ]) {
    answers[k](value);
    await new Promise(setImmediate);
    shownTexts.push(discriminatorText());
  }
  assert.deepEqual(shownTexts, ["0.75", "0.75"]);
});
