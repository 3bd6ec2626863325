/**
 * A switch for each available layer: the first few are visible, the others folded.
 */

import { button } from "../base/dom.js";

const FIRST = 4; // switches that are always visible

/** @param {import("./display.js").Display} plane @param {import("../view/layers.js").Layer[]} layers the available ones */
export function drawSwitches(plane, layers) {
  const host = plane.parts.switches;
  const { layers: on, more } = plane.memory;
  const folds = layers.length > FIRST + 1;
  const content = layers.map(({ title }) => title).join();
  if (host.dataset.content !== content) {
    host.dataset.content = content;
    host.replaceChildren(
      ...layers.map(({ id, key, title }) =>
        button(title, () => plane.toggleLayer(id), { "data-id": id, "aria-pressed": "false", "aria-keyshortcuts": key, title: `Key ${key.toUpperCase()}` })),
      ...(folds ? [button("", () => plane.unfold(!plane.memory.more), { class: "lp-button lp-more" })] : []),
    );
  }
  const all = /** @type {HTMLElement[]} */ ([...host.children]);
  all.slice(0, layers.length).forEach((button, k) => {
    button.setAttribute("aria-pressed", String(on[button.dataset.id ?? ""]));
    button.hidden = folds && !more && k >= FIRST;
  });
  if (!folds) return;
  const within = layers.slice(FIRST).filter(({ id }) => on[id]).length;
  const folder = all[layers.length];
  folder.setAttribute("aria-expanded", String(more));
  folder.textContent = more ? "Fewer layers" : `More layers${within ? ` (${within} on)` : ""}`;
}
