/**
 * The keys of the plane and their actions.
 */

import { LAYERS } from "../view/layers.js";

/** @typedef {{act: "move", dx: number, dy: number} | {act: "zoom", factor: number} | {act: "layer", id: string}
 *    | {act: "reset"} | {act: "escape"} | {act: "help"} | {act: "pick"} | {act: "draw", what: "lasso" | "box"} | {act: "all"}
 *    | {act: "tool", id: string} | {act: "key", id: string}} Action
 *    "tool": its section is opened and gone to; "key": the tool does its one thing, and the focus stays on the plane */

const COARSE = 1 / 20; // of the half-width that is seen
const FINE = 1 / 200;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @type {Object<string, Action>} */
const NAMED = {
  a: { act: "all" },
  b: { act: "draw", what: "box" },
  i: { act: "tool", id: "inspect" },
  l: { act: "draw", what: "lasso" },
  v: { act: "key", id: "travel" },
  w: { act: "key", id: "path" },
  x: { act: "tool", id: "draw" },
};

/** Keys and what they do, as the help lists them. */
export const HELP = [
  ["Arrows", "move z"],
  ["Shift + arrows", "move z finely"],
  ["Enter", "select the code nearest to z"],
  ["I", "the selected image: original, reconstruction, neighbours"],
  ["W", "add a waypoint of the path at z"],
  ["X", "draw an image or drop a file"],
  ["L", "lasso: dragging draws a line around codes"],
  ["B", "box: dragging draws a frame around codes"],
  ["A", "select all visible codes"],
  ["V", "with two linked planes: move the codes to their places in the other"],
  ["Esc", "clear the selection, close this list"],
  ["+ and −", "zoom"],
  ["0", "the whole plane"],
  ...LAYERS.map(({ key, title }) => [key.toUpperCase(), title]),
  ["?", "this list"],
];

/**
 * The action of a key, or null for keys that are left to the page.
 * @param {{key: string, shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean, metaKey?: boolean}} event
 * @returns {Action | null}
 */
export function actionOf({ key, shiftKey, ctrlKey, altKey, metaKey }) {
  if (ctrlKey || altKey || metaKey) return null;
  const arrow = ARROWS[key];
  if (arrow) {
    const step = shiftKey ? FINE : COARSE;
    return { act: "move", dx: arrow[0] * step, dy: arrow[1] * step };
  }
  if (key === "+" || key === "=") return { act: "zoom", factor: 1.25 };
  if (key === "-" || key === "−" || key === "_") return { act: "zoom", factor: 0.8 };
  if (key === "0") return { act: "reset" };
  if (key === "Escape") return { act: "escape" };
  if (key === "Enter") return { act: "pick" };
  if (key === "?") return { act: "help" };
  const named = NAMED[key.toLowerCase()];
  if (named) return named;
  const layer = LAYERS.find((candidate) => candidate.key === key.toLowerCase());
  return layer ? { act: "layer", id: layer.id } : null;
}
