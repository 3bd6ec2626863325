/**
 * A moment of a training run in words.
 */

import { formatNumber } from "../base/number_format.js";
import { joinSentences, mark, translate } from "../base/translate.js";

/** @typedef {{share: number, kind: "key" | "resumed" | "changed"}} Mark share: its place on an axis */

export const LOSSES_NOTE = translate(
  "The losses of D and of the encoder against it need not fall: each is measured against the other, which learns too. The distance tells whether q(z) comes closer to p(z).",
);

/** The titles that a history brings, in English: its file is the same for all languages. */
const HISTORY_TITLES = [
  mark("reconstruction"),
  mark("encoder against D"),
  mark("classification"),
  mark("Distance to the prior (MMD²)"),
  mark("Distance to the prior (Jensen–Shannon)"),
];

/** A title of a history in the language of the page. @param {string} title @returns {string} */
export const historyTitle = (title) => (HISTORY_TITLES.includes(title) ? translate(title) : title);

/**
 * @param {number} step
 * @param {number} epoch NaN where it is not known
 * @returns {string}
 */
export const momentText = (step, epoch) =>
  Number.isNaN(epoch)
    ? translate("step {step}", { step: step.toLocaleString("en") })
    : translate("step {step}, epoch {epoch}", {
        step: step.toLocaleString("en"),
        epoch: formatNumber(epoch, epoch < 10 ? 2 : 1),
      });

/**
 * What was measured at a moment: each phase's loss and the distance.
 * @param {import("./history.js").Moment} moment
 * @param {Object<string, string>} phases their titles
 * @param {string} measure title of the distance
 * @returns {string}
 */
export function figuresText({ losses, distance }, phases, measure) {
  const lossTexts = Object.entries(phases).flatMap(([phase, title]) =>
    phase in losses ? [`${historyTitle(title)} ${formatThreeDigits(losses[phase])}`] : [],
  );
  const parts = lossTexts.length ? [translate("Losses: {losses}.", { losses: lossTexts.join(", ") })] : [];
  if (distance !== null)
    parts.push(
      translate("{measure}: {distance}.", { measure: historyTitle(measure), distance: formatNumber(distance, 3) }),
    );
  return joinSentences(...parts);
}

/** Three digits. @param {number} value @returns {string} */
export function formatThreeDigits(value) {
  const size = Math.abs(value);
  if (size < 10) return formatNumber(value, 2);
  return formatNumber(value, size < 100 ? 1 : 0);
}

/**
 * A sentence about which decoder is used at an earlier step.
 * @param {number} key step of the decoder; −1 for the present one
 * @param {number} step that is shown
 * @param {"here" | "coming" | "failed"} [net] whether that decoder has arrived
 * @returns {string}
 */
export function decoderOfStepSentence(key, step, net = "coming") {
  if (key < 0) return translate("The image comes from the latest decoder; none was saved closer to this step.");
  const values = { step: key.toLocaleString("en") };
  if (net === "coming")
    return translate(
      "The image comes from the latest decoder until the decoder of step {step} has been fetched.",
      values,
    );
  if (net === "failed")
    return translate(
      "The image comes from the latest decoder: the decoder of step {step} could not be fetched.",
      values,
    );
  return key === step
    ? translate("The image comes from the decoder of this step.")
    : translate("The image comes from the decoder of step {step}, the nearest that was saved.", values);
}

/**
 * Marks on an axis: saved decoders, resumed training, and changes of the learning rates by the schedule.
 * @param {import("../../messages.js").History} header of a history
 * @param {(step: number) => number} place of a step, as a share of the axis
 * @returns {Mark[]}
 */
export function trainingMarks({ keys, resumed, changed = [] }, place) {
  const makeMarks = (/** @type {Mark["kind"]} */ kind, /** @type {(number | string)[]} */ steps) =>
    steps.map((step) => ({ share: place(Number(step)), kind }));
  return [
    ...makeMarks("key", Object.keys(keys)),
    ...makeMarks("resumed", resumed),
    ...makeMarks(
      "changed",
      changed.map(({ step }) => step),
    ),
  ];
}

/**
 * The meaning of the marks on the axis; "" if there are none.
 * @param {number[]} keys
 * @param {import("../../messages.js").History} header of a history
 * @returns {string}
 */
export function marksText(keys, { resumed, changed = [] }) {
  const list = (/** @type {number[]} */ steps) =>
    steps.map((/** @type {number} */ step) => step.toLocaleString("en")).join(", ");
  const parts = [];
  if (keys.length)
    parts.push(
      keys.length > 4
        ? translate("Dots: decoders that were saved ({count} of them).", { count: keys.length })
        : translate("Dots: decoders that were saved (step {steps}).", { steps: list(keys) }),
    );
  if (resumed.length)
    parts.push(translate("Bars: the training was resumed (step {steps}).", { steps: list(resumed.slice(-4)) }));
  const rateFalls = changed
    .slice(-4)
    .map(({ step, factor }) => translate("× {factor} from step {step}", { factor, step: step.toLocaleString("en") }));
  if (rateFalls.length)
    parts.push(
      translate("Triangles: the schedule changed the learning rates ({changes}).", { changes: rateFalls.join(", ") }),
    );
  return joinSentences(...parts);
}
