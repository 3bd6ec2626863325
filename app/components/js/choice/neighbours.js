/**
 * The codes nearest to a point in the whole latent space, and their display.
 */

import { element } from "../base/dom.js";
import { smallest, squaresTo } from "./distances.js";
import { number } from "../base/number_text.js";

const NEAREST = 8;

/** @typedef {{index: number, far: number}} Near number of a code and how far it is */

/**
 * @param {ArrayLike<number>} codes N×d
 * @param {number} dim
 * @param {ArrayLike<number>} place d values
 * @param {number} except number of a code that is left out
 * @returns {Near[]} nearest first
 */
export function nearestTo(codes, dim, place, except = -1) {
  const squares = squaresTo(codes, dim, place, new Float64Array(Math.floor(codes.length / dim)));
  if (except >= 0) squares[except] = Infinity;
  return smallest(squares, NEAREST).map((index) => ({ index, far: Math.sqrt(squares[index]) }));
}

/**
 * A button for each code, with its image if there is one, that selects the code; and a sentence about them.
 * @param {import("../plane/plane.js").Plane} plane
 * @param {Near[]} near
 */
export function nearButtons(plane, near) {
  const buttons = near.map(({ index, far }) => {
    const name = plane.nameOf(index);
    const picture = plane.sprites.thumbnail(index);
    return element("button", {
      type: "button", class: "lp-near", "aria-label": `Code ${index}, ${name}, ${number(far)} away: select it`, onclick: () => plane.pick(index),
    }, ...(picture ? [picture] : []), element("span", {}, `${name} · ${number(far)}`)); // prettier-ignore
  });
  const said = `The ${near.length} nearest codes: class and distance.`;
  return element("div", {}, element("p", { class: "lp-said" }, said), element("div", { class: "lp-figures" }, ...buttons));
}

/** A picture with its name below. @param {HTMLCanvasElement} picture @param {string} name */
export function figure(picture, name) {
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", name);
  return element("figure", {}, picture, element("figcaption", {}, name));
}
