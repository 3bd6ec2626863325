/**
 * The source of the user's own image: it is drawn on a pad, or its file is dropped, pasted or chosen.
 */

import { changes } from "../base/anew.js";
import { element, write } from "../base/dom.js";
import { fileOf, pictureOf } from "./image_file.js";
import { normalise } from "./normalise.js";
import { Pad } from "./pad.js";

export class Source {
  /**
   * @param {HTMLElement} around takes the drops; larger than the zone, since beside it the browser would open the image in place of the app
   * @param {{takes: () => boolean, pastes: () => boolean, dropped?: () => void, changed: () => void}} acts takes: whether a file may be
   *   dropped now; pastes: whether one may be pasted; dropped: called before a dropped file is opened; changed: called when there is
   *   another image, or none any more
   */
  constructor(around, { takes, pastes, dropped, changed }) {
    this.changed = changed;
    this.pad = new Pad(() => {
      this.given = null;
      changed();
    });
    const chosen = () => {
      this.open(this.input.files[0] ?? null);
      this.input.value = ""; // so that the same file can be chosen again
    };
    this.input = element("input", { type: "file", accept: "image/*", class: "lp-hidden", onchange: chosen });
    this.zone = element("label", { class: "lp-drop" }, "Drop an image here, paste one, or ", element("u", {}, "choose a file"), this.input);
    /** Something is dragged over `around`. @param {DragEvent} event @returns {boolean} whether it is a file, and files are taken now */
    const over = (event) => {
      const taken = Boolean(event.dataTransfer?.types.includes("Files")) && takes();
      if (taken) event.preventDefault();
      this.zone.classList.toggle("lp-over", taken && event.type === "dragover");
      return taken;
    };
    around.addEventListener("dragover", over);
    around.addEventListener("dragleave", over);
    around.addEventListener("drop", (event) => {
      if (!over(event)) return;
      dropped?.();
      this.open(fileOf(event.dataTransfer));
    });
    /** @param {ClipboardEvent} event */
    const paste = (event) => {
      const file = pastes() && fileOf(event.clipboardData);
      if (!file) return;
      event.preventDefault();
      this.open(file);
    };
    document.addEventListener("paste", paste);
    this.close = () => document.removeEventListener("paste", paste);
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
    const { recipe } = this.pad;
    if (this.given) return normalise(this.given, recipe.image, recipe);
    const drawn = this.pad.picture();
    return drawn && normalise(drawn, recipe.image, { ...recipe, tones: undefined }); // drawn in black and white already
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
