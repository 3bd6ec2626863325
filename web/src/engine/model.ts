/**
 * The networks of a game: encoder q(z|x), decoder p(x|z) or p(x|y, z) and, with an adversary, the discriminator D. If
 * the content y is inferred, the encoder also outputs q(y|x), and there is a second discriminator D_y (§5).
 */

import { oneHot, softmax } from "./costs.ts";
import { sigmoid } from "../networks/networks.ts";
import { concatColumns, sliceColumns, mapMatrix, matrix } from "./matrix.ts";
import { Net } from "./net.ts";
import type { Matrix } from "./matrix.ts";
import type { Pass } from "./net.ts";
import type { GameModel as VariantRow } from "../messages.ts";
import type { Prior } from "./priors.ts";

export type Gaussian = { mu: Matrix; logVariance: Matrix; epsilon: Matrix; z: Matrix };
/** The encoder's results: codes z N×2 ~ q(z|x) and, if contents are inferred, y = q(y|x) N×K and their logits. */
export type Inferred = { pass: Pass; z: Matrix; y: Matrix | null; logits: Matrix | null; gaussian: Gaussian | null };

const DIM = 2; // dimensions of the latent space
const LOG_VARIANCE_BOUND = 10; // bound of |log σ²|, so that no single step can make a variance overflow

/** The number of inputs that D has beside z. */
function conditionWidth(kind: VariantRow, classes: number): number {
  if (kind.labels === "discriminator") return classes + 1; // one of them for “unlabelled”
  return kind.discriminator_sees_content ? classes : 0;
}

export class Model {
  kind: VariantRow;
  classes: number;
  prior: Prior;
  noiseSize: number;
  encoder: Net;
  decoder: Net;
  nets: Record<string, Net>;

  /** @param sizes noise: of the noise η that a universal posterior takes */
  constructor(
    kind: VariantRow,
    {
      pixels,
      classes,
      hidden,
      discriminator,
      noise,
    }: { pixels: number; classes: number; hidden: number[]; discriminator: number[]; noise: number },
    prior: Prior,
  ) {
    this.kind = kind;
    this.classes = classes;
    this.prior = prior;
    const inferred = kind.categorical ? classes : 0;
    const codes = kind.posterior === "gaussian" ? 2 * DIM : DIM;
    const condition = conditionWidth(kind, classes);
    this.noiseSize = kind.posterior === "universal" ? noise : 0;
    this.encoder = new Net([pixels + this.noiseSize, ...hidden, inferred + codes]);
    this.decoder = new Net([DIM + (kind.content ? classes : 0), ...hidden.toReversed(), pixels]);
    this.nets = { encoder: this.encoder, decoder: this.decoder };
    if (kind.phases.includes("discrimination"))
      this.nets.discriminator = new Net([DIM + condition, ...discriminator, 1]);
    if (kind.categorical) this.nets.content_discriminator = new Net([classes, ...discriminator, 1]);
  }

  /**
   * One draw from q(z|x) for each image, and q(y|x).
   * @param x N×pixels
   * @param noise N(0, 1)
   */
  infer(x: Matrix, noise: (rows: number, columns: number) => Matrix): Inferred {
    const pass = this.encoder.forward(this.noiseSize ? concatColumns(x, noise(x.rows, this.noiseSize)) : x);
    const contentSize = this.kind.categorical ? this.classes : 0;
    const logits = contentSize ? sliceColumns(pass.outputs, 0, contentSize) : null;
    const h = sliceColumns(pass.outputs, contentSize);
    const y = logits && softmax(logits);
    if (this.kind.posterior !== "gaussian") return { pass, z: h, y, logits, gaussian: null };
    const mu = sliceColumns(h, 0, DIM);
    const logVariance = mapMatrix(sliceColumns(h, DIM), (t) =>
      Math.min(LOG_VARIANCE_BOUND, Math.max(-LOG_VARIANCE_BOUND, t)),
    );
    const epsilon = noise(x.rows, DIM);
    const z = mapMatrix(mu, (m, index) => m + Math.exp(0.5 * logVariance.values[index]) * epsilon.values[index]);
    return { pass, z, y, logits, gaussian: { mu, logVariance, epsilon, z } };
  }

  /**
   * The code of each image: z itself, μ(x) for a Gaussian posterior, or f(x, 0) for a universal one; and q(y|x), if
   * contents are inferred.
   */
  represent(x: Matrix): { z: Matrix; y: Matrix | null } {
    const { gaussian, z, y } = this.infer(x, matrix); // ε = 0 or η = 0
    return { z: gaussian?.mu ?? z, y };
  }

  /**
   * The encoder's gradients from the derivatives with respect to its results.
   * @param d those that are not 0; that of z is also passed on through μ and σ
   */
  encoderGradients(
    { pass, z, logits, gaussian }: Inferred,
    d: { z?: Matrix | null; logits?: Matrix | null; mu?: Matrix | null; logVariance?: Matrix | null },
  ): Float32Array[] {
    const dz = d.z ?? mapMatrix(z, () => 0);
    let h = dz;
    if (gaussian) {
      const { logVariance, epsilon } = gaussian;
      const isInside = sliceColumns(pass.outputs, pass.outputs.columns - DIM).values.map((t) =>
        Number(Math.abs(t) <= LOG_VARIANCE_BOUND),
      );
      const dMu = mapMatrix(dz, (slope, index) => slope + (d.mu?.values[index] ?? 0));
      const dLogVariance = mapMatrix(dz, (slope, index) => {
        const throughDraw = slope * 0.5 * Math.exp(0.5 * logVariance.values[index]) * epsilon.values[index];
        return isInside[index] * (throughDraw + (d.logVariance?.values[index] ?? 0));
      });
      h = concatColumns(dMu, dLogVariance);
    }
    return this.encoder.backward(pass, logits ? concatColumns(d.logits ?? mapMatrix(logits, () => 0), h) : h).gradients;
  }

  /** x̂'s logits from codes z N×2 and, if the decoder takes them, contents y N×K. */
  decode(z: Matrix, y: Matrix | null): Pass {
    return this.decoder.forward(this.kind.content && y ? concatColumns(y, z) : z);
  }

  /**
   * D's logits on codes z N×2 and, if D is conditioned on labels, these N×K and an input for “unlabelled”, here 0
   * (§2.3); if D sees contents, these N×K.
   */
  discriminate(z: Matrix, condition: Matrix | null): Pass {
    if (!condition) return this.nets.discriminator.forward(z);
    const inputs = this.kind.discriminator_sees_content ? [z, condition] : [z, condition, matrix(z.rows, 1)];
    return this.nets.discriminator.forward(concatColumns(...inputs));
  }

  /**
   * D(z) of any codes; a D conditioned on labels gets the class of the region in which each code lies. Of a D that
   * sees contents, the mean over all of them.
   */
  judgeAnywhere(z: Matrix): Matrix {
    if (this.kind.discriminator_sees_content) return this.judgeWithEveryContent(z);
    const condition = this.kind.labels === "discriminator" ? oneHot(this.prior.regionOfCodes(z), this.classes) : null;
    return mapMatrix(this.discriminate(z, condition).outputs, sigmoid);
  }

  /**
   * The mean of D(z, y) over all contents y.
   * @returns N×1
   */
  judgeWithEveryContent(z: Matrix): Matrix {
    const mean = matrix(z.rows, 1);
    for (let content = 0; content < this.classes; content++) {
      const y = oneHot(new Int32Array(z.rows).fill(content), this.classes);
      this.discriminate(z, y).outputs.values.forEach((logit, index) => {
        mean.values[index] += sigmoid(logit) / this.classes;
      });
    }
    return mean;
  }
}
