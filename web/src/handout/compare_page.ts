/**
 * Two revisions side by side, with linked planes and one time axis, as `app/page_parts/compare/linked_planes.py` and
 * `app/page_parts/compare/pair_state.py` show them.
 */

import { element, optionElements } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { createMount } from "../host/mounting.ts";
import { Plane } from "../plane/plane.ts";
import { TwoHistories } from "../time/two_histories.ts";
import { ColourChoice } from "./colour_choice.ts";
import { DocumentPage } from "./page.ts";
import {
  headerChanges,
  codeOfImage,
  codeToText,
  contentOfImage,
  settingsFromMessage,
  registerSettingParsers,
  openMessage,
} from "./plane_messages.ts";
import { integerParser, momentParser, choiceParser } from "./settings.ts";
import { MountedComponent } from "./mounted_component.ts";
import type { Colouring } from "./colour_choice.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { ComponentMessage } from "./mounted_component.ts";
import type { PickedCode } from "./settings.ts";

/**
 * contents: the name of the setting of each plane's content; changes: values of the header for this pair, because
 * several pairs share a message.
 */
type CompareDescription = {
  kind: "compare";
  title: string;
  planes: { message: string; changes: object }[];
  counts: number[];
  shared: string[];
  contents: (string | null)[];
  axis: string | null;
  ends: { [axis: string]: number };
  colourings: Colouring[];
};

const mountPlane = createMount(Plane);
const mountAxis = createMount(TwoHistories);
const PLACES = 6; // decimals of a position in the address

export class ComparePage extends DocumentPage<CompareDescription> {
  axis: OutgoingMessages["time_axis"] | null = null;
  selects: HTMLSelectElement[] | undefined;

  sides: OutgoingMessages["latent_canvas"][] = [];

  colours = new ColourChoice(this.description.colourings, this.settings, (texts) => this.setSettings(texts));

  async prepare() {
    const { description, settings } = this;
    this.sides = await Promise.all(
      description.planes.map(async ({ message, changes }) => {
        const { header, fields } = await openMessage(message, "The plane");
        return { header: { ...header, ...changes }, fields };
      }),
    );
    this.axis = description.axis === null ? null : await openMessage(description.axis, "The time axis");
    this.sides.forEach(({ header }, side) => {
      registerSettingParsers(settings, this.colours.widestHeader(header), description.counts[side]);
      const y = description.contents[side];
      if (y) settings.register(y, integerParser(0, header.contents.length - 1));
    });
    const axes = Object.keys(description.ends);
    settings.register("axis", choiceParser(axes));
    settings.register("moment", (text) =>
      momentParser(description.ends[settings.get<string>("axis") ?? axes[0]])(text),
    );
  }

  open(root: HTMLElement) {
    const planes = element("div", { class: "ho-two" });
    root.append(this.buildControls(), planes);
    this.components = this.sides.map((_, side) => {
      const place = element("div", {});
      planes.append(place);
      return new MountedComponent(place, mountPlane, (...message) => this.handlePlaneMessage(side, ...message));
    });
    if (this.axis) {
      const container = element("div", { class: "ho-moments" });
      root.append(container);
      this.components.push(
        new MountedComponent(container, mountAxis, (kind, value) => kind === "moment" && this.handleAxisMessage(value)),
      );
    }
    return this.colours.load().then(() => this.show());
  }

  /** The index of the selected image on a plane, or null. */
  selectedIndex(side: number): number | null {
    const selection = this.settings.get<PickedCode>(this.sides[0].header.names.picked);
    if (!selection || selection.index >= this.description.counts[selection.side]) return null;
    return selection.side === side || this.description.shared.includes("images") ? selection.index : null;
  }

  /** z on a plane: its own code of the selected image, or else the settings' z. */
  codeOnPlane(side: number): number[] {
    const { header, fields } = this.sides[side];
    const index = this.selectedIndex(side);
    return index === null
      ? (this.settings.get<number[]>(header.names.z) ?? header.code)
      : codeOfImage(header, fields, index);
  }

  show() {
    const { settings, description } = this;
    this.sides.forEach((message, side) => {
      const { header } = message;
      const name = description.contents[side];
      const y = (name && settings.get(name)) ?? header.y;
      this.components[side].sendMessage(this.colours.colour(message, side), {
        ...headerChanges(settings, header),
        code: this.codeOnPlane(side),
        picked: this.selectedIndex(side),
        y,
      });
      this.selects?.forEach((select) => select.dataset.name === name && (select.value = String(y)));
    });
    if (this.axis)
      this.components[2].sendMessage(this.axis, {
        axis: settings.get("axis") ?? Object.keys(description.ends)[0],
        value: settings.get("moment"),
      });
  }

  // Messages from the components --------------------------------------------------------------------------------------

  /** A message from a plane. */
  handlePlaneMessage(side: number, ...message: ComponentMessage) {
    const [kind, value] = message;
    const { header } = this.sides[side];
    const { z, picked } = header.names;
    if (kind !== "picked") return this.setSettings(settingsFromMessage(header, this.sides[side].fields, ...message));
    if (value.index < 0) return this.setSettings({ [z]: codeToText(this.codeOnPlane(side)), [picked]: null });
    // whether the planes share them
    const [sharesImages, sharesCode] = ["images", "z"].map((aspect) => this.description.shared.includes(aspect));
    const sides = sharesImages && !sharesCode ? [0, 1] : [side];
    const texts: Record<string, string> = { [picked]: `${value.index}~${side}` };
    for (const sideIndex of sides)
      texts[this.sides[sideIndex].header.names.z] = codeToText(
        codeOfImage(this.sides[sideIndex].header, this.sides[sideIndex].fields, value.index),
      );
    for (const sideIndex of sharesImages ? [1, 0] : [side]) {
      const content = contentOfImage(this.sides[sideIndex].header, this.sides[sideIndex].fields, value.index);
      const name = this.description.contents[sideIndex];
      if (name && content !== null) texts[name] = String(content);
    }
    this.setSettings(texts);
  }

  /** A message from the time axis. */
  handleAxisMessage({ axis, value }: { axis: string; value: number | null }) {
    this.setSettings({
      axis: axis === Object.keys(this.description.ends)[0] ? null : axis,
      moment: value === null ? null : String(Number(value.toFixed(PLACES))),
    });
  }

  /** A select for each setting of content. */
  buildControls(): HTMLDivElement {
    const names = [...new Set(this.description.contents)].filter((name) => name !== null);
    this.selects = names.map((name) => {
      const { header } = this.sides[this.description.contents.indexOf(name)];
      const select = element("select", { "data-name": name }, ...optionElements(header.contents));
      select.addEventListener("change", () => this.setSettings({ [name]: select.value }));
      return select;
    });
    const label = (name: string) => {
      if (names.length < 2) return translate("Content y");
      return this.description.contents.indexOf(name) ? translate("Content y of right") : translate("Content y of left");
    };
    return element(
      "div",
      { class: "lp ho-row" },
      ...this.selects.map((select, k) => element("label", {}, label(names[k]), select)),
      ...this.colours.elements,
    );
  }
}
