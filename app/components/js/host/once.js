/**
 * A cache of what was fetched by name, for the few names used last. It outlives a change of page, because modules do.
 */

/** @template T */
export class Once {
  /** @param {number} kept the number of names kept */
  constructor(kept) {
    this.kept = kept;
    /** By name, the one used last at the end; `here` is null until the value has arrived. @type {Map<string, {coming: Promise<T>, here: T | null}>} */
    this.known = new Map();
  }

  /** @param {string} name @param {() => Promise<T>} fetch called again at the next call if it failed @returns {Promise<T>} */
  of(name, fetch) {
    const known = this.known.get(name) ?? this.begin(name, fetch());
    this.known.delete(name);
    this.known.set(name, known);
    for (const each of this.known.keys()) if (this.known.size > this.kept) this.known.delete(each);
    return known.coming;
  }

  /** @param {string} name @param {Promise<T>} coming */
  begin(name, coming) {
    const made = { coming, here: /** @type {T | null} */ (null) };
    coming.then((value) => (made.here = value), () => this.known.get(name) === made && this.known.delete(name)); // prettier-ignore
    return made;
  }

  /** The value if it has arrived, without waiting for a promise. @param {string} name @returns {T | null} */
  atHand(name) {
    return this.known.get(name)?.here ?? null;
  }
}
