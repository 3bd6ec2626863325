/**
 * The state of the training in a game: the model, its optimisers, the random numbers and the mini-batches, as in
 * `aae_core/training/training.py`. The same setup gives the same game.
 */

import { oneHot } from "./costs.js";
import { mapMatrix, matrix, sliceRows } from "./matrix.js";
import { Model } from "./model.js";
import { Optimiser } from "./optimiser.js";
import { TRAINED_NETS } from "./phases.js";
import { Random } from "./random.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {import("./phases.js").Batch} Batch */
/** @import { GameNets as Settings, Rules } from "../../messages.js" */
/**
 * @typedef {{x: Matrix, labels: ArrayLike<number>, classes: number, table: boolean}} TrainingData x N×pixels; table:
 *   whether x holds rows in standard units instead of images
 */

const STEPS_AHEAD = 100; // steps for which the prior is sampled at once
const SEED_FACTOR = 1_000_003; // the seed of an epoch's order is the game's seed times this number, plus the epoch
const LABELLED_OFFSET = 2 ** 40; // added to the seed for the order of the labelled images

/** The random draws of the phases, all from one stream. */
class RandomDraws {
  /**
   * @param {import("./priors.js").Prior} prior
   * @param {number} classes
   * @param {Random} random
   * @param {Matrix} [samplesAhead] samples that no step has taken yet
   */
  constructor(prior, classes, random, samplesAhead = matrix(0, 2)) {
    this.distribution = prior;
    this.classes = classes;
    this.random = random;
    this.samplesAhead = samplesAhead;
    /** N(0, 1). @type {(rows: number, columns: number) => Matrix} */
    this.noise = (rows, columns) => matrix(rows, columns, this.random.normal(rows * columns));
  }

  /**
   * x plus Gaussian noise.
   * @param {Matrix} x
   * @param {number} deviation
   * @returns {Matrix}
   */
  addNoise(x, deviation) {
    if (!deviation) return x;
    const { values } = this.noise(x.rows, x.columns);
    return mapMatrix(x, (value, index) => value + deviation * values[index]);
  }

  /** A copy that will draw the same numbers. @returns {RandomDraws} */
  clone() {
    return new RandomDraws(this.distribution, this.classes, this.random.clone(), this.samplesAhead);
  }

  /**
   * z ~ p(z), n×2; with a condition, one-hot n×K, each from the region of its class (§2.3).
   * @param {number} n
   * @param {Matrix | null} condition
   * @returns {Matrix}
   */
  samplePrior(n, condition) {
    if (this.samplesAhead.rows < n) this.samplesAhead = this.distribution.sample(n * STEPS_AHEAD, this.random);
    const samples = sliceRows(this.samplesAhead, 0, n);
    this.samplesAhead = sliceRows(this.samplesAhead, n, this.samplesAhead.rows);
    return condition ? this.distribution.sampleRegions(classesFromOneHot(condition), this.random) : samples;
  }

  /** y ~ Cat(1/K), one-hot n×K (§5). @param {number} n @returns {Matrix} */
  sampleContent(n) {
    return oneHot(this.random.integersBelow(this.classes, n), this.classes);
  }
}

export class Training {
  /**
   * @param {import("../../messages.js").GameModel} kind the row of the variant
   * @param {Settings} settings
   * @param {TrainingData} data
   * @param {import("./priors.js").Prior} prior
   * @param {number} seed
   */
  constructor(kind, settings, data, prior, seed) {
    this.data = data;
    this.seed = seed;
    this.labels = settings.labels;
    this.cost = data.table ? "real" : kind.cost;
    this.projections = settings.projections;
    this.model = new Model(
      kind,
      {
        pixels: data.x.columns,
        classes: data.classes,
        hidden: settings.hidden,
        discriminator: settings.discriminator,
        noise: settings.noise,
      },
      prior,
    );
    const random = new Random(seed);
    for (const net of Object.values(this.model.nets)) net.initialise(random);
    this.draws = new RandomDraws(prior, data.classes, new Random(seed + 1));
    /** @type {Rules} */
    this.rules = {};
    this.optimisers = new Map(kind.phases.map((phase) => [phase, this.makeOptimiser(phase, settings)]));
    this.rates = settings.rates;
    this.batchSize = Math.min(settings.batch, data.x.rows);
    /** The number of the next mini-batch, from 0. */
    this.stepCount = 0;
    this.labelled = kind.labels === "classifier" ? this.chooseLabelled() : [];
    /** The order of the images in the latest epochs, by seed. @type {Map<number, Int32Array>} */
    this.orders = new Map();
  }

  /**
   * The optimiser of a phase; the gradients of D and D_y are clipped separately.
   * @param {string} phase
   * @param {Settings} settings
   * @returns {Optimiser}
   */
  makeOptimiser(phase, { clip, momentum, adversarial_momentum }) {
    const { nets } = this.model;
    const trainedNets = TRAINED_NETS[phase].flatMap((name) => nets[name] ?? []);
    const adversarial = phase === "discrimination" || phase === "generation";
    return new Optimiser(phase === "discrimination" ? trainedNets.map((net) => [net]) : [trainedNets], {
      clip,
      momentum: adversarial ? adversarial_momentum : momentum,
    });
  }

  /**
   * Continues with other rules. The weight λ of the generation loss multiplies that phase's learning rate.
   * @param {Rules} rules
   */
  applyRules(rules) {
    this.rules = rules;
    for (const [phase, optimiser] of this.optimisers) {
      optimiser.rate = (rules[`${phase}_rate`] ?? this.rates[phase]) * (phase === "generation" ? rules.weight : 1);
    }
  }

  /**
   * The indices of the labelled images: one of each class in turn, chosen by the seed, until there are enough.
   * @returns {number[]}
   */
  chooseLabelled() {
    const order = [...new Random(this.seed).permutation(this.data.x.rows)];
    const indicesByClass = Array.from({ length: this.data.classes }, (_, k) =>
      order.filter((n) => this.data.labels[n] === k),
    );
    const indices = [];
    for (let turn = 0; indices.length < Math.min(this.labels, order.length); turn++)
      indices.push(...indicesByClass.flatMap((images) => images.slice(turn, turn + 1)));
    return indices.slice(0, this.labels).sort((a, b) => a - b);
  }

  /** The mini-batch of the current step. @returns {Batch} */
  currentBatch() {
    const batch = this.cleanBatch(this.stepCount);
    const addNoise = (/** @type {Matrix} */ x) => this.draws.addNoise(x, this.rules.input_noise);
    const noisy = addNoise(batch.x);
    return { ...batch, noisy, labelled: batch.labelled && { ...batch.labelled, x: addNoise(batch.labelled.x) } };
  }

  /**
   * The mini-batch of a step before noise is added, so that `noisy` is x; the order of the images depends on the seed
   * and the epoch alone.
   * @param {number} step from 0
   * @returns {Batch}
   */
  cleanBatch(step) {
    const { kind } = this.model;
    const index = this.batchIndices(step, this.data.x.rows, this.batchSize, 0);
    const x = this.imagesAt(index);
    const isConditioned = kind.labels === "decoder" || kind.labels === "discriminator";
    return {
      x,
      noisy: x,
      y: isConditioned ? this.oneHotLabels(index) : null,
      labelled: this.labelled.length ? this.labelledBatch(step) : null,
    };
  }

  /** @param {number} step */
  labelledBatch(step) {
    const index = this.batchIndices(
      step,
      this.labelled.length,
      Math.min(this.batchSize, this.labelled.length),
      LABELLED_OFFSET,
    ).map((n) => this.labelled[n]);
    return { x: this.imagesAt(index), y: this.oneHotLabels(index) };
  }

  /** The labels of these images. @param {Int32Array} index @returns {import("./matrix.js").Matrix} */
  oneHotLabels(index) {
    return oneHot(
      index.map((n) => this.data.labels[n]),
      this.data.classes,
    );
  }

  /**
   * The indices, out of n, that a step takes.
   * @param {number} step from 0
   * @param {number} n
   * @param {number} batchSize of a mini-batch
   * @param {number} offset added to the seed
   * @returns {Int32Array}
   */
  batchIndices(step, n, batchSize, offset) {
    const steps = Math.floor(n / batchSize);
    const seed = this.seed * SEED_FACTOR + Math.floor(step / steps) + offset;
    let order = this.orders.get(seed);
    if (!order) {
      if (this.orders.size > 1) this.orders.clear(); // of former epochs
      this.orders.set(seed, (order = new Random(seed).permutation(n)));
    }
    const position = step % steps;
    return order.subarray(position * batchSize, (position + 1) * batchSize);
  }

  /** @param {Int32Array} index @returns {Matrix} */
  imagesAt(index) {
    const { x } = this.data;
    const images = matrix(index.length, x.columns);
    index.forEach((n, row) =>
      images.values.set(x.values.subarray(n * x.columns, (n + 1) * x.columns), row * x.columns),
    );
    return images;
  }
}

/** The class of each one-hot row. @param {Matrix} y @returns {Int32Array} */
const classesFromOneHot = (y) =>
  Int32Array.from({ length: y.rows }, (_, row) => y.values.subarray(row * y.columns, (row + 1) * y.columns).indexOf(1));
