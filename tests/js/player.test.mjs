import assert from "node:assert/strict";
import { test } from "node:test";
import { packed } from "./packed.mjs";
import { Player } from "../../app/components/js/game/player.js";

const [N, CLASSES] = [40, 2];
const images = Uint8Array.from({ length: 16 * N }, (_, k) => (k * 37) % 256);
const DATA = packed(
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
  pulls: {},
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
const fetched = [];
globalThis.fetch = /** @type {any} */ (
  async (url) => {
    fetched.push(url);
    return { ok: true, arrayBuffer: async () => DATA.buffer.slice(DATA.byteOffset, DATA.byteOffset + DATA.length) };
  }
);

const playerOf = (game) =>
  new Player(
    /** @type {any} */ ({
      header: {
        game,
        rules: [],
        models: { aae: MODEL, "label-informed": { ...MODEL, labels: "discriminator" } },
        data: { toy: "/assets/toy.bin" },
        nets: {
          hidden: [16],
          discriminator: [12],
          batch: 8,
          labels: 9,
          projections: 5,
          clip: 5,
          momentum: 0.9,
          adversarial_momentum: 0.1,
          rates: {},
        },
        priors: Object.fromEntries(
          ["gaussian", "mixture"].map((name) => [
            name,
            {
              name,
              scale: 1,
              support: "everywhere",
              painting: "",
              regions: name === "mixture",
              extents: { [CLASSES]: { extent: 3.5, centre: [0, 0] } },
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

test("a setup with initial rounds equals playing them, and an impossible setup is refused with its reason", async () => {
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

test("a game continues bit for bit after a reload, unless it begins anew", async () => {
  const texts = new Map();
  const location = { href: "http://here/game" };
  globalThis.window = /** @type {any} */ ({
    location,
    sessionStorage: {
      getItem: (name) => texts.get(name) ?? null,
      setItem: (name, text) => texts.set(name, text),
      removeItem: (name) => texts.delete(name),
    },
  });
  const noisy = { ...RULES, input_noise: 0.3, discriminator_noise: 0.2 }; // so that random numbers count
  const round = (player) => player.answer({ do: "round", times: 3, rules: noisy });
  const loadAgain = (type) => {
    performance.getEntriesByType = /** @type {any} */ (() => [{ type }]);
  };
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
  location.href += "?lesson=holes";
  assert.deepEqual(await begins("lesson", "reload", {}), anew, "a lesson counts from the state that it sets");
  location.href = "http://here/game";
  assert.deepEqual(await begins("other seed", "reload", { seed: 1 }), anew);
  assert.deepEqual(await begins("damaged", "reload", {}, text[1].slice(0, -9)), anew);
  const shorter = JSON.parse(text[1]);
  shorter.state.weights.pop();
  assert.deepEqual(await begins("of other networks", "reload", {}, JSON.stringify(shorter)), anew);
  texts.set(text[0], text[1]);
  const reset = await playerOf("reset").answer({ do: "begin", setup: SETUP, rules: RULES });
  assert.deepEqual(counts(reset), [0, 0, 0], "Reset");
  assert.deepEqual(await begins("last", "back_forward", {}), [true, ...Object.values(left.header.counts)]);
  delete performance.getEntriesByType;
  delete globalThis.window;
});
