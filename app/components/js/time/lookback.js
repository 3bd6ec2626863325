/**
 * A plane's codes, D's surface and decoded image at an earlier position of its history. The position is set by others: the
 * time axis under the plane, or the common axis of two planes.
 *
 * Meanwhile `plane.past` is set, and what the plane draws of the present is hidden: the density, the manifold and D's surface
 * outside the recorded part. The frames are fetched when the axis is first used.
 */

import { page } from "../base/events.js";
import { Picker } from "../codes/picking.js";
import { Networks } from "../networks/decoder.js";
import { weightCount } from "../networks/net.js";
import { netOf } from "../networks/weights.js";
import { historyOf, stopsOf, valueAt } from "./history.js";
import { blend } from "../view/slice.js";
import { LONG, drawTrails, trailing } from "./trails.js";

const PRELOADED = 8_000_000; // bytes of decoders that are fetched before somebody looks at their steps

/** @typedef {{step: number, judged: import("../base/wire.js").Field | null, judge: (z: Float32Array) => number, codeOf: (index: number) => Float32Array | null}} Past */
/** @typedef {{what: "told" | "frames" | "failed" | "network" | "closed", other?: boolean, sentence?: string}} News what "history" tells of */

export class Lookback {
  /** @param {import("../plane/plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    /** What the last message says of the frames; null where there are none to look back to. @type {import("./history.js").Told | null} */
    this.told = null;
    /** @type {import("./history.js").History | null} */
    this.history = null;
    /** Where the frames came from, and where those on their way do. */
    this.address = this.coming = "";
    /** Resolves when the frames being fetched have arrived. */
    this.fetching = Promise.resolve();
    /** Why the frames of now could not be fetched. */
    this.failed = "";
    /** Steps of the stops, the present as the last, and where one is among them: a stop's number, or a place between two. @type {number[]} */
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

  /** Number of the last stop, which is the present. */
  get last() {
    return this.stops.length - 1;
  }

  /** @param {News} news */
  say(news) {
    this.plane.events.emit("history", news);
    page.emit("history", { plane: this.plane, ...news });
  }

  /** Another message: other frames, perhaps of another revision, and other codes of now. @param {boolean} other */
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

  /** Another revision: nothing of the former one's history is true. */
  forget() {
    this.history = null;
    this.address = this.coming = this.failed = "";
    this.networks = new Map(); // what still comes belongs to the former one
    this.stops = [];
    this.at = 0;
  }

  /** The stops as the frames name them, or while these are not here the message: of its files some may be damaged. */
  take() {
    const { told, history } = this;
    if (told) this.stops = stopsOf((history ?? told).steps, told.now);
  }

  /**
   * Fetches the frames, unless those of now are here: somebody reaches for the axis.
   * @returns {Promise<void>} once they are here, or are known not to come
   */
  async reach() {
    const { plane, told } = this;
    const { server } = plane.answers;
    if (!told || !server.can("frames")) return;
    const address = server.frames(told.sha);
    if (address === this.address) return;
    if (address !== this.coming) {
      this.coming = address;
      this.failed = "";
      this.fetching = this.load(address);
    }
    return this.fetching;
  }

  /** @param {string} address */
  async load(address) {
    const { plane } = this;
    const found = await historyOf(address).catch((error) => error.message);
    if (this.coming !== address || plane.closed) return;
    this.coming = "";
    if (typeof found === "string") {
      this.failed = found;
      return this.say({ what: "failed", sentence: found });
    }
    this.address = address;
    this.history = found;
    for (const [step, net] of this.networks) if (net === "failed") this.networks.delete(step); // its address is new
    this.say({ what: "frames", sentence: found.header.troubles.slice(0, 3).join(" ") });
    if (this.trails) plane.redrawOver();
  }

  // What is shown ------------------------------------------------------------------------------------------------------

  /**
   * The plane as it was at a place among the stops.
   * @param {number} at
   * @param {boolean} moving whether it goes on at once, so that nothing is prepared for pointing at it
   */
  look(at, moving) {
    const { plane, history } = this;
    this.at = at;
    if (at >= this.last || !history) return this.leave();
    const k = Math.floor(at);
    const from = this.placesOf(k);
    const share = at - k;
    // an array of its own at each call: what was drawn from the former one is told from it by identity
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
    plane.answers.then = found instanceof Networks ? found : null; // whose image is painted, as soon as they are there
    if (!found) this.bring(key);
    if (first) this.turn();
    if (!moving) plane.picker = new Picker(xy);
    this.draw();
  }

  /** The plane as it is now. */
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

  /** From now to then or back: other things are known, and other layers seen. */
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

  /** What was drawn may be pointed at: it rests. */
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

  /** The step of the decoder by which a frame's image is made; −1 for that of now. @param {number} frame */
  keyOf(frame) {
    return this.history && this.told ? this.history.keyOf(frame, this.told.now) : -1;
  }

  /**
   * Fetches the decoders of the key frames before they are needed, the earliest first, as many as fit into PRELOADED bytes.
   * @returns {Promise<void>} once the first is here, or is known not to come
   */
  async prepare() {
    const { history, networks } = this;
    if (!history) return;
    let room = PRELOADED;
    const fitting = history.keys.filter((key) => (room -= 2 * weightCount(history.header.keys[key].layers)) >= 0); // in half precision
    const [first] = fitting.map((key) => networks.has(key) || this.bring(key));
    await first;
  }

  /** Fetches a key frame's networks. @param {number} key @returns {Promise<void>} once they are here, or are known not to come */
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

  // What is known of it ------------------------------------------------------------------------------------------------

  /**
   * What was measured at a stop; of the present what the last frame has, if that is of the same step.
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
   * The step whose decoder makes the image at a stop before the present, −1 for none, and whether that is there.
   * @param {number} stop
   * @returns {{key: number, net: "here" | "coming" | "failed" | undefined}}
   */
  decoderAt(stop) {
    const key = this.keyOf(stop);
    const net = this.networks.get(key);
    return { key, net: net instanceof Networks ? "here" : net };
  }
}
