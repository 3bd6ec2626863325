/**
 * The training step of the paper (§2), phase by phase, as in `aae_core/training/phases.py`:
 *
 *     reconstruction   encoder and decoder minimise the reconstruction loss, and the term that imposes a prior without
 * an adversary
 *     discrimination   D maximises  log D(z ~ p) + log(1 − D(q(x))):  samples of the prior are real, codes are fake
 *     generation       the encoder maximises  log D(q(x))  with D frozen
 *     classification   on labelled images, the encoder minimises the cross-entropy of q(y|x) (§5)
 *
 * Each phase trains only the networks that MOVES lists. Its gradients are returned as a function, so that the loss can
 * be computed without a step.
 */

import {
  classificationCostAndSlopes,
  discriminationCostAndSlopes,
  generationCostAndSlopes,
  klCostAndSlopes,
  mmd2CostAndSlopes,
  reconstructionCostAndSlopes,
  slicedWassersteinCostAndSlopes,
  backpropagateSoftmax,
} from "./costs.ts";
import { concatRows, sliceColumns, mapMatrix, sliceRows } from "./matrix.ts";
import type { Matrix } from "./matrix.ts";
import type { Inferred, Gaussian } from "./model.ts";
import type { Net } from "./net.ts";
import type { Gradients } from "./optimiser.ts";
import type { Training } from "./training.ts";

/** The part of the training's state on which a loss depends. */
export type LossState = Pick<Training, "model" | "draws" | "rules" | "cost" | "projections">;
/**
 * A mini-batch. x: N×pixels; noisy: x as the encoder sees it, x itself without noise; y: one-hot labels N×K, null if
 * no network takes them; labelled: for the classification phase, M labelled images as the encoder sees them and their
 * one-hot labels M×K, null without such images.
 */
export type Batch = { x: Matrix; noisy: Matrix; y: Matrix | null; labelled: { x: Matrix; y: Matrix } | null };
/**
 * The loss of a phase on a mini-batch, and the codes it is computed from. terms: its terms by name; codeLogits: D's
 * logits on the codes; prior, priorLogits: the samples of the prior, and D's logits on them.
 */
type Cost = {
  cost: number;
  gradients: () => Map<Net, Gradients>;
  codes: Inferred;
  terms?: Record<string, number>;
  codeLogits?: Matrix;
  prior?: Matrix;
  priorLogits?: Matrix;
};

/** The networks that each phase trains. */
export const TRAINED_NETS: Record<string, string[]> = {
  reconstruction: ["encoder", "decoder"],
  discrimination: ["discriminator", "content_discriminator"],
  generation: ["encoder"],
  classification: ["encoder"],
};

/** One draw from q(z|x) for each image, and q(y|x). */
const inferCodes = (t: LossState, batch: Batch): Inferred => t.model.infer(batch.noisy, t.draws.noise);

/** Codes as D sees them: with its input noise, if any. */
const withDiscriminatorNoise = (t: LossState, z: Matrix): Matrix => t.draws.addNoise(z, t.rules.discriminator_noise);

/** What D sees beside z, or null: the inferred contents y, through which no gradient flows, or labels (§2.3). */
export const discriminatorCondition = ({ model }: LossState, batch: Batch, y: Matrix | null): Matrix | null => {
  if (model.kind.discriminator_sees_content) return y;
  return model.kind.labels === "discriminator" ? batch.y : null;
};

/**
 * The losses on the codes that impose the prior without an adversary, with derivatives with respect to z, or to μ and
 * log σ².
 */
const PRIOR_TERMS: Record<
  string,
  (t: LossState, codes: Inferred) => { cost: number; slopes: () => { [of: string]: Matrix } }
> = {
  kl: (t, { gaussian }) => klCostAndSlopes(gaussian as Gaussian, t.model.prior),
  mmd: (t, { z }) => mmd2CostAndSlopes(z, t.draws.samplePrior(z.rows, null), t.model.prior.spread),
  sliced: (t, { z }) =>
    slicedWassersteinCostAndSlopes(z, t.draws.samplePrior(z.rows, null), t.draws.noise(t.projections, z.columns)),
};

/**
 * The reconstruction loss of x̂ = decoder(encoder(x)), plus the terms that impose the prior; with a VAE's KL, the
 * negative ELBO.
 */
function reconstructionLossAndGradients(t: LossState, batch: Batch): Cost {
  const { model } = t;
  const codes = inferCodes(t, batch);
  const { z, y } = codes;
  const decoded = model.decode(z, model.kind.categorical ? y : batch.y);
  const loss = reconstructionCostAndSlopes(t.cost, batch.x, decoded.outputs);
  const priorTerms = Object.entries(model.kind.prior_cost_weights).map(([name, weight]) => ({
    weight,
    ...PRIOR_TERMS[name](t, codes),
  }));
  const gradients = () => {
    const ofDecoder = model.decoder.backward(decoded, loss.slopes());
    const inputs = ofDecoder.inputs(); // [y, z], or z alone
    const k = inputs.columns - z.columns;
    const logits = model.kind.categorical && y ? backpropagateSoftmax(y, sliceColumns(inputs, 0, k)) : null;
    const derivatives: { [of: string]: Matrix | null } = { z: sliceColumns(inputs, k), logits };
    for (const { weight, slopes } of priorTerms) {
      for (const [name, slope] of Object.entries(slopes())) {
        const sum = derivatives[name]?.values;
        derivatives[name] = mapMatrix(slope, (slope, index) => (sum?.[index] ?? 0) + weight * slope);
      }
    }
    const ofEncoder = model.encoderGradients(codes, derivatives);
    return new Map([
      [model.encoder, ofEncoder],
      [model.decoder, ofDecoder.gradients],
    ]);
  };
  return { cost: priorTerms.reduce((sum, { weight, cost }) => sum + weight * cost, loss.cost), gradients, codes };
}

/**
 * D's loss on codes z and as many samples of the prior, plus D_y's if y is inferred (§5). If D has a condition, the
 * sample and the code of one row share it (§2.3).
 */
function discriminationLossAndGradients(t: LossState, batch: Batch): Cost {
  const { nets } = t.model;
  const codes = inferCodes(t, batch); // the encoder is frozen
  const { z, y } = codes;
  const condition = discriminatorCondition(t, batch, y);
  const prior = t.draws.samplePrior(z.rows, t.model.kind.discriminator_sees_content ? null : condition); // a content has no region
  const priorAndCodes = withDiscriminatorNoise(t, concatRows(prior, z));
  const passes = [
    {
      net: nets.discriminator,
      pass: t.model.discriminate(priorAndCodes, condition && concatRows(condition, condition)),
    },
  ];
  if (y)
    passes.push({
      net: nets.content_discriminator,
      pass: nets.content_discriminator.forward(concatRows(t.draws.sampleContent(y.rows), y)),
    });
  const losses = passes.map(({ net, pass }) => ({ net, pass, ...discriminationCostAndSlopes(pass.outputs) }));
  const gradients = () => new Map(losses.map(({ net, pass, slopes }) => [net, net.backward(pass, slopes()).gradients]));
  const [
    {
      pass: { outputs },
      real,
      fake,
    },
  ] = losses;
  const cost = losses.reduce((sum, loss) => sum + loss.cost, 0);
  return {
    cost,
    gradients,
    codes,
    terms: { real, fake },
    codeLogits: sliceRows(outputs, z.rows, 2 * z.rows),
    prior,
    priorLogits: sliceRows(outputs, 0, z.rows),
  };
}

/** The encoder's loss against D on codes z, plus that against D_y on contents y if these are inferred. */
function generationLossAndGradients(t: LossState, batch: Batch): Cost {
  const { model } = t;
  const codes = inferCodes(t, batch);
  const { z, y } = codes;
  const discriminatorPass = model.discriminate(withDiscriminatorNoise(t, z), discriminatorCondition(t, batch, y));
  const loss = generationCostAndSlopes(discriminatorPass.outputs);
  const contentDiscriminator = model.nets.content_discriminator;
  const contentPass = y && contentDiscriminator.forward(y);
  const contentLoss = contentPass && generationCostAndSlopes(contentPass.outputs);
  const gradients = () => {
    const dz = sliceColumns(model.nets.discriminator.inputGradient(discriminatorPass, loss.slopes()), 0, z.columns);
    const dy = y && contentPass && contentLoss && contentDiscriminator.inputGradient(contentPass, contentLoss.slopes());
    return new Map([
      [model.encoder, model.encoderGradients(codes, { z: dz, logits: dy && backpropagateSoftmax(y, dy) })],
    ]);
  };
  return {
    cost: loss.cost + (contentLoss?.cost ?? 0),
    gradients,
    codes,
    terms: { fool: loss.cost },
    codeLogits: discriminatorPass.outputs,
  };
}

/** The cross-entropy of q(y|x) on the labelled images. */
function classificationLossAndGradients(t: LossState, batch: Batch): Cost {
  const { x, y } = batch.labelled as { x: Matrix; y: Matrix };
  const codes = t.model.infer(x, t.draws.noise);
  const loss = classificationCostAndSlopes(codes.logits as Matrix, y);
  return {
    cost: loss.cost,
    gradients: () => new Map([[t.model.encoder, t.model.encoderGradients(codes, { logits: loss.slopes() })]]),
    codes,
  };
}

/** The loss that each phase minimises. */
export const COSTS: Record<string, (t: LossState, batch: Batch) => Cost> = {
  reconstruction: reconstructionLossAndGradients,
  discrimination: discriminationLossAndGradients,
  generation: generationLossAndGradients,
  classification: classificationLossAndGradients,
};

/** One optimiser step of a phase; returns its loss before the step. */
export function takePhaseStep(t: Training, phase: string, batch: Batch): number {
  const { cost, gradients } = COSTS[phase](t, batch);
  t.optimisers.get(phase)?.descend(gradients());
  return cost;
}
