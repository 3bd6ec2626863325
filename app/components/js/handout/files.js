/**
 * The files of a document, which are embedded in it. The files of a site lie beside its pages (`site/files.js`).
 */

import { paired } from "../base/wire.js";
import { Missing } from "./missing.js";

const LETTERS = "!#$%&()*+-;.=>?@^_`{|}~"; // of Base85 after the digits and letters, with a point in place of “<”, which may begin a tag
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

/** The bytes of a file. @param {string} name @param {string} what the subject of the sentence when it fails @returns {Promise<ArrayBuffer>} rejected by `Missing` */
export async function fileOf(name, what) {
  const held = document.getElementById(`file ${name}`);
  if (!held) throw new Missing(`${what} is not in this file.`);
  const packed = new Blob([bytesOf(held.textContent ?? "")]).stream().pipeThrough(new DecompressionStream("gzip"));
  const content = new Uint8Array(await new Response(packed).arrayBuffer().catch(() => {
    throw new Missing(`${what} is damaged in this file; open another copy of it.`);
  })); // prettier-ignore
  return (held.dataset.way === "pairs" ? paired(content) : content).buffer;
}
