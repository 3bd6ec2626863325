/**
 * The seam of a page without a server (`host/host.js` is that of the app, and says what each of these is for): files lie in the
 * document, answers were put there when it was made, and the address is what stands behind its #.
 */

import { element } from "../base/dom.js";

/** @typedef {import("../host/host.js").Component} Component */

const LETTERS = "!#$%&()*+-;.=>?@^_`{|}~"; // of Base85 behind the digits and letters, with a point for the one that may begin a tag
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" + LETTERS;
const VALUES = new Uint8Array(128);
[...ALPHABET].forEach((letter, value) => (VALUES[letter.charCodeAt(0)] = value));

/** @param {string} text of Base85 @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  const whole = Math.floor(text.length / 5);
  const rest = text.length - 5 * whole;
  const made = new DataView(new ArrayBuffer(4 * (whole + 1)));
  for (let k = 0, at = 0; k <= whole; k++) {
    let value = 0;
    for (let j = 0; j < 5; j++, at++) value = value * 85 + (at < text.length ? VALUES[text.charCodeAt(at)] : 84);
    made.setUint32(4 * k, value);
  }
  return new Uint8Array(made.buffer, 0, 4 * whole + Math.max(0, rest - 1));
}

/** @param {string} name @param {string} what @returns {Promise<ArrayBuffer>} */
export async function bytes(name, what) {
  const held = document.getElementById(`file ${name}`);
  if (!held) throw new Error(`${what} is not in this file.`);
  const packed = new Blob([bytesOf(held.textContent ?? "")]).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = new Uint8Array(await new Response(packed).arrayBuffer());
  if (held.dataset.way !== "pairs") return content.buffer;
  const half = content.length / 2;
  return Uint8Array.from(content, (_, k) => content[(k >> 1) + (k & 1) * half]).buffer;
}

/** @param {string} name @param {(image: HTMLImageElement) => void} take */
export async function picture(name, take) {
  const url = URL.createObjectURL(new Blob([await bytes(name, "A picture")]));
  const image = element("img", { src: url, onload: () => take(image) });
}

/** @param {string} name @param {BodyInit} _body @param {number} _patience @param {AbortSignal} [_given] @returns {Promise<ArrayBuffer>} */
export const ask = (name, _body, _patience, _given) => bytes(name, "The answer");

export const address = {
  get href() {
    return window.location.href;
  },
  get path() {
    return window.location.pathname;
  },
  /** The settings. */
  get search() {
    return window.location.hash.slice(1);
  },
  get opened() {
    return this.href;
  },
  /** @param {URL} url */
  put(url) {
    history.replaceState(history.state, "", url);
  },
};

/** @param {Component} component @param {string} key @param {object} value */
export const tell = ({ setStateValue }, key, value) => setStateValue(key, value);

export const LINKS = "a[data-page]";

export const running = () => false;

/** @returns {(Document | ShadowRoot)[]} */
export const roots = () => [document, ...[...document.querySelectorAll("[data-part]")].flatMap((part) => part.shadowRoot ?? [])];

export const scrolled = () => window.scrollY;

/** @param {string} _field @param {Event} _event */
export const isFileField = (_field, _event) => false;

/** @param {string} _name @param {File} _file */
export const handOver = (_name, _file) => false;
