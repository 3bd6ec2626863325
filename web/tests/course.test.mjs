import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.window = /** @type {any} */ (globalThis);
globalThis.location = /** @type {any} */ ({ href: "https://host/explore-a.html", hash: "" });

const { LessonProgress, LESSON_LIST, linkSettings, lessonSettingParsers } =
  await import("../src/site/lesson_progress.ts");

const page = (file, goal = "z", set = { z: "0,0" }) => ({
  file,
  set,
  panel: { goal: { kind: goal }, is_on_this_page: true },
});
const LESSONS = /** @type {any} */ ({
  prior: {
    pages: [page("explore-a.html"), page("explore-a.html", "answer"), page("explore-b.html", "z", { z: "1,1" })],
  },
  style: { pages: [page("style-a.html")] },
});

/** A page's settings, as `LessonProgress` reads them. @param {Object<string, string>} texts */
function settings(texts) {
  const parsers = lessonSettingParsers(LESSONS);
  const textsByName = new Map(Object.entries(texts));
  return /** @type {any} */ ({
    texts: textsByName,
    get: (name) => (textsByName.has(name) ? parsers[name](textsByName.get(name)) : null),
  });
}

const course = (texts) => new LessonProgress(LESSONS, settings(texts));

test("the panel receives the lesson's page and the learner's progress on it", () => {
  const secondHeader = course({
    lesson: "prior",
    at: "2",
    reached: "1,2",
    answered: "1.0,2.3",
    learnt: "style",
  }).panelHeader("explore-b.html");
  assert.deepEqual(
    [secondHeader.is_on_this_page, secondHeader.answer, secondHeader.reached, secondHeader.learnt],
    [false, 3, true, false],
  );
  const firstHeader = course({ lesson: "style", learnt: "style" }).panelHeader("style-a.html");
  assert.deepEqual(
    [firstHeader.is_on_this_page, firstHeader.answer, firstHeader.reached, firstHeader.learnt],
    [true, null, false, true],
  );
});

test("a page number beyond a lesson's end means its last page", () => {
  assert.equal(course({ lesson: "prior", at: "8" }).state.pageNumber, 3);
});

test("going on stays in the same file, or goes to the next page's file with that page's settings", () => {
  const lessonTexts = { reached: null, answered: null, learnt: null, lesson: "prior" };
  assert.deepEqual(course({ lesson: "prior", at: "1", z: "5,5" }).handleMessage("go", 2), { texts: { at: "2" } });
  assert.deepEqual(course({ lesson: "prior", at: "2", reached: "1" }).handleMessage("go", 3), {
    file: "explore-b.html",
    texts: { ...lessonTexts, reached: "1", at: "3", z: "1,1" },
  });
  assert.deepEqual(course({ lesson: "prior", at: "2" }).handleMessage("go", 1), {
    file: "explore-a.html",
    texts: { ...lessonTexts, at: "1", z: "0,0" },
  });
});

test("after the last page comes the list of lessons, with the completed lessons", () => {
  const { file, texts } = course({ lesson: "style", at: "1", reached: "1", learnt: "style" }).handleMessage("go", 2);
  assert.equal(file, LESSON_LIST);
  assert.deepEqual(
    Object.entries(texts).filter(([, text]) => text !== null),
    [["learnt", "style"]],
  );
});

test("the goal that is reached last completes a lesson, in whatever order", () => {
  assert.deepEqual(course({ lesson: "prior", at: "3" }).handleMessage("reached", undefined).texts, { reached: "3" });
  assert.deepEqual(
    course({ lesson: "prior", at: "1", reached: "2,3", learnt: "style" }).handleMessage("reached", undefined).texts,
    { reached: "1,2,3", learnt: "style,prior" },
  );
});

test("an answer is stored with its page, and reaches a goal of the kind “answer”", () => {
  assert.deepEqual(course({ lesson: "prior", at: "1" }).handleMessage("answer", 1).texts, { answered: "1.1" });
  assert.deepEqual(
    course({ lesson: "prior", at: "2", answered: "1.1", reached: "1" }).handleMessage("answer", 0).texts,
    { answered: "1.1,2.0", reached: "1,2" },
  );
});

test("leaving a lesson forgets the place in it and keeps the completed lessons", () => {
  assert.deepEqual(course({ lesson: "prior", at: "2" }).handleMessage("leave", undefined), {
    texts: { lesson: null, at: null, reached: null, answered: null },
  });
});

test("invalid settings of an address are refused", () => {
  const parsers = lessonSettingParsers(LESSONS);
  for (const [name, text] of Object.entries({
    lesson: "<b>",
    at: "9",
    reached: "1,1",
    answered: "1.9",
    learnt: "prior,gone",
  }))
    assert.equal(parsers[name](text), null, name);
  assert.equal(parsers.answered("__proto__"), null);
});

test("links carry the lesson along; a link into a lesson carries only the completed lessons", () => {
  const texts = new Map([
    ["lesson", "prior"],
    ["at", "2"],
    ["learnt", "style"],
    ["z", "1,2"],
  ]);
  assert.equal(String(linkSettings("", texts)), "lesson=prior&at=2&learnt=style");
  assert.equal(String(linkSettings("lesson=style&at=1", texts)), "lesson=style&at=1&learnt=style");
});
