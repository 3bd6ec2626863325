/**
 * The base class of a document's pages.
 */

/** @template T */
export class DocumentPage {
  /**
   * @param {T} description its description in the document
   * @param {import("./settings.js").Settings} settings
   */
  constructor(description, settings) {
    this.description = description;
    this.settings = settings;
    /** Its mounted components. @type {import("./mounted_component.js").MountedComponent[]} */
    this.components = [];
  }

  /** Updates the components from the settings. @returns {void | Promise<void>} */
  show() {}

  /** @param {Object<string, string | null>} texts */
  setSettings(texts) {
    this.settings.setTexts(texts);
    this.show();
  }
}
