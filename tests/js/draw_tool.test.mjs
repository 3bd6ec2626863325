import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";
import { Events } from "../../app/components/js/base/events.js";
import { draw } from "../../app/components/js/drawing/draw_tool.js";

/** A plane with the tool in a closed section, hidden where the page has none; what was opened. */
function made(hidden) {
  const root = host();
  const surface = root.appendChild(new Element("div"));
  const details = { hidden };
  const opened = [];
  const tools = { sections: new Map([["draw", details]]), isOpen: () => opened.length > 0, open: (id) => opened.push(id) };
  const plane = /** @type {any} */ ({ events: new Events(), overlays: [], parts: { root }, tools, header: {}, redrawOver: () => {} });
  const section = root.appendChild(new Element("div"));
  new draw.Kind(plane, section);
  const said = () => section.querySelectorAll("[role=status]").at(-1).textContent;
  return { surface, opened, said, zone: section.querySelector(".lp-drop") };
}

const files = { types: ["Files"], files: [{ name: "notes.txt", type: "text/plain", size: 5 }] };

test("an image that is dropped on the plane is taken, and the section opens; the browser does not open it in the app's place", () => {
  const { surface, opened, said, zone } = made(false);
  assert.ok(surface.fire("dragover", { dataTransfer: files }).prevented);
  assert.ok(zone.classes.has("lp-over"));
  assert.ok(surface.fire("drop", { dataTransfer: files }).prevented);
  assert.deepEqual(opened, ["draw"]);
  assert.equal(said(), "Reading the image …");
  assert.ok(!zone.classes.has("lp-over"));
});

test("text is not for this tool, and a page without it leaves files to others", () => {
  const { surface, opened } = made(false);
  assert.ok(!surface.fire("dragover", { dataTransfer: { types: ["text/plain"], files: [] } }).prevented);
  const without = made(true);
  assert.ok(!without.surface.fire("drop", { dataTransfer: files }).prevented);
  assert.deepEqual([opened, without.opened], [[], []]);
});
