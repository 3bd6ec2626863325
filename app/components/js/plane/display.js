/**
 * A plane on the page: its elements, the selected codes, and when it is drawn.
 */

import { nextFrame } from "../base/anew.js";
import { note, onSize } from "../base/dom.js";
import { boldOf, themeOf } from "../base/theme.js";
import { inside } from "../choice/lasso.js";
import { Selection } from "../choice/selection.js";
import { drawLegend, endAboveFoot } from "../codes/legend.js";
import { Sprites } from "../codes/sprites.js";
import { Answers } from "../networks/answers.js";
import { LAYERS } from "../view/layers.js";
import { HeatKey, drawKey } from "./key.js";
import { Model } from "./model.js";
import { Panel } from "./panel.js";
import { Scene } from "./scene.js";
import { build } from "./skeleton.js";
import { Spoken } from "./spoken.js";
import { drawSwitches } from "./switches.js";

/** The titles of layers where the data are a table. @type {Object<string, string>} */
const OF_ROWS = { manifold: "Heat map of a feature", thumbs: "Charts at codes" };
const LOOK = 800; // milliseconds after the last change of the view before it is sent to Python

export class Display extends Model {
  constructor() {
    super();
    this.drawSoon = nextFrame(() => this.draw());
    this.parts = build(/** @type {any} */ (this));
    this.panel = new Panel(this);
    this.scene = new Scene(this);
    /** Functions with which tools draw over the codes. @type {((paper: import("../view/layers.js").Paper) => void)[]} */
    this.overlays = [];
    this.sprites = new Sprites(() => this.pictured(), () => ({ networks: this.answers.networks, z: this.fields.z?.values, content: this.codes.content ?? null }));
    this.selection = new Selection(this.parts.selection, this);
    this.answers = new Answers(this.panel.image, (way, sentence) => this.answered(way, sentence), () => this.refresh());
    this.spoken = new Spoken(this);
    this.heatKey = new HeatKey(this);
    this.theme = themeOf(this.parts.root);
    this.events.on("close", onSize(this.parts.surface, () => this.resize()));
    this.events.on("close", endAboveFoot(this.parts));
  }

  /** Removes the plane for good; whatever arrives later is ignored. */
  close() {
    this.closed = true;
    this.events.emit("close");
    this.answers.close();
    this.sprites.load(null); // no more images are requested
    this.scene.close();
    this.drawSoon.close();
    for (const timer of [this.settling, this.looking]) window.clearTimeout(timer);
    this.settling = this.looking = 0; // losing the focus, which follows, then sends nothing
  }

  /** The networks have changed. @param {string} way where decoding happens @param {string} sentence what went wrong in the page, or "" */
  answered(way, sentence) {
    this.panel.way.textContent = way;
    this.say("weights", sentence);
    this.refresh(true);
    this.events.emit("networks");
  }

  /** Images of codes have arrived. */
  pictured() {
    if (this.closed) return;
    this.selection.show();
    if (this.hovered >= 0) this.sprites.describe(this, this.hovered);
    this.redraw();
    this.events.emit("pictures");
  }

  /** Sets the one sentence about a subject above the plane; an empty sentence removes it. @param {string} about @param {string} sentence */
  say(about, sentence) {
    note(this.parts.notes, about, sentence);
  }

  /** Pauses background work during a drag. @param {boolean} dragging */
  hold(dragging) {
    if (dragging) this.tellPending();
    if (dragging) this.missed = false; // what came during an earlier drag is settled
    this.dragging = dragging;
    this.scene.tasks.pause(dragging);
    this.events.emit("drag", { on: dragging });
  }

  // Codes that are selected or pointed at ------------------------------------------------------------------------------

  /**
   * Selects several codes, of which those of hidden classes are left out; null clears the selection.
   * @param {Uint8Array | null} mask 1 for each selected code
   * @param {number[]} polygon the outline drawn around them, x and y in turn, in the plane's units
   */
  choose(mask, polygon = []) {
    this.selection.choose(mask && mask.map((on, k) => Number(on && this.visible(k))));
    this.outline = { polygon: this.selection.mask ? polygon : [], step: this.past?.step ?? null };
    this.chosen();
    this.events.emit("changed", { what: "lasso" });
  }

  /** Selects the visible codes inside a polygon; fewer than three corners clear the selection. @param {number[]} polygon x and y in turn */
  enclose(polygon) {
    if (polygon.length < 6) this.choose(null);
    else this.choose(inside(this.codes.xy, polygon, (k) => this.visible(k)), polygon);
  }

  /** The selection has changed. */
  chosen() {
    this.redraw();
    this.events.emit("choose", { mask: this.selection.mask });
  }

  /** The pointer is over a code; −1: over none. @param {number} index */
  hover(index) {
    const found = this.dragging ? -1 : index;
    if (found === this.hovered) return;
    this.hovered = found;
    this.parts.card.hidden = found < 0;
    if (found >= 0) this.sprites.describe(this, found);
    this.refresh();
    this.events.emit("hover", { index: found });
  }

  /** Whether the code's image is drawn on the plane. @param {number} index */
  isPictured(index) {
    return this.scene.shows("thumbs") && this.scene.mosaic.tiles.some(({ k }) => k === index);
  }

  /** The code at a place on the screen; images of codes, where shown, come first. @param {number} x @param {number} y CSS pixels */
  find(x, y) {
    const pictured = this.scene.shows("thumbs") ? this.scene.mosaic.at(x, y) : -1;
    return pictured >= 0 ? pictured : super.find(x, y);
  }

  /** @param {number} factor @param {number} x @param {number} y */
  zoom(factor, x, y) {
    this.seen(() => this.view.zoomAt(factor, x, y));
  }

  /** Changes the view and everything that follows from it. @param {() => void} change @param {"person" | "link"} by */
  seen(change, by = "person") {
    change();
    this.hover(-1);
    this.scene.viewed();
    this.redrawOver();
    this.events.emit("view");
    window.clearTimeout(this.looking);
    const told = by === "person" && this.header.report?.includes("view");
    this.looking = told ? window.setTimeout(() => this.tellView(), LOOK) : 0;
  }

  resize() {
    const { clientWidth, clientHeight } = this.parts.surface;
    if (!clientWidth || !clientHeight) return; // a hidden tab; called again when it is shown
    this.view.bold = boldOf(this.parts.root);
    const ratio = window.devicePixelRatio || 1;
    const whole = (/** @type {number} */ size) => Math.round(size * ratio) / ratio; // device pixels, or the browser blurs the canvas
    this.view.resize(whole(clientWidth), whole(clientHeight));
    this.scene.viewed();
    this.redrawOver();
  }

  /** @param {number} label */
  toggleClass(label) {
    const { hidden } = this.memory;
    if (!hidden.delete(label)) hidden.add(label);
    this.showClasses();
    this.events.emit("changed", { what: "hidden" });
  }

  /** The set of hidden classes has changed. */
  showClasses() {
    drawLegend(this);
    if (this.selection.keepShown()) this.chosen();
    this.redraw();
    this.events.emit("classes");
  }

  /** @param {string} id */
  toggleLayer(id) {
    const { layers } = this.memory;
    layers[id] = !layers[id];
    this.showLayers();
    if (!this.header.report?.includes("layers")) return;
    const told = this.layersSaid();
    this.memory.said.tell(told);
    this.tell("layers", JSON.parse(told));
  }

  /** The layers that are on and off, as in a message to Python. */
  layersSaid() {
    return JSON.stringify(Object.fromEntries(Object.keys(this.header.layers).map((id) => [id, this.memory.layers[id]])));
  }

  /** The set of visible layers has changed. */
  showLayers() {
    this.drawSwitches();
    this.refresh(true);
    this.events.emit("layers");
  }

  /** Shows another feature on the heat map. @param {number} feature */
  showFeature(feature) {
    this.memory.feature = feature;
    this.drawSwitches();
    this.refresh(true);
    this.events.emit("changed", { what: "feature" });
  }

  drawSwitches() {
    const rows = Boolean(this.header.features);
    const there = LAYERS.filter(({ id }) => this.scene.has(id)).map((layer) => ({ ...layer, title: (rows && OF_ROWS[layer.id]) || layer.title }));
    drawKey(this, there.filter(({ id }) => this.scene.shows(id)));
    drawSwitches(this, there);
  }

  /** Shows the switches of all layers, or of the first few. @param {boolean} more */
  unfold(more) {
    this.memory.more = more;
    this.drawSwitches();
    this.events.emit("changed", { what: "more" });
  }

  // Drawing ------------------------------------------------------------------------------------------------------------

  /** Draws at the next animation frame, once for all changes until then. @param {boolean} [anew] whether layers and codes are drawn again too */
  refresh(anew = false) {
    if (anew) this.scene.update();
    this.drawSoon();
  }

  /** Draws layers and codes again at the next animation frame. */
  redraw() {
    this.scene.dirty = true;
    this.refresh();
  }

  /** Draws the overlays again at the next animation frame. */
  redrawOver() {
    this.scene.overDirty = true;
    this.refresh();
  }

  draw() {
    if (!this.ready || !this.view.width) return;
    const known = { density: this.prior.logDensity(this.z), dOfZ: NaN, inside: this.prior.inside(this.z) };
    const elsewhere = this.header.beside && this.answers.asks; // the component beside this one requests the image
    if (this.z.length && !elsewhere) known.dOfZ = this.answers.paint(this.z, this.header.y ?? null);
    if (this.past) known.dOfZ = this.past.judge(this.z);
    this.panel.show(known);
    this.scene.draw();
    this.events.emit("drawn");
    this.spoken.later(known);
  }
}
