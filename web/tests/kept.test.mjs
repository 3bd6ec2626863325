import assert from "node:assert/strict";
import { test } from "node:test";
import { pageEvents } from "../src/base/events.ts";
import { clock, messageOf, makePlane } from "./page.mjs";

const NAMES = {
  z: "z",
  picked: "point",
  layers: "layers",
  view: "window",
  hidden: "hidden",
  lasso: "lasso",
  open: "open",
};
const ROUND = [-0.5, -0.5, 0.5, -0.5, 0.5, 0.5, -0.5, 0.5]; // encloses only the first code

let revisions = 0; // one for each plane, because the page remembers a revision's layers

/** A plane whose state goes into links; its first message had the texts of the settings of a link. */
function planeInLinks(settingTexts = {}, headerChanges = {}) {
  const page = makePlane();
  const header = {
    revision: `kept ${++revisions}`,
    names: NAMES,
    kept: settingTexts,
    report: ["view", "layers", "hidden", "lasso", "open"],
    ...headerChanges,
  };
  const receive = (texts, changes = {}) => {
    page.plane.update(messageOf({ ...header, setting_texts: texts, ...changes }));
    clock.pass(2000);
  };
  receive(settingTexts);
  return { ...page, receive };
}

/** The parameters of a link that is copied now; the plane is closed after it. */
function linkOf(plane, query = "") {
  const parameters = new URLSearchParams(query);
  pageEvents.emit("link", { query: parameters });
  plane.close();
  return Object.fromEntries(parameters);
}

test("a link that is copied at once holds changes that Python has not been told yet", () => {
  const { plane, messages } = planeInLinks();
  plane.setZ(Float32Array.of(0.25, -1), "drag");
  plane.changeView(() => plane.view.zoomAt(2, 200, 200));
  plane.toggleClass(1);
  plane.selectInside(ROUND);
  plane.settings.layers.judge = true;
  assert.deepEqual(messages, []);
  assert.deepEqual(linkOf(plane, "y=3&hidden=0"), {
    y: "3",
    z: "0.25,-1",
    layers: "codes,judge",
    window: "-2,2,-2,2",
    hidden: "1",
    lasso: ROUND.join(),
  });
});

test("default values are removed from a link, and a plane without parameter names leaves the link alone", () => {
  const { plane } = planeInLinks();
  assert.deepEqual(linkOf(plane, "window=0,1,0,1&hidden=1&lasso=1&open=draw&layers=codes"), {
    z: "0,0",
    layers: "codes",
  });
  const unnamedPlane = planeInLinks({}, { names: undefined }).plane;
  assert.deepEqual(linkOf(unnamedPlane, "window=0,1,0,1"), { window: "0,1,0,1" });
});

test("a closed plane adds nothing to a link", () => {
  const { plane, messages } = planeInLinks();
  plane.toggleClass(1);
  plane.close();
  assert.deepEqual(linkOf(plane), {});
  plane.sendPending();
  assert.deepEqual(messages, [], "nor is Python told of a change any more");
});

test("a link restores hidden classes, the lasso's selection and open sections", () => {
  const { plane } = planeInLinks({ hidden: "0", lasso: "-0.5,0.5,0.5,0.5,0.5,1.5,-0.5,1.5", open: "inspect" });
  assert.deepEqual([...plane.settings.hidden], [0]);
  assert.deepEqual([...(plane.selection.mask ?? [])], [0, 0, 1, 0]);
  assert.ok(plane.tools.isOpen("inspect"));
  plane.close();
});

test("Python is told of a change after a pause, and a late echo does not undo a newer change", () => {
  const { plane, messages, receive } = planeInLinks();
  plane.toggleClass(0);
  plane.toggleClass(1);
  clock.pass(1000);
  assert.deepEqual(messages, [["hidden", { text: "0,1" }]]);
  plane.toggleClass(0);
  receive({ hidden: "0,1" });
  assert.deepEqual([...plane.settings.hidden], [1], "a late echo of the earlier value");
  receive({ hidden: "1" });
  receive({});
  assert.deepEqual([...plane.settings.hidden], [], "a link without hidden classes is applied");
  plane.close();
});

test("a change of page before the pause sends a pending change, once", () => {
  const { plane, messages } = planeInLinks();
  plane.toggleClass(1);
  plane.sendPending();
  clock.pass(1000);
  assert.deepEqual(messages, [["hidden", { text: "1" }]]);
  plane.close();
});

test("a view is restored exactly, and the home view is not kept", () => {
  const { plane, messages } = planeInLinks();
  plane.view.resize(731, 412);
  plane.changeView(() => plane.view.zoomAt(3.7, 123, 45));
  clock.pass(1000);
  const [[, box]] = messages;
  const restoredPlane = planeInLinks({}, { view: box }).plane;
  restoredPlane.view.resize(731, 412);
  assert.ok(
    Math.abs(restoredPlane.view.scale - plane.view.scale) < 1e-9 &&
      Math.abs(restoredPlane.view.centre[0] - plane.view.centre[0]) < 1e-9,
  );
  plane.changeView(() => plane.view.goHome());
  clock.pass(1000);
  assert.deepEqual(messages.at(-1), ["view", { home: true }]);
  for (const openPlane of [plane, restoredPlane]) openPlane.close();
});

test("of two linked planes, the one that was clicked puts z into the link", () => {
  const { plane } = planeInLinks({}, { link: { group: "kept", side: 1, title: "", shares: [] } });
  const query = new URLSearchParams("z=9,9&point=7~0");
  plane.pickCode(3, "link");
  pageEvents.emit("link", { query });
  assert.equal(query.get("z"), "9,9");
  plane.pickCode(2);
  pageEvents.emit("link", { query });
  assert.deepEqual([query.get("z"), query.get("point")], ["0,1", "2~1"]);
  plane.close();
});

test("a selection waiting for its training step stays in the link until a newer one or another revision comes", () => {
  const outlineText = `${ROUND.join()}~`;
  const selectionAfterStep = (plane) => {
    plane.setPastFrame({ step: 1, surface: null, discriminatorAt: () => NaN, codeOf: () => null });
    plane.events.emit("moment");
    return [...(plane.selection.mask ?? [])];
  };
  assert.equal(linkOf(planeInLinks({ lasso: outlineText }).plane).lasso, outlineText);
  const first = planeInLinks({ lasso: outlineText }).plane;
  assert.deepEqual(selectionAfterStep(first), [1, 0, 0, 0]);
  const second = planeInLinks({ lasso: outlineText }).plane;
  second.selectCodes(Uint8Array.of(0, 0, 0, 1));
  assert.deepEqual(selectionAfterStep(second), [0, 0, 0, 1]);
  const third = planeInLinks({ lasso: outlineText });
  third.receive({}, { revision: "another" });
  assert.deepEqual(selectionAfterStep(third.plane), []);
  for (const plane of [first, second, third.plane]) plane.close();
});

test("a selection that waits is not lost when the plane meets one without a selection, whichever comes first", () => {
  const outlineText = `${ROUND.join()}~`;
  for (const waits of [0, 1]) {
    const sides = [0, 1].map((place) => {
      const side = place ? 1 - waits : waits; // the one that waits comes first or second
      return {
        side,
        ...planeInLinks(side ? { lasso: outlineText } : {}, {
          link: { group: `waits ${waits}`, side, title: "", shares: ["images"] },
        }),
      };
    });
    const [left, right] = [0, 1].map((sideIndex) => /** @type {any} */ (sides.find(({ side }) => side === sideIndex)));
    for (const { plane } of [left, right])
      plane.setPastFrame({ step: 1, surface: null, discriminatorAt: () => NaN, codeOf: () => null });
    right.plane.events.emit("moment");
    clock.pass(2000);
    assert.deepEqual(
      [left, right].map(({ plane }) => [...(plane.selection.mask ?? [])]),
      [
        [1, 0, 0, 0],
        [1, 0, 0, 0],
      ],
    );
    assert.deepEqual(
      [left, right].flatMap(({ messages }) =>
        messages.filter(([key, { text }]) => key === "lasso" && text !== outlineText),
      ),
      [],
    );
    assert.deepEqual(
      [left, right].map(({ plane }) => plane.urlState.textOf("lasso")),
      ["", outlineText],
      "the plane that follows has no outline",
    );
    for (const { plane } of [left, right]) plane.close();
  }
});
