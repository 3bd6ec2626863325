/**
 * The state of two training runs at a position of their common axis, in words and as rows of a table.
 */

import { number } from "../base/number_text.js";
import { named } from "../base/rows.js";
import { figure, momentText } from "./time_words.js";

/** @typedef {import("./axis.js").Side} Side */

/** Whether all are trained on rows of tables. @param {Side[]} sides */
export const areRows = (sides) => sides.length > 0 && sides.every(({ back }) => Boolean(back.plane?.header.features));

/** Why a run is not at the position of the axis; "" if it is. @param {Side} side */
function heldText({ held, back }) {
  if (held === "first") return "its first frame";
  if (held !== "last") return "";
  return back.told?.live ? "no further yet, still training" : "its end";
}

/** The position of a run in words. @param {Side} side */
export function standText(side) {
  const { back, stop } = side;
  const { step, epoch } = back.momentAt(stop);
  const words = momentText(step, epoch);
  const now = stop >= back.last && side.held !== "last" ? (back.told?.live ? "live" : "the present") : "";
  const why = [now, heldText(side), stop < back.last && !back.history ? "shown as it is now until its frames are fetched" : ""].filter(Boolean);
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
    const cells = new Map([["", title], ["Position", standText(side)], [items, seen(step, back)]]);
    for (const [phase, name] of Object.entries(phases)) if (phase in losses) cells.set(`Loss: ${name}`, figure(losses[phase]));
    if (distance !== null) cells.set(measure, number(distance, 3));
    return cells;
  });
  const names = [...new Set(rows.flatMap((cells) => [...cells.keys()]))];
  return { head: [...names, "Decoder of"], rows: rows.map((cells, k) => [...names.map((name) => cells.get(name) ?? "–"), decodedBy(sides[k])]) };
}

/** @param {number} step @param {import("./lookback.js").Lookback} back */
const seen = (step, { told }) => (told ? (step * told.batch).toLocaleString("en") : "–");
