import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../app/components/js/files/save.js";

test("codes as CSV: a head, a row each, names quoted where they must be", async () => {
  const rows = [{ number: 3, name: 'a "b", c', z: Float32Array.of(0.5, -2) }, { number: 9, name: "", z: [1e-7, 4] }];
  const file = csvOf(rows, 2);
  assert.equal(file.type, "text/csv");
  assert.equal(await file.text(), 'number,class,z₁,z₂\n3,"a ""b"", c",0.5,-2\n9,,1e-7,4\n');
});
