/**
 * The whole state of a game in progress, so that it continues exactly where it was after the page is loaded again:
 * weights and momenta, random numbers, the current mini-batch, and what was counted.
 */

/** @typedef {import("./game.js").LiveGame} LiveGame */
/**
 * @typedef {{weights: Float32Array[], velocities: Float32Array[], words: Uint32Array, position: number, samplesAhead:
 *   import("./matrix.js").Matrix, stepCount: number, batch: import("./phases.js").Batch | null, isBatchUsed: boolean,
 *   counts: Object<string, number>, costs: Object<string, [number, number]>, distances: number[], halfWidth: number}}
 * SavedState
 */

/** @param {LiveGame} live @returns {SavedState} */
export function captureState(live) {
  const { training, batch, isBatchUsed, counts, costs, distances, halfWidth } = live;
  const { random, samplesAhead } = training.draws;
  return {
    weights: weightsOf(live),
    velocities: velocitiesOf(live),
    words: random.words,
    position: random.position,
    samplesAhead,
    stepCount: training.stepCount,
    batch,
    isBatchUsed,
    counts,
    costs,
    distances,
    halfWidth,
  };
}

/**
 * Brings a game that has just begun into a saved state.
 * @param {LiveGame} live
 * @param {SavedState} state of a game that began with the same setup
 * @returns {boolean} false if it does not fit this game, which is then left as it is
 */
export function restoreState(live, state) {
  const { training } = live;
  const { random } = training.draws;
  const present = [...weightsOf(live), ...velocitiesOf(live), random.words];
  if (!areAsLong(present, [...state.weights, ...state.velocities, state.words])) return false;
  copyInto(weightsOf(live), state.weights);
  copyInto(velocitiesOf(live), state.velocities);
  random.words.set(state.words);
  random.position = state.position;
  training.draws.samplesAhead = state.samplesAhead;
  training.stepCount = state.stepCount;
  const { batch, isBatchUsed, counts, costs, distances, halfWidth } = state;
  Object.assign(live, { batch, isBatchUsed, counts, costs, distances, halfWidth });
  return true;
}

/** @param {LiveGame} live @returns {Float32Array[]} */
const weightsOf = ({ training }) => Object.values(training.model.nets).flatMap((net) => net.parameters);

/** @param {LiveGame} live @returns {Float32Array[]} */
const velocitiesOf = ({ training }) =>
  [...training.optimisers.values()].flatMap((optimiser) => [...optimiser.velocities.values()].flat());

/**
 * @param {(Float32Array | Uint32Array)[]} present
 * @param {(Float32Array | Uint32Array)[]} saved
 * @returns {boolean} whether there are as many arrays, each as long as its counterpart
 */
const areAsLong = (present, saved) =>
  present.length === saved.length && present.every((values, k) => values.length === saved[k].length);

/**
 * @param {Float32Array[]} present
 * @param {Float32Array[]} saved
 */
function copyInto(present, saved) {
  present.forEach((values, k) => values.set(saved[k]));
}
