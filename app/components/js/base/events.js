/**
 * Listeners by event name. Each plane has an `EventEmitter` of its own; all components of the page share `pageEvents`,
 * because they share their modules.
 */

/** @typedef {(detail: any) => void} Listener */

export class EventEmitter {
  /** @type {Map<string, Set<Listener>>} */
  listeners = new Map();

  /**
   * @param {string} name
   * @param {Listener} listener
   * @param {EventEmitter} [until] the listener is removed when these emit "close"
   * @returns {() => void} takes the listener away
   */
  on(name, listener, until) {
    const named = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, named.add(listener));
    const removeListener = () => void named.delete(listener);
    until?.on("close", removeListener);
    return removeListener;
  }

  /**
   * @param {string} name
   * @param {Object<string, any>} detail
   */
  emit(name, detail = {}) {
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener(detail);
  }
}

export const pageEvents = new EventEmitter();
