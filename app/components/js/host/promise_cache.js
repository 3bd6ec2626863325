/**
 * A cache of what was fetched by name, for the few names used last. It outlives a change of page, because modules do.
 */

/** @template T */
export class PromiseCache {
  /** @param {number} capacity the number of names kept */
  constructor(capacity) {
    this.capacity = capacity;
    /**
     * By name, the one used last at the end; `here` is null until the value has arrived.
     * @type {Map<string, {coming: Promise<T>, here: T | null}>}
     */
    this.entries = new Map();
  }

  /**
   * @param {string} name
   * @param {() => Promise<T>} fetch called again at the next call if it failed
   * @returns {Promise<T>}
   */
  getOrFetch(name, fetch) {
    const entry = this.entries.get(name) ?? this.track(name, fetch());
    this.entries.delete(name);
    this.entries.set(name, entry);
    for (const oldest of this.entries.keys()) if (this.entries.size > this.capacity) this.entries.delete(oldest);
    return entry.coming;
  }

  /**
   * @param {string} name
   * @param {Promise<T>} coming
   * @returns {{coming: Promise<T>, here: T | null}}
   */
  track(name, coming) {
    const entry = { coming, here: /** @type {T | null} */ (null) };
    coming.then(
      (value) => (entry.here = value),
      () => this.entries.get(name) === entry && this.entries.delete(name),
    );
    return entry;
  }

  /** The value if it has arrived, without waiting for a promise. @param {string} name @returns {T | null} */
  peek(name) {
    return this.entries.get(name)?.here ?? null;
  }
}
