/**
 * Two training runs on one time axis, which moves both planes of a page to their states at one position.
 */

import { rewordForRows } from "../base/table_rows.ts";
import { element, setNote } from "../base/dom.ts";
import { pageEvents } from "../base/events.ts";
import { createMount } from "../host/mounting.ts";
import { planesOf } from "../linked/linked_planes.ts";
import { pastViewOf } from "./past_view.ts";
import { TimeAxis } from "./time_axis.ts";
import { fractionalIndex } from "../base/interpolation.ts";
import { joinSentences, translate } from "../base/translate.ts";
import { UNITS, UNIT_NAMES, axisText } from "./common_axis.ts";
import { LOSSES_NOTE, trainingMarks } from "./moment_text.ts";
import { MomentsTable, drawLanes, keepAxisVisible } from "./two_histories_view.ts";
import { runPositionText, areTables } from "./two_histories_text.ts";
import type { AxisUnit } from "./common_axis.ts";
import type { SendMessage } from "../host/host.ts";
import type { OutgoingMessages, Frames } from "../messages.ts";
import type { HasMessage } from "../base/planes.ts";
import type { HistoryEvent } from "../base/event_types.ts";
import type { Run } from "./time_axis.ts";

const MARKS_NOTE = translate(
  "In each lane, dots mark decoders that were saved, bars mark resumed training, and triangles mark changes of the learning rates.",
);
const WORDS = {
  title: translate("Both trainings on one time axis"),
  moment: translate("Moment of both trainings"),
  help: translate("Drag through both trainings; Space plays them"),
};

export class TwoHistories extends TimeAxis {
  header = {} as OutgoingMessages["time_axis"]["header"];
  sendMessage: SendMessage = () => {};
  hasTrails = false;
  table = new MomentsTable();
  lanes = element("div", { class: "lp-lanes" });
  unitSelect = element(
    "select",
    {
      "aria-label": translate("Time axis"),
      onchange: () => this.changeUnit(this.unitSelect.value as AxisUnit),
    },
    ...UNIT_NAMES.map((kind) => element("option", { value: kind }, UNITS[kind].title)),
  );
  notes = element("div", { class: "lp-notes", role: "status" });
  root: HTMLDivElement;
  axisVisibility;
  stopListening: () => void;

  constructor(root: HTMLElement) {
    super(WORDS);
    this.unit = "images" as AxisUnit;
    const { host, axis, row } = this.scrubber;
    row.append(element("label", { class: "lp-two-axis" }, translate("Axis:") + " ", this.unitSelect));
    const controls = element("div", { class: "lp-two-controls" }, axis, this.lanes, row);
    host.prepend(controls, this.table.root);
    this.root = element("div", { class: "lp lp-two" }, this.notes, host);
    root.append(this.root);
    this.axisVisibility = keepAxisVisible(this.root, controls, this.table.root, () =>
      [...planesOf(this.header.group).values()].map(({ parts }) => parts.surface),
    );
    this.stopListening = pageEvents.on("history", ({ plane, kind, sentence = "" }) =>
      this.onHistoryEvent(plane, kind, sentence),
    );
  }

  /** Returns the planes to their present. */
  close() {
    this.stop();
    this.stopListening();
    this.axisVisibility.dispose();
    for (const { pastView } of this.sides) if (!pastView.plane.closed) pastView.showPresent();
  }

  setNote(subject: string, sentence: string) {
    setNote(this.notes, subject, sentence);
  }

  // Messages from Python and the planes -------------------------------------------------------------------------------

  update({ header }: OutgoingMessages["time_axis"]) {
    this.header = header;
    if (this.isNewPosition(header.axis, header.value)) {
      this.player.stop();
      this.unit = header.axis;
      this.value = header.value;
    }
    this.setNote("data", "");
    this.updateSides();
    if (this.value !== null) this.fetchFrames();
  }

  onHistoryEvent(plane: HasMessage, kind: HistoryEvent["kind"], sentence: string) {
    const { link } = plane.header;
    if (!link || link.group !== this.header.group) return;
    if (kind === "failed") this.onFetchFailed();
    if (kind === "failed" || sentence) this.scrubber.showStatus(sentence && `${link.title}: ${sentence}`);
    this.updateSides();
    if (kind === "message" && this.value !== null) this.fetchFrames();
  }

  /** The frames or the planes have changed. */
  updateSides() {
    const planes = planesOf(this.header.group);
    const runs: Run[] = [];
    for (const side of [0, 1]) {
      const plane = planes.get(side);
      const pastView = plane && pastViewOf(plane);
      if (!plane?.ready || plane.closed || !pastView?.frameInfo) continue;
      if (pastView.hasTrails !== this.hasTrails) pastView.setTrails(this.hasTrails);
      runs.push({ title: plane.header.link?.title ?? "", pastView });
    }
    this.setSides(runs);
    this.axisVisibility.update();
    if (!this.sides.length) return this.stop();
    UNIT_NAMES.forEach(
      (kind, k) => (this.unitSelect.children[k].textContent = rewordForRows(UNITS[kind].title, areTables(this.sides))),
    );
    this.unitSelect.value = this.unit;
    drawLanes(this.lanes, this.sides, (value) => fractionalIndex(this.stops, value) / this.lastStopIndex);
    this.showSides();
  }

  /**
   * Changes the unit of the axis. A training run that is not held at an end keeps its step, and the other one follows.
   */
  changeUnit(unit: AxisUnit) {
    this.player.stop();
    const lead = this.sides.find(({ heldEnd }) => !heldEnd) ?? this.sides[0];
    this.unit = unit;
    this.value = this.isNow
      ? null
      : UNITS[unit].valueOfStep(lead.pastView.stops[lead.stop], lead.pastView.frameInfo as Frames);
    this.updateSides();
    this.scheduleSend();
  }

  setTrails(isOn: boolean) {
    this.hasTrails = isOn;
    super.setTrails(isOn);
  }

  sendPosition(value: number | null): boolean {
    this.sendMessage("moment", { axis: this.unit, value });
    return true;
  }

  // Display -----------------------------------------------------------------------------------------------------------

  describe() {
    const { sides, scrubber, positionText } = this;
    scrubber.showPosition(
      this.fractionalStopIndex,
      positionText,
      `${positionText}: ${sides.map((side) => translate("{title} at {position}", { title: side.title, position: runPositionText(side) })).join("; ")}`,
    );
    this.table.showMoments(sides, this.header.silent ?? []);
    scrubber.showTexts("", this.remarksText());
  }

  /** The position on the axis in words. */
  get positionText() {
    const live = this.sides.some(({ pastView }) => pastView.frameInfo?.live);
    if (this.isNow) return live ? translate("live") : translate("now");
    return rewordForRows(UNITS[this.unit].valueText(this.value as number), areTables(this.sides));
  }

  /** Sentences about the unit of the axis, about revisions that are not on it, about losses, and about marks. */
  remarksText(): string {
    const { sides, header } = this;
    const runs = sides.map(({ title, pastView }) => ({
      title,
      frameInfo: pastView.frameInfo as Frames,
    }));
    const histories = sides.flatMap(({ pastView }) => (pastView.history ? [pastView.history.header] : []));
    const marks = histories.some((history) => trainingMarks(history, () => 0).length) ? MARKS_NOTE : "";
    const losses = histories.some(({ adversary }) => adversary) ? LOSSES_NOTE : "";
    const axis = rewordForRows(axisText(this.unit, runs), areTables(sides));
    return joinSentences(axis, ...(header.remarks ?? []), losses, marks);
  }
}

export default createMount(TwoHistories);
