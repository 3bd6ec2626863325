/**
 * The time machine of a plane: its axis, from the first frame to the present, and the user's actions on it.
 */

import { Echo } from "../base/echo.js";
import { save } from "../base/files.js";
import { viewOf } from "../choice/outline.js";
import { nearest } from "./history.js";
import { Player, paceOf } from "./player.js";
import { Scrubber } from "./scrubber.js";
import { MISLEADING, decodedText, figuresText, marksOf, marksText, momentText } from "./time_words.js";

/** @typedef {import("../plane/plane.js").Plane} Plane */

const REST = 250; // milliseconds after which a moment counts as chosen

export class TimeMachine {
  /** @param {Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.back = plane.lookback;
    this.scrubber = new Scrubber({
      touch: () => this.back.reach(), move: (stop) => this.moveTo(stop), play: () => this.toggle(),
      trails: (on) => this.showTrails(on), film: () => this.save(),
    }); // prettier-ignore
    plane.parts.ground.after(this.scrubber.host);
    this.player = new Player((seconds) => this.played(seconds));
    /** A stop's number, or a place between two. */
    this.at = 0;
    /** How long the whole is played; 0: as usual. */
    this.seconds = 0;
    this.resting = 0;
    /** What Python was told of the step, −1 for now. @type {Echo<number>} */
    this.said = new Echo((a, b) => a === b);
    /** A step to go to as soon as the frames are there. @type {number | null} */
    this.wanted = null;
    plane.events.on("history", (news) => this.hear(news));
    plane.events.on("close", () => this.stop());
    plane.events.on("rest", () => this.tellPending());
    plane.events.on("link", ({ put }) => this.isMine && put("frame", this.stepText()));
    plane.kept.add("trails", {
      text: () => (this.back.trails ? "1" : ""),
      show: (text) => {
        this.scrubber.trails.setAttribute("aria-pressed", String(Boolean(text)));
        this.showTrails(Boolean(text));
      },
    });
  }

  /** Number of the last stop, which is the present. */
  get last() {
    return this.back.last;
  }

  /** Whether the present is shown. */
  get isNow() {
    return this.at >= this.last;
  }

  /** Whether there is an axis here: planes that act together have one in common, elsewhere. */
  get isMine() {
    return Boolean(this.back.told) && !this.plane.header.link;
  }

  // What is said of the frames -----------------------------------------------------------------------------------------

  /** @param {import("./lookback.js").News} news */
  hear({ what, other = false, sentence = "" }) {
    if (what === "told") return this.meet(other);
    if (!this.isMine) return;
    if (what === "frames") this.enter();
    if (what === "failed") this.fail();
    if (sentence || what === "frames") this.scrubber.say(sentence);
    if (what === "network" && !this.isNow) this.show();
  }

  /** Another message. @param {boolean} other of another revision */
  meet(other) {
    const { plane, scrubber, back } = this;
    const { frame } = plane.header;
    if (other) this.forget();
    const step = frame ?? -1;
    const news = this.said.isNews(step);
    scrubber.host.hidden = !this.isMine;
    if (!this.isMine) return;
    const was = this.isNow ? null : back.stops[Math.round(this.at)];
    // while one looks back the stops stay: a message names files, of which some may be damaged or not fetched yet
    if (!back.history || was === null) this.take();
    if (news && (step >= 0 || was !== null)) this.goTo(step);
    else this.show();
  }

  /** Another revision: nothing of the former one's history is true. */
  forget() {
    this.stop();
    this.at = 0;
    this.wanted = null;
    this.scrubber.say("");
    this.scrubber.tell("", "");
    this.scrubber.mark([]);
  }

  /** Takes the stops that a message or the frames name; one who is at the present stays there. */
  take() {
    const { back } = this;
    const here = this.isNow ? null : back.stops[Math.round(this.at)];
    back.take();
    this.at = here === null ? this.last : nearest(back.stops, here);
    this.scrubber.build(back.stops.length);
  }

  /** Goes to the moment of a step; −1 is the present. @param {number} step */
  goTo(step) {
    const { back } = this;
    this.wanted = step < 0 || back.history ? null : step;
    if (step < 0) this.at = this.last;
    else if (back.history) this.at = nearest(back.stops, step);
    this.show();
    this.plane.events.emit("moment");
    if (step >= 0) back.reach();
  }

  /** The frames are there. */
  enter() {
    const { back, scrubber } = this;
    if (!back.history) return;
    this.take();
    const { wanted } = this;
    if (wanted !== null) this.at = nearest(back.stops, wanted);
    this.wanted = null;
    scrubber.mark(marksOf(back.history.header, (step) => (this.last ? nearest(back.stops, step) / this.last : 0)));
    this.show();
    if (wanted !== null && !this.player.on) this.rest(); // Python has not heard of a moment that was chosen before
  }

  /** The frames do not come. */
  fail() {
    this.player.stop();
    if (!this.back.history) this.at = this.last; // nothing else can be shown
    this.wanted = null;
    this.show();
  }

  // What the person does -----------------------------------------------------------------------------------------------

  /** @param {number} stop */
  moveTo(stop) {
    this.player.stop();
    this.at = Math.min(this.last, Math.max(0, stop));
    this.wanted = this.isNow || this.back.history ? null : this.back.stops[Math.round(this.at)];
    this.back.reach();
    this.show();
    this.rest();
  }

  toggle() {
    if (this.player.on) return this.moveTo(Math.round(this.at));
    this.play(0);
  }

  /** Plays on to the present, from the first frame where that is shown. @param {number} seconds that the whole takes; 0: as usual */
  play(seconds) {
    this.seconds = seconds;
    this.back.reach();
    if (this.isNow) this.at = 0;
    this.player.start();
    this.show();
  }

  /** @param {number} seconds */
  played(seconds) {
    const pace = this.seconds ? this.last / this.seconds : paceOf(this.last);
    if (this.back.history) this.at = Math.min(this.last, this.at + pace * seconds);
    if (this.isNow) this.player.stop();
    this.show();
    if (!this.player.on) this.rest();
  }

  /** Nothing moves or waits any more. */
  stop() {
    this.player.stop();
    window.clearTimeout(this.resting);
    this.resting = 0;
  }

  /** The step that is seen, or waited for, as a link has it; "" for the present. */
  stepText() {
    if (this.wanted !== null) return String(this.wanted);
    return this.isNow || !this.back.history ? "" : String(this.back.stops[Math.round(this.at)]);
  }

  /** @param {boolean} on */
  showTrails(on) {
    this.back.reach();
    this.back.showTrails(on);
    this.plane.kept.changed("trails");
  }

  /** The server draws the time-lapse, with D's surface where that is seen. */
  async save() {
    const { plane, scrubber } = this;
    const { server } = plane.answers;
    if (!server.can("film") || scrubber.film.getAttribute("aria-disabled") === "true") return;
    scrubber.film.setAttribute("aria-disabled", "true"); // and not disabled, which would take the focus away
    scrubber.say("The server is drawing the time-lapse …");
    const said = await server.film(viewOf(plane.header), Boolean(plane.memory.layers.judge)).then(
      (file) => (save(file, "time-lapse.gif"), ""),
      (error) => error.message,
    );
    if (plane.closed) return;
    scrubber.say(said);
    scrubber.film.removeAttribute("aria-disabled");
  }

  /** Once the moment rests, its codes can be pointed at, and Python hears of it. */
  rest() {
    window.clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.tellPending(), REST);
  }

  /** Tells at once of the moment that waits for a rest. */
  tellPending() {
    if (!this.resting) return;
    window.clearTimeout(this.resting);
    this.resting = 0;
    const { plane, back } = this;
    back.rest();
    if (this.wanted !== null || (!back.history && !this.isNow)) return;
    const step = this.isNow ? -1 : back.stops[Math.round(this.at)];
    if (this.said.last === step || !plane.header.report?.includes("frame")) return;
    this.said.tell(step);
    plane.tell("frame", { step: step < 0 ? null : step });
  }

  // What is shown ------------------------------------------------------------------------------------------------------

  /** The plane as it was at the present place on the axis. */
  show() {
    const { back, scrubber } = this;
    if (!this.isMine) return;
    const stop = Math.round(this.at);
    scrubber.playing(this.player.on);
    scrubber.show(this.at, this.momentText(stop));
    back.look(this.at, this.player.on || this.resting > 0);
    this.describe(stop);
  }

  /** @param {number} stop */
  momentText(stop) {
    const { told, history, stops } = this.back;
    if (!told) return "";
    if (stop >= this.last) return `${told.live ? "live" : "now"}: ${momentText(told.now, told.epoch)}`;
    return history ? momentText(history.moment(stop).step, history.moment(stop).epoch) : `step ${stops[stop].toLocaleString("en")}`;
  }

  /** The figures of a moment and what goes with them. @param {number} stop */
  describe(stop) {
    const { back, scrubber } = this;
    const { history } = back;
    if (!history) return;
    if (!history.steps.length) return scrubber.tell("", ""); // none of the files could be read
    const { phases, measure, adversary } = history.header;
    const { key, net } = back.decoderAt(Math.min(stop, history.steps.length - 1));
    const image = stop >= this.last ? "" : decodedText(key, back.stops[stop], net);
    const notes = [adversary ? MISLEADING : "", image, marksText(history.keys, history.header)];
    scrubber.tell(figuresText(back.momentAt(stop), phases, measure), notes.filter(Boolean).join(" "));
  }
}

/** @param {Plane} plane */
export const letLookBack = (plane) => new TimeMachine(plane);
