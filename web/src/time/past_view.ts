/**
 * Shows a plane's codes, D's surface and decoded image at an earlier training step. The time axis under the plane, or
 * the common axis of two planes, sets the step.
 *
 * Meanwhile `plane.pastFrame` is set, and what was not saved for that step is hidden: the density, the manifold and D's
 * surface outside the saved part. The frames are fetched when the axis is first used.
 */

import { pageEvents } from "../base/events.ts";
import { Networks } from "../networks/networks.ts";
import { weightCount } from "../networks/net.ts";
import { loadNet } from "../networks/weights.ts";
import { loadHistory, stopSteps, interpolateGrid } from "./history.ts";
import { interpolate } from "../view/slice.ts";
import { TRAIL_LENGTH, drawTrails, trailCodes } from "./trails.ts";
import type { HistoryEvent } from "../base/event_types.ts";
import type { PastPlane } from "./planes.ts";
import type { Frames } from "../messages.ts";
import type { History, Moment } from "./history.ts";
import type { Viewport } from "../view/viewport.ts";

const PRELOAD_BYTES = 8_000_000; // bytes of decoders that are fetched before their steps are shown

/** By plane. */
const pastViews: WeakMap<object, PastView> = new WeakMap();

/** The view of earlier steps that belongs to a plane. */
export const pastViewOf = (plane: object): PastView | undefined => pastViews.get(plane);

export class PastView {
  plane: PastPlane;
  /** What the last message says about the frames; null if there are none before the present. */
  frameInfo: Frames | null;
  history: History | null;
  /** The URL of the frames in memory or being fetched. */
  framesUrl: string;
  /** Resolves when these have arrived or failed. */
  pendingFetch: Promise<void>;
  /** Why the current frames could not be fetched. */
  fetchError: string;
  /** Steps of the stops, the present as the last; `position` is where the axis is, as a fractional index. */
  stops: number[];
  position: number;
  hasTrails: boolean;
  /** The networks of key frames by their step, each loaded once. */
  pastNetworks: Map<number, Networks | "coming" | "failed">;

  constructor(plane: PastPlane) {
    this.plane = plane;
    pastViews.set(plane, this);
    this.frameInfo = null;
    this.history = null;
    this.framesUrl = "";
    this.pendingFetch = Promise.resolve();
    this.fetchError = "";
    this.stops = [];
    this.position = 0;
    this.hasTrails = false;
    this.pastNetworks = new Map();
    plane.addOverlay(({ pen, view }) => this.paintTrails(pen, view));
    plane.events.on("data", ({ isOtherRevision }) => this.onMessage(isOtherRevision));
    for (const name of ["choose", "classes"] as const)
      plane.events.on(name, () => {
        if (this.hasTrails) plane.redrawOverlays();
      });
    plane.events.on("close", () => pageEvents.emit("history", { plane, kind: "closed" }));
  }

  /** The index of the last stop, the present. */
  get lastStopIndex() {
    return this.stops.length - 1;
  }

  emitHistoryEvent(event: HistoryEvent) {
    this.plane.events.emit("history", event);
    pageEvents.emit("history", { plane: this.plane, ...event });
  }

  /**
   * A message has arrived.
   * @param isOtherRevision whether it is about another revision than before
   */
  onMessage(isOtherRevision: boolean) {
    const { plane } = this;
    const { history: frames } = plane.header;
    if (isOtherRevision) this.dropHistory();
    const available = frames && plane.slice.decodable && stopSteps(frames.steps, frames.now).length > 1 ? frames : null;
    if (!available || available.sha !== this.frameInfo?.sha) this.fetchError = "";
    this.frameInfo = available;
    if (!available) this.showPresent();
    this.emitHistoryEvent({ kind: "message", isOtherRevision });
  }

  /** Drops the history of the revision shown before. */
  dropHistory() {
    this.history = null;
    this.framesUrl = this.fetchError = "";
    this.pastNetworks = new Map(); // pending ones belong to the old map
    this.stops = [];
    this.position = 0;
  }

  /** Takes the stops from the frames, some of which may be damaged, or from the message until these have arrived. */
  updateStops() {
    const { frameInfo, history } = this;
    if (frameInfo) this.stops = stopSteps((history ?? frameInfo).steps, frameInfo.now);
  }

  /**
   * Fetches the current frames unless they are in memory.
   * @returns resolves when they have arrived or failed
   */
  async fetchFrames(): Promise<void> {
    const { plane, frameInfo } = this;
    const { server } = plane.decoder;
    if (!frameInfo || !server.canRequest("frames")) return;
    const url = server.framesUrl(frameInfo.sha);
    if (url !== this.framesUrl) {
      this.framesUrl = url;
      this.fetchError = "";
      this.pendingFetch = this.loadFrames(url);
    }
    return this.pendingFetch;
  }

  async loadFrames(url: string) {
    const { plane } = this;
    const result = await loadHistory(url).catch((error) => error.message);
    if (this.framesUrl !== url || plane.closed) return;
    if (typeof result === "string") {
      this.framesUrl = "";
      this.fetchError = result;
      return this.emitHistoryEvent({ kind: "failed", sentence: result });
    }
    if (this.history === result) return; // it was requested again meanwhile
    this.history = result;
    for (const [step, net] of this.pastNetworks) if (net === "failed") this.pastNetworks.delete(step); // its URL is new
    this.emitHistoryEvent({ kind: "frames", sentence: result.header.troubles.slice(0, 3).join(" ") });
    if (this.hasTrails) plane.redrawOverlays();
  }

  // Display -----------------------------------------------------------------------------------------------------------

  /**
   * Shows the plane at a position.
   * @param position fractional index of the stops
   * @param isMoving whether the position is about to change, so that picking is not prepared
   */
  showAt(position: number, isMoving: boolean) {
    const { plane, history } = this;
    this.position = position;
    if (position >= this.lastStopIndex || !history) return this.showPresent();
    const k = Math.floor(position);
    const places = this.placesAtStop(k);
    const share = position - k;
    // a new array at each call, because drawings recognise a change by identity
    const xy = share ? interpolate(places, this.placesAtStop(k + 1), share) : places;
    plane.showCodes({ ...plane.presentCodes, xy });
    const frame = Math.min(Math.round(position), this.lastStopIndex - 1);
    const surface = history.surfaceAt(frame);
    const wasPresent = !plane.pastFrame;
    plane.setPastFrame({
      step: history.steps[frame],
      surface,
      discriminatorAt: (z) => (surface ? interpolateGrid(surface, z[0], z[1]) : NaN),
      codeOf: (index) => history.codeOf(frame, index),
    });
    const key = this.decoderStepAt(frame);
    const networks = this.pastNetworks.get(key);
    // as soon as they have arrived
    plane.decoder.useEarlierNetworks(networks instanceof Networks ? networks : null, key);
    if (!networks) this.fetchDecoder(key);
    if (wasPresent) this.onPresentChanged();
    if (!isMoving) plane.preparePicking();
    this.redrawPlane();
  }

  /** Shows the present again. */
  showPresent() {
    const { plane } = this;
    plane.decoder.useEarlierNetworks(null);
    if (!plane.pastFrame) return;
    plane.setPastFrame(null);
    if (plane.codes !== plane.presentCodes) {
      plane.showCodes(plane.presentCodes);
      plane.preparePicking();
    }
    plane.scene.startTasks();
    this.redrawPlane();
    this.onPresentChanged();
  }

  /** To be called on a change between the present and an earlier step, where other layers are available. */
  onPresentChanged() {
    this.plane.updateSwitches();
    this.plane.events.emit("moment");
  }

  redrawPlane() {
    const { plane } = this;
    plane.setHovered(-1);
    plane.redrawCodes();
    if (this.hasTrails) plane.redrawOverlays();
  }

  /** The position is at rest: prepares picking. */
  preparePicking() {
    const { plane } = this;
    plane.preparePicking();
    plane.refresh();
    plane.events.emit("moment");
  }

  /** The code of an image of the probe set at the position that is shown; null if the frames leave it out. */
  codeNow(index: number): Float32Array | null {
    const k = Math.min(Math.floor(this.position), this.lastStopIndex);
    const [code, nextCode] = [k, Math.min(k + 1, this.lastStopIndex)].map((stop) => this.codeAtStop(stop, index));
    return code && nextCode && interpolate(code, nextCode, this.position - k);
  }

  codeAtStop(k: number, index: number): Float32Array | null {
    const { history, plane } = this;
    if (history && k < this.lastStopIndex) return history.codeOf(k, index);
    const { dim } = plane.header;
    return plane.fields.z.values.slice(index * dim, (index + 1) * dim);
  }

  /** Where the codes lie at a stop. */
  placesAtStop(k: number): Float32Array {
    const { history, plane } = this;
    return k >= this.lastStopIndex || !history
      ? plane.presentCodes.xy
      : history.placesAt(k, plane.slice, plane.presentCodes.xy);
  }

  /** The step of the decoder that is used at a frame; −1 for the present one. */
  decoderStepAt(frame: number): number {
    return this.history && this.frameInfo ? this.history.nearestDecoder(frame, this.frameInfo.now) : -1;
  }

  /**
   * Fetches the first saved decoder.
   * @returns resolves when it has arrived or failed
   */
  async prefetchFirstDecoder(): Promise<void> {
    const [first] = this.decodersToPrefetch();
    if (first !== undefined) await this.prefetchDecoder(first);
  }

  /**
   * Fetches the saved decoders one after another, since together they would share the connection and the next be late.
   */
  async prefetchSavedDecoders() {
    const { history, plane } = this;
    for (const step of this.decodersToPrefetch()) {
      if (this.history !== history || plane.closed) return;
      await this.prefetchDecoder(step);
    }
  }

  /** The steps of the saved decoders that fit into PRELOAD_BYTES, the earliest first. */
  decodersToPrefetch(): number[] {
    const { history } = this;
    if (!history) return [];
    let bytesLeft = PRELOAD_BYTES;
    return history.decoderSteps.filter((step) => {
      bytesLeft -= 2 * weightCount(history.header.keys[step].layers); // in half precision
      return bytesLeft >= 0;
    });
  }

  async prefetchDecoder(step: number) {
    if (!this.pastNetworks.has(step)) await this.fetchDecoder(step);
  }

  /**
   * Fetches a saved decoder.
   * @param key its step
   * @returns resolves when it has arrived or failed
   */
  async fetchDecoder(key: number): Promise<void> {
    const { plane, history, pastNetworks } = this;
    const decoderFile = history?.header.keys[key];
    if (!decoderFile) return;
    pastNetworks.set(key, "coming");
    const storeNetworks = (networksOrFailed: Networks | "failed", sentence = "") => {
      if (this.pastNetworks !== pastNetworks || plane.closed) return;
      pastNetworks.set(key, networksOrFailed);
      this.emitHistoryEvent({ kind: "network", sentence });
    };
    await loadNet(decoderFile).then(
      (net) =>
        storeNetworks(new Networks(net, null, history.header.image, plane.header.dim, plane.header.weights?.means)),
      (error) => storeNetworks("failed", error.message),
    );
  }

  setTrails(isOn: boolean) {
    this.hasTrails = isOn;
    this.plane.redrawOverlays();
  }

  paintTrails(pen: CanvasRenderingContext2D, view: Viewport) {
    const { plane, history } = this;
    if (!this.hasTrails || !history || !this.frameInfo || !plane.settings.layers.codes) return;
    const earlierPlaces = [];
    for (let k = Math.ceil(this.position) - 1; k >= 0 && earlierPlaces.length < TRAIL_LENGTH; k--)
      earlierPlaces.push(this.placesAtStop(k));
    const indices = trailCodes(plane.codes.xy.length / 2, plane.selection.mask, (index) => plane.isVisible(index));
    drawTrails(pen, view, plane.codes, earlierPlaces, indices);
  }

  // Measurements ------------------------------------------------------------------------------------------------------

  /** What was measured at a stop; at the present, the last frame's values if it is of the same step. */
  momentAt(stop: number): Moment {
    const { frameInfo, history, stops } = this;
    const unknownMoment = { losses: {}, distance: null };
    if (stop < this.lastStopIndex)
      return history ? history.momentOf(stop) : { ...unknownMoment, step: stops[stop], epoch: NaN };
    const { now: step, epoch } = frameInfo as Frames;
    const frame = history ? history.steps.length - 1 : -1;
    return history && history.steps[frame] === step
      ? { ...history.momentOf(frame), epoch }
      : { ...unknownMoment, step, epoch };
  }

  /**
   * The step of the decoder that is used at a stop before the present (−1: the present one), and whether it has
   * arrived.
   */
  decoderAt(stop: number): { key: number; net: "here" | "coming" | "failed" | undefined } {
    const key = this.decoderStepAt(stop);
    const net = this.pastNetworks.get(key);
    return { key, net: net instanceof Networks ? "here" : net };
  }
}
