/**
 * The elements of a time axis. It knows stops only by their indices.
 */

import { button, element, write } from "../base/dom.js";

/** @typedef {{title: string, moment: string, help: string}} Words labels of the section and of the range, and the range's tooltip */

export class Scrubber {
  /** @param {import("./axis.js").TimeAxis} axis that it moves @param {Words} words @param {() => void} [film] saves the time-lapse */
  constructor(axis, words, film) {
    const touch = () => axis.reach();
    this.range = element("input", {
      type: "range", min: 0, max: 1, step: 1, "aria-label": words.moment, title: words.help,
      oninput: () => axis.moveTo(Number(this.range.value)), onpointerenter: touch, onfocus: touch, onpointerdown: touch,
      onkeydown: (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        axis.toggle();
      },
    }); // prettier-ignore
    this.marks = element("span", { class: "lp-time-marks", "aria-hidden": "true" });
    this.play = button("Play", () => axis.toggle());
    this.trails = button("Trails", () => axis.showTrails(this.trails.getAttribute("aria-pressed") !== "true"), { "aria-pressed": "false" });
    this.film = button("Save time-lapse (GIF)", () => film?.(), { hidden: !film });
    this.moment = element("strong", { class: "lp-time-moment" });
    this.figures = element("p", {});
    this.notes = element("p", {});
    this.said = element("p", { role: "status" });
    this.axis = element("div", { class: "lp-time-axis" }, this.play, element("span", { class: "lp-track" }, this.range, this.marks));
    this.row = element("div", { class: "lp-switches" }, this.moment, this.trails, this.film);
    this.host = element("section", { class: "lp-time", "aria-label": words.title, hidden: true }, this.axis, this.row,
      element("div", { class: "lp-time-told" }, this.figures, this.notes, this.said)); // prettier-ignore
  }

  /** @param {boolean} trails whether they are shown */
  press(trails) {
    this.trails.setAttribute("aria-pressed", String(trails));
  }

  /**
   * @param {number} at fractional index of the stops
   * @param {string} text the position in words
   * @param {string} spoken the same for screen readers
   */
  show(at, text, spoken = text) {
    const value = String(Math.round(at));
    if (this.range.value !== value) this.range.value = value;
    this.range.setAttribute("aria-valuetext", spoken);
    write(this.moment, text[0].toUpperCase() + text.slice(1));
  }

  /** @param {string} figures @param {string} notes */
  tell(figures, notes) {
    write(this.figures, figures);
    write(this.notes, notes);
  }

  /** A sentence about progress or failure. @param {string} sentence */
  say(sentence) {
    write(this.said, sentence);
  }
}

/** Marks, each at a share of an axis. @param {HTMLElement} host @param {import("./time_words.js").Mark[]} marks */
export function markOn(host, marks) {
  host.replaceChildren(...marks.map(({ at, kind }) => element("i", { class: `lp-time-${kind}`, style: `left:${100 * at}%` })));
}
