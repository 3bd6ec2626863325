import assert from "node:assert/strict";
import { test } from "node:test";
import { makePathGeometry } from "../src/paths/path_geometry.ts";
import { rememberedRoute } from "../src/paths/path_route.ts";
import { clock, messageOf, makePlane, observers } from "./page.mjs";

/** A plane that has received a message, after all timers have run. */
function openPlane(headerChanges, fields) {
  const page = makePlane();
  page.plane.update(messageOf(headerChanges, fields));
  clock.pass(2000);
  return page;
}
const press = (plane, ...keys) => keys.forEach((key) => plane.parts.surface.fire("keydown", { key }));
const pointerAt = (plane, x, y) => {
  const [clientX, clientY] = plane.view.toScreen(x, y);
  return { clientX, clientY };
};
function click(plane, x, y) {
  plane.parts.surface.fire("pointerdown", pointerAt(plane, x, y));
  plane.parts.surface.fire("pointerup", pointerAt(plane, x, y));
}
function drag(plane, ...place) {
  plane.parts.surface.fire("pointerdown", pointerAt(plane, 0, 0));
  plane.parts.surface.fire("pointermove", pointerAt(plane, ...place));
  plane.parts.surface.fire("pointerup", pointerAt(plane, ...place));
}
const valuesSent = (messages) =>
  messages.map(([key, value]) => (key === "code" ? value.z : key === "picked" ? value.index : key));
/** A list that grows by each event of those names, as [name, detail]. */
function eventsOf(plane, ...names) {
  const list = [];
  for (const name of names) plane.events.on(name, (detail) => list.push([name, detail]));
  return list;
}

test("a canvas is as large as its device pixels at any zoom of the browser", () => {
  const { plane } = openPlane();
  Object.assign(plane.parts.surface, { clientWidth: 401, clientHeight: 333 });
  for (const ratio of [1.25, 4 / 3, 1]) {
    window.devicePixelRatio = ratio;
    plane.resize();
    clock.pass(2000);
    const { width, height } = plane.view;
    for (const canvas of plane.scene.canvases) {
      assert.deepEqual([canvas.style.width, canvas.style.height], [`${width}px`, `${height}px`]);
      assert.ok(
        Math.hypot(width * ratio - canvas.width, height * ratio - canvas.height) < 1e-9,
        `${width * ratio} × ${height * ratio}`,
      );
    }
    assert.ok(Math.hypot(width - 401, height - 333) * ratio < 1);
  }
});

test("a place is counted from within the border, where the canvas begins", () => {
  const { plane, messages } = openPlane();
  const [border, { clientX, clientY }] = [3, pointerAt(plane, 0.5, -0.25)];
  Object.assign(plane.parts.surface, { clientLeft: border, clientTop: border });
  for (const type of ["pointerdown", "pointerup"])
    plane.parts.surface.fire(type, { clientX: clientX + border, clientY: clientY + border });
  clock.pass(5000);
  assert.deepEqual(valuesSent(messages), [[0.5, -0.25]]);
});

test("a linked plane's title is beside a short name of the upward axis and below a long one", () => {
  const isTitleBelow = (name) => {
    const { plane } = openPlane({
      link: { group: name, side: 0, title: "VAE", shares: [] },
      axis_names: ["across", name],
    });
    return plane.parts.root.classes.has("lp-long");
  };
  assert.deepEqual(
    [isTitleBelow("z₂"), isTitleBelow("z₁₂"), isTitleBelow("2nd principal direction, 19 % of the variance")],
    [false, false, true],
  );
});

test("a code chosen right after an arrow key stays chosen, and Python is told of nothing else", () => {
  const { plane, messages } = openPlane();
  press(plane, "ArrowRight", "Enter");
  clock.pass(5000);
  assert.deepEqual(messages, [["picked", { index: 0 }]]);
  assert.equal(plane.picked, 0);
});

test("z from arrow keys is sent before a drag begins, so a cancelled drag does not lose it", () => {
  const { plane, messages } = openPlane();
  press(plane, "ArrowRight");
  const [x] = plane.z;
  plane.parts.surface.fire("pointerdown", pointerAt(plane, -1, -1));
  plane.parts.surface.fire("pointercancel", pointerAt(plane, -1, -1));
  clock.pass(5000);
  assert.deepEqual(valuesSent(messages), [[x, 0]]);
  assert.deepEqual([...plane.z], [x, 0]);
});

test("Escape gives up the drag in progress, and a key for what dragging draws counts from the next drag on", () => {
  const { plane, messages } = openPlane();
  const { surface } = plane.parts;
  for (const keys of [[], ["l"], ["b"]]) {
    press(plane, ...keys);
    surface.fire("pointerdown", pointerAt(plane, -0.5, -0.5));
    surface.fire("pointermove", pointerAt(plane, 2, 2));
    press(plane, "Escape");
    surface.fire("pointermove", pointerAt(plane, 2, 3));
    surface.fire("pointerup", pointerAt(plane, 2, 3));
    assert.deepEqual(
      [[...plane.z], plane.pointer.lasso.corners, plane.selection.indices, plane.dragging],
      [[0, 0], [], [], false],
    );
  }
  press(plane, "b"); // off
  surface.fire("pointerdown", pointerAt(plane, 0.5, 0.5));
  press(plane, "l");
  surface.fire("pointermove", pointerAt(plane, 2, 2));
  surface.fire("pointerup", pointerAt(plane, 2, 2));
  clock.pass(5000);
  assert.deepEqual([valuesSent(messages), plane.selection.indices], [[[2, 2]], []]);
});

test("z and the code that Python sends during a gesture are taken after it, unless it sends a z of its own", () => {
  const resultOfGesture = (keys, end) => {
    const { plane, messages } = openPlane();
    const { surface } = plane.parts;
    press(plane, ...keys);
    surface.fire("pointerdown", pointerAt(plane, 0.5, 0.5));
    surface.fire("pointermove", pointerAt(plane, 2, 2));
    plane.update(messageOf({ code: [1, 1], picked: 3 }));
    const zBefore = [...plane.z];
    surface.fire(end, pointerAt(plane, 2, 2));
    return [zBefore, [...plane.z], plane.picked, valuesSent(messages)];
  };
  assert.deepEqual(resultOfGesture(["l"], "pointerup"), [[0, 0], [1, 1], 3, []]);
  assert.deepEqual(resultOfGesture([], "pointercancel"), [[2, 2], [1, 1], 3, []]);
  assert.deepEqual(resultOfGesture([], "pointerup"), [[2, 2], [2, 2], -1, [[2, 2]]]);
});

test("a mere click of the lasso takes nothing that came before it, so that answers on their way do not move z", () => {
  const { plane } = openPlane();
  for (const x of [1, 2, 1]) plane.moveZTo(Float32Array.of(x, 0));
  plane.update(messageOf({ code: [1, 0] }));
  const moves = eventsOf(plane, "z");
  press(plane, "l");
  click(plane, -1, -1);
  for (const x of [2, 1]) plane.update(messageOf({ code: [x, 0] }));
  assert.deepEqual([[...plane.z], moves], [[1, 0], []]);
  press(plane, "l"); // off
  plane.parts.surface.fire("pointerdown", pointerAt(plane, 0.5, 0.5));
  plane.update(messageOf({ code: [3, 3] }));
  plane.parts.surface.fire("pointerup", pointerAt(plane, 0.5, 0.5));
  press(plane, "l");
  click(plane, -1, -1);
  assert.deepEqual([...plane.z], [0.5, 0.5], "nor what an earlier drag has outdone");
});

test("a gesture that is given up leaves two linked planes at their own z, and drawing does not move z", () => {
  const link = (side) => ({
    link: { group: "given up", side, title: `plane ${side}`, shares: ["z", "images"] },
    revision: `given up ${side}`,
  });
  const { plane } = openPlane(link(0));
  const partner = openPlane(link(1), { z: { values: Float32Array.of(0, 0, 6, 6, 0, 1, 1, 1), shape: [4, 2] } }).plane;
  click(plane, 1, 0);
  const moves = eventsOf(plane, "z");
  for (const [key, count] of [
    ["", 3],
    ["l", 0],
    ["b", 0],
  ]) {
    if (key) press(plane, key);
    moves.length = 0;
    plane.parts.surface.fire("pointerdown", pointerAt(plane, -1, -1));
    plane.parts.surface.fire("pointermove", pointerAt(plane, 2, 2));
    if (!key) assert.deepEqual([...partner.z], [2, 2]);
    press(plane, "Escape");
    assert.deepEqual(
      [[...plane.z], [...partner.z], moves.length, partner.dragging],
      [[1, 0], [6, 6], count, false],
      key,
    );
  }
  for (const linkedPlane of [plane, partner]) linkedPlane.close();
});

test("giving up a drag of a plane that cannot be decoded shows the part of it that was shown before", () => {
  const { plane } = openPlane(
    { axes: null, pca: null },
    { xy: { values: Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1), shape: [4, 2] } },
  );
  assert.equal(plane.slice.decodable, false);
  const centre = [...plane.view.centre];
  plane.parts.surface.fire("pointerdown", pointerAt(plane, 0, 0));
  plane.parts.surface.fire("pointermove", pointerAt(plane, 1, 1));
  assert.notDeepEqual([...plane.view.centre], centre);
  const events = eventsOf(plane, "view", "z");
  press(plane, "Escape");
  assert.deepEqual([[...plane.view.centre], events.map(([name]) => name)], [centre, ["view"]], "and it is drawn again");
});

test("a drag that is given up does not return to the z of the revision in which it began", () => {
  const { plane } = openPlane();
  plane.parts.surface.fire("pointerdown", pointerAt(plane, 0.5, 0.5));
  plane.update(messageOf({ revision: "b", dim: 3, code: [1, 1, 1] }));
  plane.parts.surface.fire("pointercancel", pointerAt(plane, 0.5, 0.5));
  assert.deepEqual([...plane.z], [1, 1, 1]);
});

test("the sliders stay while the range of the codes grows in a training: a drag and the focus are kept", () => {
  const { plane } = openPlane({
    ranges: [
      [-1, 1],
      [-1, 1],
    ],
  });
  const sliders = () => plane.panel.sliders.host.querySelectorAll("input");
  const slidersBefore = sliders();
  plane.update(
    messageOf({
      ranges: [
        [-2, 2],
        [-1, 1],
      ],
    }),
  );
  clock.pass(100);
  assert.deepEqual([slidersBefore.length, sliders().every((slider, k) => slider === slidersBefore[k])], [2, true]);
  assert.deepEqual(
    slidersBefore.map((slider) => Number(slider.getAttribute("max"))),
    [2.6, 1.3],
  );
  plane.update(
    messageOf({
      revision: "b",
      dim: 3,
      ranges: [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    }),
  );
  assert.equal(sliders().length, 3);
});

test("the wheel zooms in every unit in which browsers report it", () => {
  for (const [deltaMode, deltaY] of [
    [0, -48],
    [1, -3],
    [2, -1],
  ]) {
    const { plane } = openPlane();
    plane.parts.surface.focus();
    plane.parts.surface.fire("wheel", { ...pointerAt(plane, 0, 0), deltaMode, deltaY });
    assert.ok(plane.view.zoom > 1.05 && plane.view.zoom < 2, `${plane.view.zoom}`);
  }
});

test("losing the focus sends pending z and view at once", () => {
  const { plane, messages } = openPlane();
  press(plane, "ArrowRight", "+");
  assert.deepEqual(messages, []);
  plane.parts.plane.fire("focusout");
  assert.deepEqual(valuesSent(messages), [[...plane.z], "view"]);
  assert.deepEqual(messages[1][1], plane.view.visibleBox);
  clock.pass(5000);
  plane.parts.plane.fire("focusout");
  assert.equal(messages.length, 2, "sent once");
});

test("answers to z moved to A, B and A do not move z back", () => {
  const { plane } = openPlane();
  for (const x of [1, 2, 1]) plane.moveZTo(Float32Array.of(x, 0));
  const moves = eventsOf(plane, "z");
  for (const x of [1, 2, 1]) plane.update(messageOf({ code: [x, 0] }));
  assert.deepEqual([[...plane.z], moves], [[1, 0], []]);
  plane.update(messageOf({ code: [2, 0] }));
  assert.deepEqual([...plane.z], [2, 0], "Python moved it");
});

test("the answer to a first chosen code does not undo the second choice", () => {
  const { plane } = openPlane();
  click(plane, 1, 0);
  click(plane, 0, 1);
  const moves = eventsOf(plane, "z", "pick");
  plane.update(messageOf({ code: [1, 0], picked: 1 }));
  assert.deepEqual([plane.picked, [...plane.z]], [2, [0, 1]]);
  plane.update(messageOf({ code: [0, 1], picked: 2 }));
  assert.deepEqual([plane.picked, moves], [2, []]);
  plane.update(messageOf({ code: [1, 1], picked: 3 }));
  assert.deepEqual([plane.picked, [...plane.z]], [3, [1, 1]], "chosen by another control");
});

test("dragging z unchooses the code at once, and the late answer does not clear a newer choice", () => {
  const { plane } = openPlane();
  click(plane, 1, 0);
  plane.update(messageOf({ code: [1, 0], picked: 1 }));
  drag(plane, 2, 2);
  assert.equal(plane.picked, -1);
  click(plane, 0, 1);
  plane.update(messageOf({ code: [2, 2], picked: null }));
  assert.equal(plane.picked, 2);
  plane.update(messageOf({ code: [0, 1], picked: 2 }));
  plane.update(messageOf({ code: [0, 1], picked: null }));
  assert.equal(plane.picked, -1, "the field beside the plane was emptied");
});

test("a message during a drag moves nothing, and the next message is applied", () => {
  const { plane } = openPlane();
  plane.setDragging(true);
  plane.update(messageOf({ code: [1, 1], picked: 3 }));
  assert.deepEqual([plane.picked, [...plane.z]], [-1, [0, 0]]);
  plane.setDragging(false);
  plane.update(messageOf({ code: [1, 1], picked: 3 }));
  assert.deepEqual([plane.picked, [...plane.z]], [3, [1, 1]]);
});

test("tiles and D's surface of one revision are not shown for another", () => {
  const { plane } = openPlane();
  const tiles = plane.scene.manifold.tiles.slotsByName;
  tiles.set("0,1,0,1", 0);
  plane.scene.discriminatorSurface = { values: new Float32Array(1), shape: [1, 1] };
  plane.update(messageOf({ y: 1 }));
  assert.equal(tiles.size, 1, "tiles of the same revision stay until they are redrawn");
  plane.update(messageOf({ revision: "b" }));
  assert.equal(tiles.size, 0);
  assert.equal(plane.scene.discriminatorSurface, null);
});

test("a closed plane does nothing more, whatever arrives", () => {
  const observerCount = observers.size;
  const { plane, messages } = openPlane();
  assert.equal(observers.size - observerCount, 3, "its surface, its foot and its legend");
  const timerCount = clock.timers.size;
  press(plane, "ArrowRight");
  plane.close();
  assert.equal(observers.size, observerCount);
  const timerCountAfter = clock.timers.size;
  assert.ok(timerCountAfter <= timerCount, "no timer is left");
  const moves = eventsOf(plane, "z", "networks", "pictures");
  plane.onPicturesLoaded();
  plane.moveZTo(Float32Array.of(1, 1));
  plane.refresh();
  plane.scene.updateLayers();
  plane.parts.plane.fire("focusout"); // browsers send this event for removed elements
  plane.scene.tasks.start("late", (function* () {})());
  assert.deepEqual([moves, messages, clock.timers.size], [[], [], timerCountAfter]);
});

test("codes that travel to the other plane are half-way in the middle and stand still at the end", ({ mock }) => {
  mock.method(performance, "now", () => clock.now);
  mock.method(window, "matchMedia", () => ({ matches: false, addEventListener() {} }));
  const link = (side) => ({
    link: { group: "travels", side, title: `plane ${side}`, shares: ["z", "images"] },
    revision: `travels ${side}`,
  });
  const [leftPage, rightPage] = [
    [0, 0, 1, 0, 0, 1, 1, 1],
    [4, 0, 1, 0, 0, -3, 1, 1],
  ].map((z, side) => openPlane(link(side), { z: { values: Float32Array.from(z), shape: [4, 2] } }));
  const travelButton = leftPage.root.querySelector(".lp-travel").querySelector("button");
  const timerCount = clock.timers.size;
  const moves = () => clock.timers.size > timerCount;
  const places = () => [...leftPage.plane.codes.xy].map((value) => Math.round(10 * value) / 10);
  travelButton.click();
  clock.pass(300);
  const [x] = places();
  assert.ok(x > 0 && x < 1, "slow at first");
  clock.pass(300);
  assert.deepEqual(places(), [2, 0, 1, 0, 0, -1, 1, 1]);
  clock.pass(2000);
  assert.deepEqual([places(), moves()], [[4, 0, 1, 0, 0, -3, 1, 1], false]);
  travelButton.click();
  clock.pass(600);
  assert.deepEqual(places(), [2, 0, 1, 0, 0, -1, 1, 1]);
  leftPage.plane.close();
  const { codes } = leftPage.plane;
  clock.pass(1000);
  assert.deepEqual([leftPage.plane.codes === codes, moves()], [true, false]);
  rightPage.plane.close();
});

test("a closed plane requests no more images of codes", async () => {
  const { plane } = makePlane();
  plane.update(messageOf());
  const requestedCounts = [];
  const server = {
    fetchImages: async (numbers) => (
      requestedCounts.push(numbers.length),
      { values: new Uint8Array(numbers.length), shape: [numbers.length, 1, 1, 1] }
    ),
  };
  plane.sprites.serverSheet.setServer(/** @type {any} */ (server), "theirs");
  plane.sprites.serverSheet.requestImages(Array.from({ length: 200 }, (_, k) => k));
  plane.close();
  for (let k = 0; k < 50; k++) await Promise.resolve();
  assert.deepEqual(requestedCounts, [64]);
});

test("codes of a hidden class are no longer selected", () => {
  const { plane } = openPlane();
  press(plane, "a");
  assert.deepEqual([...plane.selection.mask], [1, 1, 1, 1]);
  const choices = eventsOf(plane, "choose");
  plane.toggleClass(1);
  assert.deepEqual([...plane.selection.mask], [1, 1, 0, 0]);
  assert.deepEqual([...choices[0][1].mask], [1, 1, 0, 0], "with an event");
  plane.toggleClass(1);
  assert.deepEqual(
    [[...plane.selection.mask], choices.length],
    [[1, 1, 0, 0], 1],
    "showing the class again does not select them",
  );
  plane.toggleClass(0);
  assert.equal(plane.selection.mask, null);
});

test("a linked plane's selection is taken over except for hidden classes", () => {
  const link = (side) => ({
    link: { group: "chosen", side, title: `plane ${side}`, shares: ["images"] },
    revision: `linked ${side}`,
  });
  const [a, b] = [openPlane(link(0)).plane, openPlane(link(1)).plane];
  b.toggleClass(0);
  press(a, "a");
  assert.deepEqual(
    [[...a.selection.mask], [...b.selection.mask]],
    [
      [1, 1, 1, 1],
      [0, 0, 1, 1],
    ],
  );
  a.toggleClass(1);
  assert.deepEqual([[...a.selection.mask], b.selection.mask], [[1, 1, 0, 0], null]);
  a.close();
  b.close();
});

test("layers are switched on linked planes together, and a late echo of the layers undoes nothing on either", () => {
  const headerChanges = (side) => ({
    link: { group: "layers", side, title: `plane ${side}`, shares: [] },
    revision: `layers ${side}`,
  });
  const [a, b] = [openPlane(headerChanges(0)).plane, openPlane(headerChanges(1)).plane];
  a.toggleLayer("judge");
  assert.equal(b.settings.layers.judge, true);
  b.toggleLayer("judge");
  const echo = { ...a.header.layers, judge: true }; // of the first change
  a.update(messageOf({ ...headerChanges(0), layers: echo }));
  b.update(messageOf({ ...headerChanges(1), layers: echo }));
  assert.deepEqual([a.settings.layers.judge, b.settings.layers.judge], [false, false]);
  a.close();
  b.close();
});

test("the summary names selected and hidden codes, and no nearest code of a hidden class", () => {
  const { plane } = openPlane({ revision: "spoken" });
  const summaryText = () => (clock.pass(2000), plane.parts.summary.textContent);
  assert.match(summaryText(), /nearest code: one\. 4 codes; layers: Codes\.$/);
  press(plane, "a");
  assert.match(summaryText(), / 4 codes selected together\.$/);
  plane.toggleClass(0);
  assert.match(summaryText(), /nearest code: two\..* Hidden classes: one\. 2 codes selected together\.$/);
});

test("in more than two dimensions too, unchanged codes are not projected again when z moves", () => {
  const { plane } = openPlane({ dim: 3, revision: "deep" });
  const { codes, picker, fields } = plane;
  let taskCount = 0;
  plane.scene.startTasks = () => taskCount++;
  plane.moveZTo(Float32Array.of(1, 2, 3));
  const earlierTaskCount = taskCount;
  plane.update(messageOf({ dim: 3, revision: "deep", code: [1, 2, 3] }));
  assert.ok(plane.codes === codes && plane.picker === picker && plane.fields.z === fields.z);
  assert.ok(taskCount > earlierTaskCount, "but layers on the plane through z are recomputed");
});

test("listeners for z or the chosen code already find the whole new revision", () => {
  const { plane } = openPlane({ code: [0, 0] });
  const states = [];
  for (const name of ["z", "pick", "networks", "data"]) {
    plane.events.on(name, () =>
      states.push([name, plane.decoder.server?.urls.decode, plane.codes.xy[0], plane.picked, [...plane.z]]),
    );
  }
  const z = { values: Float32Array.of(5, 5, 6, 6), shape: [2, 2] };
  const labels = { values: Int16Array.of(0, 1), shape: [2] };
  plane.update(
    messageOf(
      { revision: "b", code: [6, 6], picked: 1, server: { decode: "/b" }, decoder_refusal: "Another way." },
      { z, labels },
    ),
  );
  assert.deepEqual(
    states.map(([name]) => name),
    ["networks", "z", "pick", "data"],
  );
  for (const [, ...state] of states) assert.deepEqual(state, ["/b", 5, 1, [6, 6]]);
});

test("when another revision's networks arrive first, the former revision's path is not walked with them", () => {
  const { plane } = openPlane({ revision: "walked", tools: ["path"] });
  rememberedRoute("walked").waypoints = [Float32Array.of(0, 0), Float32Array.of(1, 1)];
  const details = plane.tools.sections.get("path");
  details.open = true;
  details.fire("toggle");
  const statusText = () => details.querySelector("p[role=status]").textContent;
  assert.match(statusText(), /through 2 waypoints/);
  const sentences = [];
  plane.events.on("networks", () => sentences.push(statusText()));
  plane.update(messageOf({ revision: "not walked", tools: ["path"], decoder_refusal: "Another way." }));
  assert.equal(sentences.length, 1);
  assert.doesNotMatch(sentences[0], /waypoints,/);
  plane.close();
});

test("the graph for paths is built once for the codes' values, whatever projection is shown", () => {
  const { plane } = openPlane({ dim: 3, revision: "ground" });
  const ground = makePathGeometry(plane);
  const graph = ground.graph();
  plane.codes = { ...plane.codes, xy: plane.codes.xy.slice() };
  plane.update(messageOf({ dim: 3, revision: "ground", code: [0, 0, 1] }));
  assert.equal(ground.graph(), graph);
  plane.update(messageOf({ dim: 3, revision: "ground", version: 2 }));
  assert.notEqual(ground.graph(), graph);
});

for (const [name, headerChanges, expectedZ] of [
  ["of one dimension", { dim: 1, axes: [0, 0] }, [1]],
  ["through two of three dimensions", { dim: 3, axes: [0, 2] }, [1, 0, 1]],
  [
    "through principal axes",
    {
      dim: 3,
      axes: undefined,
      pca: {
        mean: [0, 0, 0],
        basis: [
          [0, 1, 0],
          [0, 0, 1],
        ],
      },
    },
    [0, 1, 1],
  ],
]) {
  test(`a plane ${name}: drag, keys and the nearest code`, () => {
    const { plane, messages } = openPlane({ ...headerChanges, revision: name });
    drag(plane, 1, 1);
    assert.deepEqual(messages, [["code", { z: Array.from(plane.z) }]]);
    assert.deepEqual(
      [...plane.z].map((v) => Math.round(1e5 * v) / 1e5),
      expectedZ,
    );
    press(plane, "ArrowLeft", "ArrowUp", "Enter");
    clock.pass(2000);
    assert.equal(valuesSent(messages).length, 2);
    assert.ok(plane.picked >= 0 && plane.parts.summary.textContent.includes("Selected: code"));
    plane.close();
  });
}

test("the prior's regions are named on the plane only if there are regions and the plane can place them", () => {
  const regions = [
    { name: "one", z: [1, 0], colour: "#111111" },
    { name: "two", z: [0, 2], colour: null },
  ];
  const layers = { codes: true, regions: true };
  const { plane } = openPlane({
    regions,
    layers,
    revision: "named",
    sweeps: [
      [
        [0, 0],
        [1, 1],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ],
  });
  assert.ok(plane.scene.isAvailable("regions"));
  assert.match(plane.spokenSummary.planeText(), /Names of regions/);
  for (const [revision, headerChanges] of [
    ["unplaced", { regions, axes: null, pca: null }],
    ["unnamed", { regions: [] }],
  ]) {
    plane.update(messageOf({ layers, revision, ...headerChanges }));
    clock.pass(2000);
    assert.ok(!plane.scene.isAvailable("regions"), revision);
  }
  plane.close();
});

test("a path from a link is shown at once, also in place of another", () => {
  const { plane } = openPlane({ revision: "linked path", tools: ["path"] });
  plane.tools.openAndFocus("path");
  for (const count of [8, 12]) {
    plane.urlState.entries.get("path").setting.restore(`linear~${count}~0,0;1,1`);
    assert.equal(plane.parts.below.querySelector(".lp-strip").children.length, count);
  }
  plane.close();
});

test("small images are enlarged as square pixels, larger ones smoothly", () => {
  const image = (...shape) => ({ image: { values: new Uint8Array(shape.reduce((a, b) => a * b)), shape } });
  for (const [shape, isSmooth] of [
    [[28, 28, 1], "false"],
    [[32, 32, 3], "false"],
    [[48, 32, 3], "true"],
    [[64, 64, 3], "true"],
  ]) {
    assert.equal(openPlane({}, image(...shape)).plane.parts.root.dataset.smooth, isSmooth);
  }
});

test("for colour images the section offers dropping only, not drawing", () => {
  const drawing = (image, ground) => ({
    tools: ["draw"],
    server: {},
    preprocessing: { fill: null, centre: "box", ground, stroke: 0.1, image },
  });
  for (const [image, ground, toolName] of [
    [[1, 8, 8], "dark", "Draw or drop an image"],
    [[3, 8, 8], "dark", "Drop an image"],
    [[1, 8, 8], null, "Drop an image"],
  ]) {
    assert.equal(
      openPlane(drawing(image, ground)).plane.tools.sections.get("draw").querySelector("summary").textContent,
      toolName,
    );
  }
});

test("a click on an image on the plane chooses its code, and no hover card repeats the image", () => {
  const { plane, messages } = openPlane({ revision: "tiles", layers: { codes: true, thumbs: true } });
  const [x, y] = plane.view.toScreen(1, 1);
  plane.sprites.findPlace = () => ({ from: null, left: 0, top: 0, width: 28, height: 28 });
  plane.refresh(true);
  clock.pass(200);
  const { left, top, side } = plane.scene.mosaic.tiles.find(({ k }) => k === 3);
  assert.ok(side > 28 && x >= left - 1e-6 && y <= top + side + 1e-6);
  assert.equal(plane.codeIndexAt(left + 2, top + 2), 3, "a place that is far from the code itself");
  assert.equal(plane.hasThumbnail(3), true);
  plane.parts.surface.fire("pointerdown", { clientX: left + 2, clientY: top + 2 });
  plane.parts.surface.fire("pointerup", { clientX: left + 2, clientY: top + 2 });
  assert.deepEqual(valuesSent(messages).at(-1), 3);
  plane.toggleLayer("thumbs");
  assert.deepEqual([plane.codeIndexAt(left + 2, top + 2), plane.hasThumbnail(3)], [-1, false]);
});

test("the wheel zooms a plane with the focus or with Ctrl, and else scrolls the page, which is said once", () => {
  const marks = new Map();
  window.sessionStorage = {
    getItem: (name) => marks.get(name) ?? null,
    setItem: (name, text) => marks.set(name, text),
  };
  const { plane } = openPlane();
  const { surface } = plane.parts;
  const hint = plane.parts.plane.querySelector(".lp-hint");
  const turn = (modifiers) => {
    const zoomBefore = plane.view.zoom;
    surface.fire("wheel", { deltaY: -100, deltaMode: 0, clientX: 200, clientY: 200, ...modifiers });
    return plane.view.zoom > zoomBefore;
  };
  assert.equal(turn(), false);
  assert.deepEqual([hint.hidden, hint.textContent.includes("hold Ctrl")], [false, true]);
  clock.pass(5000);
  assert.equal(hint.hidden, true);
  assert.equal(turn(), false);
  assert.equal(hint.hidden, true, "it is said once");
  assert.equal(turn({ ctrlKey: true }), true);
  surface.focus();
  assert.equal(turn(), true);
  delete window.sessionStorage;
});
