/**
 * Images of codes from the server, at full resolution: only visible ones are requested, a few at a time.
 */

import { createChangeDetector } from "../base/memoize.ts";
import { toImageData, imagesFromBytes } from "../base/pictures.ts";
import { ATLAS_COLUMNS, ATLAS_SIDE, ImageAtlas } from "./image_atlas.ts";
import type { Server } from "../host/server.ts";

const REQUEST_SIZE = 64; // images in a request

export class ServerImageSheet {
  onArrival: () => void;
  atlas: ImageAtlas<number> = new ImageAtlas(ATLAS_SIDE, ATLAS_COLUMNS);
  server: Server | null = null;
  haveInputsChanged = createChangeDetector();
  waitingIndices: number[] = [];
  isRequesting = false;

  /** @param onArrival called when more have arrived */
  constructor(onArrival: () => void) {
    this.onArrival = onArrival;
  }

  /**
   * @param server to ask from now on
   * @param name another name means other images
   */
  setServer(server: Server, name: string) {
    this.server = server;
    this.waitingIndices = [];
    if (this.haveInputsChanged(name)) this.atlas.reset(...this.atlas.pictureSize);
  }

  /** Requests these images in place of those still waiting to be requested. */
  requestImages(indices: number[]) {
    this.waitingIndices = this.atlas.findMissing(indices);
    if (!this.isRequesting) this.requestWaiting();
  }

  async requestWaiting() {
    this.isRequesting = true;
    while (this.waitingIndices.length) {
      const { server } = this;
      try {
        if (await this.fetchMissing(this.waitingIndices.splice(0, REQUEST_SIZE))) this.onArrival();
      } catch {
        if (server === this.server) this.waitingIndices = []; // they are requested again at the next drawing
      }
    }
    this.isRequesting = false;
  }

  /**
   * Puts these on the sheet.
   * @returns false if the server was replaced in the meantime; rejected with one sentence
   */
  async fetchMissing(indices: number[]): Promise<boolean> {
    const { server } = this;
    const missingIndices = this.atlas.findMissing(indices);
    if (!server || !missingIndices.length) return true;
    const { images, shape } = imagesFromBytes(await server.fetchImages(missingIndices));
    if (server !== this.server) return false;
    if (!this.atlas.slotsByName.size) this.atlas.reset(shape[2], shape[1]);
    images.forEach((values, k) => this.atlas.put(missingIndices[k], toImageData(values, shape)));
    return true;
  }
}
