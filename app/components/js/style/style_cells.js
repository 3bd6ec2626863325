/**
 * The images of the cells: outdated ones are decoded together, in the page or, if it has no weights, on the server.
 */

import { imagesOf, paint } from "../base/picture.js";

const AT_ONCE = 256; // cells that a usual decoder decodes in one go, or that are asked for in one request

/** @typedef {import("./style_table.js").Cell} Cell */
/** @typedef {{cell: Cell, key: string, z: ArrayLike<number>, y: Float32Array}} Job y: shares of the classes */
/** @typedef {(codes: ArrayLike<number>[], ys: Float32Array[]) => Promise<import("../base/wire.js").Field>} Ask images u1 n×H×W×C */

/**
 * What each cell of a table should show.
 * @param {Cell[][]} cells
 * @param {ArrayLike<number>[]} styles z of each row
 * @param {Float32Array[]} contents y of each column
 * @param {string} networks what tells these networks from others
 * @returns {Job[]}
 */
export function jobsOf(cells, styles, contents, networks) {
  const [zs, ys] = [styles, contents].map((all) => all.map((values) => Array.from(values).join()));
  return cells.flatMap((row, r) => row.map((cell, c) => ({ cell, key: `${networks} ${zs[r]} ${ys[c]}`, z: styles[r], y: contents[c] })));
}

export class Cells {
  /** @param {() => void} again called when there may be more to do */
  constructor(again) {
    this.again = again;
    this.asking = false;
    /** Why the server did not answer, or "", and to which wish. */
    this.refused = this.givenUp = "";
  }

  /**
   * @param {Job[]} jobs every cell, with what it should show
   * @param {import("../networks/decoder.js").Networks | null} networks
   * @param {Ask | null} ask of the server
   */
  paint(jobs, networks, ask) {
    const stale = jobs.filter(({ cell, key }) => cell.drawn !== key);
    if (!stale.length) return;
    const some = stale.slice(0, networks?.atOnce(AT_ONCE) ?? AT_ONCE);
    const [zs, ys] = [some.map(({ z }) => z), some.map(({ y }) => y)];
    if (networks) this.show(some, { images: networks.decodeMany(zs, ys), shape: networks.image });
    else if (ask && !this.asking) this.ask(some, ask);
    if (networks && stale.length > some.length) this.again();
  }

  /** @param {Job[]} jobs @param {ReturnType<typeof imagesOf>} made */
  show(jobs, { images, shape }) {
    jobs.forEach(({ cell, key }, k) => {
      paint(cell.canvas, images[k], shape);
      cell.drawn = key;
    });
  }

  /** One request at a time: what moved meanwhile is the next one's. @param {Job[]} jobs @param {Ask} ask */
  ask(jobs, ask) {
    const wish = jobs.map(({ key }) => key).join();
    if (wish === this.givenUp) return;
    this.asking = true;
    ask(jobs.map(({ z }) => z), jobs.map(({ y }) => y)).then(
      (field) => {
        this.show(jobs, imagesOf(field));
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
