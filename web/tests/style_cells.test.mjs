import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.mjs";
import { CellImages, decodeJobs } from "../src/style/style_cells.ts";

/** Cells whose canvases record the first value that was painted, 0 to 255. */
function table(rows, columns) {
  const cell = () => {
    const canvas = {
      width: 0,
      height: 0,
      shown: null,
      getContext: () => ({ putImageData: (image) => (canvas.shown = image.data[0]) }),
    };
    return { canvas, drawn: "" };
  };
  return Array.from({ length: rows }, () => Array.from({ length: columns }, cell));
}

/** Networks whose images have the value (z₀ + 10 · the class with the largest share) / 255. */
const pageDecoder = (calls, share = 1) =>
  /** @type {any} */ ({
    networks: {
      image: [1, 2, 1],
      batchSizeFor: (typicalSize) => typicalSize * share,
      decodeMany: (zs, ys) => {
        calls.push(ys.length);
        return ys.map((y, k) => Float32Array.of((zs[k][0] + 10 * y.indexOf(Math.max(...y))) / 255));
      },
    },
  });
const oneHotVector = (k) => Float32Array.from({ length: 3 }, (_, j) => Number(j === k));
const valuesShown = (cells) => cells.map((row) => row.map(({ canvas }) => canvas.shown));

test("every cell shows its row's style and its column's content, and only changed cells are decoded again", () => {
  const cells = table(2, 3);
  const calls = [];
  const board = new CellImages(() => {});
  const paint = (styles, sha = "w") =>
    board.paintStale(
      decodeJobs(
        cells,
        styles.map((v) => [v]),
        [oneHotVector(0), oneHotVector(1), oneHotVector(2)],
        sha,
      ),
      pageDecoder(calls),
    );
  paint([1, 2]);
  assert.deepEqual(valuesShown(cells), [
    [1, 11, 21],
    [2, 12, 22],
  ]);
  paint([1, 2]);
  paint([5, 2]);
  assert.deepEqual(valuesShown(cells), [
    [5, 15, 25],
    [2, 12, 22],
  ]);
  paint([5, 2], "other weights");
  assert.deepEqual(calls, [6, 3, 6]);
});

test("many cells are decoded in several batches", () => {
  const [calls, refreshes] = [[], []];
  const board = new CellImages(() => refreshes.push(1));
  const jobs = decodeJobs(
    table(100, 3),
    Array.from({ length: 100 }, (_, k) => [k]),
    [oneHotVector(0), oneHotVector(1), oneHotVector(2)],
    "w",
  );
  board.paintStale(jobs, pageDecoder(calls));
  assert.deepEqual([calls, refreshes.length], [[256], 1]);
  board.paintStale(jobs, pageDecoder(calls));
  assert.deepEqual([calls, refreshes.length], [[256, 44], 1]);
  for (const { cell } of jobs) cell.imageKey = "";
  board.paintStale(jobs, pageDecoder(calls, 1 / 64));
  assert.deepEqual([calls, refreshes.length], [[256, 44, 4], 2], "smaller batches for a slower decoder");
});

test("the server has one request at a time, then one for what moved meanwhile; a refusal is reported", async () => {
  const cells = table(1, 1);
  const requests = [];
  let refreshCount = 0;
  const board = new CellImages(() => refreshCount++);
  const decode = (codes) =>
    new Promise((resolve, reject) =>
      requests.push({
        z: codes[0][0],
        answer: (value) => resolve({ images: { values: Uint8Array.of(value), shape: [1, 2, 1, 1] } }),
        refuse: reject,
      }),
    );
  const server = { canRequest: () => true, decode };
  const paint = (z) =>
    board.paintStale(
      decodeJobs(cells, [[z]], [oneHotVector(0)], "w"),
      /** @type {any} */ ({ networks: null, usesServer: true, server }),
    );
  paint(1);
  paint(2);
  assert.deepEqual(
    requests.map(({ z }) => z),
    [1],
  );
  requests[0].answer(101);
  await new Promise(setImmediate);
  assert.deepEqual([valuesShown(cells), refreshCount], [[[101]], 1]);
  paint(2);
  requests[1].refuse(new Error("The server did not answer."));
  await new Promise(setImmediate);
  assert.deepEqual([board.error, valuesShown(cells), refreshCount], ["The server did not answer.", [[101]], 2]);
  paint(2);
  assert.equal(requests.length, 2, "a refused request is not repeated");
  paint(3);
  requests[2].answer(103);
  await new Promise(setImmediate);
  assert.deepEqual([board.error, valuesShown(cells)], ["", [[103]]]);
  paint(4);
  requests[3].refuse(new Error("The server did not answer."));
  await new Promise(setImmediate);
  board.paintStale(decodeJobs(cells, [[4]], [oneHotVector(0)], "w"), pageDecoder([]));
  assert.deepEqual([board.error, valuesShown(cells)], ["", [[4]]], "the page decodes now");
});
