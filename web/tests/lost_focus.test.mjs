import assert from "node:assert/strict";
import { test } from "node:test";
import { document, Element } from "./dom.mjs";
import { keepFocusInPage } from "../src/host/lost_focus.ts";

/** A page with a title and a button, which has the focus by keyboard. */
function openPage() {
  const [main, title, button] = ["section", "h1", "button"].map((tag) => new Element(tag));
  main.setAttribute("data-testid", "stMain");
  main.append(title, button);
  document.body.replaceChildren(main);
  const observers = [];
  globalThis.MutationObserver = /** @type {any} */ (
    class {
      constructor(act) {
        observers.push(act);
      }
      observe() {}
    }
  );
  globalThis.requestAnimationFrame = /** @type {any} */ ((act) => act());
  keepFocusInPage(
    /** @type {any} */ ({
      body: document.body,
      documentElement: document.documentElement,
      addEventListener: (name, act) => document.body.addEventListener(name, act),
      querySelector: () => title,
      get activeElement() {
        return document.activeElement ?? document.body;
      },
    }),
  );
  button.state = ":focus-visible";
  button.focus();
  const removeButton = () => {
    button.remove();
    for (const act of observers) act();
  };
  return { main, title, button, removeButton };
}

test("the title gets the focus when the focused element is removed", () => {
  const { title, removeButton } = openPage();
  removeButton();
  assert.equal(document.focused, title);
});

test("the title gets no focus that a press elsewhere had taken away", () => {
  const { main, button, removeButton } = openPage();
  main.fire("pointerdown");
  document.focused = null;
  removeButton();
  assert.deepEqual([document.focused, button.isConnected], [null, false]);
});
