/**
 * The training game, as `app/views/game.py` shows it.
 */

import { Game } from "../game/game.js";
import { Page } from "../handout/page.js";
import { opened } from "../handout/planes.js";
import { Stage } from "../handout/stage.js";
import { integer, numbers } from "../handout/settings.js";
import { mounting } from "../host/mounting.js";

/** @typedef {{kind: "game", title: string, message: string}} Told */

const mount = mounting(Game);
const PREFIX = "game."; // of the names of its settings
const SEEDS = 2 ** 31 - 1;

/** @extends {Page<Told>} */
export class Play extends Page {
  async prepare() {
    const { settings, told } = this;
    this.message = await opened(told.message, "The game");
    const { choices, rules } = this.message.header;
    settings.know(`${PREFIX}seed`, integer(0, SEEDS));
    for (const { name, options } of choices) settings.know(PREFIX + name, (text) => options.find(({ value }) => String(value) === text)?.value ?? null);
    for (const { name, low, high } of rules) settings.know(PREFIX + name, (text) => {
      const [value = NaN, ...more] = numbers(text) ?? [];
      return value >= low && value <= high && !more.length ? value : null;
    }); // prettier-ignore
  }

  /** @param {HTMLElement} root */
  open(root) {
    this.stages = [new Stage(root, mount, (_, value) => this.keep(value))];
    this.show();
  }

  show() {
    const { message, settings } = this;
    if (!message) return;
    const now = (/** @type {{[name: string]: unknown}} */ usual) => Object.fromEntries(Object.entries(usual).map(([name, value]) => [name, settings.of(PREFIX + name) ?? value]));
    this.stages[0].show(message, { setup: now(message.header.setup), ruled: now(message.header.ruled) });
  }

  /** Keeps the setup of a game or its rules; default values are left out of the address. @param {{[name: string]: unknown}} values */
  keep(values) {
    const usual = { ...this.message?.header.setup, ...this.message?.header.ruled };
    this.settings.keep(Object.fromEntries(Object.entries(values).map(([name, value]) => [PREFIX + name, value === usual[name] ? null : String(value)])));
  }
}
