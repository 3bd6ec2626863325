import assert from "node:assert/strict";
import { test } from "node:test";
import "./dom.mjs";
import { CellImages, decodeJobs } from "../../app/components/js/style/style_cells.js";

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
const decoderHere = (calls, share = 1) =>
  /** @type {any} */ ({
    networks: {
      image: [1, 2, 1],
      batchSizeFor: (most) => most * share,
      decodeMany: (zs, ys) => {
        calls.push(ys.length);
        return ys.map((y, k) => Float32Array.of((zs[k][0] + 10 * y.indexOf(Math.max(...y))) / 255));
      },
    },
  });
const one = (k) => Float32Array.from({ length: 3 }, (_, j) => Number(j === k));
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
        [one(0), one(1), one(2)],
        sha,
      ),
      decoderHere(calls),
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
  const [calls, goes] = [[], []];
  const board = new CellImages(() => goes.push(1));
  const wide = decodeJobs(
    table(100, 3),
    Array.from({ length: 100 }, (_, k) => [k]),
    [one(0), one(1), one(2)],
    "w",
  );
  board.paintStale(wide, decoderHere(calls));
  assert.deepEqual([calls, goes.length], [[256], 1]);
  board.paintStale(wide, decoderHere(calls));
  assert.deepEqual([calls, goes.length], [[256, 44], 1]);
  for (const { cell } of wide) cell.imageKey = "";
  board.paintStale(wide, decoderHere(calls, 1 / 64));
  assert.deepEqual([calls, goes.length], [[256, 44, 4], 2], "smaller batches for a slower decoder");
});

test("the server has one request at a time, then one for what moved meanwhile; a refusal is reported", async () => {
  const cells = table(1, 1);
  const asked = [];
  let again = 0;
  const board = new CellImages(() => again++);
  const decode = (codes) =>
    new Promise((answer, refuse) =>
      asked.push({
        z: codes[0][0],
        answer: (value) => answer({ images: { values: Uint8Array.of(value), shape: [1, 2, 1, 1] } }),
        refuse,
      }),
    );
  const server = { canRequest: () => true, decode };
  const paint = (z) =>
    board.paintStale(
      decodeJobs(cells, [[z]], [one(0)], "w"),
      /** @type {any} */ ({ networks: null, usesServer: true, server }),
    );
  paint(1);
  paint(2);
  assert.deepEqual(
    asked.map(({ z }) => z),
    [1],
  );
  asked[0].answer(101);
  await new Promise(setImmediate);
  assert.deepEqual([valuesShown(cells), again], [[[101]], 1]);
  paint(2);
  asked[1].refuse(new Error("The server did not answer."));
  await new Promise(setImmediate);
  assert.deepEqual([board.error, valuesShown(cells), again], ["The server did not answer.", [[101]], 2]);
  paint(2);
  assert.equal(asked.length, 2, "a refused request is not repeated");
  paint(3);
  asked[2].answer(103);
  await new Promise(setImmediate);
  assert.deepEqual([board.error, valuesShown(cells)], ["", [[103]]]);
  paint(4);
  asked[3].refuse(new Error("The server did not answer."));
  await new Promise(setImmediate);
  board.paintStale(decodeJobs(cells, [[4]], [one(0)], "w"), decoderHere([]));
  assert.deepEqual([board.error, valuesShown(cells)], ["", [[4]]], "the page decodes now");
});
