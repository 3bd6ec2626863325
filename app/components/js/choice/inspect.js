/**
 * The selected image: the original, its reconstruction, their difference, and the nearest codes.
 */

import { changes } from "../base/anew.js";
import { element, keepingFocus, valuesList } from "../base/dom.js";
import { Chart } from "../base/chart.js";
import { canvasOf, imageOf, rowOn, valuesOf } from "../base/picture.js";
import { AT_MIDDLE } from "../base/rows.js";
import { Chosen } from "./chosen.js";
import { VERDICTS } from "../base/colours.js";
import { figure, nearButtons, nearestTo } from "./neighbours.js";
import { number } from "../base/number_text.js";

const HINT = "Click a code on the plane, or press Enter for the one nearest to z.";
const PAST_SAID = "The reconstruction, D(z) and the nearest codes belong to the latest step, so they are left out while an earlier one is shown.";
const ERROR_SAID = "Error map: orange where the reconstruction is too dark, blue where it is too bright.";
const ROW_SAID = "In the list, rings show the original and bars the reconstruction; in the error, bars go up where it is too low.";

/**
 * The error map of a reconstruction on middle grey. A pixel's distance from grey is the mean absolute error of its channels, so
 * that errors of opposite sign do not cancel; its colour is the sign of the errors' sum.
 * @param {Float32Array} original C·H·W in 0..1
 * @param {Float32Array} made the same
 * @param {number[]} image C, H, W
 */
export function errorMap(original, made, [channels, height, width]) {
  const picture = new ImageData(width, height);
  const area = height * width;
  for (let k = 0; k < area; k++) {
    let [sum, far] = [0, 0];
    for (let c = 0; c < channels; c++) {
      const error = original[c * area + k] - made[c * area + k];
      sum += error;
      far += Math.abs(error);
    }
    const end = sum > 0 ? VERDICTS.code : VERDICTS.prior; // orange and blue, distinguishable with colour blindness
    const share = Math.min(1, far / channels);
    picture.data.set([...end.map((value) => 128 + (value - 128) * share), 255], 4 * k);
  }
  return picture;
}

class Inspector {
  /** @param {import("../plane/plane.js").Plane} plane @param {HTMLElement} section */
  constructor(plane, section) {
    this.plane = plane;
    this.chosen = new Chosen(plane, () => this.show());
    this.changed = changes();
    this.images = element("div", {});
    this.words = element("div", { "aria-live": "polite" }); // screen readers announce only these
    this.near = element("div", {});
    section.append(this.images, this.words, this.near);
    for (const name of ["pick", "data", "networks", "pictures", "moment"]) plane.events.on(name, () => this.show());
    // selecting a code opens the tool
    plane.events.on("pick", ({ index, by }) => index >= 0 && by !== "python" && plane.tools.unfold("inspect"));
    plane.events.on("tool", ({ id, open }) => id === "inspect" && open && this.show());
  }

  /** Shows the selected code, rebuilding only what has changed. */
  show() {
    const { plane } = this;
    if (!plane.tools.isOpen("inspect")) return;
    const { picked: index, codes, fields, header, answers, sprites } = plane;
    const there = index >= 0 && 2 * index < codes.xy.length;
    const seen = there ? this.chosen.look(index) : null;
    const about = [index, there, fields.z, codes.labels, header.classes.join(), answers.networks, sprites.arrived, Boolean(plane.past), there ? plane.codeText(index) : ""];
    if (!this.changed(...about, header.revision, ...Object.values(this.chosen.seen))) return;
    this.images.replaceChildren(...(seen ? [this.pictures(seen)] : []));
    const words = seen ? this.facts(index, seen) : element("p", {}, HINT);
    if (words.textContent !== this.words.textContent) this.words.replaceChildren(words); // otherwise screen readers would repeat it
    keepingFocus(this.near, "button", () => this.near.replaceChildren(...(seen ? [this.neighbours(index)] : [])));
  }

  /** @param {import("./chosen.js").Seen} seen */
  pictures({ original, made }) {
    const difference = original && made ? this.difference(original, made) : null;
    const figures = /** @type {[import("./chosen.js").Picture, string][]} */ ([[original, "original"], [made, "reconstruction"], [difference, "error map"]]);
    const { features } = this.plane.header;
    const shown = figures.flatMap(([picture, name]) => (picture ? [figure(picture, name)] : []));
    const said = difference ? [element("p", { class: "lp-said" }, features ? ROW_SAID : ERROR_SAID)] : [];
    return element("div", {}, element("div", { class: "lp-figures" }, ...shown), ...said, ...(features ? this.chart(features, original, made) : []));
  }

  /** @param {HTMLCanvasElement} original @param {HTMLCanvasElement} made */
  difference(original, made) {
    const { shape } = this.plane.fields.image; // H, W, C
    const image = [shape[2], shape[0], shape[1]];
    const [x, xHat] = [rowOn.get(original), rowOn.get(made)];
    if (x && xHat) return canvasOf(imageOf(x.map((value, k) => AT_MIDDLE + value - xHat[k]), image));
    return canvasOf(errorMap(valuesOf(original, image), valuesOf(made, image), image));
  }

  /** The reconstruction of a row, or else the original, as a list of its features. @param {import("../../messages.js").Features} features @param {import("./chosen.js").Picture} original @param {import("./chosen.js").Picture} made */
  chart(features, original, made) {
    const [x, xHat] = [original && rowOn.get(original), made && rowOn.get(made)];
    if (!x && !xHat) return [];
    const chart = new Chart(xHat ? "reconstruction" : "original");
    chart.take(features);
    chart.show(/** @type {Float32Array} */ (xHat ?? x), xHat && x ? x : null);
    return [chart.host];
  }

  /** @param {number} index @param {import("./chosen.js").Seen} seen */
  facts(index, { dOfZ, refused }) {
    const rows = [["Code", `${index}, ${this.plane.nameOf(index)}`], ["z", this.plane.codeText(index)]];
    if (!Number.isNaN(dOfZ)) rows.push(["D(z)", number(dOfZ)]);
    if (refused) rows.push(["Reconstruction", refused]);
    return valuesList(rows);
  }

  /** @param {number} index */
  neighbours(index) {
    const { fields, header, past } = this.plane;
    if (past) return element("p", { class: "lp-said" }, PAST_SAID);
    if (!fields.z) return "";
    return nearButtons(this.plane, nearestTo(fields.z.values, header.dim, this.plane.codeOf(index) ?? [], index));
  }
}

/** @type {import("../plane/tools.js").Tool} */
export const inspect = { id: "inspect", title: "Selected image", called: ({ features }) => Boolean(features) && "Selected row", host: "aside", Kind: Inspector };
