/**
 * The grid of styles × contents with the plane of styles beside it, as `app/views/style.py` shows them.
 */

import { element } from "../base/dom.js";
import { createMount } from "../host/mounting.js";
import { Plane } from "../plane/plane.js";
import { StyleGrid } from "../style/style_grid.js";
import { DocumentPage } from "./page.js";
import { headerChanges, settingsFromMessage, registerReaders, openMessage } from "./plane_messages.js";
import { blendReader, indicesReader } from "./settings.js";
import { MountedComponent } from "./mounted_component.js";

/** @typedef {{kind: "style", title: string, plane: {message: string, changes: object}, grid: string, count: number}} StyleDescription changes: values of the plane's header on this page */
/** @typedef {import("./mounted_component.js").ComponentMessage} Telling */

const [mountPlane, mountGrid] = [createMount(Plane), createMount(StyleGrid)];

/** @extends {DocumentPage<StyleDescription>} */
export class StylePage extends DocumentPage {
  async prepare() {
    const { description: told, settings } = this;
    const [plane, grid] = await Promise.all([
      openMessage(told.plane.message, "The plane"),
      openMessage(told.grid, "The grid"),
    ]);
    this.plane = { header: { ...plane.header, ...told.plane.changes }, fields: plane.fields };
    this.grid = grid;
    const { contents, most } = grid.header;
    registerReaders(settings, this.plane.header, told.count);
    settings.register("images", indicesReader(most.rows, told.count));
    settings.register("columns", indicesReader(most.columns, contents.length));
    settings.register("blend", blendReader(contents.length));
  }

  /** @param {HTMLElement} root */
  open(root) {
    root.classList.add("ho-style");
    const [left, right] = ["Plane of styles", "One style per row, one content per column"].map((title) => {
      const part = element("div", {}, element("h2", {}, title));
      root.append(part);
      return part;
    });
    this.components = [
      new MountedComponent(left, mountPlane, (...told) => this.handlePlaneMessage(...told)),
      new MountedComponent(right, mountGrid, (...told) => this.handleGridMessage(...told)),
    ];
    this.show();
  }

  /** The default layout. */
  get defaultLayout() {
    return /** @type {import("./plane_messages.js").Sent["style_grid"]} */ (this.grid).header.layout;
  }

  get layout() {
    const { settings, defaultLayout: usual } = this;
    return {
      rows: settings.get("images") ?? usual.rows,
      columns: settings.get("columns") ?? usual.columns,
      blend: settings.get("blend") ?? usual.blend,
    };
  }

  show() {
    const { settings, plane, grid, components: stages } = this;
    if (!plane || !grid) return;
    const { layout } = this;
    const changes = headerChanges(settings, plane.header);
    stages[0].sendMessage(plane, {
      ...changes,
      picked: settings.get(plane.header.names.picked)?.index ?? null,
      y: layout.blend.a,
    });
    stages[1].sendMessage(grid, { code: changes.code, layout });
  }

  // Messages from the components ---------------------------------------------------------------------------------------

  /** A message from the plane. @param {Telling} told */
  handlePlaneMessage(...told) {
    if (this.plane) this.setSettings(settingsFromMessage(this.plane.header, this.plane.fields, ...told));
  }

  /** A message from the grid. @param {Telling} told */
  handleGridMessage(...told) {
    const [kind, value] = told;
    if (kind !== "layout") return this.handlePlaneMessage(...told);
    const { defaultLayout: usual } = this;
    const changedText = (/** @type {number[]} */ now, /** @type {number[]} */ then) =>
      now.join() === then.join() ? null : now.join();
    const { a, b, t } = value.blend;
    const text = `${a}~${b}~${Number(t.toPrecision(3))}`;
    this.setSettings({
      images: changedText(value.rows, usual.rows),
      columns: changedText(value.columns, usual.columns),
      blend: text === `${usual.blend.a}~${usual.blend.b}~${usual.blend.t}` ? null : text,
    });
  }
}
