/**
 * What differs most between the selected items and all others: columns ordered by effect, each with its histogram or
 * its shares. The server computes them.
 */

import { element, button, rebuildKeepingFocus, svgElement } from "../base/dom.ts";
import { LatestOnly } from "../host/server.ts";
import { joinSentences, translate } from "../base/translate.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { DifferencePlane } from "./planes.ts";

type Differences = OutgoingMessages["differences"]["header"];
type Difference = Differences["rows"][number];

const FIRST_ROWS = 6; // rows before all are asked for
const MAX_ROWS = 100; // rows at most; a search shows others
const SHOWN_VALUES = 3; // values of a category
const MIN_SEARCHED = 12; // rows from which there is a search
const HEIGHT = 24; // of a histogram, in units of its drawing
const SOURCES: Record<Difference["source"], string> = {
  class: translate("class"),
  model: translate("model"),
  metadata: translate("kept column"),
  feature: translate("feature"),
};
const EXPLANATION = translate(
  "Selected items against all others, the largest effect first: means differ by standard deviations of all items (SD), shares of a value by percentage points (pp), each with a 95 % interval. Bars: selected items; outlines: all items.",
);

/** A number with its sign, and two digits after the point. */
function signedText(value: number, digits: number = 2): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "\u2212" : "+"}${text}`;
}

/** The difference with its unit, and the interval. */
export function differenceText({ kind, difference, low, high }: Difference): string {
  const write = (value: number) => (kind === "number" ? signedText(value) : signedText(100 * value, 0));
  const values = { difference: write(difference), low: write(low), high: write(high) };
  return kind === "number"
    ? translate("{difference} SD ({low} to {high})", values)
    : translate("{difference} pp ({low} to {high})", values);
}

/** @returns shares of the total */
const sharesOf = (counts: number[], total: number): number[] => counts.map((count) => count / Math.max(1, total));

const percentText = (share: number): string => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

/** The histogram of a number: bars for the selected items, an outline for all. */
function histogram(row: Difference): SVGSVGElement {
  const [selectedShares, allShares] = [sharesOf(row.selected, row.selected_count), sharesOf(row.all, row.all_count)];
  const highest = Math.max(...selectedShares, ...allShares);
  const y = (share: number) => HEIGHT - (HEIGHT * share) / highest;
  const bars = selectedShares.map((share, k) =>
    svgElement("rect", { x: k + 0.08, y: y(share), width: 0.84, height: HEIGHT - y(share), class: "lp-selected-bar" }),
  );
  const steps = allShares.map((share, k) => `${k === 0 ? "M" : "L"}${k} ${y(share)}L${k + 1} ${y(share)}`).join("");
  return svgElement(
    "svg",
    {
      viewBox: `0 0 ${allShares.length} ${HEIGHT}`,
      preserveAspectRatio: "none",
      class: "lp-histogram",
      "aria-hidden": "true",
    },
    ...bars,
    svgElement("path", { d: steps, class: "lp-all-outline", "vector-effect": "non-scaling-stroke" }),
  );
}

/**
 * The values of a category that differ most, with the share among the selected items as a bar and that among all as a
 * line.
 */
function shareBars(row: Difference): HTMLElement {
  const [selectedShares, allShares] = [sharesOf(row.selected, row.selected_count), sharesOf(row.all, row.all_count)];
  const lines = row.values
    .slice(0, SHOWN_VALUES)
    .map((value, k) =>
      element(
        "li",
        {},
        element("span", { title: value }, value),
        shareBar(selectedShares[k], allShares[k]),
        element(
          "b",
          {},
          translate("{share} (all: {all})", { share: percentText(selectedShares[k]), all: percentText(allShares[k]) }),
        ),
      ),
    );
  return element("ul", { class: "lp-bars" }, ...lines);
}

/** The bar of a share among the selected items, with a line at the share among all. */
export const shareBar = (selectedShare: number, shareOfAll: number, colour: string = "var(--accent)"): HTMLElement =>
  element(
    "span",
    { class: "lp-bar" },
    element("i", { style: `width:${(100 * selectedShare).toFixed(1)}%;background:${colour}` }),
    element("u", { class: "lp-bar-all", style: `left:${(100 * shareOfAll).toFixed(1)}%` }),
  );

function differenceRow(row: Difference): HTMLElement {
  const [low, high] = row.ends;
  const [selectedMean, otherMean] = row.means;
  const name = row.kind === "category" ? translate("{name}: {value}", { name: row.name, value: row.value }) : row.name;
  const details =
    row.kind === "category"
      ? [shareBars(row)]
      : [
          histogram(row),
          element(
            "p",
            { class: "lp-histogram-ends" },
            element("span", {}, low),
            element(
              "span",
              {},
              translate("mean {selected}, others {others}", { selected: selectedMean, others: otherMean }),
            ),
            element("span", {}, high),
          ),
        ];
  return element(
    "li",
    { "data-name": row.name },
    element(
      "p",
      { class: "lp-difference-head" },
      element("b", { title: name }, name),
      element("small", {}, SOURCES[row.source]),
      element("span", {}, differenceText(row)),
    ),
    ...details,
  );
}

export class DifferenceList {
  plane: DifferencePlane;
  differences: Differences | null = null;
  /** The selection that they belong to. */
  mask: Uint8Array | null = null;
  /** The server of the codes that they belong to. */
  serverId = "";
  /** The groups that colour the codes, after a choice of which more columns may be computed. */
  groups: string | undefined = undefined;
  showsAll = false;
  status = element("p", { class: "lp-note", role: "status" });
  search = element("input", {
    type: "search",
    class: "lp-search",
    placeholder: translate("Find a column"),
    "aria-label": translate("Find a column"),
    hidden: true,
    oninput: () => this.showRows(),
  });
  rows = element("ul", { class: "lp-differences" });
  moreButton = button("", () => this.toggleAll(), { hidden: true });
  host = element(
    "section",
    { class: "lp-differing", "aria-label": translate("What differs most") },
    element("h4", {}, translate("What differs most")),
    this.status,
    this.search,
    this.rows,
    this.moreButton,
  );
  requests: LatestOnly<Uint8Array, Differences> = new LatestOnly(
    (mask, signal) => this.plane.decoder.server.fetchDifferences(mask, signal),
    (differences, mask) => this.receive(differences, mask),
    (error) => this.showError(error),
  );

  constructor(plane: DifferencePlane) {
    this.plane = plane;
  }

  /** Requests the differences of a selection, unless they are here. */
  update(mask: Uint8Array | null) {
    const { server } = this.plane.decoder;
    this.host.hidden = !mask || !server.canRequest("differences");
    if (this.host.hidden) {
      this.requests.cancel();
      if (this.mask) this.plane.events.emit("differences", { features: [] });
      this.mask = null;
      return;
    }
    const groups = this.plane.header.groups?.sha;
    const isPending = Boolean(this.differences?.pending.length) && groups !== this.groups;
    this.groups = groups;
    const isNewSelection = mask !== this.mask;
    const areNewCodes = server.id !== this.serverId;
    if (!isNewSelection && !areNewCodes && !isPending) return;
    this.mask = mask;
    this.serverId = server.id;
    if (isNewSelection) this.dropDifferences();
    if (!this.differences) this.status.textContent = translate("Comparing the selected items with all others …");
    this.requests.submit(mask as Uint8Array);
  }

  /** Shows no rows, since those that are shown are of another selection. */
  dropDifferences() {
    this.differences = null;
    this.search.hidden = true;
    this.showRows();
  }

  /** @param mask the selection that was asked about */
  receive(differences: Differences, mask: Uint8Array) {
    if (mask !== this.mask) return;
    this.differences = differences;
    const emptyText = translate("Nothing can be compared: at least two items must be selected, and two others left.");
    const pendingText = differences.pending.length
      ? translate("Not computed yet, so colour by it first: {columns}.", { columns: differences.pending.join(", ") })
      : "";
    this.status.textContent = differences.rows.length ? joinSentences(EXPLANATION, pendingText) : emptyText;
    this.search.hidden = differences.rows.length < MIN_SEARCHED;
    this.showRows();
    const features = differences.rows.filter(({ source }) => source === "feature").map(({ name }) => name);
    this.plane.events.emit("differences", { features });
  }

  /** Says why there are no differences, in place of those of an earlier selection. */
  showError(error: Error) {
    this.dropDifferences();
    this.status.textContent = error.message;
    this.plane.events.emit("differences", { features: [] });
  }

  toggleAll() {
    this.showsAll = !this.showsAll;
    this.showRows();
  }

  /** The rows whose names contain what is searched. */
  matchingRows(): Difference[] {
    const searchText = this.search.hidden ? "" : this.search.value.trim().toLowerCase();
    return this.differences?.rows.filter(({ name }) => name.toLowerCase().includes(searchText)) ?? [];
  }

  showRows() {
    const matchingRows = this.matchingRows();
    const limit = this.showsAll ? MAX_ROWS : FIRST_ROWS;
    rebuildKeepingFocus(this.rows, "button", () =>
      this.rows.replaceChildren(...matchingRows.slice(0, limit).map(differenceRow)),
    );
    this.moreButton.hidden = matchingRows.length <= FIRST_ROWS;
    this.moreButton.setAttribute("aria-expanded", String(this.showsAll));
    this.moreButton.textContent = this.moreText(matchingRows.length);
  }

  moreText(count: number): string {
    if (this.showsAll) return translate("Show fewer columns");
    if (count > MAX_ROWS)
      return translate("Show the first {count} of {total} columns", { count: MAX_ROWS, total: count });
    return translate("Show all {count} columns", { count });
  }
}
