/**
 * Requests to the server for what the page cannot compute. `app/server/requests.py` receives and
 * `app/server/answers.py` answers them.
 *
 * Decoding under a moving pointer requests one image at a time. While an answer is pending, only the newest request
 * waits, so that a slow server falls behind by one image and never by a queue of them.
 */

import { splitEqually } from "../base/pictures.ts";
import { translate } from "../base/translate.ts";
import { unpackMessage } from "../base/wire.ts";
import { postRequest, fetchBytes } from "./host.ts";
import { keepGroupings } from "./message_receiver.ts";
import type { Field, OutgoingMessages, RequestName } from "../messages.ts";

/** By kind of request; null where it is not available. */
export type RequestUrls = Partial<Record<RequestName, string | null>>;
/** A class, the shares of all classes, or null where the decoder takes none. */
type Content = number | number[] | null;
/** A direction: its centre and a unit along it, d values each. */
export type Direction = OutgoingMessages["directions"]["header"]["directions"][number] & {
  centre: Float32Array;
  step: Float32Array;
};

/** What colours the codes, as in the message of a plane. */
export type Colouring = {
  header: NonNullable<OutgoingMessages["colouring"]["header"]["colouring"]>;
  fields: OutgoingMessages["colouring"]["fields"];
};

const SHORT_TIMEOUT = 30_000; // milliseconds for an image or a code
const LONG_TIMEOUT = 300_000; // for directions

/**
 * Fetches a picture; `onPicture` is not called if that fails. A bitmap is freed once nothing refers to it, whereas the
 * browser would keep the decoded pixels of an image element.
 * @param url the URL, which Python sent
 */
export function fetchPicture(url: string, onPicture: (image: ImageBitmap) => void) {
  const pendingPicture = fetchBytes(url, translate("A picture")).then((content) =>
    createImageBitmap(new Blob([content])),
  );
  pendingPicture.then(onPicture, () => {});
}

export class Server {
  urls;

  /** @param urls of header.server */
  constructor(urls?: RequestUrls | null) {
    this.urls = urls ?? {};
  }

  /** Whether this kind of request is available. */
  canRequest(kind: RequestName): boolean {
    return Boolean(this.urls[kind]);
  }

  /** Differs for other weights or codes. */
  get id() {
    return Object.values(this.urls).join();
  }

  /**
   * The answer to a request; rejected with one sentence.
   * @param timeout in milliseconds
   * @param signal aborts it
   * @returns the message that the server sends back
   */
  async request<K extends RequestName & keyof OutgoingMessages>(
    kind: K,
    body: BodyInit,
    timeout: number = SHORT_TIMEOUT,
    signal?: AbortSignal,
  ): Promise<OutgoingMessages[K]> {
    return unpackMessage(
      new Uint8Array(await postRequest(this.urls[kind] ?? "", body, timeout, signal)),
    ) as OutgoingMessages[K];
  }

  /**
   * Images n×H×W×C of codes, and D(z) of each where there is a D.
   * @param codes 1 to 256
   * @param y one for each code
   * @param signal aborts it
   * @returns rejected with one sentence
   */
  async decode(
    codes: ArrayLike<number>[],
    y: Content[] | null,
    signal?: AbortSignal,
  ): Promise<{ images: Field; d_of_z?: Field }> {
    return (await this.request("decode", JSON.stringify({ codes: codes.map(roundCode), y }), SHORT_TIMEOUT, signal))
      .fields;
  }

  /**
   * The image of a code, by the decoder of this moment of a training; `header.step` is the step of that.
   * @param signal aborts it
   * @returns rejected with one sentence
   */
  decodeLive(z: ArrayLike<number>, y: Content, signal?: AbortSignal): Promise<OutgoingMessages["decode"]> {
    const body = JSON.stringify({ codes: [roundCode(z)], y: y === null ? null : [y], live: true });
    return this.request("decode", body, SHORT_TIMEOUT, signal);
  }

  /**
   * The code of an image.
   * @param bytes H×W×C
   * @returns rejected with one sentence
   */
  async encode(bytes: Uint8Array<ArrayBuffer>): Promise<Float32Array> {
    return (await this.request("encode", bytes)).fields.z.values;
  }

  /**
   * The typical reconstruction errors ½Σ(x − x̂)² of the images shown.
   * @returns their median and 99 % quantile, null where the images are missing; rejected with one sentence
   */
  async fetchTypicalErrors(): Promise<{ typical: number; limit: number } | null> {
    return (await this.request("usual", "")).header.error;
  }

  /**
   * Directions of the codes shown: principal ones in order of how much they change the image, then those of known
   * factors.
   * @param signal aborts it
   * @returns rejected with one sentence
   */
  async fetchDirections(signal?: AbortSignal): Promise<Direction[]> {
    const { header, fields } = await this.request("directions", "", LONG_TIMEOUT, signal);
    const [centres, steps] = [fields.centres, fields.steps].map(({ values }) =>
      splitEqually(values, header.directions.length),
    );
    return header.directions.map((direction, k) => ({ ...direction, centre: centres[k], step: steps[k] }));
  }

  /**
   * How selected codes' items differ from all others, column by column.
   * @param mask 1 for each selected code
   * @param signal aborts it
   * @returns rejected with one sentence
   */
  async fetchDifferences(mask: Uint8Array, signal?: AbortSignal): Promise<OutgoingMessages["differences"]["header"]> {
    const body = mask as Uint8Array<ArrayBuffer>;
    return (await this.request("differences", body, LONG_TIMEOUT, signal)).header;
  }

  /**
   * What colours the codes if a column does, and the group of each. Python's messages name the same file of groups, which
   * is in memory then.
   * @param column its key, "" for the classes
   * @returns null where that takes seconds; rejected with one sentence
   */
  async fetchColouring(column: string): Promise<Colouring | null> {
    const { header, fields } = await this.request("colouring", JSON.stringify({ column }));
    const { colouring } = header;
    if (colouring?.groups) keepGroupings(colouring.groups, fields);
    return colouring && { header: colouring, fields };
  }

  /** The original image behind a code. */
  fetchImage(index: number, onPicture: (image: ImageBitmap) => void) {
    fetchPicture(`${this.urls.image}?n=${index}`, onPicture);
  }

  /**
   * The images of codes, n×H×W×C: the originals if the server has them, else reconstructions; or the rows of a table,
   * n×F.
   * @param numbers 1 to 256
   * @returns rejected with one sentence
   */
  async fetchImages(numbers: number[], field: "images" | "rows" = "images"): Promise<Field> {
    return (await this.request("images", JSON.stringify({ numbers }))).fields[field] as Field;
  }

  /**
   * The frame of this moment of a training.
   * @param step the step of the frame that the page has; −1 for none
   * @returns rejected with one sentence
   */
  async fetchLiveCodes(step: number): Promise<OutgoingMessages["now"]> {
    const content = await fetchBytes(`${this.urls.now}?step=${step}`, translate("The codes"));
    return unpackMessage(new Uint8Array(content)) as OutgoingMessages["now"];
  }

  /**
   * The URL of the training run's frames.
   * @param sha of the frames
   */
  framesUrl(sha: string): string {
    return `${this.urls.frames}?v=${sha}`;
  }
}

/** A code with the nine significant digits that determine a 32-bit float. */
const roundCode = (z: ArrayLike<number>): number[] => Array.from(z, (value) => Number(value.toPrecision(9)));

/** Makes one request at a time; of those submitted in the meantime, only the latest is made afterwards. */
export class LatestOnly<Input, Answer> {
  request: (input: Input, signal: AbortSignal) => Promise<Answer>;
  onAnswer: (answer: Answer, input: Input) => void;
  onError: (error: Error, input: Input) => void;
  nextInput: { input: Input } | null = null;
  /** Of the pending request. */
  controller: AbortController | null = null;

  /** @param request rejected soon after `signal` was aborted */
  constructor(
    request: (input: Input, signal: AbortSignal) => Promise<Answer>,
    onAnswer: (answer: Answer, input: Input) => void,
    onError: (error: Error, input: Input) => void,
  ) {
    this.request = request;
    this.onAnswer = onAnswer;
    this.onError = onError;
  }

  submit(input: Input) {
    this.nextInput = { input };
    if (!this.controller) this.run();
  }

  /** Gives up the pending and the waiting request: neither `onAnswer` nor `onError` is called for them. */
  cancel() {
    this.nextInput = null;
    this.controller?.abort();
  }

  async run() {
    while (this.nextInput) {
      const { input } = this.nextInput;
      const controller = (this.controller = new AbortController());
      this.nextInput = null;
      const report = await this.request(input, controller.signal).then(
        (answer) => () => this.onAnswer(answer, input),
        (error) => () => this.onError(error, input),
      );
      if (!controller.signal.aborted) report();
    }
    this.controller = null;
  }
}
