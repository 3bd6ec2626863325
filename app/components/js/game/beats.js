/**
 * Slow motion: the beats of a step one after another, each until its time is over or the next is requested.
 */

export class Beats {
  /** @param {number} pace milliseconds of a beat */
  constructor(pace) {
    this.pace = pace;
    /** Whether the beats go on by themselves. */
    this.timed = true;
    /** @type {{at: number, count: number, show: (beat: number) => void, done: () => void} | null} */
    this.run = null;
    this.timer = 0;
  }

  get running() {
    return this.run !== null;
  }

  /**
   * Shows beat 0, and the others in their turn; what ran before is ended at its last beat.
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

  /** The next beat now; after the last, the end. */
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

  /** The last beat at once, and the end. */
  finish() {
    const { run } = this;
    if (!run) return;
    if (run.at < run.count - 1) run.show(run.count - 1);
    this.end();
  }

  /** The end, wherever it is. */
  end() {
    const { run } = this;
    window.clearTimeout(this.timer);
    this.run = null;
    run?.done();
  }
}
