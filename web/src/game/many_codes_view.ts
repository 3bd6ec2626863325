/**
 * One image encoded many times: the switch below the plane, which images there are, and a panel that shows as dots what
 * each code says of the gradient for one weight.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element, setText, svgElement } from "../base/dom.ts";
import { formatNumber, formatSignificant } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import { meanAndVariance, spreadOf } from "./game_figures.ts";
import { imageUrls } from "./item_images.ts";
import type { EncodedExample } from "./player.ts";

const GOLDEN_RATIO = 0.618034; // by which dots are scattered evenly across a strip
const MARGIN = 4; // percent of a strip's width on either side
/** The kinds of posterior: their names on buttons, and how a code is drawn. */
const POSTERIORS: Record<string, [string, string]> = {
  deterministic: [
    translate("Deterministic"),
    translate("z = f(x): nothing is drawn, and all fifty codes are the same."),
  ],
  gaussian: [translate("Gaussian"), translate("z = μ + σε: a new ε for each code.")],
  universal: [translate("Universal approximator"), translate("z = f(x, η): new noise η for each code.")],
};
/** Why there is no score function, by the kind of posterior. */
const NO_SCORE_TEXTS: Record<string, string> = {
  deterministic: translate("there is nothing to draw. The gradient above is exact."),
  universal: translate("q(z|x) has no formula for its density, so there is no logarithm to differentiate."),
};

export class ManyCodesView {
  onChange: () => void;
  /** The number of the chosen image, from 0. */
  example = 0;
  encodings: EncodedExample | null = null;
  haveExamplesChanged = createChangeDetector();
  box = element("input", { type: "checkbox", onchange: () => this.onChange() });
  /** Rewords a text about images. */
  rewordItems: (text: string) => string = (text) => text;
  switchText = element("span");
  switchRow = element("label", { class: "gb-many-switch" }, this.box, this.switchText);
  imageRow = element("div", { class: "gb-many-images", role: "group" });
  posteriorButtons: HTMLButtonElement[];
  posteriorRow: HTMLDivElement;
  codesText = element("p", {});
  title = element("p", { class: "gb-many-title" });
  byDraw = new EstimateStrip(translate("Through the draw"), "by-draw");
  byScore = new EstimateStrip(translate("By the score function"), "by-score");
  axis = element("div", { class: "gb-many-axis", "aria-hidden": "true" }, ...["", "", ""].map(() => element("span")));
  panel: HTMLElement;

  /**
   * @param onChange called when the user switches the view on or off, or chooses another image
   * @param onPosterior called when the user chooses a kind of posterior
   */
  constructor(onChange: () => void, onPosterior: (posterior: string) => void) {
    this.onChange = onChange;
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
   * @param rewordItems rewords a text about images
   */
  nameItems(rewordItems: (text: string) => string) {
    this.rewordItems = rewordItems;
    const title = rewordItems(translate("One image, encoded fifty times"));
    setText(this.switchText, title);
    this.panel.setAttribute("aria-label", title);
    this.imageRow.setAttribute("aria-label", rewordItems(translate("The image that is encoded")));
  }

  get isOn() {
    return this.box.checked;
  }

  /** The view's name in a link. */
  get view(): "codes" | "draws" {
    return this.isOn ? "draws" : "codes";
  }

  setView(view: string) {
    this.box.checked = view === "draws";
  }

  /** @param encoded null while the view is off */
  show(encoded: EncodedExample | null) {
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

  showImages({ images, names }: EncodedExample["examples"]) {
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

  chooseExample(example: number) {
    this.example = example;
    this.onChange();
  }
}

/** Estimates of a gradient as dots along a strip, with their mean as a line. */
class EstimateStrip {
  title: string;
  text = element("p", {});
  mean = svgElement("line", { class: "gb-many-mean", y1: "0%", y2: "100%" });
  otherMean = svgElement("line", { class: "gb-many-other", y1: "0%", y2: "100%" });
  dots = svgElement("g");
  picture = svgElement("svg", { "aria-hidden": "true" }, this.dots, this.otherMean, this.mean);
  root: HTMLDivElement;

  /** @param name by which lessons point at it */
  constructor(title: string, name: string) {
    this.title = title;
    this.root = element("div", { class: "gb-many-strip", "data-part": name }, this.text, this.picture);
  }

  /**
   * @param limit of the strip on either side of 0
   * @param otherMean that of the draws, for comparison
   * @param missingText why there are none
   */
  show(estimates: ArrayLike<number> | null, limit: number, otherMean: number, missingText: string) {
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
    const toX = (value: number) => `${50 + ((50 - MARGIN) * value) / limit}%`;
    while (this.dots.children.length < estimates.length) this.dots.append(this.makeDot(this.dots.children.length));
    Array.from(estimates).forEach((value, k) => this.dots.children[k].setAttribute("cx", toX(value)));
    placeLine(this.mean, toX(mean));
    placeLine(this.otherMean, toX(otherMean));
  }

  makeDot(k: number): SVGCircleElement {
    const share = (k * GOLDEN_RATIO) % 1;
    return svgElement("circle", { cy: `${14 + 72 * share}%`, r: 2 });
  }
}

function placeLine(line: SVGLineElement, x: string) {
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
}

/** The smallest of 1, 2 and 5 times a power of ten that no value exceeds. */
export function niceLimit(rows: ArrayLike<number>[]): number {
  const largest = rows
    .flatMap((row) => Array.from(row, Math.abs))
    .reduce((maximum, value) => Math.max(maximum, value), 1e-6);
  const power = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 2, 5].find((multiple) => multiple * power >= largest) ?? 10;
  return factor * power;
}
