/**
 * The graph x → encoder → z → decoder → x̂ with D attached to z: an SVG whose parts can be highlighted, with images of
 * the mini-batch.
 */

import { findElement, svgElement } from "../base/dom.js";
import { formatNumber } from "../base/number_format.js";

const THUMB = 27;

/** Boxes by name: left, top, width, height, title. @type {Object<string, [number, number, number, number, string]>} */
const BOXES = {
  x: [4, 40, 66, 96, "x"],
  encoder: [98, 58, 78, 60, "encoder"],
  z: [204, 58, 48, 60, "z"],
  decoder: [280, 58, 78, 60, "decoder"],
  xhat: [386, 40, 66, 96, "x̂"],
  p: [98, 196, 78, 50, "prior p(z)"],
  D: [196, 196, 64, 50, "D"],
  dOfZ: [290, 172, 162, 98, "D(z)"],
  y: [204, 40, 48, 38, "y"],
};
/** Arrows by name: x1, y1, x2, y2. @type {Object<string, number[]>} */
const ARROWS = {
  "x-encoder": [72, 88, 95, 88],
  "encoder-z": [178, 88, 201, 88],
  "z-decoder": [254, 88, 277, 88],
  "decoder-xhat": [360, 88, 383, 88],
  "z-D": [228, 120, 228, 193],
  "p-D": [178, 221, 193, 221],
  "D-dOfZ": [262, 221, 287, 221],
  "encoder-y": [178, 70, 201, 64],
  "y-decoder": [254, 64, 277, 70],
  "y-D": [276, 162, 256, 193],
};
/**
 * Where the content y stands: above z if it is part of the code (then z moves down), or beside a D that is conditioned
 * on it.
 */
const CONTENT_PLACES = { z: [204, 92, 48, 38], code: [204, 40, 48, 38], told: [258, 128, 48, 32] };
const ARROW_HEIGHTS = { alone: 88, beside: 109 }; // y coordinate of the arrows to and from z
/** @type {Object<string, string>} */
// y is highlighted together with z
const HIGHLIGHTED_WITH = { y: "z", "encoder-y": "encoder-z", "y-decoder": "z-decoder", "y-D": "z-D" };
/** The visible parts of y, by where y comes from. @type {Object<string, string[]>} */
const CONTENT_PARTS = {
  "": [],
  inferred: ["y", "encoder-y", "y-decoder"],
  given: ["y", "y-decoder"],
  told: ["y", "y-D"],
};
const NETS = { encoder: "encoder", decoder: "decoder", D: "discriminator" };
const ADVERSARY = ["p", "D", "dOfZ", "z-D", "p-D", "D-dOfZ"];

export class Graph {
  constructor() {
    /** @type {Object<string, SVGGElement>} */
    this.parts = {};
    for (const [name, [x1, y1, x2, y2]] of Object.entries(ARROWS)) {
      this.parts[name] = svgElement(
        "g",
        { class: "gb-part", "data-part": name },
        svgElement("line", { x1, y1, x2, y2, "marker-end": "url(#gb-tip)" }),
      );
    }
    for (const name of Object.keys(BOXES)) this.parts[name] = boxElement(name);
    this.parts.cost = svgElement(
      "g",
      { class: "gb-part", "data-part": "cost" },
      svgElement("path", { d: "M37 18 C 60 2, 396 2, 419 18", "stroke-dasharray": "5 4" }),
      svgElement("text", { x: 228, y: 24, class: "gb-note" }, "compared: the reconstruction cost"),
    );
    this.contentNote = svgElement("text", { x: 132, y: 266, class: "gb-note" }, "a second D judges y");
    this.parts.p.append(this.contentNote);
    this.showContent("");
    this.root = svgElement(
      "svg",
      { viewBox: "0 0 456 276", preserveAspectRatio: "xMinYMin", class: "gb-graph", role: "img" },
      svgElement(
        "defs",
        {},
        svgElement(
          "marker",
          { id: "gb-tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
          svgElement("path", { d: "M0 0 L8 4 L0 8 z" }),
        ),
      ),
      ...Object.values(this.parts),
    );
  }

  /** @param {boolean} isVisible whether the model has an adversary */
  showAdversary(isVisible) {
    for (const name of ADVERSARY) this.parts[name].style.display = isVisible ? "" : "none";
    this.root.setAttribute(
      "aria-label",
      `Graph: x, encoder, z, decoder, x̂${isVisible ? ", and D, which compares z with the prior" : ""}`,
    );
    this.root.setAttribute("viewBox", isVisible ? "0 0 456 276" : "0 0 456 150");
  }

  /** @param {string} y "inferred" by the encoder, "given" to the decoder, "told" to D, or "" without content */
  showContent(y) {
    const isPartOfCode = y === "inferred" || y === "given";
    for (const name of Object.keys(HIGHLIGHTED_WITH))
      this.parts[name].style.display = CONTENT_PARTS[y].includes(name) ? "" : "none";
    this.contentNote.style.display = y === "inferred" ? "" : "none";
    placeBox(this.parts.z, isPartOfCode ? CONTENT_PLACES.z : BOXES.z.slice(0, 4));
    placeBox(this.parts.y, y === "told" ? CONTENT_PLACES.told : CONTENT_PLACES.code);
    const level = isPartOfCode ? ARROW_HEIGHTS.beside : ARROW_HEIGHTS.alone;
    for (const name of ["encoder-z", "z-decoder"])
      for (const end of ["y1", "y2"]) this.parts[name].children[0].setAttribute(end, String(level));
    this.parts["z-D"].children[0].setAttribute("y1", isPartOfCode ? "132" : "120");
  }

  /**
   * Fills in the images at both ends, and D(z) of their codes.
   * @param {{x: string[], xhat: string[], d: ArrayLike<number> | null}} items
   */
  showItems({ x, xhat, d }) {
    for (const [name, images] of Object.entries({ x, xhat })) {
      const [left, top] = BOXES[name];
      findElement(this.parts[name], ".gb-items").replaceChildren(
        ...images.map((href, k) =>
          thumbnailElement(href, k, left + 4 + (THUMB + 4) * (k % 2), top + 5 + (THUMB + 3) * Math.floor(k / 2)),
        ),
      );
    }
    const bars = d ? Array.from(d).slice(0, x.length) : [];
    findElement(this.parts.dOfZ, ".gb-items").replaceChildren(...bars.map(barElement));
  }

  /** Highlights these parts; null: all. @param {Set<string> | null} names */
  highlight(names) {
    for (const [name, part] of Object.entries(this.parts))
      part.classList.toggle("gb-dim", Boolean(names && !names.has(name) && !names.has(HIGHLIGHTED_WITH[name])));
  }

  /** Writes how far each network's weights moved; null hides it. @param {Object<string, number> | null} moved */
  showMovement(moved) {
    for (const [name, net] of Object.entries(NETS)) {
      const length = moved?.[net];
      this.parts[name].classList.toggle("gb-moved", Boolean(length));
      findElement(this.parts[name], ".gb-note").textContent =
        moved === null ? "" : length ? `moved by ${formatNumber(length, 3)}` : "stood still";
    }
  }

  /** Marks an item; −1 marks none. @param {number} item */
  markItem(item) {
    for (const itemElement of this.root.querySelectorAll("[data-item]"))
      itemElement.classList.toggle("gb-pointed", Number(itemElement.getAttribute("data-item")) === item);
  }
}

/** @param {string} name @returns {SVGGElement} */
function boxElement(name) {
  const [left, top, width, height, title] = BOXES[name];
  const middle = left + width / 2;
  const titleTop = name === "x" || name === "xhat" ? top - 7 : name === "dOfZ" ? top + 15 : top + height / 2 + 5;
  return svgElement(
    "g",
    { class: `gb-part gb-${name in NETS ? "net" : "value"}`, "data-part": name },
    svgElement("rect", { x: left, y: top, width, height, rx: name in NETS ? 8 : 3 }),
    svgElement("text", { x: middle, y: titleTop, class: "gb-title" }, title),
    svgElement("text", { x: middle, y: top + height + 14, class: "gb-note" }),
    svgElement("g", { class: "gb-items" }),
  );
}

/**
 * Moves a box with its title.
 * @param {SVGGElement} part
 * @param {(number | string)[]} place left, top, width, height
 */
function placeBox(part, place) {
  const [left, top, width, height] = place.map(Number);
  for (const [name, value] of Object.entries({ x: left, y: top, width, height }))
    part.children[0].setAttribute(name, String(value));
  part.children[1].setAttribute("x", String(left + width / 2));
  part.children[1].setAttribute("y", String(top + height / 2 + 5));
}

/**
 * @param {string} href
 * @param {number} item
 * @param {number} x
 * @param {number} y
 * @returns {SVGGElement}
 */
function thumbnailElement(href, item, x, y) {
  return svgElement(
    "g",
    { "data-item": item, class: "gb-item" },
    svgElement("rect", { x: x - 1, y: y - 1, width: THUMB + 2, height: THUMB + 2 }),
    svgElement("image", { href, x, y, width: THUMB, height: THUMB }),
  );
}

/**
 * D(z) of an item as a bar from 0 to 1.
 * @param {number} value
 * @param {number} item
 * @returns {SVGGElement}
 */
function barElement(value, item) {
  const [left, top] = BOXES.dOfZ;
  const y = top + 22 + 12 * item;
  return svgElement(
    "g",
    { "data-item": item, class: "gb-item" },
    svgElement("text", { x: left + 12, y: y + 9, class: "gb-small" }, String(item + 1)),
    svgElement("rect", { x: left + 22, y, width: 100, height: 9, class: "gb-rail" }),
    svgElement("rect", {
      x: left + 22,
      y,
      width: Math.max(1, 100 * value),
      height: 9,
      class: value < 0.5 ? "gb-code" : "gb-prior",
    }),
    svgElement("text", { x: left + 142, y: y + 9, class: "gb-small" }, formatNumber(value)),
  );
}
