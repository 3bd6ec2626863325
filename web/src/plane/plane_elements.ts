/**
 * The plane's elements.
 */

import { button, element, smallButton } from "../base/dom.ts";
import { makeLegend } from "../codes/legend.ts";
import { KEY_HELP } from "./key_bindings.ts";
import { translate } from "../base/translate.ts";
import type { Plane } from "./plane.ts";

/**
 * Builds them: on the left the switches, the plane with the legend, and beneath it, in one line, all its captions; on
 * the right the decoded image, the values at z and the selection, in a column that scrolls by itself.
 */
export function buildPlaneElements(plane: Plane) {
  const zoom = (factor: number) => plane.zoomAt(factor, plane.view.width / 2, plane.view.height / 2);
  const help = () => plane.keyboard.toggleHelp();
  const parts = {
    base: element("canvas", { class: "lp-canvas", "aria-hidden": "true" }),
    switches: element("div", { class: "lp-switches", role: "group", "aria-label": translate("Layers") }),
    selection: element("section", { class: "lp-selection", "aria-label": translate("Selected codes") }),
    lasso: smallButton("◌", translate("Lasso: draw a line around codes"), () =>
      plane.pointer.toggleSelectionMode("lasso"),
    ),
    box: smallButton("▭", translate("Box: draw a frame around codes"), () => plane.pointer.toggleSelectionMode("box")),
    overlay: element("canvas", { class: "lp-canvas", "aria-hidden": "true" }),
    aside: element("div", { class: "lp-aside" }),
    below: element("div", { class: "lp-below" }),
    key: element("div", { class: "lp-key" }),
    foot: element("div", { class: "lp-foot" }),
    legend: makeLegend(),
    notes: element("div", { class: "lp-notes", role: "status" }),
    card: element("div", { class: "lp-card", "aria-hidden": "true", hidden: true }),
    summary: element("p", { class: "lp-hidden", "aria-live": "polite", id: "lp-summary" }),
    panel: element("div", { class: "lp-panel" }),
    help: makeHelp(help),
  };
  const corner = element(
    "div",
    { class: "lp-corner", role: "group", "aria-label": translate("View") },
    smallButton("+", translate("Zoom in"), () => zoom(1.5)),
    smallButton("−", translate("Zoom out"), () => zoom(1 / 1.5)),
    smallButton("⟲", translate("Show the whole plane"), () => plane.changeView(() => plane.view.goHome())),
    parts.lasso,
    parts.box,
    smallButton("?", translate("Keys"), help),
  );
  const surface = element(
    "div",
    {
      class: "lp-surface",
      tabindex: "0",
      role: "application",
      "aria-describedby": "lp-summary",
      "aria-label": translate("Latent plane: drag or use the arrow keys to decode, ? lists the keys"),
    },
    parts.base,
    parts.overlay,
  );
  parts.foot.append(parts.key);
  const planeArea = element("div", { class: "lp-plane" }, surface, corner, parts.foot, parts.card, parts.help);
  const ground = element("div", { class: "lp-ground" }, planeArea, parts.legend);
  const left = element("div", { class: "lp-left" }, parts.switches, ground);
  const right = element("div", { class: "lp-right" }, parts.panel, parts.selection, parts.aside);
  const body = element("div", { class: "lp-body" }, left, right);
  const root = element("div", { class: "lp" }, parts.notes, body, parts.below, parts.summary);
  return { ...parts, surface, corner, plane: planeArea, ground, body, root };
}

function makeHelp(close: () => void): HTMLDivElement {
  const rows = KEY_HELP.map(([key, description]) =>
    element("div", {}, element("dt", {}, key), element("dd", {}, description)),
  );
  return element(
    "div",
    {
      class: "lp-help",
      role: "dialog",
      tabindex: "-1",
      "aria-label": translate("Keys of the latent plane"),
      hidden: true,
      onkeydown: (event) => {
        if (event.key === "Escape") close();
      },
    },
    element("p", {}, element("strong", {}, translate("Keys"))),
    element("dl", {}, ...rows),
    element(
      "p",
      {},
      translate(
        "Drag: decode. Right button or Shift and drag: move the view. Wheel while the plane is active, or with Ctrl, or two fingers: zoom.",
      ),
    ),
    button(translate("Close"), close),
  );
}
