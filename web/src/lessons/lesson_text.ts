/**
 * The text of a lesson as elements: blocks as read by `app/lessons/markup.py`. A term of the glossary is a button that
 * shows its definition while it is pointed at or focused; Escape hides it.
 */

import { element } from "../base/dom.ts";
import type { Block, Part } from "../messages.ts";

// What begins a text and belongs to the word before it: a Korean particle, punctuation.
const WORD_ENDING = /^(?:\p{Script=Hangul}{1,4}(?=[\s\p{P}]|$))?\p{P}*/u;

let tipCount = 0;

/** @param terms their definitions */
export function blockElements(blocks: Block[], terms: Record<string, string>): HTMLElement[] {
  return blocks.map(({ kind, items, columns = 0 }) => {
    if (kind === "table") return tableElement(items, columns, terms);
    if (kind === "ul")
      return element("ul", {}, ...items.map((parts) => element("li", {}, ...partElements(parts, terms))));
    return element("p", {}, ...partElements(items[0], terms));
  });
}

/**
 * A table whose first row and first column are headings.
 * @param cells row by row
 */
function tableElement(cells: Part[][], columns: number, terms: Record<string, string>): HTMLElement {
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
 * @param root with the blocks
 */
export function spokenText(root: Element): string {
  const copy = root.cloneNode(true) as Element;
  for (const tooltip of copy.querySelectorAll("[role=tooltip]")) tooltip.remove();
  return Array.from(copy.querySelectorAll("p, li"), ({ textContent }) => textContent).join(" ");
}

/** The elements of a line's parts. What belongs to a term stays on its line. */
function partElements(parts: Part[], terms: Record<string, string>): (Node | string)[] {
  const elements: (Node | string)[] = [];
  let lastTerm: Element | null = null;
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
    } else elements.push(element(as as keyof HTMLElementTagNameMap, {}, text));
    lastTerm = null;
  }
  return elements;
}

/** A term with its definition as a tooltip. */
function glossaryTerm(text: string, term: string, definition: string): Element {
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
