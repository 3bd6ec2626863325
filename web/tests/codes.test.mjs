import assert from "node:assert/strict";
import { test } from "node:test";
import { packed } from "./packed.mjs";
import { MessageReceiver, attachCodes } from "../src/host/message_receiver.ts";
import { stampNumbers } from "../src/codes/gpu_renderer.ts";

/** A server whose requests the test answers: with codes, with the status 404, or (null) with a network error. */
function server() {
  const requests = [];
  globalThis.fetch = (url) => new Promise((resolve, reject) => requests.push({ url, resolve, reject }));
  const answer = async (url, values) => {
    const index = requests.findIndex((request) => request.url === url && !request.done);
    requests[index].done = true;
    if (values === null) requests[index].reject(new TypeError("network"));
    else
      requests[index].resolve(
        values === 404
          ? { ok: false, status: 404 }
          : {
              ok: true,
              arrayBuffer: async () =>
                packed({ v: 1 }, { z: { values: Float32Array.from(values), shape: [values.length] } }).buffer,
            },
      );
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { requests, answer };
}

const messageOf = (sha, header = {}) => packed({ v: 1, codes: { url: `/${sha}`, sha }, ...header }, {});

test("codes are fetched once for each hash; later messages get the same array at once", async () => {
  const { requests, answer } = server();
  const first = attachCodes({ header: { codes: { url: "/one", sha: "one" } }, fields: { image: 7 } });
  assert.ok(first instanceof Promise);
  await answer("/one", [1, 2]);
  const message = await first;
  assert.deepEqual([...message.fields.z.values], [1, 2]);
  assert.equal(message.fields.image, 7);
  const repeatedMessage = attachCodes({ header: { codes: { url: "/one", sha: "one" } }, fields: {} });
  assert.equal(repeatedMessage.fields.z, message.fields.z);
  assert.equal(requests.length, 1);
});

test("the newest message is shown, whichever codes arrive first", async () => {
  const { answer } = server();
  const numbers = [];
  const arrivals = new MessageReceiver({ update: (message) => numbers.push(message.header.n), setNote: assert.fail });
  arrivals.receive(messageOf("slow", { n: 1 }));
  arrivals.receive(messageOf("quick", { n: 2 }));
  await answer("/quick", [1]);
  await answer("/slow", [1]);
  assert.deepEqual(numbers, [2]);
  arrivals.receive(messageOf("slow", { n: 3 }));
  assert.deepEqual(numbers, [2, 3], "codes that arrived too late are kept for the next message");
  arrivals.receive(messageOf("late", { n: 4 }));
  arrivals.receive(packed({ v: 1, n: 5 }, {}));
  await answer("/late", [1]);
  assert.deepEqual(numbers, [2, 3, 5]);
});

test("codes that cannot be fetched are reported in one sentence, and the next message tries again", async () => {
  const { answer } = server();
  const [numbers, sentences] = [[], []];
  const arrivals = new MessageReceiver({
    update: (message) => numbers.push(message.header.n),
    setNote: (_, sentence) => sentences.push(sentence),
  });
  arrivals.receive(messageOf("gone", { n: 1 }));
  await answer("/gone", 404);
  arrivals.receive(messageOf("gone", { n: 2 }));
  await answer("/gone", null);
  assert.match(sentences[0], /could not be fetched \(status 404\); reload/);
  assert.match(sentences[1], /did not answer/);
  arrivals.receive(messageOf("gone", { n: 3 }));
  await answer("/gone", [1]);
  assert.deepEqual(numbers, [3]);
  arrivals.receive(new Uint8Array(3));
  assert.match(sentences[2], /did not arrive/);
});

test("a component that has left the page receives no message", async () => {
  const { answer } = server();
  const arrivals = new MessageReceiver({ update: assert.fail, setNote: assert.fail });
  arrivals.receive(messageOf("after", {}));
  arrivals.close();
  await answer("/after", [1]);
});

test("only the last few sets of codes are kept", async () => {
  const { requests, answer } = server();
  for (const sha of ["a", "b", "c", "d", "e"]) {
    attachCodes({ header: { codes: { url: `/${sha}`, sha } }, fields: {} });
    await answer(`/${sha}`, [1]);
  }
  assert.ok(!(attachCodes({ header: { codes: { url: "/b", sha: "b" } }, fields: {} }) instanceof Promise));
  assert.ok(attachCodes({ header: { codes: { url: "/a", sha: "a" } }, fields: {} }) instanceof Promise);
  assert.equal(requests.length, 6);
});

test("each code has the marker of its class: greyed if it is not selected, none if its class is hidden", () => {
  const codes = {
    xy: new Float32Array(10),
    labels: Int16Array.of(-1, 0, 2, 2, 9),
    colours: ["a", "b", "c"],
    shapes: [],
  };
  assert.deepEqual([...stampNumbers(codes, new Set(), null)], [0, 1, 3, 3, 65535]);
  assert.deepEqual([...stampNumbers(codes, new Set([0]), Uint8Array.of(1, 1, 0, 1, 1))], [0, 65535, 7, 3, 65535]);
  assert.deepEqual([...stampNumbers({ ...codes, labels: null }, new Set(), null)], [0, 0, 0, 0, 0]);
});
