/**
 * The tools of a plane: sections that open beside or below it. The message lists the ones that a page has.
 */

import { element, findElement, setText } from "../base/dom.js";
import { drawTool } from "../drawing/draw_tool.js";
import { directionTool } from "../directions/direction_tool.js";
import { findTool } from "../choice/find_tool.js";
import { inspectTool } from "../choice/inspect_tool.js";
import { pathTool } from "../paths/path_tool.js";

/** @typedef {import("./plane.js").Plane} Plane */

/** In the order of their sections. @type {import("../base/planes.js").Tool<Plane>[]} */
const TOOLS = [findTool, inspectTool, drawTool, pathTool, directionTool];

export class Tools {
  /** @param {Plane} plane */
  constructor(plane) {
    /** @type {Map<string, HTMLDetailsElement>} */
    this.sections = new Map();
    for (const { id, title, host, Kind } of TOOLS) {
      const section = element("div", { class: "lp-tool-body" });
      const details = element(
        "details",
        {
          class: "lp-tool",
          "data-tool": id,
          hidden: true,
          ontoggle: () => {
            plane.events.emit("tool", { id, open: details.open });
            if (details.open && details.querySelector("summary:focus")) details.scrollIntoView({ block: "nearest" });
          },
        },
        element("summary", {}, title),
        section,
      );
      this.sections.set(id, details);
      plane.parts[host].append(details);
      new Kind(plane, section);
    }
  }

  /**
   * Shows the sections that the page has, under titles that suit its data.
   * @param {import("./display_settings.js").PlaneMessage["header"]} header
   */
  showTools(header) {
    for (const { id, title, titleFor } of TOOLS) {
      const details = /** @type {HTMLDetailsElement} */ (this.sections.get(id));
      details.hidden = !header.tools?.includes(id);
      setText(findElement(details, "summary"), titleFor?.(header) || title);
    }
  }

  /** Whether the page has a tool. @param {string} id @returns {boolean} */
  isAvailable(id) {
    return this.sections.get(id)?.hidden === false;
  }

  /** @param {string} id @returns {boolean} */
  isOpen(id) {
    const details = this.sections.get(id);
    return Boolean(details && !details.hidden && details.open);
  }

  /** Opens a section if the page has it. @param {string} id @returns {HTMLDetailsElement | null} */
  openSection(id) {
    const details = this.sections.get(id);
    if (!details || details.hidden) return null;
    details.open = true;
    return details;
  }

  /** Opens a section, scrolls to it and moves the focus there. @param {string} id */
  openAndFocus(id) {
    const details = this.openSection(id);
    details?.scrollIntoView({ block: "nearest" });
    details?.querySelector("summary")?.focus();
  }
}
