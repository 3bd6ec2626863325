/**
 * Two revisions side by side, with linked planes and one time axis, as `app/page_parts/two_planes.py` and
 * `app/page_parts/compared_code.py` show them.
 */

import { element, options } from "../base/dom.js";
import { mounting } from "../host/mounting.js";
import { Plane } from "../plane/plane.js";
import { TwoHistories } from "../time/two_histories.js";
import { Page } from "./page.js";
import { changesOf, codeOf, codeText, contentOf, heard, learn, opened } from "./planes.js";
import { integer, moment, one } from "./settings.js";
import { Stage } from "./stage.js";

/** @typedef {{kind: "compare", title: string, planes: {message: string, changes: object}[], counts: number[], shared: string[], contents: (string | null)[], axis: string | null,
 *   ends: {[axis: string]: number}}} Told contents: the name of the setting of each plane's content;
 *   changes: values of the header for this pair, because several pairs share a message */

const mountPlane = mounting(Plane);
const mountAxis = mounting(TwoHistories);
const PLACES = 6; // decimals of a position in the address

/** @extends {Page<Told>} */
export class Compare extends Page {
  /** @type {import("../../messages.js").Sent["latent_canvas"][]} */
  sides = [];

  async prepare() {
    const { told, settings } = this;
    this.sides = await Promise.all(told.planes.map(async ({ message, changes }) => {
      const { header, fields } = await opened(message, "The plane");
      return { header: { ...header, ...changes }, fields };
    })); // prettier-ignore
    this.axis = told.axis && (await opened(told.axis, "The time axis"));
    this.sides.forEach(({ header }, side) => {
      learn(settings, header, told.counts[side]);
      const y = told.contents[side];
      if (y) settings.know(y, integer(0, header.contents.length - 1));
    });
    const axes = Object.keys(told.ends);
    settings.know("axis", one(axes));
    settings.know("moment", (text) => moment(told.ends[settings.of("axis") ?? axes[0]])(text));
  }

  /** @param {HTMLElement} root */
  open(root) {
    const planes = element("div", { class: "ho-two" });
    root.append(this.controls(), planes);
    this.stages = this.sides.map((_, side) => {
      const place = element("div", {});
      planes.append(place);
      return new Stage(place, mountPlane, (...told) => this.hear(side, ...told));
    });
    if (this.axis) {
      const place = element("div", { class: "ho-moments" });
      root.append(place);
      this.stages.push(new Stage(place, mountAxis, (kind, value) => kind === "moment" && this.choose(value)));
    }
    this.show();
  }

  /** The index of the selected image on a plane, or null. @param {number} side @returns {number | null} */
  chosen(side) {
    const found = this.settings.of(this.sides[0].header.names.picked);
    if (!found || found.index >= this.told.counts[found.side]) return null;
    return found.side === side || this.told.shared.includes("images") ? found.index : null;
  }

  /** z on a plane: its own code of the selected image, or else the settings' z. @param {number} side @returns {number[]} */
  code(side) {
    const { header, fields } = this.sides[side];
    const index = this.chosen(side);
    return index === null ? (this.settings.of(header.names.z) ?? header.code) : codeOf(header, fields, index);
  }

  show() {
    const { settings, told } = this;
    this.sides.forEach((message, side) => {
      const { header } = message;
      const name = told.contents[side];
      const y = (name && settings.of(name)) ?? header.y;
      this.stages[side].show(message, { ...changesOf(settings, header), code: this.code(side), picked: this.chosen(side), y });
      this.selects?.forEach((select) => select.dataset.name === name && (select.value = String(y)));
    });
    if (this.axis) this.stages[2].show(this.axis, { axis: settings.of("axis") ?? Object.keys(told.ends)[0], at: settings.of("moment") });
  }

  // Messages from the components ---------------------------------------------------------------------------------------

  /** A message from a plane. @param {number} side @param {import("./stage.js").Telling} told */
  hear(side, ...told) {
    const [kind, value] = told;
    const { header } = this.sides[side];
    const { z, picked } = header.names;
    if (kind !== "picked") return this.keep(heard(header, this.sides[side].fields, ...told));
    if (value.index < 0) return this.keep({ [z]: codeText(this.code(side)), [picked]: null });
    const [images, code] = ["images", "z"].map((what) => this.told.shared.includes(what)); // whether the planes share them
    const sides = images && !code ? [0, 1] : [side];
    /** @type {Object<string, string>} */
    const texts = { [picked]: `${value.index}~${side}` };
    for (const each of sides) texts[this.sides[each].header.names.z] = codeText(codeOf(this.sides[each].header, this.sides[each].fields, value.index));
    for (const each of images ? [1, 0] : [side]) {
      const content = contentOf(this.sides[each].header, this.sides[each].fields, value.index);
      const name = this.told.contents[each];
      if (name && content !== null) texts[name] = String(content);
    }
    this.keep(texts);
  }

  /** A message from the time axis. @param {{axis: string, at: number | null}} value */
  choose({ axis, at }) {
    this.keep({ axis: axis === Object.keys(this.told.ends)[0] ? null : axis, moment: at === null ? null : String(Number(at.toFixed(PLACES))) });
  }

  /** A select for each setting of content. */
  controls() {
    const names = [...new Set(this.told.contents)].filter((name) => name !== null);
    this.selects = names.map((name) => {
      const { header } = this.sides[this.told.contents.indexOf(name)];
      return element("select", { "data-name": name, onchange: ({ target }) => this.keep({ [name]: target.value }) }, ...options(header.contents));
    });
    const of = (/** @type {string} */ name) => (names.length > 1 ? ` of ${["left", "right"][this.told.contents.indexOf(name)]}` : "");
    return element("div", { class: "lp ho-row" }, ...this.selects.map((select, k) => element("label", {}, `Content y${of(names[k])}`, select)));
  }
}
