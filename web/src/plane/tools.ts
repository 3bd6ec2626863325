/**
 * The tools of a plane: sections that open beside or below it. The message lists the ones that a page has.
 */

import { element, findElement, setText } from "../base/dom.ts";
import { drawTool } from "../drawing/draw_tool.ts";
import { directionTool } from "../directions/direction_tool.ts";
import { findTool } from "../choice/find_tool.ts";
import { inspectTool } from "../choice/inspect_tool.ts";
import { pathTool } from "../paths/path_tool.ts";
import type { Plane } from "./plane.ts";
import type { Tool } from "../base/planes.ts";
import type { PlaneMessage } from "./display_settings.ts";

/** In the order of their sections. */
const TOOLS: Tool<Plane>[] = [findTool, inspectTool, drawTool, pathTool, directionTool];

export class Tools {
  sections: Map<string, HTMLDetailsElement> = new Map();

  constructor(plane: Plane) {
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

  /** Shows the sections that the page has, under titles that suit its data. */
  showTools(header: PlaneMessage["header"]) {
    for (const { id, title, titleFor } of TOOLS) {
      const details = this.sections.get(id) as HTMLDetailsElement;
      details.hidden = !header.tools?.includes(id);
      setText(findElement(details, "summary"), titleFor?.(header) || title);
    }
  }

  /** Whether the page has a tool. */
  isAvailable(id: string): boolean {
    return this.sections.get(id)?.hidden === false;
  }

  isOpen(id: string): boolean {
    const details = this.sections.get(id);
    return Boolean(details && !details.hidden && details.open);
  }

  /** Opens a section if the page has it. */
  openSection(id: string): HTMLDetailsElement | null {
    const details = this.sections.get(id);
    if (!details || details.hidden) return null;
    details.open = true;
    return details;
  }

  /** Opens a section, scrolls to it and moves the focus there. */
  openAndFocus(id: string) {
    const details = this.openSection(id);
    details?.scrollIntoView({ block: "nearest" });
    details?.querySelector("summary")?.focus();
  }
}
