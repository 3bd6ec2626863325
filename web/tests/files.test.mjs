import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeNpz } from "../src/files/npz.ts";
import { codesToCsv, makeAndDownload } from "../src/files/downloads.ts";

test("codes as CSV: a header, a row each, names quoted where necessary", async () => {
  const rows = [
    { number: 3, name: 'a "b", c', z: Float32Array.of(0.5, -2) },
    { number: 9, name: "", z: [1e-7, 4] },
  ];
  const file = codesToCsv(rows, 2);
  assert.equal(file.type, "text/csv");
  assert.equal(await file.text(), 'number,class,z₁,z₂\n3,"a ""b"", c",0.5,-2\n9,,1e-7,4\n');
});

test("features in tiny units are saved to the digits that tell their levels apart, and not as 0", async () => {
  const features = { names: ["charge"], middles: [3e-12], reaches: [2e-12], lows: [1e-12], highs: [5e-12] };
  const file = codesToCsv([{ number: 0, name: "", z: [1], decoded: [1] }], 1, features);
  assert.equal(await file.text(), "number,class,z₁,charge\n0,,1,0.00000000000500\n");
});

test("a second press stops a file that is being made, and no error of the stopped work is shown", async () => {
  /** @type {string[]} */
  const sentences = [];
  const button = /** @type {any} */ ({});
  const makeFile = (/** @type {AbortSignal} */ signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("The server did not answer."))));
  const download = makeAndDownload(button, (sentence) => sentences.push(sentence), "Drawing", "a.gif", makeFile);
  makeAndDownload(
    button,
    () => assert.fail(),
    "Drawing",
    "a.gif",
    () => assert.fail("it is made once"),
  );
  await download;
  await makeAndDownload(
    button,
    (sentence) => sentences.push(sentence),
    "Drawing",
    "a.gif",
    () => Promise.reject(new Error("No place.")),
  );
  assert.deepEqual(sentences, [
    "Drawing … Press the button again to stop.",
    "Stopped; nothing was saved.",
    "Drawing … Press the button again to stop.",
    "No place.",
  ]);
});

test("a second press stops at once what is being made, and drops what it becomes", async () => {
  let savedCount = 0;
  Object.assign(globalThis, {
    window: { setTimeout() {} },
    document: { createElement: () => ({ setAttribute() {}, append() {}, click: () => savedCount++ }) },
  });
  for (const moment of ["before it is made", "just when it is made"]) {
    const button = /** @type {any} */ ({});
    let sentence = "";
    let finish = (/** @type {Blob} */ _) => {};
    const press = () =>
      makeAndDownload(
        button,
        (text) => (sentence = text),
        "Drawing",
        "a.png",
        () => new Promise((resolve) => (finish = resolve)),
      );
    const download = press();
    await Promise.resolve();
    if (moment === "just when it is made") finish(new Blob());
    press();
    await Promise.race([download, new Promise((resolve) => setTimeout(resolve, 100))]);
    assert.equal(sentence, "Stopped; nothing was saved.", moment);
    finish(new Blob());
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(savedCount, 0, moment);
    for (const count of [1, 2]) {
      const nextDownload = press();
      finish(new Blob());
      await nextDownload;
      assert.deepEqual([savedCount, sentence], [count, ""], "each later press makes it");
    }
    savedCount = 0;
  }
});

test("after a file that cannot even be begun, the next press begins another", async () => {
  /** @type {string[]} */
  const sentences = [];
  const button = /** @type {any} */ ({});
  const failToMake = () => {
    throw new Error("No canvas.");
  };
  for (let press = 0; press < 2; press++)
    await makeAndDownload(button, (sentence) => sentences.push(sentence), "Drawing", "a.gif", failToMake).catch(
      () => {},
    );
  assert.deepEqual(sentences, Array(2).fill(["Drawing … Press the button again to stop.", "No canvas."]).flat());
});

test("an archive that is being compressed can be stopped", async () => {
  const stop = new AbortController();
  const encoding = encodeNpz(
    { z: { values: new Float32Array(4), shape: [4] }, w: { values: new Float32Array(4), shape: [4] } },
    stop.signal,
  );
  stop.abort(new Error("Stopped."));
  await assert.rejects(encoding, /^Error: Stopped\.$/);
});

test("what was kept of the items stands behind z, and is quoted where necessary", async () => {
  const rows = [
    {
      number: 3,
      name: "a",
      z: [0.5],
      item: /** @type {[string, string][]} */ ([
        ["id", "x,1"],
        ["note, long", ""],
      ]),
    },
    {
      number: 9,
      name: "",
      z: [2],
      item: /** @type {[string, string][]} */ ([
        ["id", "y"],
        ["note, long", 'a "b"'],
      ]),
    },
  ];
  const text = await codesToCsv(rows, 1).text();
  assert.equal(text, 'number,class,z₁,id,"note, long"\n3,a,0.5,"x,1",\n9,,2,y,"a ""b"""\n');
});
