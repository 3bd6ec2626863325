/**
 * The state of the training in a game: the model, its optimisers, the random numbers and the mini-batches, as in
 * `aae_core/training/training.py`. The same setup gives the same game.
 */

import { oneHot } from "./costs.js";
import { mapped, matrix, rows } from "./matrix.js";
import { Model } from "./model.js";
import { Optimiser } from "./optimiser.js";
import { MOVES } from "./phases.js";
import { Random } from "./random.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @import { GameNets as Settings, Rules } from "../../messages.js" */
/** @typedef {{x: Matrix, labels: ArrayLike<number>, classes: number, table: boolean}} Data x N×pixels; table: whether x holds rows in standard units instead of images */

const DRAWN_AHEAD = 100; // steps for which the prior is sampled at once
const CYCLES = 1_000_003; // the seed of an epoch's order is the game's seed times this number, plus the epoch
const LABELLED = 2 ** 40; // added to the seed for the order of the labelled images

/** The random draws of the phases, all from one stream. */
export class Draws {
  /** @param {import("./priors.js").Prior} prior @param {number} classes @param {Random} random @param {Matrix} [ahead] samples that no step has taken yet */
  constructor(prior, classes, random, ahead = matrix(0, 2)) {
    this.of = prior;
    this.classes = classes;
    this.random = random;
    this.ahead = ahead;
    /** N(0, 1). @type {(rows: number, columns: number) => Matrix} */
    this.noise = (rows, columns) => matrix(rows, columns, this.random.normal(rows * columns));
  }

  /** x plus Gaussian noise. @param {Matrix} x @param {number} deviation @returns {Matrix} */
  disturbed(x, deviation) {
    if (!deviation) return x;
    const { values } = this.noise(x.rows, x.columns);
    return mapped(x, (value, at) => value + deviation * values[at]);
  }

  /** A copy that will draw the same numbers. */
  clone() {
    return new Draws(this.of, this.classes, this.random.clone(), this.ahead);
  }

  /** z ~ p(z), n×2; with a condition, one-hot n×K, each from the region of its class (§2.3). @param {number} n @param {Matrix | null} condition @returns {Matrix} */
  prior(n, condition) {
    if (this.ahead.rows < n) this.ahead = this.of.sample(n * DRAWN_AHEAD, this.random);
    const taken = rows(this.ahead, 0, n);
    this.ahead = rows(this.ahead, n, this.ahead.rows);
    return condition ? this.of.sampleRegion(classesOf(condition), this.random) : taken;
  }

  /** y ~ Cat(1/K), one-hot n×K (§5). @param {number} n @returns {Matrix} */
  content(n) {
    return oneHot(this.random.below(this.classes, n), this.classes);
  }
}

export class Training {
  /**
   * @param {import("../../messages.js").GameModel} kind the row of the variant
   * @param {Settings} settings
   * @param {Data} data
   * @param {import("./priors.js").Prior} prior
   * @param {number} seed
   */
  constructor(kind, settings, data, prior, seed) {
    this.data = data;
    this.seed = seed;
    this.labels = settings.labels;
    this.cost = data.table ? "real" : kind.cost;
    this.projections = settings.projections;
    this.model = new Model(kind, { pixels: data.x.columns, classes: data.classes, hidden: settings.hidden, discriminator: settings.discriminator }, prior);
    const random = new Random(seed);
    for (const net of Object.values(this.model.nets)) net.initialise(random);
    this.draws = new Draws(prior, data.classes, new Random(seed + 1));
    /** @type {Rules} */
    this.rules = {};
    this.optimisers = new Map(kind.phases.map((phase) => [phase, this.optimiser(phase, settings)]));
    this.rates = settings.rates;
    this.size = Math.min(settings.batch, data.x.rows);
    /** The number of the next mini-batch, from 0. */
    this.step = 0;
    this.labelled = kind.labels === "classifier" ? this.chosen() : [];
    /** The order of the images in the latest epochs, by seed. @type {Map<number, Int32Array>} */
    this.orders = new Map();
  }

  /** The optimiser of a phase; the gradients of D and D_y are clipped separately. @param {string} phase @param {Settings} settings */
  optimiser(phase, { clip, momentum, adversarial_momentum }) {
    const { nets } = this.model;
    const moved = MOVES[phase].flatMap((name) => nets[name] ?? []);
    const adversarial = phase === "discrimination" || phase === "generation";
    return new Optimiser(phase === "discrimination" ? moved.map((net) => [net]) : [moved], { clip, momentum: adversarial ? adversarial_momentum : momentum });
  }

  /** Continues with other rules. The weight λ of the generation loss multiplies that phase's learning rate. @param {Rules} rules */
  follow(rules) {
    this.rules = rules;
    for (const [phase, optimiser] of this.optimisers) {
      optimiser.rate = (rules[`${phase}_rate`] ?? this.rates[phase]) * (phase === "generation" ? rules.weight : 1);
    }
  }

  /** The indices of the labelled images: one of each class in turn, chosen by the seed, until there are enough. */
  chosen() {
    const order = [...new Random(this.seed).permutation(this.data.x.rows)];
    const byClass = Array.from({ length: this.data.classes }, (_, k) => order.filter((n) => this.data.labels[n] === k));
    const found = [];
    for (let turn = 0; found.length < Math.min(this.labels, order.length); turn++) found.push(...byClass.flatMap((own) => own.slice(turn, turn + 1)));
    return found.slice(0, this.labels).sort((a, b) => a - b);
  }

  /** The mini-batch of the current step; the order of the images depends on the seed and the epoch alone. @returns {import("./phases.js").Batch} */
  batch() {
    const { kind } = this.model;
    const index = this.part(this.data.x.rows, this.size, 0);
    const x = this.images(index);
    const noisy = this.draws.disturbed(x, this.rules.input_noise);
    const conditioned = kind.labels === "decoder" || kind.labels === "discriminator";
    return { x, noisy, y: conditioned ? this.oneHot(index) : null, taught: this.labelled.length ? this.taught() : null };
  }

  taught() {
    const index = this.part(this.labelled.length, Math.min(this.size, this.labelled.length), LABELLED).map((n) => this.labelled[n]);
    return { x: this.draws.disturbed(this.images(index), this.rules.input_noise), y: this.oneHot(index) };
  }

  /** The labels of these images. @param {Int32Array} index */
  oneHot(index) {
    return oneHot(index.map((n) => this.data.labels[n]), this.data.classes);
  }

  /** The indices, out of n, that this step takes. @param {number} n @param {number} size of a mini-batch @param {number} offset added to the seed */
  part(n, size, offset) {
    const steps = Math.floor(n / size);
    const seed = this.seed * CYCLES + Math.floor(this.step / steps) + offset;
    let order = this.orders.get(seed);
    if (!order) {
      if (this.orders.size > 1) this.orders.clear(); // of former epochs
      this.orders.set(seed, (order = new Random(seed).permutation(n)));
    }
    const place = this.step % steps;
    return order.subarray(place * size, (place + 1) * size);
  }

  /** @param {Int32Array} index @returns {Matrix} */
  images(index) {
    const { x } = this.data;
    const made = matrix(index.length, x.columns);
    index.forEach((n, row) => made.values.set(x.values.subarray(n * x.columns, (n + 1) * x.columns), row * x.columns));
    return made;
  }
}

/** The class of each one-hot row. @param {Matrix} y */
const classesOf = (y) => Int32Array.from({ length: y.rows }, (_, row) => y.values.subarray(row * y.columns, (row + 1) * y.columns).indexOf(1));
