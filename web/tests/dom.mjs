/**
 * A small DOM for component tests: elements with attributes, events that bubble, and the focus, which is lost when its
 * element leaves the page. Importing this module sets the global `document`.
 */

const FOCUSABLE = ["a", "button", "input", "select", "summary", "textarea"]; // can be focused without a tabindex

export class Element {
  constructor(tag) {
    Object.assign(this, {
      tag,
      parent: null,
      nodes: [],
      attributes: {},
      listeners: {},
      hidden: false,
      title: "",
      value: "",
      width: 300,
      height: 150,
    });
    /** A state that a test sets, such as ":active". */
    this.state = "";
    this.dataset = new Proxy(
      {},
      {
        get: (_, name) => this.attributes[`data-${kebabCase(name)}`],
        set: (_, name, value) => ((this.attributes[`data-${kebabCase(name)}`] = String(value)), true),
      },
    );
    this.classList = {
      add: (name) => this.setAttribute("class", [...this.classes.add(name)].join(" ")),
      remove: (name) =>
        this.setAttribute("class", [...this.classes].filter((className) => className !== name).join(" ")),
      toggle: (name, isAdded) => (isAdded ? this.classList.add(name) : this.classList.remove(name)),
    };
    this.style = { setProperty: () => {} };
    /** The calls to the 2D context, as [name, ...arguments]. */
    this.painted = [];
  }

  get classes() {
    return new Set((this.attributes.class ?? "").split(" ").filter(Boolean));
  }
  get children() {
    return this.nodes.filter((node) => node instanceof Element);
  }
  get parentElement() {
    return this.parent;
  }
  get lastChild() {
    return this.nodes.at(-1);
  }
  get isConnected() {
    return this.getRootNode() === document.body;
  }
  get textContent() {
    return this.nodes.map((node) => (node instanceof Element ? node.textContent : node)).join("");
  }
  set textContent(text) {
    this.replaceChildren(...(text ? [text] : []));
  }

  setAttribute(name, value) {
    this.attributes[name] = String(value);
    if (["width", "height"].includes(name)) this[name] = Number(value);
    if (["hidden", "open"].includes(name)) this[name] = true;
  }
  removeAttribute(name) {
    delete this.attributes[name];
  }
  toggleAttribute(name, isSet) {
    if (isSet) this.setAttribute(name, "");
    else this.removeAttribute(name);
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  get tabIndex() {
    return Number(this.attributes.tabindex ?? (FOCUSABLE.includes(this.tag) ? 0 : -1));
  }
  set tabIndex(place) {
    this.setAttribute("tabindex", place);
  }
  append(...nodes) {
    for (const node of nodes) this.nodes.push(adopt(node, this));
  }
  prepend(...nodes) {
    this.nodes.unshift(...nodes.map((node) => adopt(node, this)));
  }
  before(...nodes) {
    this.parent?.nodes.splice(this.parent.nodes.indexOf(this), 0, ...nodes.map((node) => adopt(node, this.parent)));
  }
  after(...nodes) {
    this.parent?.nodes.splice(this.parent.nodes.indexOf(this) + 1, 0, ...nodes.map((node) => adopt(node, this.parent)));
  }
  appendChild(node) {
    this.append(node);
    return node;
  }
  replaceChildren(...nodes) {
    for (const node of this.children) node.parent = null;
    this.nodes = [];
    this.append(...nodes);
  }
  cloneNode(isDeep = false) {
    const copy = new Element(this.tag);
    for (const [name, value] of Object.entries(this.attributes)) copy.setAttribute(name, value);
    if (isDeep) copy.append(...this.nodes.map((node) => (node instanceof Element ? node.cloneNode(true) : node)));
    return copy;
  }
  remove() {
    if (this.parent) this.parent.nodes = this.parent.nodes.filter((node) => node !== this);
    this.parent = null;
  }
  contains(node) {
    return node === this || Boolean(node?.parent && this.contains(node.parent));
  }
  getRootNode() {
    return this.parent?.getRootNode() ?? this;
  }
  get activeElement() {
    return document.activeElement;
  }
  matches(selector) {
    return selector.split(/, */).some((simpleSelector) => {
      if (simpleSelector === ":focus") return document.focused === this;
      if (simpleSelector === ":focus-within" && this.contains(document.activeElement)) return true;
      if (simpleSelector.startsWith(":")) return simpleSelector === this.state;
      const [, tag, qualifiers] = /** @type {any} */ (/^([a-z]*)(.*)$/.exec(simpleSelector));
      const parts = [...qualifiers.matchAll(/\.([\w-]+)|\[([\w-]+)(?:="?([^"\]]*)"?)?\]/g)];
      return (
        (!tag || tag === this.tag) &&
        parts.every(([, name, attribute, value]) =>
          name
            ? this.classes.has(name)
            : attribute in this.attributes && (value === undefined || this.attributes[attribute] === value),
        )
      );
    });
  }
  closest(selector) {
    return this.matches(selector) ? this : (this.parent?.closest(selector) ?? null);
  }
  querySelectorAll(selector) {
    return this.children.flatMap((child) => [
      ...(child.matches(selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  }
  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
  addEventListener(name, act) {
    (this.listeners[name] ??= []).push(act);
  }
  scrollIntoView() {}
  setPointerCapture() {}
  getBoundingClientRect() {
    return { left: 0, top: 0, width: 100, height: 100 };
  }
  elementFromPoint() {
    return null;
  }
  focus() {
    if (!("tabindex" in this.attributes) && !FOCUSABLE.includes(this.tag)) return;
    document.focused = this;
    this.fire("focusin");
  }
  click() {
    this.fire("click");
  }

  /** Dispatches an event to its listeners and, until one of them stops it, to those of its ancestors. */
  fire(type, details = {}) {
    const event = {
      type,
      target: this,
      button: 0,
      pointerId: 1,
      prevented: false,
      stopped: false,
      preventDefault: () => (event.prevented = true),
      stopPropagation: () => (event.stopped = true),
      ...details,
    };
    for (let element = this; element && !event.stopped; element = element.parent)
      for (const listener of element.listeners[type] ?? []) listener({ ...event, currentTarget: element });
    return event;
  }

  getContext(kind = "2d") {
    if (kind !== "2d") return null;
    const paint =
      (name) =>
      (...callArguments) => (this.painted.push([name, ...callArguments]), {});
    return (this.pen ??= new Proxy(/** @type {any} */ ({ canvas: this }), {
      get: (target, name) =>
        name in target
          ? target[name]
          : name === "getImageData"
            ? (x, y, width, height) => ({ data: new Uint8ClampedArray(4 * width * height) })
            : paint(name),
      set: (target, name, value) => ((target[name] = value), this.painted.push([name, value]), true),
    }));
  }
}

const kebabCase = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function adopt(node, parent) {
  if (node instanceof Element) {
    node.remove();
    node.parent = parent;
  }
  return node;
}

const listeners = {};
/** @type {any} */
export const document = {
  documentElement: new Element("html"),
  body: new Element("body"),
  focused: null,
  createElement: (tag) => new Element(tag),
  createElementNS: (_, tag) => new Element(tag),
  addEventListener: (name, act) => (listeners[name] ??= new Set()).add(act),
  removeEventListener: (name, act) => listeners[name]?.delete(act),
  /** The focused element; null once it has left the page, where a browser would say `body`. */
  get activeElement() {
    return this.focused?.isConnected ? this.focused : null;
  },
};

globalThis.document = document;
globalThis.ImageData = /** @type {any} */ (
  class {
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  }
);

/** A new element on the page, in which a component can be put. */
export const host = () => document.body.appendChild(new Element("div"));
