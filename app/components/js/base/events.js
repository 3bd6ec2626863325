/**
 * Listeners by event name. Each plane has an `EventEmitter` of its own; all components of the page share `pageEvents`,
 * because they share their modules.
 */

/** @import { DetailArguments, PageEvents } from "./event_types.js" */

/**
 * @template {object} Events what is emitted, by event name
 */
export class EventEmitter {
  /** @type {Map<keyof Events, Set<(detail: never) => void>>} */
  listeners = new Map();

  /**
   * @template {keyof Events} Name
   * @param {Name} name
   * @param {(detail: Events[Name]) => void} listener
   * @param {{on: (name: "close", listener: () => void) => unknown}} [owner] the listener is removed when these emit
   *   "close"
   * @returns {() => void} takes the listener away
   */
  on(name, listener, owner) {
    const namedListeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, namedListeners.add(listener));
    const removeListener = () => void namedListeners.delete(listener);
    owner?.on("close", removeListener);
    return removeListener;
  }

  /** @type {<Name extends keyof Events>(name: Name, ...details: DetailArguments<Events[Name]>) => void} */
  emit = (name, ...[detail = {}]) => {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener(/** @type {never} */ (detail));
  };
}

/** @type {EventEmitter<PageEvents>} */
export const pageEvents = new EventEmitter();
