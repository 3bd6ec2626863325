import assert from "node:assert/strict";
import { test } from "node:test";
import { Element, host } from "./dom.mjs";
import { EventEmitter } from "../src/base/events.ts";
import { drawTool } from "../src/drawing/draw_tool.ts";

/**
 * A plane with the tool in a closed section, which is hidden if the page has no such tool; `openedTools` lists the
 * sections that were opened.
 */
function planeWithTool(isHidden) {
  const root = host();
  const surface = root.appendChild(new Element("div"));
  const openedTools = [];
  const tools = {
    isAvailable: () => !isHidden,
    isOpen: () => openedTools.length > 0,
    openAndFocus: (id) => openedTools.push(id),
  };
  const plane = /** @type {any} */ ({
    events: new EventEmitter(),
    addOverlay: () => {},
    parts: { root },
    tools,
    header: {},
    redrawOverlays: () => {},
  });
  const section = root.appendChild(new Element("div"));
  new drawTool.Kind(plane, section);
  const statusText = () => section.querySelectorAll("[role=status]").at(-1).textContent;
  return { surface, openedTools, statusText, zone: section.querySelector(".lp-drop") };
}

const files = { types: ["Files"], files: [{ name: "notes.txt", type: "text/plain", size: 5 }] };

test("an image dropped on the plane is read and opens the section; the browser does not navigate to it", () => {
  const { surface, openedTools, statusText, zone } = planeWithTool(false);
  assert.ok(surface.fire("dragover", { dataTransfer: files }).prevented);
  assert.ok(zone.classes.has("lp-over"));
  assert.ok(surface.fire("drop", { dataTransfer: files }).prevented);
  assert.deepEqual(openedTools, ["draw"]);
  assert.equal(statusText(), "Reading the image …");
  assert.ok(!zone.classes.has("lp-over"));
});

test("the tool ignores dropped text, and on a page without the tool dropped files are ignored", () => {
  const { surface, openedTools } = planeWithTool(false);
  assert.ok(!surface.fire("dragover", { dataTransfer: { types: ["text/plain"], files: [] } }).prevented);
  const planeWithoutTool = planeWithTool(true);
  assert.ok(!planeWithoutTool.surface.fire("drop", { dataTransfer: files }).prevented);
  assert.deepEqual([openedTools, planeWithoutTool.openedTools], [[], []]);
});
