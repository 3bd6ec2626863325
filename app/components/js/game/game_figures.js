/**
 * The figures of the game that a lesson may show, by their names in `app/lessons/vocabulary.py`. This module touches no
 * elements of the page.
 */

import { PHASES } from "./phase_texts.js";

/** @typedef {import("../../engine_messages.js").Answered} Answer */
/** @typedef {import("../lessons/figures.js").Figures} Figures */

/** The letter of a phase in the names of figures. @param {string} phase @returns {string} */
const letterOf = (phase) => PHASES[phase].letter.toLowerCase();

/**
 * The figures after an answer; the cost of a phase is missing if the answer has no step of it.
 * @param {Answer} answer
 * @returns {Figures}
 */
export function gameFigures({ header, fields }) {
  const [codesMean, samplesMean] = header.meanD ?? [undefined, undefined];
  const steps = Object.entries(header.counts).map(([phase, count]) => [`steps_${letterOf(phase)}`, count]);
  const records = header.preview ? [] : header.records;
  return {
    mmd2: header.distance ?? undefined,
    spread: spreadOf(fields.codes.values),
    d_codes: codesMean,
    d_samples: samplesMean,
    ...Object.fromEntries(steps),
    ...Object.fromEntries(records.map(({ phase, loss }) => [`cost_${letterOf(phase)}`, loss[1]])),
  };
}

/**
 * The costs before the steps of an answer; of several steps of a phase, before the first.
 * @param {Answer} answer
 * @returns {Figures}
 */
export const costsBefore = ({ header }) =>
  Object.fromEntries(header.records.map(({ phase, loss }) => [`cost_${letterOf(phase)}`, loss[0]]).reverse());

/** The figures of an image that is not encoded many times. @type {Figures} */
const NO_CODES = {
  codes_spread: undefined,
  scatter_draw: undefined,
  scatter_score: undefined,
  means_apart: undefined,
  means_chance: undefined,
};

/**
 * The figures of an image that is encoded many times; those of the score function are unknown without it.
 * @param {import("../engine/many_codes.js").ManyCodes | null} encoded
 * @returns {Figures}
 */
export function manyCodesFigures(encoded) {
  if (!encoded) return NO_CODES;
  const { codes, byDraw, byScore } = encoded;
  const draw = meanAndVariance(byDraw);
  const figures = { ...NO_CODES, codes_spread: spreadOf(codes), scatter_draw: Math.sqrt(draw.variance) };
  if (!byScore) return figures;
  const score = meanAndVariance(byScore);
  return {
    ...figures,
    scatter_score: Math.sqrt(score.variance),
    means_apart: Math.abs(draw.mean - score.mean),
    means_chance: 3 * Math.sqrt((draw.variance + score.variance) / byDraw.length),
  };
}

/** @param {ArrayLike<number>} values @returns {{mean: number, variance: number}} */
export function meanAndVariance(values) {
  const numbers = Array.from(values);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return { mean, variance };
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
