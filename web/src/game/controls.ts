/**
 * The controls of the game: the buttons of the steps, the rules that change without a reset, and the setup of a game.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { button, element, findElement, focusedElement, optionElements } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { reportAction } from "../lessons/participation.ts";
import { PHASES } from "./phase_texts.ts";
import type { Game } from "./game.ts";
import type { Rules, Setup, Choice, Rule } from "../messages.ts";

const SPEEDS = {
  1: translate("1 round at a time"),
  5: translate("5 rounds at a time"),
  25: translate("25 rounds at a time"),
};
const KEYS_HINT = translate(
  "The letters on the buttons are keyboard shortcuts; click anywhere in the game to use them.",
);

export class GameControls {
  game: Game;
  playButton: HTMLButtonElement;
  roundButton: HTMLButtonElement;
  slowButton: HTMLButtonElement;
  nextBeatButton: HTMLButtonElement;
  phaseButtons: HTMLSpanElement;
  speedSelect: HTMLSelectElement;
  root: HTMLDivElement;
  /** The buttons by their keys. */
  buttonsByKey: Map<string, HTMLButtonElement>;
  havePhasesChanged;

  constructor(game: Game) {
    this.game = game;
    this.playButton = keyButton(translate("▶ Play"), "p", translate("Play or pause: one round after another"), () =>
      game.togglePlay(),
    );
    this.playButton.classList.add("lp-first");
    this.roundButton = keyButton(
      translate("Step all"),
      "a",
      translate("A round on the next mini-batch: all phases in the paper’s order"),
      () => game.makeRound(),
    );
    this.slowButton = keyButton(
      translate("Slow motion"),
      "s",
      translate("Play slowly: each step in three beats, with what happens in each"),
      () => game.toggleSlowMotion(),
    );
    this.slowButton.setAttribute("aria-pressed", "false");
    this.nextBeatButton = keyButton(translate("Next beat"), "n", translate("Go on to the next beat"), () =>
      game.showNextBeat(),
    );
    this.nextBeatButton.hidden = true;
    this.phaseButtons = element("span", {
      class: "gb-steps",
      role: "group",
      "aria-label": translate("One step of one phase"),
    });
    this.speedSelect = element(
      "select",
      { "aria-label": translate("Rounds at a time while playing") },
      ...optionElements(SPEEDS),
    );
    this.root = element(
      "div",
      { class: "gb-controls", role: "group", "aria-label": translate("The game") },
      this.playButton,
      this.phaseButtons,
      this.roundButton,
      this.slowButton,
      this.nextBeatButton,
      this.speedSelect,
      element("p", { class: "lp-note gb-keys" }, KEYS_HINT),
    );
    this.buttonsByKey = new Map();
    this.havePhasesChanged = createChangeDetector();
  }

  /** Buttons for the phases that the model has. */
  showPhaseButtons(phases: string[]) {
    if (!this.havePhasesChanged(phases.join())) return;
    const buttons = phases.flatMap((phase) => {
      const { letter, key, action, purpose } = PHASES[phase];
      const stepButton = keyButton(translate("Step {letter}: {action}", { letter, action }), key, purpose, () =>
        this.game.makeSteps(phase, 1),
      );
      if (phase !== "discrimination") return [stepButton];
      return [
        stepButton,
        keyButton(
          translate("Ten D steps"),
          "t",
          translate("Ten steps of D on the same codes, held fixed: its surface sharpens"),
          () => this.game.makeSteps(phase, 10),
        ),
      ];
    });
    this.phaseButtons.replaceChildren(...buttons);
    this.buttonsByKey = new Map(
      [this.playButton, ...buttons, this.roundButton, this.slowButton, this.nextBeatButton].map((keyedButton) => [
        keyedButton.dataset.key ?? "",
        keyedButton,
      ]),
    );
  }

  showPlaying(isPlaying: boolean) {
    findElement(this.playButton, "span").textContent = isPlaying ? translate("❚❚ Pause") : translate("▶ Play");
  }

  /** In slow motion, beats follow each other instead of rounds. */
  showSlow(isOn: boolean) {
    this.slowButton.setAttribute("aria-pressed", String(isOn));
    const hiddenControl = isOn ? this.speedSelect : this.nextBeatButton;
    // a hidden control loses the focus, and the keys would go to Streamlit
    if (focusedElement(hiddenControl) === hiddenControl) this.slowButton.focus();
    this.nextBeatButton.hidden = !isOn;
    this.speedSelect.hidden = isOn;
  }
}

/** A button whose label names its key. */
function keyButton(text: string, key: string, title: string, act: () => void): HTMLButtonElement {
  const keyElement = button("", act, { title, "data-key": key, "aria-keyshortcuts": key.toUpperCase() });
  keyElement.append(element("span", {}, text), element("kbd", { "aria-hidden": "true" }, key.toUpperCase()));
  return keyElement;
}

/** Sliders for the rules, which may change during a game. */
export class RuleSliders {
  onChange;
  sliders: { rule: Rule; input: HTMLInputElement; output: HTMLOutputElement; row: HTMLElement }[] = [];
  list = element("div", { class: "gb-rules" });
  hint = element("span", {}, translate("With λ at 0 the adversary has no weight, which leaves a plain autoencoder."));
  title = element("summary");
  root = element(
    "details",
    { class: "gb-more gb-rates" },
    this.title,
    element(
      "p",
      { class: "lp-note" },
      translate("Changes take effect at the next step, noise on the input at the next mini-batch; nothing is reset.") +
        " ",
      this.hint,
    ),
    this.list,
    button(translate("Default values"), () => {
      this.setValues(Object.fromEntries(this.sliders.map(({ rule }) => [rule.name, rule.start])));
      this.onChange(this.values);
    }),
  );

  /** @param onChange called with all values after one has changed */
  constructor(onChange: (rules: Record<string, number>) => void) {
    this.onChange = (rules: Rules) => {
      onChange(rules);
      reportAction({ kind: "rules", rules });
    };
  }

  buildSliders(rules: Rule[]) {
    this.sliders = rules.map((rule) => {
      const output = element("output", {});
      const input = element("input", {
        type: "range",
        min: 0,
        max: rule.places,
        step: 1,
        "aria-label": rule.label,
        "data-rule": rule.name,
        oninput: () => this.showValues(),
        onchange: () => this.onChange(this.values),
      });
      return {
        rule,
        input,
        output,
        row: element("label", { title: rule.help }, element("span", {}, rule.label), input, output),
      };
    });
    this.list.replaceChildren(...this.sliders.map(({ row }) => row));
  }

  setValues(values: Record<string, number>) {
    for (const { rule, input } of this.sliders) input.value = String(sliderPosition(rule, values[rule.name]));
    this.showValues();
  }

  /**
   * Shows the sliders that have an effect.
   * @param phases of the model
   */
  showSlidersFor(phases: string[]) {
    this.hint.hidden = !phases.includes("generation");
    this.title.textContent = phases.includes("discrimination")
      ? translate("Rates, λ, noise and steps of D")
      : translate("Learning rate and noise");
    for (const { rule, row } of this.sliders) row.hidden = Boolean(rule.needs) && !phases.includes(rule.needs);
  }

  get values(): Record<string, number> {
    return Object.fromEntries(
      this.sliders.map(({ rule, input }) => [rule.name, sliderValue(rule, Number(input.value))]),
    );
  }

  showValues() {
    for (const { rule, input, output } of this.sliders) {
      output.textContent = String(sliderValue(rule, Number(input.value)));
      input.setAttribute("aria-valuetext", output.textContent);
    }
  }
}

/** The value at a place of a slider, to three significant digits. */
export function sliderValue(rule: Rule, position: number): number {
  const share = position / rule.places;
  const value = rule.log ? rule.low * (rule.high / rule.low) ** share : rule.low + (rule.high - rule.low) * share;
  return Math.min(rule.high, Math.max(rule.low, Number(value.toPrecision(3))));
}

/** The place on a slider nearest to a value. */
export function sliderPosition(rule: Rule, value: number): number {
  const share = rule.log
    ? Math.log(value / rule.low) / Math.log(rule.high / rule.low)
    : (value - rule.low) / (rule.high - rule.low);
  return Math.round(share * rule.places);
}

/** The choice of model, prior, data and seed with which a game begins. */
export class SetupForm {
  reset: () => void;
  selects: { choice: Choice; select: HTMLSelectElement; row: HTMLElement }[] = [];
  list = element("span", { class: "gb-setup" });
  seed: HTMLInputElement;
  root: HTMLDivElement;

  constructor(reset: () => void) {
    this.reset = reset;
    this.seed = element("input", {
      type: "number",
      min: 0,
      max: 2147483647,
      step: 1,
      value: 0,
      "aria-label": translate("Seed"),
      onchange: reset,
    });
    this.root = element(
      "div",
      { class: "gb-begin", role: "group", "aria-label": translate("How the game begins") },
      this.list,
      element("label", {}, translate("Seed") + " ", this.seed),
      button(translate("Reset"), reset),
    );
  }

  buildSelects(choices: Choice[]) {
    this.selects = choices.map((choice) => {
      const select = element(
        "select",
        { "aria-label": choice.label, onchange: this.reset },
        ...optionElements(choice.options.map(({ title }) => title)),
      );
      return { choice, select, row: element("label", {}, `${choice.label} `, select) };
    });
    this.list.replaceChildren(...this.selects.map(({ row }) => row));
  }

  /**
   * Hides choices that have no effect on the model.
   * @param facts what the model has
   */
  showChoicesFor(facts: { [need: string]: boolean }) {
    for (const { choice, row } of this.selects) row.hidden = choice.needs !== "" && !facts[choice.needs];
  }

  setValues(setup: Setup) {
    for (const { choice, select } of this.selects)
      select.value = String(
        Math.max(
          0,
          choice.options.findIndex(({ value }) => value === setup[choice.name]),
        ),
      );
    this.seed.value = String(setup.seed);
  }

  /** @returns how a game is to begin */
  get values(): Setup {
    const seed = Math.min(2147483647, Math.max(0, Math.round(Number(this.seed.value)) || 0));
    this.seed.value = String(seed);
    return {
      ...Object.fromEntries(
        this.selects.map(({ choice, select }) => [choice.name, choice.options[Number(select.value) || 0].value]),
      ),
      seed,
    };
  }
}
