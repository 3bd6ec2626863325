/**
 * The table of styles × contents: its headers, which take images, and a canvas for each cell. The first row and column
 * are live.
 */

import { element, findElement, focusedElement } from "../base/dom.ts";
import { enableRovingTabindex, resetRovingTabindex } from "../base/roving_tabindex.ts";
import { dropTargetOf } from "./style_drag.ts";
import { translate } from "../base/translate.ts";
import type { Target } from "./style_layout.ts";

/**
 * name: the visible text; note: a small text before it; spokenText: for screen readers, followed by `liveText`, which
 * may change; image: the image whose style it is
 */
export type Header = {
  name: string;
  spokenText: string;
  liveText?: string;
  note?: string;
  colour?: string;
  image?: number;
};
export type Cell = { canvas: HTMLCanvasElement; imageKey: string };

export class StyleTable {
  callbacks: { take: (target: Target) => void; remove: (target: Target) => void };
  top = element("tr", {});
  body = element("tbody", {});
  table = element("table", { class: "sg-table" }, element("thead", {}, this.top), this.body);
  root = element(
    "div",
    {
      class: "sg-scroll",
      role: "group",
      "aria-label": translate("One style per row, one content per column"),
      onclick: ({ target }) => this.onClick(target as Element),
      onkeydown: (event) => this.removeOnDeleteKey(event),
    },
    this.table,
  );
  /** Row by row, the live ones first. */
  cells: Cell[][];
  builtContent: string;

  constructor(callbacks: { take: (target: Target) => void; remove: (target: Target) => void }) {
    this.callbacks = callbacks;
    enableRovingTabindex(this.top, ".sg-take");
    enableRovingTabindex(this.body, ".sg-take");
    this.cells = [];
    this.builtContent = "";
  }

  /**
   * Builds headers and cells; existing cells keep their images.
   * @param canAdd whether another row or column fits
   */
  buildCells(
    rows: Header[],
    columns: Header[],
    picture: (image: number) => Node | null,
    canAdd: { row: boolean; column: boolean },
  ) {
    const content = JSON.stringify([rows.slice(1), columns.slice(1), canAdd]);
    if (content === this.builtContent) return this.relabelLiveColumn(columns[0]);
    this.builtContent = content;
    const focused = this.focusedHeader();
    const previousCells = this.cells;
    this.cells = rows.map((row, r) =>
      columns.map(
        (column, c) =>
          previousCells[r]?.[c] ?? { canvas: element("canvas", { role: "img", width: 1, height: 1 }), imageKey: "" },
      ),
    );
    this.table.style.setProperty("--columns", String(columns.length));
    this.top.replaceChildren(
      element(
        "td",
        { class: "sg-corner" },
        element("span", {}, translate("content →")),
        element("span", {}, translate("style ↓")),
      ),
      ...columns.map((column, c) => this.makeHeader("column", c, column, columns.length > 2, null)),
      ...(canAdd.column ? [element("th", { class: "sg-more" }, makeAddButton("column"))] : []),
    );
    this.body.replaceChildren(
      ...rows.map((row, r) => {
        const cells = columns.map((column, c) => {
          const { canvas } = this.cells[r][c];
          canvas.setAttribute(
            "aria-label",
            translate("{row} as {column}", { row: row.spokenText, column: column.spokenText }),
          );
          return element("td", { class: `${r ? "" : "sg-live-row"} ${c ? "" : "sg-live-column"}` }, canvas);
        });
        const thumbnail = row.image === undefined ? null : picture(row.image);
        return element(
          "tr",
          { class: r ? "" : "sg-live-row" },
          this.makeHeader("row", r, row, rows.length > 2, thumbnail),
          ...cells,
        );
      }),
      ...(canAdd.row ? [element("tr", {}, element("th", { class: "sg-more" }, makeAddButton("row")))] : []),
    );
    resetRovingTabindex(this.top, ".sg-take");
    resetRovingTabindex(this.body, ".sg-take");
    if (focused) this.restoreFocus(focused);
    this.relabelLiveColumn(columns[0]);
    this.fitNames();
  }

  /**
   * Turns the names of all columns if one is too long for its column; the live one is not measured, because it changes
   * with every move.
   */
  fitNames() {
    this.table.classList.remove("sg-tall");
    const heads = [...this.top.querySelectorAll("[data-kind=column]")];
    this.table.classList.toggle(
      "sg-tall",
      heads.some(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
    );
  }

  /** Updates the live content's name while a slider moves, without rebuilding the table. */
  relabelLiveColumn({ name, spokenText, liveText }: Header) {
    const button = findElement(this.top, "[data-kind=live-column]");
    const label = translate("{header}, {content}. Takes the content of the selected image.", {
      header: spokenText,
      content: liveText ?? "",
    });
    if (button.title === label) return;
    button.title = label;
    button.setAttribute("aria-label", label);
    findElement(button, "b").textContent = name;
  }

  /** A header; that of the live row or column is the first. */
  makeHeader(
    kind: "row" | "column",
    index: number,
    { name, spokenText, note, colour, image }: Header,
    removable: boolean,
    picture: Node | null,
  ): HTMLTableCellElement {
    const live = index === 0;
    const button = makeTakeButton(
      live ? `live-${kind}` : kind,
      index - 1,
      name,
      headerLabel(kind, index, spokenText),
      picture,
    );
    if (note) (button.lastChild as HTMLElement).prepend(element("small", {}, note));
    if (image !== undefined) button.dataset.image = String(image);
    if (colour) button.style.setProperty("--class", colour);
    const removeButtons =
      live || !removable
        ? []
        : [
            element(
              "button",
              {
                type: "button",
                class: "sg-away",
                tabindex: -1,
                "aria-hidden": "true",
                title:
                  kind === "row" ? translate("Remove this row (Delete)") : translate("Remove this column (Delete)"),
                "data-away": kind,
                "data-at": index - 1,
              },
              "×",
            ),
          ];
    return element(
      "th",
      { scope: kind === "row" ? "row" : "col", class: live ? `sg-live-${kind}` : "" },
      button,
      ...removeButtons,
    );
  }

  onClick(node: Element) {
    const removeButton = node.closest("[data-away]") as HTMLElement | null;
    const target = dropTargetOf(node);
    if (removeButton)
      this.callbacks.remove({
        kind: removeButton.dataset.away as "row" | "column",
        index: Number(removeButton.dataset.at),
      });
    else if (target) this.callbacks.take(target);
  }

  removeOnDeleteKey(event: KeyboardEvent) {
    const target = dropTargetOf(event.target as Element);
    if (!["Delete", "Backspace"].includes(event.key) || !target || !["row", "column"].includes(target.kind)) return;
    event.preventDefault();
    this.callbacks.remove(target);
  }

  /** The header that has the focus, or null. */
  focusedHeader(): { kind: string; index: string } | null {
    const focused = focusedElement(this.root) as HTMLElement | null;
    if (!focused || !this.root.contains(focused)) return null;
    const { kind, at: index = "" } = focused.dataset;
    return kind ? { kind, index } : null;
  }

  /** Restores the focus; if the header is gone, the last one of its kind gets it. */
  restoreFocus({ kind, index }: { kind: string; index: string }) {
    const sameKindHeaders = [...this.root.querySelectorAll(`[data-kind="${kind.replace("new-", "")}"]`)];
    const place =
      this.root.querySelector(`[data-kind="${kind}"][data-at="${index}"]`) ??
      sameKindHeaders[sameKindHeaders.length - 1];
    (place as HTMLElement | undefined)?.focus();
  }

  /** Marks the header that is about to take an image. */
  markTarget(target: Target | null) {
    for (const markedElement of this.root.querySelectorAll(".sg-over")) markedElement.classList.remove("sg-over");
    if (target)
      this.root.querySelector(`[data-kind="${target.kind}"][data-at="${target.index}"]`)?.classList.add("sg-over");
  }
}

/**
 * What a header is, and what it takes.
 * @param index that of the live row or column is 0
 */
function headerLabel(kind: "row" | "column", index: number, spokenText: string): string {
  const values = { index, header: spokenText };
  if (kind === "row")
    return index
      ? translate("Row {index}: {header}. Takes the style of the selected image.", values)
      : translate("{header}. Takes the style of the selected image.", values);
  return index
    ? translate("Column {index}: {header}. Takes the content of the selected image.", values)
    : translate("{header}. Takes the content of the selected image.", values);
}

function makeAddButton(kind: "row" | "column"): HTMLButtonElement {
  const [label, aspect] =
    kind === "row"
      ? [translate("Add a row: style of the selected image"), translate("style")]
      : [translate("Add a column: content of the selected image"), translate("content")];
  const button = makeTakeButton(`new-${kind}`, 0, "+", label, null);
  (button.lastChild as HTMLElement).append(element("small", {}, aspect));
  return button;
}

function makeTakeButton(
  kind: string,
  index: number,
  name: string,
  label: string,
  picture: Node | null,
): HTMLButtonElement {
  const children = [...(picture ? [picture] : []), element("span", {}, element("b", {}, name))];
  return element(
    "button",
    { type: "button", class: "sg-take", "data-kind": kind, "data-at": index, "aria-label": label, title: label },
    ...children,
  );
}
