/**
 * The texts of each phase: its button, its equation, and the three beats of a step with what they highlight.
 */

import { formatNumber } from "../base/number_format.js";

/** @typedef {import("../../engine_messages.js").Step} StepReport a step as the player reports it */
/**
 * @typedef {{pulls: string[], name: string, size: number, noise: number, content: boolean, inferred: boolean,
 *   told: boolean}} ModelFacts the model, and the size and noise of a mini-batch; content: whether there is a content y; inferred:
 *   whether the encoder infers it, and a second discriminator D_y judges it; told: whether D is told it
 */
/**
 * @typedef {{d: number | null, d2: number | null, dp: number | null, dy: number | null, dy2: number | null}} Means
 *   means of D(z) of codes before and after, and of samples of the prior, and of D_y of contents before and after
 */
/** @typedef {{text: string, value?: string, lights?: string[]}} Term of an equation */

/**
 * A phase: its button; why: its purpose; beats: what each beat of a step highlights, parts of the graph and, after
 * "plane:", layers of the plane; captions: of the three lanes, the last without its end; lights: what its loss
 * highlights; terms: the terms of its equation with their values before the step.
 * @typedef {{letter: string, key: string, act: string, why: string, beats: string[][], captions: (said: StepReport,
 *   about: ModelFacts, means: Means) => string[],
 *   lights: string[], terms: (about: ModelFacts, value: (name: string) => string) => Term[]}} Phase
 */

/** The phases in the paper's order. @type {Object<string, Phase>} */
export const PHASES = {
  reconstruction: {
    letter: "R",
    key: "r",
    act: "reconstruct",
    why:
      "Reconstruction (paper §2): encoder and decoder learn to reconstruct each image from its code. Nothing " +
      "else constrains the codes here.",
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
    captions: ({ batch, loss }, { size, noise, content, pulls }) => [
      `${size} images x go in, mini-batch ${batch}${noise ? "; the encoder sees them with noise" : ""}.`,
      `The encoder maps each to a code z; the decoder draws x̂ from z${content ? " and the class" : " alone"}.`,
      `${reconstructionCostName(pulls)} ${changeText(loss)}`,
    ],
    lights: ["x", "xhat"],
    terms: ({ pulls, name }) => [
      { text: pulls.includes("kl") ? "= − log p(x|z)" : "= ½ ‖x − x̂‖²", lights: ["x", "xhat", "cost"] },
      ...pulls.map((pull) => ({
        text: `+ ${(TERM_WEIGHTS[name] ?? TERM_WEIGHTS.else)[pull]}${PRIOR_TERMS[pull].text}`,
        lights: ["z", "plane:items", "plane:prior"],
      })),
      ...(pulls.length ? [] : [{ text: "with x̂ = decoder(encoder(x))", lights: ["encoder", "z", "decoder"] }]),
    ],
  },
  discrimination: {
    letter: "D",
    key: "d",
    act: "discriminate",
    why:
      "Discrimination (paper §2, first half of the regularization phase): D learns to tell samples of the " +
      "prior, the real ones, from codes, the fake ones.",
    beats: [
      ["z", "p", "z-D", "p-D", "plane:batch", "plane:items", "plane:prior"],
      ["z", "p", "D", "z-D", "p-D", "D-dOfZ", "dOfZ", "plane:batch", "plane:items", "plane:prior", "plane:surface"],
      ["D", "dOfZ", "plane:surface", "plane:prior", "plane:batch"],
    ],
    captions: ({ batch, loss }, { size, inferred, told }, { d, dp, dy }) => [
      `The ${size} codes z of mini-batch ${batch}, held fixed, and ${size} new samples of the prior go into D` +
        `${told ? ", each with the y of an image" : ""}${inferred ? "; y likewise into the second D" : ""}.`,
      `D gives each the probability that it comes from the prior: on average ${meanText(dp)} to the samples, ` +
        `${meanText(d)} to the codes${inferred ? `; the second D gives y ${meanText(dy)}` : ""}.`,
      `D’s cost ${changeText(loss)}`,
    ],
    lights: ["D"],
    terms: (_, value) => [
      {
        text: "= − mean log D(z′), z′ ~ p(z)",
        value: value("real"),
        lights: ["p", "D", "plane:prior", "plane:surface"],
      },
      {
        text: "− mean log (1 − D(z)), z = encoder(x)",
        value: value("fake"),
        lights: ["z", "D", "plane:batch", "plane:items", "plane:surface"],
      },
    ],
  },
  generation: {
    letter: "G",
    key: "g",
    act: "fool D",
    why:
      "Generation (paper §2, second half of the regularization phase): the encoder moves its codes so that D " +
      "takes them for samples of the prior. While D is up to date, this pulls q(z) towards p(z).",
    beats: [
      ["x", "x-encoder", "encoder", "encoder-z", "z", "plane:items", "plane:batch"],
      ["z", "z-D", "D", "D-dOfZ", "dOfZ", "plane:surface", "plane:items", "plane:batch"],
      ["encoder", "dOfZ", "z", "plane:codes", "plane:items", "plane:arrows", "plane:surface"],
    ],
    captions: ({ loss }, { size, inferred }, { d, d2, dy, dy2 }) => [
      `The same ${size} images go through the encoder once more.`,
      `D, now held fixed, judges their codes: D(z) is ${meanText(d)} on average` +
        `${inferred ? `, and the second D judges y: ${meanText(dy)}` : ""}.`,
      `G’s cost ${changeText(loss)}; D(z) is now ${meanText(d2)} on average` +
        `${inferred ? `, the second D’s output ${meanText(dy2)}` : ""}`,
    ],
    lights: ["encoder"],
    terms: (_, value) => [
      {
        text: "= − mean log D(z), z = encoder(x)",
        value: value("fool"),
        lights: ["z", "D", "dOfZ", "plane:items", "plane:batch", "plane:surface"],
      },
    ],
  },
  classification: {
    letter: "C",
    key: "c",
    act: "classify",
    why: "Classification (paper §5): a few labelled images teach the encoder which class it sees.",
    beats: [
      ["x", "x-encoder"],
      ["x", "encoder", "x-encoder", "encoder-y", "y", "plane:items"],
      ["encoder", "y", "plane:codes", "plane:items", "plane:arrows"],
    ],
    captions: ({ loss }) => [
      "Labelled images go in.",
      "The encoder gives each class a probability, q(y|x).",
      `The cross-entropy with the labels ${changeText(loss)}`,
    ],
    lights: ["encoder"],
    terms: () => [{ text: "= − mean log q(y|x)", lights: ["x", "encoder"] }],
  },
};

/**
 * The losses on the codes that impose the prior without an adversary: their purpose, and their terms in the equation.
 * @type {Object<string, {why: string, text: string}>}
 */
const PRIOR_TERMS = {
  kl: { why: "the KL term (paper §2.1) keeps each q(z|x) near the prior", text: "KL(q(z|x) ‖ p(z))" },
  mmd: {
    why:
      "MMD², a kernel distance between the codes of the mini-batch and as many samples of the prior, keeps q(z) " +
      "near it",
    text: "MMD²(q(z), p(z))",
  },
  sliced: {
    why:
      "the distance between sorted codes and sorted samples of the prior, along random directions, keeps q(z) " +
      "near it",
    text: "SW²(q(z), p(z))",
  },
};
/**
 * Their weights in the equation: for a particular variant, or else in general.
 * @type {Object<string, Object<string, string>>}
 */
const TERM_WEIGHTS = {
  "info-vae": { kl: "(1 − α) ", mmd: "(α + λ − 1) " },
  else: { kl: "β ", mmd: "λ ", sliced: "λ " },
};
const ROUND_ORDER = "in the paper’s order on the same mini-batch";
const NUMBER_WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/**
 * The purpose of a step or a round, in one or two sentences.
 * @param {StepReport[]} all steps of a round, or one
 * @param {ModelFacts} about
 * @returns {string}
 */
export function purposeText(all, about) {
  if (all.length > 1) return `A round (paper §2): ${stepCountText(all)}, ${ROUND_ORDER}.`;
  if (!about.pulls.length) return PHASES[all[0].phase].why;
  return (
    `Reconstruction and prior together: encoder and decoder learn to reconstruct each image, while ` +
    `${about.pulls.map((name) => PRIOR_TERMS[name].why).join(", and ")}. There is no adversary.`
  );
}

/** The numbers of steps in a round, in words. @param {StepReport[]} reports @returns {string} */
function stepCountText(reports) {
  const discriminations = reports.filter(({ phase }) => phase === "discrimination").length;
  return discriminations > 1
    ? `${NUMBER_WORDS[discriminations]} steps of D and one of each other phase`
    : "one step of each phase";
}

export const LANES = ["What goes in", "What is computed", "The cost, and what moves"];

/** @type {Object<string, string>} */
const NET_NAMES = {
  encoder: "the encoder",
  decoder: "the decoder",
  discriminator: "D",
  content_discriminator: "the second D",
  heads: "the heads",
};

/** Names with commas and an “and”. @param {string[]} names @returns {string} */
export const joinNetNames = (names) =>
  new Intl.ListFormat("en-GB").format(names.map((name) => NET_NAMES[name] ?? name));

/** @param {string} text @returns {string} */
const capitalize = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** Which networks moved and which did not, in one sentence. @param {StepReport} said @returns {string} */
export function movementSentence({ moved, still }) {
  const names = Object.keys(moved);
  const parts = [names.length ? `${capitalize(joinNetNames(names))} moved` : "Nothing moved"];
  if (still.length) parts.push(`${joinNetNames(still)} stood still, bit for bit`);
  return `${parts.join("; ")}.`;
}

/** The name of the reconstruction phase's loss. @param {string[]} pulls names of the losses added to it */
function reconstructionCostName(pulls) {
  if (!pulls.length) return "The reconstruction cost";
  return pulls.join() === "kl"
    ? "The negative ELBO, reconstruction and KL together,"
    : "The cost of reconstruction and prior together";
}

/** A loss's change, in words. @param {[number, number]} loss before, after @returns {string} */
function changeText([before, after]) {
  const [from, to] = [before, after].map((value) => formatNumber(value, 3));
  if (from === to) return `stayed at ${from}`;
  return `${after < before ? "fell" : "rose"} from ${from} to ${to}`;
}

/** A mean of D(z), if there is one. @param {number | null} value @returns {string} */
const meanText = (value) => (value === null ? "–" : formatNumber(value));

/**
 * The captions of the three lanes.
 * @param {StepReport} said
 * @param {ModelFacts} about
 * @param {Means} means
 * @returns {string[]}
 */
export function laneCaptions(said, about, means) {
  const [given, computed, cost] = PHASES[said.phase].captions(said, about, means);
  return [given, computed, `${cost}. ${movementSentence(said)}`];
}

/**
 * The captions of a whole round.
 * @param {StepReport[]} reports
 * @param {ModelFacts} about
 * @param {Means} means
 * @returns {[string, string, string]}
 */
export function roundCaptions(reports, about, means) {
  const costs = reports.map(
    ({ phase, loss }) => `${PHASES[phase].letter} ${formatNumber(loss[0], 3)} → ${formatNumber(loss[1], 3)}`,
  );
  const discriminatorPart = means.d2 === null ? "" : `; D gives the codes ${formatNumber(means.d2)} on average`;
  const samples = means.dp === null ? "" : `, and ${about.size} samples of the prior`;
  return [
    `${about.size} images of mini-batch ${reports[0].batch} went in${samples}.`,
    `Their codes, and reconstructions of them${discriminatorPart}.`,
    `${capitalize(stepCountText(reports))}, each moving its own nets only. Costs: ${costs.join(", ")}.`,
  ];
}

/**
 * The losses of a round, each with what it highlights.
 * @param {StepReport[]} reports
 * @param {ModelFacts} about
 * @returns {Term[]}
 */
export const roundTerms = (reports, about) =>
  reports.map((report) => ({ ...equationTerms(report, about)[0], lights: PHASES[report.phase].beats[2] }));

/**
 * The equation of a phase as terms, each with what it highlights and its value before the step.
 * @param {StepReport} said
 * @param {ModelFacts} about
 * @returns {Term[]}
 */
export function equationTerms({ phase, loss: [loss], terms: parts }, about) {
  const { letter, lights, terms } = PHASES[phase];
  const values = Object.values(parts).map(([before]) => before);
  const remainder = loss - values.reduce((sum, value) => sum + value, 0);
  const others =
    values.length && Math.abs(remainder) > 1e-3
      ? [{ text: "+ the same for the class y", value: formatNumber(remainder, 3), lights: ["y", "py", "Dy", "dOfY"] }]
      : [];
  const cost = { text: `cost of ${letter}`, value: formatNumber(loss, 3), lights };
  return [cost, ...terms(about, (name) => formatNumber(parts[name]?.[0] ?? NaN, 3)), ...others];
}
