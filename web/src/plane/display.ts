/**
 * A plane on the page: its elements, the selected codes, and when it is drawn.
 */

import { pageEvents } from "../base/events.ts";
import { throttleToFrame } from "../base/memoize.ts";
import { setNote, observeSize } from "../base/dom.ts";
import { readMarkScale, readTheme } from "../base/theme.ts";
import { pointsInPolygon } from "../choice/lasso.ts";
import { Selection } from "../choice/selection.ts";
import { drawLegend, keepLegendAboveFoot, legendReserve } from "../codes/legend.ts";
import { ItemTexts } from "../codes/item_texts.ts";
import { Sprites } from "../codes/sprites.ts";
import { DecoderClient } from "../networks/decoder_client.ts";
import { LAYERS } from "../view/layers.ts";
import { HeatKey, drawColourKey } from "./colour_key.ts";
import { PlaneState } from "./plane_state.ts";
import { Panel } from "./panel.ts";
import { Scene } from "./scene.ts";
import { buildPlaneElements } from "./plane_elements.ts";
import { SpokenSummary } from "./spoken_summary.ts";
import { drawLayerSwitches } from "./layer_switches.ts";
import { translate } from "../base/translate.ts";
import type { Paper } from "../view/layers.ts";
import type { Plane } from "./plane.ts";
import type { Viewport } from "../view/viewport.ts";

/** The titles of layers where the data are a table. */
const ROW_LAYER_TITLES: Record<string, string> = {
  manifold: translate("Heat map of a feature"),
  thumbs: translate("Charts at codes"),
};
const VIEW_SEND_DELAY = 800; // milliseconds after the last change of the view before it is sent to Python

export class Display extends PlaneState {
  drawNextFrame = throttleToFrame(() => this.draw());
  parts: ReturnType<typeof buildPlaneElements>;
  panel: Panel;
  scene: Scene;
  /** Functions with which tools draw over the codes. */
  overlays: ((paper: Paper) => void)[];
  sprites: Sprites;
  items: ItemTexts;
  selection: Selection;
  decoder: DecoderClient;
  spokenSummary: SpokenSummary;
  heatKey: HeatKey;
  theme;

  constructor() {
    super();
    this.parts = buildPlaneElements(this as Display as Plane);
    this.panel = new Panel(this);
    this.scene = new Scene(this);
    this.overlays = [];
    this.sprites = new Sprites(
      () => this.onPicturesLoaded(),
      () => ({ networks: this.decoder.networks, z: this.fields.z?.values, content: this.codes.content ?? null }),
    );
    this.items = new ItemTexts(() => this.onItemsLoaded());
    this.selection = new Selection(this.parts.selection, this);
    this.decoder = new DecoderClient(
      this.panel.image,
      (methodText, sentence) => this.onNetworksChanged(methodText, sentence),
      () => this.refresh(),
    );
    this.spokenSummary = new SpokenSummary(this);
    this.heatKey = new HeatKey(this);
    this.events.on("differences", ({ features }) => this.panel.chart.showFirst(features));
    this.theme = readTheme(this.parts.root);
    this.events.on(
      "close",
      observeSize(this.parts.surface, () => this.resize()),
    );
    this.events.on("close", keepLegendAboveFoot(this.parts));
    this.events.on(
      "close",
      observeSize(this.parts.legend, () => {
        this.scene.onLegendToggled(this.parts.legend.offsetWidth > 0);
        this.resize();
      }),
    );
  }

  /** Removes the plane for good; whatever arrives later is ignored. */
  close() {
    this.closed = true;
    this.events.emit("close");
    this.decoder.close();
    this.sprites.load(null); // no more images are requested
    this.scene.close();
    this.drawNextFrame.close();
    for (const timer of [this.settleTimer, this.viewTimer]) window.clearTimeout(timer);
    this.settleTimer = this.viewTimer = 0; // losing the focus, which follows, then sends nothing
  }

  /**
   * The networks have changed.
   * @param methodText where decoding happens
   * @param sentence what went wrong in the page, or ""
   */
  onNetworksChanged(methodText: string, sentence: string) {
    this.panel.methodNote.textContent = methodText;
    this.setNote("weights", sentence);
    this.refresh(true);
    this.events.emit("networks");
  }

  /** The ids of the items have arrived. */
  onItemsLoaded() {
    if (this.closed) return;
    this.selection.updatePanel();
    if (this.hovered >= 0) this.sprites.showCard(this, this.hovered);
    this.events.emit("pictures");
  }

  /** Images of codes have arrived. */
  onPicturesLoaded() {
    if (this.closed) return;
    this.selection.updatePanel();
    if (this.hovered >= 0) this.sprites.showCard(this, this.hovered);
    this.redrawCodes();
    this.events.emit("pictures");
  }

  /** Sets the one sentence about a subject above the plane; an empty sentence removes it. */
  setNote(subject: string, sentence: string) {
    setNote(this.parts.notes, subject, sentence);
  }

  /** Pauses background work during a drag. */
  setDragging(dragging: boolean) {
    if (dragging) this.sendPending();
    if (dragging) this.missedMessage = false; // what came during an earlier drag is settled
    this.dragging = dragging;
    this.scene.tasks.setPaused(dragging);
    this.events.emit("drag", { on: dragging });
  }

  // Codes that are selected or pointed at -----------------------------------------------------------------------------

  /**
   * Selects several codes, of which those of hidden classes are left out; null clears the selection.
   * @param mask 1 for each selected code
   * @param polygon the outline drawn around them, x and y in turn, in the plane's units
   */
  selectCodes(mask: Uint8Array | null, polygon: number[] = []) {
    this.selection.setMask(mask && mask.map((on, k) => Number(on && this.isVisible(k))));
    this.outline = { polygon: this.selection.mask ? polygon : [], step: this.pastFrame?.step ?? null };
    this.onSelectionChanged();
    this.events.emit("changed", { setting: "lasso" });
  }

  /**
   * Selects the visible codes inside a polygon; fewer than three corners clear the selection.
   * @param polygon x and y in turn
   */
  selectInside(polygon: number[]) {
    if (polygon.length < 6) this.selectCodes(null);
    else
      this.selectCodes(
        pointsInPolygon(this.codes.xy, polygon, (k) => this.isVisible(k)),
        polygon,
      );
  }

  /** The codes in colour: the selected ones, or those that the filter lets through; null where all are. */
  get colouredMask() {
    return this.selection.mask ?? this.fields.matches?.values ?? null;
  }

  /** The selection has changed. */
  onSelectionChanged() {
    this.redrawCodes();
    const { mask } = this.selection;
    this.events.emit("choose", { mask });
    pageEvents.emit("selection", { revision: this.header.revision, mask });
  }

  /** The pointer is over a code; −1: over none. */
  setHovered(index: number) {
    const hoveredIndex = this.dragging ? -1 : index;
    if (hoveredIndex === this.hovered) return;
    this.hovered = hoveredIndex;
    this.parts.card.hidden = hoveredIndex < 0;
    if (hoveredIndex >= 0) this.sprites.showCard(this, hoveredIndex);
    this.refresh();
    this.events.emit("hover", { index: hoveredIndex });
  }

  /** Whether the code's image is drawn on the plane. */
  hasThumbnail(index: number): boolean {
    return this.scene.isShown("thumbs") && this.scene.mosaic.tiles.some(({ k }) => k === index);
  }

  /**
   * The code at a place on the screen; images of codes, where shown, come first.
   * @param y CSS pixels
   * @returns its index; −1 if there is none
   */
  codeIndexAt(x: number, y: number): number {
    const tile = this.scene.isShown("thumbs") ? this.scene.mosaic.codeIndexAt(x, y) : -1;
    return tile >= 0 ? tile : super.codeIndexAt(x, y);
  }

  zoomAt(factor: number, x: number, y: number) {
    this.changeView(() => this.view.zoomAt(factor, x, y));
  }

  /** Changes the view and everything that follows from it. */
  changeView(change: () => void, source: "person" | "link" = "person") {
    change();
    this.setHovered(-1);
    this.scene.onViewChanged();
    this.redrawOverlays();
    this.events.emit("view");
    window.clearTimeout(this.viewTimer);
    const isReported = source === "person" && this.header.report?.includes("view");
    this.viewTimer = isReported ? window.setTimeout(() => this.sendView(), VIEW_SEND_DELAY) : 0;
  }

  /** Shows what another plane shows. */
  copyView(view: Viewport) {
    this.changeView(() => this.view.copyFrom(view), "link");
  }

  resize() {
    const { clientWidth, clientHeight } = this.parts.surface;
    if (!clientWidth || !clientHeight) return; // a hidden tab; called again when it is shown
    this.view.markScale = readMarkScale(this.parts.root);
    const ratio = window.devicePixelRatio || 1;
    // device pixels, or the browser blurs the canvas
    const toDevicePixels = (size: number) => Math.round(size * ratio) / ratio;
    this.view.reserve = legendReserve(this.parts.legend);
    this.view.resize(toDevicePixels(clientWidth), toDevicePixels(clientHeight));
    this.scene.onViewChanged();
    this.redrawOverlays();
  }

  toggleClass(label: number) {
    const { hidden } = this.settings;
    if (!hidden.delete(label)) hidden.add(label);
    this.updateClasses();
    this.events.emit("changed", { setting: "hidden" });
  }

  /** Hides these classes and no others. */
  hideClasses(labels: Iterable<number>) {
    this.settings.hidden = new Set(labels);
    this.updateClasses();
  }

  /** The set of hidden classes has changed. */
  updateClasses() {
    drawLegend(this);
    if (this.selection.dropHidden()) this.onSelectionChanged();
    this.redrawCodes();
    this.events.emit("classes");
  }

  toggleLayer(id: string) {
    const { layers } = this.settings;
    layers[id] = !layers[id];
    this.updateLayers();
    if (!this.header.report?.includes("layers")) return;
    const message = this.layersMessage();
    this.settings.layerEchoes.noteSent(message);
    this.sendMessage("layers", JSON.parse(message));
  }

  /** Switches layers on and off as on the linked plane, which has sent them to Python. */
  applyLayers(layers: Record<string, boolean>) {
    Object.assign(this.settings.layers, layers);
    this.settings.layerEchoes.noteSent(this.layersMessage());
    this.updateLayers();
  }

  /** The layers that are on and off, as in a message to Python. */
  layersMessage(): string {
    return JSON.stringify(
      Object.fromEntries(Object.keys(this.header.layers).map((id) => [id, this.settings.layers[id]])),
    );
  }

  /** The set of visible layers has changed. */
  updateLayers() {
    this.updateShapes();
    drawLegend(this);
    this.updateSwitches();
    this.refresh(true);
    this.events.emit("layers");
  }

  /** Shows another feature on the heat map. */
  showFeatureOnHeatMap(feature: number) {
    this.settings.feature = feature;
    this.updateSwitches();
    this.refresh(true);
    this.events.emit("changed", { setting: "feature" });
  }

  updateSwitches() {
    const isTable = Boolean(this.header.features);
    const available = LAYERS.filter(({ id }) => this.scene.isAvailable(id)).map((layer) => ({
      ...layer,
      title: (isTable && ROW_LAYER_TITLES[layer.id]) || layer.title,
    }));
    drawColourKey(
      this,
      available.filter(({ id }) => this.scene.isShown(id)),
    );
    drawLayerSwitches(this, available);
  }

  /** Shows the switches of all layers, or of the first few. */
  unfoldSwitches(isUnfolded: boolean) {
    this.settings.allSwitches = isUnfolded;
    this.updateSwitches();
    this.events.emit("changed", { setting: "more" });
  }

  // Drawing -----------------------------------------------------------------------------------------------------------

  /**
   * Draws at the next animation frame, once for all changes until then.
   * @param withLayers whether layers and codes are drawn again too
   */
  refresh(withLayers: boolean = false) {
    if (withLayers) this.scene.updateLayers();
    this.drawNextFrame();
  }

  /** Draws something over the codes from now on. */
  addOverlay(draw: (paper: Paper) => void) {
    this.overlays.push(draw);
  }

  /** Draws layers and codes again at the next animation frame. */
  redrawCodes() {
    this.scene.dirty = true;
    this.refresh();
  }

  /** Draws the overlays again at the next animation frame. */
  redrawOverlays() {
    this.scene.overlaysDirty = true;
    this.refresh();
  }

  draw() {
    if (!this.ready || !this.view.width) return;
    const isTypical = this.prior.isTypical(this.z);
    const likelihood = this.prior.likelihood(this.z, isTypical);
    const facts = { density: this.prior.logDensity(this.z), dOfZ: NaN, isTypical, likelihood };
    // the component beside this one requests the image
    const isDecodedBeside = this.header.has_controls_beside && this.decoder.usesServer;
    if (this.z.length && !isDecodedBeside) facts.dOfZ = this.decoder.paintCode(this.z, this.header.y ?? null);
    if (this.pastFrame) facts.dOfZ = this.pastFrame.discriminatorAt(this.z);
    this.panel.showFacts(facts);
    this.scene.draw();
    this.events.emit("drawn", { dOfZ: facts.dOfZ });
    this.spokenSummary.scheduleUpdate(facts);
  }
}
