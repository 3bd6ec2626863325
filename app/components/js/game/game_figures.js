/**
 * The figures of the game that a lesson may show, by their names in `app/lessons/vocabulary.py`. This module touches no
 * elements of the page.
 */

/** @typedef {import("../../engine_messages.js").Answered} Answer */
/** @typedef {{[name: string]: number | undefined}} Figures */

const NEIGHBOURS = 5; // by which the class of a code is guessed
/** Letter of each phase in the names of figures. @type {Object<string, string>} */
const LETTERS = { reconstruction: "r", discrimination: "d", generation: "g", classification: "c" };

/**
 * The figures after an answer; the cost of a phase is missing if the answer has no step of it.
 * @param {Answer} answer
 * @returns {Figures}
 */
export function gameFigures({ header, fields }) {
  const [codesMean, samplesMean] = header.meanD ?? [undefined, undefined];
  const steps = Object.entries(header.counts).map(([phase, count]) => [`steps_${LETTERS[phase]}`, count]);
  const made = header.preview ? [] : header.records;
  return {
    mmd2: header.distance ?? undefined,
    spread: spreadOf(fields.codes.values),
    d_codes: codesMean,
    d_samples: samplesMean,
    ...Object.fromEntries(steps),
    ...Object.fromEntries(made.map(({ phase, loss }) => [`cost_${LETTERS[phase]}`, loss[1]])),
    get y_error() {
      if (!fields.contents) return undefined;
      const isTaught = header.phases.includes("classification");
      return (isTaught ? shareDifferent : shareOutsideMajority)(fields.contents.values, fields.labels.values);
    },
    get z_guess() {
      return shareGuessedFromCodes(fields.codes.values, fields.labels.values);
    },
  };
}

/**
 * The costs before the steps of an answer; of several steps of a phase, before the first.
 * @param {Answer} answer
 * @returns {Figures}
 */
export const costsBefore = ({ header }) =>
  Object.fromEntries(header.records.map(({ phase, loss }) => [`cost_${LETTERS[phase]}`, loss[0]]).reverse());

/**
 * The share of the places at which two lists differ.
 * @param {ArrayLike<number>} contents
 * @param {ArrayLike<number>} labels
 * @returns {number}
 */
const shareDifferent = (contents, labels) =>
  Array.from(contents).filter((content, at) => content !== labels[at]).length / contents.length;

/**
 * The share of the images whose class is not the commonest of their cluster.
 * @param {ArrayLike<number>} clusters
 * @param {ArrayLike<number>} labels
 * @returns {number}
 */
function shareOutsideMajority(clusters, labels) {
  /** @type {Map<number, number[]>} */
  const labelsByCluster = new Map();
  Array.from(clusters).forEach((cluster, at) =>
    labelsByCluster.set(cluster, [...(labelsByCluster.get(cluster) ?? []), labels[at]]),
  );
  const majorities = [...labelsByCluster.values()].map((ofCluster) => countOf(ofCluster, commonest(ofCluster)));
  return 1 - majorities.reduce((sum, count) => sum + count, 0) / labels.length;
}

/** @param {number[]} values @param {number} value @returns {number} */
const countOf = (values, value) => values.filter((each) => each === value).length;

/** The commonest of some whole numbers; of those that are equally common the lowest. @param {number[]} values */
function commonest(values) {
  const ordered = [...new Set(values)].sort((a, b) => a - b);
  return ordered.reduce((best, value) => (countOf(values, value) > countOf(values, best) ? value : best));
}

/**
 * The share of codes whose class is the commonest among the nearest others.
 * @param {ArrayLike<number>} xy x and y in turn
 * @param {ArrayLike<number>} labels
 * @returns {number}
 */
export function shareGuessedFromCodes(xy, labels) {
  const indices = Array.from(labels, (_, at) => at);
  const isGuessed = (/** @type {number} */ at) => {
    const squares = Float64Array.from(indices, (other) =>
      other === at ? Infinity : (xy[2 * other] - xy[2 * at]) ** 2 + (xy[2 * other + 1] - xy[2 * at + 1]) ** 2,
    );
    return commonest(smallest(squares, NEIGHBOURS).map((other) => labels[other])) === labels[at];
  };
  return indices.filter(isGuessed).length / labels.length;
}

/**
 * The places of the smallest values.
 * @param {Float64Array} values
 * @param {number} count
 * @returns {number[]}
 */
function smallest(values, count) {
  /** @type {number[]} */
  const places = [];
  values.forEach((value, at) => {
    if (places.length === count && value >= values[places[count - 1]]) return;
    const before = places.findIndex((place) => value < values[place]);
    places.splice(before < 0 ? places.length : before, 0, at);
    places.length = Math.min(places.length, count);
  });
  return places;
}

/**
 * The root mean square distance of places from their middle.
 * @param {ArrayLike<number>} xy x and y in turn
 * @returns {number}
 */
export function spreadOf(xy) {
  const count = xy.length / 2;
  const middle = [0, 0];
  for (let at = 0; at < xy.length; at++) middle[at % 2] += xy[at] / count;
  let sum = 0;
  for (let at = 0; at < xy.length; at++) sum += (xy[at] - middle[at % 2]) ** 2;
  return Math.sqrt(sum / count);
}
