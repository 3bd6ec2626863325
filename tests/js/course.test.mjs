import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.window = /** @type {any} */ (globalThis);
globalThis.location = /** @type {any} */ ({ href: "https://host/explore-a.html", hash: "" });

const { Course, LIST, carried, readers } = await import("../../app/components/js/site/course.js");

const page = (file, goal = "z", set = { z: "0,0" }) => ({ file, set, panel: { goal: { kind: goal }, here: true } });
const LESSONS = /** @type {any} */ ({
  prior: { pages: [page("explore-a.html"), page("explore-a.html", "answer"), page("explore-b.html", "z", { z: "1,1" })] },
  style: { pages: [page("style-a.html")] },
});

/** What a page's settings are to a course. @param {Object<string, string>} texts */
function settings(texts) {
  const known = readers(LESSONS);
  const held = new Map(Object.entries(texts));
  return /** @type {any} */ ({ texts: held, of: (name) => (held.has(name) ? known[name](held.get(name)) : null) });
}

const course = (texts) => new Course(LESSONS, settings(texts));

test("the panel is told of the page, and how far the learner is", () => {
  const { panel } = course({});
  assert.equal(typeof panel, "function");
  const told = course({ lesson: "prior", at: "2", reached: "1,2", answered: "1.0,2.3", learnt: "style" }).panel("explore-b.html");
  assert.deepEqual([told.here, told.answer, told.reached, told.learnt], [false, 3, true, false]);
  const first = course({ lesson: "style", learnt: "style" }).panel("style-a.html");
  assert.deepEqual([first.here, first.answer, first.reached, first.learnt], [true, null, false, true]);
});

test("a page that a lesson does not have is its last one", () => {
  assert.equal(course({ lesson: "prior", at: "8" }).at, 3);
});

test("one goes on where one is, or to the page that follows, as that one is to be set up", () => {
  const own = { reached: null, answered: null, learnt: null, lesson: "prior" };
  assert.deepEqual(course({ lesson: "prior", at: "1", z: "5,5" }).hear("go", 2), { texts: { at: "2" } });
  assert.deepEqual(course({ lesson: "prior", at: "2", reached: "1" }).hear("go", 3), { file: "explore-b.html", texts: { ...own, reached: "1", at: "3", z: "1,1" } });
  assert.deepEqual(course({ lesson: "prior", at: "2" }).hear("go", 1), { file: "explore-a.html", texts: { ...own, at: "1", z: "0,0" } });
});

test("the end leads to the list, with what was completed", () => {
  const { file, texts } = course({ lesson: "style", at: "1", reached: "1", learnt: "style" }).hear("go", 2);
  assert.equal(file, LIST);
  assert.deepEqual(Object.entries(texts).filter(([, text]) => text !== null), [["learnt", "style"]]); // prettier-ignore
});

test("the last goal completes a lesson, whichever it is", () => {
  assert.deepEqual(course({ lesson: "prior", at: "3" }).hear("reached", undefined).texts, { reached: "3" });
  assert.deepEqual(course({ lesson: "prior", at: "1", reached: "2,3", learnt: "style" }).hear("reached", undefined).texts, { reached: "1,2,3", learnt: "style,prior" });
});

test("an answer is kept with its page, and reaches a goal that asks for it", () => {
  assert.deepEqual(course({ lesson: "prior", at: "1" }).hear("answer", 1).texts, { answered: "1.1" });
  assert.deepEqual(course({ lesson: "prior", at: "2", answered: "1.1", reached: "1" }).hear("answer", 0).texts, { answered: "1.1,2.0", reached: "1,2" });
});

test("to leave a lesson forgets its place and keeps what was completed", () => {
  assert.deepEqual(course({ lesson: "prior", at: "2" }).hear("leave", undefined), { texts: { lesson: null, at: null, reached: null, answered: null } });
});

test("what makes no sense in an address is refused", () => {
  const known = readers(LESSONS);
  for (const [name, text] of Object.entries({ lesson: "<b>", at: "9", reached: "1,1", answered: "1.9", learnt: "prior,gone" })) assert.equal(known[name](text), null, name);
  assert.equal(known.answered("__proto__"), null);
});

test("links take the lesson along; a link into a lesson takes along only what was completed", () => {
  const texts = new Map([["lesson", "prior"], ["at", "2"], ["learnt", "style"], ["z", "1,2"]]); // prettier-ignore
  assert.equal(String(carried("", texts)), "lesson=prior&at=2&learnt=style");
  assert.equal(String(carried("lesson=style&at=1", texts)), "lesson=style&at=1&learnt=style");
});
