/**
 * The part of a browser that a plane needs in node: elements without layout, and timers and frames that the test
 * controls.
 */

import { Element, document, host } from "./dom.mjs";

Object.assign(Element.prototype, {
  clientWidth: 400,
  clientHeight: 400,
  clientLeft: 0,
  clientTop: 0,
  getBoundingClientRect: () => ({ left: 0, top: 0, width: 400, height: 400 }),
});

/** Timers and animation frames; time passes only by `pass`. */
export const clock = {
  now: 0,
  lastId: 0,
  /** @type {Map<number, {at: number, act: () => void}>} */
  timers: new Map(),
  set(act, delay = 0) {
    this.timers.set(++this.lastId, { at: this.now + delay, act });
    return this.lastId;
  },
  clear(id) {
    this.timers.delete(id);
  },
  /** Lets time pass and calls all that is due, in order. @param {number} ms */
  pass(ms) {
    const end = this.now + ms;
    for (;;) {
      const [nextTimer] = [...this.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!nextTimer) break;
      this.timers.delete(nextTimer[0]);
      this.now = Math.max(this.now, nextTimer[1].at);
      nextTimer[1].act();
    }
    this.now = end;
  },
};

/** The observers of sizes and of visibility that are still connected. */
export const observers = new Set();

class Observer {
  observe() {
    observers.add(this);
  }
  disconnect() {
    observers.delete(this);
  }
}

Object.assign(document, {
  createElementNS: (_, tag) => new Element(tag),
  querySelector: () => null,
  documentElement: { style: { setProperty() {}, removeProperty() {} } },
});
Object.assign(globalThis, {
  window: {
    setTimeout: (act, delay) => clock.set(act, delay),
    clearTimeout: (id) => clock.clear(id),
    devicePixelRatio: 1,
    matchMedia: () => ({ matches: true, addEventListener() {} }),
    addEventListener() {},
    removeEventListener() {},
  },
  requestAnimationFrame: (act) => clock.set(() => act(clock.now), 16),
  cancelAnimationFrame: (id) => clock.clear(id),
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
  getComputedStyle: () => ({ getPropertyValue: () => "" }),
});

const { Plane } = await import("../src/plane/plane.ts");

/** A plane of 400 × 400 pixels, its root, and all messages to Python as [key, value]. */
export function makePlane() {
  const root = host();
  const plane = new Plane(root);
  plane.view.resize(400, 400);
  /** @type {[string, any][]} */
  const messages = [];
  plane.sendMessage = (key, value) => messages.push([key, value]);
  return { plane, messages, root };
}

const field = (values, ...shape) => ({ values, shape });

/**
 * A message as Python sends it: four codes on the corners of the unit square in the first two dimensions.
 * @param {Object<string, any>} [headerChanges] of the header
 * @param {Object<string, any>} [fields]
 */
export function messageOf(headerChanges = {}, fields = {}) {
  const { dim = 2 } = headerChanges;
  const z = Float32Array.from(
    { length: 4 * dim },
    (_, k) =>
      [
        [0, 0],
        [1, 0],
        [0, 1],
        [1, 1],
      ][Math.floor(k / dim)][k % dim] ?? 0,
  );
  return {
    header: {
      v: 1,
      revision: "a",
      dim,
      class_names: ["one", "two"],
      classes: ["one", "two"],
      colours: ["#111111", "#222222"],
      shapes: ["circle", "square"],
      extent: 4,
      centre: [0, 0],
      axes: [0, Math.min(1, dim - 1)],
      axis_names: [],
      code: new Array(dim).fill(0),
      picked: null,
      y: null,
      contents: [],
      layers: { codes: true, judge: false, manifold: false, push: false, thumbs: false },
      tools: ["inspect"],
      report: ["view", "layers"],
      weights: null,
      server: null,
      link: null,
      sprites: null,
      has_controls_beside: false,
      ...headerChanges,
    },
    fields: {
      z: field(z, 4, dim),
      labels: field(Int16Array.of(0, 0, 1, 1), 4),
      image: field(Uint8Array.of(7), 1, 1, 1),
      ...fields,
    },
  };
}
