/**
 * The files of a site. Each is a script beside the pages, which is run when the file is needed, because pages opened from a disk
 * may run scripts but not fetch files. `app/website/packed.py` writes them.
 */

import { paired } from "../base/wire.js";
import { Missing } from "../handout/missing.js";

const [BITS, FIRST] = [15, 0x3400]; // bits of a character, and the character with the value 0

/** The receivers of pending files, by name. @type {Map<string, (content: Uint8Array<ArrayBuffer>) => void>} */
const waiting = new Map();
/** @type {Map<string, Promise<ArrayBuffer>>} */
const coming = new Map();

/** @param {string} text of characters of 15 bits @param {number} length in bytes @returns {Uint8Array<ArrayBuffer>} */
export function bytesOf(text, length) {
  const made = new Uint8Array(length);
  for (let k = 0, at = 0, held = 0, bits = 0; at < length; k++) {
    held = (held << BITS) | (text.charCodeAt(k) - FIRST);
    for (bits += BITS; bits >= 8 && at < length; bits -= 8) made[at++] = held >> (bits - 8);
    held &= (1 << bits) - 1;
  }
  return made;
}

/** Called by each script with its content. @param {string} name @param {number} length @param {string} text */
const take = (name, length, text) => waiting.get(name)?.(bytesOf(text, length));
Object.assign(globalThis, { take });

/** The bytes of a file. @param {string} name @param {string} what the subject of the sentence when it fails @returns {Promise<ArrayBuffer>} rejected by `Missing` */
export function fileOf(name, what) {
  const place = name.replace(/^\w+\?v=/, "");
  const known = coming.get(place) ?? fetched(place).then(inflated).catch(() => {
    throw new Missing(`${what} could not be read; this page needs the folder “data” beside it.`);
  }); // prettier-ignore
  coming.set(place, known);
  return known.finally(() => coming.delete(place));
}

/** @param {string} place @returns {Promise<Uint8Array<ArrayBuffer>>} */
function fetched(place) {
  return new Promise((taken, failed) => {
    const script = document.createElement("script");
    const end = () => {
      script.remove();
      waiting.delete(place);
      failed(); // without effect if the content has arrived
    };
    waiting.set(place, taken);
    script.addEventListener("load", end);
    script.addEventListener("error", end);
    script.src = `data/${place}.js`;
    document.head.append(script);
  });
}

/** @param {Uint8Array<ArrayBuffer>} squeezed */
async function inflated(squeezed) {
  const stream = new Blob([squeezed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  return paired(content).buffer;
}
