/**
 * The codes selected together: their number, classes, images and mean, and files of them.
 */

import { archiveOf, leftOut } from "./archive.js";
import { changes } from "../base/anew.js";
import { button, element, keepingFocus } from "../base/dom.js";
import { csvOf, pngOf, save, saveMade } from "../files/save.js";
import { countsOf } from "../codes/legend.js";
import { NAMES, markedOf } from "./groups.js";
import { pauses } from "../base/tasks.js";
import { colourOf } from "../codes/points.js";
import { drawPicture } from "../codes/sprites.js";

const SHOWN = 60; // images in the panel
const SAVED = 2500; // the most images in the file
const PIXELS = 2 ** 24; // the most pixels in the file
const COLUMNS = 50;
const AT_ONCE = 32; // images of the file that are decoded in one go

export class Selection {
  /** @param {HTMLElement} host @param {import("../plane/display.js").Display} plane */
  constructor(host, plane) {
    this.host = host;
    this.plane = plane;
    /** 1 for each selected code, or null if there are none. @type {Uint8Array | null} */
    this.mask = null;
    /** @type {number[]} */
    this.chosen = [];
    this.said = element("span", { role: "status" });
    this.grid = element("div", { class: "lp-grid" });
    /** The buttons of files that take a while, which stop them, too; so they stay when the panel is built anew. */
    this.saving = { archive: button("Save as NPZ", () => this.archive()), picture: button("", () => this.picture()) };
    /** Whether the panel, or only the images in it, are out of date. */
    this.changed = { panel: changes(), pictures: changes() };
    for (const what of ["networks", "moment"]) plane.events.on(what, () => this.show());
    host.hidden = true;
  }

  /** @param {string} sentence */
  say(sentence) {
    this.said.textContent = sentence;
  }

  /** @param {Uint8Array | null} mask */
  choose(mask) {
    this.say("");
    this.chosen = [];
    mask?.forEach((on, k) => on && this.chosen.push(k));
    this.mask = this.chosen.length ? mask : null;
    this.show();
  }

  /** Keeps the selection while a revision trains, since the codes of the same images move. @param {number} count */
  keep(count) {
    if (this.mask && this.mask.length !== count) this.choose(null);
    else if (this.mask) this.show();
  }

  /** Removes codes of hidden classes from the selection. @returns {boolean} whether there were any */
  keepShown() {
    const { plane, mask } = this;
    const kept = this.chosen.filter((k) => plane.visible(k));
    if (!mask || kept.length === this.chosen.length) return false;
    this.choose(mask.map((on, k) => Number(on && plane.visible(k))));
    return true;
  }

  /** Shows the selection, rebuilding only what has changed, because a button may have the focus when a message arrives. */
  show() {
    const { host, chosen, plane } = this;
    host.hidden = !this.mask;
    const { sprites, codes, header, fields, answers } = plane;
    const pictured = Boolean(this.mask) && sprites.thumbnail(chosen[0]) !== null;
    const panel = this.changed.panel(this.mask, codes.labels, header.classes?.join(), pictured, sprites.kind);
    const pictures = this.changed.pictures(this.mask, sprites.arrived, ...(sprites.sheet ? [] : [answers.networks, fields.z]));
    if (!this.mask) return host.replaceChildren();
    if (panel) keepingFocus(host, "button", () => this.build(pictured));
    if (pictured && (panel || pictures)) plane.scene.tasks.start("grid", this.fill());
  }

  /** @param {boolean} pictured whether there are images of the codes */
  build(pictured) {
    const { host, chosen, plane } = this;
    this.grid.replaceChildren();
    this.saving.picture.textContent = plane.header.features ? "Save charts" : "Save images";
    host.replaceChildren(
      element("p", {}, element("strong", {}, `${chosen.length.toLocaleString("en")} codes selected`), pictured ? this.shown() : ""),
      this.histogram(),
      this.grid,
      element("div", { class: "lp-switches" },
        button("Decode their mean", () => this.withMean((mean) => plane.moveTo(mean))),
        ...(plane.header.tools?.includes("directions") ? NAMES.map((name) => button(`Mark as group ${name}`, () => this.mark(name))) : []),
        button("Save as CSV", () => save(this.table(), "codes.csv")),
        this.saving.archive,
        ...(pictured ? [this.saving.picture] : []),
        button("Clear selection", () => this.letGo()),
        this.said), // prettier-ignore
    );
  }

  /** Clears the selection, and moves the focus from its buttons, which disappear, to the plane. */
  letGo() {
    this.plane.choose(null);
    this.plane.parts.surface.focus();
  }

  /** Adds the images one by one, since they may have to be decoded. */
  *fill() {
    const shown = this.chosen.slice(0, SHOWN);
    this.plane.sprites.have(shown);
    yield;
    this.grid.replaceChildren();
    for (const k of shown) {
      this.grid.append(this.plane.sprites.thumbnail(k) ?? "");
      yield;
    }
  }

  /** The end of the sentence: what the images below are, and how many are shown. */
  shown() {
    const what = this.plane.sprites.kind === "reconstructions" ? "reconstructions" : this.plane.header.features ? "rows" : "images";
    return this.chosen.length > SHOWN ? `; the first ${SHOWN} ${what} below` : `; their ${what} below`;
  }

  /** A bar for each class, proportional to its share. */
  histogram() {
    const { codes, header } = this.plane;
    const labels = this.chosen.map((k) => this.plane.labelOf(k));
    const rows = [...countsOf(labels, labels.length)].map(([label, count]) => {
      const bar = element("i", { style: `width:${((100 * count) / labels.length).toFixed(1)}%;background:${colourOf(codes, label)}` });
      const name = header.classes[label] ?? "no class";
      return element("li", {}, element("span", {}, name), element("span", { class: "lp-bar" }, bar), element("b", {}, count.toLocaleString("en")));
    });
    return element("ul", { class: "lp-bars", "aria-label": "Classes of the selected codes" }, ...rows);
  }

  /** The selected codes at the training step that is shown, without those that were not saved there. */
  known() {
    return this.chosen.flatMap((k) => {
      const z = this.plane.codeOf(k);
      return z ? [{ k, z }] : [];
    });
  }

  /** Calls `act` with the mean of the known codes, if there are any. @param {(mean: Float32Array, count: number) => void} act */
  withMean(act) {
    const known = this.known();
    const total = new Float64Array(this.plane.header.dim);
    for (const { z } of known) z.forEach((value, j) => (total[j] += value));
    if (known.length) act(Float32Array.from(total, (sum) => sum / known.length), known.length);
    else this.say("None of these codes was saved at this step.");
  }

  /** Marks the codes as a group, whose mean is used in directions and arithmetic. @param {typeof NAMES[number]} name */
  mark(name) {
    this.withMean((z, count) => {
      markedOf(this.plane.header.revision)[name] = { z, count };
      this.say(`Group ${name} has ${count.toLocaleString("en")} codes.`);
      this.plane.events.emit("group");
    });
  }

  /** The selected codes as CSV: number, class and z. */
  table() {
    const { header } = this.plane;
    const rows = this.known().map(({ k, z }) => ({ number: k, name: header.classes[this.plane.labelOf(k)] ?? "", z }));
    return csvOf(rows, header.dim);
  }

  /** Saves z, labels and indices of the selected codes, and their images if these are available. */
  archive() {
    const known = this.known();
    const make = (/** @type {AbortSignal} */ given) => archiveOf(this.plane, known, given);
    return saveMade(this.saving.archive, (sentence) => this.say(sentence), "Writing the file", "codes.npz", make, leftOut(this.plane, known.length));
  }

  /** Saves the images of the selected codes at full size on one sheet; they may have to be decoded or fetched. */
  picture() {
    const { chosen, plane: { sprites } } = this; // prettier-ignore
    return saveMade(this.saving.picture, (sentence) => this.say(sentence), "Arranging the images", "codes.png", async (given) => {
      await sprites.bring(chosen.slice(0, 1));
      const { width, height } = /** @type {import("../codes/slots.js").Place} */ (sprites.place(chosen[0]));
      const kept = chosen.slice(0, Math.min(SAVED, Math.floor(PIXELS / width / height)));
      const columns = Math.min(COLUMNS, kept.length);
      const canvas = element("canvas", { width: columns * width, height: Math.ceil(kept.length / columns) * height });
      const pen = canvas.getContext("2d");
      const pause = pauses(given);
      for (let first = 0; first < kept.length; first += AT_ONCE) {
        const some = kept.slice(first, first + AT_ONCE);
        await sprites.bring(some);
        some.forEach((k, j) => {
          const [place, at] = [sprites.place(k), first + j];
          if (place) drawPicture(pen, place, (at % columns) * width, Math.floor(at / columns) * height, width, height);
        });
        await pause();
      }
      return pngOf(canvas);
    });
  }
}
