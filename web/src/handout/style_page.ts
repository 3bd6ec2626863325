/**
 * The grid of styles × contents with the plane of styles beside it, as `app/views/style.py` shows them.
 */

import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { createMount } from "../host/mounting.ts";
import { Plane } from "../plane/plane.ts";
import { StyleGrid } from "../style/style_grid.ts";
import { ColourChoice } from "./colour_choice.ts";
import { DocumentPage } from "./page.ts";
import { headerChanges, settingsFromMessage, registerSettingParsers, openMessage } from "./plane_messages.ts";
import { blendParser, indicesParser } from "./settings.ts";
import { MountedComponent } from "./mounted_component.ts";
import type { ComponentMessage as Telling } from "./mounted_component.ts";
import type { Colouring } from "./colour_choice.ts";
import type { Layout, OutgoingMessages } from "../messages.ts";
import type { PickedCode } from "./settings.ts";

/** changes: values of the plane's header on this page */
type StyleDescription = {
  kind: "style";
  title: string;
  plane: { message: string; changes: object };
  grid: string;
  count: number;
  colourings: Colouring[];
};

const [mountPlane, mountGrid] = [createMount(Plane), createMount(StyleGrid)];

export class StylePage extends DocumentPage<StyleDescription> {
  plane: OutgoingMessages["latent_canvas"] | undefined;
  grid: OutgoingMessages["style_grid"] | undefined;

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

  open(root: HTMLElement) {
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
    return (this.grid as OutgoingMessages["style_grid"]).header.layout;
  }

  get layout() {
    const { settings, defaultLayout } = this;
    return {
      rows: settings.get<number[]>("images") ?? defaultLayout.rows,
      columns: settings.get<number[]>("columns") ?? defaultLayout.columns,
      blend: settings.get<Layout["blend"]>("blend") ?? defaultLayout.blend,
    };
  }

  show() {
    const { settings, plane, grid, components } = this;
    if (!plane || !grid) return;
    const { layout } = this;
    const changes = headerChanges(settings, plane.header);
    components[0].sendMessage(this.colours.colour(plane), {
      ...changes,
      picked: settings.get<PickedCode>(plane.header.names.picked)?.index ?? null,
      y: layout.blend.a,
    });
    components[1].sendMessage(grid, { code: changes.code, layout });
  }

  // Messages from the components --------------------------------------------------------------------------------------

  /** A message from the plane. */
  handlePlaneMessage(...message: Telling) {
    if (this.plane) this.setSettings(settingsFromMessage(this.plane.header, this.plane.fields, ...message));
  }

  /** A message from the grid. */
  handleGridMessage(...message: Telling) {
    const [kind, value] = message;
    if (kind !== "layout") return this.handlePlaneMessage(...message);
    const { defaultLayout } = this;
    const changedText = (currentNumbers: number[], defaultNumbers: number[]) =>
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
