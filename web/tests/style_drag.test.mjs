import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";
import { enableImageDrag } from "../src/style/style_drag.ts";

/** A root with two images, a row and a column; `drops` lists images and their targets. */
function table() {
  const root = host();
  const place = (name, value) => {
    const node = root.appendChild(new Element("button"));
    node.setAttribute(`data-${name}`, value);
    if (name === "kind") node.setAttribute("data-at", "0");
    return node;
  };
  const [first, second, row, column] = [
    place("image", "7"),
    place("image", "8"),
    place("kind", "row"),
    place("kind", "column"),
  ];
  const drops = [];
  enableImageDrag(root, { onTarget: () => {}, onDrop: (image, target) => drops.push([image, target]) });
  const hoverOver = (target) => (document.body.elementFromPoint = () => target);
  const ghosts = () => root.querySelectorAll(".sg-ghost").length;
  return { root, first, second, row, column, drops, hoverOver, ghosts };
}

const pressOn = (thumb, pointerId) =>
  thumb.fire("pointerdown", { button: 0, buttons: 1, pointerId, clientX: 0, clientY: 0 });
const movePointer = (root, pointerId, buttons = 1) =>
  root.fire("pointermove", { buttons, pointerId, clientX: 50, clientY: 50 });
const releaseOver = (root, pointerId) => root.fire("pointerup", { buttons: 0, pointerId });

test("an image is dragged by one pointer, and a second finger neither moves nor drops it", () => {
  const { root, first, second, row, column, drops, hoverOver, ghosts } = table();
  pressOn(first, 1);
  hoverOver(row);
  movePointer(root, 1);
  pressOn(second, 2);
  hoverOver(column);
  movePointer(root, 2);
  releaseOver(root, 2);
  assert.deepEqual([drops, ghosts()], [[], 1]);
  releaseOver(root, 1);
  assert.deepEqual([drops, ghosts()], [[[7, { kind: "row", index: 0 }]], 0]);
});

test("a press released outside the component drags nothing when the pointer comes back", () => {
  const { root, first, row, drops, hoverOver, ghosts } = table();
  pressOn(first, 1);
  hoverOver(row);
  movePointer(root, 1, 0);
  movePointer(root, 1, 1);
  assert.deepEqual([drops, ghosts()], [[], 0]);
});
