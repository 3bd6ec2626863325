/**
 * Elements of a page, and what is said in them.
 */

/** @typedef {{[name: string]: string | number | boolean | null | undefined | ((event: any) => void)}} Attributes */

/**
 * An element with attributes (functions become listeners, true an empty attribute, false and null none) and children.
 * @param {string} tag
 * @param {Attributes} attributes
 * @param {...(Node | string)} children
 * @returns {any}
 */
export const element = (tag, attributes = {}, ...children) => furnished(document.createElement(tag), attributes, children);

/** A part of a drawing, in the same way. @param {string} tag @param {Object<string, any>} attributes @param {...(Node | string)} children @returns {any} */
export const svg = (tag, attributes = {}, ...children) => furnished(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** @param {any} made @param {Object<string, any>} attributes @param {(Node | string)[]} children */
function furnished(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "style") made.style.cssText = value; // as an attribute, a page's content policy may refuse it
    else if (typeof value === "function") made.addEventListener(name.replace(/^on/, ""), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null) made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** Only where it says something else: what is written anew is read out anew. @param {HTMLElement} host @param {string} text */
export function write(host, text) {
  if (host.textContent !== text) host.textContent = text;
}

/**
 * Builds a part anew; who was at one of its controls is then at the one that stands in its place, at the last one where fewer do,
 * or at the part itself where none does and it can be focused.
 * @param {HTMLElement} host
 * @param {string} selector of the controls
 * @param {() => void} build
 */
export function keepingFocus(host, selector, build) {
  const all = () => /** @type {HTMLElement[]} */ ([...host.querySelectorAll(selector)]);
  const at = all().indexOf(/** @type {any} */ (host.getRootNode()).activeElement);
  build();
  if (at >= 0) (all()[at] ?? all().at(-1) ?? host).focus();
}

/** @param {string} text @param {(event: any) => void} onclick @param {Attributes} [more] @returns {HTMLButtonElement} */
export const button = (text, onclick, more = {}) => element("button", { type: "button", class: "lp-button", onclick, ...more }, text);

/** A button so small that its name is a title. @param {string} text @param {string} name @param {() => void} onclick @returns {HTMLButtonElement} */
export const smallButton = (text, name, onclick) => button(text, onclick, { class: "lp-small", "aria-label": name, title: name });

/** What can be chosen in a select: a title for each value, or for each number from 0 on. @param {string[] | Object<string, string>} titles @returns {HTMLElement[]} */
export const options = (titles) => Object.entries(titles).map(([value, title]) => element("option", { value }, title));

/** Terms and what they are, in a list. @param {string[][]} rows */
export const valuesList = (rows) => element("dl", { class: "lp-values" }, ...rows.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))));

/**
 * A sentence under a heading of its own among others; an empty one takes it away.
 * @param {HTMLElement} notes
 * @param {string} about
 * @param {string} sentence
 * @returns {boolean} whether it says something that was not there
 */
export function note(notes, about, sentence) {
  const known = /** @type {HTMLElement | null} */ (notes.querySelector(`[data-about="${about}"]`));
  if (known && known.textContent === sentence) return false;
  if (!sentence) known?.remove();
  else if (known) known.textContent = sentence;
  else notes.append(element("p", { "data-about": about }, sentence));
  return Boolean(sentence);
}
