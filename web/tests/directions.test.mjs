import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, messageOf, makePlane } from "./page.mjs";
import { groupsOfRevision, groupsToText, setGroupsFromText } from "../src/choice/code_groups.ts";
import { directionBetween, coordinateOf, moveAlong } from "../src/directions/direction.ts";
import { ImageStrip } from "../src/paths/path_strip.ts";
import { makeMeans } from "../src/paths/code_means.ts";

const rounded = (values) => Array.from(values, (value) => Math.round(1e5 * value) / 1e5);
const TOOLS = ["inspect", "path", "directions"];
let revisions = 0;

/** A plane whose section “Directions” is open; its decoder makes one pixel, the sum of z. */
function openDirections(headerChanges = {}, fields = {}) {
  const { plane, messages } = makePlane();
  const revision = `directed ${++revisions}`;
  const header = {
    revision,
    tools: TOOLS,
    names: { directions: "directions" },
    report: ["directions"],
    setting_texts: {},
    ...headerChanges,
  };
  const receive = (changes = {}) => plane.update(messageOf({ ...header, ...changes }, fields));
  receive();
  plane.decoder.networks = {
    image: [1, 1, 1],
    kind: "test",
    contentSize: 0,
    discriminate: () => NaN,
    decode: (z) => Float32Array.of(z.reduce((sum, value) => sum + value)),
    decodeMany: (zs) => zs.map((z) => Float32Array.of(z.reduce((sum, value) => sum + value, 0))),
  };
  const details = plane.tools.sections.get("directions");
  details.open = true;
  details.fire("toggle");
  clock.pass(100);
  return { plane, messages, receive, details, revision };
}

/** Selects the codes of a class and marks them. */
function mark(plane, label, name) {
  plane.selectCodes(Uint8Array.from(plane.codes.labels, (codeLabel) => Number(codeLabel === label)));
  plane.parts.selection
    .querySelectorAll("button")
    .find((button) => button.textContent === `Mark as group ${name}`)
    .fire("click");
  clock.pass(100);
}

const slider = (details) => details.querySelectorAll("input")[0];

test("moving a code along a direction changes only its coordinate on it", () => {
  const direction = directionBetween([1, 0, 2], [1, 4, 5]);
  assert.equal(coordinateOf(direction, [1, 0, 2]), 0);
  assert.equal(coordinateOf(direction, [1, 4, 5]), 1);
  assert.deepEqual(rounded(moveAlong(direction, [7, 1, 3], coordinateOf(direction, [7, 1, 3]) + 2)), [7, 9, 9]);
  assert.deepEqual(rounded(moveAlong(direction, [7, 1, 3], coordinateOf(direction, [7, 1, 3]))), [7, 1, 3]);
});

test("groups are written into a link and read back; an empty text removes them", () => {
  const markedGroups = { A: { z: Float32Array.of(0.5, -1), count: 12 }, B: null, from: "A", to: "3" };
  assert.equal(groupsToText(markedGroups), "A~3~12:0.5,-1~");
  const readGroups = groupsOfRevision("read");
  setGroupsFromText(readGroups, groupsToText(markedGroups));
  assert.deepEqual(readGroups, markedGroups);
  setGroupsFromText(readGroups, "");
  assert.equal(groupsToText(readGroups), "");
  assert.equal(readGroups.A, null);
});

test("marked codes become groups, and the slider moves z between their means", () => {
  const { plane, messages, details, revision } = openDirections();
  mark(plane, 0, "A"); // (0, 0) and (1, 0)
  mark(plane, 1, "B"); // (0, 1) and (1, 1)
  assert.equal(groupsToText(groupsOfRevision(revision)), "~~2:0.5,0~2:0.5,1");
  assert.equal(Number(slider(details).value), 0); // z is (0, 0)
  messages.length = 0;
  slider(details).value = "0.25";
  slider(details).fire("input");
  assert.deepEqual(rounded(plane.z), [0, 0.25]);
  assert.deepEqual(messages, []); // Python is told only at the end of the drag
  slider(details).fire("change");
  assert.deepEqual(messages, [["code", { z: [0, 0.25] }]]);
  assert.equal(slider(details).getAttribute("aria-valuetext"), "25 % of the way");
  plane.moveZTo(Float32Array.of(3, 1));
  assert.equal(Number(slider(details).value), 1);
  clock.pass(2000);
  assert.deepEqual(
    messages.find(([kind]) => kind === "directions"),
    ["directions", { text: "~~2:0.5,0~2:0.5,1" }],
  );
  plane.close();
});

test("the slider of a direction stays while the means move in a training: a drag and the focus are kept", () => {
  const { plane, receive, details } = openDirections();
  const sliderBefore = slider(details);
  sliderBefore.value = "0.5";
  sliderBefore.fire("input");
  plane.update(
    messageOf({ ...plane.header }, { z: { values: Float32Array.of(0, 0, 1, 0, 0, 3, 1, 3), shape: [4, 2] } }),
  );
  clock.pass(100);
  assert.equal(slider(details), sliderBefore);
  sliderBefore.value = "1";
  sliderBefore.fire("input");
  assert.deepEqual(rounded(plane.z), [0, 3], "along the present direction");
  receive({ classes: ["one", "three"] });
  assert.notEqual(slider(details), sliderBefore, "another direction");
  plane.close();
});

test("in more dimensions than the plane shows, the whole code moves", () => {
  const z = { values: Float32Array.of(0, 0, 0, 0, 0, 2, 1, 1, 5, 1, 1, 7), shape: [4, 3] };
  const { plane, details } = openDirections({ dim: 3 }, { z });
  mark(plane, 0, "A");
  mark(plane, 1, "B"); // from (0, 0, 1) to (1, 1, 6)
  const start = Number(slider(details).value);
  slider(details).value = String(start + 1);
  slider(details).fire("input");
  assert.deepEqual(rounded(plane.z), [1, 1, 5]);
  plane.close();
});

test("a direction may also lead between means of classes, by default those of the first two", () => {
  const { plane, details } = openDirections();
  const [fromSelect, toSelect] = details.querySelectorAll("select");
  assert.deepEqual([fromSelect.value, toSelect.value], ["0", "1"]);
  mark(plane, 1, "A");
  assert.deepEqual([fromSelect.value, toSelect.value], ["A", "1"]);
  assert.equal(details.querySelectorAll("input").length, 0); // both are the same codes: no direction
  toSelect.value = "0";
  toSelect.fire("change");
  assert.equal(Number(slider(details).value), 1);
  plane.close();
});

test("without labelled codes there are no ends to choose until a group is marked", () => {
  const { plane, details } = openDirections(
    { classes: [] },
    { labels: { values: Int16Array.of(-1, -1, -1, -1), shape: [4] } },
  );
  const [fromSelect] = details.querySelectorAll("select");
  const visibility = () => [!fromSelect.parent.parent.hidden, details.textContent.includes("Means of classes")];
  assert.deepEqual(visibility(), [false, false]);
  plane.selectCodes(Uint8Array.of(1, 1, 0, 0));
  plane.parts.selection
    .querySelectorAll("button")
    .find((button) => button.textContent === "Mark as group A")
    .fire("click");
  clock.pass(100);
  assert.deepEqual(visibility(), [true, false]);
  plane.close();
});

test("a link brings back groups and ends", () => {
  const { plane, details } = openDirections({ setting_texts: { directions: "B~A~3:0,0~4:2,0" } });
  const [fromSelect, toSelect] = details.querySelectorAll("select");
  assert.deepEqual([fromSelect.value, toSelect.value], ["B", "A"]);
  assert.match(fromSelect.textContent, /group B \(4 codes\)/);
  assert.equal(Number(slider(details).value), 1);
  plane.close();
});

test("the groups can be chosen as terms of latent arithmetic", () => {
  const { plane } = openDirections();
  mark(plane, 0, "A");
  assert.deepEqual([...makeMeans(plane)().keys()], ["0", "1", "A"]);
  const terms = plane.tools.sections
    .get("path")
    .querySelectorAll("select")
    .filter((select) => select.getAttribute("aria-label").length === 1);
  plane.tools.sections.get("path").open = true;
  plane.tools.sections.get("path").fire("toggle");
  assert.ok(terms.every((term) => term.textContent.includes("group A (2 codes)")));
  plane.close();
});

test("the server's directions are listed: principal ones, and those of known factors if there are any", async () => {
  const { plane, details } = openDirections();
  const directionOf = (name, fit) => ({
    name,
    fit,
    share: fit === null ? 0.5 : null,
    change: 0.125,
    centre: [0, 0],
    step: fit === null ? [2, 0] : [0, 1],
  });
  const hosts = () => details.querySelectorAll(".lp-directions").map((host) => host.children.length);
  const areFactorsHidden = () => details.querySelectorAll("fieldset").at(-1).hidden;
  plane.decoder.server = {
    id: "1",
    canRequest: () => true,
    fetchDirections: async () => [directionOf("Principal direction 1", null)],
  };
  plane.events.emit("data", { isOtherRevision: false });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([hosts(), areFactorsHidden()], [[1, 0], true]);
  plane.decoder.server = {
    id: "2",
    canRequest: () => true,
    fetchDirections: async () => [directionOf("Principal direction 1", null), directionOf("size", 0.93)],
  };
  plane.events.emit("data", { isOtherRevision: false });
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([hosts(), areFactorsHidden()], [[1, 1], false]);
  assert.match(details.textContent, /50 % of the variance, changes by 0\.125.*R² 0\.93/);
  const [, principal, factor] = details.querySelectorAll("input");
  principal.value = "1.5";
  principal.fire("input");
  factor.value = "-1";
  factor.fire("input");
  assert.deepEqual(rounded(plane.z), [3, -1]);
  plane.close();
});

test("the request for directions is aborted silently when the codes change or the page is left", async () => {
  const { plane, details } = openDirections();
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  const requests = [];
  const measure = (id) => {
    const directions = (signal) =>
      new Promise((resolve, reject) => {
        requests.push({
          signal,
          answer: (name) => resolve([{ name, fit: null, share: 1, change: 1, centre: [0, 0], step: [1, 0] }]),
        });
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    plane.decoder.server = { id, canRequest: () => true, fetchDirections: directions };
    plane.events.emit("data", { isOtherRevision: false });
  };
  measure("former");
  measure("latter");
  assert.deepEqual(
    requests.map(({ signal }) => signal.aborted),
    [true],
  );
  await turn();
  requests[0].answer("of the former codes");
  requests[1].answer("of the latter codes");
  await turn();
  assert.match(details.textContent, /of the latter codes/);
  assert.doesNotMatch(details.textContent, /of the former codes|abort/i);
  measure("last");
  plane.close();
  assert.deepEqual(
    requests.map(({ signal }) => signal.aborted),
    [true, false, true],
  );
});

test("when directions change places in a training, the row that is dragged or focused stays in the page", async () => {
  const { plane, details } = openDirections();
  const host = details.querySelectorAll(".lp-directions")[0];
  const measure = async (...names) => {
    const directions = names.map((name) => ({ name, fit: null, share: 0.1, change: 1, centre: [0, 0], step: [1, 0] }));
    plane.decoder.server = { id: names.join(), canRequest: () => true, fetchDirections: async () => directions };
    plane.events.emit("data", { isOtherRevision: false });
    await new Promise((resolve) => setTimeout(resolve));
    return host.children.map((row) => row.querySelector("b").textContent);
  };
  await measure("a", "b", "c", "d");
  const [, , heldRow] = host.children;
  let removalCount = 0;
  const { remove } = heldRow;
  heldRow.remove = () => (removalCount++, remove.call(heldRow));
  for (const state of [":focus-within", ":active"]) {
    heldRow.state = state;
    for (const names of [
      ["b", "c", "a", "d"],
      ["c", "a"],
      ["d", "b", "c"],
      ["a", "b", "c", "d"],
    ])
      assert.deepEqual(await measure(...names), names);
  }
  assert.equal(removalCount, 0);
  heldRow.state = "";
  assert.deepEqual(await measure("d", "c", "b", "a"), ["d", "c", "b", "a"]);
  plane.close();
});

test("images along a direction are decoded in the page once z rests, or by the server in one request", async () => {
  const { plane, details } = openDirections();
  const shownImages = [];
  const originalShowImages = ImageStrip.prototype.showImages;
  ImageStrip.prototype.showImages = (images) => shownImages.push(images.map((values) => rounded(values)[0]));
  slider(details).value = "0.5"; // from (1/2, 0) to (1/2, 1), z from (0, 0)
  slider(details).fire("input");
  clock.pass(500);
  assert.deepEqual(shownImages, []);
  slider(details).fire("change");
  clock.pass(500);
  assert.deepEqual(shownImages.splice(0), [[-0.5, 0, 0.5, 1, 1.5]]);
  for (const [value, eventType] of [
    ["1", "input"],
    ["1", "change"],
    ["0.75", "input"],
    ["1", "input"],
    ["1", "change"],
  ]) {
    slider(details).value = value; // away and back before the images were decoded
    slider(details).fire(eventType);
  }
  clock.pass(500);
  assert.deepEqual(shownImages.splice(0), [[-0.5, 0, 0.5, 1, 1.5]]);
  const presentNetworks = plane.decoder.networks;
  plane.decoder.earlierNetworks = { ...presentNetworks, decode: () => Float32Array.of(7) }; // those of an earlier step
  plane.events.emit("moment");
  clock.pass(500);
  assert.deepEqual(shownImages.splice(0).at(-1), [7, 7, 7, 7, 7]);
  Object.assign(plane.decoder, { networks: null, earlierNetworks: null });
  const requestedCounts = [];
  plane.decoder.server = {
    id: "4",
    canRequest: (route) => route === "decode",
    decode: async (codes) => (
      requestedCounts.push(codes.length),
      { images: { values: new Uint8Array(codes.length).fill(51), shape: [codes.length, 1, 1, 1] } }
    ),
  };
  plane.events.emit("networks");
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual([requestedCounts, shownImages], [[5], [[0.2, 0.2, 0.2, 0.2, 0.2]]]);
  ImageStrip.prototype.showImages = originalShowImages;
  plane.close();
});

test("a closed section makes no request", () => {
  const { plane } = makePlane();
  plane.update(messageOf({ revision: "folded", tools: TOOLS, names: {}, setting_texts: {} }));
  let requestCount = 0;
  plane.decoder.server = { id: "3", canRequest: () => true, fetchDirections: async () => (requestCount++, []) };
  plane.events.emit("data", { isOtherRevision: false });
  assert.equal(requestCount, 0);
  plane.close();
});
