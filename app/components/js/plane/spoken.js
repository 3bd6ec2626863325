/**
 * A summary of the plane for screen readers: the position of z, what is shown and what is selected.
 */

import { write } from "../base/dom.js";
import { LAYERS } from "../view/layers.js";
import { codeText, number } from "../base/number_text.js";

/** @typedef {{density: number, dOfZ: number, inside: boolean | null}} Known of z */

const REST = 700; // milliseconds after the last drawing before the summary is updated

/** @param {number} n */
const codesOf = (n) => `${n.toLocaleString("en")} ${n === 1 ? "code" : "codes"}`;

export class Spoken {
  /** @param {import("./display.js").Display} plane */
  constructor(plane) {
    this.plane = plane;
    this.timer = 0;
    plane.events.on("close", () => window.clearTimeout(this.timer));
  }

  /** Updates the summary after `REST`. @param {Known} known */
  later(known) {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => write(this.plane.parts.summary, this.text(known)), REST);
  }

  /** The values at z, then `seen`. @param {Known} known */
  text({ density, dOfZ, inside }) {
    const { picker, slice, view, z } = this.plane;
    const near = slice.decodable ? picker.nearest(...slice.place(z), view.extent / 4, (k) => this.plane.visible(k)) : -1;
    const parts = [`z is ${codeText(z, 6)}`];
    if (!Number.isNaN(density)) parts.push(`log p(z) ${number(density)}`);
    if (!Number.isNaN(dOfZ)) parts.push(`D(z) ${number(dOfZ)}`);
    if (inside === false) parts.push("outside 99 % of the prior");
    if (near >= 0) parts.push(`nearest code: ${this.plane.nameOf(near)}`);
    return `${parts.join(", ")}. ${this.seen()}`;
  }

  /** The number of codes, the visible layers, the hidden classes and the selection. */
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

/** @param {{shown: number, of: number} | null | undefined} sampled @returns {string} a sentence if only a sample of the codes is shown, else "" */
export function sampledText(sampled) {
  if (!sampled) return "";
  const [shown, of] = [sampled.shown, sampled.of].map((count) => count.toLocaleString("en"));
  return `The plane shows ${shown} of ${of} codes, the same share of each class.`;
}
