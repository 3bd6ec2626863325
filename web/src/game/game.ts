/**
 * The training game: each click is a request to the player, and the stage shows its answer, at once or in slow motion.
 */

import { element, setNote, setText } from "../base/dom.ts";
import { EchoFilter, areArraysEqual } from "../base/echo_filter.ts";
import { pageEvents } from "../base/events.ts";
import { translate } from "../base/translate.ts";
import { createMount } from "../host/mounting.ts";
import { reportAction, reportFigures } from "../lessons/participation.ts";
import { SlowMotion } from "./slow_motion.ts";
import { GameControls, RuleSliders, SetupForm } from "./controls.ts";
import { ManyCodesView } from "./many_codes_view.ts";
import { Player } from "./player.ts";
import { GameDisplay } from "./game_display.ts";
import { storePace, takeStoredPace } from "./stored_game.ts";
import { costsBefore, gameFigures, manyCodesFigures } from "./game_figures.ts";
import type { GameRequest, Answered } from "../engine_messages.ts";
import type { OutgoingMessages } from "../messages.ts";
import type { SendMessage } from "../host/host.ts";
import type { UrlQuery, PerformedAction, Figures } from "../base/event_types.ts";

const BEAT_DURATION = 3_000; // milliseconds of a beat
const ROUND_PAUSE = 30; // milliseconds between two rounds while playing
const ROUNDS_AT_A_TIME = 25; // where a lesson plays
const MAX_TURNS = 200; // how often a lesson repeats what it shows
const MAX_PENDING = 10; // the most unanswered requests

type GamePlayer = Pick<Player, "answer" | "storeGame" | "encodeManyTimes">;

export class Game {
  makePlayer: (message: OutgoingMessages["game_board"]) => GamePlayer;
  player: GamePlayer | null = null;
  header = {} as OutgoingMessages["game_board"]["header"];
  sendMessage: SendMessage = () => {};
  playing: boolean;
  isSlow: boolean;
  closed: boolean;
  /** Whether the game goes on in full speed when slow motion ends. */
  playsAfterSlowMotion = false;
  pendingCount = 0;
  /** Counts the user's actions; a loop that was started before the latest action stops. */
  actionCount = 0;
  /** The last request. */
  requestQueue: Promise<boolean> = Promise.resolve(true);
  prefersReducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  slowMotion = new SlowMotion(BEAT_DURATION);
  controls: GameControls;
  display: GameDisplay;
  manyCodes: ManyCodesView;
  /** The values of the rules that were sent to Python, in their order. */
  sentRules: EchoFilter<ArrayLike<number>>;
  /** The views that were sent to Python. */
  sentViews;
  rules: RuleSliders;
  setup: SetupForm;
  notes: HTMLDivElement;
  root: HTMLDivElement;
  listenerRemovers: (() => void)[];
  onPageHide: () => void;

  constructor(
    root: HTMLElement,
    makePlayer: (message: OutgoingMessages["game_board"]) => GamePlayer = (message) => new Player(message),
  ) {
    this.makePlayer = makePlayer;
    this.playing = this.isSlow = this.closed = false;
    this.controls = new GameControls(this);
    this.display = new GameDisplay(this.prefersReducedMotion, this.controls.root);
    this.manyCodes = new ManyCodesView(
      () => this.onViewChosen(),
      (posterior) => this.choosePosterior(posterior),
    );
    this.display.addManyCodes(this.manyCodes);
    this.sentRules = new EchoFilter(areArraysEqual);
    this.sentViews = new EchoFilter();
    this.rules = new RuleSliders((rules) => {
      this.announce(translate("The new settings take effect at the next step."));
      this.sentRules.noteSent(Object.values(rules));
      this.sendMessage("rules", rules);
    });
    this.setup = new SetupForm(() => this.beginGame());
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.root = element(
      "div",
      { class: "lp gb", tabindex: "-1", onkeydown: (event) => this.handleKey(event) },
      this.notes,
      this.display.body,
      this.setup.root,
      this.rules.root,
      this.display.tables,
    );
    this.listenerRemovers = [
      pageEvents.on("link", ({ query }) => this.writeLink(query)),
      pageEvents.on("turned", () => this.onLessonTurned()),
      pageEvents.on("reached", () => this.stop()),
      pageEvents.on("perform", ({ actions, isDone }) => this.perform(actions, isDone)),
      pageEvents.on("light", ({ drawn }) => this.display.plane.setLessonHighlight(drawn)),
    ];
    this.onPageHide = () => this.store();
    window.addEventListener("pagehide", this.onPageHide);
    this.restorePace();
    root.append(this.root);
  }

  /** Writes the present rules into a link; the setup is there already. */
  writeLink(query: UrlQuery) {
    const { values } = this.rules;
    for (const {
      rule: { name, start },
    } of this.rules.sliders) {
      if (values[name] === start) query.delete(`game.${name}`);
      else query.set(`game.${name}`, String(values[name]));
    }
    if (this.manyCodes.isOn) query.set("game.view", this.manyCodes.view);
    else query.delete("game.view");
  }

  /** Stores the game and its pace, in case the page is loaded again. */
  store() {
    this.player?.storeGame();
    storePace({ isSlow: this.isSlow, speed: this.controls.speedSelect.value });
  }

  restorePace() {
    const pace = takeStoredPace();
    if (!pace) return;
    this.isSlow = pace.isSlow;
    this.controls.speedSelect.value = pace.speed;
    this.controls.showSlow(this.isSlow);
  }

  /** A lesson shows another page: nothing plays on, and it is told the figures with which its page begins. */
  onLessonTurned() {
    this.stop();
    if (this.display.answer) reportFigures(this.figures);
  }

  /**
   * What a lesson shows in the learner's place: actions in turn, until its goal is reached or the user does something.
   */
  async perform(actions: PerformedAction[], isDone: () => boolean) {
    this.stop();
    const count = this.actionCount;
    for (let turn = 0; turn < MAX_TURNS; turn++) {
      for (const action of actions) {
        if (this.closed || count !== this.actionCount || !(await this.performAction(action, count))) return;
        if (isDone()) return;
      }
    }
  }

  /**
   * @param count of the user's actions
   * @returns false if it failed
   */
  async performAction(
    { do: kind, phase = "", times = 1, rule = "", value = 0 }: PerformedAction,
    count: number,
  ): Promise<boolean> {
    if (kind === "step") return this.requestSteps({ do: "step", phase, times });
    if (kind === "rule") {
      this.rules.setValues({ ...this.rules.values, [rule]: value });
      this.rules.onChange(this.rules.values);
    }
    for (let left = kind === "rounds" ? times : 0; left > 0 && count === this.actionCount; left -= ROUNDS_AT_A_TIME) {
      if (!(await this.requestSteps({ do: "round", times: Math.min(left, ROUNDS_AT_A_TIME) }))) return false;
      await new Promise((resolve) => window.setTimeout(() => resolve(null), ROUND_PAUSE));
    }
    return true;
  }

  close() {
    this.closed = true;
    for (const removeListener of this.listenerRemovers) removeListener();
    window.removeEventListener("pagehide", this.onPageHide);
    this.playing = false;
    this.slowMotion.jumpToEnd();
    this.display.plane.close();
  }

  async update({ header, fields }: OutgoingMessages["game_board"]) {
    const isOther = this.header.game !== header.game;
    if (this.sentViews.isNewValue(header.view)) {
      this.manyCodes.setView(header.view);
      this.showManyCodes();
    }
    const areNewRules = this.sentRules.isNewValue(header.rules.map(({ name }) => header.initial_rules[name]));
    this.header = header;
    this.player = this.makePlayer({ header, fields });
    if (!isOther) {
      if (areNewRules) this.rules.setValues(header.initial_rules); // the user went back or forward in the browser's history
      return this.display.plane.refresh(); // the theme may have changed
    }
    this.rules.buildSliders(header.rules);
    this.rules.setValues(header.initial_rules);
    this.setup.buildSelects(header.choices);
    this.setup.setValues(header.setup);
    if (!(await this.enqueueRequest({ do: "arrive", setup: header.setup, rules: this.rules.values }, true))) return;
    const { setup } = (this.display.answer as Answered).header;
    // the game may have begun before, or replaced the prior
    if (Object.keys(header.setup).some((name) => setup[name] !== header.setup[name])) this.sendMessage("setup", setup);
  }

  async beginGame() {
    this.stop();
    this.slowMotion.jumpToEnd();
    const setup = this.setup.values;
    if (setup.begun)
      this.setNote("game", translate("The first {count} rounds are being played …", { count: setup.begun }));
    if (await this.enqueueRequest({ do: "begin", setup, rules: this.rules.values }, true))
      this.sendMessage("setup", this.display.answer?.header.setup ?? setup);
    else if (this.display.answer) this.setup.setValues(this.display.answer.header.setup);
  }

  announce(sentence: string) {
    setText(this.display.explanation.liveRegion, sentence);
  }

  // One image, many codes ----------------------------------------------------------------------------------------------

  /** The user has switched the view on or off, or chosen another image. */
  onViewChosen() {
    this.showManyCodes();
    if (this.display.answer) reportFigures(this.figures);
    const { view } = this.manyCodes;
    if (view === this.sentViews.latest) return; // another image was chosen
    this.sentViews.noteSent(view);
    this.sendMessage("game_view", { view });
  }

  /** Begins the game anew with another posterior. */
  choosePosterior(posterior: string) {
    this.setup.setValues({ ...this.setup.values, posterior });
    this.beginGame();
  }

  /** Shows the codes of the chosen image by the present nets; removes them if the view is off. */
  showManyCodes() {
    const { isOn, example } = this.manyCodes;
    const encoded = isOn ? (this.player?.encodeManyTimes(example) ?? null) : null;
    this.manyCodes.show(encoded);
    this.display.plane.showManyCodes(encoded?.codes ?? null);
  }

  /** The figures that a lesson may show. */
  get figures(): Figures {
    const answer = this.display.answer as Answered;
    return { ...gameFigures(answer), ...manyCodesFigures(this.manyCodes.encodings) };
  }

  // Keys and buttons --------------------------------------------------------------------------------------------------

  /** Keys work while the focus is within the game and not in a field. */
  handleKey(event: KeyboardEvent) {
    const isTyping = (event.target as Element).matches?.("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
    event.stopPropagation(); // Streamlit has keys of its own
    if (event.repeat) return; // a key held down counts as one click
    const button = this.controls.buttonsByKey.get(event.key.toLowerCase());
    if (!button || button.hidden) return;
    event.preventDefault();
    button.click();
  }

  async makeSteps(phase: string, times: number) {
    this.stop();
    await this.requestSteps({ do: "step", phase, times });
  }

  async makeRound() {
    this.stop();
    await this.playRound(this.actionCount);
  }

  /** Makes a round: at once, or in slow motion phase by phase until the user's next action. False if it failed. */
  async playRound(action: number): Promise<boolean> {
    if (!this.isSlow)
      return this.requestSteps({ do: "round", times: this.playing ? Number(this.controls.speedSelect.value) || 1 : 1 });
    const times = (phase: string) => (phase === "discrimination" ? this.rules.values.d_steps : 1);
    for (const phase of (this.display.answer?.header.phases ?? []).flatMap((name) => Array(times(name)).fill(name))) {
      if (this.closed || !this.isSlow || action !== this.actionCount) return true;
      if (!(await this.requestSteps({ do: "step", phase, times: 1 }))) return false;
    }
    reportAction({ kind: "round", times: 1 });
    return true;
  }

  togglePlay() {
    if (this.playing) return this.stop();
    this.stop(); // ends a round in slow motion
    this.playing = true;
    this.controls.showPlaying(true);
    this.announce(translate("Playing."));
    return this.playRounds(this.actionCount);
  }

  stop() {
    const wasPlaying = this.playing;
    this.actionCount++;
    this.playing = false;
    this.controls.showPlaying(false);
    if (wasPlaying) this.slowMotion.setAutoAdvance(false); // slow motion stays at its current beat
    if (wasPlaying && this.display.answer)
      this.announce(translate("Paused after mini-batch {batch}.", { batch: this.display.answer.header.batch }));
  }

  async playRounds(action: number) {
    while (action === this.actionCount && !this.closed && this.root.isConnected && !document.hidden) {
      if (!(await this.playRound(action))) break;
      await new Promise((resolve) => window.setTimeout(() => resolve(null), ROUND_PAUSE));
    }
    if (action === this.actionCount) this.stop();
  }

  /** Turns slow motion on, in which the game plays beat by beat, or off, so that it goes on as it did before. */
  toggleSlowMotion() {
    this.isSlow = !this.isSlow;
    this.controls.showSlow(this.isSlow);
    if (this.isSlow) {
      this.playsAfterSlowMotion = this.playing;
      this.announce(
        this.prefersReducedMotion
          ? translate("Slow motion: press Next beat to go on.")
          : translate("Slow motion is on."),
      );
      if (!this.playing) this.togglePlay();
      return;
    }
    if (!this.playsAfterSlowMotion) this.stop();
    this.slowMotion.jumpToEnd();
    this.announce(translate("Slow motion is off."));
  }

  /** The next beat of slow motion; if none is left, the next round begins. */
  showNextBeat() {
    if (this.slowMotion.isRunning) this.slowMotion.showNextBeat();
    else if (!this.playing && !this.pendingCount) this.makeRound();
  }

  // The player --------------------------------------------------------------------------------------------------------

  /** Requests steps and shows them; false if that failed. */
  async requestSteps(request: GameRequest): Promise<boolean> {
    this.slowMotion.jumpToEnd();
    const isSlow = this.isSlow && request.do === "step";
    if (!(await this.enqueueRequest({ ...request, rules: this.rules.values }, !isSlow))) return false;
    reportAction({ kind: request.do, phase: request.phase, times: request.times });
    if (isSlow && this.pendingCount)
      this.display.showBeat(null, false); // a newer request is pending
    else if (isSlow) await this.playInSlowMotion();
    return true;
  }

  async playInSlowMotion() {
    this.slowMotion.setAutoAdvance(!this.prefersReducedMotion);
    await this.slowMotion.play(3, (beat) => this.display.showBeat(beat, true));
    if (!this.closed && !this.slowMotion.isRunning) this.display.endHighlight();
  }

  /**
   * Makes a request after all earlier ones are answered, so that none is lost or overtakes another.
   * @param isShown whether the answer is shown at once
   * @returns whether there was an answer
   */
  enqueueRequest(request: GameRequest, isShown: boolean): Promise<boolean> {
    if (this.pendingCount >= MAX_PENDING) return Promise.resolve(false);
    this.pendingCount++;
    this.root.setAttribute("aria-busy", "true");
    this.requestQueue = this.requestQueue.then(() => this.sendRequest(request, isShown));
    return this.requestQueue;
  }

  async sendRequest(request: GameRequest, isShown: boolean): Promise<boolean> {
    if (!this.display.answer && !("setup" in request)) {
      // starts the game, or shows again why it cannot start
      await this.sendRequest({ do: "arrive", setup: this.setup.values, rules: this.rules.values }, true);
      return false;
    }
    try {
      const answer = await this.player?.answer(request);
      if (this.closed || !answer) return false;
      this.setNote("game", "");
      this.showAnswer(answer, isShown);
      return true;
    } catch (error) {
      this.setNote("game", error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.pendingCount--;
      if (!this.pendingCount) this.root.setAttribute("aria-busy", "false");
    }
  }

  showAnswer(answer: Answered, isShown: boolean) {
    const { header } = answer;
    const { colours, shapes } = this.header;
    this.display.receiveAnswer(answer, { colours, shapes });
    this.manyCodes.nameItems((text) => this.display.rewordItems(text));
    this.controls.showPhaseButtons(header.phases);
    this.rules.showSlidersFor(header.phases);
    this.setup.showChoicesFor({
      prior: header.variant.prior,
      labels: header.phases.includes("classification"),
      inferred: header.variant.y === "inferred",
      "free posterior": !header.variant.prior_costs.includes("kl"), // with a KL term it is always Gaussian
    });
    if (header.preview) {
      this.rules.setValues(header.rules);
      this.setup.setValues(header.setup);
    }
    this.showManyCodes();
    reportFigures(this.figures, { before: costsBefore(answer), isOther: header.preview });
    if (isShown) this.display.showBeat(null, !this.playing);
  }

  /** Sets the one sentence about a subject above the game; an empty sentence removes it. */
  setNote(subject: string, sentence: string) {
    if (setNote(this.notes, subject, sentence)) this.stop();
  }
}

export default createMount(Game);
