/**
 * The whole state of a game in progress, so that it continues exactly where it was after the page is loaded again:
 * weights and momenta, random numbers, the noise on the current mini-batch, and what was counted. The images of the
 * mini-batch follow from the number of the step.
 */

import type { LiveGame } from "./game.ts";
import type { Matrix } from "./matrix.ts";
import type { Batch } from "./phases.ts";

/**
 * noisy: the current mini-batch's images as the encoder sees them, and the labelled ones; null without noise on them.
 */
export type SavedState = {
  weights: Float32Array[];
  velocities: Float32Array[];
  words: Uint32Array;
  position: number;
  samplesAhead: Matrix;
  stepCount: number;
  noisy: { x: Matrix; labelled: Matrix | null } | null;
  isBatchUsed: boolean;
  counts: Record<string, number>;
  costs: Record<string, [number, number]>;
  distances: number[];
  halfWidth: number;
};

export function captureState(live: LiveGame): SavedState {
  const { training, batch, isBatchUsed, counts, costs, distances, halfWidth } = live;
  const { random, samplesAhead } = training.draws;
  return {
    weights: weightsOf(live),
    velocities: velocitiesOf(live),
    words: random.words,
    position: random.position,
    samplesAhead,
    stepCount: training.stepCount,
    noisy: batch && batch.noisy !== batch.x ? { x: batch.noisy, labelled: batch.labelled && batch.labelled.x } : null,
    isBatchUsed,
    counts,
    costs,
    distances,
    halfWidth,
  };
}

/**
 * Brings a game that has just begun into a saved state.
 * @param state of a game that began with the same setup; it may be damaged
 * @returns false if anything in it does not fit this game, which is then left as it is
 */
export function restoreState(live: LiveGame, state: SavedState): boolean {
  if (!fitsGame(live, state)) return false;
  const { training } = live;
  const { random } = training.draws;
  const { noisy, isBatchUsed, counts, costs, distances, halfWidth } = state;
  copyInto(weightsOf(live), state.weights);
  copyInto(velocitiesOf(live), state.velocities);
  random.words.set(state.words);
  random.position = state.position;
  training.draws.samplesAhead = state.samplesAhead;
  training.stepCount = state.stepCount;
  const batch = cleanBatch(live, state.stepCount);
  if (batch && noisy) {
    batch.noisy = noisy.x;
    if (batch.labelled && noisy.labelled) batch.labelled.x = noisy.labelled;
  }
  Object.assign(live, { batch, isBatchUsed, counts, costs, distances, halfWidth });
  return true;
}

const weightsOf = ({ training }: LiveGame): Float32Array[] =>
  Object.values(training.model.nets).flatMap((net) => net.parameters);

const velocitiesOf = ({ training }: LiveGame): Float32Array[] =>
  [...training.optimisers.values()].flatMap((optimiser) => [...optimiser.velocities.values()].flat());

/** The current mini-batch without noise; null before the first. */
const cleanBatch = ({ training }: LiveGame, stepCount: number) =>
  stepCount ? training.cleanBatch(stepCount - 1) : null;

function copyInto(currentLists: Float32Array[], saved: Float32Array[]) {
  currentLists.forEach((values, k) => values.set(saved[k]));
}

// Checks of a state that was read, in which anything may be missing ---------------------------------------------------

function fitsGame(live: LiveGame, state: SavedState): boolean {
  const { random, samplesAhead } = live.training.draws;
  return (
    isRecord(state) &&
    areArraysLike(state.weights, weightsOf(live)) &&
    areArraysLike(state.velocities, velocitiesOf(live)) &&
    isArrayLike(state.words, random.words) &&
    isCount(state.position) &&
    state.position <= random.words.length &&
    isMatrix(state.samplesAhead, state.samplesAhead?.rows, samplesAhead.columns) &&
    isCount(state.stepCount) &&
    isNoiseOn(state.noisy, cleanBatch(live, state.stepCount)) &&
    typeof state.isBatchUsed === "boolean" &&
    isRecord(state.counts) &&
    Object.keys(state.counts).length === live.phases.length &&
    live.phases.every((phase) => isCount(state.counts[phase])) &&
    isRecord(state.costs) &&
    Object.entries(state.costs).every(([phase, pair]) => live.phases.includes(phase) && areNumbers(pair, 2)) &&
    areNumbers(state.distances) &&
    Number.isFinite(state.halfWidth) &&
    state.halfWidth >= live.minHalfWidth
  );
}

const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** @returns whether it is an integer from 0 */
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

/**
 * @param length any, if it is not given
 * @returns whether they are finite numbers in a list
 */
const areNumbers = (values: unknown, length?: number): boolean =>
  Array.isArray(values) && values.length === (length ?? values.length) && values.every(Number.isFinite);

/** @returns whether they are as many finite numbers of the same type */
const isArrayLike = (values: Float32Array | Uint32Array, currentList: Float32Array | Uint32Array): boolean =>
  values instanceof currentList.constructor && values.length === currentList.length && values.every(Number.isFinite);

const areArraysLike = (lists: Float32Array[], currentLists: Float32Array[]): boolean =>
  Array.isArray(lists) &&
  lists.length === currentLists.length &&
  currentLists.every((values, k) => isArrayLike(lists[k], values));

const isMatrix = (value: Matrix | null | undefined, rows: number, columns: number): boolean =>
  isCount(rows) &&
  value?.rows === rows &&
  value.columns === columns &&
  isArrayLike(value.values, new Float32Array(rows * columns));

/** @param batch without noise */
function isNoiseOn(noisy: SavedState["noisy"], batch: Batch | null): boolean {
  if (noisy === null) return true;
  if (!batch || !isRecord(noisy)) return false;
  const [{ x, labelled }, labelledBatch] = [noisy, batch.labelled];
  return (
    isMatrix(x, batch.x.rows, batch.x.columns) &&
    (labelledBatch ? isMatrix(labelled, labelledBatch.x.rows, labelledBatch.x.columns) : labelled === null)
  );
}
