/**
 * The keys of the plane: what each does, and how the help lists it.
 */

import { LAYERS } from "../view/layers.js";

/** @typedef {(by: import("./steering.js").Steering, event: KeyboardEvent) => void} Act */
/** @typedef {{name: string, said: string, keys?: string[], act?: Act}} Row keys: in lower case, by default the name; a row without `act` explains a variation of other keys */

const COARSE = 1 / 20; // of the visible half-width
const FINE = 1 / 200;
/** @type {Object<string, number[]>} */
const ARROWS = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, 1], arrowdown: [0, -1] };

/** @type {Row[]} */
const ROWS = [
  {
    name: "Arrows", said: "move z", keys: Object.keys(ARROWS),
    act: (by, { key, shiftKey }) => by.step(ARROWS[key.toLowerCase()], shiftKey ? FINE : COARSE),
  }, // prettier-ignore
  { name: "Shift + arrows", said: "move z finely" },
  { name: "Enter", said: "select the code nearest to z", act: (by) => by.pickNearest() },
  { name: "I", said: "the selected image: original, reconstruction, neighbours", act: (by) => by.useTool("inspect") },
  { name: "W", said: "add a waypoint at z to the path", act: ({ plane }) => plane.events.emit("key", { id: "path" }) },
  { name: "X", said: "draw an image or drop a file", act: (by) => by.useTool("draw") },
  { name: "L", said: "lasso: dragging draws a line around codes", act: ({ plane }) => plane.pointing.draw("lasso") },
  { name: "B", said: "box: dragging draws a frame around codes", act: ({ plane }) => plane.pointing.draw("box") },
  { name: "A", said: "select all visible codes", act: ({ plane }) => plane.pointing.chooseAll() },
  { name: "V", said: "with two linked planes: move the codes to their places in the other", act: ({ plane }) => plane.events.emit("key", { id: "travel" }) },
  { name: "Esc", said: "give up a drag, clear the selection, close this list", keys: ["escape"], act: (by) => by.letGo() },
  {
    name: "+ and −", said: "zoom", keys: ["+", "=", "-", "−", "_"],
    act: (by, { key }) => by.plane.zoom("+=".includes(key) ? 1.25 : 0.8, ...by.focus()),
  }, // prettier-ignore
  { name: "0", said: "the whole plane", act: ({ plane }) => plane.seen(() => plane.view.reset()) },
  ...LAYERS.map(({ id, key, title }) => /** @type {Row} */ ({
    name: key.toUpperCase(),
    said: title,
    act: ({ plane }) => {
      if (plane.scene.has(id)) plane.toggleLayer(id);
    },
  })),
  { name: "?", said: "this list", act: (by) => by.toggleHelp() },
];

/** Keys and what they do, as the help lists them. */
export const HELP = ROWS.map(({ name, said }) => [name, said]);

const ACTS = new Map(ROWS.flatMap(({ name, keys = [name.toLowerCase()], act }) => keys.map((key) => [key, act])));

/**
 * The action of a key; undefined if the key is left to the page.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">} event
 * @returns {Act | undefined}
 */
export const actOf = ({ key, ctrlKey, altKey, metaKey }) => (ctrlKey || altKey || metaKey ? undefined : ACTS.get(key.toLowerCase()));
