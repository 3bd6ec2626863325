/**
 * The data of the selected code: from the page if it has them, otherwise from the server, as they arrive.
 */

import { context2d } from "../base/canvas_shapes.ts";
import { createChangeDetector } from "../base/memoize.ts";
import { element } from "../base/dom.ts";
import { paintValues, readCanvasValues } from "../base/pictures.ts";
import { isRowShape } from "../base/table_rows.ts";
import { decodeCodes } from "../networks/decode_codes.ts";
import type { CodeDataPlane } from "./planes.ts";
import type { Networks } from "../networks/networks.ts";

export type PictureOrNull = HTMLCanvasElement | null;
/** made: the reconstruction; dOfZ: D(z), NaN if it is not known; refused: why the server did not answer, or "" */
export type CodeData = { original: PictureOrNull; reconstruction: PictureOrNull; dOfZ: number; serverError: string };

const NO_DATA: CodeData = { original: null, reconstruction: null, dOfZ: NaN, serverError: "" };

export class SelectedCode {
  plane: CodeDataPlane;
  onChange: () => void;
  /** Identify the code, and the last request to the server. */
  codeKey: string;
  requestKey: string;
  receivedData = { ...NO_DATA };
  rowChanged = createChangeDetector();
  rowCanvas: PictureOrNull = null;

  /** @param onChange called when the server has answered */
  constructor(plane: CodeDataPlane, onChange: () => void) {
    this.plane = plane;
    this.onChange = onChange;
    this.codeKey = this.requestKey = "";
  }

  /**
   * What is available of a code; the rest is requested from the server once. At an earlier training step, only the
   * original is.
   */
  lookUp(index: number): CodeData {
    const { sprites, decoder, header, fields, pastFrame } = this.plane;
    const { server } = decoder;
    const codeKey = `${header.revision} ${index}`;
    if (codeKey !== this.codeKey) {
      this.codeKey = codeKey;
      this.requestKey = "";
      this.receivedData = { ...NO_DATA };
    }
    const requestKey = `${codeKey} ${server.id}${pastFrame ? " of the past" : ""}`;
    const isNewRequest = requestKey !== this.requestKey && Boolean(fields.z);
    if (isNewRequest) this.requestKey = requestKey;
    if (isNewRequest) sprites.fetchSheet();
    const rows = Boolean(header.features); // the sheet shows charts of rows, from which values cannot be read
    if (isNewRequest && server.canRequest("image") && (rows || !sprites.sheetInfo?.is_full_size))
      server.fetchImage(index, (image) => this.receiveOriginal(image, requestKey));
    if (isNewRequest && server.canRequest("decode") && !decoder.networks && !pastFrame)
      this.requestReconstruction(index, requestKey);
    const original =
      !rows && sprites.isFullSize && sprites.kind === "originals"
        ? sprites.thumbnail(index)
        : this.receivedData.original;
    if (pastFrame) return { ...NO_DATA, original };
    if (!decoder.networks) return { ...this.receivedData, original };
    const reconstruction = rows ? this.decodeRow(index, decoder.networks) : sprites.reconstruction(index);
    return {
      ...NO_DATA,
      original,
      reconstruction,
      dOfZ: decoder.networks.discriminate(this.plane.codeOf(index) ?? []),
    };
  }

  /** A row decoded from its code, once. */
  decodeRow(index: number, networks: Networks): PictureOrNull {
    const z = this.plane.codeOf(index);
    if (!z) return null;
    if (!this.rowChanged(index, networks, z.join())) return this.rowCanvas;
    const canvas = (this.rowCanvas = element("canvas", {}));
    paintValues(
      canvas,
      networks.decode(z, networks.contentSize ? Math.max(0, this.plane.codes.content?.[index] ?? 0) : null),
      networks.image,
    );
    return canvas;
  }

  /** @param requestKey the request that it answers */
  receive(data: Partial<CodeData>, requestKey: string) {
    if (requestKey !== this.requestKey) return;
    Object.assign(this.receivedData, data);
    this.onChange();
  }

  /** The original has arrived. */
  receiveOriginal(image: ImageBitmap, requestKey: string) {
    const original = element("canvas", { width: image.width, height: image.height });
    context2d(original).drawImage(image, 0, 0);
    const shape = [1, original.height, original.width];
    if (isRowShape(shape)) paintValues(original, readCanvasValues(original, shape), shape);
    this.receive({ original }, requestKey);
  }

  /** Requests the reconstruction, with the code's own content if the decoder takes one. */
  requestReconstruction(index: number, requestKey: string) {
    const { header, codes } = this.plane;
    const z = this.plane.codeOf(index) ?? [];
    const y = header.contents?.length ? [Math.max(0, codes.content?.[index] ?? 0)] : null;
    decodeCodes(this.plane, [z], undefined, y).then(
      ({ images: [image], shape, dOfZ }) => {
        const reconstruction = element("canvas", {});
        paintValues(reconstruction, image, shape);
        this.receive({ reconstruction, dOfZ, serverError: "" }, requestKey);
      },
      (error: Error) => this.receive({ serverError: error.message }, requestKey),
    );
  }
}
