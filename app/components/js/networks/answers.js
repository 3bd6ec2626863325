/**
 * The networks' answers: the decoded image and D(z), from the page where it has the weights, else from the server; and the
 * encoder, fetched when it is first asked for.
 */

import { Networks, encoderOf } from "./decoder.js";
import { paint, paintBytes } from "../base/picture.js";
import { Remote } from "./remote.js";
import { netAtHand, netOf } from "./weights.js";

const HELP = " The server decodes instead.";
const SERVER = "Decoded on the server.";
const LONG = 600; // milliseconds of waiting for weights, after which the page says what it waits for

/** @typedef {import("./net.js").Net} Net */
/** @typedef {import("../../messages.js").Weights} Plan */
/** @typedef {import("../../messages.js").Decoding} Decoding a plan by which the page decodes */

/** @param {Plan | null} plan */
const nameOf = (plan) => (plan?.decoder ? [plan.decoder.sha, plan.discriminator?.sha].join() : "");

export class Answers {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(way: string, sentence: string) => void} changed told which way it runs and, where not in the page, why
   * @param {() => void} [arrived] told that the server's image of z is painted
   */
  constructor(canvas, changed, arrived = () => {}) {
    this.canvas = canvas;
    this.changed = changed;
    this.arrived = arrived;
    this.remote = new Remote(canvas, (refused) => this.heard(refused));
    /** Whether the server decodes; how that is told, what went wrong in the page, and why the server does not answer. */
    this.asks = false;
    this.way = this.wrong = this.refused = "";
    /** @type {Networks | null} */
    this.networks = null;
    /** Those of an earlier step, whose image is painted in place of the present one's. @type {Networks | null} */
    this.then = null;
    /** What tells the networks that answer from others, and those that are on their way. */
    this.sha = this.coming = "";
    /** Timer after which the page says that it waits for weights. @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    /** @type {Plan | null} */
    this.plan = null;
    /** @type {import("../base/wire.js").Field | null} */
    this.image = null;
  }

  /**
   * New weights take the place of the same revision's old ones only when they are there, so that nothing flickers; until
   * another revision's are there, the server's image stands.
   * @param {import("../../messages.js").About} header
   * @param {{image?: import("../../messages.js").Field, z: object}} fields
   */
  load(header, fields) {
    const other = header.revision !== this.remote.revision;
    const plan = header.weights ?? null;
    this.image = fields.image ?? null;
    this.plan = plan;
    this.remote.load(header);
    if (other) clearTimeout(this.waiting);
    if (!plan?.decoder) return this.without("", header.why ?? SERVER);
    const name = nameOf(plan);
    if (this.sha === name) return;
    const decoder = netAtHand(plan.decoder);
    const judge = plan.discriminator && netAtHand(plan.discriminator);
    if (decoder && (judge || !plan.discriminator)) return this.take(plan, decoder, judge);
    if (other) this.clear();
    else if (this.coming === name) return;
    clearTimeout(this.waiting); // meanwhile the server decodes
    this.waiting = setTimeout(() => this.networks || this.without(`The network's weights are still loading.${this.help}`), LONG);
    if (this.coming !== name) this.bring(plan);
  }

  /** Nothing is taken or told any more. */
  close() {
    this.plan = null;
    clearTimeout(this.waiting);
    this.remote.leave();
  }

  /** What happens where the page does not decode. */
  get help() {
    return this.server.can("decode") ? HELP : "";
  }

  /** The decoder, then the discriminator; where nothing answers yet, the decoder at once. @param {Decoding} plan */
  async bring(plan) {
    const wanted = () => nameOf(this.plan) === nameOf(plan);
    this.coming = nameOf(plan);
    try {
      const decoder = await netOf(plan.decoder);
      if (wanted() && (!this.networks || !plan.discriminator)) this.take(plan, decoder, null);
      if (!plan.discriminator) return;
      await netOf(plan.discriminator).then(
        (judge) => wanted() && this.take(plan, decoder, judge),
        // the image is as good without it, so its failure takes only D(z) away
        (error) => wanted() && this.take(plan, decoder, null, `D(z) cannot be computed in the page. ${error.message}`),
      );
    } catch (error) {
      if (wanted()) this.without(`${/** @type {Error} */ (error).message}${this.help}`);
    } finally {
      if (this.coming === nameOf(plan)) this.coming = "";
      if (wanted()) clearTimeout(this.waiting);
    }
  }

  /** @param {Decoding} plan @param {Net} decoder @param {Net | null} judge */
  take(plan, decoder, judge, sentence = "") {
    this.networks = new Networks(decoder, judge, plan.image, plan.dim, plan.means);
    this.sha = nameOf(plan);
    this.asks = false;
    this.remote.leave();
    this.changed(`Decoded in this page (${this.networks.kind}).`, sentence);
  }

  /** Until anything better is there, the image that came with the message is shown. */
  clear() {
    this.networks = null;
    this.sha = "";
    this.asks = false;
    if (this.image && !this.remote.shown) paintBytes(this.canvas, this.image);
  }

  /** The server decodes. @param {string} wrong what went wrong in the page, "" where nothing did @param {string} way how it is told */
  without(wrong, way = this.help && SERVER) {
    const told = this.asks && wrong === this.wrong && way === this.way;
    this.clear();
    this.asks = true;
    this.wrong = wrong;
    this.way = way;
    if (told) return;
    this.refused = "";
    this.changed(way, wrong);
  }

  /** The server has answered, or has refused for a reason. @param {string} refused */
  heard(refused) {
    if (refused === this.refused) return this.arrived();
    this.refused = refused;
    this.changed(this.way, refused || this.wrong);
  }

  /** Paints z's image; D(z), or NaN where it is not known. @param {Float32Array} z @param {number | null} y */
  paint(z, y) {
    const networks = this.then ?? this.networks;
    if (!networks) return this.asks ? this.remote.show(z, y) : NaN;
    const pixels = networks.decode(z, y);
    if (Number.isNaN(pixels[0])) {
      this.without(`The network returned no finite value for this z.${this.help}`);
      return this.remote.show(z, y);
    }
    paint(this.canvas, pixels, networks.image);
    return networks.judge(z);
  }

  /** Where the revision that is shown can be asked about. */
  get server() {
    return this.remote.server;
  }

  /**
   * The encoder of the revision that is shown.
   * @returns {Promise<(x: ArrayLike<number>) => Float32Array>} rejected with one sentence where the page has none
   */
  async encoder() {
    const { plan } = this;
    if (!plan?.encoder) throw new Error("This revision's encoder does not run in the page.");
    return encoderOf(await netOf(plan.encoder), plan.dim);
  }
}
