/**
 * The board of the aggregated posterior: twenty ellipses q(z|x), two sliders that widen and shift them, and three bars
 * that are an equation. It needs nothing but its message, so that any page can mount it.
 */

import { button, element, setNote, setText } from "../base/dom.js";
import { EchoFilter, areArraysEqual } from "../base/echo_filter.js";
import { pageEvents } from "../base/events.js";
import { throttleToFrame } from "../base/memoize.js";
import { formatNumber, formatSignificant } from "../base/number_format.js";
import { translate } from "../base/translate.js";
import { createMount } from "../host/mounting.js";
import { reportFigures } from "../lessons/participation.js";
import { arrangePosteriors, measureDivergences, spreadOf, widthOf } from "./divergences.js";
import { DivergenceBars } from "./divergence_bars.js";
import { EllipsePlane } from "./ellipse_plane.js";

/** @typedef {import("../../messages.js").Arrangement} Arrangement */
/** @typedef {import("../../messages.js").OutgoingMessages["aggregate_board"]} BoardMessage */
/** @typedef {import("./divergences.js").Divergences} Divergences */

const PLACES = 200; // steps of a slider
const SIZE = 20; // images of a set
// Below this KL(q(z) ‖ p), q(z) counts as like the prior; below this mean KL, all ellipses do.
const [MAX_NEAR_KL, MAX_COLLAPSE_KL] = [0.2, 0.05];
const SEPARATION_SHARE = 0.95; // of log n: above this share I(x; z) is that of ellipses that do not overlap

export class AggregateBoard {
  /** @param {HTMLElement} root */
  constructor(root) {
    /** @type {import("../host/host.js").SendMessage} */
    this.sendMessage = () => {};
    /** @type {BoardMessage | null} */
    this.message = null;
    /** @type {Arrangement} */
    this.arrangement = { width: 1, spread: 0, images: 1 };
    /** How far each ellipse was shifted by hand, x and y in turn. */
    this.shifts = new Float64Array(2 * SIZE);
    /** @type {Divergences} */
    this.divergences = { mean_kl: 0, information: 0, aggregate_kl: 0 };
    this.echoFilter = new EchoFilter(areArraysEqual);
    this.plane = new EllipsePlane({
      onChoose: (index) => this.announcePlace(index),
      onMove: (index, dx, dy) => this.moveEllipse(index, dx, dy),
      onRelease: () => this.announcePlace(this.plane.chosenIndex),
    });
    this.bars = new DivergenceBars();
    this.widthSlider = new BoardSlider(
      translate("Width of each"),
      "width",
      (width) => this.change({ width }),
      () => this.send(),
    );
    this.spreadSlider = new BoardSlider(
      translate("Spread of the centres"),
      "spread",
      (spread) => this.change({ spread }),
      () => this.send(),
    );
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.verdict = element("p", { class: "ag-verdict", role: "status" });
    this.spokenNote = element("p", { class: "lp-hidden", role: "status" });
    this.recompute = throttleToFrame(() => this.show());
    this.root = element("div", { class: "lp ag" }, this.notes, this.buildBody());
    this.listenerRemovers = [
      pageEvents.on("turned", () => this.report()),
      pageEvents.on("light", ({ drawn }) => this.plane.setLessonHighlight(drawn)),
    ];
    root.append(this.root);
  }

  buildBody() {
    const hint = translate("Drag an ellipse, or move the chosen one with the arrow keys; N chooses the next.");
    return element(
      "div",
      { class: "ag-body" },
      element(
        "div",
        { class: "ag-picture" },
        this.plane.canvas,
        keyElement(),
        element("p", { class: "lp-note" }, hint),
      ),
      element(
        "div",
        { class: "ag-side" },
        this.bars.root,
        this.verdict,
        element("div", { class: "ag-sliders" }, this.widthSlider.root, this.spreadSlider.root),
        element(
          "div",
          { class: "lp-switches" },
          button(translate("As this VAE has them"), () => this.restore(), {
            title: translate("The widths and means that the VAE gives these images"),
          }),
          button(translate("Other images"), () => this.showOtherImages(), { title: translate("Twenty other images") }),
        ),
        this.spokenNote,
      ),
    );
  }

  close() {
    for (const removeListener of this.listenerRemovers) removeListener();
    this.recompute.close();
    this.plane.close();
  }

  /**
   * Sets the one sentence about a subject above the board; an empty sentence removes it.
   * @param {string} subject
   * @param {string} sentence
   */
  setNote(subject, sentence) {
    setNote(this.notes, subject, sentence);
  }

  /** @param {BoardMessage} message */
  update(message) {
    const { arrangement, ranges } = message.header;
    const isFirst = !this.message;
    this.message = message;
    this.widthSlider.setRange(ranges.width);
    this.spreadSlider.setRange(ranges.spread);
    const isNewArrangement = this.echoFilter.isNewValue(Object.values(arrangement));
    if (!isFirst && !isNewArrangement) return this.plane.refresh(); // the theme may have changed
    this.begin(arrangement);
  }

  /** Shows an arrangement in which no ellipse is shifted. @param {Arrangement} arrangement */
  begin(arrangement) {
    this.arrangement = { ...arrangement };
    this.shifts.fill(0);
    this.plane.setImages(this.imagesOfSet());
    this.show();
    this.report(true);
  }

  // The images --------------------------------------------------------------------------------------------------------

  /** @returns {BoardMessage} */
  get data() {
    if (!this.message) throw new Error(translate("The board has no images yet."));
    return this.message;
  }

  /** The first of the images of the set. */
  get firstImage() {
    return (this.arrangement.images - 1) * SIZE;
  }

  /** @returns {import("./divergences.js").Posteriors} as the VAE has them */
  get encoded() {
    const { means, widths } = this.data.fields;
    const [start, end] = [2 * this.firstImage, 2 * (this.firstImage + SIZE)];
    return { means: means.values.subarray(start, end), widths: widths.values.subarray(start, end) };
  }

  /** @returns {import("../base/wire.js").Field} */
  imagesOfSet() {
    const { values, shape } = this.data.fields.images;
    const [, height, width] = shape;
    const size = height * width;
    return {
      values: values.subarray(this.firstImage * size, (this.firstImage + SIZE) * size),
      shape: [SIZE, height, width],
    };
  }

  // What the user does ------------------------------------------------------------------------------------------------

  /** @param {Partial<Arrangement>} changes */
  change(changes) {
    Object.assign(this.arrangement, changes);
    this.recompute();
  }

  send() {
    const { width, spread, images } = this.arrangement;
    this.echoFilter.noteSent([width, spread, images]);
    this.sendMessage("arrangement", { width, spread, images });
  }

  restore() {
    const { encoded } = this;
    const { images } = this.arrangement;
    this.shifts.fill(0);
    this.change({ width: widthOf(encoded), spread: spreadOf(encoded), images });
    this.send();
  }

  showOtherImages() {
    const { arrangement, data } = this;
    this.begin({ ...arrangement, images: (arrangement.images % data.header.sets) + 1 });
    this.send();
  }

  /**
   * @param {number} index
   * @param {number} dx
   * @param {number} dy
   */
  moveEllipse(index, dx, dy) {
    this.shifts[2 * index] += dx;
    this.shifts[2 * index + 1] += dy;
    this.recompute();
  }

  /** @param {number} index of an ellipse that was chosen or moved */
  announcePlace(index) {
    const { means } = this.arrangedPosteriors();
    const label = this.data.fields.labels.values[this.firstImage + index];
    const place = [means[2 * index], means[2 * index + 1]].map((value) => formatNumber(value, 1)).join(", ");
    setText(
      this.spokenNote,
      translate("Ellipse {number} of {count}, of a {label}, at {place}.", {
        number: index + 1,
        count: SIZE,
        label,
        place,
      }),
    );
  }

  // Showing -----------------------------------------------------------------------------------------------------------

  /** @returns {import("./divergences.js").Posteriors} */
  arrangedPosteriors() {
    const { width, spread } = this.arrangement;
    const { means, widths } = arrangePosteriors(this.encoded, width, spread);
    return { means: Float64Array.from(means, (value, j) => value + this.shifts[j]), widths };
  }

  show() {
    const posteriors = this.arrangedPosteriors();
    this.divergences = measureDivergences(posteriors);
    this.plane.show(posteriors);
    this.bars.show(this.divergences);
    this.widthSlider.setValue(this.arrangement.width);
    this.spreadSlider.setValue(this.arrangement.spread);
    const sentence = verdictSentence(this.divergences);
    setText(this.verdict, sentence);
    this.plane.canvas.setAttribute(
      "aria-label",
      translate("Twenty ellipses q(z|x) over the prior. {sentence}", { sentence }),
    );
    this.report();
  }

  /** @param {boolean} [isOther] whether the figures are those of another arrangement that was set up */
  report(isOther = false) {
    if (this.message) reportFigures({ ...this.divergences }, { isOther });
  }
}

/** A slider of the board: of the width, whose steps are equal ratios, or of the spread. */
class BoardSlider {
  /**
   * @param {string} title
   * @param {"width" | "spread"} name
   * @param {(value: number) => void} onMove while it is dragged
   * @param {() => void} onRelease
   */
  constructor(title, name, onMove, onRelease) {
    this.isLogarithmic = name === "width";
    this.low = 0;
    this.high = 1;
    this.output = element("output", {});
    this.input = element("input", {
      type: "range",
      min: 0,
      max: PLACES,
      step: 1,
      "aria-label": title,
      oninput: () => onMove(this.valueAt(Number(this.input.value))),
      onchange: onRelease,
    });
    this.root = element("label", { "data-slider": name }, element("span", {}, title), this.input, this.output);
  }

  /** @param {number[]} range low and high */
  setRange([low, high]) {
    [this.low, this.high] = [low, high];
  }

  /** @param {number} place @returns {number} */
  valueAt(place) {
    const share = place / PLACES;
    const { low, high } = this;
    const value = this.isLogarithmic ? low * (high / low) ** share : low + (high - low) * share;
    return Number(value.toPrecision(3));
  }

  /** @param {number} value */
  setValue(value) {
    const { low, high } = this;
    const share = this.isLogarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    this.input.value = String(Math.round(share * PLACES));
    const text = formatSignificant(value, 2);
    this.output.textContent = text;
    this.input.setAttribute("aria-valuetext", translate("{value}, where the prior has 1", { value: text }));
  }
}

/** @returns {HTMLElement} what the shapes on the plane are */
function keyElement() {
  const entry = (/** @type {string} */ part, /** @type {string} */ text) =>
    element("span", { "data-part": part }, element("i", { "aria-hidden": "true" }), text);
  return element(
    "p",
    { class: "ag-key" },
    entry("ellipses", translate("q(z|x), one image each")),
    entry("mixture", translate("q(z), their mean: 90 %")),
    entry("prior", translate("p(z), the prior")),
  );
}

/**
 * What the bars say, in words.
 * @param {Divergences} divergences
 * @returns {string}
 */
export function verdictSentence({ mean_kl: meanKl, information, aggregate_kl: aggregateKl }) {
  if (meanKl < MAX_COLLAPSE_KL)
    return translate("Every ellipse is the prior: z tells nothing of its image. This is posterior collapse.");
  const maxInformation = Math.log(SIZE);
  if (information > SEPARATION_SHARE * maxInformation)
    return translate(
      "The ellipses hardly overlap: z tells which of the {count} images it is of, log {count} = {most} nats.",
      { count: SIZE, most: formatNumber(maxInformation) },
    );
  if (aggregateKl < MAX_NEAR_KL) return translate("Together the ellipses are nearly the prior.");
  return translate("Ellipses overlap: several images may have the same z.");
}

export default createMount(AggregateBoard);
