/**
 * The state of two training runs at a position of their common axis, in words and as rows of a table.
 */

import { number } from "../base/number_text.js";
import { named } from "../base/rows.js";
import { figure, momentText } from "./time_words.js";

/** @typedef {import("./axis.js").Side} Side */

/** Whether all are trained on rows of tables. @param {Side[]} sides */
export const areRows = (sides) => sides.length > 0 && sides.every(({ back }) => Boolean(back.plane?.header.features));

/** The position of a run in words, and why it is not at that of the axis, if it is not. @param {Side} side */
export function standText({ back, stop, held }) {
  const { step, epoch } = back.momentAt(stop);
  const words = momentText(step, epoch);
  const [now, end] = back.told?.live ? ["live", "no further yet, still training"] : ["the present", "its end"];
  const why = held === "last" ? [end] : stop >= back.last ? [now] : [];
  if (held === "first") why.push("its first frame");
  if (stop < back.last && !back.history) why.push("shown as it is now until its frames are fetched");
  return why.length ? `${words} (${why.join("; ")})` : words;
}

/** The decoder in use. @param {Side} side */
function decodedBy({ back, stop }) {
  if (stop >= back.last) return "now";
  const { key, net } = back.decoderAt(stop);
  if (key < 0) return "the latest; none closer was saved";
  if (net === "failed") return `the latest; that of step ${key.toLocaleString("en")} could not be fetched`;
  return net === "here" ? `step ${key.toLocaleString("en")}` : "the latest, until another is fetched";
}

/**
 * The table: its head, and a row for each side with a cell for each heading ("–" for unknown values).
 * @param {Side[]} sides
 * @returns {{head: string[], rows: string[][]}}
 */
export function tableOf(sides) {
  const items = named("Images seen", areRows(sides));
  const rows = sides.map((side) => {
    const { back, title, stop } = side;
    const { losses, distance, step } = back.momentAt(stop);
    const { phases = {}, measure = "" } = back.history?.header ?? {};
    const seen = back.told ? (step * back.told.batch).toLocaleString("en") : "–";
    const cells = new Map([["", title], ["Position", standText(side)], [items, seen]]);
    for (const [phase, name] of Object.entries(phases)) if (phase in losses) cells.set(`Loss: ${name}`, figure(losses[phase]));
    if (distance !== null) cells.set(measure, number(distance, 3));
    return cells;
  });
  const names = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
  return { head: [...names, "Decoder of"], rows: rows.map((cells, k) => [...names.map((name) => cells.get(name) ?? "–"), decodedBy(sides[k])]) };
}
