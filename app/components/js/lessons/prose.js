/**
 * The text of a lesson as elements: blocks as read by `app/lessons/markup.py`. A term of the glossary is a button that shows its
 * definition while it is pointed at or focused; Escape hides it.
 */

import { element } from "../base/dom.js";

let made = 0;

/** @param {import("../../messages.js").Block[]} blocks @param {Object<string, string>} terms their definitions @returns {HTMLElement[]} */
export function blocksOf(blocks, terms) {
  return blocks.map(({ kind, items }) => {
    if (kind === "ul") return element("ul", {}, ...items.map((parts) => element("li", {}, ...partsOf(parts, terms))));
    return element("p", {}, ...partsOf(items[0], terms));
  });
}

/** @param {import("../../messages.js").Part[]} parts @param {Object<string, string>} terms @returns {(Node | string)[]} */
const partsOf = (parts, terms) => parts.flatMap((part) => (part.term && terms[part.term] ? explained(part.text, part.term, terms[part.term]) : [part.as && part.as !== "term" ? element(part.as, {}, part.text) : part.text]));

/** A term with its definition as a tooltip. @param {string} text @param {string} term @param {string} means @returns {Node[]} */
function explained(text, term, means) {
  const id = `ls-tip-${++made}`;
  const tip = element("span", { class: "ls-tip", role: "tooltip", id }, element("b", {}, `${term}: `), means);
  const word = element("button", {
    type: "button", class: "ls-word", "aria-describedby": id,
    onkeydown: (event) => event.key === "Escape" && tip.classList.add("ls-away"),
    onfocus: () => tip.classList.remove("ls-away"), onpointerenter: () => tip.classList.remove("ls-away"),
  }, text); // prettier-ignore
  return [word, tip];
}
