/**
 * The step of the paper, phase by phase, as `aae_core/training/phases.py` has it (§2):
 *
 *     reconstruction   encoder and decoder descend the reconstruction cost, and what imposes the prior without an adversary
 *     discrimination   D ascends  log D(z ~ p) + log(1 − D(q(x))):  the prior is real, the codes are fake
 *     generation       the encoder ascends  log D(q(x))  with D frozen
 *     classification   where labels teach q(y|x), the encoder descends their cross-entropy (§5)
 *
 * Each phase moves its own nets only, MOVES. A cost brings its gradients by those nets as a function, so that it can be looked at
 * without a step being made.
 */

import { classificationCost, discriminationCost, generationCost, kl, mmd2, reconstructionCost, slicedWasserstein, throughSoftmax } from "./costs.js";
import { above, columns, mapped, rows } from "./matrix.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {import("./model.js").Inferred} Inferred */
/** @typedef {import("./net.js").Net} Net */
/** @typedef {import("./optimiser.js").Gradients} Gradients */
/** @typedef {import("./training.js").Training} Training */
/** @typedef {Pick<Training, "model" | "draws" | "rules" | "cost" | "projections">} Here what a cost needs to know of a training */
/**
 * x N×pixels; noisy, what the encoder sees of it; y N×K one-hot where a net is given labels; taught: M labelled images as the encoder
 * sees them, and their labels M×K, where labels teach.
 * @typedef {{x: Matrix, noisy: Matrix, y: Matrix | null, taught: {x: Matrix, y: Matrix} | null}} Batch
 */
/**
 * The cost of a phase on a mini-batch, and the codes it is computed from. terms: its parts by name; judged: D's logits on the codes;
 * prior, real: the samples that D is shown beside them, and its logits on these.
 * @typedef {{cost: number, gradients: () => Map<Net, Gradients>, codes: Inferred, terms?: Object<string, number>, judged?: Matrix, prior?: Matrix, real?: Matrix}} Cost
 */

/** The nets that each phase moves. @type {Object<string, string[]>} */
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

/** The labels beside which D judges (§2.3); null where it sees codes alone. @param {Here} t @param {Batch} batch */
export const conditionOfD = ({ model }, batch) => (model.kind.labels === "discriminator" ? batch.y : null);

/**
 * The costs on the codes that impose the prior, with their derivatives by z, or by μ and log σ².
 * @type {Object<string, (t: Here, codes: Inferred) => {cost: number, slopes: () => {[of: string]: Matrix}}>}
 */
const PULLS = {
  kl: (t, { gaussian }) => kl(/** @type {import("./model.js").Gaussian} */ (gaussian), t.model.prior),
  mmd: (t, { z }) => mmd2(z, t.draws.prior(z.rows, null), t.model.prior.spread),
  sliced: (t, { z }) => slicedWasserstein(z, t.draws.prior(z.rows, null), t.draws.noise(t.projections, z.columns)),
};

/** ½‖x − x̂‖² or another cost of x̂ = decoder(encoder(x)), and beside it what imposes the prior: with a VAE's KL, the negative ELBO. @param {Here} t @param {Batch} batch @returns {Cost} */
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
 * D's cost on as many samples of the prior as there are codes z; where y is inferred, D_y's is added (§5); where D is told labels,
 * sample and code of one row have the same (§2.3).
 * @param {Here} t
 * @param {Batch} batch
 * @returns {Cost}
 */
function discrimination(t, batch) {
  const { nets } = t.model;
  const codes = infer(t, batch); // of a frozen encoder
  const { z, y } = codes;
  const told = conditionOfD(t, batch);
  const prior = t.draws.prior(z.rows, told);
  const both = seenByD(t, above(prior, z));
  const passes = [{ net: nets.discriminator, pass: t.model.judge(both, told && above(told, told)) }];
  if (y) passes.push({ net: nets.content_discriminator, pass: t.model.judgeContent(above(t.draws.content(y.rows), y)) });
  const found = passes.map(({ net, pass }) => ({ net, pass, ...discriminationCost(pass.outputs) }));
  const gradients = () => new Map(found.map(({ net, pass, slopes }) => [net, net.backward(pass, slopes()).gradients]));
  const [{ pass: { outputs }, real, fake }] = found; // prettier-ignore
  const cost = found.reduce((sum, each) => sum + each.cost, 0);
  return { cost, gradients, codes, terms: { real, fake }, judged: rows(outputs, z.rows, 2 * z.rows), prior, real: rows(outputs, 0, z.rows) };
}

/** The encoder's cost against D on codes z, and against D_y on contents y where they are inferred. @param {Here} t @param {Batch} batch @returns {Cost} */
function generation(t, batch) {
  const { model } = t;
  const codes = infer(t, batch);
  const { z, y } = codes;
  const judged = model.judge(seenByD(t, z), conditionOfD(t, batch));
  const found = generationCost(judged.outputs);
  const judgedContent = y && model.judgeContent(y);
  const ofContent = judgedContent && generationCost(judgedContent.outputs);
  const gradients = () => {
    const byZ = columns(model.nets.discriminator.towards(judged, found.slopes()), 0, z.columns);
    const byY = y && judgedContent && ofContent && model.nets.content_discriminator.towards(judgedContent, ofContent.slopes());
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

/** What a phase descends. @type {Object<string, (t: Here, batch: Batch) => Cost>} */
export const COSTS = { reconstruction, discrimination, generation, classification };

/** One optimiser step of a phase; returns its cost before the step. @param {Training} t @param {string} phase @param {Batch} batch */
export function step(t, phase, batch) {
  const { cost, gradients } = COSTS[phase](t, batch);
  t.optimisers.get(phase)?.descend(gradients());
  return cost;
}
