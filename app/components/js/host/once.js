/**
 * What is fetched once under a name and then kept, the last few used; it outlives page switches, because modules do.
 */

/** @template T */
export class Once {
  /** @param {number} kept how many */
  constructor(kept) {
    this.kept = kept;
    /** By name, the one used last at the end. @type {Map<string, Promise<T>>} */
    this.coming = new Map();
    /** Those of them that are here. @type {Map<string, T>} */
    this.here = new Map();
  }

  /** @param {string} name @param {() => Promise<T>} fetch what fails is fetched anew at the next call @returns {Promise<T>} */
  of(name, fetch) {
    const known = this.coming.get(name) ?? this.begin(name, fetch());
    this.coming.delete(name);
    this.coming.set(name, known);
    for (const each of this.coming.keys()) if (this.coming.size > this.kept) this.forget(each);
    return known;
  }

  /** @param {string} name @param {Promise<T>} coming */
  begin(name, coming) {
    /** @template V @param {(value: V) => void} act */
    const wanted = (act) => (/** @type {V} */ value) => this.coming.get(name) === coming && act(value);
    coming.then(wanted((value) => this.here.set(name, value)), wanted(() => this.forget(name))); // prettier-ignore
    return coming;
  }

  /** What is here already, so that nobody has to wait a turn for it. @param {string} name @returns {T | null} */
  atHand(name) {
    return this.here.get(name) ?? null;
  }

  /** @param {string} name */
  forget(name) {
    this.coming.delete(name);
    this.here.delete(name);
  }
}
