/**
 * The time machine of a plane: its axis, from the first frame to the present.
 */

import { joinSentences, translate } from "../base/translate.ts";
import { makeAndDownload } from "../files/downloads.ts";
import { TimeAxis } from "./time_axis.ts";
import { renderTimeLapse } from "./time_lapse.ts";
import { nearestStopIndex } from "./history.ts";
import { drawMarks } from "./scrubber.ts";
import {
  LOSSES_NOTE,
  decoderOfStepSentence,
  figuresText,
  trainingMarks,
  marksText,
  momentText,
} from "./moment_text.ts";
import type { TimeMachinePlane } from "./planes.ts";
import type { PastView } from "./past_view.ts";
import type { HistoryEvent } from "../base/event_types.ts";

const WORDS = {
  title: translate("Time machine"),
  moment: translate("Moment of the training"),
  help: translate("Drag through the training; Space plays it"),
};

export class TimeMachine extends TimeAxis {
  plane: TimeMachinePlane;
  pastView: PastView;
  readError: string;

  /** @param pastView that of the plane */
  constructor(plane: TimeMachinePlane, pastView: PastView) {
    super(WORDS, () => this.saveTimeLapse());
    this.plane = plane;
    this.pastView = pastView;
    plane.parts.ground.after(this.scrubber.host);
    this.readError = ""; // what was said last of frames that could not be read
    plane.events.on("history", (event) => this.onHistoryEvent(event));
    plane.events.on("close", () => this.stop());
    plane.events.on("rest", () => this.sendPending());
    // the step that is shown or waited for; "" for the present
    const step = () =>
      this.isNow ? "" : String(this.pastView.history ? this.stops[Math.round(this.fractionalStopIndex)] : this.value);
    plane.events.on("link", ({ writeSetting }) => {
      if (this.hasOwnAxis) writeSetting("frame", step());
    });
    plane.urlState.addSetting("trails", {
      toText: () => (this.pastView.hasTrails ? "1" : ""),
      restore: (text) => this.setTrails(Boolean(text)),
    });
  }

  /** Whether this plane has an axis of its own; linked planes share one, a separate component. */
  get hasOwnAxis() {
    return Boolean(this.pastView.frameInfo) && !this.plane.header.link;
  }

  /** Takes the stops from the message or the frames. */
  updateSides() {
    this.setSides(this.hasOwnAxis ? [{ title: "", pastView: this.pastView }] : []);
  }

  // Events of the history ---------------------------------------------------------------------------------------------

  onHistoryEvent({ kind, isOtherRevision = false, sentence = "" }: HistoryEvent) {
    if (kind === "message") return this.onMessage(isOtherRevision);
    if (!this.hasOwnAxis) return;
    if (kind === "frames") this.onFramesLoaded();
    if (kind === "failed") this.onFetchFailed();
    if (kind === "failed" || (kind === "network" && !this.isNow)) this.showSides();
    if (sentence) {
      this.readError = sentence;
      this.scrubber.showStatus(sentence);
      // not that of a time-lapse
    } else if (kind === "frames" && this.scrubber.status.textContent === this.readError) this.scrubber.showStatus("");
  }

  /**
   * A message has arrived.
   * @param isOtherRevision whether it is about another revision than before
   */
  onMessage(isOtherRevision: boolean) {
    const { frame = null } = this.plane.header; // the step to go to; null is the present
    if (isOtherRevision) {
      this.stop();
      this.value = null;
      this.scrubber.showStatus("");
      this.scrubber.showTexts("", "");
      drawMarks(this.scrubber.marks, []);
    }
    const isNewPosition = this.isNewPosition(this.unit, frame);
    this.updateSides();
    if (!isNewPosition || !this.sides.length || (frame === null && this.isNow)) return this.showSides();
    this.value = frame;
    this.snapToFrame();
    this.showSides();
    this.plane.events.emit("moment");
    if (frame !== null) this.fetchFrames();
  }

  /** Replaces a step without a frame by the nearest frame's, once the frames have arrived. */
  snapToFrame() {
    const { pastView, value } = this;
    if (pastView.history && value !== null && !this.player.isRunning)
      this.value = pastView.stops[nearestStopIndex(pastView.stops, value)];
  }

  /** The frames have arrived. */
  onFramesLoaded() {
    const { pastView, scrubber } = this;
    if (!pastView.history) return;
    this.updateSides();
    // before the frames arrived, so that it was not sent to Python
    const wasChosen = this.value !== null && !this.player.isRunning;
    this.snapToFrame();
    drawMarks(
      scrubber.marks,
      trainingMarks(pastView.history.header, (step) =>
        this.lastStopIndex ? nearestStopIndex(pastView.stops, step) / this.lastStopIndex : 0,
      ),
    );
    this.showSides();
    if (wasChosen) this.scheduleSend();
  }

  /** Only steps of frames in memory are sent to Python. */
  sendPosition(step: number | null): boolean {
    const isReported =
      (this.isNow || Boolean(this.pastView.history)) && Boolean(this.plane.header.report?.includes("frame"));
    if (isReported) this.plane.sendMessage("frame", { step });
    return isReported;
  }

  setTrails(isOn: boolean) {
    this.scrubber.showTrailsPressed(isOn);
    this.pastView.fetchFrames();
    this.pastView.setTrails(isOn);
    this.plane.urlState.scheduleSend("trails");
  }

  /** Saves the time-lapse as a file, with D's surface if that layer is on. */
  saveTimeLapse() {
    const { plane, scrubber, pastView } = this;
    const { slice, presentCodes, fields, settings } = plane;
    return makeAndDownload(
      scrubber.saveButton,
      (sentence) => scrubber.showStatus(sentence),
      translate("Drawing the time-lapse"),
      "time-lapse.gif",
      async (signal) => {
        await pastView.fetchFrames();
        const { history, fetchError } = pastView;
        if (!history) throw new Error(fetchError || translate("The frames of the training are not here."));
        const surface = Boolean(settings.layers.judge) && slice.shownDimensions.join() === "0,1";
        return renderTimeLapse(
          { history, slice, codes: presentCodes, draws: fields.prior_xy?.values ?? [], surface },
          signal,
        );
      },
    );
  }

  // Display -----------------------------------------------------------------------------------------------------------

  /** Writes the position, what was measured there, and remarks. */
  describe() {
    const { pastView, scrubber } = this;
    const [{ stop }] = this.sides;
    const { step, epoch } = pastView.momentAt(stop);
    let moment = momentText(step, epoch);
    if (stop >= this.lastStopIndex)
      moment = pastView.frameInfo?.live
        ? translate("live: {moment}", { moment })
        : translate("now: {moment}", { moment });
    scrubber.showPosition(this.fractionalStopIndex, moment);
    const { history } = pastView;
    if (!history) return;
    if (!history.steps.length) return scrubber.showTexts("", ""); // none of the files could be read
    const { phases, measure, adversary } = history.header;
    const { key, net } = pastView.decoderAt(Math.min(stop, history.steps.length - 1));
    const image = stop >= this.lastStopIndex ? "" : decoderOfStepSentence(key, pastView.stops[stop], net);
    const marks = marksText(history.decoderSteps, history.header);
    const notes = joinSentences(adversary ? LOSSES_NOTE : "", image, marks);
    scrubber.showTexts(figuresText(pastView.momentAt(stop), phases, measure), notes);
  }
}
