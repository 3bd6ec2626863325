/**
 * Elements of a page, their text and their size.
 */

/** Of an attribute. */
type Value = string | number | boolean | null | undefined;
type Listeners = { [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void };
export type Attributes = Listeners & { [name: `${Lowercase<string>}`]: Value | ((event: never) => void) };

/**
 * An element with attributes (functions become listeners, true an empty attribute, false and null none) and children.
 */
export const element = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] => applyAttributes(document.createElement(tag), attributes, children);

/** An SVG element, in the same way. */
export const svgElement = <Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: { [name: string]: Value } = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[Tag] =>
  applyAttributes(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

function applyAttributes<T extends HTMLElement | SVGElement>(
  node: T,
  attributes: Attributes | { [name: string]: Value },
  children: (Node | string)[],
) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style")
      node.style.cssText = String(value); // as an attribute, a page's content policy may refuse it
    else if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value as EventListener);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/** Sets a text only if it differs, since a screen reader reads out again what is written again. */
export function setText(host: HTMLElement | SVGElement, text: string) {
  if (host.textContent !== text) host.textContent = text;
}

/** The first element within another that matches a selector and is there. */
export const findElement = (host: ParentNode, selector: string): HTMLElement =>
  host.querySelector(selector) as HTMLElement;

/** The element with the focus in the document or shadow root that an element is in. */
export function focusedElement(node: Node): Element | null {
  return (node.getRootNode() as Document | ShadowRoot).activeElement ?? null;
}

/**
 * Rebuilds a part of the page. If one of its controls had the focus, the new control at the same position gets it, or
 * the last control if there are fewer now, or the part itself if there is none.
 * @param selector of the controls
 */
export function rebuildKeepingFocus(host: HTMLElement, selector: string, build: () => void) {
  const findControls = () => [...host.querySelectorAll(selector)] as HTMLElement[];
  const focusedIndex = findControls().indexOf(focusedElement(host) as HTMLElement);
  build();
  if (focusedIndex >= 0) (findControls()[focusedIndex] ?? findControls().at(-1) ?? host).focus();
}

export const button = (text: string, onclick: () => void, attributes: Attributes = {}): HTMLButtonElement =>
  element("button", { type: "button", class: "lp-button", onclick, ...attributes }, text);

/** A button with a short text, whose name is its title. */
export const smallButton = (text: string, name: string, onclick: () => void): HTMLButtonElement =>
  button(text, onclick, { class: "lp-small", "aria-label": name, title: name });

/** The options of a select: titles by value, or in the order of the numbers from 0 on. */
export const optionElements = (titles: string[] | Record<string, string>): HTMLElement[] =>
  Object.entries(titles).map(([value, title]) => element("option", { value }, title));

/** A list of terms and their values. */
export const valuesList = (rows: string[][]): HTMLDListElement =>
  element(
    "dl",
    { class: "lp-values" },
    ...rows.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))),
  );

/**
 * Sets the one sentence about a subject among the notes; an empty sentence removes it.
 * @returns whether a new sentence is shown
 */
export function setNote(notes: HTMLElement, subject: string, sentence: string): boolean {
  const paragraph = notes.querySelector(`[data-about="${subject}"]`) as HTMLElement | null;
  if (paragraph && paragraph.textContent === sentence) return false;
  if (!sentence) paragraph?.remove();
  else if (paragraph) paragraph.textContent = sentence;
  else notes.append(element("p", { "data-about": subject }, sentence));
  return Boolean(sentence);
}

/**
 * Calls `callback` when an element's size changes, or the number of device pixels for a CSS pixel, as on another
 * monitor.
 * @returns ends it
 */
export function observeSize(host: HTMLElement, callback: () => void): () => void {
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
