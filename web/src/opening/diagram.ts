/**
 * The diagram of an adversarial autoencoder beside the plane: an image x, the encoder, its code z, the decoder and the
 * reconstruction x̂; and D, which compares z with samples of the prior. Images, D's verdict and the prior are those of
 * the model that the plane shows.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { VERDICT_COLOURS } from "../base/colours.ts";
import { button, element, setText, svgElement } from "../base/dom.ts";
import { formatPercent } from "../base/number_format.ts";
import { copyCanvas } from "../base/pictures.ts";
import { translate } from "../base/translate.ts";
import type { DiagramPlane } from "./planes.ts";

const DESCRIPTION = translate(
  "Diagram of the adversarial autoencoder. The encoder turns an image x into a code z, and the decoder turns z into the reconstruction x̂. The discriminator D is given codes and samples of the prior p(z) and tells which is which; the encoder is trained to deceive it.",
);
const [WIDTH, HEIGHT] = [360, 212]; // units of the drawing
const PRIOR_PIXELS = 132; // pixels of the prior's canvas
const MAX_SAMPLES = 300; // samples of the prior that are drawn

/** The arrows, as paths: those of the image's way, and those of the contest. */
const IMAGE_ARROWS = ["M71 52H86", "M130 52H162", "M199 52H230", "M274 52H289"];
const CONTEST_ARROWS = ["M180 71V130", "M290 157H245"];
const FEEDBACK_ARROW = "M115 157H104V81";
/** Texts: x, y, text and class. */
const TEXTS: [number, number, string, string][] = [
  [34, 103, translate("image x"), ""],
  [108, 12, translate("Encoder"), "lp-net"],
  [180, 57, "z", "lp-net"],
  [252, 12, translate("Decoder"), "lp-net"],
  [326, 103, translate("image x̂"), ""],
  [180, 153, "D", "lp-net"],
  [180, 169, translate("code or sample?"), ""],
  [326, 207, translate("prior p(z)"), ""],
  [44, 146, translate("D’s verdict"), ""],
  [44, 161, translate("trains the"), ""],
  [44, 176, translate("encoder"), ""],
];

export class Diagram {
  plane: DiagramPlane;
  /** The image that is encoded, by its number among the codes; −1 where z was moved by hand. */
  imageIndex = 0;
  inputPicture = element("canvas", { class: "lp-story-picture lp-story-input", "aria-hidden": "true" });
  outputPicture = element("canvas", { class: "lp-story-picture lp-story-output", "aria-hidden": "true" });
  priorPicture = element("canvas", {
    class: "lp-story-picture lp-story-prior",
    "aria-hidden": "true",
    width: PRIOR_PIXELS,
    height: PRIOR_PIXELS,
  });
  /** At which step of the training the image was encoded, if not at the present. */
  stepText = svgElement("text", { x: WIDTH, y: 117, class: "lp-story-step" });
  verdict = element("p", { class: "lp-story-verdict" });
  replayButton: HTMLButtonElement;
  host: HTMLElement;

  /** @param replay plays the training again */
  constructor(plane: DiagramPlane, replay: () => void) {
    this.plane = plane;
    this.replayButton = button(translate("↻ Replay"), replay, { title: translate("Play the training again") });
    const drawing = element(
      "div",
      { class: "lp-story-drawing" },
      makeDrawing(this.stepText),
      this.inputPicture,
      this.outputPicture,
      this.priorPicture,
    );
    const foot = element("div", { class: "lp-story-foot" }, this.verdict, this.replayButton);
    this.host = element("figure", { class: "lp-story", hidden: true }, drawing, foot);
    plane.parts.panel.before(this.host);
    plane.events.on("pick", ({ index }) => this.encodeImage(index));
    plane.events.on("z", ({ source }) => {
      if (["drag", "keys", "slide"].includes(source)) this.encodeImage(-1);
    });
    plane.events.on("pictures", () => this.drawInput());
    plane.events.on("networks", () => this.drawInput());
    plane.events.on("drawn", ({ dOfZ }) => this.onPlaneDrawn(dOfZ));
  }

  get isShown() {
    return !this.host.hidden;
  }

  /** @param isReplayable whether there is a training to play */
  show(isShown: boolean, isReplayable: boolean) {
    this.host.hidden = !isShown;
    this.replayButton.hidden = !isReplayable;
    if (!isShown) return;
    this.drawInput();
    this.drawPrior();
  }

  /** Whether the training is played, in which everything flows. */
  setPlaying(isPlaying: boolean) {
    this.host.classList.toggle("lp-flowing", isPlaying);
  }

  /** The image of a code is encoded; −1: z was moved by hand, so that only the decoder works. */
  encodeImage(index: number) {
    this.imageIndex = index;
    this.host.classList.toggle("lp-by-hand", index < 0);
    this.drawInput();
  }

  /** Shows the image that is encoded: the original, never a reconstruction of it. */
  drawInput() {
    if (!this.isShown || this.imageIndex < 0) return;
    const { inputPicture } = this;
    const picture = this.plane.sprites.original(this.imageIndex);
    if (picture) copyCanvas(inputPicture, picture);
    else context2d(inputPicture).clearRect(0, 0, inputPicture.width, inputPicture.height);
  }

  /** Samples of the prior, as small discs. */
  drawPrior() {
    const samples = this.plane.fields.prior_xy?.values ?? [];
    const { extent, centre } = this.plane.header;
    const pen = context2d(this.priorPicture);
    pen.clearRect(0, 0, PRIOR_PIXELS, PRIOR_PIXELS);
    pen.fillStyle = `rgb(${VERDICT_COLOURS.prior.join(" ")})`;
    const scale = PRIOR_PIXELS / (2 * extent);
    for (let k = 0; k < Math.min(MAX_SAMPLES, samples.length / 2); k++) {
      const x = PRIOR_PIXELS / 2 + (samples[2 * k] - centre[0]) * scale;
      const y = PRIOR_PIXELS / 2 - (samples[2 * k + 1] - centre[1]) * scale;
      pen.fillRect(x - 1.5, y - 1.5, 3, 3);
    }
  }

  /** The plane has painted the image at z. */
  onPlaneDrawn(dOfZ: number) {
    if (!this.isShown) return;
    const { pastFrame, panel } = this.plane;
    if (panel.image.width && panel.image.height) copyCanvas(this.outputPicture, panel.image);
    const isEncodedEarlier = pastFrame && this.imageIndex >= 0;
    setText(
      this.stepText,
      isEncodedEarlier ? translate("encoded at step {step}", { step: pastFrame.step.toLocaleString("en") }) : "",
    );
    setText(
      this.verdict,
      Number.isFinite(dOfZ)
        ? translate("D on this code: {share} a sample of the prior", { share: formatPercent(dOfZ) })
        : "",
    );
  }
}

/** The drawing behind the pictures. */
function makeDrawing(stepText: SVGElement): SVGSVGElement {
  const arrow = (d: string, kind: string) =>
    svgElement("path", { class: `lp-story-arrow ${kind}`, d, "marker-end": "url(#lp-story-head)" });
  const head = svgElement(
    "marker",
    { id: "lp-story-head", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 5, markerHeight: 5, orient: "auto" },
    svgElement("path", { d: "M0 0L8 4L0 8Z" }),
  );
  const texts = TEXTS.map(([x, y, text, kind]) => svgElement("text", { x, y, class: kind }, text));
  return svgElement(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": DESCRIPTION },
    svgElement("defs", {}, head),
    svgElement("path", { class: "lp-story-net lp-story-encoder", d: "M88 18L128 36V68L88 86Z" }),
    svgElement("path", { class: "lp-story-net", d: "M232 36L272 18V86L232 68Z" }),
    svgElement("rect", { class: "lp-story-rival", x: 117, y: 132, width: 126, height: 50, rx: 8 }),
    svgElement("circle", { class: "lp-story-code", cx: 180, cy: 52, r: 16 }),
    ...IMAGE_ARROWS.map((d) => arrow(d, "lp-story-way")),
    ...CONTEST_ARROWS.map((d) => arrow(d, "lp-story-contest")),
    arrow(FEEDBACK_ARROW, "lp-story-feedback"),
    ...texts,
    stepText,
  );
}
