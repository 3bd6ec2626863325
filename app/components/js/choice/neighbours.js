/**
 * The codes nearest to a point in the whole latent space, and their display.
 */

import { element } from "../base/dom.js";
import { smallestIndices, squaredDistances } from "../base/distances.js";
import { formatNumber } from "../base/number_format.js";
import { translate } from "../base/translate.js";

const NEIGHBOUR_COUNT = 8;

/** @typedef {{index: number, distance: number}} Neighbour number of a code and how far it is */

/**
 * @param {ArrayLike<number>} codes N×d
 * @param {number} dim
 * @param {ArrayLike<number>} point d values
 * @param {number} excludedIndex number of a code that is left out
 * @returns {Neighbour[]} nearest first
 */
export function nearestCodes(codes, dim, point, excludedIndex = -1) {
  const squares = squaredDistances(codes, dim, point, new Float64Array(Math.floor(codes.length / dim)));
  if (excludedIndex >= 0) squares[excludedIndex] = Infinity;
  return smallestIndices(squares, NEIGHBOUR_COUNT).map((index) => ({ index, distance: Math.sqrt(squares[index]) }));
}

/**
 * A button for each code, with its image if there is one, that selects the code; and a sentence about them.
 * @param {import("./planes.js").NeighbourPlane} plane
 * @param {Neighbour[]} neighbours
 * @returns {HTMLDivElement}
 */
export function neighbourButtons(plane, neighbours) {
  const buttons = neighbours.map(({ index, distance }) => {
    const name = plane.codeName(index);
    const picture = plane.sprites.thumbnail(index);
    return element(
      "button",
      {
        type: "button",
        class: "lp-near",
        "aria-label": translate("Code {index}, {name}, {distance} away: select it", {
          index,
          name,
          distance: formatNumber(distance),
        }),
        onclick: () => plane.pickCode(index),
      },
      ...(picture ? [picture] : []),
      element("span", {}, `${name} · ${formatNumber(distance)}`),
    );
  });
  const sentence = translate("The {count} nearest codes: class and distance.", { count: neighbours.length });
  return element(
    "div",
    {},
    element("p", { class: "lp-note" }, sentence),
    element("div", { class: "lp-figures" }, ...buttons),
  );
}

/**
 * A picture with its name below.
 * @param {HTMLCanvasElement} picture
 * @param {string} name
 * @returns {HTMLElement}
 */
export function captionedFigure(picture, name) {
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", name);
  return element("figure", {}, picture, element("figcaption", {}, name));
}
