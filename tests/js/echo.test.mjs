import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, nearlySame, quiteSame } from "../../app/components/js/base/echo.js";

test("what Python was told is no news when it comes back, at once or late", () => {
  const echo = new Echo((a, b) => a === b);
  assert.equal(echo.last, undefined);
  assert.ok(echo.isNews(1), "the first it says");
  assert.equal(echo.last, 1);
  echo.tell(2);
  echo.tell(3);
  assert.equal(echo.last, 3, "it will have it soon");
  assert.ok(!echo.isNews(1), "a run that began before");
  assert.ok(!echo.isNews(2));
  assert.ok(!echo.isNews(3));
  assert.ok(!echo.isNews(3));
  assert.ok(echo.isNews(2), "a link or another control went back to it");
});

test("of what was told and never repeated nothing is left once a later one came", () => {
  const echo = new Echo((a, b) => a === b);
  for (const value of [1, 2, 3]) echo.tell(value);
  assert.ok(!echo.isNews(3));
  assert.deepEqual(echo.said, []);
  assert.ok(echo.isNews(1));
});

test("A, B and A again come back in turn; A said twice comes back once", () => {
  const echo = new Echo((a, b) => a === b);
  assert.ok(echo.isNews("A"));
  for (const value of ["A", "B", "A", "A"]) echo.tell(value);
  assert.deepEqual(echo.said, ["A", "B", "A"]);
  for (const value of ["A", "B", "A", "A"]) assert.ok(!echo.isNews(value), value);
  assert.ok(echo.isNews("B"), "nothing is left that Python could say without being heard");
});

test("codes are quite the same number for number, as 32 bits have them", () => {
  assert.ok(quiteSame(Float32Array.of(0.1, -2), Float32Array.from([0.1, -2])));
  assert.ok(!quiteSame([0.1, -2], [0.10001, -2]) && !quiteSame([1], [1, 1]));
});

test("a link's four digits are near enough, a slider's step is not", () => {
  assert.ok(nearlySame([0.123456, -2, 0], [0.1235, -2, 0]));
  assert.ok(!nearlySame([0.123456, -2], [0.1265, -2]));
  assert.ok(!nearlySame([1], [1, 1]));
});
