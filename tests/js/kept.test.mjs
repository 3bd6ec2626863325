import assert from "node:assert/strict";
import { test } from "node:test";
import { pageEvents } from "../../app/components/js/base/events.js";
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

/** A plane whose state goes into links; its first message had the texts `kept` of a link. */
function planeInLinks(kept = {}, more = {}) {
  const made = makePlane();
  const header = {
    revision: `kept ${++revisions}`,
    names: NAMES,
    kept,
    report: ["view", "layers", "hidden", "lasso", "open"],
    ...more,
  };
  const hear = (texts, others = {}) => {
    made.plane.update(messageOf({ ...header, setting_texts: texts, ...others }));
    clock.pass(2000);
  };
  hear(kept);
  return { ...made, hear };
}

/** The parameters of a link that is copied now; the plane is closed after it. */
function linkOf(plane, query = "") {
  const found = new URLSearchParams(query);
  pageEvents.emit("link", { query: found });
  plane.close();
  return Object.fromEntries(found);
}

test("a link that is copied at once holds changes that Python has not been told yet", () => {
  const { plane, heard } = planeInLinks();
  plane.setZ(Float32Array.of(0.25, -1), "drag");
  plane.changeView(() => plane.view.zoomAt(2, 200, 200));
  plane.toggleClass(1);
  plane.selectInside(ROUND);
  plane.settings.layers.judge = true;
  assert.deepEqual(heard, []);
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
  const other = planeInLinks({}, { names: undefined }).plane;
  assert.deepEqual(linkOf(other, "window=0,1,0,1"), { window: "0,1,0,1" });
});

test("a closed plane adds nothing to a link", () => {
  const { plane, heard } = planeInLinks();
  plane.toggleClass(1);
  plane.close();
  assert.deepEqual(linkOf(plane), {});
  plane.sendPending();
  assert.deepEqual(heard, [], "nor is Python told of a change any more");
});

test("a link restores hidden classes, the lasso's selection and open sections", () => {
  const { plane } = planeInLinks({ hidden: "0", lasso: "-0.5,0.5,0.5,0.5,0.5,1.5,-0.5,1.5", open: "inspect" });
  assert.deepEqual([...plane.settings.hidden], [0]);
  assert.deepEqual([...(plane.selection.mask ?? [])], [0, 0, 1, 0]);
  assert.ok(plane.tools.isOpen("inspect"));
  plane.close();
});

test("Python is told of a change after a pause, and a late echo does not undo a newer change", () => {
  const { plane, heard, hear } = planeInLinks();
  plane.toggleClass(0);
  plane.toggleClass(1);
  clock.pass(1000);
  assert.deepEqual(heard, [["hidden", { text: "0,1" }]]);
  plane.toggleClass(0);
  hear({ hidden: "0,1" });
  assert.deepEqual([...plane.settings.hidden], [1], "a late echo of the earlier value");
  hear({ hidden: "1" });
  hear({});
  assert.deepEqual([...plane.settings.hidden], [], "a link without hidden classes is applied");
  plane.close();
});

test("a change of page before the pause sends a pending change, once", () => {
  const { plane, heard } = planeInLinks();
  plane.toggleClass(1);
  plane.sendPending();
  clock.pass(1000);
  assert.deepEqual(heard, [["hidden", { text: "1" }]]);
  plane.close();
});

test("a view is restored exactly, and the home view is not kept", () => {
  const { plane, heard } = planeInLinks();
  plane.view.resize(731, 412);
  plane.changeView(() => plane.view.zoomAt(3.7, 123, 45));
  clock.pass(1000);
  const [[, box]] = heard;
  const other = planeInLinks({}, { view: box }).plane;
  other.view.resize(731, 412);
  assert.ok(
    Math.abs(other.view.scale - plane.view.scale) < 1e-9 &&
      Math.abs(other.view.centre[0] - plane.view.centre[0]) < 1e-9,
  );
  plane.changeView(() => plane.view.goHome());
  clock.pass(1000);
  assert.deepEqual(heard.at(-1), ["view", { home: true }]);
  for (const each of [plane, other]) each.close();
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
  const waiting = `${ROUND.join()}~`;
  const shown = (plane) => {
    plane.setPastFrame({ step: 1, surface: null, discriminatorAt: () => NaN, codeOf: () => null });
    plane.events.emit("moment");
    return [...(plane.selection.mask ?? [])];
  };
  assert.equal(linkOf(planeInLinks({ lasso: waiting }).plane).lasso, waiting);
  const first = planeInLinks({ lasso: waiting }).plane;
  assert.deepEqual(shown(first), [1, 0, 0, 0]);
  const second = planeInLinks({ lasso: waiting }).plane;
  second.selectCodes(Uint8Array.of(0, 0, 0, 1));
  assert.deepEqual(shown(second), [0, 0, 0, 1]);
  const third = planeInLinks({ lasso: waiting });
  third.hear({}, { revision: "another" });
  assert.deepEqual(shown(third.plane), []);
  for (const plane of [first, second, third.plane]) plane.close();
});

test("a selection that waits is not lost when the plane meets one without a selection, whichever comes first", () => {
  const waiting = `${ROUND.join()}~`;
  for (const waits of [0, 1]) {
    const sides = [0, 1].map((place) => {
      const side = place ? 1 - waits : waits; // the one that waits comes first or second
      return {
        side,
        ...planeInLinks(side ? { lasso: waiting } : {}, {
          link: { group: `waits ${waits}`, side, title: "", shares: ["images"] },
        }),
      };
    });
    const [left, right] = [0, 1].map((wanted) => /** @type {any} */ (sides.find(({ side }) => side === wanted)));
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
      [left, right].flatMap(({ heard }) => heard.filter(([key, { text }]) => key === "lasso" && text !== waiting)),
      [],
    );
    assert.deepEqual(
      [left, right].map(({ plane }) => plane.urlState.textOf("lasso")),
      ["", waiting],
      "the plane that follows has no outline",
    );
    for (const { plane } of [left, right]) plane.close();
  }
});
