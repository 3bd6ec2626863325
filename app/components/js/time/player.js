/**
 * A time-lapse: its clock while it runs, and its speed along an axis of stops.
 */

const PACE = 16; // stops per second, unless the bounds below apply
const [SHORTEST, LONGEST] = [4, 12]; // seconds from the first stop to the last
const HITCH = 0.2; // the most seconds between two pictures that count, so that a delay skips nothing

/** Stops per second. @param {number} last index of the last stop */
export const paceOf = (last) => last / Math.min(LONGEST, Math.max(SHORTEST, last / PACE));

export class Player {
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
