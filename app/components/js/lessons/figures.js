/**
 * The figures of an experiment, which the page reports while the learner works: their values now and when it began, the
 * range between, and whether they fulfil a condition. Names, digits and comparisons are those of
 * `app/lessons/vocabulary.py`.
 */

import { formatNumber } from "../base/number_format.js";

/** @typedef {import("../base/event_types.js").Figures} Figures */
/** @typedef {import("../../messages.js").Condition} Condition */
/** @typedef {import("../../messages.js").Part} Part */
/**
 * @typedef {{start: Figures, now: Figures}} Outcome the figures when an experiment began, and when its goal was reached
 */

/** Whether a value is above or below a number. @type {Object<string, (value: number, limit: number) => boolean>} */
export const LIMIT_CHECKS = {
  above: (value, limit) => value > limit,
  below: (value, limit) => value < limit,
};

export class FigureLog {
  /** @param {string[]} names of the figures that are noted */
  constructor(names) {
    this.names = names;
    this.hasBegun = false;
    /** @type {Figures} */
    this.now = {};
    /** @type {Figures} */
    this.start = {};
    /** @type {Figures} */
    this.lowest = {};
    /** @type {Figures} */
    this.highest = {};
  }

  /** Forgets all values; an experiment that has begun begins again with the next ones. */
  forget() {
    [this.now, this.start, this.lowest, this.highest] = [{}, {}, {}, {}];
  }

  /** The experiment begins with the values of now; those that are still unknown begin with their first value. */
  begin() {
    this.hasBegun = true;
    [this.start, this.lowest, this.highest] = [{ ...this.now }, { ...this.now }, { ...this.now }];
  }

  /**
   * Notes what the page reports.
   * @param {Figures} figures their values now; a figure that is missing has not changed
   * @param {Figures} [before] their values before the step that led to these, where they are known
   */
  note(figures, before = {}) {
    for (const name of this.names) {
      if (!(name in figures)) continue;
      const value = figures[name];
      if (value === undefined || !Number.isFinite(value)) {
        delete this.now[name];
        continue;
      }
      this.now[name] = value;
      if (!this.hasBegun) continue;
      const first = this.start[name] ?? before[name] ?? value;
      this.start[name] = first;
      this.lowest[name] = Math.min(this.lowest[name] ?? first, value);
      this.highest[name] = Math.max(this.highest[name] ?? first, value);
    }
  }

  /** @returns {Outcome} */
  get outcome() {
    return { start: { ...this.start }, now: { ...this.now } };
  }

  /** Whether a condition holds; not if its figure is unknown. @param {Condition | null} condition @returns {boolean} */
  holds(condition) {
    if (!condition) return true;
    const { figure, comparison, value: threshold } = condition;
    const [value, lowest, highest] = [this.now[figure], this.lowest[figure], this.highest[figure]];
    if (value === undefined) return false;
    if (comparison === "rose") return value - (lowest ?? value) >= threshold;
    if (comparison === "fell") return (highest ?? value) - value >= threshold;
    return LIMIT_CHECKS[comparison](value, threshold);
  }
}

/**
 * The text of a figure; "" if it is unknown.
 * @param {Part} part
 * @param {Outcome} outcome
 * @param {{[name: string]: number}} digits of each figure after the point
 * @returns {string}
 */
function figureText({ figure = "", of: moment = "now" }, { start, now }, digits) {
  const [startValue, currentValue] = [start[figure], now[figure]];
  const change =
    startValue === undefined || currentValue === undefined ? undefined : Math.abs(currentValue - startValue);
  const figureValue = /** @type {Figures} */ ({ now: currentValue, start: startValue, change })[moment];
  return figureValue === undefined ? "" : formatNumber(figureValue, digits[figure]);
}

/**
 * Blocks with their figures filled in; null if one of them is unknown.
 * @param {import("../../messages.js").Block[]} blocks
 * @param {Outcome} outcome
 * @param {{[name: string]: number}} digits of each figure after the point
 * @returns {import("../../messages.js").Block[] | null}
 */
export function fillInFigures(blocks, outcome, digits) {
  let isComplete = true;
  const fillInPart = (/** @type {Part} */ part) => {
    if (part.as !== "figure") return part;
    const text = figureText(part, outcome, digits);
    isComplete &&= text !== "";
    return { text, as: "" };
  };
  const filledBlocks = blocks.map((block) => ({ ...block, items: block.items.map((parts) => parts.map(fillInPart)) }));
  return isComplete ? filledBlocks : null;
}
