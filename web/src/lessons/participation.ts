/**
 * How components take part in a lesson: they report the learner's actions ("did") and the figures that these change
 * ("figures"), and highlight parts of their drawing ("light").
 */

import { nearestIndex } from "../base/distances.ts";
import { pageEvents } from "../base/events.ts";
import { ImageChange } from "./image_change.ts";
import { planeFigures } from "./plane_figures.ts";
import { pointBeyond } from "./demonstration.ts";
import { drawHighlight } from "./plane_highlight.ts";
import type { Action, Figures, PerformedAction } from "../base/event_types.ts";
import type { LessonPlane } from "./planes.ts";

const MAX_SAMPLES = 400; // the most samples of the prior that are highlighted

/** Reports an action. */
export const reportAction = (action: Action) => pageEvents.emit("did", action);

/**
 * Reports figures by their names in `app/lessons/vocabulary.py`. An object whose properties are computed when they are
 * read costs nothing where no lesson shows them.
 * @param details before: their values before the action; isOther: whether they are those of another model or game than
 *   before
 */
export const reportFigures = (
  figures: Figures,
  { before = {}, isOther = false }: { before?: Figures; isOther?: boolean } = {},
) => pageEvents.emit("figures", { figures, before, isOther });

/** What a lesson shows on a plane in the learner's place. */
function performOnPlane(plane: LessonPlane, actions: PerformedAction[]) {
  for (const action of actions) {
    if (action.do === "z" && action.to?.length === plane.z.length) plane.moveZTo(Float32Array.from(action.to));
    if (action.do === "beyond") plane.moveZTo(pointBeyond(plane.z, Number(action.distance)));
    if (action.do === "layer") switchLayer(plane, String(action.layer), action.on ?? true);
  }
}

function switchLayer(plane: LessonPlane, layer: string, isOn: boolean) {
  if (plane.settings.layers[layer] !== isOn) plane.toggleLayer(layer);
}

/** Reports near which class z lies, unless its code has none, or z was drawn for another plane with a z of its own. */
function reportNearestClass({ codes, fields, header, z }: LessonPlane) {
  const isDrawn = !header.link || header.link.shares.includes("z");
  if (!isDrawn || !fields.z || !codes.labels) return;
  const label = codes.labels[nearestIndex(fields.z.values, z)] ?? -1;
  const { side = 0, title = "" } = header.link ?? {};
  if (label >= 0) pageEvents.emit("drawn", { side, title, classes: header.classes, label });
}

export function connectPlane(plane: LessonPlane) {
  const { events } = plane;
  let highlightedLayer = "";
  plane.addOverlay(
    ({ pen, view }) =>
      highlightedLayer &&
      plane.ready &&
      drawHighlight(pen, {
        drawn: highlightedLayer,
        toScreen: (x, y) => view.toScreen(x, y),
        width: view.width,
        height: view.height,
        ...highlightedParts(),
      }),
  );
  pageEvents.on(
    "light",
    (highlight) => {
      if (highlight.drawn === highlightedLayer) return;
      highlightedLayer = highlight.drawn;
      plane.redrawOverlays();
    },
    events,
  );
  const redraw = () => highlightedLayer && plane.redrawOverlays();
  events.on("z", () => {
    reportAction({ kind: "z", z: Array.from(plane.z) });
    redraw();
  });
  events.on("layers", () =>
    reportAction({
      kind: "layers",
      layers: Object.keys(plane.settings.layers).filter((id) => plane.settings.layers[id]),
    }),
  );
  pageEvents.on("did", ({ kind }) => kind === "sample" && reportNearestClass(plane), events);
  events.on("pick", ({ index }) => index >= 0 && reportAction({ kind: "pick" }));
  events.on("moment", () => reportAction({ kind: "moment", step: plane.pastFrame?.step ?? null }));
  const change = new ImageChange();
  const images = () => [plane.panel.image];
  events.on("drawn", ({ dOfZ }) => reportFigures(planeFigures(plane, dOfZ, () => change.shareOf(images()))));
  pageEvents.on("turned", () => plane.refresh(), events);
  pageEvents.on("experiment", () => beginExperiment(), events);
  pageEvents.on("perform", ({ actions }) => performOnPlane(plane, actions), events);

  function beginExperiment() {
    if (!plane.ready) return;
    change.begin(images());
    plane.refresh(); // reports the figures with which it begins
  }

  function highlightedParts() {
    const { codes, fields, header, slice, view, z } = plane;
    const toPixels = (code: ArrayLike<number>) => view.toScreen(...(slice.project(code) as [number, number]));
    return {
      codes: codes.xy,
      prior: fields.prior_xy?.values.subarray(0, 2 * MAX_SAMPLES),
      places:
        highlightedLayer === "regions" ? (header.regions ?? []).map((region) => toPixels(region.z)) : [toPixels(z)],
    };
  }
}
