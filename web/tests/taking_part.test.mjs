import assert from "node:assert/strict";
import { test } from "node:test";
import { pageEvents } from "../src/base/events.ts";
import { clock, messageOf, makePlane } from "./page.mjs";

const { RuleSliders } = await import("../src/game/controls.ts");

/** The events “did” on the page during an action. */
function actionsDuring(act) {
  const actions = [];
  const removeListener = pageEvents.on("did", (action) => actions.push(action));
  act();
  removeListener();
  return actions;
}

/** A plane that has received a message. */
function openPlane() {
  const { plane } = makePlane();
  plane.update(messageOf());
  clock.pass(2000);
  return plane;
}

test("a plane emits where z was moved, which layers are on, and that a code was chosen", () => {
  const plane = openPlane();
  const press = (key) => () => plane.parts.surface.fire("keydown", { key });
  const [moveAction] = actionsDuring(press("ArrowRight"));
  assert.deepEqual(moveAction, { kind: "z", z: [...plane.z] });
  const [{ kind, layers }] = actionsDuring(press("c"));
  assert.deepEqual([kind, layers.includes("codes")], ["layers", false]);
  const choiceActions = actionsDuring(press("Enter"));
  assert.ok(
    choiceActions.some((action) => action.kind === "pick"),
    JSON.stringify(choiceActions),
  );
});

test("a plane is redrawn when the highlight changes, but not once it is closed", () => {
  const plane = openPlane();
  let drawCount = 0;
  plane.redrawOverlays = () => drawCount++;
  pageEvents.emit("light", { drawn: "codes" });
  pageEvents.emit("light", { drawn: "codes" });
  pageEvents.emit("light", { drawn: "" });
  assert.equal(drawCount, 2);
  plane.close();
  pageEvents.emit("light", { drawn: "codes" });
  assert.equal(drawCount, 2);
});

test("rules of the game are emitted when they are set, not when they are built", () => {
  const rules = new RuleSliders(() => {});
  const rule = { name: "weight", label: "λ", help: "", low: 0, high: 3, start: 1, places: 30, log: false, needs: "" };
  assert.deepEqual(
    actionsDuring(() => rules.buildSliders([rule])),
    [],
  );
  assert.deepEqual(
    actionsDuring(() => rules.root.querySelector("button").click()),
    [{ kind: "rules", rules: { weight: 1 } }],
  );
});
