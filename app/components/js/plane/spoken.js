/**
 * The plane in words, for screen readers: the position of z, what is shown and what is selected.
 */

import { write } from "../base/dom.js";
import { LAYERS } from "../view/layers.js";
import { codeText, number } from "../base/number_text.js";

/** @typedef {{density: number, dOfZ: number, inside: boolean | null}} Known of z */

const REST = 700; // milliseconds of rest before it is spoken anew

/** @param {number} n */
const codesOf = (n) => `${n.toLocaleString("en")} ${n === 1 ? "code" : "codes"}`;

export class Spoken {
  /** @param {import("./display.js").Display} plane */
  constructor(plane) {
    this.plane = plane;
    this.timer = 0;
    plane.events.on("close", () => window.clearTimeout(this.timer));
  }

  /** Tells the summary once things have come to rest. @param {Known} known */
  later(known) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => write(this.plane.parts.summary, this.text(known)), REST);
  }

  /** @param {Known} known */
  text(known) {
    const { plane } = this;
    const { picker, slice, view, z } = plane;
    const near = slice.decodable ? picker.nearest(...slice.place(z), view.extent / 4, (k) => plane.visible(k)) : -1;
    return summary({ ...known, z, nearest: near < 0 ? null : plane.nameOf(near), seen: this.seen() });
  }

  /** How many codes there are, which layers are on, which classes are hidden, and what is chosen. */
  seen() {
    const { plane } = this;
    const { codes, header, memory, picked, selection } = plane;
    const on = LAYERS.filter(({ id }) => plane.scene.shows(id)).map(({ title }) => title);
    const parts = [`${codesOf(codes.xy.length / 2)}; layers: ${on.join(", ") || "none"}${plane.past ? `, as at step ${plane.past.step.toLocaleString("en")}` : ""}.`];
    const hidden = [...memory.hidden].map((label) => (label < 0 ? "no class" : header.classes[label]));
    if (hidden.length) parts.push(`Hidden classes: ${hidden.join(", ")}.`);
    if (picked >= 0) parts.push(`Selected: code ${picked}, ${plane.nameOf(picked)}.`);
    if (selection.mask) parts.push(`${codesOf(selection.chosen.length)} selected together.`);
    return parts.join(" ");
  }
}

/**
 * The plane in a sentence or two, for those who hear it.
 * @param {{z: Float32Array, density: number, dOfZ: number, inside: boolean | null, nearest: string | null, seen: string}} state
 */
export function summary({ z, density, dOfZ, inside, nearest, seen }) {
  const parts = [`z is ${codeText(z, 6)}`];
  if (!Number.isNaN(density)) parts.push(`log p(z) ${number(density)}`);
  if (!Number.isNaN(dOfZ)) parts.push(`D(z) ${number(dOfZ)}`);
  if (inside === false) parts.push("outside 99 % of the prior");
  if (nearest) parts.push(`nearest code: ${nearest}`);
  return `${parts.join(", ")}. ${seen}`;
}

/** @param {{shown: number, of: number} | null | undefined} sampled @returns {string} what is said of codes that are only a sample */
export function sampledText(sampled) {
  if (!sampled) return "";
  const [shown, of] = [sampled.shown, sampled.of].map((count) => count.toLocaleString("en"));
  return `The plane shows ${shown} of ${of} codes, the same share of each class.`;
}
