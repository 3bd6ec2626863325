import assert from "node:assert/strict";
import { test } from "node:test";
import { Arrivals, withCodes } from "../../app/components/js/host/arrivals.js";
import { stampNumbers } from "../../app/components/js/codes/points_gl.js";

/** A message laid out by hand, after the table in wire.py. */
function packed(header, values = null) {
  const arrays = values ? { z: { dtype: "f4", shape: [values.length], offset: 0 } } : {};
  let text = JSON.stringify({ v: 1, ...header, arrays });
  text += " ".repeat((8 - (text.length % 8)) % 8);
  const prefix = Buffer.alloc(8);
  prefix.writeUInt32LE(text.length, 0);
  return new Uint8Array(Buffer.concat([prefix, Buffer.from(text), Buffer.from(Float32Array.from(values ?? []).buffer)]));
}

/** A server that answers when it is told to: served() -> how often each address was asked for. */
function server() {
  const asked = [];
  globalThis.fetch = (url) => new Promise((resolve, reject) => asked.push({ url, resolve, reject }));
  const answer = async (url, values) => {
    const at = asked.findIndex((one) => one.url === url && !one.done);
    asked[at].done = true;
    if (values === null) asked[at].reject(new TypeError("network"));
    else asked[at].resolve(values === 404 ? { ok: false, status: 404 } : { ok: true, arrayBuffer: async () => packed({}, values).buffer });
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { asked, answer };
}

const named = (sha, more = {}) => packed({ codes: { url: `/${sha}`, sha }, ...more });

test("codes are fetched once for each content and then are the very same array, at once", async () => {
  const { asked, answer } = server();
  const first = withCodes({ header: { codes: { url: "/one", sha: "one" } }, fields: { image: 7 } });
  assert.ok(first instanceof Promise);
  await answer("/one", [1, 2]);
  const got = await first;
  assert.deepEqual([...got.fields.z.values], [1, 2]);
  assert.equal(got.fields.image, 7);
  const again = withCodes({ header: { codes: { url: "/one", sha: "one" } }, fields: {} });
  assert.equal(again.fields.z, got.fields.z);
  assert.equal(asked.length, 1);
});

test("the newest message wins, whichever codes come first", async () => {
  const { answer } = server();
  const taken = [];
  const arrivals = new Arrivals((message) => taken.push(message.header.n), assert.fail);
  arrivals.hear(named("slow", { n: 1 }));
  arrivals.hear(named("quick", { n: 2 }));
  await answer("/quick", [1]);
  await answer("/slow", [1]);
  assert.deepEqual(taken, [2]);
  arrivals.hear(named("slow", { n: 3 }));
  assert.deepEqual(taken, [2, 3], "what came in vain is there for the next one");
  arrivals.hear(named("late", { n: 4 }));
  arrivals.hear(packed({ n: 5 }));
  await answer("/late", [1]);
  assert.deepEqual(taken, [2, 3, 5]);
});

test("codes that do not come are one sentence, and the next message tries again", async () => {
  const { answer } = server();
  const [taken, said] = [[], []];
  const arrivals = new Arrivals((message) => taken.push(message.header.n), (error) => said.push(error.message)); // prettier-ignore
  arrivals.hear(named("gone", { n: 1 }));
  await answer("/gone", 404);
  arrivals.hear(named("gone", { n: 2 }));
  await answer("/gone", null);
  assert.match(said[0], /could not be fetched \(status 404\); reload/);
  assert.match(said[1], /did not answer/);
  arrivals.hear(named("gone", { n: 3 }));
  await answer("/gone", [1]);
  assert.deepEqual(taken, [3]);
  arrivals.hear(new Uint8Array(3));
  assert.match(said[2], /did not arrive/);
});

test("a part that has left the page hears of nothing", async () => {
  const { answer } = server();
  const arrivals = new Arrivals(assert.fail, assert.fail);
  arrivals.hear(named("after", {}));
  arrivals.close();
  await answer("/after", [1]);
});

test("only the last few sets of codes are kept", async () => {
  const { asked, answer } = server();
  for (const sha of ["a", "b", "c", "d", "e"]) {
    withCodes({ header: { codes: { url: `/${sha}`, sha } }, fields: {} });
    await answer(`/${sha}`, [1]);
  }
  assert.ok(!(withCodes({ header: { codes: { url: "/b", sha: "b" } }, fields: {} }) instanceof Promise));
  assert.ok(withCodes({ header: { codes: { url: "/a", sha: "a" } }, fields: {} }) instanceof Promise);
  assert.equal(asked.length, 6);
});

test("each code has the stamp of its class, greyed where others were chosen, none where its class is hidden", () => {
  const codes = { xy: new Float32Array(10), labels: Int16Array.of(-1, 0, 2, 2, 9), colours: ["a", "b", "c"], shapes: [], unlabelled: "" };
  assert.deepEqual([...stampNumbers(codes, new Set(), null)], [0, 1, 3, 3, 65535]);
  assert.deepEqual([...stampNumbers(codes, new Set([0]), Uint8Array.of(1, 1, 0, 1, 1))], [0, 65535, 7, 3, 65535]);
  assert.deepEqual([...stampNumbers({ ...codes, labels: null }, new Set(), null)], [0, 0, 0, 0, 0]);
});
