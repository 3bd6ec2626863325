/**
 * What all kinds of pages of a document have in common.
 */

/** @template T */
export class Page {
  /** @param {T} told what the document says of it @param {import("./settings.js").Settings} settings */
  constructor(told, settings) {
    this.told = told;
    this.settings = settings;
    /** Of what it has mounted. @type {import("./stage.js").Stage[]} */
    this.stages = [];
  }

  /** Hands what is mounted what the settings say. @returns {void | Promise<void>} */
  show() {}

  /** @param {Object<string, string | null>} texts */
  keep(texts) {
    this.settings.keep(texts);
    this.show();
  }
}
