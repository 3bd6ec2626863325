/**
 * Slow motion: the beats of a step one after another. Each lasts until its time is over or the user asks for the next.
 */

export class SlowMotion {
  beatDuration: number;
  /** Whether the beats advance by themselves. */
  autoAdvances = true;
  current: { beat: number; count: number; show: (beat: number) => void; resolve: () => void } | null = null;
  timer = 0;

  /** @param beatDuration milliseconds of a beat */
  constructor(beatDuration: number) {
    this.beatDuration = beatDuration;
  }

  get isRunning() {
    return this.current !== null;
  }

  /**
   * Shows beat 0 and then the others; an earlier run jumps to its last beat and ends.
   * @returns when the last beat is over
   */
  play(count: number, show: (beat: number) => void): Promise<void> {
    this.jumpToEnd();
    return new Promise((resolve) => {
      this.current = { beat: -1, count, show, resolve };
      this.showNextBeat();
    });
  }

  /** Shows the next beat now; after the last, ends. */
  showNextBeat() {
    const { current } = this;
    if (!current) return;
    current.beat += 1;
    if (current.beat >= current.count) return this.stop();
    current.show(current.beat);
    this.scheduleNextBeat();
  }

  setAutoAdvance(autoAdvances: boolean) {
    this.autoAdvances = autoAdvances;
    this.scheduleNextBeat();
  }

  scheduleNextBeat() {
    window.clearTimeout(this.timer);
    if (this.current && this.autoAdvances) this.timer = window.setTimeout(() => this.showNextBeat(), this.beatDuration);
  }

  /** Shows the last beat at once, and ends. */
  jumpToEnd() {
    const { current } = this;
    if (!current) return;
    if (current.beat < current.count - 1) current.show(current.count - 1);
    this.stop();
  }

  /** Ends at the current beat. */
  stop() {
    const { current } = this;
    window.clearTimeout(this.timer);
    this.current = null;
    current?.resolve();
  }
}
