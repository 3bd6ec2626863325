/**
 * The elements of a time axis. It knows stops only by their indices.
 */

import { button, element, setText } from "../base/dom.js";
import { translate } from "../base/translate.js";

/**
 * @typedef {{title: string, moment: string, help: string}} AxisWords labels of the section and of the range, and the
 *   range's tooltip
 */

export class Scrubber {
  /**
   * @param {import("./time_axis.js").TimeAxis} axis that it moves
   * @param {AxisWords} words
   * @param {() => void} [saveTimeLapse] saves the time-lapse
   */
  constructor(axis, words, saveTimeLapse) {
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
    this.marks = element("span", { class: "lp-time-marks", "aria-hidden": "true" });
    this.playButton = button(translate("Play"), () => axis.togglePlaying(), { class: "lp-button lp-first" });
    this.trailsButton = button(
      translate("Trails"),
      () => axis.setTrails(this.trailsButton.getAttribute("aria-pressed") !== "true"),
      { "aria-pressed": "false" },
    );
    this.saveButton = button(translate("Save time-lapse (GIF)"), () => saveTimeLapse?.(), { hidden: !saveTimeLapse });
    this.moment = element("strong", { class: "lp-time-moment" });
    this.figures = element("p", {});
    this.notes = element("p", {});
    this.status = element("p", { role: "status" });
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

  /**
   * Whether Play is the primary action of the page, as it is unless the page has another.
   * @param {boolean} isPrimary
   */
  setPrimary(isPrimary) {
    this.playButton.classList.toggle("lp-first", isPrimary);
  }

  /** @param {boolean} hasTrails whether they are shown */
  showTrailsPressed(hasTrails) {
    this.trailsButton.setAttribute("aria-pressed", String(hasTrails));
  }

  /**
   * @param {number} position fractional index of the stops
   * @param {string} text the position in words
   * @param {string} spoken the same for screen readers
   */
  showPosition(position, text, spoken = text) {
    const value = String(Math.round(position));
    if (this.range.value !== value) this.range.value = value;
    this.range.setAttribute("aria-valuetext", spoken);
    setText(this.moment, text[0].toUpperCase() + text.slice(1));
  }

  /**
   * @param {string} figures
   * @param {string} notes
   */
  showTexts(figures, notes) {
    setText(this.figures, figures);
    setText(this.notes, notes);
  }

  /** A sentence about progress or failure. @param {string} sentence */
  showStatus(sentence) {
    setText(this.status, sentence);
  }
}

/**
 * Marks, each at a share of an axis.
 * @param {HTMLElement} host
 * @param {import("./moment_text.js").Mark[]} marks
 */
export function drawMarks(host, marks) {
  host.replaceChildren(
    ...marks.map(({ share, kind }) => element("i", { class: `lp-time-${kind}`, style: `left:${100 * share}%` })),
  );
}
