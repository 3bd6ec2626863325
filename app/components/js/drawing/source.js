/**
 * The source of the user's own image: it is drawn on a pad, or its file is dropped, pasted or chosen.
 */

import { changes } from "../base/anew.js";
import { element, write } from "../base/dom.js";
import { fileZone } from "./file_zone.js";
import { pictureOf } from "./image_file.js";
import { normalise } from "./normalise.js";
import { Pad } from "./pad.js";

export class Source {
  /**
   * @param {HTMLElement} around where a file may be dropped
   * @param {{takes: () => boolean, pastes: () => boolean, dropped?: () => void, changed: () => void}} acts those of `fileZone`; `changed` is
   *   called when there is another image, or none any more
   */
  constructor(around, { changed, ...acts }) {
    this.changed = changed;
    this.pad = new Pad(() => {
      this.given = null;
      changed();
    });
    this.files = fileZone(around, { ...acts, open: (file) => this.open(file) });
    this.status = element("p", { class: "lp-said", role: "status" });
    /** The image from the last file; null if the pad's drawing counts. @type {ImageData | null} */
    this.given = null;
    /** Counts requests; results of earlier ones are dropped. */
    this.turn = 0;
    this.recipeChanged = changes();
  }

  /** Sets the recipe of preprocessing. @param {import("./pad.js").Recipe} recipe @returns {boolean} whether it has changed */
  suit(recipe) {
    const changed = this.recipeChanged(JSON.stringify(recipe));
    if (changed) this.pad.suit(recipe);
    return changed;
  }

  /** The image, preprocessed like the data set's; null if there is none. @returns {Float32Array | null} */
  image() {
    const picture = this.given ?? this.pad.picture();
    return picture && normalise(picture, this.pad.recipe.image, this.pad.recipe);
  }

  /** @param {File | null} file */
  async open(file) {
    if (!file) return this.say("This is not a file. Drop an image, or choose one.");
    const turn = ++this.turn;
    this.say("Reading the image …");
    try {
      const picture = await pictureOf(file);
      if (turn !== this.turn) return;
      this.given = picture;
      this.pad.wipe();
      this.changed();
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  /** @param {string} sentence */
  say(sentence) {
    write(this.status, sentence);
  }

  /** @param {unknown} error */
  fail(error) {
    this.say(error instanceof Error ? error.message : String(error));
  }
}
