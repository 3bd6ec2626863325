/**
 * The grid of styles × contents with the plane of styles beside it, as `app/views/style.py` shows them.
 */

import { element } from "../base/dom.js";
import { mounting } from "../host/mounting.js";
import { Plane } from "../plane/plane.js";
import { StyleGrid } from "../style/style_grid.js";
import { Page } from "./page.js";
import { changesOf, heard, learn, opened } from "./planes.js";
import { blend, several } from "./settings.js";
import { Stage } from "./stage.js";

/** @typedef {{kind: "style", title: string, plane: {message: string, changes: object}, grid: string, count: number}} Told changes: values of the plane's header on this page */
/** @typedef {import("./stage.js").Telling} Telling */

const [mountPlane, mountGrid] = [mounting(Plane), mounting(StyleGrid)];

/** @extends {Page<Told>} */
export class Style extends Page {
  async prepare() {
    const { told, settings } = this;
    const [plane, grid] = await Promise.all([opened(told.plane.message, "The plane"), opened(told.grid, "The grid")]);
    this.plane = { header: { ...plane.header, ...told.plane.changes }, fields: plane.fields };
    this.grid = grid;
    const { contents, most } = grid.header;
    learn(settings, this.plane.header, told.count);
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
      new Stage(left, mountPlane, (...told) => this.hear(...told)),
      new Stage(right, mountGrid, (...told) => this.hearGrid(...told)),
    ];
    this.show();
  }

  /** The default layout. */
  get usual() {
    return /** @type {import("./planes.js").Sent["style_grid"]} */ (this.grid).header.layout;
  }

  get layout() {
    const { settings, usual } = this;
    return { rows: settings.of("images") ?? usual.rows, columns: settings.of("columns") ?? usual.columns, blend: settings.of("blend") ?? usual.blend };
  }

  show() {
    const { settings, plane, grid, stages } = this;
    if (!plane || !grid) return;
    const { layout } = this;
    const changes = changesOf(settings, plane.header);
    stages[0].show(plane, { ...changes, picked: settings.of(plane.header.names.picked)?.index ?? null, y: layout.blend.a });
    stages[1].show(grid, { code: changes.code, layout });
  }

  // Messages from the components ---------------------------------------------------------------------------------------

  /** A message from the plane. @param {Telling} told */
  hear(...told) {
    if (this.plane) this.keep(heard(this.plane.header, this.plane.fields, ...told));
  }

  /** A message from the grid. @param {Telling} told */
  hearGrid(...told) {
    const [kind, value] = told;
    if (kind !== "layout") return this.hear(...told);
    const { usual } = this;
    const other = (/** @type {number[]} */ now, /** @type {number[]} */ then) => (now.join() === then.join() ? null : now.join());
    const { a, b, t } = value.blend;
    const text = `${a}~${b}~${Number(t.toPrecision(3))}`;
    this.keep({ images: other(value.rows, usual.rows), columns: other(value.columns, usual.columns), blend: text === `${usual.blend.a}~${usual.blend.b}~${usual.blend.t}` ? null : text });
  }
}
