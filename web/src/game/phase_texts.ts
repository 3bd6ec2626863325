/**
 * The texts of each phase: its button, its equation, and the three beats of a step with what they highlight.
 */

import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { Step as StepReport } from "../engine_messages.ts";

const G_COST = translate("G’s cost");

/**
 * the model, and the size and noise of a mini-batch; priorCosts: names of the costs that impose the prior without an
 * adversary; content: whether there is a content y; inferred: whether the encoder infers it, and a second
 * discriminator D_y judges it; discriminatorSeesContent: whether D gets it
 */
export type ModelFacts = {
  priorCosts: string[];
  name: string;
  size: number;
  noise: number;
  content: boolean;
  inferred: boolean;
  discriminatorSeesContent: boolean;
};
/** Means of D(z) of codes before and after, and of samples of the prior, and of D_y of contents before and after. */
type Means = { d: number | null; d2: number | null; dp: number | null; dy: number | null; dy2: number | null };
/** Of an equation. */
export type Term = { text: string; value?: string; lights?: string[] };

/**
 * A phase: its button; purpose: a sentence; beats: what each beat of a step highlights, parts of the graph and, after
 * "plane:", layers of the plane; captions: of the three lanes, the last without its end; lights: what its loss
 * highlights; terms: the terms of its equation with their values before the step.
 */
type Phase = {
  letter: string;
  key: string;
  action: string;
  purpose: string;
  beats: string[][];
  captions: (report: StepReport, facts: ModelFacts, means: Means) => string[];
  lights: string[];
  terms: (facts: ModelFacts, value: (name: string) => string) => Term[];
};

/** The phases in the paper's order. */
export const PHASES: Record<string, Phase> = {
  reconstruction: {
    letter: "R",
    key: "r",
    action: translate("reconstruct"),
    purpose: translate(
      "Reconstruction (paper §2): encoder and decoder learn to reconstruct each image from its code. Nothing else constrains the codes here.",
    ),
    beats: [
      ["x", "x-encoder"],
      [
        "x",
        "encoder",
        "z",
        "decoder",
        "xhat",
        "x-encoder",
        "encoder-z",
        "z-decoder",
        "decoder-xhat",
        "plane:batch",
        "plane:items",
      ],
      ["x", "xhat", "encoder", "decoder", "cost", "plane:codes", "plane:items", "plane:arrows"],
    ],
    captions: ({ batch, loss }, { size, noise, content, priorCosts }) => [
      noise
        ? translate("{size} images x go in, mini-batch {batch}; the encoder sees them with noise.", { size, batch })
        : translate("{size} images x go in, mini-batch {batch}.", { size, batch }),
      content
        ? translate("The encoder maps each to a code z; the decoder draws x̂ from z and the class.")
        : translate("The encoder maps each to a code z; the decoder draws x̂ from z alone."),
      changeText(reconstructionCostName(priorCosts), loss),
    ],
    lights: ["x", "xhat"],
    terms: ({ priorCosts, name }) => [
      { text: priorCosts.includes("kl") ? translate("= − log p(x|z)") : "= ½ ‖x − x̂‖²", lights: ["x", "xhat", "cost"] },
      ...priorCosts.map((cost) => ({
        text: `+ ${(TERM_WEIGHTS[name] ?? TERM_WEIGHTS.else)[cost]}${PRIOR_TERMS[cost].text}`,
        lights: ["z", "plane:items", "plane:prior"],
      })),
      ...(priorCosts.length
        ? []
        : [{ text: translate("with x̂ = decoder(encoder(x))"), lights: ["encoder", "z", "decoder"] }]),
    ],
  },
  discrimination: {
    letter: "D",
    key: "d",
    action: translate("discriminate"),
    purpose: translate(
      "Discrimination (paper §2, first half of the regularization phase): D learns to tell samples of the prior, the real ones, from codes, the fake ones.",
    ),
    beats: [
      ["z", "p", "z-D", "p-D", "plane:batch", "plane:items", "plane:prior"],
      ["z", "p", "D", "z-D", "p-D", "D-dOfZ", "dOfZ", "plane:batch", "plane:items", "plane:prior", "plane:surface"],
      ["D", "dOfZ", "plane:surface", "plane:prior", "plane:batch"],
    ],
    captions: ({ batch, loss }, { size, inferred, discriminatorSeesContent }, { d, dp, dy }) => [
      discriminatorInputText({ batch, size }, inferred, discriminatorSeesContent),
      inferred
        ? translate(
            "D gives each the probability that it comes from the prior: on average {samples} to the samples, {codes} to the codes; the second D gives y {contents}.",
            { samples: meanText(dp), codes: meanText(d), contents: meanText(dy) },
          )
        : translate(
            "D gives each the probability that it comes from the prior: on average {samples} to the samples, {codes} to the codes.",
            { samples: meanText(dp), codes: meanText(d) },
          ),
      changeText(translate("D’s cost"), loss),
    ],
    lights: ["D"],
    terms: (_, value) => [
      {
        text: translate("= − mean log D(z′), z′ ~ p(z)"),
        value: value("real"),
        lights: ["p", "D", "plane:prior", "plane:surface"],
      },
      {
        text: translate("− mean log (1 − D(z)), z = encoder(x)"),
        value: value("fake"),
        lights: ["z", "D", "plane:batch", "plane:items", "plane:surface"],
      },
    ],
  },
  generation: {
    letter: "G",
    key: "g",
    action: translate("fool D"),
    purpose: translate(
      "Generation (paper §2, second half of the regularization phase): the encoder moves its codes so that D takes them for samples of the prior. While D is up to date, this pulls q(z) towards p(z).",
    ),
    beats: [
      ["x", "x-encoder", "encoder", "encoder-z", "z", "plane:items", "plane:batch"],
      ["z", "z-D", "D", "D-dOfZ", "dOfZ", "plane:surface", "plane:items", "plane:batch"],
      ["encoder", "dOfZ", "z", "plane:codes", "plane:items", "plane:arrows", "plane:surface"],
    ],
    captions: ({ loss }, { size, inferred }, { d, d2, dy, dy2 }) => [
      translate("The same {size} images go through the encoder once more.", { size }),
      inferred
        ? translate(
            "D, now held fixed, judges their codes: D(z) is {codes} on average, and the second D judges y: {contents}.",
            { codes: meanText(d), contents: meanText(dy) },
          )
        : translate("D, now held fixed, judges their codes: D(z) is {codes} on average.", { codes: meanText(d) }),
      inferred
        ? translate("{change}; D(z) is now {codes} on average, the second D’s output {contents}", {
            change: changeText(G_COST, loss),
            codes: meanText(d2),
            contents: meanText(dy2),
          })
        : translate("{change}; D(z) is now {codes} on average", {
            change: changeText(G_COST, loss),
            codes: meanText(d2),
          }),
    ],
    lights: ["encoder"],
    terms: (_, value) => [
      {
        text: translate("= − mean log D(z), z = encoder(x)"),
        value: value("fool"),
        lights: ["z", "D", "dOfZ", "plane:items", "plane:batch", "plane:surface"],
      },
    ],
  },
  classification: {
    letter: "C",
    key: "c",
    action: translate("classify"),
    purpose: translate("Classification (paper §5): a few labelled images teach the encoder which class it sees."),
    beats: [
      ["x", "x-encoder"],
      ["x", "encoder", "x-encoder", "encoder-y", "y", "plane:items"],
      ["encoder", "y", "plane:codes", "plane:items", "plane:arrows"],
    ],
    captions: ({ loss }) => [
      translate("Labelled images go in."),
      translate("The encoder gives each class a probability, q(y|x)."),
      changeText(translate("The cross-entropy with the labels"), loss),
    ],
    lights: ["encoder"],
    terms: () => [{ text: translate("= − mean log q(y|x)"), lights: ["x", "encoder"] }],
  },
};

/**
 * The losses on the codes that impose the prior without an adversary: their purpose, and their terms in the equation.
 */
const PRIOR_TERMS: Record<string, { purpose: string; text: string }> = {
  kl: { purpose: translate("the KL term (paper §2.1) keeps each q(z|x) near the prior"), text: "KL(q(z|x) ‖ p(z))" },
  mmd: {
    purpose: translate(
      "MMD², a kernel distance between the codes of the mini-batch and as many samples of the prior, keeps q(z) near it",
    ),
    text: "MMD²(q(z), p(z))",
  },
  sliced: {
    purpose: translate(
      "the distance between sorted codes and sorted samples of the prior, along random directions, keeps q(z) near it",
    ),
    text: "SW²(q(z), p(z))",
  },
};
/** Their weights in the equation: for a particular variant, or else in general. */
const TERM_WEIGHTS: Record<string, Record<string, string>> = {
  "info-vae": { kl: "(1 − α) ", mmd: "(α + λ − 1) " },
  else: { kl: "β ", mmd: "λ ", sliced: "λ " },
};
const NUMBER_WORDS = [
  translate("no"),
  translate("one"),
  translate("two"),
  translate("three"),
  translate("four"),
  translate("five"),
  translate("six"),
  translate("seven"),
  translate("eight"),
  translate("nine"),
  translate("ten"),
];

/**
 * The purpose of a step or a round, in one or two sentences.
 * @param reports steps of a round, or one
 */
export function purposeText(reports: StepReport[], facts: ModelFacts): string {
  if (reports.length > 1)
    return translate("A round (paper §2): {steps}, in the paper’s order on the same mini-batch.", {
      steps: stepCountText(reports),
    });
  if (!facts.priorCosts.length) return PHASES[reports[0].phase].purpose;
  const purposes = facts.priorCosts
    .map((name) => PRIOR_TERMS[name].purpose)
    .reduce((first, second) => translate("{first}, and {second}", { first, second }));
  return translate(
    "Reconstruction and prior together: encoder and decoder learn to reconstruct each image, while {purposes}. There is no adversary.",
    { purposes },
  );
}

/** The numbers of steps in a round, in words. */
function stepCountText(reports: StepReport[]): string {
  const discriminations = reports.filter(({ phase }) => phase === "discrimination").length;
  return discriminations > 1
    ? translate("{count} steps of D and one of each other phase", { count: NUMBER_WORDS[discriminations] })
    : translate("one step of each phase");
}

export const LANES = [translate("What goes in"), translate("What is computed"), translate("The cost, and what moves")];

const NET_NAMES: Record<string, string> = {
  encoder: translate("the encoder"),
  decoder: translate("the decoder"),
  discriminator: "D",
  content_discriminator: translate("the second D"),
  heads: translate("the heads"),
};

/** Names with commas and an “and”. */
export function joinNetNames(names: string[]): string {
  const nets = names.map((name) => NET_NAMES[name] ?? name);
  if (nets.length < 2) return nets.join();
  return translate("{names} and {last}", { names: nets.slice(0, -1).join(", "), last: nets[nets.length - 1] });
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Which networks moved and which did not, in one sentence. */
export function movementSentence({ moved, still }: StepReport): string {
  const names = Object.keys(moved);
  const nets = { moved: capitalize(joinNetNames(names)), still: joinNetNames(still) };
  if (!names.length)
    return still.length
      ? translate("Nothing moved; {still} stood still, bit for bit.", nets)
      : translate("Nothing moved.");
  return still.length
    ? translate("{moved} moved; {still} stood still, bit for bit.", nets)
    : translate("{moved} moved.", nets);
}

/**
 * The name of the reconstruction phase's loss.
 * @param priorCosts names of the losses added to it
 */
function reconstructionCostName(priorCosts: string[]) {
  if (!priorCosts.length) return translate("The reconstruction cost");
  return priorCosts.join() === "kl"
    ? translate("The negative ELBO, reconstruction and KL together,")
    : translate("The cost of reconstruction and prior together");
}

/**
 * A loss's change, in words.
 * @param cost its name
 * @param loss before, after
 */
function changeText(cost: string, [before, after]: [number, number]): string {
  const [from, to] = [before, after].map((value) => formatNumber(value, 3));
  if (from === to) return translate("{cost} stayed at {from}", { cost, from });
  return after < before
    ? translate("{cost} fell from {from} to {to}", { cost, from, to })
    : translate("{cost} rose from {from} to {to}", { cost, from, to });
}

/** What goes into the discriminators. */
function discriminatorInputText(
  values: { batch: number; size: number },
  inferred: boolean,
  discriminatorSeesContent: boolean,
): string {
  if (inferred)
    return discriminatorSeesContent
      ? translate(
          "The {size} codes z of mini-batch {batch}, held fixed, and {size} new samples of the prior go into D, each with the y of an image; y likewise into the second D.",
          values,
        )
      : translate(
          "The {size} codes z of mini-batch {batch}, held fixed, and {size} new samples of the prior go into D; y likewise into the second D.",
          values,
        );
  return discriminatorSeesContent
    ? translate(
        "The {size} codes z of mini-batch {batch}, held fixed, and {size} new samples of the prior go into D, each with the y of an image.",
        values,
      )
    : translate(
        "The {size} codes z of mini-batch {batch}, held fixed, and {size} new samples of the prior go into D.",
        values,
      );
}

/** A mean of D(z), if there is one. */
const meanText = (value: number | null): string => (value === null ? "–" : formatNumber(value));

/** The captions of the three lanes. */
export function laneCaptions(report: StepReport, facts: ModelFacts, means: Means): string[] {
  const [inputCaption, outputCaption, cost] = PHASES[report.phase].captions(report, facts, means);
  return [inputCaption, outputCaption, translate("{cost}. {movement}", { cost, movement: movementSentence(report) })];
}

/** The captions of a whole round. */
export function roundCaptions(reports: StepReport[], facts: ModelFacts, means: Means): [string, string, string] {
  const costs = reports.map(
    ({ phase, loss }) => `${PHASES[phase].letter} ${formatNumber(loss[0], 3)} → ${formatNumber(loss[1], 3)}`,
  );
  const values = { size: facts.size, batch: reports[0].batch };
  return [
    means.dp === null
      ? translate("{size} images of mini-batch {batch} went in.", values)
      : translate("{size} images of mini-batch {batch} went in, and {size} samples of the prior.", values),
    means.d2 === null
      ? translate("Their codes, and reconstructions of them.")
      : translate("Their codes, and reconstructions of them; D gives the codes {mean} on average.", {
          mean: formatNumber(means.d2),
        }),
    translate("{steps}, each moving its own nets only. Costs: {costs}.", {
      steps: capitalize(stepCountText(reports)),
      costs: costs.join(", "),
    }),
  ];
}

/** The losses of a round, each with what it highlights. */
export const roundTerms = (reports: StepReport[], facts: ModelFacts): Term[] =>
  reports.map((report) => ({ ...equationTerms(report, facts)[0], lights: PHASES[report.phase].beats[2] }));

/** The equation of a phase as terms, each with what it highlights and its value before the step. */
export function equationTerms({ phase, loss: [loss], terms: parts }: StepReport, facts: ModelFacts): Term[] {
  const { letter, lights, terms } = PHASES[phase];
  const values = Object.values(parts).map(([valueBefore]) => valueBefore);
  const remainder = loss - values.reduce((sum, value) => sum + value, 0);
  const contentTerms =
    values.length && Math.abs(remainder) > 1e-3
      ? [
          {
            text: translate("+ the same for the class y"),
            value: formatNumber(remainder, 3),
            lights: ["y", "py", "Dy", "dOfY"],
          },
        ]
      : [];
  const cost = { text: translate("cost of {phase}", { phase: letter }), value: formatNumber(loss, 3), lights };
  return [cost, ...terms(facts, (name) => formatNumber(parts[name]?.[0] ?? NaN, 3)), ...contentTerms];
}
