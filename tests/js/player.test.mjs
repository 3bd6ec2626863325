import assert from "node:assert/strict";
import { test } from "node:test";
import { packed } from "./packed.mjs";
import { readRecord, writeRecord } from "../../app/components/js/base/array_json.js";
import { Player } from "../../app/components/js/game/player.js";

const [N, CLASSES] = [40, 2];
const images = Uint8Array.from({ length: 16 * N }, (_, k) => (k * 37) % 256);
const SMALL = packed(
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
const DATA = { "/assets/toy.bin": SMALL };
const fetched = [];
globalThis.fetch = /** @type {any} */ (
  async (url) => {
    fetched.push(url);
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
const arrive = (player, more = {}) => player.answer({ do: "arrive", setup: { ...SETUP, ...more }, rules: RULES });
const counts = ({ header }) => Object.values(header.counts);

test("a game is kept when the visitor comes back, and a new game starts from step 0", async () => {
  const first = await arrive(playerOf("one"));
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
  const stepped = await player.answer({ do: "step", phase: "discrimination", times: 3, rules: RULES });
  assert.deepEqual(
    [counts(stepped), stepped.fields["p.0"].shape, stepped.header.records[0].still],
    [
      [0, 3, 0],
      [8, 2],
      ["encoder", "decoder"],
    ],
  );
  const rounds = await player.answer({ do: "round", times: 4, rules: { ...RULES, d_steps: 2 } });
  assert.deepEqual([counts(rounds), rounds.header.records.length], [[4, 11, 4], 4]);
  const back = await arrive(playerOf("one"));
  assert.deepEqual(
    [counts(back), back.fields.codes, back.header.rules],
    [[4, 11, 4], rounds.fields.codes, RULES],
    "with the rules of the link, not those of the last step",
  );
  assert.deepEqual(counts(await arrive(playerOf("two"))), [0, 0, 0]);
  assert.deepEqual(fetched, ["/assets/toy.bin"], "fetched once for all games");
});

test("a setup with initial rounds equals playing them, and an impossible one is refused with a reason", async () => {
  const begun = await playerOf("three").answer({ do: "begin", setup: { ...SETUP, begun: 20 }, rules: RULES });
  await arrive(playerOf("four"));
  const played = await playerOf("four").answer({ do: "round", times: 20, rules: RULES });
  assert.deepEqual(begun.fields.codes, played.fields.codes);
  await assert.rejects(
    playerOf("four").answer({ do: "begin", setup: { ...SETUP, prior: "swiss-roll" }, rules: RULES }),
    /There is no density/,
  );
  assert.deepEqual(counts(await arrive(playerOf("four"))), [20, 20, 20]);
  assert.equal((await arrive(playerOf("five"), { variant: "label-informed" })).header.setup.prior, "mixture");
});

test("a game that starts slowly does not replace a later one", async () => {
  const slow = playerOf("six").answer({ do: "begin", setup: { ...SETUP, begun: 500 }, rules: RULES });
  const late = await arrive(playerOf("seven"), { seed: 3 });
  await slow.catch(() => null);
  const now = await arrive(playerOf("seven"), { seed: 4 });
  assert.deepEqual([late.header.setup.seed, now.header.setup.seed], [3, 3]);
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
const NOISY = { ...RULES, input_noise: 0.3, discriminator_noise: 0.2 }; // so that random numbers count

test("a game continues bit for bit after a reload, unless it begins anew", async (t) => {
  const { texts, location, loadAgain } = openTab(t);
  const noisy = NOISY;
  const round = (player) => player.answer({ do: "round", times: 3, rules: noisy });
  const first = playerOf("loaded");
  await arrive(first);
  await round(first);
  const left = await first.answer({ do: "step", phase: "discrimination", times: 1, rules: noisy });
  first.storeGame();
  const text = [...texts][0];
  const next = await round(first);

  loadAgain("reload");
  const again = playerOf("loaded again");
  const arrived = await arrive(again);
  assert.deepEqual(texts.size, 0, "it is stored no longer");
  for (const name of ["counts", "costs", "distances", "batch"])
    assert.deepEqual(arrived.header[name], left.header[name], name);
  for (const name of ["codes", "surface"]) assert.deepEqual(arrived.fields[name], left.fields[name], name);
  assert.deepEqual(arrived.fields["noisy.0"], left.fields["noisy.0"], "the same noise on the same mini-batch");
  const continued = await round(again);
  assert.deepEqual(continued.fields, next.fields, "and it goes on with the same random numbers");
  assert.deepEqual(continued.header.records, next.header.records);

  const begins = async (name, type, setup, stored = text[1]) => {
    texts.set(text[0], stored);
    loadAgain(type);
    const answer = await arrive(playerOf(name), setup);
    return [answer.header.preview, ...counts(answer)];
  };
  const anew = [true, 0, 0, 0];
  assert.deepEqual(await begins("linked", "navigate", {}), anew, "a link");
  location.search = "?size=presenter&lesson=holes";
  assert.deepEqual(await begins("lesson", "reload", {}), anew, "a lesson counts from the state that it sets");
  first.storeGame();
  assert.equal(texts.size, 0, "so nothing is stored there");
  location.search = "?game.lesson=holes";
  assert.deepEqual(await begins("no lesson", "reload", {}), [true, ...Object.values(left.header.counts)]);
  location.search = "";
  assert.deepEqual(await begins("other seed", "reload", { seed: 1 }), anew);
  assert.deepEqual(await begins("damaged", "reload", {}, text[1].slice(0, -9)), anew);
  const shorter = JSON.parse(text[1]);
  shorter.state.weights.pop();
  assert.deepEqual(await begins("of other networks", "reload", {}, JSON.stringify(shorter)), anew);
  texts.set(text[0], text[1]);
  const reset = await playerOf("reset").answer({ do: "begin", setup: SETUP, rules: RULES });
  assert.deepEqual(counts(reset), [0, 0, 0], "Reset");
  assert.deepEqual(await begins("last", "back_forward", {}), [true, ...Object.values(left.header.counts)]);
});

for (const [name, rules] of Object.entries({ "no noise": RULES, noise: NOISY }))
  test(`with ${name} on its input, a game with labels continues from the same mini-batches`, async (t) => {
    const { loadAgain } = openTab(t);
    const round = (player) => player.answer({ do: "round", times: 7, rules });
    const setup = { variant: "semi-supervised" };
    const first = playerOf(`labelled, ${name}`);
    await first.answer({ do: "arrive", setup: { ...SETUP, ...setup }, rules });
    await round(first);
    first.storeGame();
    const next = [await first.answer({ do: "step", phase: "classification", rules }), await round(first)];
    loadAgain("reload");
    const again = playerOf(`labelled, ${name}, again`);
    await again.answer({ do: "arrive", setup: { ...SETUP, ...setup }, rules });
    const found = [await again.answer({ do: "step", phase: "classification", rules }), await round(again)];
    for (const k of [0, 1]) assert.deepEqual(found[k], next[k]);
  });

test("a game begins anew from a stored record that is empty, older or damaged anywhere", async (t) => {
  const { texts, loadAgain } = openTab(t);
  const setup = { ...SETUP, variant: "semi-supervised" };
  const first = playerOf("stored");
  await first.answer({ do: "arrive", setup, rules: NOISY });
  const left = await first.answer({ do: "round", times: 2, rules: NOISY });
  first.storeGame();
  const [[name, text]] = texts;
  loadAgain("reload");
  let games = 0;
  const isContinued = async (record) => {
    texts.set(name, typeof record === "string" ? record : writeRecord(record));
    const { header, fields } = await playerOf(`stored ${games++}`).answer({ do: "arrive", setup, rules: NOISY });
    assert.ok(Number.isFinite(header.half) && fields.codes.values.every(Number.isFinite));
    return header.counts.reconstruction > 0;
  };
  assert.equal(await isContinued(text), true);
  assert.equal(left.header.counts.reconstruction, 2);
  for (const record of ["", "{}", "[]", "null", "1", '"game"', '{"v":1}', '{"v":1,"setup":{},"state":{}}'])
    assert.equal(await isContinued(record), false, record);
  for (const state of [undefined, null, 1, "", [], {}])
    assert.equal(await isContinued({ v: 1, setup, state }), false, String(state));
  for (const v of [undefined, 0, 2, "1"]) assert.equal(await isContinued({ ...readRecord(text), v }), false, `v ${v}`);

  const withNaN = (values) => values.map((value, k) => (k ? value : NaN));
  const samples = readRecord(text).state.samplesAhead;
  const noisy = readRecord(text).state.noisy;
  /** Values that are not right, by the state's properties. @type {Object<string, unknown[]>} */
  const WRONG = {
    weights: [0, {}, [], ...[(all) => all.slice(1), ([one, ...others]) => [withNaN(one), ...others]]],
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
      { ...samples, values: withNaN(samples.values) },
    ],
    stepCount: [null, "2", -1, 0, 1.5],
    noisy: [
      1,
      [],
      {},
      { ...noisy, x: null },
      { ...noisy, labelled: null },
      { ...noisy, x: { ...noisy.x, rows: 3 } },
      { ...noisy, x: { ...noisy.x, values: noisy.x.values.slice(1) } },
      { ...noisy, labelled: { ...noisy.labelled, values: withNaN(noisy.labelled.values) } },
    ],
    isBatchUsed: [null, 1, "true"],
    counts: [null, [], {}, (counts) => ({ ...counts, generation: -1 }), (counts) => ({ ...counts, more: 1 })],
    costs: [null, [], { elsewhere: [1, 2] }, { generation: [1] }, { generation: [1, null] }, { generation: 1 }],
    distances: [null, {}, [null], ["1"]],
    halfWidth: [null, "4", 0, -1, 3.4],
  };
  assert.deepEqual(Object.keys(WRONG), Object.keys(readRecord(text).state), "everything in a state is checked");
  for (const [property, values] of Object.entries(WRONG))
    for (const [k, wrong] of [undefined, ...values].entries()) {
      const record = readRecord(text);
      record.state[property] = typeof wrong === "function" ? wrong(record.state[property]) : wrong;
      assert.equal(await isContinued(record), false, `${property}, ${k}`);
    }
  assert.equal(await isContinued(text), true);
});

test("a second reload while the data are fetched loses nothing", async (t) => {
  const { texts, loadAgain } = openTab(t);
  const first = playerOf("fetched");
  await arrive(first);
  await first.answer({ do: "round", times: 2, rules: RULES });
  first.storeGame();
  loadAgain("reload");
  const arriving = arrive(playerOf("fetched again"));
  assert.equal(texts.size, 1);
  playerOf("fetched again").storeGame();
  assert.equal(texts.size, 1, "the page is left while no game runs yet");
  assert.deepEqual([counts(await arriving), texts.size], [[2, 2, 2], 0]);
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
  const [clean, noisy] = [await length(RULES), await length(NOISY)];
  assert.ok(clean < noisy && noisy < 5_000_000, `${clean}, with noise ${noisy}`);
  t.diagnostic(`${clean} characters, with noise ${noisy}`);
});

test("a record holds the types of arrays that can be read, and no others", () => {
  const record = { a: Float32Array.of(0.1), b: [Uint32Array.of(2 ** 31), Int32Array.of(-1)], c: null };
  assert.deepEqual(readRecord(writeRecord(record)), record);
  assert.throws(() => writeRecord({ a: Float64Array.of(1) }), /Float64Array/);
  const other = '{"array":"constructor","bytes":""}';
  assert.deepEqual(readRecord(other), JSON.parse(other));
});
