import assert from "node:assert/strict";
import { test } from "node:test";
import "./page.mjs";
import { verdictSentence } from "../src/aggregate/aggregate_board.ts";
import { DivergenceBars } from "../src/aggregate/divergence_bars.ts";
import { EllipsePlane } from "../src/aggregate/ellipse_plane.ts";

const parts = (information, kl) => ({ mean_kl: information + kl, information, aggregate_kl: kl });

test("the second part begins where the first ends", () => {
  const bars = new DivergenceBars();
  bars.show(parts(2.2, 3.3));
  const { output, parts: pieces } = bars.rows.get("mean_kl");
  assert.equal(output.textContent, "5.50 nats");
  assert.deepEqual(
    pieces.map(({ style }) => [style.left, style.width].map((text) => Math.round(parseFloat(text)))),
    [
      [0, 20],
      [20, 30],
    ],
  );
  assert.equal(Math.round(parseFloat(bars.rows.get("aggregate_kl").parts[0].style.left)), 20);
});

test("what the bars say is said in words", () => {
  assert.match(verdictSentence(parts(0.01, 0.01)), /collapse/);
  assert.match(verdictSentence(parts(2.95, 3)), /hardly overlap.*3\.00/);
  assert.match(verdictSentence(parts(1.2, 0.1)), /nearly the prior/);
  assert.match(verdictSentence(parts(1.2, 0.9)), /same z/);
});

test("keys choose an ellipse and move it", () => {
  const events = [];
  const plane = new EllipsePlane({
    onChoose: (index) => events.push(["chosen", index]),
    onMove: (...moves) => events.push(["moved", ...moves]),
    onRelease: () => events.push(["released"]),
  });
  plane.posteriors = { means: [0, 0, 1, 1], widths: [1, 1, 1, 1] };
  const press = (key, modifiers = {}) =>
    plane.handleKey({ key, preventDefault: () => {}, stopPropagation: () => {}, ...modifiers });
  press("n");
  press("ArrowUp");
  press("x");
  press("n", { ctrlKey: true });
  press("N");
  assert.deepEqual(events, [["chosen", 1], ["moved", 1, 0, 0.1], ["released"], ["chosen", 0]]);
});
