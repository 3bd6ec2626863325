/**
 * Long work in short slices, so that a drag never waits for it.
 */

const SLICE_MS = 10; // milliseconds of work, then the browser may paint
const PAUSE_MS = 4; // milliseconds between two slices

export class TaskScheduler {
  onBusyChange: (isBusy: boolean) => void;
  busy = false;
  tasks: Map<string, Generator<void, void, void>> = new Map();
  timer = 0;
  /** While true, nothing is worked on. */
  isPaused = false;
  closed = false;

  /** @param onBusyChange called with whether any work is left, whenever that changes */
  constructor(onBusyChange: (isBusy: boolean) => void = () => {}) {
    this.onBusyChange = onBusyChange;
  }

  /** Starts a task in place of the one of the same name. */
  start(name: string, work: Generator<void, void, void>) {
    this.stop(name);
    if (this.closed) return;
    this.tasks.set(name, work);
    this.updateBusy();
    this.scheduleSlice();
  }

  /** Ends a task where it is; its `finally` blocks run. */
  stop(name: string) {
    this.tasks.get(name)?.return();
    this.tasks.delete(name);
    this.updateBusy();
  }

  updateBusy() {
    const isBusy = this.tasks.size > 0;
    if (isBusy !== this.busy) this.onBusyChange(isBusy);
    this.busy = isBusy;
  }

  setPaused(isPaused: boolean) {
    this.isPaused = isPaused;
    this.scheduleSlice();
  }

  scheduleSlice() {
    if (!this.timer && !this.isPaused && this.tasks.size)
      this.timer = window.setTimeout(() => this.runSlice(), PAUSE_MS);
  }

  runSlice() {
    this.timer = 0;
    if (this.isPaused) return;
    const share = SLICE_MS / this.tasks.size;
    for (const [name, work] of [...this.tasks]) {
      const end = performance.now() + share;
      let isDone = false;
      while (!isDone && performance.now() < end) isDone = Boolean(work.next().done);
      if (isDone && this.tasks.get(name) === work) this.tasks.delete(name);
    }
    this.updateBusy();
    this.scheduleSlice();
  }

  /** Ends all tasks; none can be started afterwards. */
  close() {
    this.closed = true;
    window.clearTimeout(this.timer);
    for (const name of [...this.tasks.keys()]) this.stop(name);
  }
}

/**
 * A function to await after each piece of asynchronous work; when a slice is over, it lets the browser paint.
 * @param signal when aborted, the function rejects with its reason
 * @param sliceLength milliseconds
 */
export function createYielder(signal?: AbortSignal, sliceLength: number = SLICE_MS) {
  let sliceStart = performance.now();
  return async () => {
    if (performance.now() - sliceStart > sliceLength) {
      await new Promise((resolve) => setTimeout(resolve));
      sliceStart = performance.now();
    }
    signal?.throwIfAborted();
  };
}
