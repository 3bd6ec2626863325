/**
 * A switch for each available layer: the first few are visible, the others folded.
 */

import { button } from "../base/dom.ts";
import { joinSentences, translate } from "../base/translate.ts";
import type { Display } from "./display.ts";
import type { Layer } from "../view/layers.ts";

const ALWAYS_VISIBLE = 4; // switches that are always visible

/** @param layers the available ones */
export function drawLayerSwitches(plane: Display, layers: Layer[]) {
  const host = plane.parts.switches;
  const { layers: isOn, allSwitches: isUnfolded } = plane.settings;
  const isFoldable = layers.length > ALWAYS_VISIBLE + 1;
  const content = layers.map(({ title }) => title).join();
  if (host.dataset.content !== content) {
    host.dataset.content = content;
    host.replaceChildren(
      ...layers.map(({ id, key, title, explanation }) =>
        button(title, () => plane.toggleLayer(id), {
          "data-id": id,
          "aria-pressed": "false",
          "aria-keyshortcuts": key,
          title: joinSentences(explanation ?? "", translate("Key {key}", { key: key.toUpperCase() })),
        }),
      ),
      ...(isFoldable
        ? [button("", () => plane.unfoldSwitches(!plane.settings.allSwitches), { class: "lp-button lp-more" })]
        : []),
    );
  }
  const buttons = [...host.children] as HTMLElement[];
  buttons.slice(0, layers.length).forEach((button, k) => {
    button.setAttribute("aria-pressed", String(isOn[button.dataset.id ?? ""]));
    button.hidden = isFoldable && !isUnfolded && k >= ALWAYS_VISIBLE;
  });
  if (!isFoldable) return;
  const foldedOnCount = layers.slice(ALWAYS_VISIBLE).filter(({ id }) => isOn[id]).length;
  const folder = buttons[layers.length];
  folder.setAttribute("aria-expanded", String(isUnfolded));
  folder.textContent = isUnfolded
    ? translate("Fewer layers")
    : foldedOnCount
      ? translate("More layers ({count} on)", { count: foldedOnCount })
      : translate("More layers");
}
