/**
 * Two revisions side by side, with linked planes and one time axis, as `app/page_parts/compare/linked_planes.py` and
 * `app/page_parts/compare/pair_state.py` show them.
 */

import { element, optionElements } from "../base/dom.js";
import { translate } from "../base/translate.js";
import { createMount } from "../host/mounting.js";
import { Plane } from "../plane/plane.js";
import { TwoHistories } from "../time/two_histories.js";
import { ColourChoice } from "./colour_choice.js";
import { DocumentPage } from "./page.js";
import {
  headerChanges,
  codeOfImage,
  codeToText,
  contentOfImage,
  settingsFromMessage,
  registerSettingParsers,
  openMessage,
} from "./plane_messages.js";
import { integerParser, momentParser, choiceParser } from "./settings.js";
import { MountedComponent } from "./mounted_component.js";

/**
 * contents: the name of the setting of each plane's content; changes: values of the header for this pair, because
 * several pairs share a message.
 * @typedef {{kind: "compare", title: string, planes: {message: string, changes: object}[], counts: number[],
 *   shared: string[], contents: (string | null)[], axis: string | null, ends: {[axis: string]: number}, colourings:
 *   import("./colour_choice.js").Colouring[]}} CompareDescription
 */

const mountPlane = createMount(Plane);
const mountAxis = createMount(TwoHistories);
const PLACES = 6; // decimals of a position in the address

/** @extends {DocumentPage<CompareDescription>} */
export class ComparePage extends DocumentPage {
  /** @type {import("../../messages.js").OutgoingMessages["latent_canvas"][]} */
  sides = [];

  colours = new ColourChoice(this.description.colourings, this.settings, (texts) => this.setSettings(texts));

  async prepare() {
    const { description, settings } = this;
    this.sides = await Promise.all(
      description.planes.map(async ({ message, changes }) => {
        const { header, fields } = await openMessage(message, "The plane");
        return { header: { ...header, ...changes }, fields };
      }),
    );
    this.axis = description.axis && (await openMessage(description.axis, "The time axis"));
    this.sides.forEach(({ header }, side) => {
      registerSettingParsers(settings, this.colours.widestHeader(header), description.counts[side]);
      const y = description.contents[side];
      if (y) settings.register(y, integerParser(0, header.contents.length - 1));
    });
    const axes = Object.keys(description.ends);
    settings.register("axis", choiceParser(axes));
    settings.register("moment", (text) => momentParser(description.ends[settings.get("axis") ?? axes[0]])(text));
  }

  /** @param {HTMLElement} root */
  open(root) {
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

  /** The index of the selected image on a plane, or null. @param {number} side @returns {number | null} */
  selectedIndex(side) {
    const selection = this.settings.get(this.sides[0].header.names.picked);
    if (!selection || selection.index >= this.description.counts[selection.side]) return null;
    return selection.side === side || this.description.shared.includes("images") ? selection.index : null;
  }

  /**
   * z on a plane: its own code of the selected image, or else the settings' z.
   * @param {number} side
   * @returns {number[]}
   */
  codeOnPlane(side) {
    const { header, fields } = this.sides[side];
    const index = this.selectedIndex(side);
    return index === null ? (this.settings.get(header.names.z) ?? header.code) : codeOfImage(header, fields, index);
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

  /**
   * A message from a plane.
   * @param {number} side
   * @param {import("./mounted_component.js").ComponentMessage} message
   */
  handlePlaneMessage(side, ...message) {
    const [kind, value] = message;
    const { header } = this.sides[side];
    const { z, picked } = header.names;
    if (kind !== "picked") return this.setSettings(settingsFromMessage(header, this.sides[side].fields, ...message));
    if (value.index < 0) return this.setSettings({ [z]: codeToText(this.codeOnPlane(side)), [picked]: null });
    // whether the planes share them
    const [sharesImages, sharesCode] = ["images", "z"].map((aspect) => this.description.shared.includes(aspect));
    const sides = sharesImages && !sharesCode ? [0, 1] : [side];
    /** @type {Object<string, string>} */
    const texts = { [picked]: `${value.index}~${side}` };
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

  /** A message from the time axis. @param {{axis: string, value: number | null}} moment */
  handleAxisMessage({ axis, value }) {
    this.setSettings({
      axis: axis === Object.keys(this.description.ends)[0] ? null : axis,
      moment: value === null ? null : String(Number(value.toFixed(PLACES))),
    });
  }

  /** A select for each setting of content. @returns {HTMLDivElement} */
  buildControls() {
    const names = [...new Set(this.description.contents)].filter((name) => name !== null);
    this.selects = names.map((name) => {
      const { header } = this.sides[this.description.contents.indexOf(name)];
      const select = element("select", { "data-name": name }, ...optionElements(header.contents));
      select.addEventListener("change", () => this.setSettings({ [name]: select.value }));
      return select;
    });
    const label = (/** @type {string} */ name) => {
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
