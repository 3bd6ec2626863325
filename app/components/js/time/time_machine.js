/**
 * The time machine of a plane: its axis, from the first frame to the present.
 */

import { saveMade } from "../files/save.js";
import { TimeAxis } from "./axis.js";
import { film } from "./film.js";
import { nearest } from "./history.js";
import { markOn } from "./scrubber.js";
import { MISLEADING, decodedText, figuresText, marksOf, marksText, momentText } from "./time_words.js";

const WORDS = { title: "Time machine", moment: "Moment of the training", help: "Drag through the training; Space plays it" };

export class TimeMachine extends TimeAxis {
  /** @param {import("../plane/plane.js").Plane} plane */
  constructor(plane) {
    super(WORDS, () => this.save());
    this.plane = plane;
    this.back = plane.lookback;
    plane.parts.ground.after(this.scrubber.host);
    this.trouble = ""; // what was said last of frames that could not be read
    plane.events.on("history", (news) => this.hear(news));
    plane.events.on("close", () => this.stop());
    plane.events.on("rest", () => this.tellPending());
    // the step that is shown or waited for; "" for the present
    const step = () => (this.isNow ? "" : String(this.back.history ? this.stops[Math.round(this.at)] : this.value));
    plane.events.on("link", ({ put }) => this.isMine && put("frame", step()));
    plane.kept.add("trails", {
      text: () => (this.back.trails ? "1" : ""),
      show: (text) => this.showTrails(Boolean(text)),
    });
  }

  /** Whether this plane has an axis of its own; linked planes share one, a separate component. */
  get isMine() {
    return Boolean(this.back.told) && !this.plane.header.link;
  }

  /** Takes the stops from the message or the frames. */
  lay() {
    this.take(this.isMine ? [{ title: "", back: this.back }] : []);
  }

  // News about the frames ----------------------------------------------------------------------------------------------

  /** @param {import("./lookback.js").News} news */
  hear({ what, other = false, sentence = "" }) {
    if (what === "told") return this.meet(other);
    if (!this.isMine) return;
    if (what === "frames") this.enter();
    if (what === "failed") this.fail();
    if (what === "failed" || (what === "network" && !this.isNow)) this.show();
    if (sentence) this.scrubber.say((this.trouble = sentence));
    else if (what === "frames" && this.scrubber.said.textContent === this.trouble) this.scrubber.say(""); // not that of a time-lapse
  }

  /** A message has arrived. @param {boolean} other whether it is about another revision than before */
  meet(other) {
    const { frame = null } = this.plane.header; // the step to go to; null is the present
    if (other) {
      this.stop();
      this.value = null;
      this.scrubber.say("");
      this.scrubber.tell("", "");
      markOn(this.scrubber.marks, []);
    }
    const news = this.isNews(this.kind, frame);
    this.lay();
    if (!news || !this.sides.length || (frame === null && this.isNow)) return this.show();
    this.value = frame;
    this.settle();
    this.show();
    this.plane.events.emit("moment");
    if (frame !== null) this.reach();
  }

  /** Replaces a step without a frame by the nearest frame's, once the frames have arrived. */
  settle() {
    const { back, value } = this;
    if (back.history && value !== null && !this.player.on) this.value = back.stops[nearest(back.stops, value)];
  }

  /** The frames have arrived. */
  enter() {
    const { back, scrubber } = this;
    if (!back.history) return;
    this.lay();
    const chosen = this.value !== null && !this.player.on; // before the frames arrived, so that it was not sent to Python
    this.settle();
    markOn(scrubber.marks, marksOf(back.history.header, (step) => (this.last ? nearest(back.stops, step) / this.last : 0)));
    this.show();
    if (chosen) this.rest();
  }

  /** Only steps of frames in memory are sent to Python. @param {number | null} step */
  report(step) {
    const told = (this.isNow || Boolean(this.back.history)) && Boolean(this.plane.header.report?.includes("frame"));
    if (told) this.plane.tell("frame", { step });
    return told;
  }

  /** @param {boolean} on */
  showTrails(on) {
    this.scrubber.press(on);
    this.back.reach();
    this.back.showTrails(on);
    this.plane.kept.changed("trails");
  }

  /** Saves the time-lapse as a file, with D's surface if that layer is on. */
  save() {
    const { plane, scrubber, back } = this;
    const { slice, own, fields, memory } = plane;
    return saveMade(scrubber.film, (sentence) => scrubber.say(sentence), "Drawing the time-lapse", "time-lapse.gif", async (given) => {
      await back.reach();
      const { history, failed } = back;
      if (!history) throw new Error(failed || "The frames of the training are not here.");
      const surface = Boolean(memory.layers.judge) && slice.shown.join() === "0,1";
      return film({ history, slice, codes: own, draws: fields.prior_xy?.values ?? [], surface }, given);
    });
  }

  // Display ------------------------------------------------------------------------------------------------------------

  /** Writes the position, what was measured there, and remarks. */
  describe() {
    const { back, scrubber } = this;
    const [{ stop }] = this.sides;
    const { step, epoch } = back.momentAt(stop);
    scrubber.show(this.at, `${stop < this.last ? "" : back.told?.live ? "live: " : "now: "}${momentText(step, epoch)}`);
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
