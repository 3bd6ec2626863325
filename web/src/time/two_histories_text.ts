/**
 * The state of two training runs at a position of their common axis, in words and as rows of a table.
 */

import { formatNumber } from "../base/number_format.ts";
import { rewordForRows } from "../base/table_rows.ts";
import { translate } from "../base/translate.ts";
import { formatThreeDigits, momentText, historyTitle } from "./moment_text.ts";
import type { Side } from "./time_axis.ts";

/** Whether all are trained on rows of tables. */
export const areTables = (sides: Side[]): boolean =>
  sides.length > 0 && sides.every(({ pastView }) => Boolean(pastView.plane?.header.features));

/** The position of a run in words, and why it is not at that of the axis, if it is not. */
export function runPositionText({ pastView, stop, heldEnd }: Side): string {
  const { step, epoch } = pastView.momentAt(stop);
  const words = momentText(step, epoch);
  const [presentText, endText] = pastView.frameInfo?.live
    ? [translate("live"), translate("no further yet, still training")]
    : [translate("the present"), translate("its end")];
  const reasons = [];
  if (heldEnd === "last") reasons.push(endText);
  else if (stop >= pastView.lastStopIndex) reasons.push(presentText);
  if (heldEnd === "first") reasons.push(translate("its first frame"));
  if (stop < pastView.lastStopIndex && !pastView.history)
    reasons.push(translate("shown as it is now until its frames are fetched"));
  return reasons.length ? `${words} (${reasons.join("; ")})` : words;
}

/** The decoder in use. */
function decoderCell({ pastView, stop }: Side): string {
  if (stop >= pastView.lastStopIndex) return translate("now");
  const { key, net } = pastView.decoderAt(stop);
  if (key < 0) return translate("the latest; none closer was saved");
  if (net === "failed")
    return translate("the latest; that of step {step} could not be fetched", { step: key.toLocaleString("en") });
  return net === "here"
    ? translate("step {step}", { step: key.toLocaleString("en") })
    : translate("the latest, until another is fetched");
}

/** The table: its head, and a row for each side with a cell for each heading ("–" for unknown values). */
export function momentsTable(sides: Side[]): { head: string[]; rows: string[][] } {
  const items = rewordForRows(translate("Images seen"), areTables(sides));
  const rows = sides.map((side) => {
    const { pastView, title, stop } = side;
    const { losses, distance, step } = pastView.momentAt(stop);
    const { phases = {}, measure = "" } = pastView.history?.header ?? {};
    const imagesSeen = pastView.frameInfo ? (step * pastView.frameInfo.batch).toLocaleString("en") : "–";
    const cells = new Map([
      ["", title],
      [translate("Position"), runPositionText(side)],
      [items, imagesSeen],
    ]);
    for (const [phase, name] of Object.entries(phases))
      if (phase in losses)
        cells.set(translate("Loss: {phase}", { phase: historyTitle(name) }), formatThreeDigits(losses[phase]));
    if (distance !== null) cells.set(historyTitle(measure), formatNumber(distance, 3));
    return cells;
  });
  const names = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
  return {
    head: [...names, translate("Decoder of")],
    rows: rows.map((cells, k) => [...names.map((name) => cells.get(name) ?? "–"), decoderCell(sides[k])]),
  };
}
