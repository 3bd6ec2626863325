/**
 * The names of the classes on the plane, each where the codes of its class lie densest.
 */

import { isPlaceFree, labelsWithRoom, placesBeside } from "../view/free_places.ts";
import { canvasFont, fillTextWithRim } from "../view/layers.ts";
import type { TextBox, Paper } from "../view/layers.ts";
import type { Viewport } from "../view/viewport.ts";

type ClassPlace = { label: number; place: [number, number]; count: number };

const MAX_CLASSES = 20; // with more, the names would cover the codes
const CODES_PER_CLASS = 120; // codes of a class from which its place is computed
const MIN_CODES = 5; // of a class, to be named
const SHIFTS = 6; // steps of the mean shift from the median to the densest place
const MAX_LETTERS = 18;
const FONT_SIZE = 15; // CSS pixels
const GAP = 4; // CSS pixels between two names

/**
 * Where the names belong; none without classes or with too many.
 * @param xy places of the codes, x and y in turn
 * @returns the largest class first
 */
export function placeClassNames(xy: Float32Array, labels: ArrayLike<number> | null, classCount: number): ClassPlace[] {
  if (!labels || classCount < 2 || classCount > MAX_CLASSES) return [];
  const members = indicesByClass(xy, labels, classCount);
  const places = members.map((indices, label) => ({
    label,
    count: indices.length,
    place: indices.length < MIN_CODES ? null : densestPlace(xy, thinOut(indices)),
  }));
  const namedPlaces = places.filter(({ place }) => place) as ClassPlace[];
  return namedPlaces.sort((a, b) => b.count - a.count);
}

/** @returns the indices of the codes of each class */
function indicesByClass(xy: Float32Array, labels: ArrayLike<number>, classCount: number): number[][] {
  const members = Array.from({ length: classCount }, () => [] as number[]);
  for (let k = 0; k < labels.length; k++) {
    if (labels[k] >= 0 && labels[k] < classCount && Number.isFinite(xy[2 * k] + xy[2 * k + 1]))
      members[labels[k]].push(k);
  }
  return members;
}

/** @returns at most CODES_PER_CLASS of them, evenly spaced */
function thinOut(indices: number[]): number[] {
  const step = Math.max(1, indices.length / CODES_PER_CLASS);
  return Array.from({ length: Math.floor(indices.length / step) }, (_, k) => indices[Math.floor(k * step)]);
}

/** The densest place among some codes: from their median, uphill by mean shift. It moves smoothly when the codes do. */
function densestPlace(xy: Float32Array, indices: number[]): [number, number] {
  let [x, y] = [0, 1].map((axis) => upperMedian(indices.map((k) => xy[2 * k + axis])));
  const distances = indices.map((k) => Math.hypot(xy[2 * k] - x, xy[2 * k + 1] - y));
  const width = upperMedian(distances) / 2 || 1e-9;
  for (let step = 0; step < SHIFTS; step++) {
    let [sumX, sumY, total] = [0, 0, 0];
    for (const k of indices) {
      const square = (xy[2 * k] - x) ** 2 + (xy[2 * k + 1] - y) ** 2;
      const weight = Math.exp(-square / (2 * width * width));
      sumX += weight * xy[2 * k];
      sumY += weight * xy[2 * k + 1];
      total += weight;
    }
    if (total < 1e-6) break; // no code is near the median
    [x, y] = [sumX / total, sumY / total];
  }
  return [x, y];
}

/** The median, of an even number the upper one of the two. */
const upperMedian = (values: number[]): number => Float64Array.from(values).sort()[Math.floor(values.length / 2)];

/**
 * Writes names on the plane, each with a halo: the most important at its place, others beside theirs where they would
 * overlap, so that all are read. None are written where most would have to give way, because the classes then lie on
 * one another.
 * @param names the most important first
 * @returns where they stand
 */
export function drawClassNames(paper: Paper, names: { name: string; place: [number, number] }[]): TextBox[] {
  const { pen, view } = paper;
  const height = FONT_SIZE * view.markScale;
  pen.font = canvasFont(view, FONT_SIZE, "bold");
  pen.textAlign = "center";
  const visible = names
    .map(({ name, place: [x, y] }) => ({ text: shortenName(name), x, y }))
    .map((label) => ({ ...label, halfWidth: pen.measureText(label.text).width / 2, halfHeight: height / 2 }))
    .filter((label) => isInside(label, view));
  const unmovedLabels = labelsWithRoom(visible, GAP);
  if (unmovedLabels.length < visible.length / 2) return [];
  const writtenLabels = [...unmovedLabels];
  for (const label of visible) {
    if (unmovedLabels.includes(label)) continue;
    const freeBox = placesBeside(label).find((box) => isInside(box, view) && isPlaceFree(box, writtenLabels, GAP));
    if (freeBox) writtenLabels.push(freeBox);
  }
  for (const { text, x, y } of writtenLabels) fillTextWithRim(paper, text, x, y + 0.36 * height);
  return writtenLabels;
}

function isInside({ x, y, halfWidth, halfHeight }: TextBox, view: Viewport): boolean {
  const isWithinWidth = x > halfWidth && x < view.width - halfWidth;
  return isWithinWidth && y > 2 * halfHeight && y < view.height - 2 * halfHeight;
}

const shortenName = (name: string): string => (name.length > MAX_LETTERS ? `${name.slice(0, MAX_LETTERS - 1)}…` : name);
