/** The part of a browser that a plane needs in node: elements without layout, and timers and frames that the test controls. */

/** A 2D context that accepts any call and any property. */
const pen = new Proxy({}, {
  get: (_, name) => (name === "getImageData" ? (x, y, w, h) => ({ data: new Uint8ClampedArray(4 * w * h) }) : () => ({})),
  set: () => true,
}); // prettier-ignore

/** The element that was focused last. @type {Element | null} */
let focused = null;

class Element {
  constructor(tag) {
    Object.assign(this, { tag, parent: null, nodes: [], attributes: {}, listeners: new Map(), dataset: {}, style: {}, hidden: false, own: "" });
    const classes = (this.classes = new Set());
    this.classList = {
      toggle: (name, on = !classes.has(name)) => (on ? classes.add(name) : classes.delete(name)),
      add: (name) => classes.add(name),
      remove: (name) => classes.delete(name),
    };
    Object.assign(this, { width: 300, height: 150, clientWidth: 400, clientHeight: 400, value: "", isConnected: true });
  }

  get children() { return this.nodes.filter((node) => node instanceof Element); }
  get parentElement() { return this.parent; }
  get options() { return this.children; }
  get textContent() { return this.own + this.nodes.map((node) => node.textContent ?? node).join(""); }
  set textContent(text) { this.replaceChildren(); this.own = String(text); }
  set className(name) { this.setAttribute("class", name); }

  append(...nodes) {
    for (const node of nodes) {
      if (node instanceof Element) Object.assign(node, { parent: (node.remove(), this) });
      this.nodes.push(node);
    }
  }

  prepend(...nodes) { this.append(...nodes); }
  after(...nodes) { this.parent?.append(...nodes); }
  before(...nodes) {
    this.parent?.append(...nodes);
    for (const node of nodes) this.parent.nodes.splice(this.parent.nodes.indexOf(this), 0, this.parent.nodes.splice(this.parent.nodes.indexOf(node), 1)[0]);
  }
  appendChild(node) { this.append(node); return node; }
  replaceChildren(...nodes) { this.nodes = []; this.own = ""; this.append(...nodes); }
  remove() { if (this.parent) this.parent.nodes = this.parent.nodes.filter((node) => node !== this); this.parent = null; }
  contains(other) { return other === this || this.children.some((child) => child.contains(other)); }

  getAttribute(name) { return this.attributes[name] ?? null; }
  setAttribute(name, value) {
    this.attributes[name] = String(value);
    if (name === "class") String(value).split(" ").forEach((each) => this.classes.add(each));
    if (name.startsWith("data-")) this.dataset[name.slice(5)] = String(value);
    if (["hidden", "open"].includes(name)) this[name] = true;
    if (["width", "height"].includes(name)) this[name] = Number(value);
  }
  removeAttribute(name) { delete this.attributes[name]; }
  toggleAttribute(name, on) { if (on) this.setAttribute(name, ""); else this.removeAttribute(name); }

  addEventListener(name, act) { this.listeners.set(name, [...(this.listeners.get(name) ?? []), act]); }
  removeEventListener(name, act) { this.listeners.set(name, (this.listeners.get(name) ?? []).filter((each) => each !== act)); }
  /** Calls the element's listeners for an event; it does not bubble. */
  happen(name, event = {}) {
    const more = { preventDefault() {}, stopPropagation() {}, button: 0, pointerId: 1, type: name, ...event };
    for (const act of this.listeners.get(name) ?? []) act(more);
  }

  matches(selector) {
    if (selector.startsWith(":")) return selector.split(", ").some((each) => (each === ":focus" ? focused === this : each === this.state)); // a test sets the state, such as ":active"
    const [, tag, kind, about, value] = /^([a-z]*)(?:\.([\w-]+))?(?:\[([\w-]+)="?([^"\]]*)"?\])?$/.exec(selector) ?? [];
    return (!tag || tag === this.tag) && (!kind || this.classes.has(kind)) && (!about || this.attributes[about] === value || this.dataset[about.slice(5)] === value);
  }
  querySelectorAll(selector) { return this.children.flatMap((child) => [...(child.matches(selector) ? [child] : []), ...child.querySelectorAll(selector)]); }
  querySelector(selector) { return this.querySelectorAll(selector)[0] ?? null; }
  closest() { return null; }
  getRootNode() { return { activeElement: null }; }

  getContext(kind) { return kind === "2d" ? pen : null; }
  getBoundingClientRect() { return { left: 0, top: 0, width: 400, height: 400 }; }
  focus() { focused = this; }
  setPointerCapture() {}
  scrollIntoView() {}
}

/** Timers and animation frames; time passes only by `pass`. */
export const clock = {
  now: 0,
  last: 0,
  /** @type {Map<number, {at: number, act: () => void}>} */
  waiting: new Map(),
  set(act, after = 0) { this.waiting.set(++this.last, { at: this.now + after, act }); return this.last; },
  clear(id) { this.waiting.delete(id); },
  /** Lets time pass and calls all that is due, in order. @param {number} ms */
  pass(ms) {
    const end = this.now + ms;
    for (;;) {
      const [next] = [...this.waiting].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this.waiting.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].act();
    }
    this.now = end;
  },
};

class Observer {
  observe() {}
  disconnect() {}
}

Object.assign(globalThis, {
  document: { createElement: (tag) => new Element(tag), createElementNS: (_, tag) => new Element(tag), addEventListener() {}, removeEventListener() {}, head: new Element("head"), activeElement: null, querySelector: () => null, documentElement: { style: { setProperty() {}, removeProperty() {} } } },
  window: {
    setTimeout: (act, after) => clock.set(act, after), clearTimeout: (id) => clock.clear(id), devicePixelRatio: 1,
    matchMedia: () => ({ matches: true }), addEventListener() {}, removeEventListener() {},
  },
  requestAnimationFrame: (act) => clock.set(() => act(clock.now), 16),
  cancelAnimationFrame: (id) => clock.clear(id),
  ResizeObserver: Observer, IntersectionObserver: Observer,
  getComputedStyle: () => ({ getPropertyValue: () => "" }),
  Image: class {},
  ImageData: class {
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  },
}); // prettier-ignore

const { Plane } = await import("../../app/components/js/plane/plane.js");

/** A plane of 400 × 400 pixels, its root, and all messages to Python as [key, value]. */
export function makePlane() {
  const root = new Element("div");
  const plane = new Plane(root);
  plane.view.resize(400, 400);
  /** @type {[string, any][]} */
  const heard = [];
  plane.tell = (key, value) => heard.push([key, value]);
  return { plane, heard, root };
}

const field = (values, ...shape) => ({ values, shape });

/**
 * A message as Python sends it: four codes on the corners of the unit square in the first two dimensions.
 * @param {Object<string, any>} [more] of the header
 * @param {Object<string, any>} [fields]
 */
export function messageOf(more = {}, fields = {}) {
  const { dim = 2 } = more;
  const z = Float32Array.from({ length: 4 * dim }, (_, k) => [[0, 0], [1, 0], [0, 1], [1, 1]][Math.floor(k / dim)][k % dim] ?? 0);
  return {
    header: {
      v: 1, revision: "a", dim, classes: ["one", "two"], colours: ["#111111", "#222222"], shapes: ["circle", "square"], extent: 4,
      centre: [0, 0], axes: [0, Math.min(1, dim - 1)], axis_names: [], code: new Array(dim).fill(0), picked: null, y: null, contents: [],
      layers: { codes: true, judge: false, manifold: false, push: false, thumbs: false }, tools: ["inspect"], report: ["view", "layers"],
      weights: null, server: null, link: null, sprites: null, beside: false, ...more,
    },
    fields: { z: field(z, 4, dim), labels: field(Int16Array.of(0, 0, 1, 1), 4), image: field(Uint8Array.of(7), 1, 1, 1), ...fields },
  }; // prettier-ignore
}
