/**
 * One time axis for two training runs: its unit, and the frame of each run at a position. This module touches no elements of the
 * page.
 */

import { placeAmong } from "../base/knots.js";
import { number } from "../base/number_text.js";

/** @typedef {import("./history.js").Told} Told */
/** @typedef {"images" | "steps" | "epochs" | "share"} Kind */
/**
 * @typedef {Object} Counted
 * @property {string} title
 * @property {(step: number, told: Told) => number} of the value of a step
 * @property {(value: number) => string} said a value in words
 * @property {string} told what both runs have in common
 * @property {(told: Told) => string} own what differs between them
 */

const whole = (/** @type {number} */ value) => Math.round(value).toLocaleString("en");
const part = (/** @type {number} */ value) => Number(value.toFixed(6)); // the precision of links
const shareOf = (/** @type {number} */ value) => `${number(100 * value, value < 0.1 ? 1 : 0)} %`;

/** @type {Record<Kind, Counted>} */
export const AXES = {
  images: {
    title: "training images seen", of: (step, { batch }) => step * batch, said: (value) => `${whole(value)} training images seen`,
    told: "Both are shown after the same number of training images", own: ({ batch }) => `${whole(batch)} per step`,
  },
  steps: { title: "steps", of: (step) => step, said: (value) => `step ${whole(value)}`, told: "Both are shown at the same step", own: ({ batch }) => `${whole(batch)} images per step` },
  epochs: {
    title: "epochs", of: (step, { now, epoch }) => part((step * epoch) / now), said: (value) => `epoch ${number(value, value < 10 ? 2 : 1)}`,
    told: "Both are shown after the same number of passes over their own training images", own: ({ now, epoch }) => `${whole(now / epoch)} steps per epoch`,
  },
  share: {
    title: "share of each training", of: (step, { now }) => part(step / now), said: (value) => `${shareOf(value)} of each training`,
    told: "Both are shown at the same share of their own training", own: ({ now, live }) => `${whole(now)} steps${live ? " so far" : ""}`,
  },
}; // prettier-ignore

export const KINDS = /** @type {Kind[]} */ (Object.keys(AXES));

/** The stops of a training run as values on the axis, ascending. @param {Kind} kind @param {number[]} stops steps @param {Told} told */
export const valuesOf = (kind, stops, told) => stops.map((step) => AXES[kind].of(step, told));

/** The sorted union of several lists. @param {number[][]} all */
export const together = (all) => [...new Set(all.flat())].sort((a, b) => a - b);

/**
 * Where one training run is at a value of the axis: between two frames while the time-lapse runs, otherwise at the nearest frame.
 * @param {number[]} values of its own stops
 * @param {number} value
 * @param {boolean} playing
 * @returns {{at: number, held: "first" | "last" | ""}} at: fractional index; held: the end beyond which the value lies
 */
export function standing(values, value, playing) {
  const last = values.length - 1;
  if (value >= values[last]) return { at: last, held: value > values[last] ? "last" : "" };
  if (value < values[0]) return { at: 0, held: "first" };
  const at = placeAmong(values, value);
  return { at: playing ? at : Math.round(at), held: "" };
}

/**
 * A sentence about the axis's unit, and how the two runs differ in it.
 * @param {Kind} kind
 * @param {{title: string, told: Told}[]} sides those that have a history
 */
export function axisText(kind, sides) {
  const { told, own } = AXES[kind];
  return `${told} (${sides.map((side) => `${side.title}: ${own(side.told)}`).join("; ")}).`;
}
