/**
 * How components take part in a lesson: they report the learner's actions ("did") and highlight parts of their drawing ("light").
 */

import { page } from "../base/events.js";
import { glow } from "./glow.js";

const MOST = 400; // the most samples of the prior that are highlighted

/** Reports an action. @param {string} what @param {Object<string, any>} [more] */
export const did = (what, more = {}) => page.emit("did", { what, ...more });

/** @param {import("../plane/plane.js").Plane} plane */
export function letTakePart(plane) {
  const { events, overlays } = plane;
  let drawn = "";
  overlays.push(({ pen, view }) => drawn && plane.ready && glow(pen, { drawn, toScreen: (x, y) => view.toScreen(x, y), width: view.width, height: view.height, ...lit() }));
  page.on("light", (said) => {
    if (said.drawn === drawn) return;
    drawn = said.drawn;
    plane.redrawOver();
  }, events); // prettier-ignore
  const again = () => drawn && plane.redrawOver();
  events.on("z", () => {
    did("z", { z: Array.from(plane.z) });
    again();
  });
  events.on("layers", () => did("layers", { layers: Object.keys(plane.memory.layers).filter((id) => plane.memory.layers[id]) }));
  events.on("pick", ({ index }) => index >= 0 && did("pick"));
  events.on("moment", () => did("moment", { step: plane.past?.step ?? null }));

  function lit() {
    const { codes, fields, header, slice, view, z } = plane;
    const at = (/** @type {ArrayLike<number>} */ code) => view.toScreen(.../** @type {[number, number]} */ (slice.place(code)));
    return {
      codes: codes.xy,
      prior: fields.prior_xy?.values.subarray(0, 2 * MOST),
      places: drawn === "regions" ? (header.regions ?? []).map((region) => at(region.z)) : [at(z)],
    };
  }
}
