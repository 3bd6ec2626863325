/**
 * The board of the aggregated posterior, as `app/views/aggregate.py` shows it.
 */

import { AggregateBoard } from "../aggregate/aggregate_board.js";
import { MountedComponent } from "../handout/mounted_component.js";
import { DocumentPage } from "../handout/page.js";
import { openMessage } from "../handout/plane_messages.js";
import { integerParser, parseNumbers } from "../handout/settings.js";
import { createMount } from "../host/mounting.js";

/** @typedef {{kind: "aggregate", title: string, message: string}} AggregateDescription */

const mount = createMount(AggregateBoard);
const PREFIX = "aggregate."; // of the names of its settings

/** @extends {DocumentPage<AggregateDescription>} */
export class AggregatePage extends DocumentPage {
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

  /** @param {HTMLElement} root */
  open(root) {
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

  /**
   * Keeps the arrangement; default values are left out of the address.
   * @param {{[name: string]: unknown}} values
   */
  setArrangement(values) {
    /** @type {{[name: string]: unknown}} */
    const defaults = { ...this.message?.header.arrangement };
    this.settings.setTexts(
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [PREFIX + name, value === defaults[name] ? null : String(value)]),
      ),
    );
  }
}
