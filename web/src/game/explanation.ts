/**
 * The text below the game: the phase and its equation, the three lanes, and the table of all phases.
 */

import { element, rebuildKeepingFocus } from "../base/dom.ts";
import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import { LANES, PHASES } from "./phase_texts.ts";
import type { Term } from "./phase_texts.ts";

export class Explanation {
  onHighlight: (lights: string[] | null) => void;
  equation = element("p", {
    class: "gb-equation",
    role: "group",
    tabindex: "-1",
    "aria-label": translate("Equation"),
  });
  purposeElement = element("p", { class: "gb-why" });
  lanes = LANES.map((title) => element("li", {}, element("b", {}, title), element("span", {})));
  scoreBody = element("tbody");
  /** For screen readers. */
  liveRegion = element("p", { class: "lp-hidden", "aria-live": "polite" });
  root = element(
    "div",
    { class: "gb-explained" },
    this.purposeElement,
    this.equation,
    element("ol", { class: "gb-lanes" }, ...this.lanes),
    this.liveRegion,
  );
  scoreTable = element(
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

  /** @param onHighlight called with the parts to highlight for a term of the equation, and with null when it is left */
  constructor(onHighlight: (lights: string[] | null) => void) {
    this.onHighlight = onHighlight;
  }

  /**
   * @param captions of the three lanes
   * @param beat the highlighted lane; null: all
   */
  showCaptions(captions: string[], beat: number | null) {
    this.lanes.forEach((lane, k) => {
      lane.children[1].textContent = captions[k] ?? "";
      lane.classList.toggle("gb-dim", beat !== null && beat !== k);
      lane.classList.toggle("gb-now", beat === k);
    });
  }

  showEquation(purpose: string, terms: Term[]) {
    this.purposeElement.textContent = purpose;
    rebuildKeepingFocus(this.equation, ".gb-term", () =>
      this.equation.replaceChildren(...terms.map((term) => this.buildTerm(term))),
    );
  }

  buildTerm({ text, value, lights }: Term): HTMLSpanElement {
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
   * @param counts steps by phase
   * @param costs of each phase's last step
   */
  showCosts(counts: Record<string, number>, costs: Record<string, [number, number]>) {
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
