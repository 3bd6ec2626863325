import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";

globalThis.window = /** @type {any} */ (globalThis);
globalThis.location = /** @type {any} */ ({ search: "" });
globalThis.setInterval = /** @type {any} */ (() => 1); // the address is looked at only when the test says so
document.querySelectorAll = (selector) => document.body.querySelectorAll(selector);
const scrolls = []; // the places to which the app's page was scrolled
document.querySelector = () => ({ scrollTo: (...place) => scrolls.push(place) });

const { pageEvents } = await import("../src/base/events.ts");
const { GOAL_CHECKS, progressText, parseQuery, reachesGoal } = await import("../src/lessons/goals.ts");
const { FigureLog } = await import("../src/lessons/figures.ts");
const { planeFigures } = await import("../src/lessons/plane_figures.ts");
const { costsBefore, gameFigures } = await import("../src/game/game_figures.ts");
const { drawHighlight } = await import("../src/lessons/plane_highlight.ts");
const { changedShare } = await import("../src/lessons/image_change.ts");
const { actionsToGoal, pointBeyond } = await import("../src/lessons/demonstration.ts");
const { nearestIndex } = await import("../src/base/distances.ts");
const { LessonPanel } = await import("../src/lessons/lesson_panel.ts");
const { blockElements } = await import("../src/lessons/lesson_text.ts");

const task = (goal, first = {}) => ({ goal, first, count: 0 });
const address = (search) => ({ kind: "address", query: parseQuery(search) });

test("goals for z: a distance from the origin or from a point, on the plane and in the address", () => {
  const farTask = task({ kind: "z", beyond: 2 });
  assert.equal(reachesGoal(farTask, { kind: "z", z: [1.4, 1.4] }), false);
  assert.equal(reachesGoal(farTask, { kind: "z", z: [1.5, 1.5] }), true);
  assert.equal(reachesGoal(farTask, address("?z=0,-2.1")), true);
  assert.equal(reachesGoal(farTask, address("?y=3")), false);
  const nearTask = task({ kind: "z", within: 0.5, near: [1, 0] });
  assert.equal(reachesGoal(nearTask, { kind: "z", z: [0.4, 0] }), false);
  assert.equal(reachesGoal(nearTask, { kind: "z", z: [0.6, 0.2] }), true);
});

test("goals for layers: a layer is on, or off where that is asked", () => {
  const shownLayerTask = task({ kind: "layer", layer: "judge" });
  assert.equal(reachesGoal(shownLayerTask, { kind: "layers", layers: ["codes"] }), false);
  assert.equal(reachesGoal(shownLayerTask, { kind: "layers", layers: ["codes", "judge"] }), true);
  assert.equal(reachesGoal(shownLayerTask, address("?layers=codes,judge")), true);
  assert.equal(reachesGoal(shownLayerTask, address("?z=1,2")), false);
  const hiddenLayerTask = task({ kind: "layer", layer: "codes", on: false });
  assert.equal(reachesGoal(hiddenLayerTask, { kind: "layers", layers: ["codes"] }), false);
  assert.equal(reachesGoal(hiddenLayerTask, { kind: "layers", layers: [] }), true);
});

test("goals for steps and rounds: only those of the right kind are counted", () => {
  const steps = task({ kind: "step", phase: "generation", times: 12 });
  assert.equal(reachesGoal(steps, { kind: "step", phase: "discrimination", times: 10 }), false);
  assert.equal(reachesGoal(steps, { kind: "round", times: 25 }), false);
  assert.equal(progressText(steps), "");
  assert.equal(reachesGoal(steps, { kind: "step", phase: "generation", times: 10 }), false);
  assert.equal(progressText(steps), "10 of 12");
  assert.equal(reachesGoal(steps, { kind: "step", phase: "generation", times: 2 }), true);
  const rounds = task({ kind: "rounds", times: 30 });
  assert.deepEqual(
    [25, 4, 1].map((times) => reachesGoal(rounds, { kind: "round", times })),
    [false, false, true],
  );
});

test("goals for a moment, a rule, a setting, a choice and a painting", () => {
  const moment = task({ kind: "moment", before: 100 });
  assert.deepEqual(
    [null, 101, 100, 0].map((step) => reachesGoal(moment, { kind: "moment", step })),
    [false, false, true, true],
  );
  assert.equal(reachesGoal(moment, address("?frame=10")), true);
  const minimumTask = task({ kind: "rule", rule: "weight", least: 2 });
  assert.deepEqual(
    [1.9, 2].map((weight) => reachesGoal(minimumTask, { kind: "rules", rules: { weight } })),
    [false, true],
  );
  assert.deepEqual(
    ["?z=1", "?game.weight=1.5", "?game.weight=2.5"].map((search) => reachesGoal(minimumTask, address(search))),
    [false, false, true],
  );
  const maximumTask = task({ kind: "rule", rule: "weight", most: 0 });
  assert.deepEqual(
    [0.1, 0].map((weight) => reachesGoal(maximumTask, { kind: "rules", rules: { weight } })),
    [false, true],
  );
  const settingTask = task({ kind: "setting", setting: "y" }, { y: "3" });
  assert.deepEqual(
    ["?y=3", "?z=1", "?y=4"].map((search) => reachesGoal(settingTask, address(search))),
    [false, false, true],
  );
  const valueTask = task({ kind: "setting", setting: "y", is: "7" }, { y: "3" });
  assert.deepEqual(
    ["?y=4", "?y=7"].map((search) => reachesGoal(valueTask, address(search))),
    [false, true],
  );
  const countedTask = task({ kind: "setting", setting: "y", times: 3 }, { y: "3" });
  assert.deepEqual(
    ["?y=3", "?y=4", "?y=4&z=1", "?y=5", "?y=4"].map((search) => reachesGoal(countedTask, address(search))),
    [false, false, false, false, true],
  );
  const draws = task({ kind: "samples", times: 2 });
  assert.deepEqual(
    ["sample", "z", "sample"].map((kind) => reachesGoal(draws, { kind, z: [0, 0] })),
    [false, false, true],
  );
  for (const [kind, actionKind] of Object.entries({ paint: "paint", draw: "draw", pick: "pick", answer: "answer" })) {
    assert.equal(reachesGoal(task({ kind }), { kind: "layers", layers: [] }), false);
    assert.equal(reachesGoal(task({ kind }), { kind: actionKind }), true);
  }
  assert.equal(reachesGoal(task({ kind: "unheard of" }), { kind: "z", z: [9, 9] }), false);
  assert.ok(Object.keys(GOAL_CHECKS).length >= 10);
});

const TERM = { text: "q(z)", item: "codes", says: "the codes", lights: "the codes", css: ".there", drawn: "codes" };
const pageMessage = (headerChanges = {}) => ({
  header: {
    lesson: "the-prior",
    title: "The prior",
    page_number: 1,
    page_count: 2,
    heading: "First",
    place: "Explore",
    is_on_this_page: true,
    missing: "",
    following: null,
    equation: [TERM, { text: "≈ p(z)" }],
    reads: "In words.",
    terms: { code: "A place." },
    first: {},
    learnt: false,
    blocks: [
      {
        kind: "p",
        items: [
          [
            { text: "On the ", as: "" },
            { text: "codes", as: "term", term: "code" },
          ],
        ],
      },
    ],
    prediction: {
      ask: "Which?",
      choices: ["This", "That"],
      right: 1,
      because: [{ kind: "p", items: [[{ text: "So.", as: "" }]] }],
      measured: [],
    },
    captions: [],
    figures: {},
    answer: null,
    goal: { kind: "layer", layer: "samples" },
    do: "Switch it on.",
    reached: false,
    ...headerChanges,
  },
  fields: {},
});

/** A panel that shows a page of a lesson; `messages` lists what it told Python. */
function makePanel(headerChanges = {}) {
  const panel = new LessonPanel(host());
  const messages = [];
  panel.sendMessage = panel.turnPage = (kind, value) => messages.push([kind, value]);
  globalThis.location.search = "?lesson=the-prior&at=1";
  panel.update(pageMessage(headerChanges));
  return { panel, messages };
}

/** The same panel, whose question has been answered. */
function makeAnsweredPanel(headerChanges = {}) {
  const { panel, messages } = makePanel(headerChanges);
  panel.prediction.buttons[1].click();
  messages.length = 0;
  return { panel, messages };
}

const buttonNamed = (root, text) => root.querySelectorAll("button").find((button) => button.textContent === text);

test("a reached goal is sent to Python once and announced once, with the verdict", () => {
  const { panel, messages } = makeAnsweredPanel();
  pageEvents.emit("did", { kind: "layers", layers: ["codes"] });
  assert.deepEqual([messages, panel.nextButton.textContent], [[], "Skip page"]);
  pageEvents.emit("did", { kind: "layers", layers: ["codes", "samples"] });
  pageEvents.emit("did", { kind: "layers", layers: ["codes", "samples"] });
  assert.deepEqual(messages, [["reached", { lesson: "the-prior", page_number: 1 }]]);
  assert.deepEqual([panel.goal.textContent, panel.nextButton.textContent], ["✓ Done", "Next page"]);
  assert.equal(panel.status.textContent, "Goal reached. You predicted “That”: that is right. So. Next page goes on.");
  panel.status.textContent = "";
  panel.update(pageMessage({ reached: true }));
  assert.equal(panel.status.textContent, "");
  panel.close();
});

test("nothing counts before the question is answered, and then only what is done from then on", () => {
  const { panel, messages } = makePanel({ goal: { kind: "rounds", times: 5 } });
  pageEvents.emit("did", { kind: "round", times: 4 });
  panel.prediction.buttons[0].click();
  messages.length = 0;
  pageEvents.emit("did", { kind: "round", times: 4 });
  assert.deepEqual([messages, panel.goal.textContent], [[], "To do: Switch it on. (4 of 5)"]);
  pageEvents.emit("did", { kind: "round", times: 1 });
  assert.equal(messages.length, 1);
  panel.close();
});

test("a verdict with figures is read out when they have settled", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { panel } = makePanel(MEASURING_LESSON);
  panel.prediction.buttons[0].click();
  report({ mmd2: 0.142, steps_g: 100 });
  report({ mmd2: 0.05, steps_g: 105 });
  report({ mmd2: 0.0131 });
  assert.doesNotMatch(panel.status.textContent, /Goal reached/);
  t.mock.timers.tick(400);
  report({ mmd2: 0.0121 });
  t.mock.timers.tick(400);
  assert.doesNotMatch(panel.status.textContent, /Goal reached/);
  t.mock.timers.tick(100);
  assert.match(panel.status.textContent, /^Goal reached.*to 0.012/);
  panel.close();
});

test("a reached goal is announced once to what plays by itself", () => {
  let count = 0;
  const removeListener = pageEvents.on("reached", () => (count += 1));
  const { panel } = makeAnsweredPanel();
  pageEvents.emit("did", { kind: "layers", layers: ["samples"] });
  pageEvents.emit("did", { kind: "layers", layers: ["samples"] });
  assert.equal(count, 1);
  removeListener();
  panel.close();
});

test("a change of page is announced to running animations, other news of the same page is not", () => {
  let turnCount = 0;
  const removeListener = pageEvents.on("turned", () => (turnCount += 1));
  const { panel } = makePanel();
  panel.update(pageMessage({ answer: 1 }));
  assert.equal(turnCount, 1);
  panel.update(pageMessage({ page_number: 2 }));
  assert.equal(turnCount, 2);
  removeListener();
  panel.close();
});

test("nothing counts on another page of the app, nor after the panel is closed", () => {
  const { panel, messages } = makePanel({ is_on_this_page: false });
  assert.equal(panel.elsewhereNote.hidden, false);
  pageEvents.emit("did", { kind: "layers", layers: ["samples"] });
  panel.close();
  pageEvents.emit("did", { kind: "layers", layers: ["samples"] });
  assert.deepEqual(messages, []);
});

test("settings in the address count only if it is the address of this page of the lesson", () => {
  const { panel, messages } = makeAnsweredPanel({ goal: { kind: "setting", setting: "y" }, first: { y: "3" } });
  globalThis.location.search = "?lesson=the-prior&at=2&y=5";
  panel.checkAddress();
  globalThis.location.search = "?lesson=another&at=1&y=5";
  panel.checkAddress();
  globalThis.location.search = "?lesson=the-prior&at=1&y=3";
  panel.checkAddress();
  assert.deepEqual(messages, []);
  globalThis.location.search = "?lesson=the-prior&at=1&y=5";
  panel.checkAddress();
  assert.deepEqual(messages, [["reached", { lesson: "the-prior", page_number: 1 }]]);
  panel.close();
});

test("progress on one page does not count on the next, which begins with the focus at its title", () => {
  const { panel, messages } = makeAnsweredPanel({ goal: { kind: "rounds", times: 5 } });
  pageEvents.emit("did", { kind: "round", times: 4 });
  buttonNamed(panel.root, "Skip page").click();
  assert.deepEqual(messages, [["go", { lesson: "the-prior", page_number: 1, number: 2 }]]);
  panel.update(pageMessage({ page_number: 2, goal: { kind: "rounds", times: 5 }, answer: 0 }));
  assert.equal(document.activeElement, panel.title);
  pageEvents.emit("did", { kind: "round", times: 4 });
  assert.equal(panel.isReached, false);
  buttonNamed(panel.root, "Skip and finish").click();
  assert.deepEqual(messages.at(-1), ["go", { lesson: "the-prior", page_number: 2, number: 3 }]);
  buttonNamed(panel.root, "Leave").click();
  assert.deepEqual(messages.at(-1), ["leave", { lesson: "the-prior", page_number: 2 }]);
  panel.close();
});

test("the next page of a lesson begins at the top of the app's page", () => {
  const { panel } = makeAnsweredPanel();
  scrolls.length = 0;
  buttonNamed(panel.root, "Skip page").click();
  assert.deepEqual(scrolls, []);
  panel.update(pageMessage({ page_number: 2 }));
  assert.deepEqual(scrolls, [[0, 0]]);
  panel.close();
});

test("where the goal is an answer, the verdict comes with the only answer that counts", () => {
  const { panel, messages } = makePanel({ goal: { kind: "answer" } });
  const { prediction } = panel;
  assert.deepEqual([prediction.verdict.hidden, panel.skipQuestionButton.hidden], [true, true]);
  prediction.buttons[0].click();
  prediction.buttons[1].click();
  assert.deepEqual(messages, [["answer", { lesson: "the-prior", page_number: 1, number: 0 }]]);
  assert.deepEqual([prediction.verdict.hidden, prediction.chosenIndex, panel.isReached], [false, 0, true]);
  assert.equal(prediction.verdict.textContent, "You predicted “This”. The answer is “That”.So.");
  assert.deepEqual(
    prediction.buttons.map((choiceButton) => choiceButton.children[0].textContent),
    ["✗", "✓"],
  );
  panel.close();
});

test("text and question come first, then the experiment, and the verdict when its goal is reached", () => {
  const { panel } = makePanel();
  const panelState = () => [
    panel.equation.root.hidden,
    panel.goal.hidden ? "" : panel.goal.textContent.split(":")[0],
    panel.skipQuestionButton.hidden,
    panel.prediction.verdict.hidden,
  ];
  assert.deepEqual([panel.heading.hidden, panel.text.hidden, ...panelState()], [false, false, true, "", false, true]);
  const isAsking = () => document.documentElement.getAttribute("data-asking") !== null;
  assert.ok(isAsking());
  panel.prediction.buttons[0].click();
  assert.deepEqual([...panelState(), isAsking()], [false, "To do", true, true, false]);
  assert.match(panel.status.textContent, /noted. To do: Switch it on/);
  assert.deepEqual(
    panel.prediction.buttons.map((choiceButton) => [choiceButton.hidden, choiceButton.children[0].textContent]),
    [
      [false, ""],
      [true, ""],
    ],
  );
  pageEvents.emit("did", { kind: "layers", layers: ["samples"] });
  assert.deepEqual(panelState(), [false, "✓ Done", true, false]);
  panel.update(pageMessage({ page_number: 2 }));
  assert.deepEqual(panelState(), [true, "", false, true]);
  panel.update(pageMessage({ page_number: 1, prediction: null }));
  assert.deepEqual(panelState(), [false, "To do", true, true]);
  panel.close();
});

test("a question that is skipped can be answered until the verdict", () => {
  const { panel, messages } = makePanel();
  panel.skipQuestionButton.click();
  assert.deepEqual([panel.equation.root.hidden, panel.prediction.isOpen, messages], [false, true, []]);
  assert.equal(document.activeElement, panel.goal);
  pageEvents.emit("did", { kind: "layers", layers: ["samples"] });
  assert.equal(panel.prediction.verdict.textContent, "The answer is “That”.So.");
  panel.prediction.buttons[0].click();
  assert.deepEqual(messages, [["reached", { lesson: "the-prior", page_number: 1 }]]);
  panel.close();
});

const figure = (name, moment) => ({ text: "", as: "figure", figure: name, of: moment });
const sentence = (...parts) => [
  { kind: "p", items: [parts.map((part) => (typeof part === "string" ? { text: part, as: "" } : part))] },
];
const MEASURING_LESSON = {
  lesson: "measuring",
  goal: { kind: "figure", figure: "mmd2", below: 0.03 },
  figures: { mmd2: 3, steps_g: 0 },
  prediction: {
    ...pageMessage().header.prediction,
    measured: sentence(
      "From ",
      figure("mmd2", "start"),
      " to ",
      figure("mmd2", "now"),
      ", ",
      figure("steps_g", "change"),
    ),
  },
  captions: [
    {
      condition: { figure: "mmd2", comparison: "rose", value: 0.02 },
      blocks: sentence("Rose: ", figure("mmd2", "now")),
    },
    { condition: null, blocks: sentence("It is ", figure("mmd2", "now")) },
  ],
};
const report = (figures, details = {}) =>
  pageEvents.emit("figures", { figures, before: {}, isOther: false, ...details });

test("a caption reads the figures, and the verdict has the learner's own", () => {
  const { panel, messages } = makePanel(MEASURING_LESSON);
  const caption = () => [panel.caption.root.hidden, panel.caption.root.textContent];
  report({ mmd2: 0.3 });
  report({ mmd2: 0.142, steps_g: 100 });
  assert.deepEqual(caption(), [true, ""]);
  panel.prediction.buttons[0].click();
  assert.deepEqual(caption(), [false, "It is 0.142"]);
  report({ mmd2: 0.05, steps_g: 105 });
  report({ mmd2: 0.0701 });
  assert.deepEqual([caption(), panel.status.textContent], [[false, "Rose: 0.070"], "Rose: 0.070"]);
  panel.status.textContent = "";
  report({ mmd2: 0.08 });
  assert.deepEqual(
    [caption(), panel.status.textContent],
    [[false, "Rose: 0.080"], ""],
    "only another sentence is read out",
  );
  report({ mmd2: 0.0131 });
  assert.deepEqual([caption(), panel.isReached, messages.at(-1)[0]], [[true, ""], true, "reached"]);
  const verdict = "You predicted “This”. The answer is “That”.From 0.142 to 0.013, 5So.";
  assert.equal(panel.prediction.verdict.textContent, verdict);
  report({ mmd2: 0.0121 });
  assert.match(panel.prediction.verdict.textContent, /From 0.142 to 0.012, 5/, "a drag goes on until it is released");
  report({ mmd2: 0.0131 });
  report({ mmd2: 0.5 });
  assert.equal(panel.prediction.verdict.textContent, verdict, "what no longer keeps to the goal comes after it");
  panel.update(pageMessage({ ...MEASURING_LESSON, page_number: 2 }));
  panel.update(pageMessage({ ...MEASURING_LESSON, reached: true, answer: 0 }));
  assert.equal(panel.prediction.verdict.textContent, verdict, "also where the learner goes back to the page");
  panel.close();
});

test("what is read out has no definitions of terms, and words of two blocks stay apart", () => {
  const blocksWithTerms = (text) => [
    { kind: "p", items: [[{ text, as: "" }, ...pageMessage().header.blocks[0].items[0]]] },
    { kind: "ul", items: [[{ text: "one", as: "" }], [{ text: "two", as: "" }]] },
  ];
  const prediction = { ...pageMessage().header.prediction, because: blocksWithTerms("Since ") };
  const caption = { condition: null, blocks: blocksWithTerms("See ") };
  const { panel } = makePanel({ prediction, captions: [caption] });
  panel.prediction.buttons[1].click();
  panel.updateProgress();
  assert.match(panel.caption.root.textContent, /A place/);
  pageEvents.emit("did", { kind: "layers", layers: ["samples"] });
  assert.match(panel.prediction.verdict.textContent, /A place/);
  assert.match(panel.status.textContent, /that is right\. Since On the codes one two Next page goes on\.$/);
  panel.caption.setRows([caption], { code: "A place." }, {});
  assert.equal(panel.caption.update(new FigureLog([])), "See On the codes one two");
  panel.close();
});

test("an action that misses the goal changes its count alone", () => {
  const { panel } = makeAnsweredPanel({ goal: { kind: "rounds", times: 12 }, do: "Play." });
  const { textContent: statusText } = panel.status;
  panel.backButton.textContent = panel.nextButton.textContent = "as it was";
  pageEvents.emit("did", { kind: "round", times: 5 });
  assert.equal(panel.goal.textContent, "To do: Play. (5 of 12)");
  assert.deepEqual(
    [panel.status.textContent, panel.backButton.textContent, panel.nextButton.textContent],
    [statusText, "as it was", "as it was"],
  );
  panel.close();
});

test("a verdict whose figures are gone after a reload says the rest", () => {
  const { panel } = makePanel({ ...MEASURING_LESSON, lesson: "reloaded", reached: true });
  assert.equal(panel.prediction.verdict.textContent, "The answer is “That”.So.");
  panel.close();
});

test("another game begins the experiment again, and a cost begins before its first step", () => {
  const figures = new FigureLog(["mmd2", "cost_g"]);
  figures.note({ mmd2: 0.2, other: 3 });
  figures.begin();
  figures.note({ cost_g: 0.7 }, { cost_g: 0.9 });
  figures.note({ cost_g: 0.6 }, { cost_g: 0.8 });
  assert.deepEqual(
    [figures.start, figures.now],
    [
      { mmd2: 0.2, cost_g: 0.9 },
      { mmd2: 0.2, cost_g: 0.6 },
    ],
  );
  const isTrue = (comparison, value, name = "cost_g") => figures.holds({ figure: name, comparison, value });
  assert.deepEqual([isTrue("fell", 0.29), isTrue("fell", 0.31), isTrue("rose", 0.01)], [true, false, false]);
  assert.deepEqual([isTrue("below", 0.61), isTrue("above", 0.61), isTrue("below", 9, "spread")], [true, false, false]);
  figures.note({ mmd2: NaN });
  assert.equal(isTrue("below", 9, "mmd2"), false);
  figures.forget();
  figures.note({ mmd2: 0.4 });
  assert.deepEqual([figures.start, figures.lowest], [{ mmd2: 0.4 }, { mmd2: 0.4 }]);
});

test("the figures of the game and of the plane", () => {
  const records = [
    { phase: "discrimination", loss: [0.7, 0.6] },
    { phase: "discrimination", loss: [0.6, 0.5] },
  ];
  const counts = { reconstruction: 4, discrimination: 2 };
  const answer = {
    header: { distance: 0.1, meanD: [0.4, 0.6], counts, records, preview: false },
    fields: { codes: { values: [0, 0, 2, 0] }, labels: { values: [0, 1] } },
  };
  const { y_error, z_guess, ...figures } = gameFigures(/** @type {any} */ (answer));
  const expected = { mmd2: 0.1, spread: 1, d_codes: 0.4, d_samples: 0.6, steps_r: 4, steps_d: 2, cost_d: 0.5 };
  assert.deepEqual([figures, y_error], [expected, undefined]);
  assert.deepEqual(costsBefore(/** @type {any} */ (answer)), { cost_d: 0.7 });
  const plane = {
    z: [3, 4],
    fields: { z: { values: [0, 0, 3, 3] } },
    pastFrame: null,
    prior: { logDensity: () => -2 },
  };
  const { z_norm, nearest, log_p, d_z, moment } = planeFigures(/** @type {any} */ (plane), 0.5);
  assert.deepEqual([z_norm, nearest, log_p, d_z, moment], [5, 1, -2, 0.5, undefined]);
});

test("what z says of the class, and how many y are wrong, are figures of the game", () => {
  const codes = [0, 0, 0.1, 0, 0.2, 0, 5, 0, 5.1, 0, 5.2, 0, 0.3, 0, 5.3, 0];
  const labels = [0, 0, 0, 1, 1, 1, 0, 1];
  const answerOf = (phases, contents) => ({
    header: { distance: 0, meanD: null, counts: {}, records: [], preview: false, phases },
    fields: { codes: { values: codes }, labels: { values: labels }, contents: { values: contents } },
  });
  const figuresOf = (...parts) => gameFigures(/** @type {any} */ (answerOf(...parts)));
  const classificationFigures = figuresOf(["classification"], [0, 0, 0, 1, 1, 1, 1, 1]);
  assert.deepEqual([classificationFigures.z_guess, classificationFigures.y_error], [1, 1 / 8]);
  assert.equal(figuresOf(["reconstruction"], [7, 7, 7, 3, 3, 3, 3, 3]).y_error, 1 / 8, "clusters have no names");
  const mixedFigures = gameFigures(
    /** @type {any} */ ({
      ...answerOf([], []),
      fields: { codes: { values: codes }, labels: { values: [0, 1, 0, 1, 0, 1, 0, 1] } },
    }),
  );
  assert.ok(Number(mixedFigures.z_guess) < 0.6);
});

test("a table of a text has headings in its first row and column", () => {
  const cell = (text) => [{ text, as: "" }];
  const items = ["Prior", "Price", "Roll", "tears"].map(cell);
  const [table] = blockElements([{ kind: "table", items, columns: 2 }], {});
  assert.deepEqual(
    [...table.querySelectorAll("th")].map((head) => [head.textContent, head.getAttribute("scope")]),
    [
      ["Prior", "col"],
      ["Price", "col"],
      ["Roll", "row"],
    ],
  );
  assert.deepEqual(
    [...table.querySelectorAll("td")].map(({ textContent }) => textContent),
    ["tears"],
  );
});

test("how much of an image has changed is a share of its light, and opacity does not count", () => {
  const grey = (...values) => values.flatMap((value) => [value, value, value, 255]);
  assert.equal(changedShare([[grey(0, 200), grey(0, 200)]]), 0);
  assert.equal(changedShare([[grey(0, 200), grey(200, 0)]]), 1);
  assert.equal(changedShare([[grey(0, 200), grey(0, 100)]]), 0.5);
  assert.equal(changedShare([[grey(0), grey(0)]]), 0);
});

test("what leads to a goal is what the lesson performs, or else the goal itself", () => {
  const step = { do: "step", phase: "generation", times: 5 };
  assert.deepEqual(actionsToGoal({ kind: "figure", figure: "mmd2", below: 0.1 }, [step]), [step]);
  assert.deepEqual(actionsToGoal({ kind: "rule", rule: "d_steps", least: 8 }, []), [
    { do: "rule", rule: "d_steps", value: 8 },
  ]);
  assert.deepEqual(actionsToGoal({ kind: "z", within: 0.3, near: [1, 2] }, []), [{ do: "z", to: [1, 2] }]);
  assert.deepEqual(actionsToGoal({ kind: "draw" }, []), [], "only the learner can draw");
  assert.ok(Math.hypot(...pointBeyond([0, 0, 0], 2)) > 2);
  assert.ok(Math.abs(Math.hypot(...pointBeyond([3, 4], 2)) - 2.1) < 1e-6);
});

test("a term highlights what it means while it is hovered or focused, and permanently once it is pressed", () => {
  const { panel } = makePanel();
  const target = host();
  target.setAttribute("class", "there");
  const highlights = [];
  const removeListener = pageEvents.on("light", (light) => highlights.push(light.drawn));
  const [term] = panel.equation.termsElement.querySelectorAll("button");
  const isHighlighted = () => "data-lit" in target.attributes;
  for (const [begin, end] of [
    ["pointerenter", "pointerleave"],
    ["focus", "blur"],
  ]) {
    term.fire(begin);
    assert.equal(isHighlighted(), true);
    term.fire(end);
    assert.equal(isHighlighted(), false);
  }
  assert.deepEqual(highlights, ["codes", "", "codes", ""]);
  term.click();
  term.fire("blur");
  assert.deepEqual([isHighlighted(), term.getAttribute("aria-pressed")], [true, "true"]);
  panel.close();
  assert.equal(isHighlighted(), false);
  removeListener();
  target.remove();
});

test("blocks become elements, and a term a button with a tooltip", () => {
  const [list, line] = blockElements(
    [
      { kind: "ul", items: [[{ text: "one", as: "" }], [{ text: "two", as: "strong" }]] },
      { kind: "p", items: [[{ text: "codes", as: "term", term: "code" }]] },
    ],
    { code: "A place." },
  );
  assert.deepEqual([list.children.length, list.children[1].children[0].tag], [2, "strong"]);
  const [term] = /** @type {any[]} */ ([...line.children]);
  const [word, tip] = term.children;
  assert.deepEqual([word.tag, tip.getAttribute("role"), tip.textContent], ["button", "tooltip", "code: A place."]);
  assert.equal(word.getAttribute("aria-describedby"), tip.getAttribute("id"));
  word.fire("keydown", { key: "Escape" });
  assert.ok(tip.classes.has("ls-away"));
  const [undefinedTerm] = blockElements([{ kind: "p", items: [[{ text: "flux", as: "term", term: "flux" }]] }], {});
  assert.deepEqual([undefinedTerm.textContent, undefinedTerm.children.length], ["flux", 0]);
});

test("punctuation and a Korean particle stay on the line of the term before them", () => {
  const elementsOf = (/** @type {string} */ text) => {
    const parts = [
      { text: "style", as: "term", term: "style" },
      { text, as: "" },
    ];
    const [paragraph] = blockElements([{ kind: "p", items: [parts] }], { style: "How it is drawn." });
    return /** @type {any[]} */ ([...paragraph.children]);
  };
  const endings = [". In the grid", " of it", "를 그린다", "), and"].map((text) => {
    const [term] = elementsOf(text);
    return term.textContent.slice("stylestyle: How it is drawn.".length);
  });
  assert.deepEqual(endings, [".", "", "를", "),"]);
});

test("a plane draws the highlighted part, and only that", () => {
  const penCalls = (highlight) => {
    const calls = [];
    const pen = new Proxy(
      {},
      {
        get:
          (_, name) =>
          (...callArguments) =>
            calls.push([name, ...callArguments]),
        set: () => true,
      },
    );
    drawHighlight(/** @type {any} */ (pen), {
      drawn: highlight,
      toScreen: (x, y) => [10 * x, 10 * y],
      width: 100,
      height: 80,
      codes: [1, 2, 3, 4],
      prior: [5, 6],
      places: [
        [7, 7],
        [NaN, 0],
      ],
    });
    return calls.filter(
      ([name]) => !["save", "restore", "setLineDash", "beginPath", "stroke"].includes(/** @type {string} */ (name)),
    );
  };
  assert.deepEqual(
    penCalls("codes").map(([name, x, y]) => [name, x, y]),
    [
      ["fillRect", 8.5, 18.5],
      ["fillRect", 28.5, 38.5],
    ],
  );
  assert.deepEqual(penCalls("prior")[0], ["moveTo", 46, 60]);
  assert.deepEqual(
    penCalls("z").map(([name, x]) => [name, x]),
    [["arc", 7]],
  );
  assert.equal(penCalls("surface")[0][0], "strokeRect");
  assert.deepEqual(penCalls(""), []);
});

test("draws from the prior are tallied by the class of the nearest code, for each plane, where the task is to draw", () => {
  const emitDraw = (title, label) =>
    pageEvents.emit("drawn", { side: Number(title === "AAE"), title, classes: ["0", "1", "2"], label });
  const rows = (panel) =>
    panel.tally.root.querySelectorAll("tr").map((row) => row.children.map(({ textContent }) => textContent));
  const { panel } = makePanel({ goal: { kind: "samples", times: 20 }, prediction: null });
  assert.equal(panel.tally.root.hidden, true);
  emitDraw("AAE", 1);
  for (const label of [0, 2, 0]) emitDraw("AE", label);
  assert.deepEqual(rows(panel), [
    ["", "0", "1", "2"],
    ["AE", "2", "", "1"],
    ["AAE", "", "1", ""],
  ]);
  panel.update({ header: { ...panel.header, page_number: 2, goal: { kind: "pick" } }, fields: {} });
  emitDraw("AE", 0);
  assert.equal(panel.tally.root.hidden, true, "the next page has another task");
  panel.close();
});

test("the code nearest to a place has the smallest distance", () => {
  assert.equal(nearestIndex([0, 0, 3, 3, 3, 2.5], [3, 2.6]), 2);
  assert.equal(nearestIndex([], [0, 0]), -1);
});
