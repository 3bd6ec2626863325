/**
 * Beneath the axis of two trainings: a lane for each, as long as it was trained, and a table of what was measured.
 */

import { element } from "../base/dom.js";
import { markOn, write } from "./scrubber.js";
import { marksOf } from "./time_words.js";
import { tableOf } from "./two_words.js";

/** @typedef {import("./two_words.js").Side} Side */

const NARROW = 704; // CSS pixels, 44rem
const BELOW = "--moments-below";

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
    const of = (step) => place(values[nearestTo(back.stops, step)]);
    markOn(lane, back.history ? marksOf(back.history.header, of) : []);
    const reach = element("i", { class: "lp-lane-reach" });
    reach.style.left = `${100 * place(values[0])}%`;
    reach.style.width = `${100 * (place(values[values.length - 1]) - place(values[0]))}%`;
    lane.prepend(reach);
    return element("div", { class: "lp-lanes" }, element("span", { class: "lp-lane-name", title }, title), lane);
  })); // prettier-ignore
}

/** The number of the last stop that is not later than a step. @param {number[]} stops @param {number} step */
const nearestTo = (stops, step) => Math.max(0, stops.filter((each) => each <= step).length - 1);

/**
 * Keeps the axis in sight while its planes are: what is less needed may hang below the window. How much that is the page is
 * told, for it is the page that lays out the component (views/compare.py).
 * @param {HTMLElement} root
 * @param {HTMLElement} row the last that has to be seen
 * @param {HTMLElement} table seen too where there is room
 * @returns {() => void} takes it back
 */
export function keepInSight(root, row, table) {
  const act = () => {
    const last = root.clientWidth < NARROW ? row : table;
    const below = root.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom;
    document.documentElement.style.setProperty(BELOW, `${Math.max(0, Math.floor(below))}px`);
  };
  const observer = new ResizeObserver(act);
  observer.observe(root);
  return () => {
    observer.disconnect();
    document.documentElement.style.removeProperty(BELOW);
  };
}

export class MomentsTable {
  constructor() {
    this.body = element("table", { class: "lp-two-table" });
    // what is wider than the page can be scrolled to by keyboard too
    this.root = element("div", { class: "lp-two-scroll", role: "region", tabindex: "0", "aria-label": "Both trainings at this moment" }, this.body);
    this.shape = "";
    /** @type {HTMLElement[][]} */
    this.cells = [];
  }

  /**
   * @param {Side[]} sides
   * @param {[string, string][]} silent titles of those that are not on the axis, and why
   */
  show(sides, silent) {
    const { head, rows } = tableOf(sides);
    const shape = JSON.stringify([head, rows.length, silent]);
    if (shape !== this.shape) this.build(head, rows.length, silent);
    this.shape = shape;
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
