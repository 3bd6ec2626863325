/**
 * The drawing of the plane: layers and codes on one canvas, redrawn when they or the view change, then overlays and marks.
 */

import { drawArrows } from "./arrows.js";
import { changes, made } from "../base/anew.js";
import { CodesLayer } from "../codes/codes_layer.js";
import { contoursOf, densityImage, drawContours, drawGrid, drawGridLines, drawKept, drawNumbers, drawPath, drawRegions, drawSamples, heatImage, judgeImage, paperOn } from "../view/layers.js";
import { Mosaic } from "../codes/mosaic.js";
import { Manifold } from "./manifold.js";
import { Marks } from "./marks.js";
import { imageOf } from "../base/picture.js";
import { unitsOf } from "../base/rows.js";
import { codesAt } from "../view/slice.js";
import { surface } from "./surface.js";
import { Tasks } from "../base/tasks.js";

/** The fields without which there is no such layer. @type {Object<string, "prior_mass" | "prior_xy" | "density_grid">} */
const FIELDS = { prior: "prior_mass", samples: "prior_xy", density: "density_grid" };
const OF_NOW = ["density", "manifold"]; // layers that were not saved for earlier training steps
const REST = 120; // milliseconds after the last change of the view before it is drawn in full quality

export class Scene {
  /** @param {import("./display.js").Display} plane */
  constructor(plane) {
    this.plane = plane;
    const { base, over, surface } = plane.parts;
    /** One for layers and codes, one for the tools' overlays. @type {HTMLCanvasElement[]} */
    this.canvases = [base, over];
    this.marks = new Marks(surface);
    this.codes = new CodesLayer();
    this.manifold = new Manifold();
    this.mosaic = new Mosaic();
    this.tasks = new Tasks((busy) => base.setAttribute("aria-busy", String(busy)));
    this.dirty = this.overDirty = true;
    this.moving = false;
    this.changed = changes();
    this.densityImage = made(densityImage);
    this.judgeImage = made(judgeImage);
    this.heatImage = made(heatImage);
    /** One feature over the plane, as far as it was computed. @type {import("../base/wire.js").Field | null} */
    this.heat = null;
    this.contoursOf = made(contoursOf);
    /** D's surface as far as it was computed. @type {import("../base/wire.js").Field | null} */
    this.judged = null;
  }

  close() {
    this.tasks.close();
    this.codes.close();
    window.clearTimeout(this.resting);
  }

  /** Whether a layer can be shown. @param {string} id */
  has(id) {
    const { fields, header, slice } = this.plane;
    if (!(id in header.layers)) return false;
    if (id === "regions") return slice.decodable && Boolean(header.regions?.length);
    if (id === "manifold") return Boolean(header.weights?.decoder) && slice.decodable && slice.shown.length !== 1; // a line has no width to fill
    return !(id in FIELDS) || Boolean(fields[FIELDS[id]]);
  }

  /** Whether a layer is on and available at the training step that is shown. @param {string} id */
  shows(id) {
    return this.plane.memory.layers[id] && this.has(id) && !(this.plane.past && OF_NOW.includes(id));
  }

  /** Drops what was computed for the revision shown before. */
  forget() {
    this.manifold.tiles.of.clear();
    this.judged = this.heat = null;
  }

  /** To be called after a message, a change of layers, or a change of z off the plane. */
  update() {
    this.dirty = true;
    this.refine();
  }

  /** To be called after a change of the view. */
  viewed() {
    this.dirty = true;
    this.moving = true;
    window.clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      this.moving = false;
      this.plane.refresh(true);
    }, REST);
  }

  /** Starts the background tasks: D's surface and the manifold. */
  refine() {
    const { plane } = this;
    const { slice, memory, header, view } = plane;
    const { networks, sha } = plane.answers;
    this.tasks.stop("judge");
    this.tasks.stop("manifold");
    if (plane.past || !networks || !slice.decodable || !view.width) return;
    const { z } = plane;
    if ((memory.layers.judge || memory.layers.push) && networks.discriminator) {
      const judge = (/** @type {[number, number][]} */ places) => networks.judgeMany(codesAt(places, slice, z));
      const showSurface = (/** @type {import("../base/wire.js").Field} */ grid) => {
        this.judged = grid;
        plane.redraw();
      };
      this.tasks.start("judge", surface(view.box, judge, showSurface));
    }
    if (!memory.layers.manifold || !this.has("manifold")) return;
    if (header.features) {
      const showHeat = (/** @type {import("../base/wire.js").Field} */ grid) => {
        this.heat = grid;
        plane.redraw();
      };
      this.tasks.start("manifold", surface(view.box, this.heatOf(networks, header.features), showHeat));
      return;
    }
    this.manifold.version = JSON.stringify([sha, header.y, Array.from(slice.moved(z, 0, 0))]);
    this.manifold.tiles.begin(networks.image[2], networks.image[1]);
    const decode = (/** @type {[number, number][]} */ places) => this.decoded(networks, places).map((each) => imageOf(each, networks.image));
    this.tasks.start("manifold", this.manifold.fill(view, decode, () => plane.redraw(), (most) => networks.atOnce(most)));
  }

  /** The images decoded at some places. @param {import("../networks/decoder.js").Networks} networks @param {[number, number][]} places */
  decoded(networks, places) {
    const { slice, z, header } = this.plane;
    return networks.decodeMany(codesAt(places, slice, z), places.map(() => header.y ?? -1)); // prettier-ignore
  }

  /**
   * The chosen feature at some places, as a share of its usual range.
   * @param {import("../networks/decoder.js").Networks} networks
   * @param {import("../../messages.js").Features} features
   */
  heatOf(networks, features) {
    const { feature } = this.plane.memory;
    const [low, high] = [features.lows[feature], features.highs[feature]];
    const range = high - low || 2 * features.reaches[feature];
    return (/** @type {[number, number][]} */ places) => this.decoded(networks, places).map((each) => (unitsOf(features, feature, each[feature]) - low) / range);
  }

  draw() {
    const { theme, view } = this.plane;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(view.width * ratio), Math.round(view.height * ratio)];
    if (this.changed(view.width, view.height, ratio, theme.background)) {
      for (const canvas of this.canvases) {
        Object.assign(canvas, { width, height });
        Object.assign(canvas.style, { width: `${view.width}px`, height: `${view.height}px` });
      }
      this.dirty = this.overDirty = true;
    }
    const [base, over] = this.canvases;
    if (this.dirty) this.drawBase(paperOn(base, view, theme, ratio), ratio);
    if (this.overDirty) this.drawOver(paperOn(over, view, theme, ratio));
    this.dirty = this.overDirty = false;
    this.marks.dress(theme);
    this.moveMarks();
  }

  /** @param {import("../view/layers.js").Paper} paper */
  drawOver(paper) {
    for (const overlay of this.plane.overlays) {
      paper.pen.save();
      overlay(paper);
      paper.pen.restore();
    }
  }

  /** @param {import("../view/layers.js").Paper} paper @param {number} ratio */
  drawBase(paper, ratio) {
    const { plane } = this;
    const { fields, header, slice, past, view, theme } = plane;
    const { pen } = paper;
    const grid = this.surfaceOfD();
    if (this.shows("judge") && grid) (past ? drawKept : drawGrid)(paper, this.judgeImage(grid), grid);
    if (this.shows("manifold") && header.features && this.heat) drawGrid(paper, this.heatImage(this.heat), this.heat);
    if (this.shows("density")) drawGrid(paper, this.densityImage(fields.density_grid, theme.primary), fields.density_grid);
    drawGridLines(paper);
    if (this.shows("manifold") && !header.features) this.manifold.draw(pen, view);
    if (this.shows("samples") && fields.prior_xy) drawSamples(paper, fields.prior_xy.values);
    if (this.shows("codes")) this.codes.draw(pen, plane, ratio);
    if (this.shows("thumbs")) this.mosaic.draw(pen, plane);
    if (this.shows("push") && grid) drawArrows(paper, grid);
    if (this.shows("prior") && fields.prior_mass) drawContours(paper, this.contoursOf(fields.prior_mass));
    if (this.shows("regions")) {
      for (const sweep of header.sweeps ?? []) drawPath(paper, sweep.map((z) => view.toScreen(...slice.place(z))), 1.5); // prettier-ignore
      drawRegions(paper, header.regions.map(({ z, ...about }) => ({ ...about, at: slice.place(z) })));
    }
    drawNumbers(paper, header.axis_names ?? []);
  }

  /** D's surface: saved with an earlier step, or else computed in the page if D is here, or by the server. */
  surfaceOfD() {
    const { fields, answers, past } = this.plane;
    if (past) return past.judged;
    return (answers.networks?.discriminator ? this.judged : fields.judge_grid) ?? null;
  }

  moveMarks() {
    const { slice, z, view, codes, picked, hovered } = this.plane;
    /** @param {number} index @returns {[number, number]} */
    const at = (index) => {
      const known = index >= 0 && 2 * index < codes.xy.length;
      return known ? view.toScreen(codes.xy[2 * index], codes.xy[2 * index + 1]) : [NaN, NaN];
    };
    this.marks.move("under", ...at(hovered), view.bold);
    this.marks.move("chosen", ...at(picked), view.bold);
    this.marks.move("cross", ...view.toScreen(...slice.place(z)), view.bold); // hidden if the slice has no place for z
  }
}
