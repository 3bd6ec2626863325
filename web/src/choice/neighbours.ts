/**
 * The codes nearest to a point in the whole latent space, and their display.
 */

import { element } from "../base/dom.ts";
import { smallestIndices, squaredDistances } from "../base/distances.ts";
import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { NeighbourPlane } from "./planes.ts";

const NEIGHBOUR_COUNT = 8;

/** Number of a code and how far it is. */
type Neighbour = { index: number; distance: number };

/**
 * @param codes N×d
 * @param point d values
 * @param excludedIndex number of a code that is left out
 * @returns nearest first
 */
export function nearestCodes(
  codes: ArrayLike<number>,
  dim: number,
  point: ArrayLike<number>,
  excludedIndex: number = -1,
): Neighbour[] {
  const squares = squaredDistances(codes, dim, point, new Float64Array(Math.floor(codes.length / dim)));
  if (excludedIndex >= 0) squares[excludedIndex] = Infinity;
  return smallestIndices(squares, NEIGHBOUR_COUNT).map((index) => ({ index, distance: Math.sqrt(squares[index]) }));
}

/** A button for each code, with its image if there is one, that selects the code; and a sentence about them. */
export function neighbourButtons(plane: NeighbourPlane, neighbours: Neighbour[]): HTMLDivElement {
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

/** A picture with its name below. */
export function captionedFigure(picture: HTMLCanvasElement, name: string): HTMLElement {
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", name);
  return element("figure", {}, picture, element("figcaption", {}, name));
}
