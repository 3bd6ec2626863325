/**
 * The legend: a button for each class, with its marker and its count, that shows or hides the class.
 */

import { button, element } from "../base/dom.js";
import { drawMarker } from "./markers.js";
import { colourOf, shapeOf } from "./points.js";

/**
 * How many codes each class has; −1 stands for unlabelled ones.
 * @param {ArrayLike<number> | null} labels
 * @param {number} n
 * @returns {Map<number, number>} by class, ascending
 */
export function countsOf(labels, n) {
  /** @type {Map<number, number>} */
  const counts = new Map();
  if (!labels) return n ? new Map([[-1, n]]) : counts;
  for (let k = 0; k < n; k++) counts.set(labels[k], (counts.get(labels[k]) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a - b));
}

/**
 * Rebuilds the legend where classes or counts changed, else only which buttons are pressed.
 * @param {HTMLElement} host
 * @param {import("./points.js").Codes} codes
 * @param {string[]} names
 * @param {Set<number>} hidden
 * @param {(label: number) => void} toggle
 */
export function drawLegend(host, codes, names, hidden, toggle) {
  const counts = countsOf(codes.labels, codes.xy.length / 2);
  const content = JSON.stringify([[...counts], names, codes.colours, codes.shapes]);
  if (host.dataset.content !== content) {
    host.dataset.content = content;
    host.replaceChildren(...[...counts].map(([label, count]) => entry(codes, names, label, count, toggle)));
  }
  for (const each of /** @type {HTMLElement[]} */ ([...host.children])) {
    each.setAttribute("aria-pressed", String(!hidden.has(Number(each.dataset.label))));
  }
}

/** The marker of a class beside its name. @param {string | null} shape @param {string} colour @returns {HTMLCanvasElement} */
export function markerOf(shape, colour) {
  const [size, ratio] = [14, 2];
  const marker = element("canvas", { width: size * ratio, height: size * ratio, "aria-hidden": "true" });
  drawMarker(marker.getContext("2d"), shape, size, size, 0.8 * size, colour);
  return marker;
}

/** @param {import("./points.js").Codes} codes @param {string[]} names @param {number} label @param {number} count @param {(label: number) => void} toggle */
function entry(codes, names, label, count, toggle) {
  const marker = markerOf(shapeOf(codes, label), colourOf(codes, label));
  const name = label < 0 ? "no class" : (names[label] ?? `class ${label}`);
  const number = element("span", { class: "lp-count" }, count.toLocaleString("en"));
  const made = button("", () => toggle(label), { "data-label": label, "aria-pressed": "true" });
  made.append(marker, `${name} `, number);
  return made;
}
