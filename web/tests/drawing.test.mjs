import assert from "node:assert/strict";
import { test } from "node:test";
import { closestContentText, verdictText, voteText } from "../src/drawing/image_verdict.ts";
import { imageFileOf } from "../src/drawing/image_file.ts";
import { fitStrokes } from "../src/drawing/strokes.ts";

const ends = (strokes, axis) => {
  const values = strokes.flat().filter((_, k) => k % 2 === axis);
  return [Math.min(...values), Math.max(...values)];
};
const assertNear = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("strokes and their line width are scaled to their share of the image and centred, in proportion", () => {
  const strokes = [
    [0.1, 0.2, 0.25, 0.8],
    [0.12, 0.3, 0.14, 0.3],
  ];
  for (const [fillShare, width, height] of [
    [20 / 28, 0.09, 1],
    [1, 0.22, 1],
    [0.8, 0.05, 1.5],
  ]) {
    const fittedStrokes = fitStrokes(strokes, fillShare, width, height);
    const [x0, x1] = ends(fittedStrokes, 0);
    const [y0, y1] = ends(fittedStrokes, 1);
    assertNear(y1 - y0 + width, fillShare * height); // the longer side
    assertNear((y1 - y0) / (x1 - x0), 0.6 / 0.15);
    assertNear((x0 + x1) / 2, 0.5);
    assertNear((y0 + y1) / 2, height / 2);
    assert.equal(fittedStrokes[1].length, 4);
  }
});

test("a wide stroke is limited by the image's width; a dot is not enlarged", () => {
  const [[left, , right]] = fitStrokes([[0.4, 0.5, 0.6, 0.51]], 0.7, 0.1, 1);
  assertNear(right - left + 0.1, 0.7);
  assert.deepEqual(fitStrokes([[0.9, 0.1]], 0.7, 0.1, 1), [[0.5, 0.5]]);
});

test("the nearest codes vote on the class", () => {
  assert.equal(voteText(["3", "3", "8", "3"]), "Class of its nearest codes: 3 (3 of 4).");
  assert.equal(voteText(["3", null, "3", null]), "Class of its nearest codes: 3 (2 of 4).");
  assert.equal(voteText(["3", "8"]), "Its nearest codes disagree: 3, 8 (1 of 2 each).");
  assert.equal(voteText([null, null]), "");
  assert.equal(voteText([]), "");
});

test("an image is off the manifold if the decoder cannot reconstruct it or its code lies outside the prior", () => {
  const typical = { typical: 10, limit: 30 };
  assert.match(
    verdictText(30, typical, true),
    /^The decoder reconstructs it with error 30\.0; typical is 10\.0, and 99 % of the images stay below 30\.0\.$/,
  );
  assert.match(
    verdictText(30.1, typical, true),
    /off the manifold: the decoder cannot reconstruct it \(error 30\.1.*below 30\.0\)\.$/,
  );
  assert.match(verdictText(5, typical, false), /off the manifold: its code lies outside 99 % of the prior\.$/);
  assert.match(verdictText(31, typical, false), /cannot reconstruct it .*, and its code lies outside/);
  assert.equal(verdictText(99, "Nobody knows.", true), "The decoder reconstructs it with error 99.0. Nobody knows.");
  assert.match(verdictText(99, typical, null), /^It is off the manifold/);
  assert.match(verdictText(9, typical, null), /^The decoder reconstructs it/);
});

test("the chosen content is named, and the content with the smallest error", () => {
  assert.equal(
    closestContentText(["a", "b"], 1, 1),
    "Reconstructed with content b, as chosen on this page. No other content is closer.",
  );
  assert.equal(
    closestContentText(["a", "b"], 0, 1),
    "Reconstructed with content a, as chosen on this page. Content b is closest.",
  );
});

test("of several dropped files the first image is taken, or else the first file", () => {
  const files = [{ type: "text/plain" }, { type: "image/png" }, { type: "image/gif" }];
  assert.equal(imageFileOf(/** @type {any} */ ({ files })), files[1]);
  assert.equal(imageFileOf(/** @type {any} */ ({ files: files.slice(0, 1) })), files[0]);
  assert.equal(imageFileOf(/** @type {any} */ ({ files: [] })), null);
  assert.equal(imageFileOf(null), null);
});
