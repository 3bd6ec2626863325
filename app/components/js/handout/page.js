/**
 * The base class of a document's pages.
 */

/** @template T */
export class Page {
  /** @param {T} told its description in the document @param {import("./settings.js").Settings} settings */
  constructor(told, settings) {
    this.told = told;
    this.settings = settings;
    /** Its mounted components. @type {import("./stage.js").Stage[]} */
    this.stages = [];
  }

  /** Updates the components from the settings. @returns {void | Promise<void>} */
  show() {}

  /** @param {Object<string, string | null>} texts */
  keep(texts) {
    this.settings.keep(texts);
    this.show();
  }
}
