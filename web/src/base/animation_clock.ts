/**
 * The clock of an animation: it calls at each picture while it runs.
 */

const MAX_SECONDS = 0.2; // the most seconds between two pictures that count, so that a delay skips nothing

export class AnimationClock {
  onTick: (seconds: number) => void;
  frame = 0;

  /** @param onTick called with the time since the last picture */
  constructor(onTick: (seconds: number) => void) {
    this.onTick = onTick;
  }

  get isRunning() {
    return this.frame > 0;
  }

  start() {
    let previous = performance.now();
    const step = (timestamp: number) => {
      const seconds = Math.min(MAX_SECONDS, Math.max(0, timestamp - previous) / 1000);
      previous = timestamp;
      this.frame = requestAnimationFrame(step);
      this.onTick(seconds);
    };
    this.stop();
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}
