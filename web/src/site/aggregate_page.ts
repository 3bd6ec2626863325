/**
 * The board of the aggregated posterior, as `app/views/aggregate.py` shows it.
 */

import { AggregateBoard } from "../aggregate/aggregate_board.ts";
import { MountedComponent } from "../handout/mounted_component.ts";
import { DocumentPage } from "../handout/page.ts";
import { openMessage } from "../handout/plane_messages.ts";
import { integerParser, parseNumbers } from "../handout/settings.ts";
import { createMount } from "../host/mounting.ts";
import type { OutgoingMessages } from "../messages.ts";

type AggregateDescription = { kind: "aggregate"; title: string; message: string };

const mount = createMount(AggregateBoard);
const PREFIX = "aggregate."; // of the names of its settings

export class AggregatePage extends DocumentPage<AggregateDescription> {
  message: OutgoingMessages["aggregate_board"] | undefined;

  async prepare() {
    const { settings, description } = this;
    this.message = await openMessage(description.message, "The board");
    const { ranges, sets } = this.message.header;
    settings.register(`${PREFIX}images`, integerParser(1, sets));
    for (const [name, [low, high]] of Object.entries(ranges))
      settings.register(PREFIX + name, (text) => {
        const [value = NaN, ...furtherValues] = parseNumbers(text) ?? [];
        return value >= low && value <= high && !furtherValues.length ? value : null;
      });
  }

  open(root: HTMLElement) {
    this.components = [new MountedComponent(root, mount, (_, value) => this.setArrangement(value))];
    this.show();
  }

  show() {
    const { message, settings } = this;
    if (!message) return;
    const defaults = message.header.arrangement;
    const arrangement = Object.fromEntries(
      Object.entries(defaults).map(([name, value]) => [name, settings.get(PREFIX + name) ?? value]),
    );
    this.components[0].sendMessage(message, { arrangement });
  }

  /** Keeps the arrangement; default values are left out of the address. */
  setArrangement(values: { [name: string]: unknown }) {
    const defaults: { [name: string]: unknown } = { ...this.message?.header.arrangement };
    this.settings.setTexts(
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [PREFIX + name, value === defaults[name] ? null : String(value)]),
      ),
    );
  }
}
