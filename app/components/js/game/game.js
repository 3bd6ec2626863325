/**
 * The training game: each click is a request to the player, and the stage shows its answer, at once or in slow motion.
 */

import { element, note, write } from "../base/dom.js";
import { Echo, quiteSame } from "../base/echo.js";
import { page } from "../base/events.js";
import { mounting } from "../host/mounting.js";
import { did } from "../lessons/taking_part.js";
import { Beats } from "./beats.js";
import { Controls, Rules, Setup } from "./controls.js";
import { Player } from "./player.js";
import { Stage } from "./stage.js";

const PACE = 3_000; // milliseconds of a beat
const REST = 30; // milliseconds between two rounds while playing
const WAITING = 10; // the most unanswered requests

/** @typedef {import("../../messages.js").GameRequest} GameRequest */

export class Game {
  /** @param {HTMLElement} root @param {(message: import("../../messages.js").Sent["game_board"]) => Pick<Player, "answer">} [playerOf] */
  constructor(root, playerOf = (message) => new Player(message)) {
    this.playerOf = playerOf;
    /** @type {Pick<Player, "answer"> | null} */
    this.player = null;
    this.header = /** @type {import("../../messages.js").Sent["game_board"]["header"]} */ ({});
    /** @type {import("../host/host.js").Tell} */
    this.tell = () => {};
    this.playing = this.slow = this.closed = false;
    this.waiting = 0;
    /** Counts the user's actions; a loop that was started before the latest action stops. */
    this.turn = 0;
    /** The last request. @type {Promise<boolean>} */
    this.line = Promise.resolve(true);
    this.still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.beats = new Beats(PACE);
    this.controls = new Controls(this);
    this.stage = new Stage(this.still, this.controls.root);
    /** The values of the rules that were sent to Python, in their order. */
    this.said = new Echo(quiteSame);
    this.rules = new Rules((rules) => {
      this.speak("The new settings take effect at the next step.");
      this.said.tell(Object.values(rules));
      this.tell("rules", rules);
    });
    this.setup = new Setup(() => this.begin());
    this.notes = element("div", { class: "lp-notes", role: "status" });
    this.root = element("div", { class: "lp gb", tabindex: "-1", onkeydown: (event) => this.pressed(event) }, this.notes, this.stage.body, this.setup.root, this.rules.root, this.stage.tables);
    this.offs = [
      page.on("link", ({ query }) => this.write(query)),
      page.on("turned", () => this.stop()),
      page.on("light", ({ drawn }) => this.stage.field.shine(drawn)),
    ];
    root.append(this.root);
  }

  /** Writes the present rules into a link; the setup is there already. @param {import("../plane/kept.js").Query} query */
  write(query) {
    const { values } = this.rules;
    for (const { rule: { name, start } } of this.rules.sliders) {
      if (values[name] === start) query.delete(`game.${name}`);
      else query.set(`game.${name}`, String(values[name]));
    }
  }

  close() {
    this.closed = true;
    for (const off of this.offs) off();
    this.playing = false;
    this.beats.finish();
    this.stage.field.close();
  }

  /** @param {import("../../messages.js").Sent["game_board"]} message */
  async update({ header, fields }) {
    const other = this.header.game !== header.game;
    const news = this.said.isNews(header.rules.map(({ name }) => header.ruled[name]));
    this.header = header;
    this.player = this.playerOf({ header, fields });
    if (!other) {
      if (news) this.rules.set(header.ruled); // the user went back or forward in the browser's history
      return this.stage.field.refresh(); // the theme may have changed
    }
    this.rules.build(header.rules);
    this.rules.set(header.ruled);
    this.setup.build(header.choices);
    this.setup.set(header.setup);
    if (!(await this.request({ do: "arrive", setup: header.setup, rules: this.rules.values }, true))) return;
    const { setup } = /** @type {import("./stage.js").Answer} */ (this.stage.answer).header;
    if (Object.keys(header.setup).some((name) => setup[name] !== header.setup[name])) this.tell("setup", setup); // the game may have begun before, or replaced the prior
  }

  async begin() {
    this.stop();
    this.beats.finish();
    const setup = this.setup.values;
    if (setup.begun) this.say("game", `The first ${setup.begun} rounds are being played …`);
    if (await this.request({ do: "begin", setup, rules: this.rules.values }, true)) this.tell("setup", this.stage.answer?.header.setup ?? setup);
    else if (this.stage.answer) this.setup.set(this.stage.answer.header.setup);
  }

  /** @param {string} sentence */
  speak(sentence) {
    write(this.stage.explained.live, sentence);
  }

  // Keys and buttons ---------------------------------------------------------------------------------------------------

  /** Keys work while the focus is within the game and not in a field. @param {any} event */
  pressed(event) {
    const typing = event.target.matches?.("input, select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || typing) return;
    event.stopPropagation(); // Streamlit has keys of its own
    if (event.repeat) return; // a key held down counts as one click
    const button = this.controls.keys.get(event.key.toLowerCase());
    if (!button || button.hidden) return;
    event.preventDefault();
    button.click();
  }

  /** @param {string} phase @param {number} times */
  async step(phase, times) {
    this.stop();
    await this.take({ do: "step", phase, times });
  }

  async round() {
    this.stop();
    await this.once(this.turn);
  }

  /** Makes a round: at once, or in slow motion phase by phase until the user's next action. False if it failed. @param {number} turn */
  async once(turn) {
    if (!this.slow) return this.take({ do: "round", times: this.playing ? Number(this.controls.speed.value) || 1 : 1 });
    const times = (/** @type {string} */ phase) => (phase === "discrimination" ? this.rules.values.d_steps : 1);
    for (const phase of (this.stage.answer?.header.phases ?? []).flatMap((each) => Array(times(each)).fill(each))) {
      if (this.closed || !this.slow || turn !== this.turn) return true;
      if (!(await this.take({ do: "step", phase, times: 1 }))) return false;
    }
    did("round", { times: 1 });
    return true;
  }

  togglePlay() {
    if (this.playing) return this.stop();
    this.stop(); // ends a round in slow motion
    this.playing = true;
    this.controls.showPlaying(true);
    this.speak("Playing.");
    return this.loop(this.turn);
  }

  stop() {
    const was = this.playing;
    this.turn++;
    this.playing = false;
    this.controls.showPlaying(false);
    if (was) this.beats.setTimed(false); // slow motion stays at its current beat
    if (was && this.stage.answer) this.speak(`Paused after mini-batch ${this.stage.answer.header.batch}.`);
  }

  /** @param {number} turn */
  async loop(turn) {
    while (turn === this.turn && !this.closed && this.root.isConnected && !document.hidden) {
      if (!(await this.once(turn))) break;
      await new Promise((done) => window.setTimeout(() => done(null), REST));
    }
    if (turn === this.turn) this.stop();
  }

  toggleSlow() {
    this.slow = !this.slow;
    if (!this.slow) this.beats.finish();
    this.controls.showSlow(this.slow, this.beats.running);
    const on = this.still ? "Slow motion: press Next beat to go on." : "Slow motion is on.";
    this.speak(this.slow ? on : "Slow motion is off.");
  }

  // The player ---------------------------------------------------------------------------------------------------------

  /** Requests steps and shows them; false if that failed. @param {GameRequest} said */
  async take(said) {
    this.beats.finish();
    const slowly = this.slow && said.do === "step";
    if (!(await this.request({ ...said, rules: this.rules.values }, !slowly))) return false;
    did(said.do, { phase: said.phase, times: said.times });
    if (slowly && this.waiting) this.stage.show(null, false); // a newer request is pending
    else if (slowly) await this.slowly();
    return true;
  }

  async slowly() {
    this.beats.setTimed(!this.still);
    const running = this.beats.begin(3, (beat) => this.stage.show(beat, true));
    this.controls.showSlow(this.slow, true);
    await running;
    this.controls.showSlow(this.slow, this.beats.running);
    if (!this.closed && !this.beats.running) this.stage.calm();
  }

  /**
   * Makes a request after all earlier ones are answered, so that none is lost or overtakes another.
   * @param {GameRequest} said
   * @param {boolean} shown whether the answer is shown at once
   * @returns {Promise<boolean>} whether there was an answer
   */
  request(said, shown) {
    if (this.waiting >= WAITING) return Promise.resolve(false);
    this.waiting++;
    this.root.setAttribute("aria-busy", "true");
    this.line = this.line.then(() => this.send(said, shown));
    return this.line;
  }

  /** @param {GameRequest} said @param {boolean} shown @returns {Promise<boolean>} */
  async send(said, shown) {
    if (!this.stage.answer && !("setup" in said)) {
      await this.send({ do: "arrive", setup: this.setup.values, rules: this.rules.values }, true); // starts the game, or shows again why it cannot start
      return false;
    }
    try {
      const answer = await this.player?.answer(said);
      if (this.closed || !answer) return false;
      this.say("game", "");
      this.receive(answer, shown);
      return true;
    } catch (error) {
      this.say("game", error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      this.waiting--;
      if (!this.waiting) this.root.setAttribute("aria-busy", "false");
    }
  }

  /** @param {import("./stage.js").Answer} answer @param {boolean} shown */
  receive(answer, shown) {
    const { header } = answer;
    const { colours, shapes } = this.header;
    this.stage.take(answer, { colours, shapes });
    this.controls.offer(header.phases);
    this.rules.offer(header.phases);
    this.setup.offer(header.variant.prior);
    if (header.preview) {
      this.rules.set(header.rules);
      this.setup.set(header.setup);
    }
    if (shown) this.stage.show(null, !this.playing);
  }

  /** Sets the one sentence about a subject above the game; an empty sentence removes it. @param {string} about @param {string} sentence */
  say(about, sentence) {
    if (note(this.notes, about, sentence)) this.stop();
  }
}

export default mounting(Game);
