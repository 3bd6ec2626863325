/**
 * The board of the aggregated posterior: twenty ellipses q(z|x), two sliders that widen and shift them, and three bars
 * that are an equation. It needs nothing but its message, so that any page can mount it.
 */

import { button, element, setNote, setText } from "../base/dom.ts";
import { EchoFilter, areArraysEqual } from "../base/echo_filter.ts";
import { pageEvents } from "../base/events.ts";
import { throttleToFrame } from "../base/memoize.ts";
import { formatNumber, formatSignificant } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import { createMount } from "../host/mounting.ts";
import { reportFigures } from "../lessons/participation.ts";
import { arrangePosteriors, measureDivergences, spreadOf, widthOf } from "./divergences.ts";
import { DivergenceBars } from "./divergence_bars.ts";
import { EllipsePlane } from "./ellipse_plane.ts";
import type { Arrangement, OutgoingMessages, Field } from "../messages.ts";
import type { Divergences, Posteriors } from "./divergences.ts";
import type { SendMessage } from "../host/host.ts";

type BoardMessage = OutgoingMessages["aggregate_board"];

const PLACES = 200; // steps of a slider
const SIZE = 20; // images of a set
// Below this KL(q(z) ‖ p), q(z) counts as like the prior; below this mean KL, all ellipses do.
const [MAX_NEAR_KL, MAX_COLLAPSE_KL] = [0.2, 0.05];
const SEPARATION_SHARE = 0.95; // of log n: above this share I(x; z) is that of ellipses that do not overlap

export class AggregateBoard {
  sendMessage: SendMessage = () => {};
  message: BoardMessage | null = null;
  arrangement: Arrangement = { width: 1, spread: 0, images: 1 };
  /** How far each ellipse was shifted by hand, x and y in turn. */
  shifts = new Float64Array(2 * SIZE);
  divergences: Divergences = { mean_kl: 0, information: 0, aggregate_kl: 0 };
  echoFilter = new EchoFilter(areArraysEqual);
  plane = new EllipsePlane({
    onChoose: (index) => this.announcePlace(index),
    onMove: (index, dx, dy) => this.moveEllipse(index, dx, dy),
    onRelease: () => this.announcePlace(this.plane.chosenIndex),
  });
  bars = new DivergenceBars();
  widthSlider = new BoardSlider(
    translate("Width of each"),
    "width",
    (width) => this.change({ width }),
    () => this.send(),
  );
  spreadSlider = new BoardSlider(
    translate("Spread of the centres"),
    "spread",
    (spread) => this.change({ spread }),
    () => this.send(),
  );
  notes = element("div", { class: "lp-notes", role: "status" });
  verdict = element("p", { class: "ag-verdict", role: "status" });
  spokenNote = element("p", { class: "lp-hidden", role: "status" });
  recompute = throttleToFrame(() => this.show());
  root: HTMLDivElement;
  listenerRemovers: (() => void)[];

  constructor(root: HTMLElement) {
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

  /** Sets the one sentence about a subject above the board; an empty sentence removes it. */
  setNote(subject: string, sentence: string) {
    setNote(this.notes, subject, sentence);
  }

  update(message: BoardMessage) {
    const { arrangement, ranges } = message.header;
    const isFirst = !this.message;
    this.message = message;
    this.widthSlider.setRange(ranges.width);
    this.spreadSlider.setRange(ranges.spread);
    const isNewArrangement = this.echoFilter.isNewValue(Object.values(arrangement));
    if (!isFirst && !isNewArrangement) return this.plane.refresh(); // the theme may have changed
    this.begin(arrangement);
  }

  /** Shows an arrangement in which no ellipse is shifted. */
  begin(arrangement: Arrangement) {
    this.arrangement = { ...arrangement };
    this.shifts.fill(0);
    this.plane.setImages(this.imagesOfSet());
    this.show();
    this.report(true);
  }

  // The images --------------------------------------------------------------------------------------------------------

  get data(): BoardMessage {
    if (!this.message) throw new Error(translate("The board has no images yet."));
    return this.message;
  }

  /** The first of the images of the set. */
  get firstImage() {
    return (this.arrangement.images - 1) * SIZE;
  }

  /** @returns as the VAE has them */
  get encoded(): Posteriors {
    const { means, widths } = this.data.fields;
    const [start, end] = [2 * this.firstImage, 2 * (this.firstImage + SIZE)];
    return { means: means.values.subarray(start, end), widths: widths.values.subarray(start, end) };
  }

  imagesOfSet(): Field {
    const { values, shape } = this.data.fields.images;
    const [, height, width] = shape;
    const size = height * width;
    return {
      values: values.subarray(this.firstImage * size, (this.firstImage + SIZE) * size),
      shape: [SIZE, height, width],
    };
  }

  // What the user does ------------------------------------------------------------------------------------------------

  change(changes: Partial<Arrangement>) {
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

  moveEllipse(index: number, dx: number, dy: number) {
    this.shifts[2 * index] += dx;
    this.shifts[2 * index + 1] += dy;
    this.recompute();
  }

  /** @param index of an ellipse that was chosen or moved */
  announcePlace(index: number) {
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

  arrangedPosteriors(): Posteriors {
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

  /** @param isOther whether the figures are those of another arrangement that was set up */
  report(isOther: boolean = false) {
    if (this.message) reportFigures({ ...this.divergences }, { isOther });
  }
}

/** A slider of the board: of the width, whose steps are equal ratios, or of the spread. */
class BoardSlider {
  isLogarithmic: boolean;
  low = 0;
  high = 1;
  output = element("output", {});
  input: HTMLInputElement;
  root: HTMLLabelElement;

  /** @param onMove while it is dragged */
  constructor(title: string, name: "width" | "spread", onMove: (value: number) => void, onRelease: () => void) {
    this.isLogarithmic = name === "width";
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

  /** @param range low and high */
  setRange([low, high]: number[]) {
    [this.low, this.high] = [low, high];
  }

  valueAt(place: number): number {
    const share = place / PLACES;
    const { low, high } = this;
    const value = this.isLogarithmic ? low * (high / low) ** share : low + (high - low) * share;
    return Number(value.toPrecision(3));
  }

  setValue(value: number) {
    const { low, high } = this;
    const share = this.isLogarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    this.input.value = String(Math.round(share * PLACES));
    const text = formatSignificant(value, 2);
    this.output.textContent = text;
    this.input.setAttribute("aria-valuetext", translate("{value}, where the prior has 1", { value: text }));
  }
}

/** @returns what the shapes on the plane are */
function keyElement(): HTMLElement {
  const entry = (part: string, text: string) =>
    element("span", { "data-part": part }, element("i", { "aria-hidden": "true" }), text);
  return element(
    "p",
    { class: "ag-key" },
    entry("ellipses", translate("q(z|x), one image each")),
    entry("mixture", translate("q(z), their mean: 90 %")),
    entry("prior", translate("p(z), the prior")),
  );
}

/** What the bars say, in words. */
export function verdictSentence({ mean_kl: meanKl, information, aggregate_kl: aggregateKl }: Divergences): string {
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
