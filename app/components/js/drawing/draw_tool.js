/**
 * The tool that takes an image from outside, drawn or dropped, and shows where it is encoded.
 */

import { element } from "../base/dom.js";
import { encoderAnywhere, look } from "./drawn.js";
import { DrawnView } from "./drawn_view.js";
import { FileZone } from "./file_zone.js";
import { pictureOf } from "./image_file.js";
import { normalise } from "./normalise.js";
import { Pad } from "./pad.js";

/** @typedef {import("../plane/plane.js").Plane} Plane */
/** @typedef {import("./drawn.js").Drawn} Drawn */

const LOADING = "Loading the encoder …";
const UNKNOWN = "Typical values are not known";
const NO_ORIGINALS = `${UNKNOWN}, since the data set’s images are not on this machine.`;
const COMPARING = "Loading typical values …";

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
    this.suited = this.by = this.weighed = "";
    /** @type {import("./drawn_words.js").Usual} */
    this.usual = COMPARING;
    this.files = new FileZone(plane.parts.root, {
      takes: () => plane.tools.sections.get("draw")?.hidden === false,
      pastes: () => plane.tools.isOpen("draw"),
      dropped: () => plane.tools.open("draw"),
      open: (file) => this.open(file),
    });
    this.status = element("p", { role: "status", class: "lp-said" });
    this.view = new DrawnView(plane);
    section.append(element("div", { class: "lp-drawing" }, this.pad.canvas, this.view.pictures), this.pad.hint, this.pad.buttons, this.files.root,
      this.view.sentence, this.status, this.view.more); // prettier-ignore
    this.listen();
  }

  listen() {
    const { events, overlays } = this.plane;
    events.on("close", () => this.files.close());
    events.on("data", ({ other }) => this.adapt(other));
    events.on("tool", ({ id, open }) => id === "draw" && open && this.prepare());
    events.on("key", ({ id }) => id === "draw" && (this.pad.canvas.hidden ? this.files.input : this.pad.canvas).focus());
    events.on("pictures", () => this.show());
    overlays.push((pen, view, theme) => this.drawn && this.view.mark(pen, view, theme, this.drawn));
  }

  // Where an image comes from ------------------------------------------------------------------------------------------

  /** Strokes were drawn or taken back. */
  drew() {
    this.dropped = null;
    if (this.pad.strokes.length) this.take(true);
    else this.clear();
  }

  /** @param {File | null} file */
  async open(file) {
    if (!file) return this.say("This is not a file. Drop an image, or choose one.");
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

  /** Other weights, content or images, or another revision: the same image is looked at again, and z stays where it is. */
  adapt(other) {
    const { drawing, weights, server, sprites, revision, y } = this.plane.header;
    if (!drawing) return;
    const suited = JSON.stringify(drawing);
    if (suited !== this.suited) this.pad.suit(drawing, this.image);
    this.suited = suited;
    const by = JSON.stringify([revision, y, weights?.encoder?.sha ?? server.encode, sprites?.sha]);
    if (by === this.by) return;
    this.by = by;
    const again = this.drawn !== null;
    if (other) this.clear();
    if (again) this.take(false);
  }

  /** C, H, W of the images. */
  get image() {
    return this.plane.header.drawing.image;
  }

  /** Fetches the encoder before it is needed. */
  async prepare() {
    this.compare();
    if (this.drawn) return this.show();
    this.say(LOADING);
    await encoderAnywhere(this.plane);
    this.said(LOADING);
  }

  /** Asks which errors are usual, once for each set of weights. */
  async compare() {
    const { server } = this.plane.answers;
    const from = server.id;
    if (from === this.weighed) return;
    this.weighed = from;
    this.usual = COMPARING;
    const usual = await server.usual().catch((error) => `${UNKNOWN}: ${error.message}`);
    if (from !== this.weighed) return;
    if (typeof usual === "string") this.weighed = ""; // the next drawing asks again
    this.usual = usual ?? NO_ORIGINALS;
    this.show();
  }

  /** @param {boolean} moving whether z goes where the image lies */
  async take(moving) {
    const { plane } = this;
    const turn = ++this.asked;
    try {
      const picture = this.dropped ?? this.pad.picture(this.image);
      if (!picture) return this.clear();
      const x = normalise(picture, this.image, plane.header.drawing);
      this.compare();
      if (!this.drawn) this.say(LOADING);
      const { encode, way } = await encoderAnywhere(plane);
      const drawn = await look(plane, encode, x);
      if (turn !== this.asked) return;
      this.drawn = drawn;
      this.say(`Encoded ${way}.${plane.slice.decodable ? " The ringed dot on the plane is this image." : ""}`);
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
    this.view.clear();
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
    if (this.drawn && this.plane.tools.isOpen("draw")) this.view.show(this.drawn, this.usual);
  }
}

/** @param {Plane} plane @returns {import("../plane/tools.js").Tool} */
export const draw = (plane) => ({
  id: "draw",
  title: "Draw or drop an image",
  host: "aside",
  build: (section) => {
    new Drawing(plane, section);
  },
});
