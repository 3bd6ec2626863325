import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, document, host } from "./dom.mjs";
import "./page.mjs";

const { ExplorePage } = await import("../../app/components/js/handout/explore_page.js");
const { MissingFileError } = await import("../../app/components/js/handout/missing_file.js");
const { MountedComponent } = await import("../../app/components/js/handout/mounted_component.js");

const scenes = ["slow", "fast"].map((view) => ({ message: view, view, across: 1, up: 2, title: view }));

/**
 * A page whose messages arrive when the test says so, by `arrivals[view](message)`, or fail by an Error; and what
 * chooses its scene.
 */
function exploring(stage) {
  const chosen = { view: "slow" };
  const settings = {
    texts: new Map(),
    get: (name) => (name === "view" ? chosen.view : null),
    setTexts: ({ view = chosen.view }) => (chosen.view = view ?? "slow"),
  };
  const explore = new ExplorePage(
    /** @type {any} */ ({
      kind: "explore",
      title: "",
      scenes,
      count: 1,
      item: "image",
      notes: { slow: "It is slow." },
      colourings: [],
    }),
    /** @type {any} */ (settings),
  );
  const arrivals = {};
  Object.assign(explore, { projectionSelect: {}, content: {}, numberInput: {}, noteElement: {}, components: [stage] });
  explore.fetchMessage = /** @type {any} */ (
    ({ view }) =>
      new Promise((done, fail) => {
        arrivals[view] = (error) =>
          error ? fail(error) : done({ name: view, header: { names: {}, layers: {}, code: [0], y: null } });
      })
  );
  return { explore, arrivals, chosen };
}

test("a projection whose message arrives late does not replace the one chosen after it", async () => {
  const shown = [];
  const { explore, arrivals, chosen } = exploring({ sendMessage: ({ name }) => shown.push(name) });
  const slow = explore.show();
  chosen.view = "fast";
  const fast = explore.show();
  arrivals.fast();
  await fast;
  arrivals.slow();
  await slow;
  assert.deepEqual([shown, explore.projectionSelect.value], [["fast"], "1"]);
});

/** Lets all promises that wait for nothing else be settled. */
const settled = () => new Promise((done) => setTimeout(done));

test("a projection without its file gives way to the former one, and the page says why", async () => {
  const shown = [];
  const { explore, arrivals, chosen } = exploring({ sendMessage: ({ name }) => shown.push(name) });
  const state = () => [chosen.view, explore.projectionSelect.value, explore.noteElement.textContent];
  chosen.view = "fast"; // by a link
  explore.show();
  assert.equal(explore.projectionSelect.value, "1");
  arrivals.fast(new MissingFileError("The plane could not be read."));
  await settled();
  arrivals.slow();
  await settled();
  const said = ["slow", "0", "“fast” cannot be shown. The plane could not be read."];
  assert.deepEqual([shown, state()], [["slow"], said]);
  explore.setSettings({});
  arrivals.slow();
  await settled();
  assert.deepEqual([shown, state()], [["slow", "slow"], said]);
  explore.showScene(scenes[1]);
  arrivals.fast();
  await settled();
  assert.deepEqual([shown.at(-1), state(), explore.noteElement.hidden], ["fast", ["fast", "1", ""], true]);
});

test("the page opens with the first projection whose file is there, and says which is missing", async () => {
  const shown = [];
  const { explore, arrivals, chosen } = exploring({ sendMessage: ({ name }) => shown.push(name) });
  explore.settings.register = () => {};
  const { fetchMessage: message } = explore;
  const header = { names: {}, layers: {}, code: [0], contents: [], y: null };
  explore.fetchMessage = /** @type {any} */ (
    async ({ view }) => {
      if (view === "slow") throw new MissingFileError("The plane is not in this file.");
      return { name: view, header, fields: {} };
    }
  );
  await explore.prepare();
  await explore.show();
  await settled();
  assert.deepEqual(
    [shown, chosen.view, explore.noteElement.textContent],
    [["fast"], "fast", "“slow” cannot be shown. The plane is not in this file."],
  );
  Object.assign(explore, { fetchMessage: message });
  const refused = assert.rejects(explore.prepare(), new MissingFileError("The first."));
  arrivals.slow(new MissingFileError("The first."));
  await settled();
  arrivals.fast(new MissingFileError("The second."));
  await refused;
});

test("a projection whose file is missing does not replace one chosen after it", async () => {
  const { explore, arrivals, chosen } = exploring({ sendMessage() {} });
  const slow = explore.show();
  explore.showScene(scenes[1]);
  arrivals.fast();
  arrivals.slow(new MissingFileError("The plane could not be read."));
  await slow;
  await settled();
  assert.deepEqual([chosen.view, explore.noteElement.textContent], ["fast", ""]);
});

test("an error of the program is not taken for a missing file", async () => {
  const { explore, arrivals } = exploring({ sendMessage() {} });
  const shown = explore.show();
  arrivals.slow(new TypeError("x is not a function"));
  await assert.rejects(shown, TypeError);
});
