/**
 * The plane as a whole: it assembles the parts and handles Python's messages.
 */

import { setSmoothing } from "../base/pictures.js";
import { readTheme } from "../base/theme.js";
import { forgetNumberedEnds, groupsOfRevision } from "../choice/code_groups.js";
import { drawLegend } from "../codes/legend.js";
import { createMount } from "../host/mounting.js";
import { connectPlane } from "../lessons/participation.js";
import { shareOnPage } from "../linked/page_sharing.js";
import { linkPlane } from "../linked/linked_planes.js";
import { showPlaneTitle } from "../linked/titles.js";
import { CodeTravel } from "../linked/code_travel.js";
import { Opening } from "../opening/opening.js";
import { PaintingLayer } from "../painting/painting_layer.js";
import { Prior } from "../priors/prior.js";
import { LiveView } from "../time/live_view.js";
import { PastView } from "../time/past_view.js";
import { TimeMachine } from "../time/time_machine.js";
import { makeSlice } from "../view/slice.js";
import { Display } from "./display.js";
import { UrlState } from "./url_state.js";
import { PointerControl } from "./pointer_control.js";
import { sampleNote } from "./spoken_summary.js";
import { rememberedSettings, differsInViewStateOnly } from "./display_settings.js";
import { KeyboardControl } from "./keyboard_control.js";
import { PlaneColours } from "./plane_colours.js";
import { Tools } from "./tools.js";

export class Plane extends Display {
  /** @param {HTMLElement} root */
  constructor(root) {
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

  /** @param {import("../../messages.js").OutgoingMessages["latent_canvas"]} message */
  update(message) {
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
   * @param {Pick<import("../../messages.js").OutgoingMessages["latent_canvas"], "header" | "fields">} message the
   *   present one with them
   */
  recolour({ header, fields }) {
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

  /** @param {{z: boolean, picked: boolean}} changes */
  emitChanges({ z, picked }) {
    this.refresh();
    if (z) this.events.emit("z", { source: "python" });
    if (picked) this.events.emit("pick", { index: this.picked, source: "python" });
  }
}

export default createMount(Plane);
