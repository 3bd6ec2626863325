/**
 * Decoding on the server while z moves: the image follows as fast as answers come, and never lags by more than one of them.
 */

import { paintBytes } from "../base/picture.js";
import { Newest, Server } from "../host/server.js";

/** @typedef {{z: Float32Array, y: number | null}} Wish */

export class Remote {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(refused: string) => void} heard called with "" when a new image is painted, else with a sentence why none is
   */
  constructor(canvas, heard) {
    this.server = new Server();
    this.revision = "";
    /** z and y of the last request. */
    this.wanted = "";
    /** Whether the canvas shows an answer. */
    this.shown = false;
    /** D(z) of the image shown. */
    this.dOfZ = NaN;
    /** @type {Newest<Wish, Awaited<ReturnType<Server["decode"]>>>} */
    this.newest = new Newest(
      ({ z, y }, given) => this.server.decode([z], y === null ? null : [y], given),
      ({ images, d_of_z }) => {
        paintBytes(canvas, { values: images.values, shape: images.shape.slice(1) });
        this.shown = true;
        this.dOfZ = d_of_z ? d_of_z.values[0] : NaN;
        heard("");
      },
      (error) => {
        this.dOfZ = NaN; // the last image stays; only another z or another message causes a new request
        heard(error.message);
      },
    );
  }

  /**
   * Sets the server to ask from now on; an image of the same revision stays until there is a newer one.
   * @param {import("../../messages.js").About} header
   */
  load({ server, revision }) {
    const asked = new Server(server);
    if (asked.id !== this.server.id) {
      this.newest.drop();
      this.wanted = "";
      this.server = asked;
    }
    if (revision !== this.revision) this.leave();
    this.revision = revision;
  }

  /** The canvas no longer shows the server's image. */
  leave() {
    this.newest.drop();
    this.wanted = "";
    this.shown = false;
    this.dOfZ = NaN;
  }

  /**
   * Requests z's image unless that was done; returns D(z) of the image shown, NaN where it is not known.
   * @param {Float32Array} z
   * @param {number | null} y
   */
  show(z, y) {
    const wish = `${z.join()} ${y}`;
    if (this.server.can("decode") && wish !== this.wanted) {
      this.wanted = wish;
      this.newest.want({ z: z.slice(), y });
    }
    return this.dOfZ;
  }
}
