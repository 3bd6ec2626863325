/**
 * The controls of a path: buttons for waypoints, its kind, and the number of images.
 */

import { button, element } from "../base/dom.ts";
import { COUNT_RANGE, PATH_KINDS } from "./path_route.ts";
import { translate } from "../base/translate.ts";
import type { PathTool } from "./path_tool.ts";
import type { Route } from "./path_route.ts";

export class PathControls {
  kindSelect: HTMLSelectElement;
  kindNote = element("p", { class: "lp-note" });
  countSlider: HTMLInputElement;
  countOutput = element("output", {});
  itemsLabel = element("span", {}, translate("Images"));
  addButton: HTMLButtonElement;
  randomButton: HTMLButtonElement;
  host: HTMLDivElement;

  /** @param tool whose path it is */
  constructor(tool: PathTool) {
    this.kindSelect = element(
      "select",
      {
        "aria-label": translate("Kind of path"),
        onchange: () => tool.changeRoute(() => (tool.route.kind = this.kindSelect.value)),
      },
      ...Object.entries(PATH_KINDS).map(([id, { title }]) => element("option", { value: id }, title)),
    );
    this.countSlider = element("input", {
      type: "range",
      min: COUNT_RANGE[0],
      max: COUNT_RANGE[1],
      step: 1,
      "aria-label": translate("Number of images"),
      oninput: () => tool.changeRoute(() => (tool.route.count = Number(this.countSlider.value))),
    });
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

  showRoute({ kind: kindId, count: imageCount }: Route) {
    this.kindSelect.value = kindId;
    this.kindNote.textContent = PATH_KINDS[kindId].note;
    this.countSlider.value = String(imageCount);
    this.countOutput.textContent = String(imageCount);
  }
}
