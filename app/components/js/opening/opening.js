/**
 * The opening: on a first visit without a link, the plane plays once how its codes moved to their places, with captions. Any
 * press or key ends it and is then carried out.
 *
 * Python says in `header.opening` that the session began at the plain address; the browser knows whether that had a query
 * unknown to Python, whether the opening was played in this tab before, and whether motion is wanted.
 */

import { button, element } from "../base/dom.js";
import { isNoted, note } from "../base/kept.js";
import { address } from "../host/host.js";
import { captionOf, offered } from "./captions.js";
import { Invitation } from "./invitation.js";

const SECONDS = 7; // of the time-lapse
const PLAYED = "opening played"; // in this tab
const MOVING = "lp-moving"; // mark on the page's clock: the first picture in which the codes are on their way
const ENDS = ["pointerdown", "keydown"];
const WAITING = -1;

export class Opening {
  /** @param {import("../plane/plane.js").Plane} plane @param {import("../time/time_machine.js").TimeMachine} machine */
  constructor(plane, machine) {
    this.plane = plane;
    this.machine = machine;
    this.text = element("span", { role: "status" });
    this.replay = button("Play", () => this.play());
    this.caption = element("div", { class: "lp-caption", hidden: true }, this.text, this.replay);
    plane.parts.foot.append(this.caption);
    this.invitation = new Invitation(plane, this.caption);
    this.image = "";
    /** Whether this plane has had its chance, and whether anything has moved. */
    this.begun = this.moving = false;
    /** Of the next picture; WAITING for the frames of the training, 0 while nothing is played. */
    this.frame = 0;
    this.ends = (/** @type {Event} */ event) => this.press(event);
    plane.events.on("data", () => this.meet(plane.header.opening));
    plane.events.on("close", () => this.stop());
  }

  /** @param {import("../../messages.js").Opening | null | undefined} told */
  meet(told) {
    if (!told) {
      this.leave();
      return this.invitation.withdraw();
    }
    if (this.begun || !isBare()) return;
    this.begun = true;
    this.image = told.image;
    this.invitation.offer();
    if (!told.play || !this.machine.isMine || isNoted("sessionStorage", PLAYED)) return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      note("sessionStorage", PLAYED);
      return this.say(offered(told.image), true);
    }
    this.play();
  }

  /** Plays as soon as the frames are here, unless somebody has pressed something by then. */
  async play() {
    const { machine, plane } = this;
    for (const name of ENDS) window.addEventListener(name, this.ends, true);
    this.frame = WAITING;
    await machine.back.reach();
    await machine.back.prepare();
    if (this.frame !== WAITING) return;
    if (!machine.back.history || plane.closed) return this.stop();
    machine.play(SECONDS);
    this.frame = requestAnimationFrame(() => this.follow());
  }

  /** Says what is seen at each picture. */
  follow() {
    const { machine, plane } = this;
    const share = machine.player.on ? machine.at / machine.last : 1;
    if (share > 0 && !this.moving) this.begin();
    this.say(captionOf(share, this.image, plane.scene.shows("prior")));
    this.frame = machine.player.on ? requestAnimationFrame(() => this.follow()) : 0;
  }

  /** The codes are on their way. Only now is it noted: a plane that is replaced before plays nothing, and the next one does. */
  begin() {
    this.moving = true;
    note("sessionStorage", PLAYED);
    requestAnimationFrame(() => performance.mark(MOVING)); // after the plane's own, which draws it
  }

  /**
   * Somebody pressed something, which is done after this: the codes are where they are now. On the time axis it is done at the
   * moment that is seen.
   * @param {Event} event
   */
  press(event) {
    note("sessionStorage", PLAYED);
    if (event.composedPath().includes(this.machine.scrubber.host)) return this.stop();
    this.leave();
  }

  /** Shows the present. */
  leave() {
    const { machine } = this;
    if (this.frame > 0 && machine.isMine) machine.moveTo(machine.last);
    this.stop();
  }

  /** Nothing is waited for or said any more. */
  stop() {
    for (const name of ENDS) window.removeEventListener(name, this.ends, true);
    if (this.frame > 0) cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.keepFocus();
    this.caption.hidden = true;
    this.invitation.stand();
  }

  /** The button is about to go: a focus on it goes to the plane. */
  keepFocus() {
    if (this.replay.matches(":focus")) this.plane.parts.surface.focus();
  }

  /** @param {string} text @param {boolean} [playable] whether it is offered to play */
  say(text, playable = false) {
    this.caption.hidden = false;
    if (!playable) this.keepFocus();
    this.replay.hidden = !playable;
    if (this.text.textContent === text) return;
    this.text.textContent = text;
    this.invitation.stand();
  }
}

/** Whether the address by which this document was come to has no query. */
function isBare() {
  const opened = address.opened();
  return !opened || !new URL(opened).search;
}
