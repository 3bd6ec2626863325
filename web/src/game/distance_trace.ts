/**
 * The distance from q(z) to p(z), now and in earlier rounds: a line that falls while the prior is imposed.
 */

import { element, svgElement } from "../base/dom.ts";
import { formatNumber } from "../base/number_format.ts";
import { mark, translate } from "../base/translate.ts";

const [WIDTH, HEIGHT] = [300, 44];
/** By kind of posterior: what the distance is that of the codes on the plane. */
const DISTANCE_TEXTS: Record<string, string> = {
  deterministic: mark("Distance between q(z) and p(z), MMD²: {value}."),
  gaussian: mark("Distance between the means of q(z|x) and p(z), MMD²: {value}."),
  universal: mark("Distance between the codes without noise and p(z), MMD²: {value}."),
};

export class DistanceTrace {
  line = svgElement("polyline");
  caption = element("p", { class: "lp-note" });
  costNote = element(
    "p",
    { class: "lp-note" },
    translate(
      "The costs of D and G do not show this: each is measured against an opponent that also learns, and may stay constant while q(z) approaches p(z).",
    ),
  );
  root: HTMLDivElement;

  constructor() {
    const picture = svgElement(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      this.line,
    );
    this.root = element("div", { class: "gb-trace" }, this.caption, picture, this.costNote);
  }

  /**
   * @param values of the game's states so far
   * @param posterior the kind of posterior
   */
  show(values: number[], posterior: string) {
    const [value, first] = [values[values.length - 1], values[0]].map((distance) => formatNumber(distance, 3));
    const valueText = values.length > 1 ? translate("{value} (at first {first})", { value, first }) : value;
    this.caption.textContent = translate(DISTANCE_TEXTS[posterior], { value: valueText });
    this.line.setAttribute("points", linePoints(values));
  }
}

/** The points of the line, from left to right, with the largest value at the top and 0 at the bottom. */
export function linePoints(values: number[]): string {
  const top = Math.max(...values, 1e-6);
  const toX = (k: number) => (values.length > 1 ? (k / (values.length - 1)) * WIDTH : 0);
  const toY = (value: number) => 2 + (1 - Math.max(0, value) / top) * (HEIGHT - 4);
  return values.map((value, k) => `${toX(k).toFixed(1)},${toY(value).toFixed(1)}`).join(" ");
}
