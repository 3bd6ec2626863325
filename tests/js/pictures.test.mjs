import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, document, host } from "./dom.mjs";
import { Events } from "../../app/components/js/base/events.js";
import { Selection } from "../../app/components/js/choice/selection.js";
import { drawThumbs } from "../../app/components/js/codes/thumbs.js";
import { Sprites } from "../../app/components/js/codes/sprites.js";
import { View } from "../../app/components/js/view/view.js";

const N = 100;

/** A decoder of 1-pixel images as bright as the code's number, and how many it was asked for at a time. */
function networks() {
  const asked = [];
  const decodeMany = (zs) => {
    asked.push(zs.length);
    return Float32Array.from(zs, (z) => z / 255);
  };
  return { asked, image: [1, 2, 1], dim: 1, content: 0, decodeMany };
}

/** A plane of a hundred codes in ten rows, with a decoder and no sheet; what is drawn, and all tasks done at once. */
function made() {
  const surface = host();
  surface.setAttribute("tabindex", "0");
  const plane = /** @type {any} */ ({
    events: new Events(), header: { dim: 1, classes: ["zero"] }, fields: { z: { values: Float32Array.from({ length: N }, (_, k) => k) } },
    codes: { xy: Float32Array.from({ length: 2 * N }, (_, k) => (k % 2 ? Math.floor(k / 20) : (k / 2) % 10) / 5 - 0.9), labels: new Int16Array(N), colours: ["#000"], shapes: ["circle"] },
    answers: { networks: networks(), server: null }, view: new View(), visible: () => true, labelOf: (k) => plane.codes.labels[k], memory: { hidden: new Set() }, parts: { surface },
    scene: { moving: false, tasks: { start: (name, work) => [...work] } },
    choose: (mask) => plane.selection.choose(mask),
  });
  plane.view.resize(440, 440);
  plane.view.frame(1, [0, 0]);
  plane.sprites = new Sprites(() => {}, () => ({ networks: plane.answers.networks, z: plane.fields.z.values, content: null }));
  plane.selection = new Selection(host(), plane);
  return plane;
}

const drawn = (pen) => pen.canvas.painted.filter(([name]) => name === "drawImage").length;
const buttons = (plane) => plane.selection.host.querySelectorAll("button");
const named = (plane, text) => buttons(plane).find(({ textContent }) => textContent === text);

test("images that are missing are decoded together, once, and not while the view moves", () => {
  const plane = made();
  const { asked } = plane.answers.networks;
  plane.scene.moving = true;
  const moving = new Element("canvas").getContext();
  drawThumbs(moving, plane);
  assert.deepEqual([asked, drawn(moving)], [[], 0]);
  plane.scene.moving = false;
  drawThumbs(new Element("canvas").getContext(), plane);
  assert.deepEqual(asked, [64, 36]);
  plane.scene.moving = true;
  const again = new Element("canvas").getContext();
  drawThumbs(again, plane);
  assert.equal(drawn(again), N, "those that are there are drawn");
  plane.scene.moving = false;
  drawThumbs(new Element("canvas").getContext(), plane);
  assert.equal(asked.length, 2);
});

test("other networks and other codes make other pictures", () => {
  const { sprites, ...plane } = made();
  const bright = (k) => sprites.place(k) && sprites.made.sheet.painted.filter(([name]) => name === "putImageData").at(-1)[1].data[0];
  sprites.have([7]);
  assert.equal(bright(7), 7);
  plane.fields.z.values = Float32Array.from({ length: N }, (_, k) => 2 * k);
  assert.equal(sprites.place(7), null);
  sprites.have([7]);
  assert.equal(bright(7), 14);
});

test("of more pictures than are kept the oldest give way, and none shows another's", () => {
  const { sprites, ...plane } = made();
  plane.fields.z.values = new Float32Array(2000);
  for (let k = 0; k < 1100; k += 50) sprites.have(Array.from({ length: 50 }, (_, j) => k + j));
  const places = Array.from({ length: 1100 }, (_, k) => sprites.place(k)).filter(Boolean);
  assert.equal(new Set(places.map(({ left, top }) => `${left} ${top}`)).size, places.length);
  assert.equal(places.length, 1024);
  assert.equal(sprites.place(75), null);
});

test("the images of a choice are decoded many at a time for its file, which is whole", () => {
  const plane = made();
  plane.choose(new Uint8Array(N).fill(1));
  plane.answers.networks = networks();
  const canvases = [];
  document.createElement = (tag) => canvases.at(canvases.push(new Element(tag)) - 1);
  Element.prototype.toBlob = () => {};
  named(plane, "Save images").click();
  document.createElement = (tag) => new Element(tag);
  assert.ok(plane.answers.networks.asked.every((count) => count <= 64) && plane.answers.networks.asked.length <= 6);
  const file = canvases.find(({ tag, width }) => tag === "canvas" && width === 50);
  assert.equal(drawn(file.getContext()), N);
});

test("letting go of a choice leads back to the plane", () => {
  const plane = made();
  plane.choose(new Uint8Array(N).fill(1));
  named(plane, "Clear selection").focus();
  named(plane, "Clear selection").click();
  assert.equal(document.activeElement, plane.parts.surface);
});

test("while a revision trains, who is at the choice's buttons stays there: only the images are others", () => {
  const plane = made();
  plane.choose(new Uint8Array(N).fill(1));
  const before = buttons(plane);
  before[1].focus();
  plane.fields.z = { values: Float32Array.from({ length: N }, (_, k) => k + 1) };
  plane.selection.keep(N);
  plane.answers.networks = networks();
  plane.events.emit("networks");
  assert.deepEqual(buttons(plane), before);
  assert.equal(document.activeElement, before[1]);
  assert.ok(plane.answers.networks.asked.length > 0, "the images follow the networks");
  plane.codes.labels = new Int16Array(N).fill(-1);
  plane.selection.keep(N);
  assert.match(plane.selection.host.textContent, /no class/);
  assert.equal(document.activeElement?.textContent, "Save as CSV");
});
