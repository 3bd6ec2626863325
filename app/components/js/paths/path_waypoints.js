/**
 * The list of a path's waypoints: the image of each, and buttons to move and remove it.
 */

import { button, element, smallButton } from "../base/dom.js";
import { paintValues } from "../base/pictures.js";
import { formatCode } from "../base/number_format.js";
import { translate } from "../base/translate.js";

export class WaypointList {
  /** @param {import("./path_tool.js").PathTool} tool whose path it is */
  constructor(tool) {
    this.tool = tool;
    this.host = element("ol", { class: "lp-waypoints", "aria-label": translate("Waypoints") });
    /**
     * @type {{row: HTMLLIElement, canvas: HTMLCanvasElement, text: HTMLElement,
     *   upButton: HTMLButtonElement, moveButton: HTMLButtonElement, removeButton: HTMLButtonElement}[]}
     */
    this.rows = [];
  }

  /** @param {Float32Array[]} waypoints */
  showWaypoints(waypoints) {
    while (this.rows.length > waypoints.length) this.removeLastRow();
    while (this.rows.length < waypoints.length) this.addRow(this.rows.length);
    this.rows.forEach(({ text }, k) => (text.textContent = formatCode(waypoints[k], 3)));
  }

  /**
   * @param {Float32Array[]} images
   * @param {number[]} shape
   */
  showImages(images, shape) {
    images.forEach((values, k) => {
      if (this.rows[k]) paintValues(this.rows[k].canvas, values, shape);
    });
  }

  /** @param {number} k */
  addRow(k) {
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

  /** @param {number} k */
  moveEarlier(k) {
    const { waypoints } = this.tool.route;
    this.tool.changeRoute(() => ([waypoints[k - 1], waypoints[k]] = [waypoints[k], waypoints[k - 1]]));
    const { upButton, moveButton } = this.rows[k - 1];
    const nextFocus = k > 1 ? upButton : moveButton; // the first row's own button is disabled
    nextFocus.focus();
  }
}
