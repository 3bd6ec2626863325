/**
 * A decoded image in its frame, or, for a row of a table, a chart: a line for each feature, with a bar from the median
 * to its value.
 */

import { element } from "./dom.ts";
import { chartUpdaters } from "./pictures.ts";
import { decimalCount, rewordForRows, scaledDeviationFromMedian, toFeatureUnits } from "./table_rows.ts";
import { formatNumber } from "./number_format.ts";
import { translate } from "./translate.ts";
import type { Features } from "../messages.ts";

const MAX_FEATURES = 60; // features at most: drawing more would lag behind the pointer
const MIN_SEARCHED = 20; // features from which there is a search

/**
 * Where a value lies on its track, in per cent.
 * @param value in 0..1
 */
const trackPercent = (value: number): number => Math.min(100, Math.max(0, 50 + 50 * scaledDeviationFromMedian(value)));

/**
 * The sign before a value at an end of its scale, to which all values beyond are clamped.
 * @param value in 0..1
 */
function endOfScaleSign(value: number): "≤ " | "≥ " | "" {
  if (value <= 0) return "≤ ";
  return value >= 1 ? "≥ " : "";
}

export class FeatureChart {
  canvas: HTMLCanvasElement;
  list = element("ul", {});
  note = element("p", {});
  search = element("input", {
    type: "search",
    class: "lp-search",
    placeholder: translate("Find a feature"),
    "aria-label": translate("Find a feature"),
    oninput: () => this.buildRows(),
  });
  host: HTMLDivElement;
  frame: HTMLDivElement;
  features: Features | null = null;
  /** The names of the features that come first, such as those that differ most. */
  firstNames: string[] = [];
  /** What is shown of the features, by their numbers. */
  rows: { k: number; value: HTMLElement; bar: HTMLElement; ring: HTMLElement }[] = [];
  /** The values shown last. */
  shownValues: { values: ArrayLike<number>; original: ArrayLike<number> | null } | null = null;

  /** @param label of the image */
  constructor(label: string) {
    this.canvas = element("canvas", { class: "lp-image", role: "img", "aria-label": label });
    this.host = element(
      "div",
      {
        class: "lp-chart",
        hidden: true,
        tabindex: "0",
        role: "region",
        "aria-label": rewordForRows(label, true),
      },
      this.list,
      this.note,
    );
    this.frame = element("div", { class: "lp-frame" }, this.canvas, this.host);
    chartUpdaters.set(this.canvas, (values) => this.showValues(values));
  }

  /** Shows rows of these features from now on, or images where it is null. */
  setFeatures(features: Features | null) {
    this.canvas.hidden = Boolean(features);
    this.host.hidden = !features;
    if (JSON.stringify(features) === JSON.stringify(this.features)) return;
    this.features = features;
    this.shownValues = null;
    this.search.value = "";
    this.host.replaceChildren(...(this.isSearched ? [this.search] : []), this.list, this.note);
    this.buildRows();
  }

  /** Whether there are so many features that there is a search, and an order. */
  get isSearched() {
    return (this.features?.names.length ?? 0) >= MIN_SEARCHED;
  }

  /** Shows features with these names before all others, if they are many. */
  showFirst(names: string[]) {
    if (names.join("\n") === this.firstNames.join("\n")) return;
    this.firstNames = names;
    this.buildRows();
  }

  /** The numbers of the features whose names contain what is searched, in the order in which they are shown. */
  matchingFeatures() {
    const names = this.features?.names ?? [];
    const searchText = this.search.value.trim().toLowerCase();
    const first = this.isSearched ? this.firstNames : [];
    const rankByName = new Map(first.map((name, rank) => [name, rank]));
    const rankOf = (k: number) => rankByName.get(names[k]) ?? names.length + k;
    return names
      .map((_, k) => k)
      .filter((k) => names[k].toLowerCase().includes(searchText))
      .sort((a, b) => rankOf(a) - rankOf(b));
  }

  buildRows() {
    const matchingIndices = this.matchingFeatures();
    this.rows = [];
    const names = this.features?.names ?? [];
    this.list.replaceChildren(...matchingIndices.slice(0, MAX_FEATURES).map((k) => this.buildRow(names[k], k)));
    this.note.textContent = this.noteText(matchingIndices.length);
    if (this.shownValues) this.showValues(this.shownValues.values, this.shownValues.original);
  }

  /** @param count of the features that match the search */
  noteText(count: number): string {
    if (count <= MAX_FEATURES) return "";
    const numbers = { shown: MAX_FEATURES, total: count };
    if (this.firstNames.length)
      return translate("The {shown} of {total} features in which the selection differs most.", numbers);
    return translate("The first {shown} of {total} features.", numbers);
  }

  buildRow(name: string, k: number): HTMLLIElement {
    const { middles, reaches, lows, highs } = this.features as Features;
    const formatValue = (value: number) => formatNumber(value, decimalCount(this.features as Features, k));
    const [from, to] = [lows[k], highs[k]].map((end) => 50 + (50 * (end - middles[k])) / reaches[k]);
    const parts = {
      value: element("b", {}),
      bar: element("i", { class: "lp-chart-bar" }),
      ring: element("i", { class: "lp-chart-ring", hidden: true }),
    };
    this.rows.push({ k, ...parts });
    const rangeBar = element("i", { class: "lp-chart-usual", style: `left:${from}%;width:${to - from}%` });
    const title = translate("{name}: median {median}; 98 % lie between {low} and {high}", {
      name,
      median: formatValue(middles[k]),
      low: formatValue(lows[k]),
      high: formatValue(highs[k]),
    });
    return element(
      "li",
      { title },
      element("span", {}, name),
      parts.value,
      element("span", { class: "lp-chart-track", "aria-hidden": "true" }, rangeBar, parts.bar, parts.ring),
    );
  }

  /**
   * @param values F in 0..1
   * @param originalValues F values, marked by rings
   */
  showValues(values: ArrayLike<number>, originalValues: ArrayLike<number> | null = null) {
    const { features } = this;
    if (!features) return;
    this.shownValues = { values, original: originalValues };
    this.rows.forEach(({ k, value, bar, ring }) => {
      const percent = trackPercent(values[k]);
      value.textContent =
        endOfScaleSign(values[k]) + formatNumber(toFeatureUnits(features, k, values[k]), decimalCount(features, k));
      bar.style.left = `${Math.min(50, percent)}%`;
      bar.style.width = `${Math.abs(percent - 50)}%`;
      ring.hidden = !originalValues;
      if (originalValues) ring.style.left = `${trackPercent(originalValues[k])}%`;
    });
  }
}
