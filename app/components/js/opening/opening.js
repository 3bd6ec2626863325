/**
 * The opening: on a first visit without a link, the plane plays the training's time-lapse once, with captions. Any press or key
 * ends it and then has its usual effect.
 *
 * `header.opening` tells that the session began at the plain address. The browser knows whether that address had a query, whether
 * the opening was played in this tab before, and whether the user prefers reduced motion.
 */

import { button, element } from "../base/dom.js";
import { isNoted, note } from "../base/kept.js";
import { address } from "../host/host.js";
import { Invitation } from "./invitation.js";

const SECONDS = 7; // of the time-lapse
const PLAYED = "opening played"; // noted for this tab
const MOVING = "lp-moving"; // performance mark: the first picture in which the codes have moved
const ENDS = ["pointerdown", "keydown"];
const WAITING = -1;
const ORDERED = 0.3; // share of the training run from which on the second caption is shown

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
    /** Whether the opening was offered on this plane, and whether codes have moved. */
    this.begun = this.moving = false;
    /** The pending animation frame; WAITING for the frames of the training run, 0 while nothing is played. */
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
    const opened = address.opened();
    if (this.begun || (opened && new URL(opened).search)) return; // only where the document was opened without a query
    this.begun = true;
    this.image = told.image;
    this.invitation.offer();
    if (!told.play || !this.machine.isMine || isNoted("sessionStorage", PLAYED)) return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      note("sessionStorage", PLAYED);
      return this.say(`Each mark is the code of ${told.image}. Play the training to see the codes move to where the prior is.`, true);
    }
    this.play();
  }

  /** Plays as soon as the frames have arrived, unless the user has acted by then. */
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

  /** Updates the caption at each picture. */
  follow() {
    const { machine, plane } = this;
    const share = machine.player.on ? machine.at / machine.last : 1;
    if (share > 0 && !this.moving) {
      this.moving = true;
      note("sessionStorage", PLAYED); // not before the codes move, since a plane that is replaced by then shows nothing
      requestAnimationFrame(() => performance.mark(MOVING)); // after the plane's own, which draws it
    }
    this.say(captionOf(share, this.image, plane.scene.shows("prior")));
    this.frame = machine.player.on ? requestAnimationFrame(() => this.follow()) : 0;
  }

  /**
   * The user pressed something: returns to the present before it takes effect, except on the time axis, where it takes effect at
   * the position that is shown.
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

  /** Stops waiting and hides the caption. */
  stop() {
    for (const name of ENDS) window.removeEventListener(name, this.ends, true);
    if (this.frame > 0) cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.keepFocus();
    this.caption.hidden = true;
    this.invitation.stand();
  }

  /** Moves the focus from the button, which is about to disappear, to the plane. */
  keepFocus() {
    if (this.replay.matches(":focus")) this.plane.parts.surface.focus();
  }

  /** @param {string} text @param {boolean} [playable] whether the button Play is shown */
  say(text, playable = false) {
    this.caption.hidden = false;
    if (!playable) this.keepFocus();
    this.replay.hidden = !playable;
    if (this.text.textContent === text) return;
    this.text.textContent = text;
    this.invitation.stand();
  }
}

/**
 * The caption during the time-lapse.
 * @param {number} share of the training run that has been played, 0 to 1
 * @param {string} image the words for one image, such as "a handwritten digit"
 * @param {boolean} contours whether the prior's contours are drawn
 */
export function captionOf(share, image, contours) {
  if (share >= 1) return "Trained: every place among the codes now decodes to an image.";
  if (share < ORDERED) return `Each mark is the code of ${image}, in the colour of its class. The training begins.`;
  return `Each mark is the code of ${image}. The encoder learns to put the codes where the prior is${contours ? ", inside the rings" : ""}.`;
}
