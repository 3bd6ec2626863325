/**
 * The legend: a button for each class, with its marker and its count, that shows or hides the class. It is a single
 * stop of the Tab key, however many classes there are; the arrow keys move within it and scroll it.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { button, element, rebuildKeepingFocus, observeSize } from "../base/dom.ts";
import { enableRovingTabindex, resetRovingTabindex } from "../base/roving_tabindex.ts";
import { drawMarker } from "./markers.ts";
import { classColour, classShape } from "./stamp_renderer.ts";
import { translate } from "../base/translate.ts";
import type { LegendPlane } from "./planes.ts";

/**
 * The number of codes of each class; −1 stands for codes without a class.
 * @param isCounted whether a code is counted; by default each is
 * @returns by class, ascending, and those without a class last
 */
export function countByClass(
  labels: ArrayLike<number> | null,
  n: number,
  isCounted: (index: number) => boolean = () => true,
): Map<number, number> {
  /** By class + 1, with holes for classes without codes. */
  const counts: number[] = [];
  for (let k = 0; k < n; k++) {
    const place = (labels ? labels[k] : -1) + 1;
    counts[place] = (counts[place] ?? 0) + Number(isCounted(k));
  }
  const countByLabel: Map<number, number> = new Map();
  counts.forEach((count, place) => {
    if (place > 0) countByLabel.set(place - 1, count);
  });
  if (counts[0] !== undefined) countByLabel.set(-1, counts[0]);
  return countByLabel;
}

/** @returns an empty legend */
export function makeLegend(): HTMLElement {
  const legend = element("div", { class: "lp-legend", role: "group", "aria-label": translate("Classes shown") });
  enableRovingTabindex(legend, "button");
  return legend;
}

/**
 * Lets the legend end above the captions beneath the plane, for which the style sheet needs their height.
 * @returns ends it
 */
export const keepLegendAboveFoot = ({ ground, foot }: { ground: HTMLElement; foot: HTMLElement }): (() => void) =>
  observeSize(foot, () => ground.style.setProperty("--foot", `${foot.offsetHeight}px`));

/** The width that the legend takes at the left edge of the plane, in CSS pixels; 0 where it stands below the plane. */
export function legendReserve(legend: HTMLElement): number {
  const isOnPlane = legend.offsetWidth > 0 && getComputedStyle(legend).position === "absolute";
  return isOnPlane ? legend.offsetLeft + legend.offsetWidth : 0;
}

/** Rebuilds the legend if classes or counts changed; otherwise updates only which buttons are pressed. */
export function drawLegend(plane: LegendPlane) {
  const { codes, header, settings, parts } = plane;
  const counts = countByClass(codes.labels, codes.xy.length / 2, (k) => plane.passesFilter(k));
  const content = JSON.stringify([[...counts], header.classes, codes.colours, codes.shapes]);
  if (parts.legend.dataset.content !== content) {
    parts.legend.dataset.content = content;
    rebuildKeepingFocus(parts.legend, "button", () => {
      parts.legend.replaceChildren(...[...counts].map(([label, count]) => legendEntry(plane, label, count)));
      resetRovingTabindex(parts.legend, "button");
    });
  }
  for (const entry of parts.legend.querySelectorAll("button"))
    entry.setAttribute("aria-pressed", String(!settings.hidden.has(Number(entry.dataset.label))));
}

/** The marker of a class beside its name. */
export function markerCanvas(shape: string | null, colour: string): HTMLCanvasElement {
  const [size, ratio] = [14, 2];
  const marker = element("canvas", { width: size * ratio, height: size * ratio, "aria-hidden": "true" });
  drawMarker(context2d(marker), shape, size, size, 0.8 * size, colour);
  return marker;
}

function legendEntry(plane: LegendPlane, label: number, count: number): HTMLButtonElement {
  const marker = markerCanvas(classShape(plane.codes, label), classColour(plane.codes, label));
  const name =
    label < 0
      ? (plane.header.missing ?? translate("no class"))
      : (plane.header.classes[label] ?? translate("class {label}", { label }));
  const title = element("span", { class: "lp-class" }, `${name} `);
  const number = element("span", { class: "lp-count" }, count.toLocaleString("en"));
  const entryButton = button("", () => plane.toggleClass(label), {
    "data-label": label,
    "aria-pressed": "true",
    title: name,
  });
  entryButton.append(marker, title, number);
  return entryButton;
}
