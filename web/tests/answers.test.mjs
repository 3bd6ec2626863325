import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { DecoderClient } from "../src/networks/decoder_client.ts";
import { loadedNet } from "../src/networks/weights.ts";
import "./dom.mjs";
import { halves } from "./halves.mjs";

// without hashes, since the files of these tests are not named by theirs
Object.defineProperty(globalThis, "crypto", { value: {} });

/** Pending requests by URL; the test answers each one. @type {Map<string, (answer: any) => void>} */
const answersByUrl = new Map();
globalThis.fetch = /** @type {any} */ ((url) => new Promise((answer) => answersByUrl.set(url, answer)));
const turn = () => new Promise((resolve) => setTimeout(resolve));

async function serve(url, values) {
  const answer = answersByUrl.get(url);
  answersByUrl.delete(url);
  answer(values ? { ok: true, arrayBuffer: async () => halves(values) } : { ok: false, status: 404 });
  await turn();
}

let number = 0;
/** The header of a revision with a one-dimensional z, whose decoder gives one grey for every z; D's logit is z. */
function header(revision, { judge = true, encoder = false } = {}) {
  const net = (name, layers) => ({ url: `${name} ${++number}`, sha: String(number), layers });
  const nets = {
    decoder: net("decoder", [[1, 1]]),
    discriminator: judge ? net("judge", [[1, 1]]) : null,
    encoder: encoder ? net("encoder", [[1, 1]]) : null,
  };
  return { revision, weights: { ...nets, image: [1, 2, 1], dim: 1 } };
}
const grey = (share) => [0, Math.round(Math.log(share / (1 - share)) * 64) / 64];

/** `Answers` with a canvas that records its grey, and all that they reported as [methodSentence, sentence]. */
function makeDecoder() {
  const reports = [];
  const canvas = {
    width: 1,
    height: 1,
    grey: -1,
    getContext: () => ({ putImageData: ({ data }) => (canvas.grey = data[0]) }),
  };
  return {
    decoder: new DecoderClient(/** @type {any} */ (canvas), (methodSentence, sentence) =>
      reports.push([methodSentence, sentence]),
    ),
    canvas,
    reports,
  };
}
const server = (value) => ({ image: { values: Uint8Array.of(value), shape: [2, 1, 1] } });

beforeEach(() => answersByUrl.clear());

test("the decoder is used as soon as it has arrived, D next; the encoder is fetched only on demand", async () => {
  const { decoder, canvas, reports } = makeDecoder();
  const sentHeader = header("a", { encoder: true });
  decoder.load(sentHeader, server(7));
  assert.equal(canvas.grey, 7, "the server's image until then");
  decoder.load(sentHeader, server(7)); // the page's script runs again meanwhile
  assert.deepEqual([...answersByUrl.keys()], [sentHeader.weights.decoder.url]);
  await serve(sentHeader.weights.decoder.url, grey(0.75));
  assert.ok(Number.isNaN(decoder.paintCode(Float32Array.of(2), null)));
  assert.ok(Math.abs(canvas.grey - 0.75 * 255) <= 1);
  assert.deepEqual([...answersByUrl.keys()], [sentHeader.weights.discriminator.url]);
  await serve(sentHeader.weights.discriminator.url, [1, 0]);
  assert.equal(reports.length, 2, "one report for each network");
  assert.ok(Math.abs(decoder.paintCode(Float32Array.of(2), null) - 1 / (1 + Math.exp(-2))) < 1e-6);
  assert.ok(reports.at(-1)[0].startsWith("Decoded in this page") && reports.every(([, sentence]) => !sentence));
  assert.equal(answersByUrl.size, 0, "the encoder has not been needed yet");
  const encoder = decoder.loadEncoder();
  await serve(sentHeader.weights.encoder.url, [3, 1]);
  assert.deepEqual([...(await encoder)([2])], [7]);
  assert.deepEqual([...(await decoder.loadEncoder())([0])], [1], "fetched once");
});

test("while a revision trains, its old networks are used until the new ones are complete", async () => {
  const { decoder, canvas, reports } = makeDecoder();
  const [oldHeader, newHeader] = [header("a"), header("a")];
  decoder.load(oldHeader, server(7));
  await serve(oldHeader.weights.decoder.url, grey(0.25));
  await serve(oldHeader.weights.discriminator.url, [1, 0]);
  const reportCount = reports.length;
  decoder.load(newHeader, server(9));
  await serve(newHeader.weights.decoder.url, grey(0.75));
  assert.ok(Math.abs(decoder.paintCode(Float32Array.of(0), null) - 0.5) < 1e-6, "D stays known throughout");
  assert.ok(Math.abs(canvas.grey - 0.25 * 255) <= 1);
  assert.equal(reports.length, reportCount, "nothing flickers");
  await serve(newHeader.weights.discriminator.url, [1, 2]);
  decoder.paintCode(Float32Array.of(0), null);
  assert.ok(Math.abs(canvas.grey - 0.75 * 255) <= 1);
});

test("another revision shows the server's image until its networks are there, or decodes at once", async () => {
  const { decoder, canvas } = makeDecoder();
  const [first, second] = [header("a", { judge: false }), header("b", { judge: false })];
  decoder.load(first, server(7));
  await serve(first.weights.decoder.url, grey(0.25));
  decoder.load(second, server(99));
  assert.deepEqual([decoder.networks, canvas.grey], [null, 99]);
  await serve(second.weights.decoder.url, grey(0.75));
  assert.ok(decoder.networks);
  decoder.load(first, server(7));
  assert.equal(decoder.networks?.decoder, loadedNet(first.weights.decoder), "without a wait");
  assert.equal(answersByUrl.size, 0);
});

test("while weights are on their way, another revision's networks do not decode in their place", async () => {
  const { decoder, canvas, reports } = makeDecoder();
  const [a, b] = [header("a", { judge: false }), header("b", { judge: false })];
  decoder.load(a, server(7));
  await serve(a.weights.decoder.url, grey(0.25));
  for (const [sentHeader, value] of [
    [b, 50],
    [a, 7],
    [b, 60],
  ])
    decoder.load(sentHeader, server(value));
  assert.deepEqual([decoder.networks, canvas.grey], [null, 60]);
  assert.equal(answersByUrl.size, 1, "they are not asked for again");
  await serve(b.weights.decoder.url, grey(0.75));
  decoder.paintCode(Float32Array.of(0), null);
  assert.ok(Math.abs(canvas.grey - 0.75 * 255) <= 1);
  assert.ok(reports.every(([methodSentence]) => !methodSentence.includes("server")));
});

test("weights that arrive after closing are neither used nor reported", async () => {
  const { decoder, reports } = makeDecoder();
  const sentHeader = header("a");
  decoder.load(sentHeader, server(7));
  decoder.close();
  await serve(sentHeader.weights.decoder.url, grey(0.25));
  assert.deepEqual([decoder.networks, reports], [null, []]);
});

test("weights that arrive after a change of revision are not used", async () => {
  const { decoder, canvas } = makeDecoder();
  const [lateHeader, currentHeader] = [header("a", { judge: false }), header("b", { judge: false })];
  decoder.load(lateHeader, server(7));
  decoder.load(currentHeader, server(9));
  await serve(currentHeader.weights.decoder.url, grey(0.25));
  await serve(lateHeader.weights.decoder.url, grey(0.75));
  decoder.paintCode(Float32Array.of(0), null);
  assert.ok(Math.abs(canvas.grey - 0.25 * 255) <= 1);
});

test("a page without a server does not say that the server decodes", async () => {
  const { decoder, reports } = makeDecoder();
  const sentHeader = header("a", { judge: false });
  decoder.load(sentHeader, server(42));
  await serve(sentHeader.weights.decoder.url, null);
  const [methodSentence, sentence] = reports.at(-1);
  assert.match(sentence, /status 404/);
  assert.doesNotMatch(methodSentence + sentence, /server/);
});

test("unusable weights: a sentence, the server's image, and another try at the next message", async () => {
  for (const [values, word] of [
    [null, /status 404/],
    [[1], /incomplete: 2 of 4 bytes/],
    [[NaN, 1], /not finite/],
  ]) {
    const { decoder, canvas, reports } = makeDecoder();
    const sentHeader = { ...header("a", { judge: false }), server: { decode: "/live/a/decode" } };
    decoder.load(sentHeader, server(42));
    await serve(sentHeader.weights.decoder.url, values);
    const [methodSentence, sentence] = reports.at(-1);
    assert.match(sentence, word);
    assert.match(sentence, /The server decodes instead/);
    assert.ok(methodSentence.startsWith("Decoded on the server"));
    assert.deepEqual([canvas.grey, decoder.networks], [42, null]);
    decoder.load(sentHeader, server(43));
    await serve(sentHeader.weights.decoder.url, grey(0.5));
    assert.ok(decoder.networks);
  }
});

test("if D cannot be fetched, the page still decodes and says why D(z) is missing", async () => {
  const { decoder, reports } = makeDecoder();
  const sentHeader = header("a");
  decoder.load(sentHeader, server(7));
  await serve(sentHeader.weights.decoder.url, grey(0.25));
  await serve(sentHeader.weights.discriminator.url, null);
  assert.ok(decoder.networks && Number.isNaN(decoder.networks.discriminate([0])));
  assert.match(reports.at(-1)[0], /in this page/);
  assert.match(reports.at(-1)[1], /^D\(z\) .*status 404/);
});

test("if the decoder cannot run in the page, Python's reason is shown, and the encoder may still run", async () => {
  const { decoder, canvas, reports } = makeDecoder();
  const sentHeader = header("a", { encoder: true });
  decoder.load(
    {
      ...sentHeader,
      weights: { ...sentHeader.weights, decoder: null, discriminator: null },
      decoder_refusal: "Too large.",
    },
    server(5),
  );
  assert.deepEqual([canvas.grey, ...reports.at(-1)], [5, "Too large.", ""]);
  const encoder = decoder.loadEncoder();
  await serve(sentHeader.weights.encoder.url, [1, 0]);
  assert.deepEqual([...(await encoder)([4])], [4]);
  decoder.load({ revision: "b", weights: null, decoder_refusal: "Too large." }, server(5));
  await assert.rejects(decoder.loadEncoder(), /encoder does not run in the page\.$/);
});
