import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "../../app/components/js/base/events.js";
import { clock, messageOf, planeHere } from "./page.mjs";

const { Rules } = await import("../../app/components/js/game/controls.js");

/** What the parts of the page say while something is done. */
function heardBy(act) {
  const said = [];
  const off = page.on("did", (done) => said.push(done));
  act();
  off();
  return said;
}

/** A plane that has heard a message. */
function shown() {
  const { plane } = planeHere();
  plane.update(messageOf());
  clock.pass(2000);
  return plane;
}

test("a plane says where z was moved, which layers are on, and that a code was chosen", () => {
  const plane = shown();
  const press = (key) => () => plane.parts.surface.happen("keydown", { key });
  const [moved] = heardBy(press("ArrowRight"));
  assert.deepEqual(moved, { what: "z", z: [...plane.z] });
  const [{ what, layers }] = heardBy(press("c"));
  assert.deepEqual([what, layers.includes("codes")], ["layers", false]);
  const chosen = heardBy(press("Enter"));
  assert.ok(chosen.some((done) => done.what === "pick"), JSON.stringify(chosen));
});

test("a plane is drawn anew for another light, and once it has left hears of none", () => {
  const plane = shown();
  let drawn = 0;
  plane.redrawOver = () => drawn++;
  page.emit("light", { drawn: "codes" });
  page.emit("light", { drawn: "codes" });
  page.emit("light", { drawn: "" });
  assert.equal(drawn, 2);
  plane.close();
  page.emit("light", { drawn: "codes" });
  assert.equal(drawn, 2);
});

test("rules of the game are told once they are set, and not as they are laid out", () => {
  const rules = new Rules(() => {});
  const rule = { name: "weight", label: "λ", help: "", low: 0, high: 3, start: 1, places: 30, log: false, needs: "" };
  assert.deepEqual(heardBy(() => rules.build([rule])), []);
  assert.deepEqual(heardBy(() => rules.usual()), [{ what: "rules", rules: { weight: 1 } }]);
});
