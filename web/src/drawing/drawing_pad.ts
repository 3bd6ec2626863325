/**
 * A drawing pad as a component of its own: the image is preprocessed like the data set's images, and its pixels are
 * sent to Python.
 */

import { toBase64 } from "../base/array_json.ts";
import { element } from "../base/dom.ts";
import { bytesFromValues } from "../base/pictures.ts";
import { createMount } from "../host/mounting.ts";
import { reportAction } from "../lessons/participation.ts";
import { ImageSource } from "./image_source.ts";
import { translate } from "../base/translate.ts";
import type { SendMessage } from "../host/host.ts";
import type { OutgoingMessages } from "../messages.ts";

export class DrawingPad {
  sendMessage: SendMessage = () => {};
  root = element("div", { class: "lp dp" });
  source = new ImageSource(this.root, {
    canTakeFile: () => true,
    canPasteFile: () => true,
    onChange: () => this.sendImage(),
  });

  constructor(root: HTMLElement) {
    const { pad, zone, status } = this.source;
    status.classList.add("dp-note");
    this.root.append(element("div", { class: "lp-drawing" }, pad.canvas), pad.hint, pad.buttons, zone, status);
    root.append(this.root);
  }

  close() {
    this.source.requestNumber++;
    this.source.close();
  }

  /** The message: how the data set's images are preprocessed, and a sentence about the image. */
  update({ header }: OutgoingMessages["drawing_pad"]) {
    const isPreprocessingNew = this.source.setPreprocessing(header.preprocessing);
    this.source.showStatus(header.caption);
    if (isPreprocessingNew && (this.source.fileImage || this.source.pad.strokes.length)) this.sendImage();
  }

  setNote(_: string, sentence: string) {
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
