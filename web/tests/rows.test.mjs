import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf, makePlane } from "./page.mjs";
import { MIDDLE_LEVEL, decimalCount, isRowShape, rewordForRows, toFeatureUnits } from "../src/base/table_rows.ts";
import { rowWords } from "../src/base/catalogue.ts";
import { FeatureChart } from "../src/base/feature_chart.ts";
import { copyCanvas, paintValues } from "../src/base/pictures.ts";
import { featureImage } from "../src/view/layers.ts";

const features = {
  names: ["alcohol", "proline"],
  middles: [13, 700],
  reaches: [1.27, 800],
  lows: [12, 300],
  highs: [14.5, 1500],
};
const layers = { codes: true, manifold: true };
let revisions = 0;

/** A plane of a data set of tabular rows with two features. */
function tablePlane(headerChanges = {}) {
  const page = makePlane();
  const weights = {
    decoder: { url: "none", sha: "none", layers: [[2, 2]] },
    discriminator: null,
    encoder: null,
    image: [1, 1, 2],
    dim: 2,
    means: null,
  };
  const revision = `table ${++revisions}`;
  const message = (values = {}) =>
    messageOf({
      revision,
      features,
      layers,
      weights,
      report: ["feature"],
      names: { feature: "feature" },
      setting_texts: {},
      ...headerChanges,
      ...values,
    });
  page.plane.update(message());
  return { ...page, message };
}
const texts = (host, selector) => host.querySelectorAll(selector).map(({ textContent }) => textContent);

test("decoded levels convert to the feature's units: the median in the middle, the ends one reach away", () => {
  assert.equal(toFeatureUnits(features, 0, MIDDLE_LEVEL), 13);
  assert.ok(
    Math.abs(toFeatureUnits(features, 1, 255 / 255) - 1500) < 1e-9 &&
      Math.abs(toFeatureUnits(features, 1, 1 / 255) + 100) < 1e-9,
  );
  assert.deepEqual([decimalCount(features, 0), decimalCount(features, 1)], [2, 0]);
  assert.deepEqual([isRowShape([1, 1, 13]), isRowShape([1, 28, 28]), isRowShape([3, 1, 13])], [true, false, false]);
});

test("a decoded row is shown as a chart: names, values, and bars from the median", () => {
  const { plane } = tablePlane();
  const { chart } = plane.panel;
  assert.deepEqual([chart.canvas.hidden, chart.host.hidden], [true, false]);
  chart.showValues([MIDDLE_LEVEL + 63.5 / 255, MIDDLE_LEVEL - 127 / 255]);
  assert.deepEqual(texts(chart.list, "b"), ["13.63", "−100"]);
  assert.deepEqual(
    chart.rows.map(({ bar }) => [bar.style.left, bar.style.width]),
    [
      ["50%", "25%"],
      ["0%", "50%"],
    ],
  );
  chart.showValues([1, 0]); // both ends of the scale, to which values beyond it are clipped
  assert.ok(
    texts(chart.list, "b").every((text, k) => text.startsWith(["≥ ", "≤ −"][k])),
    "a value at the end of its scale is marked ≥ or ≤",
  );
  plane.update(messageOf({ revision: "pictures" }));
  assert.deepEqual([chart.canvas.hidden, chart.host.hidden], [false, true]);
});

test("a copy shows the same image in its size, or the chart of the same row", () => {
  const [sourceChart, targetChart] = [new FeatureChart("Image here"), new FeatureChart("Image there")];
  paintValues(sourceChart.canvas, new Float32Array(6), [1, 2, 3]);
  copyCanvas(targetChart.canvas, sourceChart.canvas);
  assert.deepEqual([targetChart.canvas.width, targetChart.canvas.height], [3, 2]);
  for (const chart of [sourceChart, targetChart]) chart.setFeatures(features);
  paintValues(sourceChart.canvas, [MIDDLE_LEVEL, MIDDLE_LEVEL], [1, 1, 2]);
  copyCanvas(targetChart.canvas, sourceChart.canvas);
  assert.deepEqual(texts(targetChart.list, "b"), ["13.00", "700"]);
  assert.deepEqual(texts(targetChart.list, "b"), texts(sourceChart.list, "b"));
});

test("the heat map shows the chosen feature, which links keep and Python may set", () => {
  const { plane, message } = tablePlane();
  const key = plane.heatKey;
  assert.deepEqual(
    key.select.children.map(({ textContent }) => textContent),
    features.names,
  );
  assert.deepEqual([key.low.textContent, key.high.textContent], ["≤ 12.00", "≥ 14.50"]);
  key.select.value = "1";
  key.select.fire("change");
  assert.deepEqual([plane.settings.feature, plane.urlState.textOf("feature"), key.low.textContent], [1, "1", "≤ 300"]);
  plane.update(message({ setting_texts: {}, y: 1 }));
  assert.equal(plane.settings.feature, 1, "a message without news changes nothing");
  plane.update(message({ setting_texts: { feature: "0" }, y: 2 }));
  assert.equal(plane.settings.feature, 0);
});

test("the heat map's values are shares of the feature's usual range", () => {
  const { plane } = tablePlane();
  plane.settings.feature = 1;
  const networks = /** @type {any} */ ({ decodeMany: (zs) => zs.map(([, y]) => [0, y]) });
  const heat = plane.scene.featureShareFunction(
    networks,
    features,
  )([
    [0, MIDDLE_LEVEL],
    [0, 1],
  ]);
  assert.ok(Math.abs(heat[0] - (700 - 300) / 1200) < 1e-6 && Math.abs(heat[1] - 1) < 1e-6);
  const canvas = featureImage({ values: Float32Array.of(0, 1, 2, -1), shape: [2, 2] });
  assert.ok(canvas);
});

test("sentences about images are worded for rows", () => {
  assert.equal(rewordForRows("Images: 6 images, one image", true), "Rows: 6 rows, one row");
  assert.equal(rewordForRows("6 images", false), "6 images");
});

test("a text of another language gets that language's words for rows", () => {
  rowWords.push(["[张幅]图像", "行"], ["图像", "行"]);
  try {
    assert.equal(rewordForRows("6 张图像，图像", true, "item"), "6 行，行");
  } finally {
    rowWords.length = 0;
  }
});
