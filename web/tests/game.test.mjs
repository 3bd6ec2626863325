import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { clock, observers } from "./page.mjs";

const { pageEvents } = await import("../src/base/events.ts");
const { SlowMotion } = await import("../src/game/slow_motion.ts");
const { sliderPosition, sliderValue } = await import("../src/game/controls.ts");
const { PHASES, laneCaptions, roundTerms, equationTerms, joinNetNames, movementSentence, roundCaptions, purposeText } =
  await import("../src/game/phase_texts.ts");
const { GameDisplay, meanOrNull, planeState, farthestMoves } = await import("../src/game/game_display.ts");
const { DistanceTrace, linePoints } = await import("../src/game/distance_trace.ts");
const { thinOut } = await import("../src/engine/game.ts");
const { LatentPlane, placeNumbers } = await import("../src/game/latent_plane.ts");
const { Graph } = await import("../src/game/graph.ts");

const { Game } = await import("../src/game/game.ts");
const { manyCodesFigures } = await import("../src/game/game_figures.ts");
const { ManyCodesView, niceLimit } = await import("../src/game/many_codes_view.ts");
const { exampleIndices } = await import("../src/engine/many_codes.ts");

const MODEL_FACTS = { priorCosts: [], name: "aae", size: 100, noise: 0, content: false };
const MEANS = { d: 0.25, d2: 0.5, dp: 0.75 };
const D = {
  phase: "discrimination",
  batch: 3,
  loss: [1.5, 1.25],
  terms: { real: [0.5, 0.45], fake: [1, 0.8] },
  moved: { discriminator: 0.2 },
  still: ["encoder", "decoder"],
};
const G = {
  phase: "generation",
  batch: 3,
  loss: [0.9, 1.1],
  terms: { fool: [0.9, 1.1] },
  moved: {},
  still: ["encoder", "decoder", "discriminator"],
};
const R = {
  phase: "reconstruction",
  batch: 1,
  loss: [6, 5],
  terms: {},
  moved: { encoder: 1, decoder: 2 },
  still: ["discriminator"],
};

test("beats follow each other at their interval, and the run ends after the last", async () => {
  const beats = new SlowMotion(100);
  const shownBeats = [];
  let isOver = false;
  const run = beats.play(3, (beat) => shownBeats.push(beat)).then(() => (isOver = true));
  assert.deepEqual(shownBeats, [0]);
  clock.pass(99);
  assert.deepEqual(shownBeats, [0]);
  clock.pass(1);
  assert.deepEqual(shownBeats, [0, 1]);
  beats.showNextBeat();
  assert.deepEqual(shownBeats, [0, 1, 2]);
  await Promise.resolve();
  assert.equal(isOver, false);
  clock.pass(100);
  await run;
  assert.deepEqual([shownBeats, isOver, beats.isRunning], [[0, 1, 2], true, false]);
});

test("beats without a timer wait, and a run that is finished early shows its last beat", async () => {
  const beats = new SlowMotion(100);
  const shownBeats = [];
  beats.setAutoAdvance(false);
  const first = beats.play(3, (beat) => shownBeats.push(beat));
  clock.pass(1000);
  assert.deepEqual(shownBeats, [0]);
  beats.jumpToEnd();
  await first;
  assert.deepEqual(shownBeats, [0, 2]);
  const second = beats.play(2, (beat) => shownBeats.push(beat));
  const third = beats.play(2, (beat) => shownBeats.push(10 + beat));
  await second;
  beats.setAutoAdvance(true);
  clock.pass(200);
  await third;
  assert.deepEqual(shownBeats, [0, 2, 0, 1, 10, 11]);
  beats.showNextBeat();
  beats.jumpToEnd();
  assert.equal(beats.isRunning, false);
});

test("every phase has three beats whose parts are in the graph, and the last highlights what it trains", () => {
  const { parts } = new Graph();
  const moves = {
    reconstruction: ["encoder", "decoder"],
    discrimination: ["D"],
    generation: ["encoder"],
    classification: ["encoder"],
  };
  for (const [phase, { beats }] of Object.entries(PHASES)) {
    assert.equal(beats.length, 3);
    for (const name of beats.flat())
      assert.ok(name in parts || /^plane:(codes|batch|items|prior|surface|arrows)$/.test(name), name);
    const nets = beats[2].filter((name) => ["encoder", "decoder", "D"].includes(name));
    assert.deepEqual(nets, moves[phase]);
  }
});

test("the captions name the costs, D(z), and the networks that moved", () => {
  const [first, second, third] = laneCaptions(D, MODEL_FACTS, MEANS);
  assert.match(first, /100 codes z of mini-batch 3, held fixed/);
  assert.match(second, /0\.75 to the samples, 0\.25 to the codes/);
  assert.match(third, /fell from 1\.500 to 1\.250\. D moved; the encoder and the decoder stood still, bit for bit\./);
  assert.match(
    laneCaptions(G, MODEL_FACTS, MEANS)[2],
    /rose from 0\.900 to 1\.100.*Nothing moved; the encoder, the decoder and D stood still/,
  );
  assert.match(
    laneCaptions({ ...R, loss: [6, 6.0001] }, { ...MODEL_FACTS, noise: 0.1 }, MEANS).join(),
    /with noise.*stayed at 6\.000/,
  );
  assert.match(laneCaptions(R, { ...MODEL_FACTS, content: true }, MEANS)[1], /and the class/);
  assert.match(
    laneCaptions({ ...R, phase: "classification", moved: { encoder: 1 } }, MODEL_FACTS, MEANS)[2],
    /cross-entropy.*The encoder moved/,
  );
  assert.equal(movementSentence({ ...R, still: [] }), "The encoder and the decoder moved.");
  assert.equal(joinNetNames([]), "");
});

test("the captions of a round name the costs of all phases, and no adversary where there is none", () => {
  assert.match(
    roundCaptions([R, D, G], MODEL_FACTS, MEANS)[2],
    /R 6\.000 → 5\.000, D 1\.500 → 1\.250, G 0\.900 → 1\.100/,
  );
  const autoencoderCaptions = roundCaptions([R], MODEL_FACTS, { d: null, d2: null, dp: null }).join(" ");
  assert.doesNotMatch(autoencoderCaptions, /prior|D gives/);
  assert.deepEqual(farthestMoves([R, D, { ...G, moved: { encoder: 0.5 } }]), {
    encoder: 1,
    decoder: 2,
    discriminator: 0.2,
  });
});

test("the terms of an equation add up to its cost, and name the parts of the graph they are about", () => {
  const terms = equationTerms(D, MODEL_FACTS);
  assert.deepEqual(
    terms.map(({ value }) => value),
    ["1.500", "0.500", "1.000"],
  );
  assert.ok(terms[1].lights?.includes("p") && terms[2].lights?.includes("z"));
  const contentTerms = equationTerms({ ...D, loss: [2, 1] }, MODEL_FACTS);
  assert.deepEqual([contentTerms.length, contentTerms[3].value], [4, "0.500"]);
  assert.match(equationTerms(R, { ...MODEL_FACTS, priorCosts: ["kl"] })[2].text, /KL/);
  const weights = (/** @type {string} */ name, /** @type {string[]} */ priorCosts) =>
    equationTerms(R, { ...MODEL_FACTS, name, priorCosts })
      .slice(2)
      .map(({ text }) => text.split(/KL|MMD|SW/)[0]);
  assert.deepEqual(
    weights("info-vae", ["kl", "mmd"]),
    ["+ (1 − α) ", "+ (α + λ − 1) "],
    "Zhao et al., arXiv 1706.02262, §3.2",
  );
  assert.deepEqual(
    [weights("vae", ["kl"]), weights("wae-mmd", ["mmd"]), weights("sliced-wasserstein", ["sliced"])].flat(),
    ["+ β ", "+ λ ", "+ λ "],
  );
  assert.match(equationTerms(R, MODEL_FACTS)[1].text, /½/);
  assert.equal(equationTerms({ ...R, phase: "classification" }, MODEL_FACTS).length, 2);
  assert.deepEqual(
    roundTerms([R, D], MODEL_FACTS).map(({ text, value }) => `${text} ${value}`),
    ["cost of R 6.000", "cost of D 1.500"],
  );
  assert.match(purposeText([R, D], MODEL_FACTS), /A round/);
  assert.match(purposeText([R], { ...MODEL_FACTS, priorCosts: ["kl"] }), /KL.*§2\.1.*no adversary/);
  assert.match(purposeText([D], MODEL_FACTS), /real.*fake/);
});

test("a slider's positions and values convert both ways, on linear and logarithmic scales", () => {
  const rate = {
    name: "r",
    label: "",
    help: "",
    low: 0.0001,
    high: 0.1,
    start: 0.01,
    places: 60,
    log: true,
    needs: "",
  };
  assert.deepEqual([sliderValue(rate, 0), sliderValue(rate, 40), sliderValue(rate, 60)], [0.0001, 0.01, 0.1]);
  const countRule = { ...rate, low: 1, high: 10, start: 1, places: 9, log: false };
  assert.deepEqual([sliderValue(countRule, 0), sliderValue(countRule, 4), sliderPosition(countRule, 10)], [1, 5, 9]);
  const weight = { ...rate, low: 0, high: 3, start: 1, log: false };
  for (const rule of [rate, countRule, weight]) {
    assert.equal(sliderValue(rule, sliderPosition(rule, rule.start)), rule.start);
    for (let place = 0; place <= rule.places; place++) {
      const value = sliderValue(rule, place);
      assert.ok(value >= rule.low && value <= rule.high);
      assert.equal(sliderPosition(rule, value), place);
    }
  }
});

test("the box of D's surface is spanned by the middles of its outer cells", () => {
  const { surface } = planeState(
    { half: 4, centre: [1, 0] },
    { codes: { values: [] }, surface: { values: [], shape: [40, 40] } },
  );
  assert.deepEqual(surface?.box, [1 - 3.9, 1 + 3.9, -3.9, 3.9]);
  assert.equal(planeState({ half: 4, centre: [0, 0] }, { codes: { values: [] }, surface: undefined }).surface, null);
  assert.deepEqual([meanOrNull(Float32Array.of(1, 2)), meanOrNull([]), meanOrNull(undefined)], [1.5, null, null]);
});

test("the curve of the distance keeps its first and last value, thinned where there are many", () => {
  assert.equal(linePoints([2, 1, 0]), "0.0,2.0 150.0,22.0 300.0,42.0");
  assert.equal(linePoints([-0.1]), "0.0,42.0");
  const values = Array.from({ length: 401 }, (_, k) => k);
  const keptValues = thinOut(values);
  assert.deepEqual([keptValues.length, keptValues[0], keptValues[1], keptValues.at(-1)], [201, 0, 2, 400]);
  assert.equal(thinOut(values.slice(1)).length, 400);
});

// The whole game, with a player whose answers the test controls
// -----------------------------------------------------------

Object.assign(Object.getPrototypeOf(document.createElement("canvas")), { toDataURL: () => "data:" });

/** The player's answer for a game after a number of steps. */
function answerOf(question, steps, headerChanges = {}) {
  const record = question.phase === "discrimination" ? D : R;
  const header = {
    v: 1,
    preview: !question.phase,
    phases: ["reconstruction", "discrimination", "generation"],
    counts: { reconstruction: steps, discrimination: 0, generation: 0 },
    costs: { reconstruction: R.loss },
    records: [record],
    size: 2,
    batch: 1,
    distance: 0.5,
    distances: [0.75, 0.5],
    half: 4,
    centre: [0, 0],
    rules: { weight: 1 },
    setup: { variant: "aae", seed: 0 },
    classes: ["a", "b"],
    variant: {
      name: "aae",
      summary: "In short.",
      prior_costs: [],
      content: false,
      prior: true,
      posterior: "deterministic",
    },
    ...headerChanges,
  };
  const [z, images, halves] = [Float32Array.of(0, 0, 1, 1), new Uint8Array(2 * 4), Float32Array.of(0.5, 0.5)];
  const arrays = {
    codes: [z, [2, 2]],
    labels: [Int16Array.of(0, 1), [2]],
    sample: [z, [2, 2]],
    surface: [new Float32Array(4), [2, 2]],
    "z.0": [z, [2, 2]],
    "z2.0": [z, [2, 2]],
    "x.0": [images, [2, 2, 2, 1]],
    "noisy.0": [images, [2, 2, 2, 1]],
    "xhat.0": [images, [2, 2, 2, 1]],
    "xhat2.0": [images, [2, 2, 2, 1]],
    ...(header.phases.includes("discrimination") && { "d.0": [halves, [2]], "d2.0": [halves, [2]] }),
  };
  return {
    header,
    fields: Object.fromEntries(Object.entries(arrays).map(([name, [values, shape]]) => [name, { values, shape }])),
  };
}

/** An example encoded four times with a Gaussian posterior. */
const encodedExample = (example) => ({
  codes: Float32Array.of(1, 0, -1, 0, 0, 1, 0, -1).map((value) => value * (example + 1)),
  byDraw: Float32Array.of(1, 2, 3, 2),
  byScore: Float32Array.of(-8, 12, 4, 0),
  posterior: "gaussian",
  hasChoice: true,
  examples: { images: { values: new Uint8Array(8), shape: [2, 2, 2, 1] }, names: ["a", "b"] },
});

/** A game, the `questions` to its player, and `answer` and `refuseOldest` for the oldest open question. */
async function makeGame() {
  const [questions, openQuestions] = [[], []];
  let steps = 0;
  const player = {
    answer: (question) =>
      new Promise(
        (resolve, reject) => (
          questions.push(structuredClone(question)),
          openQuestions.push({ resolve, reject, question })
        ),
      ),
    encodeManyTimes: (example) => encodedExample(example),
  };
  const settle = async () => {
    for (let k = 0; k < 20; k++) await Promise.resolve();
  };
  const answer = async (headerChanges = {}) => {
    await settle();
    const { resolve, question } = openQuestions.shift();
    resolve(answerOf(question, ++steps, headerChanges));
    await settle();
  };
  const refuseOldest = async (sentence) => {
    await settle();
    openQuestions.shift().reject(new Error(sentence));
    await settle();
  };
  const game = new Game(host(), () => player);
  const header = {
    game: "one",
    setup: { variant: "aae", seed: 0 },
    choices: [],
    rules: [{ name: "weight", label: "λ", help: "", low: 0, high: 3, start: 1, places: 60, log: false, needs: "" }],
    initial_rules: { weight: 1 },
    view: "codes",
    colours: ["#111111", "#222222"],
    shapes: ["circle", "square"],
  };
  game.update({ header, fields: {} });
  await settle();
  return { game, header, questions, openQuestions, answer, refuseOldest, settle };
}

test("Back in the browser moves the sliders of the rules, and an echo from Python does not", async () => {
  const { game, header } = await makeGame();
  const python = (weight) => game.update({ header: { ...header, initial_rules: { weight } }, fields: {} });
  game.sendMessage = () => {};
  python(1);
  for (const weight of [2, 3]) {
    game.rules.setValues({ weight });
    game.rules.onChange(game.rules.values);
  }
  python(2);
  assert.equal(game.rules.values.weight, 3);
  python(3);
  assert.equal(game.rules.values.weight, 3);
  python(1);
  assert.equal(game.rules.values.weight, 1);
});

test("a game asks for its state on arrival, and clicks during an answer are asked one after the other", async () => {
  const { game, questions, openQuestions, answer, settle } = await makeGame();
  assert.deepEqual(questions, [{ do: "arrive", setup: { variant: "aae", seed: 0 }, rules: { weight: 1 } }]);
  game.makeSteps("discrimination", 1);
  game.makeSteps("discrimination", 10);
  await settle();
  assert.equal(questions.length, 1);
  await answer();
  assert.equal(questions.length, 2);
  await answer();
  assert.deepEqual(
    questions.slice(1),
    [1, 10].map((times) => ({ do: "step", phase: "discrimination", times, rules: { weight: 1 } })),
  );
  assert.equal(game.root.getAttribute("aria-busy"), "true");
  await answer();
  assert.equal(game.root.getAttribute("aria-busy"), "false");
  assert.match(
    game.display.explanation.liveRegion.textContent,
    /Step D\. .*D moved; the encoder and the decoder stood still/,
  );
  assert.equal(openQuestions.length, 0);
});

test("a refusal is shown, and playing ends", async () => {
  const { game, questions, answer, refuseOldest } = await makeGame();
  await answer();
  game.togglePlay();
  await refuseOldest("Training diverged; press Reset to begin anew.");
  assert.equal(game.playing, false);
  assert.match(game.notes.textContent, /press Reset/);
  clock.pass(1000);
  assert.equal(questions.length, 2);
});

for (const [event, name] of [
  ["turned", "when a lesson goes to another page"],
  ["reached", "when a lesson's goal is reached, so that the plane shows what the verdict says"],
])
  test(`playing ends ${name}`, async () => {
    const { game, questions, answer, settle } = await makeGame();
    await answer();
    game.togglePlay();
    await answer();
    pageEvents.emit(event);
    clock.pass(1000);
    await settle();
    assert.deepEqual([game.playing, questions.length], [false, 2]);
    game.close();
  });

test("Pause keeps the current beat on screen", async () => {
  const { game, answer } = await makeGame();
  await answer();
  game.prefersReducedMotion = false;
  game.toggleSlowMotion();
  await answer();
  game.stop();
  clock.pass(60_000);
  const highlightedLanes = game.display.explanation.lanes.map((lane) => lane.classes.has("gb-now"));
  assert.deepEqual(highlightedLanes, [true, false, false]);
  game.close();
});

test("Slow motion starts at once, and at its end the game does as before", async () => {
  const { game, questions, answer, settle } = await makeGame();
  await answer();
  game.prefersReducedMotion = false;
  game.toggleSlowMotion();
  assert.deepEqual([game.playing, game.controls.speedSelect.hidden], [true, true]);
  await answer();
  assert.ok(game.display.explanation.lanes[0].classes.has("gb-now"), "the first beat of the first step");
  clock.pass(3000);
  assert.ok(game.display.explanation.lanes[1].classes.has("gb-now"));
  game.toggleSlowMotion();
  await settle();
  assert.deepEqual([game.playing, game.slowMotion.isRunning, questions.length], [false, false, 2]);
  game.togglePlay();
  await answer();
  game.toggleSlowMotion();
  clock.pass(60);
  await answer();
  game.toggleSlowMotion();
  await settle();
  assert.equal(game.playing, true, "it played before");
  game.close();
});

test("Next beat begins one round where no beat is left", async () => {
  const { game, questions, openQuestions, answer, settle } = await makeGame();
  await answer();
  game.isSlow = true;
  game.showNextBeat();
  for (let step = 0; step < 3; step++) {
    await answer();
    for (let beat = 0; beat < 3; beat++) game.showNextBeat();
  }
  await settle();
  assert.deepEqual(
    questions.slice(1).map(({ phase }) => phase),
    ["reconstruction", "discrimination", "generation"],
  );
  assert.deepEqual([openQuestions.length, game.playing], [0, false]);
  game.close();
});

test("the pace of a game is there again after a reload", async () => {
  const texts = new Map();
  const storage = {
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, text) => texts.set(name, text),
    removeItem: (name) => texts.delete(name),
  };
  const sessionStorage = globalThis.window.sessionStorage;
  Object.assign(globalThis.window, { sessionStorage: storage, location: { href: "http://here/game" } });
  const first = await makeGame();
  let storeCount = 0;
  first.game.player.storeGame = () => storeCount++;
  first.game.isSlow = true;
  first.game.controls.speedSelect.value = "25";
  first.game.store();
  first.game.close();
  const linkedGame = await makeGame();
  assert.deepEqual([storeCount, linkedGame.game.isSlow, texts.size], [1, false, 0], "a link begins anew");
  linkedGame.game.isSlow = true;
  linkedGame.game.controls.speedSelect.value = "25";
  linkedGame.game.player.storeGame = () => {};
  linkedGame.game.store();
  performance.getEntriesByType = () => [{ type: "reload" }];
  const reloadedGame = await makeGame();
  const { speedSelect, slowButton } = reloadedGame.game.controls;
  assert.deepEqual(
    [reloadedGame.game.isSlow, reloadedGame.game.playing, speedSelect.value, slowButton.getAttribute("aria-pressed")],
    [true, false, "25", "true"],
  );
  delete performance.getEntriesByType;
  globalThis.window.sessionStorage = sessionStorage;
  for (const { game } of [linkedGame, reloadedGame]) game.close();
});

test("in slow motion a step is shown beat by beat, and another click ends it", async () => {
  const { game, questions, answer, settle } = await makeGame();
  await answer();
  game.isSlow = true;
  game.makeSteps("discrimination", 1);
  await answer();
  const highlightedLane = () => game.display.explanation.lanes.findIndex((lane) => lane.classes.has("gb-now"));
  assert.equal(highlightedLane(), 0);
  game.slowMotion.showNextBeat();
  assert.equal(highlightedLane(), 1);
  game.makeSteps("discrimination", 1);
  await settle();
  assert.deepEqual([questions.length, game.slowMotion.isRunning], [3, false]);
  await answer();
  assert.deepEqual([highlightedLane(), game.slowMotion.isRunning], [0, true]);
  game.close();
  assert.equal(game.slowMotion.isRunning, false);
});

test("Play, Pause and Play in quick succession leave one loop that plays, slow or fast", async () => {
  const slowGame = await makeGame();
  await slowGame.answer();
  slowGame.game.prefersReducedMotion = false;
  slowGame.game.toggleSlowMotion();
  await slowGame.answer();
  slowGame.game.togglePlay();
  slowGame.game.togglePlay();
  await slowGame.settle();
  assert.equal(slowGame.questions.length, 3, "the paused beat is ended, and its round with it");
  await slowGame.answer();
  await slowGame.settle();
  assert.deepEqual(
    [slowGame.openQuestions.length, slowGame.game.slowMotion.isRunning],
    [0, true],
    "no beat is woken by another loop",
  );
  slowGame.game.close();

  const fastGame = await makeGame();
  await fastGame.answer();
  for (let k = 0; k < 3; k++) fastGame.game.togglePlay(); // while the answer to the first is on its way
  await fastGame.answer();
  await fastGame.answer();
  clock.pass(60);
  await fastGame.settle();
  assert.deepEqual([fastGame.game.pendingCount, fastGame.game.playing], [1, true]);
  fastGame.game.close();
});

test("Reset during a round in slow motion ends the round, and none of its steps enters the new game", async () => {
  const { game, questions, answer, settle } = await makeGame();
  await answer();
  game.toggleSlowMotion();
  await answer();
  game.beginGame();
  await answer();
  await settle();
  assert.deepEqual(
    questions.map((question) => question.do),
    ["arrive", "step", "begin"],
  );
  game.close();
});

test("a held key is one click, and none of its events reaches Streamlit", async () => {
  const { game, answer } = await makeGame();
  await answer();
  let [clickCount, stoppedCount] = [0, 0];
  const target = { matches: () => false };
  Object.assign(game.controls.buttonsByKey.get("d") ?? {}, { click: () => clickCount++ });
  for (const repeat of [false, true, true])
    game.handleKey({ key: "d", repeat, target, preventDefault() {}, stopPropagation: () => stoppedCount++ });
  assert.deepEqual([clickCount, stoppedCount], [1, 3]);
  game.close();
});

test("the setup that is actually played is put into the link, on arrival and at Reset", async () => {
  const { game, answer } = await makeGame();
  const messages = [];
  game.sendMessage = (key, value) => messages.push([key, value]);
  const setup = { variant: "label-informed", prior: "mixture", seed: 0 };
  await answer({ setup });
  assert.deepEqual(messages, [["setup", setup]], "the link had another setup");
  game.beginGame();
  await answer({ setup });
  assert.deepEqual(messages[1], ["setup", setup]);
  game.close();
  const linkedGame = await makeGame();
  linkedGame.game.sendMessage = (key, value) => messages.push([key, value]);
  await linkedGame.answer();
  assert.equal(messages.length, 2, "the link has this setup already");
  linkedGame.game.close();
});

test("if a game could not begin, Play shows the reason again", async () => {
  const { game, questions, answer, refuseOldest, settle } = await makeGame();
  const reason = "A VAE needs the density of its prior; choose another prior.";
  await refuseOldest(reason);
  game.togglePlay();
  await refuseOldest(reason);
  await settle();
  assert.deepEqual(
    [questions.map((question) => question.do), game.playing, game.pendingCount],
    [["arrive", "arrive"], false, 0],
  );
  assert.deepEqual(questions[1].rules, { weight: 1 }, "those of the sliders, not the defaults");
  assert.equal(game.notes.textContent, reason);
  game.makeSteps("discrimination", 1);
  await answer();
  assert.equal(game.notes.textContent, "", "it began after all");
  assert.equal(questions.at(-1).do, "arrive");
  game.close();
});

test("the focus stays in the game when the focused element is hidden or rebuilt", async () => {
  const { game, answer } = await makeGame();
  await answer();
  game.toggleSlowMotion();
  await answer();
  const { nextBeatButton, slowButton, speedSelect } = game.controls;
  nextBeatButton.focus();
  for (let beat = 0; beat < 3; beat++) game.showNextBeat();
  await answer();
  assert.deepEqual(
    [nextBeatButton.hidden, document.activeElement === nextBeatButton],
    [false, true],
    "from one step to the next",
  );
  game.toggleSlowMotion();
  assert.deepEqual(
    [nextBeatButton.hidden, speedSelect.hidden, document.activeElement === slowButton],
    [true, false, true],
  );

  const { explanation } = game.display;
  const terms = (count) => Array.from({ length: count }, (_, k) => ({ text: `${k}`, lights: ["z"] }));
  const focused = () => explanation.equation.querySelectorAll(".gb-term").indexOf(document.activeElement);
  explanation.showEquation("", terms(3));
  assert.equal(document.activeElement, slowButton, "nothing is taken from elsewhere");
  explanation.equation.children[1].focus();
  explanation.showEquation("", terms(3));
  assert.equal(focused(), 1);
  explanation.equation.children[2].focus();
  explanation.showEquation("", terms(2));
  assert.equal(focused(), 1, "where the third term is gone");
  game.close();
});

test("the distance is shown for every model with a prior, D's and G's costs only with an adversary", async () => {
  const visibleFigures = [];
  for (const priorCost of ["adversary", "mmd", "nothing"]) {
    const { game, answer } = await makeGame();
    const phases = ["reconstruction", ...(priorCost === "adversary" ? ["discrimination", "generation"] : [])];
    await answer({
      phases,
      variant: {
        name: "x",
        summary: "In short.",
        prior_costs: priorCost === "mmd" ? ["mmd"] : [],
        content: false,
        prior: priorCost !== "nothing",
        posterior: "deterministic",
      },
    });
    const { root, costNote: rivals } = game.display.distanceTrace;
    visibleFigures.push([!root.hidden, !rivals.hidden]);
    game.close();
  }
  assert.deepEqual(visibleFigures.slice(0, 2), [
    [true, true],
    [true, false],
  ]);
  assert.equal(visibleFigures[2][0], false);
});

test("the distance says of which codes it is", () => {
  const trace = new DistanceTrace();
  const captions = ["deterministic", "gaussian", "universal"].map((posterior) => {
    trace.show([0.25, 0.125], posterior);
    return trace.caption.textContent;
  });
  assert.match(captions[0], /between q\(z\) and p\(z\).*0\.125 \(at first 0\.250\)/);
  assert.match(captions[1], /the means of q\(z\|x\)/);
  assert.match(captions[2], /without noise/);
});

test("an autoencoder names neither D nor a prior, and a game under way says how many rounds were played", async () => {
  const { game, answer } = await makeGame();
  const choices = ["variant", "prior"].map((name) => ({
    name,
    label: { variant: "Model", prior: "Prior" }[name],
    needs: name === "prior" ? "prior" : "",
    options: [{ value: "ae", title: "Autoencoder" }],
  }));
  game.setup.buildSelects(choices);
  const visibleText = (node) =>
    node.hidden || node.style?.display === "none"
      ? ""
      : node.children?.length
        ? [...node.children].map(visibleText).join(" ")
        : (node.textContent ?? "");
  const autoencoderHeader = {
    phases: ["reconstruction"],
    counts: { reconstruction: 100 },
    batch: 100,
    distance: null,
    distances: [],
    variant: { name: "ae", summary: "In short.", prior_costs: [], content: false, prior: false },
  };
  await answer(autoencoderHeader);
  assert.match(game.display.explanation.root.textContent, /100 rounds have been played/);
  assert.doesNotMatch(
    `${visibleText(game.root)} ${game.display.plane.canvas.getAttribute("aria-label")}`,
    /\bD\b|D’s|prior/i,
  );
  const adversarialGame = await makeGame();
  adversarialGame.game.setup.buildSelects(choices);
  await adversarialGame.answer();
  assert.match(visibleText(adversarialGame.game.root), /prior p\(z\)/);
  assert.deepEqual(
    [game, adversarialGame.game].map(({ setup }) => Boolean(setup.list.children[1].hidden)),
    [true, false],
  );
  for (const openGame of [game, adversarialGame.game]) openGame.close();
});

test("the graph shows the content y where the model has one: inferred, given to the decoder, or given to D", () => {
  const visibleParts = (y, isConditioned = false) => {
    const graph = new Graph();
    graph.showModel(true, y, isConditioned);
    const names = Object.keys(graph.parts).filter((name) => graph.parts[name].style.display !== "none");
    graph.highlight(new Set(["z", "encoder-z"]));
    const dimmed = ["y", "encoder-y", "Dy"].filter((name) => graph.parts[name].classes.has("gb-dim"));
    return [names.filter((name) => /y\b/i.test(name)), names.includes("encoder-z"), dimmed];
  };
  assert.deepEqual(visibleParts(""), [[], true, ["Dy"]]);
  assert.deepEqual(visibleParts("inferred"), [
    ["y-decoder", "encoder-y", "y-Dy", "py-Dy", "Dy-dOfY", "y", "py", "Dy", "dOfY"],
    false, // one arrow goes to y and z together
    ["Dy"],
  ]);
  assert.deepEqual(visibleParts("given"), [["y-decoder", "y"], true, ["Dy"]]);
  assert.deepEqual(visibleParts("told"), [["y-D", "y"], true, ["Dy"]]);
  const conditionedParts = visibleParts("inferred", true)[0];
  assert.deepEqual(
    [...conditionedParts].sort(),
    [...visibleParts("inferred")[0], "y-D"].sort(),
    "D is told an inferred y",
  );
});

test("the graph is arranged anew for another model only, and notes are for nets", () => {
  const graph = new Graph();
  const notes = Object.keys(graph.parts).filter(
    (name) => name !== "cost" && graph.parts[name].querySelector(".gb-note"),
  );
  assert.deepEqual(notes, ["encoder", "decoder", "D", "Dy"]);
  graph.showModel(true, "inferred");
  const { parts, root } = graph;
  parts.D.children[0].setAttribute("x", "1");
  root.setAttribute("viewBox", "");
  graph.showModel(true, "inferred");
  assert.deepEqual([parts.D.children[0].getAttribute("x"), root.getAttribute("viewBox")], ["1", ""]);
  graph.showModel(false, "inferred");
  assert.deepEqual([parts.D.children[0].getAttribute("x"), root.getAttribute("viewBox")], ["242", "0 0 456 132"]);
});

test("q(y|x) is drawn in class order, with the verdict of its own D", async () => {
  const { game, answer } = await makeGame();
  const phases = ["reconstruction", "discrimination", "generation", "classification"];
  const inferredHeader = (headerChanges) => ({
    phases,
    variant: {
      name: "x",
      summary: "",
      prior_costs: [],
      content: true,
      prior: true,
      y: "inferred",
      posterior: "deterministic",
    },
    ...headerChanges,
  });
  const answerWithContent = async (headerChanges) => {
    await answer(inferredHeader(headerChanges));
    const { answer: lastAnswer } = game.display;
    for (const name of ["y.0", "y2.0"])
      lastAnswer.fields[name] = { values: Float32Array.of(0.25, 0.75, 1, 0), shape: [2, 2] };
    for (const name of ["dy.0", "dy2.0"])
      lastAnswer.fields[name] = { values: Float32Array.of(0.125, 0.875), shape: [2] };
    game.display.showBeat(null, false);
    const [first] = game.display.graph.parts.dOfY.querySelectorAll(".gb-item");
    const bars = first.querySelectorAll(".gb-bar");
    return {
      heights: bars.map((bar) => Number(bar.getAttribute("height"))),
      fills: bars.map((bar) => bar.style.cssText ?? null),
      row: game.display.itemTable.body.children[0].textContent,
    };
  };
  const semi = await answerWithContent();
  assert.deepEqual(semi.heights, [0.25 * 9, 0.75 * 9]);
  assert.deepEqual(semi.fills, ["fill: #111111", "fill: #222222"]);
  assert.match(semi.row, /b: 0\.750\.1[23]/);
  assert.match(game.display.contentKey.textContent, /in the order of the legend/);
  game.beginGame();
  const clustering = await answerWithContent({ phases: phases.slice(0, 3) });
  assert.deepEqual(clustering.fills, [null, null], "a cluster has no class whose colour it could take");
  assert.match(clustering.row, /cluster 2: 0\.75/);
  assert.match(game.display.contentKey.textContent, /numbers, not names/);
  game.close();
});

test("until the first answer the board is hidden, because the model is not known yet", async () => {
  const { game, answer } = await makeGame();
  const waits = () => game.display.body.classes.has("gb-waiting");
  assert.equal(waits(), true);
  await answer();
  assert.equal(waits(), false);
  game.close();
});

test("every entry of the legend has a drawn marker", async () => {
  const { game, answer } = await makeGame();
  await answer();
  const markers = game.display.legend.querySelectorAll("canvas");
  assert.equal(markers.length, game.display.legend.children.length);
  assert.ok(markers.length > 0);
  game.close();
});

test("a round that ends with labelled images shows the mini-batch of its captions", () => {
  const stage = new GameDisplay(true);
  const C = { phase: "classification", batch: 3, loss: [2, 1], terms: {}, moved: { encoder: 1 }, still: [] };
  const fields = { codes: { values: [0, 0] }, labels: { values: [0] }, sample: { values: [0, 0] } };
  const images = { values: new Uint8Array(4), shape: [1, 2, 2, 1] };
  const values = (value) => ({ values: Float32Array.of(value, value), shape: [1, 2] });
  [R, G, C].forEach((_, k) => {
    for (const name of ["x", "noisy", "xhat", "xhat2"]) fields[`${name}.${k}`] = images;
    Object.assign(fields, {
      [`z.${k}`]: values(k),
      [`z2.${k}`]: values(k + 10),
      [`d.${k}`]: values(0.1 * k),
      [`d2.${k}`]: values(0.1 * k + 0.5),
    });
  });
  const header = {
    preview: false,
    phases: ["reconstruction", "discrimination", "generation", "classification"],
    counts: {},
    batch: 3,
    costs: {},
    distance: 0.5,
    distances: [0.5],
    half: 4,
    centre: [0, 0],
    rules: {},
    size: 1,
    classes: ["a"],
    variant: { name: "x", summary: "", prior_costs: [], content: true },
  };
  stage.receiveAnswer(
    { header: { ...header, records: [R, G, C] }, fields },
    { colours: ["#111111"], shapes: ["circle"] },
  );
  stage.showBeat(null, false);
  assert.deepEqual([...(stage.plane.items?.z ?? [])], [11, 11], "those of G");
  assert.match(stage.currentCaptions()[1], /D gives the codes 0\.60 on average/);
  stage.receiveAnswer({ header: { ...header, records: [C] }, fields }, { colours: ["#111111"], shapes: ["circle"] });
  stage.showBeat(null, false);
  assert.deepEqual([...(stage.plane.items?.z ?? [])], [10, 10], "a single step C shows its own mini-batch");
  const pointedCount = () => stage.graph.root.querySelectorAll(".gb-pointed").length;
  stage.pointAtItem(0);
  const markedCount = pointedCount();
  stage.showBeat(null, false);
  assert.ok(markedCount > 0 && pointedCount() === markedCount, "a selected item stays marked in the graph");
  stage.plane.close();
});

test("an item that the pointer leaves together with the graph does not stay marked", () => {
  const stage = new GameDisplay(true);
  stage.itemTable.pinnedItem = 2;
  stage.graph.root.fire("pointerover", { target: { closest: () => ({ getAttribute: () => "4" }) } });
  assert.equal(stage.plane.pointedItem, 4);
  stage.graph.root.fire("pointerleave");
  assert.equal(stage.plane.pointedItem, 2, "the one that is held");
  stage.graph.root.fire("pointerover", { target: { closest: () => ({ getAttribute: () => "4" }) } });
  stage.graph.root.fire("pointerleave", { pointerType: "touch" });
  assert.equal(stage.plane.pointedItem, 4, "as every tap ends with it");
  stage.plane.close();
});

test("in slow motion codes go from their former places to the new ones, and no further once the field is closed", ({
  mock,
}) => {
  mock.method(performance, "now", () => clock.now);
  const observerCount = observers.size;
  const field = new LatentPlane();
  /** @type {number[][]} */
  const drawnPlaces = [];
  field.points.draw = ({ xy }) => drawnPlaces.push([...xy].map((value) => Math.round(value * 10) / 10));
  field.classes = { labels: [0], colours: ["#111111"], shapes: ["circle"] };
  const moment = (...codes) => ({ codes, surface: null, half: 4, centre: [0, 0] });
  field.showState(moment(0, 0), true);
  clock.pass(100);
  assert.deepEqual([drawnPlaces, field.clock.isRunning], [[[0, 0]], false], "nowhere to come from");
  field.showState(moment(2, -2), true);
  clock.pass(350);
  assert.deepEqual([drawnPlaces.at(-1), field.clock.isRunning], [[1, -1], true]);
  clock.pass(400);
  assert.deepEqual([drawnPlaces.at(-1), field.clock.isRunning], [[2, -2], false]);
  field.showState(moment(0, 0), false);
  clock.pass(20);
  assert.deepEqual([drawnPlaces.at(-1), field.clock.isRunning], [[0, 0], false]);
  field.showState(moment(2, -2), true);
  clock.pass(350);
  const { length } = drawnPlaces;
  field.close();
  clock.pass(1000);
  assert.deepEqual([drawnPlaces.length, field.clock.isRunning, observers.size], [length, false, observerCount]);
});

test("numbers of codes that lie together stand apart, and the first stays at its code", () => {
  const places = /** @type {[number, number][]} */ ([
    [100, 100],
    [103, 101],
    [300, 100],
    [101, 98],
  ]);
  for (const markScale of [1, 2]) {
    const numbers = placeNumbers(places, markScale);
    assert.deepEqual([numbers[0], numbers[2]], [places[0], places[2]]);
    for (const [k, [x, y]] of numbers.entries())
      for (const [otherX, otherY] of numbers.slice(k + 1))
        assert.ok(Math.max(Math.abs(x - otherX), Math.abs(y - otherY)) > 18 * markScale);
    assert.ok(Math.hypot(numbers[1][0] - 103, numbers[1][1] - 101) < 40 * markScale, "near its code");
  }
});

test("the key names samples and D’s surface only where the model has them", async () => {
  for (const [hasPrior, hasAdversary] of [
    [true, true],
    [true, false],
    [false, false],
  ]) {
    const { game, answer } = await makeGame();
    const phases = hasAdversary ? ["reconstruction", "discrimination", "generation"] : ["reconstruction"];
    await answer({
      phases,
      variant: { name: "aae", summary: "In short.", prior_costs: [], prior: hasPrior, posterior: "deterministic" },
    });
    const { sampleKey, surfaceKey } = game.display;
    assert.deepEqual([sampleKey.hidden, surfaceKey.hidden], [!hasPrior, !hasAdversary]);
    game.close();
  }
});

test("the captions of a round say how many steps D takes", () => {
  assert.match(
    roundCaptions([R, D, D, D, G], MODEL_FACTS, MEANS)[2],
    /^Three steps of D and one of each other phase, each moving/,
  );
  assert.match(
    purposeText([R, D, D, D, G], MODEL_FACTS),
    /three steps of D and one of each other phase, in the paper’s order/,
  );
  assert.match(roundCaptions([R, D, G], MODEL_FACTS, MEANS)[2], /^One step of each phase, each moving/);
  assert.match(purposeText([R, D, G], MODEL_FACTS), /\(paper §2\): one step of each phase, in/);
});

// One image, many codes
// ---------------------

test("the figures of many codes are their spread, and scatter and distance of both estimates", () => {
  const figures = manyCodesFigures(encodedExample(0));
  assert.equal(figures.codes_spread, 1);
  assert.ok(Math.abs(figures.scatter_draw - Math.sqrt(0.5)) < 1e-9);
  assert.ok(Math.abs(figures.scatter_score - Math.sqrt(52)) < 1e-9);
  assert.equal(figures.means_apart, 0);
  assert.ok(Math.abs(figures.means_chance - 3 * Math.sqrt(52.5 / 4)) < 1e-9);
  const figuresWithoutScore = manyCodesFigures({ ...encodedExample(0), byScore: null });
  assert.deepEqual(
    [figuresWithoutScore.codes_spread, figuresWithoutScore.scatter_score, "means_apart" in figuresWithoutScore],
    [1, undefined, true],
  );
  assert.equal(manyCodesFigures(null).codes_spread, undefined);
});

test("the scale of the estimates is a round number that holds all of them", () => {
  assert.deepEqual(
    [[[0.3], [-7]], [[20], []], [[21]], [[0.0009]], [[]]].map((rows) => niceLimit(rows)),
    [10, 20, 50, 0.001, 0.000001],
  );
});

test("an example is the first plotted item of each class that there is", () => {
  assert.deepEqual(exampleIndices([1, 3, 4, 6], [0, 2, 1, 0, 2, 1, 0]), [3, 1]);
});

test("an image that is encoded many times is shown with its estimates, and others can be chosen", () => {
  const chosenExamples = [];
  const view = new ManyCodesView(
    () => chosenExamples.push(view.example),
    (posterior) => chosenExamples.push(posterior),
  );
  view.show(encodedExample(0));
  assert.equal(view.panel.hidden, false);
  assert.match(
    view.codesText.textContent,
    /plane: z = μ \+ σε: a new ε for each code\. They lie 1\.00 from their mean/,
  );
  assert.match(view.title.textContent, /bias of μ₁/);
  assert.match(view.byScore.root.textContent, /score function: mean 2\.00, scatter 7\.21/);
  assert.deepEqual([view.byDraw.mean.getAttribute("x1"), view.byDraw.dots.children.length], ["54.6%", 4]);
  view.imageRow.children[1].click();
  view.posteriorButtons[2].click();
  assert.deepEqual(chosenExamples, [1, "universal"]);
  view.show({ ...encodedExample(1), byScore: null, posterior: "universal", hasChoice: false });
  assert.match(view.byScore.root.textContent, /no formula for its density/);
  assert.deepEqual(
    view.posteriorButtons.map(({ hidden }) => hidden),
    [true, true, false],
  );
  view.show(null);
  assert.equal(view.panel.hidden, true);
});

test("the view of many codes speaks of rows where the game is played with a table", async () => {
  const { game, answer } = await makeGame();
  await answer();
  const { switchText, panel, imageRow } = game.manyCodes;
  const labelOf = (part) => part.getAttribute("aria-label");
  assert.equal(switchText.textContent, "One image, encoded fifty times");
  game.display.rewordItems = (text) => text.replace("image", "row");
  game.showAnswer(game.display.answer, true);
  assert.deepEqual(
    [switchText.textContent, labelOf(panel), labelOf(imageRow)],
    ["One row, encoded fifty times", "One row, encoded fifty times", "The row that is encoded"],
  );
});

test("the view of many codes is told to Python, put into the link, and follows each answer", async () => {
  const { game, header, answer, settle } = await makeGame();
  await answer();
  const messages = [];
  game.sendMessage = (kind, value) => messages.push([kind, value]);
  assert.equal(game.display.plane.manyCodes, null);
  game.manyCodes.box.checked = true;
  game.onViewChosen();
  assert.deepEqual(messages, [["game_view", { view: "draws" }]]);
  assert.equal(game.display.plane.manyCodes.length, 8);
  const query = new Map();
  game.writeLink(query);
  assert.equal(query.get("game.view"), "draws");
  game.manyCodes.chooseExample(1);
  assert.equal(messages.length, 1, "another image is no other view");
  assert.equal(game.display.plane.manyCodes[0], 2);
  game.update({ header: { ...header, view: "draws" }, fields: {} });
  await settle();
  game.update({ header: { ...header, view: "codes" }, fields: {} });
  assert.deepEqual([game.manyCodes.isOn, game.display.plane.manyCodes], [false, null], "Back in the browser");
});

test("another posterior begins another game, and a model with a KL term offers none", async () => {
  const { game, questions, answer } = await makeGame();
  const options = ["deterministic", "gaussian", "universal"].map((value) => ({ value, title: value }));
  game.setup.buildSelects([{ name: "posterior", label: "Posterior", needs: "free posterior", options }]);
  await answer();
  game.choosePosterior("universal");
  await answer();
  assert.equal(questions.at(-1).do, "begin");
  assert.equal(questions.at(-1).setup.posterior, "universal");
  const [{ row }] = game.setup.selects;
  game.setup.showChoicesFor({ "free posterior": false });
  assert.equal(row.hidden, true);
  game.setup.showChoicesFor({ "free posterior": true });
  assert.equal(row.hidden, false);
});
