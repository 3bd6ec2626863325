/**
 * The clock of an animation: it calls at each picture while it runs.
 */

const HITCH = 0.2; // the most seconds between two pictures that count, so that a delay skips nothing

export class Clock {
  /** @param {(seconds: number) => void} move called with the time since the last picture */
  constructor(move) {
    this.move = move;
    this.frame = 0;
  }

  get on() {
    return this.frame > 0;
  }

  start() {
    let before = performance.now();
    const step = (/** @type {number} */ now) => {
      const seconds = Math.min(HITCH, Math.max(0, now - before) / 1000);
      before = now;
      this.frame = requestAnimationFrame(step);
      this.move(seconds);
    };
    this.stop();
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
