/**
 * What is fetched once under a name and then kept, the last few used; it outlives page switches, because modules do.
 */

/** @template T */
export class Once {
  /** @param {number} kept how many */
  constructor(kept) {
    this.kept = kept;
    /** By name, the one used last at the end; `here` once it has come. @type {Map<string, {coming: Promise<T>, here: T | null}>} */
    this.known = new Map();
  }

  /** @param {string} name @param {() => Promise<T>} fetch what fails is fetched anew at the next call @returns {Promise<T>} */
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

  /** What is here already, so that nobody has to wait a turn for it. @param {string} name @returns {T | null} */
  atHand(name) {
    return this.known.get(name)?.here ?? null;
  }
}
