/**
 * Whether the learner's actions reach the goal of a page; the goals are the rows of `app/lessons/vocabulary.py`.
 *
 * Actions arrive as the page's event "did", in which a component reports the `kind` of what was done, with details.
 */

import { formatNumber } from "../base/number_format.js";
import { translate } from "../base/translate.js";
import { LIMIT_CHECKS } from "./figures.js";

/** @typedef {import("../base/event_types.js").Action} Action */
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
function isAtGoal({ beyond, within, near }, z) {
  if (!z) return false;
  return within === undefined ? distanceBetween(z) > beyond : distanceBetween(z, near) < within;
}

/**
 * The layers that are on, as an action tells; null if it tells nothing of layers.
 * @param {Action} action
 * @returns {string[] | null}
 */
function layersAfter(action) {
  if (action.kind === "layers") return action.layers;
  if (action.kind === "address" && action.query.layers !== undefined) return action.query.layers.split(",");
  return null;
}

/**
 * A rule's value, as an action tells; undefined if it tells nothing of the rule. Default values are not in the address.
 * @param {Action} action
 * @param {string} rule
 * @returns {number | string | undefined}
 */
function ruleAfter(action, rule) {
  if (action.kind === "rules") return action.rules[rule];
  return action.kind === "address" ? action.query[`game.${rule}`] : undefined;
}

/**
 * Adds to the count.
 * @param {Known} task
 * @param {number} [increment]
 * @returns {boolean} whether the goal is reached
 */
const addToCountAndCheckGoal = (task, increment = 1) => (task.count += increment) >= task.goal.times;

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

/** By kind of goal: whether an action reaches it. @type {Object<string, (task: Known, action: Action) => boolean>} */
export const GOAL_CHECKS = {
  answer: (_, { kind }) => kind === "answer",
  z: ({ goal }, action) => {
    if (action.kind === "z") return isAtGoal(goal, action.z);
    return action.kind === "address" && isAtGoal(goal, parseCode(action.query.z));
  },
  layer: ({ goal: { layer, on = true } }, action) => {
    const layers = layersAfter(action);
    return layers !== null && layers.includes(layer) === on;
  },
  pick: (_, { kind }) => kind === "pick",
  moment: ({ goal: { before } }, action) => {
    if (action.kind === "moment") return action.step !== null && action.step <= before;
    return action.kind === "address" && action.query.frame !== undefined && Number(action.query.frame) <= before;
  },
  step: (task, action) =>
    action.kind === "step" && action.phase === task.goal.phase && addToCountAndCheckGoal(task, action.times),
  rounds: (task, action) => action.kind === "round" && addToCountAndCheckGoal(task, action.times),
  rule: ({ goal }, action) => {
    const value = ruleAfter(action, goal.rule);
    return value !== undefined && isRuleReached(Number(value), goal);
  },
  setting: (task, action) => {
    const { goal } = task;
    const value = action.kind === "address" ? action.query[goal.setting] : undefined;
    if (value === undefined) return false;
    if (goal.is !== undefined) return value === goal.is;
    const previousValue = task.latest ?? task.first[goal.setting];
    if (value === previousValue) return false;
    task.latest = value;
    return goal.times === undefined || addToCountAndCheckGoal(task);
  },
  samples: (task, { kind }) => kind === "sample" && addToCountAndCheckGoal(task),
  figure: ({ goal }, action) => action.kind === "figures" && isBeyondLimit(action.figures[goal.figure], goal),
  paint: (_, { kind }) => kind === "paint",
  draw: (_, { kind }) => kind === "draw",
};

/**
 * Whether an action reaches the goal.
 * @param {Task} task
 * @param {Action} action
 * @returns {boolean}
 */
export const reachesGoal = (task, action) =>
  Boolean(GOAL_CHECKS[task.goal.kind]?.(/** @type {Known} */ (task), action));

/**
 * The progress of a goal that is counted; "" at its beginning and end, and for other goals.
 * @param {Task} task
 * @returns {string}
 */
export const progressText = ({ goal: { times = 0 }, count }) =>
  times > 1 && count > 0 && count < times
    ? translate("{count} of {total}", { count: formatNumber(count, 0), total: times })
    : "";

/** The settings of an address. @param {string} search @returns {Object<string, string>} */
export const parseQuery = (search) => Object.fromEntries(new URLSearchParams(search));
