/**
 * The selected image: the original, its reconstruction, their difference, and the nearest codes.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element, rebuildKeepingFocus, valuesList } from "../base/dom.ts";
import { FeatureChart } from "../base/feature_chart.ts";
import { imageCanvas, toImageData, rowValues, readCanvasValues } from "../base/pictures.ts";
import { MIDDLE_LEVEL } from "../base/table_rows.ts";
import { SelectedCode } from "./selected_code.ts";
import { VERDICT_COLOURS } from "../base/colours.ts";
import { captionedFigure, neighbourButtons, nearestCodes } from "./neighbours.ts";
import { formatNumber } from "../base/number_format.ts";
import { translate } from "../base/translate.ts";
import type { InspectedPlane } from "./planes.ts";
import type { CodeData, PictureOrNull } from "./selected_code.ts";
import type { Features } from "../messages.ts";
import type { Tool } from "../base/planes.ts";

const HINT = translate("Click a code on the plane, or press Enter for the one nearest to z.");
const PAST_EXPLANATION = translate(
  "The reconstruction, D(z) and the nearest codes belong to the latest step, so they are left out while an earlier one is shown.",
);
const ERROR_EXPLANATION = translate(
  "Error map: orange where the reconstruction is too dark, blue where it is too bright.",
);
const ROW_EXPLANATION = translate(
  "In the list, rings show the original and bars the reconstruction; in the error, bars go up where it is too low.",
);

/**
 * The error map of a reconstruction on middle grey. A pixel's distance from grey is the mean absolute error of its
 * channels, so that errors of opposite sign do not cancel; its colour is the sign of the errors' sum.
 * @param originalValues C·H·W in 0..1
 * @param reconstruction the same
 * @param image C, H, W
 */
export function errorMap(
  originalValues: Float32Array,
  reconstruction: Float32Array,
  [channels, height, width]: number[],
): ImageData {
  const picture = new ImageData(width, height);
  const area = height * width;
  for (let k = 0; k < area; k++) {
    let [sum, total] = [0, 0];
    for (let c = 0; c < channels; c++) {
      const error = originalValues[c * area + k] - reconstruction[c * area + k];
      sum += error;
      total += Math.abs(error);
    }
    // orange and blue, distinguishable with colour blindness
    const colour = sum > 0 ? VERDICT_COLOURS.code : VERDICT_COLOURS.prior;
    const share = Math.min(1, total / channels);
    picture.data.set([...colour.map((value) => 128 + (value - 128) * share), 255], 4 * k);
  }
  return picture;
}

class Inspector {
  plane: InspectedPlane;
  selectedCode: SelectedCode;
  hasContentChanged = createChangeDetector();
  images = element("div", {});
  factsHost = element("div", { "aria-live": "polite" }); // screen readers announce only these
  neighboursHost = element("div", {});

  constructor(plane: InspectedPlane, section: HTMLElement) {
    this.plane = plane;
    this.selectedCode = new SelectedCode(plane, () => this.showSelected());
    section.append(this.images, this.factsHost, this.neighboursHost);
    for (const name of ["pick", "data", "networks", "pictures", "moment"] as const)
      plane.events.on(name, () => this.showSelected());
    // selecting a code opens the tool
    plane.events.on(
      "pick",
      ({ index, source }) => index >= 0 && source !== "python" && plane.tools.openSection("inspect"),
    );
    plane.events.on("tool", ({ id, open }) => id === "inspect" && open && this.showSelected());
  }

  /** Shows the selected code, rebuilding only what has changed. */
  showSelected() {
    const { plane } = this;
    if (!plane.tools.isOpen("inspect")) return;
    const { picked: index, codes, fields, header, decoder, sprites } = plane;
    const isSelected = index >= 0 && 2 * index < codes.xy.length;
    const data = isSelected ? this.selectedCode.lookUp(index) : null;
    const inputs = [
      index,
      isSelected,
      fields.z,
      codes.labels,
      header.classes.join(),
      decoder.networks,
      sprites.arrivalCount,
      Boolean(plane.pastFrame),
      isSelected ? plane.codeText(index) : "",
      isSelected ? plane.items.idOf(index) : "",
    ];
    if (!this.hasContentChanged(...inputs, header.revision, ...Object.values(this.selectedCode.receivedData))) return;
    this.images.replaceChildren(...(data ? [this.figuresElement(data)] : []));
    const facts = data ? this.factsList(index, data) : element("p", {}, HINT);
    // otherwise screen readers would repeat it
    if (facts.textContent !== this.factsHost.textContent) this.factsHost.replaceChildren(facts);
    rebuildKeepingFocus(this.neighboursHost, "button", () =>
      this.neighboursHost.replaceChildren(...(data ? [this.neighbourElements(index)] : [])),
    );
  }

  figuresElement({ original, reconstruction }: CodeData): HTMLDivElement {
    const difference = original && reconstruction ? this.differenceCanvas(original, reconstruction) : null;
    const figures = [
      [original, translate("original")],
      [reconstruction, translate("reconstruction")],
      [difference, translate("error map")],
    ] as [PictureOrNull, string][];
    const { features } = this.plane.header;
    const elements = figures.flatMap(([picture, name]) => (picture ? [captionedFigure(picture, name)] : []));
    const explanation = difference
      ? [element("p", { class: "lp-note" }, features ? ROW_EXPLANATION : ERROR_EXPLANATION)]
      : [];
    return element(
      "div",
      {},
      element("div", { class: "lp-figures" }, ...elements),
      ...explanation,
      ...(features ? this.featureCharts(features, original, reconstruction) : []),
    );
  }

  differenceCanvas(original: HTMLCanvasElement, reconstruction: HTMLCanvasElement): HTMLCanvasElement {
    const { shape } = this.plane.fields.image; // H, W, C
    const image = [shape[2], shape[0], shape[1]];
    const [x, xHat] = [rowValues.get(original), rowValues.get(reconstruction)];
    if (x && xHat)
      return imageCanvas(
        toImageData(
          x.map((value, k) => MIDDLE_LEVEL + value - xHat[k]),
          image,
        ),
      );
    return imageCanvas(errorMap(readCanvasValues(original, image), readCanvasValues(reconstruction, image), image));
  }

  /** The reconstruction of a row, or else the original, as a list of its features. */
  featureCharts(features: Features, original: PictureOrNull, reconstruction: PictureOrNull): HTMLDivElement[] {
    const [x, xHat] = [original && rowValues.get(original), reconstruction && rowValues.get(reconstruction)];
    if (!x && !xHat) return [];
    const chart = new FeatureChart(xHat ? translate("reconstruction") : translate("original"));
    chart.setFeatures(features);
    chart.showValues((xHat ?? x) as Float32Array, xHat && x ? x : null);
    return [chart.host];
  }

  factsList(index: number, { dOfZ, serverError }: CodeData): HTMLDListElement {
    const rows = [
      [translate("Code"), `${index}, ${this.plane.codeName(index)}`],
      ["z", this.plane.codeText(index)],
    ];
    rows.push(...this.plane.items.rowOf(index));
    if (!Number.isNaN(dOfZ)) rows.push(["D(z)", formatNumber(dOfZ)]);
    if (serverError) rows.push([translate("Reconstruction"), serverError]);
    return valuesList(rows);
  }

  neighbourElements(index: number): HTMLDivElement | "" {
    const { fields, header, pastFrame } = this.plane;
    if (pastFrame) return element("p", { class: "lp-note" }, PAST_EXPLANATION);
    if (!fields.z) return "";
    return neighbourButtons(
      this.plane,
      nearestCodes(fields.z.values, header.dim, this.plane.codeOf(index) ?? [], index),
    );
  }
}

export const inspectTool: Tool<InspectedPlane> = {
  id: "inspect",
  title: translate("Selected image"),
  titleFor: ({ features }) => Boolean(features) && translate("Selected row"),
  host: "aside",
  Kind: Inspector,
};
