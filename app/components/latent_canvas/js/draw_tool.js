/**
 * The tool that takes an image from outside, drawn or dropped, and shows where it lies.
 */

import { element } from "./dom.js";
import { encoderOf, look } from "./drawn.js";
import { contentSaid, verdict, vote } from "./drawn_words.js";
import { fileOf, pictureOf } from "./image_file.js";
import { NEAREST, figure, nearButtons, nearestTo } from "./neighbours.js";
import { normalise } from "./normalise.js";
import { Pad } from "./pad.js";
import { paint } from "./picture.js";
import { codeText, number } from "./words.js";

/** @typedef {import("./plane.js").Plane} Plane */
/** @typedef {import("./drawn.js").Drawn} Drawn */

const LOADING = "Loading the encoder …";

class Drawing {
  /** @param {Plane} plane @param {HTMLElement} section */
  constructor(plane, section) {
    this.plane = plane;
    this.pad = new Pad(() => this.drew());
    /** What was dropped last; null where the pad has the word. @type {ImageData | null} */
    this.dropped = null;
    /** @type {Drawn | null} */
    this.drawn = null;
    this.asked = 0;
    this.suited = this.by = "";
    this.input = element("input", { type: "file", accept: "image/*", class: "lp-hidden", onchange: () => this.chose() });
    this.zone = element("label", { class: "lp-drop" }, "Drop an image here, paste one, or ", element("u", {}, "choose a file"), this.input);
    this.status = element("p", { role: "status", class: "lp-said" });
    this.pictures = element("div", { class: "lp-figures" });
    this.sentence = element("p", { "aria-live": "polite" });
    this.result = element("div", {});
    section.append(element("div", { class: "lp-drawing" }, this.pad.canvas, this.pictures), this.pad.hint, this.pad.buttons, this.zone,
      this.sentence, this.status, this.result); // prettier-ignore
    section.addEventListener("dragover", (event) => this.over(event, true));
    section.addEventListener("dragleave", (event) => this.over(event, false));
    section.addEventListener("drop", (event) => this.drop(event));
    this.listen();
  }

  listen() {
    const { events, overlays } = this.plane;
    const paste = (event) => this.paste(event);
    document.addEventListener("paste", paste);
    events.on("close", () => document.removeEventListener("paste", paste));
    events.on("data", () => this.adapt());
    events.on("tool", ({ id, open }) => id === "draw" && open && this.prepare());
    events.on("key", ({ id }) => id === "draw" && (this.pad.canvas.hidden ? this.input : this.pad.canvas).focus());
    events.on("pictures", () => this.show());
    overlays.push((pen, view, theme) => this.mark(pen, view, theme));
  }

  // Where an image comes from ------------------------------------------------------------------------------------------

  /** Strokes were drawn or taken back. */
  drew() {
    this.dropped = null;
    if (this.pad.strokes.length) this.take(true);
    else this.clear();
  }

  chose() {
    this.open(this.input.files?.[0] ?? null);
    this.input.value = ""; // so that the same file can be chosen again
  }

  over(event, on) {
    event.preventDefault();
    this.zone.classList.toggle("lp-over", on);
  }

  drop(event) {
    this.over(event, false);
    this.open(fileOf(event.dataTransfer));
  }

  paste(event) {
    const file = this.plane.tools.isOpen("draw") && fileOf(event.clipboardData);
    if (!file) return;
    event.preventDefault();
    this.open(file);
  }

  /** @param {File | null} file */
  async open(file) {
    if (!file) return this.say("That was no file; drop an image, or choose one.");
    const turn = ++this.asked;
    this.say("Reading the image …");
    try {
      const picture = await pictureOf(file);
      if (turn !== this.asked) return;
      this.dropped = picture;
      this.pad.wipe();
      this.take(true);
    } catch (error) {
      if (turn === this.asked) this.fail(error);
    }
  }

  // What becomes of it -------------------------------------------------------------------------------------------------

  /** Another revision, content or other weights: the same image is looked at again, and z stays where it is. */
  adapt() {
    const { drawing, weights, server, sprites, revision, y } = this.plane.header;
    if (!drawing) return;
    const { image } = this;
    const suited = JSON.stringify([drawing, image]);
    if (suited !== this.suited) this.pad.suit(drawing, image);
    this.suited = suited;
    const by = JSON.stringify([revision, y, weights?.encoder?.sha ?? server?.encode, sprites?.sha]);
    if (by !== this.by && this.drawn) this.take(false);
    this.by = by;
  }

  /** C, H, W of the images. */
  get image() {
    return this.plane.header.drawing.image;
  }

  /** Fetches the encoder before it is needed. */
  async prepare() {
    if (this.drawn) return this.show();
    this.say(LOADING);
    try {
      await encoderOf(this.plane);
      this.said(LOADING);
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {boolean} moving whether z goes where the image lies */
  async take(moving) {
    const { plane } = this;
    const turn = ++this.asked;
    try {
      const picture = this.dropped ?? this.pad.picture(this.image);
      if (!picture) return this.clear();
      const x = normalise(picture, this.image, plane.header.drawing);
      if (!this.drawn) this.say(LOADING);
      const { encode, way } = await encoderOf(plane);
      const drawn = await look(plane, encode, x);
      if (turn !== this.asked) return;
      this.drawn = drawn;
      this.say(`Encoded ${way}. The ringed dot on the plane is this image.`);
      if (moving) plane.moveTo(drawn.z);
      plane.redrawOver();
      this.show();
    } catch (error) {
      if (turn === this.asked) this.fail(error);
    }
  }

  clear() {
    this.asked++;
    this.drawn = null;
    this.say("");
    this.sentence.textContent = "";
    for (const part of [this.pictures, this.result]) part.replaceChildren();
    this.plane.redrawOver();
  }

  // What is shown ------------------------------------------------------------------------------------------------------

  say(sentence) {
    if (this.status.textContent !== sentence) this.status.textContent = sentence;
  }

  /** @param {unknown} error */
  fail(error) {
    this.say(error instanceof Error ? error.message : String(error));
  }

  /** Takes a sentence back, unless another has taken its place. */
  said(sentence) {
    if (this.status.textContent === sentence) this.say("");
  }

  show() {
    const { drawn, plane } = this;
    if (!drawn || !plane.tools.isOpen("draw")) return;
    const { image } = this;
    const near = plane.fields.z ? nearestTo(plane.fields.z.values, plane.header.dim, drawn.z, NEAREST) : [];
    const pictures = [[drawn.x, "what the network sees"], [drawn.made, "reconstruction"]].map(([values, name]) => {
      const canvas = element("canvas", {});
      paint(canvas, /** @type {Float32Array} */ (values), image);
      return figure(canvas, /** @type {string} */ (name));
    });
    this.pictures.replaceChildren(...pictures);
    this.sentence.textContent = this.sentences(drawn, near);
    this.result.replaceChildren(
      this.facts(drawn),
      element("p", { class: "lp-said" }, `The ${near.length} nearest codes: class and distance.`),
      nearButtons(plane, near),
    );
  }

  /** @param {Drawn} drawn @param {import("./neighbours.js").Near[]} near */
  sentences({ z, error, best }, near) {
    const { header, codes, prior } = this.plane;
    const names = near.map(({ index }) => header.classes[codes.labels?.[index] ?? -1] ?? null);
    const about = best === null ? vote(names) : contentSaid(header.classes, header.y, best); // a style is of no class
    return [about, verdict(error, header.drawing.error, prior.inside(z))].join(" ").trim();
  }

  facts({ z, verdict: judged }) {
    const { prior } = this.plane;
    const rows = [["z", codeText(z)], ["log p(z)", number(prior.logDensity(z))], ["D(z)", number(judged)]];
    const known = rows.filter(([, value]) => value !== number(NaN));
    return element("dl", { class: "lp-values" }, ...known.map(([term, value]) => element("div", {}, element("dt", {}, term), element("dd", {}, value))));
  }

  /** A dot where it lies on the plane. */
  mark(pen, view, theme) {
    if (!this.drawn) return;
    const [x, y] = view.toScreen(...this.plane.slice.place(this.drawn.z));
    if (!Number.isFinite(x + y)) return; // the plane has no place for a code that is not of its own
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    pen.fillStyle = theme.text;
    pen.strokeStyle = theme.background;
    pen.lineWidth = 3;
    pen.stroke();
    pen.fill();
    pen.beginPath();
    pen.arc(x, y, 3, 0, 2 * Math.PI);
    pen.fillStyle = theme.background;
    pen.fill();
  }
}

/** @param {Plane} plane @returns {import("./tools.js").Tool} */
export const draw = (plane) => ({
  id: "draw",
  title: "Draw or drop an image",
  host: "aside",
  build: (section) => {
    new Drawing(plane, section);
  },
});
