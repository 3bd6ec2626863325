import assert from "node:assert/strict";
import { test } from "node:test";
import { document } from "./dom.mjs";
import { parseColour } from "../../app/components/js/base/theme.js";

test("a colour is painted once, and its numbers are kept", (t) => {
  const create = t.mock.method(document, "createElement");
  const first = parseColour("rebeccapurple");
  assert.equal(parseColour("rebeccapurple"), first);
  assert.equal(create.mock.callCount(), 1);
  assert.notEqual(parseColour("teal"), first);
  assert.equal(create.mock.callCount(), 2);
});
