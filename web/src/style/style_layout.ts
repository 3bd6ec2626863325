/**
 * The layout of the grid of styles × contents, and how it changes when a row or a column takes an image.
 */

import { translate } from "../base/translate.ts";
import type { Layout } from "../messages.ts";

export type Target = {
  kind: "row" | "column" | "new-row" | "new-column" | "live-row" | "live-column" | "a" | "b";
  index: number;
};

/**
 * The layout once a target has taken an image: a row its style, a column its content.
 * @param layout not changed
 * @param content of the image, −1 for none
 * @param limits the largest numbers of rows and columns
 * @returns a sentence if it is not possible
 */
export function layoutWithImage(
  layout: Layout,
  { kind, index }: Target,
  image: number,
  content: number,
  limits: { rows: number; columns: number },
): Layout | string {
  const { rows, columns, blend } = layout;
  if (kind === "live-row") return layout;
  if (kind === "row" && index < rows.length) return { ...layout, rows: rows.with(index, image) };
  if (kind === "row" || kind === "new-row") {
    // "row" occurs here if the row exists only in the preview of a drag onto “+”
    if (rows.length >= limits.rows)
      return translate("There are {count} rows already; remove one first.", { count: limits.rows });
    return { ...layout, rows: [...rows, image] };
  }
  if (content < 0) return translate("Image {image} has no class, so it cannot set a column’s content.", { image });
  if (kind === "column" && index < columns.length) return { ...layout, columns: columns.with(index, content) };
  if (kind === "column" || kind === "new-column") {
    if (columns.length >= limits.columns)
      return translate("There are {count} columns already; remove one first.", { count: limits.columns });
    return { ...layout, columns: [...columns, content] };
  }
  if (kind === "a" || kind === "b") return { ...layout, blend: { ...blend, [kind]: content } };
  return { ...layout, blend: { a: content, b: content === blend.b ? blend.a : blend.b, t: 0 } };
}

/** The layout without a row or a column; the last of each kind cannot be removed. */
export function layoutWithoutTarget(layout: Layout, { kind, index }: Target): Layout {
  const name = kind === "row" ? "rows" : "columns";
  return layout[name].length > 1 ? { ...layout, [name]: layout[name].filter((_, k) => k !== index) } : layout;
}

/**
 * The decoder's input y: one-hot, or the shares of two contents.
 * @param count of contents
 */
export function contentVector({ a, b, t }: { a: number; b: number; t: number }, count: number): Float32Array {
  const y = new Float32Array(count);
  y[a] += 1 - t;
  y[b] += t;
  return y;
}

/**
 * A layout of two images with different contents: their styles are the rows, their contents the columns. Null if there
 * is only one content.
 * @param contents of the images, −1 for none
 * @param random in 0..1
 */
export function layoutAfterRandomSwap(
  layout: Layout,
  contents: ArrayLike<number>,
  random: () => number,
): Layout | null {
  const labelledImages = Array.from(contents, (_, k) => k).filter((k) => contents[k] >= 0);
  const first = labelledImages[Math.floor(random() * labelledImages.length)];
  const rivalImages = labelledImages.filter((k) => contents[k] !== contents[first]);
  if (!rivalImages.length) return null;
  const second = rivalImages[Math.floor(random() * rivalImages.length)];
  return { ...layout, rows: [first, second], columns: [contents[first], contents[second]] };
}

/**
 * Indices of random images, with the classes in turn, so that every class occurs if `count` allows.
 * @param random in 0..1
 */
export function shuffledIndicesByClass(labels: ArrayLike<number>, count: number, random: () => number): number[] {
  const imagesByClass: Map<number, number[]> = new Map();
  const shuffledImages = Array.from(labels, (label, k) => ({ label, k, order: random() })).sort(
    (a, b) => a.order - b.order,
  );
  for (const { label } of shuffledImages) imagesByClass.set(label, []);
  for (const { label, k } of shuffledImages) imagesByClass.get(label)?.push(k);
  const classes = [...imagesByClass].sort(([a], [b]) => a - b).map(([, images]) => images);
  const selectedImages = [];
  for (let turn = 0; selectedImages.length < Math.min(count, labels.length); turn++) {
    for (const images of classes)
      if (turn < images.length && selectedImages.length < count) selectedImages.push(images[turn]);
  }
  return selectedImages;
}
