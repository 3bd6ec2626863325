/**
 * Long work in short slices, so that a drag never waits for it.
 */

const TURN = 10; // milliseconds of work, then the browser may paint

export class Tasks {
  /** @param {(busy: boolean) => void} tell called with whether any work is left, whenever that changes */
  constructor(tell = () => {}) {
    this.tell = tell;
    this.busy = false;
    /** @type {Map<string, Generator<void, void, void>>} */
    this.running = new Map();
    this.timer = 0;
    /** While true, nothing is worked on. */
    this.paused = false;
    this.closed = false;
  }

  /** Starts a task in place of the one of the same name. @param {string} name @param {Generator<void, void, void>} work */
  start(name, work) {
    this.stop(name);
    if (this.closed) return;
    this.running.set(name, work);
    this.count();
    this.wake();
  }

  /** Ends a task where it is; its `finally` blocks run. @param {string} name */
  stop(name) {
    this.running.get(name)?.return();
    this.running.delete(name);
    this.count();
  }

  count() {
    const busy = this.running.size > 0;
    if (busy !== this.busy) this.tell(busy);
    this.busy = busy;
  }

  /** @param {boolean} paused */
  pause(paused) {
    this.paused = paused;
    this.wake();
  }

  wake() {
    if (!this.timer && !this.paused && this.running.size) this.timer = window.setTimeout(() => this.turn(), 4);
  }

  turn() {
    this.timer = 0;
    if (this.paused) return;
    const share = TURN / this.running.size;
    for (const [name, work] of [...this.running]) {
      const end = performance.now() + share;
      let done = false;
      while (!done && performance.now() < end) done = Boolean(work.next().done);
      if (done && this.running.get(name) === work) this.running.delete(name);
    }
    this.count();
    this.wake();
  }

  /** Ends all tasks; none can be started afterwards. */
  close() {
    this.closed = true;
    window.clearTimeout(this.timer);
    for (const name of [...this.running.keys()]) this.stop(name);
  }
}

/**
 * The same for asynchronous work: a function to await after each piece, which lets the browser paint once a turn is over.
 * @param {AbortSignal} [given] when aborted, the function rejects with its reason
 * @param {number} [turn] milliseconds
 */
export function pauses(given, turn = TURN) {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun > turn) {
      await new Promise((done) => setTimeout(done));
      begun = performance.now();
    }
    given?.throwIfAborted();
  };
}
