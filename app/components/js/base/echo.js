/**
 * Python repeats values that it received; while the user continues, such an echo must not undo anything.
 */

/** @template T */
export class Echo {
  /** @param {(a: T, b: T) => boolean} [same] */
  constructor(same = (a, b) => a === b) {
    this.same = same;
    /** What Python was told and has not repeated yet. @type {T[]} */
    this.said = [];
    /** @type {T | undefined} */
    this.heard = undefined;
  }

  /** What Python has, or soon will. @returns {T | undefined} */
  get last() {
    return this.said.at(-1) ?? this.heard;
  }

  /** What it is told twice running comes back as one. @param {T} value */
  tell(value) {
    const again = this.said.length > 0 && this.same(this.said[this.said.length - 1], value);
    if (!again) this.said.push(value);
  }

  /** Whether what Python says is news. @param {T} value */
  isNews(value) {
    const again = this.heard !== undefined && this.same(this.heard, value);
    this.heard = value;
    const known = this.said.findIndex((each) => this.same(each, value));
    this.said.splice(0, known + 1); // what was told before that is not repeated any more
    return !again && known < 0;
  }
}

/** Whether two codes are the same number for number. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function quiteSame(a, b) {
  return a.length === b.length && Array.from(a).every((v, j) => v === b[j]);
}

/** Whether two codes are the same to the four digits that a link keeps. @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export function nearlySame(a, b) {
  return a.length === b.length && Array.from(a).every((v, j) => Math.abs(v - b[j]) <= 1e-3 * Math.abs(b[j]) + 1e-9);
}
