/**
 * The training game, as `app/views/game.py` shows it.
 */

import { Game } from "../game/game.ts";
import { DocumentPage } from "../handout/page.ts";
import { openMessage } from "../handout/plane_messages.ts";
import { MountedComponent } from "../handout/mounted_component.ts";
import { integerParser, parseNumbers } from "../handout/settings.ts";
import { createMount } from "../host/mounting.ts";
import type { OutgoingMessages } from "../messages.ts";

type GameDescription = { kind: "game"; title: string; message: string };

const mount = createMount(Game);
const PREFIX = "game."; // of the names of its settings
const SEEDS = 2 ** 31 - 1;
const VIEWS = ["codes", "draws"]; // as in aae_core/game/rules.py

export class GamePage extends DocumentPage<GameDescription> {
  message: OutgoingMessages["game_board"] | undefined;

  async prepare() {
    const { settings, description } = this;
    this.message = await openMessage(description.message, "The game");
    const { choices, rules } = this.message.header;
    settings.register(`${PREFIX}seed`, integerParser(0, SEEDS));
    settings.register(`${PREFIX}view`, (text) => (VIEWS.includes(text) ? text : null));
    for (const { name, options } of choices)
      settings.register(PREFIX + name, (text) => options.find(({ value }) => String(value) === text)?.value ?? null);
    for (const { name, low, high } of rules)
      settings.register(PREFIX + name, (text) => {
        const [value = NaN, ...furtherValues] = parseNumbers(text) ?? [];
        return value >= low && value <= high && !furtherValues.length ? value : null;
      });
  }

  open(root: HTMLElement) {
    this.components = [new MountedComponent(root, mount, (_, value) => this.setSettings(value))];
    this.show();
  }

  show() {
    const { message, settings } = this;
    if (!message) return;
    const withSettings = (defaults: { [name: string]: unknown }) =>
      Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, settings.get(PREFIX + name) ?? value]));
    this.components[0].sendMessage(message, {
      setup: withSettings(message.header.setup),
      initial_rules: withSettings(message.header.initial_rules),
      ...withSettings({ view: message.header.view }),
    });
  }

  /** Keeps the setup of a game, its rules or what is shown of it; default values are left out of the address. */
  setSettings(values: { [name: string]: unknown }) {
    const header = this.message?.header;
    const defaults: { [name: string]: unknown } = { ...header?.setup, ...header?.initial_rules, view: header?.view };
    this.settings.setTexts(
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [PREFIX + name, value === defaults[name] ? null : String(value)]),
      ),
    );
  }
}
