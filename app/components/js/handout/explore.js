/**
 * One revision's plane and its controls, as `app/views/explore.py` shows them.
 */

import { button, element, options, write } from "../base/dom.js";
import { mounting } from "../host/mounting.js";
import { Once } from "../host/once.js";
import { Plane } from "../plane/plane.js";
import { draw } from "../priors/draws.js";
import { Missing, sentenceOf } from "./missing.js";
import { Page } from "./page.js";
import { changesOf, codeText, contentOf, heard, learn, opened } from "./planes.js";
import { integer, one } from "./settings.js";
import { Stage } from "./stage.js";

/** @typedef {{message: string, view: string, across: number, up: number, title: string}} Scene */
/** @typedef {{kind: "explore", title: string, scenes: Scene[], count: number, item: string, notes: {[view: string]: string}}} Told */

const mount = mounting(Plane);

/** @extends {Page<Told>} */
export class Explore extends Page {
  header = /** @type {import("./planes.js").Header} */ ({});
  /** The messages of the scenes shown so far. @type {Once<import("../../messages.js").Sent["latent_canvas"]>} */
  messages = new Once(this.told.scenes.length);

  /** The last scene that could be shown; `prepare` finds one that can. */
  shown = this.told.scenes[0];
  /** Why the scene chosen after it could not, "" if none was. */
  missing = "";

  /** Loads what is needed to read the address: any of the scenes. */
  async prepare() {
    const { settings, told } = this;
    const { header, fields } = await this.first();
    this.header = header;
    this.fields = fields;
    learn(settings, this.header, told.count);
    settings.know("view", one(told.scenes.map(({ view }) => view)));
    const ends = told.scenes.flatMap(({ across, up }) => [across, up]);
    for (const name of ["across", "up"]) settings.know(name, integer(1, Math.max(1, ...ends)));
    settings.know("y", this.header.contents.length ? integer(0, this.header.contents.length - 1) : () => null);
  }

  /** The message of the first scene whose file is there. */
  async first() {
    let missing = "";
    for (const scene of this.told.scenes) {
      this.shown = scene;
      const message = await this.message(scene).catch((error) => void (missing ||= sentenceOf(error)));
      if (message) return message;
    }
    throw new Missing(missing);
  }

  /** @param {Scene} scene */
  message({ message }) {
    return this.messages.of(message, () => opened(message, "The plane"));
  }

  /** The scene that the settings select. */
  get scene() {
    const { settings, told } = this;
    const [first] = told.scenes;
    const [view, across, up] = [settings.of("view") ?? first.view, settings.of("across") ?? 1, settings.of("up") ?? 2];
    return told.scenes.find((each) => each.view === view && (view !== "pair" || (each.across === across && each.up === up))) ?? told.scenes.find((each) => each.view === view) ?? first;
  }

  /** @param {HTMLElement} root */
  open(root) {
    root.append(this.controls());
    this.stages = [new Stage(root, mount, (...told) => this.hear(...told))];
    return this.show();
  }

  async show() {
    const { scene, settings, told } = this;
    this.projection.value = String(told.scenes.indexOf(scene));
    let missing = "";
    const message = await this.message(scene).catch((error) => void (missing = sentenceOf(error)));
    if (scene !== this.scene) return; // another was chosen meanwhile
    if (!message) return this.project(this.shown, `“${scene.title}” cannot be shown. ${missing}`);
    this.shown = scene;
    const { header } = message;
    const changes = changesOf(settings, header);
    const picked = settings.of(header.names.picked)?.index ?? null;
    const y = settings.of("y") ?? header.y;
    this.stages[0]?.show(message, { ...changes, picked, y });
    if (y !== null) this.content.value = String(y);
    this.number.value = picked === null ? "" : String(picked);
    const sentence = this.missing || (told.notes[scene.view] ?? "");
    this.note.hidden = !sentence;
    write(this.note, sentence);
  }

  // Messages and actions -----------------------------------------------------------------------------------------------

  /** A message from the plane. @param {import("./stage.js").Telling} told */
  hear(...told) {
    const [kind, value] = told;
    const { fields, header } = this;
    if (!fields) return;
    const content = kind === "picked" && value.index >= 0 ? contentOf(header, fields, value.index) : null;
    this.keep({ ...heard(header, fields, ...told), ...(content === null ? {} : { y: String(content) }) });
  }

  controls() {
    const { told, header, fields } = this;
    const { item } = told;
    this.projection = element("select", { onchange: () => this.project(told.scenes[this.projection.value]) }, ...options(told.scenes.map(({ title }) => title)));
    this.content = element("select", { onchange: () => this.keep({ y: this.content.value }) }, ...options(header.contents));
    this.number = element("input", { type: "number", min: 0, max: told.count - 1, step: 1, placeholder: "none", onchange: () => this.typed() });
    this.note = element("p", { class: "lp-said", role: "status", hidden: true });
    const { prior } = header;
    const random = () => prior && this.keep({ z: codeText(draw(prior, header.dim, Math.random, fields?.prior_samples?.values)), point: null });
    return element("div", { class: "lp" },
      element("div", { class: "ho-row", role: "group", "aria-label": "What the plane shows" },
        ...(told.scenes.length > 1 ? [element("label", {}, "Projection", this.projection)] : []),
        ...(header.contents.length ? [element("label", {}, "Content y", this.content)] : []),
        element("label", {}, item[0].toUpperCase() + item.slice(1), this.number),
        button(`Random ${item}`, () => this.hear("picked", { index: Math.floor(told.count * Math.random()) })),
        ...(prior ? [button("Random from the prior", random)] : [])),
      this.note); // prettier-ignore
  }

  /** A code's number was typed, or removed. */
  typed() {
    const { value } = this.number;
    const index = value ? integer(0, this.told.count - 1)(value) : -1;
    if (index !== null) this.hear("picked", { index });
    else this.number.value = String(this.settings.of(this.header.names.picked)?.index ?? "");
  }

  /** @param {Scene} scene @param {string} [missing] why it is shown in place of another */
  project({ view, across, up }, missing = "") {
    this.missing = missing;
    const pair = view === "pair";
    this.keep({ view: this.told.scenes[0].view === view && !pair ? null : view, across: pair ? String(across) : null, up: pair ? String(up) : null, window: null, lasso: null });
  }
}
