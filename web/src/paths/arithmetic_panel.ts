/**
 * A − B + C with images: each is the mean of a class or of a marked group, the current z, or the selected code.
 */

import { makeMeans, fillSelect, codeAnalogy } from "./code_means.ts";
import { contentSentence, decodeCodes } from "../networks/decode_codes.ts";
import { createChangeDetector } from "../base/memoize.ts";
import { button, element, setText } from "../base/dom.ts";
import { paintValues } from "../base/pictures.ts";
import { LatestOnly } from "../host/server.ts";
import { formatCode } from "../base/number_format.ts";
import { joinSentences, translate } from "../base/translate.ts";
import type { PathTool } from "./path_tool.ts";
import type { DecodedImages } from "../networks/decode_codes.ts";

const NAMES = ["A", "B", "C"];
const SUM_NAME = translate("the sum");
const TERM_SIGNS = ["", "−", "+", "="];
const SUM_DELAY = 150; // milliseconds after z has moved before the sum is updated
const NO_MEANS = translate(
  "These codes have no classes, so there are no means to add and subtract: select codes with the lasso and mark them as group A or B.",
);

export class ArithmeticPanel {
  plane;
  tool: PathTool;
  termSelects = NAMES.map((name) => element("select", { "aria-label": name, onchange: () => this.updateSum() }));
  canvases = [...NAMES, SUM_NAME].map((name) =>
    element("canvas", { role: "img", "aria-label": translate("{name}, decoded", { name }) }),
  );
  status = element("p", { class: "lp-note", role: "status" });
  addButtons: HTMLButtonElement[];
  moveButton: HTMLButtonElement;
  row: HTMLDivElement;
  noMeansNote = element("p", {}, NO_MEANS);
  host: HTMLFieldSetElement;
  /** Of A, B, C and the sum. */
  codes: Float32Array[] = [];
  getMeans;
  haveMeansChanged = createChangeDetector();
  timer = 0;
  decodeRequests: LatestOnly<ArrayLike<number>[], DecodedImages>;

  /** @param tool to whose path codes are added */
  constructor(tool: PathTool) {
    const { plane } = tool;
    this.plane = plane;
    this.tool = tool;
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
    this.host = element(
      "fieldset",
      { class: "lp-arithmetic" },
      element("legend", {}, translate("Arithmetic with codes: A − B + C")),
      this.row,
      this.noMeansNote,
    );
    this.getMeans = makeMeans(plane);
    this.decodeRequests = new LatestOnly(
      (codes, signal) => decodeCodes(plane, codes, signal),
      (result) => this.showImages(result),
      (error) => setText(this.status, error.message),
    );
    for (const name of ["z", "pick"] as const) plane.events.on(name, () => this.scheduleSum());
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
    const meanOptions = [...this.getMeans()].map(([value, { title }]) => [value, title] as [string, string]);
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

  /** The code of a term; empty if it is the selected code and none is selected. */
  termCode(value: string): Float32Array[] {
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

  showImages({ images, shape }: DecodedImages) {
    images.forEach((values, k) => paintValues(this.canvases[k], values, shape));
  }
}
