/**
 * The display below the axis of two trainings: a lane for each, as long as its training, and a table of measurements.
 */

import { changes } from "../base/anew.js";
import { element, write } from "../base/dom.js";
import { scrolled } from "../host/host.js";
import { markOn } from "./scrubber.js";
import { marksOf } from "./time_words.js";
import { tableOf } from "./two_words.js";

/** @typedef {import("./axis.js").Side} Side */

const NARROW = 704; // CSS pixels, 44rem
const ROOMY = 26; // rem of a plane's height from which the table is worth the room
const SPARE = 12; // CSS pixels between planes and axis
const BELOW = "--moments-below";
const ROOM = "--moments-room";

/**
 * The lanes: names before the track, and beneath it from where to where each one's frames reach, with its marks.
 * @param {HTMLElement} host
 * @param {Side[]} sides
 * @param {(value: number) => number} place of a value, as a share of the axis
 */
export function drawLanes(host, sides, place) {
  host.replaceChildren(...sides.map((side) => {
    const { back, title, values } = side;
    const lane = element("span", { class: "lp-lane", "aria-hidden": "true" });
    const of = (/** @type {number} */ step) => place(values[nearestTo(back.stops, step)]);
    markOn(lane, back.history ? marksOf(back.history.header, of) : []);
    const [from, to] = [place(values[0]), place(values[values.length - 1])];
    lane.prepend(element("i", { class: "lp-lane-reach", style: `left:${100 * from}%;width:${100 * (to - from)}%` }));
    return element("div", { class: "lp-lanes" }, element("span", { class: "lp-lane-name", title }, title), lane);
  })); // prettier-ignore
}

/** The number of the last stop that is not later than a step. @param {number[]} stops @param {number} step */
const nearestTo = (stops, step) => Math.max(0, stops.filter((each) => each <= step).length - 1);

/**
 * Keeps the axis in sight while its planes are, and the planes clear of it: what is less needed may hang below the window, and
 * the planes are told how high they may be. How much that is the page is told, for it is the page that lays out the component
 * (views/compare.py), and the planes are others (latent_canvas/style.css).
 * @param {HTMLElement} root
 * @param {HTMLElement} row the last that has to be seen
 * @param {HTMLElement} table seen too where there is room
 * @param {() => HTMLElement[]} surfaces of the planes
 * @returns {{act: () => void, letGo: () => void}} act: the planes may have moved; letGo takes it back
 */
export function keepInSight(root, row, table, surfaces) {
  const style = document.documentElement.style;
  const act = () => {
    const own = root.getBoundingClientRect();
    const top = Math.min(...surfaces().map((surface) => surface.getBoundingClientRect().top + scrolled()));
    const room = (/** @type {Element} */ last) => window.innerHeight - top - (last.getBoundingClientRect().bottom - own.top) - SPARE;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const last = root.clientWidth < NARROW || room(table) < ROOMY * rem ? row : table;
    style.setProperty(BELOW, `${Math.max(0, Math.floor(own.bottom - last.getBoundingClientRect().bottom))}px`);
    if (Number.isFinite(top)) style.setProperty(ROOM, `${Math.floor(room(last))}px`);
  };
  const observer = new ResizeObserver(act);
  for (const each of [root, document.documentElement]) observer.observe(each);
  return {
    act,
    letGo: () => {
      observer.disconnect();
      for (const name of [BELOW, ROOM]) style.removeProperty(name);
    },
  };
}

export class MomentsTable {
  body = element("table", { class: "lp-two-table" });
  // what is wider than the page can be scrolled to by keyboard too
  root = element("div", { class: "lp-two-scroll", role: "region", tabindex: "0", "aria-label": "Both trainings at this moment" }, this.body);
  others = changes();
  /** @type {HTMLElement[][]} */
  cells = [];

  /** @param {Side[]} sides @param {[string, string][]} silent titles of those that are not on the axis, and why */
  show(sides, silent) {
    const { head, rows } = tableOf(sides);
    if (this.others(JSON.stringify([head, rows.length, silent]))) this.build(head, rows.length, silent);
    rows.forEach((row, k) => row.forEach((text, j) => write(this.cells[k][j], text)));
  }

  /** @param {string[]} head @param {number} count of rows @param {[string, string][]} silent */
  build(head, count, silent) {
    this.cells = Array.from({ length: count }, () => head.map((_, j) => element(j ? "td" : "th", j ? {} : { scope: "row" })));
    const first = element("tr", {}, ...head.map((name) => element(name ? "th" : "td", name ? { scope: "col" } : {}, name)));
    this.body.replaceChildren(element("thead", {}, first), element("tbody", {}, ...[...this.cells, ...silent.map(([title, why]) => [
      element("th", { scope: "row" }, title), element("td", { colspan: head.length - 1 }, why),
    ])].map((row) => element("tr", {}, ...row)))); // prettier-ignore
  }
}
