/**
 * The images of the cells: outdated ones are decoded together, in the page or, if it has no weights, on the server.
 */

import { imagesFromBytes, paintValues } from "../base/pictures.ts";
import type { Cell } from "./style_table.ts";
import type { DecoderClient } from "../networks/decoder_client.ts";
import type { Server } from "../host/server.ts";

const BATCH_SIZE = 256; // cells that a usual decoder decodes in one go, or that one request contains

/** y: shares of the classes */
type DecodeJob = { cell: Cell; key: string; z: ArrayLike<number>; y: Float32Array };

/**
 * What each cell of a table should show.
 * @param styles z of each row
 * @param contents y of each column
 * @param networks identifies the networks
 */
export function decodeJobs(
  cells: Cell[][],
  styles: ArrayLike<number>[],
  contents: Float32Array[],
  networks: string,
): DecodeJob[] {
  const [zs, ys] = [styles, contents].map((vectors) => vectors.map((values) => Array.from(values).join()));
  return cells.flatMap((row, r) =>
    row.map((cell, c) => ({ cell, key: `${networks} ${zs[r]} ${ys[c]}`, z: styles[r], y: contents[c] })),
  );
}

export class CellImages {
  onStale: () => void;
  isRequesting = false;
  /** Why the server did not answer, or "", and the request that it did not answer. */
  error: string;
  failedRequest: string;

  /** @param onStale called when more cells may be outdated */
  constructor(onStale: () => void) {
    this.onStale = onStale;
    this.error = this.failedRequest = "";
  }

  /** @param jobs every cell, with what it should show */
  paintStale(
    jobs: DecodeJob[],
    { networks, usesServer, server }: Pick<DecoderClient, "networks" | "usesServer" | "server">,
  ) {
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

  paintCells(jobs: DecodeJob[], { images, shape }: ReturnType<typeof imagesFromBytes>) {
    jobs.forEach(({ cell, key }, k) => {
      paintValues(cell.canvas, images[k], shape);
      cell.imageKey = key;
    });
  }

  /** Makes one request at a time; changes in the meantime go into the next one. */
  requestImages(jobs: DecodeJob[], server: Server) {
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

  onAnswer(error: string, failedRequest: string) {
    this.isRequesting = false;
    this.error = error;
    this.failedRequest = failedRequest;
    this.onStale();
  }
}
