/**
 * A time axis in use, of one training or of two: where it stands, how it is moved, and when Python hears of it.
 *
 * A moment is a value on the axis, or null for the end. The stops are the frames of all its sides, and their present as the
 * last; while the time-lapse runs, each side is interpolated between its frames, and where it pauses, it shows its nearest.
 */

import { write } from "../base/dom.js";
import { Echo } from "../base/echo.js";
import { placeAmong, valueAmong } from "../base/knots.js";
import { standing, together, valuesOf } from "./common_axis.js";
import { Player, paceOf } from "./player.js";
import { Scrubber } from "./scrubber.js";

/** @typedef {import("./lookback.js").Lookback} Lookback */
/**
 * @typedef {Object} Side a training on the axis, where it stands
 * @property {string} title
 * @property {Lookback} back
 * @property {number[]} values of its stops on the axis
 * @property {number} stop the nearest
 * @property {"first" | "last" | ""} held
 */

const REST = 250; // milliseconds after which a moment counts as chosen

export class TimeAxis {
  /** @param {import("./scrubber.js").Words} words @param {() => void} [film] saves the time-lapse */
  constructor(words, film) {
    /** What it counts. @type {import("./common_axis.js").Kind} */
    this.kind = "steps";
    /** @type {number | null} */
    this.value = null;
    /** Those that have a history. @type {Side[]} */
    this.sides = [];
    /** The stops of all, as values on the axis. @type {number[]} */
    this.stops = [];
    /** How long the whole is played; 0: as usual. */
    this.seconds = 0;
    this.resting = 0;
    this.player = new Player((seconds) => this.played(seconds));
    /** What Python was told. @type {Echo<string>} */
    this.said = new Echo();
    this.scrubber = new Scrubber(this, words, film);
  }

  /** Number of the last stop, which is the present. */
  get last() {
    return this.stops.length - 1;
  }

  /** Whether the end is shown: the present of all. */
  get isNow() {
    return this.value === null || this.value >= this.stops[this.last];
  }

  /** Where the axis is: a stop's number, or a place between two. */
  get at() {
    return this.isNow ? this.last : placeAmong(this.stops, /** @type {number} */ (this.value));
  }

  /** Whether Python's word of a moment is news. @param {string} kind @param {number | null} at */
  isNews(kind, at) {
    return this.said.isNews(`${kind} ${at}`);
  }

  /** Takes the stops that messages or frames name; where there are none, there is no axis. @param {{title: string, back: Lookback}[]} sides */
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

  /** Fetches the frames: somebody reaches for them. */
  reach() {
    for (const { back } of this.sides) back.reach();
  }

  /** Frames do not come: the axis stays as it is, and where no others do either, in the present. */
  fail() {
    this.player.stop();
    if (this.sides.every(({ back }) => !back.history && !back.coming)) this.value = null;
  }

  // What the person does -----------------------------------------------------------------------------------------------

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

  /** Plays on to the present, from the first frame where that is shown. @param {number} seconds that the whole takes; 0: as usual */
  play(seconds) {
    this.seconds = seconds;
    this.reach();
    if (this.isNow) this.value = this.stops[0];
    this.stop(); // a moment that is passed through is none that Python hears of
    this.player.start();
    this.show();
  }

  /** @param {number} seconds */
  played(seconds) {
    const waiting = this.sides.some(({ back }) => !back.history && !back.failed);
    const pace = this.seconds ? this.last / this.seconds : paceOf(this.last);
    const at = this.at + (waiting ? 0 : pace * seconds);
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

  /** Nothing moves or waits any more. */
  stop() {
    this.player.stop();
    window.clearTimeout(this.resting);
    this.resting = 0;
  }

  /** Once the moment rests, codes can be pointed at, and Python hears of it. */
  rest() {
    window.clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.tellPending(), REST);
  }

  /** What waits for a rest is told at once: perhaps the person turns to another page. */
  tellPending() {
    if (!this.resting) return;
    window.clearTimeout(this.resting);
    this.resting = 0;
    for (const { back } of this.sides) back.rest();
    const at = this.isNow ? null : this.value;
    const said = `${this.kind} ${at}`;
    if (this.said.last === said || !this.isTold) return;
    this.said.tell(said);
    this.report(at);
  }

  /** Whether Python is to hear of the present moment. */
  get isTold() {
    return true;
  }

  /** Python hears of a moment. @param {number | null} at */
  report(at) {
    throw new Error(`Nobody reports the moment ${at}.`);
  }

  // What is shown ------------------------------------------------------------------------------------------------------

  /** All sides as they were at the present value. */
  show() {
    const { sides, player } = this;
    if (!sides.length) return;
    const value = this.isNow ? this.stops[this.last] : /** @type {number} */ (this.value);
    for (const side of sides) {
      const { at, held } = standing(side.values, value, player.on);
      Object.assign(side, { held, stop: Math.round(at) });
      side.back.look(at, player.on || this.resting > 0);
    }
    write(this.scrubber.play, player.on ? "Pause" : "Play");
    this.describe();
  }

  /** Writes beside the axis what is seen. */
  describe() {}
}
