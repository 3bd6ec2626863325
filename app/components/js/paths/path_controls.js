/**
 * The controls of a path: buttons for waypoints, its kind, and the number of images.
 */

import { button, element } from "../base/dom.js";
import { COUNTS, KINDS } from "./path_route.js";

export class Controls {
  /** @param {import("./path_tool.js").PathTool} tool whose path it is */
  constructor(tool) {
    this.kind = element("select", { "aria-label": "Kind of path", onchange: () => tool.change(() => (tool.route.kind = this.kind.value)) },
      ...Object.entries(KINDS).map(([id, { title }]) => element("option", { value: id }, title))); // prettier-ignore
    this.meant = element("p", { class: "lp-said" });
    this.count = element("input", {
      type: "range", min: COUNTS[0], max: COUNTS[1], step: 1, "aria-label": "Number of images",
      oninput: () => tool.change(() => (tool.route.count = Number(this.count.value))),
    }); // prettier-ignore
    this.counted = element("output", {});
    this.items = element("span", {}, "Images");
    this.add = button("Add a waypoint here (W)", () => tool.add(tool.plane.z));
    this.random = button("Two random samples of the prior", () => tool.random());
    this.host = element("div", { class: "lp-path-made" },
      element("div", { class: "lp-switches" },
        this.add,
        this.random,
        button("Clear", () => tool.change(() => (tool.route.waypoints = [])))),
      tool.waypoints.host,
      element("label", { class: "lp-field" }, "Path", this.kind), this.meant,
      element("label", { class: "lp-field" }, this.items, this.count, this.counted)); // prettier-ignore
  }

  /** @param {import("./path_route.js").Route} route */
  tell({ kind, count }) {
    this.kind.value = kind;
    this.meant.textContent = KINDS[kind].said;
    this.count.value = String(count);
    this.counted.textContent = String(count);
  }
}
