import assert from "node:assert/strict";
import { test } from "node:test";
import { logGradientAt } from "../src/plane/arrows.ts";

test("the push is the gradient of log D: for D = sigmoid(2x − y) it is (1 − D)·(2, −1)", () => {
  const n = 81;
  const coordinate = (k) => -1 + (2 * k) / (n - 1);
  const sigmoid = (a) => 1 / (1 + Math.exp(-a));
  const values = Float32Array.from({ length: n * n }, (_, k) =>
    sigmoid(2 * coordinate(k % n) - coordinate(Math.floor(k / n))),
  );
  const grid = { values, shape: [n, n], box: [-1, 1, -1, 1] };
  for (const [column, row] of [
    [40, 40],
    [10, 60],
    [70, 5],
  ]) {
    const [x, y] = logGradientAt(grid, row, column);
    const remainder = 1 - values[row * n + column];
    assert.ok(Math.abs(x - 2 * remainder) < 2e-3);
    assert.ok(Math.abs(y + remainder) < 2e-3);
  }
  assert.ok(Math.abs(logGradientAt(grid, 0, 0)[0] - 2 * (1 - values[0])) < 0.06); // one-sided at the edge
});

test("where D is 0 everywhere, there is no push", () => {
  const grid = { values: new Float32Array(9), shape: [3, 3], box: [0, 1, 0, 1] };
  for (let k = 0; k < 9; k++) assert.deepEqual(logGradientAt(grid, Math.floor(k / 3), k % 3), [0, 0]);
});

test("the push does not vanish where D is close to 0: logits from −8 down to −40", () => {
  const n = 65;
  const values = Float32Array.from({ length: n * n }, (_, k) => 1 / (1 + Math.exp(8 + (k % n) / 2)));
  const grid = { values, shape: [n, n], box: [0, 32, 0, 32] };
  for (const [row, column] of [
    [0, 0],
    [0, 10],
    [0, 64],
    [20, 33],
    [n - 1, n - 1],
  ]) {
    const [x, y] = logGradientAt(grid, row, column);
    assert.ok(Math.abs(x + 1) < 2e-3, `the slope of the logit is −1, not ${x}`);
    assert.equal(y, 0);
  }
});
