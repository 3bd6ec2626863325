/**
 * A time axis of one or two training runs: its position, how it is moved, and when that is sent to Python.
 *
 * A position is a value on the axis, or null for its end, the present. The stops are the frames of all its sides and their
 * present. While the time-lapse runs, each side is interpolated between its frames; at rest, it shows its nearest frame.
 */

import { Clock } from "../base/clock.js";
import { write } from "../base/dom.js";
import { Echo } from "../base/echo.js";
import { placeAmong, valueAmong } from "../base/knots.js";
import { standing, together, valuesOf } from "./common_axis.js";
import { Scrubber } from "./scrubber.js";

/** @typedef {import("./lookback.js").Lookback} Lookback */
/**
 * @typedef {{title: string, back: Lookback}} Run a training run with its title
 * @typedef {Object} Side a training run on the axis
 * @property {string} title
 * @property {Lookback} back
 * @property {number[]} values of its stops on the axis
 * @property {number} stop the index of the nearest stop
 * @property {"first" | "last" | ""} held the end at which it stays because the axis is beyond it
 */

const REST = 250; // milliseconds at rest after which a position is sent to Python
const PACE = 16; // stops per second, unless the bounds below apply
const [SHORTEST, LONGEST] = [4, 12]; // seconds from the first stop to the last

export class TimeAxis {
  /** @param {import("./scrubber.js").Words} words @param {() => void} [film] saves the time-lapse */
  constructor(words, film) {
    /** Its unit. @type {import("./common_axis.js").Kind} */
    this.kind = "steps";
    /** @type {number | null} */
    this.value = null;
    /** The training runs that have a history. @type {Side[]} */
    this.sides = [];
    /** The stops of all sides, as values on the axis. @type {number[]} */
    this.stops = [];
    /** The duration of the whole time-lapse in seconds; 0: the default. */
    this.seconds = 0;
    this.resting = 0;
    this.player = new Clock((seconds) => this.played(seconds));
    /** The positions sent to Python. @type {Echo<string>} */
    this.said = new Echo();
    this.scrubber = new Scrubber(this, words, film);
  }

  /** The index of the last stop, the present. */
  get last() {
    return this.stops.length - 1;
  }

  /** Whether the present of all sides is shown. */
  get isNow() {
    return this.value === null || this.value >= this.stops[this.last];
  }

  /** The position as a fractional index of the stops. */
  get at() {
    return this.isNow ? this.last : placeAmong(this.stops, /** @type {number} */ (this.value));
  }

  /** Whether a position that Python sends is not an echo. @param {string} kind @param {number | null} at */
  isNews(kind, at) {
    return this.said.isNews(`${kind} ${at}`);
  }

  /** Sets the sides and takes their stops; without sides, the axis is hidden. @param {Run[]} sides */
  take(sides) {
    this.sides = sides.map(({ title, back }) => {
      back.take();
      const told = /** @type {import("./history.js").Told} */ (back.told);
      return { title, back, values: valuesOf(this.kind, back.stops, told), stop: back.last, held: "" };
    });
    this.stops = together(this.sides.map(({ values }) => values));
    this.scrubber.host.hidden = !sides.length;
    this.scrubber.range.max = String(Math.max(1, this.last));
  }

  /** Fetches the frames, which are about to be needed. */
  reach() {
    for (const { back } of this.sides) back.reach();
  }

  /** Frames could not be fetched. If no side has frames or is fetching them, the axis returns to the present. */
  fail() {
    this.player.stop();
    if (this.sides.every(({ back }) => !back.history && !back.address)) this.value = null;
  }

  // The user's actions -------------------------------------------------------------------------------------------------

  /** @param {number} stop */
  moveTo(stop) {
    this.player.stop();
    this.value = stop >= this.last ? null : this.stops[Math.max(0, stop)];
    this.reach();
    this.show();
    this.rest();
  }

  toggle() {
    if (this.player.on) this.moveTo(Math.round(this.at));
    else this.play(0);
  }

  /** Plays to the present; if that is shown, from the first frame on. @param {number} seconds of the whole time-lapse; 0: the default */
  play(seconds) {
    this.seconds = seconds;
    this.reach();
    if (this.isNow) this.value = this.stops[0];
    this.stop(); // positions passed through are not sent to Python
    this.player.start();
    this.show();
  }

  /** @param {number} seconds */
  played(seconds) {
    const waiting = this.sides.some(({ back }) => !back.history && !back.failed);
    const whole = this.seconds || Math.min(LONGEST, Math.max(SHORTEST, this.last / PACE));
    const at = this.at + (waiting ? 0 : (this.last / whole) * seconds);
    this.value = at >= this.last ? null : valueAmong(this.stops, at);
    if (this.isNow) this.player.stop();
    this.show();
    if (!this.player.on) this.rest();
  }

  /** @param {boolean} on */
  showTrails(on) {
    this.scrubber.press(on);
    this.reach();
    for (const { back } of this.sides) back.showTrails(on);
  }

  /** Stops the time-lapse, and sends nothing that is delayed. */
  stop() {
    this.player.stop();
    window.clearTimeout(this.resting);
    this.resting = 0;
  }

  /** After `REST`, codes can be pointed at, and the position is sent to Python. */
  rest() {
    window.clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.tellPending(), REST);
  }

  /** Sends a delayed position at once, because the user may be about to leave the page. */
  tellPending() {
    if (!this.resting) return;
    window.clearTimeout(this.resting);
    this.resting = 0;
    for (const { back } of this.sides) back.rest();
    const at = this.isNow ? null : this.value;
    const said = `${this.kind} ${at}`;
    if (this.said.last !== said && this.report(at)) this.said.tell(said); // no answer comes before this turn ends
  }

  /** Sends a position to Python; returns whether it did. @param {number | null} _at */
  report(_at) {
    return false;
  }

  // Display ------------------------------------------------------------------------------------------------------------

  /** Shows all sides at the current position. */
  show() {
    const { sides, player } = this;
    if (!sides.length) return;
    const value = this.isNow ? this.stops[this.last] : /** @type {number} */ (this.value);
    for (const side of sides) {
      const { at, held } = standing(side.values, value, player.on);
      side.held = held;
      side.stop = Math.round(at);
      side.back.look(at, player.on || this.resting > 0);
    }
    write(this.scrubber.play, player.on ? "Pause" : "Play");
    this.describe();
  }

  /** Writes the texts beside the axis. */
  describe() {}
}
