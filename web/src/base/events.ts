/**
 * Listeners by event name. Each plane has an `EventEmitter` of its own; all components of the page share `pageEvents`,
 * because they share their modules.
 */

import type { DetailArguments, PageEvents } from "./event_types.ts";

/** @typeParam Events what is emitted, by event name */
export class EventEmitter<Events extends object> {
  listeners: Map<keyof Events, Set<(detail: never) => void>> = new Map();

  /**
   * @param owner the listener is removed when these emit "close"
   * @returns takes the listener away
   */
  on<Name extends keyof Events>(
    name: Name,
    listener: (detail: Events[Name]) => void,
    owner?: { on: (name: "close", listener: () => void) => unknown },
  ): () => void {
    const namedListeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, namedListeners.add(listener));
    const removeListener = () => void namedListeners.delete(listener);
    owner?.on("close", removeListener);
    return removeListener;
  }

  emit: <Name extends keyof Events>(name: Name, ...details: DetailArguments<Events[Name]>) => void = (
    name,
    ...[detail = {}]
  ) => {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener(detail as never);
  };
}

export const pageEvents: EventEmitter<PageEvents> = new EventEmitter();
