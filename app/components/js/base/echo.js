/**
 * Python sends back the values that it received. Such an echo must not undo what the user has done in the meantime.
 */

/** @template T */
export class Echo {
  /** @param {(a: T, b: T) => boolean} [same] */
  constructor(same = (a, b) => a === b) {
    this.same = same;
    /** Values that were sent to Python and have not come back yet. @type {T[]} */
    this.said = [];
    /** @type {T | undefined} */
    this.heard = undefined;
  }

  /** The value that Python has or is about to receive. @returns {T | undefined} */
  get last() {
    return this.said.at(-1) ?? this.heard;
  }

  /** Notes that a value was sent; the same value sent twice in a row comes back once. @param {T} value */
  tell(value) {
    const again = this.said.length > 0 && this.same(this.said[this.said.length - 1], value);
    if (!again) this.said.push(value);
  }

  /** Whether a value that Python sends is neither an echo nor a repetition. @param {T} value */
  isNews(value) {
    const again = this.heard !== undefined && this.same(this.heard, value);
    this.heard = value;
    const known = this.said.findIndex((each) => this.same(each, value));
    this.said.splice(0, known + 1); // earlier values will not come back any more
    return !again && known < 0;
  }
}

/** Whether two codes are equal in every component. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function quiteSame(a, b) {
  return a.length === b.length && Array.from(a).every((v, j) => v === b[j]);
}

/** Whether two codes are equal to the four digits that a link keeps. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function nearlySame(a, b) {
  return a.length === b.length && Array.from(a).every((v, j) => Math.abs(v - b[j]) <= 1e-3 * Math.abs(b[j]) + 1e-9);
}
