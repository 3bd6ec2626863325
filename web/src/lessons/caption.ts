/**
 * The caption beside an experiment: the first of its sentences whose condition the figures fulfil, with the figures of
 * the moment.
 */

import { element } from "../base/dom.ts";
import { fillInFigures } from "./figures.ts";
import { blockElements, spokenText } from "./lesson_text.ts";
import type { Caption, Block } from "../messages.ts";
import type { FigureLog } from "./figures.ts";

export class ExperimentCaption {
  rows: Caption[] = [];
  terms: { [term: string]: string } = {};
  digits: { [figure: string]: number } = {};
  /** The sentence that is shown, and all that is shown of it. */
  shownContent: { row: Caption | null; text: string } = { row: null, text: "" };
  root = element("div", { class: "ls-caption", hidden: true });

  constructor() {}

  /** @param rows in the order in which they are tried */
  setRows(rows: Caption[], terms: { [term: string]: string }, digits: { [figure: string]: number }) {
    [this.rows, this.terms, this.digits] = [rows, terms, digits];
    this.show(null, []);
  }

  /**
   * Shows the sentence that fits.
   * @param figures null: no sentence is shown
   * @returns the text to announce, if it is another sentence than before; otherwise ""
   */
  update(figures: FigureLog | null): string {
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

  show(row: Caption | null, blocks: Block[]) {
    const text = JSON.stringify(blocks);
    if (row === this.shownContent.row && text === this.shownContent.text) return; // a term's definition stays open
    this.shownContent = { row, text };
    this.root.hidden = !row;
    this.root.replaceChildren(...blockElements(blocks, this.terms));
  }
}
