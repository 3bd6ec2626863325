/**
 * The files of a site. Each is a script beside the pages, which is run when the file is needed, because pages opened
 * from a disk may run scripts but not fetch files. `app/website/data_script.py` writes them.
 */

import { translate } from "../base/translate.js";
import { interleaveBytes } from "../base/wire.js";
import { MissingFileError } from "../handout/missing_file.js";

const [BITS, FIRST] = [15, 0x3400]; // bits of a character, and the character with the value 0

/** The receivers of pending files, by name. @type {Map<string, (content: Uint8Array<ArrayBuffer>) => void>} */
const receivers = new Map();
/** @type {Map<string, Promise<ArrayBuffer>>} */
const pendingFiles = new Map();

/**
 * @param {string} text of characters of 15 bits
 * @param {number} length in bytes
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function unpackBits(text, length) {
  const bytes = new Uint8Array(length);
  for (let k = 0, position = 0, buffer = 0, bits = 0; position < length; k++) {
    buffer = (buffer << BITS) | (text.charCodeAt(k) - FIRST);
    for (bits += BITS; bits >= 8 && position < length; bits -= 8) bytes[position++] = buffer >> (bits - 8);
    buffer &= (1 << bits) - 1;
  }
  return bytes;
}

/**
 * Called by each script with its content.
 * @param {string} name
 * @param {number} length
 * @param {string} text
 */
const take = (name, length, text) => receivers.get(name)?.(unpackBits(text, length));
Object.assign(globalThis, { take });

/**
 * The bytes of a file.
 * @param {string} name
 * @param {string} subject the subject of the sentence when it fails
 * @returns {Promise<ArrayBuffer>} rejected by `MissingFileError`
 */
export function readFile(name, subject) {
  const path = name.replace(/^\w+\?v=/, "");
  const pendingFile =
    pendingFiles.get(path) ??
    loadScript(path)
      .then(inflate)
      .catch(() => {
        throw new MissingFileError(
          translate("{subject} could not be read; this page needs the folder “data” beside it.", { subject }),
        );
      });
  pendingFiles.set(path, pendingFile);
  return pendingFile.finally(() => pendingFiles.delete(path));
}

/** @param {string} path @returns {Promise<Uint8Array<ArrayBuffer>>} */
function loadScript(path) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    const finish = () => {
      script.remove();
      receivers.delete(path);
      reject(); // without effect if the content has arrived
    };
    receivers.set(path, resolve);
    script.addEventListener("load", finish);
    script.addEventListener("error", finish);
    script.src = `data/${path}.js`;
    document.head.append(script);
  });
}

/** @param {Uint8Array<ArrayBuffer>} compressed @returns {Promise<ArrayBuffer>} */
async function inflate(compressed) {
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const content = new Uint8Array(await new Response(stream).arrayBuffer());
  return interleaveBytes(content).buffer;
}
