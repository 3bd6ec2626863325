/**
 * The elements of a time axis. It knows stops only by their indices.
 */

import { button, element, setText } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import type { TimeAxis } from "./time_axis.ts";
import type { Mark } from "./moment_text.ts";

/** Labels of the section and of the range, and the range's tooltip. */
export type AxisWords = { title: string; moment: string; help: string };

export class Scrubber {
  range: HTMLInputElement;
  marks = element("span", { class: "lp-time-marks", "aria-hidden": "true" });
  playButton: HTMLButtonElement;
  trailsButton: HTMLButtonElement;
  saveButton: HTMLButtonElement;
  moment = element("strong", { class: "lp-time-moment" });
  figures = element("p", {});
  notes = element("p", {});
  status = element("p", { role: "status" });
  axis: HTMLDivElement;
  row: HTMLDivElement;
  host: HTMLElement;

  /**
   * @param axis that it moves
   * @param saveTimeLapse saves the time-lapse
   */
  constructor(axis: TimeAxis, words: AxisWords, saveTimeLapse?: () => void) {
    const fetchFrames = () => axis.fetchFrames();
    this.range = element("input", {
      type: "range",
      min: 0,
      max: 1,
      step: 1,
      "aria-label": words.moment,
      title: words.help,
      oninput: () => axis.moveToStop(Number(this.range.value)),
      onpointerenter: fetchFrames,
      onfocus: fetchFrames,
      onpointerdown: fetchFrames,
      onkeydown: (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        axis.togglePlaying();
      },
    });
    this.playButton = button(translate("Play"), () => axis.togglePlaying(), { class: "lp-button lp-first" });
    this.trailsButton = button(
      translate("Trails"),
      () => axis.setTrails(this.trailsButton.getAttribute("aria-pressed") !== "true"),
      { "aria-pressed": "false" },
    );
    this.saveButton = button(translate("Save time-lapse (GIF)"), () => saveTimeLapse?.(), { hidden: !saveTimeLapse });
    this.axis = element(
      "div",
      { class: "lp-time-axis" },
      this.playButton,
      element("span", { class: "lp-track" }, this.range, this.marks),
    );
    this.row = element("div", { class: "lp-switches" }, this.moment, this.trailsButton, this.saveButton);
    this.host = element(
      "section",
      { class: "lp-time", "aria-label": words.title, hidden: true },
      this.axis,
      this.row,
      element("div", { class: "lp-time-notes" }, this.figures, this.notes, this.status),
    );
  }

  /** Whether Play is the primary action of the page, as it is unless the page has another. */
  setPrimary(isPrimary: boolean) {
    this.playButton.classList.toggle("lp-first", isPrimary);
  }

  /** @param hasTrails whether they are shown */
  showTrailsPressed(hasTrails: boolean) {
    this.trailsButton.setAttribute("aria-pressed", String(hasTrails));
  }

  /**
   * @param position fractional index of the stops
   * @param text the position in words
   * @param spoken the same for screen readers
   */
  showPosition(position: number, text: string, spoken: string = text) {
    const value = String(Math.round(position));
    if (this.range.value !== value) this.range.value = value;
    this.range.setAttribute("aria-valuetext", spoken);
    setText(this.moment, text[0].toUpperCase() + text.slice(1));
  }

  showTexts(figures: string, notes: string) {
    setText(this.figures, figures);
    setText(this.notes, notes);
  }

  /** A sentence about progress or failure. */
  showStatus(sentence: string) {
    setText(this.status, sentence);
  }
}

/** Marks, each at a share of an axis. */
export function drawMarks(host: HTMLElement, marks: Mark[]) {
  host.replaceChildren(
    ...marks.map(({ share, kind }) => element("i", { class: `lp-time-${kind}`, style: `left:${100 * share}%` })),
  );
}
