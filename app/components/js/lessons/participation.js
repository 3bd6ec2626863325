/**
 * How components take part in a lesson: they report the learner's actions ("did") and the figures that these change
 * ("figures"), and highlight parts of their drawing ("light").
 */

import { pageEvents } from "../base/events.js";
import { planeFigures } from "./plane_figures.js";
import { drawHighlight } from "./plane_highlight.js";

const MAX_SAMPLES = 400; // the most samples of the prior that are highlighted

/** Reports an action. @param {import("../base/event_types.js").Action} action */
export const reportAction = (action) => pageEvents.emit("did", action);

/**
 * Reports figures by their names in `app/lessons/vocabulary.py`. An object whose properties are computed when they are
 * read costs nothing where no lesson shows them.
 * @param {import("./figures.js").Figures} figures
 * @param {{before?: import("./figures.js").Figures, isOther?: boolean}} [details] before: their values before the
 *   action; isOther: whether they are those of another model or game than before
 */
export const reportFigures = (figures, { before = {}, isOther = false } = {}) =>
  pageEvents.emit("figures", { figures, before, isOther });

/** @param {import("./planes.js").LessonPlane} plane */
export function connectPlane(plane) {
  const { events } = plane;
  let drawn = "";
  plane.addOverlay(
    ({ pen, view }) =>
      drawn &&
      plane.ready &&
      drawHighlight(pen, {
        drawn,
        toScreen: (x, y) => view.toScreen(x, y),
        width: view.width,
        height: view.height,
        ...highlightedParts(),
      }),
  );
  pageEvents.on(
    "light",
    (highlight) => {
      if (highlight.drawn === drawn) return;
      drawn = highlight.drawn;
      plane.redrawOverlays();
    },
    events,
  );
  const redraw = () => drawn && plane.redrawOverlays();
  events.on("z", () => {
    reportAction({ what: "z", z: Array.from(plane.z) });
    redraw();
  });
  events.on("layers", () =>
    reportAction({
      what: "layers",
      layers: Object.keys(plane.settings.layers).filter((id) => plane.settings.layers[id]),
    }),
  );
  events.on("pick", ({ index }) => index >= 0 && reportAction({ what: "pick" }));
  events.on("moment", () => reportAction({ what: "moment", step: plane.pastFrame?.step ?? null }));
  events.on("drawn", ({ dOfZ }) => reportFigures(planeFigures(plane, dOfZ)));
  pageEvents.on("turned", () => plane.refresh(), events);

  function highlightedParts() {
    const { codes, fields, header, slice, view, z } = plane;
    const toPixels = (/** @type {ArrayLike<number>} */ code) =>
      view.toScreen(.../** @type {[number, number]} */ (slice.project(code)));
    return {
      codes: codes.xy,
      prior: fields.prior_xy?.values.subarray(0, 2 * MAX_SAMPLES),
      places: drawn === "regions" ? (header.regions ?? []).map((region) => toPixels(region.z)) : [toPixels(z)],
    };
  }
}
