import assert from "node:assert/strict";
import { createHash, webcrypto } from "node:crypto";
import { test } from "node:test";
import { loadedNet, loadNet } from "../src/networks/weights.ts";
import { halves } from "./halves.mjs";

const offer = (buffer) =>
  (globalThis.fetch = /** @type {any} */ (async () => ({ ok: true, arrayBuffer: async () => buffer })));
const hash = (buffer) => createHash("sha256").update(new Uint8Array(buffer)).digest("hex");
const plan = (sha) => ({ url: "weights", sha, layers: [[1, 1]] });
const replaceCrypto = (crypto) => Object.defineProperty(globalThis, "crypto", { value: crypto, configurable: true });

test("weights are used only if they have the expected hash", async () => {
  replaceCrypto(webcrypto);
  const [expectedBytes, foreignBytes] = [halves([1, 2]), halves([1, 4])];
  offer(foreignBytes);
  await assert.rejects(loadNet(plan(hash(expectedBytes))), /differ from those that were saved/);
  assert.equal(loadedNet(plan(hash(expectedBytes))), null);
  offer(expectedBytes);
  assert.ok(await loadNet(plan(hash(expectedBytes))), "a refused file is fetched again");
});

test("without hashes in the browser, only the size is checked", async () => {
  replaceCrypto({});
  offer(halves([1, 2]));
  assert.ok(await loadNet(plan("a")));
  offer(halves([1]));
  await assert.rejects(loadNet(plan("b")));
});
