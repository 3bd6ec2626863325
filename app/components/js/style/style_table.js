/**
 * The table of styles × contents: its headers, which take images, and a canvas for each cell. The first row and column are live.
 */

import { element } from "../base/dom.js";
import { rove, settle } from "../base/roving.js";
import { targetOf } from "./style_drag.js";

/**
 * name: the visible text; note: a small text before it; said: for screen readers, followed by `now`, which may change; image: the
 * image whose style it is
 * @typedef {{name: string, said: string, now?: string, note?: string, colour?: string, image?: number}} Head
 */
/** @typedef {import("./style_layout.js").Target} Target */
/** @typedef {{canvas: HTMLCanvasElement, drawn: string}} Cell */

export class Table {
  /** @param {{take: (target: Target) => void, remove: (target: Target) => void}} acts */
  constructor(acts) {
    this.acts = acts;
    this.top = element("tr", {});
    this.body = element("tbody", {});
    this.table = element("table", { class: "sg-table" }, element("thead", {}, this.top), this.body);
    this.root = element("div", {
      class: "sg-scroll", role: "group", "aria-label": "One style per row, one content per column",
      onclick: ({ target }) => this.clicked(target), onkeydown: (event) => this.key(event),
    }, this.table); // prettier-ignore
    rove(this.top, ".sg-take");
    rove(this.body, ".sg-take");
    /** Row by row, the live ones first. @type {Cell[][]} */
    this.cells = [];
    this.built = "";
  }

  /**
   * Builds headers and cells; existing cells keep their images.
   * @param {Head[]} rows
   * @param {Head[]} columns
   * @param {(image: number) => Node | null} picture
   * @param {{row: boolean, column: boolean}} more whether another row or column fits
   */
  build(rows, columns, picture, more) {
    const content = JSON.stringify([rows.slice(1), columns.slice(1), more]);
    if (content === this.built) return this.relabel(columns[0]);
    this.built = content;
    const focused = this.focused();
    const old = this.cells;
    this.cells = rows.map((row, r) => columns.map((column, c) => old[r]?.[c] ?? { canvas: element("canvas", { role: "img", width: 1, height: 1 }), drawn: "" }));
    this.table.style.setProperty("--columns", String(columns.length));
    this.top.replaceChildren(
      element("td", { class: "sg-corner" }, element("span", {}, "content →"), element("span", {}, "style ↓")),
      ...columns.map((column, c) => this.head("column", c, column, columns.length > 2, null)),
      ...(more.column ? [element("th", { class: "sg-more" }, taker("new-column", 0, "+", "A new column", null))] : []),
    );
    this.body.replaceChildren(
      ...rows.map((row, r) => {
        const cells = columns.map((column, c) => {
          const { canvas } = this.cells[r][c];
          canvas.setAttribute("aria-label", `${row.said} as ${column.said}`);
          return element("td", { class: `${r ? "" : "sg-live-row"} ${c ? "" : "sg-live-column"}` }, canvas);
        });
        const own = row.image === undefined ? null : picture(row.image);
        return element("tr", { class: r ? "" : "sg-live-row" }, this.head("row", r, row, rows.length > 2, own), ...cells);
      }),
      ...(more.row ? [element("tr", {}, element("th", { class: "sg-more" }, taker("new-row", 0, "+", "A new row", null)))] : []),
    );
    settle(this.top, ".sg-take");
    settle(this.body, ".sg-take");
    if (focused) this.refocus(focused);
    this.relabel(columns[0]);
    this.fit();
  }

  /** Turns the names of all columns if one is too long for its column; the live one is not measured, because it changes with every move. */
  fit() {
    this.table.classList.remove("sg-tall");
    const heads = [...this.top.querySelectorAll("[data-kind=column]")];
    this.table.classList.toggle("sg-tall", heads.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth));
  }

  /** Updates the live content's name while a slider moves, without rebuilding the table. @param {Head} head */
  relabel({ name, said, now }) {
    const button = this.top.querySelector("[data-kind=live-column]");
    const label = `${said}, ${now}. Takes the content of the selected image.`;
    if (button.title === label) return;
    button.title = label;
    button.setAttribute("aria-label", label);
    button.querySelector("b").textContent = name;
  }

  /**
   * A header; that of the live row or column is the first.
   * @param {"row" | "column"} kind
   * @param {number} at
   * @param {Head} about
   * @param {boolean} removable
   * @param {Node | null} picture
   */
  head(kind, at, { name, said, note, colour, image }, removable, picture) {
    const live = at === 0;
    const what = kind === "row" ? "style" : "content";
    const label = live ? said : `${kind === "row" ? "Row" : "Column"} ${at}: ${said}`;
    const button = taker(live ? `live-${kind}` : kind, at - 1, name, `${label}. Takes the ${what} of the selected image.`, picture);
    if (note) button.lastChild.prepend(element("small", {}, note));
    if (image !== undefined) button.dataset.image = String(image);
    if (colour) button.style.setProperty("--class", colour);
    const away = live || !removable ? [] : [element("button", {
      type: "button", class: "sg-away", tabindex: -1, "aria-hidden": "true", title: `Remove this ${kind} (Delete)`, "data-away": kind, "data-at": at - 1,
    }, "×")]; // prettier-ignore
    return element("th", { scope: kind === "row" ? "row" : "col", class: live ? `sg-live-${kind}` : "" }, button, ...away);
  }

  /** @param {Element} found */
  clicked(found) {
    const away = /** @type {HTMLElement | null} */ (found.closest("[data-away]"));
    const target = targetOf(found);
    if (away) this.acts.remove({ kind: /** @type {"row" | "column"} */ (away.dataset.away), at: Number(away.dataset.at) });
    else if (target) this.acts.take(target);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = targetOf(/** @type {Element} */ (event.target));
    if (!["Delete", "Backspace"].includes(event.key) || !target || !["row", "column"].includes(target.kind)) return;
    event.preventDefault();
    this.acts.remove(target);
  }

  /** The header that has the focus, or null. @returns {{kind: string, at: string} | null} */
  focused() {
    const { activeElement } = /** @type {any} */ (this.root.getRootNode());
    if (!this.root.contains(activeElement) || !activeElement?.dataset.kind) return null;
    return { kind: activeElement.dataset.kind, at: activeElement.dataset.at };
  }

  /** Restores the focus; if the header is gone, the last one of its kind gets it. @param {{kind: string, at: string}} place */
  refocus({ kind, at }) {
    const alike = [...this.root.querySelectorAll(`[data-kind="${kind.replace("new-", "")}"]`)];
    const place = this.root.querySelector(`[data-kind="${kind}"][data-at="${at}"]`) ?? alike[alike.length - 1];
    /** @type {HTMLElement | undefined} */ (place)?.focus();
  }

  /** Marks the header that is about to take an image. @param {Target | null} target */
  mark(target) {
    for (const each of this.root.querySelectorAll(".sg-over")) each.classList.remove("sg-over");
    if (target) this.root.querySelector(`[data-kind="${target.kind}"][data-at="${target.at}"]`)?.classList.add("sg-over");
  }
}

/** @param {string} kind @param {number} at @param {string} name @param {string} said @param {Node | null} picture */
function taker(kind, at, name, said, picture) {
  const children = [...(picture ? [picture] : []), element("span", {}, element("b", {}, name))];
  return element("button", { type: "button", class: "sg-take", "data-kind": kind, "data-at": at, "aria-label": said, title: said }, ...children);
}
