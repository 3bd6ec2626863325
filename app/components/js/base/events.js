/**
 * Listeners by event name. Each plane has an `Events` of its own; all components of the page share `page`, because they share
 * their modules.
 */

/** @typedef {(detail: any) => void} Act */

export class Events {
  /** @type {Map<string, Set<Act>>} */
  acts = new Map();

  /** @param {string} name @param {Act} act @param {Events} [until] the listener is removed when these emit "close" @returns {() => void} takes the listener away */
  on(name, act, until) {
    const acts = this.acts.get(name) ?? new Set();
    this.acts.set(name, acts.add(act));
    const off = () => void acts.delete(act);
    until?.on("close", off);
    return off;
  }

  /** @param {string} name @param {Object<string, any>} detail */
  emit(name, detail = {}) {
    for (const act of [...(this.acts.get(name) ?? [])]) act(detail);
  }
}

export const page = new Events();
