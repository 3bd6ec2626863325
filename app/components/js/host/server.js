/**
 * Requests to the server for what the page cannot compute. `app/server/requests.py` receives and `app/server/answers.py` answers
 * them.
 *
 * Decoding under a moving pointer requests one image at a time. While an answer is pending, only the newest request waits, so
 * that a slow server falls behind by one image and never by a queue of them.
 */

import { partsOf } from "../base/picture.js";
import { unpack } from "../base/wire.js";
import { ask, bytes } from "./host.js";

/** @import { Field, Sent, What } from "../../messages.js" */
/** @typedef {Partial<Record<What, string | null>>} Urls by kind of request; null where it is not available */
/** @typedef {number | number[] | null} Content a class, the shares of all classes, or null where the decoder takes none */
/** @typedef {Sent["directions"]["header"]["directions"][number] & {centre: Float32Array, step: Float32Array}} Measured a direction: its centre and a unit along it, d values each */

const SOON = 30_000; // milliseconds for an image or a code
const LATER = 300_000; // for directions

/**
 * Fetches a picture; `take` is not called if that fails. A bitmap is freed once nothing refers to it, whereas the browser would
 * keep the decoded pixels of an image element.
 * @param {string} name the URL, which Python sent
 * @param {(image: ImageBitmap) => void} take
 */
export function picture(name, take) {
  const decoded = bytes(name, "A picture").then((content) => createImageBitmap(new Blob([content])));
  decoded.then(take, () => {});
}

export class Server {
  /** @param {Urls | null} [urls] of header.server */
  constructor(urls) {
    this.urls = urls ?? {};
  }

  /** Whether this kind of request is available. @param {What} what */
  can(what) {
    return Boolean(this.urls[what]);
  }

  /** Differs for other weights or codes. */
  get id() {
    return Object.values(this.urls).join();
  }

  /**
   * The answer to a request; rejected with one sentence.
   * @template {What & keyof Sent} K
   * @param {K} what @param {BodyInit} body @param {number} [patience] timeout in milliseconds @param {AbortSignal} [given] aborts it
   * @returns {Promise<Sent[K]>}
   */
  async ask(what, body, patience = SOON, given) {
    return /** @type {Sent[K]} */ (unpack(new Uint8Array(await ask(this.urls[what] ?? "", body, patience, given))));
  }

  /**
   * Images n×H×W×C of codes, and D(z) of each where there is a D.
   * @param {ArrayLike<number>[]} codes 1 to 256
   * @param {Content[] | null} y one for each code
   * @param {AbortSignal} [given] aborts it
   * @returns {Promise<{images: Field, d_of_z?: Field}>} rejected with one sentence
   */
  async decode(codes, y, given) {
    return (await this.ask("decode", JSON.stringify({ codes: codes.map(rounded), y }), SOON, given)).fields;
  }

  /** The code of an image. @param {Uint8Array<ArrayBuffer>} bytes H×W×C @returns {Promise<Float32Array>} rejected with one sentence */
  async encode(bytes) {
    return (await this.ask("encode", bytes)).fields.z.values;
  }

  /**
   * The usual reconstruction errors ½Σ(x − x̂)² of the images shown.
   * @returns {Promise<{typical: number, limit: number} | null>} their median and 99 % quantile, null where the images are
   *    missing; rejected with one sentence
   */
  async usual() {
    return (await this.ask("usual", "")).header.error;
  }

  /**
   * Directions of the codes shown: principal ones in order of how much they change the image, then those of known factors.
   * @param {AbortSignal} [given] aborts it
   * @returns {Promise<Measured[]>} rejected with one sentence
   */
  async directions(given) {
    const { header, fields } = await this.ask("directions", "", LATER, given);
    const [centres, steps] = [fields.centres, fields.steps].map(({ values }) => partsOf(values, header.directions.length));
    return header.directions.map((direction, k) => ({ ...direction, centre: centres[k], step: steps[k] }));
  }

  /** The original image behind a code. @param {number} index @param {(image: ImageBitmap) => void} take */
  image(index, take) {
    picture(`${this.urls.image}?n=${index}`, take);
  }

  /**
   * The images of codes, n×H×W×C: the originals if the server has them, else reconstructions; or the rows of a table, n×F.
   * @param {number[]} numbers 1 to 256
   * @param {"images" | "rows"} [what]
   * @returns {Promise<Field>} rejected with one sentence
   */
  async images(numbers, what = "images") {
    return /** @type {Field} */ ((await this.ask("images", JSON.stringify({ numbers }))).fields[what]);
  }

  /** The URL of the training run's frames. @param {string} sha of the frames */
  frames(sha) {
    return `${this.urls.frames}?v=${sha}`;
  }
}

/** A code with the nine significant digits that determine a 32-bit float. @param {ArrayLike<number>} z */
const rounded = (z) => Array.from(z, (value) => Number(value.toPrecision(9)));

/** Makes one request at a time; of those wanted in the meantime, only the newest is made afterwards. @template Wish, Answer */
export class Newest {
  /**
   * @param {(wish: Wish, given: AbortSignal) => Promise<Answer>} ask rejected soon after `given` was aborted
   * @param {(answer: Answer, wish: Wish) => void} taken
   * @param {(error: Error, wish: Wish) => void} failed
   */
  constructor(ask, taken, failed) {
    this.ask = ask;
    this.taken = taken;
    this.failed = failed;
    /** @type {{wish: Wish} | null} */
    this.waiting = null;
    /** @type {AbortController | null} of the pending request */
    this.under = null;
  }

  /** @param {Wish} wish */
  want(wish) {
    this.waiting = { wish };
    if (!this.under) this.next();
  }

  /** Gives up the pending and the waiting request: neither `taken` nor `failed` is called for them. */
  drop() {
    this.waiting = null;
    this.under?.abort();
  }

  async next() {
    while (this.waiting) {
      const { wish } = this.waiting;
      const under = (this.under = new AbortController());
      this.waiting = null;
      const tell = await this.ask(wish, under.signal).then(
        (answer) => () => this.taken(answer, wish),
        (error) => () => this.failed(error, wish),
      );
      if (!under.signal.aborted) tell();
    }
    this.under = null;
  }
}
