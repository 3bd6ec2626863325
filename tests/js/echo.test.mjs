import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, nearlySame, quiteSame } from "../../app/components/js/base/echo.js";

test("a value that was sent to Python is no news when it comes back, at once or late", () => {
  const echo = new Echo((a, b) => a === b);
  assert.equal(echo.last, undefined);
  assert.ok(echo.isNews(1), "the first value from Python");
  assert.equal(echo.last, 1);
  echo.tell(2);
  echo.tell(3);
  assert.equal(echo.last, 3, "Python will soon have it");
  assert.ok(!echo.isNews(1), "from a run of the script that began before");
  assert.ok(!echo.isNews(2));
  assert.ok(!echo.isNews(3));
  assert.ok(!echo.isNews(3));
  assert.ok(echo.isNews(2), "a link or another control has set it again");
});

test("once a later value came back, earlier values that never did are forgotten", () => {
  const echo = new Echo((a, b) => a === b);
  for (const value of [1, 2, 3]) echo.tell(value);
  assert.ok(!echo.isNews(3));
  assert.deepEqual(echo.said, []);
  assert.ok(echo.isNews(1));
});

test("the echoes of A, B and A are recognised in turn; A sent twice in a row counts once", () => {
  const echo = new Echo((a, b) => a === b);
  assert.ok(echo.isNews("A"));
  for (const value of ["A", "B", "A", "A"]) echo.tell(value);
  assert.deepEqual(echo.said, ["A", "B", "A"]);
  for (const value of ["A", "B", "A", "A"]) assert.ok(!echo.isNews(value), value);
  assert.ok(echo.isNews("B"), "no expected echo is left that could swallow a new value");
});

test("codes are equal if all their numbers are, in 32 bits", () => {
  assert.ok(quiteSame(Float32Array.of(0.1, -2), Float32Array.from([0.1, -2])));
  assert.ok(!quiteSame([0.1, -2], [0.10001, -2]) && !quiteSame([1], [1, 1]));
});

test("codes rounded to four digits, as in a link, count as equal; a slider's step does not", () => {
  assert.ok(nearlySame([0.123456, -2, 0], [0.1235, -2, 0]));
  assert.ok(!nearlySame([0.123456, -2], [0.1265, -2]));
  assert.ok(!nearlySame([1], [1, 1]));
});
