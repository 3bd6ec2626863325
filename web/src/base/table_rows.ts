/**
 * Rows of a table in place of images: a small chart of their features' levels (`aae_core/latent/charts.py` draws the
 * same).
 */

import { rowWords } from "./catalogue.ts";
import type { Features } from "../messages.ts";

const [MIDDLE, STEPS] = [128, 127]; // of 256 levels: the median's, and how many lie between it and an end of the scale
const [SIDE, WIDEST] = [48, 96]; // pixels: the chart's height and approximate width, and its greatest width
const GROUND_COLOUR = [32, 38, 46];
const LINE_COLOUR = [120, 128, 138];
const ABOVE_COLOUR = [255, 166, 77];
const BELOW_COLOUR = [92, 180, 255];
export const MIDDLE_LEVEL = MIDDLE / 255;

/**
 * Whether values of this shape are a row: no image is one pixel high.
 * @param shape C, H, W
 */
export const isRowShape = (shape: ArrayLike<number>): boolean => shape[0] === 1 && shape[1] === 1;

/**
 * A text about images, reworded for the rows of a table where `isTable` is true.
 * @param text in the language of the page
 * @param word the English word in place of "image"
 */
export const rewordForRows = (text: string, isTable: boolean, word: string = "row"): string => {
  if (!isTable) return text;
  if (rowWords.length)
    return rowWords.reduce(
      (rewordedText, [pattern, replacement]) => rewordedText.replace(new RegExp(pattern, "g"), replacement),
      text,
    );
  return text.replace(/image/g, word).replace(/Image/g, word[0].toUpperCase() + word.slice(1));
};

/** How far a value in 0..1 is from the median, ±1 at the ends of its scale. */
export const scaledDeviationFromMedian = (level: number): number => (255 * level - MIDDLE) / STEPS;

/**
 * A feature's value in its own units.
 * @param level in 0..1
 */
export const toFeatureUnits = ({ middles, reaches }: Features, featureIndex: number, level: number): number =>
  middles[featureIndex] + reaches[featureIndex] * scaledDeviationFromMedian(level);

/**
 * The number of decimals that tells neighbouring levels apart.
 * @param maxDecimals as many as a page has room for
 */
export const decimalCount = ({ reaches }: Features, k: number, maxDecimals: number = 8): number =>
  Math.min(maxDecimals, Math.max(0, Math.ceil(-Math.log10(reaches[k] / STEPS))));

/**
 * The number of bars in the chart of so many features, the width of a bar in pixels, and the number of features that
 * share a bar.
 */
function barCountAndWidth(count: number): { bars: number; barWidth: number; featuresPerBar: number } {
  const featuresPerBar = Math.ceil(count / WIDEST);
  const bars = Math.ceil(count / featuresPerBar);
  return { bars, barWidth: Math.max(1, Math.round(SIDE / bars)), featuresPerBar };
}

/** Width and height of the small chart of so many features. */
export function rowChartSize(count: number): [number, number] {
  const { bars, barWidth } = barCountAndWidth(count);
  return [bars * barWidth, SIDE];
}

/**
 * The colour of a pixel of a bar.
 * @param level pixels above the median's line
 * @param height of the bar in pixels, negative below the line
 */
function barColour(level: number, height: number) {
  if (level === 0) return height < 0 ? BELOW_COLOUR : LINE_COLOUR;
  if (level > 0) return level <= height ? ABOVE_COLOUR : GROUND_COLOUR;
  return level > height ? BELOW_COLOUR : GROUND_COLOUR;
}

/**
 * A bar for each feature, from the median up or down; where several share one, it shows the value farthest from its
 * median.
 * @param values F in 0..1
 */
export function rowChartImage(values: ArrayLike<number>): ImageData {
  const { bars, barWidth, featuresPerBar } = barCountAndWidth(values.length);
  const image = new ImageData(bars * barWidth, SIDE);
  for (let x = 0; x < image.width; x++) {
    const first = Math.floor(x / barWidth) * featuresPerBar;
    let farthest = 0;
    for (let k = first; k < Math.min(first + featuresPerBar, values.length); k++) {
      const deviation = scaledDeviationFromMedian(Math.round(255 * Math.min(1, Math.max(0, values[k]))) / 255);
      if (Math.abs(deviation) > Math.abs(farthest)) farthest = deviation;
    }
    // a gap between bars
    const height = barWidth > 2 && x % barWidth === barWidth - 1 ? 0 : Math.floor((farthest * SIDE) / 2 + 0.5);
    for (let y = 0; y < SIDE; y++) {
      const level = SIDE / 2 - y;
      image.data.set([...barColour(level, height), 255], 4 * (y * image.width + x));
    }
  }
  return image;
}
