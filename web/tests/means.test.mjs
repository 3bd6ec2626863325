import assert from "node:assert/strict";
import { test } from "node:test";
import { classMeans, codeAnalogy } from "../src/paths/code_means.ts";

test("each class has the mean of its codes; codes without a label are left out", () => {
  const means = classMeans(Float32Array.of(0, 0, 2, 4, 9, 9, 5, 6), 2, Int16Array.of(3, 3, -1, 0));
  assert.deepEqual(
    [...means].map(([label, mean]) => [label, [...mean]]),
    [
      [0, [5, 6]],
      [3, [1, 2]],
    ],
  );
});

test("without labels there are no means", () => assert.equal(classMeans(Float32Array.of(1, 2), 2, null).size, 0));

test("the combination of three codes is A − B + C", () =>
  assert.deepEqual([...codeAnalogy([1, 2], [0.5, 4], [10, 20])], [10.5, 18]));
