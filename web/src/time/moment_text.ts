/**
 * A moment of a training run in words.
 */

import { formatNumber } from "../base/number_format.ts";
import { joinSentences, mark, translate } from "../base/translate.ts";
import type { Moment } from "./history.ts";
import type { History } from "../messages.ts";

/** share: its place on an axis */
export type Mark = { share: number; kind: "key" | "resumed" | "changed" };

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

/** A title of a history in the language of the page. */
export const historyTitle = (title: string): string => (HISTORY_TITLES.includes(title) ? translate(title) : title);

/** @param epoch NaN where it is not known */
export const momentText = (step: number, epoch: number): string =>
  Number.isNaN(epoch)
    ? translate("step {step}", { step: step.toLocaleString("en") })
    : translate("step {step}, epoch {epoch}", {
        step: step.toLocaleString("en"),
        epoch: formatNumber(epoch, epoch < 10 ? 2 : 1),
      });

/**
 * What was measured at a moment: each phase's loss and the distance.
 * @param phases their titles
 * @param measure title of the distance
 */
export function figuresText({ losses, distance }: Moment, phases: Record<string, string>, measure: string): string {
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

/** Three digits. */
export function formatThreeDigits(value: number): string {
  const size = Math.abs(value);
  if (size < 10) return formatNumber(value, 2);
  return formatNumber(value, size < 100 ? 1 : 0);
}

/**
 * A sentence about which decoder is used at an earlier step.
 * @param key step of the decoder; −1 for the present one
 * @param step that is shown
 * @param net whether that decoder has arrived
 */
export function decoderOfStepSentence(key: number, step: number, net: "here" | "coming" | "failed" = "coming"): string {
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
 * @param header of a history
 * @param place of a step, as a share of the axis
 */
export function trainingMarks({ keys, resumed, changed = [] }: History, place: (step: number) => number): Mark[] {
  const makeMarks = (kind: Mark["kind"], steps: (number | string)[]) =>
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
 * @param header of a history
 */
export function marksText(keys: number[], { resumed, changed = [] }: History): string {
  const list = (steps: number[]) => steps.map((step: number) => step.toLocaleString("en")).join(", ");
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
