/**
 * A cache of what was fetched by name, for the few names used last. It outlives a change of page, because modules do.
 */

export class PromiseCache<T> {
  capacity: number;
  /** By name, the one used last at the end; `value` is null until the value has arrived. */
  entries: Map<string, { promise: Promise<T>; value: T | null }> = new Map();

  /** @param capacity the number of names kept */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** @param fetch called again at the next call if it failed */
  getOrFetch(name: string, fetch: () => Promise<T>): Promise<T> {
    const entry = this.entries.get(name) ?? this.track(name, fetch());
    this.entries.delete(name);
    this.entries.set(name, entry);
    for (const oldest of this.entries.keys()) if (this.entries.size > this.capacity) this.entries.delete(oldest);
    return entry.promise;
  }

  track(name: string, promise: Promise<T>): { promise: Promise<T>; value: T | null } {
    const entry = { promise, value: null as T | null };
    promise.then(
      (value) => (entry.value = value),
      () => this.entries.get(name) === entry && this.entries.delete(name),
    );
    return entry;
  }

  /** The value if it has arrived, without waiting for a promise. */
  peek(name: string): T | null {
    return this.entries.get(name)?.value ?? null;
  }
}
