import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";
import { enableImageDrag } from "../../app/components/js/style/style_drag.js";

/** A root with two images, a row and a column; `dropped` lists images and their targets. */
function table() {
  const root = host();
  const place = (name, value) => {
    const made = root.appendChild(new Element("button"));
    made.setAttribute(`data-${name}`, value);
    if (name === "kind") made.setAttribute("data-at", "0");
    return made;
  };
  const [first, second, row, column] = [
    place("image", "7"),
    place("image", "8"),
    place("kind", "row"),
    place("kind", "column"),
  ];
  const dropped = [];
  enableImageDrag(root, { onTarget: () => {}, onDrop: (image, target) => dropped.push([image, target]) });
  const over = (at) => (document.body.elementFromPoint = () => at);
  const ghosts = () => root.querySelectorAll(".sg-ghost").length;
  return { root, first, second, row, column, dropped, over, ghosts };
}

const down = (thumb, by) => thumb.fire("pointerdown", { button: 0, buttons: 1, pointerId: by, clientX: 0, clientY: 0 });
const move = (root, by, buttons = 1) => root.fire("pointermove", { buttons, pointerId: by, clientX: 50, clientY: 50 });
const up = (root, by) => root.fire("pointerup", { buttons: 0, pointerId: by });

test("an image is dragged by one pointer, and a second finger neither moves nor drops it", () => {
  const { root, first, second, row, column, dropped, over, ghosts } = table();
  down(first, 1);
  over(row);
  move(root, 1);
  down(second, 2);
  over(column);
  move(root, 2);
  up(root, 2);
  assert.deepEqual([dropped, ghosts()], [[], 1]);
  up(root, 1);
  assert.deepEqual([dropped, ghosts()], [[[7, { kind: "row", index: 0 }]], 0]);
});

test("a press released outside the component drags nothing when the pointer comes back", () => {
  const { root, first, row, dropped, over, ghosts } = table();
  down(first, 1);
  over(row);
  move(root, 1, 0);
  move(root, 1, 1);
  assert.deepEqual([dropped, ghosts()], [[], 0]);
});
