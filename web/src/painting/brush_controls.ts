/**
 * The controls of the painting: the brush, its size and strength, the classes, ready shapes, and undo.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { button, element } from "../base/dom.ts";
import { enableRovingTabindex, resetRovingTabindex } from "../base/roving_tabindex.ts";
import { CELL_COUNT, MAX_CLASSES, parsePainting } from "../priors/painting.ts";
import { assignEqualMassSectors } from "./brush.ts";
import { translate } from "../base/translate.ts";
import type { Painter } from "./painter.ts";
import type { Brush } from "./brush.ts";
import type { ReadyShape } from "../messages.ts";

const SIZES = { low: 1, high: 12, usual: 4 }; // radius in cells
const STRENGTHS: [string, number][] = [
  [translate("Full"), 15],
  [translate("Half"), 8],
  [translate("Faint"), 3],
];

export class BrushControls {
  painter: Painter;
  erases = false;
  radius = SIZES.usual;
  strength = 15;
  /** The class to paint, −1 for none. */
  owner = -1;
  hasOfferChanged = createChangeDetector();
  toolButtons: HTMLButtonElement[];
  undoButton: HTMLButtonElement;
  sizeSlider: HTMLInputElement;
  strengthSelect = element(
    "select",
    {
      "aria-label": translate("Strength of the brush"),
      onchange: () => (this.strength = Number(this.strengthSelect.value)),
    },
    ...STRENGTHS.map(([title, value]) => element("option", { value }, title)),
  );
  shapeButtons = element("div", {
    class: "lp-switches",
    role: "group",
    "aria-label": translate("Ready shapes"),
  });
  classButtons = element("div", {
    class: "lp-switches",
    role: "radiogroup",
    "aria-label": translate("Class to paint"),
  });
  divideButton: HTMLButtonElement;
  root: HTMLDivElement;

  constructor(painter: Painter) {
    this.painter = painter;
    const makeToolButton = (title: string, erases: boolean) =>
      button(title, () => this.chooseTool(erases), { "aria-pressed": String(erases === this.erases) });
    this.toolButtons = [makeToolButton(translate("Brush"), false), makeToolButton(translate("Eraser"), true)];
    this.undoButton = button(translate("Undo"), () => painter.undo());
    this.sizeSlider = element("input", {
      type: "range",
      min: SIZES.low,
      max: SIZES.high,
      step: 1,
      value: SIZES.usual,
      "aria-label": translate("Size of the brush"),
      oninput: () => {
        this.radius = Number(this.sizeSlider.value);
        painter.paintingCanvas.requestPaint();
      },
    });
    this.divideButton = button(translate("Divide among the classes"), () =>
      painter.replacePainting(assignEqualMassSectors(painter.cells, painter.offer.classes.length)),
    );
    enableRovingTabindex(this.classButtons, "button");
    this.root = element(
      "div",
      { class: "ps-controls" },
      element(
        "div",
        { class: "lp-switches", role: "group", "aria-label": translate("Painting") },
        ...this.toolButtons,
        this.undoButton,
        button(translate("Clear"), () => painter.replacePainting(new Uint8Array(CELL_COUNT))),
      ),
      element("label", { class: "ps-field" }, element("span", {}, translate("Size")), this.sizeSlider),
      element("label", { class: "ps-field" }, element("span", {}, translate("Strength")), this.strengthSelect),
      this.classButtons,
      this.divideButton,
      this.shapeButtons,
    );
  }

  chooseTool(erases: boolean) {
    this.erases = erases;
    this.toolButtons.forEach((toolButton, k) => toolButton.setAttribute("aria-pressed", String(Boolean(k) === erases)));
    this.painter.paintingCanvas.requestPaint();
  }

  get currentBrush(): Brush {
    return { radius: this.radius, strength: this.erases ? 0 : this.strength, owner: this.owner };
  }

  /**
   * Offers the ready shapes and, if parts belong to classes, the classes.
   * @param names of the classes, none or at most ten
   */
  buildShapeAndClassButtons(readyShapes: ReadyShape[], names: string[], colours: string[]) {
    if (!this.hasOfferChanged(JSON.stringify([readyShapes, names, colours]))) return;
    this.shapeButtons.replaceChildren(
      ...readyShapes.map(({ title, text }) => button(title, () => this.painter.replacePainting(parsePainting(text)))),
    );
    this.owner = names.length ? Math.max(0, Math.min(this.owner, names.length - 1)) : -1;
    this.classButtons.hidden = this.divideButton.hidden = !names.length;
    const makeClassButton = (name: string, k: number) =>
      element(
        "button",
        {
          type: "button",
          class: "lp-button",
          role: "radio",
          "aria-checked": String(k === this.owner),
          tabindex: k === this.owner ? "0" : "-1",
          onclick: () => this.chooseClass(k),
        },
        element("i", { class: "ps-colour", style: `background: ${colours[k]}` }),
        name,
      );
    this.classButtons.replaceChildren(...names.slice(0, MAX_CLASSES).map(makeClassButton));
    resetRovingTabindex(this.classButtons, "button");
  }

  /** @param k a class */
  chooseClass(k: number) {
    this.owner = k;
    [...this.classButtons.children].forEach((classButton, j) =>
      classButton.setAttribute("aria-checked", String(j === k)),
    );
    this.chooseTool(false);
  }
}
