/**
 * Whether the learner's actions reach the goal of a page; the goals are the rows of `app/lessons/vocabulary.py`.
 *
 * Actions arrive as the page's event "did", in which a component reports `what` was done, with details.
 */

import { formatNumber } from "../base/number_format.js";
import { LIMIT_CHECKS } from "./figures.js";

/** @typedef {{what: string} & Object<string, any>} Action */
/** @typedef {import("../../messages.js").Goal} Goal */
/**
 * @typedef {{goal: Goal, first: Object<string, string>, count: number, latest?: string}} Task a goal, the settings with
 *   which the lesson's page began, the count so far, and the latest value of the setting that the goal is about
 */
/** @typedef {Task & {goal: Required<Goal>}} Known a task whose goal has all parameters of its kind */

/** @param {string | undefined} text @returns {number[] | null} the code in a link's text */
const parseCode = (text) => (text ? text.split(",").map(Number) : null);

/**
 * @param {ArrayLike<number>} z
 * @param {number[]} [from]
 * @returns {number}
 */
const distanceBetween = (z, from = []) => Math.hypot(...Array.from(z).map((value, j) => value - (from[j] ?? 0)));

/**
 * @param {Known["goal"]} goal
 * @param {ArrayLike<number> | null} z
 * @returns {boolean}
 */
const isAtGoal = ({ beyond, within, near }, z) =>
  Boolean(z) &&
  (within === undefined
    ? distanceBetween(/** @type {any} */ (z)) > beyond
    : distanceBetween(/** @type {any} */ (z), near) < within);

/**
 * Adds to the count.
 * @param {Known} task
 * @param {number} more
 * @returns {boolean} whether the goal is reached
 */
const addToCountAndCheckGoal = (task, more) => (task.count += more) >= task.goal.times;

/**
 * @param {number} value
 * @param {Known["goal"]} goal
 * @returns {boolean}
 */
const isRuleReached = (value, { least, most }) => (least === undefined ? value <= most : value >= least);

/**
 * @param {number | undefined} value of a figure, undefined if it is unknown
 * @param {Known["goal"]} goal
 * @returns {boolean}
 */
function isBeyondLimit(value, { above, below }) {
  if (value === undefined) return false;
  return above === undefined ? LIMIT_CHECKS.below(value, below) : LIMIT_CHECKS.above(value, above);
}

/** By kind of goal: whether an action reaches it. @type {Object<string, (task: Known, did: Action) => boolean>} */
export const GOAL_CHECKS = {
  answer: (_, { what }) => what === "answer",
  z: ({ goal }, { what, z, query }) =>
    what === "z" ? isAtGoal(goal, z) : what === "address" && isAtGoal(goal, parseCode(query.z)),
  layer: ({ goal: { layer, on = true } }, { what, layers, query }) => {
    const shown =
      what === "layers" ? layers : what === "address" && query.layers !== undefined ? query.layers.split(",") : null;
    return Boolean(shown) && shown.includes(layer) === on;
  },
  pick: (_, { what }) => what === "pick",
  moment: ({ goal: { before } }, { what, step, query }) =>
    (what === "moment" && step !== null && step <= before) ||
    (what === "address" && query.frame !== undefined && Number(query.frame) <= before),
  step: (task, { what, phase, times }) =>
    what === "step" && phase === task.goal.phase && addToCountAndCheckGoal(task, times),
  rounds: (task, { what, times }) => what === "round" && addToCountAndCheckGoal(task, times),
  rule: ({ goal }, { what, rules, query }) => {
    const value = what === "rules" ? rules[goal.rule] : what === "address" ? query[`game.${goal.rule}`] : undefined;
    return value !== undefined && isRuleReached(Number(value), goal); // default values are not in the address
  },
  setting: (task, { what, query }) => {
    const { goal } = task;
    const value = what === "address" ? query[goal.setting] : undefined;
    if (value === undefined) return false;
    if (goal.is !== undefined) return value === goal.is;
    const former = task.latest ?? task.first[goal.setting];
    if (value === former) return false;
    task.latest = value;
    return goal.times === undefined || addToCountAndCheckGoal(task, 1);
  },
  samples: (task, { what }) => what === "sample" && addToCountAndCheckGoal(task, 1),
  figure: ({ goal }, { what, figures }) => what === "figures" && isBeyondLimit(figures[goal.figure], goal),
  paint: (_, { what }) => what === "paint",
  draw: (_, { what }) => what === "draw",
};

/**
 * Whether an action reaches the goal.
 * @param {Task} task
 * @param {Action} did
 * @returns {boolean}
 */
export const reachesGoal = (task, did) => Boolean(GOAL_CHECKS[task.goal.kind]?.(/** @type {Known} */ (task), did));

/**
 * The progress of a goal that is counted; "" at its beginning and end, and for other goals.
 * @param {Task} task
 * @returns {string}
 */
export const progressText = ({ goal: { times = 0 }, count }) =>
  times > 1 && count > 0 && count < times ? `${formatNumber(count, 0)} of ${times}` : "";

/** The settings of an address. @param {string} search @returns {Object<string, string>} */
export const parseQuery = (search) => Object.fromEntries(new URLSearchParams(search));
