/**
 * Shows a plane's codes, D's surface and decoded image at an earlier training step. The time axis under the plane, or the common
 * axis of two planes, sets the step.
 *
 * Meanwhile `plane.past` is set, and what was not saved for that step is hidden: the density, the manifold and D's surface
 * outside the saved part. The frames are fetched when the axis is first used.
 */

import { page } from "../base/events.js";
import { Picker } from "../codes/picking.js";
import { Networks } from "../networks/decoder.js";
import { weightCount } from "../networks/net.js";
import { netOf } from "../networks/weights.js";
import { historyOf, stopsOf, valueAt } from "./history.js";
import { blend } from "../view/slice.js";
import { LONG, drawTrails, trailing } from "./trails.js";

const PRELOADED = 8_000_000; // bytes of decoders that are fetched before their steps are shown

/** @typedef {{step: number, judged: import("../base/wire.js").Field | null, judge: (z: Float32Array) => number, codeOf: (index: number) => Float32Array | null}} Past */
/** @typedef {{what: "told" | "frames" | "failed" | "network" | "closed", other?: boolean, sentence?: string}} News the detail of a "history" event */

export class Lookback {
  /** @param {import("../plane/plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    /** What the last message says about the frames; null if there are none before the present. @type {import("./history.js").Told | null} */
    this.told = null;
    /** @type {import("./history.js").History | null} */
    this.history = null;
    /** The URL of the frames in memory or being fetched. */
    this.address = "";
    /** Resolves when these have arrived or failed. */
    this.fetching = Promise.resolve();
    /** Why the current frames could not be fetched. */
    this.failed = "";
    /** Steps of the stops, the present as the last; `at` is the position as a fractional index. @type {number[]} */
    this.stops = [];
    this.at = 0;
    this.trails = false;
    /** The networks of key frames by their step, each loaded once. @type {Map<number, Networks | "coming" | "failed">} */
    this.networks = new Map();
    plane.overlays.push(({ pen, view }) => this.drawTrails(pen, view));
    plane.events.on("data", ({ other }) => this.meet(other));
    for (const what of ["choose", "classes"]) plane.events.on(what, () => this.trails && plane.redrawOver());
    plane.events.on("close", () => page.emit("history", { plane, what: "closed" }));
  }

  /** The index of the last stop, the present. */
  get last() {
    return this.stops.length - 1;
  }

  /** @param {News} news */
  say(news) {
    this.plane.events.emit("history", news);
    page.emit("history", { plane: this.plane, ...news });
  }

  /** A message has arrived. @param {boolean} other whether it is about another revision than before */
  meet(other) {
    const { plane } = this;
    const { history: told } = plane.header;
    if (other) this.forget();
    const there = told && plane.slice.decodable && stopsOf(told.steps, told.now).length > 1 ? told : null;
    if (!there || there.sha !== this.told?.sha) this.failed = "";
    this.told = there;
    if (!there) this.leave();
    this.say({ what: "told", other });
  }

  /** Drops the history of the revision shown before. */
  forget() {
    this.history = null;
    this.address = this.failed = "";
    this.networks = new Map(); // pending ones belong to the old map
    this.stops = [];
    this.at = 0;
  }

  /** Takes the stops from the frames, some of which may be damaged, or from the message until these have arrived. */
  take() {
    const { told, history } = this;
    if (told) this.stops = stopsOf((history ?? told).steps, told.now);
  }

  /**
   * Fetches the current frames unless they are in memory.
   * @returns {Promise<void>} resolves when they have arrived or failed
   */
  async reach() {
    const { plane, told } = this;
    const { server } = plane.answers;
    if (!told || !server.can("frames")) return;
    const address = server.frames(told.sha);
    if (address !== this.address) {
      this.address = address;
      this.failed = "";
      this.fetching = this.load(address);
    }
    return this.fetching;
  }

  /** @param {string} address */
  async load(address) {
    const { plane } = this;
    const found = await historyOf(address).catch((error) => error.message);
    if (this.address !== address || plane.closed) return;
    if (typeof found === "string") {
      this.address = "";
      this.failed = found;
      return this.say({ what: "failed", sentence: found });
    }
    if (this.history === found) return; // it was requested again meanwhile
    this.history = found;
    for (const [step, net] of this.networks) if (net === "failed") this.networks.delete(step); // its URL is new
    this.say({ what: "frames", sentence: found.header.troubles.slice(0, 3).join(" ") });
    if (this.trails) plane.redrawOver();
  }

  // Display ------------------------------------------------------------------------------------------------------------

  /**
   * Shows the plane at a position.
   * @param {number} at fractional index of the stops
   * @param {boolean} moving whether the position is about to change, so that picking is not prepared
   */
  look(at, moving) {
    const { plane, history } = this;
    this.at = at;
    if (at >= this.last || !history) return this.leave();
    const k = Math.floor(at);
    const from = this.placesOf(k);
    const share = at - k;
    // a new array at each call, because drawings recognise a change by identity
    const xy = share ? blend(from, this.placesOf(k + 1), share) : from;
    plane.codes = { ...plane.own, xy };
    const frame = Math.min(Math.round(at), this.last - 1);
    const judged = history.judged(frame);
    const first = !plane.past;
    plane.past = {
      step: history.steps[frame],
      judged,
      judge: (z) => (judged ? valueAt(judged, z[0], z[1]) : NaN),
      codeOf: (index) => history.codeOf(frame, index),
    };
    const key = this.keyOf(frame);
    const found = this.networks.get(key);
    plane.answers.then = found instanceof Networks ? found : null; // decodes as soon as it has arrived
    if (!found) this.bring(key);
    if (first) this.turn();
    if (!moving) plane.picker = new Picker(xy);
    this.draw();
  }

  /** Shows the present again. */
  leave() {
    const { plane } = this;
    plane.answers.then = null;
    if (!plane.past) return;
    plane.past = null;
    if (plane.codes !== plane.own) {
      plane.codes = plane.own;
      plane.picker = new Picker(plane.own.xy);
    }
    plane.scene.refine();
    this.draw();
    this.turn();
  }

  /** To be called on a change between the present and an earlier step, where other layers are available. */
  turn() {
    this.plane.drawSwitches();
    this.plane.events.emit("moment");
  }

  draw() {
    const { plane } = this;
    plane.hover(-1);
    plane.scene.dirty = true;
    if (this.trails) plane.redrawOver();
    else plane.refresh();
  }

  /** The position is at rest: prepares picking. */
  rest() {
    const { plane } = this;
    plane.picker = new Picker(plane.codes.xy);
    plane.refresh();
    plane.events.emit("moment");
  }

  /** Where the codes lie at a stop. @param {number} k */
  placesOf(k) {
    const { history, plane } = this;
    return k >= this.last || !history ? plane.own.xy : history.laid(k, plane.slice, plane.own.xy);
  }

  /** The step of the decoder that is used at a frame; −1 for the present one. @param {number} frame */
  keyOf(frame) {
    return this.history && this.told ? this.history.keyOf(frame, this.told.now) : -1;
  }

  /**
   * Fetches saved decoders before they are needed, the earliest first, as many as fit into PRELOADED bytes.
   * @returns {Promise<void>} resolves when the first has arrived or failed
   */
  async prepare() {
    const { history, networks } = this;
    if (!history) return;
    let room = PRELOADED;
    const fitting = history.keys.filter((key) => (room -= 2 * weightCount(history.header.keys[key].layers)) >= 0); // in half precision
    const [first] = fitting.map((key) => networks.has(key) || this.bring(key));
    await first;
  }

  /** Fetches a saved decoder. @param {number} key its step @returns {Promise<void>} resolves when it has arrived or failed */
  async bring(key) {
    const { plane, history, networks } = this;
    const plan = history?.header.keys[key];
    if (!plan) return;
    networks.set(key, "coming");
    const came = (/** @type {Networks | "failed"} */ made, sentence = "") => {
      if (this.networks !== networks || plane.closed) return;
      networks.set(key, made);
      this.say({ what: "network", sentence });
    };
    await netOf(plan).then(
      (net) => came(new Networks(net, null, history.header.image, plane.header.dim, plane.header.weights?.means)),
      (error) => came("failed", error.message),
    );
  }

  /** @param {boolean} on */
  showTrails(on) {
    this.trails = on;
    this.plane.redrawOver();
  }

  /** @param {CanvasRenderingContext2D} pen @param {import("../view/view.js").View} view */
  drawTrails(pen, view) {
    const { plane, history } = this;
    if (!this.trails || !history || !this.told || !plane.memory.layers.codes) return;
    const ways = [];
    for (let k = Math.ceil(this.at) - 1; k >= 0 && ways.length < LONG; k--) ways.push(this.placesOf(k));
    const indices = trailing(plane.codes.xy.length / 2, plane.selection.mask, (index) => plane.visible(index));
    drawTrails(pen, view, plane.codes, ways, indices);
  }

  // Measurements -------------------------------------------------------------------------------------------------------

  /**
   * What was measured at a stop; at the present, the last frame's values if it is of the same step.
   * @param {number} stop
   * @returns {import("./history.js").Moment}
   */
  momentAt(stop) {
    const { told, history, stops } = this;
    const unknown = { losses: {}, distance: null };
    if (stop < this.last) return history ? history.moment(stop) : { ...unknown, step: stops[stop], epoch: NaN };
    const { now: step, epoch } = /** @type {import("./history.js").Told} */ (told);
    const frame = history ? history.steps.length - 1 : -1;
    return history && history.steps[frame] === step ? { ...history.moment(frame), epoch } : { ...unknown, step, epoch };
  }

  /**
   * The step of the decoder that is used at a stop before the present (−1: the present one), and whether it has arrived.
   * @param {number} stop
   * @returns {{key: number, net: "here" | "coming" | "failed" | undefined}}
   */
  decoderAt(stop) {
    const key = this.keyOf(stop);
    const net = this.networks.get(key);
    return { key, net: net instanceof Networks ? "here" : net };
  }
}
