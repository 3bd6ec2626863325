/**
 * The training step of the paper (§2), phase by phase, as in `aae_core/training/phases.py`:
 *
 *     reconstruction   encoder and decoder minimise the reconstruction loss, and the term that imposes a prior without an adversary
 *     discrimination   D maximises  log D(z ~ p) + log(1 − D(q(x))):  samples of the prior are real, codes are fake
 *     generation       the encoder maximises  log D(q(x))  with D frozen
 *     classification   on labelled images, the encoder minimises the cross-entropy of q(y|x) (§5)
 *
 * Each phase trains only the networks that MOVES lists. Its gradients are returned as a function, so that the loss can be
 * computed without a step.
 */

import { classificationCost, discriminationCost, generationCost, kl, mmd2, reconstructionCost, slicedWasserstein, throughSoftmax } from "./costs.js";
import { above, columns, mapped, rows } from "./matrix.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {import("./model.js").Inferred} Inferred */
/** @typedef {import("./net.js").Net} Net */
/** @typedef {import("./optimiser.js").Gradients} Gradients */
/** @typedef {import("./training.js").Training} Training */
/** @typedef {Pick<Training, "model" | "draws" | "rules" | "cost" | "projections">} Here the part of the training's state on which a loss depends */
/**
 * x N×pixels; noisy: x as the encoder sees it; y: one-hot labels N×K, if a network takes them; taught: for the classification
 * phase, M labelled images as the encoder sees them, and their one-hot labels M×K.
 * @typedef {{x: Matrix, noisy: Matrix, y: Matrix | null, taught: {x: Matrix, y: Matrix} | null}} Batch
 */
/**
 * The loss of a phase on a mini-batch, and the codes it is computed from. terms: its terms by name; judged: D's logits on the
 * codes; prior, real: the samples of the prior, and D's logits on them.
 * @typedef {{cost: number, gradients: () => Map<Net, Gradients>, codes: Inferred, terms?: Object<string, number>, judged?: Matrix, prior?: Matrix, real?: Matrix}} Cost
 */

/** The networks that each phase trains. @type {Object<string, string[]>} */
export const MOVES = {
  reconstruction: ["encoder", "decoder"],
  discrimination: ["discriminator", "content_discriminator"],
  generation: ["encoder"],
  classification: ["encoder"],
};

/** One draw from q(z|x) for each image, and q(y|x). @param {Here} t @param {Batch} batch */
const infer = (t, batch) => t.model.infer(batch.noisy, t.draws.noise);

/** Codes as D sees them: with its input noise, if any. @param {Here} t @param {Matrix} z */
const seenByD = (t, z) => t.draws.disturbed(z, t.rules.discriminator_noise);

/** The labels on which D is conditioned (§2.3), or null. @param {Here} t @param {Batch} batch */
export const conditionOfD = ({ model }, batch) => (model.kind.labels === "discriminator" ? batch.y : null);

/**
 * The losses on the codes that impose the prior without an adversary, with derivatives with respect to z, or to μ and log σ².
 * @type {Object<string, (t: Here, codes: Inferred) => {cost: number, slopes: () => {[of: string]: Matrix}}>}
 */
const PULLS = {
  kl: (t, { gaussian }) => kl(/** @type {import("./model.js").Gaussian} */ (gaussian), t.model.prior),
  mmd: (t, { z }) => mmd2(z, t.draws.prior(z.rows, null), t.model.prior.spread),
  sliced: (t, { z }) => slicedWasserstein(z, t.draws.prior(z.rows, null), t.draws.noise(t.projections, z.columns)),
};

/** The reconstruction loss of x̂ = decoder(encoder(x)), plus the terms that impose the prior; with a VAE's KL, the negative ELBO. @param {Here} t @param {Batch} batch @returns {Cost} */
function reconstruction(t, batch) {
  const { model } = t;
  const codes = infer(t, batch);
  const { z, y } = codes;
  const decoded = model.decode(z, model.kind.categorical ? y : batch.y);
  const found = reconstructionCost(t.cost, batch.x, decoded.outputs);
  const pulls = Object.entries(model.kind.pulls).map(([name, weight]) => ({ weight, ...PULLS[name](t, codes) }));
  const gradients = () => {
    const ofDecoder = model.decoder.backward(decoded, found.slopes());
    const inputs = ofDecoder.inputs(); // [y, z], or z alone
    const k = inputs.columns - z.columns;
    const logits = model.kind.categorical && y ? throughSoftmax(y, columns(inputs, 0, k)) : null;
    /** @type {{[of: string]: Matrix | null}} */
    const by = { z: columns(inputs, k), logits };
    for (const { weight, slopes } of pulls) {
      for (const [of, more] of Object.entries(slopes())) {
        const before = by[of]?.values;
        by[of] = mapped(more, (slope, at) => (before?.[at] ?? 0) + weight * slope);
      }
    }
    const ofEncoder = model.encoderGradients(codes, by);
    return new Map([[model.encoder, ofEncoder], [model.decoder, ofDecoder.gradients]]); // prettier-ignore
  };
  return { cost: pulls.reduce((sum, { weight, cost }) => sum + weight * cost, found.cost), gradients, codes };
}

/**
 * D's loss on codes z and as many samples of the prior, plus D_y's if y is inferred (§5). If D is conditioned on labels, the
 * sample and the code of one row have the same label (§2.3).
 * @param {Here} t
 * @param {Batch} batch
 * @returns {Cost}
 */
function discrimination(t, batch) {
  const { nets } = t.model;
  const codes = infer(t, batch); // the encoder is frozen
  const { z, y } = codes;
  const condition = conditionOfD(t, batch);
  const prior = t.draws.prior(z.rows, condition);
  const both = seenByD(t, above(prior, z));
  const passes = [{ net: nets.discriminator, pass: t.model.judge(both, condition && above(condition, condition)) }];
  if (y) passes.push({ net: nets.content_discriminator, pass: nets.content_discriminator.forward(above(t.draws.content(y.rows), y)) });
  const found = passes.map(({ net, pass }) => ({ net, pass, ...discriminationCost(pass.outputs) }));
  const gradients = () => new Map(found.map(({ net, pass, slopes }) => [net, net.backward(pass, slopes()).gradients]));
  const [{ pass: { outputs }, real, fake }] = found; // prettier-ignore
  const cost = found.reduce((sum, each) => sum + each.cost, 0);
  return { cost, gradients, codes, terms: { real, fake }, judged: rows(outputs, z.rows, 2 * z.rows), prior, real: rows(outputs, 0, z.rows) };
}

/** The encoder's loss against D on codes z, plus that against D_y on contents y if these are inferred. @param {Here} t @param {Batch} batch @returns {Cost} */
function generation(t, batch) {
  const { model } = t;
  const codes = infer(t, batch);
  const { z, y } = codes;
  const judged = model.judge(seenByD(t, z), conditionOfD(t, batch));
  const found = generationCost(judged.outputs);
  const rival = model.nets.content_discriminator;
  const judgedContent = y && rival.forward(y);
  const ofContent = judgedContent && generationCost(judgedContent.outputs);
  const gradients = () => {
    const byZ = columns(model.nets.discriminator.towards(judged, found.slopes()), 0, z.columns);
    const byY = y && judgedContent && ofContent && rival.towards(judgedContent, ofContent.slopes());
    return new Map([[model.encoder, model.encoderGradients(codes, { z: byZ, logits: byY && throughSoftmax(y, byY) })]]);
  };
  return { cost: found.cost + (ofContent?.cost ?? 0), gradients, codes, terms: { fool: found.cost }, judged: judged.outputs };
}

/** The cross-entropy of q(y|x) on the labelled images. @param {Here} t @param {Batch} batch @returns {Cost} */
function classification(t, batch) {
  const { x, y } = /** @type {{x: Matrix, y: Matrix}} */ (batch.taught);
  const codes = t.model.infer(x, t.draws.noise);
  const found = classificationCost(/** @type {Matrix} */ (codes.logits), y);
  return { cost: found.cost, gradients: () => new Map([[t.model.encoder, t.model.encoderGradients(codes, { logits: found.slopes() })]]), codes };
}

/** The loss that each phase minimises. @type {Object<string, (t: Here, batch: Batch) => Cost>} */
export const COSTS = { reconstruction, discrimination, generation, classification };

/** One optimiser step of a phase; returns its loss before the step. @param {Training} t @param {string} phase @param {Batch} batch */
export function step(t, phase, batch) {
  const { cost, gradients } = COSTS[phase](t, batch);
  t.optimisers.get(phase)?.descend(gradients());
  return cost;
}
