/**
 * The list of a path's waypoints: the image of each, and buttons to move and remove it.
 */

import { button, element, smallButton } from "../base/dom.ts";
import { paintValues } from "../base/pictures.ts";
import { formatCode } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { PathTool } from "./path_tool.ts";

export class WaypointList {
  tool: PathTool;
  host = element("ol", { class: "lp-waypoints", "aria-label": translate("Waypoints") });
  rows: {
    row: HTMLLIElement;
    canvas: HTMLCanvasElement;
    text: HTMLElement;
    upButton: HTMLButtonElement;
    moveButton: HTMLButtonElement;
    removeButton: HTMLButtonElement;
  }[] = [];

  /** @param tool whose path it is */
  constructor(tool: PathTool) {
    this.tool = tool;
  }

  showWaypoints(waypoints: Float32Array[]) {
    while (this.rows.length > waypoints.length) this.removeLastRow();
    while (this.rows.length < waypoints.length) this.addRow(this.rows.length);
    this.rows.forEach(({ text }, k) => (text.textContent = formatCode(waypoints[k], 3)));
  }

  showImages(images: Float32Array[], shape: number[]) {
    images.forEach((values, k) => {
      if (this.rows[k]) paintValues(this.rows[k].canvas, values, shape);
    });
  }

  addRow(k: number) {
    const number = k + 1;
    const canvas = element("canvas", {
      role: "img",
      "aria-label": translate("Waypoint {number}, decoded", { number }),
    });
    const text = element("span", {});
    const upButton = smallButton("↑", translate("Waypoint {number}: move one earlier", { number }), () =>
      this.moveEarlier(k),
    );
    const name = translate("Waypoint {number}: move here, to z", { number });
    const moveButton = button(
      translate("Move here"),
      () => this.tool.changeRoute(() => (this.tool.route.waypoints[k] = this.tool.plane.z.slice())),
      { "aria-label": name, title: name },
    );
    const removeButton = smallButton("✕", translate("Waypoint {number}: remove it", { number }), () =>
      this.tool.changeRoute(() => this.tool.route.waypoints.splice(k, 1)),
    );
    upButton.disabled = k === 0;
    const row = element("li", {}, element("b", {}, String(k + 1)), canvas, text, upButton, moveButton, removeButton);
    this.host.append(row);
    this.rows.push({ row, canvas, text, upButton, moveButton, removeButton });
  }

  /** Removes the last row; if it had the focus, that moves to the row before or to the button that adds a waypoint. */
  removeLastRow() {
    const row = this.rows.pop();
    const focused = row?.row.matches(":focus-within");
    row?.row.remove();
    if (focused) (this.rows[this.rows.length - 1]?.removeButton ?? this.tool.controls.addButton).focus();
  }

  moveEarlier(k: number) {
    const { waypoints } = this.tool.route;
    this.tool.changeRoute(() => ([waypoints[k - 1], waypoints[k]] = [waypoints[k], waypoints[k - 1]]));
    const { upButton, moveButton } = this.rows[k - 1];
    const nextFocus = k > 1 ? upButton : moveButton; // the first row's own button is disabled
    nextFocus.focus();
  }
}
