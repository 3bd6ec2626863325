/**
 * One image encoded many times: the switch below the plane, which images there are, and a panel that shows as dots what
 * each code says of the gradient for one weight.
 */

import { createChangeDetector } from "../base/memoize.js";
import { element, setText, svgElement } from "../base/dom.js";
import { formatNumber, formatSignificant } from "../base/number_format.js";
import { translate } from "../base/translate.js";
import { meanAndVariance, spreadOf } from "./game_figures.js";
import { imageUrls } from "./item_images.js";

/** @typedef {import("./player.js").EncodedExample} EncodedExample */

const GOLDEN_RATIO = 0.618034; // by which dots are scattered evenly across a strip
const MARGIN = 4; // percent of a strip's width on either side
/** The kinds of posterior: their names on buttons, and how a code is drawn. @type {Object<string, [string, string]>} */
const POSTERIORS = {
  deterministic: [
    translate("Deterministic"),
    translate("z = f(x): nothing is drawn, and all fifty codes are the same."),
  ],
  gaussian: [translate("Gaussian"), translate("z = μ + σε: a new ε for each code.")],
  universal: [translate("Universal approximator"), translate("z = f(x, η): new noise η for each code.")],
};
/** Why there is no score function, by the kind of posterior. @type {Object<string, string>} */
const NO_SCORE_TEXTS = {
  deterministic: translate("there is nothing to draw. The gradient above is exact."),
  universal: translate("q(z|x) has no formula for its density, so there is no logarithm to differentiate."),
};

export class ManyCodesView {
  /**
   * @param {() => void} onChange called when the user switches the view on or off, or chooses another image
   * @param {(posterior: string) => void} onPosterior called when the user chooses a kind of posterior
   */
  constructor(onChange, onPosterior) {
    this.onChange = onChange;
    /** The number of the chosen image, from 0. */
    this.example = 0;
    /** @type {EncodedExample | null} */
    this.encodings = null;
    this.haveExamplesChanged = createChangeDetector();
    this.box = element("input", { type: "checkbox", onchange: () => this.onChange() });
    /** Rewords a text about images. @type {(text: string) => string} */
    this.rewordItems = (text) => text;
    this.switchText = element("span");
    this.switchRow = element("label", { class: "gb-many-switch" }, this.box, this.switchText);
    this.imageRow = element("div", { class: "gb-many-images", role: "group" });
    this.posteriorButtons = Object.entries(POSTERIORS).map(([name, [title]]) =>
      element("button", { type: "button", "data-posterior": name, onclick: () => onPosterior(name) }, title),
    );
    this.posteriorRow = element(
      "div",
      {
        class: "gb-many-posteriors",
        role: "group",
        "aria-label": translate("Kind of posterior; another one begins a new game"),
      },
      ...this.posteriorButtons,
    );
    this.codesText = element("p", {});
    this.title = element("p", { class: "gb-many-title" });
    this.byDraw = new EstimateStrip(translate("Through the draw"), "by-draw");
    this.byScore = new EstimateStrip(translate("By the score function"), "by-score");
    this.axis = element(
      "div",
      { class: "gb-many-axis", "aria-hidden": "true" },
      ...["", "", ""].map(() => element("span")),
    );
    this.panel = element(
      "section",
      { class: "gb-many", hidden: true },
      element("div", { class: "gb-many-head" }, this.imageRow, this.posteriorRow, this.codesText),
      this.title,
      this.byDraw.root,
      this.byScore.root,
      this.axis,
    );
    this.nameItems(this.rewordItems);
  }

  /**
   * Write the texts that name what is encoded: images, or rows of a table.
   * @param {(text: string) => string} rewordItems rewords a text about images
   */
  nameItems(rewordItems) {
    this.rewordItems = rewordItems;
    const title = rewordItems(translate("One image, encoded fifty times"));
    setText(this.switchText, title);
    this.panel.setAttribute("aria-label", title);
    this.imageRow.setAttribute("aria-label", rewordItems(translate("The image that is encoded")));
  }

  get isOn() {
    return this.box.checked;
  }

  /** The view's name in a link. @returns {"codes" | "draws"} */
  get view() {
    return this.isOn ? "draws" : "codes";
  }

  /** @param {string} view */
  setView(view) {
    this.box.checked = view === "draws";
  }

  /** @param {EncodedExample | null} encoded null while the view is off */
  show(encoded) {
    this.encodings = encoded;
    this.panel.hidden = !encoded;
    if (!encoded) return;
    const { codes, byDraw, byScore, posterior, hasChoice, examples } = encoded;
    this.showImages(examples);
    for (const button of this.posteriorButtons) {
      button.setAttribute("aria-pressed", String(button.dataset.posterior === posterior));
      button.hidden = !hasChoice && button.dataset.posterior !== posterior;
    }
    const spread = formatNumber(spreadOf(codes));
    this.codesText.textContent = translate("Dots on the plane: {draws} They lie {spread} from their mean.", {
      draws: POSTERIORS[posterior][1],
      spread,
    });
    const first = posterior === "gaussian" ? "μ₁" : "z₁";
    this.title.textContent = translate(
      "One weight: the bias of {first} in the encoder’s last layer. The gradient of the reconstruction cost for it, as each of {count} codes estimates it:",
      { first, count: byDraw.length },
    );
    const limit = niceLimit([byDraw, byScore ?? []]);
    const { mean } = meanAndVariance(byDraw);
    this.byDraw.show(byDraw, limit, mean, "");
    this.byScore.show(byScore, limit, mean, NO_SCORE_TEXTS[posterior] ?? "");
    [-limit, 0, limit].forEach((value, k) => {
      this.axis.children[k].textContent = formatSignificant(value, 2).replace("-", "−");
    });
  }

  /** @param {EncodedExample["examples"]} examples */
  showImages({ images, names }) {
    this.example = Math.min(this.example, names.length - 1);
    if (this.haveExamplesChanged(`${names.join()} ${images.values.join()}`)) {
      const buttons = imageUrls(images).map((src, k) =>
        element(
          "button",
          {
            type: "button",
            "aria-label": this.rewordItems(translate("Image of class {name}", { name: names[k] })),
            onclick: () => this.chooseExample(k),
          },
          element("img", { class: "gb-image", src, alt: "" }),
        ),
      );
      this.imageRow.replaceChildren(...buttons);
    }
    [...this.imageRow.children].forEach((button, k) => button.setAttribute("aria-pressed", String(k === this.example)));
  }

  /** @param {number} example */
  chooseExample(example) {
    this.example = example;
    this.onChange();
  }
}

/** Estimates of a gradient as dots along a strip, with their mean as a line. */
class EstimateStrip {
  /**
   * @param {string} title
   * @param {string} name by which lessons point at it
   */
  constructor(title, name) {
    this.title = title;
    this.text = element("p", {});
    this.mean = svgElement("line", { class: "gb-many-mean", y1: "0%", y2: "100%" });
    this.otherMean = svgElement("line", { class: "gb-many-other", y1: "0%", y2: "100%" });
    this.dots = svgElement("g");
    this.picture = svgElement("svg", { "aria-hidden": "true" }, this.dots, this.otherMean, this.mean);
    this.root = element("div", { class: "gb-many-strip", "data-part": name }, this.text, this.picture);
  }

  /**
   * @param {ArrayLike<number> | null} estimates
   * @param {number} limit of the strip on either side of 0
   * @param {number} otherMean that of the draws, for comparison
   * @param {string} missingText why there are none
   */
  show(estimates, limit, otherMean, missingText) {
    this.picture.style.display = estimates ? "" : "none";
    if (!estimates) {
      this.text.replaceChildren(element("b", {}, this.title), `: ${missingText}`);
      return;
    }
    const { mean, variance } = meanAndVariance(estimates);
    const figures =
      ": " +
      translate("mean {mean}, scatter {scatter}", {
        mean: formatNumber(mean),
        scatter: formatNumber(Math.sqrt(variance)),
      });
    this.text.replaceChildren(element("b", {}, this.title), figures);
    const toX = (/** @type {number} */ value) => `${50 + ((50 - MARGIN) * value) / limit}%`;
    while (this.dots.children.length < estimates.length) this.dots.append(this.makeDot(this.dots.children.length));
    Array.from(estimates).forEach((value, k) => this.dots.children[k].setAttribute("cx", toX(value)));
    placeLine(this.mean, toX(mean));
    placeLine(this.otherMean, toX(otherMean));
  }

  /** @param {number} k @returns {SVGCircleElement} */
  makeDot(k) {
    const share = (k * GOLDEN_RATIO) % 1;
    return svgElement("circle", { cy: `${14 + 72 * share}%`, r: 2 });
  }
}

/**
 * @param {SVGLineElement} line
 * @param {string} x
 */
function placeLine(line, x) {
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
}

/**
 * The smallest of 1, 2 and 5 times a power of ten that no value exceeds.
 * @param {ArrayLike<number>[]} rows
 * @returns {number}
 */
export function niceLimit(rows) {
  const largest = rows
    .flatMap((row) => Array.from(row, Math.abs))
    .reduce((maximum, value) => Math.max(maximum, value), 1e-6);
  const power = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 2, 5].find((multiple) => multiple * power >= largest) ?? 10;
  return factor * power;
}
