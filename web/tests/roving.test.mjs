import assert from "node:assert/strict";
import test from "node:test";

import { document, host } from "./dom.mjs";
import { element } from "../src/base/dom.ts";
import { enableRovingTabindex } from "../src/base/roving_tabindex.ts";

test("arrow keys move within a row of controls, but with Alt, Ctrl or Cmd they are left to the browser", () => {
  const row = host();
  const [first, second] = ["1", "2"].map((text) => row.appendChild(element("button", {}, text)));
  enableRovingTabindex(row, "button");
  first.focus();
  for (const key of ["altKey", "ctrlKey", "metaKey"])
    assert.equal(first.fire("keydown", { key: "ArrowRight", [key]: true }).prevented, false);
  assert.equal(document.activeElement, first);
  assert.equal(first.fire("keydown", { key: "ArrowRight" }).prevented, true);
  assert.equal(document.activeElement, second);
});
