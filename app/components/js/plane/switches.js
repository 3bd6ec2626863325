/**
 * A switch for each layer that can be shown.
 */

import { element } from "../base/dom.js";

/**
 * @param {HTMLElement} host
 * @param {import("./layers.js").Layer[]} layers
 * @param {Object<string, boolean>} on
 * @param {(id: string) => void} toggle
 */
export function drawSwitches(host, layers, on, toggle) {
  const content = layers.map(({ id }) => id).join();
  if (host.dataset.content !== content) {
    host.dataset.content = content;
    host.replaceChildren(
      ...layers.map(({ id, key, title }) =>
        element("button", {
          type: "button", class: "lp-button", "data-id": id, "aria-pressed": "false", "aria-keyshortcuts": key,
          title: `Key ${key.toUpperCase()}`, onclick: () => toggle(id),
        }, title), // prettier-ignore
      ),
    );
  }
  for (const button of /** @type {HTMLElement[]} */ ([...host.children])) {
    button.setAttribute("aria-pressed", String(on[button.dataset.id ?? ""]));
  }
}
