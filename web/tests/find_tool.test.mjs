import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, makePlane, messageOf } from "./page.mjs";
import { packed } from "./packed.mjs";

const IDS = { name: "id", repeats: false, searched: true };
const TEXTS = new TextEncoder().encode(JSON.stringify([["N3", "N1", "N2", "M1"]]));
const FILE = packed({ v: 1, columns: [IDS], left_out: [] }, { texts: { values: TEXTS, shape: [TEXTS.length] } });
const NO_SERVER = "The ids of the items could not be fetched; the server did not answer.";
const GONE_SENTENCE = "The ids of the items could not be fetched (status 404); reload the page.";

const settled = () => new Promise((resolve) => setImmediate(resolve));

/**
 * A plane with an open section *Find items*, whose server gives these answers, one after the other: null for none, a
 * status, or a file.
 */
async function openFindItems(sha, ...answers) {
  let requests = 0;
  globalThis.fetch = /** @type {any} */ (
    async () => {
      const answer = answers[requests++];
      if (answer === null) throw new TypeError("network");
      if (typeof answer === "number") return { ok: false, status: answer };
      return {
        ok: true,
        arrayBuffer: async () => answer.buffer.slice(answer.byteOffset, answer.byteOffset + answer.length),
      };
    }
  );
  const { plane } = makePlane();
  const items = { sha, url: `items-${sha}` };
  plane.update(messageOf({ tools: ["find", "inspect"], items }));
  clock.pass(2000);
  await settled();
  const details = plane.tools.sections.get("find");
  details.open = true;
  details.fire("toggle");
  const field = details.querySelector("input");
  const status = () => details.querySelector(".lp-note").textContent;
  const buttonOf = (text) => details.querySelectorAll("button").find((button) => button.textContent === text);
  const search = (searchText) => {
    field.value = searchText;
    field.fire("input");
    clock.pass(200);
  };
  return { plane, status, buttonOf, search, requestCount: () => requests };
}

test("texts that could not be fetched are told of, in place of no items, and can be fetched again", async () => {
  const { status, buttonOf, search, requestCount } = await openFindItems("a", null, 404, FILE);
  assert.equal(status(), NO_SERVER);
  search("n");
  assert.deepEqual([status(), buttonOf("Try again").hidden], [NO_SERVER, false]);
  buttonOf("Try again").fire("click");
  assert.equal(status(), "The ids and texts of the items are on their way …");
  assert.equal(buttonOf("Try again").hidden, true);
  await settled();
  assert.deepEqual([status(), buttonOf("Try again").hidden], [GONE_SENTENCE, false]);
  buttonOf("Try again").fire("click");
  await settled();
  assert.deepEqual([status(), buttonOf("Try again").hidden], ["3 items contain this.", true]);
  assert.equal(requestCount(), 3);
});

test("a CSV tries again to fetch the ids, and is not saved without them in silence", async () => {
  const { plane } = await openFindItems("b", null, 404);
  plane.selectCodes(Uint8Array.of(1, 0, 0, 0));
  plane.selection.saveCsv();
  await settled();
  assert.match(plane.parts.root.textContent, /could not be fetched \(status 404\); reload the page\./);
});

test("items of a class that is hidden are no longer among those that can be chosen", async () => {
  const { plane, search, buttonOf } = await openFindItems("c", FILE);
  search("n");
  assert.equal(buttonOf("Select all 3").hidden, false);
  plane.hideClasses([1]); // N2 and M1
  assert.equal(buttonOf("Select all 2").hidden, false);
});
