/**
 * The source of the user's own image: it is drawn on a pad, or its file is dropped, pasted or chosen.
 */

import { createChangeDetector } from "../base/memoize.js";
import { element, setText } from "../base/dom.js";
import { imageFileOf, readImage } from "./image_file.js";
import { preprocessImage } from "./preprocessing.js";
import { Pad } from "./pad.js";
import { translate } from "../base/translate.js";

export class ImageSource {
  /**
   * @param {HTMLElement} dropArea takes the drops; larger than the zone, since beside it the browser would open the
   *   image in place of the app
   * @param {{canTakeFile: () => boolean, canPasteFile: () => boolean, onDrop?: () => void, onChange: () => void}}
   *   callbacks canTakeFile: whether a file may be dropped now; canPasteFile: whether one may be pasted; onDrop: called
   *   before a dropped file is opened; onChange: called when there is another image, or none any more
   */
  constructor(dropArea, { canTakeFile, canPasteFile, onDrop, onChange }) {
    this.onChange = onChange;
    this.pad = new Pad(() => {
      this.fileImage = null;
      onChange();
    });
    const onFileChosen = () => {
      this.openFile(this.input.files?.[0] ?? null);
      this.input.value = ""; // so that the same file can be chosen again
    };
    this.input = element("input", { type: "file", accept: "image/*", class: "lp-hidden", onchange: onFileChosen });
    // the braces stay, for the underlined words
    const [beforeChoice, afterChoice = ""] = translate("Drop an image here, paste one, or {choice}").split("{choice}");
    this.zone = element(
      "label",
      { class: "lp-drop" },
      beforeChoice,
      element("u", {}, translate("choose a file")),
      afterChoice,
      this.input,
    );
    /**
     * Something is dragged over `dropArea`.
     * @param {DragEvent} event
     * @returns {boolean} whether it is a file, and files are taken now
     */
    const onDrag = (event) => {
      const isAccepted = Boolean(event.dataTransfer?.types.includes("Files")) && canTakeFile();
      if (isAccepted) event.preventDefault();
      this.zone.classList.toggle("lp-over", isAccepted && event.type === "dragover");
      return isAccepted;
    };
    dropArea.addEventListener("dragover", onDrag);
    dropArea.addEventListener("dragleave", onDrag);
    dropArea.addEventListener("drop", (event) => {
      if (!onDrag(event)) return;
      onDrop?.();
      this.openFile(imageFileOf(event.dataTransfer));
    });
    /** @param {ClipboardEvent} event */
    const onPaste = (event) => {
      const file = canPasteFile() && imageFileOf(event.clipboardData);
      if (!file) return;
      event.preventDefault();
      this.openFile(file);
    };
    document.addEventListener("paste", onPaste);
    this.close = () => document.removeEventListener("paste", onPaste);
    this.status = element("p", { class: "lp-note", role: "status" });
    /** The image from the last file; null if the pad's drawing counts. @type {ImageData | null} */
    this.fileImage = null;
    /** Counts requests; results of earlier ones are dropped. */
    this.requestNumber = 0;
    this.isPreprocessingNew = createChangeDetector();
  }

  /**
   * Sets how images are preprocessed.
   * @param {import("./pad.js").InputPreprocessing} preprocessing
   * @returns {boolean} whether it has changed
   */
  setPreprocessing(preprocessing) {
    const isNew = this.isPreprocessingNew(JSON.stringify(preprocessing));
    if (isNew) this.pad.setPreprocessing(preprocessing);
    return isNew;
  }

  /** The image, preprocessed like the data set's; null if there is none. @returns {Float32Array | null} */
  preprocessedImage() {
    const { preprocessing } = this.pad;
    if (this.fileImage) return preprocessImage(this.fileImage, preprocessing.image, preprocessing);
    const drawing = this.pad.toImageData();
    // drawn in black and white already
    return drawing && preprocessImage(drawing, preprocessing.image, { ...preprocessing, tones: undefined });
  }

  /** @param {File | null} file */
  async openFile(file) {
    if (!file) return this.showStatus(translate("This is not a file. Drop an image, or choose one."));
    const requestNumber = ++this.requestNumber;
    this.showStatus(translate("Reading the image …"));
    try {
      const picture = await readImage(file);
      if (requestNumber !== this.requestNumber) return;
      this.fileImage = picture;
      this.pad.removeStrokes();
      this.onChange();
    } catch (error) {
      if (requestNumber === this.requestNumber) this.showError(error);
    }
  }

  /** @param {string} sentence */
  showStatus(sentence) {
    setText(this.status, sentence);
  }

  /** @param {unknown} error */
  showError(error) {
    this.showStatus(error instanceof Error ? error.message : String(error));
  }
}
