/**
 * The images of the codes, and the card that shows the one under the pointer. They come from one sheet of the
 * originals; where its tiles are reduced and a larger image is drawn, the server sends the full one. Without a sheet,
 * the page or else the server decodes them. The sheet, some megabytes, is fetched when many images are drawn or a code
 * is selected, or as soon as no other file is on its way.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { element } from "../base/dom.ts";
import { translate } from "../base/translate.ts";
import { waitUntilQuiet } from "../host/quiet_line.ts";
import { Server, fetchPicture } from "../host/server.ts";
import { ServerImageSheet } from "./server_image_sheet.ts";
import { DecodedSheet } from "./decoded_sheet.ts";
import type { AtlasPlace as Place } from "./image_atlas.ts";
import type { Sprites as SheetInfo } from "../messages.ts";
import type { Source } from "./decoded_sheet.ts";
import type { RequestUrls } from "../host/server.ts";
import type { CardPlane } from "./planes.ts";

export class Sprites {
  onArrival: () => void;
  decodedSheet: DecodedSheet;
  /** Counts the arrivals of pictures. */
  arrivalCount = 0;
  serverSheet = new ServerImageSheet(() => this.notifyArrival());
  server = new Server();
  sheetInfo: SheetInfo | null = null;
  sheet: ImageBitmap | null = null;
  /** The hash of the sheet that is here or on its way. */
  requestedSheet = "";

  /**
   * @param onArrival called when a sheet or other pictures have arrived
   * @param source what is decoded while there is no sheet
   */
  constructor(onArrival: () => void, source: () => Source) {
    this.onArrival = onArrival;
    this.decodedSheet = new DecodedSheet(source);
  }

  /** @param urls for the full images */
  load(sheetInfo: SheetInfo | null, urls?: RequestUrls | null) {
    const server = new Server(urls);
    // otherwise pending answers stay valid
    if (server.id !== this.server.id || sheetInfo?.sha !== this.sheetInfo?.sha) this.server = server;
    this.serverSheet.setServer(this.server, sheetInfo?.sha ?? this.server.id);
    if (sheetInfo?.sha === this.sheetInfo?.sha) return;
    this.sheetInfo = sheetInfo ?? null;
    this.sheet = null;
    this.requestedSheet = "";
    if (sheetInfo) this.fetchSheetLater(sheetInfo.sha);
  }

  /** @param sha of the sheet */
  async fetchSheetLater(sha: string) {
    await waitUntilQuiet();
    if (this.sheetInfo?.sha === sha) this.fetchSheet();
  }

  /** Fetches the sheet, if there is one, unless it is here or on its way. */
  fetchSheet() {
    const { sheetInfo } = this;
    if (!sheetInfo || this.requestedSheet === sheetInfo.sha) return;
    this.requestedSheet = sheetInfo.sha;
    fetchPicture(sheetInfo.url, (image) => {
      if (this.sheetInfo?.sha !== sheetInfo.sha) return;
      this.sheet = image;
      this.notifyArrival();
    });
  }

  notifyArrival() {
    this.arrivalCount += 1;
    this.onArrival();
  }

  /** Whether the sheet holds the images at full size. */
  get isFullSize() {
    return Boolean(this.sheet && this.sheetInfo?.is_full_size);
  }

  /** Whether the server is asked for images that the sheet lacks or holds only at reduced size. */
  get usesServer() {
    return (
      this.server.canRequest("images") &&
      (this.sheetInfo ? !this.sheetInfo.is_full_size : !this.decodedSheet.readSource().networks)
    );
  }

  /** Width and height of the largest pictures in memory. */
  get largestPictureSize() {
    const [height, width] = this.sheetInfo?.tile ?? [0, 0];
    return [this.serverSheet.atlas.pictureSize, this.decodedSheet.atlas.pictureSize, [width, height]].sort(
      (a, b) => b[0] - a[0],
    )[0];
  }

  /** "originals" or "reconstructions". */
  get kind() {
    if (this.sheet && this.sheetInfo) return this.sheetInfo.kind;
    return this.usesServer && this.server.canRequest("image") ? "originals" : "reconstructions";
  }

  /** Fills the card of a code and moves it beside the code; without the picture if the plane shows that already. */
  showCard(plane: CardPlane, index: number) {
    const { card } = plane.parts;
    const id = plane.items.idOf(index);
    const text = element(
      "span",
      {},
      ...(id ? [element("strong", {}, id), element("br")] : []),
      id ? plane.codeName(index) : element("strong", {}, plane.codeName(index)),
      element("br"),
      plane.codeText(index),
    );
    const thumbnail = plane.hasThumbnail(index) ? null : this.thumbnail(index);
    if (thumbnail && this.kind === "reconstructions") text.append(element("br"), translate("reconstruction"));
    card.replaceChildren(...(thumbnail ? [thumbnail] : []), text);
    const { xy } = plane.codes;
    const [x, y] = plane.view.toScreen(xy[2 * index], xy[2 * index + 1]);
    const [isLeft, isAbove] = [x > plane.view.width / 2, y > plane.view.height / 2];
    const offset = `translate(${x + (isLeft ? -14 : 14)}px, ${y + (isAbove ? -14 : 14)}px)`;
    card.style.transform = `${offset} translate(${isLeft ? "-100%" : "0"}, ${isAbove ? "-100%" : "0"})`;
  }

  /**
   * Decodes or requests the pictures of these codes.
   * @param side side at which each is drawn, in device pixels
   */
  requestImages(indices: number[], side: number = Infinity) {
    this.fetchSheet();
    if (this.usesServer)
      return this.sheetInfo && side <= Math.max(...this.sheetInfo.tile)
        ? undefined
        : this.serverSheet.requestImages(indices);
    if (!this.sheet) this.decodedSheet.decodeMissing(indices);
  }

  /** The same at full size, and waits for it; rejected with one sentence. */
  async loadImages(indices: number[]) {
    if (this.usesServer) await this.serverSheet.fetchMissing(indices);
    else this.requestImages(indices);
  }

  /** Where the picture of a code lies; null if there is none, or none yet. */
  findPlace(index: number): Place | null {
    const place = this.serverSheet.atlas.findPlace(index);
    if (place || !this.sheet) return place ?? this.decodedSheet.findPlace(index);
    const {
      tile: [height, width],
      columns,
    } = this.sheetInfo as SheetInfo;
    return {
      from: this.sheet,
      left: (index % columns) * width,
      top: Math.floor(index / columns) * height,
      width,
      height,
    };
  }

  /** The picture of a code on a canvas of its own, or null if there is none. */
  thumbnail(index: number): HTMLCanvasElement | null {
    if (!this.sheet && !this.usesServer) return this.reconstruction(index);
    const place = this.findPlace(index);
    if (!place) this.serverSheet.requestImages([...this.serverSheet.waitingIndices, index]);
    return copyToCanvas(place);
  }

  /**
   * The original image of a code, or null if there is none, or none yet. Until the sheet is here, the server sends this
   * image alone.
   */
  original(index: number): HTMLCanvasElement | null {
    if (this.sheet && this.sheetInfo?.kind === "originals") return copyToCanvas(this.findPlace(index));
    if (!this.server.canRequest("image") || !this.server.canRequest("images")) return null;
    const place = this.serverSheet.atlas.findPlace(index);
    if (!place) this.serverSheet.requestImages([...this.serverSheet.waitingIndices, index]);
    return copyToCanvas(place);
  }

  /** The decoded image of a code, or null if the decoder does not run in the page. */
  reconstruction(index: number): HTMLCanvasElement | null {
    return copyToCanvas(this.decodedSheet.findPlace(index)) ?? this.decodedSheet.decodeToCanvas(index);
  }
}

/** Draws a picture from its place on a sheet. */
export const drawPicture = (
  pen: CanvasRenderingContext2D,
  { from, left, top, width, height }: Place,
  x: number,
  y: number,
  targetWidth: number,
  targetHeight: number,
) => pen.drawImage(from, left, top, width, height, x, y, targetWidth, targetHeight);

function copyToCanvas(place: Place | null): HTMLCanvasElement | null {
  if (!place) return null;
  const { width, height } = place;
  const canvas = element("canvas", { width, height });
  drawPicture(context2d(canvas), place, 0, 0, width, height);
  return canvas;
}
