/**
 * The display of an answer: graph, plane, table and texts, which show the same state and are highlighted together.
 */

import { element, setText, svgElement } from "../base/dom.ts";
import { isRowShape, rewordForRows } from "../base/table_rows.ts";
import { translate, translatePlural } from "../base/translate.ts";
import { markerCanvas } from "../codes/legend.ts";
import { necessaryShapes } from "../codes/markers.ts";
import { discriminatorScale } from "../plane/colour_key.ts";
import { Explanation } from "./explanation.ts";
import { LatentPlane } from "./latent_plane.ts";
import { Graph } from "./graph.ts";
import { imageUrls } from "./item_images.ts";
import { CAPTION, ItemTable } from "./item_table.ts";
import { PHASES, laneCaptions, roundTerms, equationTerms, roundCaptions, purposeText } from "./phase_texts.ts";
import { DistanceTrace } from "./distance_trace.ts";
import type { Answered as Answer } from "../engine_messages.ts";
import type { ManyCodesView } from "./many_codes_view.ts";
import type { ModelFacts } from "./phase_texts.ts";
import type { Content } from "./graph.ts";
import type { PlaneState } from "./latent_plane.ts";

const PRIOR_TEXT = translate(
  "Blue shape: the prior; one in ten codes should lie outside its outer ring. Crosses: samples of the prior.",
);
const SURFACE_TEXT = translate(
  "Blue shape: the prior; one in ten codes should lie outside its outer ring. Crosses: samples of the prior, new ones at every step of D. Background: D’s surface, blue where D takes z for a sample of the prior, orange where it takes z for a code.",
);
const CONDITIONED_SURFACE_TEXT = translate(
  "Blue shape: the prior; one in ten codes should lie outside its outer ring. Crosses: samples of the prior, new ones at every step of D. Background: D’s surface, blue where D takes z for a sample of the prior, orange where it takes z for a code; D is told y, and its surface is the mean over all y.",
);
const SURFACE_SCALE = translate(
  "D’s surface: orange where D takes z for a code, blue where it takes z for a sample of the prior",
);
const CLASS_ORDER = translate(": the probability of each class, in the order of the legend.");
const CLUSTER_ORDER = translate(": the probability of each cluster, in order. Clusters have numbers, not names.");
const CONTENT_VERDICT = translate(
  ", the second D: near 1 if y looks like a sample of p(y), which is one choice, for certain.",
);
const INVITATION = [
  translate("Nothing has been trained yet: all nets have random weights."),
  translate("The encoder has mapped each image x to a code z, and the decoder has drawn x̂ from it."),
  translate("Press Play, or make a single step; what it changes is described here."),
];

/** What the key says of the surface or of the prior; "" without a prior. */
function surfaceKeyText(variant: Answer["header"]["variant"], hasAdversary: boolean): string {
  if (!variant.prior) return "";
  if (!hasAdversary) return PRIOR_TEXT;
  return variant.discriminator_sees_content ? CONDITIONED_SURFACE_TEXT : SURFACE_TEXT;
}

export class GameDisplay {
  prefersReducedMotion: boolean;
  answer: Answer | null = null;
  /** What the current beat highlights; null: everything. */
  beatHighlight: Set<string> | null = null;
  graph = new Graph();
  plane = new LatentPlane();
  itemTable = new ItemTable((item) => this.pointAtItem(item));
  explanation = new Explanation((lights) => this.highlight(lights && new Set(lights)));
  distanceTrace = new DistanceTrace();
  /** The colours of the classes. */
  colours: string[] = [];
  contentOrder = element("span", {});
  contentKey = element(
    "div",
    { class: "lp-note gb-content-key" },
    element("p", {}, element("b", {}, "q(y|x)"), this.contentOrder),
    element("p", {}, element("b", {}, "D", element("sub", {}, "y")), CONTENT_VERDICT),
  );
  keyText = element("p", { class: "lp-note" });
  legend = element("p", { class: "gb-legend" });
  sampleKey = element("p", {}, crossMark(), translate("sample of the prior"));
  surfaceKey = discriminatorScale(SURFACE_SCALE, false);
  body: HTMLDivElement;
  tables = element(
    "details",
    { class: "gb-more gb-numbers", open: true },
    element("summary", {}, translate("The items and the costs")),
    element("div", { class: "gb-tables" }, this.itemTable.root, this.explanation.scoreTable),
  );

  /**
   * @param prefersReducedMotion whether animations are off
   * @param controls the element above the graph, beside the plane
   */
  constructor(prefersReducedMotion: boolean, controls: HTMLElement = element("div", {})) {
    this.prefersReducedMotion = prefersReducedMotion;
    const key = element("div", { class: "gb-key" }, this.sampleKey, this.surfaceKey);
    this.body = element(
      "div",
      { class: "gb-body gb-waiting" },
      element("p", { class: "gb-wait" }, translate("The game is starting …")),
      controls,
      element("div", { class: "gb-picture" }, this.graph.root, this.contentKey),
      this.explanation.root,
      element("div", { class: "gb-right" }, this.plane.canvas, key, this.legend, this.distanceTrace.root, this.keyText),
    );
    this.graph.root.addEventListener(
      "pointerleave",
      ({ pointerType }: PointerEvent) => pointerType !== "touch" && this.pointAtItem(this.itemTable.pinnedItem),
    );
    this.graph.root.addEventListener("pointerover", ({ target }) => {
      const itemElement = (target as Element).closest("[data-item]");
      this.pointAtItem(Number(itemElement?.getAttribute("data-item") ?? this.itemTable.pinnedItem));
    });
  }

  /** Adds the view of one image's many codes. */
  addManyCodes(view: ManyCodesView) {
    this.legend.after(view.switchRow);
    this.body.append(view.panel);
  }

  /** Takes a new answer: the parts of its model, its classes and its texts. `showBeat` then shows its steps. */
  receiveAnswer(answer: Answer, palette: { colours: string[]; shapes: string[] }) {
    const { header, fields } = answer;
    const hasAdversary = header.phases.includes("discrimination");
    this.answer = answer;
    this.body.classList.remove("gb-waiting");
    this.graph.showModel(hasAdversary, header.variant.y ?? "", header.variant.discriminator_sees_content);
    this.contentKey.hidden = header.variant.y !== "inferred";
    this.contentOrder.textContent = this.areContentsClasses ? CLASS_ORDER : CLUSTER_ORDER;
    this.sampleKey.hidden = !header.variant.prior;
    this.surfaceKey.hidden = !hasAdversary;
    this.distanceTrace.root.hidden = !header.variant.prior;
    this.distanceTrace.costNote.hidden = !hasAdversary;
    if (header.variant.prior) this.distanceTrace.show(header.distances, header.variant.posterior);
    this.plane.canvas.setAttribute("aria-label", planeLabel(header.variant.prior, hasAdversary));
    this.explanation.showCosts(header.counts, header.costs);
    this.keyText.textContent =
      this.rewordItems(
        translate(
          "Coloured points: codes of {count} images, by class. Rings: the mini-batch, six of its images numbered.",
          { count: fields.labels.values.length },
        ) + " ",
      ) + surfaceKeyText(header.variant, hasAdversary);
    const colours = palette.colours.slice(0, header.classes.length);
    this.colours = colours;
    const shapes = necessaryShapes(colours, palette.shapes);
    this.plane.classes = { labels: fields.labels.values, colours, shapes };
    this.plane.priorSamples = fields.prior?.values ?? null;
    if (this.legend.textContent !== header.classes.join(""))
      this.legend.replaceChildren(
        ...header.classes.map((name, k) => element("span", {}, markerCanvas(shapes[k], colours[k]), name)),
      );
  }

  /**
   * Shows the answer.
   * @param beat of its only step; null for all of it
   * @param isAnnounced whether screen readers read it out
   */
  showBeat(beat: number | null, isAnnounced: boolean) {
    const { header, fields } = this.answer as Answer;
    const record = header.records[header.records.length - 1];
    const isRound = header.records.length > 1;
    const isFinal = beat === null || beat === 2;
    const texts = this.currentCaptions().map((text) => this.rewordItems(text));
    this.beatHighlight = beat === null ? null : new Set(PHASES[record.phase].beats[beat]);
    this.explanation.showCaptions(texts, beat);
    const terms = isRound ? roundTerms(header.records, this.modelFacts) : equationTerms(record, this.modelFacts);
    if (header.preview) this.explanation.showEquation(header.variant.summary, []);
    else this.explanation.showEquation(this.rewordItems(purposeText(header.records, this.modelFacts)), terms);
    this.showItems(isFinal);
    this.graph.showMovement(header.preview || !isFinal ? null : farthestMoves(header.records));
    if (isFinal) this.plane.showState(planeState(header, fields), beat === 2 && !this.prefersReducedMotion);
    this.highlight(null);
    if (beat !== null) setText(this.explanation.liveRegion, texts[beat]);
    else if (isAnnounced && !header.preview)
      setText(
        this.explanation.liveRegion,
        isRound
          ? texts[2]
          : translate("Step {letter}. {caption}", { letter: PHASES[record.phase].letter, caption: texts[2] }),
      );
  }

  /** Ends the highlighting of a beat. */
  endHighlight() {
    this.beatHighlight = null;
    this.highlight(null);
    this.explanation.showCaptions(
      this.currentCaptions().map((text) => this.rewordItems(text)),
      null,
    );
  }

  get modelFacts(): ModelFacts {
    const { header } = this.answer as Answer;
    return {
      priorCosts: header.variant.prior_costs,
      name: header.variant.name,
      size: header.size,
      noise: header.rules.input_noise,
      content: header.variant.content,
      inferred: header.variant.y === "inferred",
      discriminatorSeesContent: header.variant.discriminator_sees_content,
    };
  }

  /** Whether an inferred content y is one of the classes, whose names labels have taught it. */
  get areContentsClasses(): boolean {
    return Boolean(this.answer?.header.phases.includes("classification"));
  }

  /**
   * q(y|x) of the numbered items and D_y of it; null where the content is not inferred.
   * @param isFinal after the step, or before it
   */
  contentOf(isFinal: boolean): Content | null {
    const y = this.batchField(isFinal ? "y2" : "y");
    const verdicts = this.batchField(isFinal ? "dy2" : "dy")?.values;
    if (!y || !verdicts) return null;
    return { values: y.values, classes: y.shape[1], verdicts, colours: this.areContentsClasses ? this.colours : null };
  }

  /** A text about images, reworded if the items are rows of a table. */
  rewordItems(text: string): string {
    const [, height, , channels] = this.batchField("x")?.shape ?? [];
    return rewordForRows(text, isRowShape([channels, height]));
  }

  currentCaptions(): string[] {
    const { header, fields } = this.answer as Answer;
    const { records, preview, counts, batch } = header;
    if (preview && batch === 1 && !Object.values(counts).some(Boolean)) return INVITATION;
    const rounds = counts[header.phases[0]];
    if (preview)
      return [
        translatePlural(
          "{count} round has been played; mini-batch {batch} is shown.",
          "{count} rounds have been played; mini-batch {batch} is shown.",
          rounds,
          { batch },
        ),
        translate("The codes lie where the last step left them."),
        translate("Press Play, or make a single step."),
      ];
    const discrimination = records.findIndex(({ phase }) => phase === "discrimination");
    const means = {
      d: meanOrNull(this.batchField("d")?.values),
      d2: meanOrNull(this.batchField("d2")?.values),
      dp: meanOrNull(fields[`dp.${discrimination}`]?.values),
      dy: meanOrNull(this.batchField("dy")?.values),
      dy2: meanOrNull(this.batchField("dy2")?.values),
    };
    return records.length > 1
      ? roundCaptions(records, this.modelFacts, means)
      : laneCaptions(records[0], this.modelFacts, means);
  }

  /**
   * An array of the last step on the mini-batch itself; a classification step, which ends a round, uses the labelled
   * images instead.
   */
  batchField<Name extends "z" | "z2" | "d" | "d2" | "y" | "y2" | "dy" | "dy2" | "x" | "noisy" | "xhat" | "xhat2">(
    name: Name,
  ) {
    const { header, fields } = this.answer as Answer;
    const last = header.records.findLastIndex(({ phase }) => phase !== "classification");
    return fields[`${name}.${last < 0 ? 0 : last}`];
  }

  /**
   * Fills in the items in the graph, on the plane and in the table.
   * @param isFinal their state after the step, or before it
   */
  showItems(isFinal: boolean) {
    const { header, fields } = this.answer as Answer;
    const [x, noisy, xhat] = [
      this.batchField("x"),
      this.batchField("noisy"),
      this.batchField(isFinal ? "xhat2" : "xhat"),
    ].map(imageUrls);
    const z = this.batchField(isFinal ? "z2" : "z").values;
    const d = this.batchField(isFinal ? "d2" : "d")?.values ?? null;
    const sampledRecord = header.records.findIndex((_, k) => fields[`p.${k}`]);
    this.plane.samples = fields[`p.${sampledRecord}`]?.values ?? fields.sample?.values ?? [];
    this.plane.items = { z, before: isFinal ? this.batchField("z").values : null, numberedCount: x.length };
    const content = this.contentOf(isFinal);
    this.graph.showItems({ x: noisy, xhat, d, content });
    this.itemTable.caption.textContent = this.rewordItems(CAPTION);
    const names = this.areContentsClasses ? header.classes : null;
    this.itemTable.showItems({ x, noisy, xhat, z, d, content, names });
    this.pointAtItem(this.plane.pointedItem); // the graph has new elements
  }

  /** Highlights parts of the graph and the plane; null: what the beat highlights. */
  highlight(names: Set<string> | null) {
    const highlighted = names ?? this.beatHighlight;
    this.graph.highlight(highlighted);
    this.plane.highlightedLayers = highlighted;
    this.plane.refresh();
  }

  /** @param item −1 for none */
  pointAtItem(item: number) {
    this.graph.markItem(item);
    this.itemTable.markItem(item);
    this.plane.pointedItem = item;
    this.plane.refresh();
  }
}

/** A sample of the prior as it is drawn on the plane. */
const crossMark = (): SVGSVGElement =>
  svgElement(
    "svg",
    { class: "gb-cross", viewBox: "0 0 12 12", "aria-hidden": "true" },
    svgElement("path", { d: "M1 6H11M6 1V11" }),
  );

/** The mean of some numbers; null if there are none. */
export function meanOrNull(values: ArrayLike<number> | undefined): number | null {
  if (!values?.length) return null;
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** How far each network moved in a round: the largest of its steps. */
export function farthestMoves(records: { moved: Record<string, number> }[]): { [x: string]: number } {
  const farthest: Record<string, number> = {};
  for (const { moved } of records)
    for (const [name, length] of Object.entries(moved)) farthest[name] = Math.max(farthest[name] ?? 0, length);
  return farthest;
}

/** The state of the plane in an answer. */
export function planeState({ half, centre }: Answer["header"], { codes, surface }: Answer["fields"]): PlaneState {
  const reach = surface ? half * (1 - 1 / surface.shape[0]) : 0; // to the middles of the outermost cells
  const box = [centre[0] - reach, centre[0] + reach, centre[1] - reach, centre[1] + reach];
  return { codes: codes.values, surface: surface ? { ...surface, box } : null, half, centre };
}

/** The name of the plane, by what is on it. */
function planeLabel(hasPrior: boolean, hasAdversary: boolean): string {
  if (hasAdversary) return translate("Latent plane: codes, samples of the prior and D’s surface, as described below");
  return hasPrior
    ? translate("Latent plane: codes, samples of the prior, as described below")
    : translate("Latent plane: codes, as described below");
}
