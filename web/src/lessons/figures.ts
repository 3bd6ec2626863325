/**
 * The figures of an experiment, which the page reports while the learner works: their values now and when it began, the
 * range between, and whether they fulfil a condition. Names, digits and comparisons are those of
 * `app/lessons/vocabulary.py`.
 */

import { formatNumber } from "../base/number_format.ts";
import type { Figures } from "../base/event_types.ts";
import type { Condition, Part, Block } from "../messages.ts";

/** The figures when an experiment began, and when its goal was reached. */
export type Outcome = { start: Figures; now: Figures };

/** Whether a value is above or below a number. */
export const LIMIT_CHECKS: Record<string, (value: number, limit: number) => boolean> = {
  above: (value, limit) => value > limit,
  below: (value, limit) => value < limit,
};

export class FigureLog {
  names: string[];
  hasBegun = false;
  now: Figures = {};
  start: Figures = {};
  lowest: Figures = {};
  highest: Figures = {};

  /** @param names of the figures that are noted */
  constructor(names: string[]) {
    this.names = names;
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
   * @param figures their values now; a figure that is missing has not changed
   * @param before their values before the step that led to these, where they are known
   */
  note(figures: Figures, before: Figures = {}) {
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

  get outcome(): Outcome {
    return { start: { ...this.start }, now: { ...this.now } };
  }

  /** Whether a condition holds; not if its figure is unknown. */
  holds(condition: Condition | null): boolean {
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
 * @param digits of each figure after the point
 */
function figureText(
  { figure = "", of: moment = "now" }: Part,
  { start, now }: Outcome,
  digits: { [name: string]: number },
): string {
  const [startValue, currentValue] = [start[figure], now[figure]];
  const change =
    startValue === undefined || currentValue === undefined ? undefined : Math.abs(currentValue - startValue);
  const figureValue = ({ now: currentValue, start: startValue, change } as Figures)[moment];
  return figureValue === undefined ? "" : formatNumber(figureValue, digits[figure]);
}

/**
 * Blocks with their figures filled in; null if one of them is unknown.
 * @param digits of each figure after the point
 */
export function fillInFigures(blocks: Block[], outcome: Outcome, digits: { [name: string]: number }): Block[] | null {
  let isComplete = true;
  const fillInPart = (part: Part) => {
    if (part.as !== "figure") return part;
    const text = figureText(part, outcome, digits);
    isComplete &&= text !== "";
    return { text, as: "" };
  };
  const filledBlocks = blocks.map((block) => ({ ...block, items: block.items.map((parts) => parts.map(fillInPart)) }));
  return isComplete ? filledBlocks : null;
}
