/**
 * The text of a lesson as elements: blocks as read by `app/lessons/markup.py`. A term of the glossary is a button that
 * shows its definition while it is pointed at or focused; Escape hides it.
 */

import { element } from "../base/dom.js";

// What begins a text and belongs to the word before it: a Korean particle, punctuation.
const WORD_ENDING = /^(?:\p{Script=Hangul}{1,4}(?=[\s\p{P}]|$))?\p{P}*/u;

let tipCount = 0;

/**
 * @param {import("../../messages.js").Block[]} blocks
 * @param {Object<string, string>} terms their definitions
 * @returns {HTMLElement[]}
 */
export function blockElements(blocks, terms) {
  return blocks.map(({ kind, items, columns = 0 }) => {
    if (kind === "table") return tableElement(items, columns, terms);
    if (kind === "ul")
      return element("ul", {}, ...items.map((parts) => element("li", {}, ...partElements(parts, terms))));
    return element("p", {}, ...partElements(items[0], terms));
  });
}

/**
 * A table whose first row and first column are headings.
 * @param {import("../../messages.js").Part[][]} cells row by row
 * @param {number} columns
 * @param {Object<string, string>} terms
 * @returns {HTMLElement}
 */
function tableElement(cells, columns, terms) {
  const rows = Array.from({ length: cells.length / columns }, (_, row) =>
    cells.slice(row * columns, (row + 1) * columns).map((parts, column) => {
      if (row === 0) return element("th", { scope: "col" }, ...partElements(parts, terms));
      if (column === 0) return element("th", { scope: "row" }, ...partElements(parts, terms));
      return element("td", {}, ...partElements(parts, terms));
    }),
  );
  const [headRow, ...bodyRows] = rows.map((row) => element("tr", {}, ...row));
  return element("table", { class: "ls-table" }, element("thead", {}, headRow), element("tbody", {}, ...bodyRows));
}

/**
 * The text of blocks for an announcement: without the definitions of their terms, which are hidden.
 * @param {Element} root with the blocks
 * @returns {string}
 */
export function spokenText(root) {
  const copy = /** @type {Element} */ (root.cloneNode(true));
  for (const tooltip of copy.querySelectorAll("[role=tooltip]")) tooltip.remove();
  return Array.from(copy.querySelectorAll("p, li"), ({ textContent }) => textContent).join(" ");
}

/**
 * The elements of a line's parts. What belongs to a term stays on its line.
 * @param {import("../../messages.js").Part[]} parts
 * @param {Object<string, string>} terms
 * @returns {(Node | string)[]}
 */
function partElements(parts, terms) {
  /** @type {(Node | string)[]} */
  const elements = [];
  /** @type {Element | null} */
  let lastTerm = null;
  for (const { text, term, as } of parts) {
    if (term && terms[term]) {
      lastTerm = glossaryTerm(text, term, terms[term]);
      elements.push(lastTerm);
      continue;
    }
    if (!as || as === "term") {
      const ending = lastTerm ? (WORD_ENDING.exec(text)?.[0] ?? "") : "";
      lastTerm?.append(ending);
      elements.push(text.slice(ending.length));
    } else elements.push(element(/** @type {keyof HTMLElementTagNameMap} */ (as), {}, text));
    lastTerm = null;
  }
  return elements;
}

/**
 * A term with its definition as a tooltip.
 * @param {string} text
 * @param {string} term
 * @param {string} definition
 * @returns {Element}
 */
function glossaryTerm(text, term, definition) {
  const id = `ls-tip-${++tipCount}`;
  const tooltip = element("span", { class: "ls-tip", role: "tooltip", id }, element("b", {}, `${term}: `), definition);
  const word = element(
    "button",
    {
      type: "button",
      class: "ls-word",
      "aria-describedby": id,
      onkeydown: (event) => event.key === "Escape" && tooltip.classList.add("ls-away"),
      onfocus: () => tooltip.classList.remove("ls-away"),
      onpointerenter: () => tooltip.classList.remove("ls-away"),
    },
    text,
  );
  return element("span", { class: "ls-term" }, word, tooltip);
}
