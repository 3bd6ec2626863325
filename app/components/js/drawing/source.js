/**
 * Where an image from outside comes from: it is drawn on a pad, or a file with it is dropped, pasted or chosen.
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
   *   told of another image, or that there is none any more
   */
  constructor(around, { changed, ...acts }) {
    this.changed = changed;
    this.pad = new Pad(() => {
      this.given = null;
      changed();
    });
    this.files = fileZone(around, { ...acts, open: (file) => this.open(file) });
    this.status = element("p", { class: "lp-said", role: "status" });
    /** What was given last as a file; null where the pad has the word. @type {ImageData | null} */
    this.given = null;
    /** Rises with all that is asked for; what comes of an earlier turn is not wanted any more. */
    this.turn = 0;
    this.others = changes();
  }

  /** Images are made in this way from now on. @param {import("./pad.js").Recipe} recipe @returns {boolean} whether in another than before */
  suit(recipe) {
    const other = this.others(JSON.stringify(recipe));
    if (other) this.pad.suit(recipe);
    return other;
  }

  /** The image, prepared like the data set's; null where there is none. @returns {Float32Array | null} */
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
