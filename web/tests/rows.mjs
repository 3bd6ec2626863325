/** Draws the rows that `test_rows_in_page.py` wrote into a folder, as the page does, and writes the pixels there. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "./dom.mjs";

const { rowChartImage } = await import("../src/base/table_rows.ts");
const folder = process.argv[2];
const { rows, count } = JSON.parse(readFileSync(join(folder, "plan.json"), "utf8"));
const levels = readFileSync(join(folder, "levels.u1"));
const pictures = Array.from({ length: rows }, (_, k) =>
  Buffer.from(
    rowChartImage(Float32Array.from(levels.subarray(k * count, (k + 1) * count), (level) => level / 255)).data,
  ),
);
writeFileSync(join(folder, "pictures.u1"), Buffer.concat(pictures));
