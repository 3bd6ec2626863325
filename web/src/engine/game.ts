/**
 * A game in progress: one optimiser step at a time, and what each step changes. What is shown about a step is computed
 * separately, from a copy of the step's random numbers, so that showing it does not alter the training.
 */

import { translate } from "../base/translate.ts";
import { sigmoid } from "../networks/networks.ts";
import { MAX_SAMPLES } from "../priors/region.ts";
import { RECONSTRUCTIONS } from "./costs.ts";
import { mapMatrix, matrix, sliceRows } from "./matrix.ts";
import { PriorDistance } from "./mmd_distance.ts";
import { COSTS, discriminatorCondition, takePhaseStep } from "./phases.ts";
import { Random } from "./random.ts";
import type { Matrix } from "./matrix.ts";
import type { Batch, LossState } from "./phases.ts";
import type { Training } from "./training.ts";

/**
 * The networks' outputs for the mini-batch before or after a step: codes z N×2, x̂ of the first images, D(z), and in
 * discrimination the samples of the prior and D of them; if the content is inferred, y = q(y|x) of the first images,
 * and D_y(y); the phase's loss, and its terms by name.
 */
type StepOutputs = {
  z: Matrix;
  xhat: Matrix;
  dOfZ: Matrix | null;
  y: Matrix | null;
  dOfY: Matrix | null;
  prior: Matrix | null;
  dOfPrior: Matrix | null;
  cost: number;
  terms: Record<string, number>;
};
/**
 * One step. batch: the number of its mini-batch, from 1; x, noisy: its first images, clean and as the encoder sees
 * them; moved: the length of the parameters' change of each network that changed; still: the other networks.
 */
export type Step = {
  phase: string;
  batch: number;
  x: Matrix;
  noisy: Matrix;
  before: StepOutputs;
  after: StepOutputs;
  moved: Record<string, number>;
  still: string[];
};
/**
 * The plane: codes, the likeliest contents if these are inferred, the codes' distance to the prior, half-width and middle of the visible square, D(z) at the middles of
 * SIDE×SIDE cells, and the mean of D(z) over the codes and over samples of the prior.
 */
type PlaneState = {
  codes: Matrix;
  contents: Int16Array | null;
  distance: number | null;
  half: number;
  centre: number[];
  surface: Matrix | null;
  meanD: [number, number] | null;
};

const PHASE_NAMES: Record<string, string> = {
  reconstruction: translate("reconstruction"),
  discrimination: translate("discrimination"),
  generation: translate("generation"),
  classification: translate("classification"),
};
const SHOWN_ITEMS = 6; // images of the mini-batch that are shown individually
const SIDE = 40; // cells along each axis of the grid of D
const SAMPLES = 500; // of the prior, with which the codes are compared
const RIM = 1.15; // factor of the plane's width for a prior with bounded support
const WIDENING = 1.25; // factor by which the plane widens
const INNER_SHARE = 0.97; // the share of the codes that must lie on the plane
const MAX_HALF_WIDTH = 5e5; // the largest half-width of the plane
const MAX_DISTANCES = 400; // the most that are kept; beyond, every other one is dropped

export class LiveGame {
  training: Training;
  phases: string[];
  plottedImages: Matrix;
  /** Steps made by phase. */
  counts: Record<string, number>;
  /** The loss of each phase before and after its last step. */
  costs: Record<string, [number, number]> = {};
  /** The distance of q(z) from p(z), of each state that was shown; thinned where there are many. */
  distances: number[] = [];
  /** The current mini-batch. */
  batch: Batch | null = null;
  /** Whether the first phase has used it. */
  isBatchUsed = false;
  sample;
  /** Many samples of the prior, from which its region is estimated; null for a model without one. */
  regionSample;
  distance: PriorDistance | null;
  minHalfWidth: number;
  halfWidth: number;
  centre: number[];

  /** @param plottedImages the images whose codes are on the plane */
  constructor(training: Training, plottedImages: Matrix) {
    this.training = training;
    this.phases = training.model.kind.phases;
    this.plottedImages = plottedImages;
    this.counts = Object.fromEntries(this.phases.map((phase) => [phase, 0]));
    const { prior, kind } = training.model;
    this.sample = prior.sample(SAMPLES, new Random(0));
    this.regionSample = kind.prior ? prior.sample(MAX_SAMPLES, new Random(1)) : null;
    this.distance = kind.prior ? new PriorDistance(prior, this.sample) : null;
    this.minHalfWidth = prior.extent * (prior.bounded ? RIM : 1); // codes lie on both sides of an edge
    this.halfWidth = this.minHalfWidth;
    this.centre = prior.centre;
  }

  /** The phases of a round, in the paper's order, with as many steps of D as the rules say. */
  get roundPhases() {
    return this.phases.flatMap((phase) =>
      Array(phase === "discrimination" ? this.training.rules.d_steps : 1).fill(phase),
    );
  }

  /**
   * A step about which nothing is shown.
   * @throws {Error} one sentence, if training diverges
   */
  step(phase: string) {
    const cost = takePhaseStep(this.training, phase, this.batchFor(phase));
    this.counts[phase] += 1;
    checkFinite(cost, phase);
  }

  /**
   * A step, and what it changed.
   * @throws {Error} one sentence, if training diverges
   */
  stepWithRecord(phase: string): Step {
    const { training } = this;
    const batch = this.batchFor(phase);
    const nets = Object.entries(training.model.nets);
    const parametersBefore = nets.map(([, net]) => net.parameters.map((values) => values.slice()));
    const [before, copyForAfter] = [computeOutputs(copyForPreview(training), phase, batch), copyForPreview(training)];
    checkFinite(takePhaseStep(training, phase, batch), phase);
    const after = computeOutputs(copyForAfter, phase, batch);
    checkFinite(after.cost, phase);
    this.counts[phase] += 1;
    this.costs[phase] = [before.cost, after.cost];
    const lengths = nets.map(([name, net], k) => [name, changeLength(parametersBefore[k], net.parameters)]);
    return this.makeRecord(phase, before, after, Object.fromEntries(lengths.filter(([, length]) => length)));
  }

  /** The current or the first mini-batch, as a reconstruction step would find it. */
  previewStep(): Step {
    const [phase] = this.phases;
    this.batch ??= this.nextBatch();
    const outputs = computeOutputs(copyForPreview(this.training), phase, this.batch);
    checkFinite(outputs.cost, phase);
    return this.makeRecord(phase, outputs, outputs, {});
  }

  /**
   * Reconstruction takes the next mini-batch, unless it has not used the current one yet; the other phases use the
   * current one.
   */
  batchFor(phase: string): Batch {
    const isFirst = phase === this.phases[0];
    if (!this.batch || (isFirst && this.isBatchUsed)) this.batch = this.nextBatch();
    this.isBatchUsed ||= isFirst;
    return this.batch;
  }

  nextBatch(): Batch {
    this.isBatchUsed = false;
    const batch = this.training.currentBatch();
    this.training.stepCount += 1;
    return batch;
  }

  makeRecord(phase: string, before: StepOutputs, after: StepOutputs, lengthsMoved: Record<string, number>): Step {
    const { x, noisy, labelled } = this.batch as Batch;
    const images = phase === "classification" && labelled ? { x: labelled.x, noisy: labelled.x } : { x, noisy };
    const still = Object.keys(this.training.model.nets).filter((name) => !(name in lengthsMoved));
    return {
      phase,
      batch: this.training.stepCount,
      x: sliceRows(images.x, 0, SHOWN_ITEMS),
      noisy: sliceRows(images.noisy, 0, SHOWN_ITEMS),
      before,
      after,
      moved: lengthsMoved,
      still,
    };
  }

  /** @throws {Error} one sentence, if training diverged */
  planeState(): PlaneState {
    const { model } = this.training;
    const { z: codes, y } = model.represent(this.plottedImages);
    checkFinite(
      codes.values.reduce((maximum, value) => Math.max(maximum, Math.abs(value)), 0),
      "last",
    );
    this.adjustHalfWidth(codes);
    const judge = (z: Matrix) => model.judgeAnywhere(z);
    const judgeCodes = () =>
      model.kind.discriminator_sees_content ? mapMatrix(model.discriminate(codes, y).outputs, sigmoid) : judge(codes);
    const hasAdversary = Boolean(model.nets.discriminator);
    return {
      codes,
      contents: y && largestInRows(y),
      distance: this.distance?.distanceOf(codes) ?? null,
      half: this.halfWidth,
      centre: this.centre,
      surface: hasAdversary ? matrix(SIDE, SIDE, judge(this.gridPoints()).values) : null,
      meanD: hasAdversary ? [mean(judgeCodes().values), mean(judge(this.sample).values)] : null,
    };
  }

  /** Keeps the distance of a state that is shown. */
  recordDistance(distance: number) {
    this.distances = thinOut([...this.distances, distance]);
  }

  /** The middles of the cells, row 0 lowest. */
  gridPoints(): Matrix {
    const offsetAt = (k: number) => ((2 * k + 1) / SIDE - 1) * this.halfWidth;
    return mapMatrix(
      matrix(SIDE * SIDE, 2),
      (_, k) => this.centre[k % 2] + offsetAt(k % 2 ? Math.floor(k / 2 / SIDE) : (k >> 1) % SIDE),
    );
  }

  /** Widens the plane in steps when codes leave it, and narrows it when they fill less than half its width. */
  adjustHalfWidth({ rows, values }: Matrix) {
    const reach = Float64Array.from({ length: rows }, (_, row) =>
      Math.max(...[0, 1].map((j) => Math.abs(values[2 * row + j] - this.centre[j]))),
    ).sort();
    const innerReach = reach[Math.round(INNER_SHARE * (rows - 1))];
    while (this.halfWidth < Math.min(innerReach, MAX_HALF_WIDTH)) this.halfWidth *= WIDENING;
    while (this.halfWidth > this.minHalfWidth && innerReach < this.halfWidth / 2) this.halfWidth /= WIDENING;
    this.halfWidth = Math.max(this.halfWidth, this.minHalfWidth);
  }
}

/** The column of the largest value in each row. */
const largestInRows = ({ rows, columns, values }: Matrix): Int16Array =>
  Int16Array.from({ length: rows }, (_, row) => {
    const ofRow = values.subarray(row * columns, (row + 1) * columns);
    return ofRow.indexOf(Math.max(...ofRow));
  });

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** The same networks with a copy of the random numbers, so that a preview draws what the next step will draw. */
const copyForPreview = ({ model, draws, rules, cost, projections }: Training): LossState => ({
  model,
  draws: draws.clone(),
  rules,
  cost,
  projections,
});

/** What a step of `phase` on this mini-batch would compute. */
function computeOutputs(t: LossState, phase: string, batch: Batch): StepOutputs {
  const { model } = t;
  const {
    cost,
    codes: { z, y },
    terms = {},
    codeLogits,
    prior = null,
    priorLogits,
  } = COSTS[phase](t, batch);
  const logits =
    codeLogits ??
    (model.nets.discriminator ? model.discriminate(z, discriminatorCondition(t, batch, y)).outputs : null);
  const content = model.kind.categorical ? y : batch.y;
  const verdictOnContent = y && model.nets.content_discriminator.forward(y).outputs;
  const decoded = model.decode(sliceRows(z, 0, SHOWN_ITEMS), content && sliceRows(content, 0, SHOWN_ITEMS)).outputs;
  return {
    z,
    xhat: mapMatrix(decoded, RECONSTRUCTIONS[t.cost].mean),
    dOfZ: logits && mapMatrix(logits, sigmoid),
    y: y && sliceRows(y, 0, SHOWN_ITEMS),
    dOfY: verdictOnContent && mapMatrix(verdictOnContent, sigmoid),
    prior,
    dOfPrior: priorLogits ? mapMatrix(priorLogits, sigmoid) : null,
    cost,
    terms,
  };
}

/** Drops every other value, but never the last, if there are too many. */
export const thinOut = (values: number[]): number[] =>
  values.length > MAX_DISTANCES ? values.filter((_, k) => k % 2 === 0 || k === values.length - 1) : values;

/** The length of a change of the parameters. */
function changeLength(before: Float32Array[], after: Float32Array[]): number {
  let sum = 0;
  after.forEach((values, k) => {
    const oldValues = before[k];
    for (let index = 0; index < values.length; index++) sum += (values[index] - oldValues[index]) ** 2;
  });
  return Math.sqrt(sum);
}

function checkFinite(value: number, phase: string) {
  if (!Number.isFinite(value))
    throw new Error(
      translate(
        "Training diverged in the {phase} step: a value is no longer finite. Press Reset, and use smaller learning rates.",
        { phase: PHASE_NAMES[phase] ?? phase },
      ),
    );
}
