/**
 * The key on the plane: the meaning of the colours of D's surface and of the arrows, while they are shown.
 */

import { element } from "../base/dom.js";
import { verdictColour } from "../view/layers.js";

const SHADES = [0, 0.25, 0.5, 0.75, 1].map((value) => {
  const [r, g, b, alpha] = verdictColour(value);
  return `rgb(${r} ${g} ${b} / ${alpha / 255})`;
});
const BEYOND = "Paler: outside the part of D’s surface that was kept for this step.";

/** @param {import("./display.js").Display} plane @param {import("../view/layers.js").Layer[]} shown layers that are seen */
export function drawKey(plane, shown) {
  const host = plane.parts.key;
  const past = Boolean(plane.past);
  const said = shown.filter((layer) => layer.said);
  const content = [past, ...said.map(({ id }) => id)].join();
  if (host.dataset.content === content) return;
  host.dataset.content = content;
  host.replaceChildren(...said.map(({ id, said }) => (id === "judge" ? scale(said, past) : element("p", {}, said ?? ""))));
}

/** @param {string | undefined} said @param {boolean} past */
function scale(said, past) {
  const bar = element("i", { class: "lp-scale", role: "img", "aria-label": said });
  bar.style.background = `linear-gradient(90deg, ${SHADES.join()})`;
  const row = element("p", { title: said }, "D(z): code ", bar, " sample of the prior");
  return past ? element("div", {}, row, element("p", {}, BEYOND)) : row;
}
