import assert from "node:assert/strict";
import { test } from "node:test";
import { Nearness, sampleByClass } from "../src/paths/nearness.ts";

const line = (n) => Float32Array.from({ length: n }, (_, k) => k);

test("for codes one unit apart on a line, nearness is 1 among them and falls with the distance beyond", () => {
  const nearness = new Nearness(line(101), 1, null); // the fifth nearest of an inner code lies 3 away
  assert.equal(nearness.typicalDistance, 3);
  assert.equal(nearness.nearnessAt([50]), 1);
  assert.ok(Math.abs(nearness.nearnessAt([102]) - 3 / 6) < 1e-9); // from 102 the fifth nearest is 96
  assert.ok(Math.abs(nearness.nearnessAt([126]) - 3 / 30) < 1e-9);
});

test("with too few codes nearness is unknown", () => {
  assert.ok(Number.isNaN(new Nearness(line(5), 1, null).nearnessAt([0])));
  assert.ok(Number.isNaN(new Nearness(new Float32Array(0), 2, null).nearnessAt([0, 0])));
});

test("for codes that are all equal, nearness is 1 there and 0 elsewhere", () => {
  const nearness = new Nearness(new Float32Array(40), 2, null);
  assert.equal(nearness.nearnessAt([0, 0]), 1);
  assert.equal(nearness.nearnessAt([1, 0]), 0);
});

test("a stratified sample keeps each class's share and leaves out non-finite codes", () => {
  const labels = Int16Array.from({ length: 1000 }, (_, k) => (k % 10 === 0 ? 1 : 0));
  const indices = [...sampleByClass(line(1000), 1, labels, 50)];
  assert.equal(new Set(indices).size, 50);
  assert.equal(indices.filter((k) => labels[k] === 1).length, 5);
  assert.deepEqual([...sampleByClass(Float32Array.of(0, 1, NaN, 3, 4, Infinity, 6, 7), 2, null, 9)], [0, 1, 6, 7]);
});
