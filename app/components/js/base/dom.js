/**
 * Elements of a page, their text and their size.
 */

/** @typedef {string | number | boolean | null | undefined} Value of an attribute */
/** @typedef {{[K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void}} Listeners */
/** @typedef {Listeners & {[name: `${Lowercase<string>}`]: Value | ((event: never) => void)}} Attributes */

/**
 * An element with attributes (functions become listeners, true an empty attribute, false and null none) and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export const element = (tag, attributes = {}, ...children) =>
  applyAttributes(document.createElement(tag), attributes, children);

/**
 * An SVG element, in the same way.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{[name: string]: Value}} attributes
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export const svgElement = (tag, attributes = {}, ...children) =>
  applyAttributes(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/**
 * @template {HTMLElement | SVGElement} T
 * @param {T} node
 * @param {Attributes | {[name: string]: Value}} attributes
 * @param {(Node | string)[]} children
 */
function applyAttributes(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style")
      node.style.cssText = String(value); // as an attribute, a page's content policy may refuse it
    else if (typeof value === "function")
      node.addEventListener(name.replace(/^on/, ""), /** @type {EventListener} */ (value));
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/**
 * Sets a text only if it differs, since a screen reader reads out again what is written again.
 * @param {HTMLElement | SVGElement} host
 * @param {string} text
 */
export function setText(host, text) {
  if (host.textContent !== text) host.textContent = text;
}

/**
 * The first element within another that matches a selector and is there.
 * @param {ParentNode} host
 * @param {string} selector
 * @returns {HTMLElement}
 */
export const findElement = (host, selector) => /** @type {HTMLElement} */ (host.querySelector(selector));

/**
 * The element with the focus in the document or shadow root that an element is in.
 * @param {Node} node
 * @returns {Element | null}
 */
export function focusedElement(node) {
  return /** @type {Document | ShadowRoot} */ (node.getRootNode()).activeElement ?? null;
}

/**
 * Rebuilds a part of the page. If one of its controls had the focus, the new control at the same position gets it, or
 * the last control if there are fewer now, or the part itself if there is none.
 * @param {HTMLElement} host
 * @param {string} selector of the controls
 * @param {() => void} build
 */
export function rebuildKeepingFocus(host, selector, build) {
  const findControls = () => /** @type {HTMLElement[]} */ ([...host.querySelectorAll(selector)]);
  const focusedIndex = findControls().indexOf(/** @type {HTMLElement} */ (focusedElement(host)));
  build();
  if (focusedIndex >= 0) (findControls()[focusedIndex] ?? findControls().at(-1) ?? host).focus();
}

/**
 * @param {string} text
 * @param {() => void} onclick
 * @param {Attributes} [attributes]
 * @returns {HTMLButtonElement}
 */
export const button = (text, onclick, attributes = {}) =>
  element("button", { type: "button", class: "lp-button", onclick, ...attributes }, text);

/**
 * A button with a short text, whose name is its title.
 * @param {string} text
 * @param {string} name
 * @param {() => void} onclick
 * @returns {HTMLButtonElement}
 */
export const smallButton = (text, name, onclick) =>
  button(text, onclick, { class: "lp-small", "aria-label": name, title: name });

/**
 * The options of a select: titles by value, or in the order of the numbers from 0 on.
 * @param {string[] | Object<string, string>} titles
 * @returns {HTMLElement[]}
 */
export const optionElements = (titles) =>
  Object.entries(titles).map(([value, title]) => element("option", { value }, title));

/** A list of terms and their values. @param {string[][]} rows @returns {HTMLDListElement} */
export const valuesList = (rows) =>
  element(
    "dl",
    { class: "lp-values" },
    ...rows.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))),
  );

/**
 * Sets the one sentence about a subject among the notes; an empty sentence removes it.
 * @param {HTMLElement} notes
 * @param {string} subject
 * @param {string} sentence
 * @returns {boolean} whether a new sentence is shown
 */
export function setNote(notes, subject, sentence) {
  const paragraph = /** @type {HTMLElement | null} */ (notes.querySelector(`[data-about="${subject}"]`));
  if (paragraph && paragraph.textContent === sentence) return false;
  if (!sentence) paragraph?.remove();
  else if (paragraph) paragraph.textContent = sentence;
  else notes.append(element("p", { "data-about": subject }, sentence));
  return Boolean(sentence);
}

/**
 * Calls `callback` when an element's size changes, or the number of device pixels for a CSS pixel, as on another
 * monitor.
 * @param {HTMLElement} host @param {() => void} callback @returns {() => void} ends it
 */
export function observeSize(host, callback) {
  const observer = new ResizeObserver(callback);
  observer.observe(host);
  const abortController = new AbortController();
  const watchPixelRatio = () =>
    window
      .matchMedia(`(resolution: ${window.devicePixelRatio}dppx)`)
      .addEventListener("change", onPixelRatioChange, { once: true, signal: abortController.signal });
  const onPixelRatioChange = () => {
    watchPixelRatio();
    callback();
  };
  watchPixelRatio();
  return () => {
    observer.disconnect();
    abortController.abort();
  };
}
