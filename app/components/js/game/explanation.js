/**
 * The text below the game: the phase and its equation, the three lanes, and the table of all phases.
 */

import { element, rebuildKeepingFocus } from "../base/dom.js";
import { formatNumber } from "../base/number_format.js";
import { translate } from "../base/translate.js";
import { LANES, PHASES } from "./phase_texts.js";

export class Explanation {
  /**
   * @param {(lights: string[] | null) => void} onHighlight called with the parts to highlight for a term of the
   *   equation, and with null when it is left
   */
  constructor(onHighlight) {
    this.onHighlight = onHighlight;
    this.equation = element("p", {
      class: "gb-equation",
      role: "group",
      tabindex: "-1",
      "aria-label": translate("Equation"),
    });
    this.purposeElement = element("p", { class: "gb-why" });
    this.lanes = LANES.map((title) => element("li", {}, element("b", {}, title), element("span", {})));
    this.scoreBody = element("tbody");
    /** For screen readers. */
    this.liveRegion = element("p", { class: "lp-hidden", "aria-live": "polite" });
    this.root = element(
      "div",
      { class: "gb-explained" },
      this.purposeElement,
      this.equation,
      element("ol", { class: "gb-lanes" }, ...this.lanes),
      this.liveRegion,
    );
    this.scoreTable = element(
      "table",
      { class: "gb-table gb-score" },
      element("caption", {}, translate("Steps taken, and the cost before and after the last one")),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...[translate("Phase"), translate("Steps"), translate("Before"), translate("After")].map((title) =>
            element("th", { scope: "col" }, title),
          ),
        ),
      ),
      this.scoreBody,
    );
  }

  /**
   * @param {string[]} captions of the three lanes
   * @param {number | null} beat the highlighted lane; null: all
   */
  showCaptions(captions, beat) {
    this.lanes.forEach((lane, k) => {
      lane.children[1].textContent = captions[k] ?? "";
      lane.classList.toggle("gb-dim", beat !== null && beat !== k);
      lane.classList.toggle("gb-now", beat === k);
    });
  }

  /**
   * @param {string} purpose
   * @param {import("./phase_texts.js").Term[]} terms
   */
  showEquation(purpose, terms) {
    this.purposeElement.textContent = purpose;
    rebuildKeepingFocus(this.equation, ".gb-term", () =>
      this.equation.replaceChildren(...terms.map((term) => this.buildTerm(term))),
    );
  }

  /** @param {import("./phase_texts.js").Term} term @returns {HTMLSpanElement} */
  buildTerm({ text, value, lights }) {
    const words = [text, ...(value ? [element("b", {}, ` ${value} `)] : [])];
    if (!lights) return element("span", {}, ...words);
    const [highlight, endHighlight] = [() => this.onHighlight(lights), () => this.onHighlight(null)];
    return element(
      "button",
      {
        type: "button",
        class: "gb-term",
        onpointerenter: highlight,
        onfocus: highlight,
        onpointerleave: endHighlight,
        onblur: endHighlight,
      },
      ...words,
    );
  }

  /**
   * @param {Object<string, number>} counts steps by phase
   * @param {Object<string, [number, number]>} costs of each phase's last step
   */
  showCosts(counts, costs) {
    this.scoreBody.replaceChildren(
      ...Object.entries(counts).map(([phase, steps]) =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }, `${PHASES[phase].letter}: ${PHASES[phase].action}`),
          element("td", {}, String(steps)),
          ...[0, 1].map((k) => element("td", {}, costs[phase] ? formatNumber(costs[phase][k], 3) : "–")),
        ),
      ),
    );
  }
}
