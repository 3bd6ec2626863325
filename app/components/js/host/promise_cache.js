/**
 * A cache of what was fetched by name, for the few names used last. It outlives a change of page, because modules do.
 */

/** @template T */
export class PromiseCache {
  /** @param {number} capacity the number of names kept */
  constructor(capacity) {
    this.capacity = capacity;
    /**
     * By name, the one used last at the end; `value` is null until the value has arrived.
     * @type {Map<string, {promise: Promise<T>, value: T | null}>}
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
    return entry.promise;
  }

  /**
   * @param {string} name
   * @param {Promise<T>} promise
   * @returns {{promise: Promise<T>, value: T | null}}
   */
  track(name, promise) {
    const entry = { promise, value: /** @type {T | null} */ (null) };
    promise.then(
      (value) => (entry.value = value),
      () => this.entries.get(name) === entry && this.entries.delete(name),
    );
    return entry;
  }

  /** The value if it has arrived, without waiting for a promise. @param {string} name @returns {T | null} */
  peek(name) {
    return this.entries.get(name)?.value ?? null;
  }
}
