/**
 * The images of a path in a row, with the nearness of the codes below each.
 */

import { context2d } from "../base/canvas_shapes.js";
import { element } from "../base/dom.js";
import { paintValues } from "../base/pictures.js";
import { enableRovingTabindex, resetRovingTabindex } from "../base/roving_tabindex.js";
import { formatCode } from "../base/number_format.js";
import { translate } from "../base/translate.js";

export const EMPTY_THRESHOLD = 1 / 3; // below this nearness, a place counts as empty
export const BARS_NOTE = translate(
  "The bar beneath an image shows how near the codes are: full where they are as close as around a typical code, half where they are twice as far away. A short, dashed bar marks empty space, where hardly any image is encoded.",
);

export class ImageStrip {
  /**
   * @param {(k: number) => void} onChoose called with the image that was clicked
   * @param {string} name of the strip
   */
  constructor(onChoose, name = translate("Images along the path")) {
    this.onChoose = onChoose;
    this.host = element("div", { class: "lp-strip", role: "group", "aria-label": name });
    /** @type {{button: HTMLButtonElement, canvas: HTMLCanvasElement, bar: HTMLElement}[]} */
    this.cells = [];
    enableRovingTabindex(this.host, "button");
  }

  /**
   * @param {Float32Array[]} images as many as codes in `showCodes`, C·H·W each, in 0..1
   * @param {number[]} shape C, H, W
   */
  showImages(images, shape) {
    images.forEach((values, k) => paintValues(this.cells[k].canvas, values, shape));
  }

  /**
   * @param {Float32Array[]} codes
   * @param {number[]} nearness of each, NaN if it is not known
   * @param {(k: number) => string} name of an image
   */
  showCodes(
    codes,
    nearness,
    name = (k) => translate("Image {number} of {count}", { number: k + 1, count: codes.length }),
  ) {
    this.setLength(codes.length);
    this.cells.forEach(({ button, bar }, k) => {
      const cellNearness = nearness[k];
      bar.hidden = Number.isNaN(cellNearness);
      bar.style.width = `${100 * cellNearness}%`;
      bar.classList.toggle("lp-empty", cellNearness < EMPTY_THRESHOLD);
      const values = { name: name(k), z: formatCode(codes[k], 4), share: Math.round(100 * cellNearness) };
      button.setAttribute(
        "aria-label",
        Number.isNaN(cellNearness)
          ? translate("{name}: z {z}. Move z there", values)
          : translate("{name}: z {z}, nearness of codes {share} %. Move z there", values),
      );
    });
  }

  /** @param {number} count */
  setLength(count) {
    while (this.cells.length > count) this.cells.pop()?.button.remove();
    while (this.cells.length < count) {
      const k = this.cells.length;
      const [canvas, bar] = [element("canvas", { "aria-hidden": "true" }), element("i", { hidden: true })];
      const button = element(
        "button",
        { type: "button", onclick: () => this.onChoose(k) },
        canvas,
        element("span", { class: "lp-near-bar" }, bar),
      );
      this.cells.push({ button, canvas, bar });
      this.host.append(button);
    }
    resetRovingTabindex(this.host, "button");
  }

  /** Marks the image at the running dot, or else the last one before it along the path. @param {number} index */
  markImage(index) {
    this.cells.forEach(({ button }, k) => button.classList.toggle("lp-now", k === index));
  }

  /** All images in one row, enlarged by whole pixels. @returns {HTMLCanvasElement} */
  toCanvas() {
    const { width, height } = this.cells[0].canvas;
    const scale = Math.max(1, Math.round(112 / height));
    const sheet = element("canvas", { width: this.cells.length * width * scale, height: height * scale });
    const pen = context2d(sheet);
    pen.imageSmoothingEnabled = false;
    this.cells.forEach(({ canvas }, k) => pen.drawImage(canvas, k * width * scale, 0, width * scale, height * scale));
    return sheet;
  }
}
