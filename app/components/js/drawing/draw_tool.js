/**
 * The tool that takes the user's own image, drawn or dropped, and shows where it is encoded.
 */

import { changes } from "../base/anew.js";
import { element, valuesList, write } from "../base/dom.js";
import { codeText, number } from "../base/number_text.js";
import { disc } from "../base/pen.js";
import { paint } from "../base/picture.js";
import { figure, nearButtons, nearestTo } from "../choice/neighbours.js";
import { encoderAnywhere, look } from "./drawn.js";
import { closestSaid, verdict, vote } from "./drawn_words.js";
import { isDrawn } from "./pad.js";
import { Source } from "./source.js";

const LOADING = "Loading the encoder …";
const UNKNOWN = "Typical values are not known";
const NO_ORIGINALS = `${UNKNOWN}, since the data set’s images are not on this machine.`;
const COMPARING = "Loading typical values …";

class Drawing {
  /** @param {import("../plane/plane.js").Plane} plane @param {HTMLElement} section */
  constructor(plane, section) {
    this.plane = plane;
    this.source = new Source(plane.parts.root, {
      takes: () => plane.tools.sections.get("draw")?.hidden === false,
      pastes: () => plane.tools.isOpen("draw"),
      dropped: () => plane.tools.open("draw"),
      changed: () => this.take(true),
    });
    /** @type {import("./drawn.js").Drawn | null} */
    this.drawn = null;
    this.changed = changes();
    this.weighed = "";
    /** @type {import("./drawn_words.js").Usual} */
    this.usual = COMPARING;
    this.pictures = element("div", { class: "lp-figures" });
    this.sentence = element("p", { "aria-live": "polite" });
    this.more = element("div", {});
    const { pad, zone, status } = this.source;
    section.append(element("div", { class: "lp-drawing" }, pad.canvas, this.pictures), pad.hint, pad.buttons, zone, this.sentence, status, this.more);
    this.listen();
  }

  listen() {
    const { events, overlays } = this.plane;
    const { pad, input } = this.source;
    events.on("close", () => this.source.close());
    events.on("data", ({ other }) => this.adapt(other));
    events.on("tool", ({ id, open }) => id === "draw" && open && this.prepare());
    events.on("key", ({ id }) => id === "draw" && (pad.canvas.hidden ? input : pad.canvas).focus());
    events.on("pictures", () => this.show());
    overlays.push((paper) => this.drawn && this.mark(paper, this.drawn.z));
  }

  /** Encodes the image again if weights, content or images have changed; z stays where it is. @param {boolean} other whether the revision has changed */
  adapt(other) {
    const { drawing, weights, server, sprites, revision, y } = this.plane.header;
    if (!drawing) return;
    this.source.suit(drawing);
    if (!this.changed(revision, y, weights?.encoder?.sha ?? server.encode, sprites?.sha)) return;
    const again = this.drawn !== null;
    if (other) this.clear();
    if (again) this.take(false);
  }

  /** Fetches the encoder before it is needed. */
  async prepare() {
    const { source } = this;
    this.compare();
    if (this.drawn) return this.show();
    source.say(LOADING);
    await encoderAnywhere(this.plane);
    if (source.status.textContent === LOADING) source.say("");
  }

  /** Requests the usual reconstruction errors, once for each set of weights. */
  async compare() {
    const { server } = this.plane.answers;
    const from = server.id;
    if (from === this.weighed) return;
    this.weighed = from;
    this.usual = COMPARING;
    const usual = await server.usual().catch((error) => `${UNKNOWN}: ${error.message}`);
    if (from !== this.weighed) return;
    if (typeof usual === "string") this.weighed = ""; // the next image requests them again
    this.usual = usual ?? NO_ORIGINALS;
    this.show();
  }

  /** Encodes the image. @param {boolean} moving whether z moves to its code */
  async take(moving) {
    const { plane, source } = this;
    const turn = ++source.turn;
    try {
      const x = source.image();
      if (!x) return this.clear();
      this.compare();
      if (!this.drawn) source.say(LOADING);
      const { encode, way } = await encoderAnywhere(plane);
      const drawn = await look(plane, encode, x);
      if (turn !== source.turn) return;
      this.drawn = drawn;
      source.say(`Encoded ${way}.${plane.slice.decodable ? " The ringed dot on the plane is this image." : ""}`);
      if (moving) plane.moveTo(drawn.z);
      plane.redrawOver();
      this.show();
    } catch (error) {
      if (turn === source.turn) source.fail(error);
    }
  }

  clear() {
    this.source.turn++;
    this.drawn = null;
    this.source.say("");
    this.sentence.textContent = "";
    for (const part of [this.pictures, this.more]) part.replaceChildren();
    this.plane.redrawOver();
  }

  show() {
    const { drawn, plane, usual } = this;
    if (!drawn || !plane.tools.isOpen("draw")) return;
    const { codes, fields, header, prior } = plane;
    const { x, z, made, error, best, dOfZ } = drawn;
    const near = fields.z ? nearestTo(fields.z.values, header.dim, z) : [];
    const names = near.map(({ index }) => header.classes[codes.labels?.[index] ?? -1] ?? null);
    const about = best === null ? vote(names) : closestSaid(header.contents, Number(header.y), best); // with content, the neighbours' styles tell nothing about the class
    const facts = [["z", codeText(z)], ["log p(z)", number(prior.logDensity(z))], ["D(z)", number(dOfZ)]];
    this.pictures.replaceChildren(this.picture(x, "what the network sees"), this.picture(made, "reconstruction"));
    write(this.sentence, [about, verdict(error, usual, prior.inside(z))].join(" ").trim());
    this.more.replaceChildren(valuesList(facts.filter(([, value]) => value !== number(NaN))), nearButtons(plane, near));
  }

  /** @param {ArrayLike<number>} values @param {string} name */
  picture(values, name) {
    const canvas = element("canvas", {});
    paint(canvas, values, /** @type {import("../../messages.js").Drawing} */ (this.plane.header.drawing).image);
    return figure(canvas, name);
  }

  /** Marks the image's code on the plane. @param {import("../view/layers.js").Paper} paper @param {Float32Array} z */
  mark({ pen, view, theme }, z) {
    const [x, y] = view.toScreen(...this.plane.slice.place(z));
    if (!Number.isFinite(x + y)) return; // a t-SNE plane has no place for new codes
    disc(pen, x, y, 8.5, theme.background);
    disc(pen, x, y, 7, theme.text);
    disc(pen, x, y, 3, theme.background);
  }
}

/** @type {import("../plane/tools.js").Tool} */
export const draw = { id: "draw", title: "Draw or drop an image", called: ({ drawing }) => (drawing ? !isDrawn(drawing) && "Drop an image" : false), host: "aside", Kind: Drawing };
