import assert from "node:assert/strict";
import { test } from "node:test";
import { EchoFilter, areArraysNearlyEqual, areArraysEqual } from "../src/base/echo_filter.ts";

test("a value that was sent to Python is no news when it comes back, at once or late", () => {
  const echo = new EchoFilter((a, b) => a === b);
  assert.equal(echo.latest, undefined);
  assert.ok(echo.isNewValue(1), "the first value from Python");
  assert.equal(echo.latest, 1);
  echo.noteSent(2);
  echo.noteSent(3);
  assert.equal(echo.latest, 3, "Python will soon have it");
  assert.ok(!echo.isNewValue(1), "from a run of the script that began before");
  assert.ok(!echo.isNewValue(2));
  assert.ok(!echo.isNewValue(3));
  assert.ok(!echo.isNewValue(3));
  assert.ok(echo.isNewValue(2), "a link or another control has set it again");
});

test("once a later value came back, earlier values that never did are forgotten", () => {
  const echo = new EchoFilter((a, b) => a === b);
  for (const value of [1, 2, 3]) echo.noteSent(value);
  assert.ok(!echo.isNewValue(3));
  assert.deepEqual(echo.pending, []);
  assert.ok(echo.isNewValue(1));
});

test("the echoes of A, B and A are recognised in turn; A sent twice in a row counts once", () => {
  const echo = new EchoFilter((a, b) => a === b);
  assert.ok(echo.isNewValue("A"));
  for (const value of ["A", "B", "A", "A"]) echo.noteSent(value);
  assert.deepEqual(echo.pending, ["A", "B", "A"]);
  for (const value of ["A", "B", "A", "A"]) assert.ok(!echo.isNewValue(value), value);
  assert.ok(echo.isNewValue("B"), "no expected echo is left that could swallow a new value");
});

test("codes are equal if all their numbers are, in 32 bits", () => {
  assert.ok(areArraysEqual(Float32Array.of(0.1, -2), Float32Array.from([0.1, -2])));
  assert.ok(!areArraysEqual([0.1, -2], [0.10001, -2]) && !areArraysEqual([1], [1, 1]));
});

test("codes rounded to four digits, as in a link, count as equal; a slider's step does not", () => {
  assert.ok(areArraysNearlyEqual([0.123456, -2, 0], [0.1235, -2, 0]));
  assert.ok(!areArraysNearlyEqual([0.123456, -2], [0.1265, -2]));
  assert.ok(!areArraysNearlyEqual([1], [1, 1]));
});
