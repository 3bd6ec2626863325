import assert from "node:assert/strict";
import { test } from "node:test";
import { codesAt, projectAll, makeSlice } from "../src/view/slice.ts";

const close = (actual, expected) =>
  [...actual].forEach((value, k) => assert.ok(Math.abs(value - expected[k]) < 1e-6, `${[...actual]} ≠ ${expected}`));

test("on a plane of two dimensions a move changes these and keeps the others", () => {
  const slice = makeSlice({ axes: [2, 0] });
  const z = Float32Array.of(1, 2, 3);
  assert.deepEqual(slice.project(z), [3, 1]);
  assert.deepEqual([...slice.moveTo(z, 5, 6)], [6, 2, 5]);
  assert.deepEqual([...z], [1, 2, 3]);
});

test("a code of one dimension moves along a line", () => {
  const slice = makeSlice({ axes: [0, 0] });
  assert.deepEqual([...slice.moveTo(Float32Array.of(1), 0.5, 9)], [0.5]);
  assert.deepEqual(slice.project(Float32Array.of(1)), [1, 0]);
});

test("on principal axes a move reaches its place and keeps what is orthogonal to the plane", () => {
  const s = Math.SQRT1_2;
  const slice = makeSlice({
    pca: {
      mean: [1, 1, 1],
      basis: [
        [s, s, 0],
        [0, 0, 1],
      ],
    },
  });
  const z = Float32Array.of(2, 4, 0);
  const movedCode = slice.moveTo(z, 0.3, -0.7);
  close(slice.project(movedCode), [0.3, -0.7]);
  assert.ok(Math.abs(movedCode[0] - movedCode[1] - (z[0] - z[1])) < 1e-6); // (1, −1, 0) is not on the plane
});

test("a t-SNE projection cannot be decoded", () => assert.equal(makeSlice({ axes: null, pca: null }).decodable, false));

test("all codes are projected onto the plane", () => {
  const xy = projectAll(Float32Array.of(1, 2, 3, 4, 5, 6), 3, makeSlice({ axes: [1, 2] }));
  assert.deepEqual([...xy], [2, 3, 5, 6]);
});

test("places on the plane are codes that equal z in the other dimensions", () => {
  const codes = codesAt(
    [
      [5, 6],
      [7, 8],
    ],
    makeSlice({ axes: [2, 0] }),
    Float32Array.of(1, 2, 3),
  );
  assert.deepEqual(
    codes.map((code) => [...code]),
    [
      [6, 2, 5],
      [8, 2, 7],
    ],
  );
});
