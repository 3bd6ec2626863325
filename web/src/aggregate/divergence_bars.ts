/**
 * Three bars that are an equation: the mean KL of the images, and beneath it I(x; z) and KL(q(z) ‖ p), which begins
 * where I(x; z) ends, so that both together are as long as the first.
 */

import { element, setText } from "../base/dom.ts";
import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { Divergences } from "./divergences.ts";

const MAX_NATS = 11; // nats that fit on the scale
const TICKS = [0, 2, 4, 6, 8, 10];
const ROWS: { name: keyof Divergences; sign: string; formula: string; words: string }[] = [
  { name: "mean_kl", sign: "", formula: "E KL(q(z|x) ‖ p)", words: translate("what a VAE pays for an image") },
  { name: "information", sign: "=", formula: "I(x; z)", words: translate("what z tells of its image") },
  {
    name: "aggregate_kl",
    sign: "+",
    formula: "KL(q(z) ‖ p)",
    words: translate("all that an AAE pays"),
  },
];

export class DivergenceBars {
  rows: Map<string, { output: HTMLElement; parts: HTMLElement[] }> = new Map();
  root: HTMLDivElement;

  constructor() {
    const ticks = TICKS.map((nats) => element("span", { style: `left: ${share(nats)}` }, String(nats)));
    this.root = element(
      "div",
      { class: "ag-bars", role: "group", "aria-label": translate("The equation, in nats") },
      ...ROWS.map((row) => this.buildRow(row)),
      element("div", { class: "ag-ticks", "aria-hidden": "true" }, ...ticks),
    );
  }

  buildRow({ name, sign, formula, words }: (typeof ROWS)[number]): HTMLElement {
    const output = element("output", {});
    const partNames = name === "mean_kl" ? ["information", "aggregate_kl"] : [name];
    const parts = partNames.map((part) => element("i", { "data-part": part }));
    this.rows.set(name, { output, parts });
    return element(
      "div",
      { class: "ag-bar", "data-bar": name },
      element("p", {}, element("b", {}, `${sign} ${formula}`.trim()), ` ${words}`),
      output,
      element("div", { class: "ag-track", "aria-hidden": "true" }, ...parts),
    );
  }

  show(divergences: Divergences) {
    const { information } = divergences;
    const starts = { information: 0, aggregate_kl: information };
    for (const [name, { output, parts }] of this.rows) {
      setText(output, translate("{value} nats", { value: formatNumber(divergences[name as keyof Divergences]) }));
      for (const part of parts) {
        const partName = part.dataset.part as keyof typeof starts;
        part.style.left = share(starts[partName]);
        part.style.width = share(divergences[partName]);
      }
    }
  }
}

const share = (nats: number): string => `${(100 * Math.max(0, nats)) / MAX_NATS}%`;
