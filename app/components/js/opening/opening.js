/**
 * The opening: on a first visit without a link, the plane plays the training's time-lapse once, with captions. Any press or key
 * ends it and then has its usual effect.
 *
 * `header.opening` tells that the session began at the plain address. The browser knows whether that address had a query, whether
 * the opening was played in this tab before, and whether the user prefers reduced motion.
 */

import { button, element } from "../base/dom.js";
import { hasStoredMark, storeMark } from "../base/browser_storage.js";
import { address } from "../host/host.js";
import { Invitation } from "./invitation.js";

const SECONDS = 7; // of the time-lapse
const PLAYED = "opening played"; // noted for this tab
const MOVING = "lp-moving"; // performance mark: the first picture in which the codes have moved
const ENDING_EVENTS = ["pointerdown", "keydown"];
const WAITING = -1;
const SECOND_CAPTION_SHARE = 0.3; // share of the training run from which on the second caption is shown

export class Opening {
  /** @param {import("./planes.js").OpeningPlane} plane @param {import("../time/time_machine.js").TimeMachine} axis */
  constructor(plane, axis) {
    this.plane = plane;
    this.timeMachine = axis;
    this.captionText = element("span", { role: "status" });
    this.playButton = button("Play", () => this.playOpening());
    this.caption = element("div", { class: "lp-caption", hidden: true }, this.captionText, this.playButton);
    plane.parts.foot.append(this.caption);
    this.invitation = new Invitation(plane, this.caption);
    this.image = "";
    /** Whether the opening was offered on this plane, and whether codes have moved. */
    this.wasOffered = this.haveCodesMoved = false;
    /** The pending animation frame; WAITING for the frames of the training run, 0 while nothing is played. */
    this.frame = 0;
    this.onUserAction = (/** @type {Event} */ event) => this.endByUser(event);
    plane.events.on("data", () => this.onMessage(plane.header.opening));
    plane.events.on("close", () => this.stop());
  }

  /** @param {import("../../messages.js").Opening | null | undefined} opening */
  onMessage(opening) {
    if (!opening) {
      this.showPresent();
      return this.invitation.hideInvitation();
    }
    const openedUrl = address.opened();
    if (this.wasOffered || (openedUrl && new URL(openedUrl).search)) return; // only where the document was opened without a query
    this.wasOffered = true;
    this.image = opening.image;
    this.invitation.showInvitation();
    if (!opening.play || !this.timeMachine.hasOwnAxis || hasStoredMark("sessionStorage", PLAYED)) return;
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      storeMark("sessionStorage", PLAYED);
      return this.showCaption(
        `Each mark is the code of ${opening.image}. Play the training to see the codes move to where the prior is.`,
        true,
      );
    }
    this.playOpening();
  }

  /** Plays as soon as the frames have arrived, unless the user has acted by then. */
  async playOpening() {
    const { timeMachine, plane } = this;
    for (const name of ENDING_EVENTS) window.addEventListener(name, this.onUserAction, true);
    this.frame = WAITING;
    await timeMachine.pastView.fetchFrames();
    await timeMachine.pastView.prefetchFirstDecoder();
    if (this.frame !== WAITING) return;
    if (!timeMachine.pastView.history || plane.closed) return this.stop();
    timeMachine.playTimeLapse(SECONDS);
    this.frame = requestAnimationFrame(() => this.updateCaption());
  }

  /** Updates the caption at each picture. */
  updateCaption() {
    const { timeMachine, plane } = this;
    const share = timeMachine.player.isRunning ? timeMachine.stopPosition / timeMachine.last : 1;
    if (share > 0 && !this.haveCodesMoved) {
      this.haveCodesMoved = true;
      timeMachine.pastView.prefetchDecoders(); // not before, because they would delay the first picture
      storeMark("sessionStorage", PLAYED); // not before the codes move, since a plane that is replaced by then shows nothing
      requestAnimationFrame(() => performance.mark(MOVING)); // after the plane's own, which draws it
    }
    this.showCaption(openingCaption(share, this.image, plane.scene.isShown("prior")));
    this.frame = timeMachine.player.isRunning ? requestAnimationFrame(() => this.updateCaption()) : 0;
  }

  /**
   * The user pressed something: returns to the present before it takes effect, except on the time axis, where it takes effect at
   * the position that is shown.
   * @param {Event} event
   */
  endByUser(event) {
    storeMark("sessionStorage", PLAYED);
    if (event.composedPath().includes(this.timeMachine.scrubber.host)) return this.stop();
    this.showPresent();
  }

  /** Shows the present. */
  showPresent() {
    const { timeMachine } = this;
    if (this.frame > 0 && timeMachine.hasOwnAxis) timeMachine.moveToStop(timeMachine.last);
    this.stop();
  }

  /** Stops waiting and hides the caption. */
  stop() {
    for (const name of ENDING_EVENTS) window.removeEventListener(name, this.onUserAction, true);
    if (this.frame > 0) cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.keepFocusOnPlane();
    this.caption.hidden = true;
    this.invitation.placeInvitation();
  }

  /** Moves the focus from the button, which is about to disappear, to the plane. */
  keepFocusOnPlane() {
    if (this.playButton.matches(":focus")) this.plane.parts.surface.focus();
  }

  /** @param {string} sentence @param {boolean} [playable] whether the button Play is shown */
  showCaption(sentence, playable = false) {
    this.caption.hidden = false;
    if (!playable) this.keepFocusOnPlane();
    this.playButton.hidden = !playable;
    if (this.captionText.textContent === sentence) return;
    this.captionText.textContent = sentence;
    this.invitation.placeInvitation();
  }
}

/**
 * The caption during the time-lapse.
 * @param {number} share of the training run that has been played, 0 to 1
 * @param {string} image the words for one image, such as "a handwritten digit"
 * @param {boolean} contours whether the prior's contours are drawn
 */
export function openingCaption(share, image, contours) {
  if (share >= 1) return "Trained: every place among the codes now decodes to an image.";
  if (share < SECOND_CAPTION_SHARE)
    return `Each mark is the code of ${image}, in the colour of its class. The training begins.`;
  return `Each mark is the code of ${image}. The encoder learns to put the codes where the prior is${contours ? ", inside the rings" : ""}.`;
}
