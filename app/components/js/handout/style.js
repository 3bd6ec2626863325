/**
 * The grid of styles × contents with the plane of styles beside it: `app/views/style.py`.
 */

import { element } from "../base/dom.js";
import { bytes } from "../host/host.js";
import { mounting } from "../host/mounting.js";
import { Plane } from "../plane/plane.js";
import { StyleGrid } from "../style/style_grid.js";
import { Page } from "./page.js";
import { changesOf, heard, learn, opened } from "./planes.js";
import { blend, several } from "./settings.js";
import { Stage, headerOf } from "./stage.js";

/** @typedef {{kind: "style", title: string, plane: {message: string, changes: object}, grid: string, count: number}} Told changes: what the message's header is here */
/** @typedef {import("../../messages.js").StyleGrid & import("../../messages.js").About} Grid */

const [mountPlane, mountGrid] = [mounting(Plane), mounting(StyleGrid)];

/** @extends {Page<Told>} */
export class Style extends Page {
  async prepare() {
    const { told, settings } = this;
    const [plane, grid] = await Promise.all([bytes(told.plane.message, "The plane"), bytes(told.grid, "The grid")]);
    this.plane = plane;
    this.grid = grid;
    const { header, fields } = await opened(plane);
    this.header = { ...header, ...told.plane.changes };
    this.fields = fields;
    this.about = /** @type {Grid} */ (headerOf(grid));
    const { contents, most } = this.about;
    learn(settings, this.header, told.count);
    settings.know("images", several(most.rows, told.count));
    settings.know("columns", several(most.columns, contents.length));
    settings.know("blend", blend(contents.length));
  }

  /** @param {HTMLElement} root */
  open(root) {
    root.classList.add("ho-style");
    const [left, right] = ["Plane of styles", "One style per row, one content per column"].map((title) => {
      const part = element("div", {}, element("h2", {}, title));
      root.append(part);
      return part;
    });
    this.stages = [
      new Stage(left, mountPlane, (kind, value) => this.hear(kind, value)),
      new Stage(right, mountGrid, (kind, value) => this.hearGrid(kind, value)),
    ];
    this.show();
  }

  /** Rows, columns and the live content. */
  get layout() {
    const { settings } = this;
    const { layout: usual } = /** @type {Grid} */ (this.about);
    return { rows: settings.of("images") ?? usual.rows, columns: settings.of("columns") ?? usual.columns, blend: settings.of("blend") ?? usual.blend };
  }

  show() {
    const { header, settings, layout, plane, grid, stages } = this;
    if (!header || !plane || !grid) return;
    const changes = changesOf(settings, header);
    stages[0].show(plane, { ...this.told.plane.changes, ...changes, picked: settings.of(header.names.picked)?.index ?? null, y: layout.blend.a });
    stages[1].show(grid, { code: changes.code, layout });
  }

  // What is chosen -----------------------------------------------------------------------------------------------------

  /** The plane has told something. @param {string} kind @param {any} value */
  hear(kind, value) {
    const { header, fields } = this;
    if (header && fields) this.keep(heard(header, fields, kind, value));
  }

  /** The grid has told something. @param {string} kind @param {any} value */
  hearGrid(kind, value) {
    if (kind === "code") return this.hear(kind, value);
    const { layout: usual } = /** @type {Grid} */ (this.about);
    const other = (/** @type {number[]} */ now, /** @type {number[]} */ then) => (now.join() === then.join() ? null : now.join());
    const { a, b, t } = value.blend;
    const text = `${a}~${b}~${Number(t.toPrecision(3))}`;
    this.keep({ images: other(value.rows, usual.rows), columns: other(value.columns, usual.columns), blend: text === `${usual.blend.a}~${usual.blend.b}~${usual.blend.t}` ? null : text });
  }
}
