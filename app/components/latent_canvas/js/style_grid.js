/**
 * The grid of styles × classes: a row keeps its style, a column its content, and both take them from images.
 */

import { Answers } from "./answers.js";
import { element } from "./dom.js";
import { Echo, nearlySame } from "./echo.js";
import { page } from "./events.js";
import { mounting } from "./mounting.js";
import { Prior } from "./prior.js";
import { Sprites } from "./sprites.js";
import { Cells, jobsOf } from "./style_cells.js";
import { draggable } from "./style_drag.js";
import { headsOf } from "./style_heads.js";
import { contentOf, mixed, swapped, take, without } from "./style_layout.js";
import { Live } from "./style_live.js";
import { Table } from "./style_table.js";
import { Tray } from "./style_tray.js";

/** @typedef {import("./style_layout.js").Layout} Layout */
/** @typedef {import("./style_layout.js").Target} Target */

const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

export class StyleGrid {
  /** @param {any} root */
  constructor(root) {
    /** @type {Object<string, any>} */
    this.header = {};
    /** @type {Object<string, import("./wire.js").Field>} */
    this.fields = {};
    this.z = new Float32Array(0);
    /** @type {Layout} */
    this.layout = { rows: [], columns: [], blend: { a: 0, b: 0, t: 0 } };
    /** What is seen while an image is held over a row or column. @type {{layout: Layout, z: Float32Array} | null} */
    this.preview = null;
    this.prior = new Prior({ dim: 0 }, undefined);
    /** What Python was told of z and of the layout. */
    this.told = { z: new Echo(nearlySame), layout: new Echo(equal) };
    this.moving = false;
    this.frame = 0;
    /** @type {(key: string, value: any) => void} */
    this.tell = () => {};
    this.sprites = new Sprites(() => this.pictured());
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.hint = element("p", { class: "sg-hint", role: "status" });
    this.tray = new Tray({ chosen: () => this.explain(), picture: (image) => this.picture(image), nameOf: (image) => this.nameOf(image) });
    this.table = new Table({
      take: (target) => this.pressed(target),
      remove: (target) => this.change(without(this.layout, target)),
    });
    this.live = new Live({
      slid: (j, value) => this.slide(j, value),
      blended: (blend) => this.slideTo({ ...this.layout, blend }),
      released: () => this.release(),
    });
    this.answers = new Answers(this.live.image, (way, sentence) => this.answered(way, sentence));
    this.cells = new Cells(() => this.refresh());
    this.root = element("div", { class: "lp sg" }, this.notes, this.live.root, this.tray.root, this.hint, this.table.root, this.buttons());
    root.append(this.root);
    draggable(this.root, { over: (image, target) => this.over(image, target), drop: (image, target) => this.drop(image, target) });
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.tray.chosen >= 0 && this.tray.choose(-1));
    this.leave = [
      page.on("z", (said) => this.heard(said)),
      page.on("commit", (said) => this.isMine(said) && this.told.z.tell(said.z)),
      page.on("pick", (said) => this.isMine(said) && this.tray.add(said.index)),
    ];
  }

  buttons() {
    const button = (text, act) => element("button", { type: "button", class: "lp-button", onclick: act }, text);
    return element("div", { class: "lp-switches", role: "group", "aria-label": "Rows and columns" },
      button("Swap two at random", () => this.swap()),
      button("Every class", () => this.change({ ...this.layout, columns: this.header.every })),
      button("Other styles", () => this.otherStyles())); // prettier-ignore
  }

  close() {
    for (const off of this.leave) off();
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  // What Python says ---------------------------------------------------------------------------------------------------

  /** @param {import("./wire.js").Message} message */
  update({ header, fields }) {
    const other = this.header.revision !== header.revision;
    this.header = header;
    this.fields = fields;
    this.prior = new Prior(header, fields.quantiles);
    const code = Float32Array.from(header.code);
    const [newCode, newLayout] = [this.told.z.isNews(code), this.told.layout.isNews(header.layout)];
    if (other || (newCode && !this.moving)) this.z = code;
    if (other || (newLayout && !this.moving)) this.layout = header.layout;
    this.say("data", "");
    this.sprites.load(header.sprites);
    this.live.build(header.classes, this.prior, header.extent);
    this.tray.fill(fields.labels.values);
    this.answers.load(header, fields);
    this.explain();
    this.refresh();
  }

  /** Other networks are there, or none. */
  answered(way, sentence) {
    this.live.way.textContent = way;
    this.say("weights", sentence);
    this.refresh();
  }

  pictured() {
    this.table.built = "";
    this.tray.show();
    this.refresh();
  }

  /** A sentence above the grid under a heading of its own; an empty one takes it away. */
  say(about, sentence) {
    this.notes.querySelector(`[data-about="${about}"]`)?.remove();
    if (sentence) this.notes.append(element("p", { "data-about": about }, sentence));
  }

  // What the person does -----------------------------------------------------------------------------------------------

  isMine({ by, revision }) {
    return by !== this && revision === this.header.revision;
  }

  /** z was moved by another part of the page. */
  heard(said) {
    if (!this.isMine(said)) return;
    this.z = Float32Array.from(said.z);
    this.refresh();
  }

  slide(j, value) {
    this.moving = true;
    this.z = this.z.slice();
    this.z[j] = value;
    page.emit("z", { revision: this.header.revision, z: this.z, by: this });
    this.refresh();
  }

  /** @param {Layout} layout */
  slideTo(layout) {
    this.moving = true;
    this.layout = layout;
    this.refresh();
  }

  /** A slider was let go: Python hears of what it moved. */
  release() {
    this.moving = false;
    this.tellCode();
    this.change(this.layout);
  }

  tellCode() {
    if (this.told.z.heard && nearlySame(this.z, this.told.z.heard)) return;
    this.told.z.tell(this.z);
    this.tell("code", { z: Array.from(this.z) });
  }

  /** @param {Layout} layout */
  change(layout) {
    this.layout = layout;
    this.refresh();
    if (equal(layout, this.told.layout.heard)) return;
    this.told.layout.tell(layout);
    this.tell("layout", layout);
  }

  swap() {
    const layout = swapped(this.layout, this.fields.labels.values, Math.random);
    this.say("swap", layout ? "" : "There is only one class here, so there is nothing to swap.");
    if (layout) this.change(layout);
  }

  otherStyles() {
    const count = Math.max(this.layout.rows.length, this.header.usual);
    this.change({ ...this.layout, rows: mixed(this.fields.labels.values, count, Math.random) });
  }

  /** A head was pressed: it takes the chosen image; where none is chosen, that of the row is. @param {Target} target */
  pressed(target) {
    if (this.tray.chosen >= 0) return this.drop(this.tray.chosen, target);
    if (target.kind === "row") return this.tray.add(this.layout.rows[target.at]);
    this.hint.textContent = "Choose an image first; then a row takes its style, a column its content.";
  }

  /** What the grid would be if a place took an image; a sentence where it cannot. @param {number} image @param {Target} target */
  taken(image, target) {
    const layout = take(this.layout, target, image, this.fields.labels.values[image], this.header.most);
    return typeof layout === "string" ? layout : { layout, z: target.kind === "live-row" ? this.styleOf(image) : this.z };
  }

  /** An image is held over a place, which shows what it would take. @param {number} image @param {Target | null} target */
  over(image, target) {
    const taken = target && this.taken(image, target);
    this.preview = typeof taken === "string" ? null : taken;
    this.table.mark(target);
    this.refresh();
  }

  /** @param {number} image @param {Target | null} target */
  drop(image, target) {
    this.over(image, null);
    if (!target) return;
    const taken = this.taken(image, target);
    this.say("drop", typeof taken === "string" ? taken : "");
    if (typeof taken === "string") return;
    if (target.kind === "live-row") {
      this.z = taken.z;
      page.emit("z", { revision: this.header.revision, z: this.z, by: this });
      this.tellCode();
    }
    this.change(taken.layout);
    this.hint.textContent = `Taken from image ${image}, ${this.nameOf(image)}.`;
  }

  // What is drawn ------------------------------------------------------------------------------------------------------

  /** The style of an image: its code. @param {number} image */
  styleOf(image) {
    const { dim } = this.header;
    return Float32Array.from(this.fields.z.values.subarray(image * dim, (image + 1) * dim));
  }

  nameOf(image) {
    return this.header.classes[this.fields.labels.values[image]] ?? "no class";
  }

  picture(image) {
    return this.sprites.sheet ? this.sprites.thumbnail(image) : null;
  }

  explain() {
    const { chosen } = this.tray;
    this.hint.textContent = chosen < 0
      ? "Drag an image onto a row to take its style, onto a column to take its content; or press the image, then the row or column."
      : `Image ${chosen} (${this.nameOf(chosen)}) is chosen: press a row to take its style, a column to take its content.`; // prettier-ignore
  }

  /** One drawing at the next frame, however much has changed until then. */
  refresh() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    if (!this.header.revision) return;
    const { layout, z } = this.preview ?? this;
    const { classes, most } = this.header;
    const heads = headsOf(this.header, layout, (image) => this.nameOf(image));
    const more = { row: layout.rows.length < most.rows, column: layout.columns.length < most.columns };
    this.table.build(heads.rows, heads.columns, (image) => this.picture(image), more);
    const styles = [z, ...layout.rows.map((image) => this.styleOf(image))];
    const contents = [layout.blend, ...layout.columns.map((k) => ({ a: k, b: k, t: 0 }))].map((blend) => contentOf(blend, classes.length));
    const jobs = jobsOf(this.table.cells, styles, contents, this.answers.sha || this.header.server.decode);
    this.cells.paint(jobs, this.answers.networks, this.answers.ask());
    this.say("server", this.cells.refused);
    this.showLive(layout, z);
  }

  /** The live image, larger, is that of the first cell. @param {Layout} layout @param {Float32Array} z */
  showLive(layout, z) {
    this.live.show(z, layout.blend, this.prior, this.header.classes);
    const { canvas } = this.table.cells[0][0];
    const { image } = this.live;
    if (image.width !== canvas.width) image.width = canvas.width;
    if (image.height !== canvas.height) image.height = canvas.height;
    image.getContext("2d").drawImage(canvas, 0, 0);
  }
}

export default mounting(StyleGrid);
