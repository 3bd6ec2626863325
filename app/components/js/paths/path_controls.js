/**
 * The controls of a path: buttons for waypoints, its kind, and the number of images.
 */

import { button, element } from "../base/dom.js";
import { COUNT_RANGE, PATH_KINDS } from "./path_route.js";
import { translate } from "../base/translate.js";

export class PathControls {
  /** @param {import("./path_tool.js").PathTool} tool whose path it is */
  constructor(tool) {
    this.kindSelect = element(
      "select",
      {
        "aria-label": translate("Kind of path"),
        onchange: () => tool.changeRoute(() => (tool.route.kind = this.kindSelect.value)),
      },
      ...Object.entries(PATH_KINDS).map(([id, { title }]) => element("option", { value: id }, title)),
    );
    this.kindNote = element("p", { class: "lp-note" });
    this.countSlider = element("input", {
      type: "range",
      min: COUNT_RANGE[0],
      max: COUNT_RANGE[1],
      step: 1,
      "aria-label": translate("Number of images"),
      oninput: () => tool.changeRoute(() => (tool.route.count = Number(this.countSlider.value))),
    });
    this.countOutput = element("output", {});
    this.itemsLabel = element("span", {}, translate("Images"));
    this.addButton = button(translate("Add a waypoint here (W)"), () => tool.addWaypoint(tool.plane.z));
    this.randomButton = button(translate("Two random samples of the prior"), () => tool.setRandomWaypoints());
    this.host = element(
      "div",
      { class: "lp-path-made" },
      element(
        "div",
        { class: "lp-switches" },
        this.addButton,
        this.randomButton,
        button(translate("Clear"), () => tool.changeRoute(() => (tool.route.waypoints = []))),
      ),
      tool.waypoints.host,
      element("label", { class: "lp-field" }, translate("Path"), this.kindSelect),
      this.kindNote,
      element("label", { class: "lp-field" }, this.itemsLabel, this.countSlider, this.countOutput),
    );
  }

  /** @param {import("./path_route.js").Route} route */
  showRoute({ kind: kindId, count: imageCount }) {
    this.kindSelect.value = kindId;
    this.kindNote.textContent = PATH_KINDS[kindId].note;
    this.countSlider.value = String(imageCount);
    this.countOutput.textContent = String(imageCount);
  }
}
