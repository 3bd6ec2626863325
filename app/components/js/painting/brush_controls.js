/**
 * The controls of the painting: the brush, its size and strength, the classes, ready shapes, and undo.
 */

import { createChangeDetector } from "../base/memoize.js";
import { button, element } from "../base/dom.js";
import { enableRovingTabindex, resetRovingTabindex } from "../base/roving_tabindex.js";
import { CELL_COUNT, MAX_CLASSES, parsePainting } from "../priors/painting.js";
import { assignEqualMassSectors } from "./brush.js";
import { translate } from "../base/translate.js";

const SIZES = { low: 1, high: 12, usual: 4 }; // radius in cells
/** @type {[string, number][]} */
const STRENGTHS = [
  [translate("Full"), 15],
  [translate("Half"), 8],
  [translate("Faint"), 3],
];

export class BrushControls {
  /** @param {import("./painter.js").Painter} painter */
  constructor(painter) {
    this.painter = painter;
    this.erases = false;
    this.radius = SIZES.usual;
    this.strength = 15;
    /** The class to paint, −1 for none. */
    this.owner = -1;
    this.hasOfferChanged = createChangeDetector();
    const makeToolButton = (/** @type {string} */ title, /** @type {boolean} */ erases) =>
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
    this.strengthSelect = element(
      "select",
      {
        "aria-label": translate("Strength of the brush"),
        onchange: () => (this.strength = Number(this.strengthSelect.value)),
      },
      ...STRENGTHS.map(([title, value]) => element("option", { value }, title)),
    );
    this.shapeButtons = element("div", {
      class: "lp-switches",
      role: "group",
      "aria-label": translate("Ready shapes"),
    });
    this.classButtons = element("div", {
      class: "lp-switches",
      role: "radiogroup",
      "aria-label": translate("Class to paint"),
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

  /** @param {boolean} erases */
  chooseTool(erases) {
    this.erases = erases;
    this.toolButtons.forEach((toolButton, k) => toolButton.setAttribute("aria-pressed", String(Boolean(k) === erases)));
    this.painter.paintingCanvas.requestPaint();
  }

  /** @returns {import("./brush.js").Brush} */
  get currentBrush() {
    return { radius: this.radius, strength: this.erases ? 0 : this.strength, owner: this.owner };
  }

  /**
   * Offers the ready shapes and, if parts belong to classes, the classes.
   * @param {import("../../messages.js").ReadyShape[]} readyShapes
   * @param {string[]} names of the classes, none or at most ten
   * @param {string[]} colours
   */
  buildShapeAndClassButtons(readyShapes, names, colours) {
    if (!this.hasOfferChanged(JSON.stringify([readyShapes, names, colours]))) return;
    this.shapeButtons.replaceChildren(
      ...readyShapes.map(({ title, text }) => button(title, () => this.painter.replacePainting(parsePainting(text)))),
    );
    this.owner = names.length ? Math.max(0, Math.min(this.owner, names.length - 1)) : -1;
    this.classButtons.hidden = this.divideButton.hidden = !names.length;
    const makeClassButton = (/** @type {string} */ name, /** @type {number} */ k) =>
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

  /** @param {number} k a class */
  chooseClass(k) {
    this.owner = k;
    [...this.classButtons.children].forEach((classButton, j) =>
      classButton.setAttribute("aria-checked", String(j === k)),
    );
    this.chooseTool(false);
  }
}
