import assert from "node:assert/strict";
import { test } from "node:test";
import { packed } from "./packed.mjs";
import { readRecord, writeRecord } from "../src/base/array_json.ts";
import { Player } from "../src/game/player.ts";

const [N, CLASSES] = [40, 2];
const images = Uint8Array.from({ length: 16 * N }, (_, k) => (k * 37) % 256);
const SMALL_DATA = packed(
  { v: 1, classes: ["a", "b"], table: false, shape: [4, 4, 1], levels: null },
  {
    x: { values: images, shape: [N, 16] },
    labels: { values: Int16Array.from({ length: N }, (_, k) => k % CLASSES), shape: [N] },
    plotted: { values: Int32Array.from({ length: 10 }, (_, k) => 4 * k), shape: [10] },
  },
);
const MODEL = {
  summary: "",
  labels: "nowhere",
  prior_cost_weights: {},
  categorical: false,
  content: false,
  prior: true,
  y: "",
  phases: ["reconstruction", "discrimination", "generation"],
  posterior: "deterministic",
  cost: "squared-error",
  refused: { "swiss-roll": "There is no density." },
};
const RULES = {
  reconstruction_rate: 0.01,
  discrimination_rate: 0.1,
  generation_rate: 0.1,
  weight: 1,
  input_noise: 0,
  discriminator_noise: 0,
  d_steps: 1,
};
const SETUP = { variant: "aae", data: "toy", prior: "gaussian", seed: 0, begun: 0 };
const NETS = {
  hidden: [16],
  discriminator: [12],
  batch: 8,
  labels: 9,
  projections: 5,
  clip: 5,
  momentum: 0.9,
  adversarial_momentum: 0.1,
  rates: { classification: 0.1 },
};
const SEMI_SUPERVISED = {
  ...MODEL,
  labels: "classifier",
  categorical: true,
  content: true,
  y: "inferred",
  phases: [...MODEL.phases, "classification"],
};
/** Data by URL; a test may add some. */
const DATA = { "/assets/toy.bin": SMALL_DATA };
const fetchedUrls = [];
globalThis.fetch = /** @type {any} */ (
  async (url) => {
    fetchedUrls.push(url);
    const { buffer, byteOffset, length } = DATA[url];
    return { ok: true, arrayBuffer: async () => buffer.slice(byteOffset, byteOffset + length) };
  }
);

const playerOf = (game, nets = NETS) =>
  new Player(
    /** @type {any} */ ({
      header: {
        game,
        rules: [],
        models: {
          aae: MODEL,
          "label-informed": { ...MODEL, labels: "discriminator" },
          "semi-supervised": SEMI_SUPERVISED,
        },
        data: Object.fromEntries(["toy", "large"].map((name) => [name, `/assets/${name}.bin`])),
        nets,
        priors: Object.fromEntries(
          ["gaussian", "mixture"].map((name) => [
            name,
            {
              name,
              scale: 1,
              support: "everywhere",
              painting: "",
              regions: name === "mixture",
              extents: Object.fromEntries([CLASSES, 10].map((classes) => [classes, { extent: 3.5, centre: [0, 0] }])),
            },
          ]),
        ),
      },
      fields: {},
    }),
  );
const arriveAt = (player, setupChanges = {}) =>
  player.answer({ do: "arrive", setup: { ...SETUP, ...setupChanges }, rules: RULES });
const counts = ({ header }) => Object.values(header.counts);

test("a game is kept when the visitor comes back, and a new game starts from step 0", async () => {
  const first = await arriveAt(playerOf("one"));
  assert.deepEqual(
    [first.header.preview, counts(first), first.fields["x.0"].shape, first.fields.codes.shape],
    [true, [0, 0, 0], [6, 4, 4, 1], [10, 2]],
  );
  assert.deepEqual(
    new Set(
      Array.from({ length: 6 }, (_, k) =>
        images.join().includes(first.fields["x.0"].values.slice(16 * k, 16 * k + 16).join()),
      ),
    ),
    new Set([true]),
  );
  const player = playerOf("one");
  const stepAnswer = await player.answer({ do: "step", phase: "discrimination", times: 3, rules: RULES });
  assert.deepEqual(
    [counts(stepAnswer), stepAnswer.fields["p.0"].shape, stepAnswer.header.records[0].still],
    [
      [0, 3, 0],
      [8, 2],
      ["encoder", "decoder"],
    ],
  );
  const rounds = await player.answer({ do: "round", times: 4, rules: { ...RULES, d_steps: 2 } });
  assert.deepEqual([counts(rounds), rounds.header.records.length], [[4, 11, 4], 4]);
  const returnAnswer = await arriveAt(playerOf("one"));
  assert.deepEqual(
    [counts(returnAnswer), returnAnswer.fields.codes, returnAnswer.header.rules],
    [[4, 11, 4], rounds.fields.codes, RULES],
    "with the rules of the link, not those of the last step",
  );
  assert.deepEqual(counts(await arriveAt(playerOf("two"))), [0, 0, 0]);
  assert.deepEqual(fetchedUrls, ["/assets/toy.bin"], "fetched once for all games");
});

test("a setup with initial rounds equals playing them, and an impossible one is refused with a reason", async () => {
  const beginAnswer = await playerOf("three").answer({ do: "begin", setup: { ...SETUP, begun: 20 }, rules: RULES });
  await arriveAt(playerOf("four"));
  const roundAnswer = await playerOf("four").answer({ do: "round", times: 20, rules: RULES });
  assert.deepEqual(beginAnswer.fields.codes, roundAnswer.fields.codes);
  await assert.rejects(
    playerOf("four").answer({ do: "begin", setup: { ...SETUP, prior: "swiss-roll" }, rules: RULES }),
    /There is no density/,
  );
  assert.deepEqual(counts(await arriveAt(playerOf("four"))), [20, 20, 20]);
  assert.equal((await arriveAt(playerOf("five"), { variant: "label-informed" })).header.setup.prior, "mixture");
});

test("a game that starts slowly does not replace a later one", async () => {
  const slowAnswer = playerOf("six").answer({ do: "begin", setup: { ...SETUP, begun: 500 }, rules: RULES });
  const laterAnswer = await arriveAt(playerOf("seven"), { seed: 3 });
  await slowAnswer.catch(() => null);
  const currentAnswer = await arriveAt(playerOf("seven"), { seed: 4 });
  assert.deepEqual([laterAnswer.header.setup.seed, currentAnswer.header.setup.seed], [3, 3]);
});

/** A tab whose page may be loaded again: its address, and what it stores. */
function openTab(t) {
  const texts = new Map();
  const location = { href: "http://here/game", search: "" };
  globalThis.window = /** @type {any} */ ({
    location,
    sessionStorage: {
      getItem: (name) => texts.get(name) ?? null,
      setItem: (name, text) => texts.set(name, text),
      removeItem: (name) => texts.delete(name),
    },
  });
  const loadAgain = (type) => {
    performance.getEntriesByType = /** @type {any} */ (() => [{ type }]);
  };
  t.after(() => {
    delete performance.getEntriesByType;
    delete globalThis.window;
  });
  return { texts, location, loadAgain };
}
const NOISY_RULES = { ...RULES, input_noise: 0.3, discriminator_noise: 0.2 }; // so that random numbers count

test("a game continues bit for bit after a reload, unless it begins anew", async (t) => {
  const { texts, location, loadAgain } = openTab(t);
  const noisyRules = NOISY_RULES;
  const round = (player) => player.answer({ do: "round", times: 3, rules: noisyRules });
  const first = playerOf("loaded");
  await arriveAt(first);
  await round(first);
  const lastAnswer = await first.answer({ do: "step", phase: "discrimination", times: 1, rules: noisyRules });
  first.storeGame();
  const text = [...texts][0];
  const nextAnswer = await round(first);

  loadAgain("reload");
  const reloadedPlayer = playerOf("loaded again");
  const arrivalAnswer = await arriveAt(reloadedPlayer);
  assert.deepEqual(texts.size, 0, "it is stored no longer");
  for (const name of ["counts", "costs", "distances", "batch"])
    assert.deepEqual(arrivalAnswer.header[name], lastAnswer.header[name], name);
  for (const name of ["codes", "surface"]) assert.deepEqual(arrivalAnswer.fields[name], lastAnswer.fields[name], name);
  assert.deepEqual(
    arrivalAnswer.fields["noisy.0"],
    lastAnswer.fields["noisy.0"],
    "the same noise on the same mini-batch",
  );
  const continuedAnswer = await round(reloadedPlayer);
  assert.deepEqual(continuedAnswer.fields, nextAnswer.fields, "and it goes on with the same random numbers");
  assert.deepEqual(continuedAnswer.header.records, nextAnswer.header.records);

  const beginAfterLoad = async (name, type, setup, storedText = text[1]) => {
    texts.set(text[0], storedText);
    loadAgain(type);
    const answer = await arriveAt(playerOf(name), setup);
    return [answer.header.preview, ...counts(answer)];
  };
  const newGame = [true, 0, 0, 0];
  assert.deepEqual(await beginAfterLoad("linked", "navigate", {}), newGame, "a link");
  location.search = "?size=presenter&lesson=holes";
  assert.deepEqual(
    await beginAfterLoad("lesson", "reload", {}),
    newGame,
    "a lesson counts from the state that it sets",
  );
  first.storeGame();
  assert.equal(texts.size, 0, "so nothing is stored there");
  location.search = "?game.lesson=holes";
  assert.deepEqual(await beginAfterLoad("no lesson", "reload", {}), [true, ...Object.values(lastAnswer.header.counts)]);
  location.search = "";
  assert.deepEqual(await beginAfterLoad("other seed", "reload", { seed: 1 }), newGame);
  assert.deepEqual(await beginAfterLoad("damaged", "reload", {}, text[1].slice(0, -9)), newGame);
  const damagedRecord = JSON.parse(text[1]);
  damagedRecord.state.weights.pop();
  assert.deepEqual(await beginAfterLoad("of other networks", "reload", {}, JSON.stringify(damagedRecord)), newGame);
  texts.set(text[0], text[1]);
  const reset = await playerOf("reset").answer({ do: "begin", setup: SETUP, rules: RULES });
  assert.deepEqual(counts(reset), [0, 0, 0], "Reset");
  assert.deepEqual(await beginAfterLoad("last", "back_forward", {}), [
    true,
    ...Object.values(lastAnswer.header.counts),
  ]);
});

for (const [name, rules] of Object.entries({ "no noise": RULES, noise: NOISY_RULES }))
  test(`with ${name} on its input, a game with labels continues from the same mini-batches`, async (t) => {
    const { loadAgain } = openTab(t);
    const round = (player) => player.answer({ do: "round", times: 7, rules });
    const setup = { variant: "semi-supervised" };
    const first = playerOf(`labelled, ${name}`);
    await first.answer({ do: "arrive", setup: { ...SETUP, ...setup }, rules });
    await round(first);
    first.storeGame();
    const expectedAnswers = [await first.answer({ do: "step", phase: "classification", rules }), await round(first)];
    loadAgain("reload");
    const reloadedPlayer = playerOf(`labelled, ${name}, again`);
    await reloadedPlayer.answer({ do: "arrive", setup: { ...SETUP, ...setup }, rules });
    const answers = [
      await reloadedPlayer.answer({ do: "step", phase: "classification", rules }),
      await round(reloadedPlayer),
    ];
    for (const k of [0, 1]) assert.deepEqual(answers[k], expectedAnswers[k]);
  });

test("a game begins anew from a stored record that is empty, older or damaged anywhere", async (t) => {
  const { texts, loadAgain } = openTab(t);
  const setup = { ...SETUP, variant: "semi-supervised" };
  const first = playerOf("stored");
  await first.answer({ do: "arrive", setup, rules: NOISY_RULES });
  const lastAnswer = await first.answer({ do: "round", times: 2, rules: NOISY_RULES });
  first.storeGame();
  const [[name, text]] = texts;
  loadAgain("reload");
  let games = 0;
  const isContinued = async (record) => {
    texts.set(name, typeof record === "string" ? record : writeRecord(record));
    const { header, fields } = await playerOf(`stored ${games++}`).answer({ do: "arrive", setup, rules: NOISY_RULES });
    assert.ok(Number.isFinite(header.half) && fields.codes.values.every(Number.isFinite));
    return header.counts.reconstruction > 0;
  };
  assert.equal(await isContinued(text), true);
  assert.equal(lastAnswer.header.counts.reconstruction, 2);
  for (const record of ["", "{}", "[]", "null", "1", '"game"', '{"v":1}', '{"v":1,"setup":{},"state":{}}'])
    assert.equal(await isContinued(record), false, record);
  for (const state of [undefined, null, 1, "", [], {}])
    assert.equal(await isContinued({ v: 1, setup, state }), false, String(state));
  for (const v of [undefined, 0, 2, "1"]) assert.equal(await isContinued({ ...readRecord(text), v }), false, `v ${v}`);

  const replaceFirstByNaN = (values) => values.map((value, k) => (k ? value : NaN));
  const samples = readRecord(text).state.samplesAhead;
  const noisyBatch = readRecord(text).state.noisy;
  /** Values that are not right, by the state's properties. @type {Object<string, unknown[]>} */
  const INVALID_VALUES = {
    weights: [0, {}, [], ...[(all) => all.slice(1), ([first, ...rest]) => [replaceFirstByNaN(first), ...rest]]],
    velocities: [null, [], (all) => [...all.slice(0, -1), all.at(-1).slice(1)], (all) => all.map(() => null)],
    words: [null, [], new Uint32Array(3), new Float32Array(624), new Int32Array(624)],
    position: [null, "3", -1, 0.5, 625],
    samplesAhead: [
      null,
      {},
      { ...samples, rows: samples.rows + 1 },
      { ...samples, columns: 3 },
      { ...samples, rows: -1 },
      { ...samples, rows: "1" },
      { ...samples, values: Array.from(samples.values) },
      { ...samples, values: replaceFirstByNaN(samples.values) },
    ],
    stepCount: [null, "2", -1, 0, 1.5],
    noisy: [
      1,
      [],
      {},
      { ...noisyBatch, x: null },
      { ...noisyBatch, labelled: null },
      { ...noisyBatch, x: { ...noisyBatch.x, rows: 3 } },
      { ...noisyBatch, x: { ...noisyBatch.x, values: noisyBatch.x.values.slice(1) } },
      { ...noisyBatch, labelled: { ...noisyBatch.labelled, values: replaceFirstByNaN(noisyBatch.labelled.values) } },
    ],
    isBatchUsed: [null, 1, "true"],
    counts: [null, [], {}, (counts) => ({ ...counts, generation: -1 }), (counts) => ({ ...counts, more: 1 })],
    costs: [null, [], { elsewhere: [1, 2] }, { generation: [1] }, { generation: [1, null] }, { generation: 1 }],
    distances: [null, {}, [null], ["1"]],
    halfWidth: [null, "4", 0, -1, 3.4],
  };
  assert.deepEqual(
    Object.keys(INVALID_VALUES),
    Object.keys(readRecord(text).state),
    "everything in a state is checked",
  );
  for (const [property, values] of Object.entries(INVALID_VALUES))
    for (const [k, invalidValue] of [undefined, ...values].entries()) {
      const record = readRecord(text);
      record.state[property] = typeof invalidValue === "function" ? invalidValue(record.state[property]) : invalidValue;
      assert.equal(await isContinued(record), false, `${property}, ${k}`);
    }
  assert.equal(await isContinued(text), true);
});

test("a second reload while the data are fetched loses nothing", async (t) => {
  const { texts, loadAgain } = openTab(t);
  const first = playerOf("fetched");
  await arriveAt(first);
  await first.answer({ do: "round", times: 2, rules: RULES });
  first.storeGame();
  loadAgain("reload");
  const arrival = arriveAt(playerOf("fetched again"));
  assert.equal(texts.size, 1);
  playerOf("fetched again").storeGame();
  assert.equal(texts.size, 1, "the page is left while no game runs yet");
  assert.deepEqual([counts(await arrival), texts.size], [[2, 2, 2], 0]);
});

test("the largest game that is offered has room in a browser's storage", async (t) => {
  const { texts } = openTab(t);
  const [count, pixels, classes] = [200, 28 * 28, 10]; // as many pixels as glyphs, and as many classes as digits
  DATA["/assets/large.bin"] = packed(
    { v: 1, classes: Array.from({ length: classes }, String), table: false, shape: [28, 28, 1], levels: null },
    {
      x: { values: Uint8Array.from({ length: count * pixels }, (_, k) => (k * 37) % 256), shape: [count, pixels] },
      labels: { values: Int16Array.from({ length: count }, (_, k) => k % classes), shape: [count] },
      plotted: { values: Int32Array.of(0, 1, 2, 3), shape: [4] },
    },
  );
  // of `aae_core/game/rules.py`
  const player = playerOf("large", { ...NETS, hidden: [128, 128], discriminator: [64, 64], batch: 100, labels: 100 });
  const setup = { variant: "semi-supervised", data: "large", prior: "gaussian", seed: 0, begun: 0 };
  const length = async (rules) => {
    await player.answer({ do: "begin", setup, rules });
    await player.answer({ do: "round", times: 1, rules });
    player.storeGame();
    return [...texts.values()][0].length;
  };
  const [cleanLength, noisyLength] = [await length(RULES), await length(NOISY_RULES)];
  assert.ok(cleanLength < noisyLength && noisyLength < 5_000_000, `${cleanLength}, with noise ${noisyLength}`);
  t.diagnostic(`${cleanLength} characters, with noise ${noisyLength}`);
});

test("a record holds the types of arrays that can be read, and no others", () => {
  const record = { a: Float32Array.of(0.1), b: [Uint32Array.of(2 ** 31), Int32Array.of(-1)], c: null };
  assert.deepEqual(readRecord(writeRecord(record)), record);
  assert.throws(() => writeRecord({ a: Float64Array.of(1) }), /Float64Array/);
  const foreignText = '{"array":"constructor","bytes":""}';
  assert.deepEqual(readRecord(foreignText), JSON.parse(foreignText));
});
