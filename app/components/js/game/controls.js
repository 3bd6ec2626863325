/**
 * The controls of the game: the buttons of the steps, the rules that change without a reset, and the setup of a game.
 */

import { changes } from "../base/anew.js";
import { button, element, options } from "../base/dom.js";
import { did } from "../lessons/taking_part.js";
import { PHASES } from "./phases.js";

/** @import { Choice, Rule } from "../../messages.js" */

const FASTER = { 1: "1 round at a time", 5: "5 rounds at a time", 25: "25 rounds at a time" };
const KEYS = "The letters on the buttons are keyboard shortcuts; click anywhere in the game to use them.";

export class Controls {
  /** @param {import("./game.js").Game} game */
  constructor(game) {
    this.game = game;
    this.playing = keyed("▶ Play", "p", "Play or pause: one round after another", () => game.togglePlay());
    this.playing.classList.add("lp-first");
    this.all = keyed("Step all", "a", "A round on the next mini-batch: all phases in the paper’s order", () => game.round());
    this.slow = keyed("Slow motion", "s", "Show each step in three beats", () => game.toggleSlow());
    this.slow.setAttribute("aria-pressed", "false");
    this.next = keyed("Next beat", "n", "Go on to the next beat", () => game.beats.next());
    this.next.hidden = true;
    this.steps = element("span", { class: "gb-steps", role: "group", "aria-label": "One step of one phase" });
    this.speed = element("select", { "aria-label": "Rounds at a time while playing" }, ...options(FASTER));
    this.root = element("div", { class: "gb-controls", role: "group", "aria-label": "The game" }, this.playing, this.steps, this.all, this.slow, this.next, this.speed,
      element("p", { class: "lp-said gb-keys" }, KEYS)); // prettier-ignore
    /** The buttons by their keys. @type {Map<string, HTMLButtonElement>} */
    this.keys = new Map();
    this.changed = changes();
  }

  /** Buttons for the phases that the model has. @param {string[]} phases */
  offer(phases) {
    if (!this.changed(phases.join())) return;
    const made = phases.flatMap((phase) => {
      const { letter, key, act, why } = PHASES[phase];
      const one = keyed(`Step ${letter}: ${act}`, key, why, () => this.game.step(phase, 1));
      if (phase !== "discrimination") return [one];
      return [one, keyed("Ten D steps", "t", "Ten steps of D on the same codes, held fixed: its surface sharpens", () => this.game.step(phase, 10))];
    });
    this.steps.replaceChildren(...made);
    this.keys = new Map([this.playing, ...made, this.all, this.slow, this.next].map((each) => [each.dataset.key ?? "", each]));
  }

  /** @param {boolean} on */
  showPlaying(on) {
    this.playing.querySelector("span").textContent = on ? "❚❚ Pause" : "▶ Play";
  }

  /** @param {boolean} on @param {boolean} running beats */
  showSlow(on, running) {
    this.slow.setAttribute("aria-pressed", String(on));
    const going = on && running;
    const left = !going && /** @type {any} */ (this.next.getRootNode()).activeElement === this.next;
    if (left) this.slow.focus(); // a hidden button loses the focus, and the keys would go to Streamlit
    this.next.hidden = !going;
  }
}

/** A button whose label names its key. @param {string} text @param {string} key @param {string} title @param {() => void} act @returns {any} */
function keyed(text, key, title, act) {
  const made = button("", act, { title, "data-key": key, "aria-keyshortcuts": key.toUpperCase() });
  made.append(element("span", {}, text), element("kbd", { "aria-hidden": "true" }, key.toUpperCase()));
  return made;
}

/** Sliders for the rules, which may change during a game. */
export class Rules {
  /** @param {(rules: Object<string, number>) => void} ruled called with all values after one has changed */
  constructor(ruled) {
    this.ruled = (/** @type {import("../../messages.js").Rules} */ rules) => {
      ruled(rules);
      did("rules", { rules });
    };
    /** @type {{rule: Rule, input: any, output: any, row: any}[]} */
    this.sliders = [];
    this.list = element("div", { class: "gb-rules" });
    this.hint = element("span", {}, "With λ at 0 the adversary has no weight, which leaves a plain autoencoder.");
    this.title = element("summary");
    this.root = element("details", { class: "gb-more gb-rates" }, this.title,
      element("p", { class: "lp-said" }, "Changes take effect at the next step, noise on the input at the next mini-batch; nothing is reset. ", this.hint),
      this.list, button("Default values", () => {
        this.set(Object.fromEntries(this.sliders.map(({ rule }) => [rule.name, rule.start])));
        this.ruled(this.values);
      })); // prettier-ignore
  }

  /** @param {Rule[]} rules */
  build(rules) {
    this.sliders = rules.map((rule) => {
      const output = element("output", {});
      const input = element("input", { type: "range", min: 0, max: rule.places, step: 1, "aria-label": rule.label, "data-rule": rule.name,
        oninput: () => this.spell(), onchange: () => this.ruled(this.values) }); // prettier-ignore
      return { rule, input, output, row: element("label", { title: rule.help }, element("span", {}, rule.label), input, output) };
    });
    this.list.replaceChildren(...this.sliders.map(({ row }) => row));
  }

  /** @param {Object<string, number>} values */
  set(values) {
    for (const { rule, input } of this.sliders) input.value = String(placeOf(rule, values[rule.name]));
    this.spell();
  }

  /** Shows the sliders that have an effect. @param {string[]} phases of the model */
  offer(phases) {
    this.hint.hidden = !phases.includes("generation");
    this.title.textContent = phases.includes("discrimination") ? "Rates, λ, noise and steps of D" : "Learning rate and noise";
    for (const { rule, row } of this.sliders) row.hidden = Boolean(rule.needs) && !phases.includes(rule.needs);
  }

  /** @returns {Object<string, number>} */
  get values() {
    return Object.fromEntries(this.sliders.map(({ rule, input }) => [rule.name, valueAt(rule, Number(input.value))]));
  }

  spell() {
    for (const { rule, input, output } of this.sliders) {
      output.textContent = String(valueAt(rule, Number(input.value)));
      input.setAttribute("aria-valuetext", output.textContent);
    }
  }
}

/** The value at a place of a slider, to three significant digits. @param {Rule} rule @param {number} place */
export function valueAt(rule, place) {
  const share = place / rule.places;
  const value = rule.log ? rule.low * (rule.high / rule.low) ** share : rule.low + (rule.high - rule.low) * share;
  return Math.min(rule.high, Math.max(rule.low, Number(value.toPrecision(3))));
}

/** The place on a slider nearest to a value. @param {Rule} rule @param {number} value */
export function placeOf(rule, value) {
  const share = rule.log ? Math.log(value / rule.low) / Math.log(rule.high / rule.low) : (value - rule.low) / (rule.high - rule.low);
  return Math.round(share * rule.places);
}

/** The choice of model, prior, data and seed with which a game begins. */
export class Setup {
  /** @param {() => void} reset */
  constructor(reset) {
    this.reset = reset;
    /** @type {{choice: Choice, select: any, row: any}[]} */
    this.selects = [];
    this.list = element("span", { class: "gb-setup" });
    this.seed = element("input", { type: "number", min: 0, max: 2147483647, step: 1, value: 0, "aria-label": "Seed", onchange: reset });
    this.root = element("div", { class: "gb-begin", role: "group", "aria-label": "How the game begins" }, this.list,
      element("label", {}, "Seed ", this.seed), button("Reset", reset)); // prettier-ignore
  }

  /** @param {Choice[]} choices */
  build(choices) {
    this.selects = choices.map((choice) => {
      const select = element("select", { "aria-label": choice.label, onchange: this.reset }, ...options(choice.options.map(({ title }) => title)));
      return { choice, select, row: element("label", {}, `${choice.label} `, select) };
    });
    this.list.replaceChildren(...this.selects.map(({ row }) => row));
  }

  /** Hides choices that the model does not use. @param {boolean} prior whether it has a prior */
  offer(prior) {
    for (const { choice, row } of this.selects) row.hidden = choice.name === "prior" && !prior;
  }

  /** @param {import("../../messages.js").Setup} setup */
  set(setup) {
    for (const { choice, select } of this.selects) select.value = String(Math.max(0, choice.options.findIndex(({ value }) => value === setup[choice.name])));
    this.seed.value = String(setup.seed);
  }

  /** @returns {import("../../messages.js").Setup} how a game is to begin */
  get values() {
    const seed = Math.min(2147483647, Math.max(0, Math.round(Number(this.seed.value)) || 0));
    this.seed.value = String(seed);
    return { ...Object.fromEntries(this.selects.map(({ choice, select }) => [choice.name, choice.options[Number(select.value) || 0].value])), seed };
  }
}
