/**
 * The keys of the plane: what each does, and how the help lists it.
 */

import { LAYERS } from "../view/layers.ts";
import { translate } from "../base/translate.ts";
import type { KeyboardControl } from "./keyboard_control.ts";

type KeyAction = (keyboard: KeyboardControl, event: KeyboardEvent) => void;
/** keys: in lower case, by default the name; a row without `act` explains a variation of other keys */
type KeyBinding = { name: string; description: string; keys?: string[]; act?: KeyAction };

const COARSE_STEP = 1 / 20; // of the visible half-width
const FINE_STEP = 1 / 200;
const ARROW_DIRECTIONS: Record<string, number[]> = {
  arrowleft: [-1, 0],
  arrowright: [1, 0],
  arrowup: [0, 1],
  arrowdown: [0, -1],
};

const KEY_BINDINGS: KeyBinding[] = [
  {
    name: translate("Arrows"),
    description: translate("move z"),
    keys: Object.keys(ARROW_DIRECTIONS),
    act: (keyboard, { key, shiftKey }) =>
      keyboard.moveZ(ARROW_DIRECTIONS[key.toLowerCase()], shiftKey ? FINE_STEP : COARSE_STEP),
  },
  { name: translate("Shift + arrows"), description: translate("move z finely") },
  { name: "Enter", description: translate("select the code nearest to z"), act: (keyboard) => keyboard.pickNearest() },
  {
    name: "I",
    description: translate("the selected image: original, reconstruction, neighbours"),
    act: (keyboard) => keyboard.openTool("inspect"),
  },
  {
    name: "W",
    description: translate("add a waypoint at z to the path"),
    act: ({ plane }) => plane.events.emit("key", { id: "path" }),
  },
  { name: "X", description: translate("draw an image or drop a file"), act: (keyboard) => keyboard.openTool("draw") },
  {
    name: "L",
    description: translate("lasso: dragging draws a line around codes"),
    act: ({ plane }) => plane.pointer.toggleSelectionMode("lasso"),
  },
  {
    name: "B",
    description: translate("box: dragging draws a frame around codes"),
    act: ({ plane }) => plane.pointer.toggleSelectionMode("box"),
  },
  { name: "A", description: translate("select all visible codes"), act: ({ plane }) => plane.pointer.selectAll() },
  {
    name: "V",
    description: translate("with two linked planes: move the codes to their places in the other"),
    act: ({ plane }) => plane.events.emit("key", { id: "travel" }),
  },
  {
    name: "Esc",
    description: translate("give up a drag, clear the selection, close this list"),
    keys: ["escape"],
    act: (keyboard) => keyboard.escape(),
  },
  {
    name: translate("+ and −"),
    description: translate("zoom"),
    keys: ["+", "=", "-", "−", "_"],
    act: (keyboard, { key }) => keyboard.plane.zoomAt("+=".includes(key) ? 1.25 : 0.8, ...keyboard.focusPoint()),
  },
  {
    name: "0",
    description: translate("the whole plane"),
    act: ({ plane }) => plane.changeView(() => plane.view.goHome()),
  },
  ...LAYERS.map(
    ({ id, key, title }) =>
      ({
        name: key.toUpperCase(),
        description: title,
        act: ({ plane }) => {
          if (plane.scene.isAvailable(id)) plane.toggleLayer(id);
        },
      }) as KeyBinding,
  ),
  { name: "?", description: translate("this list"), act: (keyboard) => keyboard.toggleHelp() },
];

/** Keys and what they do, as the help lists them. */
export const KEY_HELP = KEY_BINDINGS.map(({ name, description: text }) => [name, text]);

const ACTIONS_BY_KEY = new Map(
  KEY_BINDINGS.flatMap(({ name, keys = [name.toLowerCase()], act }) => keys.map((key) => [key, act])),
);

/** The action of a key; undefined if the key is left to the page. */
export const keyAction = ({
  key,
  ctrlKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey">): KeyAction | undefined =>
  ctrlKey || altKey || metaKey ? undefined : ACTIONS_BY_KEY.get(key.toLowerCase());
