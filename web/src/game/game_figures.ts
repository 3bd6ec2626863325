/**
 * The figures of the game that a lesson may show, by their names in `app/lessons/vocabulary.py`. This module touches no
 * elements of the page.
 */

import { PHASES } from "./phase_texts.ts";
import type { Answered as Answer } from "../engine_messages.ts";
import type { Figures } from "../base/event_types.ts";
import type { ManyCodes } from "../engine/many_codes.ts";

/** The letter of a phase in the names of figures. */
const letterOf = (phase: string): string => PHASES[phase].letter.toLowerCase();
const NEIGHBOURS = 5; // by which the class of a code is guessed

/** The figures after an answer; the cost of a phase is missing if the answer has no step of it. */
export function gameFigures({ header, fields }: Answer): Figures {
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

/** The costs before the steps of an answer; of several steps of a phase, before the first. */
export const costsBefore = ({ header }: Answer): Figures =>
  Object.fromEntries(header.records.map(({ phase, loss }) => [`cost_${letterOf(phase)}`, loss[0]]).reverse());

/** The figures of an image that is not encoded many times. */
const NO_CODES: Figures = {
  codes_spread: undefined,
  scatter_draw: undefined,
  scatter_score: undefined,
  means_apart: undefined,
  means_chance: undefined,
};

/** The figures of an image that is encoded many times; those of the score function are unknown without it. */
export function manyCodesFigures(encoded: ManyCodes | null): Figures {
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

export function meanAndVariance(values: ArrayLike<number>): { mean: number; variance: number } {
  const numbers = Array.from(values);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
  return { mean, variance };
}

/** The share of the places at which two lists differ. */
const shareDifferent = (contents: ArrayLike<number>, labels: ArrayLike<number>): number =>
  Array.from(contents).filter((content, index) => content !== labels[index]).length / contents.length;

/** The share of the images whose class is not the commonest of their cluster. */
function shareOutsideMajority(clusters: ArrayLike<number>, labels: ArrayLike<number>): number {
  const labelsByCluster: Map<number, number[]> = new Map();
  Array.from(clusters).forEach((cluster, index) =>
    labelsByCluster.set(cluster, [...(labelsByCluster.get(cluster) ?? []), labels[index]]),
  );
  const majorities = [...labelsByCluster.values()].map((ofCluster) => countOf(ofCluster, mostFrequentValue(ofCluster)));
  return 1 - majorities.reduce((sum, count) => sum + count, 0) / labels.length;
}

const countOf = (values: number[], value: number): number => values.filter((candidate) => candidate === value).length;

/** The commonest of some whole numbers; of those that are equally common the lowest. */
function mostFrequentValue(values: number[]) {
  const sortedValues = [...new Set(values)].sort((a, b) => a - b);
  return sortedValues.reduce((best, value) => (countOf(values, value) > countOf(values, best) ? value : best));
}

/**
 * The share of codes whose class is the commonest among the nearest others.
 * @param xy x and y in turn
 */
function shareGuessedFromCodes(xy: ArrayLike<number>, labels: ArrayLike<number>): number {
  const indices = Array.from(labels, (_, index) => index);
  const isGuessed = (index: number) => {
    const squares = Float64Array.from(indices, (neighbour) =>
      neighbour === index
        ? Infinity
        : (xy[2 * neighbour] - xy[2 * index]) ** 2 + (xy[2 * neighbour + 1] - xy[2 * index + 1]) ** 2,
    );
    return (
      mostFrequentValue(smallestPlaces(squares, NEIGHBOURS).map((neighbour) => labels[neighbour])) === labels[index]
    );
  };
  return indices.filter(isGuessed).length / labels.length;
}

/** The places of the smallest values. */
function smallestPlaces(values: Float64Array, count: number): number[] {
  const places: number[] = [];
  values.forEach((value, index) => {
    if (places.length === count && value >= values[places[count - 1]]) return;
    const insertion = places.findIndex((place) => value < values[place]);
    places.splice(insertion < 0 ? places.length : insertion, 0, index);
    places.length = Math.min(places.length, count);
  });
  return places;
}

/**
 * The root mean square distance of places from their middle.
 * @param xy x and y in turn
 */
export function spreadOf(xy: ArrayLike<number>): number {
  const count = xy.length / 2;
  const middle = [0, 0];
  for (let index = 0; index < xy.length; index++) middle[index % 2] += xy[index] / count;
  let sum = 0;
  for (let index = 0; index < xy.length; index++) sum += (xy[index] - middle[index % 2]) ** 2;
  return Math.sqrt(sum / count);
}
