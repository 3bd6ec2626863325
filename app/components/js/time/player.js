/**
 * A time-lapse: its clock while it runs, and its speed along an axis of stops.
 */

const PACE = 16; // stops a second, so that a run of 200 takes some twelve
const [SHORTEST, LONGEST] = [4, 12]; // seconds from the first stop to the last
const HITCH = 0.2; // seconds that one picture may count for: after a hitch nothing is left out

/** Stops a second. @param {number} last number of the last stop */
export const paceOf = (last) => last / Math.min(LONGEST, Math.max(SHORTEST, last / PACE));

export class Player {
  /** @param {(seconds: number) => void} move told how much time has passed since the last picture */
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
