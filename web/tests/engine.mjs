/**
 * Runs what `tests/app/components/playing.py` wrote into a folder and writes the results there: single training steps
 * on given numbers, or whole games, as the page plays them.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { matrix, transpose } from "../src/engine/matrix.ts";
import { takePhaseStep } from "../src/engine/phases.ts";
import { makePrior } from "../src/engine/priors.ts";
import { Training } from "../src/engine/training.ts";
import { Player } from "../src/game/player.ts";
import { unpackMessage } from "../src/base/wire.ts";

const folder = process.argv[2];
const plan = (name) => (existsSync(join(folder, name)) ? JSON.parse(readFileSync(join(folder, name), "utf8")) : []);
const matrixOf = (rows) => matrix(rows.length, rows[0].length, Float32Array.from(rows.flat()));
const rowsOf = ({ columns, values }) =>
  Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  );

/** The weights of all networks in torch's layout: W outputs × inputs. */
const weights = (training) =>
  Object.fromEntries(
    Object.entries(training.model.nets).map(([name, net]) => [
      name,
      net.layers.map(({ W, b }) => ({ W: rowsOf(transpose(W)), b: Array.from(b) })),
    ]),
  );

const steps = plan("cases.json").map(
  ({ kind, settings, prior, seed, rules, rows, labels, classes, table, batch, given, draws }) => {
    const training = new Training(
      kind,
      settings,
      { x: matrixOf(rows), labels, classes, table },
      makePrior(prior),
      seed,
    );
    training.applyRules(rules);
    for (const [name, layers] of Object.entries(given)) {
      layers.forEach(({ W, b }, k) =>
        Object.assign(training.model.nets[name].layers[k], { W: transpose(matrixOf(W)), b: Float32Array.from(b) }),
      );
    }
    const nextDraw = (drawName, n) => {
      const [name, values] = draws.shift() ?? [];
      if (name !== drawName || values.length !== n)
        throw new Error(`${drawName} of ${n} was drawn where the Python trainer draws ${name} of ${values?.length}`);
      return matrixOf(values);
    };
    Object.assign(training.draws, {
      noise: (n) => nextDraw("noise", n),
      samplePrior: (n) => nextDraw("prior", n),
      sampleContent: (n) => nextDraw("content", n),
    });
    const labelled = batch.taught && { x: matrixOf(batch.taught[0]), y: matrixOf(batch.taught[1]) };
    const miniBatch = { x: matrixOf(batch.x), noisy: matrixOf(batch.noisy), y: batch.y && matrixOf(batch.y), labelled };
    const results = [0, 1]
      .flatMap(() => kind.phases)
      .map((phase) => ({ phase, cost: takePhaseStep(training, phase, miniBatch), weights: weights(training) }));
    if (draws.length) throw new Error("The Python trainer draws more.");
    return results;
  },
);

/** Serves an asset from the file of its name in the folder. */
globalThis.fetch = /** @type {any} */ (
  async (url) => {
    const bytes = readFileSync(join(folder, url.split("/").at(-1)));
    return { ok: true, arrayBuffer: async () => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) };
  }
);

const games = [];
for (const { message, asks } of plan("games.json")) {
  const player = new Player(unpackMessage(new Uint8Array(readFileSync(join(folder, message)))));
  const answers = [];
  for (const question of asks) {
    if (question.do === "encode") {
      const encodings = player.encodeManyTimes(question.example);
      const values = (array) => array && Array.from(array);
      const [codes, byDraw, byScore] = [values(encodings.codes), values(encodings.byDraw), values(encodings.byScore)];
      answers.push({ encoded: { ...encodings, codes, byDraw, byScore } });
      continue;
    }
    const answer = await player.answer(question).catch((error) => ({ refused: error.message }));
    if (!("refused" in answer))
      answer.fields = Object.fromEntries(
        Object.entries(answer.fields).map(([name, { values }]) => [name, Array.from(values)]),
      );
    answers.push(answer);
  }
  games.push(answers);
}
writeFileSync(join(folder, "found.json"), JSON.stringify({ steps, games }));
