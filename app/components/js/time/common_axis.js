/**
 * One time axis for two training runs: its unit, and the frame of each run at a position. This module touches no
 * elements of the page.
 */

import { fractionalIndex } from "../base/interpolation.js";
import { formatNumber } from "../base/number_format.js";
import { translate } from "../base/translate.js";

/** @typedef {import("./history.js").FrameInfo} FrameInfo */
/** @typedef {"images" | "steps" | "epochs" | "share"} AxisUnit */
/**
 * @typedef {Object} UnitInfo
 * @property {string} title
 * @property {(step: number, sharedFact: FrameInfo) => number} valueOfStep the value of a step
 * @property {(value: number) => string} valueText a value in words
 * @property {string} sharedFact what both runs have in common
 * @property {(sharedFact: FrameInfo) => string} ownFact what differs between them
 */

const integerText = (/** @type {number} */ value) => Math.round(value).toLocaleString("en");
/** @returns {number} */
const roundToLinkPrecision = (/** @type {number} */ value) => Number(value.toFixed(6)); // the precision of links
/** @returns {string} */
const shareText = (/** @type {number} */ value) => `${formatNumber(100 * value, value < 0.1 ? 1 : 0)} %`;

/** @type {Record<AxisUnit, UnitInfo>} */
export const UNITS = {
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

export const UNIT_NAMES = /** @type {AxisUnit[]} */ (Object.keys(UNITS));

/**
 * The stops of a training run as values on the axis, ascending.
 * @param {AxisUnit} unit
 * @param {number[]} stops steps
 * @param {FrameInfo} frameInfo
 * @returns {number[]}
 */
export const stopValues = (unit, stops, frameInfo) => stops.map((step) => UNITS[unit].valueOfStep(step, frameInfo));

/** The sorted union of several lists. @param {number[][]} lists @returns {number[]} */
export const sortedUnion = (lists) => [...new Set(lists.flat())].sort((a, b) => a - b);

/**
 * Where one training run is at a value of the axis: between two frames while the time-lapse runs, otherwise at the
 * nearest frame.
 * @param {number[]} values of its own stops
 * @param {number} value
 * @param {boolean} playing
 * @returns {{position: number, heldEnd: "first" | "last" | ""}} position: fractional index; heldEnd: the end beyond
 *   which the value lies
 */
export function runPositionAt(values, value, playing) {
  const last = values.length - 1;
  if (value >= values[last]) return { position: last, heldEnd: value > values[last] ? "last" : "" };
  if (value < values[0]) return { position: 0, heldEnd: "first" };
  const position = fractionalIndex(values, value);
  return { position: playing ? position : Math.round(position), heldEnd: "" };
}

/**
 * A sentence about the axis's unit, and how the two runs differ in it.
 * @param {AxisUnit} unit
 * @param {{title: string, frameInfo: FrameInfo}[]} sides those that have a history
 * @returns {string}
 */
export function axisText(unit, sides) {
  const { sharedFact, ownFact } = UNITS[unit];
  const runs = sides.map((side) => `${side.title}: ${ownFact(side.frameInfo)}`).join("; ");
  return translate("{fact} ({runs}).", { fact: sharedFact, runs });
}
