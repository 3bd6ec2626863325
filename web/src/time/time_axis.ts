/**
 * A time axis of one or two training runs: its position, how it is moved, and when that is sent to Python.
 *
 * A position is a value on the axis, or null for its end, the present. The stops are the frames of all its sides and
 * their present. While the time-lapse runs, each side is interpolated between its frames; at rest, it shows its nearest
 * frame.
 */

import { AnimationClock } from "../base/animation_clock.ts";
import { setText } from "../base/dom.ts";
import { EchoFilter } from "../base/echo_filter.ts";
import { fractionalIndex, valueAtIndex } from "../base/interpolation.ts";
import { translate } from "../base/translate.ts";
import { runPositionAt, sortedUnion, stopValues } from "./common_axis.ts";
import { Scrubber } from "./scrubber.ts";
import type { PastView as Lookback } from "./past_view.ts";
import type { AxisUnit } from "./common_axis.ts";
import type { AxisWords } from "./scrubber.ts";
import type { Frames } from "../messages.ts";

/** A training run with its title. */
export type Run = { title: string; pastView: Lookback };

/** A training run on the axis. */
export type Side = {
  title: string;
  pastView: Lookback;
  /** of its stops on the axis */ values: number[];
  /** the index of the nearest stop */ stop: number;
  /** the end at which it stays because the axis is beyond it */ heldEnd: "first" | "last" | "";
};

const SEND_DELAY = 250; // milliseconds at rest after which a position is sent to Python
const STOPS_PER_SECOND = 16; // stops per second, unless the bounds below apply
const [SHORTEST, LONGEST] = [4, 12]; // seconds from the first stop to the last

/** The share of the stops that is passed after a share of the time, from 0 to 1. */
export type Pace = (share: number) => number;
const STEADY_PACE: Pace = (share) => share;

export class TimeAxis {
  /** Its unit. */
  unit: AxisUnit = "steps";
  value: number | null = null;
  /** The training runs that have a history. */
  sides: Side[] = [];
  /** The stops of all sides, as values on the axis. */
  stops: number[] = [];
  /** The duration of the whole time-lapse in seconds; 0: the default. */
  seconds = 0;
  /** How it passes the stops, and the share of its time that has passed. */
  pace = STEADY_PACE;
  playedShare = 0;
  restTimer = 0;
  player = new AnimationClock((seconds) => this.advance(seconds));
  /** The positions sent to Python. */
  sentPositions: EchoFilter<string> = new EchoFilter();
  scrubber: Scrubber;

  /** @param saveTimeLapse saves the time-lapse */
  constructor(words: AxisWords, saveTimeLapse?: () => void) {
    this.scrubber = new Scrubber(this, words, saveTimeLapse);
  }

  /** The index of the last stop, the present. */
  get lastStopIndex() {
    return this.stops.length - 1;
  }

  /** Whether the present of all sides is shown. */
  get isNow() {
    return this.value === null || this.value >= this.stops[this.lastStopIndex];
  }

  /** The position as a fractional index of the stops. */
  get fractionalStopIndex() {
    return this.isNow ? this.lastStopIndex : fractionalIndex(this.stops, this.value as number);
  }

  /** Whether a position that Python sends is not an echo. */
  isNewPosition(unit: string, value: number | null): boolean {
    return this.sentPositions.isNewValue(`${unit} ${value}`);
  }

  /** Sets the sides and takes their stops; without sides, the axis is hidden. */
  setSides(sides: Run[]) {
    this.sides = sides.map(({ title, pastView }) => {
      pastView.updateStops();
      const frameInfo = pastView.frameInfo as Frames;
      return {
        title,
        pastView,
        values: stopValues(this.unit, pastView.stops, frameInfo),
        stop: pastView.lastStopIndex,
        heldEnd: "",
      };
    });
    this.stops = sortedUnion(this.sides.map(({ values }) => values));
    this.scrubber.host.hidden = !sides.length;
    this.scrubber.range.max = String(Math.max(1, this.lastStopIndex));
  }

  /** Fetches the frames, which are about to be needed. */
  fetchFrames() {
    for (const { pastView } of this.sides) pastView.fetchFrames();
  }

  /** Frames could not be fetched. If no side has frames or is fetching them, the axis returns to the present. */
  onFetchFailed() {
    this.player.stop();
    if (this.sides.every(({ pastView }) => !pastView.history && !pastView.framesUrl)) this.value = null;
  }

  // The user's actions ------------------------------------------------------------------------------------------------

  moveToStop(stop: number) {
    this.player.stop();
    this.value = stop >= this.lastStopIndex ? null : this.stops[Math.max(0, stop)];
    this.fetchFrames();
    this.showSides();
    this.scheduleSend();
  }

  togglePlaying() {
    if (this.player.isRunning) this.moveToStop(Math.round(this.fractionalStopIndex));
    else this.playTimeLapse(0);
  }

  /**
   * Plays to the present; if that is shown, from the first frame on.
   * @param seconds of the whole time-lapse; 0: the default
   */
  playTimeLapse(seconds: number) {
    this.fetchFrames();
    if (this.isNow) this.value = this.stops[0];
    this.seconds = seconds;
    this.pace = STEADY_PACE;
    this.playedShare = this.fractionalStopIndex / this.lastStopIndex;
    this.startPlaying();
  }

  /** Plays from the first frame to the present at a pace of its own. */
  playFromStart(seconds: number, pace: Pace) {
    this.fetchFrames();
    this.value = this.stops[0];
    this.seconds = seconds;
    this.pace = pace;
    this.playedShare = 0;
    this.startPlaying();
  }

  startPlaying() {
    this.stop(); // positions passed through are not sent to Python
    this.player.start();
    this.showSides();
  }

  advance(seconds: number) {
    const isWaiting = this.sides.some(({ pastView }) => !pastView.history && !pastView.fetchError);
    const duration = this.seconds || Math.min(LONGEST, Math.max(SHORTEST, this.lastStopIndex / STOPS_PER_SECOND));
    if (!isWaiting) this.playedShare += seconds / duration;
    const position = this.lastStopIndex * this.pace(Math.min(1, this.playedShare));
    this.value = position >= this.lastStopIndex ? null : valueAtIndex(this.stops, position);
    if (this.isNow) this.player.stop();
    this.showSides();
    if (!this.player.isRunning) this.scheduleSend();
  }

  setTrails(isOn: boolean) {
    this.scrubber.showTrailsPressed(isOn);
    this.fetchFrames();
    for (const { pastView } of this.sides) pastView.setTrails(isOn);
  }

  /** Stops the time-lapse, and sends nothing that is delayed. */
  stop() {
    this.player.stop();
    window.clearTimeout(this.restTimer);
    this.restTimer = 0;
  }

  /** After `SEND_DELAY`, codes can be pointed at, and the position is sent to Python. */
  scheduleSend() {
    window.clearTimeout(this.restTimer);
    this.restTimer = window.setTimeout(() => this.sendPending(), SEND_DELAY);
  }

  /** Sends a delayed position at once, because the user may be about to leave the page. */
  sendPending() {
    if (!this.restTimer) return;
    window.clearTimeout(this.restTimer);
    this.restTimer = 0;
    for (const { pastView } of this.sides) pastView.preparePicking();
    const value = this.isNow ? null : this.value;
    const position = `${this.unit} ${value}`;
    // no answer comes before this turn ends
    if (this.sentPositions.latest !== position && this.sendPosition(value)) this.sentPositions.noteSent(position);
  }

  /** Sends a position to Python; returns whether it did. */
  sendPosition(_value: number | null): boolean {
    return false;
  }

  // Display -----------------------------------------------------------------------------------------------------------

  /** Shows all sides at the current position. */
  showSides() {
    const { sides, player } = this;
    if (!sides.length) return;
    const value = this.isNow ? this.stops[this.lastStopIndex] : (this.value as number);
    for (const side of sides) {
      const { position, heldEnd } = runPositionAt(side.values, value, player.isRunning);
      side.heldEnd = heldEnd;
      side.stop = Math.round(position);
      side.pastView.showAt(position, player.isRunning || this.restTimer > 0);
    }
    setText(this.scrubber.playButton, player.isRunning ? translate("Pause") : translate("Play"));
    this.describe();
  }

  /** Writes the texts beside the axis. */
  describe() {}
}
