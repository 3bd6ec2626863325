import assert from "node:assert/strict";
import { test } from "node:test";
import { document } from "./dom.mjs";
import { parseColour } from "../src/base/theme.ts";

test("a colour is painted once, and its numbers are kept", (t) => {
  const createMock = t.mock.method(document, "createElement");
  const first = parseColour("rebeccapurple");
  assert.equal(parseColour("rebeccapurple"), first);
  assert.equal(createMock.mock.callCount(), 1);
  assert.notEqual(parseColour("teal"), first);
  assert.equal(createMock.mock.callCount(), 2);
});
