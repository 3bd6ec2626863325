import assert from "node:assert/strict";
import { test } from "node:test";
import { host } from "./dom.mjs";
import { clock } from "./page.mjs";

const { StyleGrid, default: mount } = await import("../src/style/style_grid.ts");

test("a closed grid draws nothing more and drops its networks, whatever arrives", async () => {
  const root = host();
  const grid = new StyleGrid(root);
  assert.equal(root.children.length, 1);
  grid.decoder.load({ revision: "a", weights: null, decoder_refusal: "Too large." }, {});
  assert.equal(grid.liveControls.decoderNote.textContent, "Too large.");
  const requestedCounts = [];
  const server = {
    fetchImages: async (numbers) => (
      requestedCounts.push(numbers.length),
      { values: new Uint8Array(numbers.length), shape: [numbers.length, 1, 1, 1] }
    ),
  };
  grid.sprites.serverSheet.setServer(/** @type {any} */ (server), "theirs");
  grid.sprites.serverSheet.requestImages(Array.from({ length: 200 }, (_, k) => k));
  grid.close();
  for (let k = 0; k < 50; k++) await Promise.resolve();
  assert.deepEqual(requestedCounts, [64], "no more images are requested");
  const timerCount = clock.timers.size;
  grid.onPicturesLoaded();
  grid.refresh();
  assert.deepEqual([clock.timers.size, grid.decoder.plan], [timerCount, null]);
});

test("a component is removed only after its root has left the page", () => {
  const root = host();
  const unmount = mount({ data: new Uint8Array(0), parentElement: root, setStateValue() {} });
  unmount();
  clock.pass(1);
  assert.equal(root.children.length, 1);
  root.remove();
  unmount();
  clock.pass(1);
  assert.equal(root.children.length, 0);
});
