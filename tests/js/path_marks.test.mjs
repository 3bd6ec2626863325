import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, makePlane, messageOf } from "./page.mjs";

const { PathMarks } = await import("../../app/components/js/paths/path_marks.js");

/**
 * A plane with waypoints at (0, 0) and (1, 1); `at` is a place on it as a pointer's, `dragged` lists [number, ...z] of
 * moves.
 */
function marked() {
  const { plane } = makePlane();
  plane.update(messageOf());
  clock.pass(2000);
  const dragged = [];
  const marks = new PathMarks(plane, (k, z) => dragged.push([k, ...z]));
  marks.setPath([Float32Array.of(0, 0), Float32Array.of(1, 1)], []);
  const at = (x, y, more = {}) => {
    const [clientX, clientY] = plane.view.toScreen(x, y);
    return { clientX, clientY, ...more };
  };
  return { plane, surface: plane.parts.surface, marks, handles: marks.handles, dragged, at };
}

test("a press on a waypoint drags it and not z, and a mere press moves nothing", () => {
  const { plane, surface, handles, dragged, at } = marked();
  handles[0].fire("pointerdown", at(0.1, 0));
  assert.deepEqual(dragged, []);
  surface.fire("pointermove", at(2, 1));
  surface.fire("pointerup", at(2, 1));
  surface.fire("pointermove", at(3, 3));
  assert.deepEqual([dragged, [...plane.z], plane.picked], [[[0, 2, 1]], [0, 0], -1]);
});

test("with another button or Shift a press on a waypoint pans the plane", () => {
  for (const how of [{ button: 2 }, { shiftKey: true }]) {
    const { plane, surface, handles, dragged, at } = marked();
    handles[0].fire("pointerdown", at(0, 0, how));
    surface.fire("pointermove", at(1, 0));
    assert.deepEqual([dragged, plane.view.centre], [[], [-1, 0]]);
  }
});

test("two fingers zoom although either of them began on a waypoint, and no waypoint stays moved", () => {
  for (const first of [true, false]) {
    const { plane, surface, handles, dragged, at } = marked();
    const fingers = [
      [handles[1], at(1, 1, { pointerId: 1 })],
      [surface, at(-1, -1, { pointerId: 2 })],
    ];
    for (const [on, where] of first ? fingers : fingers.reverse()) on.fire("pointerdown", where);
    surface.fire("pointermove", at(2, 2, { pointerId: 1 }));
    assert.ok(plane.view.zoom > 1.4, `${plane.view.zoom}`);
    assert.deepEqual(
      [dragged.at(-1) ?? [1, 1, 1], [...plane.z]],
      [
        [1, 1, 1],
        [0, 0],
      ],
    );
  }
});

test("Escape gives up the drag of a waypoint, and one that is removed or replaced during it is not moved", () => {
  const { surface, marks, handles, dragged, at } = marked();
  handles[1].fire("pointerdown", at(1, 1));
  surface.fire("pointermove", at(2, 2));
  surface.fire("keydown", { key: "Escape" });
  surface.fire("pointermove", at(3, 3));
  surface.fire("pointerup", at(3, 3));
  assert.deepEqual(dragged, [
    [1, 2, 2],
    [1, 1, 1],
  ]);
  handles[1].fire("pointerdown", at(1, 1));
  marks.setPath([Float32Array.of(0, 0)], []);
  surface.fire("pointermove", at(2, 2));
  assert.equal(dragged.length, 2);
  handles[0].fire("pointerdown", at(0, 0));
  marks.setPath([Float32Array.of(5, 5)], []); // another path, such as another revision's
  surface.fire("pointermove", at(2, 2));
  surface.fire("keydown", { key: "Escape" });
  assert.equal(dragged.length, 2);
});
