/**
 * The tool that takes the user's own image, drawn or dropped, and shows where it is encoded.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { element, valuesList, setText } from "../base/dom.ts";
import { formatCode, formatNumber } from "../base/number_format.ts";
import { fillCircle } from "../base/canvas_shapes.ts";
import { paintValues } from "../base/pictures.ts";
import { captionedFigure, neighbourButtons, nearestCodes } from "../choice/neighbours.ts";
import { getEncoder, encodeImageToCode } from "./image_encoding.ts";
import { closestContentText, verdictText, voteText } from "./image_verdict.ts";
import { canBeDrawn } from "./pad.ts";
import { ImageSource } from "./image_source.ts";
import { joinSentences, translate } from "../base/translate.ts";
import type { DrawPlane } from "./planes.ts";
import type { EncodedImage } from "./image_encoding.ts";
import type { TypicalErrors } from "./image_verdict.ts";
import type { InputPreprocessing } from "../messages.ts";
import type { Paper } from "../view/layers.ts";
import type { Tool } from "../base/planes.ts";

const LOADING_TEXT = translate("Loading the encoder …");
const NO_ORIGINALS = translate("Typical values are not known, since the data set’s images are not on this machine.");
const COMPARING_TEXT = translate("Loading typical values …");
const RINGED_DOT = translate("The ringed dot on the plane is this image.");

class DrawTool {
  plane: DrawPlane;
  source: ImageSource;
  encodedImage: EncodedImage | null = null;
  haveInputsChanged = createChangeDetector();
  typicalErrorsServerId = "";
  typicalErrors: TypicalErrors = COMPARING_TEXT;
  pictures = element("div", { class: "lp-figures" });
  sentence = element("p", { "aria-live": "polite" });
  details = element("div", {});

  constructor(plane: DrawPlane, section: HTMLElement) {
    this.plane = plane;
    this.source = new ImageSource(plane.parts.root, {
      canTakeFile: () => plane.tools.isAvailable("draw"),
      canPasteFile: () => plane.tools.isOpen("draw"),
      onDrop: () => plane.tools.openAndFocus("draw"),
      onChange: () => this.encodeImage(true),
    });
    const { pad, zone, status } = this.source;
    section.append(
      element("div", { class: "lp-drawing" }, pad.canvas, this.pictures),
      pad.hint,
      pad.buttons,
      zone,
      this.sentence,
      status,
      this.details,
    );
    this.addListeners();
  }

  addListeners() {
    const { events } = this.plane;
    const { pad, input } = this.source;
    events.on("close", () => this.source.close());
    events.on("data", ({ isOtherRevision }) => this.onMessage(isOtherRevision));
    events.on("tool", ({ id, open }) => {
      if (id === "draw" && open) this.fetchEncoder();
    });
    events.on("key", ({ id }) => {
      if (id === "draw") (pad.canvas.hidden ? input : pad.canvas).focus();
    });
    events.on("pictures", () => this.showResult());
    this.plane.addOverlay((paper) => {
      if (this.encodedImage) this.drawMark(paper, this.encodedImage.z);
    });
  }

  /**
   * Encodes the image again if weights, content or images have changed; z stays where it is.
   * @param isOtherRevision whether the revision has changed
   */
  onMessage(isOtherRevision: boolean) {
    const { preprocessing, weights, server, sprites, revision, y } = this.plane.header;
    if (!preprocessing) return;
    this.source.setPreprocessing(preprocessing);
    if (!this.haveInputsChanged(revision, y, weights?.encoder?.sha ?? server.encode, sprites?.sha)) return;
    const hadImage = this.encodedImage !== null;
    if (isOtherRevision) this.clear();
    if (hadImage) this.encodeImage(false);
  }

  /** Fetches the encoder before it is needed. */
  async fetchEncoder() {
    const { source } = this;
    this.requestTypicalErrors();
    if (this.encodedImage) return this.showResult();
    source.showStatus(LOADING_TEXT);
    await getEncoder(this.plane);
    if (source.status.textContent === LOADING_TEXT) source.showStatus("");
  }

  /** Requests the typical reconstruction errors, once for each set of weights. */
  async requestTypicalErrors() {
    const { server } = this.plane.decoder;
    const serverId = server.id;
    if (serverId === this.typicalErrorsServerId) return;
    this.typicalErrorsServerId = serverId;
    this.typicalErrors = COMPARING_TEXT;
    const typicalErrors = await server
      .fetchTypicalErrors()
      .catch((error) => translate("Typical values are not known: {reason}", { reason: error.message }));
    if (serverId !== this.typicalErrorsServerId) return;
    if (typeof typicalErrors === "string") this.typicalErrorsServerId = ""; // the next image requests them again
    this.typicalErrors = typicalErrors ?? NO_ORIGINALS;
    this.showResult();
  }

  /**
   * Encodes the image.
   * @param movesZ whether z moves to its code
   */
  async encodeImage(movesZ: boolean) {
    const { plane, source } = this;
    const requestNumber = ++source.requestNumber;
    try {
      const x = source.preprocessedImage();
      if (!x) return this.clear();
      this.requestTypicalErrors();
      if (!this.encodedImage) source.showStatus(LOADING_TEXT);
      const { encode, encodingPlace } = await getEncoder(plane);
      const image = await encodeImageToCode(plane, encode, x);
      if (requestNumber !== source.requestNumber) return;
      this.encodedImage = image;
      const encodedText =
        encodingPlace === "in this page" ? translate("Encoded in this page.") : translate("Encoded on the server.");
      source.showStatus(plane.slice.decodable ? joinSentences(encodedText, RINGED_DOT) : encodedText);
      if (movesZ) plane.moveZTo(image.z);
      plane.redrawOverlays();
      this.showResult();
    } catch (error) {
      if (requestNumber === source.requestNumber) source.showError(error);
    }
  }

  clear() {
    this.source.requestNumber++;
    this.encodedImage = null;
    this.source.showStatus("");
    this.sentence.textContent = "";
    for (const part of [this.pictures, this.details]) part.replaceChildren();
    this.plane.redrawOverlays();
  }

  showResult() {
    const { encodedImage, plane, typicalErrors } = this;
    if (!encodedImage || !plane.tools.isOpen("draw")) return;
    const { codes, fields, header, prior } = plane;
    const { x, z, reconstruction, error, best, dOfZ } = encodedImage;
    const neighbours = fields.z ? nearestCodes(fields.z.values, header.dim, z) : [];
    const names = neighbours.map(({ index }) => header.classes[codes.labels?.[index] ?? -1] ?? null);
    // with content, the neighbours' styles tell nothing about the class
    const classText = best === null ? voteText(names) : closestContentText(header.contents, Number(header.y), best);
    const facts = [
      ["z", formatCode(z)],
      ["log p(z)", formatNumber(prior.logDensity(z))],
      ["D(z)", formatNumber(dOfZ)],
    ];
    this.pictures.replaceChildren(
      this.makeFigure(x, translate("what the network sees")),
      this.makeFigure(reconstruction, translate("reconstruction")),
    );
    setText(this.sentence, joinSentences(classText, verdictText(error, typicalErrors, prior.isTypical(z))));
    this.details.replaceChildren(
      valuesList(facts.filter(([, value]) => value !== formatNumber(NaN))),
      neighbourButtons(plane, neighbours),
    );
  }

  makeFigure(values: ArrayLike<number>, name: string): HTMLElement {
    const canvas = element("canvas", {});
    paintValues(canvas, values, (this.plane.header.preprocessing as InputPreprocessing).image);
    return captionedFigure(canvas, name);
  }

  /** Marks the image's code on the plane. */
  drawMark({ pen, view, theme }: Paper, z: Float32Array) {
    const [x, y] = view.toScreen(...this.plane.slice.project(z));
    if (!Number.isFinite(x + y)) return; // a plane whose places are no codes has none for new ones
    fillCircle(pen, x, y, 8.5, theme.background);
    fillCircle(pen, x, y, 7, theme.text);
    fillCircle(pen, x, y, 3, theme.background);
  }
}

export const drawTool: Tool<DrawPlane> = {
  id: "draw",
  title: translate("Draw or drop an image"),
  titleFor: ({ preprocessing }) => (preprocessing ? !canBeDrawn(preprocessing) && translate("Drop an image") : false),
  host: "aside",
  Kind: DrawTool,
};
