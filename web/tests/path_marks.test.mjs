import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, makePlane, messageOf } from "./page.mjs";

const { PathMarks } = await import("../src/paths/path_marks.ts");

/**
 * A plane with waypoints at (0, 0) and (1, 1); `pointerAt` gives a place on it as a pointer's, `drags` lists
 * [number, ...z] of moves.
 */
function makeMarkedPlane() {
  const { plane } = makePlane();
  plane.update(messageOf());
  clock.pass(2000);
  const drags = [];
  const marks = new PathMarks(plane, (k, z) => drags.push([k, ...z]));
  marks.setPath([Float32Array.of(0, 0), Float32Array.of(1, 1)], []);
  const pointerAt = (x, y, modifiers = {}) => {
    const [clientX, clientY] = plane.view.toScreen(x, y);
    return { clientX, clientY, ...modifiers };
  };
  return { plane, surface: plane.parts.surface, marks, handles: marks.handles, drags, pointerAt };
}

test("a press on a waypoint drags it and not z, and a mere press moves nothing", () => {
  const { plane, surface, handles, drags, pointerAt } = makeMarkedPlane();
  handles[0].fire("pointerdown", pointerAt(0.1, 0));
  assert.deepEqual(drags, []);
  surface.fire("pointermove", pointerAt(2, 1));
  surface.fire("pointerup", pointerAt(2, 1));
  surface.fire("pointermove", pointerAt(3, 3));
  assert.deepEqual([drags, [...plane.z], plane.picked], [[[0, 2, 1]], [0, 0], -1]);
});

test("with another button or Shift a press on a waypoint pans the plane", () => {
  for (const modifiers of [{ button: 2 }, { shiftKey: true }]) {
    const { plane, surface, handles, drags, pointerAt } = makeMarkedPlane();
    handles[0].fire("pointerdown", pointerAt(0, 0, modifiers));
    surface.fire("pointermove", pointerAt(1, 0));
    assert.deepEqual([drags, plane.view.centre], [[], [-1, 0]]);
  }
});

test("two fingers zoom although either of them began on a waypoint, and no waypoint stays moved", () => {
  for (const first of [true, false]) {
    const { plane, surface, handles, drags, pointerAt } = makeMarkedPlane();
    const fingers = [
      [handles[1], pointerAt(1, 1, { pointerId: 1 })],
      [surface, pointerAt(-1, -1, { pointerId: 2 })],
    ];
    for (const [element, pointer] of first ? fingers : fingers.reverse()) element.fire("pointerdown", pointer);
    surface.fire("pointermove", pointerAt(2, 2, { pointerId: 1 }));
    assert.ok(plane.view.zoom > 1.4, `${plane.view.zoom}`);
    assert.deepEqual(
      [drags.at(-1) ?? [1, 1, 1], [...plane.z]],
      [
        [1, 1, 1],
        [0, 0],
      ],
    );
  }
});

test("Escape gives up the drag of a waypoint, and one that is removed or replaced during it is not moved", () => {
  const { surface, marks, handles, drags, pointerAt } = makeMarkedPlane();
  handles[1].fire("pointerdown", pointerAt(1, 1));
  surface.fire("pointermove", pointerAt(2, 2));
  surface.fire("keydown", { key: "Escape" });
  surface.fire("pointermove", pointerAt(3, 3));
  surface.fire("pointerup", pointerAt(3, 3));
  assert.deepEqual(drags, [
    [1, 2, 2],
    [1, 1, 1],
  ]);
  handles[1].fire("pointerdown", pointerAt(1, 1));
  marks.setPath([Float32Array.of(0, 0)], []);
  surface.fire("pointermove", pointerAt(2, 2));
  assert.equal(drags.length, 2);
  handles[0].fire("pointerdown", pointerAt(0, 0));
  marks.setPath([Float32Array.of(5, 5)], []); // another path, such as another revision's
  surface.fire("pointermove", pointerAt(2, 2));
  surface.fire("keydown", { key: "Escape" });
  assert.equal(drags.length, 2);
});
