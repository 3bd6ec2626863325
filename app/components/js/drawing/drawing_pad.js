/**
 * A drawing pad as a component of its own: the image is preprocessed like the data set's images, and its pixels are
 * sent to Python.
 */

import { toBase64 } from "../base/array_json.js";
import { element } from "../base/dom.js";
import { bytesFromValues } from "../base/pictures.js";
import { createMount } from "../host/mounting.js";
import { reportAction } from "../lessons/participation.js";
import { ImageSource } from "./image_source.js";
import { translate } from "../base/translate.js";

export class DrawingPad {
  /** @param {HTMLElement} root */
  constructor(root) {
    /** @type {import("../host/host.js").SendMessage} */
    this.sendMessage = () => {};
    this.root = element("div", { class: "lp dp" });
    this.source = new ImageSource(this.root, {
      canTakeFile: () => true,
      canPasteFile: () => true,
      onChange: () => this.sendImage(),
    });
    const { pad, zone, status } = this.source;
    status.classList.add("dp-note");
    this.root.append(element("div", { class: "lp-drawing" }, pad.canvas), pad.hint, pad.buttons, zone, status);
    root.append(this.root);
  }

  close() {
    this.source.requestNumber++;
    this.source.close();
  }

  /**
   * The message: how the data set's images are preprocessed, and a sentence about the image.
   * @param {import("../../messages.js").OutgoingMessages["drawing_pad"]} message
   */
  update({ header }) {
    const isPreprocessingNew = this.source.setPreprocessing(header.preprocessing);
    this.source.showStatus(header.caption);
    if (isPreprocessingNew && (this.source.fileImage || this.source.pad.strokes.length)) this.sendImage();
  }

  /**
   * @param {string} _
   * @param {string} sentence
   */
  setNote(_, sentence) {
    this.source.showStatus(sentence);
  }

  /** Preprocesses the image and sends it to Python; null if there is none. */
  sendImage() {
    const { source } = this;
    source.requestNumber++;
    try {
      const x = source.preprocessedImage();
      if (!x) return this.sendMessage("image", { pixels: null });
      source.showStatus(translate("Classifying …"));
      this.sendMessage("image", { pixels: toBase64(bytesFromValues(x, source.pad.preprocessing.image)) });
      reportAction({ kind: "draw" });
    } catch (error) {
      source.showError(error);
    }
  }
}

export default createMount(DrawingPad);
