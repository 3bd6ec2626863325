/**
 * The grid of styles × contents: each row has one style, each column one content, and both are taken from images.
 */

import { nextFrame } from "../base/anew.js";
import { copy, smoothen } from "../base/picture.js";
import { named } from "../base/rows.js";
import { Answers } from "../networks/answers.js";
import { button, element, note, onSize } from "../base/dom.js";
import { Echo, nearlySame } from "../base/echo.js";
import { page } from "../base/events.js";
import { mounting } from "../host/mounting.js";
import { Prior } from "../priors/prior.js";
import { Sprites } from "../codes/sprites.js";
import { Cells, jobsOf } from "./style_cells.js";
import { draggable } from "./style_drag.js";
import { headsOf } from "./style_heads.js";
import { contentOf, mixed, swapped, take, without } from "./style_layout.js";
import { Live } from "./style_live.js";
import { Table } from "./style_table.js";
import { Tray } from "./style_tray.js";

/** @typedef {import("./style_layout.js").Layout} Layout */
/** @typedef {import("./style_layout.js").Target} Target */

const equal = (/** @type {unknown} */ a, /** @type {unknown} */ b) => JSON.stringify(a) === JSON.stringify(b);

export class StyleGrid {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.header = /** @type {import("../../messages.js").Sent["style_grid"]["header"]} */ ({});
    this.fields = /** @type {import("../../messages.js").Sent["style_grid"]["fields"]} */ ({});
    /** @type {Float32Array<ArrayBufferLike>} */
    this.z = new Float32Array(0);
    /** @type {Layout} */
    this.layout = { rows: [], columns: [], blend: { a: 0, b: 0, t: 0 } };
    /** What is shown while an image is dragged over a row or column. @type {{layout: Layout, z: Float32Array} | null} */
    this.preview = null;
    this.prior = new Prior({ dim: 0, prior: null, typical: null }, {});
    /** The values of z and of the layout that were sent to Python. */
    this.told = { z: new Echo(nearlySame), layout: new Echo(equal) };
    this.moving = false;
    /** Draws at the next animation frame, once for all changes until then. */
    this.refresh = nextFrame(() => this.draw());
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
    this.sprites = new Sprites(() => this.pictured(), () => ({ networks: this.header.sprites ? null : this.answers.networks, z: this.fields.z.values, content: this.contents }));
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.hint = element("p", { class: "sg-hint", role: "status" });
    this.tray = new Tray({ chosen: () => this.explain(), picture: (image) => this.sprites.thumbnail(image), nameOf: (image) => this.nameOf(image) });
    this.table = new Table({
      take: (target) => this.pressed(target),
      remove: (target) => this.change(without(this.layout, target)),
    });
    this.live = new Live(this);
    this.unwatch = onSize(this.table.root, () => this.table.fit());
    this.answers = new Answers(this.live.image, (way, sentence) => this.answered(way, sentence));
    this.cells = new Cells(() => this.refresh());
    this.every = button("Every class", () => this.change({ ...this.layout, columns: this.header.every }));
    const buttons = element("div", { class: "lp-switches", role: "group", "aria-label": "Rows and columns" },
      button("Swap two at random", () => this.swap()), this.every, button("Other styles", () => this.otherStyles())); // prettier-ignore
    const letGo = (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && this.tray.chosen >= 0 && this.tray.choose(-1);
    this.root = element("div", { class: "lp sg", onkeydown: letGo }, this.notes, this.table.root, buttons, this.tray.root, this.hint, this.live.root);
    root.append(this.root);
    draggable(this.root, { over: (image, target) => this.over(image, target), drop: (image, target) => this.drop(image, target) });
    this.leave = [
      page.on("z", (said) => this.heard(said)),
      page.on("commit", (said) => this.isMine(said) && this.told.z.tell(said.z)),
      page.on("pick", (said) => this.isMine(said) && this.tray.add(said.index)),
    ];
  }

  close() {
    for (const off of this.leave) off();
    this.unwatch();
    this.answers.close();
    this.sprites.load(null); // no more images are requested
    this.refresh.close();
  }

  // Messages from Python -----------------------------------------------------------------------------------------------

  /** @param {import("../../messages.js").Sent["style_grid"]} message */
  update({ header, fields }) {
    const other = this.header.revision !== header.revision;
    this.header = header;
    this.fields = fields;
    this.prior = new Prior(header, fields);
    const code = Float32Array.from(header.code);
    const [newCode, newLayout] = [this.told.z.isNews(code), this.told.layout.isNews(header.layout)];
    if (other || (newCode && !this.moving)) this.z = code;
    if (other || (newLayout && !this.moving)) this.layout = header.layout;
    this.say("data", "");
    this.sprites.load(header.sprites, header.server);
    this.live.build(header.contents, this.prior);
    this.live.chart.take(header.features ?? null);
    this.tray.call(Boolean(header.features));
    this.every.textContent = header.contents[0] === header.classes[0] ? "Every class" : "Every cluster";
    this.tray.fill(this.labels);
    this.answers.load(header, fields);
    if (other) this.explain();
    this.refresh();
  }

  /** The networks have changed. @param {string} way where decoding happens @param {string} sentence what went wrong in the page, or "" */
  answered(way, sentence) {
    this.live.way.textContent = way;
    this.say("weights", sentence);
    if (this.header.sprites) this.refresh();
    else this.pictured();
  }

  pictured() {
    this.table.built = "";
    this.tray.show();
    this.refresh();
  }

  /** Sets the one sentence about a subject above the grid; an empty sentence removes it. @param {string} about @param {string} sentence */
  say(about, sentence) {
    note(this.notes, about, sentence);
  }

  // The user's actions -------------------------------------------------------------------------------------------------

  /** @param {{by: object, revision: string}} said */
  isMine({ by, revision }) {
    return by !== this && revision === this.header.revision;
  }

  /** Another component of the page moved z. @param {{by: object, revision: string, z: Float32Array}} said */
  heard(said) {
    if (!this.isMine(said)) return;
    this.z = Float32Array.from(said.z);
    this.refresh();
  }

  /** @param {number} j @param {number} value */
  slide(j, value) {
    this.moving = true;
    this.z = this.z.with(j, value);
    this.emit("z");
    this.refresh();
  }

  /** Sets the content of the live column. @param {Layout["blend"]} blend */
  blend(blend) {
    this.moving = true;
    this.layout = { ...this.layout, blend };
    this.refresh();
  }

  /** Sets the style of the live row, and sends it to Python. @param {Float32Array} z */
  moveTo(z) {
    this.z = z;
    this.emit("z");
    this.tellCode();
  }

  /** A slider was released: sends its result to Python. */
  release() {
    this.moving = false;
    this.tellCode();
    this.change(this.layout);
  }

  tellCode() {
    if (this.told.z.last && nearlySame(this.z, this.told.z.last)) return;
    this.told.z.tell(this.z);
    this.tell("code", { z: Array.from(this.z) });
    this.emit("commit");
  }

  /** Tells the page's other components about z. @param {"z" | "commit"} name */
  emit(name) {
    page.emit(name, { revision: this.header.revision, z: this.z, by: this });
  }

  /** @param {Layout} layout */
  change(layout) {
    this.layout = layout;
    this.refresh();
    if (equal(layout, this.told.layout.last)) return;
    this.told.layout.tell(layout);
    this.tell("layout", layout);
  }

  // Taking from images: by dragging one onto a header, by selecting one and pressing the header, or at random ------------

  explain() {
    const { chosen } = this.tray;
    const words = chosen < 0
      ? "Drag an image onto a row to take its style, onto a column to take its content; or press the image, then the row or column."
      : `Image ${chosen} (${this.nameOf(chosen)}) is selected: press a row to give it this style, or a column to give it this content.`; // prettier-ignore
    this.hint.textContent = named(words, Boolean(this.header.features), "item");
  }

  /** A header was pressed: it takes the selected image; if none is selected, the row's image becomes selected. @param {Target} target */
  pressed(target) {
    const { tray, layout } = this;
    if (tray.chosen >= 0) return this.drop(tray.chosen, target);
    if (target.kind === "row") return tray.add(layout.rows[target.at]);
    this.hint.textContent = "Select an image first; then press the row that takes its style, or the column that takes its content.";
  }

  /** The grid's state if a target took an image, or a sentence if it cannot. @param {number} image @param {Target} target */
  taken(image, target) {
    const layout = take(this.layout, target, image, this.contents[image], this.header.most);
    return typeof layout === "string" ? layout : { layout, z: target.kind === "live-row" ? this.styleOf(image) : this.z };
  }

  /** An image is dragged over a target: shows a preview. @param {number} image @param {Target | null} target */
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
    if (target.kind === "live-row") this.moveTo(taken.z);
    this.change(taken.layout);
    this.hint.textContent = `Taken from image ${image} (${this.nameOf(image)}).`;
  }

  swap() {
    const layout = swapped(this.layout, this.contents, Math.random);
    this.say("swap", layout ? "" : "There is only one content here, so there is nothing to swap.");
    if (layout) this.change(layout);
  }

  otherStyles() {
    const count = Math.max(this.layout.rows.length, this.header.usual);
    this.change({ ...this.layout, rows: mixed(this.contents, count, Math.random) });
  }

  // Drawing ------------------------------------------------------------------------------------------------------------

  /** The style of an image: its code. @param {number} image */
  styleOf(image) {
    const { dim } = this.header;
    return Float32Array.from(this.fields.z.values.subarray(image * dim, (image + 1) * dim));
  }

  /** Classes of the images, −1 for none. */
  get labels() {
    return this.fields.labels.values;
  }

  /** Contents of the images, −1 for none: their clusters, or their classes. */
  get contents() {
    return (this.fields.content ?? this.fields.labels).values;
  }

  /** The name of an image's class. @param {number} image */
  nameOf(image) {
    return this.header.classes[this.labels[image]] ?? "no class";
  }

  draw() {
    if (!this.header.revision) return;
    const { layout, z } = this.preview ?? this;
    const { contents: names, most } = this.header;
    const heads = headsOf(this.header, layout, (image) => this.nameOf(image));
    const more = { row: layout.rows.length < most.rows, column: layout.columns.length < most.columns };
    this.table.build(heads.rows, heads.columns, (image) => this.sprites.thumbnail(image), more);
    const styles = [z, ...layout.rows.map((image) => this.styleOf(image))];
    const contents = [layout.blend, ...layout.columns.map((k) => ({ a: k, b: k, t: 0 }))].map((blend) => contentOf(blend, names.length));
    const jobs = jobsOf(this.table.cells, styles, contents, this.answers.sha || this.answers.server.id);
    this.cells.paint(jobs, this.answers);
    this.say("server", this.cells.refused);
    this.live.show(z, layout.blend, this.prior, names);
    const { canvas } = this.table.cells[0][0];
    copy(this.live.image, canvas); // at a larger size
    smoothen(this.root, [canvas.height, canvas.width]);
  }
}

export default mounting(StyleGrid);
