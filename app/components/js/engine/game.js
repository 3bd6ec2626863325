/**
 * A game in progress: one optimiser step at a time, and what each step changes. What is shown about a step is computed
 * separately, from a copy of the step's random numbers, so that showing it does not alter the training.
 */

import { sigmoid } from "../networks/decoder.js";
import { RECONSTRUCTIONS } from "./costs.js";
import { mapped, matrix, rows } from "./matrix.js";
import { Distance } from "./measures.js";
import { COSTS, conditionOfD, step } from "./phases.js";
import { Random } from "./random.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {import("./phases.js").Batch} Batch */
/** @typedef {import("./training.js").Training} Training */
/**
 * The networks' outputs for the mini-batch before or after a step: codes z N×2, x̂ of the first images, D(z), and in
 * discrimination the samples of the prior and D of them; the phase's loss, and its terms by name.
 * @typedef {{z: Matrix, xhat: Matrix, dOfZ: Matrix | null, prior: Matrix | null, dOfPrior: Matrix | null, cost: number, terms: Object<string, number>}} Seen
 */
/**
 * One step. batch: the number of its mini-batch, from 1; x, noisy: its first images, clean and as the encoder sees them; moved:
 * the length of the parameters' change of each network that changed; still: the other networks.
 * @typedef {{phase: string, batch: number, x: Matrix, noisy: Matrix, before: Seen, after: Seen, moved: Object<string, number>, still: string[]}} Step
 */
/** The plane: codes, their distance to the prior, half-width and middle of the visible square, and D(z) at the middles of SIDE×SIDE cells. @typedef {{codes: Matrix, distance: number | null, half: number, centre: number[], surface: Matrix | null}} Plane */

const ITEMS = 6; // images of the mini-batch that are shown individually
const SIDE = 40; // cells along each axis of the grid of D
const SAMPLES = 500; // of the prior, with which the codes are compared
const RIM = 1.15; // factor of the plane's width for a prior with bounded support
const WIDER = 1.25; // factor by which the plane widens
const INSIDE = 0.97; // the share of the codes that must lie on the plane
const WIDEST = 5e5; // the largest half-width of the plane

export class LiveGame {
  /** @param {Training} training @param {Matrix} plotted the images whose codes are on the plane */
  constructor(training, plotted) {
    this.training = training;
    this.phases = training.model.kind.phases;
    this.plotted = plotted;
    /** Steps made by phase. @type {Object<string, number>} */
    this.counts = Object.fromEntries(this.phases.map((phase) => [phase, 0]));
    /** The current mini-batch. @type {Batch | null} */
    this.batch = null;
    /** Whether the first phase has used it. */
    this.taken = false;
    const { prior, kind } = training.model;
    this.sample = prior.sample(SAMPLES, new Random(0));
    this.distance = kind.prior ? new Distance(prior, this.sample) : null;
    this.home = prior.extent * (prior.bounded ? RIM : 1); // codes lie on both sides of an edge
    this.half = this.home;
    this.centre = prior.centre;
  }

  /** The phases of a round, in the paper's order, with as many steps of D as the rules say. */
  get order() {
    return this.phases.flatMap((phase) => Array(phase === "discrimination" ? this.training.rules.d_steps : 1).fill(phase));
  }

  /** A step about which nothing is shown. @param {string} phase @throws {Error} one sentence, if training diverges */
  step(phase) {
    const cost = step(this.training, phase, this.batchOf(phase));
    this.counts[phase] += 1;
    check(cost, phase);
  }

  /** A step, and what it changed. @param {string} phase @returns {Step} @throws {Error} one sentence, if training diverges */
  shown(phase) {
    const { training } = this;
    const batch = this.batchOf(phase);
    const nets = Object.entries(training.model.nets);
    const was = nets.map(([, net]) => net.parameters.map((each) => each.slice()));
    const [before, onlooker] = [look(beside(training), phase, batch), beside(training)];
    check(step(training, phase, batch), phase);
    const after = look(onlooker, phase, batch);
    check(after.cost, phase);
    this.counts[phase] += 1;
    const lengths = nets.map(([name, net], k) => [name, apart(was[k], net.parameters)]);
    return this.record(phase, before, after, Object.fromEntries(lengths.filter(([, length]) => length)));
  }

  /** The current or the first mini-batch, as a reconstruction step would find it. @returns {Step} */
  preview() {
    const [phase] = this.phases;
    this.batch ??= this.next();
    const seen = look(beside(this.training), phase, this.batch);
    check(seen.cost, phase);
    return this.record(phase, seen, seen, {});
  }

  /** Reconstruction takes the next mini-batch, unless it has not used the current one yet; the other phases use the current one. @param {string} phase */
  batchOf(phase) {
    const first = phase === this.phases[0];
    if (!this.batch || (first && this.taken)) this.batch = this.next();
    this.taken ||= first;
    return this.batch;
  }

  next() {
    this.taken = false;
    const batch = this.training.batch();
    this.training.step += 1;
    return batch;
  }

  /** @param {string} phase @param {Seen} before @param {Seen} after @param {Object<string, number>} moved @returns {Step} */
  record(phase, before, after, moved) {
    const { x, noisy, taught } = /** @type {Batch} */ (this.batch);
    const shown = phase === "classification" && taught ? { x: taught.x, noisy: taught.x } : { x, noisy };
    const still = Object.keys(this.training.model.nets).filter((name) => !(name in moved));
    return { phase, batch: this.training.step, x: rows(shown.x, 0, ITEMS), noisy: rows(shown.noisy, 0, ITEMS), before, after, moved, still };
  }

  /** @returns {Plane} @throws {Error} one sentence, if training diverged */
  plane() {
    const { model } = this.training;
    const codes = model.represent(this.plotted);
    check(codes.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0), "last");
    this.widen(codes);
    const surface = model.nets.discriminator ? mapped(model.judgeAnywhere(this.grid()), sigmoid) : null;
    return { codes, distance: this.distance?.to(codes) ?? null, half: this.half, centre: this.centre, surface: surface && matrix(SIDE, SIDE, surface.values) };
  }

  /** The middles of the cells, row 0 lowest. @returns {Matrix} */
  grid() {
    const at = (/** @type {number} */ k) => ((2 * k + 1) / SIDE - 1) * this.half;
    return mapped(matrix(SIDE * SIDE, 2), (_, k) => this.centre[k % 2] + at(k % 2 ? Math.floor(k / 2 / SIDE) : (k >> 1) % SIDE));
  }

  /** Widens the plane in steps when codes leave it, and narrows it when they fill less than half its width. @param {Matrix} codes */
  widen({ rows, values }) {
    const reach = Float64Array.from({ length: rows }, (_, row) => Math.max(...[0, 1].map((j) => Math.abs(values[2 * row + j] - this.centre[j])))).sort();
    const held = reach[Math.round(INSIDE * (rows - 1))];
    while (this.half < Math.min(held, WIDEST)) this.half *= WIDER;
    while (this.half > this.home && held < this.half / 2) this.half /= WIDER;
    this.half = Math.max(this.half, this.home);
  }
}

/** The same networks with a copy of the random numbers, so that a preview draws what the next step will draw. @param {Training} t @returns {import("./phases.js").Here} */
const beside = ({ model, draws, rules, cost, projections }) => ({ model, draws: draws.clone(), rules, cost, projections });

/** What a step of `phase` on this mini-batch would compute. @param {import("./phases.js").Here} t @param {string} phase @param {Batch} batch @returns {Seen} */
function look(t, phase, batch) {
  const { model } = t;
  const { cost, codes: { z, y }, terms = {}, judged, prior = null, real } = COSTS[phase](t, batch); // prettier-ignore
  const logits = judged ?? (model.nets.discriminator ? model.judge(z, conditionOfD(t, batch)).outputs : null);
  const content = model.kind.categorical ? y : batch.y;
  const decoded = model.decode(rows(z, 0, ITEMS), content && rows(content, 0, ITEMS)).outputs;
  return {
    z, xhat: mapped(decoded, RECONSTRUCTIONS[t.cost].mean), dOfZ: logits && mapped(logits, sigmoid), prior, dOfPrior: real ? mapped(real, sigmoid) : null, cost, terms,
  }; // prettier-ignore
}

/** The length of a change of the parameters. @param {Float32Array[]} before @param {Float32Array[]} now */
function apart(before, now) {
  let sum = 0;
  now.forEach((values, k) => {
    const was = before[k];
    for (let at = 0; at < values.length; at++) sum += (values[at] - was[at]) ** 2;
  });
  return Math.sqrt(sum);
}

/** @param {number} value @param {string} phase */
function check(value, phase) {
  if (!Number.isFinite(value)) throw new Error(`Training diverged in the ${phase} step: a value is no longer finite. Press Reset, and use smaller learning rates.`);
}
