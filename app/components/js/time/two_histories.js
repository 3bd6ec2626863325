/**
 * Two trainings on one time axis: a scrubber that moves both planes of a page to their states at that moment.
 *
 * A moment is a value on the axis, or null for the end. The stops are the frames of both; while the time-lapse runs, both
 * planes are interpolated between stops, and where it pauses, each shows its nearest frame.
 */

import { element } from "../base/dom.js";
import { Echo } from "../base/echo.js";
import { page } from "../base/events.js";
import { mounting } from "../host/mounting.js";
import { planesOf } from "../linked/link.js";
import { AXES, KINDS, axisText, placeAmong, standing, together, valueAmong, valuesOf } from "./common_axis.js";
import { Player, paceOf } from "./player.js";
import { Scrubber } from "./scrubber.js";
import { MISLEADING, marksOf } from "./time_words.js";
import { MomentsTable, drawLanes, keepInSight } from "./two_view.js";
import { standText } from "./two_words.js";

/** @typedef {import("./common_axis.js").Kind} Kind */
/** @typedef {import("./two_words.js").Side} Side */

const REST = 250; // milliseconds after which a moment counts as chosen
const MARKS = "In each lane, dots mark decoders that were kept, bars mark resumed training, and triangles mark changes of the learning rates.";
const WORDS = { title: "Both trainings on one time axis", moment: "Moment of both trainings", help: "Drag through both trainings; Space plays them" };

export class TwoHistories {
  /** @param {any} root */
  constructor(root) {
    /** @type {Object<string, any>} */
    this.header = {};
    /** @type {(key: string, value: any) => void} */
    this.tell = () => {};
    /** @type {Kind} */
    this.kind = "images";
    /** @type {number | null} */
    this.value = null;
    /** Those of the two that have a history. @type {Side[]} */
    this.sides = [];
    /** The stops of both, as values on the axis. @type {number[]} */
    this.stops = [];
    this.trails = false;
    this.resting = 0;
    this.player = new Player((seconds) => this.played(seconds));
    /** What Python was told. @type {Echo<string>} */
    this.said = new Echo((a, b) => a === b);
    this.scrubber = new Scrubber({
      touch: () => this.reach(), move: (stop) => this.moveTo(stop), play: () => this.toggle(), trails: (on) => this.showTrails(on),
    }, WORDS); // prettier-ignore
    this.table = new MomentsTable();
    this.lanes = element("div", {});
    this.choice = element("select", { "aria-label": "Time axis", onchange: () => this.count(/** @type {Kind} */ (this.choice.value)) },
      ...KINDS.map((kind) => element("option", { value: kind }, AXES[kind].title))); // prettier-ignore
    this.notes = element("div", { class: "lp-notes", hidden: true, role: "status" });
    const { host, axis, row } = this.scrubber;
    axis.after(this.lanes);
    row.append(element("label", { class: "lp-two-axis" }, "Axis: ", this.choice));
    row.after(this.table.root);
    this.root = element("div", { class: "lp lp-two" }, this.notes, host);
    root.append(this.root);
    this.sight = keepInSight(this.root, row, this.table.root, () => [...planesOf(this.header.group).values()].map(({ parts }) => parts.surface));
    this.off = page.on("history", ({ plane, what, sentence = "" }) => this.hear(plane, what, sentence));
  }

  /** Leaves the page for good, and the planes in their present. */
  close() {
    this.stop();
    this.off();
    this.sight.letGo();
    for (const { back } of this.sides) if (!back.plane.closed) back.leave();
    this.root.remove();
  }

  /** @param {string} about @param {string} sentence */
  say(about, sentence) {
    this.notes.hidden = !sentence;
    this.notes.replaceChildren(...(sentence ? [element("p", {}, sentence)] : []));
  }

  // What Python and the planes say -------------------------------------------------------------------------------------

  /** @param {import("../base/wire.js").Message} message */
  update({ header }) {
    this.header = header;
    const news = this.said.isNews(saying(header.axis, header.at));
    if (news) {
      this.player.stop();
      this.kind = header.axis;
      this.value = header.at;
    }
    this.say("data", "");
    this.meet();
    if (this.value !== null) this.reach();
  }

  /** @param {import("../plane/plane.js").Plane} plane @param {string} what @param {string} sentence */
  hear(plane, what, sentence) {
    const { link } = plane.header;
    if (!link || link.group !== this.header.group) return;
    if (what === "failed") this.fail();
    if (what === "failed" || sentence) this.scrubber.say(sentence && `${link.title}: ${sentence}`);
    this.meet();
    if (what === "told" && this.value !== null) this.reach();
  }

  /** The frames of one do not come: it stays as it is, and where no others do, both. */
  fail() {
    this.player.stop();
    if (this.sides.every(({ back }) => !back.history && !back.coming)) this.value = null;
  }

  /** Other frames, or other planes. */
  meet() {
    const planes = planesOf(this.header.group);
    this.sides = [0, 1].flatMap((side) => {
      const plane = planes.get(side);
      const told = plane?.ready && !plane.closed && plane.lookback.told;
      if (!plane || !told) return [];
      const { lookback: back } = plane;
      back.take();
      if (back.trails !== this.trails) back.showTrails(this.trails);
      return [{ title: plane.header.link.title, back, values: valuesOf(this.kind, back.stops, told), stop: back.last, held: /** @type {""} */ ("") }];
    });
    this.scrubber.host.hidden = !this.sides.length;
    this.sight.act();
    if (!this.sides.length) return this.stop();
    this.stops = together(this.sides.map(({ values }) => values));
    this.scrubber.build(this.stops.length);
    this.choice.value = this.kind;
    drawLanes(this.lanes, this.sides, (value) => placeAmong(this.stops, value) / this.last);
    this.show();
  }

  get last() {
    return this.stops.length - 1;
  }

  /** Whether the end is shown: the present of both. */
  get isNow() {
    return this.value === null || this.value >= this.stops[this.last];
  }

  /** Where the axis is: a stop's number, or a place between two. */
  get at() {
    return this.isNow ? this.last : placeAmong(this.stops, /** @type {number} */ (this.value));
  }

  /** The frames of both: somebody reaches for them. */
  reach() {
    for (const { back } of this.sides) back.reach();
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

  /** Another thing is counted: the training that goes on stays at its moment, and the other comes to it. @param {Kind} kind */
  count(kind) {
    this.player.stop();
    const lead = this.sides.find(({ held }) => !held) ?? this.sides[0];
    this.kind = kind;
    this.value = this.isNow ? null : AXES[kind].of(lead.back.stops[lead.stop], /** @type {any} */ (lead.back.told));
    this.meet();
    this.rest();
  }

  toggle() {
    if (this.player.on) return this.moveTo(Math.round(this.at));
    this.reach();
    if (this.isNow) this.value = this.stops[0];
    this.stop(); // a moment that is passed through is none that Python hears of
    this.player.start();
    this.show();
  }

  /** @param {number} seconds */
  played(seconds) {
    const waiting = this.sides.some(({ back }) => !back.history && !back.failed);
    const at = this.at + (waiting ? 0 : paceOf(this.last) * seconds);
    this.value = at >= this.last ? null : valueAmong(this.stops, at);
    if (this.isNow) this.player.stop();
    this.show();
    if (!this.player.on) this.rest();
  }

  /** @param {boolean} on */
  showTrails(on) {
    this.trails = on;
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
    const said = saying(this.kind, at);
    if (this.said.last === said) return;
    this.said.tell(said);
    this.tell("moment", { axis: this.kind, at });
  }

  // What is shown ------------------------------------------------------------------------------------------------------

  /** Both planes as they were at the present value. */
  show() {
    const { sides, scrubber, player } = this;
    const value = this.isNow ? this.stops[this.last] : /** @type {number} */ (this.value);
    for (const side of sides) {
      const { at, held } = standing(side.values, value, player.on);
      Object.assign(side, { held, stop: Math.round(at) });
      side.back.look(at, player.on || this.resting > 0);
    }
    scrubber.playing(player.on);
    const words = this.words;
    scrubber.show(this.at, words, `${words}: ${sides.map((side) => `${side.title} at ${standText(side)}`).join("; ")}`);
    this.table.show(sides, this.header.silent ?? []);
    scrubber.tell("", this.remarks());
  }

  /** The moment on the axis. */
  get words() {
    const live = this.sides.some(({ back }) => back.told?.live);
    if (this.isNow) return live ? "live" : "now";
    return AXES[this.kind].said(/** @type {number} */ (this.value));
  }

  /** What the axis counts, who is not on it and why, and what losses do not say. */
  remarks() {
    const { sides, header } = this;
    const told = sides.map(({ title, back }) => ({ title, told: /** @type {import("./history.js").Told} */ (back.told) }));
    const known = sides.flatMap(({ back }) => (back.history ? [back.history.header] : []));
    const marks = known.some((each) => marksOf(each, () => 0).length) ? MARKS : "";
    const losses = known.some(({ adversary }) => adversary) ? MISLEADING : "";
    return [axisText(this.kind, told), ...(header.remarks ?? []), losses, marks].filter(Boolean).join(" ");
  }
}

/** A moment as it is told, so that its echo is known. @param {string} axis @param {number | null} at */
const saying = (axis, at) => `${axis} ${at}`;

export default mounting(TwoHistories);
