/**
 * Streamlit's theme, read from the CSS variables that it sets, for drawing on canvases.
 */

import { context2d } from "./canvas_shapes.ts";
import { element } from "./dom.ts";
import { memoizeByKey } from "./memoize.ts";

export type Theme = { text: string; background: string; border: string; primary: string };

export function readTheme(host: Element): Theme {
  const style = getComputedStyle(host);
  const readVariable = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  return {
    text: readVariable("--st-text-color", "#1f2933"),
    background: readVariable("--st-background-color", "#ffffff"),
    border: readVariable("--st-border-color", "#8a94a3"),
    primary: readVariable("--st-primary-color", "#235c96"),
  };
}

/** The factor by which marks on canvases are enlarged; the style sheet sets it in the presenter's mode. */
export function readMarkScale(element: Element): number {
  const value = Number(getComputedStyle(element).getPropertyValue("--bold"));
  return Math.min(4, Math.max(1, value || 1));
}

/** Red, green and blue, 0–255. */
type Rgb = readonly [number, number, number];

/** A colour in any notation of CSS as numbers; each colour is parsed once. */
export const parseColour = memoizeByKey(paintAndReadColour);

/** A canvas parses every notation of CSS. */
function paintAndReadColour(colour: string): Rgb {
  const pen = context2d(element("canvas", { width: 1, height: 1 }));
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 1, 1);
  const [r, g, b] = pen.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}
