import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, document, host } from "./dom.mjs";
import "./page.mjs";

const { ExplorePage } = await import("../src/handout/explore_page.ts");
const { MissingFileError } = await import("../src/handout/missing_file.ts");
const { MountedComponent } = await import("../src/handout/mounted_component.ts");

const scenes = ["slow", "fast"].map((view) => ({ message: view, view, across: 1, up: 2, title: view }));

/**
 * A page whose messages arrive when the test says so, by `arrivals[view](message)`, or fail by an Error; and what
 * chooses its scene.
 */
function makeExplorePage(stage) {
  const choice = { view: "slow" };
  const settings = {
    texts: new Map(),
    get: (name) => (name === "view" ? choice.view : null),
    setTexts: ({ view = choice.view }) => (choice.view = view ?? "slow"),
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
      new Promise((resolve, reject) => {
        arrivals[view] = (error) =>
          error ? reject(error) : resolve({ name: view, header: { names: {}, layers: {}, code: [0], y: null } });
      })
  );
  return { explore, arrivals, choice };
}

test("a projection whose message arrives late does not replace the one chosen after it", async () => {
  const shownNames = [];
  const { explore, arrivals, choice } = makeExplorePage({ sendMessage: ({ name }) => shownNames.push(name) });
  const slowShow = explore.show();
  choice.view = "fast";
  const fastShow = explore.show();
  arrivals.fast();
  await fastShow;
  arrivals.slow();
  await slowShow;
  assert.deepEqual([shownNames, explore.projectionSelect.value], [["fast"], "1"]);
});

/** Lets all promises that wait for nothing else be settled. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a projection without its file gives way to the former one, and the page says why", async () => {
  const shownNames = [];
  const { explore, arrivals, choice } = makeExplorePage({ sendMessage: ({ name }) => shownNames.push(name) });
  const state = () => [choice.view, explore.projectionSelect.value, explore.noteElement.textContent];
  choice.view = "fast"; // by a link
  explore.show();
  assert.equal(explore.projectionSelect.value, "1");
  arrivals.fast(new MissingFileError("The plane could not be read."));
  await settled();
  arrivals.slow();
  await settled();
  const pageState = ["slow", "0", "“fast” cannot be shown. The plane could not be read."];
  assert.deepEqual([shownNames, state()], [["slow"], pageState]);
  explore.setSettings({});
  arrivals.slow();
  await settled();
  assert.deepEqual([shownNames, state()], [["slow", "slow"], pageState]);
  explore.showScene(scenes[1]);
  arrivals.fast();
  await settled();
  assert.deepEqual([shownNames.at(-1), state(), explore.noteElement.hidden], ["fast", ["fast", "1", ""], true]);
});

test("the page opens with the first projection whose file is there, and says which is missing", async () => {
  const shownNames = [];
  const { explore, arrivals, choice } = makeExplorePage({ sendMessage: ({ name }) => shownNames.push(name) });
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
    [shownNames, choice.view, explore.noteElement.textContent],
    [["fast"], "fast", "“slow” cannot be shown. The plane is not in this file."],
  );
  Object.assign(explore, { fetchMessage: message });
  const refusal = assert.rejects(explore.prepare(), new MissingFileError("The first."));
  arrivals.slow(new MissingFileError("The first."));
  await settled();
  arrivals.fast(new MissingFileError("The second."));
  await refusal;
});

test("a projection whose file is missing does not replace one chosen after it", async () => {
  const { explore, arrivals, choice } = makeExplorePage({ sendMessage() {} });
  const slowShow = explore.show();
  explore.showScene(scenes[1]);
  arrivals.fast();
  arrivals.slow(new MissingFileError("The plane could not be read."));
  await slowShow;
  await settled();
  assert.deepEqual([choice.view, explore.noteElement.textContent], ["fast", ""]);
});

test("an error of the program is not taken for a missing file", async () => {
  const { explore, arrivals } = makeExplorePage({ sendMessage() {} });
  const firstShow = explore.show();
  arrivals.slow(new TypeError("x is not a function"));
  await assert.rejects(firstShow, TypeError);
});
