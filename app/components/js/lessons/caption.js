/**
 * The caption beside an experiment: the first of its sentences whose condition the figures fulfil, with the figures of
 * the moment.
 */

import { element } from "../base/dom.js";
import { fillInFigures } from "./figures.js";
import { blockElements, spokenText } from "./lesson_text.js";

/** @typedef {import("../../messages.js").Caption} Caption */

export class ExperimentCaption {
  constructor() {
    /** @type {Caption[]} */
    this.rows = [];
    /** @type {{[term: string]: string}} */
    this.terms = {};
    /** @type {{[figure: string]: number}} */
    this.digits = {};
    /** The sentence that is shown, and all that is shown of it. @type {{row: Caption | null, text: string}} */
    this.shownContent = { row: null, text: "" };
    this.root = element("div", { class: "ls-caption", hidden: true });
  }

  /**
   * @param {Caption[]} rows in the order in which they are tried
   * @param {{[term: string]: string}} terms
   * @param {{[figure: string]: number}} digits
   */
  setRows(rows, terms, digits) {
    [this.rows, this.terms, this.digits] = [rows, terms, digits];
    this.show(null, []);
  }

  /**
   * Shows the sentence that fits.
   * @param {import("./figures.js").FigureLog | null} figures null: no sentence is shown
   * @returns {string} the text to announce, if it is another sentence than before; otherwise ""
   */
  update(figures) {
    const before = this.shownContent.row;
    for (const row of figures ? this.rows : []) {
      const blocks = figures?.holds(row.condition) ? fillInFigures(row.blocks, figures, this.digits) : null;
      if (!blocks) continue;
      this.show(row, blocks);
      return row === before ? "" : spokenText(this.root);
    }
    this.show(null, []);
    return "";
  }

  /**
   * @param {Caption | null} row
   * @param {import("../../messages.js").Block[]} blocks
   */
  show(row, blocks) {
    const text = JSON.stringify(blocks);
    if (row === this.shownContent.row && text === this.shownContent.text) return; // a term's definition stays open
    this.shownContent = { row, text };
    this.root.hidden = !row;
    this.root.replaceChildren(...blockElements(blocks, this.terms));
  }
}
