/**
 * The networks' answers: the decoded image and D(z), from the page where it has the weights, else from the server.
 */

import { paint, paintBytes } from "./picture.js";
import { networksOf } from "./weights.js";

const HELP = "The server decodes instead, when the pointer is let go or a slider beside the plane is moved.";

export class Answers {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(way: string, sentence: string) => void} changed told which way it runs and, where not in the page, why
   */
  constructor(canvas, changed) {
    this.canvas = canvas;
    this.changed = changed;
    /** @type {import("./decoder.js").Networks | null} */
    this.networks = null;
    this.sha = "";
    this.wanted = "";
    /** @type {import("./wire.js").Field | null} */
    this.image = null;
  }

  /**
   * New weights take the place of the old only when they are there, so that nothing flickers.
   * @param {Object<string, any>} header
   * @param {Object<string, import("./wire.js").Field>} fields
   */
  load(header, fields) {
    const plan = header.weights ?? null;
    this.image = fields.image ?? null;
    this.wanted = plan?.sha ?? "";
    if (!plan) return this.without(header.why ?? "");
    if (plan.sha === this.sha) return;
    networksOf(plan).then(
      (networks) => this.wanted === plan.sha && this.take(networks, plan.sha),
      (error) => this.wanted === plan.sha && this.without(`${error.message} ${HELP}`),
    );
  }

  take(networks, sha) {
    this.networks = networks;
    this.sha = sha;
    this.changed(`Decoded in this page (${networks.machine.kind}).`, "");
  }

  without(sentence) {
    this.networks = null;
    this.sha = "";
    if (this.image) paintBytes(this.canvas, this.image);
    this.changed(this.image ? "Decoded on the server, when the pointer is let go." : "", sentence);
  }

  /**
   * Paints z's image; D(z), or NaN where it is not known.
   * @param {Float32Array} z
   * @param {number | null} y
   */
  paint(z, y) {
    if (!this.networks) return NaN;
    const pixels = this.networks.decode(z, y);
    if (Number.isNaN(pixels[0])) {
      this.without(`The network gave no number for this z. ${HELP}`);
      return NaN;
    }
    paint(this.canvas, pixels, this.networks.image);
    return this.networks.judge(z);
  }
}
