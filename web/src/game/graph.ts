/**
 * The graph x → encoder → z → decoder → x̂ with D attached to z: an SVG whose parts can be highlighted, with images of
 * the mini-batch. Where the encoder also infers the content y, a second discriminator D_y is attached to y.
 */

import { findElement, svgElement } from "../base/dom.ts";
import { createChangeDetector } from "../base/memoize.ts";
import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";

/** Left, top, width, height of a box, or x1, y1, x2, y2 of an arrow. */
type Place = [number, number, number, number];
/** q(y|x) of the items, row by row, and D_y of each; colours: of the classes, null where y is not their order. */
export type Content = {
  values: ArrayLike<number>;
  classes: number;
  verdicts: ArrayLike<number>;
  colours: string[] | null;
};

const THUMB = 27;
const WIDTH = 456;
const HEIGHTS = { withAdversary: 236, alone: 132 };
const PANEL = { top: 136, height: 98, firstRow: 22, pitch: 12, bar: 9 };
// from the panel's left edge
const CONTENT_COLUMNS = { number: 7, bars: 14, barsWidth: 52, verdict: 70, verdictWidth: 16, value: 101 };
const SUBSCRIPT = { dy: 3, "font-size": "75%" };

/** Boxes by name: their places and titles. */
const BOXES: Record<string, { place: Place; title: string }> = {
  x: { place: [4, 32, 66, 96], title: "x" },
  encoder: { place: [94, 50, 80, 60], title: translate("encoder") },
  z: { place: [204, 50, 48, 60], title: "z" },
  decoder: { place: [282, 50, 80, 60], title: translate("decoder") },
  xhat: { place: [386, 32, 66, 96], title: "x̂" },
  p: { place: [66, 156, 108, 44], title: translate("prior p(z)") },
  D: { place: [190, 156, 76, 44], title: "D" },
  dOfZ: { place: [290, PANEL.top, 162, PANEL.height], title: "D(z)" },
  y: { place: [204, 34, 48, 36], title: "y" },
  py: { place: [124, 206, 98, 26], title: translate("prior p(y)") },
  Dy: { place: [134, 146, 80, 44], title: "D" },
  dOfY: { place: [4, PANEL.top, 116, PANEL.height], title: "q(y|x)" },
};
/** Arrows by name. */
const ARROWS: Record<string, Place> = {
  "x-encoder": [72, 80, 91, 80],
  "encoder-z": [176, 80, 201, 80],
  "z-decoder": [254, 80, 279, 80],
  "decoder-xhat": [364, 80, 383, 80],
  "z-D": [228, 112, 228, 153],
  "p-D": [176, 178, 187, 178],
  "D-dOfZ": [268, 178, 287, 178],
  "y-decoder": [254, 52, 279, 66],
  "y-D": [272, 140, 254, 153],
  "encoder-y": [176, 80, 201, 80],
  "y-Dy": [206, 112, 184, 143],
  "py-Dy": [174, 204, 174, 193],
  "Dy-dOfY": [132, 168, 122, 168],
};
/**
 * What is different where the model has a content y, by where y comes from: "inferred" by the encoder, which makes it a
 * part of the code beside z, "given" to the decoder, or "told" to D. parts: those that other models do not have;
 * hidden: arrows that others stand for; places: of boxes and arrows.
 */
const LAYOUTS: Record<string, { parts: string[]; hidden: string[]; places: Record<string, Place> }> = {
  "": { parts: [], hidden: [], places: {} },
  inferred: {
    parts: ["y", "encoder-y", "y-decoder", "y-Dy", "Dy", "py", "py-Dy", "Dy-dOfY", "dOfY"],
    hidden: ["encoder-z", "z-decoder"],
    places: {
      y: [198, 50, 30, 60],
      z: [228, 50, 30, 60],
      "encoder-y": [176, 80, 195, 80],
      "y-decoder": [260, 80, 279, 80],
      "z-D": [250, 112, 272, 143],
      D: [242, 146, 80, 44],
      p: [231, 206, 100, 26],
      "p-D": [282, 204, 282, 193],
      "D-dOfZ": [324, 168, 334, 168],
      dOfZ: [336, PANEL.top, 116, PANEL.height],
    },
  },
  given: {
    parts: ["y", "y-decoder"],
    hidden: [],
    places: {
      z: [204, 80, 48, 36],
      "encoder-z": [176, 92, 201, 98],
      "z-decoder": [254, 98, 279, 92],
      "z-D": [228, 118, 228, 153],
    },
  },
  told: { parts: ["y", "y-D"], hidden: [], places: { y: [258, 118, 44, 22] } },
};
/** The arrow from an inferred y to a D that is told it. */
const CONDITION_ARROW: Place = [220, 112, 254, 143];
/** Parts that only some models have are highlighted with these. */
const COMPANIONS: Record<string, string[]> = {
  y: ["z"],
  "encoder-y": ["encoder-z"],
  "y-decoder": ["z-decoder"],
  "y-D": ["z-D"],
  "y-Dy": ["z-D"],
  Dy: ["D"],
  py: ["p"],
  "py-Dy": ["p-D"],
  "Dy-dOfY": ["D-dOfZ"],
  dOfY: ["dOfZ", "y"],
};
const NETS = { encoder: "encoder", decoder: "decoder", D: "discriminator", Dy: "content_discriminator" };
const ADVERSARY = ["p", "D", "dOfZ", "z-D", "p-D", "D-dOfZ"];

export class Graph {
  parts: Record<string, SVGGElement> = {};
  root: SVGSVGElement;
  /** Of D(z). */
  panelPlace: Place;
  isOtherModel;

  constructor() {
    for (const name of Object.keys(ARROWS)) this.parts[name] = arrowElement(name);
    for (const name of Object.keys(BOXES)) this.parts[name] = boxElement(name);
    this.parts.cost = svgElement(
      "g",
      { class: "gb-part", "data-part": "cost" },
      svgElement("path", { d: "M50 24 C 90 4, 366 4, 406 24", "stroke-dasharray": "5 4" }),
      svgElement("text", { x: 228, y: 26, class: "gb-note" }, translate("compared: the reconstruction cost")),
    );
    const [panelLeft] = BOXES.dOfY.place;
    this.parts.dOfY.append(
      svgElement(
        "text",
        {
          x: panelLeft + CONTENT_COLUMNS.verdict + CONTENT_COLUMNS.verdictWidth,
          y: PANEL.top + 15,
          class: "gb-title",
        },
        "D",
        svgElement("tspan", SUBSCRIPT, "y"),
      ),
    );
    this.root = svgElement(
      "svg",
      { preserveAspectRatio: "xMinYMin", class: "gb-graph", role: "img" },
      svgElement(
        "defs",
        {},
        svgElement(
          "marker",
          { id: "gb-tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" },
          svgElement("path", { d: "M0 0 L8 4 L0 8 z" }),
        ),
      ),
      ...Object.values(this.parts),
    );
    this.panelPlace = BOXES.dOfZ.place;
    this.isOtherModel = createChangeDetector();
    this.showModel(false, "");
  }

  /**
   * Shows the parts that the model has.
   * @param y where the content comes from, a name of LAYOUTS
   * @param isConditioned whether D is told an inferred y
   */
  showModel(hasAdversary: boolean, y: string, isConditioned: boolean = false) {
    if (!this.isOtherModel(hasAdversary, y, isConditioned)) return;
    const { hidden } = LAYOUTS[y];
    const parts = isConditioned ? [...LAYOUTS[y].parts, "y-D"] : LAYOUTS[y].parts;
    const places: Record<string, Place> = isConditioned
      ? { ...LAYOUTS[y].places, "y-D": CONDITION_ARROW }
      : LAYOUTS[y].places;
    for (const name of Object.keys(COMPANIONS)) setVisible(this.parts[name], parts.includes(name));
    for (const name of ["encoder-z", "z-decoder"]) setVisible(this.parts[name], !hidden.includes(name));
    for (const name of ADVERSARY) setVisible(this.parts[name], hasAdversary);
    for (const [name, { place }] of Object.entries(BOXES)) placeBox(name, this.parts[name], places[name] ?? place);
    for (const [name, place] of Object.entries(ARROWS)) placeArrow(this.parts[name], places[name] ?? place);
    this.panelPlace = places.dOfZ ?? BOXES.dOfZ.place;
    this.root.setAttribute("viewBox", `0 0 ${WIDTH} ${hasAdversary ? HEIGHTS.withAdversary : HEIGHTS.alone}`);
    this.root.setAttribute("aria-label", graphLabel(hasAdversary, isConditioned, parts.includes("Dy")));
  }

  /** Fills in the images at both ends, and what the adversaries say of their codes. */
  showItems({
    x,
    xhat,
    d,
    content,
  }: {
    x: string[];
    xhat: string[];
    d: ArrayLike<number> | null;
    content: Content | null;
  }) {
    for (const [name, images] of Object.entries({ x, xhat })) {
      const [left, top] = BOXES[name].place;
      findElement(this.parts[name], ".gb-items").replaceChildren(
        ...images.map((href, k) =>
          thumbnailElement(href, k, left + 4 + (THUMB + 4) * (k % 2), top + 5 + (THUMB + 3) * Math.floor(k / 2)),
        ),
      );
    }
    const verdicts = d ? Array.from(d).slice(0, x.length) : [];
    const [left, , width] = this.panelPlace;
    findElement(this.parts.dOfZ, ".gb-items").replaceChildren(
      ...verdicts.map((value, item) => verdictElement(value, item, left, width)),
    );
    findElement(this.parts.dOfY, ".gb-items").replaceChildren(
      ...(content ? x.map((_, item) => contentElement(content, item)) : []),
    );
  }

  /** Highlights these parts; null: all. */
  highlight(names: Set<string> | null) {
    for (const [name, part] of Object.entries(this.parts)) {
      const companions = [name, ...(COMPANIONS[name] ?? [])];
      part.classList.toggle("gb-dim", names !== null && !companions.some((companion) => names.has(companion)));
    }
  }

  /** Writes how far each network's weights moved; null hides it. */
  showMovement(moved: Record<string, number> | null) {
    for (const [name, net] of Object.entries(NETS)) {
      const length = moved?.[net] ?? 0;
      this.parts[name].classList.toggle("gb-moved", length > 0);
      findElement(this.parts[name], ".gb-note").textContent = moved === null ? "" : movementText(length);
    }
  }

  /** Marks an item; −1 marks none. */
  markItem(item: number) {
    for (const itemElement of this.root.querySelectorAll("[data-item]"))
      itemElement.classList.toggle("gb-pointed", Number(itemElement.getAttribute("data-item")) === item);
  }
}

/**
 * The name of the graph, by what judges the codes.
 * @param isConditioned D is told y
 * @param hasSecond there is a second D
 */
function graphLabel(hasAdversary: boolean, isConditioned: boolean, hasSecond: boolean): string {
  if (!hasAdversary) return translate("Graph: x, encoder, z, decoder, x̂");
  if (hasSecond)
    return isConditioned
      ? translate(
          "Graph: x, encoder, z, decoder, x̂, and D, which compares z with the prior and is told y, and a second D, which compares y with a prior of its own",
        )
      : translate(
          "Graph: x, encoder, z, decoder, x̂, and D, which compares z with the prior, and a second D, which compares y with a prior of its own",
        );
  return isConditioned
    ? translate("Graph: x, encoder, z, decoder, x̂, and D, which compares z with the prior and is told y")
    : translate("Graph: x, encoder, z, decoder, x̂, and D, which compares z with the prior");
}

/** @param length of a network's step */
const movementText = (length: number): string =>
  length ? translate("moved {length}", { length: formatNumber(length, 3) }) : translate("stood still");

function setVisible(part: SVGGElement, isVisible: boolean) {
  part.style.display = isVisible ? "" : "none";
}

const arrowElement = (name: string): SVGGElement =>
  svgElement("g", { class: "gb-part", "data-part": name }, svgElement("line", { "marker-end": "url(#gb-tip)" }));

function boxElement(name: string): SVGGElement {
  const isNet = name in NETS;
  const title = svgElement("text", { class: "gb-title" }, BOXES[name].title);
  if (name === "Dy") title.append(svgElement("tspan", SUBSCRIPT, "y"));
  return svgElement(
    "g",
    { class: `gb-part gb-${isNet ? "net" : "value"}`, "data-part": name },
    svgElement("rect", { rx: isNet ? 8 : 3 }),
    title,
    ...(isNet ? [svgElement("text", { class: "gb-small gb-note" })] : []),
    svgElement("g", { class: "gb-items" }),
  );
}

/** Places a box with its title: above images, at the top of a panel, and else in the middle. */
function placeBox(name: string, part: SVGGElement, [left, top, width, height]: Place) {
  const [frame, title] = part.children;
  const [middle, centre] = [left + width / 2, top + height / 2];
  setAttributes(frame, { x: left, y: top, width, height });
  setAttributes(title, { x: middle, y: centre + 5 });
  if (name in NETS) {
    title.setAttribute("y", String(centre + 1)); // the note is below
    setAttributes(findElement(part, ".gb-note"), { x: middle, y: centre + 17 });
  }
  if (name === "x" || name === "xhat") title.setAttribute("y", String(top - 6));
  if (name === "dOfZ" || name === "dOfY") title.setAttribute("y", String(top + 15));
  if (name === "dOfY") title.setAttribute("x", String(left + CONTENT_COLUMNS.bars + CONTENT_COLUMNS.barsWidth / 2));
}

function placeArrow(part: SVGGElement, [x1, y1, x2, y2]: Place) {
  setAttributes(part.children[0], { x1, y1, x2, y2 });
}

function setAttributes(target: Element, attributes: Record<string, number>) {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
}

function thumbnailElement(href: string, item: number, x: number, y: number): SVGGElement {
  return svgElement(
    "g",
    { "data-item": item, class: "gb-item" },
    svgElement("rect", { x: x - 1, y: y - 1, width: THUMB + 2, height: THUMB + 2 }),
    svgElement("image", { href, x, y, width: THUMB, height: THUMB }),
  );
}

/** The top of an item's row in a panel. */
const rowTop = (item: number): number => PANEL.top + PANEL.firstRow + PANEL.pitch * item;

/** An item's number at the left of its row. */
const numberElement = (item: number, x: number): SVGTextElement =>
  svgElement("text", { x, y: rowTop(item) + 9, class: "gb-small" }, String(item + 1));

/** A verdict as a bar from 0 to 1. */
function verdictBar(value: number, { x, y, width }: { x: number; y: number; width: number }): SVGRectElement[] {
  const side = value < 0.5 ? "gb-code" : "gb-prior";
  return [
    svgElement("rect", { x, y, width, height: PANEL.bar, class: "gb-rail" }),
    svgElement("rect", { x, y, width: Math.max(1, width * value), height: PANEL.bar, class: side }),
  ];
}

/**
 * D(z) of an item.
 * @param left of the panel
 * @param width of the panel
 */
function verdictElement(value: number, item: number, left: number, width: number): SVGGElement {
  return svgElement(
    "g",
    { "data-item": item, class: "gb-item" },
    numberElement(item, left + 10),
    ...verdictBar(value, { x: left + 18, y: rowTop(item), width: width - 54 }),
    svgElement("text", { x: left + width - 17, y: rowTop(item) + 9, class: "gb-small" }, formatNumber(value)),
  );
}

/** q(y|x) of an item as bars in the order of the classes, and D_y of it. */
function contentElement({ values, classes, verdicts, colours }: Content, item: number): SVGGElement {
  const [left] = BOXES.dOfY.place;
  const { number, bars, barsWidth, verdict, verdictWidth, value } = CONTENT_COLUMNS;
  const [step, bottom] = [barsWidth / classes, rowTop(item) + PANEL.bar];
  const barElements = Array.from({ length: classes }, (_, k) => {
    const height = Math.max(0.5, PANEL.bar * values[item * classes + k]);
    const fill = colours ? { style: `fill: ${colours[k]}` } : {};
    const place = { x: left + bars + k * step, y: bottom - height, width: 0.8 * step, height };
    return svgElement("rect", { ...place, ...fill, class: "gb-bar" });
  });
  return svgElement(
    "g",
    { "data-item": item, class: "gb-item" },
    numberElement(item, left + number),
    ...barElements,
    ...verdictBar(verdicts[item], { x: left + verdict, y: rowTop(item), width: verdictWidth }),
    svgElement("text", { x: left + value, y: rowTop(item) + 9, class: "gb-small" }, formatNumber(verdicts[item])),
  );
}
