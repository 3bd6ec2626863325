/**
 * One time axis for two training runs: its unit, and the frame of each run at a position. This module touches no
 * elements of the page.
 */

import { fractionalIndex } from "../base/interpolation.ts";
import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { Frames as FrameInfo } from "../messages.ts";

export type AxisUnit = "images" | "steps" | "epochs" | "share";
type UnitInfo = {
  title: string;
  /** the value of a step */ valueOfStep: (step: number, sharedFact: FrameInfo) => number;
  /** a value in words */ valueText: (value: number) => string;
  /** what both runs have in common */ sharedFact: string;
  /** what differs between them */ ownFact: (sharedFact: FrameInfo) => string;
};

const integerText = (value: number) => Math.round(value).toLocaleString("en");
const roundToLinkPrecision = (value: number): number => Number(value.toFixed(6)); // the precision of links
const shareText = (value: number): string => `${formatNumber(100 * value, value < 0.1 ? 1 : 0)} %`;

export const UNITS: Record<AxisUnit, UnitInfo> = {
  images: {
    title: translate("training images seen"),
    valueOfStep: (step, { batch }) => step * batch,
    valueText: (value) => translate("{count} training images seen", { count: integerText(value) }),
    sharedFact: translate("Both are shown after the same number of training images"),
    ownFact: ({ batch }) => translate("{count} per step", { count: integerText(batch) }),
  },
  steps: {
    title: translate("steps"),
    valueOfStep: (step) => step,
    valueText: (value) => translate("step {step}", { step: integerText(value) }),
    sharedFact: translate("Both are shown at the same step"),
    ownFact: ({ batch }) => translate("{count} images per step", { count: integerText(batch) }),
  },
  epochs: {
    title: translate("epochs"),
    valueOfStep: (step, { now, epoch }) => roundToLinkPrecision((step * epoch) / now),
    valueText: (value) => translate("epoch {epoch}", { epoch: formatNumber(value, value < 10 ? 2 : 1) }),
    sharedFact: translate("Both are shown after the same number of passes over their own training images"),
    ownFact: ({ now, epoch }) => translate("{count} steps per epoch", { count: integerText(now / epoch) }),
  },
  share: {
    title: translate("share of each training"),
    valueOfStep: (step, { now }) => roundToLinkPrecision(step / now),
    valueText: (value) => translate("{share} of each training", { share: shareText(value) }),
    sharedFact: translate("Both are shown at the same share of their own training"),
    ownFact: ({ now, live }) =>
      live
        ? translate("{count} steps so far", { count: integerText(now) })
        : translate("{count} steps", { count: integerText(now) }),
  },
};

export const UNIT_NAMES = Object.keys(UNITS) as AxisUnit[];

/**
 * The stops of a training run as values on the axis, ascending.
 * @param stops steps
 */
export const stopValues = (unit: AxisUnit, stops: number[], frameInfo: FrameInfo): number[] =>
  stops.map((step) => UNITS[unit].valueOfStep(step, frameInfo));

/** The sorted union of several lists. */
export const sortedUnion = (lists: number[][]): number[] => [...new Set(lists.flat())].sort((a, b) => a - b);

/**
 * Where one training run is at a value of the axis: between two frames while the time-lapse runs, otherwise at the
 * nearest frame.
 * @param values of its own stops
 * @returns position: fractional index; heldEnd: the end beyond which the value lies
 */
export function runPositionAt(
  values: number[],
  value: number,
  playing: boolean,
): { position: number; heldEnd: "first" | "last" | "" } {
  const last = values.length - 1;
  if (value >= values[last]) return { position: last, heldEnd: value > values[last] ? "last" : "" };
  if (value < values[0]) return { position: 0, heldEnd: "first" };
  const position = fractionalIndex(values, value);
  return { position: playing ? position : Math.round(position), heldEnd: "" };
}

/**
 * A sentence about the axis's unit, and how the two runs differ in it.
 * @param sides those that have a history
 */
export function axisText(unit: AxisUnit, sides: { title: string; frameInfo: FrameInfo }[]): string {
  const { sharedFact, ownFact } = UNITS[unit];
  const runs = sides.map((side) => `${side.title}: ${ownFact(side.frameInfo)}`).join("; ");
  return translate("{fact} ({runs}).", { fact: sharedFact, runs });
}
