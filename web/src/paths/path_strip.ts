/**
 * The images of a path in a row, with the nearness of the codes below each.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { element } from "../base/dom.ts";
import { paintValues } from "../base/pictures.ts";
import { enableRovingTabindex, resetRovingTabindex } from "../base/roving_tabindex.ts";
import { formatCode } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";

export const EMPTY_THRESHOLD = 1 / 3; // below this nearness, a place counts as empty
export const BARS_NOTE = translate(
  "The bar beneath an image shows how near the codes are: full where they are as close as around a typical code, half where they are twice as far away. A short, dashed bar marks empty space, where hardly any image is encoded.",
);

export class ImageStrip {
  onChoose: (k: number) => void;
  host: HTMLDivElement;
  cells: { button: HTMLButtonElement; canvas: HTMLCanvasElement; bar: HTMLElement }[] = [];

  /**
   * @param onChoose called with the image that was clicked
   * @param name of the strip
   */
  constructor(onChoose: (k: number) => void, name: string = translate("Images along the path")) {
    this.onChoose = onChoose;
    this.host = element("div", { class: "lp-strip", role: "group", "aria-label": name });
    enableRovingTabindex(this.host, "button");
  }

  /**
   * @param images as many as codes in `showCodes`, C·H·W each, in 0..1
   * @param shape C, H, W
   */
  showImages(images: Float32Array[], shape: number[]) {
    images.forEach((values, k) => paintValues(this.cells[k].canvas, values, shape));
  }

  /**
   * @param nearness of each, NaN if it is not known
   * @param name of an image
   */
  showCodes(
    codes: Float32Array[],
    nearness: number[],
    name: (k: number) => string = (k) => translate("Image {number} of {count}", { number: k + 1, count: codes.length }),
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

  setLength(count: number) {
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

  /** Marks the image at the running dot, or else the last one before it along the path. */
  markImage(index: number) {
    this.cells.forEach(({ button }, k) => button.classList.toggle("lp-now", k === index));
  }

  /** All images in one row, enlarged by whole pixels. */
  toCanvas(): HTMLCanvasElement {
    const { width, height } = this.cells[0].canvas;
    const scale = Math.max(1, Math.round(112 / height));
    const sheet = element("canvas", { width: this.cells.length * width * scale, height: height * scale });
    const pen = context2d(sheet);
    pen.imageSmoothingEnabled = false;
    this.cells.forEach(({ canvas }, k) => pen.drawImage(canvas, k * width * scale, 0, width * scale, height * scale));
    return sheet;
  }
}
