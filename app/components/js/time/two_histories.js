/**
 * Two training runs on one time axis, which moves both planes of a page to their states at one position.
 */

import { named } from "../base/rows.js";
import { element, note } from "../base/dom.js";
import { page } from "../base/events.js";
import { mounting } from "../host/mounting.js";
import { planesOf } from "../linked/link.js";
import { TimeAxis } from "./axis.js";
import { placeAmong } from "../base/knots.js";
import { AXES, KINDS, axisText } from "./common_axis.js";
import { MISLEADING, marksOf } from "./time_words.js";
import { MomentsTable, drawLanes, keepInSight } from "./two_view.js";
import { standText, areRows } from "./two_words.js";

/** @typedef {import("./common_axis.js").Kind} Kind */

const MARKS = "In each lane, dots mark decoders that were saved, bars mark resumed training, and triangles mark changes of the learning rates.";
const WORDS = { title: "Both trainings on one time axis", moment: "Moment of both trainings", help: "Drag through both trainings; Space plays them" };

export class TwoHistories extends TimeAxis {
  /** @param {HTMLElement} root */
  constructor(root) {
    super(WORDS);
    this.header = /** @type {import("../../messages.js").Sent["time_axis"]["header"]} */ ({});
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
    this.kind = /** @type {Kind} */ ("images");
    this.trails = false;
    this.table = new MomentsTable();
    this.lanes = element("div", {});
    this.choice = element("select", { "aria-label": "Time axis", onchange: () => this.count(/** @type {Kind} */ (this.choice.value)) },
      ...KINDS.map((kind) => element("option", { value: kind }, AXES[kind].title))); // prettier-ignore
    this.notes = element("div", { class: "lp-notes", role: "status" });
    const { host, axis, row } = this.scrubber;
    axis.after(this.lanes);
    row.append(element("label", { class: "lp-two-axis" }, "Axis: ", this.choice));
    row.after(this.table.root);
    this.root = element("div", { class: "lp lp-two" }, this.notes, host);
    root.append(this.root);
    this.sight = keepInSight(this.root, row, this.table.root, () => [...planesOf(this.header.group).values()].map(({ parts }) => parts.surface));
    this.off = page.on("history", ({ plane, what, sentence = "" }) => this.hear(plane, what, sentence));
  }

  /** Returns the planes to their present. */
  close() {
    this.stop();
    this.off();
    this.sight.letGo();
    for (const { back } of this.sides) if (!back.plane.closed) back.leave();
  }

  /** @param {string} about @param {string} sentence */
  say(about, sentence) {
    note(this.notes, about, sentence);
  }

  // Messages from Python and the planes --------------------------------------------------------------------------------

  /** @param {import("../../messages.js").Sent["time_axis"]} message */
  update({ header }) {
    this.header = header;
    if (this.isNews(header.axis, header.at)) {
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

  /** The frames or the planes have changed. */
  meet() {
    const planes = planesOf(this.header.group);
    /** @type {import("./axis.js").Run[]} */
    const runs = [];
    for (const side of [0, 1]) {
      const plane = planes.get(side);
      if (!plane?.ready || plane.closed || !plane.lookback.told) continue;
      if (plane.lookback.trails !== this.trails) plane.lookback.showTrails(this.trails);
      runs.push({ title: plane.header.link?.title ?? "", back: plane.lookback });
    }
    this.take(runs);
    this.sight.act();
    if (!this.sides.length) return this.stop();
    KINDS.forEach((kind, k) => (this.choice.children[k].textContent = named(AXES[kind].title, areRows(this.sides))));
    this.choice.value = this.kind;
    drawLanes(this.lanes, this.sides, (value) => placeAmong(this.stops, value) / this.last);
    this.show();
  }

  /** Changes the unit of the axis. A training run that is not held at an end keeps its step, and the other one follows. @param {Kind} kind */
  count(kind) {
    this.player.stop();
    const lead = this.sides.find(({ held }) => !held) ?? this.sides[0];
    this.kind = kind;
    this.value = this.isNow ? null : AXES[kind].of(lead.back.stops[lead.stop], /** @type {import("./history.js").Told} */ (lead.back.told));
    this.meet();
    this.rest();
  }

  /** @param {boolean} on */
  showTrails(on) {
    this.trails = on;
    super.showTrails(on);
  }

  /** @param {number | null} at */
  report(at) {
    this.tell("moment", { axis: this.kind, at });
    return true;
  }

  // Display ------------------------------------------------------------------------------------------------------------

  describe() {
    const { sides, scrubber, words } = this;
    scrubber.show(this.at, words, `${words}: ${sides.map((side) => `${side.title} at ${standText(side)}`).join("; ")}`);
    this.table.show(sides, this.header.silent ?? []);
    scrubber.tell("", this.remarks());
  }

  /** The position on the axis in words. */
  get words() {
    const live = this.sides.some(({ back }) => back.told?.live);
    if (this.isNow) return live ? "live" : "now";
    return named(AXES[this.kind].said(/** @type {number} */ (this.value)), areRows(this.sides));
  }

  /** Sentences about the unit of the axis, about revisions that are not on it, about losses, and about marks. */
  remarks() {
    const { sides, header } = this;
    const told = sides.map(({ title, back }) => ({ title, told: /** @type {import("./history.js").Told} */ (back.told) }));
    const known = sides.flatMap(({ back }) => (back.history ? [back.history.header] : []));
    const marks = known.some((each) => marksOf(each, () => 0).length) ? MARKS : "";
    const losses = known.some(({ adversary }) => adversary) ? MISLEADING : "";
    return [named(axisText(this.kind, told), areRows(sides)), ...(header.remarks ?? []), losses, marks].filter(Boolean).join(" ");
  }
}

export default mounting(TwoHistories);
