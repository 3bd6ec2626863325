/**
 * The display of an answer: graph, plane, table and texts, which show the same state and are highlighted together.
 */

import { element, write } from "../base/dom.js";
import { canvasOf, imageOf, imagesOf } from "../base/picture.js";
import { isRow, named } from "../base/rows.js";
import { markerOf } from "../codes/legend.js";
import { Explained } from "./explained.js";
import { Field } from "./field.js";
import { Graph } from "./graph.js";
import { CAPTION, Items } from "./items.js";
import { PHASES, captions, costs, equation, roundCaptions, why } from "./phases.js";
import { Trace } from "./trace.js";

/** @typedef {import("../../messages.js").Answered} Answer */

const KEY = " images, by class. Rings: the mini-batch, six of its images numbered. ";
const CROSSES = "Crosses: samples of the prior";
const NEW = ", new ones at every step of D. Background: D’s surface, blue where D takes z for a sample of the prior, orange where it takes z for a code";
const INVITATION = ["Nothing has been trained yet: all nets have random weights.", "The encoder has mapped each image x to a code z, and the decoder has drawn x̂ from it.", "Press Play, or make a single step; what it changes is described here."];

export class Stage {
  /** @param {boolean} still whether animations are off @param {any} controls the element above the graph, beside the plane */
  constructor(still, controls = element("div", {})) {
    this.still = still;
    /** @type {Answer | null} */
    this.answer = null;
    /** The loss of each phase before and after its last step. @type {Object<string, [number, number]>} */
    this.costs = {};
    /** What the current beat highlights; null: everything. @type {Set<string> | null} */
    this.lit = null;
    this.graph = new Graph();
    this.field = new Field();
    this.items = new Items((item) => this.point(item));
    this.explained = new Explained((lights) => this.light(lights && new Set(lights)));
    this.trace = new Trace();
    this.key = element("p", { class: "lp-said" });
    this.legend = element("p", { class: "gb-legend" });
    this.body = element("div", { class: "gb-body gb-waiting" },
      element("p", { class: "gb-wait" }, "The game is starting …"), controls, this.graph.root, this.explained.root,
      element("div", { class: "gb-right" }, this.field.canvas, this.legend, this.trace.root, this.key)); // prettier-ignore
    this.tables = element("details", { class: "gb-more gb-numbers", open: true }, element("summary", {}, "The items and the costs"),
      element("div", { class: "gb-tables" }, this.items.root, this.explained.scored)); // prettier-ignore
    this.graph.root.addEventListener("pointerleave", (/** @type {PointerEvent} */ { pointerType }) => pointerType !== "touch" && this.point(this.items.held));
    this.graph.root.addEventListener("pointerover", (/** @type {any} */ event) => this.point(Number(event.target.closest?.("[data-item]")?.getAttribute("data-item") ?? this.items.held)));
  }

  /** Takes a new answer, which `show` then shows. @param {Answer} answer @param {{colours: string[], shapes: string[]}} palette */
  take(answer, palette) {
    const { header, fields } = answer;
    const adversary = header.phases.includes("discrimination");
    this.answer = answer;
    if (header.preview) this.costs = {};
    else for (const { phase, loss } of header.records) this.costs[phase] = loss;
    this.body.classList.remove("gb-waiting");
    this.graph.hasAdversary(adversary);
    this.graph.hasContent(header.variant.y ?? "");
    this.trace.root.hidden = !header.variant.prior;
    this.trace.rivals.hidden = !adversary;
    if (header.variant.prior) this.trace.add(Number(header.distance), header.preview);
    this.field.canvas.setAttribute("aria-label", `Latent plane: codes${header.variant.prior ? ", samples of the prior" : ""}${adversary ? " and D’s surface" : ""}, as described below`);
    this.explained.tally(header.counts, this.costs);
    this.key.textContent = this.named(`Coloured points: codes of ${fields.labels.values.length}${KEY}`) + (header.variant.prior ? `${CROSSES}${adversary ? NEW : ""}.` : "");
    this.field.classes = { labels: fields.labels.values, ...palette };
    if (this.legend.textContent !== header.classes.join("")) this.legend.replaceChildren(...header.classes.map((name, k) => element("span", {}, markerOf(palette.shapes[k], palette.colours[k]), name)));
  }

  /** Shows the answer. @param {number | null} beat of its only step; null for all of it @param {boolean} aloud whether screen readers read it out */
  show(beat, aloud) {
    const { header, fields } = /** @type {Answer} */ (this.answer);
    const record = header.records[header.records.length - 1];
    const round = header.records.length > 1;
    const final = beat === null || beat === 2;
    const words = this.captions().map((text) => this.named(text));
    this.lit = beat === null ? null : new Set(PHASES[record.phase].beats[beat]);
    this.explained.say(words, beat);
    const terms = round ? costs(header.records, this.about) : equation(record, this.about);
    if (header.preview) this.explained.explain(header.variant.summary, []);
    else this.explained.explain(this.named(why(header.records, this.about)), terms);
    this.fill(final);
    this.graph.tell(header.preview || !final ? null : together(header.records));
    if (final) this.field.show(momentOf(header, fields), beat === 2 && !this.still);
    this.light(null);
    if (beat !== null) write(this.explained.live, words[beat]);
    else if (aloud && !header.preview) write(this.explained.live, round ? words[2] : `Step ${PHASES[record.phase].letter}. ${words[2]}`);
  }

  /** Ends the highlighting of a beat. */
  calm() {
    this.lit = null;
    this.light(null);
    this.explained.say(this.captions().map((text) => this.named(text)), null);
  }

  /** @returns {import("./phases.js").About} */
  get about() {
    const { header } = /** @type {Answer} */ (this.answer);
    return { pulls: header.variant.pulls, name: header.variant.name, size: header.size, noise: header.rules.input_noise, content: header.variant.content };
  }

  /** A text about images, reworded if the items are rows of a table. @param {string} text */
  named(text) {
    const [, height, , channels] = this.part("x")?.shape ?? [];
    return named(text, isRow([channels, height]));
  }

  captions() {
    const { header, fields } = /** @type {Answer} */ (this.answer);
    const { records, preview, counts, batch } = header;
    if (preview && batch === 1 && !Object.values(counts).some(Boolean)) return INVITATION;
    const rounds = counts[header.phases[0]];
    if (preview) return [`${rounds} ${rounds === 1 ? "round has" : "rounds have"} been played; mini-batch ${batch} is shown.`, "The codes lie where the last step left them.", "Press Play, or make a single step."];
    const drawn = records.findIndex(({ phase }) => phase === "discrimination");
    const means = { d: mean(this.part("d")?.values), d2: mean(this.part("d2")?.values), dp: mean(fields[`dp.${drawn}`]?.values) };
    return records.length > 1 ? roundCaptions(records, this.about, means) : captions(records[0], this.about, means);
  }

  /**
   * An array of the last step on the mini-batch itself; a classification step, which ends a round, uses the labelled images instead.
   * @template {"z" | "z2" | "d" | "d2" | "x" | "noisy" | "xhat" | "xhat2"} Name
   * @param {Name} name
   */
  part(name) {
    const { header, fields } = /** @type {Answer} */ (this.answer);
    const last = header.records.findLastIndex(({ phase }) => phase !== "classification");
    return fields[`${name}.${last < 0 ? 0 : last}`];
  }

  /** Fills in the items in the graph, on the plane and in the table. @param {boolean} final their state after the step, or before it */
  fill(final) {
    const { header, fields } = /** @type {Answer} */ (this.answer);
    const [x, noisy, xhat] = [this.part("x"), this.part("noisy"), this.part(final ? "xhat2" : "xhat")].map(picturesOf);
    const z = this.part(final ? "z2" : "z").values;
    const d = this.part(final ? "d2" : "d")?.values ?? null;
    const drawn = header.records.findIndex((_, k) => fields[`p.${k}`]);
    this.field.samples = fields[`p.${drawn}`]?.values ?? fields.sample?.values ?? [];
    this.field.items = { z, from: final ? this.part("z").values : null, count: x.length };
    this.graph.fill({ x: noisy, xhat, d });
    this.items.caption.textContent = this.named(CAPTION);
    this.items.fill({ x, noisy, xhat, z, d });
    this.point(this.field.pointed); // the graph has new elements
  }

  /** Highlights parts of the graph and the plane; null: what the beat highlights. @param {Set<string> | null} lit */
  light(lit) {
    const seen = lit ?? this.lit;
    this.graph.light(seen);
    this.field.lit = seen;
    this.field.refresh();
  }

  /** @param {number} item −1 for none */
  point(item) {
    this.graph.point(item);
    this.items.mark(item);
    this.field.pointed = item;
    this.field.refresh();
  }
}

/** All images of a field n×H×W×C as data URLs. @param {import("../base/wire.js").Field | undefined} field @returns {string[]} */
function picturesOf(field) {
  if (!field) return [];
  const { images, shape } = imagesOf(field);
  return images.map((values) => canvasOf(imageOf(values, shape)).toDataURL());
}

/** The mean of some numbers; null if there are none. @param {ArrayLike<number> | undefined} values */
export function mean(values) {
  if (!values?.length) return null;
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** How far each network moved in a round: the largest of its steps. @param {{moved: Object<string, number>}[]} records */
export function together(records) {
  /** @type {Object<string, number>} */
  const farthest = {};
  for (const { moved } of records) for (const [name, length] of Object.entries(moved)) farthest[name] = Math.max(farthest[name] ?? 0, length);
  return farthest;
}

/** The state of the plane in an answer. @param {Answer["header"]} header @param {Answer["fields"]} fields @returns {import("./field.js").Moment} */
export function momentOf({ half, centre }, { codes, surface }) {
  const reach = surface ? half * (1 - 1 / surface.shape[0]) : 0; // to the middles of the outermost cells
  const box = [centre[0] - reach, centre[0] + reach, centre[1] - reach, centre[1] + reach];
  return { codes: codes.values, surface: surface ? { ...surface, box } : null, half, centre };
}
