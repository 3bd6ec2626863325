/**
 * Listeners by event name. Each plane has its own; `page` is the one for all components of the page, which share their modules
 * and so this one object.
 */

/** @typedef {(detail: any) => void} Act */

export class Events {
  constructor() {
    /** @type {Map<string, Set<Act>>} */
    this.acts = new Map();
  }

  /** @param {string} name @param {Act} act @returns {() => void} takes the listener away */
  on(name, act) {
    const acts = this.acts.get(name) ?? new Set();
    this.acts.set(name, acts.add(act));
    return () => void acts.delete(act);
  }

  /** @param {string} name @param {Object<string, any>} detail */
  emit(name, detail = {}) {
    for (const act of [...(this.acts.get(name) ?? [])]) act(detail);
  }
}

export const page = new Events();
