import assert from "node:assert/strict";
import { test } from "node:test";
import { clock } from "./page.mjs";

const { TaskScheduler } = await import("../src/base/task_scheduler.ts");

/** Endless work, which notes its steps and that it was abandoned. */
function* work(notes) {
  try {
    for (;;) yield void notes.push("step");
  } finally {
    notes.push("abandoned");
  }
}

test("a task is abandoned at once when it is stopped, replaced, or all tasks are closed", () => {
  const tasks = new TaskScheduler();
  const ends = [(name) => tasks.stop(name), (name) => tasks.start(name, work([])), () => tasks.close()];
  for (const end of ends) {
    const notes = [];
    tasks.start("it", work(notes));
    clock.pass(4);
    assert.ok(notes.length > 1 && !notes.includes("abandoned"));
    end("it");
    assert.equal(notes.at(-1), "abandoned");
  }
  const lateSteps = [];
  tasks.start("late", work(lateSteps));
  tasks.setPaused(false);
  clock.pass(1000);
  assert.deepEqual([lateSteps, clock.timers.size], [[], 0]);
});

test("the callback is told whether any task is left, only on changes", () => {
  const reports = [];
  const tasks = new TaskScheduler((isBusy) => reports.push(isBusy));
  tasks.start(
    "one",
    (function* () {
      yield;
    })(),
  );
  tasks.start("two", (function* () {})());
  clock.pass(100);
  assert.deepEqual(
    reports.filter((busy, k) => busy !== reports[k - 1]),
    reports,
  );
  assert.deepEqual([reports[0], reports.at(-1)], [true, false]);
  tasks.start(
    "three",
    (function* () {
      while (true) yield;
    })(),
  );
  assert.equal(reports.at(-1), true);
  tasks.stop("three");
  assert.equal(reports.at(-1), false);
});

test("while the tasks are paused, nothing is worked on, and then they go on", () => {
  const [tasks, notes] = [new TaskScheduler(), []];
  tasks.start("it", work(notes));
  tasks.setPaused(true);
  clock.pass(100);
  assert.deepEqual(notes, []);
  tasks.setPaused(false);
  clock.pass(100);
  assert.ok(notes.length > 0);
  tasks.close();
});
