import assert from "node:assert/strict";
import { test } from "node:test";
import { inkBounds, extractInk, preprocessImage } from "../src/drawing/preprocessing.ts";
import { resample } from "../src/drawing/resample.ts";

const DIGIT = { fill: 20 / 28, centre: "mass", ground: "dark" };
let seed = 5;
const nextNumber = () => ((seed = (seed * 48271) % 2147483647), seed / 2147483647);

/** RGBA of a function of x and y that gives [r, g, b, a] or one grey value, 0..255. */
function picture(width, height, colourAt) {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let k = 0; k < width * height; k++) {
    const value = colourAt(k % width, Math.floor(k / width));
    data.set(typeof value === "number" ? [value, value, value, 255] : value, 4 * k);
  }
  return { data, width, height };
}

/** A "7" of 20×14 pixels with soft edges, its centre of mass in pixel (14, 14), as MNIST's digits have it. */
function makeSeven() {
  const x = new Float32Array(784);
  for (let row = 0; row < 3; row++) for (let k = 0; k < 14; k++) x[(8 + row) * 28 + 7 + k] = row === 1 ? 1 : 0.5;
  for (let row = 3; row < 20; row++) {
    const left = 18 - Math.floor(row / 2);
    x.set([0.25, 1, 0.5], (8 + row) * 28 + left);
  }
  return x;
}

/** Exact area means by brute force: every old pixel is repeated until each new pixel covers whole ones. */
function means(values, width, height, w, h) {
  return Float32Array.from({ length: w * h }, (_, k) => {
    let sum = 0;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const y = Math.floor(k / w) * height + i; // in units of 1/h of an old pixel
        const x = (k % w) * width + j;
        sum += values[Math.floor(y / h) * width + Math.floor(x / w)];
      }
    }
    return sum / (width * height);
  });
}

const close = (a, b, tolerance) => {
  assert.equal(a.length, b.length);
  a.forEach((v, k) => assert.ok(Math.abs(v - b[k]) <= tolerance, `at ${k}: ${v} and ${b[k]}`));
};

test("scaling down gives area means, fractions of pixels included", () => {
  for (const [width, height, w, h] of [
    [12, 9, 4, 3],
    [11, 7, 5, 3],
    [30, 17, 28, 16],
    [5, 5, 5, 5],
  ]) {
    const values = Float32Array.from({ length: width * height }, nextNumber);
    const resampled = resample({ values, width, height }, { left: 0, top: 0, width, height }, w, h);
    close(resampled.values, means(values, width, height, w, h), 1e-6);
  }
});

test("stripes finer than a pixel become grey, without aliasing", () => {
  const values = Float32Array.from({ length: 280 * 280 }, (_, k) => k % 2);
  const { values: resampledValues } = resample(
    { values, width: 280, height: 280 },
    { left: 0, top: 0, width: 280, height: 280 },
    28,
    28,
  );
  close(resampledValues, new Float32Array(784).fill(0.5), 1e-6);
});

test("scaling up interpolates a slope linearly", () => {
  const slope = { values: Float32Array.of(0, 0.25, 0.5, 0.75), width: 4, height: 1 };
  const { values } = resample(slope, { left: 0, top: 0, width: 4, height: 1 }, 8, 1);
  close(values, Float32Array.of(0, 0.0625, 0.1875, 0.3125, 0.4375, 0.5625, 0.6875, 0.75), 1e-6);
});

test("outside the picture everything is 0", () => {
  const whiteSquare = { values: new Float32Array(4).fill(1), width: 2, height: 2 };
  close(resample(whiteSquare, { left: -2, top: 0, width: 4, height: 2 }, 2, 1).values, Float32Array.of(0, 1), 1e-6);
});

test("a digit preprocessed like the data set's comes back unchanged, wherever and however large it is drawn", () => {
  const x = makeSeven();
  for (const [scale, left, top, paper, ink] of [
    [10, 37, 5, 0, 255],
    [3, 0, 40, 0, 255],
    [7, 11, 2, 255, 0],
    [4, 9, 9, 240, 20],
  ]) {
    const drawing = picture(28 * scale + 60, 28 * scale + 60, (column, row) => {
      const [i, j] = [Math.floor((column - left) / scale), Math.floor((row - top) / scale)];
      const value = i >= 0 && i < 28 && j >= 0 && j < 28 ? x[j * 28 + i] : 0;
      return Math.round(paper + (ink - paper) * value);
    });
    close(preprocessImage(drawing, [1, 28, 28], DIGIT), x, 0.004);
  }
});

test("ink fills its share of the image, and its centre of mass is in the middle pixel", () => {
  for (const [w, h] of [
    [300, 40],
    [35, 260],
    [111, 97],
  ]) {
    const ellipse = picture(400, 380, (x, y) => (((x - 170) / w) ** 2 + ((y - 150) / h) ** 2 < 0.25 ? 255 : 0));
    const x = preprocessImage(ellipse, [1, 28, 28], DIGIT);
    const bounds = inkBounds({ values: x, width: 28, height: 28 });
    assert.ok(Math.abs(Math.max(bounds.width, bounds.height) - 20) <= 1);
    assert.ok(Math.abs(bounds.width / bounds.height - w / h) < 0.35 * (w / h));
    const mass = x.reduce((sum, v) => sum + v, 0);
    const middle = [0, 1].map(
      (axis) => x.reduce((sum, v, k) => sum + v * ((axis ? Math.floor(k / 28) : k % 28) + 0.5), 0) / mass,
    );
    // 8-bit levels move it by a little
    for (const coordinate of middle) assert.ok(coordinate > 14 - 0.02 && coordinate < 15 + 0.02, String(coordinate));
  }
});

test("an 8×8 digit fills the image's height and stands in its middle", () => {
  const bar = picture(90, 200, (x, y) => (x >= 10 && x < 35 && y >= 20 && y < 180 ? 20 : 250));
  const x = preprocessImage(bar, [1, 8, 8], { fill: 1, centre: "box", ground: "dark" });
  for (let k = 0; k < 64; k++) assert.equal(x[k] > 0, k % 8 === 3 || k % 8 === 4, `pixel ${k}: ${x[k]}`);
});

test("a hairline in a large picture becomes one pixel wide, in full strength", () => {
  const x = preprocessImage(
    picture(900, 900, (column, row) => (column === 400 && row >= 100 && row < 800 ? 0 : 255)),
    [1, 28, 28],
    DIGIT,
  );
  assert.deepEqual(
    [...x].filter((v) => v > 0),
    new Array(20).fill(1),
  );
});

test("noise in a photograph does not count as ink", () => {
  const noisyPicture = picture(200, 200, (x, y) => {
    const stroke = x >= 90 && x < 110 && y >= 50 && y < 150;
    return (stroke ? 60 : 190) + 16 * (nextNumber() + nextNumber() + nextNumber() - 1.5);
  });
  const bounds = inkBounds(
    extractInk({
      values: Float32Array.from({ length: 40000 }, (_, k) => noisyPicture.data[4 * k] / 255),
      width: 200,
      height: 200,
    }),
  );
  assert.deepEqual(bounds, { left: 90, top: 50, width: 20, height: 100 });
});

test("an empty picture is refused", () => {
  for (const level of [0, 128, 255])
    assert.throws(
      () =>
        preprocessImage(
          picture(50, 60, () => level),
          [1, 28, 28],
          DIGIT,
        ),
      /no contrast/,
    );
});

test("a picture whose background is as varied as its middle is refused: no ink stands out", () => {
  const noisePicture = picture(100, 80, () => 255 * nextNumber());
  for (const centre of ["mass", "box"])
    assert.throws(
      () => preprocessImage(noisePicture, [1, 28, 28], { ...DIGIT, centre }),
      /^Error: Nothing stands out .*\.$/,
    );
});

test("transparent pixels become a background that contrasts with the ink", () => {
  const stroke = (x, y) => x >= 40 && x < 50 && y >= 10 && y < 90;
  const preprocessedImages = [0, 255].map((level) =>
    preprocessImage(
      picture(100, 100, (x, y) => [level, level, level, stroke(x, y) ? 255 : 0]),
      [1, 28, 28],
      DIGIT,
    ),
  );
  close(preprocessedImages[0], preprocessedImages[1], 1e-6);
  assert.ok(preprocessedImages[0].some((v) => v === 1) && preprocessedImages[0][0] === 0);
});

test("an image of the data set's own size is used pixel by pixel, with dark ink inverted", () => {
  const corner = (x, y) => (x < 5 && y < 9 ? 200 : 10);
  const x = preprocessImage(picture(28, 28, corner), [1, 28, 28], DIGIT);
  assert.ok(Math.abs(x[0] - 200 / 255) < 1e-6 && Math.abs(x[783] - 10 / 255) < 1e-6);
  const invertedImage = preprocessImage(
    picture(28, 28, (x_, y) => 255 - corner(x_, y)),
    [1, 28, 28],
    DIGIT,
  );
  close(invertedImage, x, 1e-6);
});

test("a photograph is cropped to its centre and keeps its colours", () => {
  const photoSettings = { fill: null, centre: "box", ground: null };
  const widePicture = picture(12, 4, (x) =>
    x < 4 ? [255, 0, 0, 255] : x < 8 ? [0, 102, 204, 255] : [255, 255, 255, 255],
  );
  const x = preprocessImage(widePicture, [3, 2, 2], photoSettings);
  close(x, Float32Array.of(0, 0, 0, 0, 0.4, 0.4, 0.4, 0.4, 0.8, 0.8, 0.8, 0.8), 1e-6);
  const highImage = preprocessImage(
    picture(4, 12, (_, y) => (y < 4 || y >= 8 ? 0 : [0, 102, 204, 255])),
    [1, 2, 2],
    photoSettings,
  );
  close(highImage, new Float32Array(4).fill((0.587 * 102 + 0.114 * 204) / 255), 0.5 / 255);
  close(
    preprocessImage(
      picture(8, 8, () => [0, 0, 0, 0]),
      [3, 2, 2],
      photoSettings,
    ),
    new Float32Array(12).fill(1),
    0,
  );
});

test("a picture is stretched and laid on its ground as the data set's images were", () => {
  const preprocessing = {
    fill: null,
    centre: "box",
    ground: null,
    tones: { low: 16 / 255, high: 48 / 255, backdrop: "black" },
  };
  const values = [
    [0, 0, 0, 255],
    [16, 16, 16, 255],
    [32, 32, 32, 255],
    [200, 200, 200, 255],
    [96, 96, 96, 85],
    [255, 255, 255, 0],
  ];
  const x = preprocessImage(
    picture(6, 1, (column) => values[column]),
    [3, 1, 6],
    preprocessing,
  );
  close([...x.slice(0, 6)], [0, 0, 0.5, 1, 0.5, 0], 1 / 255); // 96 at a third is 32 on black
  const plainImage = preprocessImage(
    picture(6, 1, (column) => values[column]),
    [3, 1, 6],
    { ...preprocessing, tones: undefined },
  );
  // on white: 96 / 3 + 255 · 2 / 3
  close([...plainImage.slice(0, 6)], [0, 16 / 255, 32 / 255, 200 / 255, 202 / 255, 1], 1 / 255);
});

test("a picture that is kept whole gets margins in the colour of its edge", () => {
  const marginSettings = { fill: null, centre: "box", ground: null, margins: true };
  const colourAt = (x, y) => (x < 10 || x >= 50 ? [51, 102, 153, 255] : [y < 15 ? 255 : 0, 204, 0, 255]);
  // 10 pixels a new one: 1.5 rows of margin above and beneath
  const x = preprocessImage(picture(60, 30, colourAt), [3, 6, 6], marginSettings);
  const plane = (c) =>
    Array.from({ length: 6 }, (_, row) =>
      Array.from(x.subarray(36 * c + 6 * row, 36 * c + 6 * row + 6), (v) => Math.round(255 * v)),
    );
  for (const [c, edge] of [51, 102, 153].entries()) {
    for (const row of [0, 5]) assert.deepEqual(plane(c)[row], Array(6).fill(edge));
    assert.deepEqual(
      plane(c).map((row) => row[0]),
      Array(6).fill(edge),
    );
  }
  assert.deepEqual(plane(0)[2].slice(1, 5), Array(4).fill(255));
  assert.deepEqual(plane(0)[3].slice(1, 5), Array(4).fill(0));
  assert.deepEqual(plane(1)[1].slice(1, 5), Array(4).fill(153), "half margin, half picture");
});

test("a drawing keeps its size and place where the data set's preprocessing does not normalise them", () => {
  const as = { fill: null, centre: "box", ground: "dark" };
  const dot = (level, paper) => picture(56, 56, (x, y) => (x >= 4 && x < 8 && y >= 50 && y < 52 ? level : paper));
  for (const drawing of [dot(255, 0), dot(0, 255)]) {
    const x = preprocessImage(drawing, [1, 28, 28], as);
    x.forEach((v, k) => assert.equal(v, Number(k === 25 * 28 + 2 || k === 25 * 28 + 3)));
  }
});
