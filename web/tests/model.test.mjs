import assert from "node:assert/strict";
import { test } from "node:test";
import { PlaneState } from "../src/plane/plane_state.ts";

/**
 * A model without a page, of four codes on the unit square's corners; `messages` lists messages to Python, `calls`
 * events and refreshes.
 */
function makeModel() {
  const model = new PlaneState();
  const [messages, calls] = [[], []];
  model.sendMessage = (key, value) => messages.push([key, value]);
  model.refresh = (isAnew = false) => void calls.push(isAnew);
  for (const name of ["z", "pick", "commit", "rest"])
    model.events.on(name, (detail) => calls.push([name, detail.source ?? ""]));
  const z = Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1);
  const header = { dim: 2, code: [0, 0], picked: null, classes: ["a"], colours: [], shapes: [], layers: {} };
  Object.assign(model, { header, fields: { z: { values: z, shape: [4, 2] } }, ready: true });
  Object.assign(model.settings.layers, { codes: true });
  globalThis.window = /** @type {any} */ ({ clearTimeout() {} });
  return { model, messages, calls, header };
}

test("choosing a code moves z and tells Python; moving z afterwards unchooses the code", () => {
  const { model, messages, calls } = makeModel();
  model.pickCode(3);
  assert.deepEqual([[...model.z], model.picked, messages], [[1, 1], 3, [["picked", { index: 3 }]]]);
  model.moveZTo(Float32Array.of(0.5, 0.25));
  assert.deepEqual([[...model.z], model.picked, messages[1]], [[0.5, 0.25], -1, ["code", { z: [0.5, 0.25] }]]);
  assert.deepEqual(
    calls.filter((entry) => Array.isArray(entry)),
    [
      ["z", "tool"],
      ["pick", "person"],
      ["z", "tool"],
      ["pick", "commit"],
      ["commit", ""],
    ],
  );
});

test("an echo from Python changes nothing, news is applied, but not during a drag", () => {
  const { model, header } = makeModel();
  model.moveZTo(Float32Array.of(2, 2));
  model.setZ(Float32Array.of(3, 3), "drag");
  assert.deepEqual(model.acceptCode({ ...header, code: [2, 2] }, false), { z: false, picked: false });
  assert.deepEqual([...model.z], [3, 3]);
  assert.deepEqual(model.acceptCode({ ...header, code: [9, 9], picked: 1 }, false), { z: true, picked: true });
  assert.deepEqual([[...model.z], model.picked], [[9, 9], 1]);
  model.dragging = true;
  assert.deepEqual(model.acceptCode({ ...header, code: [0, 7] }, false), { z: false, picked: false });
});

test("layers are recomputed only if z leaves the plane that is shown, and never during a drag", () => {
  const { model, calls } = makeModel();
  model.slice = { ...model.slice, decodable: true, shownDimensions: [0, 1] };
  model.setZ(Float32Array.of(1, 1), "slide");
  model.setZ(Float32Array.of(1, 1, 1), "slide");
  model.setZ(Float32Array.of(1, 1, 2), "drag");
  assert.deepEqual(
    calls.filter((entry) => !Array.isArray(entry)),
    [false, true, false],
  );
});
