/**
 * Slow motion: the beats of a step one after another. Each lasts until its time is over or the user asks for the next.
 */

export class Beats {
  /** @param {number} pace milliseconds of a beat */
  constructor(pace) {
    this.pace = pace;
    /** Whether the beats advance by themselves. */
    this.timed = true;
    /** @type {{at: number, count: number, show: (beat: number) => void, done: () => void} | null} */
    this.run = null;
    this.timer = 0;
  }

  get running() {
    return this.run !== null;
  }

  /**
   * Shows beat 0 and then the others; an earlier run jumps to its last beat and ends.
   * @param {number} count
   * @param {(beat: number) => void} show
   * @returns {Promise<void>} when the last beat is over
   */
  begin(count, show) {
    this.finish();
    return new Promise((done) => {
      this.run = { at: -1, count, show, done };
      this.next();
    });
  }

  /** Shows the next beat now; after the last, ends. */
  next() {
    const { run } = this;
    if (!run) return;
    run.at += 1;
    if (run.at >= run.count) return this.end();
    run.show(run.at);
    this.wait();
  }

  /** @param {boolean} timed */
  setTimed(timed) {
    this.timed = timed;
    this.wait();
  }

  wait() {
    window.clearTimeout(this.timer);
    if (this.run && this.timed) this.timer = window.setTimeout(() => this.next(), this.pace);
  }

  /** Shows the last beat at once, and ends. */
  finish() {
    const { run } = this;
    if (!run) return;
    if (run.at < run.count - 1) run.show(run.count - 1);
    this.end();
  }

  /** Ends at the current beat. */
  end() {
    const { run } = this;
    window.clearTimeout(this.timer);
    this.run = null;
    run?.done();
  }
}
