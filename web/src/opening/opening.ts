/**
 * The opening: on a first visit without a link, the plane plays the training's time-lapse once, with captions. Any
 * press or key ends it and then has its usual effect.
 *
 * `header.opening` tells that the session began at the plain address. The browser knows whether the opening was played
 * in this tab before, and whether the user prefers reduced motion.
 */

import { button, element } from "../base/dom.ts";
import { hasStoredMark, storeMark } from "../base/browser_storage.ts";
import { mark, translate } from "../base/translate.ts";
import { projectAll } from "../view/slice.ts";
import { Diagram } from "./diagram.ts";
import { Invitation } from "./invitation.ts";
import type { OpeningPlane } from "./planes.ts";
import type { TimeMachine } from "../time/time_machine.ts";
import type { Pace } from "../time/time_axis.ts";

const SECONDS = 8; // of the time-lapse
const PLAYED_MARK = "opening played"; // noted for this tab
const MOVE_MARK = "lp-moving"; // performance mark: the first picture in which the codes have moved
const ENDING_EVENTS = ["pointerdown", "keydown"];
const WAITING_FRAME = -1;
/** The shares of its time in which it stays at the first frame, and from which on the last caption is shown. */
const [HEAP_SHARE, FILLED_SHARE] = [0.15, 0.75];
const PACE_POWER = 1.6; // above 1, since most happens in the first frames
const FOLLOWED_IMAGE = 0; // the image whose code z follows; its present code is the initial z

export class Opening {
  plane: OpeningPlane;
  timeMachine: TimeMachine;
  captionText = element("span", { role: "status" });
  playButton = button(translate("Play the training"), () => this.playOpening());
  caption = element("div", { class: "lp-caption", hidden: true }, this.captionText, this.playButton);
  invitation: Invitation;
  diagram: Diagram;
  image: string;
  /** Whether the opening was offered on this plane, and whether codes have moved. */
  wasOffered: boolean;
  haveCodesMoved: boolean;
  /** The pending animation frame; WAITING for the frames of the training run, 0 while nothing is played. */
  frame: number;
  onUserAction;

  constructor(plane: OpeningPlane, axis: TimeMachine) {
    this.plane = plane;
    this.timeMachine = axis;
    plane.parts.foot.append(this.caption);
    this.invitation = new Invitation(plane);
    this.diagram = new Diagram(plane, () => this.playOpening());
    this.image = "";
    this.wasOffered = this.haveCodesMoved = false;
    this.frame = 0;
    this.onUserAction = (event: Event) => this.endByUser(event);
    plane.events.on("data", () => this.onMessage(plane.header.opening));
    plane.events.on("close", () => this.stop());
  }

  onMessage(opening: import("../messages.ts").Opening | null | undefined) {
    const isFirstVisit = Boolean(opening);
    this.timeMachine.scrubber.setPrimary(!isFirstVisit); // the introduction has the primary action
    this.diagram.show(isFirstVisit, Boolean(opening?.play) && this.timeMachine.hasOwnAxis);
    if (!opening) {
      this.showPresent();
      return this.invitation.hideInvitation();
    }
    if (this.frame === WAITING_FRAME) this.showHeap();
    if (this.wasOffered) return;
    this.wasOffered = true;
    this.image = opening.image;
    const isPlayed = opening.play && this.timeMachine.hasOwnAxis && !hasStoredMark("sessionStorage", PLAYED_MARK);
    if (!isPlayed) return this.invitation.showInvitation();
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      storeMark("sessionStorage", PLAYED_MARK);
      this.invitation.showInvitation();
      return this.showCaption(openingCaption(1, this.image), true);
    }
    this.playOpening();
  }

  /** Shows the first frame, and plays as soon as all have arrived, unless the user has acted by then. */
  async playOpening() {
    const { timeMachine, plane } = this;
    for (const name of ENDING_EVENTS) window.addEventListener(name, this.onUserAction, true);
    this.frame = WAITING_FRAME;
    this.invitation.hideInvitation();
    this.showHeap();
    await timeMachine.pastView.fetchFrames();
    await timeMachine.pastView.prefetchFirstDecoder();
    if (this.frame !== WAITING_FRAME) return;
    if (!timeMachine.pastView.history || plane.closed) return this.showPresent();
    timeMachine.playFromStart(SECONDS, openingPace);
    this.diagram.setPlaying(true);
    this.frame = requestAnimationFrame(() => this.updatePicture());
  }

  /** Shows the codes of the untrained model, which came with the message. */
  showHeap() {
    const { plane } = this;
    const { untrained } = plane.fields;
    this.diagram.encodeImage(FOLLOWED_IMAGE);
    this.showCaption(openingCaption(0, this.image));
    if (!untrained || plane.pastFrame) return;
    plane.showCodes({ ...plane.presentCodes, xy: projectAll(untrained.values, plane.header.dim, plane.slice) });
    plane.redrawCodes();
  }

  /** Lets z follow its image's code, and updates the caption, at each picture. */
  updatePicture() {
    const { timeMachine, plane } = this;
    const { isRunning } = timeMachine.player;
    const share = isRunning ? timeMachine.playedShare : 1;
    if (timeMachine.fractionalStopIndex > 0 && !this.haveCodesMoved) {
      this.haveCodesMoved = true;
      timeMachine.pastView.prefetchSavedDecoders(); // not before, because they would delay the first picture
      // not before the codes move, since a plane that is replaced by then shows nothing
      storeMark("sessionStorage", PLAYED_MARK);
      requestAnimationFrame(() => performance.mark(MOVE_MARK)); // after the plane's own, which draws it
    }
    const z = timeMachine.pastView.codeNow(FOLLOWED_IMAGE);
    if (z) plane.setZ(z, "link");
    this.showCaption(openingCaption(share, this.image));
    if (isRunning) {
      this.frame = requestAnimationFrame(() => this.updatePicture());
      return;
    }
    this.frame = 0;
    this.diagram.setPlaying(false);
    this.invitation.showInvitation();
  }

  /**
   * The user pressed something: returns to the present before it takes effect, except on the time axis, where it takes
   * effect at the position that is shown.
   */
  endByUser(event: Event) {
    storeMark("sessionStorage", PLAYED_MARK);
    if (event.composedPath().includes(this.timeMachine.scrubber.host)) return this.stop();
    this.showPresent();
    if (this.wasOffered) this.invitation.showInvitation();
  }

  /** Shows the present. */
  showPresent() {
    const { timeMachine, plane } = this;
    if (this.frame > 0 && timeMachine.hasOwnAxis) timeMachine.moveToStop(timeMachine.lastStopIndex);
    if (this.frame === WAITING_FRAME && !plane.pastFrame) {
      plane.showCodes(plane.presentCodes);
      plane.redrawCodes();
    }
    const wasPlaying = this.frame !== 0;
    this.stop();
    const code = wasPlaying ? timeMachine.pastView.codeNow(FOLLOWED_IMAGE) : null;
    if (code) plane.setZ(code, "link");
  }

  /** Stops waiting and hides the caption. */
  stop() {
    for (const name of ENDING_EVENTS) window.removeEventListener(name, this.onUserAction, true);
    if (this.frame > 0) cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.diagram.setPlaying(false);
    this.keepFocusOnPlane();
    this.caption.hidden = true;
  }

  /** Moves the focus from the button, which is about to disappear, to the plane. */
  keepFocusOnPlane() {
    if (this.playButton.matches(":focus")) this.plane.parts.surface.focus();
  }

  /** @param playable whether the button Play is shown */
  showCaption(sentence: string, playable: boolean = false) {
    this.caption.hidden = false;
    if (!playable) this.keepFocusOnPlane();
    this.playButton.hidden = !playable;
    if (this.captionText.textContent === sentence) return;
    this.captionText.textContent = sentence;
  }
}

/**
 * The share of the frames that is passed after a share of the time: it stays at the first frame, then moves the slower
 * the earlier.
 */
export const openingPace: Pace = (share) => Math.max(0, (share - HEAP_SHARE) / (1 - HEAP_SHARE)) ** PACE_POWER;

/**
 * The caption during the time-lapse.
 * @param share of its time that has passed, 0 to 1
 * @param image the words for one image, such as "a handwritten digit"
 */
export function openingCaption(share: number, image: string): string {
  if (share < HEAP_SHARE)
    return translate("Untrained: the codes of all images lie in a heap. Each mark is the code of {image}.", { image });
  if (share < FILLED_SHARE)
    return translate("Trained against D: it pushes the codes towards the prior, the shape behind them.");
  return translate("The codes fill the prior. Drag over it: wherever you go, the decoder draws an image.");
}
