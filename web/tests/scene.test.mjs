/** What a plane draws above and beneath its codes. */

import assert from "node:assert/strict";
import test from "node:test";

import { Scene } from "../src/plane/scene.ts";

/** Whether codes are dimmed while these layers are on. */
const areDimmed = (layers, header = {}, colouredMask = null) =>
  Scene.prototype.areCodesDimmed.call({ plane: { header, colouredMask }, isShown: (id) => layers.includes(id) });

test("codes step back for layers that they would hide, but not over a heat map, whose colours would change theirs", () => {
  const tableHeader = { features: { names: ["proline"] } };
  assert.equal(areDimmed(["codes", "prior"]), false);
  assert.equal(areDimmed(["codes", "manifold"]), true);
  assert.equal(areDimmed(["codes", "manifold"], tableHeader), false);
  assert.equal(areDimmed(["codes", "manifold", "judge"], tableHeader), true);
  assert.equal(areDimmed(["codes", "judge"], {}, [true, false]), false);
});
