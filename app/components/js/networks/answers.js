/**
 * The decoded image and D(z): computed in the page if it has the weights, otherwise by the server, whose images follow as fast as
 * its answers come and never lag by more than one of them; and the encoder, fetched when it is first needed.
 */

import { Networks, encoderOf } from "./decoder.js";
import { paint, paintBytes } from "../base/picture.js";
import { Newest, Server } from "../host/server.js";
import { netAtHand, netOf } from "./weights.js";

const HELP = " The server decodes instead.";
const SERVER = "Decoded on the server.";
const LONG = 600; // milliseconds after which the page says that it waits for weights

/** @typedef {import("./net.js").Net} Net */
/** @typedef {import("../../messages.js").Weights} Plan */
/** @typedef {import("../../messages.js").Decoding} Decoding a plan by which the page decodes */

/** @param {Plan | null} plan */
const nameOf = (plan) => (plan?.decoder ? [plan.decoder.sha, plan.discriminator?.sha].join() : "");

export class Answers {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(way: string, sentence: string) => void} changed called with where decoding happens and what went wrong
   * @param {() => void} [arrived] called when the server's image of z is painted
   */
  constructor(canvas, changed, arrived = () => {}) {
    this.canvas = canvas;
    this.changed = changed;
    this.arrived = arrived;
    /** The server that answers requests about the current revision. */
    this.server = new Server();
    this.revision = "";
    /** z and y of the last request. */
    this.wanted = "";
    /** Whether the canvas shows the server's image, and D(z) of that. */
    this.shown = false;
    this.dOfZ = NaN;
    this.newest = new Newest(
      (/** @type {{z: Float32Array, y: number | null}} */ { z, y }, given) => this.server.decode([z], y === null ? null : [y], given),
      ({ images, d_of_z }) => {
        paintBytes(canvas, { values: images.values, shape: images.shape.slice(1) });
        this.shown = true;
        this.dOfZ = d_of_z ? d_of_z.values[0] : NaN;
        this.heard("");
      },
      (error) => {
        this.dOfZ = NaN; // the last image stays; only another z or another message causes a new request
        this.heard(error.message);
      },
    );
    /** Whether the server decodes; the sentence that says so, what went wrong in the page, and why the server does not answer. */
    this.asks = false;
    this.way = this.wrong = this.refused = "";
    /** @type {Networks | null} */
    this.networks = null;
    /** Networks of an earlier step, which decode in place of the present ones. @type {Networks | null} */
    this.then = null;
    /** Hashes of the networks in use and of those being fetched. */
    this.sha = this.coming = "";
    /** Timer after which the page says that it waits for weights. @type {ReturnType<typeof setTimeout> | undefined} */
    this.waiting = undefined;
    /** @type {Plan | null} */
    this.plan = null;
    /** @type {import("../base/wire.js").Field | null} */
    this.image = null;
  }

  /**
   * Fetches the weights of a message. Those of the same revision replace the old ones only on arrival, so that nothing flickers;
   * while those of another revision are fetched, the server's image is shown. The server's image, too, stays until there is a
   * newer one of the same revision.
   * @param {import("../../messages.js").About} header
   * @param {{image?: import("../../messages.js").Field, z: object}} fields
   */
  load(header, fields) {
    const other = header.revision !== this.revision;
    const plan = header.weights ?? null;
    this.image = fields.image ?? null;
    this.plan = plan;
    this.revision = header.revision;
    const server = new Server(header.server);
    if (server.id !== this.server.id) {
      this.drop();
      this.server = server;
    }
    if (other) this.leave();
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

  /** Ignores everything that arrives from now on. */
  close() {
    this.plan = null;
    this.leave();
  }

  /** Gives up the requests for an image. */
  drop() {
    this.newest.drop();
    this.wanted = "";
  }

  /** The canvas no longer shows the server's image, and the page no longer waits for weights. */
  leave() {
    clearTimeout(this.waiting);
    this.drop();
    this.shown = false;
    this.dOfZ = NaN;
  }

  /** The sentence about what happens if the page does not decode. */
  get help() {
    return this.server.can("decode") ? HELP : "";
  }

  /** Fetches the decoder, then the discriminator; if no network is in use yet, the decoder is used before D has arrived. @param {Decoding} plan */
  async bring(plan) {
    const wanted = () => nameOf(this.plan) === nameOf(plan);
    this.coming = nameOf(plan);
    try {
      const decoder = await netOf(plan.decoder);
      if (wanted() && (!this.networks || !plan.discriminator)) this.take(plan, decoder, null);
      if (!plan.discriminator) return;
      await netOf(plan.discriminator).then(
        (judge) => wanted() && this.take(plan, decoder, judge),
        // decoding works without D, so only D(z) is missing
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
    this.leave();
    this.changed(`Decoded in this page (${this.networks.kind}).`, sentence);
  }

  /** Drops the networks and shows the image that came with the message. */
  clear() {
    this.networks = null;
    this.sha = "";
    this.asks = false;
    if (this.image && !this.shown) paintBytes(this.canvas, this.image);
  }

  /** Lets the server decode. @param {string} wrong what went wrong in the page, "" for nothing @param {string} way the sentence that says so */
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

  /** The server has answered ("") or given a reason why it cannot. @param {string} refused */
  heard(refused) {
    if (refused === this.refused) return this.arrived();
    this.refused = refused;
    this.changed(this.way, refused || this.wrong);
  }

  /** Paints z's image; returns D(z), or NaN where it is not known. @param {Float32Array} z @param {number | null} y */
  paint(z, y) {
    const networks = this.then ?? this.networks;
    if (!networks) return this.asks ? this.request(z, y) : NaN;
    const pixels = networks.decode(z, y);
    if (Number.isNaN(pixels[0])) {
      this.without(`The network returned no finite value for this z.${this.help}`);
      return this.request(z, y);
    }
    paint(this.canvas, pixels, networks.image);
    return networks.judge(z);
  }

  /** Requests z's image unless that was done; returns D(z) of the image shown. @param {Float32Array} z @param {number | null} y */
  request(z, y) {
    const wish = `${z.join()} ${y}`;
    if (this.server.can("decode") && wish !== this.wanted) {
      this.wanted = wish;
      this.newest.want({ z: z.slice(), y });
    }
    return this.dOfZ;
  }

  /**
   * The encoder of the current revision.
   * @returns {Promise<(x: ArrayLike<number>) => Float32Array>} rejected with one sentence where the page has none
   */
  async encoder() {
    const { plan } = this;
    if (!plan?.encoder) throw new Error("This revision's encoder does not run in the page.");
    return encoderOf(await netOf(plan.encoder), plan.dim);
  }
}
