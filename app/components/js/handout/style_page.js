/**
 * The grid of styles × contents with the plane of styles beside it, as `app/views/style.py` shows them.
 */

import { element } from "../base/dom.js";
import { translate } from "../base/translate.js";
import { createMount } from "../host/mounting.js";
import { Plane } from "../plane/plane.js";
import { StyleGrid } from "../style/style_grid.js";
import { ColourChoice } from "./colour_choice.js";
import { DocumentPage } from "./page.js";
import { headerChanges, settingsFromMessage, registerSettingParsers, openMessage } from "./plane_messages.js";
import { blendParser, indicesParser } from "./settings.js";
import { MountedComponent } from "./mounted_component.js";

/**
 * @typedef {{kind: "style", title: string, plane: {message: string, changes: object}, grid: string, count: number,
 *   colourings: import("./colour_choice.js").Colouring[]}} StyleDescription changes: values of the plane's header on this page
 */
/** @typedef {import("./mounted_component.js").ComponentMessage} Telling */

const [mountPlane, mountGrid] = [createMount(Plane), createMount(StyleGrid)];

/** @extends {DocumentPage<StyleDescription>} */
export class StylePage extends DocumentPage {
  colours = new ColourChoice(this.description.colourings, this.settings, (texts) => this.setSettings(texts));

  async prepare() {
    const { description, settings } = this;
    const [plane, grid] = await Promise.all([
      openMessage(description.plane.message, "The plane"),
      openMessage(description.grid, "The grid"),
    ]);
    this.plane = { header: { ...plane.header, ...description.plane.changes }, fields: plane.fields };
    this.grid = grid;
    const { contents, limits } = grid.header;
    registerSettingParsers(settings, this.colours.widestHeader(this.plane.header), description.count);
    settings.register("images", indicesParser(limits.rows, description.count));
    settings.register("columns", indicesParser(limits.columns, contents.length));
    settings.register("blend", blendParser(contents.length));
  }

  /** @param {HTMLElement} root */
  open(root) {
    root.classList.add("ho-style");
    const [left, right] = [translate("Plane of styles"), translate("One style per row, one content per column")].map(
      (title) => {
        const part = element("div", {}, element("h2", {}, title));
        root.append(part);
        return part;
      },
    );
    const colourChoice = this.colours.elements;
    if (colourChoice.length) left.append(element("div", { class: "lp ho-row" }, ...colourChoice));
    this.components = [
      new MountedComponent(left, mountPlane, (...message) => this.handlePlaneMessage(...message)),
      new MountedComponent(right, mountGrid, (...message) => this.handleGridMessage(...message)),
    ];
    return this.colours.load().then(() => this.show());
  }

  /** The default layout. */
  get defaultLayout() {
    return /** @type {import("./plane_messages.js").OutgoingMessages["style_grid"]} */ (this.grid).header.layout;
  }

  get layout() {
    const { settings, defaultLayout } = this;
    return {
      rows: settings.get("images") ?? defaultLayout.rows,
      columns: settings.get("columns") ?? defaultLayout.columns,
      blend: settings.get("blend") ?? defaultLayout.blend,
    };
  }

  show() {
    const { settings, plane, grid, components } = this;
    if (!plane || !grid) return;
    const { layout } = this;
    const changes = headerChanges(settings, plane.header);
    components[0].sendMessage(this.colours.colour(plane), {
      ...changes,
      picked: settings.get(plane.header.names.picked)?.index ?? null,
      y: layout.blend.a,
    });
    components[1].sendMessage(grid, { code: changes.code, layout });
  }

  // Messages from the components --------------------------------------------------------------------------------------

  /** A message from the plane. @param {Telling} message */
  handlePlaneMessage(...message) {
    if (this.plane) this.setSettings(settingsFromMessage(this.plane.header, this.plane.fields, ...message));
  }

  /** A message from the grid. @param {Telling} message */
  handleGridMessage(...message) {
    const [kind, value] = message;
    if (kind !== "layout") return this.handlePlaneMessage(...message);
    const { defaultLayout } = this;
    const changedText = (/** @type {number[]} */ currentNumbers, /** @type {number[]} */ defaultNumbers) =>
      currentNumbers.join() === defaultNumbers.join() ? null : currentNumbers.join();
    const { a, b, t } = value.blend;
    const text = `${a}~${b}~${Number(t.toPrecision(3))}`;
    this.setSettings({
      images: changedText(value.rows, defaultLayout.rows),
      columns: changedText(value.columns, defaultLayout.columns),
      blend: text === `${defaultLayout.blend.a}~${defaultLayout.blend.b}~${defaultLayout.blend.t}` ? null : text,
    });
  }
}
