/**
 * The tally of what a learner has drawn from the prior: a row for each plane of the page, with the number of draws by the
 * class of the nearest code.
 */

import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import type { NearestClass } from "../base/event_types.ts";

export class DrawTally {
  /** For each plane, from left to right: the number of draws of each class. */
  planes: { title: string; counts: number[] }[] = [];
  root = element("div", { class: "ls-tally", hidden: true });

  constructor() {}

  clear() {
    this.planes = [];
    this.root.hidden = true;
  }

  /** Counts a draw. */
  add({ side, title, classes, label }: NearestClass) {
    this.planes[side] ??= { title, counts: classes.map(() => 0) };
    this.planes[side].counts[label] += 1;
    this.show(classes);
  }

  show(classes: string[]) {
    const rows = this.planes.map(({ title, counts }) =>
      element("tr", {}, element("th", { scope: "row" }, title), ...counts.map((count) => this.countCell(count))),
    );
    const heads = classes.map((name) => element("th", { scope: "col" }, name));
    this.root.replaceChildren(
      element(
        "table",
        {},
        element("caption", {}, translate("Your draws, by the class of the nearest code")),
        element("thead", {}, element("tr", {}, element("td", {}), ...heads)),
        element("tbody", {}, ...rows),
      ),
    );
    this.root.hidden = false;
  }

  /** A number of draws, the darker the more; an empty cell for none. */
  countCell(count: number): HTMLTableCellElement {
    return element("td", { style: `--share: ${Math.min(100, 12 * count)}%` }, count ? String(count) : "");
  }
}
