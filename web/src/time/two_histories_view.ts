/**
 * The display below the axis of two training runs: a lane for each, as long as the run, and a table of measurements.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element, setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { pageContent, scrollOffset } from "../host/host.ts";
import { drawMarks } from "./scrubber.ts";
import { trainingMarks } from "./moment_text.ts";
import { momentsTable } from "./two_histories_text.ts";
import type { Side } from "./time_axis.ts";

const NARROW_WIDTH = 704; // CSS pixels, 44rem
const MIN_PLANE_REM = 31; // the least height of a plane, in rem, that must remain if the table is kept in view
const AXIS_GAP = 8; // CSS pixels between planes and axis
const BELOW_VARIABLE = "--moments-below";
const ROOM_VARIABLE = "--moments-room";

/**
 * Draws the lanes: for each run its name, the range of its frames on the axis, and its marks.
 * @param place of a value, as a share of the axis
 */
export function drawLanes(host: HTMLElement, sides: Side[], place: (value: number) => number) {
  host.replaceChildren(
    ...sides.flatMap((side) => {
      const { pastView, title, values } = side;
      const lane = element("span", { class: "lp-lane", "aria-hidden": "true" });
      const stepShare = (step: number) =>
        place(
          values[
            Math.max(
              0,
              pastView.stops.findLastIndex((stop) => stop <= step),
            )
          ],
        ); // not later than the step
      drawMarks(lane, pastView.history ? trainingMarks(pastView.history.header, stepShare) : []);
      const [start, end] = [place(values[0]), place(values[values.length - 1])];
      lane.prepend(
        element("i", { class: "lp-lane-reach", style: `left:${100 * start}%;width:${100 * (end - start)}%` }),
      );
      return [lane, element("span", { class: "lp-lane-name" }, title)];
    }),
  );
}

/**
 * Keeps the axis in view while its planes are, without covering them: its lower part may lie below the window, and the
 * height of the planes is limited. Both lengths are set as CSS variables of the page, which views/compare.py uses to
 * place this component and latent_canvas/style.css to limit the planes.
 * @param controls what must be visible
 * @param table visible too if there is room
 * @param surfaces of the planes
 * @returns update: to be called when the planes may have moved; dispose: removes the variables
 */
export function keepAxisVisible(
  root: HTMLElement,
  controls: HTMLElement,
  table: HTMLElement,
  surfaces: () => HTMLElement[],
): { update: () => void; dispose: () => void } {
  const style = document.documentElement.style;
  const updateLayout = () => {
    const bounds = root.getBoundingClientRect();
    const top = Math.min(...surfaces().map((surface) => surface.getBoundingClientRect().top + scrollOffset()));
    const roomAbove = (last: Element) =>
      window.innerHeight - top - (last.getBoundingClientRect().bottom - bounds.top) - AXIS_GAP;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const last = root.clientWidth < NARROW_WIDTH || roomAbove(table) < MIN_PLANE_REM * rem ? controls : table;
    style.setProperty(
      BELOW_VARIABLE,
      `${Math.max(0, Math.floor(bounds.bottom - last.getBoundingClientRect().bottom))}px`,
    );
    if (Number.isFinite(top)) style.setProperty(ROOM_VARIABLE, `${Math.floor(roomAbove(last))}px`);
  };
  const observer = new ResizeObserver(updateLayout);
  for (const observedElement of [root, document.documentElement, pageContent()]) observer.observe(observedElement);
  return {
    update: updateLayout,
    dispose: () => {
      observer.disconnect();
      for (const name of [BELOW_VARIABLE, ROOM_VARIABLE]) style.removeProperty(name);
    },
  };
}

export class MomentsTable {
  body = element("table", { class: "lp-two-table" });
  // tabindex: a wide table can be scrolled by keyboard too
  root = element(
    "div",
    { class: "lp-two-scroll", role: "region", tabindex: "0", "aria-label": translate("Both trainings at this moment") },
    this.body,
  );
  hasChanged = createChangeDetector();
  cells: HTMLElement[][] = [];

  /** @param silentRows titles of the runs that are not on the axis, and why */
  showMoments(sides: Side[], silentRows: [string, string][]) {
    const { head, rows } = momentsTable(sides);
    if (this.hasChanged(JSON.stringify([head, rows.length, silentRows]))) this.build(head, rows.length, silentRows);
    rows.forEach((row, k) => row.forEach((text, j) => setText(this.cells[k][j], text)));
  }

  /** @param count of rows */
  build(head: string[], count: number, silentRows: [string, string][]) {
    this.cells = Array.from({ length: count }, () =>
      head.map((_, j) => element(j ? "td" : "th", j ? {} : { scope: "row" })),
    );
    const first = element(
      "tr",
      {},
      ...head.map((name) => element(name ? "th" : "td", name ? { scope: "col" } : {}, name)),
    );
    this.body.replaceChildren(
      element("thead", {}, first),
      element(
        "tbody",
        {},
        ...[
          ...this.cells,
          ...silentRows.map(([title, reason]) => [
            element("th", { scope: "row" }, title),
            element("td", { colspan: head.length - 1 }, reason),
          ]),
        ].map((row) => element("tr", {}, ...row)),
      ),
    );
  }
}
