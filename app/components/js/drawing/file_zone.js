/**
 * Where a file with an image is dropped, pasted or chosen.
 */

import { element } from "../base/dom.js";
import { fileOf } from "./image_file.js";

/**
 * takes: whether a file may be dropped now; pastes: whether one may be pasted; dropped: told before a dropped one is opened.
 * @typedef {{takes: () => boolean, pastes: () => boolean, open: (file: File | null) => void, dropped?: () => void}} Acts
 */

export class FileZone {
  /**
   * @param {HTMLElement} around where a drop is taken: not the zone alone, for beside it the browser would open the image in the app's place
   * @param {Acts} acts
   */
  constructor(around, acts) {
    this.acts = acts;
    this.input = element("input", { type: "file", accept: "image/*", class: "lp-hidden", onchange: () => this.chose() });
    this.root = element("label", { class: "lp-drop" }, "Drop an image here, paste one, or ", element("u", {}, "choose a file"), this.input);
    around.addEventListener("dragover", (event) => this.over(event, true));
    around.addEventListener("dragleave", (event) => this.over(event, false));
    around.addEventListener("drop", (event) => this.drop(event));
    const paste = (event) => this.paste(event);
    document.addEventListener("paste", paste);
    this.close = () => document.removeEventListener("paste", paste);
  }

  chose() {
    this.acts.open(this.input.files?.[0] ?? null);
    this.input.value = ""; // so that the same file can be chosen again
  }

  /** A file is over the zone or what stands around it. @param {DragEvent} event @param {boolean} on */
  over(event, on) {
    if (!this.takes(event)) return;
    event.preventDefault();
    this.root.classList.toggle("lp-over", on);
  }

  /** @param {DragEvent} event */
  drop(event) {
    if (!this.takes(event)) return;
    this.over(event, false);
    this.acts.dropped?.();
    this.acts.open(fileOf(event.dataTransfer));
  }

  /** Whether it is a file, and files are taken now. @param {DragEvent} event */
  takes({ dataTransfer }) {
    return Boolean(dataTransfer?.types.includes("Files")) && this.acts.takes();
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const file = this.acts.pastes() && fileOf(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    this.acts.open(file);
  }
}
