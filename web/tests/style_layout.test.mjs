import assert from "node:assert/strict";
import { test } from "node:test";
import { blendText, gridHeaders } from "../src/style/style_headers.ts";
import {
  contentVector,
  shuffledIndicesByClass,
  layoutAfterRandomSwap,
  layoutWithImage,
  layoutWithoutTarget,
} from "../src/style/style_layout.ts";

const maxSize = { rows: 3, columns: 3 };
const layout = Object.freeze({ rows: [10, 11], columns: [4, 5], blend: { a: 3, b: 8, t: 0.35 } });
const layoutAfterDrop = (kind, index, image = 7, label = 2) =>
  layoutWithImage(layout, { kind, index }, image, label, maxSize);

test("a row takes an image's style, a column its class, and nothing else changes", () => {
  assert.deepEqual(layoutAfterDrop("row", 1), { ...layout, rows: [10, 7] });
  assert.deepEqual(layoutAfterDrop("column", 0), { ...layout, columns: [2, 5] });
  assert.deepEqual(layout, { rows: [10, 11], columns: [4, 5], blend: { a: 3, b: 8, t: 0.35 } });
});

test("rows and columns are added while there is room", () => {
  assert.deepEqual(layoutAfterDrop("new-row", 0).rows, [10, 11, 7]);
  assert.deepEqual(layoutAfterDrop("new-column", 0).columns, [4, 5, 2]);
  assert.deepEqual(
    layoutAfterDrop("row", 2),
    layoutAfterDrop("new-row", 0),
    "as previewed while the image is held over the new row",
  );
  assert.deepEqual(layoutAfterDrop("column", 2), layoutAfterDrop("new-column", 0));
  assert.match(
    layoutWithImage({ ...layout, rows: [1, 2, 3] }, { kind: "new-row", index: 0 }, 7, 2, maxSize),
    /3 rows already/,
  );
  assert.match(
    layoutWithImage({ ...layout, columns: [1, 2, 3] }, { kind: "new-column", index: 0 }, 7, 2, maxSize),
    /3 columns already/,
  );
});

test("a class dropped on the live column becomes its first content, and the second stays different", () => {
  assert.deepEqual(layoutAfterDrop("live-column", 0).blend, { a: 2, b: 8, t: 0 });
  assert.deepEqual(layoutAfterDrop("live-column", 0, 7, 8).blend, { a: 8, b: 3, t: 0 }, "not from a class to itself");
  assert.deepEqual(layoutAfterDrop("b", 0).blend, { a: 3, b: 2, t: 0.35 });
  assert.equal(layoutAfterDrop("live-row", 0), layout, "its style is z, which is no part of the layout");
});

test("an unlabelled image can give its style but no content", () => {
  for (const kind of ["column", "new-column", "live-column", "a", "b"])
    assert.match(layoutAfterDrop(kind, 0, 7, -1), /Image 7 has no class/);
  assert.deepEqual(layoutAfterDrop("row", 0, 7, -1).rows, [7, 11]);
});

test("rows and columns can be removed, except the last", () => {
  assert.deepEqual(layoutWithoutTarget(layout, { kind: "row", index: 0 }).rows, [11]);
  assert.deepEqual(layoutWithoutTarget(layout, { kind: "column", index: 1 }).columns, [4]);
  const rowLayout = { ...layout, rows: [10] };
  assert.equal(layoutWithoutTarget(rowLayout, { kind: "row", index: 0 }), rowLayout);
});

test("the decoder's content consists of shares that sum to 1", () => {
  assert.deepEqual([...contentVector({ a: 1, b: 3, t: 0.25 }, 4)], [0, 0.75, 0, 0.25]);
  assert.deepEqual(
    [...contentVector({ a: 2, b: 2, t: 0.4 }, 3)].map((v) => Math.round(v * 1e6) / 1e6),
    [0, 0, 1],
  );
});

test("two randomly swapped images have different classes, whatever the random number", () => {
  const labels = [0, 0, -1, 1, 2, -1, 0];
  for (let draw = 0; draw < 1; draw += 0.01) {
    const { rows, columns, blend } = layoutAfterRandomSwap(layout, labels, () => draw);
    assert.deepEqual(
      columns,
      rows.map((image) => labels[image]),
    );
    assert.ok(columns[0] !== columns[1] && columns.every((label) => label >= 0));
    assert.equal(blend, layout.blend);
  }
  assert.equal(layoutAfterRandomSwap(layout, [1, 1, -1], Math.random), null);
  assert.equal(layoutAfterRandomSwap(layout, [-1, -1], Math.random), null);
});

test("the tray has every class, and each image once", () => {
  const labels = Int16Array.from({ length: 1000 }, (_, k) => (k < 990 ? k % 2 : 2 + (k % 5)));
  const images = shuffledIndicesByClass(labels, 21, Math.random);
  assert.equal(new Set(images).size, 21);
  const counts = new Map();
  for (const image of images) counts.set(labels[image], (counts.get(labels[image]) ?? 0) + 1);
  assert.deepEqual(
    [...counts].sort(),
    [
      [0, 6],
      [1, 5],
      [2, 2],
      [3, 2],
      [4, 2],
      [5, 2],
      [6, 2],
    ].sort(),
    "all images of the rare classes",
  );
  assert.equal(shuffledIndicesByClass([0, 1, 1], 30, Math.random).length, 3);
  assert.deepEqual(shuffledIndicesByClass([], 30, Math.random), []);
});

const NO_IDS = { nameOf: () => "zero", idOf: () => "" };

test("a row is named by the id of its item, if that is known, or else by its number", () => {
  const layoutOfRows = { rows: [4, 7], columns: [0], blend: { a: 0, b: 1, t: 0 } };
  const header = { classes: ["zero", "one"], contents: ["zero", "one"], colours: ["#111111", "#222222"] };
  const ids = new Map([[4, "N012"]]);
  const items = {
    idOf: (image) => ids.get(image) ?? "",
    nameOf: (image) => (ids.has(image) ? `${ids.get(image)}, zero` : "zero"),
  };
  const { rows } = gridHeaders(header, layoutOfRows, items);
  assert.deepEqual(
    rows.slice(1).map(({ name, note, spokenText }) => [name, note, spokenText]),
    [
      ["N012", undefined, "style of image 4, N012, zero"],
      ["7", "image", "style of image 7, zero"],
    ],
  );
});

test("a column's head has the class's name and colour, or the cluster's number", () => {
  const layoutOfColumns = { rows: [4], columns: [1, 0], blend: { a: 1, b: 0, t: 0.25 } };
  const colours = ["#111111", "#222222"];
  const classes = gridHeaders(
    { classes: ["zero", "one"], contents: ["zero", "one"], colours },
    layoutOfColumns,
    NO_IDS,
  ).columns;
  assert.deepEqual(
    classes.map(({ name, colour }) => [name, colour]),
    [
      ["one→\u200bzero", undefined],
      ["one", "#222222"],
      ["zero", "#111111"],
    ],
  );
  const clusterColumns = gridHeaders(
    { classes: ["zero"], contents: ["cluster 0", "cluster 1"], colours },
    layoutOfColumns,
    NO_IDS,
  ).columns;
  assert.deepEqual(
    clusterColumns.map(({ name, colour }) => [name, colour]),
    [
      ["1→\u200b0", undefined],
      ["1", undefined],
      ["0", undefined],
    ],
  );
  assert.deepEqual(
    [clusterColumns[0].liveText, clusterColumns[1].spokenText],
    ["75 % cluster 1, 25 % cluster 0", "content cluster 1"],
  );
  assert.equal(blendText({ a: 0, b: 1, t: 1 }, ["cluster 0", "cluster 1"]), "cluster 1");
});
