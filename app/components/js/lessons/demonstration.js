/**
 * What a lesson performs in the learner's place when she asks to be shown: the actions that lead to a page's goal. They
 * are those that the lesson's file performs without a learner, or the goal itself where it says what to do.
 */

/** @import { PerformedAction } from "../base/event_types.js" */
/** @import { Goal } from "../../messages.js" */

const OVERSHOOT_FACTOR = 1.05; // how much farther than asked z goes

/** How a goal says what to do, by its kind. @type {Object<string, (goal: Goal) => PerformedAction>} */
const ACTIONS_OF_GOALS = {
  step: ({ phase, times }) => ({ do: "step", phase, times }),
  rounds: ({ times }) => ({ do: "rounds", times }),
  rule: ({ rule, least, most }) => ({ do: "rule", rule, value: least ?? most }),
  z: ({ near, beyond }) => (near ? { do: "z", to: near } : { do: "beyond", distance: beyond }),
  layer: ({ layer, on }) => ({ do: "layer", layer, on }),
};

/**
 * @param {Goal} goal
 * @param {PerformedAction[]} performs what the lesson's file says
 * @returns {PerformedAction[]} [] for a goal that only the learner can reach
 */
export function actionsToGoal(goal, performs) {
  if (performs.length) return performs;
  const actionOf = ACTIONS_OF_GOALS[goal.kind];
  return actionOf ? [actionOf(goal)] : [];
}

/**
 * The point a little beyond a distance from the origin, in the direction of z, or along the first dimension from there.
 * @param {ArrayLike<number>} z
 * @param {number} distance
 * @returns {Float32Array}
 */
export function pointBeyond(z, distance) {
  const length = Math.hypot(...Array.from(z));
  const direction = length > 0 ? Array.from(z, (value) => value / length) : Array.from(z, (_, j) => (j ? 0 : 1));
  return Float32Array.from(direction, (value) => OVERSHOOT_FACTOR * distance * value);
}
