/**
 * The codes that were chosen together: how many, of which classes, what they look like, their mean, and files of them.
 */

import { element } from "../base/dom.js";
import { csvOf, save, savePicture } from "../base/files.js";
import { countsOf } from "../codes/legend.js";
import { viewOf } from "./outline.js";
import { colourOf } from "../codes/points.js";

const SHOWN = 60; // images in the panel
const SAVED = 2500; // images in the file
const COLUMNS = 50;

/** @typedef {import("../plane/plane.js").Plane} Plane */

export class Selection {
  /**
   * @param {HTMLElement} host
   * @param {Plane} plane
   */
  constructor(host, plane) {
    this.host = host;
    this.plane = plane;
    /** 1 for each chosen code, or null where none are. @type {Uint8Array | null} */
    this.mask = null;
    /** @type {number[]} */
    this.chosen = [];
    /** What was drawn round them on which plane, whose server has the codes as they lay; null where nothing was drawn. */
    this.drawn = /** @type {(import("./outline.js").Outline & {server: import("../networks/server.js").Server}) | null} */ (null);
    this.said = element("span", { role: "status" });
    host.hidden = true;
  }

  /**
   * @param {Uint8Array | null} mask
   * @param {number[]} polygon what was drawn round the codes, x and y in turn, in the plane's units
   */
  choose(mask, polygon = []) {
    const { answers, header, memory } = this.plane;
    this.drawn = polygon.length && answers.server ? { polygon, view: viewOf(header), hidden: [...memory.hidden], server: answers.server } : null;
    this.said.textContent = "";
    this.chosen = [];
    mask?.forEach((on, k) => on && this.chosen.push(k));
    this.mask = this.chosen.length ? mask : null;
    this.show();
  }

  /** Keeps the choice while a revision trains: codes move, their images stay the same. @param {number} count */
  keep(count) {
    if (this.mask && this.mask.length !== count) this.choose(null);
    else if (this.mask) this.show();
  }

  /**
   * Lets go of codes whose class is no longer shown, so that all that are chosen are seen.
   * @returns {boolean} whether there were any
   */
  keepShown() {
    const { plane, mask, drawn } = this;
    const kept = this.chosen.filter((k) => plane.visible(k));
    if (!mask || kept.length === this.chosen.length) return false;
    this.choose(mask.map((on, k) => Number(on && plane.visible(k))));
    if (!drawn || !this.mask) return true;
    this.drawn = { ...drawn, hidden: [...new Set([...drawn.hidden, ...plane.memory.hidden])] }; // once let go of, they stay so
    this.show();
    return true;
  }

  show() {
    const { host, chosen, plane } = this;
    host.hidden = !this.mask;
    if (!this.mask) return host.replaceChildren();
    const pictured = plane.sprites.thumbnail(chosen[0]) !== null;
    const button = (text, act) => element("button", { type: "button", class: "lp-button", onclick: act }, text);
    const grid = element("div", { class: "lp-grid" });
    if (pictured) plane.scene.tasks.start("grid", this.fill(grid));
    host.replaceChildren(
      element("p", {}, element("strong", {}, `${chosen.length.toLocaleString("en")} codes chosen`), pictured ? this.shown() : ""),
      this.histogram(),
      grid,
      element("div", { class: "lp-switches" },
        button("Decode their mean", () => plane.moveTo(this.mean())),
        button("Save as CSV", () => save(this.table(), "codes.csv")),
        ...(this.drawn ? [button("Save as NPZ", (event) => this.archive(event.currentTarget))] : []),
        ...(pictured ? [button("Save images", () => savePicture(this.images(), "codes.png"))] : []),
        button("Let go", () => plane.choose(null)),
        this.said), // prettier-ignore
    );
  }

  /** Lays out the images bit by bit: counts and bars do not wait for what may have to be decoded. */
  *fill(grid) {
    for (const k of this.chosen.slice(0, SHOWN)) {
      grid.append(this.plane.sprites.thumbnail(k) ?? "");
      yield;
    }
  }

  /** What the images below are, and how many of all. */
  shown() {
    const what = this.plane.sprites.kind === "reconstructions" ? "reconstructions" : "images";
    return this.chosen.length > SHOWN ? `; the first ${SHOWN} ${what} below` : `; their ${what} below`;
  }

  /** A bar for each class, as long as its share. */
  histogram() {
    const { codes, header } = this.plane;
    const labels = this.chosen.map((k) => (codes.labels ? codes.labels[k] : -1));
    const rows = [...countsOf(labels, labels.length)].map(([label, count]) => {
      const bar = element("i", { style: `width:${((100 * count) / labels.length).toFixed(1)}%;background:${colourOf(codes, label)}` });
      const name = header.classes[label] ?? "no class";
      return element("li", {}, element("span", {}, name), element("span", { class: "lp-bar" }, bar), element("b", {}, count.toLocaleString("en")));
    });
    return element("ul", { class: "lp-bars", "aria-label": "Classes of the chosen codes" }, ...rows);
  }

  /** @returns {Float32Array} */
  mean() {
    const { header, fields } = this.plane;
    const total = new Float64Array(header.dim);
    for (const k of this.chosen) for (let j = 0; j < header.dim; j++) total[j] += fields.z.values[k * header.dim + j];
    return Float32Array.from(total, (sum) => sum / this.chosen.length);
  }

  /** One row a code: its number, class and z. */
  table() {
    const { header, fields, codes } = this.plane;
    const rows = this.chosen.map((k) => {
      const name = header.classes[codes.labels ? codes.labels[k] : -1] ?? "";
      return { number: k, name, z: fields.z.values.subarray(k * header.dim, (k + 1) * header.dim) };
    });
    return csvOf(rows, header.dim);
  }

  /** The server writes z, labels, numbers and images into one file: it is sent the line, not the codes. */
  async archive(button) {
    const { server, polygon, view, hidden } = /** @type {NonNullable<Selection["drawn"]>} */ (this.drawn);
    button.disabled = true;
    this.said.textContent = "The server writes the file …";
    this.said.textContent = await server.npz(polygon, view, hidden).then(
      (file) => {
        save(file, "codes.npz");
        return "";
      },
      (error) => error.message,
    );
    button.disabled = false;
  }

  /** The images of the chosen codes, row by row, on one canvas. */
  images() {
    const { sprites } = this.plane;
    const kept = this.chosen.slice(0, SAVED);
    const { width, height } = /** @type {HTMLCanvasElement} */ (sprites.thumbnail(kept[0]));
    const columns = Math.min(COLUMNS, kept.length);
    const canvas = element("canvas", { width: columns * width, height: Math.ceil(kept.length / columns) * height });
    const pen = canvas.getContext("2d");
    kept.forEach((k, at) => pen.drawImage(/** @type {any} */ (sprites.thumbnail(k)), (at % columns) * width, Math.floor(at / columns) * height));
    return canvas;
  }
}
