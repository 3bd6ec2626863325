import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveGame } from "../src/engine/game.ts";
import { matrix, matrixProduct, transpose } from "../src/engine/matrix.ts";
import { TRAINED_NETS } from "../src/engine/phases.ts";
import { makePrior } from "../src/engine/priors.ts";
import { Random } from "../src/engine/random.ts";
import { Training } from "../src/engine/training.ts";

const [R, D, G, C] = Object.keys(TRAINED_NETS);
const RULES = {
  reconstruction_rate: 0.01,
  discrimination_rate: 0.1,
  generation_rate: 0.1,
  weight: 1,
  input_noise: 0,
  discriminator_noise: 0,
  d_steps: 1,
};
const SETTINGS = {
  hidden: [16],
  discriminator: [12],
  batch: 8,
  labels: 9,
  projections: 5,
  clip: 5,
  momentum: 0.9,
  adversarial_momentum: 0.1,
  rates: { [C]: 0.1 },
};
const KINDS = {
  aae: { labels: "nowhere", phases: [R, D, G] },
  "label-informed": { labels: "discriminator", phases: [R, D, G] },
  supervised: { labels: "decoder", content: true, phases: [R, D, G] },
  "semi-supervised": { labels: "classifier", content: true, categorical: true, phases: [R, D, G, C] },
  ae: { labels: "nowhere", prior: false, phases: [R] },
  vae: { labels: "nowhere", posterior: "gaussian", prior_cost_weights: { kl: 1 }, phases: [R] },
  "info-vae": { labels: "nowhere", posterior: "gaussian", prior_cost_weights: { kl: 0.5, mmd: 20 }, phases: [R] },
  "sliced-wasserstein": { labels: "nowhere", prior_cost_weights: { sliced: 10 }, phases: [R] },
};
const CLASSES = 3;

/** Images of 4 × 4 pixels, whose class is the number of the bright row. */
function toyImages(n = 40) {
  const labels = Array.from({ length: n }, (_, k) => k % CLASSES);
  const x = matrix(
    n,
    16,
    new Random(1)
      .uniform(16 * n)
      .map((u, index) => u / 6 + (Math.floor((index % 16) / 4) === labels[Math.floor(index / 16)] ? 0.7 : 0)),
  );
  return { x, labels, classes: CLASSES, table: false };
}

function gameOf(variant = "aae", rules = {}, seed = 0) {
  const kind = {
    summary: "",
    prior_cost_weights: {},
    categorical: false,
    content: false,
    prior: true,
    y: "",
    posterior: "deterministic",
    cost: "squared-error",
    refused: {},
    ...KINDS[variant],
  };
  const name = variant === "label-informed" ? "mixture" : "gaussian";
  const data = toyImages();
  const training = new Training(
    kind,
    SETTINGS,
    data,
    makePrior({
      name,
      scale: 1,
      components: CLASSES,
      painting: "",
      support: "everywhere",
      extent: 3.5,
      centre: [0, 0],
    }),
    seed,
  );
  training.applyRules({ ...RULES, ...rules });
  return new LiveGame(training, data.x);
}

const play = (game, rounds) =>
  Array.from({ length: rounds }, () => game.roundPhases.forEach((phase) => game.step(phase)));
const state = ({ training: { model, draws } }) => [
  Object.values(model.nets).map((net) => net.parameters.map((parameters) => [...parameters])),
  [...draws.clone().random.uniform(3)],
];
const round = (game) => game.roundPhases.map((phase) => game.stepWithRecord(phase));

test("the random numbers are the same as torch's", () => {
  const random = new Random(5 * 1_000_003 + 3 + 2 ** 40); // torch.Generator().manual_seed(…), torch 2.15
  assert.deepEqual([...random.uniform(2)], [0.7768784165382385, 0.7195786833763123]);
  random.uniform(3);
  assert.deepEqual([...random.integersBelow(10, 6)], [0, 7, 1, 9, 3, 6]);
  assert.deepEqual([...random.permutation(12)], [10, 5, 0, 8, 9, 3, 6, 2, 1, 7, 4, 11]);
  const copy = random.clone();
  const numbers = random.normal(20); // torch draws sixteen numbers, and the last sixteen of a longer list again
  [0.131797, 0.655825, -0.200396, -0.013681].forEach((value, k) => assert.ok(Math.abs(numbers[k] - value) < 1e-5));
  assert.ok(Math.abs(numbers[19] - 1.799163) < 1e-5);
  assert.deepEqual(copy.normal(20), numbers);
});

test("a matrix product equals sums computed one by one, with bias and ReLU", () => {
  const [a, b, bias] = [matrix(5, 19), matrix(19, 23), new Random(3).normal(23)];
  [a, b].forEach((operand, k) => operand.values.set(new Random(k).normal(operand.values.length)));
  const product = matrixProduct(a, b, bias);
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 23; column++) {
      const sum = Array.from({ length: 19 }, (_, k) => a.values[row * 19 + k] * b.values[k * 23 + column]).reduce(
        (x, y) => x + y,
        bias[column],
      );
      assert.ok(Math.abs(product.values[row * 23 + column] - sum) < 1e-4);
    }
  }
  assert.deepEqual(
    matrixProduct(a, b, bias, true).values,
    product.values.map((value) => Math.max(0, value)),
  );
  assert.deepEqual(transpose(transpose(a)), a);
});

test("the spread of a prior is estimated once and kept", () => {
  const prior = makePrior({
    name: "gaussian",
    scale: 2,
    components: 1,
    painting: "",
    support: "plane",
    extent: 7,
    centre: [0, 0],
  });
  let drawCount = 0;
  const sample = prior.sample.bind(prior);
  prior.sample = (n, random) => (drawCount++, sample(n, random));
  assert.ok(Math.abs(prior.spread - 2 * 2 * 2 ** 2) < 1 && prior.spread === prior.spread, "2dσ²");
  assert.equal(drawCount, 1);
});

test("a step changes the networks of its phase and leaves the others bit for bit the same", () => {
  for (const [variant, { phases }] of Object.entries(KINDS)) {
    for (const phase of phases) {
      const game = gameOf(variant);
      play(game, 2);
      const nets = Object.keys(game.training.model.nets);
      const netsBefore = state(game)[0];
      const step = game.stepWithRecord(phase);
      const movedNets = nets.filter((_, k) => JSON.stringify(state(game)[0][k]) !== JSON.stringify(netsBefore[k]));
      assert.deepEqual(
        movedNets,
        nets.filter((name) => TRAINED_NETS[phase].includes(name)),
        `${variant} ${phase}`,
      );
      assert.deepEqual(
        [Object.keys(step.moved), step.still],
        [movedNets, nets.filter((name) => !movedNets.includes(name))],
      );
      const netsAfter = state(game)[0];
      const length = Math.hypot(
        ...netsAfter[nets.indexOf(movedNets[0])]
          .flat()
          .map((value, k) => value - netsBefore[nets.indexOf(movedNets[0])].flat()[k]),
      );
      assert.ok(Math.abs(step.moved[movedNets[0]] - length) < 1e-6 * length);
    }
  }
});

test("previews consume no random numbers, and the same setup and seed give the same game", () => {
  const noisyRules = { input_noise: 0.1, discriminator_noise: 0.2 };
  for (const variant of Object.keys(KINDS)) {
    const previewedGame = gameOf(variant, noisyRules);
    const plainGame = gameOf(variant, noisyRules);
    const otherSeedGame = gameOf(variant, noisyRules, 1);
    previewedGame.previewStep();
    for (let k = 0; k < 7; k++) {
      round(previewedGame); // beyond the first epoch
      previewedGame.planeState();
    }
    play(plainGame, 7);
    play(otherSeedGame, 7);
    assert.deepEqual(state(previewedGame), state(plainGame));
    assert.deepEqual(previewedGame.counts, plainGame.counts);
    assert.notDeepEqual(state(otherSeedGame), state(plainGame));
  }
});

test("the costs reported for a step are those of the step", () => {
  const game = gameOf("aae", { input_noise: 0.3 });
  play(game, 3);
  const step = game.stepWithRecord(D);
  const mean = (values, f) => values.reduce((sum, value) => sum + f(value), 0) / values.length;
  const terms = [
    mean(step.before.dOfPrior.values, (d) => -Math.log(d)),
    mean(step.before.dOfZ.values, (d) => -Math.log(1 - d)),
  ];
  [
    [step.before.terms.real, terms[0]],
    [step.before.terms.fake, terms[1]],
    [step.before.cost, terms[0] + terms[1]],
  ].forEach(([term, expected]) => assert.ok(Math.abs(term - expected) < 1e-5));
  assert.deepEqual([step.before.z, step.before.prior], [step.after.z, step.after.prior]);
  assert.ok(step.after.cost < step.before.cost);
  const generationStep = game.stepWithRecord(G);
  assert.ok(
    generationStep.after.cost < generationStep.before.cost &&
      generationStep.before.dOfZ.values.some((d, k) => d !== generationStep.after.dOfZ.values[k]),
  );
  assert.deepEqual([generationStep.x.rows, generationStep.before.xhat.rows, generationStep.before.z.rows], [6, 6, 8]);
  assert.notDeepEqual(generationStep.x, generationStep.noisy);
});

test("steps of D in a row see the same codes, and a first one shares its mini-batch with the following round", () => {
  const game = gameOf();
  game.stepWithRecord(R);
  const steps = Array.from({ length: 10 }, () => game.stepWithRecord(D));
  assert.deepEqual(
    [new Set(steps.map(({ batch }) => batch)).size, game.stepWithRecord(G).batch, game.stepWithRecord(R).batch],
    [1, 1, 2],
  );
  for (const step of steps) assert.deepEqual(step.before.z, steps[0].before.z);
  const secondGame = gameOf();
  secondGame.stepWithRecord(D);
  assert.deepEqual(
    [round(secondGame), round(secondGame)].map((steps) => new Set(steps.map(({ batch }) => batch))),
    [new Set([1]), new Set([2])],
  );
});

test("with weight 0 the adversary changes nothing, and new rules hold from the next step on", () => {
  const lengths = [0, 0.5, 1].map((weight) => {
    const game = gameOf("aae", { weight });
    game.step(D);
    return game.stepWithRecord(G).moved.encoder ?? 0;
  });
  assert.equal(lengths[0], 0);
  assert.ok(Math.abs(lengths[1] / lengths[2] - 0.5) < 1e-3);
  const game = gameOf();
  play(game, 3);
  assert.deepEqual(game.stepWithRecord(R).x, game.previewStep().noisy);
  game.training.applyRules({ ...RULES, input_noise: 0.4, d_steps: 3 });
  assert.deepEqual(
    round(game).map(({ phase }) => phase),
    [R, D, D, D, G],
  );
  assert.deepEqual(game.counts, { [R]: 5, [D]: 6, [G]: 4 });
});

test("the labelled images are balanced over the classes", () => {
  const { training } = gameOf("semi-supervised");
  const counts = [0, 1, 2].map((k) => training.labelled.filter((n) => training.data.labels[n] === k).length);
  assert.deepEqual([counts, new Set(training.labelled).size], [[3, 3, 3], 9]);
  assert.deepEqual(training.currentBatch().labelled.y.rows, 8);
});

test("a diverged game is reported in a sentence, in a step and on the plane", () => {
  for (const act of [(game) => game.stepWithRecord(R), (game) => game.step(R), (game) => game.planeState()]) {
    const game = gameOf();
    game.training.model.encoder.layers[0].W.values[0] = Infinity;
    assert.throws(() => act(game), /diverged in the (reconstruction|last) step.*Press Reset/);
  }
});

test("the plane widens when codes leave it and narrows again, and its surface holds D at the cells' middles", () => {
  const game = gameOf();
  const home = game.planeState().half;
  const { W } = game.training.model.encoder.layers.at(-1);
  const originalWeights = W.values.slice();
  W.values.forEach((value, k) => (W.values[k] = 300 * value));
  const wideState = game.planeState();
  assert.ok(
    wideState.half > 2 * home &&
      wideState.codes.values.filter((value) => Math.abs(value) <= wideState.half).length >=
        0.95 * wideState.codes.values.length,
  );
  W.values.set(originalWeights);
  const { half, surface, centre, distance } = game.planeState();
  assert.ok(Math.abs(half - home) < 1e-9 && distance > 0);
  const [row, column] = [31, 7];
  const z = matrix(1, 2, Float32Array.from([column, row].map((k, j) => ((2 * k + 1) / 40 - 1) * half + centre[j])));
  const [judgement] = game.training.model.judgeAnywhere(z).values;
  assert.ok(Math.abs(surface.values[row * 40 + column] - judgement) < 1e-5);
  const autoencoderState = gameOf("ae").planeState();
  assert.deepEqual([autoencoderState.surface, autoencoderState.distance], [null, null]);
});
