import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { clock, watched } from "./page.mjs";

const { pageEvents } = await import("../../app/components/js/base/events.js");
const { SlowMotion } = await import("../../app/components/js/game/slow_motion.js");
const { sliderPosition, sliderValue } = await import("../../app/components/js/game/controls.js");
const { PHASES, laneCaptions, roundTerms, equationTerms, joinNetNames, movementSentence, roundCaptions, purposeText } =
  await import("../../app/components/js/game/phase_texts.js");
const { GameDisplay, meanOrNull, planeState, farthestMoves } =
  await import("../../app/components/js/game/game_display.js");
const { DistanceTrace, linePoints } = await import("../../app/components/js/game/distance_trace.js");
const { thinOut } = await import("../../app/components/js/engine/game.js");
const { LatentPlane, placeNumbers } = await import("../../app/components/js/game/latent_plane.js");
const { Graph } = await import("../../app/components/js/game/graph.js");

const { Game } = await import("../../app/components/js/game/game.js");
const { manyCodesFigures } = await import("../../app/components/js/game/game_figures.js");
const { ManyCodesView, niceLimit } = await import("../../app/components/js/game/many_codes_view.js");
const { exampleIndices } = await import("../../app/components/js/engine/many_codes.js");

const ABOUT = { priorCosts: [], name: "aae", size: 100, noise: 0, content: false };
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
  const seen = [];
  let over = false;
  const run = beats.play(3, (beat) => seen.push(beat)).then(() => (over = true));
  assert.deepEqual(seen, [0]);
  clock.pass(99);
  assert.deepEqual(seen, [0]);
  clock.pass(1);
  assert.deepEqual(seen, [0, 1]);
  beats.showNextBeat();
  assert.deepEqual(seen, [0, 1, 2]);
  await Promise.resolve();
  assert.equal(over, false);
  clock.pass(100);
  await run;
  assert.deepEqual([seen, over, beats.isRunning], [[0, 1, 2], true, false]);
});

test("beats without a timer wait, and a run that is finished early shows its last beat", async () => {
  const beats = new SlowMotion(100);
  const seen = [];
  beats.setAutoAdvance(false);
  const first = beats.play(3, (beat) => seen.push(beat));
  clock.pass(1000);
  assert.deepEqual(seen, [0]);
  beats.jumpToEnd();
  await first;
  assert.deepEqual(seen, [0, 2]);
  const second = beats.play(2, (beat) => seen.push(beat));
  const third = beats.play(2, (beat) => seen.push(10 + beat));
  await second;
  beats.setAutoAdvance(true);
  clock.pass(200);
  await third;
  assert.deepEqual(seen, [0, 2, 0, 1, 10, 11]);
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
  const [first, second, third] = laneCaptions(D, ABOUT, MEANS);
  assert.match(first, /100 codes z of mini-batch 3, held fixed/);
  assert.match(second, /0\.75 to the samples, 0\.25 to the codes/);
  assert.match(third, /fell from 1\.500 to 1\.250\. D moved; the encoder and the decoder stood still, bit for bit\./);
  assert.match(
    laneCaptions(G, ABOUT, MEANS)[2],
    /rose from 0\.900 to 1\.100.*Nothing moved; the encoder, the decoder and D stood still/,
  );
  assert.match(
    laneCaptions({ ...R, loss: [6, 6.0001] }, { ...ABOUT, noise: 0.1 }, MEANS).join(),
    /with noise.*stayed at 6\.000/,
  );
  assert.match(laneCaptions(R, { ...ABOUT, content: true }, MEANS)[1], /and the class/);
  assert.match(
    laneCaptions({ ...R, phase: "classification", moved: { encoder: 1 } }, ABOUT, MEANS)[2],
    /cross-entropy.*The encoder moved/,
  );
  assert.equal(movementSentence({ ...R, still: [] }), "The encoder and the decoder moved.");
  assert.equal(joinNetNames([]), "");
});

test("the captions of a round name the costs of all phases, and no adversary where there is none", () => {
  assert.match(roundCaptions([R, D, G], ABOUT, MEANS)[2], /R 6\.000 → 5\.000, D 1\.500 → 1\.250, G 0\.900 → 1\.100/);
  const alone = roundCaptions([R], ABOUT, { d: null, d2: null, dp: null }).join(" ");
  assert.doesNotMatch(alone, /prior|D gives/);
  assert.deepEqual(farthestMoves([R, D, { ...G, moved: { encoder: 0.5 } }]), {
    encoder: 1,
    decoder: 2,
    discriminator: 0.2,
  });
});

test("the terms of an equation add up to its cost, and name the parts of the graph they are about", () => {
  const terms = equationTerms(D, ABOUT);
  assert.deepEqual(
    terms.map(({ value }) => value),
    ["1.500", "0.500", "1.000"],
  );
  assert.ok(terms[1].lights?.includes("p") && terms[2].lights?.includes("z"));
  const both = equationTerms({ ...D, loss: [2, 1] }, ABOUT);
  assert.deepEqual([both.length, both[3].value], [4, "0.500"]);
  assert.match(equationTerms(R, { ...ABOUT, priorCosts: ["kl"] })[2].text, /KL/);
  const weights = (/** @type {string} */ name, /** @type {string[]} */ priorCosts) =>
    equationTerms(R, { ...ABOUT, name, priorCosts })
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
  assert.match(equationTerms(R, ABOUT)[1].text, /½/);
  assert.equal(equationTerms({ ...R, phase: "classification" }, ABOUT).length, 2);
  assert.deepEqual(
    roundTerms([R, D], ABOUT).map(({ text, value }) => `${text} ${value}`),
    ["cost of R 6.000", "cost of D 1.500"],
  );
  assert.match(purposeText([R, D], ABOUT), /A round/);
  assert.match(purposeText([R], { ...ABOUT, priorCosts: ["kl"] }), /KL.*§2\.1.*no adversary/);
  assert.match(purposeText([D], ABOUT), /real.*fake/);
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
  const whole = { ...rate, low: 1, high: 10, start: 1, places: 9, log: false };
  assert.deepEqual([sliderValue(whole, 0), sliderValue(whole, 4), sliderPosition(whole, 10)], [1, 5, 9]);
  const weight = { ...rate, low: 0, high: 3, start: 1, log: false };
  for (const rule of [rate, whole, weight]) {
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
  const kept = thinOut(values);
  assert.deepEqual([kept.length, kept[0], kept[1], kept.at(-1)], [201, 0, 2, 400]);
  assert.equal(thinOut(values.slice(1)).length, 400);
});

// The whole game, with a player whose answers the test controls
// -----------------------------------------------------------

Object.assign(Object.getPrototypeOf(document.createElement("canvas")), { toDataURL: () => "data:" });

/** The player's answer for a game after a number of steps. */
function answerOf(said, steps, more = {}) {
  const record = said.phase === "discrimination" ? D : R;
  const header = {
    v: 1,
    preview: !said.phase,
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
    ...more,
  };
  const [z, images, one] = [Float32Array.of(0, 0, 1, 1), new Uint8Array(2 * 4), Float32Array.of(0.5, 0.5)];
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
    ...(header.phases.includes("discrimination") && { "d.0": [one, [2]], "d2.0": [one, [2]] }),
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

/** A game, the questions `asked` of its player, and `answer` and `refuse` for the oldest open question. */
async function makeGame() {
  const [asked, open] = [[], []];
  let steps = 0;
  const player = {
    answer: (said) =>
      new Promise((done, refuse) => (asked.push(structuredClone(said)), open.push({ done, refuse, said }))),
    encodeManyTimes: (example) => encodedExample(example),
  };
  const settle = async () => {
    for (let k = 0; k < 20; k++) await Promise.resolve();
  };
  const answer = async (more = {}) => {
    await settle();
    const { done, said } = open.shift();
    done(answerOf(said, ++steps, more));
    await settle();
  };
  const refuse = async (sentence) => {
    await settle();
    open.shift().refuse(new Error(sentence));
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
  return { game, header, asked, open, answer, refuse, settle };
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
  const { game, asked, open, answer, settle } = await makeGame();
  assert.deepEqual(asked, [{ do: "arrive", setup: { variant: "aae", seed: 0 }, rules: { weight: 1 } }]);
  game.makeSteps("discrimination", 1);
  game.makeSteps("discrimination", 10);
  await settle();
  assert.equal(asked.length, 1);
  await answer();
  assert.equal(asked.length, 2);
  await answer();
  assert.deepEqual(
    asked.slice(1),
    [1, 10].map((times) => ({ do: "step", phase: "discrimination", times, rules: { weight: 1 } })),
  );
  assert.equal(game.root.getAttribute("aria-busy"), "true");
  await answer();
  assert.equal(game.root.getAttribute("aria-busy"), "false");
  assert.match(
    game.display.explanation.liveRegion.textContent,
    /Step D\. .*D moved; the encoder and the decoder stood still/,
  );
  assert.equal(open.length, 0);
});

test("a refusal is shown, and playing ends", async () => {
  const { game, asked, answer, refuse } = await makeGame();
  await answer();
  game.togglePlay();
  await refuse("Training diverged; press Reset to begin anew.");
  assert.equal(game.playing, false);
  assert.match(game.notes.textContent, /press Reset/);
  clock.pass(1000);
  assert.equal(asked.length, 2);
});

for (const [event, name] of [
  ["turned", "when a lesson goes to another page"],
  ["reached", "when a lesson's goal is reached, so that the plane shows what the verdict says"],
])
  test(`playing ends ${name}`, async () => {
    const { game, asked, answer, settle } = await makeGame();
    await answer();
    game.togglePlay();
    await answer();
    pageEvents.emit(event);
    clock.pass(1000);
    await settle();
    assert.deepEqual([game.playing, asked.length], [false, 2]);
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
  const lit = game.display.explanation.lanes.map((lane) => lane.classes.has("gb-now"));
  assert.deepEqual(lit, [true, false, false]);
  game.close();
});

test("Slow motion starts at once, and at its end the game does as before", async () => {
  const { game, asked, answer, settle } = await makeGame();
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
  assert.deepEqual([game.playing, game.slowMotion.isRunning, asked.length], [false, false, 2]);
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
  const { game, asked, open, answer, settle } = await makeGame();
  await answer();
  game.isSlow = true;
  game.showNextBeat();
  for (let step = 0; step < 3; step++) {
    await answer();
    for (let beat = 0; beat < 3; beat++) game.showNextBeat();
  }
  await settle();
  assert.deepEqual(
    asked.slice(1).map(({ phase }) => phase),
    ["reconstruction", "discrimination", "generation"],
  );
  assert.deepEqual([open.length, game.playing], [0, false]);
  game.close();
});

test("the pace of a game is there again after a reload", async () => {
  const texts = new Map();
  const storage = {
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, text) => texts.set(name, text),
    removeItem: (name) => texts.delete(name),
  };
  const before = globalThis.window.sessionStorage;
  Object.assign(globalThis.window, { sessionStorage: storage, location: { href: "http://here/game" } });
  const first = await makeGame();
  let stored = 0;
  first.game.player.storeGame = () => stored++;
  first.game.isSlow = true;
  first.game.controls.speedSelect.value = "25";
  first.game.store();
  first.game.close();
  const linked = await makeGame();
  assert.deepEqual([stored, linked.game.isSlow, texts.size], [1, false, 0], "a link begins anew");
  linked.game.isSlow = true;
  linked.game.controls.speedSelect.value = "25";
  linked.game.player.storeGame = () => {};
  linked.game.store();
  performance.getEntriesByType = () => [{ type: "reload" }];
  const again = await makeGame();
  const { speedSelect, slowButton } = again.game.controls;
  assert.deepEqual(
    [again.game.isSlow, again.game.playing, speedSelect.value, slowButton.getAttribute("aria-pressed")],
    [true, false, "25", "true"],
  );
  delete performance.getEntriesByType;
  globalThis.window.sessionStorage = before;
  for (const { game } of [linked, again]) game.close();
});

test("in slow motion a step is shown beat by beat, and another click ends it", async () => {
  const { game, asked, answer, settle } = await makeGame();
  await answer();
  game.isSlow = true;
  game.makeSteps("discrimination", 1);
  await answer();
  const shown = () => game.display.explanation.lanes.findIndex((lane) => lane.classes.has("gb-now"));
  assert.equal(shown(), 0);
  game.slowMotion.showNextBeat();
  assert.equal(shown(), 1);
  game.makeSteps("discrimination", 1);
  await settle();
  assert.deepEqual([asked.length, game.slowMotion.isRunning], [3, false]);
  await answer();
  assert.deepEqual([shown(), game.slowMotion.isRunning], [0, true]);
  game.close();
  assert.equal(game.slowMotion.isRunning, false);
});

test("Play, Pause and Play in quick succession leave one loop that plays, slow or fast", async () => {
  const slow = await makeGame();
  await slow.answer();
  slow.game.prefersReducedMotion = false;
  slow.game.toggleSlowMotion();
  await slow.answer();
  slow.game.togglePlay();
  slow.game.togglePlay();
  await slow.settle();
  assert.equal(slow.asked.length, 3, "the paused beat is ended, and its round with it");
  await slow.answer();
  await slow.settle();
  assert.deepEqual([slow.open.length, slow.game.slowMotion.isRunning], [0, true], "no beat is woken by another loop");
  slow.game.close();

  const fast = await makeGame();
  await fast.answer();
  for (let k = 0; k < 3; k++) fast.game.togglePlay(); // while the answer to the first is on its way
  await fast.answer();
  await fast.answer();
  clock.pass(60);
  await fast.settle();
  assert.deepEqual([fast.game.pendingCount, fast.game.playing], [1, true]);
  fast.game.close();
});

test("Reset during a round in slow motion ends the round, and none of its steps enters the new game", async () => {
  const { game, asked, answer, settle } = await makeGame();
  await answer();
  game.toggleSlowMotion();
  await answer();
  game.beginGame();
  await answer();
  await settle();
  assert.deepEqual(
    asked.map((said) => said.do),
    ["arrive", "step", "begin"],
  );
  game.close();
});

test("a held key is one click, and none of its events reaches Streamlit", async () => {
  const { game, answer } = await makeGame();
  await answer();
  let [clicks, heard] = [0, 0];
  const target = { matches: () => false };
  Object.assign(game.controls.buttonsByKey.get("d") ?? {}, { click: () => clicks++ });
  for (const repeat of [false, true, true])
    game.handleKey({ key: "d", repeat, target, preventDefault() {}, stopPropagation: () => heard++ });
  assert.deepEqual([clicks, heard], [1, 3]);
  game.close();
});

test("the setup that is actually played is put into the link, on arrival and at Reset", async () => {
  const { game, answer } = await makeGame();
  const told = [];
  game.sendMessage = (key, value) => told.push([key, value]);
  const setup = { variant: "label-informed", prior: "mixture", seed: 0 };
  await answer({ setup });
  assert.deepEqual(told, [["setup", setup]], "the link had another setup");
  game.beginGame();
  await answer({ setup });
  assert.deepEqual(told[1], ["setup", setup]);
  game.close();
  const usual = await makeGame();
  usual.game.sendMessage = (key, value) => told.push([key, value]);
  await usual.answer();
  assert.equal(told.length, 2, "the link has this setup already");
  usual.game.close();
});

test("if a game could not begin, Play shows the reason again", async () => {
  const { game, asked, answer, refuse, settle } = await makeGame();
  const reason = "A VAE needs the density of its prior; choose another prior.";
  await refuse(reason);
  game.togglePlay();
  await refuse(reason);
  await settle();
  assert.deepEqual([asked.map((said) => said.do), game.playing, game.pendingCount], [["arrive", "arrive"], false, 0]);
  assert.deepEqual(asked[1].rules, { weight: 1 }, "those of the sliders, not the defaults");
  assert.equal(game.notes.textContent, reason);
  game.makeSteps("discrimination", 1);
  await answer();
  assert.equal(game.notes.textContent, "", "it began after all");
  assert.equal(asked.at(-1).do, "arrive");
  game.close();
});

test("the focus stays in the game when the focused element is hidden or rebuilt", async () => {
  const { game, answer } = await makeGame();
  await answer();
  game.toggleSlowMotion();
  await answer();
  const { nextBeatButton: next, slowButton: slow, speedSelect } = game.controls;
  next.focus();
  for (let beat = 0; beat < 3; beat++) game.showNextBeat();
  await answer();
  assert.deepEqual([next.hidden, document.activeElement === next], [false, true], "from one step to the next");
  game.toggleSlowMotion();
  assert.deepEqual([next.hidden, speedSelect.hidden, document.activeElement === slow], [true, false, true]);

  const { explanation: explained } = game.display;
  const terms = (count) => Array.from({ length: count }, (_, k) => ({ text: `${k}`, lights: ["z"] }));
  const focused = () => explained.equation.querySelectorAll(".gb-term").indexOf(document.activeElement);
  explained.showEquation("", terms(3));
  assert.equal(document.activeElement, slow, "nothing is taken from elsewhere");
  explained.equation.children[1].focus();
  explained.showEquation("", terms(3));
  assert.equal(focused(), 1);
  explained.equation.children[2].focus();
  explained.showEquation("", terms(2));
  assert.equal(focused(), 1, "where the third term is gone");
  game.close();
});

test("the distance is shown for every model with a prior, D's and G's costs only with an adversary", async () => {
  const seen = [];
  for (const imposes of ["adversary", "mmd", "nothing"]) {
    const { game, answer } = await makeGame();
    const phases = ["reconstruction", ...(imposes === "adversary" ? ["discrimination", "generation"] : [])];
    await answer({
      phases,
      variant: {
        name: "x",
        summary: "In short.",
        prior_costs: imposes === "mmd" ? ["mmd"] : [],
        content: false,
        prior: imposes !== "nothing",
        posterior: "deterministic",
      },
    });
    const { root, costNote: rivals } = game.display.distanceTrace;
    seen.push([!root.hidden, !rivals.hidden]);
    game.close();
  }
  assert.deepEqual(seen.slice(0, 2), [
    [true, true],
    [true, false],
  ]);
  assert.equal(seen[2][0], false);
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
  const seen = (node) =>
    node.hidden || node.style?.display === "none"
      ? ""
      : node.children?.length
        ? [...node.children].map(seen).join(" ")
        : (node.textContent ?? "");
  const ofAe = {
    phases: ["reconstruction"],
    counts: { reconstruction: 100 },
    batch: 100,
    distance: null,
    distances: [],
    variant: { name: "ae", summary: "In short.", prior_costs: [], content: false, prior: false },
  };
  await answer(ofAe);
  assert.match(game.display.explanation.root.textContent, /100 rounds have been played/);
  assert.doesNotMatch(`${seen(game.root)} ${game.display.plane.canvas.getAttribute("aria-label")}`, /\bD\b|D’s|prior/i);
  const other = await makeGame();
  other.game.setup.buildSelects(choices);
  await other.answer();
  assert.match(seen(other.game.root), /prior p\(z\)/);
  assert.deepEqual(
    [game, other.game].map(({ setup }) => Boolean(setup.list.children[1].hidden)),
    [true, false],
  );
  for (const each of [game, other.game]) each.close();
});

test("the graph shows the content y where the model has one: inferred, given to the decoder, or given to D", () => {
  const visible = (y, isTold = false) => {
    const graph = new Graph();
    graph.showModel(true, y, isTold);
    const names = Object.keys(graph.parts).filter((name) => graph.parts[name].style.display !== "none");
    graph.highlight(new Set(["z", "encoder-z"]));
    const dimmed = ["y", "encoder-y", "Dy"].filter((name) => graph.parts[name].classes.has("gb-dim"));
    return [names.filter((name) => /y\b/i.test(name)), names.includes("encoder-z"), dimmed];
  };
  assert.deepEqual(visible(""), [[], true, ["Dy"]]);
  assert.deepEqual(visible("inferred"), [
    ["y-decoder", "encoder-y", "y-Dy", "py-Dy", "Dy-dOfY", "y", "py", "Dy", "dOfY"],
    false, // one arrow goes to y and z together
    ["Dy"],
  ]);
  assert.deepEqual(visible("given"), [["y-decoder", "y"], true, ["Dy"]]);
  assert.deepEqual(visible("told"), [["y-D", "y"], true, ["Dy"]]);
  const withTold = visible("inferred", true)[0];
  assert.deepEqual([...withTold].sort(), [...visible("inferred")[0], "y-D"].sort(), "D is told an inferred y");
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
  const inferred = (more) => ({
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
    ...more,
  });
  const withContent = async (more) => {
    await answer(inferred(more));
    const { answer: last } = game.display;
    for (const name of ["y.0", "y2.0"])
      last.fields[name] = { values: Float32Array.of(0.25, 0.75, 1, 0), shape: [2, 2] };
    for (const name of ["dy.0", "dy2.0"]) last.fields[name] = { values: Float32Array.of(0.125, 0.875), shape: [2] };
    game.display.showBeat(null, false);
    const [first] = game.display.graph.parts.dOfY.querySelectorAll(".gb-item");
    const bars = first.querySelectorAll(".gb-bar");
    return {
      heights: bars.map((bar) => Number(bar.getAttribute("height"))),
      fills: bars.map((bar) => bar.style.cssText ?? null),
      row: game.display.itemTable.body.children[0].textContent,
    };
  };
  const semi = await withContent();
  assert.deepEqual(semi.heights, [0.25 * 9, 0.75 * 9]);
  assert.deepEqual(semi.fills, ["fill: #111111", "fill: #222222"]);
  assert.match(semi.row, /b: 0\.750\.1[23]/);
  assert.match(game.display.contentKey.textContent, /in the order of the legend/);
  game.beginGame();
  const clustering = await withContent({ phases: phases.slice(0, 3) });
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
  const held = () => stage.graph.root.querySelectorAll(".gb-pointed").length;
  stage.pointAtItem(0);
  const marked = held();
  stage.showBeat(null, false);
  assert.ok(marked > 0 && held() === marked, "a selected item stays marked in the graph");
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
  const before = watched.size;
  const field = new LatentPlane();
  /** @type {number[][]} */
  const drawn = [];
  field.points.draw = ({ xy }) => drawn.push([...xy].map((value) => Math.round(value * 10) / 10));
  field.classes = { labels: [0], colours: ["#111111"], shapes: ["circle"] };
  const moment = (...codes) => ({ codes, surface: null, half: 4, centre: [0, 0] });
  field.showState(moment(0, 0), true);
  clock.pass(100);
  assert.deepEqual([drawn, field.clock.isRunning], [[[0, 0]], false], "nowhere to come from");
  field.showState(moment(2, -2), true);
  clock.pass(350);
  assert.deepEqual([drawn.at(-1), field.clock.isRunning], [[1, -1], true]);
  clock.pass(400);
  assert.deepEqual([drawn.at(-1), field.clock.isRunning], [[2, -2], false]);
  field.showState(moment(0, 0), false);
  clock.pass(20);
  assert.deepEqual([drawn.at(-1), field.clock.isRunning], [[0, 0], false]);
  field.showState(moment(2, -2), true);
  clock.pass(350);
  const { length } = drawn;
  field.close();
  clock.pass(1000);
  assert.deepEqual([drawn.length, field.clock.isRunning, watched.size], [length, false, before]);
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
    roundCaptions([R, D, D, D, G], ABOUT, MEANS)[2],
    /^Three steps of D and one of each other phase, each moving/,
  );
  assert.match(
    purposeText([R, D, D, D, G], ABOUT),
    /three steps of D and one of each other phase, in the paper’s order/,
  );
  assert.match(roundCaptions([R, D, G], ABOUT, MEANS)[2], /^One step of each phase, each moving/);
  assert.match(purposeText([R, D, G], ABOUT), /\(paper §2\): one step of each phase, in/);
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
  const without = manyCodesFigures({ ...encodedExample(0), byScore: null });
  assert.deepEqual([without.codes_spread, without.scatter_score, "means_apart" in without], [1, undefined, true]);
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
  const chosen = [];
  const view = new ManyCodesView(
    () => chosen.push(view.example),
    (posterior) => chosen.push(posterior),
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
  assert.deepEqual(chosen, [1, "universal"]);
  view.show({ ...encodedExample(1), byScore: null, posterior: "universal", hasChoice: false });
  assert.match(view.byScore.root.textContent, /no formula for its density/);
  assert.deepEqual(
    view.posteriorButtons.map(({ hidden }) => hidden),
    [true, true, false],
  );
  view.show(null);
  assert.equal(view.panel.hidden, true);
});

test("the view of many codes is told to Python, put into the link, and follows each answer", async () => {
  const { game, header, answer, settle } = await makeGame();
  await answer();
  const sent = [];
  game.sendMessage = (kind, value) => sent.push([kind, value]);
  assert.equal(game.display.plane.manyCodes, null);
  game.manyCodes.box.checked = true;
  game.onViewChosen();
  assert.deepEqual(sent, [["game_view", { view: "draws" }]]);
  assert.equal(game.display.plane.manyCodes.length, 8);
  const query = new Map();
  game.writeLink(query);
  assert.equal(query.get("game.view"), "draws");
  game.manyCodes.chooseExample(1);
  assert.equal(sent.length, 1, "another image is no other view");
  assert.equal(game.display.plane.manyCodes[0], 2);
  game.update({ header: { ...header, view: "draws" }, fields: {} });
  await settle();
  game.update({ header: { ...header, view: "codes" }, fields: {} });
  assert.deepEqual([game.manyCodes.isOn, game.display.plane.manyCodes], [false, null], "Back in the browser");
});

test("another posterior begins another game, and a model with a KL term offers none", async () => {
  const { game, asked, answer } = await makeGame();
  const options = ["deterministic", "gaussian", "universal"].map((value) => ({ value, title: value }));
  game.setup.buildSelects([{ name: "posterior", label: "Posterior", needs: "free posterior", options }]);
  await answer();
  game.choosePosterior("universal");
  await answer();
  assert.equal(asked.at(-1).do, "begin");
  assert.equal(asked.at(-1).setup.posterior, "universal");
  const [{ row }] = game.setup.selects;
  game.setup.showChoicesFor({ "free posterior": false });
  assert.equal(row.hidden, true);
  game.setup.showChoicesFor({ "free posterior": true });
  assert.equal(row.hidden, false);
});
