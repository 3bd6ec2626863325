import assert from "node:assert/strict";
import { test } from "node:test";
import { EventEmitter } from "../src/base/events.ts";
import { linkPlane, partnerOf } from "../src/linked/linked_planes.ts";
import { smoothstep } from "../src/linked/code_travel.ts";
import { interpolate as between } from "../src/view/slice.ts";
import { Viewport } from "../src/view/viewport.ts";

const ALL = ["z", "images", "view", "classes"];

/**
 * The part of a plane that linked_planes.js uses; `calls` lists the calls, and events are emitted as by the real plane.
 */
class Fake {
  constructor(
    side,
    { shares = ALL, group = "g", dim = 2, count = 3, settings = {}, layers = ["codes", "density"] } = {},
  ) {
    this.events = new EventEmitter();
    this.ready = true;
    this.calls = [];
    this.z = new Float32Array(dim);
    this.header = {
      dim,
      link: { group, side, title: `plane ${side}`, shares },
      layers: Object.fromEntries(layers.map((id) => [id, true])),
    };
    this.codes = { xy: new Float32Array(2 * count) };
    this.settings = Object.assign(settings, {
      hidden: new Set(),
      layers: { codes: true, density: false, judge: false },
    });
    this.sentLayers = [];
    this.selection = { mask: null };
    this.hovered = -1;
    this.view = new Viewport();
    this.view.resize(200, 100);
    this.view.setHome(4, [0, 0]);
    this.scene = { updateLayers: () => this.calls.push(["update"]) };
    linkPlane(this);
  }

  recordAndEmit(name, detail, ...callArguments) {
    this.calls.push([name, ...callArguments]);
    this.events.emit(name, detail);
  }

  arrive(isOtherRevision = true) {
    this.events.emit("data", { isOtherRevision });
    return this;
  }
  setZ(z, source) {
    this.z = z;
    this.recordAndEmit("z", { source }, [...z], source);
  }
  setDragging(on) {
    this.recordAndEmit("drag", { on }, on);
  }
  noteSentCode() {
    this.calls.push(["expect", [...this.z]]);
  }
  setHovered(index) {
    if (index !== this.hovered) this.recordAndEmit("hover", { index }, (this.hovered = index));
  }
  pickCode(index, source = "person") {
    this.recordAndEmit("pick", { index, source }, index, source);
  }
  selectCodes(mask) {
    this.selection.mask = mask;
    this.recordAndEmit("choose", { mask }, mask);
  }
  changeView(change, source = "person") {
    change();
    this.setHovered(-1);
    this.recordAndEmit("view", {}, source);
  }
  copyView(view) {
    this.changeView(() => this.view.copyFrom(view), "link");
  }
  hideClasses(labels) {
    this.settings.hidden = new Set(labels);
    this.updateClasses();
  }
  applyLayers(layers) {
    Object.assign(this.settings.layers, layers);
    this.sentLayers.push({ ...this.settings.layers });
    this.updateLayers();
  }
  updateClasses() {
    this.recordAndEmit("classes", {});
  }
  updateLayers() {
    this.recordAndEmit("layers", {});
  }
  forget() {
    this.calls = [];
  }
  close() {
    this.events.emit("close");
  }
}

let groups = 0;

/** Two linked planes in a group of their own, with empty lists of calls. */
function pair(leftLink = {}, rightLink = {}) {
  const group = `group ${++groups}`;
  const planes = [new Fake(0, { group, ...leftLink }), new Fake(1, { group, ...rightLink })];
  planes.forEach((plane) => plane.arrive());
  planes.forEach((plane) => plane.forget());
  return planes;
}

const names = (plane) => plane.calls.map(([name]) => name);

test("a drag on one plane moves z on the other, without a message to Python and without an echo", () => {
  const [a, b] = pair();
  a.setDragging(true);
  a.setZ(Float32Array.of(1, -2), "drag");
  assert.deepEqual(b.calls, [
    ["drag", true],
    ["z", [1, -2], "link"],
  ]);
  assert.deepEqual(names(a), ["drag", "z"]);
  assert.notEqual(a.z, b.z, "each has an array of its own");
  a.setDragging(false);
  a.events.emit("commit");
  assert.deepEqual(b.calls.slice(2), [["drag", false], ["expect", [1, -2]], ["update"]]);
  b.setZ(Float32Array.of(3, 4), "keys");
  assert.deepEqual([...a.z], [3, 4]);
});

test("changes by Python are not passed on, because Python tells both planes", () => {
  const [a, b] = pair();
  a.setZ(Float32Array.of(1, 1), "python");
  a.events.emit("pick", { index: 2, source: "python" });
  assert.deepEqual(b.calls, []);
});

test("hovering, choosing and selecting act on the same code numbers in both planes", () => {
  const [a, b] = pair();
  a.setHovered(2);
  a.pickCode(1);
  const mask = Uint8Array.of(1, 0, 1);
  a.selectCodes(mask);
  assert.deepEqual(b.calls, [["hover", 2], ["pick", 1, "link"], ["update"], ["choose", mask]]);
  assert.deepEqual(names(a), ["hover", "pick", "choose"]);
});

test("unchoosing a code leaves both planes at the same z", () => {
  const [a, b] = pair();
  a.z = Float32Array.of(5, 6);
  a.pickCode(-1);
  assert.deepEqual(b.calls, [["pick", -1, "link"], ["z", [5, 6], "link"], ["expect", [5, 6]], ["update"]]);
  assert.deepEqual(names(a), ["pick"]);
});

test("the other plane gets the same centre and scale, whatever its own home frame", () => {
  const [a, b] = pair();
  b.view.setHome(8, [1, 0]);
  a.changeView(() => a.view.zoomAt(3, 150, 20));
  assert.deepEqual(b.view.centre, a.view.centre);
  assert.ok(Math.abs(b.view.scale - a.view.scale) < 1e-9);
  assert.deepEqual(names(b), ["view"]);
});

test("hidden classes and layers are the same in both planes, except layers that only one has", () => {
  const [a, b] = pair({ layers: ["codes", "density", "judge"] }, {});
  a.settings.hidden.add(3);
  a.updateClasses();
  assert.deepEqual([...b.settings.hidden], [3]);
  assert.notEqual(a.settings.hidden, b.settings.hidden);
  a.settings.layers = { codes: false, density: true, judge: true };
  a.updateLayers();
  assert.deepEqual(b.settings.layers, { codes: false, density: true, judge: false });
  assert.deepEqual(b.sentLayers.at(-1), b.settings.layers, "Python’s later message is recognised as an echo");
  b.settings.layers = { codes: true, density: true, judge: false };
  b.updateLayers();
  assert.deepEqual(a.settings.layers, { codes: true, density: true, judge: true });
});

test("the same revision on both sides shares its settings, and the other plane is redrawn", () => {
  const settings = {};
  const [a, b] = pair({ settings }, { settings });
  b.settings.hidden.add(1);
  b.updateClasses();
  assert.deepEqual([...a.settings.hidden], [1]);
  assert.deepEqual(names(a), ["classes"]);
});

test("what the planes do not share stays on one of them", () => {
  const [a, b] = pair({ shares: ["view"] }, { shares: ALL });
  a.setZ(Float32Array.of(1, 1), "drag");
  a.setHovered(1);
  a.pickCode(1);
  a.selectCodes(Uint8Array.of(1, 1, 1));
  a.events.emit("commit");
  assert.deepEqual(b.calls, []);
  a.changeView(() => {});
  assert.deepEqual(names(b), ["view"]);
});

test("planes with different numbers of codes or dimensions are never linked in z and images", () => {
  const [a, b] = pair({ dim: 2, count: 3 }, { dim: 5, count: 4 });
  assert.equal(partnerOf(a, "z") ?? partnerOf(a, "images"), null);
  assert.equal(partnerOf(a, "view"), b);
});

test("a plane takes over the other plane's view and selection only if it shows another revision", () => {
  const [a, b] = pair();
  a.changeView(() => a.view.zoomAt(4, 20, 20));
  b.view.goHome();
  b.arrive(false);
  assert.equal(b.view.zoom, 1);
  a.selectCodes(Uint8Array.of(0, 1, 0));
  b.selection.mask = null;
  b.arrive(true);
  assert.equal(b.view.zoom, 4);
  assert.deepEqual([...b.selection.mask], [0, 1, 0]);
  assert.equal(a.view.zoom, 4);
});

test("a closed plane, or one of another group, is no partner; a newer plane takes its place", () => {
  const [a, b] = pair();
  const newerPlane = new Fake(1, { group: a.header.link.group }).arrive();
  b.close();
  assert.equal(partnerOf(a), newerPlane);
  newerPlane.close();
  assert.equal(partnerOf(a), null);
  new Fake(1, { group: "h" }).arrive();
  assert.equal(partnerOf(a), null);
  a.setZ(Float32Array.of(1, 1), "drag");
  assert.deepEqual(b.calls, []);
});

test("the other plane is let go when a plane is closed during a drag, and when both share z no longer", () => {
  const [a, b] = pair();
  a.setDragging(true);
  a.close();
  assert.deepEqual(b.calls, [
    ["drag", true],
    ["drag", false],
  ]);
  const [c, d] = pair();
  c.setDragging(true);
  d.header.dim = 3;
  c.setDragging(false);
  c.setDragging(true);
  assert.deepEqual(d.calls, [
    ["drag", true],
    ["drag", false],
  ]);
});

test("codes travel on straight lines, with ease-in and ease-out", () => {
  const [from, to] = [Float32Array.of(0, 0, 2, 4), Float32Array.of(1, -1, 2, 0)];
  assert.deepEqual([...between(from, to, 0)], [...from]);
  assert.deepEqual([...between(from, to, 1)], [...to]);
  assert.deepEqual([...between(from, to, 0.25)], [0.25, -0.25, 2, 3]);
  assert.deepEqual([smoothstep(0), smoothstep(0.5), smoothstep(1)], [0, 0.5, 1]);
  assert.ok(smoothstep(0.1) < 0.05 && smoothstep(0.9) > 0.95);
});
