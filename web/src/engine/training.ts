/**
 * The state of the training in a game: the model, its optimisers, the random numbers and the mini-batches, as in
 * `aae_core/training/training.py`. The same setup gives the same game.
 */

import { oneHot } from "./costs.ts";
import { mapMatrix, matrix, sliceRows } from "./matrix.ts";
import { Model } from "./model.ts";
import { Optimiser } from "./optimiser.ts";
import { TRAINED_NETS } from "./phases.ts";
import { Random } from "./random.ts";
import type { Matrix } from "./matrix.ts";
import type { Batch } from "./phases.ts";
import type { Prior } from "./priors.ts";
import type { GameModel, GameNets as Settings, Rules } from "../messages.ts";

/** x N×pixels; table: whether x holds rows in standard units instead of images */
type TrainingData = { x: Matrix; labels: ArrayLike<number>; classes: number; table: boolean };

const STEPS_AHEAD = 100; // steps for which the prior is sampled at once
const SEED_FACTOR = 1_000_003; // the seed of an epoch's order is the game's seed times this number, plus the epoch
const LABELLED_OFFSET = 2 ** 40; // added to the seed for the order of the labelled images

/** The random draws of the phases, all from one stream. */
class RandomDraws {
  distribution: Prior;
  classes: number;
  random: Random;
  samplesAhead: Matrix;
  /** N(0, 1). */
  noise: (rows: number, columns: number) => Matrix = (rows, columns) =>
    matrix(rows, columns, this.random.normal(rows * columns));

  /** @param samplesAhead samples that no step has taken yet */
  constructor(prior: Prior, classes: number, random: Random, samplesAhead: Matrix = matrix(0, 2)) {
    this.distribution = prior;
    this.classes = classes;
    this.random = random;
    this.samplesAhead = samplesAhead;
  }

  /** x plus Gaussian noise. */
  addNoise(x: Matrix, deviation: number): Matrix {
    if (!deviation) return x;
    const { values } = this.noise(x.rows, x.columns);
    return mapMatrix(x, (value, index) => value + deviation * values[index]);
  }

  /** A copy that will draw the same numbers. */
  clone(): RandomDraws {
    return new RandomDraws(this.distribution, this.classes, this.random.clone(), this.samplesAhead);
  }

  /** z ~ p(z), n×2; with a condition, one-hot n×K, each from the region of its class (§2.3). */
  samplePrior(n: number, condition: Matrix | null): Matrix {
    if (this.samplesAhead.rows < n) this.samplesAhead = this.distribution.sample(n * STEPS_AHEAD, this.random);
    const samples = sliceRows(this.samplesAhead, 0, n);
    this.samplesAhead = sliceRows(this.samplesAhead, n, this.samplesAhead.rows);
    return condition ? this.distribution.sampleRegions(classesFromOneHot(condition), this.random) : samples;
  }

  /** y ~ Cat(1/K), one-hot n×K (§5). */
  sampleContent(n: number): Matrix {
    return oneHot(this.random.integersBelow(this.classes, n), this.classes);
  }
}

export class Training {
  data: TrainingData;
  seed: number;
  labels: number;
  cost: string;
  projections: number;
  model: Model;
  draws: RandomDraws;
  rules: Rules;
  optimisers: Map<string, Optimiser>;
  rates;
  batchSize: number;
  /** The number of the next mini-batch, from 0. */
  stepCount: number;
  labelled: number[];
  /** The order of the images in the latest epochs, by seed. */
  orders: Map<number, Int32Array>;

  /** @param kind the row of the variant */
  constructor(kind: GameModel, settings: Settings, data: TrainingData, prior: Prior, seed: number) {
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
    this.rules = {};
    this.optimisers = new Map(kind.phases.map((phase) => [phase, this.makeOptimiser(phase, settings)]));
    this.rates = settings.rates;
    this.batchSize = Math.min(settings.batch, data.x.rows);
    this.stepCount = 0;
    this.labelled = kind.labels === "classifier" ? this.chooseLabelled() : [];
    this.orders = new Map();
  }

  /** The optimiser of a phase; the gradients of D and D_y are clipped separately. */
  makeOptimiser(phase: string, { clip, momentum, adversarial_momentum }: Settings): Optimiser {
    const { nets } = this.model;
    const trainedNets = TRAINED_NETS[phase].flatMap((name) => nets[name] ?? []);
    const adversarial = phase === "discrimination" || phase === "generation";
    return new Optimiser(phase === "discrimination" ? trainedNets.map((net) => [net]) : [trainedNets], {
      clip,
      momentum: adversarial ? adversarial_momentum : momentum,
    });
  }

  /** Continues with other rules. The weight λ of the generation loss multiplies that phase's learning rate. */
  applyRules(rules: Rules) {
    this.rules = rules;
    for (const [phase, optimiser] of this.optimisers) {
      optimiser.rate = (rules[`${phase}_rate`] ?? this.rates[phase]) * (phase === "generation" ? rules.weight : 1);
    }
  }

  /** The indices of the labelled images: one of each class in turn, chosen by the seed, until there are enough. */
  chooseLabelled(): number[] {
    const order = [...new Random(this.seed).permutation(this.data.x.rows)];
    const indicesByClass = Array.from({ length: this.data.classes }, (_, k) =>
      order.filter((n) => this.data.labels[n] === k),
    );
    const indices = [];
    for (let turn = 0; indices.length < Math.min(this.labels, order.length); turn++)
      indices.push(...indicesByClass.flatMap((images) => images.slice(turn, turn + 1)));
    return indices.slice(0, this.labels).sort((a, b) => a - b);
  }

  /** The mini-batch of the current step. */
  currentBatch(): Batch {
    const batch = this.cleanBatch(this.stepCount);
    const addNoise = (x: Matrix) => this.draws.addNoise(x, this.rules.input_noise);
    const noisy = addNoise(batch.x);
    return { ...batch, noisy, labelled: batch.labelled && { ...batch.labelled, x: addNoise(batch.labelled.x) } };
  }

  /**
   * The mini-batch of a step before noise is added, so that `noisy` is x; the order of the images depends on the seed
   * and the epoch alone.
   * @param step from 0
   */
  cleanBatch(step: number): Batch {
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

  labelledBatch(step: number) {
    const index = this.batchIndices(
      step,
      this.labelled.length,
      Math.min(this.batchSize, this.labelled.length),
      LABELLED_OFFSET,
    ).map((n) => this.labelled[n]);
    return { x: this.imagesAt(index), y: this.oneHotLabels(index) };
  }

  /** The labels of these images. */
  oneHotLabels(index: Int32Array): Matrix {
    return oneHot(
      index.map((n) => this.data.labels[n]),
      this.data.classes,
    );
  }

  /**
   * The indices, out of n, that a step takes.
   * @param step from 0
   * @param batchSize of a mini-batch
   * @param offset added to the seed
   */
  batchIndices(step: number, n: number, batchSize: number, offset: number): Int32Array {
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

  imagesAt(index: Int32Array): Matrix {
    const { x } = this.data;
    const images = matrix(index.length, x.columns);
    index.forEach((n, row) =>
      images.values.set(x.values.subarray(n * x.columns, (n + 1) * x.columns), row * x.columns),
    );
    return images;
  }
}

/** The class of each one-hot row. */
const classesFromOneHot = (y: Matrix): Int32Array =>
  Int32Array.from({ length: y.rows }, (_, row) => y.values.subarray(row * y.columns, (row + 1) * y.columns).indexOf(1));
