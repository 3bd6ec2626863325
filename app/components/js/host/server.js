/**
 * Requests to the server for what the page cannot compute. `app/server/requests.py` receives and
 * `app/server/answers.py` answers them.
 *
 * Decoding under a moving pointer requests one image at a time. While an answer is pending, only the newest request
 * waits, so that a slow server falls behind by one image and never by a queue of them.
 */

import { splitEqually } from "../base/pictures.js";
import { translate } from "../base/translate.js";
import { unpackMessage } from "../base/wire.js";
import { postRequest, fetchBytes } from "./host.js";
import { keepGroupings } from "./message_receiver.js";

/** @import { Field, OutgoingMessages, RequestName } from "../../messages.js" */
/**
 * @typedef {Partial<Record<RequestName, string | null>>} RequestUrls by kind of request; null where it is not available
 */
/**
 * @typedef {number | number[] | null} Content a class, the shares of all classes, or null where the decoder takes none
 */
/**
 * @typedef {OutgoingMessages["directions"]["header"]["directions"][number] & {centre: Float32Array, step:
 *   Float32Array}} Direction a direction: its centre and a unit along it, d values each
 */

/**
 * @typedef {{header: NonNullable<OutgoingMessages["colouring"]["header"]["colouring"]>, fields:
 *   OutgoingMessages["colouring"]["fields"]}} Colouring what colours the codes, as in the message of a plane
 */

const SHORT_TIMEOUT = 30_000; // milliseconds for an image or a code
const LONG_TIMEOUT = 300_000; // for directions

/**
 * Fetches a picture; `onPicture` is not called if that fails. A bitmap is freed once nothing refers to it, whereas the
 * browser would keep the decoded pixels of an image element.
 * @param {string} url the URL, which Python sent
 * @param {(image: ImageBitmap) => void} onPicture
 */
export function fetchPicture(url, onPicture) {
  const pendingPicture = fetchBytes(url, translate("A picture")).then((content) =>
    createImageBitmap(new Blob([content])),
  );
  pendingPicture.then(onPicture, () => {});
}

export class Server {
  /** @param {RequestUrls | null} [urls] of header.server */
  constructor(urls) {
    this.urls = urls ?? {};
  }

  /** Whether this kind of request is available. @param {RequestName} kind @returns {boolean} */
  canRequest(kind) {
    return Boolean(this.urls[kind]);
  }

  /** Differs for other weights or codes. */
  get id() {
    return Object.values(this.urls).join();
  }

  /**
   * The answer to a request; rejected with one sentence.
   * @template {RequestName & keyof OutgoingMessages} K
   * @param {K} kind
   * @param {BodyInit} body
   * @param {number} [timeout] in milliseconds
   * @param {AbortSignal} [signal] aborts it
   * @returns {Promise<OutgoingMessages[K]>} the message that the server sends back
   */
  async request(kind, body, timeout = SHORT_TIMEOUT, signal) {
    return /** @type {OutgoingMessages[K]} */ (
      unpackMessage(new Uint8Array(await postRequest(this.urls[kind] ?? "", body, timeout, signal)))
    );
  }

  /**
   * Images n×H×W×C of codes, and D(z) of each where there is a D.
   * @param {ArrayLike<number>[]} codes 1 to 256
   * @param {Content[] | null} y one for each code
   * @param {AbortSignal} [signal] aborts it
   * @returns {Promise<{images: Field, d_of_z?: Field}>} rejected with one sentence
   */
  async decode(codes, y, signal) {
    return (await this.request("decode", JSON.stringify({ codes: codes.map(roundCode), y }), SHORT_TIMEOUT, signal))
      .fields;
  }

  /**
   * The image of a code, by the decoder of this moment of a training; `header.step` is the step of that.
   * @param {ArrayLike<number>} z
   * @param {Content} y
   * @param {AbortSignal} [signal] aborts it
   * @returns {Promise<OutgoingMessages["decode"]>} rejected with one sentence
   */
  decodeLive(z, y, signal) {
    const body = JSON.stringify({ codes: [roundCode(z)], y: y === null ? null : [y], live: true });
    return this.request("decode", body, SHORT_TIMEOUT, signal);
  }

  /**
   * The code of an image.
   * @param {Uint8Array<ArrayBuffer>} bytes H×W×C
   * @returns {Promise<Float32Array>} rejected with one sentence
   */
  async encode(bytes) {
    return (await this.request("encode", bytes)).fields.z.values;
  }

  /**
   * The typical reconstruction errors ½Σ(x − x̂)² of the images shown.
   * @returns {Promise<{typical: number, limit: number} | null>} their median and 99 % quantile, null where the images
   *   are missing; rejected with one sentence
   */
  async fetchTypicalErrors() {
    return (await this.request("usual", "")).header.error;
  }

  /**
   * Directions of the codes shown: principal ones in order of how much they change the image, then those of known
   * factors.
   * @param {AbortSignal} [signal] aborts it
   * @returns {Promise<Direction[]>} rejected with one sentence
   */
  async fetchDirections(signal) {
    const { header, fields } = await this.request("directions", "", LONG_TIMEOUT, signal);
    const [centres, steps] = [fields.centres, fields.steps].map(({ values }) =>
      splitEqually(values, header.directions.length),
    );
    return header.directions.map((direction, k) => ({ ...direction, centre: centres[k], step: steps[k] }));
  }

  /**
   * How selected codes' items differ from all others, column by column.
   * @param {Uint8Array} mask 1 for each selected code
   * @param {AbortSignal} [signal] aborts it
   * @returns {Promise<OutgoingMessages["differences"]["header"]>} rejected with one sentence
   */
  async fetchDifferences(mask, signal) {
    const body = /** @type {Uint8Array<ArrayBuffer>} */ (mask);
    return (await this.request("differences", body, LONG_TIMEOUT, signal)).header;
  }

  /**
   * What colours the codes if a column does, and the group of each. Python's messages name the same file of groups, which
   * is in memory then.
   * @param {string} column its key, "" for the classes
   * @returns {Promise<Colouring | null>} null where that takes seconds; rejected with one sentence
   */
  async fetchColouring(column) {
    const { header, fields } = await this.request("colouring", JSON.stringify({ column }));
    const { colouring } = header;
    if (colouring?.groups) keepGroupings(colouring.groups, fields);
    return colouring && { header: colouring, fields };
  }

  /**
   * The original image behind a code.
   * @param {number} index
   * @param {(image: ImageBitmap) => void} onPicture
   */
  fetchImage(index, onPicture) {
    fetchPicture(`${this.urls.image}?n=${index}`, onPicture);
  }

  /**
   * The images of codes, n×H×W×C: the originals if the server has them, else reconstructions; or the rows of a table,
   * n×F.
   * @param {number[]} numbers 1 to 256
   * @param {"images" | "rows"} [field]
   * @returns {Promise<Field>} rejected with one sentence
   */
  async fetchImages(numbers, field = "images") {
    return /** @type {Field} */ ((await this.request("images", JSON.stringify({ numbers }))).fields[field]);
  }

  /**
   * The frame of this moment of a training.
   * @param {number} step the step of the frame that the page has; −1 for none
   * @returns {Promise<OutgoingMessages["now"]>} rejected with one sentence
   */
  async fetchLiveCodes(step) {
    const content = await fetchBytes(`${this.urls.now}?step=${step}`, translate("The codes"));
    return /** @type {OutgoingMessages["now"]} */ (unpackMessage(new Uint8Array(content)));
  }

  /** The URL of the training run's frames. @param {string} sha of the frames @returns {string} */
  framesUrl(sha) {
    return `${this.urls.frames}?v=${sha}`;
  }
}

/**
 * A code with the nine significant digits that determine a 32-bit float.
 * @param {ArrayLike<number>} z
 * @returns {number[]}
 */
const roundCode = (z) => Array.from(z, (value) => Number(value.toPrecision(9)));

/**
 * Makes one request at a time; of those submitted in the meantime, only the latest is made afterwards.
 * @template Input, Answer
 */
export class LatestOnly {
  /**
   * @param {(input: Input, signal: AbortSignal) => Promise<Answer>} request rejected soon after `signal` was aborted
   * @param {(answer: Answer, input: Input) => void} onAnswer
   * @param {(error: Error, input: Input) => void} onError
   */
  constructor(request, onAnswer, onError) {
    this.request = request;
    this.onAnswer = onAnswer;
    this.onError = onError;
    /** @type {{input: Input} | null} */
    this.nextInput = null;
    /** @type {AbortController | null} of the pending request */
    this.controller = null;
  }

  /** @param {Input} input */
  submit(input) {
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
