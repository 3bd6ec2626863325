/**
 * The plane as a whole: it assembles the parts and handles Python's messages.
 */

import { setSmoothing } from "../base/pictures.ts";
import { readTheme } from "../base/theme.ts";
import { forgetNumberedEnds, groupsOfRevision } from "../choice/code_groups.ts";
import { drawLegend } from "../codes/legend.ts";
import { createMount } from "../host/mounting.ts";
import { connectPlane } from "../lessons/participation.ts";
import { shareOnPage } from "../linked/page_sharing.ts";
import { linkPlane } from "../linked/linked_planes.ts";
import { showPlaneTitle } from "../linked/titles.ts";
import { CodeTravel } from "../linked/code_travel.ts";
import { Opening } from "../opening/opening.ts";
import { PaintingLayer } from "../painting/painting_layer.ts";
import { Prior } from "../priors/prior.ts";
import { LiveView } from "../time/live_view.ts";
import { PastView } from "../time/past_view.ts";
import { TimeMachine } from "../time/time_machine.ts";
import { makeSlice } from "../view/slice.ts";
import { Display } from "./display.ts";
import { UrlState } from "./url_state.ts";
import { PointerControl } from "./pointer_control.ts";
import { sampleNote } from "./spoken_summary.ts";
import { rememberedSettings, differsInViewStateOnly } from "./display_settings.ts";
import { KeyboardControl } from "./keyboard_control.ts";
import { PlaneColours } from "./plane_colours.ts";
import { Tools } from "./tools.ts";
import type { OutgoingMessages } from "../messages.ts";

export class Plane extends Display {
  pointer: PointerControl;
  keyboard: KeyboardControl;
  urlState: UrlState;
  tools: Tools;
  colours: PlaneColours;
  pastView: PastView;
  paintingLayer: PaintingLayer;

  constructor(root: HTMLElement) {
    super();
    this.pointer = new PointerControl(this);
    this.keyboard = new KeyboardControl(this);
    this.urlState = new UrlState(this);
    this.tools = new Tools(this);
    this.colours = new PlaneColours(this);
    shareOnPage(this);
    linkPlane(this);
    new CodeTravel(this);
    this.pastView = new PastView(this);
    new LiveView(this);
    this.paintingLayer = new PaintingLayer(this);
    new Opening(this, new TimeMachine(this, this.pastView));
    showPlaneTitle(this);
    connectPlane(this);
    root.append(this.parts.root);
  }

  // Messages from Python ----------------------------------------------------------------------------------------------

  update(message: OutgoingMessages["latent_canvas"]) {
    const { header, fields } = this.colours.colourMessage(message);
    const previous = this.header;
    const theme = readTheme(this.parts.root); // Streamlit calls again when the theme changes
    const onlyCodeChanged =
      this.ready &&
      JSON.stringify(theme) === JSON.stringify(this.theme) &&
      differsInViewStateOnly({ header: previous, fields: this.fields }, { header, fields });
    if (onlyCodeChanged) {
      // only z is new; drawing the codes again would delay the image
      this.header = header;
      // notes the echo; the layers themselves have not changed
      this.settings.layerEchoes.isNewValue(JSON.stringify(header.layers));
      this.fields = { ...this.fields, image: fields.image }; // keeps the old arrays, on which cached results depend
      const changes = this.acceptCode(header, false);
      this.decoder.load(header, fields);
      if (header.dim > 2) this.scene.startTasks(); // the slice through another z may be another one
      this.emitChanges(changes);
      return this.events.emit("data", { isOtherRevision: false });
    }
    const isOtherRevision = !this.ready || previous.revision !== header.revision;
    const axesChanged =
      isOtherRevision || JSON.stringify([previous.axes, previous.pca]) !== JSON.stringify([header.axes, header.pca]);
    this.ready = true;
    this.header = header;
    this.fields = fields;
    this.theme = theme;
    this.slice = makeSlice(header);
    this.prior = new Prior(header, fields);
    this.settings = rememberedSettings(header.revision, header);
    if (this.settings.layerEchoes.isNewValue(JSON.stringify(header.layers)) || isOtherRevision)
      Object.assign(this.settings.layers, header.layers);
    const isColouredAnew =
      !isOtherRevision &&
      JSON.stringify([previous.classes, previous.groups?.sha]) !== JSON.stringify([header.classes, header.groups?.sha]);
    if (isColouredAnew) this.forgetGroupNumbers();
    this.view.setHome(header.extent, header.centre);
    if (axesChanged) this.view.goHome();
    if (isOtherRevision && header.view) this.view.showBox(header.view);
    if (isOtherRevision) this.dropRevision();
    const changes = this.acceptCode(header, isOtherRevision);
    this.placeCodes(header, fields);
    this.sprites.load(header.sprites, header.server);
    this.items.load(header.items);
    if (fields.image) setSmoothing(this.parts.root, fields.image.shape);
    this.decoder.load(header, fields);
    this.selection.clearIfCountDiffers(this.codes.xy.length / 2);
    this.setNote("data", "");
    this.setNote("sampled", sampleNote(header.sampled));
    this.panel.chart.setFeatures(header.features ?? null);
    this.panel.sliders.buildSliders(this.prior, header.ranges);
    this.tools.showTools(header);
    this.showContent();
    this.emitChanges(changes);
    this.events.emit("data", { isOtherRevision });
  }

  /**
   * Colours the codes by other groups, of which Python learns afterwards.
   * @param message the present one with them
   */
  recolour({ header, fields }: Pick<OutgoingMessages["latent_canvas"], "header" | "fields">) {
    this.sendPending(); // of the groups shown until now
    this.header = header;
    this.fields = fields;
    this.forgetGroupNumbers();
    this.colourCodes(header, fields);
    this.showContent();
    this.refresh();
    this.events.emit("data", { isOtherRevision: false });
  }

  /** Forgets what was chosen by the numbers of classes or groups, which now stand for others. */
  forgetGroupNumbers() {
    this.settings.hidden.clear();
    forgetNumberedEnds(groupsOfRevision(this.header.revision));
    this.urlState.scheduleSend("directions");
  }

  /** Shows the codes and what depends on them, after they or their groups have changed. */
  showContent() {
    this.scene.updateLayers();
    drawLegend(this);
    if (this.selection.dropHidden()) this.onSelectionChanged(); // of codes that the filter no longer lets through
    this.updateSwitches();
    this.redrawOverlays();
  }

  /** Moves z back to where it was when a drag began, on this plane or the linked one. */
  returnToDragStart() {
    this.setZ(this.pointer.dragStart.z, "link");
  }

  /** Takes the z and the selected code that Python sent during a drag; they are lost otherwise. */
  applyMissedMessage() {
    if (this.ready && this.missedMessage) this.emitChanges(this.acceptCode(this.header, false));
  }

  /** Drops the state of the revision shown before. */
  dropRevision() {
    window.clearTimeout(this.settleTimer);
    this.settleTimer = 0;
    this.hovered = -1;
    this.selection.setMask(null);
    this.scene.dropComputed();
  }

  emitChanges({ z, picked }: { z: boolean; picked: boolean }) {
    this.refresh();
    if (z) this.events.emit("z", { source: "python" });
    if (picked) this.events.emit("pick", { index: this.picked, source: "python" });
  }
}

export default createMount(Plane);
