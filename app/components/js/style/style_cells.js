/**
 * The images of the cells: outdated ones are decoded together, in the page or, if it has no weights, on the server.
 */

import { imagesOf, paint } from "../base/picture.js";

const AT_ONCE = 256; // cells that a usual decoder decodes in one go, or that one request contains

/** @typedef {import("./style_table.js").Cell} Cell */
/** @typedef {{cell: Cell, key: string, z: ArrayLike<number>, y: Float32Array}} Job y: shares of the classes */

/**
 * What each cell of a table should show.
 * @param {Cell[][]} cells
 * @param {ArrayLike<number>[]} styles z of each row
 * @param {Float32Array[]} contents y of each column
 * @param {string} networks identifies the networks
 * @returns {Job[]}
 */
export function jobsOf(cells, styles, contents, networks) {
  const [zs, ys] = [styles, contents].map((all) => all.map((values) => Array.from(values).join()));
  return cells.flatMap((row, r) => row.map((cell, c) => ({ cell, key: `${networks} ${zs[r]} ${ys[c]}`, z: styles[r], y: contents[c] })));
}

export class Cells {
  /** @param {() => void} again called when more cells may be outdated */
  constructor(again) {
    this.again = again;
    this.asking = false;
    /** Why the server did not answer, or "", and the request that it did not answer. */
    this.refused = this.givenUp = "";
  }

  /** @param {Job[]} jobs every cell, with what it should show @param {Pick<import("../networks/answers.js").Answers, "networks" | "asks" | "server">} answers */
  paint(jobs, { networks, asks, server }) {
    const stale = jobs.filter(({ cell, key }) => cell.drawn !== key);
    if (!stale.length) return;
    const some = stale.slice(0, networks?.atOnce(AT_ONCE) ?? AT_ONCE);
    const [zs, ys] = [some.map(({ z }) => z), some.map(({ y }) => y)];
    if (networks) {
      this.show(some, { images: networks.decodeMany(zs, ys), shape: networks.image });
      this.refused = "";
      if (stale.length > some.length) this.again();
    } else if (asks && server.can("decode") && !this.asking) this.ask(some, server);
  }

  /** @param {Job[]} jobs @param {ReturnType<typeof imagesOf>} made */
  show(jobs, { images, shape }) {
    jobs.forEach(({ cell, key }, k) => {
      paint(cell.canvas, images[k], shape);
      cell.drawn = key;
    });
  }

  /** Makes one request at a time; changes in the meantime go into the next one. @param {Job[]} jobs @param {import("../host/server.js").Server} server */
  ask(jobs, server) {
    const wish = jobs.map(({ key }) => key).join();
    if (wish === this.givenUp) return;
    this.asking = true;
    server.decode(jobs.map(({ z }) => z), jobs.map(({ y }) => Array.from(y))).then(
      ({ images }) => {
        this.show(jobs, imagesOf(images));
        this.answered("", "");
      },
      (error) => this.answered(error.message, wish),
    );
  }

  /** @param {string} refused @param {string} givenUp */
  answered(refused, givenUp) {
    this.asking = false;
    this.refused = refused;
    this.givenUp = givenUp;
    this.again();
  }
}
