import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { clock } from "./page.mjs";

const { announceWaits } = await import("../../app/components/js/host/wait_announcements.js");

test("a screen reader hears of a long wait in the page's words, seldom again, and of no other animation", () => {
  const app = host();
  Object.assign(globalThis, {
    getComputedStyle: (_, part) => ({ content: part === "::after" ? '"Preparing …"' : "none" }),
  });
  let hear = (_) => {};
  announceWaits(
    /** @type {any} */ ({
      body: document.body,
      addEventListener: (name, act) => name === "animationstart" && (hear = act),
    }),
  );
  const [said] = document.body.querySelectorAll("[role=status]");
  const texts = [];
  const { replaceChildren } = said;
  said.replaceChildren = (...nodes) => (texts.push(nodes.join("")), replaceChildren.apply(said, nodes));
  hear({ animationName: "spin", target: app });
  assert.deepEqual(texts, []);
  hear({ animationName: "wait", target: app });
  clock.pass(3000);
  hear({ animationName: "wait", target: app });
  clock.pass(4000);
  assert.deepEqual(texts, ["Preparing …"]);
  clock.pass(2000);
  hear({ animationName: "wait", target: app });
  assert.deepEqual(texts, ["Preparing …", "", "Preparing …"]);
});
