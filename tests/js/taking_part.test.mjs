import assert from "node:assert/strict";
import { test } from "node:test";
import { pageEvents } from "../../app/components/js/base/events.js";
import { clock, messageOf, makePlane } from "./page.mjs";

const { RuleSliders } = await import("../../app/components/js/game/controls.js");

/** The events “did” on the page during an action. */
function heardBy(act) {
  const said = [];
  const off = pageEvents.on("did", (done) => said.push(done));
  act();
  off();
  return said;
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
  const [moved] = heardBy(press("ArrowRight"));
  assert.deepEqual(moved, { kind: "z", z: [...plane.z] });
  const [{ kind, layers }] = heardBy(press("c"));
  assert.deepEqual([kind, layers.includes("codes")], ["layers", false]);
  const chosen = heardBy(press("Enter"));
  assert.ok(
    chosen.some((done) => done.kind === "pick"),
    JSON.stringify(chosen),
  );
});

test("a plane is redrawn when the highlight changes, but not once it is closed", () => {
  const plane = openPlane();
  let drawn = 0;
  plane.redrawOverlays = () => drawn++;
  pageEvents.emit("light", { drawn: "codes" });
  pageEvents.emit("light", { drawn: "codes" });
  pageEvents.emit("light", { drawn: "" });
  assert.equal(drawn, 2);
  plane.close();
  pageEvents.emit("light", { drawn: "codes" });
  assert.equal(drawn, 2);
});

test("rules of the game are emitted when they are set, not when they are built", () => {
  const rules = new RuleSliders(() => {});
  const rule = { name: "weight", label: "λ", help: "", low: 0, high: 3, start: 1, places: 30, log: false, needs: "" };
  assert.deepEqual(
    heardBy(() => rules.buildSliders([rule])),
    [],
  );
  assert.deepEqual(
    heardBy(() => rules.root.querySelector("button").click()),
    [{ kind: "rules", rules: { weight: 1 } }],
  );
});
