/**
 * A − B + C with images: each is the mean of a class or of a marked group, the current z, or the selected code.
 */

import { makeMeans, fillSelect, codeAnalogy } from "./code_means.js";
import { contentSentence, decodeCodes } from "../networks/decode_codes.js";
import { createChangeDetector } from "../base/memoize.js";
import { button, element, setText } from "../base/dom.js";
import { paintValues } from "../base/pictures.js";
import { LatestOnly } from "../host/server.js";
import { formatCode } from "../base/number_format.js";
import { joinSentences, translate } from "../base/translate.js";

const NAMES = ["A", "B", "C"];
const SUM_NAME = translate("the sum");
const TERM_SIGNS = ["", "−", "+", "="];
const SUM_DELAY = 150; // milliseconds after z has moved before the sum is updated
const NO_MEANS = translate(
  "These codes have no classes, so there are no means to add and subtract: select codes with the lasso and mark them as group A or B.",
);

export class ArithmeticPanel {
  /** @param {import("./path_tool.js").PathTool} tool to whose path codes are added */
  constructor(tool) {
    const { plane } = tool;
    this.plane = plane;
    this.tool = tool;
    this.termSelects = NAMES.map((name) => element("select", { "aria-label": name, onchange: () => this.updateSum() }));
    this.canvases = [...NAMES, SUM_NAME].map((name) =>
      element("canvas", { role: "img", "aria-label": translate("{name}, decoded", { name }) }),
    );
    this.status = element("p", { class: "lp-note", role: "status" });
    this.addButtons = this.canvases.map((_, k) => {
      const name = translate("Add to path: {name}", { name: NAMES[k] ?? SUM_NAME });
      return button(translate("Add to path"), () => tool.addWaypoint(this.codes[k]), {
        "aria-label": name,
        title: name,
      });
    });
    const termFigures = this.canvases.map((canvas, k) =>
      element(
        "div",
        { class: "lp-term" },
        element("span", { class: "lp-sign", "aria-hidden": "true" }, TERM_SIGNS[k]),
        element("figure", {}, canvas, this.termSelects[k] ?? element("span", {}, "A − B + C"), this.addButtons[k]),
      ),
    );
    this.moveButton = button(translate("Move z to the sum"), () => plane.moveZTo(this.codes[NAMES.length]));
    this.row = element(
      "div",
      {},
      element("div", { class: "lp-figures lp-sum" }, ...termFigures),
      this.status,
      this.moveButton,
    );
    this.noMeansNote = element("p", {}, NO_MEANS);
    this.host = element(
      "fieldset",
      { class: "lp-arithmetic" },
      element("legend", {}, translate("Arithmetic with codes: A − B + C")),
      this.row,
      this.noMeansNote,
    );
    /** Of A, B, C and the sum. @type {Float32Array[]} */
    this.codes = [];
    this.getMeans = makeMeans(plane);
    this.haveMeansChanged = createChangeDetector();
    this.timer = 0;
    this.decodeRequests = new LatestOnly(
      (codes, signal) => decodeCodes(plane, codes, signal),
      (result) => this.showImages(result),
      (error) => setText(this.status, error.message),
    );
    for (const name of /** @type {const} */ (["z", "pick"])) plane.events.on(name, () => this.scheduleSum());
    plane.events.on("group", () => {
      if (tool.isOpen) this.refresh();
    });
  }

  close() {
    window.clearTimeout(this.timer);
    this.decodeRequests.cancel();
  }

  /** z has moved, and may move again at once. */
  scheduleSum() {
    window.clearTimeout(this.timer);
    // a term that is not a class may depend on z
    const mayDependOnZ = this.termSelects.some(({ value }) => Number.isNaN(Number(value)));
    if (this.tool.isOpen && mayDependOnZ) this.timer = window.setTimeout(() => this.updateSum(), SUM_DELAY);
  }

  /** The codes, the content or the networks may have changed. */
  refresh() {
    if (this.haveMeansChanged(this.getMeans())) this.updateMeanOptions();
    this.updateSum();
  }

  updateMeanOptions() {
    const meanOptions = [...this.getMeans()].map(
      ([value, { title }]) => /** @type {[string, string]} */ ([value, title]),
    );
    this.row.hidden = !meanOptions.length;
    this.noMeansNote.hidden = Boolean(meanOptions.length);
    this.termSelects.forEach((select, k) =>
      fillSelect(
        select,
        [...meanOptions, ["z", translate("the current z")], ["code", translate("the selected code")]],
        select.value,
        meanOptions[k]?.[0] ?? "z",
      ),
    );
  }

  /**
   * The code of a term; empty if it is the selected code and none is selected.
   * @param {string} value
   * @returns {Float32Array[]}
   */
  termCode(value) {
    const { fields, header, picked, z } = this.plane;
    if (value !== "code") return [this.getMeans().get(value)?.z ?? z];
    return picked < 0 || !fields.z
      ? []
      : [Float32Array.from(fields.z.values.subarray(picked * header.dim, (picked + 1) * header.dim))];
  }

  /** Computes the sum, and requests the images of all four codes. */
  updateSum() {
    if (this.row.hidden) return;
    const codes = this.termSelects.flatMap(({ value }) => this.termCode(value));
    const isComplete = codes.length === NAMES.length;
    for (const button of [...this.addButtons, this.moveButton]) button.disabled = !isComplete;
    if (!isComplete) return setText(this.status, translate("No code is selected; click one on the plane."));
    const [a, b, c] = codes;
    const sum = codeAnalogy(a, b, c);
    this.codes = [...codes, sum];
    const z = formatCode(sum, 6);
    const sentence =
      this.plane.prior.isTypical(sum) === false
        ? translate("A − B + C is z = {z}, outside 99 % of the prior.", { z })
        : translate("A − B + C is z = {z}.", { z });
    setText(this.status, joinSentences(sentence, contentSentence(this.plane.header)));
    this.decodeRequests.submit(this.codes);
  }

  /** @param {import("../networks/decode_codes.js").DecodedImages} got */
  showImages({ images, shape }) {
    images.forEach((values, k) => paintValues(this.canvases[k], values, shape));
  }
}
