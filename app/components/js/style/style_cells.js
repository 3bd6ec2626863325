/**
 * The images of the cells: outdated ones are decoded together, in the page or, if it has no weights, on the server.
 */

import { imagesFromBytes, paintValues } from "../base/pictures.js";

const BATCH_SIZE = 256; // cells that a usual decoder decodes in one go, or that one request contains

/** @typedef {import("./style_table.js").Cell} Cell */
/** @typedef {{cell: Cell, key: string, z: ArrayLike<number>, y: Float32Array}} DecodeJob y: shares of the classes */

/**
 * What each cell of a table should show.
 * @param {Cell[][]} cells
 * @param {ArrayLike<number>[]} styles z of each row
 * @param {Float32Array[]} contents y of each column
 * @param {string} networks identifies the networks
 * @returns {DecodeJob[]}
 */
export function decodeJobs(cells, styles, contents, networks) {
  const [zs, ys] = [styles, contents].map((vectors) => vectors.map((values) => Array.from(values).join()));
  return cells.flatMap((row, r) =>
    row.map((cell, c) => ({ cell, key: `${networks} ${zs[r]} ${ys[c]}`, z: styles[r], y: contents[c] })),
  );
}

export class CellImages {
  /** @param {() => void} onStale called when more cells may be outdated */
  constructor(onStale) {
    this.onStale = onStale;
    this.isRequesting = false;
    /** Why the server did not answer, or "", and the request that it did not answer. */
    this.error = this.failedRequest = "";
  }

  /**
   * @param {DecodeJob[]} jobs every cell, with what it should show
   * @param {Pick<import("../networks/decoder_client.js").DecoderClient, "networks" | "usesServer" | "server">} decoder
   */
  paintStale(jobs, { networks, usesServer, server }) {
    const staleJobs = jobs.filter(({ cell, key }) => cell.imageKey !== key);
    if (!staleJobs.length) return;
    const batch = staleJobs.slice(0, networks?.batchSizeFor(BATCH_SIZE) ?? BATCH_SIZE);
    const [zs, ys] = [batch.map(({ z }) => z), batch.map(({ y }) => y)];
    if (networks) {
      this.paintCells(batch, { images: networks.decodeMany(zs, ys), shape: networks.image });
      this.error = "";
      if (staleJobs.length > batch.length) this.onStale();
    } else if (usesServer && server.canRequest("decode") && !this.isRequesting) this.requestImages(batch, server);
  }

  /**
   * @param {DecodeJob[]} jobs
   * @param {ReturnType<typeof imagesFromBytes>} made
   */
  paintCells(jobs, { images, shape }) {
    jobs.forEach(({ cell, key }, k) => {
      paintValues(cell.canvas, images[k], shape);
      cell.imageKey = key;
    });
  }

  /**
   * Makes one request at a time; changes in the meantime go into the next one.
   * @param {DecodeJob[]} jobs
   * @param {import("../host/server.js").Server} server
   */
  requestImages(jobs, server) {
    const requestKey = jobs.map(({ key }) => key).join();
    if (requestKey === this.failedRequest) return;
    this.isRequesting = true;
    server
      .decode(
        jobs.map(({ z }) => z),
        jobs.map(({ y }) => Array.from(y)),
      )
      .then(
        ({ images }) => {
          this.paintCells(jobs, imagesFromBytes(images));
          this.onAnswer("", "");
        },
        (error) => this.onAnswer(error.message, requestKey),
      );
  }

  /**
   * @param {string} error
   * @param {string} failedRequest
   */
  onAnswer(error, failedRequest) {
    this.isRequesting = false;
    this.error = error;
    this.failedRequest = failedRequest;
    this.onStale();
  }
}
