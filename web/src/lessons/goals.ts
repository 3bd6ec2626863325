/**
 * Whether the learner's actions reach the goal of a page; the goals are the rows of `app/lessons/vocabulary.py`.
 *
 * Actions arrive as the page's event "did", in which a component reports the `kind` of what was done, with details.
 */

import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import { LIMIT_CHECKS } from "./figures.ts";
import type { Action } from "../base/event_types.ts";
import type { Goal } from "../messages.ts";

/**
 * a goal, the settings with which the lesson's page began, the count so far, and the latest value of the setting that
 * the goal is about
 */
export type Task = { goal: Goal; first: Record<string, string>; count: number; latest?: string };
/** A task whose goal has all parameters of its kind. */
type Known = Task & { goal: Required<Goal> };

/** @returns the code in a link's text */
const parseCode = (text: string | undefined): number[] | null => (text ? text.split(",").map(Number) : null);

const distanceBetween = (z: ArrayLike<number>, from: number[] = []): number =>
  Math.hypot(...Array.from(z).map((value, j) => value - (from[j] ?? 0)));

function isAtGoal({ beyond, within, near }: Known["goal"], z: ArrayLike<number> | null): boolean {
  if (!z) return false;
  return within === undefined ? distanceBetween(z) > beyond : distanceBetween(z, near) < within;
}

/** The layers that are on, as an action tells; null if it tells nothing of layers. */
function layersAfter(action: Action): string[] | null {
  if (action.kind === "layers") return action.layers;
  if (action.kind === "address" && action.query.layers !== undefined) return action.query.layers.split(",");
  return null;
}

/**
 * A rule's value, as an action tells; undefined if it tells nothing of the rule. Default values are not in the address.
 */
function ruleAfter(action: Action, rule: string): number | string | undefined {
  if (action.kind === "rules") return action.rules[rule];
  return action.kind === "address" ? action.query[`game.${rule}`] : undefined;
}

/**
 * Adds to the count.
 * @returns whether the goal is reached
 */
const addToCountAndCheckGoal = (task: Known, increment: number = 1): boolean =>
  (task.count += increment) >= task.goal.times;

const isRuleReached = (value: number, { least, most }: Known["goal"]): boolean =>
  least === undefined ? value <= most : value >= least;

/** @param value of a figure, undefined if it is unknown */
function isBeyondLimit(value: number | undefined, { above, below }: Known["goal"]): boolean {
  if (value === undefined) return false;
  return above === undefined ? LIMIT_CHECKS.below(value, below) : LIMIT_CHECKS.above(value, above);
}

/** By kind of goal: whether an action reaches it. */
export const GOAL_CHECKS: Record<string, (task: Known, action: Action) => boolean> = {
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

/** Whether an action reaches the goal. */
export const reachesGoal = (task: Task, action: Action): boolean =>
  Boolean(GOAL_CHECKS[task.goal.kind]?.(task as Known, action));

/** The progress of a goal that is counted; "" at its beginning and end, and for other goals. */
export const progressText = ({ goal: { times = 0 }, count }: Task): string =>
  times > 1 && count > 0 && count < times
    ? translate("{count} of {total}", { count: formatNumber(count, 0), total: times })
    : "";

/** The settings of an address. */
export const parseQuery = (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search));
