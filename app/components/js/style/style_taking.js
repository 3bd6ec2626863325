/**
 * How rows and columns take from images: by dragging one onto a header, by selecting one and pressing the header, or at random.
 */

import { named } from "../base/rows.js";
import { element } from "../base/dom.js";
import { mixed, swapped, take } from "./style_layout.js";

/** @typedef {import("./style_layout.js").Target} Target */

export class Taking {
  /** @param {import("./style_grid.js").StyleGrid} grid */
  constructor(grid) {
    this.grid = grid;
    this.hint = element("p", { class: "sg-hint", role: "status" });
  }

  explain() {
    const { grid } = this;
    const { chosen } = grid.tray;
    const words = chosen < 0
      ? "Drag an image onto a row to take its style, onto a column to take its content; or press the image, then the row or column."
      : `Image ${chosen} (${grid.nameOf(chosen)}) is selected: press a row to give it this style, or a column to give it this content.`; // prettier-ignore
    this.hint.textContent = named(words, Boolean(grid.header.features), "item");
  }

  /** A header was pressed: it takes the selected image; if none is selected, the row's image becomes selected. @param {Target} target */
  pressed(target) {
    const { tray, layout } = this.grid;
    if (tray.chosen >= 0) return this.drop(tray.chosen, target);
    if (target.kind === "row") return tray.add(layout.rows[target.at]);
    this.hint.textContent = "Select an image first; then press the row that takes its style, or the column that takes its content.";
  }

  /** The grid's state if a target took an image, or a sentence if it cannot. @param {number} image @param {Target} target */
  taken(image, target) {
    const { grid } = this;
    const layout = take(grid.layout, target, image, grid.contents[image], grid.header.most);
    return typeof layout === "string" ? layout : { layout, z: target.kind === "live-row" ? grid.styleOf(image) : grid.z };
  }

  /** An image is dragged over a target: shows a preview. @param {number} image @param {Target | null} target */
  over(image, target) {
    const taken = target && this.taken(image, target);
    this.grid.preview = typeof taken === "string" ? null : taken;
    this.grid.table.mark(target);
    this.grid.refresh();
  }

  /** @param {number} image @param {Target | null} target */
  drop(image, target) {
    const { grid } = this;
    this.over(image, null);
    if (!target) return;
    const taken = this.taken(image, target);
    grid.say("drop", typeof taken === "string" ? taken : "");
    if (typeof taken === "string") return;
    if (target.kind === "live-row") grid.moveTo(taken.z);
    grid.change(taken.layout);
    this.hint.textContent = `Taken from image ${image} (${grid.nameOf(image)}).`;
  }

  swap() {
    const { grid } = this;
    const layout = swapped(grid.layout, grid.contents, Math.random);
    grid.say("swap", layout ? "" : "There is only one content here, so there is nothing to swap.");
    if (layout) grid.change(layout);
  }

  otherStyles() {
    const { grid } = this;
    const count = Math.max(grid.layout.rows.length, grid.header.usual);
    grid.change({ ...grid.layout, rows: mixed(grid.contents, count, Math.random) });
  }
}
