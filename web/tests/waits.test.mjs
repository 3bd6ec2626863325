import assert from "node:assert/strict";
import { test } from "node:test";
import { document, host } from "./dom.mjs";
import { clock } from "./page.mjs";

const { announceWaits } = await import("../src/host/wait_announcements.ts");

test("a screen reader hears of a long wait in the page's words, seldom again, and of no other animation", () => {
  const target = host();
  Object.assign(globalThis, {
    getComputedStyle: (_, part) => ({ content: part === "::after" ? '"Preparing …"' : "none" }),
  });
  let animationListener = (_) => {};
  announceWaits(
    /** @type {any} */ ({
      body: document.body,
      addEventListener: (name, act) => name === "animationstart" && (animationListener = act),
    }),
  );
  const [statusElement] = document.body.querySelectorAll("[role=status]");
  const texts = [];
  const { replaceChildren } = statusElement;
  statusElement.replaceChildren = (...nodes) => (
    texts.push(nodes.join("")),
    replaceChildren.apply(statusElement, nodes)
  );
  animationListener({ animationName: "spin", target });
  assert.deepEqual(texts, []);
  animationListener({ animationName: "wait", target });
  clock.pass(3000);
  animationListener({ animationName: "wait", target });
  clock.pass(4000);
  assert.deepEqual(texts, ["Preparing …"]);
  clock.pass(2000);
  animationListener({ animationName: "wait", target });
  assert.deepEqual(texts, ["Preparing …", "", "Preparing …"]);
});
