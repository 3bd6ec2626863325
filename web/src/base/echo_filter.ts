/**
 * Python sends back the values that it received. Such an echo must not undo what the user has done in the meantime.
 */

export class EchoFilter<T> {
  isEqual: (a: T, b: T) => boolean;
  /** Values that were sent to Python and have not come back yet. */
  pending: T[] = [];
  lastReceived: T | undefined = undefined;

  constructor(isEqual: (a: T, b: T) => boolean = (a, b) => a === b) {
    this.isEqual = isEqual;
  }

  /** The value that Python has or is about to receive. */
  get latest(): T | undefined {
    return this.pending.at(-1) ?? this.lastReceived;
  }

  /** Notes that a value was sent; the same value sent twice in a row comes back once. */
  noteSent(value: T) {
    const isRepeated = this.pending.length > 0 && this.isEqual(this.pending[this.pending.length - 1], value);
    if (!isRepeated) this.pending.push(value);
  }

  /** Whether a value that Python sends is neither an echo nor a repetition. */
  isNewValue(value: T): boolean {
    const isRepeated = this.lastReceived !== undefined && this.isEqual(this.lastReceived, value);
    this.lastReceived = value;
    const sentIndex = this.pending.findIndex((sentValue) => this.isEqual(sentValue, value));
    this.pending.splice(0, sentIndex + 1); // earlier values will not come back any more
    return !isRepeated && sentIndex < 0;
  }
}

/** Whether two codes are equal in every component. */
export function areArraysEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((v, j) => v === b[j]);
}

/** Whether two codes are equal to the four digits that a link keeps. */
export function areArraysNearlyEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((v, j) => Math.abs(v - b[j]) <= 1e-3 * Math.abs(b[j]) + 1e-9);
}
