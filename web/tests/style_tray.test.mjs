import assert from "node:assert/strict";
import test from "node:test";

import "./dom.mjs";
import { ImageTray } from "../src/style/style_tray.ts";

test("after an image is chosen by keyboard, it keeps the focus and is the tray's only tab stop", () => {
  const chosenImages = [];
  const tray = new ImageTray({
    chosen: (image) => chosenImages.push(image),
    picture: () => null,
    nameOf: (image) => String(image),
  });
  document.body.append(tray.root);
  tray.setLabels([0, 0, 1, 1, 2, 2]);
  const options = () => /** @type {any[]} */ ([...tray.list.querySelectorAll("[role=option]")]);
  options()[2].focus();
  options()[2].fire("keydown", { key: "Enter" });
  assert.equal(document.activeElement, options()[2]);
  assert.deepEqual(
    [chosenImages.at(-1), options()[2].getAttribute("aria-selected")],
    [Number(options()[2].dataset.image), "true"],
  );
  assert.deepEqual(
    options().map((option) => option.tabIndex),
    options().map((_, k) => (k === 2 ? 0 : -1)),
  );
  options()[2].fire("keydown", { key: "Escape" });
  assert.deepEqual([chosenImages.at(-1), document.activeElement], [-1, options()[2]]);
});

test("the tray of fewer images shows none of those that there were before", () => {
  const requestedImages = [];
  const tray = new ImageTray({
    chosen: () => {},
    picture: (image) => (requestedImages.push(image), null),
    nameOf: (image) => String(image),
  });
  tray.setLabels(Array.from({ length: 20 }, (_, k) => k % 2));
  requestedImages.length = 0;
  tray.setLabels([0, 1, 0]);
  assert.deepEqual([...new Set(requestedImages)].sort(), [0, 1, 2]);
});
