import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { clock } from "./page.mjs";

const { StyleGrid, default: mount } = await import("../../app/components/js/style/style_grid.js");

test("a closed grid draws nothing more and drops its networks, whatever arrives", async () => {
  const root = host();
  const grid = new StyleGrid(root);
  assert.equal(root.children.length, 1);
  grid.decoder.load({ revision: "a", weights: null, decoder_refusal: "Too large." }, {});
  assert.equal(grid.liveControls.decoderNote.textContent, "Too large.");
  const asked = [];
  const server = {
    fetchImages: async (numbers) => (
      asked.push(numbers.length),
      { values: new Uint8Array(numbers.length), shape: [numbers.length, 1, 1, 1] }
    ),
  };
  grid.sprites.serverSheet.setServer(/** @type {any} */ (server), "theirs");
  grid.sprites.serverSheet.requestImages(Array.from({ length: 200 }, (_, k) => k));
  grid.close();
  for (let k = 0; k < 50; k++) await Promise.resolve();
  assert.deepEqual(asked, [64], "no more images are requested");
  const before = clock.waiting.size;
  grid.onPicturesLoaded();
  grid.refresh();
  assert.deepEqual([clock.waiting.size, grid.decoder.plan], [before, null]);
});

test("a component is removed only after its root has left the page", () => {
  const root = host();
  const leave = mount({ data: new Uint8Array(0), parentElement: root, setStateValue() {} });
  leave();
  clock.pass(1);
  assert.equal(root.children.length, 1);
  root.remove();
  leave();
  clock.pass(1);
  assert.equal(root.children.length, 0);
});
