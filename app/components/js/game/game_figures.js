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

/**
 * The root mean square distance of places from their middle.
 * @param {ArrayLike<number>} xy x and y in turn
 * @returns {number}
 */
function spreadOf(xy) {
  const count = xy.length / 2;
  const middle = [0, 0];
  for (let at = 0; at < xy.length; at++) middle[at % 2] += xy[at] / count;
  let sum = 0;
  for (let at = 0; at < xy.length; at++) sum += (xy[at] - middle[at % 2]) ** 2;
  return Math.sqrt(sum / count);
}
