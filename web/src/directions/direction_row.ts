/**
 * A direction on the page: images along it through z, and below them a slider that moves z.
 */

import { element, setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { ImageStrip } from "../paths/path_strip.ts";
import { coordinateOf, moveAlong } from "./direction.ts";
import type { Direction } from "./direction.ts";
import type { MovesZ } from "../base/planes.ts";

/**
 * name, facts: above the images; places: evenly spaced coordinates of the images; marks: labels below the images;
 * coordinateText: a coordinate in words; shortText: the same in brief.
 */
export type ShownDirection = Direction & {
  name: string;
  facts: string;
  places: number[];
  marks: string[];
  coordinateText: (t: number) => string;
  shortText: (t: number) => string;
};

const SLIDER_STEPS = 400; // of a slider

export class DirectionRow {
  direction: ShownDirection;
  ends: [number, number] = [0, 0];
  strip: ImageStrip;
  slider: HTMLInputElement;
  output = element("output", {});
  factsText = element("span", {});
  marks = element("div", { class: "lp-direction-marks", "aria-hidden": "true" });
  host: HTMLDivElement;

  constructor(direction: ShownDirection, plane: MovesZ) {
    this.direction = direction;
    this.strip = new ImageStrip(
      (k) => plane.moveZTo(moveAlong(this.direction, plane.z, this.direction.places[k])),
      translate("Images along {direction}", { direction: direction.name }),
    );
    this.slider = element("input", {
      type: "range",
      "aria-label": translate("z along {direction}", { direction: direction.name }),
      oninput: () => plane.setZ(moveAlong(this.direction, plane.z, Number(this.slider.value)), "slide"),
      onchange: () => plane.sendZ(),
    });
    this.host = element(
      "div",
      { class: "lp-direction" },
      element("p", {}, element("b", {}, direction.name), this.factsText),
      this.strip.host,
      this.marks,
      element("label", {}, this.slider, this.output),
    );
    this.showDirection(direction);
  }

  /**
   * Shows a direction of the same name, such as that of the next step of a training, without losing the focus or a
   * drag.
   */
  showDirection(direction: ShownDirection) {
    const { facts, places, marks } = direction;
    const halfStep = (places[1] - places[0]) / 2; // the slider ends at the outer edges of the images
    this.direction = direction;
    this.ends = [places[0] - halfStep, places[places.length - 1] + halfStep];
    const [min, max] = this.ends;
    for (const [name, value] of Object.entries({ min, max, step: (max - min) / SLIDER_STEPS }))
      this.slider.setAttribute(name, String(value));
    this.factsText.textContent = facts;
    this.marks.replaceChildren(...marks.map((mark) => element("span", {}, mark)));
    return this;
  }

  /** The codes of the images: z, moved along the direction alone. */
  codesAlong(z: ArrayLike<number>): Float32Array[] {
    return this.direction.places.map((t) => moveAlong(this.direction, z, t));
  }

  /** Moves the slider to z. */
  moveSlider(z: ArrayLike<number>) {
    const { places, coordinateText, shortText } = this.direction;
    const t = coordinateOf(this.direction, z);
    this.slider.value = String(t);
    this.slider.setAttribute("aria-valuetext", coordinateText(t));
    setText(this.output, shortText(t));
    this.strip.markImage(
      t < this.ends[0] || t > this.ends[1] ? -1 : Math.round((t - places[0]) / (places[1] - places[0])),
    );
  }

  /** Names the images for z. */
  nameImages(z: ArrayLike<number>) {
    const { places, coordinateText } = this.direction;
    this.strip.showCodes(
      this.codesAlong(z),
      places.map(() => NaN),
      (k) => coordinateText(places[k]),
    );
  }
}
