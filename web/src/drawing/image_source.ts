/**
 * The source of the user's own image: it is drawn on a pad, or its file is dropped, pasted or chosen.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element, setText } from "../base/dom.ts";
import { imageFileOf, readImage } from "./image_file.ts";
import { preprocessImage } from "./preprocessing.ts";
import { Pad } from "./pad.ts";
import { translate } from "../base/translate.ts";
import type { InputPreprocessing } from "../messages.ts";

export class ImageSource {
  onChange: () => void;
  pad: Pad;
  fileImage: ImageData | null;
  input: HTMLInputElement;
  zone: HTMLLabelElement;
  close: () => void;
  status: HTMLParagraphElement;
  /** Counts requests; results of earlier ones are dropped. */
  requestNumber: number;
  isPreprocessingNew;

  /**
   * @param dropArea takes the drops; larger than the zone, since beside it the browser would open the image in place
   *   of the app
   * @param callbacks canTakeFile: whether a file may be dropped now; canPasteFile: whether one may be pasted; onDrop:
   *   called before a dropped file is opened; onChange: called when there is another image, or none any more
   */
  constructor(
    dropArea: HTMLElement,
    {
      canTakeFile,
      canPasteFile,
      onDrop,
      onChange,
    }: { canTakeFile: () => boolean; canPasteFile: () => boolean; onDrop?: () => void; onChange: () => void },
  ) {
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
     * @returns whether it is a file, and files are taken now
     */
    const onDrag = (event: DragEvent): boolean => {
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
    const onPaste = (event: ClipboardEvent) => {
      const file = canPasteFile() && imageFileOf(event.clipboardData);
      if (!file) return;
      event.preventDefault();
      this.openFile(file);
    };
    document.addEventListener("paste", onPaste);
    this.close = () => document.removeEventListener("paste", onPaste);
    this.status = element("p", { class: "lp-note", role: "status" });
    /** The image from the last file; null if the pad's drawing counts. */
    this.fileImage = null;
    this.requestNumber = 0;
    this.isPreprocessingNew = createChangeDetector();
  }

  /**
   * Sets how images are preprocessed.
   * @returns whether it has changed
   */
  setPreprocessing(preprocessing: InputPreprocessing): boolean {
    const isNew = this.isPreprocessingNew(JSON.stringify(preprocessing));
    if (isNew) this.pad.setPreprocessing(preprocessing);
    return isNew;
  }

  /** The image, preprocessed like the data set's; null if there is none. */
  preprocessedImage(): Float32Array | null {
    const { preprocessing } = this.pad;
    if (this.fileImage) return preprocessImage(this.fileImage, preprocessing.image, preprocessing);
    const drawing = this.pad.toImageData();
    // drawn in black and white already
    return drawing && preprocessImage(drawing, preprocessing.image, { ...preprocessing, tones: undefined });
  }

  async openFile(file: File | null) {
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

  showStatus(sentence: string) {
    setText(this.status, sentence);
  }

  showError(error: unknown) {
    this.showStatus(error instanceof Error ? error.message : String(error));
  }
}
