/**
 * The step of the paper, phase by phase, as `aae_core/training/phases.py` has it (§2):
 *
 *     reconstruct    encoder and decoder descend the reconstruction cost, a VAE also its KL
 *     discriminate   D ascends  log D(z ~ p) + log(1 − D(q(x))):  the prior is real, the codes are fake
 *     fool           the encoder ascends  log D(q(x))  with D frozen
 *     classify       where labels teach q(y|x), the encoder descends their cross-entropy (§5)
 *
 * Each phase moves its own nets only, MOVES. What it costs, and its gradients by those nets, are computed apart from the step, so
 * that a cost can be looked at without a step being made.
 */

import { classificationCost, discriminationCost, generationCost, kl, reconstructionCost, throughSoftmax } from "./costs.js";
import { above, columns, mapped, rows } from "./matrix.js";

/** @typedef {import("./matrix.js").Matrix} Matrix */
/** @typedef {import("./model.js").Inferred} Inferred */
/** @typedef {import("./net.js").Net} Net */
/** @typedef {import("./optimiser.js").Gradients} Gradients */
/** @typedef {import("./training.js").Training} Training */
/** @typedef {Pick<Training, "model" | "draws" | "rules" | "cost" | "beta">} Here what a cost needs to know of a training */
/** @typedef {{cost: number, gradients: () => Map<Net, Gradients>}} Cost */
/**
 * x N×pixels; noisy, what the encoder sees of it; y N×K one-hot where a net is given labels; taught: M labelled images as the encoder
 * sees them, and their labels M×K, where labels teach.
 * @typedef {{x: Matrix, noisy: Matrix, y: Matrix | null, taught: {x: Matrix, y: Matrix} | null}} Batch
 */

/** The nets that each phase moves. @type {Object<string, string[]>} */
export const MOVES = {
  reconstruction: ["encoder", "decoder"],
  discrimination: ["discriminator", "content_discriminator"],
  generation: ["encoder"],
  classification: ["encoder"],
};

/** Encoder and decoder descend the reconstruction cost; a VAE's also its KL, which makes it the negative ELBO. @param {Training} t @param {Batch} batch */
const reconstruct = (t, batch) => t.descend("reconstruction", reconstruction(t, batch));

/** D ascends log D(z ~ p) + log(1 − D(q(x))); the encoder is frozen. @param {Training} t @param {Batch} batch */
const discriminate = (t, batch) => t.descend("discrimination", discrimination(t, batch, infer(t, batch)));

/** The encoder ascends log D(q(x)); D is frozen. @param {Training} t @param {Batch} batch */
const fool = (t, batch) => t.descend("generation", generation(t, batch, infer(t, batch)));

/** The encoder's q(y|x) descends the cross-entropy of the labelled images (§5). @param {Training} t @param {Batch} batch */
const classify = (t, batch) => t.descend("classification", classification(t, batch));

/** A step of each phase; returns its cost before the step. @type {Object<string, (t: Training, batch: Batch) => number>} */
export const STEPS = { reconstruction: reconstruct, discrimination: discriminate, generation: fool, classification: classify };

/** One draw from q(z|x) for each image, and q(y|x). @param {Here} t @param {Batch} batch */
export const infer = (t, batch) => t.model.infer(batch.noisy, t.draws.noise);

/** Codes as D sees them: with its input noise, if any. @param {Here} t @param {Matrix} z */
export function seenByD(t, z) {
  const { discriminator_noise: deviation } = t.rules;
  if (!deviation) return z;
  const { values } = t.draws.noise(z.rows, z.columns);
  return mapped(z, (value, at) => value + deviation * values[at]);
}

/** The labels beside which D judges (§2.3); null where it sees codes alone. @param {Here} t @param {Batch} batch */
export const conditionOfD = ({ model }, batch) => (model.kind.labels === "discriminator" ? batch.y : null);

/** @param {Here} t @param {Batch} batch @returns {Cost & {codes: Inferred}} */
export function reconstruction(t, batch) {
  const { model } = t;
  const codes = infer(t, batch);
  const { z, y, gaussian } = codes;
  const decoded = model.decode(z, model.kind.categorical ? y : batch.y);
  const found = reconstructionCost(t.cost, batch.x, decoded.outputs);
  const divergence = model.kind.imposes === "kl" && gaussian ? kl(gaussian, model.prior) : null;
  const gradients = () => {
    const d = found.slopes();
    const inputs = model.decoder.towards(decoded, d); // [y, z], or z alone
    const k = inputs.columns - z.columns;
    const logits = model.kind.categorical && y ? throughSoftmax(y, columns(inputs, 0, k)) : null;
    const scaled = (/** @type {Matrix} */ each) => mapped(each, (slope) => t.beta * slope);
    const more = divergence?.slopes();
    const ofEncoder = model.encoderGradients(codes, { z: columns(inputs, k), logits, ...(more && { mu: scaled(more.mu), logVariance: scaled(more.logVariance) }) });
    return new Map([[model.encoder, ofEncoder], [model.decoder, model.decoder.gradients(decoded, d)]]); // prettier-ignore
  };
  return { cost: found.cost + t.beta * (divergence?.cost ?? 0), gradients, codes };
}

/**
 * D's cost on as many samples of the prior as there are codes z; where y is inferred, D_y's is added (§5); where D is told labels,
 * sample and code of one row have the same (§2.3).
 * @param {Here} t @param {Batch} batch @param {Inferred} codes
 * @returns {Cost}
 */
export function discrimination(t, batch, { z, y }) {
  const { nets } = t.model;
  const told = conditionOfD(t, batch);
  const both = seenByD(t, above(t.draws.prior(z.rows, told), z));
  const judged = t.model.judge(both, told && above(told, told));
  const found = discriminationCost(judged.outputs);
  const judgedContent = y && t.model.judgeContent(above(t.draws.content(y.rows), y));
  const ofContent = judgedContent && discriminationCost(judgedContent.outputs);
  const gradients = () => {
    const made = new Map([[nets.discriminator, nets.discriminator.gradients(judged, found.slopes())]]);
    if (judgedContent && ofContent) made.set(nets.content_discriminator, nets.content_discriminator.gradients(judgedContent, ofContent.slopes()));
    return made;
  };
  return { cost: found.cost + (ofContent?.cost ?? 0), gradients };
}

/** The encoder's cost against D on codes z, and against D_y on contents y where they are inferred. @param {Here} t @param {Batch} batch @param {Inferred} codes @returns {Cost} */
export function generation(t, batch, codes) {
  const { model } = t;
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
  return { cost: found.cost + (ofContent?.cost ?? 0), gradients };
}

/** The cross-entropy of q(y|x) on the labelled images. @param {Here} t @param {Batch} batch @returns {Cost & {codes: Inferred}} */
export function classification(t, batch) {
  const { x, y } = /** @type {{x: Matrix, y: Matrix}} */ (batch.taught);
  const codes = t.model.infer(x, t.draws.noise);
  const found = classificationCost(/** @type {Matrix} */ (codes.logits), y);
  return { cost: found.cost, gradients: () => new Map([[t.model.encoder, t.model.encoderGradients(codes, { logits: found.slopes() })]]), codes };
}

/** D's logits on the samples of the prior and on the codes. @param {Matrix} logits 2N×1 */
export const halves = (logits) => [rows(logits, 0, logits.rows / 2), rows(logits, logits.rows / 2, logits.rows)];
