/**
 * What a lesson performs in the learner's place when she asks to be shown: the actions that lead to a page's goal. They
 * are those that the lesson's file performs without a learner, or the goal itself where it says what to do.
 */

import type { PerformedAction } from "../base/event_types.ts";
import type { Goal } from "../messages.ts";

const OVERSHOOT_FACTOR = 1.05; // how much farther than asked z goes

/** How a goal says what to do, by its kind. */
const ACTIONS_OF_GOALS: Record<string, (goal: Goal) => PerformedAction> = {
  step: ({ phase, times }) => ({ do: "step", phase, times }),
  rounds: ({ times }) => ({ do: "rounds", times }),
  rule: ({ rule, least, most }) => ({ do: "rule", rule, value: least ?? most }),
  z: ({ near, beyond }) => (near ? { do: "z", to: near } : { do: "beyond", distance: beyond }),
  layer: ({ layer, on }) => ({ do: "layer", layer, on }),
};

/**
 * @param performs what the lesson's file says
 * @returns [] for a goal that only the learner can reach
 */
export function actionsToGoal(goal: Goal, performs: PerformedAction[]): PerformedAction[] {
  if (performs.length) return performs;
  const actionOf = ACTIONS_OF_GOALS[goal.kind];
  return actionOf ? [actionOf(goal)] : [];
}

/**
 * The point a little beyond a distance from the origin, in the direction of z, or along the first dimension from there.
 */
export function pointBeyond(z: ArrayLike<number>, distance: number): Float32Array {
  const length = Math.hypot(...Array.from(z));
  const direction = length > 0 ? Array.from(z, (value) => value / length) : Array.from(z, (_, j) => (j ? 0 : 1));
  return Float32Array.from(direction, (value) => OVERSHOOT_FACTOR * distance * value);
}
