/**
 * The drawing of the plane: layers and codes on one canvas, redrawn when they or the view change, then overlays and
 * marks.
 */

import { drawArrows } from "./arrows.ts";
import { createChangeDetector, memoizeLast } from "../base/memoize.ts";
import { CodesLayer } from "../codes/codes_layer.ts";
import {
  DIMMING_LAYERS,
  densityImage,
  drawGrid,
  drawGridLines,
  drawGridExtendedToEdges,
  drawAxisLabels,
  drawPath,
  drawRegionNames,
  drawSamples,
  featureImage,
  discriminatorImage,
  prepareCanvas,
  priorImage,
  nameRings,
  priorRings,
  strokeRings,
} from "../view/layers.ts";
import { drawClassNames, placeClassNames } from "../codes/class_names.ts";
import { computeSoftDensity } from "../codes/soft_density.ts";
import { Mosaic } from "../codes/mosaic.ts";
import { Manifold } from "./manifold.ts";
import { Marks } from "./marks.ts";
import { estimateRegion, MAX_SAMPLES } from "../priors/region.ts";
import { toImageData } from "../base/pictures.ts";
import { toFeatureUnits } from "../base/table_rows.ts";
import { codesAt, projectAll } from "../view/slice.ts";
import { computeSurfaceInSteps } from "./surface_grid.ts";
import { TaskScheduler } from "../base/task_scheduler.ts";
import type { Display } from "./display.ts";
import type { Field, Features } from "../messages.ts";
import type { SoftDensity } from "../codes/soft_density.ts";
import type { Networks } from "../networks/networks.ts";
import type { Paper, TextBox } from "../view/layers.ts";
import type { Prior } from "../priors/prior.ts";
import type { Slice } from "../view/slice.ts";

/** The fields without which there is no such layer. */
const LAYER_FIELDS: Record<string, "prior_xy" | "density_grid"> = {
  prior: "prior_xy",
  samples: "prior_xy",
  density: "density_grid",
};
const PRESENT_LAYERS = ["density", "manifold"]; // layers that were not saved for earlier training steps
const DIMMED_OPACITY = 0.3; // of the codes, while a layer is on that they would hide
const FULL_QUALITY_DELAY = 120; // milliseconds after the last change of the view before it is drawn in full quality

export class Scene {
  plane: Display;
  /** One for layers and codes, one for the tools' overlays. */
  canvases: HTMLCanvasElement[];
  marks: Marks;
  codes = new CodesLayer();
  manifold = new Manifold();
  mosaic = new Mosaic();
  tasks: TaskScheduler;
  dirty: boolean;
  overlaysDirty: boolean;
  isMoving = false;
  /** Whether the legend is visible; the names of the classes are hidden with it. */
  hasLegend = true;
  hasCanvasChanged = createChangeDetector();
  densityImage = memoizeLast(densityImage);
  judgeImage = memoizeLast(discriminatorImage);
  heatImage = memoizeLast(featureImage);
  /** One feature over the plane, as far as it was computed. */
  heatGrid: Field | null = null;
  estimateRegion = memoizeLast(estimateRegionOnPlane);
  priorImage = memoizeLast(priorImage);
  priorRings = memoizeLast(priorRings);
  placeClassNames = memoizeLast(placeClassNames);
  hasDensityChanged = createChangeDetector();
  /** The soft density beneath many codes, in the plane's units, so that a moved view shows it again as it is. */
  softDensity = null as SoftDensity | null;
  /** D's surface as far as it was computed. */
  discriminatorSurface: Field | null = null;
  restTimer: number | undefined;

  constructor(plane: Display) {
    this.plane = plane;
    const { base, overlay, surface } = plane.parts;
    this.canvases = [base, overlay];
    this.marks = new Marks(surface);
    this.tasks = new TaskScheduler((isBusy) => base.setAttribute("aria-busy", String(isBusy)));
    this.dirty = this.overlaysDirty = true;
  }

  close() {
    this.tasks.close();
    this.codes.close();
    window.clearTimeout(this.restTimer);
  }

  /** Whether a layer can be shown. */
  isAvailable(id: string): boolean {
    const { fields, header, slice } = this.plane;
    if (!(id in header.layers)) return false;
    if (id === "regions") return slice.decodable && Boolean(header.regions?.length);
    if (id === "manifold")
      // a line has no width to fill
      return Boolean(header.weights?.decoder) && slice.decodable && slice.shownDimensions.length !== 1;
    return !(id in LAYER_FIELDS) || Boolean(fields[LAYER_FIELDS[id]]);
  }

  /** Whether a layer is on and available at the training step that is shown. */
  isShown(id: string): boolean {
    return (
      this.plane.settings.layers[id] && this.isAvailable(id) && !(this.plane.pastFrame && PRESENT_LAYERS.includes(id))
    );
  }

  /** Drops what was computed for the revision shown before. */
  dropComputed() {
    this.manifold.tiles.slotsByName.clear();
    this.discriminatorSurface = this.heatGrid = null;
  }

  /** To be called after a message, a change of layers, or a change of z off the plane. */
  updateLayers() {
    this.dirty = true;
    this.startTasks();
  }

  /** The legend was shown or hidden. */
  onLegendToggled(isVisible: boolean) {
    this.hasLegend = isVisible;
    this.plane.redrawCodes();
  }

  /** To be called after a change of the view. */
  onViewChanged() {
    this.dirty = true;
    this.isMoving = true;
    window.clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => {
      this.isMoving = false;
      this.plane.refresh(true);
    }, FULL_QUALITY_DELAY);
  }

  /** Starts the background tasks: D's surface and the manifold. */
  startTasks() {
    const { plane } = this;
    const { slice, settings, header, view } = plane;
    const { networks, networksKey } = plane.decoder;
    this.tasks.stop("judge");
    this.tasks.stop("manifold");
    if (plane.pastFrame || !networks || !slice.decodable || !view.width) return;
    const { z } = plane;
    if ((settings.layers.judge || settings.layers.push) && networks.discriminator) {
      const judge = (places: [number, number][]) => networks.discriminateMany(codesAt(places, slice, z));
      const showSurface = (grid: Field) => {
        this.discriminatorSurface = grid;
        plane.redrawCodes();
      };
      this.tasks.start("judge", computeSurfaceInSteps(view.visibleBox, judge, showSurface));
    }
    if (!settings.layers.manifold || !this.isAvailable("manifold")) return;
    if (header.features) {
      const showHeat = (grid: Field) => {
        this.heatGrid = grid;
        plane.redrawCodes();
      };
      this.tasks.start(
        "manifold",
        computeSurfaceInSteps(view.visibleBox, this.featureShareFunction(networks, header.features), showHeat),
      );
      return;
    }
    this.manifold.version = JSON.stringify([networksKey, header.y, Array.from(slice.moveTo(z, 0, 0))]);
    this.manifold.tiles.reset(networks.image[2], networks.image[1]);
    const decode = (places: [number, number][]) =>
      this.decodePlaces(networks, places).map((output) => toImageData(output, networks.image));
    this.tasks.start(
      "manifold",
      this.manifold.decodeMissing(
        view,
        decode,
        () => plane.redrawCodes(),
        (typicalSize) => networks.batchSizeFor(typicalSize),
      ),
    );
  }

  /** The images decoded at some places. */
  decodePlaces(networks: Networks, places: [number, number][]): Float32Array[] {
    const { slice, z, header } = this.plane;
    return networks.decodeMany(
      codesAt(places, slice, z),
      places.map(() => header.y ?? -1),
    );
  }

  /** The chosen feature at some places, as a share of its usual range. */
  featureShareFunction(networks: Networks, features: Features): (places: [number, number][]) => number[] {
    const { feature } = this.plane.settings;
    const [low, high] = [features.lows[feature], features.highs[feature]];
    const range = high - low || 2 * features.reaches[feature];
    return (places: [number, number][]) =>
      this.decodePlaces(networks, places).map(
        (output) => (toFeatureUnits(features, feature, output[feature]) - low) / range,
      );
  }

  draw() {
    const { theme, view } = this.plane;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (this.hasCanvasChanged(view.width, view.height, ratio, theme.background)) {
      for (const canvas of this.canvases) {
        Object.assign(canvas, { width, height });
        Object.assign(canvas.style, { width: `${view.width}px`, height: `${view.height}px` });
      }
      this.dirty = this.overlaysDirty = true;
    }
    const [base, overlay] = this.canvases;
    if (this.dirty) this.drawBase(prepareCanvas(base, view, theme, ratio), ratio);
    if (this.overlaysDirty) this.drawOverlays(prepareCanvas(overlay, view, theme, ratio));
    this.dirty = this.overlaysDirty = false;
    this.marks.drawMarks(theme);
    this.moveMarks();
  }

  drawOverlays(paper: Paper) {
    for (const overlay of this.plane.overlays) {
      paper.pen.save();
      overlay(paper);
      paper.pen.restore();
    }
  }

  drawBase(paper: Paper, ratio: number) {
    const { plane } = this;
    const { fields, header, slice, pastFrame, view, theme } = plane;
    const { pen } = paper;
    const grid = this.visibleSurface();
    if (this.isShown("judge") && grid)
      (pastFrame ? drawGridExtendedToEdges : drawGrid)(paper, this.judgeImage(grid), grid);
    if (this.isShown("manifold") && header.features && this.heatGrid)
      drawGrid(paper, this.heatImage(this.heatGrid), this.heatGrid);
    if (this.isShown("density"))
      drawGrid(paper, this.densityImage(fields.density_grid, theme.text), fields.density_grid);
    const region = this.visibleRegion();
    const isOnPicture = this.isShown("judge") || this.isShown("manifold");
    if (region && !isOnPicture) drawGrid(paper, this.priorImage(region), region);
    drawGridLines(paper);
    if (this.isShown("manifold") && !header.features) this.manifold.drawTiles(pen, view);
    if (this.isShown("codes")) {
      pen.globalAlpha = this.areCodesDimmed() ? DIMMED_OPACITY : 1;
      this.drawSoftDensity(paper);
      this.codes.draw(pen, plane, ratio);
      pen.globalAlpha = 1;
    }
    if (this.isShown("samples") && fields.prior_xy) drawSamples(paper, fields.prior_xy.values);
    if (region) strokeRings(paper, this.priorRings(region));
    if (this.isShown("thumbs")) this.mosaic.draw(pen, plane);
    if (this.isShown("push") && grid) drawArrows(paper, grid);
    if (this.isShown("regions")) {
      for (const sweep of header.sweeps ?? [])
        drawPath(
          paper,
          sweep.map((z) => view.toScreen(...slice.project(z))),
          1.5,
        );
      drawRegionNames(
        paper,
        header.regions.map(({ z, ...regionFacts }) => ({ ...regionFacts, place: slice.project(z) })),
      );
    }
    const classNames = this.drawClassNames(paper);
    if (region) nameRings(paper, this.priorRings(region), classNames);
    drawAxisLabels(paper, header.axis_names ?? [], this.isShown("manifold"));
  }

  /** A cloud beneath many codes, computed only when codes, classes or selection have changed. */
  drawSoftDensity(paper: Paper) {
    const { codes, settings, colouredMask: mask } = this.plane;
    if (this.hasDensityChanged(codes.xy, codes.labels, codes.colours, [...settings.hidden].join(), mask))
      this.softDensity = computeSoftDensity(codes, (k) => this.plane.isVisible(k) && (!mask || mask[k] === 1));
    if (this.softDensity) drawGrid(paper, this.softDensity.image, this.softDensity);
  }

  /**
   * The prior's region: exact if its density on the plane is known, or else estimated from its samples; null if it is
   * not shown, or another one is being painted.
   */
  visibleRegion() {
    const { fields, slice, prior, header } = this.plane;
    if (!this.isShown("prior") || header.brush) return null;
    return fields.prior_mass ?? this.estimateRegion(prior, slice);
  }

  /**
   * Whether the codes step back, so that the layers beneath and above them are seen; a selection and what a filter lets
   * through stay in full colour, and so do codes over a heat map, whose colours would change theirs.
   */
  areCodesDimmed(): boolean {
    const { colouredMask, header } = this.plane;
    const dimmingLayers = DIMMING_LAYERS.filter((id) => id !== "manifold" || !header.features);
    return !colouredMask && dimmingLayers.some((id) => this.isShown(id));
  }

  /**
   * The names of the classes on their codes, unless the prior's regions are named.
   * @returns where they stand
   */
  drawClassNames(paper: Paper): TextBox[] {
    const { codes, settings, header, view } = this.plane;
    if (!this.hasLegend || !this.isShown("codes") || this.isShown("regions")) return [];
    if (header.ranges_of) return []; // ranges of a number overlap; their colours are in order
    const places = this.placeClassNames(codes.xy, codes.labels, header.classes.length);
    const names = places
      .filter(({ label }) => !settings.hidden.has(label))
      .map(({ label, place }) => ({ name: header.classes[label], place: view.toScreen(...place) }));
    return drawClassNames(paper, names);
  }

  /** D's surface: saved with an earlier step, or else computed in the page if D is here, or by the server. */
  visibleSurface() {
    const { fields, decoder, pastFrame } = this.plane;
    if (pastFrame) return pastFrame.surface;
    return (decoder.networks?.discriminator ? this.discriminatorSurface : fields.judge_grid) ?? null;
  }

  moveMarks() {
    const { slice, z, view, codes, picked, hovered } = this.plane;
    const screenPlace = (index: number): [number, number] => {
      const hasPlace = index >= 0 && 2 * index < codes.xy.length;
      return hasPlace ? view.toScreen(codes.xy[2 * index], codes.xy[2 * index + 1]) : [NaN, NaN];
    };
    this.marks.moveMark("under", ...screenPlace(hovered), view.markScale);
    this.marks.moveMark("chosen", ...screenPlace(picked), view.markScale);
    // hidden if the slice has no place for z
    this.marks.moveMark("cross", ...view.toScreen(...slice.project(z)), view.markScale);
  }
}

/** The region of a prior on a plane. */
function estimateRegionOnPlane(prior: Prior, slice: Slice) {
  if (!prior.spec) return null;
  const samples = projectAll(prior.drawSamples(MAX_SAMPLES), prior.dim, slice);
  return estimateRegion(samples, slice.shownDimensions.length === 1);
}
