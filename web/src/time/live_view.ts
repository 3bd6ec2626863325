/**
 * Lets the codes of a plane follow a training while it goes on: the page asks the server for the frame of this moment
 * again and again, and moves the codes there, without a run of the page.
 *
 * Such a frame is shown as an earlier one is: the density and the manifold, which belong to the last checkpoint, are
 * hidden, and D's surface is that of the frame. The server decodes the image by the decoder of this moment. A frame holds
 * some of the codes; the others go one by one as the first one arrives, and come back one by one at the end.
 */

import { AnimationClock } from "../base/animation_clock.ts";
import { element, setText } from "../base/dom.ts";
import { mark, translate } from "../base/translate.ts";
import { interpolate } from "../view/slice.ts";
import { History, interpolateGrid } from "./history.ts";
import { momentText } from "./moment_text.ts";
import type { LivePlane } from "./planes.ts";

const RETRY_PAUSE = 1000; // milliseconds after an answer that did not come
const SHORTEST_MOVE = 0.12; // seconds in which the codes move from one frame to the next
const LONGEST_MOVE = 0.6;
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2; // its multiples, less their whole part, spread evenly over 0 to 1
const LIVE_CLASS = "lp-live-foot"; // with it, a plane leaves as much room as beside the axis that follows at the end
const MARK = "lp-live"; // performance mark: the first picture in which the codes follow a training

export class LiveView {
  plane: LivePlane;
  note = element("p", { class: "lp-live", hidden: true });
  /** The frame that is shown or moved to; null without one. */
  frame: History | null;
  /** Where the codes are, where they move from, and the share of the way that is done. */
  places: Float32Array;
  start: Float32Array<ArrayBufferLike>;
  share: number;
  moveSeconds: number;
  arrivedAt: number;
  /** The timer of the next question, 0 if none runs; whether an answer is pending, and whether codes have moved. */
  timer: number;
  isAsking: boolean;
  haveCodesMoved: boolean;
  clock: AnimationClock;

  constructor(plane: LivePlane) {
    this.plane = plane;
    plane.parts.foot.append(this.note);
    this.frame = null;
    this.places = this.start = new Float32Array(0);
    this.share = 1;
    this.moveSeconds = SHORTEST_MOVE;
    this.arrivedAt = 0;
    this.timer = 0;
    this.isAsking = this.haveCodesMoved = false;
    this.clock = new AnimationClock((seconds) => this.move(seconds));
    plane.events.on("data", ({ isOtherRevision }) => this.onMessage(isOtherRevision));
    plane.events.on("close", () => this.stop());
  }

  /**
   * A message has arrived.
   * @param isOtherRevision whether it is about another revision than before
   */
  onMessage(isOtherRevision: boolean) {
    const { header, slice } = this.plane;
    if (isOtherRevision) {
      this.stop();
      this.frame = null;
    }
    this.plane.parts.foot.classList.toggle(LIVE_CLASS, Boolean(header.live));
    if (!header.live || !slice.decodable) return this.finish();
    if (this.frame) this.showPlaces(this.places); // those of the message are older
    if (!this.timer && !this.isAsking) this.ask();
  }

  stop() {
    this.plane.decoder.followTraining(null);
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.clock.stop();
    this.note.hidden = true;
  }

  // Questions to the server -------------------------------------------------------------------------------------------

  async ask() {
    const { plane } = this;
    const { revision } = plane.header;
    this.timer = 0;
    this.isAsking = true;
    const answer = await plane.decoder.server.fetchLiveCodes(this.frame?.steps[0] ?? -1).catch(() => null);
    this.isAsking = false;
    if (plane.closed || !plane.header.live || plane.header.revision !== revision) return;
    if (answer) plane.decoder.followTraining(answer.header.decoder);
    if (answer?.header.steps.length) this.moveTo(new History(answer));
    this.timer = window.setTimeout(() => this.ask(), answer?.header.pause ?? RETRY_PAUSE);
  }

  // Codes that move ---------------------------------------------------------------------------------------------------

  moveTo(frame: History) {
    const timestamp = performance.now();
    const seconds = (timestamp - this.arrivedAt) / 1000;
    this.start = this.frame ? this.places : this.plane.presentCodes.xy;
    this.moveSeconds = Math.min(LONGEST_MOVE, Math.max(SHORTEST_MOVE, seconds));
    this.arrivedAt = timestamp;
    this.frame = frame;
    this.note.hidden = false;
    setText(this.note, this.noteText(frame));
    this.showFrame();
    this.beginMove();
  }

  noteText(frame: History): string {
    const { step, epoch } = frame.momentOf(0);
    const text = translate("Live: {moment}", { moment: momentText(step, epoch) });
    const [count, total] = [frame.fields.rows.values.length, this.plane.presentCodes.xy.length / 2];
    if (count >= total) return text;
    return translate("{text} · {count} of {total} codes", {
      text,
      count: count.toLocaleString("en"),
      total: total.toLocaleString("en"),
    });
  }

  /** Shows D as at the frame. */
  showFrame() {
    const { plane, frame } = this;
    if (!frame) return;
    const surface = frame.surfaceAt(0);
    const wasPresent = !plane.pastFrame;
    plane.setPastFrame({
      step: frame.steps[0],
      surface,
      discriminatorAt: (z) => (surface ? interpolateGrid(surface, z[0], z[1]) : NaN),
      codeOf: (index) => frame.codeOf(0, index),
    });
    if (wasPresent) plane.updateSwitches();
  }

  beginMove() {
    this.share = 0;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.move(LONGEST_MOVE);
    else if (!this.clock.isRunning) this.clock.start();
  }

  /** @param seconds that have passed */
  move(seconds: number) {
    this.share = Math.min(1, this.share + seconds / this.moveSeconds);
    const end = this.endPlaces();
    if (this.start.length !== end.length) this.start = end;
    this.places = this.share < 1 ? placesOnTheWay(this.start, end, this.share) : end;
    this.showPlaces(this.places);
    if (!this.haveCodesMoved) performance.mark(MARK);
    this.haveCodesMoved = true;
    if (this.share < 1) return;
    this.clock.stop();
    if (!this.frame) this.arrive();
  }

  /** Where the codes move to. */
  endPlaces(): Float32Array {
    const { frame, plane } = this;
    return frame ? frame.placesAt(0, plane.slice, plane.presentCodes.xy) : plane.presentCodes.xy;
  }

  showPlaces(xy: Float32Array) {
    const { plane } = this;
    this.showFrame();
    if (xy.length === plane.presentCodes.xy.length) plane.showCodes({ ...plane.presentCodes, xy });
    plane.setHovered(-1);
    plane.redrawCodes();
  }

  // The end of the training -------------------------------------------------------------------------------------------

  /** The training has ended: the codes move on to where the message has them. */
  finish() {
    if (!this.frame) return this.stop();
    this.stop();
    this.start = this.places;
    this.frame = null;
    this.moveSeconds = LONGEST_MOVE;
    this.showPlaces(this.places);
    this.beginMove();
  }

  /** The codes are where the message has them: the plane is that of the revision. */
  arrive() {
    const { plane } = this;
    plane.setPastFrame(null);
    plane.showCodes(plane.presentCodes);
    plane.preparePicking();
    plane.updateSwitches();
    plane.scene.startTasks();
    plane.redrawCodes();
    plane.events.emit("moment");
  }
}

/**
 * Where the codes are after a share of the way. Those that only the start has go one by one, and those that only the
 * end has come one by one, in an order that looks random.
 * @param start N×2, NaN where a code is left out
 * @param end N×2, likewise
 * @param share of the way, 0 to 1
 * @returns N×2
 */
function placesOnTheWay(start: Float32Array, end: Float32Array, share: number): Float32Array {
  const places = interpolate(start, end, share);
  for (let index = 0; index < places.length; index += 2) {
    if (!Number.isNaN(places[index])) continue;
    const turn = ((index / 2) * GOLDEN_RATIO) % 1;
    const endpoint = turn < share ? end : start;
    places[index] = endpoint[index];
    places[index + 1] = endpoint[index + 1];
  }
  return places;
}
