import assert from "node:assert/strict";
import { register } from "node:module";
import { afterEach, beforeEach, test } from "node:test";
import { document, host } from "./dom.mjs";
import "./page.mjs";

// As in a document: its own host in the place of the server's.
register(`data:text/javascript,export const resolve = async (name, context, next) => {
  const resolution = await next(name, context);
  return { ...resolution, url: resolution.url.replace("/src/host/host.ts", "/src/handout/host.ts") };
}`);
const { begin } = await import("../src/site/main.ts");
const { Handout } = await import("../src/handout/main.ts");
const { readFile } = await import("../src/handout/files.ts");
const { MissingFileError } = await import("../src/handout/missing_file.ts");
const { Settings } = await import("../src/handout/settings.ts");

const GONE_SENTENCE = "The plane could not be read; this page needs the folder “data” beside it.";
const LESSONS = "The lessons is not in this file."; // as files beside a page are, in a site
const ADDRESS = "https://host/explore-a.html";
const rejections = [];
process.on("unhandledRejection", (error) => rejections.push(error));
let place, main;

/** Lets the page do what it does without waiting for a person. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

beforeEach(() => {
  place = { href: ADDRESS, hash: "", pathname: "/explore-a.html" };
  main = host();
  rejections.length = 0;
  window.location = /** @type {any} */ (place);
  globalThis.history = /** @type {any} */ ({
    state: null,
    replaceState: (_state, _title, url) => open(new URL(url).hash),
  });
});
afterEach(() => main.remove());

/** @param {string} hash of the address */
const open = (hash) => Object.assign(place, { href: ADDRESS + hash, hash });

/** Opens a page of a site with some links; without `pages`, it has no components. */
async function site(hash, description = {}, links = []) {
  open(hash);
  const plane = document.createElement("div");
  main.append("Explore", plane);
  const elements = {
    "page-data": {
      textContent: JSON.stringify({ site: { file: "explore-a.html", lessons: "lessons" }, ...description }),
    },
    main,
    plane,
  };
  Object.assign(document, {
    getElementById: (id) => elements[id] ?? null,
    querySelectorAll: (selector) => (selector === "article" ? [] : links),
  });
  begin();
  await settled();
}

/** Opens a document whose pages fail with these errors, null for none. */
async function handout(hash, ...errors) {
  open(hash);
  const kinds = errors.map(
    (error) =>
      class {
        constructor(_, settings) {
          this.settings = settings;
        }
        stages = [];
        async prepare() {
          if (error) throw error;
          this.settings.register("z", Number);
        }
        open(root) {
          root.append("It works.");
        }
        show() {}
      },
  );
  Object.assign(document, { getElementById: () => null, querySelectorAll: () => [] });
  const settings = new Settings();
  const handoutPage = new Handout(
    { pages: kinds.map((_, k) => ({ kind: `${k}`, title: `Page ${k}` })), lacks: [] },
    settings,
    /** @type {any} */ (kinds),
  );
  await handoutPage.start(main);
  return { handoutPage, settings };
}

test("a learner's progress stays in address and links without the lessons' file, and only that is said", async () => {
  const link = { hash: "", dataset: {} };
  await site("#at=2&learnt=style&lesson=prior&reached=1", {}, [link]);
  assert.equal(main.textContent, `${LESSONS}Explore`);
  assert.equal(link.hash, "lesson=prior&at=2&reached=1&learnt=style");
  assert.deepEqual(rejections, []);
});

test("what a page of a site cannot read is said where its lessons are not asked for", async () => {
  await site("#other=1");
  assert.match(
    main.textContent,
    /^The address has settings that this page cannot read, which were ignored: “other”\.Explore$/,
  );
});

test("sentences at the top of a site's page are added, in their order, to a region that was there before", async () => {
  const insertedNodes = [];
  const { prepend } = main;
  main.prepend = (...nodes) => (
    insertedNodes.push(...nodes.map((node) => [node.attributes.role, node.textContent])),
    prepend.apply(main, nodes)
  );
  await site("#lesson=prior&lesson=style");
  assert.deepEqual(insertedNodes, [["status", ""]]);
  assert.match(main.textContent, /^The lessons is not in this file\.The address has .*“lesson”\.Explore$/);
});

test("a page whose file is missing says so in its place; the lesson, the links and the other pages go on", async () => {
  const link = { hash: "", dataset: {} };
  await site(
    "#lesson=prior",
    { pages: [{ kind: "game", title: "Step by step", message: "game" }], lacks: ["No weights."] },
    [link],
  );
  assert.equal(link.hash, "lesson=prior");
  assert.match(main.textContent, /The game is not in this file\..*No weights\.$/);

  const { handoutPage } = await handout("", new MissingFileError(GONE_SENTENCE), null);
  assert.equal(handoutPage.notes.textContent, GONE_SENTENCE);
  handoutPage.openPage(1);
  assert.deepEqual([handoutPage.notes.textContent, handoutPage.host.textContent], ["", "It works."]);
  handoutPage.openPage(0);
  assert.deepEqual([handoutPage.notes.textContent, handoutPage.host.textContent], [GONE_SENTENCE, ""]);
});

test("a file of a document that is damaged is told as one that is missing", async () => {
  const elements = { "file plane": { textContent: "0123456789", dataset: {} } };
  Object.assign(document, { getElementById: (id) => elements[id] ?? null });
  await assert.rejects(
    readFile("plane", "The plane"),
    new MissingFileError("The plane is damaged in this file; open another copy of it."),
  );
  await assert.rejects(readFile("grid", "The grid"), new MissingFileError("The grid is not in this file."));
});

test("the settings of a page whose file is missing stay in the address", async () => {
  const { handoutPage, settings } = await handout("#moment=5&z=1", null, new MissingFileError(GONE_SENTENCE));
  assert.equal(handoutPage.notes.textContent, "");
  settings.setTexts({ z: "2" });
  assert.equal(place.hash, "#moment=5&z=2");
});

test("an error of the program is not taken for a missing file", async () => {
  await assert.rejects(handout("", new TypeError("x is not a function")), TypeError);
});

const UNKNOWN_SETTINGS = `${Array.from({ length: 50_000 }, (_, k) => `k${k}=1`).join("&")}`;

test("an address with 50,000 unknown settings is read at once, and the known ones among them are taken", async () => {
  const startTime = performance.now();
  const { settings } = await handout(`#z=1&${UNKNOWN_SETTINGS}`, null);
  const seconds = (performance.now() - startTime) / 1000;
  assert.deepEqual([...settings.texts], [["z", "1"]]);
  assert.match(main.textContent, /were ignored: “k0”, “k1”, “k2”, “k3”, “k4”, “k5”, …\./);
  assert.ok(seconds < 3, `${seconds} s`); // where each was compared with each: more than ten
});

test("of unknown settings only some are kept where the file that tells their meaning is missing", async () => {
  const { settings } = await handout(`#${UNKNOWN_SETTINGS}`, new MissingFileError(GONE_SENTENCE));
  assert.equal(settings.texts.size, 100);
  settings.setTexts({ z: "1" });
  assert.ok(place.hash.length < 2_000);
});

test("a setting that occurs twice is ignored, and so is one that is too long", async () => {
  const { settings } = await handout(`#z=1&z=2&page=${"0".repeat(5000)}`, null);
  assert.deepEqual([...settings.texts], []);
  assert.match(main.textContent, /were ignored: “z”, “page”\./);
});
